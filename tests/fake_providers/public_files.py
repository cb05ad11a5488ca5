"""What is read without a key: the reference rates of the European Central Bank, and files.

Source: www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates (the daily
file and the one of 90 days), checked 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from datetime import date
from datetime import datetime
from urllib.parse import urlsplit

from fake_providers.asked import Asked
from fake_providers.asked import Refused
from fake_providers.asked import Reply
from fake_providers.vendor import Key
from fake_providers.vendor import Vendor

XML = {"Content-Type": "text/xml"}
NOBODY = Key("", "none")


class Public(Vendor):
    """An address that asks for no key. A key that is sent all the same is in `asked`."""

    def key_for(self, report: str, asked: Asked) -> Key:
        """Let everyone in."""
        return NOBODY

    def error(self, refused: Refused) -> Reply:
        """Say no with a page."""
        page = f"<html><body>{refused.message}</body></html>".encode()
        return Reply(refused.status, page, {"Content-Type": "text/html"})


class CentralBank(Public):
    """The ECB. `rates`: by day, what one euro is in other currencies; days without banking are absent."""

    origins = ("https://www.ecb.europa.eu",)

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.rates: dict[date, Mapping[str, str]] = {
            date(2026, 11, 19): {"USD": "1.1594", "CNY": "8.2460"},
            date(2026, 11, 20): {"USD": "1.1612", "CNY": "8.2511"},
        }

    def report_of(self, asked: Asked) -> str:
        """Name the file: "daily" or "90 days"."""
        folder = "/stats/eurofxref/eurofxref-"
        return {f"{folder}daily.xml": "daily", f"{folder}hist-90d.xml": "90 days"}.get(asked.path, "")

    def read(self, report: str, asked: Asked, key: Key) -> Reply:
        """Give the latest day, or all of the last 90."""
        known = sorted((day for day in self.rates if day <= self.now.date()), reverse=True)
        days = [day for day in known if (self.now.date() - day).days <= 90]
        return Reply(body=self._xml(days[:1] if report == "daily" else days), headers=XML)

    def _xml(self, days: list[date]) -> bytes:
        cubes = "".join(
            f'<Cube time="{day}">'
            + "".join(f'<Cube currency="{name}" rate="{rate}"/>' for name, rate in self.rates[day].items())
            + "</Cube>"
            for day in days
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>'
            '<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" '
            'xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">'
            "<gesmes:subject>Reference rates</gesmes:subject>"
            "<gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>"
            f"<Cube>{cubes}</Cube></gesmes:Envelope>"
        ).encode()


class Files(Public):
    """Files at any address, such as a table of prices."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self._files: dict[str, tuple[bytes, str]] = {}

    def serve(self, url: str, content: bytes, kind: str = "application/json") -> None:
        """Put a file at an address, or another one in its place."""
        self._files[url] = (content, kind)

    def is_at(self, origin: str) -> bool:
        """Say whether there is a file at an address."""
        return any(_origin(url) == origin for url in self._files)

    def report_of(self, asked: Asked) -> str:
        """Name the file: its whole address."""
        url = asked.origin + asked.path
        return url if url in self._files else ""

    def read(self, report: str, asked: Asked, key: Key) -> Reply:
        """Give the file."""
        content, kind = self._files[report]
        return Reply(body=content, headers={"Content-Type": kind})


def _origin(url: str) -> str:
    return "{0.scheme}://{0.netloc}".format(urlsplit(url))

"""What a provider file may import, and how provider files are found.

A provider file is one Python file that sets `PROVIDER`: `providers/<id>.py` beside the
program, or a file of the user's that was trusted. It knows the addresses, shapes and units
of one vendor and nothing else: no file, no clock, no environment, no other address.
"""

from __future__ import annotations

import hashlib
import importlib.util
import sys
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from functools import cache
from importlib.abc import SourceLoader
from pathlib import Path
from types import ModuleType
from typing import Annotated
from typing import Any
from typing import NamedTuple
from typing import Protocol
from typing import TypeVar

from pydantic import AfterValidator
from pydantic import AwareDatetime
from pydantic import BaseModel
from pydantic import BeforeValidator
from pydantic import ConfigDict
from pydantic import Field
from pydantic import ValidationError

from token_tracker.errors import AnswerError
from token_tracker.errors import ProviderError
from token_tracker.errors import SettingsError
from token_tracker.model import Balance
from token_tracker.model import BalanceReading
from token_tracker.model import BilledRecord
from token_tracker.model import BillUnit
from token_tracker.model import Quota
from token_tracker.model import ReportedUsage
from token_tracker.model import Spent
from token_tracker.model import Tokens
from token_tracker.paths import bundled_folder

__all__ = [
    "Amount",
    "AnswerError",
    "Api",
    "Balance",
    "BalanceReading",
    "BillUnit",
    "BilledRecord",
    "Count",
    "Currency",
    "Days",
    "KeyCheck",
    "Moment",
    "Provider",
    "ProviderError",
    "Quota",
    "Region",
    "ReportedUsage",
    "Shape",
    "Spent",
    "Tokens",
    "pages",
    "understood",
    "units",
]

Page = TypeVar("Page", bound="Shape")
Line = TypeVar("Line", BilledRecord, ReportedUsage)
MOST_PAGES = 1000

Parameters = Sequence[tuple[str, str]]
"""Names and values of a query; a name may be there several times."""


class Region(NamedTuple):
    """An address that a key may belong to.

    `base_url`: "" where everybody has an address of their own, which `--base-url` then has to name.
    `currency`: ISO 4217, "" where answers name their own. `key_page`: where a person makes a key
    of this region, "" where that is the provider's page.
    """

    id: str
    base_url: str
    currency: str = "USD"
    key_page: str = ""


class Days(NamedTuple):
    """UTC days to fetch, both inclusive; `last` may be today."""

    first: date
    last: date

    def each(self) -> Iterator[date]:
        """Give every day.

        >>> [str(day) for day in Days(date(2026, 11, 30), date(2026, 12, 1)).each()]
        ['2026-11-30', '2026-12-01']
        """
        for distance in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=distance)

    def parts(self, most: int) -> Iterator[Days]:
        """Give the days in parts of at most `most` days, the earliest first.

        >>> [len(list(part.each())) for part in Days(date(2026, 11, 1), date(2026, 11, 8)).parts(3)]
        [3, 3, 2]
        """
        first = self.first
        while first <= self.last:
            last = min(first + timedelta(days=most - 1), self.last)
            yield Days(first, last)
            first = last + timedelta(days=1)


class KeyCheck(NamedTuple):
    """What one cheap call told about a key.

    `kind`: the provider's word in our spelling, such as "admin", "project", "management".
    `can`: of "usage", "cost", "balance", "quota" what this key can be asked for. `account`: an
    id of the organisation or account where the answer tells one: two keys of it give the same
    figures. `needs`: the kind of key that could do what this one cannot, "" when none is needed.
    """

    kind: str
    can: tuple[str, ...]
    account: str = ""
    needs: str = ""


class Api(Protocol):
    """One provider's address, with the key bound in: all that a provider file can reach."""

    @property
    def now(self) -> datetime:
        """The moment of asking, aware, UTC."""

    @property
    def region(self) -> Region:
        """The address that is used; its `base_url` may be the user's own."""

    @property
    def key_kind(self) -> str:
        """What the key is known to be, "" when unknown."""

    @property
    def only(self) -> tuple[str, str] | None:
        """What the person limited this provider to, such as ("project", "proj_1"); None is everything."""

    def get(self, path: str, params: Parameters = (), headers: Mapping[str, str] | None = None) -> Any:
        """Get JSON from a path below the base address; its numbers are int or Decimal, never float.

        Raises:
            AnswerError: a status that is no success, after the retries that are worth it.
            ProviderError: the answer is no JSON, too large, or not for us.
            NetworkError: there is no answer.
        """

    def post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Any:
        """Ask a question that changes nothing by POST; the rest is as in `get`."""

    def header(self, name: str) -> str:
        """Give a header of the last answer, "" when it had none."""


@dataclass(frozen=True, slots=True)
class Provider:
    """A vendor with a billing, usage or balance API.

    `id`: our id, as events name who bills them. `regions`: the first is the default; more than
    one means that a key belongs to one of them, which is never guessed. `key_page`: where a
    person makes a key. `key_variables`: environment variables by which the vendor's own tools
    know it; proposed, never read unasked. `headers`: what carries a key. `key_kind`: tells the
    kind by a key's look alone, "" when that cannot be told. `check`: one cheap call.
    `fetch`: yields each unit when all of its pages have arrived, in any order, one for every
    day asked for and every report, also for days on which nothing was used; None where there is
    no such API. `balance`: None likewise. `only`: what bills can be limited to, such as
    ("project",). `settled_after_h`: hours after the end of a UTC day until its bill is whole.
    `trailing_days`: how many days before today providers still restate. `history_days`: how far
    back they answer; None: no end known. `credit_page`: where a person sees what is left, for a
    provider that tells no key. `explain`: gives the code of a more precise error than
    the status tells, or "".
    """

    id: str
    name: str
    regions: tuple[Region, ...]
    key_page: str
    headers: Callable[[str], Mapping[str, str]]
    check: Callable[[Api], KeyCheck]
    fetch: Callable[[Api, Days], Iterator[BillUnit]] | None = None
    balance: Callable[[Api], BalanceReading] | None = None
    key_variables: tuple[str, ...] = ()
    key_kind: Callable[[str], str] = lambda _key: ""
    only: tuple[str, ...] = ()
    settled_after_h: int = 6
    trailing_days: int = 3
    history_days: int | None = None
    credit_page: str = ""
    explain: Callable[[AnswerError], str] = lambda _error: ""

    def in_region(self, region: str) -> Provider:
        """Give the provider as it is for keys of one region: with the page where these are made."""
        page = next((one.key_page for one in self.regions if one.id == region), "")
        return replace(self, key_page=page) if page else self


def is_money(amount: Any) -> bool:
    """Say whether something is an amount: exact, of up to 40 decimals and below 10^12.

    >>> [is_money(value) for value in (Decimal("-1.50"), 1.5, Decimal("NaN"), Decimal("1e-41"))]
    [True, False, False, False]
    """
    if not isinstance(amount, Decimal):
        return False
    exponent = amount.as_tuple().exponent
    is_exact = isinstance(exponent, int) and exponent >= -40 and abs(amount.adjusted()) <= 40
    return is_exact and abs(amount) < 10**12


def _money(amount: Decimal) -> Decimal:
    if not is_money(amount):
        raise ValueError("no amount of money")
    return amount


Amount = Annotated[Decimal, AfterValidator(_money)]
"""Money as a JSON number or string, exact, of up to 40 decimals and below 10^12."""


def _no_truth(value: Any) -> Any:
    if isinstance(value, bool):
        raise ValueError("no count")  # noqa: TRY004 - pydantic takes no TypeError
    return value


Count = Annotated[int, Field(ge=0, le=10**15), BeforeValidator(_no_truth)]
"""Tokens or requests, as a JSON number or a string of digits."""

Moment = AwareDatetime
"""A time as RFC 3339 with its zone, or as Unix seconds (then UTC)."""


def is_iso_code(name: Any) -> bool:
    """Say whether something is written as ISO 4217 writes currencies.

    >>> [is_iso_code(name) for name in ("USD", "usd", "US", 840)]
    [True, False, False, False]
    """
    return isinstance(name, str) and len(name) == 3 and name.isascii() and name.isalpha() and name.isupper()


def _iso_code(name: str) -> str:
    if not is_iso_code(name.upper()) or not name.isascii():
        raise ValueError("no currency")
    return name.upper()


Currency = Annotated[str, AfterValidator(_iso_code)]
"""A currency as ISO 4217 writes it, whatever case the answer has."""


class Shape(BaseModel):
    """What a provider's answer must hold; what we do not know of it is ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True, allow_inf_nan=False)


def understood(shape: type[Page], answer: Any) -> Page:
    """Check an answer against its shape.

    Raises:
        ProviderError: it is another; the text names the place in it and none of its values.
    """
    try:
        return shape.model_validate(answer)
    except ValidationError as error:
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "answer"
        raise ProviderError(
            "answer_not_understood", provider="", place=place, reason=str(first["type"])
        ) from None


def pages(get: Callable[[str], Page], next_of: Callable[[Page], tuple[bool, str | None]]) -> Iterator[Page]:
    """Walk through pages until the last one.

    `get`: gives the page of a cursor, "" for the first. `next_of`: says whether there is more,
    and the cursor of it.

    Raises:
        ProviderError: a cursor came twice, there is more but no cursor, or no end.
    """
    seen: set[str] = set()
    cursor = ""
    for _ in range(MOST_PAGES):
        page = get(cursor)
        yield page
        has_more, following = next_of(page)
        if not has_more:
            return
        if not following or following in seen:
            raise ProviderError("paging_broken", provider="", reason="repeated" if following else "missing")
        seen.add(following)
        cursor = following
    raise ProviderError("paging_broken", provider="", reason="endless")


def units(
    report: str,
    days: Days,
    *,
    billed: Iterable[tuple[date, BilledRecord]] | None = None,
    usage: Iterable[tuple[date, ReportedUsage]] | None = None,
    refreshed_at_ms: int | None = None,
) -> Iterator[BillUnit]:
    """Give one unit for every day, also for days without a record; all records are read first.

    `billed`, `usage`: records with their UTC day, in any order; None where the report holds no
    money or no tokens. A record of a day that was not asked for is left out.
    """
    lines, used = _by_day(billed), _by_day(usage)
    for day in days.each():
        yield BillUnit(
            report,
            day,
            billed=None if lines is None else tuple(lines.get(day, ())),
            usage=None if used is None else tuple(used.get(day, ())),
            refreshed_at_ms=refreshed_at_ms,
        )


def _by_day(records: Iterable[tuple[date, Line]] | None) -> dict[date, list[Line]] | None:
    if records is None:
        return None
    found: dict[date, list[Line]] = {}
    for day, record in records:
        found.setdefault(day, []).append(record)
    return found


class FoundProvider(NamedTuple):
    """A provider with the file it came from; `trusted`: a file of the user's."""

    provider: Provider
    path: Path
    trusted: bool = False


class RefusedFile(NamedTuple):
    """A provider file of the user that was not loaded. `reason`: "untrusted", "changed", "broken"."""

    path: Path
    reason: str


class Found(NamedTuple):
    """Every provider by its id, and the files that were left alone."""

    providers: Mapping[str, FoundProvider]
    refused: tuple[RefusedFile, ...] = ()


def find_providers(own: Path, trusted: Mapping[str, str]) -> Found:
    """Load the bundled provider files, and those of the user that are as they were when trusted.

    `own`: the directory of the user's files. `trusted`: by file name, the hash of its content.
    A user's file with the id of a bundled one goes before it.
    """
    found = {
        place.stem: FoundProvider(_bundled(place), place) for place in _files(bundled_folder("providers"))
    }
    refused: list[RefusedFile] = []
    for place in _files(own):
        # What is run is what was hashed: the file could change between two readings.
        try:
            content = place.read_bytes()
        except OSError:
            refused.append(RefusedFile(place, "broken"))
            continue
        known = trusted.get(place.name)
        if known != content_hash(content):
            refused.append(RefusedFile(place, "changed" if known else "untrusted"))
            continue
        try:
            found[place.stem] = FoundProvider(_load(place, content), place, trusted=True)
        except SettingsError:
            refused.append(RefusedFile(place, "broken"))
    return Found(dict(sorted(found.items())), tuple(refused))


def content_hash(content: bytes) -> str:
    """Give the hash by which a trusted file is known."""
    return hashlib.sha256(content).hexdigest()


def load_provider(place: Path) -> Provider:
    """Load one provider file.

    Raises:
        SettingsError: it cannot be read, fails, sets no `PROVIDER`, or its id is not its file's name.
    """
    try:
        content = place.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError("provider_file_broken", path=str(place), reason=reason) from error
    return _load(place, content)


def _files(directory: Path) -> Iterable[Path]:
    if not directory.is_dir():
        return ()
    return sorted(
        place for place in directory.glob("[!_]*.py") if place.is_file()
    )  # a pipe would be waited for


@cache
def _bundled(place: Path) -> Provider:
    return load_provider(place)


class _Checked(SourceLoader):
    """Loads the bytes whose hash was trusted, whatever the file holds by now; writes no bytecode."""

    def __init__(self, path: str, content: bytes) -> None:
        self._path = path
        self._content = content

    def get_filename(self, fullname: str) -> str:  # noqa: ARG002 - a loader is asked so
        """Give where the file is."""
        return self._path

    def get_data(self, path: str) -> bytes:
        """Give the bytes of the file, and of no other."""
        if path != self._path:
            raise OSError(path)
        return self._content


def _load(place: Path, content: bytes) -> Provider:
    name = f"token_tracker_provider_{place.stem}"
    loader = _Checked(str(place), content)
    spec = importlib.util.spec_from_loader(name, loader)
    if spec is None:  # pragma: no cover - a spec of a loader is always made
        raise SettingsError("provider_file_broken", path=str(place), reason="no module")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # pydantic looks the names of annotations up there
    try:
        with redirect_stdout(sys.stderr):  # stdout is for answers
            loader.exec_module(module)
    except (Exception, SystemExit) as error:  # whatever a file of the user does wrong
        del sys.modules[name]
        reason = f"{type(error).__name__}: {error}"
        raise SettingsError("provider_file_broken", path=str(place), reason=reason) from error
    return _provider_of(module, place)


def _provider_of(module: ModuleType, place: Path) -> Provider:
    provider = getattr(module, "PROVIDER", None)
    if not isinstance(provider, Provider):
        raise SettingsError("provider_file_broken", path=str(place), reason="it sets no PROVIDER")
    if provider.id != place.stem:
        raise SettingsError("provider_file_broken", path=str(place), reason=f"its id is {provider.id}")
    return provider

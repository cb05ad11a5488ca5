"""The euro reference rates as the European Central Bank publishes them: XML to exchange rates.

Source: www.ecb.europa.eu/stats/eurofxref (eurofxref-daily.xml, eurofxref-hist-90d.xml), "For
developers" of the page on reference rates, and copies of both files in public repositories,
checked 2026-11-22. An `Envelope` holds a `Cube`, that one a `Cube` with `time` for each day, and
that one a `Cube` with `currency` and `rate` for each currency: what 1 EUR was worth. There is a
day for each on which TARGET is open, from about 16:00 CET on. Neither file has a DOCTYPE.
"""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final
from xml.parsers import expat

from token_tracker.errors import ProviderError
from token_tracker.ledger.exchange_rates import ECB
from token_tracker.ledger.exchange_rates import EURO
from token_tracker.model import ExchangeRate

_CUBE: Final = "www.ecb.int/vocabulary/2002-08-01/eurofxref Cube"
_ENVELOPE: Final = "www.gesmes.org/xml/2002-08-01 Envelope"
"""Names of elements, without the scheme: these are names that nobody opens, by http today."""

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_RATE: Final = re.compile(r"(?!0+(\.0+)?$)\d{1,9}(\.\d{1,12})?", re.ASCII)
_FIRST_DAY: Final = date(1999, 1, 4)
"""The first for which there are rates: the euro is no older."""


class _NotUnderstoodError(Exception):
    """The document is another than it should be."""


def read_ecb_rates(content: bytes) -> list[ExchangeRate]:
    """Read every rate of a document; one that is wrong in any place is refused as a whole.

    Raises:
        ProviderError: it is no XML, has a DOCTYPE, or is another document; `line` says where.
    """
    reader = _Reader()
    parser = expat.ParserCreate("utf-8", " ")
    # Without a DOCTYPE there are no entities, so nothing can grow and no file or address is opened.
    parser.StartDoctypeDeclHandler = reader.doctype
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, _NotUnderstoodError, ValueError):
        reader.rates.clear()
    if not reader.rates:
        raise ProviderError("rates_not_understood", line=str(parser.CurrentLineNumber))
    return list(reader.rates.values())


class _Reader:
    """What has been read so far, and where in the document that was."""

    def __init__(self) -> None:
        self.rates: dict[tuple[date, str], ExchangeRate] = {}
        self._inside: list[str] = []
        self._day: date | None = None

    def doctype(self, *_declared: object) -> None:
        raise _NotUnderstoodError

    def start(self, name: str, attributes: dict[str, str]) -> None:
        place = [*self._inside, name.partition("://")[2]]
        self._inside = place
        if place == [_ENVELOPE, _CUBE, _CUBE]:
            self._day = _day(attributes.get("time", ""))
        elif place == [_ENVELOPE, _CUBE, _CUBE, _CUBE]:
            self._add(attributes.get("currency", ""), attributes.get("rate", ""))
        elif place[0] != _ENVELOPE or len(place) > 4:
            raise _NotUnderstoodError

    def end(self, _name: str) -> None:
        self._inside = self._inside[:-1]

    def _add(self, currency: str, rate: str) -> None:
        is_rate = _CURRENCY.fullmatch(currency) and currency != EURO and _RATE.fullmatch(rate)
        if self._day is None or not is_rate or (self._day, currency) in self.rates:
            raise _NotUnderstoodError
        self.rates[self._day, currency] = ExchangeRate(EURO, currency, Decimal(rate), self._day, ECB)


def _day(text: str) -> date:
    day = date.fromisoformat(text) if _DAY.fullmatch(text) else date.min
    if day < _FIRST_DAY:
        raise _NotUnderstoodError
    return day

"""The usage file that Cursor's website exports: a CSV with a row for every request.

The columns have changed, and so they are found by name. Seen in exports up to August 2026, as
other programs' tests and issues show them (checked 2026-11-22; no file of ours was at hand):

    Date,Model,COUNTS,Cost,Cost to you
    Date,Kind,Model,Max Mode,COUNTS,Cost
    Date,[User,]Cloud Agent ID,Automation ID,Kind,Model,Max Mode,COUNTS,Cost
    COUNTS: Input (w/ Cache Write),Input (w/o Cache Write),Cache Read,Output Tokens,Total Tokens

"Input (w/ Cache Write)" is what was written to a cache, beside the rest of the input: the four
counts add up to the total. Where they do so only without it, it holds the rest as well.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import datetime
from decimal import Decimal
from typing import Final
from typing import NamedTuple

from token_tracker.formats.usage_rows import LARGEST_COUNT
from token_tracker.formats.usage_rows import LARGEST_PICO
from token_tracker.formats.usage_rows import BadRow
from token_tracker.formats.usage_rows import number_of
from token_tracker.formats.usage_rows import read_row
from token_tracker.model import PICO
from token_tracker.model import Tokens

WRITTEN: Final = ("input (w/ cache write)", "cache write", "cache write tokens")
PLAIN: Final = ("input (w/o cache write)", "input tokens", "input")
READ: Final = ("cache read", "cache read tokens")
OUTPUT: Final = ("output tokens", "output")
TOTAL: Final = ("total tokens", "tokens")
COST: Final = ("cost", "cost ($)")
PAID: Final = ("cost to you",)
NO_NUMBER: Final = ("", "-", "free", "included", "nan", "n/a")
"""What stands in a cell that tells no amount."""

OWN_KEY: Final = "user api key"


class CursorRow(NamedTuple):
    """One request.

    `when`: a moment in UTC, a local time without a zone, or a day. `paid_pico`: what Cursor
    charged, in 10^-12 USD, None where the row does not say. `worth_pico`: what Cursor says that
    a request is worth which the plan paid. `has_own_key`: the person's own key paid.
    """

    number: int
    when: date | datetime
    model: str
    cloud_agent: str
    is_automatic: bool
    tokens: Tokens
    is_included: bool
    has_own_key: bool
    paid_pico: int | None
    worth_pico: int | None

    @property
    def says_nothing(self) -> bool:
        """Nothing was used, and nothing paid."""
        return not self.tokens.total and not self.paid_pico

    @property
    def content(self) -> tuple[str, ...]:
        """What tells the request from others in every export: not what only some of them have."""
        return (self.when.isoformat(), self.model, *map(str, self.tokens))


class CursorUsage(NamedTuple):
    """What a file holds."""

    rows: Sequence[CursorRow]
    bad: Sequence[BadRow]


class _Money(NamedTuple):
    is_included: bool
    has_own_key: bool
    paid_pico: int | None
    worth_pico: int | None


class _BadCellError(ValueError):
    """A cell cannot be used; the argument is the code of the reason."""


def is_cursor_usage(text: bytes) -> bool:
    """Say whether a file begins with the names of these columns.

    >>> is_cursor_usage(b'Date,Model,Output Tokens,Cost'), is_cursor_usage(b'[{"date": 1}]')
    (True, False)
    """
    first = text.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0][:2000]
    names = _names(next(csv.reader([first.decode("utf-8", "replace")]), []))
    return {"date", "model"} <= set(names) and any(name in names for name in (*OUTPUT, *TOTAL))


def read_cursor_usage(text: bytes) -> CursorUsage:
    """Read a file that `is_cursor_usage`; rows are numbered from 1, below the names."""
    lines = io.StringIO(text.decode("utf-8-sig", "replace").replace("\0", "").lstrip(), newline="")
    found = csv.reader(lines)
    names = _names(next(found, []))
    rows: list[CursorRow] = []
    bad: list[BadRow] = []
    for number, cells in enumerate(_filled(found), 1):
        row = _row(number, dict(zip(names, map(str.strip, cells), strict=False)))
        if isinstance(row, BadRow):
            bad.append(row)
        else:
            rows.append(row)
    return CursorUsage(rows, bad)


def _filled(found: Iterator[list[str]]) -> Iterator[list[str]]:
    """Give the rows that hold something; behind a cell without an end, an empty one ends the file."""
    try:
        yield from (cells for cells in found if any(map(str.strip, cells)))
    except csv.Error:
        yield []


def _names(cells: Sequence[str]) -> list[str]:
    return [" ".join(cell.lower().split()) for cell in cells]


def _row(number: int, cells: Mapping[str, str]) -> CursorRow | BadRow:
    # What a day and a name may be is the same in every file of rows.
    row = read_row(
        number,
        {
            "timestamp": cells.get("date"),
            "model": cells.get("model"),
            "session": cells.get("cloud agent id"),
            "tokens": 0,
        },
        "USD",
    )
    if isinstance(row, BadRow):
        return row
    try:
        tokens, money = _tokens(cells), _money(cells)
    except _BadCellError as error:
        return BadRow(number, str(error))
    is_automatic = bool(cells.get("automation id"))
    return CursorRow(number, row.when, row.model, row.session, is_automatic, tokens, *money)


def _tokens(cells: Mapping[str, str]) -> Tokens:
    written, plain, read, output = (_count(cells, names) for names in (WRITTEN, PLAIN, READ, OUTPUT))
    total = _count(cells, TOTAL)
    if total and not written + plain + read + output:
        plain = total  # nothing finer is known
    elif total == written + read + output and written >= plain:
        written -= plain
    return Tokens(input=plain, cache_read=read, cache_write_5m=written, output=output)


def _count(cells: Mapping[str, str], names: Sequence[str]) -> int:
    number = _number(cells, names, "tokens-invalid")
    if number is None:
        return 0
    if number != number.to_integral_value() or number > LARGEST_COUNT:
        raise _BadCellError("tokens-invalid")
    return int(number)


def _money(cells: Mapping[str, str]) -> _Money:
    """Say who paid a request, and what: Cursor on demand, the plan, the person's own key, or nobody."""
    kind = cells.get("kind", "").lower()
    cost, paid = _pico(cells, COST), _pico(cells, PAID)
    if kind.startswith(OWN_KEY):
        return _Money(False, True, None, None)
    if "no charge" in kind or "not charged" in kind or kind == "free":
        return _Money(False, False, 0, None)
    if any(name in cells for name in PAID):
        return _Money(False, False, paid, None) if paid else _Money(True, False, None, cost)
    if kind.startswith("included") or cells.get(_first(cells, COST), "").lower() in ("included", "free"):
        return _Money(True, False, None, cost)
    return _Money(False, False, cost, None)


def _pico(cells: Mapping[str, str], names: Sequence[str]) -> int | None:
    number = _number(cells, names, "cost-invalid")
    if number is None:
        return None
    if number > Decimal(LARGEST_PICO) / PICO:
        raise _BadCellError("cost-invalid")
    return int((number * PICO).to_integral_value())


def _number(cells: Mapping[str, str], names: Sequence[str], reason: str) -> Decimal | None:
    """Read the number in the first of some columns; None where it holds a word for none."""
    text = cells.get(_first(cells, names), "").removeprefix("$").replace(",", "")
    if text.lower() in NO_NUMBER:
        return None
    number = number_of(text)
    if number is None or number < 0:
        raise _BadCellError(reason)
    return number


def _first(cells: Mapping[str, str], names: Sequence[str]) -> str:
    return next((name for name in names if name in cells), "")

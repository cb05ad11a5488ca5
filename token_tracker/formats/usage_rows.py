"""One row of another tracker's file: which day or moment, which model, how many tokens, what cost.

The names that its keys may have are here; in which shapes rows come is in `usage_json.py`.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from datetime import UTC
from datetime import date
from datetime import datetime
from decimal import Decimal
from decimal import InvalidOperation
from typing import Any
from typing import Final
from typing import NamedTuple

from token_tracker.model import PICO
from token_tracker.model import Charge

WHEN: Final = ("timestamp", "time", "at", "created_at", "createdAt", "ts", "date", "day")
"""A moment goes before a day: it says more."""

MODEL: Final = ("model", "model_id", "modelName")
SESSION: Final = ("session", "session_id", "sessionId", "session_key", "name")
TOKENS_IN: Final = ("tokens_in", "tokensIn", "input", "input_tokens", "prompt_tokens")
TOKENS_OUT: Final = ("tokens_out", "tokensOut", "output", "output_tokens", "completion_tokens")
TOKENS: Final = ("tokens_used", "total_tokens", "tokens")
COST: Final = ("cost", "cost_usd", "costUSD", "total_cost", "amount")
NUMBERS: Final = (*TOKENS_IN, *TOKENS_OUT, *TOKENS, *COST)

FIRST_YEAR, LAST_YEAR = 2000, 2099
LARGEST_COUNT: Final = 10**12
LARGEST_PICO: Final = 2**63 - 1
"""What the ledger's column holds."""

LONGEST_NAME: Final = 200
LONGEST_NOTES: Final = 2000
_FIRST_MS_MAGNITUDE: Final = 10**11
"""As seconds, this is in the year 5138; as milliseconds, in 1973."""


class UsageRow(NamedTuple):
    """What a row says.

    `number`: its place in the file, from 1; in JSON Lines the line. `when`: a local day, a
    local time without a zone, or a moment in UTC. `tokens_in` holds all tokens where not
    `is_split`. `charge`: None where the row knows no cost. `source`: whose log the usage
    came from, where that is said.
    """

    number: int
    when: date | datetime
    provider: str
    model: str
    session: str
    source: str
    task: str
    notes: str
    tokens_in: int
    tokens_out: int
    is_split: bool
    charge: Charge | None

    @property
    def says_nothing(self) -> bool:
        """Nothing was used, and nothing paid."""
        return not self.tokens_in and not self.tokens_out and self.charge is None

    @property
    def content(self) -> tuple[str, ...]:
        """All that the row says but its place, the same for the same row in any spelling of it."""
        charge = "" if self.charge is None else f"{self.charge.pico} {self.charge.currency}"
        return (self.when.isoformat(), *self[2:8], *(str(value) for value in self[8:11]), charge)


class BadRow(NamedTuple):
    """A row that cannot be used: its place, and the code of what is wrong with it."""

    number: int
    reason: str


class _BadRowError(ValueError):
    """A row cannot be used; the argument is the code of the reason."""


def read_row(number: int, row: Mapping[str, Any], currency: str) -> UsageRow | BadRow:
    """Read a row; `currency`: of its cost where it names none."""
    try:
        tokens_in, tokens_out, is_split = _tokens(row)
        return UsageRow(
            number,
            _when(_first(row, WHEN)),
            _name(row, ("provider",)).lower(),
            _name(row, MODEL),
            _name(row, SESSION),
            _name(row, ("source",)),
            _name(row, ("task",)),
            _name(row, ("notes",), LONGEST_NOTES),
            tokens_in,
            tokens_out,
            is_split,
            _charge(row, currency),
        )
    except _BadRowError as error:
        return BadRow(number, str(error))


def is_day(text: str) -> bool:
    """Say whether a key is a day, as in an object that has one entry for each.

    >>> is_day("2026-03-18"), is_day("s-1"), is_day("20260318T09")
    (True, False, False)
    """
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def currency_of(value: object) -> str | None:
    """Give the three letters of a currency; None for anything else.

    >>> currency_of(" usd "), currency_of("dollars")
    ('USD', None)
    """
    code = value.strip().upper() if isinstance(value, str) else ""
    return code if len(code) == 3 and code.isascii() and code.isalpha() else None


def number_of(value: object) -> Decimal | None:
    """Give a number, also one that is written as text; None for what is none.

    >>> number_of("0.05"), number_of(True), number_of("NaN")
    (Decimal('0.05'), None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        return None
    try:
        number = Decimal(value.strip() if isinstance(value, str) else value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def exact_number(text: str) -> Decimal:
    """Read a number of JSON without a float; one whose exponent no computer holds is no number.

    >>> exact_number("1e99999999999999999999").is_nan()
    True
    """
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal("NaN")


def _first(row: Mapping[str, Any], keys: Sequence[str]) -> object:
    """Give the value of the first key that is there; null says nothing."""
    return next((row[key] for key in keys if row.get(key) is not None), None)


def _when(value: object) -> date | datetime:
    if value is None or value == "":
        raise _BadRowError("no-date")
    try:
        when = _moment(value) if not isinstance(value, str) or _is_digits(value) else _iso(value.strip())
        if FIRST_YEAR <= when.year <= LAST_YEAR:
            return when
    except (ValueError, OverflowError, ArithmeticError):
        pass
    raise _BadRowError("date-invalid")


def _is_digits(text: str) -> bool:
    """Tell epoch times from days, which have eight digits."""
    return len(text.strip()) >= 10 and text.strip().isdecimal()


def _moment(value: object) -> datetime:
    """Read seconds or milliseconds since 1970."""
    number = number_of(value)
    if number is None or not 0 <= number < 10**15:
        raise ValueError
    milliseconds = int(number if number >= _FIRST_MS_MAGNITUDE else number * 1000)
    seconds, rest = divmod(milliseconds, 1000)
    return datetime.fromtimestamp(seconds, UTC).replace(microsecond=rest * 1000)


def _iso(text: str) -> date | datetime:
    if is_day(text):
        return date.fromisoformat(text)
    moment = datetime.fromisoformat(text)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR or moment.tzinfo is None:
        return moment
    return moment.astimezone(UTC)


def _tokens(row: Mapping[str, Any]) -> tuple[int, int, bool]:
    """Give tokens in and out, and whether they are known apart."""
    parts = [_count(row, keys) for keys in (TOKENS_IN, TOKENS_OUT)]
    total = _count(row, TOKENS)
    known = [part for part in parts if part is not None]
    if not known:
        if total is None and _first(row, COST) is None:
            raise _BadRowError("no-numbers")
        return total or 0, 0, total is None
    missing = max(0, (total or 0) - known[0]) if len(known) == 1 else 0
    tokens_in, tokens_out = (missing if part is None else part for part in parts)
    return tokens_in, tokens_out, True


def _count(row: Mapping[str, Any], keys: Sequence[str]) -> int | None:
    value = _first(row, keys)
    if value is None:
        return None
    number = number_of(value)
    if number is None or not 0 <= number <= LARGEST_COUNT or number != number.to_integral_value():
        raise _BadRowError("tokens-invalid")
    return int(number)


def _charge(row: Mapping[str, Any], currency: str) -> Charge | None:
    """Give what a row says that it cost; 0 means that nobody knew."""
    value = _first(row, COST)
    if value is None or value == "":
        return None
    given = row.get("currency")
    code = currency if given is None or given == "" else currency_of(given)
    if code is None:
        raise _BadRowError("currency-invalid")
    if isinstance(value, str) and value.strip().startswith("$"):
        value = value.strip().removeprefix("$")
    amount = number_of(value)
    if amount is None or not 0 <= amount <= Decimal(LARGEST_PICO) / PICO:
        raise _BadRowError("cost-invalid")
    pico = int((amount * PICO).to_integral_value())
    return Charge(pico, code) if pico else None


def _name(row: Mapping[str, Any], keys: Sequence[str], longest: int = LONGEST_NAME) -> str:
    """Give a text of a row on one line, without what no terminal and no ledger should get."""
    value = _first(row, keys)
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise _BadRowError("name-invalid")
    text = " ".join(str(value).split())
    if not text.isprintable():
        text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)
    return text[:longest]

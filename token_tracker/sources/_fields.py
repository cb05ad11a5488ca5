"""What a field of a log line may hold, and what it means: objects, counts, names, times, money.

Logs are written by many versions of many programs. A wrong name counts as absent, a wrong
time as none; a wrong token count spoils its line, because zero would be a lie.
"""

from __future__ import annotations

import json
import re
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from decimal import InvalidOperation
from functools import cache
from functools import lru_cache
from typing import Any

from token_tracker.model import PICO

LARGEST_COUNT = 10**12
LONGEST_NAME = 400
LONGEST_WHOLE_NUMBER = 40
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
SMALLEST_MS = 10**12
"""A number below it counts seconds: as milliseconds it would be a day before September 2001."""

LATEST_MS = 253402300799999
"""The last millisecond of the year 9999: a later one is no time."""

_BEYOND_MICROSECONDS = re.compile(r"(?<=\.[0-9]{6})[0-9]+")

JsonObject = dict[str, Any]


class UsageInvalidError(ValueError):
    """A token count is not a whole number that can be."""


def parse_object(text: bytes | str) -> JsonObject:
    """Parse JSON as leniently as its answer allows: {} when it holds no object.

    Fractions come as Decimal. A byte order mark and the NULs that a power cut leaves in front
    are passed over, broken UTF-8 is replaced: neither says that the counts are wrong.

    Raises:
        ValueError: the text is not JSON.
    """
    value = parse_json(text)
    return value if isinstance(value, dict) else {}


def parse_json(text: bytes | str) -> Any:
    """Parse any JSON value as `parse_object` does.

    Raises:
        ValueError: the text is not JSON.
    """
    plain = text if isinstance(text, str) else text.lstrip(b"\0").decode("utf-8", "replace")
    plain = plain.removeprefix("\ufeff")
    try:
        return _parsed(plain)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def member(record: object, *names: str) -> Any:
    """Give a field inside nested objects; None where any of them is missing.

    >>> member({"message": {"usage": {"output": 5}}}, "message", "usage", "output")
    5
    """
    for name in names:
        record = record.get(name) if isinstance(record, dict) else None
    return record


def an_object(value: object) -> JsonObject:
    """Give a value that is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects(value: object) -> list[JsonObject]:
    """Give the objects of a list; none where it is no list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def whole_count(value: object) -> int:
    """Read a count of tokens: 0 where it is missing or null.

    Raises:
        UsageInvalidError: it is no whole number from 0 to 10^12.
    """
    if value is None:
        return 0
    # Some writers give 12.0. One like 1e99999999 is not written out: that takes hours.
    if isinstance(value, Decimal) and is_up_to(value, LARGEST_COUNT) and value == value.to_integral_value():
        value = int(value)
    if type(value) is not int or not 0 <= value <= LARGEST_COUNT:
        raise UsageInvalidError
    return value


def is_up_to(value: float | Decimal, largest: int) -> bool:
    """Say whether a number is one from 0 to `largest`, without writing out what is beyond.

    >>> is_up_to(Decimal("1e999999999"), 10), is_up_to(float("nan"), 10), is_up_to(Decimal("2.5"), 10)
    (False, False, True)
    """
    try:
        return 0 <= value <= largest
    except InvalidOperation:  # a Decimal that is no number has no order
        return False


def clean_name(value: object) -> str:
    """Make text from a log storable: no control characters, no broken code points, not endless."""
    return _clean(value[:LONGEST_NAME]) if isinstance(value, str) else ""  # cut: what is cached stays small


@lru_cache(maxsize=4096)
def _clean(text: str) -> str:
    return text if text.isprintable() else "".join(c for c in text if c.isprintable())


def instant_ms(value: object) -> int | None:
    """Read a moment as UTC milliseconds: ISO text, or a number of seconds or milliseconds.

    None when it is none, or before 1970. Text without an offset is UTC; digits beyond
    microseconds are rounded by the first of them, as msgspec does.

    >>> instant_ms("1970-01-01T00:00:01.500Z"), instant_ms(1776162403), instant_ms(1776162403000)
    (1500, 1776162403000, 1776162403000)
    """
    if isinstance(value, str):
        return _text_ms(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if not is_up_to(value, LATEST_MS):
        return None
    at_ms = int(value if value >= SMALLEST_MS else value * 1000)
    return at_ms if 0 < at_ms <= LATEST_MS else None


def _text_ms(text: str) -> int | None:
    try:
        moment = datetime.fromisoformat(text.upper())
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        if (beyond := _BEYOND_MICROSECONDS.search(text)) and beyond[0] >= "5":
            moment += datetime.resolution
        at_ms = (moment - EPOCH) // MILLISECOND
    except (ValueError, OverflowError):
        return None
    return at_ms if 0 <= at_ms <= LATEST_MS else None


def pico(value: object) -> int | None:
    """Read an amount of money as 10^-12 of its currency; None when it is none, or negative.

    A float of a database column is read by its shortest text, which is what was written.

    >>> pico(Decimal("0.00192"))
    1920000000
    """
    if isinstance(value, str | float):
        value = _decimal(str(value))
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    amount = Decimal(value)
    if not amount.is_finite() or not 0 <= amount < LARGEST_COUNT:
        return None
    return int(amount * PICO)


@cache
def _decoder() -> json.JSONDecoder:
    """Give the decoder of nearly every text; making one for each would take as long as a short text."""
    return json.JSONDecoder(parse_float=_decimal)


def _parsed(text: str) -> Any:
    try:
        return _decoder().decode(text)
    except json.JSONDecodeError:
        raise
    except ValueError:  # a number of more digits than Python likes to turn into one
        return json.loads(text, parse_float=_decimal, parse_int=_whole)


def _decimal(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond what a Decimal can hold
        return Decimal("NaN")


def _whole(text: str) -> int:
    return int(text) if len(text) <= LONGEST_WHOLE_NUMBER else LARGEST_COUNT + 1

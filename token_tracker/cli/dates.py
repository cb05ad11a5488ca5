"""Dates as people write them on a command line, in Chinese and English.

A date without its year is the latest past one, today included; a weekday in English is
the latest past one, today excluded; a weekday in Chinese is of this ISO week, 上周三 of the
last one. What one expression means is in `date_words.py`; here they are joined, and
refused.
"""

from __future__ import annotations

import re
from datetime import date

from token_tracker.cli.date_words import Days
from token_tracker.cli.date_words import read
from token_tracker.cli.date_words import read_dated
from token_tracker.cli.date_words import read_end
from token_tracker.cli.date_words import read_returning
from token_tracker.cli.writing import plain
from token_tracker.errors import CommandLineError
from token_tracker.period import Period
from token_tracker.period import Zone

_TWO_NUMBERS = r"\d{1,2}[/.-]\d{1,2}([/.-]\d{2,4})?"
_CHINESE = "[\u4e00-\u9fff]"
_LEADING = "^((on|for|in|during|the) )+"
_SINCE = r"since (.+)|[从自]?(.+?)(?:以来|至今|起|到(?:现在|今))"
_BETWEEN = r"between (.+) and (.+)"
_TO = r" ?(?:\.\.\.?|~|–|—|到|至) ?| (?:-|to|through|until) "


def parse_day_or_span(text: str, today: date, zone: Zone) -> Period:
    """Read a day or a span such as "yesterday", "本周", "last-week" or "2026-10-05".

    A span ends today at the latest.

    Raises:
        CommandLineError: not understood, ambiguous, impossible, in the future, or a span that
            ends before it begins.
    """
    found = _understood(text, today)
    return Period(found.first, min(found.last, today), zone.zone, zone.name)


def parse_day(text: str, today: date) -> date:
    """Read one calendar day that is not in the future.

    Raises:
        CommandLineError: as for `parse_day_or_span`; a span is not understood.
    """
    found = _understood(text, today)
    if found.is_span:
        raise CommandLineError("date_not_understood", given=text)
    return found.first


def parse_any_day(text: str) -> date:
    """Read a calendar day that names its year, in the future too.

    Raises:
        CommandLineError: not understood, or no day of any calendar.
    """
    try:
        found = read_dated(_words(text))
    except ValueError:
        raise CommandLineError("date_impossible", given=text) from None
    if found is None or found.is_span:
        raise CommandLineError("date_not_understood", given=text)
    return found.first


def _understood(text: str, today: date) -> Days:
    try:
        found = _read(text, text, today) or _read_span(text, today)
    except ValueError:
        raise CommandLineError("date_impossible", given=text) from None
    if found is None:
        raise CommandLineError("date_not_understood", given=text)
    return _begun(found, text, today)


def _begun(found: Days, text: str, today: date) -> Days:
    """Refuse days that have not begun."""
    if found.first > today:
        raise CommandLineError("date_in_future", given=text, today=today.isoformat())
    return found


def _read(part: str, text: str, today: date) -> Days | None:
    """Read one expression, a `part` of what was written."""
    words = _words(part)
    if words[:1].isdigit() and re.fullmatch(_TWO_NUMBERS, words, re.ASCII):
        raise CommandLineError("date_ambiguous", given=text)
    return read(words, today)


def _read_span(text: str, today: date) -> Days | None:
    """Read what begins with one expression and ends with another, or today."""
    words = _spaced(text)
    if found := re.fullmatch(_SINCE, words):
        begin = _read(found[1] or found[2], text, today)
        return None if begin is None else Days(begin.first, max(begin.first, today))
    between = re.fullmatch(_BETWEEN, words)
    ends = list(between.groups()) if between else re.split(_TO, re.sub("^(from |[从自])", "", words))
    if len(ends) == 1:
        ends = words.split("-")
    return _joined(ends[0], ends[1], text, today) if len(ends) == 2 else None


def _joined(first: str, last: str, text: str, today: date) -> Days | None:
    """Join two expressions; the year, month or week that one leaves out, the other says."""
    begin = _read(first, text, today)
    if begin is None:
        return None
    if returning := read_end(_words(last)):
        end = returning.ending(_begun(begin, text, today))
    elif found := _read(last, text, today):
        end = found
        begins = read_returning(_words(first))
        begin = _begun(begins.latest(min(end.last, today)) if begins else begin, text, today)
    else:
        return None
    if end.last < begin.first:
        raise CommandLineError("span_reversed", since=begin.first.isoformat(), until=end.last.isoformat())
    return Days(begin.first, _begun(end, text, today).last)


def _words(text: str) -> str:
    """Write an expression as its words: "Last-Week" and "last  week" are the same."""
    words = _spaced(text)
    if "-" in words or "_" in words:
        words = re.sub(r"(?<=[a-z0-9])[-_](?=[a-z])|(?<=[a-z])[-_](?=[0-9])", " ", words)
    return re.sub(_LEADING, "", words) if " " in words else words


def _spaced(text: str) -> str:
    """Write a text in one form, without spaces beside Chinese characters and marks at its end."""
    words = plain(text)
    if " " in words and not words.isascii():
        words = re.sub(f"(?<={_CHINESE}) | (?={_CHINESE})", "", words)
    return words.rstrip(" .?!,。").removesuffix("的")

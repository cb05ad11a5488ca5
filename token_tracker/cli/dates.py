"""Dates as people write them on a command line."""

from __future__ import annotations

import re
from datetime import date
from datetime import timedelta

from token_tracker.errors import CommandLineError
from token_tracker.period import Period
from token_tracker.period import Zone
from token_tracker.period import calendar_month
from token_tracker.period import iso_week

DAYS_AGO = {"today": 0, "yesterday": 1, "今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2}
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{4})(\d{2})(\d{2})")
_TWO_NUMBERS = re.compile(r"\d{1,2}[/.]\d{1,2}([/.]\d{2,4})?")


def parse_day_or_span(text: str, today: date, zone: Zone) -> Period:
    """Read a day or a span such as "yesterday", "本周" or "2026-10-05".

    Raises:
        CommandLineError: not understood, ambiguous, impossible, or in the future.
    """
    word = text.strip().lower()
    spans = {
        "this week": iso_week(today, *zone[:2]),
        "本周": iso_week(today, *zone[:2]),
        "last week": iso_week(today - timedelta(days=7), *zone[:2]),
        "上周": iso_week(today - timedelta(days=7), *zone[:2]),
        "this month": calendar_month(today, *zone[:2]),
        "本月": calendar_month(today, *zone[:2]),
        "last month": calendar_month(today.replace(day=1) - timedelta(days=1), *zone[:2]),
        "上个月": calendar_month(today.replace(day=1) - timedelta(days=1), *zone[:2]),
    }
    if word in spans:
        return spans[word]._replace(last=min(spans[word].last, today))
    if word in DAYS_AGO:
        day = today - timedelta(days=DAYS_AGO[word])
    else:
        day = parse_day(text, today)
    return Period(day, day, zone.zone, zone.name)


def parse_day(text: str, today: date) -> date:
    """Read one calendar day that is not in the future.

    Raises:
        CommandLineError: as for `parse_day_or_span`.
    """
    word = text.strip().lower()
    if word in DAYS_AGO:
        return today - timedelta(days=DAYS_AGO[word])
    if _TWO_NUMBERS.fullmatch(word):
        raise CommandLineError("date_ambiguous", given=text)
    wanted = parse_any_day(text)
    if wanted > today:
        raise CommandLineError("date_in_future", given=text, today=today.isoformat())
    return wanted


def parse_any_day(text: str) -> date:
    """Read a calendar day in numbers, in the future too.

    Raises:
        CommandLineError: not understood, or no day of any calendar.
    """
    found = _ISO.fullmatch(text.strip())
    if not found:
        raise CommandLineError("date_not_understood", given=text)
    year, month, day = (int(part) for part in found.groups() if part is not None)
    try:
        return date(year, month, day)
    except ValueError:
        raise CommandLineError("date_impossible", given=text) from None

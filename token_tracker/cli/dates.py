"""Dates as people write them on a command line, in Chinese and English.

A date without its year is the latest past one, today included; a weekday in English is
the latest past one, today excluded; a weekday in Chinese is of this ISO week, 上周三 of the
last one.
"""

from __future__ import annotations

import re
from datetime import date
from datetime import timedelta

from token_tracker.errors import CommandLineError
from token_tracker.period import Period
from token_tracker.period import Zone
from token_tracker.period import calendar_month
from token_tracker.period import iso_week

DAYS_AGO = {"today": 0, "yesterday": 1, "今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "大前天": 3}
WEEKS_AGO = {"this week": 0, "last week": 1, "本周": 0, "这周": 0, "这个星期": 0, "上周": 1, "上个星期": 1}
MONTHS_AGO = {"this month": 0, "last month": 1, "本月": 0, "这个月": 0, "上月": 1, "上个月": 1}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
CHINESE_NUMBERS = {
    "一": 1,
    "二": 2,
    "两": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
LONGEST_DAYS_AGO = 36_500
FIRST_YEAR = 1000
"""Years before it are typing mistakes, and no zone could tell their first day from UTC's."""

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})|(\d{4})(\d{2})(\d{2})|(\d{4})年(\d{1,2})月(\d{1,2})[日号]")
_WITHOUT_YEAR = re.compile(r"(\d{1,2})月(\d{1,2})[日号]")
_MONTH_FIRST = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?")
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th)? ([a-z]{3,9})\.?(?:,? (\d{4}))?")
_AGO = re.compile(r"(\d{1,6}|[一二两三四五六七八九十]) ?(?:days? ago|天前|天以前)")
_CHINESE_WEEKDAY = re.compile(r"(上|本|这)?(?:个)?(?:周|星期|礼拜)([一二三四五六日天])")
_ENGLISH_WEEKDAY = re.compile(r"(?:last )?([a-z]+)")
_TWO_NUMBERS = re.compile(r"\d{1,2}[/.-]\d{1,2}([/.-]\d{2,4})?")


def parse_day_or_span(text: str, today: date, zone: Zone) -> Period:
    """Read a day or a span such as "yesterday", "本周", "last-week" or "2026-10-05".

    A span ends today at the latest.

    Raises:
        CommandLineError: not understood, ambiguous, impossible, or in the future.
    """
    words = _words(text)
    if words in WEEKS_AGO:
        span = iso_week(today - timedelta(days=7 * WEEKS_AGO[words]), zone.zone, zone.name)
    elif words in MONTHS_AGO:
        span = calendar_month(_months_before(today, MONTHS_AGO[words]), zone.zone, zone.name)
    else:
        day = parse_day(text, today)
        span = Period(day, day, zone.zone, zone.name)
    return span._replace(last=min(span.last, today))


def parse_day(text: str, today: date) -> date:
    """Read one calendar day that is not in the future.

    Raises:
        CommandLineError: as for `parse_day_or_span`.
    """
    words = _words(text)
    if _TWO_NUMBERS.fullmatch(text.strip()):
        raise CommandLineError("date_ambiguous", given=text)
    wanted = _relative_day(words, today) or _day_without_year(text, words, today) or parse_any_day(text)
    if wanted > today:
        raise CommandLineError("date_in_future", given=text, today=today.isoformat())
    return wanted


def parse_any_day(text: str) -> date:
    """Read a calendar day that names its year, in the future too.

    Raises:
        CommandLineError: not understood, or no day of any calendar.
    """
    if found := _ISO.fullmatch(text.strip()):
        year, month, day = (part for part in found.groups() if part is not None)
        return _day(text, int(year), int(month), int(day))
    if (named := _named_month(_words(text))) and named[0]:
        return _day(text, *named)
    raise CommandLineError("date_not_understood", given=text)


def _words(text: str) -> str:
    """Write a text as its words: "Last-Week" and "last  week" are the same."""
    words = " ".join(text.lower().split())
    return re.sub(r"(?<=[a-z0-9])[-_](?=[a-z])|(?<=[a-z])[-_](?=[0-9])", " ", words)


def _relative_day(words: str, today: date) -> date | None:
    if words in DAYS_AGO:
        return today - timedelta(days=DAYS_AGO[words])
    if found := _AGO.fullmatch(words):
        days = CHINESE_NUMBERS.get(found[1]) or int(found[1])
        return today - timedelta(days=days) if days <= LONGEST_DAYS_AGO else None
    if found := _CHINESE_WEEKDAY.fullmatch(words):
        weekday = 6 if found[2] in "日天" else CHINESE_NUMBERS[found[2]] - 1
        monday = today - timedelta(days=today.weekday() + (7 if found[1] == "上" else 0))
        return monday + timedelta(days=weekday)
    found = _ENGLISH_WEEKDAY.fullmatch(words)
    names = [name for name in WEEKDAYS if found and found[1] in (name, name[:3])]
    if not names:
        return None
    return today - timedelta(days=(today.weekday() - WEEKDAYS.index(names[0]) - 1) % 7 + 1)


def _day_without_year(text: str, words: str, today: date) -> date | None:
    """Read a month and a day as the latest past one; Feb 29 is that of the last leap year."""
    if found := _WITHOUT_YEAR.fullmatch(words):
        month, day = int(found[1]), int(found[2])
    elif (named := _named_month(words)) and not named[0]:
        month, day = named[1:]
    else:
        return None
    for year in range(today.year, today.year - 9, -1):
        try:
            wanted = date(year, month, day)
        except ValueError:
            continue
        if wanted <= today:
            return wanted
    raise CommandLineError("date_impossible", given=text)


def _named_month(words: str) -> tuple[int, int, int] | None:
    """Read "Oct 5", "5 October 2026"; the year is 0 where it is not named."""
    if found := _MONTH_FIRST.fullmatch(words):
        name, day, year = found.groups()
    elif found := _DAY_FIRST.fullmatch(words):
        day, name, year = found.groups()
    else:
        return None
    months = [number for number, month in enumerate(MONTHS, 1) if name in (month, month[:3], month[:4])]
    return (int(year or 0), months[0], int(day)) if months else None


def _months_before(day: date, months: int) -> date:
    first = day.replace(day=1)
    for _ in range(months):
        first = (first - timedelta(days=1)).replace(day=1)
    return first


def _day(text: str, year: int, month: int, day: int) -> date:
    if 0 < year < FIRST_YEAR:
        raise CommandLineError("date_not_understood", given=text)
    try:
        return date(year, month, day)
    except ValueError:
        raise CommandLineError("date_impossible", given=text) from None

"""What one expression for a day or a span means: "yesterday", "上周三", "Oct 5", "last 7 days".

A date that leaves out its year, or its month, returns again and again: it is read as the
latest one that has begun. How two expressions make a span, and what is refused, is in
`dates.py`.
"""

from __future__ import annotations

import re
from datetime import date
from datetime import timedelta
from typing import NamedTuple

from token_tracker.cli.writing import chinese_number
from token_tracker.cli.writing import english_number

DAYS_AGO = {
    "today": 0, "yesterday": 1, "day before yesterday": 2,
    "今天": 0, "今日": 0, "昨天": 1, "昨日": 1, "前天": 2, "前日": 2, "大前天": 3,
}  # fmt: skip
DAYS_AHEAD = {"tomorrow": 1, "day after tomorrow": 2, "明天": 1, "明日": 1, "后天": 2, "大后天": 3}
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
LONGEST_DAYS_AGO = 36_500
FIRST_YEAR = 1000
"""Years before it are typing mistakes, and no zone could tell their first day from UTC's."""
RETURNS_WITHIN = 9 * 366
"""Days in which every date returns: between 1896 and 1904 there was no Feb 29."""

_WHICH = {
    "上上": -2, "上": -1, "这": 0, "本": 0, "当": 0, "下": 1, "前": -2, "去": -1, "今": 0, "明": 1,
    "last": -1, "previous": -1, "this": 0, "current": 0, "next": 1,
}  # fmt: skip
_MONTHS_IN = {"month": 1, "月": 1, "个月": 1, "quarter": 3, "季度": 3, "year": 12, "年": 12}
_DAYS_IN = {"day": 1, "天": 1, "日": 1, "week": 7, "周": 7, "星期": 7, "礼拜": 7, "个星期": 7, "个礼拜": 7}

_COUNT = r"(\d{1,6}|[零一二两三四五六七八九十百千]+)"
_SMALL = r"(\d{1,2}|[一二三四五六七八九十]{1,3})"
_CHINESE_WHICH = r"(上上|上|这|本|当|下)(?:一?个|一)?"
_ENGLISH_WHICH = r"(last|previous|this|current|next)"
_ORDINAL = r"(\d{1,2})(?:st|nd|rd|th)"
_OF_YEAR = r"(?:,? (?:of )?(\d{4}|this year|last year))?"

_DAY_IN_NUMBERS = r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})(\d{2})(\d{2})"
_MONTH_IN_NUMBERS = r"(\d{4})[-/](\d{1,2})"
_CHINESE_YEAR = r"(?:(\d{4}|[零一二三四五六七八九]{4}|[前去今本明])年)?"
_CHINESE_DATE = rf"{_CHINESE_YEAR}(?:{_SMALL}月份?(?:{_SMALL}[日号]?)?)?"
_DAY_OF_MONTH = rf"{_CHINESE_WHICH}月{_SMALL}[日号]"
_CHINESE_DAY = r"(\d{1,2})[日号]|([一二三四五六七八九十]{1,3})号"
_MONTH_FIRST = rf"([a-z]{{3,9}})\.?(?: (\d{{1,2}})(?:st|nd|rd|th)?)?{_OF_YEAR}"
_DAY_FIRST = rf"(\d{{1,2}})(?:st|nd|rd|th)? (?:of )?([a-z]{{3,9}})\.?{_OF_YEAR}"
_AGO = rf"{_COUNT}(天|日|周|个?星期|个?礼拜)[以之]?前|([a-z0-9 ]+?) ?(day|week)s? ago"
_LATEST = (
    rf"(?:最近|近|过去)的?{_COUNT}(天|日|周|个?星期|个?礼拜|个月|年)"
    r"|(?:last|past) ([a-z0-9 ]+) (day|week|month|year)s?|past (week|month|quarter|year)"
)
_CHINESE_SPAN = rf"{_CHINESE_WHICH}(周|星期|礼拜|月|季度)"
_ENGLISH_SPAN = rf"{_ENGLISH_WHICH} (week|month|quarter|year)|(week|month) before last"
_WEEKEND = rf"(?:{_CHINESE_WHICH})?(?:周|星期|礼拜)末|(?:{_ENGLISH_WHICH} )?weekend"
_CHINESE_WEEKDAY = rf"(?:{_CHINESE_WHICH})?(?:周|星期|礼拜)([一二三四五六日天1-7])"
_ENGLISH_WEEKDAY = r"(this|next) ([a-z]{3,9})"
_WEEKDAY_OF_WEEK = rf"([a-z]{{3,9}}) (?:of )?{_ENGLISH_WHICH} week|{_ENGLISH_WHICH} week ([a-z]{{3,9}})"
_WEEK_NUMBER = rf"(?:(\d{{4}}) ?年?)?(?:w(?:eek )?(\d{{1,2}})|第{_COUNT}周)"
_QUARTER = r"(?:(\d{4}) ?年?)?(?:q([1-4])|第?([一二三四1-4])季度)|q([1-4]) (\d{4})"


class Days(NamedTuple):
    """The days an expression stands for, `first` to `last` inclusive, also in the future."""

    first: date
    last: date
    is_span: bool = True


class Returning(NamedTuple):
    """A date that comes again: a month, a day of it, or a weekday (Monday is 0)."""

    month: int | None = None
    day: int | None = None
    weekday: int | None = None

    def latest(self, today: date) -> Days:
        """Give the latest one that has begun; a weekday is never today.

        Raises:
            ValueError: it is in no calendar.
        """
        return self._found(today - timedelta(days=self.weekday is not None), -1)

    def ending(self, begin: Days) -> Days:
        """Give the one that ends a span: the first that does not end before it begins.

        An earlier day of the month it begins in is that day, so that it can be refused.

        Raises:
            ValueError: it is in no calendar.
        """
        day = begin.first
        if self.month == day.month and self.day is not None and self.day < day.day:
            return one_day(day.replace(day=self.day))
        return self._found(day, 1)

    def _found(self, start: date, step: int) -> Days:
        days = (start + timedelta(days=step * n) for n in range(RETURNS_WITHIN))
        found = next((day for day in days if self._is_on(day)), None)
        if found is None:
            raise ValueError(self)
        return one_day(found) if self.day or self.weekday is not None else _calendar(found, 1)

    def _is_on(self, day: date) -> bool:
        return (
            self.month in {None, day.month}
            and self.day in {None, day.day}
            and self.weekday in {None, day.weekday()}
        )


def one_day(day: date) -> Days:
    """Give a single day."""
    return Days(day, day, is_span=False)


def read(words: str, today: date) -> Days | None:
    """Give the days that an expression means; None where it is none.

    `words`: in one form, as `dates.py` writes it.

    Raises:
        ValueError: a date that is in no calendar.
    """
    if words in DAYS_AGO:
        return one_day(today - timedelta(days=DAYS_AGO[words]))
    if words in DAYS_AHEAD:
        return one_day(today + timedelta(days=DAYS_AHEAD[words]))
    # Each pattern takes half a millisecond to compile: what people ask for most comes first.
    if found := _in_numbers(words) or _calendar_span(words, today) or read_dated(words):
        return found
    if returning := read_returning(words):
        return returning.latest(today)
    return (
        _of_year_in_words(words, today)
        or _counted_back(words, today)
        or _of_week(words, today)
        or _numbered(words, today)
    )


def read_dated(words: str) -> Days | None:
    """Give the day, month or year of an expression that names its year in digits.

    Raises:
        ValueError: a date that is in no calendar.
    """
    if found := _in_numbers(words):
        return found
    year_name, month_number, day_number = _parts(words)
    return _dated(_number(year_name), month_number, day_number) if _is_digits(year_name) else None


def read_returning(words: str) -> Returning | None:
    """Give the date of an expression that leaves out its year, or also its month."""
    year, month, day = _parts(words)
    if month is not None and not year:
        return Returning(month, day)
    if found := re.fullmatch(rf"{_CHINESE_DAY}|{_ORDINAL}", words, re.ASCII):
        return Returning(day=_number(next(filter(None, found.groups()))))
    weekday = _weekday(re.sub("^(last|past|previous) ", "", words))
    return None if weekday is None else Returning(weekday=weekday)


def read_end(words: str) -> Returning | None:
    """Give the date of an expression that ends a span: the first one after its beginning."""
    if re.fullmatch(r"\d{1,2}", words, re.ASCII):
        return Returning(day=int(words))
    if (found := re.fullmatch(_CHINESE_WEEKDAY, words)) and not found[1]:
        return Returning(weekday=_chinese_weekday(found[2]))
    return read_returning(words)


def _in_numbers(words: str) -> Days | None:
    if not words[:4].isdigit():
        return None
    if found := re.fullmatch(_DAY_IN_NUMBERS, words, re.ASCII):
        year, month, day = (int(part) for part in found.groups() if part and part.isdigit())
        return _dated(year, month, day)
    found = re.fullmatch(_MONTH_IN_NUMBERS, words, re.ASCII)
    return _dated(int(found[1]), int(found[2]), None) if found else None


def _parts(words: str) -> tuple[str, int | None, int | None]:
    """Give year, month and day as far as an expression names them; "" for no year."""
    if not words.isascii():
        found = re.fullmatch(_CHINESE_DATE, words, re.ASCII)
        year, month, day = found.groups() if found else ("", None, None)
        return year or "", _number(month) if month else None, _number(day) if day else None
    if found := re.fullmatch(_MONTH_FIRST, words, re.ASCII):
        name, day, year = found.groups()
    elif found := re.fullmatch(_DAY_FIRST, words, re.ASCII):
        day, name, year = found.groups()
    else:
        return "", None, None
    months = [number for number, month in enumerate(MONTHS, 1) if name in {month, month[:3], month[:4]}]
    return (year or "", months[0], int(day) if day else None) if months else ("", None, None)


def _dated(year: int, month: int | None, day: int | None) -> Days | None:
    if 0 < year < FIRST_YEAR:
        return None
    first = date(year, 1 if month is None else month, 1 if day is None else day)
    return _calendar(first, 12 if month is None else 1) if day is None else one_day(first)


def _of_year_in_words(words: str, today: date) -> Days | None:
    """Read 去年3月, 今年, "Oct 5 last year" and 上个月5号."""
    if not words.isascii() and (found := re.fullmatch(_DAY_OF_MONTH, words, re.ASCII)):
        return one_day(_month_start(today, _WHICH[found[1]]).replace(day=_number(found[2])))
    year, month, day = _parts(words)
    which = "今" if year == "本" else year.removesuffix(" year")
    return _dated(today.year + _WHICH[which], month, day) if which in _WHICH else None


def _counted_back(words: str, today: date) -> Days | None:
    """Read 三天前 and "a week ago", 最近7天 and "past month"."""
    if words.endswith(("前", "ago")) and (found := re.fullmatch(_AGO, words, re.ASCII)):
        count, unit = (part for part in found.groups() if part is not None)
        days = _count(count, _DAYS_IN[unit])
        return None if days is None else one_day(today - timedelta(days=days))
    if not words.startswith(("最近", "近", "过去", "last", "past")):
        return None
    found = re.fullmatch(_LATEST, words, re.ASCII)
    if found is None:
        return None
    *count_named, unit = (part for part in found.groups() if part is not None)
    is_months = unit in _MONTHS_IN
    size = _MONTHS_IN[unit] if is_months else _DAYS_IN[unit]
    count = _count(count_named[0] if count_named else "1", size * (31 if is_months else 1))
    if not count:
        return None
    if not is_months:
        return Days(today - timedelta(days=count - 1), today)
    month = _calendar(_month_start(today, -count // 31), 1)
    same_day = month.first.replace(day=min(today.day, month.last.day))
    return Days(same_day + timedelta(days=1), today)


def _calendar_span(words: str, today: date) -> Days | None:
    """Read 上周, 本月, "last quarter" and "the week before last"."""
    found = re.fullmatch(_ENGLISH_SPAN if words.isascii() else _CHINESE_SPAN, words)
    if found is None:
        return None
    which, unit = (found[1], found[2]) if found[1] else ("上上", found[3])
    if unit in _MONTHS_IN:
        return _calendar(today, _MONTHS_IN[unit], _WHICH[which])
    monday = _monday(today, _WHICH[which])
    return Days(monday, monday + timedelta(days=6))


def _of_week(words: str, today: date) -> Days | None:
    """Read a weekday or the weekend of this ISO week, or of another one that is named."""
    if words.endswith(("末", "weekend")) and (found := re.fullmatch(_WEEKEND, words)):
        which = found[1] or found[2]
        saturday = _monday(today, _WHICH[which] if which else 0) + timedelta(days=5)
        if words == "weekend" and saturday > today:
            saturday -= timedelta(days=7)
        return Days(saturday, saturday + timedelta(days=1))
    if not words.isascii():
        found = re.fullmatch(_CHINESE_WEEKDAY, words)
        if found is None:
            return None
        return one_day(_monday(today, _WHICH[found[1] or "本"]) + timedelta(days=_chinese_weekday(found[2])))
    if found := re.fullmatch(_ENGLISH_WEEKDAY, words):
        which, name = found.groups()
    elif found := re.fullmatch(_WEEKDAY_OF_WEEK, words):
        name, which = found[1] or found[4], found[2] or found[3]
    else:
        return None
    weekday = _weekday(name)
    if weekday is None:
        return None
    return one_day(_monday(today, _WHICH[which]) + timedelta(days=weekday))


def _numbered(words: str, today: date) -> Days | None:
    """Read an ISO week or a quarter by its number; without a year the latest that has begun."""
    if found := re.fullmatch(_WEEK_NUMBER, words, re.ASCII):
        year, *numbers = found.groups()
        week = _number(next(filter(None, numbers)))
        monday = date.fromisocalendar(int(year), week, 1) if year else _latest_week(week, today)
        return Days(monday, monday + timedelta(days=6)) if monday.year >= FIRST_YEAR else None
    if found := re.fullmatch(_QUARTER, words, re.ASCII):
        named = found[1] or found[5]
        month = _number(found[2] or found[3] or found[4]) * 3 - 2
        year_number = int(named) if named else today.year - (month > today.month)
        return _calendar(date(year_number, month, 1), 3) if year_number >= FIRST_YEAR else None
    return None


def _latest_week(week: int, today: date) -> date:
    days = (_monday(today, -n) for n in range(RETURNS_WITHIN // 7))
    found = next((day for day in days if day.isocalendar().week == week), None)
    if found is None:
        raise ValueError(week)
    return found


def _calendar(day: date, months: int, which: int = 0) -> Days:
    """Give the month, quarter or year (1, 3 or 12 months) that holds a day, or one beside it."""
    first = _month_start(day, which * months - (day.month - 1) % months)
    return Days(first, _month_start(first, months) - timedelta(days=1))


def _month_start(day: date, months: int) -> date:
    """Give the first day of the month that is so many months after that of `day`."""
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)


def _monday(day: date, weeks: int) -> date:
    return day + timedelta(days=7 * weeks - day.weekday())


def _weekday(name: str) -> int | None:
    known = [weekday for weekday in WEEKDAYS if name in {weekday, weekday[:3], weekday[:4], weekday[:5]}]
    return WEEKDAYS.index(known[0]) if known else None


def _chinese_weekday(text: str) -> int:
    return 6 if text in {"日", "天"} else _number(text) - 1


def _count(text: str, days: int) -> int | None:
    """Give how many days a count of units is, where it is a count and not absurd."""
    number = int(text) if text.isdigit() else english_number(text) or chinese_number(text)
    return None if number is None or number * days > LONGEST_DAYS_AGO else number * days


def _is_digits(text: str) -> bool:
    return bool(re.fullmatch(r"\d+|[零一二三四五六七八九]{4}", text, re.ASCII))


def _number(text: str) -> int:
    """Read a number that a pattern found: digits, or Chinese characters, or a year in them."""
    if text.isdigit():
        return int(text)
    number = chinese_number(text)
    return int("".join(str(chinese_number(digit)) for digit in text)) if number is None else number

"""Dates as people write them: what is understood, and what is refused and why."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_tracker.cli.dates import parse_any_day
from token_tracker.cli.dates import parse_day
from token_tracker.cli.dates import parse_day_or_span
from token_tracker.errors import CommandLineError
from token_tracker.period import Period
from token_tracker.period import Zone

ZONE = Zone(ZoneInfo("Asia/Shanghai"), "Asia/Shanghai")
TODAY = date(2026, 10, 7)
"""A Wednesday."""

DAYS = {
    "2026-10-07": [
        "2026-10-07", "today", "Today", " TODAY ", "今天", "今日", "0 days ago", "周三", "10月7日", "Oct 7",
    ],
    "2026-10-06": ["yesterday", "昨天", "昨日", "1 day ago", "1天前", "一天前", "tuesday", "last-tue"],
    "2026-10-05": [
        "2026-10-05", "20261005", " 2026-10-05 ", "２０２６-１０-０５", "前天",
        "2026年10月5日", "2026年10月05号", "10月5号", "本周一", "星期一", "Oct 5", "oct. 5", "October 5th",
        "5 Oct", "5th October", "Oct 5, 2026", "5 October 2026",
        "2 days ago", "两天前", "二天以前", "monday", "last monday",
    ],
    "2026-10-04": [
        "大前天", "3 days ago", "三天前", "3天前", "３天前", "sunday", "last Sun", "上周日", "上个星期天",
        "上礼拜日",
    ],
    "2026-09-30": ["wednesday", "last wednesday", "上周三", "7 days ago", "七天前"],
    "2026-09-28": ["上周一"],
    "2026-09-27": ["十天前", "10 days ago"],
    "2025-10-08": ["10月8日", "Oct 8"],
    "2026-03-18": ["3月18号", "march-18"],
    "2025-12-31": ["Dec 31", "12月31日"],
    "2024-02-29": ["2024-02-29", "Feb 29", "2月29日"],
    "1000-01-01": ["1000-01-01"],
}  # fmt: skip

SPANS = {
    ("2026-10-05", "2026-10-07"): ["this week", "本周", "这周", "这个星期"],
    ("2026-09-28", "2026-10-04"): ["last week", "Last  Week", "last-week", "last_week", "上周", "上个星期"],
    ("2026-10-01", "2026-10-07"): ["this month", "本月", "这个月"],
    ("2026-09-01", "2026-09-30"): ["last month", "上月", "上个月"],
}

REFUSED = {
    "date_ambiguous": ["03/04", "3/4", "3.4", "03-04", "03/04/2026", "03.04.26", "31/12"],
    "date_impossible": [
        "2026-02-30", "20260230", "2026-13-01", "2026-00-10", "2026-10-00", "2025-02-29", "0000-01-01",
        "Feb 30", "2月30日", "13月1日", "Oct 32", "2025年2月29日", "Feb 29 2025",
    ],
    "date_not_understood": [
        "", " ", "junk", "2026", "2026-10", "2026-1-5", "2026-1005", "202610055", "2026-10-05T00:00",
        "-2026-10-05", "0001-01-01", "0999-12-31", "tomorrow", "明天", "2026-10-05\0",
    ],
}  # fmt: skip


def refusal(text: str) -> CommandLineError:
    with pytest.raises(CommandLineError) as caught:
        parse_day_or_span(text, TODAY, ZONE)
    return caught.value


@pytest.mark.parametrize(("day", "text"), [(day, text) for day, texts in DAYS.items() for text in texts])
def test_a_day_is_understood(day: str, text: str) -> None:
    expected = date.fromisoformat(day)
    assert parse_day(text, TODAY) == expected
    assert parse_day_or_span(text, TODAY, ZONE) == Period(expected, expected, *ZONE[:2])


@pytest.mark.parametrize(
    ("bounds", "text"), [(span, text) for span, texts in SPANS.items() for text in texts]
)
def test_a_span_is_understood_and_ends_today_at_the_latest(bounds: tuple[str, str], text: str) -> None:
    first, last = (date.fromisoformat(bound) for bound in bounds)
    assert parse_day_or_span(text, TODAY, ZONE) == Period(first, last, *ZONE[:2])


@pytest.mark.parametrize(
    ("today", "text", "first", "last"),
    [
        ("2026-10-05", "this week", "2026-10-05", "2026-10-05"),
        ("2026-10-04", "this week", "2026-09-28", "2026-10-04"),
        ("2026-10-05", "last week", "2026-09-28", "2026-10-04"),
        ("2026-10-04", "last week", "2026-09-21", "2026-09-27"),
        ("2027-01-03", "this week", "2026-12-28", "2027-01-03"),
        ("2027-01-04", "last week", "2026-12-28", "2027-01-03"),
        ("2026-01-01", "this month", "2026-01-01", "2026-01-01"),
        ("2026-01-01", "last month", "2025-12-01", "2025-12-31"),
        ("2026-01-31", "last month", "2025-12-01", "2025-12-31"),
        ("2028-03-31", "last month", "2028-02-01", "2028-02-29"),
        ("2026-01-01", "yesterday", "2025-12-31", "2025-12-31"),
        ("2026-03-01", "前天", "2026-02-27", "2026-02-27"),
    ],
)
def test_spans_and_days_turn_with_weeks_months_and_years(
    today: str, text: str, first: str, last: str
) -> None:
    bounds = (date.fromisoformat(first), date.fromisoformat(last))
    assert parse_day_or_span(text, date.fromisoformat(today), ZONE) == Period(*bounds, *ZONE[:2])


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in REFUSED.items() for text in texts]
)
def test_what_is_not_understood_is_refused_and_quoted(code: str, text: str) -> None:
    error = refusal(text)
    assert (error.code, error.facts, error.exit_code) == (code, {"given": text}, 2)


@pytest.mark.parametrize(
    "text", ["2026-10-08", "20261008", "9999-12-31", "周四", "本周日", "Oct 8 2026", "2026年10月8日"]
)
def test_a_day_in_the_future_is_refused_and_today_is_named(text: str) -> None:
    error = refusal(text)
    assert (error.code, error.facts, error.exit_code) == (
        "date_in_future", {"given": text, "today": "2026-10-07"}, 2,
    )  # fmt: skip


@pytest.mark.parametrize("text", [text for texts in SPANS.values() for text in texts])
def test_a_span_is_no_day(text: str) -> None:
    with pytest.raises(CommandLineError) as caught:
        parse_day(text, TODAY)
    assert (caught.value.code, caught.value.facts) == ("date_not_understood", {"given": text})


def test_a_day_in_numbers_may_be_in_the_future_where_that_is_asked_for() -> None:
    assert [parse_any_day(text) for text in ("2030-01-01", " 20300101 ", "Jan 1, 2030")] == [
        date(2030, 1, 1)
    ] * 3


@pytest.mark.parametrize("text", ["today", "03/04", "", "Oct 5", "10月5日", "周三"])
def test_a_day_in_numbers_is_nothing_else(text: str) -> None:
    with pytest.raises(CommandLineError) as caught:
        parse_any_day(text)
    assert (caught.value.code, caught.value.facts) == ("date_not_understood", {"given": text})


@given(st.dates(date(1000, 1, 1), date(2998, 12, 31)))
def test_every_day_is_understood_in_both_ways_of_writing_it(day: date) -> None:
    today = date(2999, 1, 1)
    assert (parse_day(day.isoformat(), today), parse_day(f"{day:%Y%m%d}", today)) == (day, day)


def test_the_oldest_day_has_bounds_and_days_before_it_east_of_utc() -> None:
    before = parse_day_or_span("1000-01-01", TODAY, ZONE).before(7)
    assert before.start.isoformat() == "0999-12-25T00:00:00+08:05:43"

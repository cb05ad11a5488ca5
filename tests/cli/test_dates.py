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


PIECES = [
    *"零一二三五十0123579 年月日号周天前上下这末到至起.-/~",
    "2026", "最近", "过去", "个月", "星期", "季度", "以来", "今天", "last ", "this ", "next ", "past ",
    "the ", "week", "month", "weekend", "days ago", "friday", "oct", " to ", "since ", "between ",
    " and ", "th", "q", "w",
]  # fmt: skip
ANY_TEXT = st.lists(st.sampled_from(PIECES), max_size=7).map("".join)
ANY_DAY = st.dates(date(1970, 1, 1), date(9998, 12, 30))


def outcome(text: str, today: date) -> Period | CommandLineError:
    try:
        return parse_day_or_span(text, today, ZONE)
    except CommandLineError as error:
        return error


@given(ANY_TEXT, ANY_DAY)
def test_whatever_is_written_is_refused_with_a_reason_or_is_days_up_to_today(text: str, today: date) -> None:
    found = outcome(text, today)
    assert isinstance(found, CommandLineError) or found.first <= found.last <= today


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

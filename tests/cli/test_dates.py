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
    "2026-10-05": ["2026-10-05", "20261005", " 2026-10-05 ", "２０２６-１０-０５", "前天"],
    "2026-10-06": ["yesterday", "昨天", "昨日"],
    "2026-10-07": ["2026-10-07", "today", "Today", " TODAY ", "今天", "今日"],
    "2024-02-29": ["2024-02-29"],
    "1000-01-01": ["1000-01-01"],
}

SPANS = {
    "this week": ("2026-10-05", "2026-10-07"), "本周": ("2026-10-05", "2026-10-07"),
    "last week": ("2026-09-28", "2026-10-04"), "上周": ("2026-09-28", "2026-10-04"),
    "this month": ("2026-10-01", "2026-10-07"), "本月": ("2026-10-01", "2026-10-07"),
    "last month": ("2026-09-01", "2026-09-30"), "上个月": ("2026-09-01", "2026-09-30"),
    "Last  Week": ("2026-09-28", "2026-10-04"), "last-week": ("2026-09-28", "2026-10-04"),
}  # fmt: skip

REFUSED = {
    "date_ambiguous": ["03/04", "3/4", "3.4", "03/04/2026", "03.04.26", "31/12"],
    "date_impossible": [
        "2026-02-30", "20260230", "2026-13-01", "2026-00-10", "2026-10-00", "2025-02-29", "0000-01-01",
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


@pytest.mark.parametrize(("text", "bounds"), SPANS.items())
def test_a_span_is_understood_and_ends_today_at_the_latest(text: str, bounds: tuple[str, str]) -> None:
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


@pytest.mark.parametrize("text", ["2026-10-08", "20261008", "9999-12-31"])
def test_a_day_in_the_future_is_refused_and_today_is_named(text: str) -> None:
    error = refusal(text)
    assert (error.code, error.facts, error.exit_code) == (
        "date_in_future", {"given": text, "today": "2026-10-07"}, 2,
    )  # fmt: skip


@pytest.mark.parametrize("text", SPANS)
def test_a_span_is_no_day(text: str) -> None:
    with pytest.raises(CommandLineError) as caught:
        parse_day(text, TODAY)
    assert (caught.value.code, caught.value.facts) == ("date_not_understood", {"given": text})


def test_a_day_in_numbers_may_be_in_the_future_where_that_is_asked_for() -> None:
    assert [parse_any_day(text) for text in ("2030-01-01", " 20300101 ")] == [date(2030, 1, 1)] * 2


@pytest.mark.parametrize("text", ["today", "03/04", ""])
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

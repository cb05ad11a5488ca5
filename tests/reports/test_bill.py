"""The bill: rows by any dimensions that add up to the total exactly."""

from __future__ import annotations

from datetime import date
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from token_tracker.ledger.queries import StoredRate
from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.period import Period
from token_tracker.reports.bill import DIMENSIONS
from token_tracker.reports.bill import Bill
from token_tracker.reports.bill import BillRow
from token_tracker.reports.bill import build_bill
from token_tracker.reports.bill import grain_of
from token_tracker.reports.figures import Usage

from .usage_rows import ms
from .usage_rows import random_usage
from .usage_rows import row
from .usage_rows import summed
from .usage_rows import usage

RATES = {number: StoredRate("USD", {"input": str(number)}) for number in (1, 2, 3)}
ZONES = (
    "UTC",
    "Asia/Kolkata",
    "Asia/Kathmandu",
    "Pacific/Chatham",
    "America/New_York",
    "Australia/Lord_Howe",
)


def day(zone: str, text: str = "2026-11-01") -> Period:
    return Period(date.fromisoformat(text), date.fromisoformat(text), ZoneInfo(zone), zone)


def bill(by: list[str], rows: Usage, zone: str = "UTC") -> Bill:
    return build_bill(day(zone), by, rows, RATES, {"/w/shop": "shop"}, [])


@pytest.mark.parametrize(
    ("by", "grain"),
    [
        (["model"], ("model", "name", "source", "rate")),
        (["hour"], ("quarter", "model", "name", "source", "rate")),
        (["project", "source", "hour"], ("project", "source", "quarter", "model", "name", "rate")),
    ],
)
def test_a_bill_is_read_with_what_its_rows_need(by: list[str], grain: tuple[str, ...]) -> None:
    assert grain_of(by) == grain


def test_a_bill_by_model_has_names_and_all_rates_that_were_applied() -> None:
    rows = [
        row("1", key=("haiku", "Haiku", "s", 1)), row("2", key=("opus", "Opus", "s", 3)),
        row("3", key=("opus", "Opus", "s", 1)), row("0", key=("new", "", "s", 0)),
    ]  # fmt: skip
    whole = usage(*rows, by=grain_of(["model"]))
    problem = Problem("file-unreadable", Severity.WARNING)

    def part(*numbers: int) -> Usage:
        return usage(*(rows[number] for number in numbers), by=whole.by)

    assert build_bill(day("UTC"), ["model"], whole, RATES, {}, [problem]) == Bill(
        day("UTC"),
        ["model"],
        [
            BillRow({"model": "opus"}, "Opus", part(1, 2).figures(), [RATES[1], RATES[3]]),
            BillRow({"model": "haiku"}, "Haiku", part(0).figures(), [RATES[1]]),
            BillRow({"model": "new"}, None, part(3).figures(), []),
        ],
        whole.figures(),
        [problem],
    )


def test_a_name_is_given_only_to_rows_by_model_and_only_where_there_is_one() -> None:
    by_model = usage(row(key=("m", "One", "s", 1)), row(key=("m", "Two", "s", 1)), by=grain_of(["model"]))
    by_source = usage(row(key=("s", "m", "One", 1)), by=grain_of(["source"]))
    assert [one.name for one in bill(["model"], by_model).rows] == [None]
    assert [one.name for one in bill(["source"], by_source).rows] == [None]


def test_usage_that_is_not_attributed_is_a_row_of_its_own() -> None:
    by = ["project", "skill"]
    rows = usage(
        row("3", key=("/w/shop", "review", "m", "", "s", 1)), row("2", key=("", "review", "m", "", "s", 1)),
        row("1", key=("/w/blog", "", "m", "", "s", 1)), by=grain_of(by),
    )  # fmt: skip
    assert [one.key for one in bill(by, rows).rows] == [
        {"project": "shop", "skill": "review"}, {"project": None, "skill": "review"},
        {"project": "/w/blog", "skill": None},
    ]  # fmt: skip


def test_only_projects_have_short_names() -> None:
    rows = usage(row(key=("/w/shop", "m", "", "s", 1)), by=grain_of(["skill"]))
    assert [one.key for one in bill(["skill"], rows).rows] == [{"skill": "/w/shop"}]


def test_rows_are_ordered_by_hour_then_money_then_name() -> None:
    by = ["model", "hour"]
    first, second = ms("2026-11-01T00:00:00+00:00"), ms("2026-11-01T01:00:00+00:00")
    rows = usage(
        *(row(cost, key=(model, at, "", "s", 1)) for model, cost, at in [
            ("b", "9", second), ("c", "1", first), ("b", "1", first), ("a", "1", first), ("d", "2", first),
        ]), by=grain_of(by),
    )  # fmt: skip
    assert [(one.key["hour"], one.key["model"]) for one in bill(by, rows).rows] == [
        (first, "d"), (first, "a"), (first, "b"), (first, "c"), (second, "b"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "quarters", "hours"),
    [
        ("UTC", ["09:45+00:00", "10:00+00:00", "10:45+00:00"], ["09:00+00:00", "10:00+00:00"]),
        ("Asia/Kolkata", ["09:45+05:30", "10:00+05:30", "10:45+05:30"], ["09:00+05:30", "10:00+05:30"]),
        ("Asia/Kathmandu", ["09:45+05:45", "10:00+05:45", "10:45+05:45"], ["09:00+05:45", "10:00+05:45"]),
        ("America/New_York", ["01:45-04:00", "01:00-05:00", "01:45-05:00"], ["01:00-04:00", "01:00-05:00"]),
    ],
)  # fmt: skip
def test_hours_are_local_hours(zone: str, quarters: list[str], hours: list[str]) -> None:
    keys = [(ms(f"2026-11-01T{at}"), "m", "", "s", 1) for at in quarters]
    rows = usage(*(row("1", key=key) for key in keys), by=grain_of(["hour"]))
    assert [one.key for one in bill(["hour"], rows, zone).rows] == [
        {"hour": ms(f"2026-11-01T{at}")} for at in hours
    ]


def test_what_comes_after_a_change_of_clocks_inside_an_hour_is_not_put_before_it() -> None:
    by, period = ["hour"], day("Pacific/Chatham", "2026-09-27")
    before, after = ms("2026-09-27T02:30:00+12:45"), ms("2026-09-27T03:45:00+13:45")
    rows = usage(*(row("1", key=(at, "m", "", "s", 1)) for at in (before, after)), by=grain_of(by))
    assert [one.key["hour"] for one in build_bill(period, by, rows, RATES, {}, []).rows] == [
        ms("2026-09-27T02:00:00+12:45"), after,
    ]  # fmt: skip


def test_a_bill_of_nothing_has_no_rows() -> None:
    empty = usage(by=grain_of(["model"]))
    assert bill(["model"], empty) == Bill(day("UTC"), ["model"], [], empty.figures(), [])


@given(st.data(), st.sampled_from(ZONES))
@settings(deadline=None)
def test_the_rows_add_up_to_the_total_by_any_dimensions_in_any_zone(data: st.DataObject, zone: str) -> None:
    by = data.draw(st.lists(st.sampled_from(DIMENSIONS), min_size=1, max_size=4, unique=True))
    whole = data.draw(random_usage(grain_of(by)))
    report = bill(by, whole, zone)
    assert summed(one.figures for one in report.rows) == summed([report.total]) == summed([whole.figures()])
    assert len({tuple(one.key.values()) for one in report.rows}) == len(report.rows)


@given(random_usage(grain_of(["hour"])), st.sampled_from(ZONES))
@settings(deadline=None)
def test_every_row_by_hour_holds_what_its_clock_showed(whole: Usage, zone: str) -> None:
    shown: dict[tuple[object, ...], list[Usage]] = {}
    for (quarter,), rows in whole.grouped("quarter").items():
        local = datetime.fromtimestamp(int(quarter) // 1000, ZoneInfo(zone))
        shown.setdefault((local.date(), local.hour, local.utcoffset()), []).append(rows)
    expected = [summed(rows.figures() for rows in parts) for parts in shown.values()]
    actual = [summed([one.figures]) for one in bill(["hour"], whole, zone).rows]
    assert sorted(actual, key=repr) == sorted(expected, key=repr)

"""Tables: what their rows are, and that whatever is listed adds up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from token_tracker.period import Period
from token_tracker.reports.figures import Usage
from token_tracker.reports.tables import GRAIN
from token_tracker.reports.tables import SESSION_GRAIN
from token_tracker.reports.tables import About
from token_tracker.reports.tables import Activity
from token_tracker.reports.tables import SessionTable
from token_tracker.reports.tables import Step
from token_tracker.reports.tables import build_session_table
from token_tracker.reports.tables import build_time_table
from token_tracker.reports.tables import latest
from token_tracker.reports.tables import steps_of

from .usage_rows import random_usage
from .usage_rows import row
from .usage_rows import summed
from .usage_rows import usage

ABOUT = About([], [])
UTC = ZoneInfo("UTC")
FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))


def period(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last), UTC, "UTC")


def ends(parts: Sequence[Period]) -> list[tuple[str, str]]:
    return [(part.first.isoformat(), part.last.isoformat()) for part in parts]


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (Step.DAY, [("2020-12-31", "2020-12-31"), ("2021-01-01", "2021-01-01")]),
        (Step.WEEK, [("2020-12-31", "2021-01-01")]),
        (Step.MONTH, [("2020-12-31", "2020-12-31"), ("2021-01-01", "2021-01-01")]),
    ],
)
def test_a_week_may_hold_two_years_and_a_month_may_not(step: Step, expected: list[tuple[str, str]]) -> None:
    assert ends(steps_of(period("2020-12-31", "2021-01-01"), step)) == expected


def test_weeks_begin_on_monday_and_are_cut_where_the_period_ends() -> None:
    parts = steps_of(period("2020-12-26", "2021-01-05"), Step.WEEK)

    assert ends(parts) == [
        ("2020-12-26", "2020-12-27"), ("2020-12-28", "2021-01-03"), ("2021-01-04", "2021-01-05"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("step", "count", "first"),
    [
        (Step.DAY, 1, "2026-03-01"),
        (Step.DAY, 2, "2026-02-28"),
        (Step.WEEK, 1, "2026-02-23"),
        (Step.WEEK, 2, "2026-02-16"),
        (Step.MONTH, 1, "2026-03-01"),
        (Step.MONTH, 3, "2026-01-01"),
        (Step.MONTH, 4, "2025-12-01"),
        (Step.DAY, 10**12, "1970-01-01"),
        (Step.WEEK, 10**12, "1970-01-01"),
        (Step.MONTH, 10**12, "1970-01-01"),
    ],
)
def test_the_latest_rows_begin_so_far_back(step: Step, count: int, first: str) -> None:
    today = period("2026-03-01", "2026-03-01")

    assert latest(step, count, today) == period(first, "2026-03-01")


def test_a_day_without_usage_has_no_row() -> None:
    days = period("2026-11-16", "2026-11-18").split()
    some = usage(row("1", key=("p", "m", "", "s")), by=GRAIN)

    each = list(zip(days, [some, usage(by=GRAIN), some], strict=True))

    table = build_time_table(Step.DAY, period("2026-11-16", "2026-11-18"), each, ABOUT)

    assert ends([one.period for one in table.rows]) == [
        ("2026-11-16", "2026-11-16"), ("2026-11-18", "2026-11-18"),
    ]  # fmt: skip


def test_a_table_of_nothing_has_no_rows_and_a_total_of_nothing() -> None:
    table = build_time_table(Step.DAY, period("2026-11-16", "2026-11-16"), [], ABOUT, project_names={})

    assert (table.rows, table.by_project, table.total) == ([], [], usage(by=GRAIN).figures())


def test_the_project_with_most_tokens_comes_first_and_has_its_short_name() -> None:
    keys = [("p", "m", "", "s", project, "one") for project in ("/w/a", "/w/b", "/w/b")]
    rows = usage(*(row("1", key=key) for key in keys), by=SESSION_GRAIN)

    [one] = sessions(rows, names={"/w/b": "b"}).rows

    assert one.projects == ["b", "/w/a"]


@pytest.mark.parametrize(("newest_first", "order"), [(False, ["two", "one"]), (True, ["one", "two"])])
def test_the_session_that_was_active_last_stands_last_unless_turned_round(
    newest_first: bool, order: list[str]
) -> None:
    rows = usage(*(row("1", key=("p", "m", "", "s", "", name)) for name in ("one", "two")), by=SESSION_GRAIN)

    table = sessions(rows, newest_first=newest_first)

    assert [one.session for one in table.rows] == order


def test_sessions_of_one_name_in_two_programs_are_two() -> None:
    rows = usage(*(row("1", key=("p", "m", "", who, "", "one")) for who in ("a", "b")), by=SESSION_GRAIN)

    assert [(one.source, one.session) for one in sessions(rows).rows] == [("a", "one"), ("b", "one")]


def sessions(rows: Usage, *, newest_first: bool = False, names: dict[str, str] | None = None) -> SessionTable:
    """Give a table in which "one" is active after "two", and all others before."""
    last = {"one": 2, "two": 1}
    keys = {(str(one.key[3]), str(one.key[5])) for one in rows.rows}
    activity = {key: Activity(0, last.get(key[1], 0)) for key in keys}
    return build_session_table(
        period("2026-11-16", "2026-11-22"), rows, activity, names or {}, ABOUT, newest_first=newest_first
    )


@given(
    st.lists(random_usage((*GRAIN, "project")), min_size=1, max_size=3),
    st.sampled_from(list(Step)),
    st.booleans(),
)
@FEW
def test_models_add_up_to_rows_and_rows_to_projects_and_to_the_total(
    drawn: list[Usage], step: Step, newest_first: bool
) -> None:
    some = [replace(one, plans=drawn[0].plans) for one in drawn]
    first = date(2020, 12, 29)
    days = Period(first, first + timedelta(days=len(some) - 1), UTC, "UTC").split()
    table = build_time_table(
        step,
        Period(first, days[-1].last, UTC, "UTC"),
        list(zip(days, some, strict=True)),
        ABOUT,
        newest_first=newest_first,
        project_names={"a": "shop"},
    )
    projects = table.by_project or []

    assert summed(one.figures for one in table.rows) == summed([table.total])
    assert summed(one.figures for one in projects) == summed([table.total])
    assert summed([table.total]) == summed(one.figures() for one in some)
    for one in projects:
        assert summed(each.figures for each in one.rows) == summed([one.figures])
    for each in [*table.rows, *(each for one in projects for each in one.rows)]:
        assert summed(line.figures for line in each.by_model) == summed([each.figures])
    for each in table.rows:
        same_day = [part.figures for one in projects for part in one.rows if part.period == each.period]
        assert summed(same_day) == summed([each.figures])


@given(random_usage(SESSION_GRAIN), st.booleans())
@FEW
def test_models_add_up_to_sessions_and_sessions_to_the_total(whole: Usage, newest_first: bool) -> None:
    table = sessions(whole, newest_first=newest_first)

    assert summed(one.figures for one in table.rows) == summed([table.total]) == summed([whole.figures()])
    for one in table.rows:
        assert summed(line.figures for line in one.by_model) == summed([one.figures])
    assert len({(one.source, one.session) for one in table.rows}) == len(table.rows)

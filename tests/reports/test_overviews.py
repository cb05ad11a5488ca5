"""`report`, `session` and the short reports: sums, averages, shares and choices."""

from __future__ import annotations

from datetime import UTC
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_tracker.model import CostBasis
from token_tracker.model import Tokens
from token_tracker.period import Period
from token_tracker.period import calendar_month
from token_tracker.period import iso_week
from token_tracker.reports import digest as digests
from token_tracker.reports import overview as overviews
from token_tracker.reports import session as sessions
from token_tracker.reports.change import Change
from token_tracker.reports.figures import Usage
from token_tracker.reports.session import Context
from token_tracker.reports.session import Rule

from .usage_rows import random_usage
from .usage_rows import row
from .usage_rows import summed
from .usage_rows import usage

DAY = Period(date(2026, 11, 22), date(2026, 11, 22), UTC, "UTC")
WEEK = iso_week(date(2026, 11, 9), UTC, "UTC")
MONTH = calendar_month(date(2026, 10, 1), UTC, "UTC")
TODAY = date(2026, 11, 22)
LONG_AGO = date(2020, 1, 1)


def overview(now: Usage, *before: Usage, period: Period = WEEK) -> overviews.Overview:
    return overviews.build_overview(period, TODAY, [now, *before], LONG_AGO, "USD", {"/w": "shop"}, [], [])


def of_session(cost: str, session: str, project: str = "/w", **changed: Tokens) -> Usage:
    key = ("anthropic", "opus", "Opus", "claude-code", project, session)
    return usage(row(cost, key=key, **changed), by=overviews.GRAIN)  # type: ignore[arg-type]  # by name


def together(*parts: Usage) -> Usage:
    return Usage(parts[0].by, tuple(one for part in parts for one in part.rows), parts[0].plans)


def session(whole: Usage) -> sessions.SessionReport:
    return sessions.build_session("s", Rule.ID, DAY, None, whole, None, {}, [], [])


def digest(
    *read: Usage, period: Period = DAY, kind: str = "daily", since: date | None = LONG_AGO
) -> digests.Digest:
    return digests.build_digest(kind, period, TODAY, read, since, "USD", [])


def of_name(cost: str, name: str = "Opus", **changed: str) -> Usage:
    return usage(row(cost, key=("opus", name, "claude-code"), **changed), by=digests.GRAIN)  # type: ignore[arg-type]  # by name


# report


@given(random_usage(overviews.GRAIN))
def test_the_models_of_a_report_add_up_to_it_and_their_shares_to_one(whole: Usage) -> None:
    report = overview(whole)

    assert summed(line.figures for line in report.by_model) == summed([report.figures])
    assert sum(share for share in report.shares if share is not None) == (1 if report.measure else 0)


@given(random_usage(overviews.GRAIN))
def test_the_sessions_of_a_report_add_up_to_all_usage_that_belongs_to_one(whole: Usage) -> None:
    lines = overviews.session_lines(whole, {})
    inside = Usage(whole.by, tuple(one for one in whole.rows if one.key[-1]), whole.plans)

    assert summed(line.figures for line in lines) == summed([inside.figures()])
    assert overview(whole).sessions == len(lines) == len({(one.key[3], one.key[5]) for one in inside.rows})


def test_averages_are_of_days_sessions_and_requests() -> None:
    whole = together(of_session("6", "a"), of_session("1", "b"), of_session("7", ""))
    report = overview(whole)

    assert [
        cost.amount("USD") for cost in (report.per_day, report.per_session, report.per_request) if cost
    ] == [
        Decimal(2),
        Decimal("3.5"),
        Decimal("4.666666666667"),
    ]


def test_without_usage_there_is_no_average_of_sessions_and_requests() -> None:
    report = overview(usage(by=overviews.GRAIN))

    assert (report.per_session, report.per_request, report.input_output_ratio) == (None, None, None)


def test_input_to_output_counts_every_token_that_was_sent() -> None:
    tokens = Tokens(input=10, cache_read=20, cache_write_5m=5, cache_write_1h=5, output=3, reasoning=1)

    assert overview(of_session("1", "a", tokens=tokens)).input_output_ratio == Decimal("13.33")


def test_a_session_belongs_to_the_project_with_most_of_it() -> None:
    whole = together(of_session("1", "a", "/other"), of_session("2", "a"))

    assert [(line.session, line.project) for line in overviews.session_lines(whole, {"/w": "shop"})] == [
        ("a", "shop")
    ]


def test_only_the_dearest_five_sessions_are_named() -> None:
    whole = together(*(of_session(str(cost), f"s{cost}") for cost in range(1, 8)))

    assert [line.session for line in overview(whole).top_sessions] == ["s7", "s6", "s5", "s4", "s3"]


def test_a_report_is_compared_with_the_time_before_unless_it_is_of_everything() -> None:
    compared, everything = (
        overview(of_session("3", "a"), of_session("2", "a")),
        overview(of_session("3", "a")),
    )

    assert compared.previous is not None
    assert compared.previous.change == Change("cost", "USD", Decimal(2), Decimal(3))
    assert (everything.previous, everything.is_all) == (None, True)


# session


@given(random_usage(sessions.GRAIN))
def test_the_models_of_a_session_add_up_to_it(whole: Usage) -> None:
    report = session(whole)

    assert summed(line.figures for line in report.by_model) == summed([report.figures])
    assert sum(share for share in report.shares if share is not None) == (1 if report.measure else 0)


@given(random_usage(sessions.GRAIN), st.lists(st.booleans(), min_size=12, max_size=12))
def test_what_sub_agents_did_and_the_rest_are_the_session(whole: Usage, by_agents: list[bool]) -> None:
    rows = tuple(
        one._replace(key=(*one.key[:-1], "agent" if by_agent else "skill"))
        for one, by_agent in zip(whole.rows, by_agents, strict=False)
    )
    report = session(Usage(whole.by, rows, whole.plans))
    rest = Usage(whole.by, tuple(one for one in rows if one.key[-1] != "agent"), whole.plans)

    assert summed([report.by_sub_agents, rest.figures()]) == summed([report.figures])


def test_the_share_of_sub_agents_is_of_the_money() -> None:
    def of(cost: str, initiator: str) -> Usage:
        key = ("anthropic", "opus", "Opus", "claude-code", "/w", "main", initiator)
        return usage(row(cost, key=key), by=sessions.GRAIN)

    assert session(together(of("1", "agent"), of("3", ""))).sub_agent_share == Decimal("0.250000")
    assert session(of("3", "")).sub_agent_share == Decimal(0)
    assert session(of("3", "agent")).sub_agent_share == Decimal(1)
    assert session(usage(by=sessions.GRAIN)).sub_agent_share is None


@pytest.mark.parametrize(
    ("tokens", "window", "ratio", "nearly_full"),
    [
        (800_000, 1_000_000, Decimal("0.8000"), False),
        (800_100, 1_000_000, Decimal("0.8001"), True),
        (800_100, None, None, False),
    ],
)
def test_a_context_is_nearly_full_above_four_fifths_of_a_known_window(
    tokens: int, window: int | None, ratio: Decimal | None, nearly_full: bool
) -> None:
    context = Context(tokens, "model", window)

    assert (context.used_ratio, context.is_nearly_full) == (ratio, nearly_full)


# The short reports


@pytest.mark.parametrize(("hour", "day"), [(22, 21), (23, 22)])
def test_a_daily_report_is_about_today_from_its_hour_on(hour: int, day: int) -> None:
    assert digests.reported_day(hour, 23, TODAY) == date(2026, 11, day)


def test_a_day_is_compared_with_the_average_of_the_seven_before() -> None:
    report = digest(of_name("3"), of_name("14"))

    assert report.average is not None
    assert report.average.amounts == {"USD": {CostBasis.COMPUTED: Decimal(2)}}
    assert report.change == Change("cost", "USD", Decimal(2), Decimal(3))
    assert (report.previous, report.top_day) == (None, None)


def test_days_before_the_first_usage_do_not_count_into_the_average() -> None:
    report = digest(of_name("3"), of_name("14"), since=date(2026, 11, 20))

    assert report.average is not None
    assert report.average.amount("USD") == 7


@pytest.mark.parametrize("since", [TODAY, None])
def test_the_first_day_has_nothing_to_be_compared_with(since: date | None) -> None:
    report = digest(of_name("3"), of_name("0"), since=since)

    assert (report.average, report.change, report.nothing_ever) == (None, None, since is None)


def test_a_week_is_compared_with_the_week_before_and_names_its_dearest_day() -> None:
    each = [of_name("1"), of_name("4"), *[usage(by=digests.GRAIN)] * 5]
    report = digest(*each, of_name("2"), period=WEEK, kind="weekly")

    assert report.change == Change("cost", "USD", Decimal(2), Decimal(5))
    assert report.top_day is not None
    assert report.top_day.day == date(2026, 11, 10)
    assert (report.average, report.is_over, report.id) == (None, True, "weekly:2026-W46")


@pytest.mark.parametrize(
    ("kind", "period", "days"),
    [("daily", DAY, [1, 7]), ("weekly", WEEK, [1] * 7 + [7]), ("monthly", MONTH, [1] * 31 + [30])],
)
def test_a_short_report_reads_each_day_and_the_time_before(
    kind: str, period: Period, days: list[int]
) -> None:
    assert [one.days for one in digests.digest_periods(kind, period, TODAY)] == days


def test_the_dearest_model_is_one_name_however_its_id_is_spelled() -> None:
    models = [("opus-1", "Opus", "3"), ("opus-2", "Opus", "3"), ("gpt", "GPT", "5")]
    whole = usage(*(row(cost, key=(model, name, "s")) for model, name, cost in models), by=digests.GRAIN)
    top = digests.top_model(whole)

    assert top is not None
    assert (top.name, top.figures.cost.amount("USD")) == ("Opus", Decimal(6))


def test_no_model_is_the_dearest_where_money_cannot_tell() -> None:
    currencies = together(of_name("3"), of_name("4", currency="CNY"))

    assert digests.top_model(currencies) is None
    assert digests.top_model(of_name("0")) is None


def test_a_correction_says_by_how_much() -> None:
    assert digests.Correction(DAY, "USD", Decimal("5.4"), Decimal(5)).change == Decimal("-0.4")

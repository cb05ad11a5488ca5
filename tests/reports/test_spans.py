"""Weeks and months: days that add up, shares of one, and the right time before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from token_tracker.ledger.queries import UsageRow
from token_tracker.model import Tokens
from token_tracker.period import Period
from token_tracker.period import calendar_month
from token_tracker.period import day_of
from token_tracker.period import iso_week
from token_tracker.reports.change import Change
from token_tracker.reports.change import same_days_before
from token_tracker.reports.figures import Usage
from token_tracker.reports.shares import Measure
from token_tracker.reports.shares import in_parts
from token_tracker.reports.shares import measure_of
from token_tracker.reports.shares import shares
from token_tracker.reports.spans import GRAIN
from token_tracker.reports.spans import Span
from token_tracker.reports.spans import build_span
from token_tracker.reports.spans import days_and_before

from .usage_rows import random_usage
from .usage_rows import row
from .usage_rows import summed
from .usage_rows import unpriced
from .usage_rows import usage

EMPTY = usage(by=GRAIN)
KEY = ("anthropic", "opus", "Opus", "claude-code")
OTHER = ("openai", "gpt", "GPT", "codex")
ZONES = ["UTC", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "Europe/Berlin", "America/St_Johns"]
HOLDERS = {"week": iso_week, "month": calendar_month}

days = st.dates(date(2020, 1, 1), date(2030, 12, 31))
kinds = st.sampled_from(["week", "month"])


def week_of(day: str) -> Period:
    return iso_week(date.fromisoformat(day), UTC, "UTC")


def month_of(day: str) -> Period:
    return calendar_month(date.fromisoformat(day), UTC, "UTC")


def week(
    *each: Usage, before: Usage = EMPTY, today: str = "2026-11-22", since: str | None = "2020-01-01"
) -> Span:
    """Give the week of Nov 9, 2026, of whose last days nothing was read that is not given."""
    read = [*each, *[EMPTY] * (7 - len(each)), before]
    first = None if since is None else date.fromisoformat(since)
    return build_span("week", week_of("2026-11-09"), date.fromisoformat(today), read, first, "USD", [], [])


def dollars(amount: str) -> Usage:
    return usage(row(amount, key=KEY), by=GRAIN)


# Days


@given(st.lists(random_usage(GRAIN), min_size=7, max_size=7), random_usage(GRAIN))
@settings(deadline=None)
def test_the_days_and_the_models_of_a_week_add_up_to_it(each: list[Usage], before: Usage) -> None:
    each = [Usage(one.by, one.rows, each[0].plans) for one in each]
    report = week(*each, before=before)

    assert summed(line.figures for line in report.days) == summed([report.figures])
    assert summed(line.figures for line in report.by_model) == summed([report.figures])


@given(st.data(), kinds, days, st.sampled_from(ZONES))
def test_an_event_is_in_the_row_of_its_local_day_in_any_zone(
    data: st.DataObject, kind: str, day: date, zone_name: str
) -> None:
    zone = ZoneInfo(zone_name)
    period = HOLDERS[kind](day, zone, zone_name)
    moments = data.draw(st.lists(st.integers(period.start_ms // 900_000 - 200, period.end_ms // 900_000)))
    at_ms = [quarter * 900_000 for quarter in moments]

    def read(one: Period) -> Usage:
        return usage(*(row("1", key=KEY) for at in at_ms if one.start_ms <= at < one.end_ms), by=GRAIN)

    report = build_span(
        kind, period, day, [read(one) for one in days_and_before(period, day)], day, "USD", [], []
    )

    expected = [day_of(at, zone) for at in at_ms]
    assert [(line.day, line.figures.requests) for line in report.days] == [
        (day, expected.count(day)) for day in (line.day for line in report.days)
    ]
    assert report.figures.requests == sum(period.first <= one <= day for one in expected)


@given(kinds, days, st.integers(0, 40))
def test_there_is_a_row_for_each_day_that_has_begun(kind: str, day: date, later: int) -> None:
    period = HOLDERS[kind](day, UTC, "UTC")
    today = day + timedelta(days=later)
    *each, _ = days_and_before(period, today)

    assert [one.first for one in each] == [
        period.first + timedelta(days=n)
        for n in range(period.days)
        if period.first + timedelta(days=n) <= today
    ]


def test_a_week_is_over_when_its_sunday_is() -> None:
    assert week(dollars("1"), today="2026-11-16").is_over
    assert not week(dollars("1"), today="2026-11-15").is_over


def test_a_span_ends_today() -> None:
    read = [dollars("1"), EMPTY, EMPTY]
    report = build_span(
        "week", week_of("2026-11-09"), date(2026, 11, 10), read, date(2026, 1, 1), "USD", [], []
    )

    assert (report.so_far.first, report.so_far.last) == (date(2026, 11, 9), date(2026, 11, 10))
    assert report.average == usage(row("0.5", key=KEY), by=GRAIN).figures().cost


def test_the_most_expensive_day_is_the_first_of_equal_ones() -> None:
    best = week(dollars("1"), dollars("3"), dollars("3")).most_expensive

    assert best is not None
    assert best.day == date(2026, 11, 10)


def test_where_plans_pay_the_most_expensive_day_is_that_of_the_list_price() -> None:
    plan = {"plans": {"claude-code"}}
    best = week(
        usage(row("1", key=KEY), by=GRAIN, **plan), usage(row("2", key=KEY), by=GRAIN, **plan)
    ).most_expensive

    assert best is not None
    assert best.day == date(2026, 11, 10)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [row("0", key=KEY)],
        [unpriced(key=KEY)],
        [row("1", key=KEY), row("7", key=KEY, currency="CNY")],
    ],
    ids=["nothing", "free", "unpriced", "two currencies"],
)
def test_no_day_is_the_most_expensive_where_money_cannot_tell(rows: list[UsageRow]) -> None:
    assert week(*(usage(one, by=GRAIN) for one in rows)).most_expensive is None


# Shares


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**24)), max_size=9), st.integers(1, 10**6))
def test_parts_add_up_to_the_whole_and_none_is_a_whole_unit_off(
    weights: list[int | None], whole: int
) -> None:
    parts = in_parts(weights, whole)
    total = sum(weight or 0 for weight in weights)
    known = [
        (weight, part)
        for weight, part in zip(weights, parts, strict=True)
        if weight is not None and part is not None
    ]

    assert sum(part for _, part in known) == (whole if total else 0)
    assert all(abs(part * total - weight * whole) < total for weight, part in known)
    assert [part is None for part in parts] == [weight is None or not total for weight in weights]


@given(st.lists(random_usage(GRAIN), min_size=7, max_size=7))
@settings(deadline=None)
def test_the_shares_of_the_models_add_up_to_exactly_one(each: list[Usage]) -> None:
    report = week(*each)
    known = [share for share in report.shares if share is not None]

    assert sum(known) == (1 if report.measure else 0)
    assert len(report.shares) == len(report.by_model)


def test_shares_are_of_the_money_where_it_is_of_one_currency() -> None:
    report = week(usage(row("3", key=KEY), row("1", key=OTHER), unpriced(key=("", "x", "", "s")), by=GRAIN))

    assert report.measure == Measure("cost", "USD")
    assert report.shares == [Decimal("0.750000"), Decimal("0.250000"), None]


def test_shares_are_of_the_tokens_where_money_is_of_two_currencies() -> None:
    rows = [
        row("3", key=KEY, tokens=Tokens(100)),
        row("1", key=OTHER, currency="CNY", tokens=Tokens(300)),
    ]
    report = week(usage(*rows, by=GRAIN))

    assert report.measure == Measure("tokens")
    assert report.shares == [Decimal("0.250000"), Decimal("0.750000")]


@pytest.mark.parametrize(
    ("rows", "plans", "measure"),
    [
        ([row("1")], (), Measure("cost", "USD")),
        ([row("1", currency="CNY")], (), Measure("cost", "CNY")),
        ([row("1")], ("claude-code",), Measure("api_equivalent", "USD")),
        ([row("0")], (), Measure("tokens")),
        ([row("0")], ("claude-code",), Measure("tokens")),
        ([row("1"), row("1", currency="CNY")], ("claude-code",), Measure("tokens")),
        ([unpriced()], (), Measure("tokens")),
        ([row("0", tokens=Tokens())], (), None),
        ([], (), None),
    ],
)
def test_what_shares_are_of_depends_on_the_money_there_is(
    rows: Sequence[UsageRow], plans: tuple[str, ...], measure: Measure | None
) -> None:
    assert measure_of(usage(*rows, plans=plans).figures()) == measure


def test_shares_of_nothing_are_none() -> None:
    assert (shares([]), shares([None, 0])) == ([], [None, None])


# The time before


@pytest.mark.parametrize(
    ("period", "today", "first", "last"),
    [
        (week_of("2026-11-09"), "2026-11-16", "2026-11-02", "2026-11-08"),
        (week_of("2026-11-09"), "2026-11-15", "2026-11-02", "2026-11-08"),
        (week_of("2026-11-09"), "2026-11-11", "2026-11-02", "2026-11-04"),
        (week_of("2026-11-09"), "2026-11-09", "2026-11-02", "2026-11-02"),
        (week_of("2027-01-01"), "2027-02-01", "2026-12-21", "2026-12-27"),
        (week_of("2027-01-04"), "2027-02-01", "2026-12-28", "2027-01-03"),
        (month_of("2026-11-01"), "2026-12-01", "2026-10-01", "2026-10-31"),
        (month_of("2026-11-01"), "2026-11-30", "2026-10-01", "2026-10-30"),
        (month_of("2026-03-01"), "2026-03-31", "2026-02-01", "2026-02-28"),
        (month_of("2026-03-01"), "2026-03-28", "2026-02-01", "2026-02-28"),
        (month_of("2026-03-01"), "2026-03-27", "2026-02-01", "2026-02-27"),
        (month_of("2028-03-01"), "2028-03-30", "2028-02-01", "2028-02-29"),
        (month_of("2026-02-01"), "2026-03-01", "2026-01-01", "2026-01-31"),
        (month_of("2027-01-01"), "2027-01-05", "2026-12-01", "2026-12-05"),
        (
            Period(date(2026, 11, 20), date(2026, 11, 20), UTC, "UTC"),
            "2026-11-20",
            "2026-11-19",
            "2026-11-19",
        ),
        (
            Period(date(2026, 11, 10), date(2026, 11, 14), UTC, "UTC"),
            "2026-11-20",
            "2026-11-05",
            "2026-11-09",
        ),
    ],
)
def test_a_period_is_compared_with_the_same_days_of_the_one_before(
    period: Period, today: str, first: str, last: str
) -> None:
    before = same_days_before(period, date.fromisoformat(today))

    assert (before.first.isoformat(), before.last.isoformat()) == (first, last)


@given(kinds, days, st.integers(0, 40), st.sampled_from(ZONES))
def test_the_period_before_ends_where_this_one_begins_or_is_its_first_days(
    kind: str, day: date, later: int, zone_name: str
) -> None:
    period = HOLDERS[kind](day, ZoneInfo(zone_name), zone_name)
    today = day + timedelta(days=later)
    before = same_days_before(period, today)
    whole = HOLDERS[kind](period.first - timedelta(days=1), ZoneInfo(zone_name), zone_name)

    assert before.first == whole.first
    assert whole.end == period.start
    assert (before.last == whole.last) >= (today > period.last)
    assert before.days <= max(whole.days, (today - period.first).days + 1)


@pytest.mark.parametrize(
    ("before", "now", "change"),
    [
        ([row("4")], [row("5")], Change("cost", "USD", Decimal(4), Decimal(5))),
        ([], [row("5")], Change("cost", "USD", Decimal(0), Decimal(5))),
        ([row("4")], [], Change("cost", "USD", Decimal(4), Decimal(0))),
        ([row("4", currency="CNY")], [], Change("cost", "CNY", Decimal(4), Decimal(0))),
        ([], [], Change("cost", "USD", Decimal(0), Decimal(0))),
        ([row("4", currency="CNY")], [row("5")], None),
        ([row("4")], [row("5"), row("5", currency="CNY")], None),
        ([row("4"), unpriced()], [row("5")], None),
        ([row("4")], [row("5"), unpriced()], None),
        ([row("4", key=("m", "plan"))], [row("5", key=("m", "plan"))],
         Change("api_equivalent", "USD", Decimal(4), Decimal(5))),
        ([], [row("5", key=("m", "plan"))], Change("api_equivalent", "USD", Decimal(0), Decimal(5))),
        ([row("4")], [row("5", key=("m", "plan"))], None),
        ([row("4", key=("m", "plan"))], [row("5")], None),
        ([row("4", key=("m", "plan"), currency="CNY")], [row("5", key=("m", "plan"))], None),
        ([row("4"), row("9", key=("m", "plan"))], [row("5")], Change("cost", "USD", Decimal(4), Decimal(5))),
    ],
)  # fmt: skip
def test_costs_are_compared_only_where_they_are_of_one_kind(
    before: list[UsageRow], now: list[UsageRow], change: Change | None
) -> None:
    def widened(rows: list[UsageRow]) -> Usage:
        keyed = [one._replace(key=("p", one.key[0], "", one.key[1])) for one in rows]
        return usage(*keyed, by=GRAIN, plans=("plan",))

    previous = week(widened(now), before=widened(before)).previous

    assert previous is not None
    assert previous.change == change


def test_a_change_is_an_amount_and_a_share_of_what_was() -> None:
    less, anew = Change("cost", "USD", Decimal(3), Decimal(2)), Change("cost", "USD", Decimal(0), Decimal(2))

    assert (less.amount, less.ratio) == (Decimal(-1), Decimal("-0.333333"))
    assert (anew.amount, anew.ratio) == (Decimal(2), None)


@pytest.mark.parametrize(("since", "known"), [("2026-11-08", True), ("2026-11-09", False), (None, False)])
def test_nothing_is_compared_with_a_week_before_the_account_begins(since: str | None, known: bool) -> None:
    assert (week(dollars("1"), since=since).previous is not None) == known


def test_days_of_a_change_of_clocks_have_their_own_length() -> None:
    zone = ZoneInfo("Europe/Berlin")
    march = calendar_month(date(2026, 3, 1), zone, "Europe/Berlin")
    *each, _ = days_and_before(march, date(2026, 4, 1))
    hours = {one.first: (one.end_ms - one.start_ms) // 3_600_000 for one in each}

    assert {day: length for day, length in hours.items() if length != 24} == {date(2026, 3, 29): 23}
    assert each[-1].end == datetime(2026, 4, 1, tzinfo=zone)

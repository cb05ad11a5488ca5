"""What is left of a budget: its state at every boundary, what is unknown, where it is heading."""

from __future__ import annotations

from datetime import UTC
from datetime import date
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_tracker.exchange import UsedRate
from token_tracker.model import CostBasis
from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.period import Period
from token_tracker.period import iso_week
from token_tracker.reports.budgets import BudgetReport
from token_tracker.reports.budgets import BudgetState
from token_tracker.reports.budgets import BudgetStatus
from token_tracker.reports.budgets import Exchanged
from token_tracker.reports.budgets import Unknown
from token_tracker.reports.budgets import alerts
from token_tracker.reports.budgets import budget_problems
from token_tracker.reports.budgets import counted
from token_tracker.reports.budgets import daily_average
from token_tracker.reports.budgets import days_left
from token_tracker.reports.budgets import exchanged
from token_tracker.reports.budgets import judge
from token_tracker.reports.budgets import other_amounts
from token_tracker.reports.figures import Cost
from token_tracker.reports.summary import days_counted
from token_tracker.settings import Budget

from .usage_rows import row
from .usage_rows import unpriced
from .usage_rows import usage

DAY = Period(date(2026, 11, 22), date(2026, 11, 22), UTC, "UTC")
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


def budget(limit: str = "100", **changed: Any) -> Budget:
    return Budget(**{"period": "daily", "limit": Decimal(limit), "currency": "USD", **changed})


def cost(**amounts: str) -> Cost:
    return Cost({name: {CostBasis.COMPUTED: Decimal(amount)} for name, amount in amounts.items()}, {}, 0, ())


def status(one: Budget, spent: Cost, average: str | None = None) -> BudgetStatus:
    return judge(one, DAY, spent, None if average is None else Decimal(average), NOON)


UNPRICED = Cost({}, {}, 900, ("x-1",))
PARTLY = Cost({"USD": {CostBasis.COMPUTED: Decimal("79.99")}}, {}, 900, ("x-1",))


# States


@pytest.mark.parametrize(
    ("spent", "state"),
    [
        ("0", "ok"),
        ("79.99", "ok"),
        ("79.999999999999", "ok"),
        ("80", "warning"),
        ("80.000000000001", "warning"),
        ("99.99", "warning"),
        ("99.999999999999", "warning"),
        ("100", "exceeded"),
        ("100.000000000001", "exceeded"),
        ("-5", "ok"),
    ],
)
def test_a_budget_warns_from_its_share_and_is_exceeded_from_its_limit(spent: str, state: str) -> None:
    assert str(status(budget(), cost(USD=spent)).state) == state


@pytest.mark.parametrize(
    ("percent", "spent", "state"),
    [
        ("33.3", "0.99899", "ok"),
        ("33.3", "0.999", "warning"),
        ("100", "2.99", "ok"),
        ("100", "3", "exceeded"),
        ("1", "0.029", "ok"),
        ("1", "0.03", "warning"),
    ],
)
def test_the_share_that_warns_is_compared_exactly(percent: str, spent: str, state: str) -> None:
    one = budget("3", warn_percent=Decimal(percent))

    assert str(status(one, cost(USD=spent)).state) == state


def test_what_is_left_and_the_used_ratio_are_exact() -> None:
    found = status(budget("15"), cost(USD="13.5"))

    assert (found.spent, found.left, found.used_ratio) == (Decimal("13.5"), Decimal("1.5"), Decimal("0.9"))


def test_left_is_below_zero_when_exceeded() -> None:
    assert status(budget("15"), cost(USD="17.3")).left == Decimal("-2.3")


def test_a_budget_without_usage_is_known_to_be_unused() -> None:
    found = status(budget("15"), Cost({}, {}, 0, ()))

    assert (found.spent, found.left, found.state) == (Decimal(0), Decimal(15), BudgetState.OK)


# What is unknown


@pytest.mark.parametrize(
    ("spent", "unknown"),
    [
        (PARTLY, Unknown(900, ("x-1",))),
        (Cost({"USD": {CostBasis.COMPUTED: Decimal(1)}}, {}, 0, ("x-1",)), Unknown(0, ("x-1",))),
        (cost(USD="1", CNY="8"), Unknown(other={"CNY": Decimal(8)})),
    ],
    ids=["tokens", "searches alone", "another currency"],
)
def test_a_budget_with_an_unknown_part_is_incomplete_and_never_ok(spent: Cost, unknown: Unknown) -> None:
    found = status(budget(), spent, "1")

    assert (found.state, found.unknown, found.forecast) == (BudgetState.INCOMPLETE, unknown, None)


@pytest.mark.parametrize(("known", "state"), [("80", "warning"), ("99.99", "warning"), ("100", "exceeded")])
def test_what_is_known_can_already_warn_or_exceed(known: str, state: str) -> None:
    spent = Cost({"USD": {CostBasis.COMPUTED: Decimal(known)}}, {}, 900, ("x-1",))
    found = status(budget(), spent)

    assert (str(found.state), found.unknown.is_any) == (state, True)


@pytest.mark.parametrize("spent", [UNPRICED, cost(CNY="8")], ids=["unpriced", "another currency"])
def test_where_nothing_is_known_there_is_no_figure_at_all(spent: Cost) -> None:
    found = status(budget(), spent, "1")

    assert (found.spent, found.left, found.used_ratio, found.forecast) == (None, None, None, None)
    assert found.state is BudgetState.INCOMPLETE


def test_nothing_of_another_currency_is_not_unknown() -> None:
    assert status(budget(), cost(USD="1", CNY="0")).state is BudgetState.OK


# What counts


PLANNED = [
    row("1", key=("opus", "claude-code")),
    row("2", key=("opus", "codex")),
    unpriced(key=("brew", "claude-code"), tokens=7),
]


def test_what_a_plan_pays_counts_only_where_the_budget_says_so() -> None:
    rows = usage(*PLANNED, plans=["claude-code"])

    assert counted(budget(), rows).amount("USD") == 2
    found = status(budget(count="api_equivalent"), counted(budget(count="api_equivalent"), rows))
    assert (found.spent, found.unknown) == (Decimal(3), Unknown(7, ("brew",)))


def test_usage_that_a_plan_pays_needs_no_price() -> None:
    rows = usage(*PLANNED, plans=["claude-code"])

    assert status(budget(), counted(budget(), rows)).state is BudgetState.OK


def test_plan_usage_in_another_currency_makes_a_budget_that_counts_it_incomplete() -> None:
    rows = usage(row("8", key=("glm", "codex"), currency="CNY"), plans=["codex"])
    found = status(budget(count="api_equivalent"), counted(budget(count="api_equivalent"), rows))

    assert (found.spent, found.state, found.unknown) == (
        None, BudgetState.INCOMPLETE, Unknown(other={"CNY": Decimal(8)}),
    )  # fmt: skip


# Where it is heading


def test_the_forecast_adds_an_average_day_for_what_is_left_of_the_period() -> None:
    week = iso_week(date(2026, 11, 18), UTC, "UTC")
    wednesday_at_six = datetime(2026, 11, 18, 18, tzinfo=UTC)
    found = judge(budget(), week, cost(USD="30"), Decimal(8), wednesday_at_six)

    assert found.forecast == 30 + 8 * Decimal("4.25")


@pytest.mark.parametrize(
    ("now", "left"),
    [
        ("2026-10-25T00:00:00+02:00", "1"),
        ("2026-10-25T02:30:00+01:00", str(Decimal("21.5") / 25)),
        ("2026-10-25T23:00:00+01:00", str(Decimal(1) / 25)),
        ("2026-10-24T12:00:00+02:00", "1.5"),
        ("2026-10-26T00:00:00+01:00", "0"),
    ],
)
def test_the_rest_of_a_day_of_25_hours_is_a_share_of_25_hours(now: str, left: str) -> None:
    weekend = Period(date(2026, 10, 24), date(2026, 10, 25), BERLIN, "Europe/Berlin")

    assert round(days_left(weekend, datetime.fromisoformat(now)), 20) == round(Decimal(left), 20)


def test_a_period_that_is_over_ends_with_what_it_cost() -> None:
    yesterday = DAY.before(1)

    assert judge(budget(), yesterday, cost(USD="3"), Decimal(8), NOON).forecast == 3


@pytest.mark.parametrize(
    ("before", "days", "average"),
    [
        (cost(USD="14"), 7, "2"),
        (cost(USD="14"), 4, "3.5"),
        (Cost({}, {}, 0, ()), 7, "0"),
        (cost(USD="14"), 0, None),
        (PARTLY, 7, None),
        (cost(USD="14", CNY="1"), 7, None),
    ],
)
def test_an_average_is_known_where_all_of_its_days_are(before: Cost, days: int, average: str | None) -> None:
    assert daily_average(budget(), before, days) == (None if average is None else Decimal(average))


@pytest.mark.parametrize(("first", "days"), [(22, 0), (21, 1), (16, 6), (15, 7), (1, 7), (23, 0)])
def test_days_before_the_first_usage_are_in_no_average(first: int, days: int) -> None:
    assert days_counted(date(2026, 11, 22), date(2026, 11, first)) == days


# Alerts and problems


def test_alerts_are_named_by_budget_state_and_day_and_the_most_urgent_comes_first() -> None:
    month = budget("10", period="monthly", scope="provider=openai")
    statuses = [status(budget(), cost(USD="85")), status(month, cost(USD="11")), status(budget(), UNPRICED)]
    report = BudgetReport(DAY, sorted(statuses, key=lambda one: one.urgency))

    assert [alert.id for alert in alerts(report)] == [
        "alert:monthly:provider=openai:exceeded:2026-11-22",
        "alert:daily:warning:2026-11-22",
    ]


def test_budgets_are_in_order_of_urgency_then_period_then_scope() -> None:
    ok = [
        budget(period=period, scope=scope) for period in ("monthly", "daily") for scope in ("model=a", "all")
    ]
    statuses = [status(one, cost(USD="1")) for one in ok] + [status(budget(), PARTLY)]

    assert [one.budget.id for one in sorted(statuses, key=lambda one: one.urgency)] == [
        "daily", "daily", "daily:model=a", "monthly", "monthly:model=a",
    ]  # fmt: skip


def test_the_problems_name_budgets_scopes_and_currencies_once_each() -> None:
    one = status(budget(), Cost({"CNY": {CostBasis.COMPUTED: Decimal(8)}}, {}, 5, ("x-1",)))
    nowhere = judge(budget(scope="model=x-9"), DAY, Cost({}, {}, 0, ()), None, NOON, scope_known=False)

    assert budget_problems([one, one, nowhere]) == [
        Problem("budget-incomplete", Severity.WARNING, "daily", 1, "daily"),
        Problem("exchange-rate-missing", Severity.NOTE, "CNY", 1, "USD"),
        Problem("budget-scope-unknown", Severity.NOTE, "x-9"),
    ]


# Other currencies by a rate


def by_rate(currency: str, rate: str) -> UsedRate:
    return UsedRate(currency, "USD", Decimal(rate), date(2026, 11, 20), "user", ())


def test_what_has_a_rate_counts_by_it_and_the_rest_stays_unknown() -> None:
    spent = exchanged(cost(USD="3", CNY="100", JPY="500"), "USD", [by_rate("CNY", "0.14")])
    one = status(budget(), spent)

    assert (one.spent, one.unknown.other) == (3 + 100 * Decimal("0.14"), {"JPY": Decimal(500)})
    assert one.state is BudgetState.INCOMPLETE


def test_kinds_of_money_stay_apart_when_they_are_converted() -> None:
    yuan = {CostBasis.COMPUTED: Decimal(10), CostBasis.BILLED: Decimal(20)}
    both = Cost({"CNY": yuan, "USD": {CostBasis.BILLED: Decimal(1)}}, {"CNY": Decimal(50)}, 0, ())

    assert exchanged(both, "USD", [by_rate("CNY", "0.14")]) == Cost(
        {"USD": {CostBasis.COMPUTED: Decimal("1.4"), CostBasis.BILLED: 1 + Decimal("2.8")}},
        {"USD": Decimal(7)},
        0,
        (),
    )


def test_what_a_plan_pays_needs_a_rate_only_where_it_counts() -> None:
    plan = Cost({}, {"CNY": Decimal(50)}, 0, ())
    counting = budget(count="api_equivalent")

    assert (other_amounts(budget(), plan), other_amounts(counting, plan)) == ({}, {"CNY": Decimal(50)})
    assert status(counting, exchanged(plan, "USD", [by_rate("CNY", "0.14")])).spent == 50 * Decimal("0.14")


def test_nothing_of_a_currency_needs_no_rate() -> None:
    assert other_amounts(budget(), cost(CNY="0", USD="3")) == {}


def test_an_old_rate_is_a_problem_of_the_budgets_that_count_by_it() -> None:
    old = Problem("exchange-rate-old", Severity.NOTE, "CNY/USD", 1, "2026-11-01")
    converted = Exchanged({"CNY": Decimal(8)}, [by_rate("CNY", "0.14")], [old])
    one = status(budget(), cost(USD="3"))._replace(exchanged=converted)

    assert budget_problems([one, one]) == [old]


# For all budgets

money = st.decimals(0, 10**9, allow_nan=False, allow_infinity=False, places=12)
limits = st.decimals(Decimal("0.000000000001"), 10**9, allow_nan=False, allow_infinity=False, places=12)
shares = st.decimals(1, 100, allow_nan=False, allow_infinity=False, places=3)
tokens = st.sampled_from([0, 900])
ORDER = {BudgetState.OK: 0, BudgetState.INCOMPLETE: 0, BudgetState.WARNING: 1, BudgetState.EXCEEDED: 2}


@given(limits, shares, money, money, tokens)
def test_more_money_spent_is_never_a_better_state(
    limit: Decimal, share: Decimal, spent: Decimal, more: Decimal, missing: int
) -> None:
    one = budget(str(limit), warn_percent=share)
    less, greater = sorted([spent, more])
    states = [
        status(one, Cost({"USD": {CostBasis.COMPUTED: amount}}, {}, missing, ("x-1",) * bool(missing))).state
        for amount in (less, greater)
    ]

    assert ORDER[states[0]] <= ORDER[states[1]]
    assert BudgetState.OK not in states or not missing


@given(limits, money)
def test_spent_and_left_add_up_to_the_limit_and_the_state_agrees_with_them(
    limit: Decimal, spent: Decimal
) -> None:
    found = status(budget(str(limit)), cost(USD=str(spent)))

    assert found.spent is not None
    assert found.left is not None
    assert found.spent + found.left == limit
    assert (found.state is BudgetState.EXCEEDED) == (found.left <= 0)


def test_tokens_without_a_price_are_counted_as_they_are() -> None:
    rows = usage(row("1"), unpriced(tokens=5), unpriced(key=("b", "codex"), tokens=6))

    assert status(budget(), counted(budget(), rows)).unknown.tokens == 11

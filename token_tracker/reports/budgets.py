"""Budgets: what is left of each, in which state it is, and where it is heading."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from decimal import localcontext
from types import MappingProxyType
from typing import TYPE_CHECKING
from typing import NamedTuple

from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.period import Period
from token_tracker.period import day_start
from token_tracker.period import to_ms
from token_tracker.reports.figures import EXACT_DIGITS
from token_tracker.reports.figures import Cost
from token_tracker.reports.figures import Usage
from token_tracker.reports.freshness import Freshness
from token_tracker.settings import BUDGET_PERIODS
from token_tracker.settings import Budget

if TYPE_CHECKING:  # most budgets are in the currency of what they count
    from token_tracker.exchange import UsedRate

_STEP = Decimal(1).scaleb(-12)


class BudgetState(enum.StrEnum):
    """How much of a budget is used; the most urgent first."""

    EXCEEDED = "exceeded"
    WARNING = "warning"
    INCOMPLETE = "incomplete"
    OK = "ok"


ALERTS = (BudgetState.EXCEEDED, BudgetState.WARNING)
_URGENCY = tuple(BudgetState)


class Unknown(NamedTuple):
    """What a budget counts and nobody can put into its currency.

    `tokens`, `models`: without a price. `other`: amounts in other currencies, of which no
    dated exchange rate is known.
    """

    tokens: int = 0
    models: tuple[str, ...] = ()
    other: Mapping[str, Decimal] = MappingProxyType({})

    @property
    def is_any(self) -> bool:
        """Say whether anything is missing."""
        return bool(self.tokens or self.models or self.other)


class Exchanged(NamedTuple):
    """Amounts of other currencies that a budget counts by a dated rate each.

    `amounts`: in their own currencies. `problems`: what is wrong with the rates.
    """

    amounts: Mapping[str, Decimal]
    rates: Sequence[UsedRate]
    problems: Sequence[Problem] = ()


class BudgetStatus(NamedTuple):
    """A budget in one of its periods.

    `spent`, `left`, `used_ratio`, `forecast`: in the budget's currency, what is known of
    them; None when nothing is. `left` is below zero when exceeded, `used_ratio` 1 for the
    whole limit. `scope_known`: whether any usage ever had what the budget is limited to.
    `plan`: what plan-paid usage is worth that this budget does not count. `exchanged`: what of
    `spent` was in other currencies; None for nothing.
    """

    budget: Budget
    period: Period
    spent: Decimal | None
    left: Decimal | None
    used_ratio: Decimal | None
    state: BudgetState
    forecast: Decimal | None
    unknown: Unknown = Unknown()
    scope_known: bool = True
    plan: Mapping[str, Decimal] = MappingProxyType({})
    exchanged: Exchanged | None = None

    @property
    def urgency(self) -> tuple[int, int, str]:
        """Order budgets: the most urgent state, then the shortest period, then all usage."""
        return (
            _URGENCY.index(self.state),
            BUDGET_PERIODS.index(self.budget.period),
            self.budget.scope if self.budget.scope_kind else "",
        )


class Alert(NamedTuple):
    """A budget that is in warning or exceeded; delivered once for each `id`."""

    id: str
    status: BudgetStatus


class BudgetReport(NamedTuple):
    """Every budget in the period that holds `day`, the most urgent first."""

    day: Period
    statuses: Sequence[BudgetStatus]
    freshness: Sequence[Freshness] = ()
    problems: Sequence[Problem] = ()


class BudgetChange(NamedTuple):
    """A budget that was set or removed: what it is now and what it was; None for none.

    `foreign`: the currencies that usage is priced in, where its own is none of them.
    """

    budget: Budget | None
    previous: Budget | None
    status: BudgetStatus | None = None
    foreign: Sequence[str] = ()
    problems: Sequence[Problem] = ()


def not_counted(budget: Budget, usage: Usage) -> Mapping[str, Decimal]:
    """Give what plan-paid usage is worth at list price that a budget leaves out."""
    return usage.figures().cost.api_equivalent if budget.count == "amount" else {}


def counted(budget: Budget, usage: Usage) -> Cost:
    """Add up what a budget counts: what a plan pays only where it says so.

    Tokens that a plan pays cost no money of their own, so they need no price either, unless
    they are counted at list price.
    """
    if budget.count == "amount":
        source = usage.by.index("source")
        rows = [row for row in usage.rows if not row.is_included and row.key[source] not in usage.plans]
        usage = Usage(usage.by, tuple(rows))
    return usage.figures().cost


def other_amounts(budget: Budget, cost: Cost) -> dict[str, Decimal]:
    """Give what a budget counts in other currencies than its own; zero needs no rate."""
    with localcontext(prec=EXACT_DIGITS):
        plan = cost.api_equivalent if budget.count == "api_equivalent" else {}
        sums = {
            currency: cost.amount(currency) + plan.get(currency, Decimal(0))
            for currency in sorted({*cost.amounts, *plan} - {budget.currency})
        }
    return {currency: amount for currency, amount in sums.items() if amount}


def exchanged(cost: Cost, currency: str, rates: Sequence[UsedRate]) -> Cost:
    """Count what is in other currencies in this one, each by its rate, kinds of money apart."""
    left = {rate.base for rate in rates}
    own = dict(cost.amounts.get(currency, {}))
    worth = cost.api_equivalent.get(currency, Decimal(0))
    with localcontext(prec=EXACT_DIGITS):
        for rate in rates:
            for basis, amount in cost.amounts.get(rate.base, {}).items():
                own[basis] = own.get(basis, Decimal(0)) + (amount * rate.rate).quantize(_STEP)
            worth += (cost.api_equivalent.get(rate.base, Decimal(0)) * rate.rate).quantize(_STEP)
    amounts = {name: bases for name, bases in cost.amounts.items() if name not in {*left, currency}}
    plan = {name: amount for name, amount in cost.api_equivalent.items() if name not in {*left, currency}}
    return replace(
        cost,
        amounts={**amounts, **({currency: own} if own else {})},
        api_equivalent={**plan, **({currency: worth} if worth else {})},
    )


def judge(
    budget: Budget,
    period: Period,
    cost: Cost,
    average: Decimal | None,
    now: datetime,
    scope_known: bool = True,
) -> BudgetStatus:
    """Judge a budget by what its period cost so far.

    `cost`: by `counted`. `average`: per day, of the days before today, in the budget's
    currency; None when it is not known. What is not known never makes a budget ok; what is
    known can already make it exceeded.
    """
    unknown = unknown_part(budget, cost)
    amount = known_amount(budget, cost)
    if amount is None:
        state = BudgetState.INCOMPLETE
        return BudgetStatus(budget, period, None, None, None, state, None, unknown, scope_known)
    forecast = None
    if average is not None and not unknown.is_any:
        forecast = forecast_of(amount, average, days_left(period, now))
    with localcontext(prec=EXACT_DIGITS):
        return BudgetStatus(
            budget,
            period,
            amount,
            budget.limit - amount,
            amount / budget.limit,
            _state(budget, amount, unknown),
            forecast,
            unknown,
            scope_known,
        )


def known_amount(budget: Budget, cost: Cost) -> Decimal | None:
    """Give what is known in the budget's currency; None where there is only what is not.

    >>> euros = Budget("daily", Decimal(15), "EUR")
    >>> known_amount(euros, Cost({}, {}, 0, ())), known_amount(euros, Cost({}, {}, 900, ("x-1",)))
    (Decimal('0'), None)
    """
    plan = cost.api_equivalent if budget.count == "api_equivalent" else {}
    if (
        budget.currency not in cost.amounts
        and budget.currency not in plan
        and unknown_part(budget, cost).is_any
    ):
        return None
    with localcontext(prec=EXACT_DIGITS):
        return cost.amount(budget.currency) + plan.get(budget.currency, Decimal(0))


def unknown_part(budget: Budget, cost: Cost) -> Unknown:
    """Say what a cost holds that cannot be put into the budget's currency."""
    return Unknown(cost.unpriced_tokens, cost.unpriced_models, other_amounts(budget, cost))


def daily_average(budget: Budget, before: Cost, days: int) -> Decimal | None:
    """Divide what the days before today cost by their number; None without days or in part unknown."""
    amount = known_amount(budget, before)
    if not days or amount is None or unknown_part(budget, before).is_any:
        return None
    with localcontext(prec=EXACT_DIGITS):
        return amount / days


def days_left(period: Period, now: datetime) -> Decimal:
    """Give how many days of a period are left: the rest of today as its share of a day.

    >>> from datetime import UTC, date
    >>> november = Period(date(2026, 11, 1), date(2026, 11, 30), UTC, "UTC")
    >>> days_left(november, datetime(2026, 11, 20, 12, tzinfo=UTC))
    Decimal('10.5')
    """
    today = now.astimezone(period.zone).date()
    if today > period.last:
        return Decimal(0)
    start_ms, end_ms = (to_ms(day_start(today + timedelta(days=n), period.zone)) for n in (0, 1))
    with localcontext(prec=EXACT_DIGITS):
        return (period.last - today).days + Decimal(end_ms - to_ms(now)) / (end_ms - start_ms)


def forecast_of(spent: Decimal, average: Decimal, days: Decimal) -> Decimal:
    """Expect what a period will have cost: what it cost so far, and an average day for each day left.

    $6 so far, $10 on an average day, ten and a half days left: 6 + 10 * 10.5.

    >>> forecast_of(Decimal(6), Decimal(10), Decimal("10.5")).normalize()
    Decimal('111')
    """
    with localcontext(prec=EXACT_DIGITS):
        return (spent + average * days).quantize(_STEP)


def alerts(report: BudgetReport) -> list[Alert]:
    """Give the alerts that hold, the most urgent first."""
    return [
        Alert(f"alert:{one.budget.id}:{one.state}:{report.day.last.isoformat()}", one)
        for one in report.statuses
        if one.state in ALERTS
    ]


def budget_problems(statuses: Iterable[BudgetStatus]) -> list[Problem]:
    """Say which budgets cannot be judged, and which are limited to what nobody ever used."""
    found = []
    for one in statuses:
        if not one.scope_known:
            found.append(Problem("budget-scope-unknown", Severity.NOTE, one.budget.scope_value))
        if one.unknown.is_any:
            found.append(Problem("budget-incomplete", Severity.WARNING, one.budget.id, 1, one.budget.id))
        found += [
            Problem("exchange-rate-missing", Severity.NOTE, other, 1, one.budget.currency)
            for other in one.unknown.other
        ]
        found += one.exchanged.problems if one.exchanged else ()
    return list(dict.fromkeys(found))


def _state(budget: Budget, amount: Decimal, unknown: Unknown) -> BudgetState:
    if amount >= budget.limit:
        return BudgetState.EXCEEDED
    if amount * 100 >= budget.limit * budget.warn_percent:
        return BudgetState.WARNING
    return BudgetState.INCOMPLETE if unknown.is_any else BudgetState.OK

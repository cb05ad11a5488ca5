"""Every budget against the ledger: the one place that says how they stand.

The reports, the alerts, the guard and the session hook all ask `budget_statuses`. It sums
the usage of every budget in one look, and does nothing at all where there is no budget.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from token_tracker.ledger import queries
from token_tracker.ledger.bill_notes import whole_organisations
from token_tracker.ledger.records import MANUAL
from token_tracker.ledger.records import OF_BILL
from token_tracker.ledger.records import load_records
from token_tracker.ledger.store import Ledger
from token_tracker.model import CostBasis
from token_tracker.model import ExchangeRate
from token_tracker.period import Clock
from token_tracker.period import Period
from token_tracker.period import Zone
from token_tracker.period import calendar_month
from token_tracker.period import day_of
from token_tracker.period import iso_week
from token_tracker.period import local_day
from token_tracker.reports.budgets import Alert
from token_tracker.reports.budgets import BudgetReport
from token_tracker.reports.budgets import BudgetStatus
from token_tracker.reports.budgets import Exchanged
from token_tracker.reports.budgets import alerts
from token_tracker.reports.budgets import counted
from token_tracker.reports.budgets import daily_average
from token_tracker.reports.budgets import exchanged
from token_tracker.reports.budgets import judge
from token_tracker.reports.budgets import not_counted
from token_tracker.reports.budgets import other_amounts
from token_tracker.reports.figures import Cost
from token_tracker.reports.figures import Usage
from token_tracker.reports.naming import is_named_by
from token_tracker.reports.naming import last_folder
from token_tracker.reports.naming import models_by_name
from token_tracker.reports.naming import projects_by_folder
from token_tracker.reports.summary import AVERAGE_DAYS
from token_tracker.reports.summary import days_counted
from token_tracker.settings import Budget
from token_tracker.settings import Settings

ALWAYS = ("model", "source")

Span = tuple[int, int]
"""The first millisecond, and the one after the last."""


def budget_statuses(
    ledger: Ledger, settings: Settings, clock: Clock, zone: Zone, day: date | None = None
) -> list[BudgetStatus]:
    """Say how every budget stands in its period that holds a local day, the most urgent first.

    `day`: today when None. Usage of days to come counts nowhere yet.
    """
    if not settings.budgets:
        return []
    today = day_of(clock.now_ms, zone.zone)
    held = {budget.period: period_of(budget.period, day or today, zone) for budget in settings.budgets}
    before = local_day(today, zone.zone, zone.name).before(AVERAGE_DAYS)
    end_ms = local_day(today, zone.zone, zone.name).end_ms
    sums = _sums(ledger, settings, [before, *held.values()], end_ms)
    first_ms = queries.first_event_ms(ledger)
    days = days_counted(today, None if first_ms is None else day_of(first_ms, zone.zone))
    scopes, rates = _Scopes(ledger), _Rates(ledger)
    statuses = []
    for budget in settings.budgets:
        values = scopes.values_of(budget)
        usual, _ = rates.in_its_currency(budget, sums.counted(budget, values, before).cost, today)
        average = daily_average(budget, usual, days)
        period = held[budget.period]
        found = sums.counted(budget, values, period)
        cost, converted = rates.in_its_currency(budget, found.cost, min(period.last, today))
        is_known = bool(values) or not budget.scope_kind
        status = judge(budget, period, cost, average, clock.now, is_known)
        statuses.append(status._replace(plan=found.plan, exchanged=converted))
    return sorted(statuses, key=lambda status: status.urgency)


def unconfirmed(ledger: Ledger, settings: Settings) -> list[str]:
    """Name the providers whose bill is that of a whole organisation, which nobody said to count."""
    return sorted(set(whole_organisations(ledger)) - settings.whole_organisation)


def alerts_today(ledger: Ledger, settings: Settings, clock: Clock, zone: Zone) -> list[Alert]:
    """Give the alerts that hold today, the most urgent first."""
    if not settings.budgets:
        return []
    today = local_day(day_of(clock.now_ms, zone.zone), zone.zone, zone.name)
    return alerts(BudgetReport(today, budget_statuses(ledger, settings, clock, zone)))


def period_of(name: str, day: date, zone: Zone) -> Period:
    """Give the local day, ISO week or calendar month that holds a day."""
    whole = {"daily": local_day, "weekly": iso_week, "monthly": calendar_month}[name]
    return whole(day, zone.zone, zone.name)


class _Scopes:
    """What of the ledger budgets are limited to; each kind of it is looked up once."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._known: dict[str, dict[str, list[str]]] = {}

    def values_of(self, budget: Budget) -> list[str]:
        """Give the values in the ledger that a budget is limited to; none where nobody used it yet.

        A model is meant by its id, its id without the date, or its name; a project by its path
        or the last folders of it.
        """
        kind, wanted = budget.scope_kind, budget.scope_value
        if not kind:
            return []
        if kind not in self._known:
            self._known[kind] = self._look_up(kind)
        known = self._known[kind]
        if kind == "model":
            return known.get(wanted.lower(), [])
        if kind == "project":
            return [path for path in known.get(last_folder(wanted), []) if is_named_by(path, wanted)]
        return known.get(wanted, [])

    def _look_up(self, kind: str) -> dict[str, list[str]]:
        if kind == "model":
            return models_by_name(queries.model_names(self._ledger))
        known = queries.values_of(self._ledger, kind)
        return projects_by_folder(known) if kind == "project" else {value: [value] for value in known}


class _Rates:
    """What other currencies come to, by the rates of a day, which are read once for each day."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._read: dict[tuple[frozenset[str], date], Sequence[ExchangeRate]] = {}

    def in_its_currency(self, budget: Budget, cost: Cost, day: date) -> tuple[Cost, Exchanged | None]:
        """Give what a budget counts, other currencies by their rates of a day."""
        others = other_amounts(budget, cost)
        if not others:
            return cost, None
        from token_tracker.exchange import convert
        from token_tracker.exchange import exchange_problems
        from token_tracker.ledger.exchange_rates import rates_between

        wanted = frozenset({*others, budget.currency})
        if (wanted, day) not in self._read:
            self._read[wanted, day] = rates_between(self._ledger, wanted, day)
        conversion = convert(others, budget.currency, self._read[wanted, day], day)
        if not conversion.rates:
            return cost, None
        amounts = {rate.base: others[rate.base] for rate in conversion.rates}
        problems = exchange_problems(conversion._replace(missing=()))  # those, the status names
        return (
            exchanged(cost, budget.currency, conversion.rates),
            Exchanged(amounts, conversion.rates, problems),
        )


class _Counted(NamedTuple):
    """What a budget counts of some usage, and what plan-paid usage it leaves out is worth."""

    cost: Cost
    plan: Mapping[str, Decimal]


class _Sums:
    """The usage of some periods that may overlap, summed in parts that do not.

    Budgets of the same usage share what it comes to: people have few periods and scopes, and may
    have thousands of budgets.
    """

    def __init__(
        self,
        by: tuple[str, ...],
        rows: Sequence[queries.UsageRow],
        parts: Sequence[Span],
        until_ms: int,
        plans: frozenset[str],
    ) -> None:
        self._by = by
        self._rows = rows
        self._parts = parts
        self._until_ms = until_ms
        self._plans = plans
        self._of_values: dict[str, dict[str | int, list[int]]] = {}
        self._counted: dict[tuple[str, str, tuple[str, ...], date, date], _Counted] = {}

    def counted(self, budget: Budget, values: Sequence[str], period: Period) -> _Counted:
        """Add up what a budget counts in one of the periods, of the values that it is limited to."""
        key = (budget.count, budget.scope_kind, tuple(values), period.first, period.last)
        if key not in self._counted:
            usage = self._usage(budget.scope_kind, values, period)
            self._counted[key] = _Counted(counted(budget, usage), not_counted(budget, usage))
        return self._counted[key]

    def _usage(self, kind: str, values: Sequence[str], period: Period) -> Usage:
        start_ms, end_ms = _span(period, self._until_ms)
        wanted = {
            number for number, (first, last) in enumerate(self._parts) if start_ms <= first and last <= end_ms
        }
        numbers = self._numbers(kind, values) if kind else range(len(self._rows))
        rows = (self._rows[number] for number in numbers)
        return Usage(self._by, tuple(row for row in rows if row.key[0] in wanted), self._plans)

    def _numbers(self, kind: str, values: Sequence[str]) -> list[int]:
        """Say which rows have one of the values."""
        if kind not in self._of_values:
            place = self._by.index(kind)
            found: dict[str | int, list[int]] = {}
            for number, row in enumerate(self._rows):
                found.setdefault(row.key[place], []).append(number)
            self._of_values[kind] = found
        return sorted(number for value in values for number in self._of_values[kind].get(value, ()))


def _sums(ledger: Ledger, settings: Settings, periods: Sequence[Period], until_ms: int) -> _Sums:
    by = (*ALWAYS, *sorted({budget.scope_kind for budget in settings.budgets} - {"", *ALWAYS}))
    parts = _parts([_span(period, until_ms) for period in periods])
    left_out = unconfirmed(ledger, settings)
    rows = queries.usage_in_spans(ledger, parts, by, unbilled=left_out)
    by_hand = [row for provider in left_out for row in _inside_bill(ledger, provider, parts, by)]
    return _Sums(("part", *by), [*rows, *by_hand], parts, until_ms, settings.plans)


def _inside_bill(
    ledger: Ledger, provider: str, parts: Sequence[Span], by: Sequence[str]
) -> Iterator[queries.UsageRow]:
    """Give the manual records that a bill covers: where that is left out, they count themselves.

    Without a charge of their own they have no price here, which makes a budget incomplete.
    """
    for record in load_records(ledger, "covered_by = ?", (f"{provider}{OF_BILL}",)):
        for number, (start_ms, end_ms) in enumerate(parts):
            if start_ms <= record.at_ms < end_ms:
                said: dict[str, str] = {"model": record.model, "source": MANUAL, "provider": provider}
                key: tuple[str | int, ...] = (number, *(said.get(name, "") for name in by))
                charge = record.charge
                if charge is None:
                    yield queries.UsageRow(key, "", "unpriced", 1, record.tokens, 0, 0)
                else:
                    basis = CostBasis.REPORTED.value
                    yield queries.UsageRow(key, charge.currency, basis, 1, record.tokens, 0, charge.pico)


def _span(period: Period, until_ms: int) -> Span:
    return period.start_ms, max(period.start_ms, min(period.end_ms, until_ms))


def _parts(spans: Sequence[Span]) -> list[Span]:
    """Cut spans that overlap into parts that do not, so that no usage is summed twice.

    >>> _parts([(10, 40), (30, 50), (70, 80)])
    [(10, 30), (30, 40), (40, 50), (70, 80)]
    """
    edges = sorted({edge for span in spans for edge in span})
    return [
        (start, end)
        for start, end in pairwise(edges)
        if any(first <= start and end <= last for first, last in spans)
    ]

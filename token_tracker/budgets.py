"""Every budget against the ledger: the one place that says how they stand.

The reports, the alerts, the guard and the session hook all ask `budget_statuses`. It sums
the usage of every budget in one look, and does nothing at all where there is no budget.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from token_tracker.ledger import queries
from token_tracker.ledger.bill_notes import whole_organisations
from token_tracker.ledger.records import MANUAL
from token_tracker.ledger.records import OF_BILL
from token_tracker.ledger.records import load_records
from token_tracker.ledger.store import Ledger
from token_tracker.model import CostBasis
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
from token_tracker.reports.naming import models_named
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
    statuses = []
    for budget in settings.budgets:
        values = values_of(ledger, budget)
        usual, _ = _in_its_currency(ledger, budget, sums.usage(budget, values, before), today)
        average = daily_average(budget, usual, days)
        period = held[budget.period]
        usage = sums.usage(budget, values, period)
        cost, converted = _in_its_currency(ledger, budget, usage, min(period.last, today))
        is_known = bool(values) or not budget.scope_kind
        status = judge(budget, period, cost, average, clock.now, is_known)
        statuses.append(status._replace(plan=not_counted(budget, usage), exchanged=converted))
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


def values_of(ledger: Ledger, budget: Budget) -> list[str]:
    """Give the values in the ledger that a budget is limited to; none where nobody used it yet.

    A model is meant by its id, its id without the date, or its name; a project by its path
    or the last folders of it.
    """
    kind, wanted = budget.scope_kind, budget.scope_value
    if not kind:
        return []
    if kind == "model":
        return models_named(wanted, queries.model_names(ledger))
    known = queries.values_of(ledger, kind)
    if kind == "project":
        return [path for path in known if is_named_by(path, wanted)]
    return [value for value in known if value == wanted]


def _in_its_currency(
    ledger: Ledger, budget: Budget, usage: Usage, day: date
) -> tuple[Cost, Exchanged | None]:
    """Give what a budget counts of some usage, other currencies by their rates of a day."""
    cost = counted(budget, usage)
    others = other_amounts(budget, cost)
    if not others:
        return cost, None
    from token_tracker.exchange import conversion_on
    from token_tracker.exchange import exchange_problems

    conversion = conversion_on(ledger, others, budget.currency, day)
    if not conversion.rates:
        return cost, None
    amounts = {rate.base: others[rate.base] for rate in conversion.rates}
    problems = exchange_problems(conversion._replace(missing=()))  # those, the status names
    return (
        exchanged(cost, budget.currency, conversion.rates),
        Exchanged(amounts, conversion.rates, problems),
    )


class _Sums(NamedTuple):
    """The usage of some periods that may overlap, summed in parts that do not."""

    by: tuple[str, ...]
    rows: Sequence[queries.UsageRow]
    parts: Sequence[Span]
    until_ms: int
    plans: frozenset[str]

    def usage(self, budget: Budget, values: Sequence[str], period: Period) -> Usage:
        """Give the usage of one of the periods that a budget is limited to."""
        start_ms, end_ms = _span(period, self.until_ms)
        wanted = {
            number for number, (first, last) in enumerate(self.parts) if start_ms <= first and last <= end_ms
        }
        place = self.by.index(budget.scope_kind) if budget.scope_kind else None
        own = frozenset[str | int](values)
        return Usage(
            self.by,
            tuple(
                row for row in self.rows if row.key[0] in wanted and (place is None or row.key[place] in own)
            ),
            self.plans,
        )


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

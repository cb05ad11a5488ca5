"""The summary of a day or a span: what it cost, on what, against the week before."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from decimal import localcontext
from typing import TYPE_CHECKING

from token_tracker.model import Problem
from token_tracker.period import Period
from token_tracker.reports.figures import EXACT_DIGITS
from token_tracker.reports.figures import Cost
from token_tracker.reports.figures import Figures
from token_tracker.reports.figures import Usage
from token_tracker.reports.figures import rank
from token_tracker.reports.freshness import Freshness

if TYPE_CHECKING:  # most summaries have no budget to tell
    from token_tracker.exchange import Conversion
    from token_tracker.reports.budgets import BudgetStatus

GRAIN = ("provider", "model", "name", "project", "source")
"""What a summary's rows are grouped by."""

AVERAGE_DAYS = 7
_STEP = Decimal(1).scaleb(-12)


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A model as logged, with the card's name for it; "" where there is none."""

    provider: str
    model: str
    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class NamedLine:
    """A provider, project or source; "" is usage that the log attributes to none."""

    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class LookedIn:
    """A place where logs were looked for: the source's name and the directory."""

    source: str
    name: str
    path: str
    retention_days: int | None


@dataclass(frozen=True, slots=True)
class Summary:
    """One day or span; lines are in order, the most expensive first.

    `looked_in` is filled only where the ledger holds nothing at all: then zero means that
    no logs were found, not that nothing was spent. `budgets`: those whose period holds the
    moment of asking, the most urgent first. `converted`: what the whole cost comes to in one
    currency, where part of it is in another and the rates are known.
    """

    period: Period
    figures: Figures
    by_model: Sequence[ModelLine]
    by_provider: Sequence[NamedLine]
    by_project: Sequence[NamedLine]
    by_source: Sequence[NamedLine]
    average: Cost | None
    freshness: Sequence[Freshness]
    problems: Sequence[Problem]
    looked_in: Sequence[LookedIn] = ()
    budgets: Sequence[BudgetStatus] = ()
    converted: Conversion | None = None


def build_summary(
    period: Period,
    usage: Usage,
    before: Usage,
    first_day: date | None,
    project_names: Mapping[str, str],
    freshness: Sequence[Freshness],
    problems: Sequence[Problem],
    looked_in: Sequence[LookedIn] = (),
    budgets: Sequence[BudgetStatus] = (),
) -> Summary:
    """Build the summary of `period`.

    `usage`, `before`: rows by `GRAIN` of the period and of the 7 days before it.
    `first_day`: the local day of the first event there is; earlier days do not count
    into the average, later ones without usage do.
    """
    return Summary(
        period,
        usage.figures(),
        by_model=model_lines(usage),
        by_provider=_lines(usage, "provider"),
        by_project=_lines(usage, "project", project_names),
        by_source=_lines(usage, "source"),
        average=daily_average(before.figures().cost, days_counted(period.first, first_day)),
        freshness=freshness,
        problems=problems,
        looked_in=looked_in,
        budgets=budgets,
    )


def model_lines(usage: Usage) -> list[ModelLine]:
    """Give a line for each model as logged, the most expensive first."""
    lines = [
        ModelLine(str(provider), str(model), str(name), rows.figures())
        for (provider, model, name), rows in usage.grouped("provider", "model", "name").items()
    ]
    return sorted(lines, key=lambda line: (rank(line.figures), line.model, line.provider, line.name))


def daily_average(cost: Cost, days: int) -> Cost | None:
    """Divide a cost by a number of days; None for no days."""
    return averaged(cost, days) if days else None


def averaged(cost: Cost, among: int) -> Cost:
    """Divide a cost by a number of days, sessions or requests, to 12 decimals.

    Unpriced tokens are rounded up: a few are not none.
    """
    with localcontext(prec=EXACT_DIGITS):
        return Cost(
            {
                currency: {basis: (amount / among).quantize(_STEP) for basis, amount in bases.items()}
                for currency, bases in cost.amounts.items()
            },
            {currency: (amount / among).quantize(_STEP) for currency, amount in cost.api_equivalent.items()},
            -(-cost.unpriced_tokens // among),
            cost.unpriced_models,
            {currency: (amount / among).quantize(_STEP) for currency, amount in cost.estimated.items()},
        )


def days_counted(day: date, first_day: date | None) -> int:
    """Count the days before a day that an average is of: at most 7, and none before the first event.

    >>> days_counted(date(2026, 11, 22), date(2026, 11, 20)), days_counted(date(2026, 11, 22), None)
    (2, 0)
    """
    return 0 if first_day is None else min(AVERAGE_DAYS, max(0, (day - first_day).days))


def _lines(usage: Usage, dimension: str, names: Mapping[str, str] | None = None) -> list[NamedLine]:
    lines = [
        NamedLine((names or {}).get(str(value), str(value)), rows.figures())
        for (value,), rows in usage.grouped(dimension).items()
    ]
    return sorted(lines, key=lambda line: (rank(line.figures), line.name))

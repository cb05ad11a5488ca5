"""A week or a month: what each of its days cost, on which models, against the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from token_tracker.model import Problem
from token_tracker.period import Period
from token_tracker.reports.change import Previous
from token_tracker.reports.change import days_so_far
from token_tracker.reports.change import previous_of
from token_tracker.reports.change import same_days_before
from token_tracker.reports.figures import Cost
from token_tracker.reports.figures import Figures
from token_tracker.reports.figures import Usage
from token_tracker.reports.figures import joined
from token_tracker.reports.freshness import Freshness
from token_tracker.reports.shares import Measure
from token_tracker.reports.shares import measure_of
from token_tracker.reports.shares import shares_of
from token_tracker.reports.summary import LookedIn
from token_tracker.reports.summary import ModelLine
from token_tracker.reports.summary import averaged
from token_tracker.reports.summary import model_lines

if TYPE_CHECKING:  # a week without budgets needs none of them
    from token_tracker.exchange import Conversion
    from token_tracker.reports.budgets import BudgetStatus

GRAIN = ("provider", "model", "name", "source")
"""What the rows of a week or a month are grouped by."""


@dataclass(frozen=True, slots=True)
class DayLine:
    """One local day."""

    day: date
    figures: Figures


@dataclass(frozen=True, slots=True)
class Span:
    """A week or a month, up to today.

    `kind`: "week" or "month". `period`: the whole of it, also the days to come; `days` has
    a line for each day that has begun, in their order, and they add up to `figures`.
    `average`: of these days. `shares`: of each line of `by_model`, of what `measure` says;
    they add up to one. `previous`: None where nothing is known of the period before.
    `looked_in`, `budgets`, `converted`: as in a summary.
    """

    kind: str
    period: Period
    is_over: bool
    figures: Figures
    days: Sequence[DayLine]
    average: Cost
    most_expensive: DayLine | None
    by_model: Sequence[ModelLine]
    shares: Sequence[Decimal | None]
    measure: Measure | None
    previous: Previous | None
    freshness: Sequence[Freshness]
    problems: Sequence[Problem]
    looked_in: Sequence[LookedIn] = ()
    budgets: Sequence[BudgetStatus] = ()
    converted: Conversion | None = None

    @property
    def so_far(self) -> Period:
        """The days that have begun."""
        return self.period._replace(last=self.days[-1].day)


def days_and_before(period: Period, today: date) -> list[Period]:
    """Give what must be read for a week or a month: each day so far, then the time before it."""
    return [*days_so_far(period, today).split(), same_days_before(period, today)]


def build_span(
    kind: str,
    period: Period,
    today: date,
    read: Sequence[Usage],
    first_day: date | None,
    currency: str,
    freshness: Sequence[Freshness],
    problems: Sequence[Problem],
    looked_in: Sequence[LookedIn] = (),
    budgets: Sequence[BudgetStatus] = (),
) -> Span:
    """Build a week or a month.

    `read`: rows by `GRAIN` of each of `days_and_before`. `first_day`: the local day of the
    first event there is.
    """
    *each, before = read
    lines = [
        DayLine(day.first, usage.figures())
        for day, usage in zip(days_so_far(period, today).split(), each, strict=True)
    ]
    whole = joined(each)
    figures = whole.figures()
    measure = measure_of(figures)
    by_model = model_lines(whole)
    return Span(
        kind,
        period,
        is_over=period.last < today,
        figures=figures,
        days=lines,
        average=averaged(figures.cost, len(lines)),
        most_expensive=most_expensive(lines),
        by_model=by_model,
        shares=shares_of(measure, (line.figures for line in by_model)),
        measure=measure,
        previous=previous_of(period, today, before.figures(), figures, first_day, currency),
        freshness=freshness,
        problems=problems,
        looked_in=looked_in,
        budgets=budgets,
    )


def most_expensive(days: Sequence[DayLine]) -> DayLine | None:
    """Give the day that cost most, the first of equal ones.

    By money; where plans pay for everything, by list price. None where no day cost
    anything, and where the money is in several currencies.
    """
    there = {name for line in days for name in line.figures.cost.amounts}
    worth = {name for line in days for name in line.figures.cost.api_equivalent}
    if len(there or worth) != 1:
        return None
    by = Measure("cost" if there else "api_equivalent", *(there or worth))
    best = max(days, key=lambda line: by.weigh(line.figures) or 0)
    return best if by.weigh(best.figures) else None

"""The short report of a day, a week or a month that a session start delivers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from datetime import timedelta
from decimal import Decimal
from decimal import localcontext
from typing import TYPE_CHECKING

from token_tracker.delivery import Report
from token_tracker.model import Problem
from token_tracker.period import Period
from token_tracker.reports.change import Change
from token_tracker.reports.change import Previous
from token_tracker.reports.change import change_between
from token_tracker.reports.change import days_so_far
from token_tracker.reports.change import previous_of
from token_tracker.reports.change import same_days_before
from token_tracker.reports.figures import EXACT_DIGITS
from token_tracker.reports.figures import Cost
from token_tracker.reports.figures import Figures
from token_tracker.reports.figures import Usage
from token_tracker.reports.figures import joined
from token_tracker.reports.shares import measure_of
from token_tracker.reports.spans import DayLine
from token_tracker.reports.spans import most_expensive
from token_tracker.reports.summary import AVERAGE_DAYS
from token_tracker.reports.summary import daily_average
from token_tracker.reports.summary import days_counted

if TYPE_CHECKING:  # a report without budgets needs none of them
    from token_tracker.exchange import Conversion
    from token_tracker.reports.budgets import BudgetStatus

KINDS = ("daily", "weekly", "monthly")
FAILED_SOURCES = frozenset(
    {"file-unreadable", "source-locked", "file-damaged", "file-codec-missing", "provider-fetch-failed"}
)
"""Problems with which more may have been used than is known."""

GRAIN = ("model", "name", "source")
"""What the rows of a short report are grouped by."""


@dataclass(frozen=True, slots=True)
class Correction:
    """A period whose report went out with another amount, because usage was found late."""

    period: Period
    currency: str
    before: Decimal
    now: Decimal

    @property
    def change(self) -> Decimal:
        """How much more it is than was reported; less is below zero."""
        with localcontext(prec=EXACT_DIGITS):
            return self.now - self.before


@dataclass(frozen=True, slots=True)
class NamedModel:
    """A model by the name that the ledger has for it: that of a price card, else as it was logged."""

    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Digest:
    """A day, a week or a month in a few sentences.

    `kind`: one of `KINDS`. `period`: the whole of it, also where it is not over. Of a day
    there are `average` (of the 7 days before, None without any) and `change` against it; of
    a week or a month there are `previous` and the most expensive day. `converted`: as in a summary.
    """

    kind: str
    period: Period
    is_over: bool
    figures: Figures
    top_model: NamedModel | None
    top_day: DayLine | None
    average: Cost | None
    previous: Previous | None
    change: Change | None
    nothing_ever: bool
    problems: Sequence[Problem]
    budgets: Sequence[BudgetStatus] = ()
    corrections: Sequence[Correction] = ()
    converted: Conversion | None = None

    @property
    def may_be_too_low(self) -> bool:
        """Whether something could not be read: then nothing used does not mean that nothing was spent."""
        return any(problem.code in FAILED_SOURCES for problem in self.problems)

    @property
    def id(self) -> str:
        """The id under which it is delivered, once in any zone."""
        return Report(self.kind, self.period.first).id


def reported_day(hour: int, report_hour: int, today: date) -> date:
    """Choose the day of a daily report: from the set hour on today, before it yesterday."""
    return today if hour >= report_hour else today - timedelta(days=1)


def digest_periods(kind: str, period: Period, today: date) -> list[Period]:
    """Give what must be read: each day so far, then the time that it is compared with."""
    before = period.before(AVERAGE_DAYS) if kind == "daily" else same_days_before(period, today)
    return [*days_so_far(period, today).split(), before]


def build_digest(
    kind: str,
    period: Period,
    today: date,
    read: Sequence[Usage],
    first_day: date | None,
    currency: str,
    problems: Sequence[Problem],
    budgets: Sequence[BudgetStatus] = (),
    corrections: Sequence[Correction] = (),
) -> Digest:
    """Build a short report.

    `read`: rows by `GRAIN` of each of `digest_periods`. `first_day`: the local day of the
    first event there is, None where there is none.
    """
    *each, before = read
    lines = [
        DayLine(day.first, usage.figures())
        for day, usage in zip(days_so_far(period, today).split(), each, strict=True)
    ]
    whole = joined(each)
    figures = whole.figures()
    average = previous = change = None
    if kind == "daily":
        average = daily_average(before.figures().cost, days_counted(period.first, first_day))
        change = None if average is None else change_between(average, figures.cost, currency)
    else:
        previous = previous_of(period, today, before.figures(), figures, first_day, currency)
        change = None if previous is None else previous.change
    return Digest(
        kind,
        period,
        period.last < today,
        figures,
        top_model(whole),
        None if kind == "daily" else most_expensive(lines),
        average,
        previous,
        change,
        first_day is None,
        problems,
        budgets,
        corrections,
    )


def top_model(usage: Usage) -> NamedModel | None:
    """Give the model that cost most, else the one worth most at list price.

    None where nothing cost anything, or where money is in several currencies.
    """
    measure = measure_of(usage.figures())
    if measure is None or measure.kind == "tokens":
        return None
    models = [NamedModel(str(name), rows.figures()) for (name,), rows in usage.grouped("name").items()]
    return max(models, key=lambda one: (measure.weigh(one.figures) or 0, one.name))

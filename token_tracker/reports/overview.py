"""`report`: what any period cost, in how many sessions, on what, and where it is going."""

from __future__ import annotations

from collections.abc import Mapping
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
from token_tracker.reports.figures import rank
from token_tracker.reports.freshness import Freshness
from token_tracker.reports.shares import Measure
from token_tracker.reports.shares import measure_of
from token_tracker.reports.shares import shares_of
from token_tracker.reports.summary import LookedIn
from token_tracker.reports.summary import ModelLine
from token_tracker.reports.summary import averaged
from token_tracker.reports.summary import model_lines

if TYPE_CHECKING:  # most reports are in one currency
    from token_tracker.exchange import Conversion

GRAIN = ("provider", "model", "name", "source", "project", "session")
"""What the rows of a report are grouped by."""

TOP_SESSIONS = 5


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session of one source, with the project that most of it belongs to, "" for none."""

    session: str
    source: str
    project: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Overview:
    """Any period, up to today.

    `period`: the whole of it, also where it is not over. `is_all`: it is everything there
    is, and has no period before. `sessions`: how many; `in_no_session`: usage that belongs to
    none. `per_session`: of usage that belongs to one, None without any; `per_request`: None
    without any. `shares`, `measure`, `previous`: as of a week; `converted`: as in a summary.
    """

    period: Period
    is_all: bool
    so_far: Period
    is_over: bool
    figures: Figures
    sessions: int
    top_sessions: Sequence[SessionLine]
    in_no_session: Figures
    by_model: Sequence[ModelLine]
    shares: Sequence[Decimal | None]
    measure: Measure | None
    per_day: Cost
    per_session: Cost | None
    per_request: Cost | None
    previous: Previous | None
    freshness: Sequence[Freshness]
    problems: Sequence[Problem]
    looked_in: Sequence[LookedIn] = ()
    converted: Conversion | None = None

    @property
    def input_output_ratio(self) -> Decimal | None:
        """How many tokens were sent for each one that came back, with 2 decimals; None without output."""
        counts = self.figures.tokens
        if not counts.output:
            return None
        return (Decimal(counts.prompt) / counts.output).quantize(Decimal("0.01"))


def overview_periods(period: Period, today: date, *, is_all: bool) -> list[Period]:
    """Give what must be read: the days so far, and the time before them unless it is everything."""
    so_far = days_so_far(period, today)
    return [so_far] if is_all else [so_far, same_days_before(period, today)]


def build_overview(
    period: Period,
    today: date,
    read: Sequence[Usage],
    first_day: date | None,
    currency: str,
    project_names: Mapping[str, str],
    freshness: Sequence[Freshness],
    problems: Sequence[Problem],
    looked_in: Sequence[LookedIn] = (),
) -> Overview:
    """Build the report of a period.

    `read`: rows by `GRAIN` of each of `overview_periods`; one alone is everything there is.
    `first_day`: the local day of the first event there is.
    """
    whole, *before = read
    figures, so_far = whole.figures(), days_so_far(period, today)
    measure, by_model = measure_of(figures), model_lines(whole)
    lines = session_lines(whole, project_names)
    in_sessions = Usage(whole.by, tuple(row for row in whole.rows if row.key[-1]), whole.plans)
    others = Usage(whole.by, tuple(row for row in whole.rows if not row.key[-1]), whole.plans)
    return Overview(
        period,
        not before,
        so_far,
        period.last < today,
        figures,
        len(lines),
        lines[:TOP_SESSIONS],
        others.figures(),
        by_model,
        shares_of(measure, (line.figures for line in by_model)),
        measure,
        averaged(figures.cost, so_far.days),
        averaged(in_sessions.figures().cost, len(lines)) if lines else None,
        averaged(figures.cost, figures.requests) if figures.requests else None,
        previous_of(period, today, before[0].figures(), figures, first_day, currency) if before else None,
        freshness,
        problems,
        looked_in,
    )


def session_lines(usage: Usage, project_names: Mapping[str, str]) -> list[SessionLine]:
    """Give a line for each session, the most expensive first; usage without one has none."""
    lines = [
        SessionLine(str(session), str(source), project_of(rows, project_names), rows.figures())
        for (source, session), rows in usage.grouped("source", "session").items()
        if session
    ]
    return sorted(lines, key=lambda line: (rank(line.figures), line.session, line.source))


def project_of(usage: Usage, project_names: Mapping[str, str]) -> str:
    """Name the project that most of some usage belongs to; "" for none."""
    projects = usage.grouped("project")
    most = min(projects, key=lambda key: (rank(projects[key].figures()), str(key[0])))
    return project_names.get(str(most[0]), str(most[0]))

"""The tables of days, weeks, months and sessions: rows that add up to their total exactly.

Which of their columns are shown, and how, is for `render/`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from datetime import timedelta
from enum import StrEnum

from token_tracker.model import Problem
from token_tracker.period import Period
from token_tracker.period import calendar_month
from token_tracker.period import iso_week
from token_tracker.reports.figures import Figures
from token_tracker.reports.figures import Usage
from token_tracker.reports.figures import joined
from token_tracker.reports.figures import rank
from token_tracker.reports.freshness import Freshness
from token_tracker.reports.summary import LookedIn
from token_tracker.reports.summary import ModelLine
from token_tracker.reports.summary import model_lines

GRAIN = ("provider", "model", "name", "source")
"""What the rows of a table of time are grouped by; by project, where those are wanted."""

SESSION_GRAIN = (*GRAIN, "project", "session")
"""What the rows of a table of sessions are grouped by."""

FIRST_DAY = date(1970, 1, 1)


class Step(StrEnum):
    """What one row of a table of time holds: a local day, an ISO week or a calendar month."""

    DAY = "daily"
    WEEK = "weekly"
    MONTH = "monthly"


@dataclass(frozen=True, slots=True)
class About:
    """What stands below a table; `looked_in` only where the ledger holds nothing at all."""

    freshness: Sequence[Freshness]
    problems: Sequence[Problem]
    looked_in: Sequence[LookedIn] = ()


@dataclass(frozen=True, slots=True)
class TimeRow:
    """A day, week or month with usage; of a week or month only the days that were asked for."""

    period: Period
    figures: Figures
    by_model: Sequence[ModelLine]
    sources: Sequence[str]


@dataclass(frozen=True, slots=True)
class ProjectRows:
    """The rows of one project, which add up to `figures`; "" is usage without a project."""

    project: str
    figures: Figures
    rows: Sequence[TimeRow]


@dataclass(frozen=True, slots=True)
class TimeTable:
    """Rows of usage by time; `by_project` holds the same usage again, None where not asked for."""

    step: Step
    period: Period
    rows: Sequence[TimeRow]
    total: Figures
    by_project: Sequence[ProjectRows] | None
    about: About


@dataclass(frozen=True, slots=True)
class Activity:
    """When a session began and ended in the time that was asked for: UTC milliseconds."""

    first_ms: int
    last_ms: int


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session of one source; the project with most tokens first, "" where there is none."""

    session: str
    source: str
    projects: Sequence[str]
    activity: Activity
    figures: Figures
    by_model: Sequence[ModelLine]


@dataclass(frozen=True, slots=True)
class SessionTable:
    """Rows of usage by session, the last active one last unless turned round."""

    period: Period
    rows: Sequence[SessionRow]
    total: Figures
    about: About


def steps_of(period: Period, step: Step) -> list[Period]:
    """Split a period into its days, weeks or months; the first and last may be cut short.

    >>> from datetime import UTC
    >>> year_end = Period(date(2026, 12, 30), date(2027, 1, 5), UTC, "UTC")
    >>> [(one.first.isoformat(), one.days) for one in steps_of(year_end, Step.WEEK)]
    [('2026-12-30', 5), ('2027-01-04', 2)]
    """
    if step is Step.DAY:
        return period.split()
    whole = iso_week if step is Step.WEEK else calendar_month
    parts = []
    first = period.first
    while first <= period.last:
        last = min(whole(first, period.zone, period.zone_name).last, period.last)
        parts.append(period._replace(first=first, last=last))
        first = last + timedelta(days=1)
    return parts


def latest(step: Step, count: int, today: Period) -> Period:
    """Give the `count` latest days, weeks or months; the one that holds today ends today.

    >>> from datetime import UTC
    >>> today = Period(date(2026, 3, 3), date(2026, 3, 3), UTC, "UTC")
    >>> [latest(step, 2, today).first.isoformat() for step in Step]
    ['2026-03-02', '2026-02-23', '2026-02-01']
    """
    day = today.last
    if step is Step.MONTH:
        months = max(FIRST_DAY.year * 12, day.year * 12 + day.month - count)
        first = date(months // 12, months % 12 + 1, 1)
    else:
        days = count - 1 if step is Step.DAY else day.weekday() + 7 * (count - 1)
        first = date.fromordinal(max(FIRST_DAY.toordinal(), day.toordinal() - days))
    return today._replace(first=first)


def build_time_table(
    step: Step,
    period: Period,
    usage: Sequence[tuple[Period, Usage]],
    about: About,
    *,
    newest_first: bool = False,
    project_names: Mapping[str, str] | None = None,
) -> TimeTable:
    """Build the table of a period.

    `usage`: of each of its steps in their order, with the dimensions of `GRAIN`, and with
    "project" where `project_names` asks for the rows of each project.
    """
    used = [(part, rows) for part, rows in usage if rows.rows]
    if newest_first:
        used.reverse()
    return TimeTable(
        step,
        period,
        [_time_row(part, rows) for part, rows in used],
        joined([rows for _, rows in used] or [Usage(GRAIN, ())]).figures(),
        None if project_names is None else _by_project(used, project_names),
        about,
    )


def build_session_table(
    period: Period,
    usage: Usage,
    activity: Mapping[tuple[str, str], Activity],
    project_names: Mapping[str, str],
    about: About,
    *,
    newest_first: bool = False,
) -> SessionTable:
    """Build the table of the sessions of a period; `usage` has the dimensions of `SESSION_GRAIN`.

    `activity`: by source and session.
    """
    rows = [
        SessionRow(
            str(session),
            str(source),
            _projects(used, project_names),
            activity[str(source), str(session)],
            *_figures_and_models(used),
        )
        for (source, session), used in usage.grouped("source", "session").items()
    ]
    rows.sort(key=_last_active, reverse=newest_first)
    return SessionTable(period, rows, usage.figures(), about)


def _last_active(row: SessionRow) -> tuple[int, str, str]:
    return (row.activity.last_ms, row.source, row.session)


def _time_row(period: Period, usage: Usage) -> TimeRow:
    sources = sorted(str(source) for (source,) in usage.grouped("source"))
    return TimeRow(period, *_figures_and_models(usage), sources)


def _figures_and_models(usage: Usage) -> tuple[Figures, list[ModelLine]]:
    """Give what was used, and the same by model; most rows have one model, and are summed once."""
    lines = model_lines(usage)
    return lines[0].figures if len(lines) == 1 else usage.figures(), lines


def _by_project(used: Sequence[tuple[Period, Usage]], names: Mapping[str, str]) -> list[ProjectRows]:
    parts: dict[str, list[tuple[Period, Usage]]] = {}
    for period, usage in used:
        for (project,), rows in usage.grouped("project").items():
            parts.setdefault(str(project), []).append((period, rows))
    found = [
        ProjectRows(
            names.get(project, project),
            joined([rows for _, rows in several]).figures(),
            [_time_row(period, rows) for period, rows in several],
        )
        for project, several in parts.items()
    ]
    return sorted(found, key=lambda one: (rank(one.figures), one.project))


def _projects(usage: Usage, names: Mapping[str, str]) -> list[str]:
    used: Counter[str] = Counter()
    place = usage.by.index("project")
    for row in usage.rows:
        used[str(row.key[place])] += row.tokens.total
    return [names.get(one, one) for one in sorted(used, key=lambda one: (-used[one], one))]

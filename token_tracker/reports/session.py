"""One session: what it used and cost, what of it sub-agents did, and how full its context is."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from token_tracker.model import Problem
from token_tracker.period import Period
from token_tracker.reports.figures import Figures
from token_tracker.reports.figures import Usage
from token_tracker.reports.figures import rank
from token_tracker.reports.freshness import Freshness
from token_tracker.reports.shares import Measure
from token_tracker.reports.shares import measure_of
from token_tracker.reports.shares import shares
from token_tracker.reports.shares import shares_of
from token_tracker.reports.summary import LookedIn
from token_tracker.reports.summary import ModelLine
from token_tracker.reports.summary import model_lines

GRAIN = ("provider", "model", "name", "source", "project", "branch", "initiator")
"""What the rows of a session are grouped by."""

BY_SUB_AGENT = "agent"
"""The initiator of what a sub-agent asked."""

NEARLY_FULL = Decimal("0.8")
LONG_WINDOW = "[1m]"
LONG_WINDOW_TOKENS = 1_000_000


class Rule(enum.StrEnum):
    """How a session was found: by its id, as the host's own, or as the latest one."""

    ID = "id"
    HOST = "host"
    PROJECT = "project"
    LATEST = "latest"


@dataclass(frozen=True, slots=True)
class Context:
    """What the latest request carried. `window`: how much fits, None where that is not known."""

    tokens: int
    model: str
    window: int | None

    @property
    def used_ratio(self) -> Decimal | None:
        """The used share of the window with 4 decimals; None where the window is not known."""
        if self.window is None:
            return None
        return (Decimal(self.tokens) / self.window).quantize(Decimal("0.0001"))

    @property
    def is_nearly_full(self) -> bool:
        """Say whether it is time to make the conversation shorter."""
        ratio = self.used_ratio
        return ratio is not None and ratio > NEARLY_FULL


@dataclass(frozen=True, slots=True)
class SessionReport:
    """One session, of all sources that know it.

    `session`: "" where none was found. `rule`: how it was found. `period`: the local days of
    its activity, today without any. `first_ms`, `last_ms`: of its activity, None without
    any. `sub_agent_share`: of what `measure` says, None where nothing is known. `projects`,
    `branches`: the one with most usage first. `parents`: the sessions it was forked from or
    started by. `driver`: id of the source of the program that drove the one below, "" for none.
    """

    session: str
    rule: Rule
    period: Period
    first_ms: int | None
    last_ms: int | None
    figures: Figures
    by_sub_agents: Figures
    sub_agent_share: Decimal | None
    sources: Sequence[str]
    projects: Sequence[str]
    branches: Sequence[str]
    by_model: Sequence[ModelLine]
    shares: Sequence[Decimal | None]
    measure: Measure | None
    context: Context | None
    freshness: Sequence[Freshness]
    problems: Sequence[Problem]
    looked_in: Sequence[LookedIn] = ()
    parents: Sequence[str] = ()
    driver: str = ""


def build_session(
    session: str,
    rule: Rule,
    period: Period,
    activity: tuple[int, int] | None,
    usage: Usage,
    context: Context | None,
    project_names: Mapping[str, str],
    freshness: Sequence[Freshness],
    problems: Sequence[Problem],
    looked_in: Sequence[LookedIn] = (),
    parents: Sequence[str] = (),
    driver: str = "",
) -> SessionReport:
    """Build the report of a session; `usage` has the dimensions of `GRAIN`."""
    figures = usage.figures()
    measure, by_model = measure_of(figures), model_lines(usage)
    nothing = Usage(usage.by, (), usage.plans)
    agents = usage.grouped("initiator").get((BY_SUB_AGENT,), nothing).figures()
    others = Usage(usage.by, tuple(row for row in usage.rows if row.key[-1] != BY_SUB_AGENT), usage.plans)
    weights = [measure.weigh(part) or 0 if measure else None for part in (agents, others.figures())]
    return SessionReport(
        session,
        rule,
        period,
        None if activity is None else activity[0],
        None if activity is None else activity[1],
        figures,
        agents,
        shares(weights)[0],
        _most_first(usage, "source"),
        [project_names.get(one, one) for one in _most_first(usage, "project")],
        _most_first(usage, "branch"),
        by_model,
        shares_of(measure, (line.figures for line in by_model)),
        measure,
        context,
        freshness,
        problems,
        looked_in,
        parents,
        driver,
    )


def window_of(model: str) -> int | None:
    """Give how many tokens fit into a model's context, where that is known for certain; else None.

    Only a model's own name can tell: which of its windows a request had is in no log.

    Source: Claude Code, "Model configuration": the suffix [1m] asks for the window of a
    million tokens; checked 2026-11-22.

    >>> window_of("claude-sonnet-4-5[1m]"), window_of("claude-sonnet-4-5")
    (1000000, None)
    """
    return LONG_WINDOW_TOKENS if model.lower().endswith(LONG_WINDOW) else None


def _most_first(usage: Usage, dimension: str) -> list[str]:
    """List the values of a dimension, the one with most usage first, without "not known"."""
    groups = usage.grouped(dimension)
    return sorted(
        (str(value) for (value,) in groups if value),
        key=lambda value: (rank(groups[value,].figures()), value),
    )

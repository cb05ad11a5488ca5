"""What was just recorded by hand: the record, what it costs, and whether it counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from token_tracker.ledger.records import Record
from token_tracker.reports.figures import Figures


@dataclass(frozen=True, slots=True)
class Recorded:
    """A record that was kept.

    `name`: the price card's name of its model. `provider`: who bills it. `figures`: of what
    was recorded, nothing while a log covers it. `session_figures`: of everything recorded for
    its session. `covered_by`: the name of the source whose log covers it, "" while it counts.
    `nearest`: the ids most like a model that has no price. `replaced`: whether an earlier
    record had to go.
    """

    record: Record
    name: str
    provider: str
    figures: Figures
    session_figures: Figures
    covered_by: str
    nearest: Sequence[str]
    replaced: bool

"""How much of a table is shown; the rows themselves are in `reports/tables.py`."""

from __future__ import annotations

from dataclasses import dataclass

from token_tracker.reports.tables import SessionTable
from token_tracker.reports.tables import TimeTable


@dataclass(frozen=True, slots=True)
class Shown:
    """A table as it was asked for.

    `models`: a row for each model below its row. `width`: columns of the terminal, None
    where the text goes somewhere else.
    """

    table: TimeTable | SessionTable
    models: bool = False
    compact: bool = False
    with_cost: bool = True
    width: int | None = None

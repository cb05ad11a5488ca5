"""The itemised bill: rows by any dimensions, with the unit prices that were applied."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from token_tracker.ledger.queries import StoredRate
from token_tracker.model import Problem
from token_tracker.period import Period
from token_tracker.period import hour_start
from token_tracker.reports.figures import Figures
from token_tracker.reports.figures import Usage
from token_tracker.reports.figures import joined
from token_tracker.reports.figures import rank
from token_tracker.reports.freshness import Freshness

if TYPE_CHECKING:  # most bills are in one currency
    from token_tracker.exchange import Conversion

DIMENSIONS = (
    "model",
    "provider",
    "project",
    "session",
    "skill",
    "agent",
    "source",
    "initiator",
    "task",
    "hour",
)
"""What a bill can be itemised by; "hour" is a local hour."""


@dataclass(frozen=True, slots=True)
class BillRow:
    """One row; a key's value is None for usage that the log does not attribute.

    An "hour" is the UTC millisecond at which the hour begins. `name` is the price card's
    name where the rows are by model.
    """

    key: Mapping[str, str | int | None]
    name: str | None
    figures: Figures
    rates: Sequence[StoredRate]


@dataclass(frozen=True, slots=True)
class Bill:
    """Rows that add up to `total` exactly, the most expensive first, hours in their order.

    `converted`: as in a summary.
    """

    period: Period
    by: Sequence[str]
    rows: Sequence[BillRow]
    total: Figures
    problems: Sequence[Problem]
    freshness: Sequence[Freshness] | None = None
    converted: Conversion | None = None


def grain_of(by: Sequence[str]) -> tuple[str, ...]:
    """Give the dimensions that a bill's rows must be read with.

    Half and quarter hours of some zones do not fall on UTC hours, so hours are made here
    of quarter hours.
    """
    wanted = ["quarter" if name == "hour" else name for name in by]
    return tuple(dict.fromkeys([*wanted, "model", "name", "source", "rate"]))


def build_bill(
    period: Period,
    by: Sequence[str],
    usage: Usage,
    rates: Mapping[int, StoredRate],
    project_names: Mapping[str, str],
    problems: Sequence[Problem],
    freshness: Sequence[Freshness] | None = None,
) -> Bill:
    """Build the bill of `period`; `usage` has the dimensions of `grain_of(by)`."""
    groups: dict[tuple[str | int | None, ...], list[Usage]] = {}
    columns = ["quarter" if name == "hour" else name for name in by]
    for key, rows in usage.grouped(*columns).items():
        values = tuple(
            _value(name, value, period, project_names) for name, value in zip(by, key, strict=True)
        )
        groups.setdefault(values, []).append(rows)
    lines = [_row(by, key, joined(parts), rates) for key, parts in groups.items()]
    lines.sort(key=lambda row: (_hour(row), rank(row.figures), [str(value) for value in row.key.values()]))
    return Bill(period, by, lines, usage.figures(), problems, freshness)


def _row(
    by: Sequence[str], key: tuple[str | int | None, ...], usage: Usage, rates: Mapping[int, StoredRate]
) -> BillRow:
    names = {str(value[0]) for value in usage.grouped("name")} if "model" in by else set()
    used = sorted(int(value[0]) for value in usage.grouped("rate"))
    return BillRow(
        dict(zip(by, key, strict=True)),
        (names.pop() or None) if len(names) == 1 else None,
        usage.figures(),
        [rates[one] for one in used if one in rates],
    )


def _value(name: str, value: str | int, period: Period, project_names: Mapping[str, str]) -> str | int | None:
    if name == "hour":
        return hour_start(int(value), period.zone)
    if value == "":
        return None
    return project_names.get(str(value), value) if name == "project" else value


def _hour(row: BillRow) -> int:
    hour = row.key.get("hour")
    return hour if isinstance(hour, int) else 0

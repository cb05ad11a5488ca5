"""What a vendor knows of its customer: events, their sums by dimensions, and UTC buckets."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from decimal import localcontext
from typing import Any
from typing import NamedTuple

DAY = timedelta(days=1)
WIDTHS = {"1m": timedelta(minutes=1), "1h": timedelta(hours=1), "1d": DAY}


@dataclass(frozen=True, slots=True)
class Event:
    """Something a customer is charged for, or used, or both.

    `at`: aware. Tokens are disjoint, but `reasoning` is inside `output`. `amount`: in the main
    unit of the currency (dollars, not cents), exact; None is in no cost report. `item`: the
    vendor's name of the line on the bill. `project`: id of a project or workspace, None for the
    default one. `kind`: which usage report counts it. `quantity`: images, seconds, bytes, calls
    of a kind that has no tokens. `labels`: any other dimension of the vendor by its own name.
    """

    at: datetime
    model: str | None = None
    uncached: int = 0
    cache_read: int = 0
    cache_write: int = 0
    cache_write_1h: int = 0
    output: int = 0
    reasoning: int = 0
    requests: int = 0
    amount: str | None = None
    item: str | None = None
    project: str | None = None
    kind: str = "completions"
    quantity: int = 0
    labels: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_usage(self) -> bool:
        """Whether a usage report has it; the quantity of tokens on a line of a bill is no usage."""
        tokens = self.uncached + self.cache_read + self.cache_write + self.cache_write_1h + self.output
        return bool(tokens or self.requests or (self.quantity and self.kind != "completions"))


class Sums(NamedTuple):
    """What some events come to."""

    uncached: int
    cache_read: int
    cache_write: int
    cache_write_1h: int
    output: int
    reasoning: int
    requests: int
    quantity: int
    amount: Decimal

    @property
    def input(self) -> int:
        """All tokens sent, cached ones with them."""
        return self.uncached + self.cache_read + self.cache_write + self.cache_write_1h


def sums(events: Iterable[Event]) -> Sums:
    """Add events up; amounts stay exact."""
    rows = list(events)
    with localcontext(prec=200):
        amount = sum((Decimal(row.amount) for row in rows if row.amount is not None), Decimal(0))
    return Sums(
        sum(row.uncached for row in rows),
        sum(row.cache_read for row in rows),
        sum(row.cache_write for row in rows),
        sum(row.cache_write_1h for row in rows),
        sum(row.output for row in rows),
        sum(row.reasoning for row in rows),
        sum(row.requests for row in rows),
        sum(row.quantity for row in rows),
        amount,
    )


class Group(NamedTuple):
    """Events that are alike in the dimensions they were grouped by."""

    by: dict[str, Any]
    events: list[Event]


def groups(events: Iterable[Event], dimensions: Sequence[str], names: Mapping[str, str]) -> list[Group]:
    """Group events; `names`: which field of an event a dimension of the vendor is, else a label."""
    found: dict[tuple[str, ...], Group] = {}
    for event in events:
        by = {name: dimension(event, name, names) for name in dimensions}
        found.setdefault(tuple(map(repr, by.values())), Group(by, [])).events.append(event)
    return [group for _, group in sorted(found.items())]


def dimension(event: Event, name: str, names: Mapping[str, str]) -> Any:
    """Give the value of one dimension of an event."""
    return getattr(event, names[name]) if name in names else event.labels.get(name)


def between(events: Iterable[Event], start: datetime, end: datetime) -> list[Event]:
    """Give the events of a half-open span."""
    return [event for event in events if start <= event.at < end]


def buckets(start: datetime, end: datetime, width: timedelta) -> Iterator[tuple[datetime, datetime]]:
    """Give the UTC buckets that a span touches."""
    since_epoch = start - datetime.fromtimestamp(0, UTC)
    at = start - since_epoch % width
    while at < end:
        yield at, at + width
        at += width


def day_of(at: datetime) -> date:
    """Give the UTC day of a moment."""
    return at.astimezone(UTC).date()


def midnight(day: date) -> datetime:
    """Give the beginning of a UTC day."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)

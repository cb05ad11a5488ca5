"""What an import brought: rows that are new, known, covered or skipped, and what they add up to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from token_tracker.formats.usage_json import UsageFile
from token_tracker.formats.usage_rows import BadRow
from token_tracker.ledger.queries import UsageRow
from token_tracker.ledger.records import Record
from token_tracker.ledger.records import event_of
from token_tracker.ledger.rows import CHARGE_NOTE
from token_tracker.ledger.rows import HOST_NOTE
from token_tracker.ledger.rows import Pricer
from token_tracker.ledger.rows import storable
from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.model import UsageEvent
from token_tracker.reports.figures import Figures
from token_tracker.reports.figures import Usage


class FoundExport(NamedTuple):
    """A vendor's file of responses that was read: those that are new to the ledger, and the others."""

    name: str
    new: Sequence[UsageEvent]
    known: int
    unused: int
    purged: int
    bad: Sequence[BadRow]


class FoundFile(NamedTuple):
    """A file that was read: its name, what it holds, and the records that its rows became.

    `purged`: how many of its rows are from a time that was purged.
    """

    name: str
    usage: UsageFile
    records: Sequence[Record]
    purged: int


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """One file: every row of it is in exactly one of the counts.

    `counted`: new, and in reports. `covered`: new, and in no sum, by the id of the source
    whose log covers them. `known`: there before. `unused`: say that nothing was used.
    `left_out`: lists of it that were not read.
    """

    name: str
    counted: int
    covered: Mapping[str, int]
    known: int
    unused: int
    purged: int
    bad: Sequence[BadRow]
    left_out: Sequence[str]

    @property
    def rows(self) -> int:
        """How many rows it holds."""
        others = self.known + self.unused + self.purged + len(self.bad)
        return self.counted + sum(self.covered.values()) + others


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, or with `dry_run` would do; `figures`: of the new rows that count.

    `settings`: what was taken over of the original skill's settings. `not_opened`: files
    that are there and were not read.
    """

    files: Sequence[ImportedFile]
    figures: Figures
    dry_run: bool = False
    settings: Sequence[str] = ()
    not_opened: Sequence[str] = ()

    def problems(self) -> list[Problem]:
        """Say which rows and lists were not read."""
        skipped = [
            Problem("import-row-invalid", Severity.WARNING, f"{one.name}:{one.bad[0].number}", len(one.bad))
            for one in self.files
            if one.bad
        ]
        return skipped + [
            Problem("import-list-left-out", Severity.NOTE, one.name, detail=", ".join(one.left_out))
            for one in self.files
            if one.left_out
        ]


def build_import(
    found: Sequence[FoundFile | FoundExport], new: Sequence[Record], pricer: Pricer, plans: frozenset[str]
) -> Imported:
    """Say what became of each file; `new`: the records that were kept of all of them."""
    waiting = {record.id: record for record in new}
    files = [_exported(one) if isinstance(one, FoundExport) else _imported(one, waiting) for one in found]
    events = [event_of(one) for one in new if not one.covered_by]
    events += [event for one in found if isinstance(one, FoundExport) for event in one.new]
    rows = tuple(_row(event, pricer) for event in events)
    return Imported(files, Usage(("model", "source"), rows, plans).figures())


def _row(event: UsageEvent, pricer: Pricer) -> UsageRow:
    provider = pricer.describe(event.service, "").provider
    price = pricer.price_of(event.service._replace(provider=provider))
    key, is_included = (event.service.model, event.origin.source), event.service.is_included
    priced = storable(price(event))
    if priced is None:
        return UsageRow(key, "", "unpriced", 1, event.tokens, 0, 0, is_included)
    cost_pico, rate = priced
    basis = "reported" if rate.note == CHARGE_NOTE else "computed"
    return UsageRow(
        key, rate.currency, basis, 1, event.tokens, 0, cost_pico, is_included, rate.note == HOST_NOTE
    )


def _exported(found: FoundExport) -> ImportedFile:
    return ImportedFile(
        found.name, len(found.new), {}, found.known, found.unused, found.purged, found.bad, ()
    )


def _imported(found: FoundFile, waiting: dict[bytes, Record]) -> ImportedFile:
    """Count the rows of a file; what it brought is no longer waiting: a copy brings nothing."""
    new = [waiting.pop(one.id) for one in found.records if one.id in waiting]
    return ImportedFile(
        found.name,
        sum(not one.covered_by for one in new),
        Counter(one.covered_by for one in new if one.covered_by),
        len(found.records) - len(new),
        len(found.usage.rows) - len(found.records) - found.purged,
        found.purged,
        found.usage.bad,
        found.usage.left_out,
    )

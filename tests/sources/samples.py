"""The samples of every source, and what reading them gave; no test lives here."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any
from typing import NamedTuple

from benchmarks.recorded import copy_case
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.sources import all_sources
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import RunningTotal
from token_tracker.sources.contract import Source

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "sources"


class Sample(NamedTuple):
    """A folder of logs with invented content: `sample-*` has totals, `recorded-*` is the real host's."""

    source: Source
    case: Path

    @property
    def folder(self) -> Path:
        """Give a copy of the logs that nobody may change, with its databases built."""
        return _built(self.case)

    @property
    def expected(self) -> dict[str, Any]:
        """Give the sample's `expected.json`."""
        text = (self.case / "expected.json").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text)
        return found

    @property
    def rules(self) -> dict[str, Any]:
        """Give the source's `contract.json`: what a mutation may do to its records."""
        return rules_of(self.source)

    def copied_to(self, place: Path) -> Path:
        """Copy the logs, without what is expected of them, to where a test may change them."""
        return copy_case(self.case, place / "logs")


@cache
def _built(case: Path) -> Path:
    return copy_case(case, Path(_place().name) / case.parent.name / case.name)


@cache
def _place() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory()


@cache
def rules_of(source: Source) -> dict[str, Any]:
    """Give a source's `contract.json`."""
    text = (fixtures_of(source) / "contract.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def fixtures_of(source: Source) -> Path:
    """Give the folder with a source's samples."""
    return FIXTURES / source.id.replace("-", "_")


def samples(kind: str = "", rule: str = "") -> list[Sample]:
    """Give the samples of every source whose folder begins with `kind` and whose rules have `rule`."""
    return [
        Sample(source, folder)
        for source in all_sources()
        for folder in sorted(fixtures_of(source).glob(f"{kind}*-*"))
        if folder.is_dir() and (not rule or rules_of(source).get(rule))
    ]


def name_of(sample: Sample) -> str:
    """Name a sample in a test's id."""
    return f"{sample.source.id}/{sample.case.name}"


class Totals(NamedTuple):
    """What a person would compare."""

    events: int
    tokens: Tokens
    web_searches: int


def files_in(source: Source, *folders: Path) -> list[FileState]:
    """List the logs in folders as the source lists them."""
    return source.files([Root(str(folder), True) for folder in folders])


def readings_of(source: Source, *folders: Path) -> list[Reading]:
    """Read every log in folders from its start."""
    return [source.read(state, None) for state in files_in(source, *folders)]


def events_of(readings: Iterable[Reading]) -> dict[bytes, UsageEvent]:
    """Keep one event per response, as the ledger does; a running total counts as one event."""
    kept: dict[bytes, UsageEvent] = {}
    for reading in readings:
        for event in (*reading.events, *map(_as_event, reading.totals)):
            kept[event.id] = kept[event.id].merged(event) if event.id in kept else event
    return kept


def _as_event(total: RunningTotal) -> UsageEvent:
    return UsageEvent(
        total.id,
        total.first_ms,
        total.first_ms,
        total.service,
        total.origin,
        total.tokens,
        0,
        False,
        True,
        total.host_cost_pico,
        total.place,
        charge=total.charge,
    )


def totals_of(events: Iterable[UsageEvent]) -> Totals:
    """Add up."""
    found = list(events)
    tokens = Tokens(*map(sum, zip(*(event.tokens for event in found), strict=True)))
    return Totals(len(found), tokens, sum(event.web_searches for event in found))


def unplaced(events: Iterable[UsageEvent]) -> set[UsageEvent]:
    """Give the events without the path and offset at which they were read."""
    return {event._replace(place=event.place._replace(path="", offset=0)) for event in events}


def timeless(events: Iterable[UsageEvent]) -> set[tuple[bytes, Tokens, object, int]]:
    """Give of events what does not depend on which of two equal copies was kept."""
    return {(event.id, event.tokens, event.charge, event.web_searches) for event in events}

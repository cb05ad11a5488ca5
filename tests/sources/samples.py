"""The samples of every source, and what reading them gave; no test lives here."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from typing import NamedTuple

from token_tracker.model import TokenCounts
from token_tracker.model import UsageEvent
from token_tracker.sources import all_sources
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import Source

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures" / "sources"


class Sample(NamedTuple):
    """A folder of logs with invented content: `sample-*` has totals, `recorded-*` is the real host's."""

    source: Source
    folder: Path

    @property
    def expected(self) -> dict[str, Any]:
        """Give the sample's `expected.json`."""
        text = (self.folder / "expected.json").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text)
        return found

    @property
    def rules(self) -> dict[str, Any]:
        """Give the source's `contract.json`: what a mutation may do to its lines."""
        text = (self.folder.parent / "contract.json").read_text(encoding="utf-8")
        found: dict[str, Any] = json.loads(text)
        return found

    def copied_to(self, place: Path) -> Path:
        """Copy the logs, without what is expected of them, to where a test may change them."""
        return Path(shutil.copytree(self.folder, place / "logs", ignore=shutil.ignore_patterns("*.json")))


def samples(kind: str = "") -> list[Sample]:
    """Give the samples of every source whose folder begins with `kind`."""
    return [
        Sample(source, folder)
        for source in all_sources()
        for folder in sorted((FIXTURES / source.id.replace("-", "_")).glob(f"{kind}*-*"))
        if folder.is_dir()
    ]


def name_of(sample: Sample) -> str:
    """Name a sample in a test's id."""
    return f"{sample.source.id}/{sample.folder.name}"


class Totals(NamedTuple):
    """What a person would compare."""

    events: int
    tokens: TokenCounts
    web_searches: int


def files_in(source: Source, folder: Path) -> list[FileState]:
    """List the logs in a folder as the source lists them."""
    return source.files([Root(str(folder), True)])


def readings_of(source: Source, folder: Path) -> list[Reading]:
    """Read every log in a folder from its start."""
    return [source.read(state, None) for state in files_in(source, folder)]


def events_of(readings: Iterable[Reading]) -> dict[bytes, UsageEvent]:
    """Keep one event per response, as the ledger does."""
    kept: dict[bytes, UsageEvent] = {}
    for reading in readings:
        for event in reading.events:
            kept[event.id] = kept[event.id].merged(event) if event.id in kept else event
    return kept


def totals_of(events: Iterable[UsageEvent]) -> Totals:
    """Add up."""
    found = list(events)
    tokens = TokenCounts(*map(sum, zip(*(event.tokens for event in found), strict=True)))
    return Totals(len(found), tokens, sum(event.web_searches for event in found))


def unplaced(events: Iterable[UsageEvent]) -> set[UsageEvent]:
    """Give the events without the path and offset at which they were read."""
    return {event._replace(place=event.place._replace(path="", offset=0)) for event in events}

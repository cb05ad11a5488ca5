"""A home in which every agent that this version reads was used on one and the same day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from datetime import date
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from benchmarks.recorded import copy_case
from sources.mutations import each
from sources.mutations import moved
from sources.mutations import rewrite
from sources.samples import Sample
from sources.samples import events_of
from sources.samples import readings_of
from sources.samples import samples
from sources.stores import change_fields
from token_tracker.period import DAY_MS


class Used(NamedTuple):
    """What a source's sample holds: responses and tokens."""

    requests: int
    tokens: int


def first_samples() -> list[Sample]:
    """Give one sample of every source that reads anything."""
    found: dict[str, Sample] = {}
    for sample in samples("sample"):
        if sample.expected.get("events"):
            found.setdefault(sample.source.id, sample)
    return list(found.values())


def write_home(home: Path, day: date) -> Mapping[str, Used]:
    """Put a sample of every source where its program keeps its logs; give what each holds.

    Everything is moved by whole days so that the first response of a source falls on `day` (UTC).
    """
    used = {}
    for sample in first_samples():
        root = Path(sample.source.roots({"HOME": str(home)}, [])[0].path)
        root.parent.mkdir(parents=True, exist_ok=True)
        copy_case(sample.case, root)
        first_ms = min(event.at_ms for event in events_of(readings_of(sample.source, sample.folder)).values())
        days = (datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() * 1000 // DAY_MS) - (
            first_ms // DAY_MS
        )
        _move(sample, root, int(days))
        expected = sample.expected
        tokens = sum(count for kind, count in expected["tokens"].items() if kind != "reasoning")
        used[sample.source.id] = Used(expected["events"], tokens)
    return used


def _move(sample: Sample, folder: Path, days: int) -> None:
    paths = sample.rules.get("time_fields", [])
    rewrite(
        sample,
        folder,
        each(lambda record: change_fields(record, sample.rules, paths, lambda value: moved(value, days))),
    )

"""What may be done to the samples of a source, and how; no test lives here.

A source's `contract.json` says what may be done to its records (a line, a row of a database,
an element of a document's list); names of fields are dotted, in a row also inside JSON columns:

    lines_stand_alone  the order of records means nothing
    time_fields        fields that date a response, ISO text or numbers
    may_be_null        fields that may be missing without losing a token
    text_fields        fields that hold what people and models wrote
    junk_lines         lines that cannot be counted; each is one problem
    junk_rows          {table: [row]} of the same kind
    junk_elements      elements of a document's list of the same kind
    tables             {table: {"json": [columns], "reads": [every column that may be asked for]}}
    list               {file pattern: dotted name of the list in a document, "" for the document}
    side_files         patterns of files that bring names and no usage; nothing is done to them
    fork               how the program copies history: {"fields": {field: new value}, "add": {field:
                       the field whose value it takes over}, "file": name of the new log}, with {n}
                       for the number of the record, {log} of the log, {old} for what was there,
                       {stem} and {name} for the old log's; null where it copies nothing ("no_fork": why)
    compressed         logs may also be there as .zst
    starts_again       a database is always read whole
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from collections.abc import Callable
from collections.abc import Iterator
from datetime import datetime
from datetime import timedelta
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sources.samples import Sample
from sources.samples import Totals
from sources.samples import events_of
from sources.samples import files_in
from sources.samples import fixtures_of
from sources.samples import name_of
from sources.samples import readings_of
from sources.samples import samples
from sources.samples import totals_of
from sources.stores import JsonObject
from sources.stores import Records
from sources.stores import change_fields
from token_tracker.period import DAY_MS
from token_tracker.sources import all_sources
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Source

CANARY = "CANARY-do-not-keep-7f3a"
FAR_DAYS = 365_000
FAR_MS = FAR_DAYS * DAY_MS
SMALLEST_MS = 10**11
"""A number below it counts seconds."""

READERS = [source for source in all_sources() if fixtures_of(source).is_dir()]
every_source = pytest.mark.parametrize("source", READERS, ids=[source.id for source in READERS])


def logs(sample: Sample, folder: Path, *kinds: str) -> list[Records]:
    """Give the logs of some kinds ("lines", "database", "document"); of all where none is named."""
    places = [Path(state.path) for state in files_in(sample.source, folder)]
    sides = sample.rules.get("side_files", ())
    found = [
        Records(place, sample.rules)
        for place in places
        if place.suffix != ".zst" and not any(fnmatch(place.name, side) for side in sides)
    ]
    return [one for one in found if not kinds or one.kind in kinds]


def having(*kinds: str, rule: str = "") -> pytest.MarkDecorator:
    """Parametrize by the samples with a log of some kinds, whose source has a rule."""
    found = [sample for sample in samples(rule=rule) if logs(sample, sample.folder, *kinds)]
    return pytest.mark.parametrize("sample", found, ids=name_of)


every_sample = having()
with_lines = having("lines")
with_databases = having("database")
with_documents = having("document")
with_totals = pytest.mark.parametrize(
    "sample", [sample for sample in samples() if "events" in sample.expected], ids=name_of
)


def rewrite(sample: Sample, folder: Path, change: Callable[[list[JsonObject]], list[JsonObject]]) -> None:
    """Change the records of every log."""
    for log in logs(sample, folder):
        log.write(change(log.read()))


def each(change: Callable[[JsonObject], object]) -> Callable[[list[JsonObject]], list[JsonObject]]:
    def changed(records: list[JsonObject]) -> list[JsonObject]:
        for record in records:
            change(record)
        return records

    return changed


def rewrite_lines(sample: Sample, folder: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    """Change the lines of every JSON Lines log as bytes."""
    for log in logs(sample, folder, "lines"):
        log.path.write_bytes(b"".join(change(log.path.read_bytes().splitlines(keepends=True))))


def counts(source: Source, *folders: Path) -> tuple[Totals, set[bytes]]:
    events = events_of(readings_of(source, *folders))
    return totals_of(events.values()), set(events)


def problems(source: Source, folder: Path) -> list[Any]:
    return [problem for reading in readings_of(source, folder) for problem in reading.problems]


def state_of(sample: Sample, log: Path) -> FileState:
    """Give a log as its source lists it, in whichever of the folders above it the source's root is."""
    found = (one for folder in log.parents for one in files_in(sample.source, folder))
    return next(one for one in found if one.path == str(log))


def reemitted(lines: list[bytes]) -> list[bytes]:
    return [line for line in lines for _ in range(2)]


def blanked(lines: list[bytes]) -> list[bytes]:
    return [part for line in lines for part in (b"\n", line, b"   \r\n")]


def windows_ends(lines: list[bytes]) -> list[bytes]:
    return [line.replace(b"\n", b"\r\n") for line in lines]


def with_byte_order_mark(lines: list[bytes]) -> list[bytes]:
    return [b"\xef\xbb\xbf", *lines]


def torn(lines: list[bytes]) -> list[bytes]:
    return [*lines, lines[-1][: len(lines[-1]) // 2]]


def nul_filled(lines: list[bytes]) -> list[bytes]:
    return [*lines, b"\0" * 5000]


def nul_filled_within(lines: list[bytes]) -> list[bytes]:
    return [b"\0" * 700 + line for line in lines]


def spaced(lines: list[bytes]) -> list[bytes]:
    return [json.dumps(json.loads(line), separators=(" , ", " : ")).encode() + b"\n" for line in lines]


def forked(sample: Sample, log: Records, number: int) -> None:
    """Copy the history of a log as the program does: into a new file, or under new keys."""
    fork, records = sample.rules["fork"], log.read()
    rows = itertools.count(1)

    def renamed(record: JsonObject) -> JsonObject:
        row = next(rows)
        for field, source in fork.get("add", {}).items():
            record.setdefault(field, record.get(source))
        for field, value in fork["fields"].items():
            change_fields(record, sample.rules, [field], partial(_renamed, new=value, row=row, log=number))
        return record

    copies = [renamed(one) for one in json.loads(json.dumps(log.read()))]
    target = log.path
    if log.kind != "database":
        target = log.path.with_name(fork["file"].format(stem=log.path.stem, name=log.path.name, n=number))
        target.write_bytes(log.path.read_bytes())
        records = []
    Records(target, sample.rules).write([*records, *copies])


def _renamed(old: Any, new: str, row: int, log: int) -> Any:
    return new.format(n=row, log=log, old=old) if isinstance(old, str) else old


def moved(value: Any, days: int) -> Any:
    """Move a moment by whole days, in whatever shape it is written."""
    if isinstance(value, str) and value[:4].isdigit():
        moment = datetime.fromisoformat(value) + timedelta(days=days)
        return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, int | float) and value:
        return value + days * DAY_MS // (1 if value > SMALLEST_MS else 1000)
    return value


def later(value: Any) -> Any:
    """Move a moment by a thousand years."""
    return moved(value, FAR_DAYS)


def there(connection: sqlite3.Connection, tables: JsonObject) -> Iterator[tuple[str, Any]]:
    """Give the tables among these that a database has."""
    found = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
    yield from ((name, value) for name, value in tables.items() if name in found)


def grown_in_steps(sample: Sample, log: Path, steps: list[float]) -> Iterator[Reading]:
    """Read a log of lines while it grows, at cuts given as shares of its length."""
    text = log.read_bytes()
    cursor: Cursor | None = None
    for cut in sorted({0, *(int(step * len(text)) for step in steps), len(text)}):
        with log.open("r+b") as file:
            file.truncate(0) if not cut else None
            file.write(text[:cut])
        reading = sample.source.read(state_of(sample, log), cursor)
        cursor = reading.cursor
        yield reading

"""What sources that read databases and documents must keep to, shown on their samples."""

from __future__ import annotations

import errno
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.recorded import insert
from sources.mutations import CANARY
from sources.mutations import counts
from sources.mutations import having
from sources.mutations import logs
from sources.mutations import state_of
from sources.mutations import there
from sources.mutations import with_databases
from sources.samples import Sample
from sources.samples import events_of
from sources.samples import readings_of
from sources.samples import timeless
from token_tracker.sources import _sqlite
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import Reading


@having("database", rule="junk_rows")
def test_junk_rows_are_counted_by_place_and_cost_nothing(sample: Sample, tmp_path: Path) -> None:
    before = counts(sample.source, sample.folder)
    folder = sample.copied_to(tmp_path)
    for log in logs(sample, folder, "database"):
        places = []
        with closing(sqlite3.connect(log.path)) as connection:
            for table, rows in there(connection, sample.rules["junk_rows"]):
                for row in rows:
                    insert(connection, table, row)
                    places.append(connection.execute("SELECT last_insert_rowid()").fetchone()[0])
            connection.commit()
        state = state_of(sample, log.path)
        assert sorted(one.line for one in sample.source.read(state, None).problems) == sorted(places)

    assert counts(sample.source, folder) == before


@having("document", rule="junk_elements")
def test_junk_elements_are_counted_by_place_and_cost_nothing(sample: Sample, tmp_path: Path) -> None:
    before = counts(sample.source, sample.folder)
    junk = sample.rules["junk_elements"]
    folder = sample.copied_to(tmp_path)
    for log in logs(sample, folder, "document"):
        elements = log.read()
        log.write([*elements, *junk])
        state = state_of(sample, log.path)
        places = [one.line for one in sample.source.read(state, None).problems]
        assert places == list(range(len(elements) + 1, len(elements) + len(junk) + 1))

    assert counts(sample.source, folder) == before


@with_databases
def test_nothing_but_the_named_tables_and_columns_is_asked_for(
    sample: Sample, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = sample.copied_to(tmp_path)
    for log in logs(sample, folder, "database"):
        with closing(sqlite3.connect(log.path)) as connection:
            connection.execute("CREATE TABLE our_canary (secret TEXT)")
            connection.execute("INSERT INTO our_canary VALUES (?)", (CANARY,))
            connection.commit()
    asked: set[tuple[str, str]] = set()
    opened = _sqlite._opened  # the one place where databases are opened

    def watched(uri: str) -> sqlite3.Connection:
        connection = opened(uri)

        def note(action: int, table: str | None, column: str | None, *_rest: object) -> int:
            asked.add((table or "", column or "")) if action == sqlite3.SQLITE_READ else None
            return sqlite3.SQLITE_OK

        connection.set_authorizer(note)
        return connection

    monkeypatch.setattr(_sqlite, "_opened", watched)

    readings = readings_of(sample.source, folder)

    named = {(table, column) for table, rule in sample.rules["tables"].items() for column in rule["reads"]}
    own = ("sqlite_master", "sqlite_schema", "pragma_table_info")
    assert {one for one in asked if one[0] not in own and one[1] not in ("", "ROWID")} <= named
    assert asked
    assert CANARY not in repr(readings)


@with_databases
@pytest.mark.parametrize("seed", range(6))
def test_a_database_read_while_rows_come_gives_what_the_whole_gives(
    sample: Sample, seed: int, tmp_path: Path
) -> None:
    before = timeless(events_of(readings_of(sample.source, sample.folder)).values())
    folder = sample.copied_to(tmp_path)
    others = [log.path for log in logs(sample, folder, "lines", "document")]
    readings: list[Reading] = [sample.source.read(state_of(sample, log), None) for log in others]
    for log in logs(sample, folder, "database"):
        rows = log.read()
        cursor: Cursor | None = None
        for share in sorted([*random.Random(seed).choices(range(len(rows) + 1), k=3), len(rows)]):
            log.write(rows[:share])
            state = state_of(sample, log.path)
            readings.append(sample.source.read(state, cursor))
            cursor = readings[-1].cursor

    assert timeless(events_of(readings).values()) == before


@with_databases
def test_a_locked_database_is_busy_and_not_empty(sample: Sample, tmp_path: Path) -> None:
    folder = sample.copied_to(tmp_path)
    for log in [one.path for one in logs(sample, folder, "database")]:
        with closing(sqlite3.connect(log, isolation_level=None)) as holder:
            holder.execute("BEGIN EXCLUSIVE")
            state = state_of(sample, log)
            with pytest.raises(OSError, match=r".") as caught:
                sample.source.read(state, None)
            assert caught.value.errno == errno.EBUSY


@having("database", "document")
def test_a_half_of_a_store_is_an_error_and_never_less_usage(sample: Sample, tmp_path: Path) -> None:
    folder = sample.copied_to(tmp_path)
    for log in [one.path for one in logs(sample, folder, "database", "document")]:
        text = log.read_bytes()
        log.write_bytes(text[: len(text) // 2])
        state = state_of(sample, log)
        with pytest.raises(OSError, match=r".") as caught:
            sample.source.read(state, None)
        assert caught.value.errno == errno.EBADMSG
        log.write_bytes(text)

"""Read an agent's database: its transcripts since 2026.7, and the archives kept inside.

`transcript_events` has one row per record, as JSON text or compressed; rows are added, and now
and then the rows of a whole session are written anew, moved out or deleted.

Source: databases of OpenClaw 2026.9.6 (schema 23) and its program text. Checked 2026-11-22.
"""

from __future__ import annotations

import itertools
import json
import sqlite3
from typing import Any
from typing import NamedTuple

from token_tracker.model import Place
from token_tracker.model import UsageEvent
from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import UsageInvalidError
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._fields import parse_object
from token_tracker.sources._sqlite import database_reading
from token_tracker.sources._sqlite import is_same_database
from token_tracker.sources._sqlite import open_database
from token_tracker.sources._zstd import decompressor
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading
from token_tracker.sources.openclaw.messages import event_of
from token_tracker.sources.openclaw.messages import used_of
from token_tracker.sources.openclaw.sessions import Session
from token_tracker.sources.openclaw.sessions import origin_of
from token_tracker.sources.openclaw.tables import EVENTS
from token_tracker.sources.openclaw.tables import Tables
from token_tracker.sources.openclaw.transcript import Lines
from token_tracker.sources.openclaw.transcript import agent_at

REWRITTEN = "transcript_rewrite_watermarks"
ARCHIVES = ("session_transcript_archives", "session_transcript_cold_archives")
MARKER = b'"usage"'


def read_database(state: FileState, cursor: Cursor | None) -> Reading:
    """Read the rows that came since `cursor`, and those of sessions that were written anew.

    Raises:
        OSError: the database is locked, damaged or gone; nothing is known of it.
    """
    with open_database(state.path) as connection:
        memory = _memory_of(cursor) if is_same_database(state, cursor) else {}
        store = Store(connection, state.path)
        from_start = not store.holds(memory)
        if from_start:
            memory = {}
        store.take_rows(memory.get("row", 0), memory.get("rewritten", 0))
        store.take_archives(memory)
        read_to = json.dumps(store.read_to())
    if store.is_codec_missing:
        # Noted as another state than it has, so that the next reading tries again.
        state, read_to = state._replace(mtime_ns=0), ""
    return database_reading(state, from_start, store.events, store.problems, read_to)


def _memory_of(cursor: Cursor | None) -> JsonObject:
    try:
        return parse_object(cursor.memory) if cursor else {}
    except ValueError:
        return {}


class Row(NamedTuple):
    """Where a record stands: its session, its place in it, and when it was written."""

    session: str
    seq: int
    written_ms: int


class Store:
    """One open database: what was read of it, and what it knows of its sessions."""

    def __init__(self, connection: sqlite3.Connection, path: str) -> None:
        self.events: list[UsageEvent] = []
        self.problems: list[LineProblem] = []
        self.is_codec_missing = False
        self._connection = connection
        self._path = path
        self._agent = agent_at(path)
        self._tables = Tables(connection)

    def holds(self, memory: JsonObject) -> bool:
        """Say whether the last row that was read is still the same: else rows were numbered anew."""
        if not isinstance(memory.get("row"), int) or not isinstance(memory.get("rewritten"), int):
            return False
        return memory.get("last") == self._name_of(memory["row"])

    def read_to(self) -> JsonObject:
        """Give what to remember of this reading: the last rows of the tables."""
        last = self._greatest(EVENTS)
        memory: JsonObject = {"row": last, "last": self._name_of(last)}
        memory["rewritten"] = self._greatest(REWRITTEN, "updated_at")
        return memory | {table: self._greatest(table) for table in ARCHIVES}

    def take_rows(self, after: int, rewritten: int) -> None:
        """Take the rows behind `after`, and those of sessions written anew since `rewritten`."""
        columns = self._tables.columns(EVENTS)
        if not columns:
            return
        blob = "event_zstd" if "event_zstd" in columns else "NULL"
        dated = "created_at" if "created_at" in columns else "0"
        ranges: list[tuple[str, tuple[int, ...]]] = [("rowid > ?", (after,))]
        if after and self._tables.columns(REWRITTEN):
            anew = f"rowid <= ? AND session_id IN (SELECT session_id FROM {REWRITTEN} WHERE updated_at > ?)"  # noqa: S608
            ranges.append((anew, (after, rewritten)))
        rows = itertools.chain.from_iterable(
            self._connection.execute(
                f"SELECT rowid, session_id, seq, event_json, {blob}, {dated} FROM {EVENTS} "  # noqa: S608 - our names
                f"WHERE {which} AND (event_json IS NULL OR instr(event_json, 'usage')) ORDER BY rowid",
                given,
            )
            for which, given in ranges
        )
        for number, session, seq, text, compressed, created in rows:
            content = self._content(number, text, compressed)
            if content is not None and MARKER in content:
                self._take(number, content, Row(clean_name(session), seq, instant_ms(created) or 0))

    def take_archives(self, memory: JsonObject) -> None:
        """Take the transcripts kept whole in the database: of deleted sessions, and of cold ones."""
        for table in ARCHIVES:
            if "archive_blob" not in self._tables.columns(table):
                continue
            key = "session_key" if "session_key" in self._tables.columns(table) else "''"
            rows = self._connection.execute(
                f"SELECT rowid, session_id, {key}, archive_name, archive_blob FROM {table} "  # noqa: S608
                "WHERE rowid > ? AND archive_blob IS NOT NULL ORDER BY rowid",
                (memory.get(table) or 0,),
            )
            for number, session, named, name, blob in rows:
                content = self._content(number, None, blob) if str(name).endswith(".zst") else blob
                if content is not None:
                    self._take_archive(number, bytes(content), clean_name(session), clean_name(named))

    def _take(self, number: int, content: bytes, row: Row) -> None:
        try:
            used = used_of(parse_object(content), row.written_ms)
        except UsageInvalidError:
            self._note("usage-invalid", number)
            return
        except ValueError:
            self._note("line-not-json", number)
            return
        if used:
            session = self._tables.session(row.session) or Session(row.session)
            asked = self._tables.asked(session, row.seq, used.run)
            origin = origin_of(used, session, self._tables.session, self._agent, asked)
            self.events.append(event_of(used, origin, Place(self._path, number)))

    def _take_archive(self, number: int, content: bytes, session: str, key: str) -> None:
        lines = Lines(self._path, json.dumps({"session": session}), self._tables.session, key)
        for line in content.splitlines():
            try:
                lines.take(number, parse_object(line))
            except UsageInvalidError:
                self._note("usage-invalid", number)
            except ValueError:
                self._note("line-not-json", number)
        self.events += lines.events()

    def _content(self, number: int, text: Any, compressed: Any) -> bytes | None:
        """Give a row's JSON; None, and a problem, where it cannot be had."""
        if isinstance(text, str):
            return text.encode("utf-8", "replace")
        if not isinstance(compressed, bytes):
            self._note("line-not-json", number)
            return None
        decompress = decompressor()
        if decompress is None:
            if not self.is_codec_missing:
                self._note("file-codec-missing", number)
            self.is_codec_missing = True
            return None
        try:
            return decompress(compressed)
        except ValueError:
            self._note("line-not-json", number)
            return None

    def _note(self, code: str, number: int) -> None:
        self.problems.append(LineProblem(code, number, number))

    def _name_of(self, number: int) -> str:
        """Name a row of the transcripts by what does not change; "" where it is not there."""
        if not self._tables.columns(EVENTS):
            return ""
        row = self._connection.execute(
            f"SELECT session_id, seq FROM {EVENTS} WHERE rowid = ?",  # noqa: S608
            (number,),
        ).fetchone()
        return f"{clean_name(row[0])}:{row[1]}" if row else ""

    def _greatest(self, table: str, column: str = "rowid") -> int:
        if not self._tables.columns(table):
            return 0
        row = self._connection.execute(f"SELECT max({column}) FROM {table}").fetchone()  # noqa: S608
        return row[0] if isinstance(row[0], int) else 0

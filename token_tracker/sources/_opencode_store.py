"""Messages of OpenCode and the programs made from it: two shapes of rows, and old loose files.

How far a database was read is remembered by the newest change and the last row of each table.
What a message says is in `_opencode_messages.py`. Facts and versions: `references/sources/opencode.md`.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import NamedTuple

from token_tracker.model import Place
from token_tracker.model import UsageEvent
from token_tracker.sources._documents import document_reading
from token_tracker.sources._documents import read_document
from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import UsageInvalidError
from token_tracker.sources._fields import an_object
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._fields import member
from token_tracker.sources._fields import parse_json
from token_tracker.sources._fields import parse_object
from token_tracker.sources._opencode_messages import Session
from token_tracker.sources._opencode_messages import response_event
from token_tracker.sources._roots import listed
from token_tracker.sources._roots import open_file
from token_tracker.sources._sqlite import columns_of
from token_tracker.sources._sqlite import database_reading
from token_tracker.sources._sqlite import is_same_database
from token_tracker.sources._sqlite import open_database
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading

FIRST_SHAPE = "message"
SECOND_SHAPE = "session_message"
SESSION_TABLES = ("session", "session_v2")
PARTS = "part"

WANTED = (
    "role",
    "parentID",
    "providerID",
    "modelID",
    "model",
    "agent",
    "mode",
    "path",
    "cost",
    "tokens",
    "time",
)
"""All that is taken out of a message; its text never leaves the database."""

OVERLAP_MS = 3_600_000
"""Rows changed up to an hour before the newest known one are read again: clocks are set back."""

PARTS_LOOKED_BACK = 5000
"""A turn that goes on has loaded its skill at most so many parts ago; older ones are not looked at again."""


class Load(NamedTuple):
    """A skill that a message loaded: it counts for what comes after in the same turn."""

    at_ms: int
    skill: str


class Marks(NamedTuple):
    """How far a table was read: the newest change, the last row, and the first row's id."""

    changed_ms: int = 0
    row: int = 0
    first: str = ""


def read_database(
    source: str, state: FileState, cursor: Cursor | None, *, has_costs_of_children: bool = False
) -> Reading:
    """Read the responses of a database that came or changed since the cursor.

    `has_costs_of_children`: the program adds what a sub-agent cost to the message that started
    it; what the message itself cost is only in the records of its steps.

    Raises:
        OSError: the database is locked, damaged or gone.
    """
    if cursor and cursor.state == state:
        return Reading(cursor, False, 0, [], [], {})
    known = _remembered(cursor.memory) if cursor and is_same_database(state, cursor) else {}
    rows = _Rows(source, state.path)
    with open_database(state.path) as connection:
        rows.sessions = _sessions(connection)
        tables = [table for table in (FIRST_SHAPE, SECOND_SHAPE) if columns_of(connection, table)]
        has_parts = FIRST_SHAPE in tables and bool(columns_of(connection, PARTS))
        rows.asks_steps = has_costs_of_children and has_parts
        is_known = set(known) - {PARTS} == set(tables) and all(
            _is_still_there(connection, table, known[table]) for table in known
        )
        if has_parts:
            looked_at = known[PARTS].row if is_known and PARTS in known else 0
            rows.skills = _skills(connection, looked_at - PARTS_LOOKED_BACK)
        marks = {
            table: rows.read(connection, table, tables, known[table] if is_known else Marks())
            for table in tables
        }
        if has_parts:
            marks[PARTS] = Marks(0, _last_row(connection, PARTS), _first_id(connection, PARTS))
    # A clock that was wrong for a moment must not hide what is written after it is right again.
    latest_ms = state.mtime_ns // 1_000_000
    kept = {table: mark._replace(changed_ms=min(mark.changed_ms, latest_ms)) for table, mark in marks.items()}
    memory = json.dumps(kept, separators=(",", ":"))
    return database_reading(state, not is_known, list(rows.events.values()), rows.problems, memory)


def read_loose_message(source: str, state: FileState) -> Reading:
    """Read a message file of a release before 1.2.

    Raises:
        OSError: it cannot be read, or is being written.
    """
    record = an_object(read_document(state.path))
    if record.get("role") != "assistant":
        return document_reading(state, [])
    session = os.path.basename(os.path.dirname(state.path))
    try:
        event = response_event(
            source, Place(state.path, 1), record, session, _loose_sessions(state.path, session)
        )
    except UsageInvalidError:
        return document_reading(state, [], [LineProblem("usage-invalid", 1, 1)])
    return document_reading(state, [event] if event else [])


def message_ids(databases: Iterable[str]) -> frozenset[str]:
    """Give the ids of all messages that the databases hold; none of one that cannot be read now.

    The loose copies of its messages are read then, and have the same keys.
    """
    found: set[str] = set()
    for path in databases:
        try:
            with open_database(path) as connection:
                for table in (FIRST_SHAPE, SECOND_SHAPE):
                    if "id" in columns_of(connection, table):
                        # One text is ten times faster than a row for each of 100,000 ids.
                        (ids,) = connection.execute(f"SELECT group_concat(id, ' ') FROM {table}").fetchone()  # noqa: S608 - names of our own
                        found.update((ids or "").split())
        except OSError:
            continue
    return frozenset(found)


class _Rows:
    """Turns rows into events, one for each response, and notes the rows that cannot be counted."""

    def __init__(self, source: str, path: str) -> None:
        self.sessions: Mapping[str, Session] = {}
        self.skills: Mapping[str, Sequence[Load]] = {}
        self.events: dict[bytes, UsageEvent] = {}
        self.problems: list[LineProblem] = []
        self.asks_steps = False
        self._source = source
        self._path = path
        self._of_first_shape: set[bytes] = set()

    def read(self, connection: sqlite3.Connection, table: str, tables: Sequence[str], before: Marks) -> Marks:
        """Read the rows of a table that came or changed after `before`; give how far that was."""
        changed_ms, last = before.changed_ms, before.row
        since = (before.changed_ms - OVERLAP_MS, before.row)
        for row, row_changed_ms, created_ms, session, kind, step_cost, fields in connection.execute(
            _query(table, tables, self.asks_steps), since
        ):
            changed_ms, last = max(changed_ms, instant_ms(row_changed_ms) or 0), max(last, row)
            if fields is None:
                self.problems.append(LineProblem("line-not-json", row, row))
            else:
                record = dict(zip(WANTED, parse_json(fields), strict=True))
                record |= {"kind": kind, "row_created": created_ms}
                if step_cost is not None:
                    record["cost"] = step_cost
                self._take(row, record, clean_name(session))
        return Marks(changed_ms, last, _first_id(connection, table))

    def _take(self, row: int, record: JsonObject, session: str) -> None:
        if record["kind"] == FIRST_SHAPE and record["role"] != "assistant":
            return
        try:
            event = response_event(self._source, Place(self._path, row), record, session, self.sessions)
        except UsageInvalidError:
            self.problems.append(LineProblem("usage-invalid", row, row))
            return
        if event is None:
            return
        if skill := self._skill_of(event, clean_name(record["parentID"])):
            initiator = event.origin.initiator or "skill"
            event = event._replace(origin=event.origin._replace(skill=skill, initiator=initiator))
        known = self.events.get(event.id)
        if known is None or event.id not in self._of_first_shape:
            self.events[event.id] = known.merged(event) if known else event
        elif record["kind"] == FIRST_SHAPE:
            self.events[event.id] = known.merged(event)
        if record["kind"] == FIRST_SHAPE:
            self._of_first_shape.add(event.id)

    def _skill_of(self, event: UsageEvent, turn: str) -> str:
        """Give the skill that was loaded last before a message in the same turn."""
        loads = [load for load in self.skills.get(turn, ()) if load.at_ms < event.own_at_ms]
        return max(loads).skill if turn and loads else ""


def _query(table: str, tables: Sequence[str], asks_steps: bool) -> str:
    """Ask for what the responses of a table used, for rows changed or added since two marks.

    Since 2.0 a row of the second shape has its kind in a column; the summary of a long session is
    a response of its own. An upgrade leaves the rows of the first shape where they are and copies
    them with their ids: the copies have lost the totals that say how their reasoning was counted.
    """
    fields = ", ".join(f"'$.{name}'" for name in WANTED)
    kind, condition, cost = f"'{FIRST_SHAPE}'", "", "NULL"
    if table == FIRST_SHAPE and asks_steps:
        cost = (
            "(SELECT sum(json_extract(part.data, '$.cost')) FROM part WHERE part.message_id = message.id"
            " AND json_valid(part.data) AND json_extract(part.data, '$.type') = 'step-finish')"
        )
    if table == SECOND_SHAPE:
        kind, condition = "type", " AND type IN ('assistant', 'compaction')"
        if FIRST_SHAPE in tables:
            condition += " AND NOT EXISTS (SELECT 1 FROM message WHERE message.id = session_message.id)"
    return (
        f"SELECT rowid, time_updated, time_created, session_id, {kind}, {cost},"  # noqa: S608 - names of our own
        f" CASE WHEN json_valid(data) THEN json_extract(data, {fields}) END FROM {table}"
        f" WHERE (time_updated >= ? OR rowid > ?){condition}"
    )


def _skills(connection: sqlite3.Connection, after: int) -> dict[str, list[Load]]:
    """Give the skills that were loaded, by the request of a person that they were loaded for."""
    found: dict[str, list[Load]] = {}
    query = (
        "SELECT json_extract(message.data, '$.parentID'), message.time_created,"
        " json_extract(part.data, '$.state.input.name')"
        " FROM part JOIN message ON message.id = part.message_id"
        " WHERE part.rowid > ? AND instr(part.data, '\"skill\"') AND json_valid(part.data)"
        " AND json_extract(part.data, '$.tool') = 'skill'"
        " AND json_extract(part.data, '$.state.status') = 'completed' AND json_valid(message.data)"
    )
    for turn, at_ms, skill in connection.execute(query, (after,)):
        found.setdefault(clean_name(turn), []).append(Load(instant_ms(at_ms) or 0, clean_name(skill)))
    return found


def _sessions(connection: sqlite3.Connection) -> dict[str, Session]:
    """Give what is needed of every session, of either shape."""
    found = {}
    for table in SESSION_TABLES:
        columns = columns_of(connection, table)
        if not columns:
            continue
        fork = "fork_session_id" if "fork_session_id" in columns else "NULL"
        for session, parent, forked_from, folder, began_ms in connection.execute(
            f"SELECT id, parent_id, {fork}, directory, time_created FROM {table}"  # noqa: S608 - names of our own
        ):
            found[clean_name(session)] = Session(
                clean_name(parent), clean_name(forked_from), clean_name(folder), instant_ms(began_ms) or 0
            )
    return found


def _loose_sessions(path: str, session: str) -> dict[str, Session]:
    """Give the session of a loose message and those that started it, as far as they are there."""
    storage = os.path.dirname(os.path.dirname(os.path.dirname(path)))
    folder = os.path.join(storage, "session")
    found: dict[str, Session] = {}
    while session and session not in found:
        found[session] = Session()
        for project in listed(folder):
            try:
                with open_file(os.path.join(folder, project, f"{session}.json")) as file:
                    record = parse_object(file.read())
            except (OSError, ValueError):
                continue
            began_ms = instant_ms(member(record, "time", "created")) or 0
            parent, place = clean_name(record.get("parentID")), clean_name(record.get("directory"))
            found[session] = Session(parent, "", place, began_ms)
            break
        session = found[session].started_by
    return found


def _remembered(memory: str) -> dict[str, Marks]:
    try:
        return {table: Marks(*marks) for table, marks in json.loads(memory).items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def _is_still_there(connection: sqlite3.Connection, table: str, marks: Marks) -> bool:
    """Say whether the rows that were read are still where they were."""
    return _last_row(connection, table) >= marks.row and _first_id(connection, table) == marks.first


def _last_row(connection: sqlite3.Connection, table: str) -> int:
    (row,) = connection.execute(f"SELECT max(rowid) FROM {table}").fetchone()  # noqa: S608 - names of our own
    return row or 0


def _first_id(connection: sqlite3.Connection, table: str) -> str:
    row = connection.execute(f"SELECT id FROM {table} ORDER BY rowid LIMIT 1").fetchone()  # noqa: S608 - names of our own
    return clean_name(row[0]) if row else ""

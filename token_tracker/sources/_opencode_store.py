"""Messages of OpenCode and the programs made from it: two shapes of rows, and old loose files.

A message is one response. It has no id of its vendor's, and a fork copies it under a new id
of the host's: what stays the same in every copy is the model, the moment it began and its
counts, and these are its key here. Facts and versions: `references/sources.md`.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import NamedTuple

from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import TokenCounts
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
from token_tracker.sources._fields import pico
from token_tracker.sources._fields import whole_count
from token_tracker.sources._ids import event_id
from token_tracker.sources._providers import billing_provider
from token_tracker.sources._roots import listed
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
STEPS = "part"

WANTED = ("role", "providerID", "modelID", "model", "agent", "mode", "path", "cost", "tokens", "time")
"""All that is taken out of a message; its text never leaves the database."""

OVERLAP_MS = 3_600_000
"""Rows changed up to an hour before the newest known one are read again: clocks are set back."""

REASONING_APART = ("google", "vertex", "xai")
"""Vendors whose own output count leaves the reasoning out."""


class Session(NamedTuple):
    """What a message takes from its session; `began_ms` is 0 while unknown."""

    started_by: str = ""
    forked_from: str = ""
    folder: str = ""
    began_ms: int = 0


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
        rows.asks_steps = has_costs_of_children and bool(columns_of(connection, STEPS))
        is_known = set(known) == set(tables) and all(
            _is_still_there(connection, table, known[table]) for table in tables
        )
        marks = {
            table: rows.read(connection, table, tables, known[table] if is_known else Marks())
            for table in tables
        }
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
        event = _event(source, Place(state.path, 1), record, session, _loose_sessions(state.path, session))
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
                        rows = connection.execute(f"SELECT id FROM {table}")  # noqa: S608 - names of our own
                        found.update(row[0] for row in rows)
        except OSError:
            continue
    return frozenset(found)


class _Rows:
    """Turns rows into events, one for each response, and notes the rows that cannot be counted."""

    def __init__(self, source: str, path: str) -> None:
        self.sessions: Mapping[str, Session] = {}
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
            event = _event(self._source, Place(self._path, row), record, session, self.sessions)
        except UsageInvalidError:
            self.problems.append(LineProblem("usage-invalid", row, row))
            return
        if event is None:
            return
        known = self.events.get(event.id)
        if known is None or event.id not in self._of_first_shape:
            self.events[event.id] = known.merged(event) if known else event
        elif record["kind"] == FIRST_SHAPE:
            self.events[event.id] = known.merged(event)
        if record["kind"] == FIRST_SHAPE:
            self._of_first_shape.add(event.id)


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


def _event(
    source: str, place: Place, record: JsonObject, session: str, sessions: Mapping[str, Session]
) -> UsageEvent | None:
    """Give the event of one message; None while its counts are not written.

    A copy in a fork began before the fork itself, and gives way to the message it is a copy of.

    Raises:
        UsageInvalidError: a count is no whole number.
    """
    tokens = an_object(record.get("tokens"))
    cache = an_object(tokens.get("cache"))
    logged = [whole_count(tokens.get(name)) for name in ("input", "output", "reasoning")]
    logged += [whole_count(cache.get(name)) for name in ("read", "write")]
    created_ms = instant_ms(member(record, "time", "created")) or instant_ms(record.get("row_created"))
    if not any(logged) or created_ms is None:
        return None
    provider = clean_name(record.get("providerID")) or clean_name(member(record, "model", "providerID"))
    model = clean_name(record.get("modelID")) or clean_name(member(record, "model", "id"))
    own, root = sessions.get(session, Session()), _root_of(session, sessions)
    kind = clean_name(record.get("kind"))
    agent = clean_name(record.get("agent")) or clean_name(record.get("mode"))
    billed_by = billing_provider(provider)
    return UsageEvent(
        id=event_id(source, provider, model, created_ms, *logged),
        at_ms=created_ms,
        own_at_ms=created_ms,
        service=Service(billed_by, model),
        origin=Origin(
            source,
            cwd=clean_name(member(record, "path", "cwd")) or own.folder,
            session=root,
            agent=agent or ("compaction" if kind == "compaction" else ""),
            agent_id=session if session != root else "",
            initiator="agent" if session != root else "",
            parent=own.started_by or own.forked_from,
        ),
        tokens=_counts(logged, _reasoning_is_apart(logged, tokens.get("total"), kind, billed_by)),
        web_searches=0,
        sidechain=created_ms < own.began_ms,
        stopped=True,
        host_cost_pico=pico(record.get("cost")) or None,
        place=place,
    )


def _reasoning_is_apart(logged: Sequence[int], total: object, kind: str, provider: str) -> bool:
    """Say whether the output leaves the reasoning out.

    Releases up to 1.3 took the vendor's output as it came, with the reasoning inside for most;
    later ones take it out. The total, where there is one, says which.
    """
    given, output, reasoning, cache_read, cache_write = logged
    plain = given + output + cache_read + cache_write
    if kind in ("assistant", "compaction") or total == plain + reasoning:
        return True
    return total != plain and (reasoning > output or provider in REASONING_APART)


def _counts(logged: Sequence[int], is_apart: bool) -> TokenCounts:
    given, output, reasoning, cache_read, cache_write = logged
    return TokenCounts(
        input=given,
        cache_read=cache_read,
        cache_write_5m=cache_write,
        output=output + reasoning if is_apart else output,
        reasoning=reasoning,
    )


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
                with open(os.path.join(folder, project, f"{session}.json"), "rb") as file:
                    record = parse_object(file.read())
            except (OSError, ValueError):
                continue
            began_ms = instant_ms(member(record, "time", "created")) or 0
            parent, place = clean_name(record.get("parentID")), clean_name(record.get("directory"))
            found[session] = Session(parent, "", place, began_ms)
            break
        session = found[session].started_by
    return found


def _root_of(session: str, sessions: Mapping[str, Session]) -> str:
    """Follow the sessions that started one another up to the first."""
    seen = {session}
    while (parent := sessions.get(session, Session()).started_by) and parent not in seen:
        seen.add(parent)
        session = parent
    return session


def _remembered(memory: str) -> dict[str, Marks]:
    try:
        return {table: Marks(*marks) for table, marks in json.loads(memory).items()}
    except (ValueError, TypeError, AttributeError):
        return {}


def _is_still_there(connection: sqlite3.Connection, table: str, marks: Marks) -> bool:
    """Say whether the rows that were read are still where they were."""
    last = connection.execute(f"SELECT max(rowid) FROM {table}").fetchone()[0] or 0  # noqa: S608 - names of our own
    return last >= marks.row and _first_id(connection, table) == marks.first


def _first_id(connection: sqlite3.Connection, table: str) -> str:
    row = connection.execute(f"SELECT id FROM {table} ORDER BY rowid LIMIT 1").fetchone()  # noqa: S608 - names of our own
    return clean_name(row[0]) if row else ""

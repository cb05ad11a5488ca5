"""Copilot CLI's database: a row per request in `assistant_usage_events`, a row per session."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter

from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import UsageEvent
from token_tracker.sources._fields import UsageInvalidError
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._sqlite import columns_of
from token_tracker.sources._sqlite import database_reading
from token_tracker.sources._sqlite import is_same_database
from token_tracker.sources._sqlite import open_database
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading
from token_tracker.sources.copilot.requests import SOURCE
from token_tracker.sources.copilot.requests import Request
from token_tracker.sources.copilot.requests import moment
from token_tracker.sources.copilot.requests import token_counts

TABLE = "assistant_usage_events"
COUNTS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens", "reasoning_tokens")
NEEDED = frozenset({"id", "session_id", "model", "created_at", *COUNTS[:2]})
OPTIONAL = ("agent_id", "initiator", *COUNTS[2:])


def read(state: FileState, cursor: Cursor | None) -> Reading:
    """Read the requests of every session that has new ones.

    Raises:
        OSError: the database is locked, damaged or gone; nothing is known of it.
    """
    with open_database(state.path) as connection:
        if not columns_of(connection, TABLE) >= NEEDED:
            return database_reading(state, True, [])
        newest = connection.execute("SELECT coalesce(max(id), 0) FROM assistant_usage_events").fetchone()[0]
        seen = _newest_seen(state, cursor)
        if seen > newest:  # rows were taken out: the numbers no longer say what is new
            seen = 0
        events, problems = _requests(connection, state.path, seen)
    return database_reading(state, seen == 0, events, problems, memory=json.dumps({"newest": newest}))


def first_request_ms(path: str, session: str) -> int | None:
    """Say since when the database counts a session's requests; None when it holds none.

    Raises:
        OSError: as for `read`.
    """
    with open_database(path) as connection:
        if not columns_of(connection, TABLE) >= NEEDED:
            return None
        query = "SELECT min(created_at) FROM assistant_usage_events WHERE session_id = ?"
        return instant_ms(connection.execute(query, (session,)).fetchone()[0])


def _newest_seen(state: FileState, cursor: Cursor | None) -> int:
    if cursor is None or not cursor.memory or not is_same_database(state, cursor):
        return 0
    return int(json.loads(cursor.memory)["newest"])


def _requests(
    connection: sqlite3.Connection, path: str, seen: int
) -> tuple[list[UsageEvent], list[LineProblem]]:
    """Give the requests of sessions with rows beyond `seen`; alike ones need all of them."""
    events: list[UsageEvent] = []
    problems: list[LineProblem] = []
    alike: Counter[tuple[object, ...]] = Counter()
    told = set()
    for row in connection.execute(_query(connection), (seen,)):
        number, session, agent, model, kind, created, cwd, branch, *counts = row
        try:
            counted = token_counts(*counts[:2], *counts[2:])
            at_ms = moment(created)
        except UsageInvalidError:
            problems += [LineProblem("usage-invalid", number, number)] if number > seen else []
            continue
        request = Request(agent or session, clean_name(model), counted, kind or "")
        key = request.key
        if (key, at_ms) in told:
            continue  # the very same row again
        told.add((key, at_ms))
        alike[key] += 1
        if number > seen:
            origin = Origin(
                SOURCE, clean_name(cwd), clean_name(session), clean_name(branch), agent_id=clean_name(agent)
            )
            events.append(request.event(at_ms, origin, Place(path, number), alike[key]))
    return events, problems


def _query(connection: sqlite3.Connection) -> str:
    """Ask for the rows, with nothing in place of columns that this version does not have."""
    there = columns_of(connection, TABLE)
    agent, kind, *caches = (f"usage.{name}" if name in there else "NULL" for name in OPTIONAL)
    cwd, branch, join = "NULL", "NULL", ""
    if columns_of(connection, "sessions") >= {"id", "cwd", "branch"}:
        cwd, branch, join = "of.cwd", "of.branch", "LEFT JOIN sessions AS of ON of.id = usage.session_id"
    return f"""
        SELECT usage.id, usage.session_id, {agent}, usage.model, {kind}, usage.created_at, {cwd}, {branch},
            usage.input_tokens, usage.output_tokens, {", ".join(caches)}
        FROM assistant_usage_events AS usage {join}
        WHERE usage.session_id IN (SELECT session_id FROM assistant_usage_events WHERE id > ?)
        ORDER BY usage.id
    """  # noqa: S608 - names of columns that are written here, values are bound

"""Which session was last at work, and how much its latest request carried."""

from __future__ import annotations

from typing import NamedTuple

from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import ledger_errors
from token_tracker.period import BUCKET_MS


class LatestRequest(NamedTuple):
    """The latest request of a session's main conversation: when, to which model, how long its prompt."""

    at_ms: int
    model: str
    prompt_tokens: int


def latest_session(ledger: Ledger, before_ms: int, project: str | None = None) -> str | None:
    """Name the session of the latest event before a moment, in a project or anywhere."""
    condition, values = ("", []) if project is None else ("AND origin.project = ?", [project])
    session = f"JOIN origin ON origin.id = {{}}.origin AND origin.session != '' {condition}"
    with ledger_errors(ledger.path):
        # The rollup is short: it says which quarter hour to look into.
        (bucket,) = ledger.connection.execute(
            f"SELECT max(bucket) FROM rollup {session.format('rollup')} WHERE bucket <= ?",
            [*values, before_ms // BUCKET_MS],
        ).fetchone()
        if bucket is None:
            return None
        found = ledger.connection.execute(
            f"SELECT origin.session FROM event {session.format('event')}"
            " WHERE at_ms >= ? AND at_ms < ? ORDER BY at_ms DESC, number DESC LIMIT 1",
            [*values, bucket * BUCKET_MS, min((bucket + 1) * BUCKET_MS, before_ms + 1)],
        ).fetchone()
    return None if found is None else str(found[0])


def quarters_of(ledger: Ledger, session: str, before_ms: int) -> tuple[int, int] | None:
    """Give where a session's first quarter hour begins and its last one ends, in UTC milliseconds."""
    query = (
        "SELECT min(bucket), max(bucket) FROM rollup JOIN origin ON origin.id = rollup.origin"
        " WHERE origin.session = ? AND bucket <= ?"
    )
    with ledger_errors(ledger.path):
        row = ledger.connection.execute(query, (session, before_ms // BUCKET_MS)).fetchone()
    return None if row[0] is None else (row[0] * BUCKET_MS, (row[1] + 1) * BUCKET_MS)


def latest_sessions(ledger: Ledger, limit: int) -> list[str]:
    """Name the sessions that were last at work, the latest first."""
    query = (
        "SELECT origin.session FROM rollup JOIN origin ON origin.id = rollup.origin"
        " WHERE origin.session != '' GROUP BY origin.session"
        " ORDER BY max(bucket) DESC, origin.session LIMIT ?"
    )
    with ledger_errors(ledger.path):
        return [row[0] for row in ledger.connection.execute(query, (limit,))]


def latest_request(
    ledger: Ledger, session: str, start_ms: int, end_ms: int, source: str
) -> LatestRequest | None:
    """Give the latest request of a session's main conversation in a half-open period.

    Requests of sub-agents are no part of it: their context is their own.
    """
    query = (
        "SELECT at_ms, service.model, input + cache_read + cache_write_5m + cache_write_1h FROM event"
        " JOIN origin ON origin.id = event.origin JOIN service ON service.id = event.service"
        " WHERE at_ms >= ? AND at_ms < ? AND origin.session = ? AND origin.source = ?"
        " AND sidechain = 0 AND agent_id = ''"
        " ORDER BY at_ms DESC, number DESC LIMIT 1"
    )
    with ledger_errors(ledger.path):
        row = ledger.connection.execute(query, (start_ms, end_ms, session, source)).fetchone()
    return None if row is None else LatestRequest(*row)


def parents_of(ledger: Ledger, session: str) -> list[str]:
    """Name the sessions that a session was forked from or started by."""
    with ledger_errors(ledger.path):
        rows = ledger.connection.execute(
            "SELECT DISTINCT parent FROM origin"
            " WHERE session = ? AND agent_id = '' AND parent NOT IN ('', session) ORDER BY parent",
            (session,),
        )
        return [row[0] for row in rows]


def driver_of(ledger: Ledger, session: str) -> str:
    """Give the source of the program that drove a session's own program; "" for none."""
    with ledger_errors(ledger.path):
        row = ledger.connection.execute(
            "SELECT min(driver.source) FROM origin AS driver JOIN origin AS below"
            " ON driver.wraps = below.source || '/' || below.session AND driver.source != below.source"
            " WHERE below.session = ? AND below.wraps = ''",
            (session,),
        ).fetchone()
    return row[0] or ""

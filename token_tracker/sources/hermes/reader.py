"""What Hermes has summed up: a row per session, model and route, or the session's own row.

Releases before schema 20 have only the session's row. When such a database is brought up to
date, that row is copied into `session_model_usage`; the id of a total is made so that both are
the same one.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping

from token_tracker.model import Charge
from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.sources._fields import UsageInvalidError
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._fields import pico
from token_tracker.sources._fields import whole_count
from token_tracker.sources._ids import event_id
from token_tracker.sources._providers import billing_provider
from token_tracker.sources._sqlite import Row
from token_tracker.sources._sqlite import database_reading
from token_tracker.sources._sqlite import open_database
from token_tracker.sources._sqlite import rows_of
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import RunningTotal

SOURCE = "hermes"
COUNTS = ("input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens")
ROUTE = ("billing_provider", "billing_base_url", "billing_mode")
COSTS = ("estimated_cost_usd", "actual_cost_usd")
OF_SESSION = (
    "id",
    "model",
    "started_at",
    "ended_at",
    "source",
    "parent_session_id",
    "end_reason",
    "cwd",
    "git_branch",
)
OF_MODEL = ("session_id", "model", "task", "first_seen", "last_seen")
DELEGATED = "subagent"
COMPRESSED = "compression"
INITIATORS = {DELEGATED: "agent", "cron": "scheduled"}
OPEN_ROUTES = ("custom", "auto", "local")
"""Names of a route that say who was asked to serve it, and not who did."""


def read(state: FileState) -> Reading:
    """Read every total; what grew since the last time is for the ledger to tell.

    Raises:
        OSError: the database is locked, damaged or gone; nothing is known of it.
    """
    with open_database(state.path) as connection:
        sessions = {
            row["id"]: row for row in rows_of(connection, "sessions", (*OF_SESSION, *ROUTE, *COUNTS, *COSTS))
        }
        told = list(rows_of(connection, "session_model_usage", (*OF_MODEL, *ROUTE, *COUNTS, *COSTS)))
    known = {row["session_id"] for row in told if not row["task"]}
    totals: list[RunningTotal] = []
    problems: list[LineProblem] = []
    for row in (*told, *(_as_usage(row) for name, row in sessions.items() if name not in known)):
        try:
            totals += _totals(row, sessions, state.path)
        except UsageInvalidError:
            problems.append(LineProblem("usage-invalid", row["number"], row["number"]))
    return database_reading(state, True, [], problems, totals=totals)


def _as_usage(session: Row) -> Row:
    """Give a session's own row as the host copies it when it begins to count by model."""
    ended = session["ended_at"]
    seen = {
        "first_seen": session["started_at"],
        "last_seen": ended if ended is not None else session["started_at"],
    }
    return {**session, **seen, "session_id": session["id"], "task": "", "is_open": ended is None}


def _totals(row: Row, sessions: Mapping[object, Row], path: str) -> Iterator[RunningTotal]:
    prompt, read, written, output, reasoning = (whole_count(row[name]) for name in COUNTS)
    counts = Tokens(prompt, read, written, 0, output, min(reasoning, output))
    if not any(counts):
        return
    first_ms = instant_ms(row["last_seen"])
    if first_ms is None:
        raise UsageInvalidError
    model = clean_name(row["model"])
    route = [clean_name(row[name]) for name in ROUTE]
    session = clean_name(row["session_id"])
    cost, charge = (pico(row[name]) or None for name in COSTS)
    yield RunningTotal(
        event_id(SOURCE, session, model or "unknown", *route, clean_name(row["task"])),
        first_ms,
        None if row.get("is_open") else first_ms,
        Service(
            "" if route[0] in OPEN_ROUTES else billing_provider(route[0]), "" if model == "unknown" else model
        ),
        _origin(session, sessions),
        counts,
        cost,
        None if charge is None else Charge(charge, "USD"),
        Place(path, row["number"]),
    )


def _origin(session: str, sessions: Mapping[object, Row]) -> Origin:
    """Say whose work a session is: its own, or that of the one it was delegated by or goes on from."""
    own = sessions.get(session, {})
    source, is_delegated = clean_name(own.get("source")), own.get("source") == DELEGATED
    root, row, seen = session, own, {session}
    while (above := clean_name(row.get("parent_session_id"))) and above not in seen:
        before = sessions.get(above, {})
        if row.get("source") != DELEGATED and before.get("end_reason") != COMPRESSED:
            break  # a branch is a session of its own
        seen.add(above)
        root, row = above, before
    return Origin(
        SOURCE,
        clean_name(own.get("cwd")) or clean_name(row.get("cwd")),
        root,
        clean_name(own.get("git_branch")) or clean_name(row.get("git_branch")),
        agent=DELEGATED if is_delegated else "",
        agent_id=session if is_delegated else "",
        initiator=INITIATORS.get(source, "manual" if source else ""),
        parent=clean_name(own.get("parent_session_id")),
    )

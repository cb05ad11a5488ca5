"""What Goose keeps of use: a sum per session, and since schema 14 a row per request.

When the host begins to write rows, the first one of a session carries the sum so far. Such rows
are that sum under another name, and keep its id; so do the sums in the headers of old logs,
which the host takes over into its database.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence

from token_tracker.model import Charge
from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import UsageInvalidError
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._fields import parse_object
from token_tracker.sources._fields import pico
from token_tracker.sources._fields import whole_count
from token_tracker.sources._ids import event_id
from token_tracker.sources._json_lines import read_json_lines
from token_tracker.sources._providers import billing_provider
from token_tracker.sources._sqlite import Row
from token_tracker.sources._sqlite import database_reading
from token_tracker.sources._sqlite import open_database
from token_tracker.sources._sqlite import rows_of
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import RunningTotal

SOURCE = "goose"
COUNTS = ("input_tokens", "cache_read_tokens", "cache_write_tokens", "output_tokens", "total_tokens")
SUMS = tuple(f"accumulated_{name}" for name in COUNTS)
OF_SESSION = (
    *("id", "session_type", "working_dir", "created_at", "updated_at", "accumulated_cost"),
    *("provider_name", "model_config_json", "parent_session_id", *SUMS),
)
OF_REQUEST = ("id", "session_id", "created_timestamp", "model", "cost", "cost_source", *COUNTS)
CARRIED = "carried_forward"
PAID = "provider_reported"
SUB_AGENT = "sub_agent"
DRIVEN = {
    "claude-code": "claude-code",
    "claude-acp": "claude-code",
    "codex": "codex",
    "codex-acp": "codex",
    "gemini-cli": "gemini-cli",
}
"""Programs that the host drives in a vendor's place, by its name and by ours. They keep logs of
their own, and the host does not tell which (crates/goose/src/providers, read 2026-11-22)."""

INITIATORS = {"user": "manual", "scheduled": "scheduled", SUB_AGENT: "agent"}


def token_counts(row: Row, names: Sequence[str]) -> Tokens:
    """Split what the host summed up: its input has the cache inside, unless the total says otherwise.

    Raises:
        UsageInvalidError: a count cannot be.
    """
    prompt, read, written, output, total = (whole_count(row.get(name)) for name in names)
    if total != prompt + output + read + written:
        read = min(read, prompt)
        written = min(written, prompt - read)
        prompt -= read + written
    return Tokens(prompt, read, written, 0, output)


def read_store(state: FileState) -> Reading:
    """Read all sessions of a database.

    Raises:
        OSError: it is locked, damaged or gone; nothing is known of it.
    """
    with open_database(state.path) as connection:
        sessions = {row["id"]: row for row in rows_of(connection, "sessions", OF_SESSION)}
        requests = list(rows_of(connection, "usage_ledger", OF_REQUEST))
    events: list[UsageEvent] = []
    problems: list[LineProblem] = []
    carried: defaultdict[object, list[Row]] = defaultdict(list)
    for row in requests:
        if row["cost_source"] == CARRIED:
            carried[row["session_id"]].append(row)
            continue
        try:
            events += _event(row, sessions, state.path)
        except UsageInvalidError:
            problems.append(LineProblem("usage-invalid", row["number"], row["number"]))
    totals: list[RunningTotal] = []
    listed = {row["session_id"] for row in requests}
    for name, session in sessions.items():
        try:
            if name not in listed:
                totals += _sum(session, sessions, state.path)
            elif carried[name]:
                totals += _carried(session, carried[name], sessions, state.path)
        except UsageInvalidError:
            problems.append(LineProblem("usage-invalid", session["number"], session["number"]))
    return database_reading(state, True, events, problems, totals=totals)


def read_log(state: FileState, cursor: Cursor | None) -> Reading:
    """Read a log from before the database: its first line has the session's sum.

    Raises:
        OSError: it cannot be opened or read; nothing is known of it.
    """
    takers: list[Header] = []

    def begin(memory: str) -> Header:
        takers.append(Header(state.path, memory))
        return takers[-1]

    reading = read_json_lines(state, cursor, begin)
    return reading._replace(totals=takers[-1].totals() if reading.bytes_read else [])


class Header:
    """What an old log tells: the sum in its header, and when something was said first and last."""

    def __init__(self, path: str, memory: str) -> None:
        known: JsonObject = json.loads(memory) if memory else {}
        self._path = path
        self._tokens = Tokens(*known.get("tokens", ()))
        self._folder: str = known.get("folder", "")
        self._first_ms: int = known.get("first", 0)
        self._last_ms: int = known.get("last", 0)

    def take(self, offset: int, line: JsonObject) -> None:  # noqa: ARG002 - only the header has counts
        """Take in one line.

        Raises:
            UsageInvalidError: it is a header with sums that cannot be.
        """
        if "role" in line:
            self._last_ms = instant_ms(line.get("created")) or self._last_ms
            self._first_ms = self._first_ms or self._last_ms
        elif "working_dir" in line:
            names = SUMS if line.get(SUMS[0]) is not None or line.get(SUMS[-1]) is not None else COUNTS
            self._tokens = token_counts(line, names)
            self._folder = clean_name(line.get("working_dir"))

    def events(self) -> Sequence[UsageEvent]:
        """Give nothing: no request is told apart."""
        return []

    def memory(self) -> str:
        """Give what to know to go on behind the last line."""
        dates = {"first": self._first_ms, "last": self._last_ms}
        return json.dumps({"tokens": self._tokens, "folder": self._folder, **dates})

    def totals(self) -> list[RunningTotal]:
        """Give the session's sum, once something dated was said."""
        if not any(self._tokens) or not self._first_ms:
            return []
        session = clean_name(os.path.basename(self._path).removesuffix(".jsonl"))
        return [
            RunningTotal(
                event_id(SOURCE, "session", session),
                self._first_ms,
                self._last_ms,
                Service("", ""),
                Origin(SOURCE, self._folder, session),
                self._tokens,
                None,
                None,
                Place(self._path, 0),
            )
        ]


def _event(row: Row, sessions: Mapping[object, Row], path: str) -> Iterator[UsageEvent]:
    counts = token_counts(row, COUNTS)
    at_ms = instant_ms(row["created_timestamp"])
    if not any(counts):
        return
    if at_ms is None:
        raise UsageInvalidError
    session = clean_name(row["session_id"])
    cost = pico(row["cost"]) or None
    is_paid = row["cost_source"] == PAID
    model, provider = _service(sessions.get(row["session_id"], {}))
    yield UsageEvent(
        event_id(SOURCE, "request", session, row["number"], at_ms),
        at_ms,
        at_ms,
        Service(provider, clean_name(row["model"]) or model),
        _origin(session, sessions),
        counts,
        0,
        False,
        True,
        None if is_paid else cost,
        Place(path, row["number"]),
        charge=Charge(cost, "USD") if is_paid and cost else None,
    )


def _sum(session: Row, sessions: Mapping[object, Row], path: str) -> Iterator[RunningTotal]:
    """Give the sum of a session without rows of its own, dated by when it was changed last."""
    at = session["updated_at"] if session["updated_at"] is not None else session["created_at"]
    yield from _total(
        session, token_counts(session, SUMS), at, pico(session["accumulated_cost"]), sessions, path
    )


def _carried(
    session: Row, rows: Sequence[Row], sessions: Mapping[object, Row], path: str
) -> Iterator[RunningTotal]:
    """Give what was summed up before rows were kept: it was all there when the first of them came."""
    counts = Tokens(*map(sum, zip(*(token_counts(row, COUNTS) for row in rows), strict=True)))
    yield from _total(session, counts, rows[0]["created_timestamp"], None, sessions, path)


def _total(
    session: Row, tokens: Tokens, at: object, cost: int | None, sessions: Mapping[object, Row], path: str
) -> Iterator[RunningTotal]:
    if not any(tokens):
        return
    at_ms = instant_ms(at)
    if at_ms is None:
        raise UsageInvalidError
    name = clean_name(session["id"])
    model, provider = _service(session)
    yield RunningTotal(
        event_id(SOURCE, "session", name),
        at_ms,
        at_ms,
        Service(provider, model),
        _origin(name, sessions),
        tokens,
        cost or None,
        None,
        Place(path, session["number"]),
    )


def _service(session: Row) -> tuple[str, str]:
    """Give the model and the provider that a session is set to."""
    try:
        config = parse_object(str(session.get("model_config_json") or "{}"))
    except ValueError:
        config = {}
    return clean_name(config.get("model_name")), billing_provider(clean_name(session.get("provider_name")))


def _origin(session: str, sessions: Mapping[object, Row]) -> Origin:
    """Say whose work a session is: a sub-agent's is that of the session that started it."""
    own = row = sessions.get(session, {})
    root, seen = session, {session}
    while row.get("session_type") == SUB_AGENT:
        above = clean_name(row.get("parent_session_id"))
        if not above or above in seen:
            break
        seen.add(above)
        root, row = above, sessions.get(above, {})
    is_sub_agent = own.get("session_type") == SUB_AGENT
    driven = DRIVEN.get(clean_name(own.get("provider_name")), "")
    return Origin(
        SOURCE,
        clean_name(own.get("working_dir")),
        root,
        agent_id=session if is_sub_agent else "",
        initiator=INITIATORS.get(clean_name(own.get("session_type")), ""),
        parent=clean_name(own.get("parent_session_id")),
        wraps=f"{driven}/" if driven else "",
    )

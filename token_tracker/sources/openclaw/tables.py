"""What an agent's database tells of its sessions and their prompts, looked up one by one.

Names of columns are asked for before they are used: `session_windows` and `session_nodes` came
with schema 14, and their columns one after the other.

Source: databases of OpenClaw 2026.9.6 (schema 23), checked 2026-11-22.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from functools import cache
from typing import Any

from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._fields import parse_object
from token_tracker.sources._sqlite import columns_of
from token_tracker.sources._zstd import decompressor
from token_tracker.sources.openclaw.messages import DRIVEN
from token_tracker.sources.openclaw.messages import asked_by
from token_tracker.sources.openclaw.sessions import Session
from token_tracker.sources.openclaw.sessions import begun_by
from token_tracker.sources.openclaw.transcript import headed

EVENTS = "transcript_events"
WINDOWS = "session_windows"
NODES = "session_nodes"
WINDOW = ("session_key", "previous_session_id", "created_at", "spawned_by")
NODE = ("created_via", "spawned_by", "fork_source_session_id")

PROMPT = '"user"'
PROMPTS = ("event_json", "navigation_json")
"""Where a row may show that it is a prompt; the second tells it of compressed ones."""


class Tables:
    """The tables of one open database; what they told once is not asked again."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._runs: dict[tuple[str, str], str] = {}
        self.columns = cache(lambda table: columns_of(connection, table))
        self.session = cache(self._session)

    def asked(self, session: Session, seq: int, run: str) -> str:
        """Say who asked for what stands at a place of a session: who wrote the last prompt before it.

        "" where that is who began the session. `run`: the run it was part of, "" where unknown.
        """
        if begun_by(session) not in ("", "manual"):
            return ""
        if run and (session.id, run) in self._runs:
            return self._runs[session.id, run]
        prompts = (asked_by(record) for record in self._before(session.id, seq))
        found = next((asked for asked in prompts if asked is not None), "")
        if run:
            self._runs[session.id, run] = found
        return found

    def _before(self, session: str, seq: int) -> Iterator[JsonObject]:
        """Give the records before a place that may be prompts, the nearest first."""
        columns = self.columns(EVENTS)
        is_prompt = [f"instr({name}, ?)" for name in PROMPTS if name in columns]
        blob = "event_zstd" if "event_zstd" in columns else "NULL"
        rows = self._connection.execute(
            f"SELECT event_json, {blob} FROM {EVENTS} WHERE session_id = ? AND seq < ? "  # noqa: S608
            f"AND ({' OR '.join(is_prompt)}) ORDER BY seq DESC",
            (session, seq, *[PROMPT] * len(is_prompt)),
        )
        return (_record(text, compressed) for text, compressed in rows)

    def _session(self, name: str) -> Session | None:
        """Put together what the tables, and the first record of its transcript, say of a session."""
        header = self._header(name)
        session = headed(header, Session(name))._replace(id=name)
        window = self._row(WINDOWS, "session_id", name, WINDOW)
        if not window:
            return session if header else None
        node = self._row(NODES, "session_key", window["session_key"], NODE)
        earlier = clean_name(window["previous_session_id"])
        return session._replace(
            key=clean_name(window["session_key"]),
            start_ms=session.start_ms or instant_ms(window["created_at"]) or 0,
            source=earlier or session.source or clean_name(node.get("fork_source_session_id")),
            started_by=self._spawner(window, node),
            created_via=clean_name(node.get("created_via")),
            driven=self._driven(window["session_key"]),
        )

    def _header(self, session: str) -> JsonObject:
        """Give the first record of a transcript, where it is a header."""
        if not self.columns(EVENTS):
            return {}
        row = self._connection.execute(
            f"SELECT event_json FROM {EVENTS} WHERE session_id = ? ORDER BY seq LIMIT 1",  # noqa: S608
            (session,),
        ).fetchone()
        record = _record(row[0]) if row else {}
        return record if record.get("type") == "session" else {}

    def _spawner(self, window: JsonObject, node: JsonObject) -> str:
        """Give the session that started this one: the one its starter's key stood for at that time."""
        key = window["spawned_by"] or node.get("spawned_by")
        if not key or not {"session_key", "created_at"} <= self.columns(WINDOWS):
            return ""
        found = self._connection.execute(
            f"SELECT session_id FROM {WINDOWS} WHERE session_key = ? "  # noqa: S608 - our names
            "ORDER BY created_at > ?, abs(created_at - ?) LIMIT 1",
            (key, window["created_at"] or 0, window["created_at"] or 0),
        ).fetchone()
        return clean_name(found[0]) if found else ""

    def _driven(self, key: Any) -> tuple[tuple[str, str], ...]:
        """Give the sessions of other programs that a session drives, by the fields that name them."""
        if "entry_json" not in self.columns(NODES):
            return ()
        found = {}
        for name, program in DRIVEN.items():
            places = (f'$.cliSessionBindings."{name}".sessionId', f'$.cliSessionIds."{name}"')
            row = self._connection.execute(
                "SELECT coalesce(json_extract(entry_json, ?), json_extract(entry_json, ?)) "  # noqa: S608
                f"FROM {NODES} WHERE session_key = ? AND json_valid(entry_json)",
                (*places, key),
            ).fetchone()
            if row and (below := clean_name(row[0])):
                found[program] = below
        return tuple(sorted(found.items()))

    def _row(self, table: str, key: str, value: Any, names: tuple[str, ...]) -> JsonObject:
        """Give the named columns of one row, None for those that the table does not have."""
        columns = self.columns(table)
        if key not in columns:
            return {}
        asked = ", ".join(name if name in columns else f"NULL AS {name}" for name in names)
        row = self._connection.execute(
            f"SELECT {asked} FROM {table} WHERE {key} = ?",  # noqa: S608 - our names
            (value,),
        ).fetchone()
        return dict(zip(names, row, strict=True)) if row else {}


def _record(text: Any, compressed: Any = None) -> JsonObject:
    """Give the object in a row that is only looked at, {} where it cannot be had."""
    decompress = decompressor()
    try:
        if isinstance(compressed, bytes) and decompress:
            text = decompress(compressed).decode("utf-8", "replace")
        return parse_object(text) if isinstance(text, str) else {}
    except ValueError:
        return {}

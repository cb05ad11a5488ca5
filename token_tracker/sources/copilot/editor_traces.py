"""VS Code's traces of Copilot Chat, `agent-traces.db`: one span per request to a model.

They exist where a person set `github.copilot.chat.otel.dbSpanExporter.enabled`, and are kept
for a week. A span of kind "invoke_agent" repeats the tokens of the requests below it, so only
"chat" spans count. Agents that the editor drives keep logs of their own, which go first.

Source: microsoft/vscode-copilot-chat, otelSqliteStore.ts and its docs, read 2026-11-22; not run.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Mapping
from glob import escape
from glob import glob
from typing import NamedTuple

from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import UsageEvent
from token_tracker.sources._fields import UsageInvalidError
from token_tracker.sources._fields import clean_name
from token_tracker.sources._ids import event_id
from token_tracker.sources._ids import response_event_id
from token_tracker.sources._sqlite import columns_of
from token_tracker.sources._sqlite import database_reading
from token_tracker.sources._sqlite import open_database
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading
from token_tracker.sources.copilot.editor_chats import workspace_folder
from token_tracker.sources.copilot.requests import PROVIDER
from token_tracker.sources.copilot.requests import SOURCE
from token_tracker.sources.copilot.requests import moment
from token_tracker.sources.copilot.requests import token_counts

RESPONSE_ID = "gen_ai.response.id"
CACHE_WRITE = "gen_ai.usage.cache_creation.input_tokens"
DRIVEN = {"copilotcli": SOURCE, "claude": "claude-code"}
"""Agents that the editor starts as programs of their own, and who reads their logs."""

REQUESTS = """
    SELECT rowid, span_id, start_time_ms, coalesce(chat_session_id, conversation_id),
        coalesce(response_model, request_model), input_tokens, output_tokens, cached_tokens, reasoning_tokens
    FROM spans
    WHERE operation_name = 'chat' AND (input_tokens IS NOT NULL OR output_tokens IS NOT NULL)
    ORDER BY rowid
"""
NEEDED = frozenset(
    (
        *("span_id", "parent_span_id", "start_time_ms", "operation_name", "agent_name"),
        *("chat_session_id", "conversation_id", "response_model", "request_model"),
        *("input_tokens", "output_tokens", "cached_tokens", "reasoning_tokens"),
    )
)


class Span(NamedTuple):
    """What a span hangs below, and the agent that it is the work of, "" where it is none."""

    above: str
    agent: str


def read(state: FileState) -> Reading:
    """Read all requests that the traces still hold.

    Raises:
        OSError: the database is locked, damaged or gone; nothing is known of it.
    """
    with open_database(state.path) as connection:
        if not columns_of(connection, "spans") >= NEEDED:
            return database_reading(state, True, [])
        events, problems = _requests(connection, state.path)
    return database_reading(state, True, events, problems)


def _requests(connection: sqlite3.Connection, path: str) -> tuple[list[UsageEvent], list[LineProblem]]:
    spans = {
        span: Span(above or "", clean_name(agent) if kind == "invoke_agent" else "")
        for span, above, kind, agent in connection.execute(
            "SELECT span_id, parent_span_id, operation_name, agent_name FROM spans"
        )
    }
    responses, written = _attributes(connection, RESPONSE_ID), _attributes(connection, CACHE_WRITE)
    folders: dict[str, str] = {}
    events, problems = [], []
    for row in connection.execute(REQUESTS):
        number, span, started, chat, model, prompt, output, cached, reasoning = row
        try:
            counts = token_counts(prompt, output, cached, _number(written.get(span)), reasoning)
            at_ms = moment(started)
        except UsageInvalidError:
            problems.append(LineProblem("usage-invalid", number, number))
            continue
        session = clean_name(chat)
        if session not in folders:
            folders[session] = _folder_of(path, session)
        service = Service(PROVIDER, clean_name(model))
        response = clean_name(responses.get(span))
        identity = (
            response_event_id(SOURCE, response, session, service.model, counts.prompt, counts.output)
            if response
            else event_id(SOURCE, "span", span)
        )
        origin = _origin(spans, span, session, folders[session])
        events.append(
            UsageEvent(
                identity, at_ms, at_ms, service, origin, counts, 0, False, True, None, Place(path, number)
            )
        )
    return events, problems


def _attributes(connection: sqlite3.Connection, key: str) -> dict[str, str]:
    if not columns_of(connection, "span_attributes") >= {"span_id", "key", "value"}:
        return {}
    return dict(connection.execute("SELECT span_id, value FROM span_attributes WHERE key = ?", (key,)))


def _number(text: object) -> object:
    """Read a count that is kept as text; what is none stays, and spoils its span."""
    return int(text) if isinstance(text, str) and text.isdecimal() else text


def _origin(spans: Mapping[str, Span], span: str, session: str, folder: str) -> Origin:
    """Say whose request it was: of the agent nearest above it, a sub-agent where there is another."""
    agents = []
    at, seen = span, set()
    while at in spans and at not in seen:
        seen.add(at)
        if spans[at].agent:
            agents.append((at, spans[at].agent))
        at = spans[at].above
    driver = DRIVEN.get(agents[-1][1].lower(), "") if agents else ""
    is_sub_agent = len(agents) > 1
    return Origin(
        SOURCE,
        folder,
        session,
        agent=clean_name(agents[0][1]) if is_sub_agent else "",
        agent_id=clean_name(agents[0][0]) if is_sub_agent else "",
        initiator="agent" if is_sub_agent else "",
        wraps=f"{driver}/{session}" if driver and session else "",
    )


def _folder_of(path: str, session: str) -> str:
    """Find the folder a chat worked in by the journal that carries its id."""
    if not session or os.sep in session:
        return ""
    user = os.path.dirname(os.path.dirname(os.path.dirname(path)))
    if os.path.basename(os.path.dirname(user)) == "profiles":
        user = os.path.dirname(os.path.dirname(user))
    places = os.path.join(escape(user), "workspaceStorage", "*", "chatSessions", f"{escape(session)}.json*")
    found = sorted(glob(places))
    return workspace_folder(found[0]) if found else ""

"""Read a transcript of JSON Lines: a session of an older release, an archive, or a cold one.

An archive of a reset or deleted session has the lines of a transcript. A cold one has
`{"kind":"header","sessionId"}` and `{"kind":"event","row":{"event_json"}}` for each of them.

Source: archives of OpenClaw 2026.6.11 and 2026.9.6, cold ones of 2026.9.6. Checked 2026-11-22.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Sequence

from token_tracker.model import Place
from token_tracker.model import UsageEvent
from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._fields import member
from token_tracker.sources._fields import parse_object
from token_tracker.sources._json_lines import read_json_lines
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.openclaw.messages import asked_by
from token_tracker.sources.openclaw.messages import event_of
from token_tracker.sources.openclaw.messages import used_of
from token_tracker.sources.openclaw.sessions import Known
from token_tracker.sources.openclaw.sessions import Session
from token_tracker.sources.openclaw.sessions import index_beside
from token_tracker.sources.openclaw.sessions import origin_of
from token_tracker.sources.openclaw.sessions import source_of

MARKERS = (b"usage", b"session", b"user")


def read_transcript(state: FileState, cursor: Cursor | None) -> Reading:
    """Read what a transcript holds beyond `cursor`.

    Raises:
        OSError: the file cannot be opened or read; nothing is known of it.
    """
    known = index_beside(state.path).get
    return read_json_lines(state, cursor, lambda memory: Lines(state.path, memory, known), MARKERS)


def agent_at(path: str) -> str:
    """Give the agent by the folder that its files are in; "" where it is not the usual one.

    >>> agent_at("/srv/dev/.openclaw/agents/main/sessions/s1.jsonl")
    'main'
    """
    parts = os.path.dirname(path).replace(os.sep, "/").split("/")
    places = [at for at, part in enumerate(parts[:-1]) if part == "agents"]
    return clean_name(parts[places[-1] + 1]) if places else ""


class Lines:
    """What the lines of one transcript say; the first one names the session.

    `known` gives what the store around it tells of sessions; `key` is the session's key where
    the store has nothing else of it.
    """

    def __init__(self, path: str, memory: str, known: Known, key: str = "") -> None:
        self._path = path
        self._agent = agent_at(path)
        self._known = known
        self._events: list[UsageEvent] = []
        read = parse_object(memory) if memory else {}
        self._session = Session(
            read.get("session") or session_named(path),
            key=key,
            cwd=read.get("cwd", ""),
            start_ms=read.get("start_ms", 0),
            source=read.get("source", ""),
        )
        self._asked: str = read.get("asked", "")

    def take(self, offset: int, line: JsonObject) -> None:
        """Take in one record, or one that is wrapped in a row of a cold archive."""
        if line.get("kind") == "event":
            line = parse_object(text) if isinstance(text := member(line, "row", "event_json"), str) else {}
        if line.get("type") == "session":
            self._session = headed(line, self._session)
        elif (asked := asked_by(line)) is not None:
            self._asked = asked
        elif used := used_of(line):
            origin = origin_of(used, self._told(), self._known, self._agent, self._asked)
            self._events.append(event_of(used, origin, Place(self._path, offset)))

    def events(self) -> Sequence[UsageEvent]:
        """Give the events of all records taken."""
        return self._events

    def memory(self) -> str:
        """Give what the lines so far say of those that are still to come."""
        session = self._session
        known = {"session": session.id, "cwd": session.cwd, "start_ms": session.start_ms}
        return json.dumps({**known, "source": session.source, "asked": self._asked})

    def _told(self) -> Session:
        """Add what the store tells of the session."""
        session = self._session
        told = self._known(session.id)
        if told is None:
            return session
        return told._replace(
            cwd=session.cwd or told.cwd,
            start_ms=session.start_ms or told.start_ms,
            source=told.source or session.source,
        )


def headed(line: JsonObject, session: Session) -> Session:
    """Add what the first line of a transcript says: `{"type":"session","id","timestamp","cwd"}`."""
    return session._replace(
        id=clean_name(line.get("id")) or session.id,
        cwd=clean_name(line.get("cwd")) or session.cwd,
        start_ms=instant_ms(line.get("timestamp")) or session.start_ms,
        source=source_of(line.get("parentSession")) or session.source,
    )


def session_named(path: str) -> str:
    """Give the session of a file's name."""
    return re.split(r"\.jsonl", os.path.basename(path), maxsplit=1)[0]

"""Who a session belongs to: its agent, who asked for it, and what it was forked or started from.

Two stores tell it: tables of the database, and the `sessions.json` of older releases. A session
has a key that stays ("agent:main:main", "agent:main:subagent:<uuid>", "agent:main:cron:<job>:run:
<id>") and a session id that changes when it starts anew.

Source: OpenClaw 2026.6.11 and 2026.9.6 run, 2026-11-22.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

from token_tracker.model import Origin
from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import member
from token_tracker.sources._fields import parse_object
from token_tracker.sources._roots import open_file
from token_tracker.sources.openclaw.messages import ANNOUNCEMENT
from token_tracker.sources.openclaw.messages import DRIVEN
from token_tracker.sources.openclaw.messages import SOURCE_ID
from token_tracker.sources.openclaw.messages import Used

INITIATORS = {
    "channel": "manual",
    "cron": "scheduled",
    "operator": "manual",
    "run": "manual",
    "spawn": "agent",
    "talk": "manual",
}
"""What made a session (`created_via`), as this program names who asked for it."""

DEEPEST = 30
"""So many forks of forks are followed; a circle is none."""

LARGEST_INDEX = 64 << 20


class Session(NamedTuple):
    """What is known of one session; "" and 0 where nothing is.

    `source`: the session whose history it began with. `started_by`: the session that spawned
    it. `start_ms`: when it began: what it holds of an earlier time was copied. `driven`: sessions
    of programs that it drives, by our id of the program.
    """

    id: str
    key: str = ""
    cwd: str = ""
    start_ms: int = 0
    source: str = ""
    started_by: str = ""
    created_via: str = ""
    driven: tuple[tuple[str, str], ...] = ()


Known = Callable[[str], Session | None]
"""Gives a session by its id; None where the store knows nothing of it."""


def origin_of(used: Used, session: Session, known: Known, agent: str, asked: str = "") -> Origin:
    """Say where a response belongs: to the session that first had it, below its root.

    `agent`: the agent whose folder it is in, for sessions without a key. `asked`: who asked in
    this place of the session, where that is not who began it.
    """
    owner = _owner(used, session, known)
    root = _root(owner, known)
    program, _, below = used.driven.partition("/")
    below = below or dict(owner.driven).get(program, "")
    return Origin(
        source=SOURCE_ID,
        cwd=owner.cwd or session.cwd,
        session=root.id,
        agent=_agent_of(owner.key) or agent,
        agent_id=owner.id if owner.id != root.id else "",
        initiator="agent" if used.run.startswith(ANNOUNCEMENT) else asked or begun_by(owner),
        parent=owner.started_by or owner.source,
        wraps=f"{program}/{below}" if program else "",
    )


def source_of(parent: object) -> str:
    """Read the session that a header names as its parent: a place in a database, or a file."""
    text = clean_name(parent)
    if text.startswith("sqlite:"):
        return [*text.split(":"), "", ""][2]
    return text.replace("\\", "/").rpartition("/")[2].partition(".jsonl")[0]


def driven_by(entry: JsonObject) -> tuple[tuple[str, str], ...]:
    """Read which sessions of other programs a session drives, of its entry in either store."""
    found = {}
    for name, program in DRIVEN.items():
        below = clean_name(member(entry, "cliSessionBindings", name, "sessionId")) or clean_name(
            member(entry, "cliSessionIds", name)
        )
        if below:
            found[program] = below
    if old := clean_name(entry.get("claudeCliSessionId")):
        found.setdefault(DRIVEN["claude-cli"], old)
    return tuple(sorted(found.items()))


def index_beside(path: str) -> dict[str, Session]:
    """Give the sessions that the index beside a transcript names, by id; none where there is none."""
    place = os.path.join(os.path.dirname(path), "sessions.json")
    try:
        stat = os.stat(place)
    except OSError:
        return {}
    return _index(place, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4)
def _index(place: str, _mtime_ns: int, size: int) -> dict[str, Session]:
    """Read an index: `{key: {"sessionId", "spawnedBy", "createdVia", "cliSessionBindings"}}`."""
    if size > LARGEST_INDEX:
        return {}
    try:
        with open_file(place) as file:
            entries = parse_object(file.read())
    except (OSError, ValueError):
        return {}
    ids = {key: clean_name(member(entry, "sessionId")) for key, entry in entries.items()}
    return {
        ids[key]: Session(
            ids[key],
            key=clean_name(key),
            started_by=ids.get(clean_name(entry.get("spawnedBy")), ""),
            created_via=clean_name(entry.get("createdVia")),
            driven=driven_by(entry),
        )
        for key, entry in entries.items()
        if isinstance(entry, dict) and ids[key]
    }


def _owner(used: Used, session: Session, known: Known) -> Session:
    """Follow a copy back to the session that was there when the response was logged."""
    for _ in range(DEEPEST):
        if not session.source or not used.written_ms or used.written_ms >= session.start_ms:
            break
        session = known(session.source) or Session(session.source)
    return session


def _root(session: Session, known: Known) -> Session:
    """Follow a spawned session up to the one that a person knows."""
    for _ in range(DEEPEST):
        if not session.started_by or session.started_by == session.id:
            break
        session = known(session.started_by) or Session(session.started_by)
    return session


def _agent_of(key: str) -> str:
    """Give the agent of a session key.

    >>> _agent_of("agent:main:cron:job1"), _agent_of("global")
    ('main', '')
    """
    parts = key.split(":")
    return parts[1] if len(parts) > 2 and parts[0] == "agent" else ""


def begun_by(session: Session) -> str:
    """Say who began a session; older stores tell it by the key alone."""
    if session.created_via:
        return INITIATORS.get(session.created_via, "")
    if ":subagent:" in session.key:
        return "agent"
    return "scheduled" if ":cron:" in session.key else ""

"""A session's log of Copilot CLI: `session-state/<session>/events.jsonl`.

A fork begins with copies of its parent's lines, told apart by their time: it is before the
fork's own start. Logs of before requests were recorded have only what a run of the host came
to in the end; that is a running total.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import an_object
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._fields import member
from token_tracker.sources._ids import event_id
from token_tracker.sources._json_lines import read_json_lines
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import RunningTotal
from token_tracker.sources.copilot.requests import COMPACTION
from token_tracker.sources.copilot.requests import PROVIDER
from token_tracker.sources.copilot.requests import SOURCE
from token_tracker.sources.copilot.requests import Request
from token_tracker.sources.copilot.requests import moment
from token_tracker.sources.copilot.requests import short_hash
from token_tracker.sources.copilot.requests import token_counts
from token_tracker.sources.copilot.session_store import first_request_ms

STORE = "session-store.db"
TYPES = (
    "session.start",
    "session.resume",
    "session.context_changed",
    "subagent.started",
    "skill.invoked",
    "session.usage_record",
    "session.compaction_complete",
    "session.shutdown",
)
MARKERS = tuple(f'"{name}"'.encode() for name in TYPES)
COUNTS = ("inputTokens", "outputTokens", "cacheReadTokens", "cacheWriteTokens", "reasoningTokens")


def read(state: FileState, cursor: Cursor | None) -> Reading:
    """Read what a log holds beyond `cursor`.

    Raises:
        OSError: the log, or the database that may know better than its totals, cannot be read.
    """
    takers: list[SessionLines] = []

    def begin(memory: str) -> SessionLines:
        takers.append(SessionLines(state.path, memory))
        return takers[-1]

    reading = read_json_lines(state, cursor, begin, MARKERS)
    return reading._replace(agent_names=takers[-1].agent_names, totals=takers[-1].totals())


class SessionLines:
    """The lines of one session's log, taken in from its start or from where the memory ends."""

    def __init__(self, path: str, memory: str) -> None:
        known: dict[str, Any] = json.loads(memory) if memory else {}
        self.agent_names: dict[str, str] = known.get("agents", {})
        self._path = path
        self._session: str = known.get("session", "")
        self._started_ms: int = known.get("started", 0)
        self._cwd: str = known.get("cwd", "")
        self._branch: str = known.get("branch", "")
        self._parent: str = known.get("parent", "")
        self._alike: dict[str, list[str]] = known.get("alike", {})
        self._runs: dict[str, list[int]] = known.get("runs", {})
        self._skills: dict[str, str] = known.get("skills", {})
        self._called: list[str] = known.get("called", [])
        self._has_requests: bool = known.get("has_requests", False)
        self._events: list[UsageEvent] = []
        self._totals: list[RunningTotal] = []

    def take(self, offset: int, line: JsonObject) -> None:
        """Take in one line.

        Raises:
            UsageInvalidError: it tells of usage that cannot be counted.
        """
        what, content = line.get("type"), an_object(line.get("data"))
        if what in ("session.start", "session.resume", "session.context_changed"):
            self._take_place(what, content)
        elif what == "subagent.started":
            self._take_agent(line, content)
        elif what == "skill.invoked":
            run = clean_name(line.get("agentId"))
            self._skills[run] = clean_name(content.get("name"))
            self._called.append(run)
        elif what == "session.usage_record":
            self._take_request(offset, line, an_object(content.get("usage")))
        elif what == "session.compaction_complete":
            self._take_compaction(offset, line, content)
        elif what == "session.shutdown":
            self._take_run(offset, line, content)

    def events(self) -> Sequence[UsageEvent]:
        """Give the events of all lines taken."""
        return self._events

    def memory(self) -> str:
        """Give what to know to go on behind the last line."""
        known = {
            "session": self._session,
            "started": self._started_ms,
            "cwd": self._cwd,
            "branch": self._branch,
            "parent": self._parent,
            "agents": self.agent_names,
            "alike": self._alike,
            "runs": self._runs,
            "skills": self._skills,
            "called": self._called,
            "has_requests": self._has_requests,
        }
        return json.dumps({name: value for name, value in known.items() if value}, separators=(",", ":"))

    def totals(self) -> Sequence[RunningTotal]:
        """Give the totals of runs, those left out whose requests the database has.

        Raises:
            OSError: the database is there and cannot be read.
        """
        store = Path(self._path).parents[2] / STORE
        if not self._totals or not store.exists():
            return self._totals
        since = first_request_ms(str(store), self._owner)
        return [total for total in self._totals if since is None or total.first_ms < since]

    @property
    def _owner(self) -> str:
        return self._session or clean_name(os.path.basename(os.path.dirname(self._path)))

    def _take_place(self, what: str, content: JsonObject) -> None:
        if what == "session.start":
            self._session = clean_name(content.get("sessionId"))
            self._started_ms = instant_ms(content.get("startTime")) or 0
            self._parent = clean_name(content.get("detachedFromSpawningParentSessionId"))
        if what == "session.resume" and "sessionLimits" not in content:
            self._runs = {}  # up to 1.0.65 a run that goes on with a session counts from zero
        place = an_object(content.get("context")) if what != "session.context_changed" else content
        self._cwd = clean_name(place.get("cwd")) or self._cwd
        self._branch = clean_name(place.get("branch")) or self._branch

    def _take_agent(self, line: JsonObject, content: JsonObject) -> None:
        run, name = clean_name(line.get("agentId")), clean_name(content.get("agentName"))
        if run and name:
            self.agent_names[run] = name

    def _take_request(self, offset: int, line: JsonObject, usage: JsonObject) -> None:
        counts = token_counts(*(usage.get(name) for name in COUNTS))
        at_ms = moment(line.get("timestamp"))
        agent = clean_name(line.get("agentId"))
        named = clean_name(member(usage, "accounting", "sourceSessionId"))
        session = self._session_at(at_ms, "" if agent else named)
        kind = clean_name(usage.get("initiator"))
        request = Request(agent or session, clean_name(usage.get("model")), counts, kind)
        self._has_requests = True
        self._runs = {}
        skill = self._skill_of(request, agent)
        count = self._count(request, clean_name(member(usage, "accounting", "usageId")) or line.get("id"))
        if count:
            origin = self._origin(session, agent)._replace(skill=skill)
            self._events.append(request.event(at_ms, origin, self._place(offset), count))

    def _take_compaction(self, offset: int, line: JsonObject, content: JsonObject) -> None:
        used = content.get("compactionTokensUsed")
        if not isinstance(used, dict):
            return  # it failed, or nothing is known of its cost
        model = clean_name(used.get("model")) or clean_name(content.get("model"))
        at_ms = moment(line.get("timestamp"))
        session = self._session_at(at_ms, "")
        request = Request(session, model, token_counts(*(used.get(name) for name in COUNTS)), COMPACTION)
        self._events.append(request.event(at_ms, self._origin(session, ""), self._place(offset)))

    def _take_run(self, offset: int, line: JsonObject, content: JsonObject) -> None:
        """Take in what a run came to: the total of the session is of this and earlier ones since 1.0.66."""
        at_ms, identity = moment(line.get("timestamp")), clean_name(line.get("id"))
        if self._has_requests or not identity:
            return
        for name, metrics in an_object(content.get("modelMetrics")).items():
            usage = an_object(an_object(metrics).get("usage"))
            now = token_counts(*(usage.get(count) for count in COUNTS))
            before = self._runs.get(name)
            if before is None or any(one < other for one, other in zip(now, before, strict=True)):
                before = [0] * len(now)  # the host began to count anew
            self._runs[name] = list(now)
            grown = Tokens(*(one - other for one, other in zip(now, before, strict=True)))
            if any(grown):
                self._totals.append(
                    RunningTotal(
                        event_id(SOURCE, "run", identity, name),
                        at_ms,
                        at_ms,
                        Service(PROVIDER, clean_name(name)),
                        self._origin(self._owner, ""),
                        grown,
                        None,
                        None,
                        self._place(offset),
                    )
                )

    def _skill_of(self, request: Request, agent: str) -> str:
        """Give the skill a request works in: from its call to the end of what the person asked."""
        if request.kind == "user" and agent not in self._called:
            self._skills.pop(agent, None)
        self._called = [run for run in self._called if run != agent]
        return self._skills.get(agent, "")

    def _count(self, request: Request, identity: object) -> int:
        """Say which of the requests alike this is, from 1; 0 when its line was there before."""
        alike = self._alike.setdefault(request.short_key, [])
        mark = short_hash(str(identity))
        if mark in alike:
            return 0
        alike.append(mark)
        return len(alike)

    def _session_at(self, at_ms: int, named: str) -> str:
        """Give the session a line belongs to: in a fork's log, an early one is its parent's."""
        if at_ms >= self._started_ms:
            return self._session or named or self._owner
        if named:
            self._parent = named
        return self._parent or self._owner

    def _origin(self, session: str, agent: str) -> Origin:
        parent = "" if session == self._parent else self._parent
        return Origin(
            SOURCE,
            self._cwd,
            session,
            self._branch,
            self.agent_names.get(agent, ""),
            agent,
            parent=parent,
        )

    def _place(self, offset: int) -> Place:
        return Place(self._path, offset)

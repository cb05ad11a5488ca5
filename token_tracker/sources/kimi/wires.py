"""Read one log of Kimi Code or Kimi CLI: `wire.jsonl`, of a session or of a sub-agent.

Kimi Code writes a `usage.record` per response, under the name that the person gave the model;
what that name stood for is in the `llm.request` before it. Kimi CLI writes a `StatusUpdate` with
the vendor's id of the response; a sub-agent's stands in its own log, and once more, wrapped, in
that of the session.
"""

from __future__ import annotations

import json
from pathlib import Path

from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import UsageInvalidError
from token_tracker.sources._fields import an_object
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._fields import member
from token_tracker.sources._fields import parse_object
from token_tracker.sources._fields import whole_count
from token_tracker.sources._ids import event_id
from token_tracker.sources._ids import response_event_id
from token_tracker.sources.kimi.sessions import Sessions

MARKERS = (
    b'"usage.record"',
    b'"llm.request"',
    b'"profile.bind"',
    b'"turn.prompt"',
    b'"Skill"',
    b'"token_usage"',
)
MAIN = "main"
ASKED_BY = {"user": "manual", "cron_job": "scheduled", "cron_missed": "scheduled"}
"""What starts a turn, by the `origin.kind` of its prompt; of other kinds we say nothing."""


class Wire:
    """The responses of one log, and what its lines say about those that follow."""

    def __init__(self, path: str, memory: str) -> None:
        known = parse_object(memory) if memory else {}
        self._path = path
        place = Path(path).parent
        is_sub_agent = place.parent.name == "subagents"
        self._run = place.name if is_sub_agent else ""
        is_code = place.parent.name == "agents"
        self._sessions = Sessions(place.parent.parent if is_sub_agent or is_code else place)
        self._models: dict[str, str] = known.get("models", {})
        self._profile: str = known.get("profile", "")
        self._skill: str = known.get("skill", "")
        self._asked_by: str = known.get("asked_by", "")
        self._kept: dict[bytes, UsageEvent] = {}

    def memory(self) -> str:
        """Give what the lines behind the last one must know."""
        return json.dumps(
            {
                "models": self._models,
                "profile": self._profile,
                "skill": self._skill,
                "asked_by": self._asked_by,
            }
        )

    def events(self) -> list[UsageEvent]:
        """Give one event per response."""
        return list(self._kept.values())

    def take(self, offset: int, line: JsonObject) -> None:
        """Take in a line of either program.

        Raises:
            UsageInvalidError: a response cannot be counted or dated.
        """
        match line.get("type"):
            case "usage.record":
                self._take_record(offset, line)
            case "llm.request":
                self._models[clean_name(line.get("modelAlias"))] = clean_name(line.get("model"))
            case "profile.bind":
                self._profile = clean_name(line.get("profileName"))
            case "turn.prompt":
                self._skill = ""
                self._asked_by = ASKED_BY.get(clean_name(member(line, "origin", "kind")), "")
            case "context.append_loop_event":
                if member(line, "event", "type") == "tool.call" and member(line, "event", "name") == "Skill":
                    self._skill = clean_name(member(line, "event", "args", "skill"))
            case None:
                self._take_message(offset, line.get("timestamp"), an_object(line.get("message")))

    def _take_record(self, offset: int, line: JsonObject) -> None:
        """Take in a response of Kimi Code.

        `usageScope` "session" is no running total: it marks what no turn asked for, such as a
        compaction. A fork copies the log to the letter, so that the session is no part of the id.
        """
        at_ms = instant_ms(line.get("time"))
        counts = _tokens(line.get("usage"), "inputOther", "inputCacheRead", "inputCacheCreation")
        agent_id, alias = clean_name(line.get("agentId")), clean_name(line.get("model"))
        if at_ms is None:
            raise UsageInvalidError
        is_main = agent_id in ("", MAIN)
        session, parent = self._sessions.owner(at_ms)
        self._keep(
            event_id("kimi", agent_id, alias, at_ms, *counts),
            at_ms,
            self._models.get(alias) or alias,
            Origin(
                source="kimi",
                cwd=self._sessions.folder(),
                session=session,
                agent="" if is_main else self._profile,
                agent_id="" if is_main else agent_id,
                skill=self._skill,
                initiator="skill" if self._skill else self._asked_by if is_main else "agent",
                parent=parent,
            ),
            counts,
            offset,
        )

    def _take_message(self, offset: int, timestamp: object, message: JsonObject) -> None:
        """Take in a message of Kimi CLI, its own or one of a sub-agent."""
        run, agent = self._run, self._sessions.agent_type(self._run) if self._run else ""
        if message.get("type") == "SubagentEvent":
            payload = an_object(message.get("payload"))
            run, agent = clean_name(payload.get("agent_id")), clean_name(payload.get("subagent_type"))
            message = an_object(payload.get("event"))
        status = an_object(message.get("payload"))
        if message.get("type") != "StatusUpdate" or status.get("token_usage") is None:
            return
        at_ms = instant_ms(timestamp)
        counts = _tokens(status["token_usage"], "input_other", "input_cache_read", "input_cache_creation")
        identity = clean_name(status.get("message_id"))
        if at_ms is None:
            raise UsageInvalidError
        if not identity and run != self._run and self._sessions.has_log_of(run):
            return  # without an id of the vendor only the sub-agent's own line tells it from others
        session = self._sessions.name
        self._keep(
            response_event_id("kimi", identity, session, run, *counts)
            if identity
            else event_id("kimi", session, run, at_ms, *counts),
            at_ms,
            "",
            Origin(
                source="kimi",
                cwd=self._sessions.folder(),
                session=session,
                agent=agent,
                agent_id=run,
                initiator="agent" if run else "",
            ),
            counts,
            offset,
        )

    def _keep(
        self, identity: bytes, at_ms: int, model: str, origin: Origin, tokens: Tokens, offset: int
    ) -> None:
        event = UsageEvent(
            id=identity,
            at_ms=at_ms,
            own_at_ms=at_ms,
            service=Service("", model),
            origin=origin,
            tokens=tokens,
            web_searches=0,
            sidechain=False,
            stopped=True,
            host_cost_pico=None,
            place=Place(self._path, offset),
        )
        kept = self._kept.get(identity)
        self._kept[identity] = event if kept is None else kept.merged(event)


def _tokens(usage: object, other: str, read: str, written: str) -> Tokens:
    """Read counts that are disjoint already; the lifetime of what was written is not told.

    Raises:
        UsageInvalidError: a count is no whole number from 0 to 10^12.
    """
    if not isinstance(usage, dict):
        raise UsageInvalidError
    return Tokens(
        whole_count(usage.get(other)),
        whole_count(usage.get(read)),
        whole_count(usage.get(written)),
        output=whole_count(usage.get("output")),
    )

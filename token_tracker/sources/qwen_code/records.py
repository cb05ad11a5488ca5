"""One response in Qwen Code's ledger, and the same response in a chat.

A ledger line has the counts, the session and what asked; a chat's telemetry line has the folder,
the branch and the run of a sub-agent besides. Either may be switched off, so both are read, and
both give one id: that of what the host copies from one event into both lines. The chat's record
is kept where both are there. The counts at a chat's answers repeat its telemetry and are not read.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.sources._fields import LARGEST_COUNT
from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import UsageInvalidError
from token_tracker.sources._fields import an_object
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._fields import is_up_to
from token_tracker.sources._fields import member
from token_tracker.sources._fields import parse_object
from token_tracker.sources._fields import whole_count
from token_tracker.sources._ids import event_id
from token_tracker.sources._providers import billing_provider
from token_tracker.sources.qwen_code.chats import Chats

MARKERS = (b'"inputTokens"', b'"ui_telemetry"', b'"user"')
"""What a ledger line, a telemetry line and a prompt hold."""

RESPONSE = "qwen-code.api_response"
TOOL_CALL = "qwen-code.tool_call"
BESIDE = ("gemini", "vertex-ai")
"""Ways of asking whose thoughts stand beside the output."""
NO_VENDOR = ("openai", "anthropic", "unknown", "")
"""Ways of asking that name a wire, not who is behind it."""


class Counts(NamedTuple):
    """The counts of one response as both lines have them; `prompt` has the cache inside."""

    prompt: int
    cached: int
    output: int
    thoughts: int
    total: int

    def tokens(self, auth_type: str) -> Tokens:
        """Make the counts disjoint; their sum tells whether the thoughts are inside the output.

        >>> Counts(4000, 2400, 200, 80, 4200).tokens("openai")
        Tokens(input=1600, cache_read=2400, cache_write_5m=0, cache_write_1h=0, output=200, reasoning=80)
        >>> Counts(1000, 600, 50, 20, 1070).tokens("gemini")
        Tokens(input=400, cache_read=600, cache_write_5m=0, cache_write_1h=0, output=70, reasoning=20)
        """
        cached = min(self.cached, self.prompt)
        beside = self.total - self.prompt - self.output
        adds = beside == self.thoughts or (beside and auth_type in BESIDE)
        output = self.output + (self.thoughts if adds else 0)
        return Tokens(self.prompt - cached, cached, output=output, reasoning=min(self.thoughts, output))


class Records:
    """The responses of one file, and what its lines say about those that follow."""

    def __init__(self, path: str, memory: str) -> None:
        known = parse_object(memory) if memory else {}
        self._path = path
        self._chats = Chats(Path(path))
        self._skill: str = known.get("skill", "")
        self._parent: str = known.get("parent", "")
        self._kept: dict[bytes, UsageEvent] = {}

    def memory(self) -> str:
        """Give what the lines behind the last one must know."""
        return json.dumps({"skill": self._skill, "parent": self._parent})

    def events(self) -> list[UsageEvent]:
        """Give one event per response."""
        return list(self._kept.values())

    def take(self, offset: int, line: JsonObject) -> None:
        """Take in a line of the ledger or of a chat.

        Raises:
            UsageInvalidError: a response cannot be counted, dated or told from others.
        """
        if "inputTokens" in line and "apiDurationMs" in line:
            self._take_ledger_line(offset, line)
        elif line.get("type") == "user":
            self._skill = ""
        elif line.get("subtype") == "ui_telemetry":
            self._take_telemetry(offset, line, an_object(member(line, "systemPayload", "uiEvent")))

    def _take_ledger_line(self, offset: int, line: JsonObject) -> None:
        asked_by = clean_name(line.get("source"))
        agent = "" if asked_by == "main" else asked_by
        session = clean_name(line.get("sessionId"))
        self._keep(
            offset,
            at_ms=instant_ms(line.get("timestamp")),
            counts=_counts(
                line, "inputTokens", "cachedTokens", "outputTokens", "thoughtsTokens", "totalTokens"
            ),
            duration_ms=_milliseconds(line.get("apiDurationMs")),
            model=clean_name(line.get("model")),
            auth_type=clean_name(line.get("authType")),
            origin=Origin(
                source="qwen-code",
                cwd=self._chats.folder_of(session),
                session=session,
                agent=agent,
                initiator="agent" if agent else "",
            ),
            is_chat=False,
        )

    def _take_telemetry(self, offset: int, line: JsonObject, told: JsonObject) -> None:
        session = clean_name(line.get("sessionId"))
        if isinstance(line.get("forkedFrom"), dict):
            self._parent = clean_name(member(line, "forkedFrom", "sessionId"))
            session, parent = self._chats.first_owner(clean_name(line.get("uuid")), self._parent), ""
        else:
            parent = self._parent
        agent = clean_name(told.get("subagent_name"))
        if told.get("event.name") == TOOL_CALL and told.get("function_name") == "skill" and not agent:
            self._skill = clean_name(member(told, "function_args", "skill"))
        if told.get("event.name") != RESPONSE:
            return
        skill = "" if agent else self._skill
        self._keep(
            offset,
            at_ms=instant_ms(line.get("timestamp")),
            counts=_counts(
                told,
                "input_token_count",
                "cached_content_token_count",
                "output_token_count",
                "thoughts_token_count",
                "total_token_count",
            ),
            duration_ms=_milliseconds(told.get("duration_ms")),
            model=clean_name(told.get("model")) or "unknown",
            auth_type=clean_name(told.get("auth_type")),
            origin=Origin(
                source="qwen-code",
                cwd=clean_name(line.get("cwd")),
                session=session,
                branch=clean_name(line.get("gitBranch")),
                agent=agent,
                agent_id=clean_name(told.get("subagent_id")),
                skill=skill,
                initiator="agent" if agent else "skill" if skill else "",
                parent=parent,
            ),
            is_chat=True,
        )

    def _keep(
        self,
        offset: int,
        *,
        at_ms: int | None,
        counts: Counts,
        duration_ms: int,
        model: str,
        auth_type: str,
        origin: Origin,
        is_chat: bool,
    ) -> None:
        if at_ms is None or not origin.session:
            raise UsageInvalidError
        provider = "" if auth_type in NO_VENDOR else billing_provider(auth_type)
        used = counts.tokens(auth_type)
        event = UsageEvent(
            # Not the time: the host takes it anew for each of the two lines.
            id=event_id("qwen-code", origin.session, model, duration_ms, *counts),
            at_ms=at_ms,
            own_at_ms=at_ms,
            service=Service(provider, model),
            origin=origin,
            tokens=used,
            web_searches=0,
            sidechain=False,
            stopped=is_chat,  # of two copies the chat's is kept: it knows more of who asked
            host_cost_pico=None,
            place=Place(self._path, offset),
        )
        kept = self._kept.get(event.id)
        self._kept[event.id] = event if kept is None else kept.merged(event)


def _counts(line: JsonObject, prompt: str, cached: str, output: str, thoughts: str, total: str) -> Counts:
    """Read the counts of a line and complete them as the host does for its ledger."""
    held, out, thought = (whole_count(line.get(name)) for name in (cached, output, thoughts))
    asked = whole_count(line.get(prompt)) or held
    return Counts(asked, held, out, thought, whole_count(line.get(total)) or asked + out + thought)


def _milliseconds(value: object) -> int:
    """Read a duration as the host cuts it for its ledger; 0 when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not is_up_to(value, LARGEST_COUNT):
        return 0
    return int(value)

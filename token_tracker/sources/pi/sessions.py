"""Read one session of Pi: a tree of entries, whose every branch was paid for.

Usage stands in five places: at an answer (`message.usage` of an assistant), at a tool's result
(models that the tool asked), in entries of type `usage` (warming of the cache and the like), and at
`compaction` and `branch_summary` entries. A fork or clone begins with the entries it goes on from,
with their ids and times.
"""

from __future__ import annotations

import json
from pathlib import Path
from pathlib import PureWindowsPath
from typing import NamedTuple

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
from token_tracker.sources._fields import objects
from token_tracker.sources._fields import parse_object
from token_tracker.sources._fields import pico
from token_tracker.sources._fields import whole_count
from token_tracker.sources._ids import event_id
from token_tracker.sources._ids import response_event_id
from token_tracker.sources._providers import billing_provider
from token_tracker.sources._roots import open_file

MARKERS = (b'"session"', b'"usage"', b'"user"', b'"model_change"')
"""What the head, an entry with usage, a prompt and a change of the model hold."""
SUMMARIES = ("compaction", "branch_summary")
FAILED = ("error", "aborted")
SKILL_FILE = "SKILL.md"


class Head(NamedTuple):
    """The first line of a session; `origin` is the file name of the session it was forked from."""

    session: str = ""
    cwd: str = ""
    begun_ms: int = 0
    origin: str = ""

    @property
    def parent(self) -> str:
        """Give the id of the session it was forked from: what follows the time in its file's name."""
        return self.origin.removesuffix(".jsonl").rpartition("_")[2]


class Session:
    """The responses of one file, and what its entries say about those that follow."""

    def __init__(self, path: str, memory: str) -> None:
        known = parse_object(memory) if memory else {}
        self._path = path
        self._head = Head(*known.get("head", ()))
        self._asked: tuple[str, str] = tuple(known.get("asked", ("", "")))
        self._skill: str = known.get("skill", "")
        self._answer: tuple[str, str] = tuple(known.get("answer", ("", "")))
        self._kept: dict[bytes, UsageEvent] = {}

    def memory(self) -> str:
        """Give what the entries behind the last one must know."""
        return json.dumps(
            {"head": self._head, "asked": self._asked, "skill": self._skill, "answer": self._answer}
        )

    def events(self) -> list[UsageEvent]:
        """Give one event per response."""
        return list(self._kept.values())

    def take(self, offset: int, entry: JsonObject) -> None:
        """Take in one entry.

        Raises:
            UsageInvalidError: its usage cannot be counted or dated.
        """
        message = an_object(entry.get("message"))
        match entry.get("type"):
            case "session":
                self._head = head_of(entry)
            case "model_change":
                self._asked = (clean_name(entry.get("provider")), clean_name(entry.get("modelId")))
            case "usage":
                self._keep(offset, entry, entry, _asked(entry))
            case kind if kind in SUMMARIES:
                self._keep(offset, entry, entry, self._asked)
            case "message":
                self._take_message(offset, entry, message)

    def _take_message(self, offset: int, entry: JsonObject, message: JsonObject) -> None:
        match message.get("role"):
            case "user":
                self._skill = ""
            case "assistant":
                self._asked = _asked(message)
                identity = clean_name(entry.get("id"))
                if identity and identity == self._answer[0]:
                    self._skill = self._answer[1]  # the same entry again: not yet of the skill it starts
                self._answer = (identity, self._skill)
                self._keep(offset, entry, message, self._asked)
                self._skill = _skill_read(message) or self._skill
            case "toolResult":
                self._keep(offset, entry, message, ("", ""))  # which model the tool asked is not told

    def _keep(self, offset: int, entry: JsonObject, holder: JsonObject, asked: tuple[str, str]) -> None:
        usage = holder.get("usage")
        if usage is None:
            return
        counts = token_counts(usage)
        if holder.get("stopReason") in FAILED and not any(counts):
            return
        at_ms = instant_ms(entry.get("timestamp"))
        if at_ms is None:
            raise UsageInvalidError
        response, provider, model = clean_name(holder.get("responseId")), *asked
        session, parent = self._owner(at_ms)
        event = UsageEvent(
            id=response_event_id("pi", response, model, at_ms, *counts)
            if response
            else event_id("pi", clean_name(entry.get("id")), at_ms, *counts),
            at_ms=at_ms,
            own_at_ms=at_ms,
            service=Service(billing_provider(provider), model),
            origin=Origin(
                source="pi",
                cwd=self._head.cwd,
                session=session,
                skill=self._skill,
                initiator="skill" if self._skill else "",
                parent=parent,
            ),
            tokens=counts,
            web_searches=0,
            sidechain=False,
            stopped=True,
            host_cost_pico=pico(member(usage, "cost", "total")) or None,  # 0: it knows no price
            place=Place(self._path, offset),
        )
        kept = self._kept.get(event.id)
        self._kept[event.id] = event if kept is None else kept.merged(event)

    def _owner(self, at_ms: int) -> tuple[str, str]:
        """Give the session in which a response of this moment was asked, and what that was forked from.

        What is older than a fork is a copy of what its origin has.
        """
        head, seen = self._head, {""}
        while head.origin not in seen and at_ms < head.begun_ms:
            seen.add(head.origin)
            parent = head.parent
            head = _head_in(Path(self._path).parent / head.origin)
            if head.session != parent:
                return parent, ""
        return head.session, head.parent


def head_of(line: JsonObject) -> Head:
    """Read the first line of a session."""
    origin = PureWindowsPath(clean_name(line.get("parentSession"))).name  # splits at both kinds of slashes
    begun_ms = instant_ms(line.get("timestamp")) or 0
    return Head(clean_name(line.get("id")), clean_name(line.get("cwd")), begun_ms, origin)


def token_counts(usage: object) -> Tokens:
    """Read counts that are disjoint but for two: 1-hour writes are part of the writes.

    Raises:
        UsageInvalidError: a count is no whole number from 0 to 10^12.
    """
    if not isinstance(usage, dict):
        raise UsageInvalidError
    written, output = whole_count(usage.get("cacheWrite")), whole_count(usage.get("output"))
    hour = min(whole_count(usage.get("cacheWrite1h")), written)
    return Tokens(
        whole_count(usage.get("input")),
        whole_count(usage.get("cacheRead")),
        written - hour,
        hour,
        output,
        min(whole_count(usage.get("reasoning")), output),
    )


def _asked(holder: JsonObject) -> tuple[str, str]:
    return clean_name(holder.get("provider")), clean_name(holder.get("model"))


def _skill_read(message: JsonObject) -> str:
    """Name the skill whose instructions an answer asks to read: the folder they are in."""
    for block in objects(message.get("content")):
        if block.get("type") == "toolCall" and block.get("name") == "read":
            path = PureWindowsPath(clean_name(member(block, "arguments", "path")))
            if path.name == SKILL_FILE:
                return path.parent.name
    return ""


def _head_in(path: Path) -> Head:
    try:
        with open_file(path) as file:
            first = next((text for text in file if text.strip()), b"")
        return head_of(parse_object(first))
    except (OSError, ValueError):
        return Head()

"""What the lines of one rollout add up to: an event for every response, each once.

Newer releases write a `token_usage_record` for each response, under the vendor's id. Older
ones wrote only running totals, and repeated them; there the id of a response is made of its
turn and the totals behind it, which a copy in a fork has in common with the original.
"""

from __future__ import annotations

import json

from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import UsageEvent
from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import clean_name
from token_tracker.sources._ids import SHORTEST_UNIQUE_ID
from token_tracker.sources._ids import EventIds
from token_tracker.sources._ids import event_id
from token_tracker.sources._ids import response_event_id
from token_tracker.sources.codex.identity import Identity
from token_tracker.sources.codex.identity import identity_of
from token_tracker.sources.codex.identity import is_before
from token_tracker.sources.codex.identity import thread_of_name
from token_tracker.sources.codex.service import service_of
from token_tracker.sources.codex.usage import Record
from token_tracker.sources.codex.usage import Usage

MEMORY_VERSION = 1
COPYING_MS = 3000
"""A fork's copied lines are stamped anew, within so long of its start."""

_new = tuple.__new__  # skips the Python layer of a NamedTuple: this runs once for every response


class Thread:
    """A rollout read up to some line."""

    def __init__(self, path: str, memory: str = "") -> None:
        self._path = path
        self._events: dict[bytes, UsageEvent] = {}
        self._identity = Identity()
        self._started_ms = 0
        self._cwd = self._model = self._turn = self._tier = self._provider = self._skill = ""
        self._previous: Usage | None = None
        self._changes = 0
        self._recorded = 0
        if memory:
            self._recall(json.loads(memory))
        self._describe()

    def memory(self) -> str:
        """Give what to know to go on behind the last line."""
        return json.dumps(
            {
                "version": MEMORY_VERSION,
                "identity": self._identity._asdict(),
                "started_ms": self._started_ms,
                "cwd": self._cwd,
                "model": self._model,
                "turn": self._turn,
                "skill": self._skill,
                "tier": self._tier,
                "provider": self._provider,
                "previous": self._previous,
                "changes": self._changes,
                "recorded": self._recorded,
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )

    def events(self) -> list[UsageEvent]:
        """Give one event per response."""
        return list(self._events.values())

    def add_meta(self, at_ms: int | None, meta: JsonObject) -> None:
        """Take in a `session_meta`: the first is the thread's own, others are of its ancestors."""
        if self._identity.thread:
            self._identity = self._identity.with_ancestor(clean_name(meta.get("id")))
        else:
            self._identity = identity_of(meta)
            self._started_ms = at_ms or 0
        self._describe()

    def add_context(self, turn: str, model: str, cwd: str) -> None:
        """Take in a `turn_context`: what the responses after it are made with."""
        model, cwd = model or self._model, cwd or self._cwd
        if (turn, model, cwd) != (self._turn, self._model, self._cwd):
            self._skill = self._skill if turn == self._turn else ""
            self._turn, self._model, self._cwd = turn, model, cwd
            self._describe()

    def add_skill(self, skill: str) -> None:
        """Take in that the turn takes up a skill; it goes on to the end of the turn.

        Before turns had ids nothing says where one ends, so there no skill is told.
        """
        if skill and self._turn:
            self._skill = skill
            self._describe()

    def add_settings(self, tier: str, provider: str) -> None:
        """Take in a `thread_settings_applied`: on which terms the responses after it are asked for."""
        self._tier, self._provider = tier, provider or self._provider
        self._describe()

    def add_record(self, offset: int, at_ms: int, record: Record) -> None:
        """Take in a `token_usage_record`, of this thread or copied from one that it was forked from."""
        identity = _record_id(record)
        own = self._identity.thread
        is_own = record.thread in ("", own)
        origin = self._origin if is_own else self._origin_of(record.thread, record.session)
        if identity not in self._events:
            self._recorded += record.usage.total
        self._keep(identity, offset, at_ms, origin, record.usage, is_copy=bool(own) and not is_own)

    def add_totals(self, offset: int, at_ms: int, total: Usage, last: Usage | None) -> None:
        """Take in a `token_count`: running totals, and what the last response added to them."""
        previous, self._previous = self._previous, total
        if previous is not None and previous.total == total.total and previous.name() == total.name():
            return
        self._changes += 1
        usage = last or total.since(previous)
        if self._recorded:
            before = previous.total if previous else 0
            grown = usage.total if self._starts_elsewhere(previous) else total.total - before
            self._recorded = max(0, self._recorded - (grown if grown > 0 else usage.total))
            return
        if not usage.input + usage.output or self._starts_elsewhere(previous):
            return
        ancestor = self._copied_from(at_ms) if self._identity.ancestors else ""
        if ancestor and self._turn and self._identity.is_sub_agent:
            return  # an incomplete copy of the starter's history; the starter's own file has it all
        self._keep(
            self._totals_id(at_ms, total),
            offset,
            at_ms,
            self._origin_of(ancestor, ancestor) if ancestor else self._origin,
            usage,
            is_copy=bool(ancestor),
        )

    def _starts_elsewhere(self, previous: Usage | None) -> bool:
        """Say whether a running total holds what another thread used, nobody here knows how much."""
        return previous is None and self._identity.continues_totals

    def _keep(
        self, identity: bytes, offset: int, at_ms: int, origin: Origin, usage: Usage, *, is_copy: bool
    ) -> None:
        event = _new(
            UsageEvent,
            (
                identity,
                at_ms,
                at_ms,
                self._service,
                origin,
                usage.counts(),
                0,
                is_copy,
                True,
                None,
                _new(Place, (self._path, offset)),
                (),
                None,
            ),
        )
        kept = self._events.setdefault(identity, event)
        if kept is not event:
            self._events[identity] = kept.merged(event)

    def _totals_id(self, at_ms: int, total: Usage) -> bytes:
        """Name a response by what a copy of its line keeps: the turn, else the first ancestor."""
        if self._turn:
            return self._ids.of(total.name())
        stamp = "" if self._first_owner() else f"\x1f{at_ms}"
        return self._ids.of(f"{self._changes}\x1f{total.name()}{stamp}")

    def _first_owner(self) -> str:
        """Give the thread that the first lines are of; "" where neither they nor the file name one."""
        own = self._identity
        return own.ancestors[-1] if own.ancestors else own.thread or thread_of_name(self._path)

    def _copied_from(self, at_ms: int) -> str:
        """Give the thread that the lines being read are a copy of; "" for this thread's own."""
        own = self._identity
        copied = is_before(self._turn, own.thread)
        if copied is None:
            copied = at_ms <= self._started_ms + COPYING_MS
        if not copied:
            return ""
        later = (one for one in own.ancestors if is_before(self._turn, one) is False)
        return next(later, own.ancestors[-1])

    def _describe(self) -> None:
        """Work out what the responses to come have in common."""
        own = self._identity
        self._origin = Origin(
            source="codex",
            cwd=clean_name(self._cwd or own.cwd),
            session=own.session or thread_of_name(self._path),
            branch=own.branch,
            agent=own.agent,
            agent_id=own.thread if own.is_sub_agent else "",
            skill=clean_name(self._skill),
            initiator="agent" if own.is_sub_agent else "skill" if self._skill else "",
            parent=own.parent,
        )
        self._service = service_of(self._model, self._tier, self._provider or own.provider)
        self._ids = EventIds("codex", self._turn or self._first_owner())

    def _origin_of(self, thread: str, session: str) -> Origin:
        """Say who asked for a response whose line is a copy: all that the copy tells of it."""
        session = clean_name(session) or clean_name(thread)
        return Origin(
            source="codex",
            cwd=self._origin.cwd,
            session=session,
            agent_id=clean_name(thread) if thread != session else "",
        )

    def _recall(self, known: JsonObject) -> None:
        own = known["identity"]
        self._identity = Identity(**own | {"ancestors": tuple(own["ancestors"])})
        self._started_ms, self._cwd, self._model = known["started_ms"], known["cwd"], known["model"]
        self._turn, self._tier, self._provider = known["turn"], known["tier"], known["provider"]
        self._skill = known["skill"]
        self._previous = Usage(*known["previous"]) if known["previous"] else None
        self._changes, self._recorded = known["changes"], known["recorded"]


def _record_id(record: Record) -> bytes:
    """Name a response by its vendor's id, and one without by its thread, turn and running total.

    A short id counts together with those: gateways repeat them.
    """
    if len(record.response) >= SHORTEST_UNIQUE_ID:
        return response_event_id("codex", record.response)
    totals = record.thread_usage or record.usage
    known_by = (record.thread, record.turn, totals.name())
    if record.response:
        return response_event_id("codex", record.response, *known_by)
    return event_id("codex", *known_by)

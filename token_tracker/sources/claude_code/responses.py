"""The usage events of the responses in a transcript, one for each response."""

from __future__ import annotations

from functools import lru_cache

from token_tracker.model import PICO
from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.sources._fields import LARGEST_COUNT
from token_tracker.sources._fields import UsageInvalidError
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._fields import parse_object
from token_tracker.sources.claude_code.agent_names import CALL_MARKER
from token_tracker.sources.claude_code.agent_names import AgentNames
from token_tracker.sources.claude_code.copies import response_id
from token_tracker.sources.claude_code.copies import response_key
from token_tracker.sources.claude_code.lines import ADVISOR_PASS
from token_tracker.sources.claude_code.lines import Line
from token_tracker.sources.claude_code.lines import Pass
from token_tracker.sources.claude_code.lines import Usage
from token_tracker.sources.claude_code.lines import line_of

OWN_PASSES = ("message", "fallback_message")
SYNTHETIC_MODEL = "<synthetic>"


class Responses:
    """The responses of one reading, one record kept for each.

    `failed`: why the line at an offset could not be used, wholly or in part.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        self.failed: dict[int, str] = {}
        self.names = AgentNames()
        self._kept: dict[bytes, UsageEvent] = {}

    def add_text(self, offset: int, text: bytes) -> None:
        """Take a line in by the standard library; note why if it cannot be used."""
        try:
            raw = parse_object(text)
            line = line_of(raw)
        except UsageInvalidError:
            self.failed[offset] = "usage-invalid"
        except ValueError:
            self.failed[offset] = "line-not-json"
        else:
            if raw.get("type") == "user":
                self.names.add_result_line(raw)
            elif line is not None and line.model != SYNTHETIC_MODEL:
                if CALL_MARKER in text:
                    self.names.add_call(raw)
                self.add(offset, line)

    def add(self, offset: int, line: Line) -> None:
        """Take a line in, unless it cannot be dated, identified or counted."""
        key = response_key(line)
        at_ms = instant_ms(line.timestamp) if line.timestamp else None
        if key is None or at_ms is None:
            self.failed[offset] = "usage-invalid"
            return
        usage = line.usage
        try:
            counts = token_counts(usage)
            web_searches = _within(usage.web_search_requests or 0)
        except UsageInvalidError:
            self.failed[offset] = "count-out-of-range"
            return
        response = UsageEvent(
            id=response_id(key),
            at_ms=at_ms,
            own_at_ms=at_ms,
            service=service_of(line.model, usage.service_tier, usage.speed, usage.inference_geo),
            origin=origin_of(
                line.cwd, line.session, line.branch, line.agent, line.agent_id, line.skill, line.sidechain
            ),
            tokens=counts,
            web_searches=web_searches,
            sidechain=line.sidechain,
            stopped=line.stop_reason is not None,
            host_cost_pico=None if line.host_cost is None else int(line.host_cost * PICO),
            place=Place(self.path, offset),
            passes=own_passes(usage, counts),
        )
        self.keep(response)
        advisors = [one for one in usage.iterations if one.type == ADVISOR_PASS]
        for number, one in enumerate(advisors, start=1):
            self._add_advice(response_id(f"{key}/advisor/{number}"), response, usage, one)

    def _add_advice(self, identity: bytes, response: UsageEvent, usage: Usage, one: Pass) -> None:
        """Take in an advisor's pass: asked inside the response, of another model, billed on top."""
        try:
            counts = token_counts(_pass_usage(one))
        except UsageInvalidError:
            self.failed[response.place.offset] = "usage-invalid"
            return
        self.keep(
            response._replace(
                id=identity,
                service=service_of(one.model, usage.service_tier, None, usage.inference_geo),
                tokens=counts,
                web_searches=0,
                host_cost_pico=None,
                passes=(),
            )
        )

    def events(self) -> list[UsageEvent]:
        """Give one event per response."""
        return list(self._kept.values())

    def keep(self, event: UsageEvent) -> None:
        """Keep the better of this event and a copy of it that is there."""
        kept = self._kept.get(event.id)
        self._kept[event.id] = event if kept is None else kept.merged(event)


def token_counts(usage: Usage) -> Tokens:
    """Turn the host's counts into disjoint ones.

    The host prices min(1h, creation) as 1-hour writes and the rest as 5-minute ones, also
    where the split is missing or does not add up (Claude Code 2.1.330, 2026-11-22).

    Raises:
        UsageInvalidError: a count is negative or beyond 10^12.
    """
    split = usage.cache_creation
    hour = _within((split.ephemeral_1h_input_tokens or 0) if split else 0)
    if usage.cache_creation_input_tokens is None:
        created = hour + _within((split.ephemeral_5m_input_tokens or 0) if split else 0)
    else:
        created = _within(usage.cache_creation_input_tokens)
        hour = min(hour, created)
    output = _within(usage.output_tokens or 0)
    return Tokens(
        _within(usage.input_tokens or 0),
        _within(usage.cache_read_input_tokens or 0),
        created - hour,
        hour,
        output,
        min(_within(usage.thinking_tokens or 0), output),
    )


def own_passes(usage: Usage, tokens: Tokens) -> tuple[Tokens, ...]:
    """Give the sampling passes inside a response where they add up to it, else nothing.

    The host chooses the long-context price for each pass by itself; one pass, or passes
    that do not add up, are priced as the whole response.
    """
    try:
        passes = [token_counts(_pass_usage(one)) for one in usage.iterations if one.type in OWN_PASSES]
    except UsageInvalidError:
        return ()
    if len(passes) < 2:
        return ()
    added = Tokens(*map(sum, zip(*passes, strict=True)))
    return tuple(passes) if added[:5] == tokens[:5] else ()


def _within(count: int) -> int:
    if not 0 <= count <= LARGEST_COUNT:
        raise UsageInvalidError
    return count


def _pass_usage(one: Pass) -> Usage:
    return Usage(
        one.input_tokens,
        one.cache_read_input_tokens,
        one.cache_creation_input_tokens,
        one.cache_creation,
        one.output_tokens,
    )


@lru_cache(maxsize=4096)
def origin_of(
    cwd: str | None,
    session: str | None,
    branch: str | None,
    agent: str | None,
    agent_id: str | None,
    skill: str | None,
    sidechain: bool,
) -> Origin:
    """Say who asked for a response."""
    return Origin(
        source="claude-code",
        cwd=clean_name(cwd),
        session=clean_name(session),
        branch=clean_name(branch),
        agent=clean_name(agent),
        agent_id=clean_name(agent_id),
        skill=clean_name(skill),
        initiator="agent" if sidechain else "skill" if skill else "",
    )


@lru_cache(maxsize=512)
def service_of(model: str | None, tier: str | None, speed: str | None, geo: str | None) -> Service:
    """Say what was bought; the provider follows from the model and is named by the price card."""
    return Service(
        provider="",
        model=clean_name(model),
        tier=clean_name(tier) or "standard",
        speed=clean_name(speed) or "standard",
        geo="" if geo in (None, "not_available", "global") else clean_name(geo),
    )

"""Read one transcript from where the last reading ended, and make its usage events."""

from __future__ import annotations

import json
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from functools import cache
from io import FileIO
from pathlib import Path

from token_tracker.model import PICO
from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import TokenCounts
from token_tracker.model import UsageEvent
from token_tracker.sources._lines import MarkedLines
from token_tracker.sources._lines import line_number
from token_tracker.sources._lines import resume_offset
from token_tracker.sources._lines import tail_hash
from token_tracker.sources._native import Toolset
from token_tracker.sources._native import best
from token_tracker.sources.claude_code.copies import event_id
from token_tracker.sources.claude_code.copies import response_key
from token_tracker.sources.claude_code.lines import ADVISOR_PASS
from token_tracker.sources.claude_code.lines import LARGEST_COUNT
from token_tracker.sources.claude_code.lines import Line
from token_tracker.sources.claude_code.lines import Pass
from token_tracker.sources.claude_code.lines import Usage
from token_tracker.sources.claude_code.lines import UsageInvalidError
from token_tracker.sources.claude_code.lines import decode_plain
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading

MARKER = b'"usage"'
SYNTHETIC_MODEL = "<synthetic>"
LONGEST_NAME = 400
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)


def read_transcript(state: FileState, cursor: Cursor | None, tools: Toolset | None = None) -> Reading:
    """Read what a transcript holds beyond `cursor`.

    Raises:
        OSError: the file cannot be opened or read; nothing is known of it.
    """
    tools = tools or best()
    responses = Responses(state.path)
    with FileIO(state.path) as file:
        start = resume_offset(file, state, cursor)
        lines = MarkedLines(file, start, MARKER, tools)
        if tools.typed:
            from token_tracker.sources.claude_code.typed_lines import add_typed_lines

            add_typed_lines(lines, responses)
        else:
            for offset, text in lines:
                responses.add_text(offset, bytes(text))
        failed = sorted([*responses.failed, *((offset, "line-too-long") for offset in lines.too_long)])
        problems = [LineProblem(code, offset, line_number(file, offset)) for offset, code in failed]
        end = Cursor(state, lines.offset, tail_hash(file, lines.offset))
    events = responses.events()
    names = _agent_names(state.path, events)
    return Reading(end, start == 0, lines.offset - start, events, problems, names)


class Responses:
    """The responses of one reading, one record kept for each."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.failed: list[tuple[int, str]] = []
        self._kept: dict[bytes, UsageEvent] = {}

    def add_text(self, offset: int, text: bytes) -> None:
        """Take a line in by the standard library; note why if it cannot be used."""
        try:
            line = decode_plain(text)
        except UsageInvalidError:
            self.failed.append((offset, "usage-invalid"))
        except ValueError:
            self.failed.append((offset, "line-not-json"))
        else:
            if line is not None and line.model != SYNTHETIC_MODEL:
                self.add(offset, line)

    def add(self, offset: int, line: Line) -> None:
        """Take a line in, unless it cannot be dated, identified or counted."""
        key = response_key(line)
        at_ms = instant_ms(line.timestamp) if line.timestamp else None
        if key is None or at_ms is None:
            self.failed.append((offset, "usage-invalid"))
            return
        usage = line.usage
        try:
            tokens = token_counts(usage)
            web_searches = _within(usage.web_search_requests or 0)
            advice = [token_counts(_pass_usage(p)) for p in usage.iterations if p.type == ADVISOR_PASS]
        except UsageInvalidError:
            self.failed.append((offset, "count-out-of-range"))
            return
        origin = origin_of(
            line.cwd, line.session, line.branch, line.agent, line.agent_id, line.skill, line.sidechain
        )
        service = service_of(line.model, usage.service_tier, usage.speed, usage.inference_geo)
        host_cost = None if line.host_cost is None else int(line.host_cost * PICO)
        self.keep(
            UsageEvent(
                event_id(key),
                at_ms,
                at_ms,
                service,
                origin,
                tokens,
                web_searches,
                line.sidechain,
                line.stop_reason is not None,
                host_cost,
                Place(self.path, offset),
                own_passes(usage, tokens),
            )
        )
        advisors = [p for p in usage.iterations if p.type == ADVISOR_PASS]
        for number, (one, counts) in enumerate(zip(advisors, advice, strict=True), start=1):
            # An advisor is asked inside the response, by another model, and billed on top.
            self.keep(
                UsageEvent(
                    event_id(f"{key}/advisor/{number}"),
                    at_ms,
                    at_ms,
                    service_of(one.model, usage.service_tier, None, usage.inference_geo),
                    origin,
                    counts,
                    0,
                    line.sidechain,
                    line.stop_reason is not None,
                    None,
                    Place(self.path, offset),
                )
            )

    def events(self) -> list[UsageEvent]:
        """Give one event per response, in the order in which they were first seen."""
        return list(self._kept.values())

    def keep(self, event: UsageEvent) -> None:
        """Keep the better of this event and a copy of it that is there."""
        kept = self._kept.get(event.id)
        self._kept[event.id] = event if kept is None else kept.merged(event)


def token_counts(usage: Usage) -> TokenCounts:
    """Turn the host's counts into disjoint ones.

    The host prices min(1h, creation) as 1-hour writes and the rest as 5-minute ones, also
    where the split is missing or does not add up (Claude Code 2.1.330, 2026-11-22).

    Raises:
        UsageInvalidError: a count is negative or beyond 10^12.
    """
    split = usage.cache_creation
    hour = _within((split.ephemeral_1h_input_tokens or 0) if split else 0)
    created = usage.cache_creation_input_tokens
    if created is None:
        created = hour + ((split.ephemeral_5m_input_tokens or 0) if split else 0)
    hour = min(hour, _within(created))
    output = _within(usage.output_tokens or 0)
    return TokenCounts(
        _within(usage.input_tokens or 0),
        _within(usage.cache_read_input_tokens or 0),
        created - hour,
        hour,
        output,
        min(_within(usage.thinking_tokens or 0), output),
    )


def own_passes(usage: Usage, tokens: TokenCounts) -> tuple[TokenCounts, ...]:
    """Give the sampling passes inside a response where they add up to it, else nothing.

    The host chooses the long-context price for each pass by itself; one pass, or passes
    that do not add up, are priced as the whole response.
    """
    if len(usage.iterations) < 2:
        return ()
    passes = [
        token_counts(_pass_usage(p)) for p in usage.iterations if p.type in ("message", "fallback_message")
    ]
    added = TokenCounts(*map(sum, zip(*passes, strict=True))) if len(passes) > 1 else TokenCounts()
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


@cache
def origin_of(
    cwd: str | None,
    session: str | None,
    branch: str | None,
    agent: str | None,
    agent_id: str | None,
    skill: str | None,
    sidechain: bool,
) -> Origin:
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


@cache
def service_of(model: str | None, tier: str | None, speed: str | None, geo: str | None) -> Service:
    return Service(
        provider="",
        model=clean_name(model),
        tier=clean_name(tier) or "standard",
        speed=clean_name(speed) or "standard",
        geo="" if geo in (None, "not_available", "global") else clean_name(geo),
    )


def clean_name(text: str | None) -> str:
    """Make text from a log storable: no control characters, no broken code points, not endless."""
    if text is None:
        return ""
    kept = "".join(c for c in text[:LONGEST_NAME] if c.isprintable() or c == " ")
    return kept.encode("utf-8", "replace").decode("utf-8")


def instant_ms(text: str) -> int | None:
    """Read an ISO timestamp as UTC milliseconds; None when it is not one, or before 1970."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        at_ms = (moment - EPOCH) // MILLISECOND
    except (ValueError, OverflowError):
        return None
    return at_ms if at_ms >= 0 else None


def _agent_names(path: str, events: list[UsageEvent]) -> dict[str, str]:
    """Name the run that a sub-agent's transcript holds, from its side file, where its lines do not."""
    run = Path(path).stem.removeprefix("agent-")
    if not any(event.origin.agent_id == run and not event.origin.agent for event in events[:1]):
        return {}
    try:
        meta = json.loads(Path(path).with_suffix(".meta.json").read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    name = (
        clean_name(meta.get("agentType"))
        if isinstance(meta, dict) and isinstance(meta.get("agentType"), str)
        else ""
    )
    return {run: name} if name else {}

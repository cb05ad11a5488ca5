"""The shape of the one kind of line that matters: an assistant line with `message.usage`.

Two decoders give the same `Line`: the one in `typed_lines.py`, for lines whose every field
has the type it should have, and `parse_object` with `line_of` here, which define what happens to all
others. A wrong identity field counts as absent; a wrong token count spoils the line.

Source: files written by Claude Code 1.0.98 to 2.1.330, checked 2026-11-22.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from typing import NamedTuple

from token_tracker.sources._fields import LARGEST_COUNT
from token_tracker.sources._fields import UsageInvalidError
from token_tracker.sources._fields import an_object

IMPOSSIBLE_COUNT = -1
"""Stands for the counts of a pass that cannot be read; the response around it still can."""

ADVISOR_PASS = "advisor_message"  # noqa: S105 - a sampling pass, no password


class CacheSplit(NamedTuple):
    """`usage.cache_creation`: the two lifetimes of a cache write."""

    ephemeral_5m_input_tokens: int | None = None
    ephemeral_1h_input_tokens: int | None = None


class Pass(NamedTuple):
    """One entry of `usage.iterations`: a sampling pass with counts of its own."""

    type: str | None = None
    model: str | None = None
    input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_creation: CacheSplit | None = None
    output_tokens: int | None = None


class Usage(NamedTuple):
    """`message.usage` as logged; None where the field is missing or null."""

    input_tokens: int | None = None
    cache_read_input_tokens: int | None = None
    cache_creation_input_tokens: int | None = None
    cache_creation: CacheSplit | None = None
    output_tokens: int | None = None
    thinking_tokens: int | None = None
    web_search_requests: int | None = None
    service_tier: str | None = None
    speed: str | None = None
    inference_geo: str | None = None
    iterations: tuple[Pass, ...] = ()


class Line(NamedTuple):
    """An assistant line that carries usage."""

    usage: Usage
    message_id: str | None = None
    model: str | None = None
    stop_reason: str | None = None
    timestamp: str | None = None
    request_id: str | None = None
    uuid: str | None = None
    session: str | None = None
    cwd: str | None = None
    branch: str | None = None
    sidechain: bool = False
    agent_id: str | None = None
    agent: str | None = None
    skill: str | None = None
    host_cost: Decimal | None = None


def line_of(line: dict[str, Any]) -> Line | None:
    """Give what a parsed line says of a response; None when it says nothing.

    Raises:
        UsageInvalidError: a count is not a whole number.
    """
    if line.get("type") != "assistant":
        return None
    message = an_object(line.get("message"))
    if (usage := message.get("usage")) is None:
        return None
    if not isinstance(usage, dict):
        raise UsageInvalidError
    owner = _text(line.get("requestSessionId")) or _text(an_object(line.get("forkedFrom")).get("sessionId"))
    return Line(
        usage=_usage(usage),
        message_id=_text(message.get("id")),
        model=_text(message.get("model")),
        stop_reason=_text(message.get("stop_reason")),
        timestamp=_text(line.get("timestamp")),
        request_id=_text(line.get("requestId")),
        uuid=_text(line.get("uuid")),
        session=owner or _text(line.get("sessionId")),
        cwd=_text(line.get("cwd")),
        branch=_text(line.get("gitBranch")),
        sidechain=line.get("isSidechain") is True,
        agent_id=_text(line.get("agentId")),
        agent=_text(line.get("attributionAgent")),
        skill=_text(line.get("attributionSkill")),
        host_cost=_money(line.get("costUSD")),
    )


def _usage(raw: dict[str, Any]) -> Usage:
    return Usage(
        input_tokens=_count(raw.get("input_tokens")),
        cache_read_input_tokens=_count(raw.get("cache_read_input_tokens")),
        cache_creation_input_tokens=_count(raw.get("cache_creation_input_tokens")),
        cache_creation=_split(raw.get("cache_creation")),
        output_tokens=_count(raw.get("output_tokens")),
        thinking_tokens=_count(an_object(raw.get("output_tokens_details")).get("thinking_tokens")),
        web_search_requests=_count(an_object(raw.get("server_tool_use")).get("web_search_requests")),
        service_tier=_text(raw.get("service_tier")),
        speed=_text(raw.get("speed")),
        inference_geo=_text(raw.get("inference_geo")),
        iterations=_passes(raw.get("iterations")),
    )


def _passes(raw: object) -> tuple[Pass, ...]:
    """Give the passes where they say more than the response does: a single one repeats it."""
    passes = [one for one in raw if isinstance(one, dict)] if isinstance(raw, list) else []
    if len(passes) < 2 and not any(one.get("type") == ADVISOR_PASS for one in passes):
        return ()
    return tuple(_pass(one) for one in passes)


def _pass(raw: dict[str, Any]) -> Pass:
    kind, model = _text(raw.get("type")), _text(raw.get("model"))
    try:
        return Pass(
            type=kind,
            model=model,
            input_tokens=_count(raw.get("input_tokens")),
            cache_read_input_tokens=_count(raw.get("cache_read_input_tokens")),
            cache_creation_input_tokens=_count(raw.get("cache_creation_input_tokens")),
            cache_creation=_split(raw.get("cache_creation")),
            output_tokens=_count(raw.get("output_tokens")),
        )
    except UsageInvalidError:
        return Pass(type=kind, model=model, input_tokens=IMPOSSIBLE_COUNT)


def _split(raw: object) -> CacheSplit | None:
    if not isinstance(raw, dict):
        return None
    return CacheSplit(
        _count(raw.get("ephemeral_5m_input_tokens")), _count(raw.get("ephemeral_1h_input_tokens"))
    )


def _count(raw: object) -> int | None:
    if raw is None:
        return None
    if type(raw) is not int:
        raise UsageInvalidError
    return raw


def _text(raw: object) -> str | None:
    return raw if isinstance(raw, str) else None


def _money(raw: object) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        return None
    amount = Decimal(raw)
    return amount if amount.is_finite() and 0 <= amount < LARGEST_COUNT else None

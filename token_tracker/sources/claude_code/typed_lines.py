"""The same lines decoded with msgspec: several times faster, for well-typed lines only.

Whatever is not exactly of the known types, or rare, goes to the plain decoder, which
defines the result; so both readers always agree.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from msgspec import Meta
from msgspec import Raw
from msgspec import Struct
from msgspec import field
from msgspec.json import Decoder

from token_tracker.model import Place
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.sources._fields import EPOCH
from token_tracker.sources._fields import LARGEST_COUNT
from token_tracker.sources._fields import MILLISECOND
from token_tracker.sources._fields import parse_object
from token_tracker.sources._ids import SHORTEST_UNIQUE_ID
from token_tracker.sources._lines import MarkedLines
from token_tracker.sources._native import Find
from token_tracker.sources.claude_code.agent_names import CALL_MARKER
from token_tracker.sources.claude_code.copies import response_id
from token_tracker.sources.claude_code.lines import ADVISOR_PASS
from token_tracker.sources.claude_code.responses import SYNTHETIC_MODEL
from token_tracker.sources.claude_code.responses import Responses
from token_tracker.sources.claude_code.responses import origin_of
from token_tracker.sources.claude_code.responses import service_of

Count = Annotated[int, Meta(ge=0, le=LARGEST_COUNT)]


class _Split(Struct):
    ephemeral_5m_input_tokens: Count | None = None
    ephemeral_1h_input_tokens: Count | None = None


class _Details(Struct):
    thinking_tokens: Count | None = None


class _Tools(Struct):
    web_search_requests: Count | None = None


class _Pass(Struct):
    type: str | None = None


class _Usage(Struct):
    input_tokens: Count | None = None
    cache_read_input_tokens: Count | None = None
    cache_creation_input_tokens: Count | None = None
    cache_creation: _Split | None = None
    output_tokens: Count | None = None
    output_tokens_details: _Details | None = None
    server_tool_use: _Tools | None = None
    service_tier: str | None = None
    speed: str | None = None
    inference_geo: str | None = None
    iterations: list[_Pass] | None = None


class _Message(Struct):
    id: str | None = None
    model: str | None = None
    stop_reason: str | None = None
    usage: _Usage | None = None


class _Result(Struct):
    run: str | None = field(default=None, name="agentId")
    agent: str | None = field(default=None, name="agentType")


class _Block(Struct):
    call: str | None = field(default=None, name="tool_use_id")


class _Handed(Struct):
    content: list[_Block] | None = None


class _ResultLine(Struct):
    result: _Result | None = field(default=None, name="toolUseResult")
    message: _Handed | None = None


class _Fork(Struct):
    session: str | None = field(default=None, name="sessionId")


class _Line(Struct):
    type: str
    message: _Message | None = None
    timestamp: datetime | None = None
    session: str | None = field(default=None, name="sessionId")
    request_session: str | None = field(default=None, name="requestSessionId")
    forked_from: _Fork | None = field(default=None, name="forkedFrom")
    cwd: str | None = None
    branch: str | None = field(default=None, name="gitBranch")
    sidechain: bool | None = field(default=None, name="isSidechain")
    agent_id: str | None = field(default=None, name="agentId")
    agent: str | None = field(default=None, name="attributionAgent")
    skill: str | None = field(default=None, name="attributionSkill")
    host_cost: Raw | None = field(default=None, name="costUSD")


_decode = Decoder(_Line).decode
_decode_result = Decoder(_ResultLine).decode
_new = tuple.__new__  # skips the Python layer of a NamedTuple: this runs once for every response

_Kept = tuple[_Line, _Usage, int, datetime]
"""A line, its usage, its offset, and the earliest time of all its copies."""


def add_typed_lines(  # noqa: C901 - the one loop over every line: each call in it is felt
    lines: MarkedLines, responses: Responses, find: Find
) -> None:
    """Take in every line.

    The lines of one response follow each other: a copy is decided before an event is
    built, and the event is built while its line is still in the processor's cache.
    """
    key, kept = "", None
    for offset, text in lines:
        try:
            line = _decode(text)
        except (ValueError, RecursionError):
            responses.add_text(offset, bytes(text))
            continue
        message = line.message
        if line.type != "assistant":
            if line.type == "user":
                _add_result(offset, text, responses)
            continue
        if message is None or (usage := message.usage) is None:
            continue
        at, identity = line.timestamp, message.id
        if (
            identity is None
            or len(identity) < SHORTEST_UNIQUE_ID
            or at is None
            or at.tzinfo is None
            or at < EPOCH
            or line.host_cost is not None
            or (usage.iterations and _has_own_passes(usage.iterations))
        ):
            responses.add_text(offset, bytes(text))
            continue
        if message.model == SYNTHETIC_MODEL:
            continue
        if find(text, CALL_MARKER, 0, len(text)) >= 0:
            responses.names.add_call(parse_object(bytes(text)))
        if kept is not None:
            better = _is_better(line, usage, kept) if identity == key else None
            if better is None:
                responses.keep(_event(key, kept, responses.path))
            else:
                first = min(kept[3], at)
                kept = (line, usage, offset, first) if better else (*kept[:3], first)
                continue
        key, kept = identity, (line, usage, offset, at)
    if kept is not None:
        responses.keep(_event(key, kept, responses.path))


def _add_result(offset: int, text: memoryview, responses: Responses) -> None:
    try:
        line = _decode_result(text)
    except (ValueError, RecursionError):
        responses.add_text(offset, bytes(text))
        return
    if line.result is not None:
        blocks = (line.message.content if line.message else None) or ()
        calls = [one.call for one in blocks if one.call is not None]
        responses.names.add_result(line.result.run, line.result.agent, calls)


def _has_own_passes(passes: list[_Pass]) -> bool:
    return len(passes) > 1 or passes[0].type == ADVISOR_PASS


def _is_better(line: _Line, usage: _Usage, kept: _Kept) -> bool | None:
    """Compare two copies as `UsageEvent.preference` does; None where only that can tell."""
    other, theirs, _, _ = kept
    if (line.sidechain or False) != (other.sidechain or False):
        return not line.sidechain
    output, their_output = usage.output_tokens or 0, theirs.output_tokens or 0
    if output != their_output:
        return output > their_output
    if (
        usage != theirs
        or line.timestamp == other.timestamp
        or line.timestamp is None
        or other.timestamp is None
    ):
        return None
    stopped, they_stopped = _has_stopped(line), _has_stopped(other)
    return line.timestamp < other.timestamp if stopped == they_stopped else stopped


def _has_stopped(line: _Line) -> bool:
    return line.message is not None and line.message.stop_reason is not None


def _event(key: str, kept: _Kept, path: str) -> UsageEvent:
    line, usage, offset, first = kept
    message, own = line.message, line.timestamp
    at_ms = (first - EPOCH) // MILLISECOND
    split, details, tools = usage.cache_creation, usage.output_tokens_details, usage.server_tool_use
    hour = (split.ephemeral_1h_input_tokens or 0) if split else 0
    created = usage.cache_creation_input_tokens
    if created is None:
        created = hour + ((split.ephemeral_5m_input_tokens or 0) if split else 0)
    hour = min(hour, created)
    output = usage.output_tokens or 0
    fork = line.forked_from
    owner = line.request_session or (fork.session if fork else None) or line.session
    sidechain = line.sidechain or False
    return _new(
        UsageEvent,
        (
            response_id(key),
            at_ms,
            at_ms if own is first or own is None else (own - EPOCH) // MILLISECOND,
            service_of(
                message.model if message else None, usage.service_tier, usage.speed, usage.inference_geo
            ),
            origin_of(line.cwd, owner, line.branch, line.agent, line.agent_id, line.skill, sidechain),
            _new(
                Tokens,
                (
                    usage.input_tokens or 0,
                    usage.cache_read_input_tokens or 0,
                    created - hour,
                    hour,
                    output,
                    min((details.thinking_tokens or 0) if details else 0, output),
                ),
            ),
            (tools.web_search_requests or 0) if tools else 0,
            sidechain,
            _has_stopped(line),
            None,
            _new(Place, (path, offset)),
            (),
            None,
        ),
    )

"""Tasks of the Cline family of editor extensions: one folder each, whose messages are one document.

Cline, Roo and Kilo write `tasks/<task id>/ui_messages.json` alike: a list of messages, written
anew whenever one changes. A message of usage holds its counts as JSON inside its `text`:

    {"ts": 1795154400000, "type": "say", "say": "api_req_started", "text": "{...}"}

with {"tokensIn", "tokensOut", "cacheWrites", "cacheReads", "cost", "apiProtocol"} in the text.
Which model answered stands in the message, or in files beside it: see `_task_models.py`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from collections.abc import Sequence
from errno import EBADMSG
from typing import Any
from typing import Final
from typing import NamedTuple

from token_tracker.model import Charge
from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.sources._documents import document_reading
from token_tracker.sources._documents import read_document
from token_tracker.sources._fields import LATEST_MS
from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import UsageInvalidError
from token_tracker.sources._fields import an_object
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._fields import parse_object
from token_tracker.sources._fields import pico
from token_tracker.sources._fields import whole_count
from token_tracker.sources._ids import event_id
from token_tracker.sources._task_models import TaskModels
from token_tracker.sources._task_models import origin_of
from token_tracker.sources._task_models import wraps_of
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading

REQUEST: Final = "api_req_started"
REMOVED: Final = ("deleted_api_reqs", "api_req_deleted")
"""Sums of what going back to a checkpoint took out of the task: paid all the same."""

SUB_AGENTS: Final = "subagent_usage"
CHARGING: Final = ("openrouter", "cline")
"""Providers whose own figure Cline writes as the cost (from its code, checked 2026-11-22)."""


class Counts(NamedTuple):
    """The counts of a message as they stand there, and its cost in 10^-12 USD."""

    tokens_in: int
    tokens_out: int
    writes: int
    reads: int
    cost_pico: int

    def without(self, parts: Iterable[Counts]) -> Counts:
        """Take off what was counted before, down to zero."""
        left = [max(0, whole - sum(part)) for whole, *part in zip(self, *parts, strict=True)]
        return Counts._make(left)


class Request(NamedTuple):
    """A message of usage; `protocol` says whose way of counting it follows, "" when it does not.

    `number`: its place in the document, from 1.
    """

    number: int
    at_ms: int
    say: str
    counts: Counts
    protocol: str
    message: JsonObject


def read_task(source: str, state: FileState, cursor: Cursor | None) -> Reading:
    """Read the messages of a task.

    Raises:
        OSError: the document cannot be read, or is being written.
    """
    messages = read_document(state.path)
    if not isinstance(messages, list):
        raise OSError(EBADMSG, "no list of messages", state.path)
    requests, problems = _requests(messages)
    before = _memory_of(cursor)
    counted = _counted(requests, messages, before)
    task = os.path.basename(os.path.dirname(state.path))
    models = TaskModels(os.path.dirname(state.path))
    origin = origin_of(source, os.path.dirname(state.path), task)
    events = [
        _event(source, task, request, counts, models.of(request.message, until_ms), origin, state.path)
        for (request, counts), until_ms in zip(counted, _next_begin(requests), strict=True)
        if any(counts)
    ]
    reading = document_reading(state, events, problems)
    there = {request.at_ms for request, _ in counted}
    kept = [one for one in before.items() if one[0] not in there]
    seen = sorted([*kept, *((request.at_ms, counts) for request, counts in counted)])
    memory = json.dumps([[at_ms, *counts] for at_ms, counts in seen], separators=(",", ":"))
    return reading._replace(cursor=reading.cursor._replace(memory=memory if seen else ""))


def token_counts(counts: Counts, protocol: str, provider: str) -> Tokens:
    """Turn the counts of a message into disjoint ones.

    Cline's `tokensIn` has no cache in it, but for its provider for OpenAI's format: there it
    is the whole prompt, and `cacheWrites` holds what was not found in a cache. Roo and Kilo name
    the protocol; with OpenAI's, and since the end of 2025 with Anthropic's as well, `tokensIn`
    is the whole prompt. It is one where the cache fits into it. Checked in their code on 2026-11-22.
    """
    tokens_in, tokens_out, writes, reads, _ = counts
    if provider == "openai" and not protocol and reads <= tokens_in:
        return Tokens(input=tokens_in - reads, cache_read=reads, output=tokens_out)
    cached = writes + reads
    plain = tokens_in - cached if protocol and cached <= tokens_in else tokens_in
    return Tokens(input=plain, cache_read=reads, cache_write_5m=writes, output=tokens_out)


def _requests(messages: Sequence[Any]) -> tuple[list[Request], list[LineProblem]]:
    """Give the messages of usage that are finished, in their order."""
    found, problems, protocol = [], [], ""
    for number, message in enumerate(messages, 1):
        say = message.get("say") if isinstance(message, dict) and message.get("type") == "say" else None
        if say not in (REQUEST, SUB_AGENTS, *REMOVED):
            continue
        try:
            request = _request(number, message, say, protocol)
        except UsageInvalidError:
            problems.append(LineProblem("usage-invalid", number, number))
        except ValueError:
            problems.append(LineProblem("line-not-json", number, number))
        else:
            if request is not None:
                found.append(request)
                protocol = request.protocol
    return found, problems


def _request(number: int, message: JsonObject, say: str, protocol: str) -> Request | None:
    """Read a message of usage; None while its counts are not there yet."""
    text = message.get("text")
    usage = parse_object(text) if isinstance(text, str) and text else {}
    if usage.get("tokensIn") is None:
        return None
    at_ms = instant_ms(message.get("ts"))
    if at_ms is None:
        raise UsageInvalidError
    names = ("tokensIn", "tokensOut", "cacheWrites", "cacheReads")
    counts = Counts._make([*(whole_count(usage.get(name)) for name in names), pico(usage.get("cost")) or 0])
    own = usage.get("apiProtocol")
    return Request(number, at_ms, say, counts, own if isinstance(own, str) else protocol, message)


def _counted(
    requests: Sequence[Request], messages: Sequence[Any], before: dict[int, Counts]
) -> list[tuple[Request, Counts]]:
    """Give what each message adds to what was counted before.

    What a checkpoint took out of the list comes back as one sum, which stands behind the last
    message that was left. The messages that were read while they were there are in it again.
    """
    there = {request.at_ms for request in requests}
    gone = {at_ms: counts for at_ms, counts in before.items() if at_ms not in there}
    times = [instant_ms(an_object(message).get("ts")) or 0 for message in messages]
    counted = []
    for request in requests:
        counts = request.counts
        if request.say in REMOVED:
            left = max(times[: request.number - 1], default=0)
            counts = counts.without(one for at_ms, one in gone.items() if left < at_ms < request.at_ms)
        counted.append((request, counts))
    return counted


def _next_begin(requests: Sequence[Request]) -> list[int]:
    """Give for each message of usage when the next request began."""
    begins = [request.at_ms for request in requests if request.say == REQUEST]
    return [min((at_ms for at_ms in begins if at_ms > one.at_ms), default=LATEST_MS) for one in requests]


def _event(
    source: str,
    task: str,
    request: Request,
    counts: Counts,
    bought: tuple[str, Service],
    origin: Origin,
    path: str,
) -> UsageEvent:
    logged, service = bought
    is_charge = source == "cline" and logged in CHARGING and counts.cost_pico > 0
    is_asked = request.say == REQUEST
    used = token_counts(counts, request.protocol, logged if source == "cline" else "")
    return UsageEvent(
        id=event_id(source, task, request.at_ms, "" if is_asked else request.say),
        at_ms=request.at_ms,
        own_at_ms=request.at_ms,
        service=service,
        origin=origin._replace(
            initiator="agent" if request.say == SUB_AGENTS else origin.initiator,
            wraps=wraps_of(logged),
        ),
        tokens=used,
        web_searches=0,
        sidechain=False,
        stopped=True,
        host_cost_pico=counts.cost_pico or None,
        place=Place(path, request.number),
        charge=Charge(counts.cost_pico, "USD") if is_charge else None,
    )


def _memory_of(cursor: Cursor | None) -> dict[int, Counts]:
    """Give what was counted before, by the time of its message."""
    rows = json.loads(cursor.memory) if cursor is not None and cursor.memory else []
    return {row[0]: Counts._make(row[1:]) for row in rows}

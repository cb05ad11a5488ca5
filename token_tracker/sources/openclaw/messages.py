"""The one record that counts: a message of the assistant, or of a tool, that carries usage.

The same object stands on a line of a transcript and in a row of the database:
`{"type":"message","id","timestamp","message":{"role":"assistant","provider","model","timestamp",
"responseId","usage":{"input","output","cacheRead","cacheWrite","reasoningTokens","totalTokens",
"cost":{"total","totalOrigin"}}}}`. Counts are disjoint, reasoning is inside output.

Source: files written by OpenClaw 2026.6.11 and 2026.9.6; other names of counts from the program
text of 2026.9.6. Checked 2026-11-22.
"""

from __future__ import annotations

from typing import Any
from typing import NamedTuple

from token_tracker.model import Charge
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
from token_tracker.sources._fields import pico
from token_tracker.sources._fields import whole_count
from token_tracker.sources._ids import event_id
from token_tracker.sources._ids import response_event_id
from token_tracker.sources._providers import billing_provider

SOURCE_ID = "openclaw"
COUNTED_ROLES = ("assistant", "tool", "toolResult")
BILLED = "provider-billed"

INPUT = ("input", "inputTokens", "input_tokens", "promptTokens", "prompt_tokens")
OUTPUT = ("output", "outputTokens", "output_tokens", "completionTokens", "completion_tokens")
CACHE_READ = ("cacheRead", "cache_read", "cache_read_input_tokens")
CACHE_READ_WITHIN = ("cached_input_tokens", "cached", "cached_tokens")
CACHE_WRITE = ("cacheWrite", "cache_write", "cache_creation_input_tokens")
DETAILS = ("input_tokens_details", "prompt_tokens_details")
REASONING = ("reasoningTokens", "reasoning_tokens")

CODEX_TURN = "codex-app-server"
"""How the key of a turn begins that Codex has made: then its thread and its own turn."""

ANNOUNCEMENT = "announce:"
"""How the name of a run begins in which an agent takes in what its sub-agent found."""

ON_ITS_OWN = ("cron", "heartbeat", "session-state")
BY_AGENTS = ("sessions_send", "subagent_announce", "subagent_settle")
"""Tools of the host that write prompts: when time or an event says so, or for an agent."""

DRIVEN = {"claude-cli": "claude-code", "codex-cli": "codex", "google-gemini-cli": "gemini-cli"}
"""Programs that the host drives from their command line, by its name and by ours."""


class Used(NamedTuple):
    """What a record says of one response.

    `at_ms`: when it was asked for. `written_ms`: when the record was written, 0 where it does not
    say. `driven`: the program below that answered, as `<source>/<session>`; `<source>/` where the
    record names no session, "" where the host asked the vendor itself. `run`: the host's name for
    the run it was part of.
    """

    id: bytes
    at_ms: int
    written_ms: int
    service: Service
    tokens: Tokens
    stopped: bool
    host_cost_pico: int | None
    charge: Charge | None
    driven: str
    run: str


def used_of(entry: JsonObject, row_ms: int = 0) -> Used | None:
    """Give what a record says of a response; None when it says nothing.

    `row_ms`: when its row was written, which dates it where nothing else does.

    Raises:
        UsageInvalidError: a count is not a whole number, or there is no time.
    """
    message = an_object(entry.get("message"))
    if message.get("role") not in COUNTED_ROLES:
        return None
    usage = message.get("usage", entry.get("usage"))
    if usage is None:
        return None
    if not isinstance(usage, dict):
        raise UsageInvalidError
    counts = _tokens(usage)
    charge, host_cost = _cost(usage)
    if not counts.total and charge is None:
        return None  # the host writes zeros where no answer came
    written_ms = instant_ms(entry.get("timestamp")) or row_ms
    at_ms = instant_ms(message.get("timestamp")) or written_ms
    if not at_ms:
        raise UsageInvalidError
    provider = clean_name(message.get("provider")) or clean_name(entry.get("provider"))
    model = clean_name(message.get("model")) or clean_name(entry.get("model"))
    return Used(
        id=_id(entry, message, at_ms, model, counts),
        at_ms=at_ms,
        written_ms=written_ms,
        service=Service(billing_provider(provider), model),
        tokens=counts,
        stopped=message.get("stopReason") not in ("error", "aborted"),
        host_cost_pico=host_cost,
        charge=charge,
        driven=_driven(message, provider),
        run=clean_name(member(message, "__openclaw", "runId")),
    )


def asked_by(entry: JsonObject) -> str | None:
    """Say who asked with this record: "" a person or unknown; None where it asks nothing.

    The host marks what it wrote itself: `message.provenance` has {"kind","sourceTool"}.
    """
    message = an_object(entry.get("message"))
    if message.get("role") != "user":
        return None
    provenance = an_object(message.get("provenance"))
    if provenance.get("sourceTool") in ON_ITS_OWN:
        return "scheduled"
    is_agents = provenance.get("sourceTool") in BY_AGENTS or provenance.get("kind") == "inter_session"
    return "agent" if is_agents else ""


def event_of(used: Used, origin: Origin, place: Place) -> UsageEvent:
    """Make the event of a response whose session is known."""
    counts = used.tokens
    return UsageEvent(
        id=used.id,
        at_ms=used.at_ms,
        own_at_ms=used.at_ms,
        service=used.service,
        origin=origin,
        tokens=counts,
        web_searches=0,
        sidechain=False,
        stopped=used.stopped,
        host_cost_pico=used.host_cost_pico,
        place=place,
        charge=used.charge,
    )


def _id(entry: JsonObject, message: JsonObject, at_ms: int, model: str, tokens: Tokens) -> bytes:
    """Name a response by its vendor's id, else by the record's own, which copies keep.

    Old records are numbered with 32 bits only, so their time is part of the name.
    """
    own = clean_name(entry.get("id"))
    if response := clean_name(message.get("responseId")):
        return response_event_id(SOURCE_ID, response, own, at_ms, model, tokens.prompt)
    if own:
        return event_id(SOURCE_ID, own, at_ms)
    return event_id(SOURCE_ID, at_ms, model, *tokens)


def _tokens(usage: JsonObject) -> Tokens:
    """Read counts under the names that the host itself understands."""
    cache_read, within = _first(usage, CACHE_READ), 0
    if cache_read is None:
        within = _first(usage, CACHE_READ_WITHIN) or _detail(usage, "cached_tokens")
    read = within if cache_read is None else cache_read
    write = _first(usage, CACHE_WRITE) or 0
    write_1h = min(whole_count(usage.get("cacheWrite1h")), write)
    output = _first(usage, OUTPUT) or 0
    reasoning = _first(usage, REASONING) or 0
    # A count called "input" never holds what was read from a cache; vendors' own names may.
    asked = _first(usage, INPUT) or 0
    fresh = asked if usage.get("input") is not None else max(asked - within, 0)
    return Tokens(fresh, read, write - write_1h, write_1h, output, min(reasoning, output))


def _first(usage: JsonObject, names: tuple[str, ...]) -> int | None:
    for name in names:
        if usage.get(name) is not None:
            return whole_count(usage[name])
    return None


def _detail(usage: JsonObject, name: str) -> int:
    return next((whole_count(found) for part in DETAILS if (found := member(usage, part, name))), 0)


def _cost(usage: JsonObject) -> tuple[Charge | None, int | None]:
    """Give what the vendor charged, else the host's estimate; its zero means that it had no price."""
    cost = an_object(usage.get("cost"))
    total = pico(cost.get("total"))
    if total is None:
        return None, None
    if cost.get("totalOrigin") == BILLED:
        return Charge(total, "USD"), None
    return None, total or None


def _driven(message: JsonObject, provider: str) -> str:
    """Name the program that answered, where the host drove another one."""
    key: Any = message.get("idempotencyKey")
    if isinstance(key, str) and key.startswith(f"{CODEX_TURN}:"):
        return f"codex/{clean_name(key.split(':')[1])}"
    if message.get("api") == "cli" and provider in DRIVEN:
        return f"{DRIVEN[provider]}/"
    return ""

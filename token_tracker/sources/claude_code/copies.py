"""Which of several copies of one response counts, and what makes two lines copies.

Claude Code writes a response once per content block, replays it in forks and resumes,
and in side questions. Whole records are compared; fields of two are never mixed.
"""

from __future__ import annotations

from token_tracker.sources._ids import SHORTEST_UNIQUE_ID
from token_tracker.sources._ids import event_id
from token_tracker.sources.claude_code.lines import Line


def response_key(line: Line) -> str | None:
    """Name the response that a line belongs to; None when nothing identifies it.

    The vendor's `message.id` alone, because a request id is missing behind gateways and
    differs between true copies. Short ids are repeated by some gateways for different
    responses, so they count only together with session, model and prompt size.
    """
    identity = line.message_id or line.request_id or line.uuid
    if not identity:
        return None
    if len(identity) >= SHORTEST_UNIQUE_ID:
        return identity
    usage = line.usage
    prompt = (usage.input_tokens, usage.cache_read_input_tokens, usage.cache_creation_input_tokens)
    return "\x1f".join((identity, line.session or "", line.model or "", *map(str, prompt)))


def response_id(key: str) -> bytes:
    """Give the 16-byte id of a response, equal on every machine.

    The namespace is the vendor that minted the id: `msg_` ids are Anthropic's own.
    """
    return event_id("anthropic" if key.startswith("msg_") else "claude-code", key)

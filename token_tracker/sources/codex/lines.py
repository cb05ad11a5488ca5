"""The shapes of the lines that matter, by the standard library; these define what a line means.

`typed_lines.py` decodes the same lines faster, where every field has the type it should have.

Source: files written by Codex 0.34.0 to 0.169.0, checked 2026-11-22.
"""

from __future__ import annotations

from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import UsageInvalidError
from token_tracker.sources._fields import an_object
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._fields import parse_object
from token_tracker.sources._fields import whole_count
from token_tracker.sources.codex.skills import SKILL_MARKER
from token_tracker.sources.codex.skills import skill_of
from token_tracker.sources.codex.thread import Thread
from token_tracker.sources.codex.usage import Record
from token_tracker.sources.codex.usage import Usage

MARKERS = (
    b"token_usage",
    b'"turn_context"',
    b'"thread_settings_applied"',
    b'"session_meta"',
    SKILL_MARKER,
)


def add_line(thread: Thread, offset: int, text: bytes) -> None:
    """Take in a line of a rollout; one of another kind says nothing.

    Raises:
        UsageInvalidError: a count is not a whole number, or the time is missing.
        ValueError: the line is not JSON.
    """
    line = parse_object(text)
    payload = an_object(line.get("payload"))
    match line.get("type"), payload.get("type"):
        case ("token_usage_record", _):
            thread.add_record(offset, _time(line), _record(payload))
        case ("event_msg", "token_count"):
            info = an_object(payload.get("info"))
            total, last = info.get("total_token_usage"), info.get("last_token_usage")
            if total is not None:
                thread.add_totals(offset, _time(line), usage_of(total), _optional(last))
        case ("turn_context", _):
            names = (clean_name(payload.get(name)) for name in ("turn_id", "model", "cwd"))
            thread.add_context(*names)
        case ("event_msg", "thread_settings_applied"):
            chosen = an_object(payload.get("thread_settings"))
            tier, provider = chosen.get("service_tier"), chosen.get("model_provider_id")
            thread.add_settings(clean_name(tier), clean_name(provider))
        case ("session_meta", _):
            thread.add_meta(instant_ms(line.get("timestamp")), payload)
        case ("response_item", _):
            thread.add_skill(skill_of(payload))


def usage_of(raw: object) -> Usage:
    """Read counts; a missing one is 0, a missing total is what the others add up to.

    Raises:
        UsageInvalidError: there are no counts, or one is not a whole number.
    """
    if not isinstance(raw, dict):
        raise UsageInvalidError
    prompt, output = whole_count(raw.get("input_tokens")), whole_count(raw.get("output_tokens"))
    return Usage(
        prompt,
        whole_count(raw.get("cached_input_tokens")),
        whole_count(raw.get("cache_write_input_tokens")),
        output,
        whole_count(raw.get("reasoning_output_tokens")),
        whole_count(raw.get("total_tokens")) or prompt + output,
    )


def _record(payload: JsonObject) -> Record:
    return Record(
        thread=clean_name(payload.get("thread_id")),
        session=clean_name(payload.get("session_id")),
        turn=clean_name(payload.get("turn_id")),
        response=clean_name(payload.get("response_id")),
        usage=usage_of(payload.get("usage")),
        thread_usage=_optional(payload.get("thread_token_usage")),
    )


def _optional(raw: object) -> Usage | None:
    return None if raw is None else usage_of(raw)


def _time(line: JsonObject) -> int:
    at_ms = instant_ms(line.get("timestamp"))
    if at_ms is None:
        raise UsageInvalidError
    return at_ms

"""Lines as Codex writes them, with invented values; no test lives here."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from token_tracker.sources._lines import file_state
from token_tracker.sources._native import STANDARD
from token_tracker.sources._native import Toolset
from token_tracker.sources._native import native
from token_tracker.sources.codex import read_file
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import Reading

if native() is not None:
    # Now, not in the middle of a run: hypothesis draws on the constants of loaded modules.
    importlib.import_module("token_tracker.sources.codex.typed_lines")

READERS = [reader for reader in (STANDARD, native()) if reader is not None]
each_reader = pytest.mark.parametrize("reader", READERS, ids=[reader.name for reader in READERS])

EARLIER = "01a202b1-0000-7000-8000-000000000001"
THREAD = "01a202b2-0000-7000-8000-000000000001"
SIBLING = "01a202b2-0000-7000-8000-000000000002"
OLD_TURN = "01a202b1-1111-7000-8000-000000000001"
OWN_TURN = "01a202b2-1111-7000-8000-000000000001"

Line = dict[str, Any]


def line(kind: str, *, second: float = 5, **payload: Any) -> Line:
    """Give a line some seconds after ten o'clock."""
    return {"timestamp": f"2026-11-20T10:00:{second:06.3f}Z", "type": kind, "payload": payload}


def meta(thread: str = THREAD, *, second: float = 0, **more: Any) -> Line:
    """Give a `session_meta`."""
    return line("session_meta", second=second, id=thread, cwd="/w/shop", **more)


def context(turn: str | None = OWN_TURN, model: str = "gpt-5.4", *, second: float = 4) -> Line:
    """Give a `turn_context`; releases before 0.104 or so gave turns no ids."""
    named = {"turn_id": turn} if turn else {}
    return line("turn_context", second=second, model=model, cwd="/w/shop", **named)


def usage(prompt: int, output: int, **more: int) -> Line:
    """Give counts whose total is right."""
    return {"input_tokens": prompt, "output_tokens": output, "total_tokens": prompt + output, **more}


def totals(total: Line, last: Line | None = None, *, second: float = 5) -> Line:
    """Give a `token_count`."""
    info = {"total_token_usage": total, "last_token_usage": last}
    return line("event_msg", second=second, type="token_count", info=info)


def record(response: str, counts: Line, *, thread: str = THREAD, second: float = 5, **more: Any) -> Line:
    """Give a `token_usage_record`."""
    said = {"thread_id": thread, "session_id": thread, "turn_id": OWN_TURN} | more
    return line("token_usage_record", second=second, response_id=response, usage=counts, **said)


def settings(**chosen: Any) -> Line:
    """Give a `thread_settings_applied`."""
    return line("event_msg", type="thread_settings_applied", thread_id=THREAD, thread_settings=chosen)


def written(folder: Path, thread: str, *lines: Line) -> Path:
    """Write a rollout."""
    path = folder / f"rollout-2026-11-20T11-00-00-{thread}.jsonl"
    path.write_bytes(b"".join(json.dumps(one).encode() + b"\n" for one in lines))
    return path


def read(path: Path, reader: Toolset = STANDARD, cursor: Cursor | None = None) -> Reading:
    """Read a rollout."""
    return read_file(file_state(str(path), path.stat()), cursor, reader)

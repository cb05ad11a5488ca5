"""Lines as Claude Code writes them, with invented values; no test lives here."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

from token_tracker.sources._native import STANDARD
from token_tracker.sources._native import Toolset
from token_tracker.sources._native import native
from token_tracker.sources.claude_code import read_file
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading

if native() is not None:
    # Now, not in the middle of a run: hypothesis draws on the constants of loaded modules.
    importlib.import_module("token_tracker.sources.claude_code.typed_lines")

READERS = [reader for reader in (STANDARD, native()) if reader is not None]

USAGE: dict[str, Any] = {
    "input_tokens": 11,
    "cache_creation_input_tokens": 70,
    "cache_read_input_tokens": 500,
    "cache_creation": {"ephemeral_5m_input_tokens": 40, "ephemeral_1h_input_tokens": 30},
    "output_tokens": 90,
    "output_tokens_details": {"thinking_tokens": 20},
    "server_tool_use": {"web_search_requests": 1, "web_fetch_requests": 2},
    "service_tier": "standard",
    "speed": "standard",
    "inference_geo": "",
    "iterations": [],
}


def line(**changes: Any) -> dict[str, Any]:
    """Give an assistant line; `usage__x`, `message__x` and `x` name the field to change."""
    usage = dict(USAGE)
    message: dict[str, Any] = {
        "id": "msg_01Counter0001",
        "type": "message",
        "role": "assistant",
        "model": "claude-sonnet-4-5",
        "content": [{"type": "text", "text": "Sencha is on the shelf."}],
        "stop_reason": "end_turn",
        "usage": usage,
    }
    record: dict[str, Any] = {
        "type": "assistant",
        "timestamp": "2026-11-21T08:00:00.250Z",
        "sessionId": "5e551000-0099-4000-8000-000000000001",
        "uuid": "0d1f4c6a-0000-4000-8000-000000000001",
        "requestId": "req_01Counter0001",
        "isSidechain": False,
        "cwd": "/home/dev/shop",
        "gitBranch": "main",
        "message": message,
    }
    for name, value in changes.items():
        if name.startswith("usage__"):
            usage[name.removeprefix("usage__")] = value
        elif name.startswith("message__"):
            message[name.removeprefix("message__")] = value
        else:
            record[name] = value
    return record


def text_of(*records: dict[str, Any] | bytes) -> bytes:
    """Give lines as bytes, each with its newline."""
    return b"".join((one if isinstance(one, bytes) else json.dumps(one).encode()) + b"\n" for one in records)


def state_of(path: Path) -> FileState:
    """Give what the file system says of a file."""
    stat = path.stat()
    return FileState(str(path), stat.st_dev, stat.st_ino, stat.st_size, stat.st_mtime_ns)


def read(path: Path, cursor: Cursor | None = None, reader: Toolset = STANDARD) -> Reading:
    """Read a transcript."""
    return read_file(state_of(path), cursor, reader)


def read_text(place: Path, text: bytes, reader: Toolset = STANDARD) -> Reading:
    """Write a transcript and read it."""
    path = place / "session.jsonl"
    path.write_bytes(text)
    return read(path, None, reader)

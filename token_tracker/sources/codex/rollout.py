"""Read one rollout from where the last reading ended, plain or compressed."""

from __future__ import annotations

import json
from io import FileIO

from token_tracker.sources._json_lines import COMPRESSED
from token_tracker.sources._json_lines import unread_compressed
from token_tracker.sources._lines import Log
from token_tracker.sources._lines import MarkedLines
from token_tracker.sources._lines import line_numbers
from token_tracker.sources._lines import resume_offset
from token_tracker.sources._lines import tail_hash
from token_tracker.sources._native import Toolset
from token_tracker.sources._native import best
from token_tracker.sources._zstd import ZstdMissingError
from token_tracker.sources._zstd import open_stream
from token_tracker.sources.codex.lines import MARKERS
from token_tracker.sources.codex.plain_lines import add_plain_line
from token_tracker.sources.codex.thread import MEMORY_VERSION
from token_tracker.sources.codex.thread import Thread
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading


def read_rollout(state: FileState, cursor: Cursor | None, tools: Toolset | None = None) -> Reading:
    """Read what a rollout holds beyond `cursor`; a compressed one is read whole.

    Raises:
        OSError: the file cannot be opened or read; nothing is known of it.
    """
    tools = tools or best()
    if state.path.endswith(COMPRESSED):
        return _read_compressed(state, tools)
    with FileIO(state.path) as file:
        start = resume_offset(file, state, cursor if cursor and _is_known(cursor.memory) else None)
        thread = Thread(state.path, cursor.memory if cursor and start else "")
        end, problems = _add_lines(thread, file, start, tools)
        last = Cursor(state, end, tail_hash(file, end), thread.memory())
    return Reading(last, start == 0, end - start, thread.events(), problems, {})


def _read_compressed(state: FileState, tools: Toolset) -> Reading:
    thread = Thread(state.path)
    try:
        with open_stream(state.path) as file:
            _, problems = _add_lines(thread, file, 0, tools)
    except ZstdMissingError:
        return unread_compressed(state)
    return Reading(Cursor(state, state.size, b""), True, state.size, thread.events(), problems, {})


def _add_lines(thread: Thread, file: Log, start: int, tools: Toolset) -> tuple[int, list[LineProblem]]:
    """Give every line that matters to the thread; give the end of the last whole one and what failed."""
    lines = MarkedLines(file, start, MARKERS, tools)
    failed: dict[int, str] = {}
    if tools.typed:
        from token_tracker.sources.codex.typed_lines import add_typed_lines

        add_typed_lines(lines, thread, failed)
    else:
        for offset, text in lines:
            add_plain_line(thread, offset, bytes(text), failed)
    failed |= dict.fromkeys(lines.too_long, "line-too-long")
    places = sorted(failed)
    numbers = line_numbers(file, places)
    return lines.offset, [
        LineProblem(failed[place], place, number) for place, number in zip(places, numbers, strict=True)
    ]


def _is_known(memory: str) -> bool:
    """Say whether this version wrote the memory of a cursor; else the file is read from its start."""
    try:
        return bool(json.loads(memory)["version"] == MEMORY_VERSION)
    except (ValueError, TypeError, KeyError):
        return False

"""Read one transcript from where the last reading ended, with its usage events."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from io import FileIO
from typing import Any

from token_tracker.sources._fields import parse_object
from token_tracker.sources._lines import MarkedLines
from token_tracker.sources._lines import line_numbers
from token_tracker.sources._lines import resume_offset
from token_tracker.sources._lines import tail_hash
from token_tracker.sources._native import Toolset
from token_tracker.sources._native import best
from token_tracker.sources.claude_code.agent_names import CALL_MARKER
from token_tracker.sources.claude_code.lines import line_of
from token_tracker.sources.claude_code.responses import SYNTHETIC_MODEL
from token_tracker.sources.claude_code.responses import Responses
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading

MARKER = b'"usage"'


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

            add_typed_lines(lines, responses, tools.find)
        else:
            for offset, text in lines:
                responses.add_text(offset, bytes(text))
        failed = sorted((responses.failed | dict.fromkeys(lines.too_long, "line-too-long")).items())
        numbers = line_numbers(file, [offset for offset, _ in failed])
        problems = [
            LineProblem(code, offset, number) for (offset, code), number in zip(failed, numbers, strict=True)
        ]
        names = responses.names.resolved(lambda: _lines_with_calls(file, start, tools) if start else ())
        end = Cursor(state, lines.offset, tail_hash(file, lines.offset))
    return Reading(end, start == 0, lines.offset - start, responses.events(), problems, names)


def _lines_with_calls(file: FileIO, end: int, tools: Toolset) -> Iterator[Mapping[str, Any]]:
    """Give the lines before `end` that may start a sub-agent."""
    for offset, text in MarkedLines(file, 0, CALL_MARKER, tools):
        if offset >= end:
            return
        try:
            line = parse_object(bytes(text))
            response = line_of(line)
        except ValueError:
            continue
        if response is not None and response.model != SYNTHETIC_MODEL:
            yield line

"""Read a JSON Lines log whose every line, or every marked line, is worth parsing.

For logs that are small beside those of Claude Code and Codex, which have readers of their
own. Compressed logs are read too: whole, since nothing is ever added to one.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from io import FileIO
from typing import Protocol

from token_tracker.model import UsageEvent
from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import UsageInvalidError
from token_tracker.sources._fields import parse_object
from token_tracker.sources._lines import Log
from token_tracker.sources._lines import MarkedLines
from token_tracker.sources._lines import line_numbers
from token_tracker.sources._lines import resume_offset
from token_tracker.sources._lines import tail_hash
from token_tracker.sources._native import STANDARD
from token_tracker.sources._zstd import ZstdMissingError
from token_tracker.sources._zstd import open_stream
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading

COMPRESSED = ".zst"
BLANKS = b" \t\r\0\xef\xbb\xbf"
"""What a line may hold and still say nothing: blanks, a byte order mark, NULs of a power cut."""


class LineTaker(Protocol):
    """What one source makes of the lines of one file."""

    def take(self, offset: int, line: JsonObject) -> None:
        """Take in the object on a line; raise UsageInvalidError when it cannot be counted."""

    def events(self) -> Sequence[UsageEvent]:
        """Give the events of all lines taken."""

    def memory(self) -> str:
        """Give what to know to go on behind the last line, as JSON text."""


def read_json_lines(
    state: FileState, cursor: Cursor | None, begin: Callable[[str], LineTaker], markers: Sequence[bytes] = ()
) -> Reading:
    """Read what a log holds beyond `cursor`.

    `begin` makes the taker from the memory of the last reading, "" at the start of a file.
    `markers`: only lines that hold one of them are parsed; all lines where there are none.

    Raises:
        OSError: the file cannot be opened or read; nothing is known of it.
    """
    if state.path.endswith(COMPRESSED):
        return _read_compressed(state, begin, markers)
    with FileIO(state.path) as file:
        start = resume_offset(file, state, cursor)
        taker = begin(cursor.memory if cursor and start else "")
        end, problems = _take_lines(file, start, taker, markers)
        last = Cursor(state, end, tail_hash(file, end), taker.memory())
    return Reading(last, start == 0, end - start, taker.events(), problems, {})


def _read_compressed(
    state: FileState, begin: Callable[[str], LineTaker], markers: Sequence[bytes]
) -> Reading:
    """Read a whole compressed log: nothing is ever added to one."""
    taker = begin("")
    try:
        with open_stream(state.path) as file:
            _, problems = _take_lines(file, 0, taker, markers)
    except ZstdMissingError:
        return unread_compressed(state)
    return Reading(
        Cursor(state, state.size, b"", taker.memory()), True, state.size, taker.events(), problems, {}
    )


def unread_compressed(state: FileState) -> Reading:
    """Say that a log waits for something that decompresses it.

    The state is noted as another one than it has, so that the next reading tries again.
    """
    cursor = Cursor(state._replace(mtime_ns=0), 0, b"")
    return Reading(cursor, True, 0, [], [LineProblem("file-codec-missing", 0, 1)], {})


def _take_lines(
    file: Log, start: int, taker: LineTaker, markers: Sequence[bytes]
) -> tuple[int, list[LineProblem]]:
    """Give every line to the taker; give the end of the last whole one and what went wrong."""
    failed: dict[int, str] = {}
    lines = MarkedLines(file, start, b"", STANDARD)
    for offset, view in lines:
        text = bytes(view)
        if not text.strip(BLANKS) or (markers and not any(marker in text for marker in markers)):
            continue
        try:
            taker.take(offset, parse_object(text))
        except UsageInvalidError:
            failed[offset] = "usage-invalid"
        except ValueError:
            failed[offset] = "line-not-json"
    failed |= dict.fromkeys(lines.too_long, "line-too-long")
    places = sorted(failed)
    numbers = line_numbers(file, places)
    return lines.offset, [
        LineProblem(failed[place], place, number) for place, number in zip(places, numbers, strict=True)
    ]

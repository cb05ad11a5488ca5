"""Read a growing JSON Lines file from where the last reading ended.

Most lines of an agent's log are conversation, of no interest here and never parsed: one
reused buffer is searched for markers, and only the lines that hold one are cut out.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from hashlib import blake2b
from stat import S_ISREG
from typing import Protocol

from token_tracker.sources._native import Find
from token_tracker.sources._native import Toolset
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Root

BUFFER_BYTES = 1 << 18  # measured: fits the second cache of a core; 1 MiB costs 4 % more
LONGEST_LINE_BYTES = 32 << 20
TAIL_BYTES = 4096
STORED_BITS = 2**63 - 1
"""Some file systems number devices and files with all of 64 bits; a signed column holds 63."""


class Log(Protocol):
    """An open log: a file, or what is in a compressed one."""

    def seek(self, offset: int, whence: int = 0, /) -> int: ...

    def read(self, size: int = -1, /) -> bytes | None: ...

    def readinto(self, buffer: memoryview, /) -> int | None: ...


_spare: list[bytearray] = []
"""Buffers that no reading is using: nearly always the one, which stays in the cache of the core."""


class MarkedLines:
    """The whole lines of an open file, from `offset` on, that hold `marker`, or one of several.

    Iterating gives (byte offset, line without its newline); the line is a view into the
    reused buffer and must be decoded before the next one is asked for. An empty marker is in
    every line, blank ones too; the native search does not take one. Afterwards
    `offset` is the end of the last whole line: a line still being written is left for the
    next reading. `too_long` holds the offsets of marked lines beyond `longest` bytes.
    """

    def __init__(
        self,
        file: Log,
        offset: int,
        marker: bytes | tuple[bytes, ...],
        tools: Toolset,
        longest: int = LONGEST_LINE_BYTES,
    ) -> None:
        self.offset = offset
        self.too_long: list[int] = []
        self._file = file
        self._markers = marker if isinstance(marker, tuple) else (marker,)
        self._marker = self._markers[0]
        self._find = tools.find if len(self._markers) == 1 else Nearest(tools.find, self._markers)
        self._longest = longest

    def __iter__(self) -> Iterator[tuple[int, memoryview]]:
        own = _spare.pop() if _spare else bytearray(BUFFER_BYTES)
        try:
            yield from self._found(own)
        finally:
            _spare.append(own)

    def _found(self, own: bytearray) -> Iterator[tuple[int, memoryview]]:
        find, marker = self._find, self._marker
        buffer, held = own, 0
        self._file.seek(self.offset)
        while True:
            if held == len(buffer):
                if held >= self._longest:
                    if not self._skip_line(buffer):
                        return
                    buffer, held = own, 0
                    continue
                buffer = buffer + bytearray(len(buffer))
            view = memoryview(buffer)
            got = self._file.readinto(view[held:])
            if not got:
                return
            end = held + got
            stop = buffer.rfind(b"\n", held, end) + 1
            if not stop:
                held = end
                continue
            position = 0
            while position < stop and (hit := find(buffer, marker, position, stop)) >= 0:
                first = max(buffer.rfind(b"\n", position, hit) + 1, position)
                last = buffer.find(b"\n", hit, stop)
                yield self.offset + first, view[first:last]
                position = last + 1
            held = end - stop
            view[:held] = view[stop:end]
            self.offset += stop

    def _skip_line(self, start: bytearray) -> bool:
        """Pass over a line too long to hold; False when its end is not written yet."""
        marked = self._find(start, self._marker, 0, len(start)) >= 0
        at = self.offset + len(start)
        overlap_bytes = max(map(len, self._markers))
        overlap = bytes(start[len(start) - overlap_bytes :])  # an empty marker overlaps with nothing
        while chunk := read_at(self._file, at, BUFFER_BYTES):
            newline = chunk.find(b"\n")
            part = overlap + (chunk if newline < 0 else chunk[:newline])
            marked = marked or any(marker in part for marker in self._markers)
            if newline >= 0:
                if marked:
                    self.too_long.append(self.offset)
                self.offset = at + newline + 1
                self._file.seek(self.offset)
                return True
            overlap = part[len(part) - overlap_bytes :]
            at += len(chunk)
        return False


class Nearest:
    """Find the nearest of several markers in a buffer that is searched from its start to its end.

    The first is the frequent one. The others are searched for again only when the search has
    passed their last place, so that each costs one pass over the buffer. A search that begins
    at 0 is of new content.
    """

    def __init__(self, find: Find, markers: tuple[bytes, ...]) -> None:
        self._find = find
        self._first, *self._others = markers
        self._places = [-1] * len(self._others)
        self._nearest_other = -1

    def __call__(self, buffer: bytearray, _: bytes, start: int, stop: int) -> int:
        """Give the nearest place of any marker between two places, or -1."""
        if self._nearest_other < start or not start:
            self._search_others(buffer, start, stop)
        other = self._nearest_other
        found = self._find(buffer, self._first, start, other)
        if found >= 0:
            return found
        return other if other < stop else -1

    def _search_others(self, buffer: bytearray, start: int, stop: int) -> None:
        for number, place in enumerate(self._places):
            if place < start or not start:
                found = self._find(buffer, self._others[number], start, stop)
                self._places[number] = found if found >= 0 else stop
        self._nearest_other = min(self._places)


def resume_offset(file: Log, state: FileState, cursor: Cursor | None) -> int:
    """Give the offset to go on from: 0 when the file is not the one that was read."""
    if cursor is None or state.size < cursor.offset:
        return 0
    if (state.device, state.inode) != (cursor.state.device, cursor.state.inode):
        return 0
    return cursor.offset if tail_hash(file, cursor.offset) == cursor.tail_hash else 0


def tail_hash(file: Log, offset: int) -> bytes:
    """Hash the bytes just before an offset, to know them again."""
    start = max(0, offset - TAIL_BYTES)
    return blake2b(read_at(file, start, offset - start), digest_size=8).digest()


def read_at(file: Log, offset: int, size: int) -> bytes:
    """Read up to `size` bytes from a place; less only at the end of the file."""
    file.seek(offset)
    return file.read(size) or b""


def line_numbers(file: Log, offsets: Sequence[int]) -> list[int]:
    """Give the numbers, from 1, of the lines that begin at these byte offsets, which ascend."""
    numbers: list[int] = []
    number, at = 1, 0
    for offset in offsets:
        while at < offset and (chunk := read_at(file, at, min(BUFFER_BYTES, offset - at))):
            number += chunk.count(b"\n")
            at += len(chunk)
        numbers.append(number)
    return numbers


def files_below(roots: Iterable[Root], suffix: str | tuple[str, ...]) -> list[FileState]:
    """List the files below the roots whose name ends with `suffix`, each once.

    Links are followed and loops are not: a directory and a file are known by device and
    inode, so a home reached by two names is read once. A directory that is closed to us
    stands in the list itself: reading it fails, and so it is named as unreadable.
    """
    found: dict[tuple[int, int], FileState] = {}
    closed: list[FileState] = []
    seen: set[tuple[int, int]] = set()
    pending = [root.path for root in reversed(list(roots)) if root.found]
    while pending:
        folder = pending.pop()
        try:
            stat = os.stat(folder)
            if (stat.st_dev, stat.st_ino) in seen:
                continue
            seen.add((stat.st_dev, stat.st_ino))
            with os.scandir(folder) as entries:
                folders = [
                    entry.path
                    for entry in entries
                    if not _take_file(entry, suffix, found) and _is_folder(entry)
                ]
        except PermissionError:
            closed.append(FileState(folder, 0, 0, 0, 0))
        except OSError:
            continue  # vanished between listing and reading
        else:
            pending += sorted(folders, reverse=True)
    return sorted([*found.values(), *closed])


def file_state(path: str, stat: os.stat_result) -> FileState:
    """Give what the file system says of a file, in numbers that a column of the ledger holds."""
    return FileState(
        path, stat.st_dev & STORED_BITS, stat.st_ino & STORED_BITS, stat.st_size, stat.st_mtime_ns
    )


def _take_file(
    entry: os.DirEntry[str], suffix: str | tuple[str, ...], found: dict[tuple[int, int], FileState]
) -> bool:
    """Note a regular file of the right name; False where the entry is something else."""
    if not entry.name.endswith(suffix):
        return False
    try:
        stat = entry.stat()
    except OSError:
        return True
    if not S_ISREG(stat.st_mode):
        return False
    key = (stat.st_dev, stat.st_ino)
    state = file_state(entry.path, stat)
    found[key] = min(found.get(key, state), state)
    return True


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False

"""Read many files, on all cores when there is much to read.

Children are forked and take files from one queue, as this process does whenever it is not
busy with what was read. Where there is no fork, or little to read, it reads all itself.
"""

from __future__ import annotations

import os
import pickle
import select
import struct
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from io import FileIO
from typing import Any
from typing import NamedTuple
from typing import TypeVar

from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState

PARALLEL_FROM_BYTES = 24 << 20
LARGEST_POOL = 4
PIPE_BYTES = 1 << 20
"""Room for what children have read while this process is storing; Linux grants it to anyone."""

MOST_TICKETS = 8192
_TICKET = struct.Struct("<I")
_LENGTH = struct.Struct("<Q")


T = TypeVar("T")


class Task(NamedTuple):
    """One file to read from where its last reading ended."""

    state: FileState
    cursor: Cursor | None

    @property
    def unread_bytes(self) -> int:
        """How much there is to read, at most."""
        read = self.cursor.offset if self.cursor and self.cursor.offset <= self.state.size else 0
        return self.state.size - read


class Unread(NamedTuple):
    """A file that could not be read, what the system said, and its number for it (`errno`)."""

    path: str
    reason: str
    number: int | None = None


def read_all(read: Callable[[Task], T], tasks: Sequence[Task], cores: int) -> Iterator[T | Unread]:
    """Give what `read` makes of every task, in no particular order.

    `read` runs in children too, so what it gives must be fit to be pickled.
    """
    workers = min(cores, LARGEST_POOL) if hasattr(os, "fork") else 1
    if workers < 2 or sum(task.unread_bytes for task in tasks) < PARALLEL_FROM_BYTES:
        yield from _read_here(read, tasks)
        return
    groups = _groups(tasks)
    tickets = _ticket_queue(len(groups))
    children = [_start(read, groups, tickets) for _ in range(workers - 1)]
    missing = set(range(len(groups)))
    try:
        while (number := _take(tickets)) is not None:
            yield from _read_here(read, groups[number])
            missing.discard(number)
            for child in children:
                yield from child.receive(missing, wait=False)
        for child in children:
            yield from child.receive(missing, wait=True)
        # What a lost child had taken and not sent is read here.
        for number in sorted(missing):
            yield from _read_here(read, groups[number])
    finally:
        os.close(tickets)
        # All pipes first: a child holds those of the children before it, and none of them
        # ends while somebody could still read what it is writing.
        for child in children:
            child.close()
        for child in children:
            child.wait()


class _Child:
    """A forked reader, and the end of the pipe through which its results come."""

    def __init__(self, pid: int, pipe: int) -> None:
        self._pid = pid
        self._pipe = pipe
        self._received = bytearray()
        self._open = True

    def receive(self, missing: set[int], wait: bool) -> Iterator[Any]:
        """Give results that are there; with `wait`, all until the child ends."""
        while self._open and (wait or select.select([self._pipe], [], [], 0)[0]):
            chunk = os.read(self._pipe, PIPE_BYTES)
            self._open = bool(chunk)
            self._received += chunk
            while len(self._received) >= _LENGTH.size:
                (size,) = _LENGTH.unpack_from(self._received)
                end = _LENGTH.size + size
                if len(self._received) < end:
                    break
                number, results = pickle.loads(self._received[_LENGTH.size : end])  # noqa: S301 - our own child's
                del self._received[:end]
                missing.discard(number)
                yield from results

    def close(self) -> None:
        """Take no more from the child."""
        os.close(self._pipe)

    def wait(self) -> None:
        """Note that the child ended."""
        os.waitpid(self._pid, 0)


def _read_here(read: Callable[[Task], T], tasks: Sequence[Task]) -> Iterator[T | Unread]:
    for task in tasks:
        try:
            yield read(task)
        except OSError as error:
            yield Unread(task.state.path, error.strerror or str(error), error.errno)


def _groups(tasks: Sequence[Task]) -> list[Sequence[Task]]:
    """Cut the work into tickets, the largest files first, so that all end together."""
    ordered = sorted(tasks, key=lambda task: task.unread_bytes, reverse=True)
    size = -(-len(ordered) // MOST_TICKETS)
    return [ordered[start : start + size] for start in range(0, len(ordered), size)]


def _ticket_queue(count: int) -> int:
    """Make a pipe that holds every ticket: whoever reads four bytes has taken one."""
    outgoing, incoming = os.pipe()
    os.write(incoming, b"".join(_TICKET.pack(number) for number in range(count)))
    os.close(incoming)
    return outgoing


def _take(tickets: int) -> int | None:
    ticket = os.read(tickets, _TICKET.size)
    return int(_TICKET.unpack(ticket)[0]) if ticket else None


def _start(read: Callable[[Task], T], groups: Sequence[Sequence[Task]], tickets: int) -> _Child:
    incoming, outgoing = os.pipe()
    _widen(outgoing)
    pid = os.fork()
    if pid == 0:  # pragma: no cover - runs in the child, where nothing measures
        status = 1
        try:
            os.close(incoming)
            with open(outgoing, "wb", buffering=0) as pipe:
                while (number := _take(tickets)) is not None:
                    text = pickle.dumps(
                        (number, list(_read_here(read, groups[number]))), pickle.HIGHEST_PROTOCOL
                    )
                    _send(pipe, _LENGTH.pack(len(text)) + text)
            status = 0
        finally:
            os._exit(status)
    os.close(outgoing)
    return _Child(pid, incoming)


def _send(pipe: FileIO, text: bytes) -> None:  # pragma: no cover - runs in the child
    view = memoryview(text)
    while view:
        view = view[pipe.write(view) :]


def _widen(pipe: int) -> None:
    try:
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, PIPE_BYTES)
    except (ImportError, AttributeError, OSError):
        return  # a narrow pipe only makes a child wait for us

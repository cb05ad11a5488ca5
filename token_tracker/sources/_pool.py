"""Read many files, on all cores when there is much to read.

Children are forked, read their share, and send readings back through a pipe. Where there
is no fork, or little to read, this process reads everything itself.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from typing import BinaryIO
from typing import NamedTuple
from typing import TypeVar

from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState

PARALLEL_FROM_BYTES = 24 << 20
LARGEST_POOL = 4


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
    """A file that could not be read, and what the system said."""

    path: str
    reason: str


def read_all(read: Callable[[Task], T], tasks: Sequence[Task], cores: int) -> Iterator[T | Unread]:
    """Give what `read` makes of every task, in no particular order.

    `read` runs in children too, so what it gives must be fit to be pickled.
    """
    workers = min(cores, LARGEST_POOL) if hasattr(os, "fork") else 1
    if workers < 2 or sum(task.unread_bytes for task in tasks) < PARALLEL_FROM_BYTES:
        yield from _read_here(read, tasks)
        return
    own, *shares = _shares(tasks, workers)
    children = [_start(read, share) for share in shares if share]
    try:
        yield from _read_here(read, own)
        for child in children:
            yield from _receive(child, read)
    finally:
        for child in children:
            child.pipe.close()
            os.waitpid(child.pid, 0)


class _Child(NamedTuple):
    pid: int
    pipe: BinaryIO
    share: Sequence[Task]


def _read_here(read: Callable[[Task], T], tasks: Sequence[Task]) -> Iterator[T | Unread]:
    for task in tasks:
        try:
            yield read(task)
        except OSError as error:
            yield Unread(task.state.path, error.strerror or str(error))


def _shares(tasks: Sequence[Task], workers: int) -> list[list[Task]]:
    """Split by bytes: the next largest file goes to whoever has least."""
    shares: list[list[Task]] = [[] for _ in range(workers)]
    loads = [0] * workers
    for task in sorted(tasks, key=lambda task: task.unread_bytes, reverse=True):
        least = loads.index(min(loads))
        shares[least].append(task)
        loads[least] += task.unread_bytes
    return shares


def _start(read: Callable[[Task], T], share: Sequence[Task]) -> _Child:
    incoming, outgoing = os.pipe()
    pid = os.fork()
    if pid == 0:  # pragma: no cover - runs in the child, where nothing measures
        status = 1
        try:
            os.close(incoming)
            with open(outgoing, "wb") as pipe:
                for result in _read_here(read, share):
                    pickle.dump(result, pipe, pickle.HIGHEST_PROTOCOL)
                pickle.dump(None, pipe)
            status = 0
        finally:
            os._exit(status)
    os.close(outgoing)
    return _Child(pid, open(incoming, "rb"), share)


def _receive(child: _Child, read: Callable[[Task], T]) -> Iterator[T | Unread]:
    """Give what a child read; whatever a lost child did not send is read here."""
    received = 0
    while True:
        try:
            result = pickle.load(child.pipe)  # noqa: S301 - our own child wrote it
        except (EOFError, pickle.UnpicklingError):
            yield from _read_here(read, child.share[received:])
            return
        if result is None:
            return
        received += 1
        yield result

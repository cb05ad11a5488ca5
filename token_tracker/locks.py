"""One process at a time: a lock on a file, held by the operating system.

It is free again the moment its holder ends, however it ends. Only Linux was run; the
Windows branch is written to its documentation.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

POLL_S = 0.02


@contextmanager
def file_lock(path: Path, timeout_s: float, sleep: Callable[[float], None] = time.sleep) -> Iterator[bool]:
    """Hold the lock of `path` while the block runs; give False when it stays taken.

    Raises:
        OSError: the lock file cannot be made here.
    """
    fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
    try:
        yield _acquire(fd, timeout_s, sleep)
    finally:
        os.close(fd)


def _acquire(fd: int, timeout_s: float, sleep: Callable[[float], None]) -> bool:
    deadline = time.monotonic() + timeout_s
    while not _try(fd):
        if time.monotonic() >= deadline:
            return False
        sleep(POLL_S)
    return True


if os.name == "nt":  # pragma: no cover - not run here; see the docstring

    def _try(fd: int) -> bool:
        import msvcrt

        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]  # Windows only
        except OSError:
            return False
        return True

else:

    def _try(fd: int) -> bool:
        import fcntl

        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

"""One process at a time, and files that are whole: what every change of the home rests on.

A lock is held by the operating system and free again the moment its holder ends, however
it ends. Only Linux was run; the Windows branch is written to its documentation.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress

LOCK_FILE = ".lock"
"""What is locked while a settings or state file of the home is changed."""

POLL_S = 0.02
FILE_MODE = 0o600


@contextmanager
def file_lock(
    path: str | os.PathLike[str], timeout_s: float, sleep: Callable[[float], None] = time.sleep
) -> Iterator[bool]:
    """Hold the lock of `path` while the block runs; give False when it stays taken.

    Raises:
        OSError: the lock file cannot be made here.
    """
    fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), FILE_MODE)
    try:
        yield _acquire(fd, timeout_s, sleep)
    finally:
        os.close(fd)


def take_lock(path: str | os.PathLike[str]) -> int | None:
    """Take the lock and give its descriptor, to be closed; None when another process has it.

    Raises:
        OSError: the lock file cannot be made here.
    """
    fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), FILE_MODE)
    if _try(fd):
        return fd
    os.close(fd)
    return None


def read_plain_file(path: str | os.PathLike[str], most_bytes: int) -> bytes:
    """Read the first bytes of a file of the home.

    Raises:
        OSError: it cannot be read, or is a pipe or device, of which nobody knows when it ends.
    """
    # Opening a pipe waits for somebody who writes, unless it is opened not to wait.
    fd = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError(errno.EINVAL, "not a plain file")
        return file.read(most_bytes)


def replace_file(path: str | os.PathLike[str], text: bytes) -> None:
    """Write a file of the home whole: after a crash it is the old one or the new one.

    Raises:
        OSError: it cannot be written; the old one is as it was.
    """
    fresh = f"{os.fspath(path)}.new"
    with suppress(FileNotFoundError):
        os.unlink(fresh)  # of a process that was killed
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with open(fd, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    os.replace(fresh, path)


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

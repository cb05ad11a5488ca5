"""Files of the home as the operating system gives them: read one, lock one.

Nothing is imported here that takes time: every session start comes through here. Only Linux
was run; the Windows branch is written to its documentation.
"""

from __future__ import annotations

import os
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from os import PathLike

FILE_MODE = 0o600
LARGEST_SETTINGS = 1 << 20
"""Bytes of a settings file; one that is larger was not written by a person or by us."""

NOT_PLAIN = 22
"""EINVAL, without the module that names it."""


def read_plain_file(path: str | PathLike[str], most_bytes: int) -> bytes:
    """Read the first bytes of a file of the home.

    Raises:
        OSError: it cannot be read, or is a pipe or device, of which nobody knows when it ends.
    """
    # Opening a pipe waits for somebody who writes, unless it is opened not to wait.
    fd = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(fd, "rb") as file:
        if not stat.S_ISREG(os.fstat(fd).st_mode):
            raise OSError(NOT_PLAIN, "not a plain file")
        return file.read(most_bytes)


def open_lock(path: str | PathLike[str]) -> int:
    """Open the file of a lock; gives its descriptor, to be closed.

    Raises:
        OSError: it cannot be made here.
    """
    return os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), FILE_MODE)


def take_lock(path: str | PathLike[str]) -> int | None:
    """Take the lock and give its descriptor, to be closed; None when another process has it.

    Raises:
        OSError: as for `open_lock`.
    """
    fd = open_lock(path)
    if try_lock(fd):
        return fd
    os.close(fd)
    return None


if os.name == "nt":  # pragma: no cover - not run here; see the docstring

    def try_lock(fd: int) -> bool:
        """Take the lock of an open file; False when another process has it."""
        import msvcrt

        try:
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]  # Windows only
        except OSError:
            return False
        return True

else:

    def try_lock(fd: int) -> bool:
        """Take the lock of an open file; False when another process has it."""
        import fcntl

        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

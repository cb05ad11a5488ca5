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

LARGEST_FILE = 64 << 20
"""More bytes than any file has that is read whole."""

NOT_PLAIN = 22
"""EINVAL, without the module that names it."""

_KINDS = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "folder",
    stat.S_IFIFO: "pipe",
    stat.S_IFSOCK: "socket",
}


class OddFileError(OSError):
    """Something else has the name of a plain file. `kind`: as `kind_of` has it."""

    def __init__(self, path: str | PathLike[str], kind: str) -> None:
        reason = "Is a directory" if kind == "folder" else "not a plain file"
        super().__init__(NOT_PLAIN, reason, os.fspath(path))
        self.kind = kind


def kind_of(path: str | PathLike[str]) -> str:
    """Say what has a name, links followed.

    That is "file", "folder", "pipe", "socket", "device", "link" for one that leads nowhere, or
    "" for nothing at all.

    Raises:
        OSError: nobody may look.
    """
    try:
        return _kind(os.stat(path).st_mode)
    except FileNotFoundError:
        return "link" if os.path.islink(path) else ""


def refuse_odd_file(path: str | PathLike[str]) -> None:
    """Refuse what is neither a plain file nor nothing, for those who open it by its name.

    Raises:
        OddFileError: it is.
        OSError: nobody may look.
    """
    kind = kind_of(path)
    if kind not in ("", "file"):
        raise OddFileError(path, kind)


def read_plain_file(path: str | PathLike[str], most_bytes: int = LARGEST_FILE) -> bytes:
    """Read the first bytes of a file of the home.

    Raises:
        OSError: it cannot be read.
        OddFileError: it is a folder, or a pipe or device, of which nobody knows when it ends.
    """
    # Opening a pipe waits for somebody who writes, unless it is opened not to wait.
    fd = _open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    _refuse_odd(fd, path)
    with open(fd, "rb") as file:
        return file.read(most_bytes)


def open_lock(path: str | PathLike[str]) -> int:
    """Open the file of a lock; gives its descriptor, to be closed.

    Raises:
        OSError: it cannot be made here.
        OddFileError: something else has its name.
    """
    fd = _open(path, os.O_RDWR | os.O_CREAT)
    _refuse_odd(fd, path)
    return fd


def _refuse_odd(fd: int, path: str | PathLike[str]) -> None:
    """Refuse what was opened and is no plain file; it is closed then."""
    kind = _kind(os.fstat(fd).st_mode)
    if kind != "file":
        os.close(fd)
        raise OddFileError(path, kind)


def _kind(mode: int) -> str:
    return _KINDS.get(stat.S_IFMT(mode), "device")


def _open(path: str | PathLike[str], flags: int) -> int:
    """Open without waiting for whoever is at the other end of a pipe."""
    flags |= getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    try:
        return os.open(path, flags, FILE_MODE)
    except OSError as error:
        # A folder, a socket or a link that leads nowhere does not even open, and says so in many ways.
        if flags & os.O_CREAT or not isinstance(error, FileNotFoundError):
            refuse_odd_file(path)
        raise


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

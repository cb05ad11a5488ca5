"""One process at a time, and files that are whole: what every change of the home rests on.

A lock is held by the operating system and free again the moment its holder ends, however
it ends.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from token_tracker.errors import StorageError
from token_tracker.files import FILE_MODE
from token_tracker.files import OddFileError
from token_tracker.files import kind_of
from token_tracker.files import open_lock
from token_tracker.files import refuse_odd_file
from token_tracker.files import try_lock

LOCK_FILE = ".lock"
"""What is locked while a settings or state file of the home is changed."""

LOCK_TIMEOUT_S = 10.0
"""How long a change of the home waits for another one."""

POLL_S = 0.02


@contextmanager
def file_lock(
    path: str | os.PathLike[str], timeout_s: float, sleep: Callable[[float], None] = time.sleep
) -> Iterator[bool]:
    """Hold the lock of `path` while the block runs; give False when it stays taken.

    Raises:
        OSError: the lock file cannot be made here.
    """
    fd = open_lock(path)
    try:
        yield _acquire(fd, timeout_s, sleep)
    finally:
        os.close(fd)


@contextmanager
def lock_to_remove(path: str | os.PathLike[str], timeout_s: float) -> Iterator[bool]:
    """Hold a lock as `file_lock` does; what is no plain file nobody holds, and it stops no removal.

    Raises:
        OSError: as for `file_lock`.
    """
    if kind_of(path) in ("", "file"):
        with file_lock(path, timeout_s) as is_held:
            yield is_held
    else:
        yield True


def replace_file(path: str | os.PathLike[str], text: bytes) -> None:
    """Write a file of the home whole: after a crash it is the old one or the new one.

    Raises:
        OSError: it cannot be written; the old one is as it was.
        OddFileError: a folder has its name.
    """
    fresh = Path(f"{os.fspath(path)}.new")
    _remove_if_there(fresh)  # of a process that was killed
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with open(fd, "wb") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.replace(fresh, path)
    except OSError:
        fresh.unlink()
        refuse_odd_file(path)
        raise


def refused(home: str, error: OSError) -> StorageError:
    """Say what the system refused in a home, and which file is in the way where one is."""
    if isinstance(error, OddFileError):
        return StorageError("file_odd", path=str(error.filename), kind=error.kind)
    return StorageError("home_unusable", path=home, reason=error.strerror or str(error))


def _remove_if_there(path: Path) -> None:
    try:
        path.unlink()
    except FileNotFoundError:
        return
    except OSError:
        refuse_odd_file(path)
        raise


def _acquire(fd: int, timeout_s: float, sleep: Callable[[float], None]) -> bool:
    deadline = time.monotonic() + timeout_s
    while not try_lock(fd):
        if time.monotonic() >= deadline:
            return False
        sleep(POLL_S)
    return True

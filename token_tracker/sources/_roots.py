"""Where a source may look: its home by the host's variables, and what the person added."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable
from io import BufferedReader
from io import FileIO
from pathlib import Path
from stat import S_ISDIR
from stat import S_ISREG
from typing import BinaryIO

from token_tracker.sources._lines import file_state
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Root


def roots_at(places: Iterable[Path | str]) -> list[Root]:
    """Give places in their order, each once, with whether a directory is there."""
    paths = dict.fromkeys(os.path.abspath(place) for place in places)
    return [Root(path, is_directory(path)) for path in paths]


def is_directory(path: Path | str) -> bool:
    """Say whether a directory exists, as far as we may look: one that is closed to us may."""
    try:
        return S_ISDIR(os.stat(path).st_mode)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False


def is_file(path: Path | str) -> bool:
    """Say whether a regular file exists; one that is closed to us may."""
    try:
        return S_ISREG(os.stat(path).st_mode)
    except PermissionError:
        return True
    except (OSError, ValueError):
        return False


def open_file(path: Path | str) -> BinaryIO:
    """Open a regular file for reading.

    Raises:
        OSError: it is not there, closed to us, or something else of that name: nobody may have
            us wait at the end of a pipe.
    """
    file = BufferedReader(FileIO(path, opener=_at_once))
    if not S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(errno.EINVAL, "not a regular file", str(path))
    return file


def _at_once(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def listed(folder: Path | str) -> list[str]:
    """Give the names in a directory, sorted; none where it cannot be listed."""
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []


def states_of(paths: Iterable[str]) -> list[FileState]:
    """Give what the file system says of those regular files that are there, each once."""
    found: dict[tuple[int, int], FileState] = {}
    for path in paths:
        try:
            stat = os.stat(path)
        except PermissionError:
            found[0, hash(path)] = FileState(path, 0, 0, 0, 0)  # reading it names it
            continue
        except OSError:
            continue
        if S_ISREG(stat.st_mode):
            found.setdefault((stat.st_dev, stat.st_ino), file_state(path, stat))
    return sorted(found.values())

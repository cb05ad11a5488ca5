"""Read and replace the settings files of hosts: other programs' files, handled with care.

A file is read whole and written whole, under the eyes of nobody: what changed since it was
read is never overwritten. What the text means is not known here.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final
from typing import NamedTuple

from token_tracker.errors import SettingsError
from token_tracker.errors import StorageError
from token_tracker.paths import FILE_MODE
from token_tracker.paths import HOME_MODE

LARGEST_BYTES: Final = 1 << 22
BYTE_ORDER_MARK: Final = b"\xef\xbb\xbf"


class HostFile(NamedTuple):
    """A file as it was read. `content`: None where there is none. `target`: where its bytes really are."""

    path: Path
    target: Path
    content: bytes | None
    mode: int


def read_host_file(path: Path, allowed: tuple[Path, ...]) -> HostFile:
    """Read a settings file that is the person's own.

    `allowed`: the folders in which it may be, once every link was followed.

    Raises:
        SettingsError: it is another user's, no plain file, too large, or a link leads outside.
        StorageError: it cannot be read.
    """
    target = Path(os.path.realpath(path))
    if not any(target.is_relative_to(os.path.realpath(folder)) for folder in allowed):
        raise SettingsError("host_file_outside", path=str(path), target=str(target))
    try:
        found = target.stat()
    except FileNotFoundError:
        return HostFile(path, target, None, FILE_MODE)
    except OSError as error:
        raise _unusable(path, error) from error
    if not stat.S_ISREG(found.st_mode) or found.st_size > LARGEST_BYTES:
        raise SettingsError("host_file_odd", path=str(path))
    if hasattr(os, "geteuid") and found.st_uid != os.geteuid():
        raise SettingsError("host_file_foreign", path=str(path))
    try:
        return HostFile(path, target, target.read_bytes(), stat.S_IMODE(found.st_mode))
    except OSError as error:
        raise _unusable(path, error) from error


def replace_host_file(file: HostFile, content: bytes | None) -> bool:
    """Put new bytes in the place of what was read, None to remove the file; keep its mode.

    Gives False, and does nothing, where the file is no longer what was read.

    Raises:
        StorageError: the system refuses.
    """
    fresh = file.target.with_name(f".{file.target.name}.{os.getpid()}.new")
    try:
        file.target.parent.mkdir(mode=HOME_MODE, parents=True, exist_ok=True)
        if content is None:
            if not _is_as_read(file):
                return False
            file.target.unlink(missing_ok=True)
            return True
        fresh.unlink(missing_ok=True)  # of a process that was killed and had the same number
        fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        try:
            with open(fd, "wb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            os.chmod(fresh, file.mode)
            if not _is_as_read(file):
                return False
            os.replace(fresh, file.target)
        finally:
            fresh.unlink(missing_ok=True)
    except OSError as error:
        raise _unusable(file.path, error) from error
    return True


def _is_as_read(file: HostFile) -> bool:
    try:
        return file.target.read_bytes() == file.content
    except FileNotFoundError:
        return file.content is None


def _unusable(path: Path, error: OSError) -> StorageError:
    return StorageError("file_unusable", path=str(path), reason=error.strerror or str(error))

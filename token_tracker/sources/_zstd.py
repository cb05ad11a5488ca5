"""Read what hosts compress with zstd, by whatever this machine has for it.

Python has it from 3.14 on, the `zstandard` wheel brings it to older ones, and the `zstd`
program does as well. Where none is there, what is compressed stays unread and is named.
"""

from __future__ import annotations

import errno
import io
import shutil
import sys
from collections.abc import Callable
from functools import cache
from typing import Any

from token_tracker import programs

LARGEST_BLOB = 64 << 20
"""One event of a log is no larger; a blob that says otherwise is not trusted with our memory."""

COMPRESSED_CHUNK = 1 << 10
"""So much is decompressed at once: at the highest ratio there is, some thirty megabytes."""

CHUNK = 1 << 18
PROGRAM_TIMEOUT_S = 60


class ZstdMissingError(OSError):
    """Nothing on this machine can decompress zstd."""


def is_available() -> bool:
    """Say whether compressed logs can be read here."""
    return _module() is not None or shutil.which("zstd") is not None


@cache
def _module() -> Any:
    """Give the module that decompresses, None where there is none."""
    name = "compression.zstd" if sys.version_info >= (3, 14) else "zstandard"
    try:
        return __import__(name, fromlist=["open"])
    except ImportError:
        return None


@cache
def decompressor() -> Callable[[bytes], bytes] | None:
    """Give the function that decompresses one blob, None where there is none.

    It raises ValueError for a blob that is damaged, cut off or beyond `LARGEST_BLOB`.
    """
    if _module() is None:
        return _by_program if shutil.which("zstd") else None
    return _decompress


def _decompress(blob: bytes) -> bytes:
    try:
        with _Stream(io.BytesIO(blob)) as stream:
            found = stream.read(LARGEST_BLOB + 1) or b""
    except OSError as error:
        raise ValueError(error.strerror) from None
    if len(found) > LARGEST_BLOB or not blob:
        raise ValueError("not a blob of this size")
    return found


def open_stream(path: str) -> io.BytesIO | io.BufferedReader:
    """Open a compressed file to read what is in it, from its start.

    Raises:
        ZstdMissingError: nothing here can decompress it.
        OSError: the file cannot be opened. Reading raises it (EBADMSG) for a damaged one.
    """
    if _module() is None:
        if not shutil.which("zstd"):
            raise ZstdMissingError(errno.ENOENT, "nothing reads zstd", path)
        return io.BytesIO(_file_by_program(path))
    return io.BufferedReader(_Stream(open(path, "rb")))


class _Stream(io.RawIOBase):
    """What is in compressed bytes; going back starts again."""

    def __init__(self, file: io.BytesIO | io.BufferedReader) -> None:
        self._module = _module()
        self._file = file
        self._start()

    def _start(self) -> None:
        self._file.seek(0)
        self._at = 0
        self._ready = memoryview(b"")
        self._rest = b""
        self._frame: Any = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        found = bytearray()
        while size < 0 or len(found) < size:
            part = bytearray(min(size - len(found), CHUNK) if size >= 0 else CHUNK)
            if not (count := self.readinto(part)):
                break
            found += part[:count]
        return bytes(found)

    def readinto(self, buffer: Any) -> int:
        while not self._ready and (more := self._rest or self._file.read(COMPRESSED_CHUNK)):
            self._rest = b""
            self._ready = memoryview(self._take(more))
        if not self._ready and self._frame is not None:
            raise OSError(errno.EBADMSG, "compressed data is cut off")
        size = min(len(buffer), len(self._ready))
        buffer[:size] = self._ready[:size]
        self._ready = self._ready[size:]
        self._at += size
        return size

    def _take(self, compressed: bytes) -> bytes:
        """Decompress some bytes; a file may hold several frames, each ended by itself."""
        if self._frame is None:
            maker = self._module.ZstdDecompressor()
            self._frame = maker.decompressobj() if hasattr(maker, "decompressobj") else maker
        try:
            found: bytes = self._frame.decompress(compressed)
        except self._module.ZstdError as error:
            raise OSError(errno.EBADMSG, str(error)) from None
        if self._frame.eof:
            self._rest = self._frame.unused_data
            self._frame = None
        return found

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        if whence != io.SEEK_SET:
            raise OSError(errno.EINVAL, "only from the start")
        if offset < self._at:
            self._start()
        while self._at < offset and self.read(min(offset - self._at, CHUNK)):
            pass
        return self._at

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        self._file.close()
        super().close()


def _by_program(blob: bytes) -> bytes:
    found = _run(["zstd", "-dcq"], blob)
    if found is None or len(found) > LARGEST_BLOB or not blob:
        raise ValueError("not zstd")
    return found


def _file_by_program(path: str) -> bytes:
    with open(path, "rb"):  # a missing or closed file is the system's own error
        found = _run(["zstd", "-dcq", "--", path], b"")
    if found is None:
        raise OSError(errno.EBADMSG, "not zstd", path)
    return found


def _run(command: list[str], text: bytes) -> bytes | None:
    try:
        status, printed = programs.finished(command, text, PROGRAM_TIMEOUT_S)
    except (OSError, programs.TimeoutExpired):
        return None
    return printed if status == 0 else None

"""The log of our own mistakes: where in the program, and never with which values."""

from __future__ import annotations

import logging
import os
import traceback
from collections.abc import Sequence
from io import TextIOWrapper
from logging.handlers import RotatingFileHandler

from token_tracker.cli.language import value_of
from token_tracker.errors import TrackerError
from token_tracker.files import refuse_odd_file
from token_tracker.paths import FILE_MODE
from token_tracker.paths import HOME_MODE
from token_tracker.paths import foreign_owner
from token_tracker.paths import make_home
from token_tracker.paths import tracker_home

FILE = "token-tracker.log"
LARGEST_BYTES = 1_000_000
FILES = 3
MOST_CAUSES = 8


class PrivateFile(RotatingFileHandler):
    """A rotating log that nobody else can read, not even while it is made."""

    def _open(self) -> TextIOWrapper:
        def opener(path: str, flags: int) -> int:
            refuse_odd_file(path)  # a pipe would be waited for
            return os.open(path, flags, FILE_MODE)

        return TextIOWrapper(open(self.baseFilename, "ab", opener=opener), encoding=self.encoding)


def log_bug(error: BaseException, arguments: Sequence[str]) -> str:
    """Append where an error came from to the log; give the log's path, "" if it took nothing."""
    try:
        home = tracker_home(os.environ, value_of("--home", arguments))
        if foreign_owner(home) is not None:
            return ""
        make_home(home)
        folder = home / "log"
        folder.mkdir(mode=HOME_MODE, exist_ok=True)
        path = folder / FILE
        _append(str(path), _without_values(error))
    except (OSError, TrackerError):
        return ""
    return str(path)


def _append(path: str, text: str) -> None:
    handler = PrivateFile(path, maxBytes=LARGEST_BYTES, backupCount=FILES - 1, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    handler.handleError = _fail  # type: ignore[method-assign]  # it would print the traceback
    try:
        handler.handle(logging.LogRecord("token-tracker", logging.ERROR, "", 0, text, None, None))
    finally:
        handler.close()


def _fail(record: logging.LogRecord) -> None:
    raise OSError(record.levelname)


def _without_values(error: BaseException) -> str:
    """Write a traceback: the message of an exception can hold text from a log or a key.

    Of an error of ours its code is written, and the name of the file in our home that is in the way.
    """
    lines: list[str] = []
    cause: BaseException | None = error
    while cause is not None and len(lines) < MOST_CAUSES:
        lines.append("".join(traceback.format_tb(cause.__traceback__)) + _name_of(cause))
        cause = cause.__cause__ or cause.__context__
    return "\n".join(reversed(lines))


def _name_of(error: BaseException) -> str:
    words = [type(error).__name__]
    if isinstance(error, TrackerError):
        words.append(error.code)
        if error.code == "file_odd":
            words.append(os.path.basename(error.facts["path"]))
    return " ".join(words)

"""The one place where this program starts those of others: a list of words, and never a shell.

It starts itself in `detached.py`, without what this file loads.
What is started, and why, is decided where it is asked for; SKILL.md names all of it. Importing
this costs as much as a quick command does, so it is imported where something is started.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from subprocess import DEVNULL
from subprocess import PIPE
from subprocess import TimeoutExpired
from typing import Any

Running = subprocess.Popen[bytes]

__all__ = ("DEVNULL", "PIPE", "Running", "TimeoutExpired", "finished", "started", "started_apart")


def started(words: Sequence[str], **options: Any) -> Running:
    """Start a program without waiting for it; nothing goes in or out but by `options`, which are Popen's.

    Raises:
        OSError: it cannot be started.
        ValueError: a word has a zero byte.
    """
    streams = {"stdin": DEVNULL, "stdout": DEVNULL, "stderr": DEVNULL, **options}
    return subprocess.Popen(list(words), **streams)  # noqa: S603 - a list of words and no shell


def started_apart(words: Sequence[str]) -> None:
    """Start a program that goes on when this one and its terminal are gone.

    Raises:
        OSError: it cannot be started.
    """
    if os.name == "posix":
        started(words, start_new_session=True)
    else:  # pragma: no cover - not run here
        apart = ("DETACHED_PROCESS", "CREATE_NEW_PROCESS_GROUP")
        started(words, creationflags=sum(getattr(subprocess, name, 0) for name in apart))


def finished(words: Sequence[str], text: bytes, timeout_s: float) -> tuple[int, bytes]:
    """Give a program `text` to read; give how it ended and all that it printed.

    Raises:
        OSError: it cannot be started.
        TimeoutExpired: it takes longer; it was ended.
    """
    with started(words, stdin=PIPE, stdout=PIPE) as process:
        try:
            printed, _ = process.communicate(text, timeout_s)
        except BaseException:
            process.kill()
            raise
    return process.returncode, printed

"""The one place where the door starts another program: a list of words, and never a shell.

Parses on Python 3.6.
"""

import subprocess

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import IO

    Stream = int | IO[bytes] | None

DEVNULL = subprocess.DEVNULL
PIPE = subprocess.PIPE
STDOUT = subprocess.STDOUT
FAILURES = (OSError, subprocess.SubprocessError)
"""What `run` raises: it cannot be started, or takes longer than it may."""


def run(
    command: "list[str]",
    stdin: "Stream" = None,
    stdout: "Stream" = None,
    stderr: "Stream" = None,
    timeout: "float | None" = None,
    env: "Mapping[str, str] | None" = None,
) -> "subprocess.CompletedProcess[bytes]":
    """Run a program to its end; `timeout` in seconds. What is None is this process's own.

    Raises:
        OSError: it cannot be started.
        subprocess.SubprocessError: it takes longer.
    """
    return subprocess.run(command, stdin=stdin, stdout=stdout, stderr=stderr, timeout=timeout, env=env)

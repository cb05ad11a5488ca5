"""Go on in the background: a `sync --quiet` that outlives the host which started it."""

from __future__ import annotations

import os
import sys

DOOR = "token-tracker.py"


def spawn_sync(home: str | None) -> None:
    """Start `sync --quiet` in a session of its own, with nothing to read from or write to.

    `home`: the value of `--home`, None where none was given.

    Raises:
        OSError: it cannot be started.
    """
    door = os.path.realpath(sys.argv[0]) if sys.argv else ""
    # Isolated, an installed package would not be found where pip put it for one user only.
    program = ["-I", door] if os.path.basename(door) == DOOR else ["-P", "-m", "token_tracker"]
    command = [sys.executable, *program, "sync", "--quiet", *(["--home", home] if home else [])]
    if os.name == "posix":
        _spawn_posix(command)
    else:
        _spawn_otherwise(command)


def _spawn_posix(command: list[str]) -> None:
    """Use posix_spawn: importing subprocess costs as much as everything else a hook does."""
    streams = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
        (os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0),
    ]
    try:
        os.posix_spawn(command[0], command, os.environ, file_actions=streams, setsid=True)
    except NotImplementedError:  # a system without setsid in posix_spawn
        _spawn_otherwise(command)


def _spawn_otherwise(command: list[str]) -> None:  # pragma: no cover - not run here
    from token_tracker.programs import started_apart

    started_apart(command)

"""Whether somebody reads along in a session of Codex, told from its own record of the session.

Standard library only, and at most the first megabyte of one file: session starts come through here.
How the host is told apart from others is `call.py`'s part.

Source: @openai/codex 0.169.0, run with a hook that wrote down its input, its environment and that
line, checked 2026-11-22. `source` there is "cli" (`codex --no-daemon`), "vscode" (a client of the
app server, which the terminal's own screen is by default), "exec", or an object for sub-agents.
Sub-agents have an event of their own and never run this one.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

from token_tracker.files import read_plain_file

FIRST_LINE_BYTES = 1_048_576
"""Instructions of the model are in it; 22 kB were seen."""

COMMAND_LINE_BYTES = 8_192
ATTENDED = ("cli", "vscode")
BY_A_PERSON = "user"
PROCESSES = Path("/proc")


def is_of_codex(payload: Mapping[str, object]) -> bool:
    """Say whether the session's record has the name that Codex gives it."""
    record = payload.get("transcript_path")
    return isinstance(record, str) and os.path.basename(record).startswith("rollout-")


def codex_has_reader(payload: Mapping[str, object], processes: Path = PROCESSES) -> bool:
    """Say whether a person sees what a hook says in the session of this call.

    Not so where the session keeps no record (null): `exec --ephemeral`, and `/side`, a conversation
    that is thrown away. Without a word of a record, as when somebody tries the command, it is so.
    `processes`: where Linux tells of the process that started us.
    """
    record = payload.get("transcript_path", "")
    if record == "":
        return True
    if not isinstance(record, str):
        return False
    begun = _beginning(record)
    if begun.get("source") not in ATTENDED or begun.get("thread_source", BY_A_PERSON) != BY_A_PERSON:
        return False
    # The record keeps the source that the session began with, whoever resumes it.
    return payload.get("source") != "resume" or not _is_run_by_exec(processes)


def _beginning(record: str) -> Mapping[str, object]:
    """Give what the first line says of the session; nothing where it cannot be read."""
    try:
        told = json.loads(read_plain_file(record, FIRST_LINE_BYTES).partition(b"\n")[0])
    except (OSError, ValueError, RecursionError):
        return {}
    begun = told.get("payload") if isinstance(told, dict) else None
    return begun if isinstance(begun, dict) else {}


def _is_run_by_exec(processes: Path) -> bool:
    """Say whether the host was started as `codex exec`; only Linux tells."""
    try:
        with open(processes / str(os.getppid()) / "cmdline", "rb") as told:
            words = told.read(COMMAND_LINE_BYTES).split(b"\0")
    except OSError:
        return False
    return b"exec" in words[1:] or words[1:2] == [b"e"]

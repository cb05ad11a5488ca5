"""Write what the quick path of a session start reads: `due.json`, and how the logs were.

OpenClaw's hook reads `due.json` at every turn. Both files can be made again. How they are
read is in `quiet.py`.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from typing import Final
from typing import NamedTuple

from token_tracker.locks import replace_file
from token_tracker.quiet import DUE_FILE
from token_tracker.quiet import FORM
from token_tracker.quiet import SEPARATOR
from token_tracker.quiet import WATCHED_FILE
from token_tracker.quiet import bytes_of
from token_tracker.quiet import instant
from token_tracker.quiet import state_of

_NS: Final = 1_000_000_000
_TOO_FRESH_NS: Final = 2 * _NS
"""A file changed this shortly before it was looked at may have been changed again since."""


class Due(NamedTuple):
    """When the next look is due, and what it was worked out from.

    `not_before`, `written_at`: UTC instants as `2026-10-05T15:00:00Z`, so that text compares
    as time. `python`: the real path of the interpreter. `zone`: its IANA name where it has one.
    """

    not_before: str
    written_at: str
    has_budgets: bool
    python: str
    lang: str
    zone: str
    config_hash: str


def read_due(home: str) -> Due | None:
    """Read `due.json`; None where it is missing or not as we write it."""
    document = _read(os.path.join(home, DUE_FILE))
    if not isinstance(document, dict) or document.get("schema") != 1:
        return None
    try:
        due = Due(**{name: document[name] for name in Due._fields})
    except KeyError:
        return None
    texts = [value for name, value in due._asdict().items() if name != "has_budgets"]
    return due if all(isinstance(value, str) for value in texts) else None


def write_due(home: str, due: Due) -> None:
    """Write `due.json`; where the home takes no writes, the full program looks each time."""
    text = json.dumps({"schema": 1, **due._asdict()}, ensure_ascii=False, indent=2) + "\n"
    with suppress(OSError):
        replace_file(os.path.join(home, DUE_FILE), text.encode("utf-8", "backslashreplace"))


def begin(home: str, now: str, lang: str) -> None:
    """Write a first `due.json`, that says to look: hooks learn from it which Python is ours."""
    write_due(home, Due(now, now, False, python_path(), lang, "UTC", "0" * 16))


def look_again(home: str, has_budgets: bool | None = None) -> None:
    """Make the next session start look, after something was changed that decides what is due.

    `has_budgets`: None where that did not change.
    """
    due = read_due(home)
    if due is not None:
        known = due.has_budgets if has_budgets is None else has_budgets
        write_due(home, due._replace(not_before=due.written_at, has_budgets=known))


def postpone(home: str, now: str, seconds: int) -> None:
    """Let a look that failed be tried again a little later, not at once by whoever comes next."""
    due = read_due(home)
    if due is not None and due.not_before <= now:
        from calendar import timegm

        later = instant(timegm(time.strptime(now, FORM)) + seconds)
        write_due(home, due._replace(not_before=later, written_at=min(due.written_at, now)))


def watch(home: str, places: Iterable[str], looked_ns: int) -> None:
    """Remember how log files and their folders are, to tell later whether any has changed.

    `looked_ns`: the system's clock when the logs were last looked at. What changed about then
    or later counts as changed: the reader may have been before it.
    """
    fresh = range(looked_ns - _TOO_FRESH_NS, time.time_ns() + _TOO_FRESH_NS)
    entries = [part for place in places for part in (place, state_of(place, fresh))]
    with suppress(OSError):
        replace_file(os.path.join(home, WATCHED_FILE), os.fsencode(SEPARATOR.join(["1", *entries])))


def python_path() -> str:
    """Give the real interpreter: a version manager's shim costs 80 ms at every start."""
    return os.path.realpath(getattr(sys, "_base_executable", "") or sys.executable)


def _read(path: str) -> object:
    try:
        return json.loads(bytes_of(path))
    except (ValueError, RecursionError):
        return None

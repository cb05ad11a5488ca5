"""Whether nothing can be due at a session start, told from two small files of the home.

Read at every session start, so nothing is imported here that takes time, not even the
library for JSON: what is read is what `due.py` writes, line by line. A file that is missing
or looks otherwise, settings that changed, or a clock that was wrong only mean that the full
program looks.
"""

from __future__ import annotations

import os
import time

from token_tracker import __version__
from token_tracker.files import read_plain_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

DUE_FILE = "due.json"
WATCHED_FILE = "watched"
CHECK_LOCK = "session-check.lock"
REPORTS = "report-state.json"
ALERTS = "alert-state.json"
FORM = "%Y-%m-%dT%H:%M:%SZ"
LARGEST_BYTES = 16 << 20
FRESH = "fresh"
"""Stands for a file that may have changed since it was looked at."""

SEPARATOR = "\0"
"""Between the entries of `watched`: the one character that no path holds."""

_DEPENDS_ON = ("budget.json", "sources.json", "state.json", "prices")
_ZONE_FILE = "/etc/localtime"
_LONGEST_QUIET_S = 3 * 86400
"""The next midnight is never as far ahead, not even where the clocks skip a day."""


def is_quiet(home: str, environ: Mapping[str, str], now: str) -> bool:
    """Say whether nothing can be due: `now` is a UTC instant such as `2026-10-05T15:00:00Z`."""
    due = _said(bytes_of(os.path.join(home, DUE_FILE)).decode("utf-8", "replace"))
    return (
        due.get("schema") == "1"
        and due.get("written_at", "~") <= now < due.get("not_before", "") <= _latest(now)
        and due.get("config_hash") == config_hash(home, environ)
        and (due.get("has_budgets") == "false" or not logs_have_changed(home))
    )


def has_claims(home: str) -> bool:
    """Say whether something was claimed and not acknowledged; looks at the text, which costs little."""
    return any(b'"claimed"' in bytes_of(os.path.join(home, file)) for file in (REPORTS, ALERTS))


def config_hash(home: str, environ: Mapping[str, str]) -> str:
    """Name what decides the days and the budgets: version, settings files, time zone."""
    from _imp import source_hash  # hashlib costs milliseconds to load, and this protects nothing

    parts = [__version__, environ.get("TZ", ""), os.path.realpath(_ZONE_FILE)]
    parts += [state_of(os.path.join(home, name)) for name in (*_DEPENDS_ON, _ZONE_FILE)]
    return source_hash(1, "\0".join(parts).encode("utf-8", "surrogateescape")).hex()


def logs_have_changed(home: str) -> bool:
    """Say whether a log file or folder is not as it was when it was last read."""
    parts = os.fsdecode(bytes_of(os.path.join(home, WATCHED_FILE))).split(SEPARATOR)
    if parts[0] != "1":
        return True
    entries = iter(parts[1:])
    return any(state_of(place) != state for place, state in zip(entries, entries, strict=False))


def instant(seconds: float) -> str:
    """Write a UTC time as `due.json` has it.

    >>> instant(1790000000)
    '2026-09-21T14:13:20Z'
    """
    return time.strftime(FORM, time.gmtime(seconds))


def state_of(place: str, fresh_ns: range = range(0)) -> str:
    """Tell a file or folder apart from what it was before; "" where there is none.

    `fresh_ns`: times of change that are too near the look to be sure of.
    """
    try:
        found = os.stat(place)
    except (OSError, ValueError):
        return ""
    if found.st_mtime_ns in fresh_ns:
        return FRESH
    return f"{found.st_ino}:{found.st_size}:{found.st_mtime_ns}"


def bytes_of(path: str) -> bytes:
    """Read a file; nothing where it cannot be read."""
    try:
        return read_plain_file(path, LARGEST_BYTES)
    except OSError:
        return b""


def _said(text: str) -> dict[str, str]:
    """Read the plain values of a JSON text that has each of them on a line of its own."""
    found = {}
    for line in text.splitlines():
        name, separator, value = line.strip().removesuffix(",").partition('": ')
        if separator:
            found[name.removeprefix('"')] = value.strip('"')
    return found


def _latest(now: str) -> str:
    """Give the last instant until which anything can be quiet, to the hour."""
    year, month, day, hour = int(now[:4]), int(now[5:7]), int(now[8:10]), int(now[11:13])
    # strptime and calendar cost milliseconds to load; a summer time's hour is of no account here.
    return instant(time.mktime((year, month, day, hour, 0, 0, 0, 0, 0)) - time.timezone + _LONGEST_QUIET_S)

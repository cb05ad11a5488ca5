"""What the quick path of a session start needs: `due.json`, and whether any log has changed.

Standard library only, and little of it: this is read at every session start, and by the
OpenClaw hook at every turn. Both files can be made again; one that is missing, of another
home's settings or of a clock that was wrong only means that the full program looks.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Iterable
from collections.abc import Mapping
from contextlib import suppress
from typing import Final
from typing import NamedTuple

from token_tracker import __version__
from token_tracker.locks import read_plain_file
from token_tracker.locks import replace_file

DUE_FILE: Final = "due.json"
WATCHED_FILE: Final = "watched.json"
REPORTS: Final = "report-state.json"
ALERTS: Final = "alert-state.json"
FORM: Final = "%Y-%m-%dT%H:%M:%SZ"
LARGEST_BYTES: Final = 16 << 20
_DEPENDS_ON: Final = ("budget.json", "sources.json", "state.json", "prices")
_ZONE_FILE: Final = "/etc/localtime"
_NS: Final = 1_000_000_000
_LONGEST_QUIET_S: Final = 3 * 86400
"""The next midnight is never as far ahead, not even where the clocks skip a day."""

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


def is_quiet(home: str, environ: Mapping[str, str], now: str) -> bool:
    """Say whether nothing can be due: `now` is an instant as in `Due`."""
    due = read_due(home)
    return (
        due is not None
        and due.written_at <= now < due.not_before <= _latest(now)
        and due.config_hash == config_hash(home, environ)
        and not (due.has_budgets and logs_have_changed(home))
    )


def has_claims(home: str) -> bool:
    """Say whether something was claimed and not acknowledged; looks at the text, which costs little."""
    return any(b'"claimed"' in _bytes_of(os.path.join(home, file)) for file in (REPORTS, ALERTS))


def config_hash(home: str, environ: Mapping[str, str]) -> str:
    """Name what decides the days and the budgets: version, settings files, time zone."""
    from _imp import source_hash  # hashlib costs milliseconds to load, and this protects nothing

    parts = [__version__, environ.get("TZ", ""), os.path.realpath(_ZONE_FILE)]
    parts += [_state_of(os.path.join(home, name)) for name in (*_DEPENDS_ON, _ZONE_FILE)]
    return source_hash(1, "\0".join(parts).encode("utf-8", "surrogateescape")).hex()


def watch(home: str, places: Iterable[str], looked_ns: int) -> None:
    """Remember how log files and their folders are, to tell later whether any has changed.

    `looked_ns`: the system's clock when the logs were last looked at. What changed about then
    or later counts as changed: the reader may have been before it.
    """
    fresh = range(looked_ns - _TOO_FRESH_NS, time.time_ns() + _TOO_FRESH_NS)
    watched = {place: _state_of(place, fresh) for place in places}
    text = json.dumps({"schema": 1, "places": watched}, ensure_ascii=False, separators=(",", ":"))
    with suppress(OSError):
        replace_file(os.path.join(home, WATCHED_FILE), text.encode("utf-8", "backslashreplace"))


def logs_have_changed(home: str) -> bool:
    """Say whether a log file or folder is not as it was when it was last read."""
    document = _read(os.path.join(home, WATCHED_FILE))
    places = document.get("places") if isinstance(document, dict) else None
    if not isinstance(places, dict):
        return True
    return any(_state_of(place) != state for place, state in places.items())


def instant(seconds: float) -> str:
    """Write a UTC time as `Due` does.

    >>> instant(1790000000)
    '2026-09-21T14:13:20Z'
    """
    return time.strftime(FORM, time.gmtime(seconds))


def _latest(now: str) -> str:
    """Give the last instant until which anything can be quiet, to the hour."""
    year, month, day, hour = int(now[:4]), int(now[5:7]), int(now[8:10]), int(now[11:13])
    # strptime and calendar cost milliseconds to load; a summer time's hour is of no account here.
    return instant(time.mktime((year, month, day, hour, 0, 0, 0, 0, 0)) - time.timezone + _LONGEST_QUIET_S)


def python_path() -> str:
    """Give the real interpreter: a version manager's shim costs 80 ms at every start."""
    return os.path.realpath(getattr(sys, "_base_executable", "") or sys.executable)


def _state_of(place: str, fresh_ns: range = range(0)) -> str:
    try:
        found = os.stat(place)
    except (OSError, ValueError):
        return ""
    if found.st_mtime_ns in fresh_ns:
        return "fresh"
    return f"{found.st_ino}:{found.st_size}:{found.st_mtime_ns}"


def _read(path: str) -> object:
    try:
        return json.loads(_bytes_of(path))
    except (ValueError, RecursionError):
        return None


def _bytes_of(path: str) -> bytes:
    try:
        return read_plain_file(path, LARGEST_BYTES)
    except OSError:
        return b""

"""Remove what we keep: the home and the cache, by the names that we give, and nothing of others.

A folder that the person chose for us may hold other things; they stay, and so does the folder.
Hooks in other programs are `hooking.py`'s.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from token_tracker.errors import LedgerBusyError
from token_tracker.errors import StorageError
from token_tracker.files import read_plain_file
from token_tracker.ledger.schema import APPLICATION_ID
from token_tracker.locks import LOCK_FILE
from token_tracker.locks import lock_to_remove
from token_tracker.paths import LEDGER_LOCK
from token_tracker.paths import refuse_foreign_home
from token_tracker.quiet import LARGEST_BYTES
from token_tracker.reports.hooks import Ours

LOCK_TIMEOUT_S: Final = 5.0

HOME_NAMES: Final = re.compile(
    r"ledger\.(?:db|lock)|ledger\.db[.-].*"
    r"|(?:budget|providers|sources|state|due|report-state|alert-state)\.json(?:\.new|\.original)?"
    r"|watched(?:\.new)?|\.lock|session-check\.lock|fetch-[a-z0-9_-]+\.lock"
    r"|before-restore-\w+|restore-\w+\.part|trying-\w+"
    r"|hooks|prices|providers|graphs|reports|checkpoints|log"
)
_ENVIRONMENT: Final = r"venv-[0-9a-f]{16}(?:\..*)?|\.venv-[0-9a-f]{16}-\w+|\.old-venv-\w+"
"""Whole, unfinished, and half removed: a process may be killed at any moment."""

CACHE_NAMES: Final = re.compile(rf"{_ENVIRONMENT}|setup\.log|not-set-up-.*|bytecode(?:\..*)?|valid")

_INSIDE: Final = {
    "hooks": re.compile(r"claude-code|codex|openclaw"),
    "prices": re.compile(r"own\.json|refreshed"),
    "log": re.compile(r"token-tracker\.log(?:\.\d)?"),
    "valid": re.compile(r"[0-9a-f]{32}"),
}
"""What our folders of usual names hold, where they are among things of others."""

_VENV: Final = re.compile(_ENVIRONMENT)
_APPLICATION_AT: Final = slice(68, 72)
"""Where a database names its program. Source: SQLite, "Database File Format", 1.3, checked 2026-11-22."""


def is_own(folder: Path, home: Path, skill: Path) -> bool:
    """Say whether a folder is for us alone: it has our name, and is neither a person's nor the skill's.

    `home`: the person's. In any other folder, "reports" or "state.json" may be anybody's.
    """
    real = Path(os.path.realpath(folder))
    holds_more = any(Path(os.path.realpath(one)).is_relative_to(real) for one in (home, skill))
    return not holds_more and "token-tracker" in folder.name


def ours_in(folder: Path, names: re.Pattern[str], *, is_own: bool = True) -> Ours:
    """Find what is ours in a folder, and what is not.

    `is_own`: it is for us alone; elsewhere a name is not enough. A folder that is a link is not
    looked into: it stays with all that it leads to.

    Raises:
        StorageError: it cannot be listed.
    """
    if folder.is_symlink():
        return Ours(str(folder), (), 0, (str(folder),))
    if not folder.is_dir():
        return Ours(str(folder), (), 0, ())
    try:
        there = sorted(os.listdir(folder))
    except OSError as error:
        raise _unusable(folder, error) from error
    named = {name for name in there if names.fullmatch(name)}
    try:
        found = named if is_own else {name for name in named if _is_written_by_us(folder / name)}
    except OSError as error:
        raise _unusable(folder, error) from error
    ours = tuple(str(folder / name) for name in there if name in found)
    others = tuple(str(folder / name) for name in there if name not in found)
    return Ours(str(folder), ours, sum(_bytes_of(Path(place)) for place in ours), others, is_own)


def remove_home(home: Path, found: Ours) -> None:
    """Remove what is ours in the home, once nobody works on it.

    Raises:
        LedgerBusyError: another process reads logs or writes there; nothing was removed.
        StorageError: it is another user's, or the system refuses.
    """
    if not found.ours:
        return
    refuse_foreign_home(home)
    with ExitStack() as locks:
        for name in (LOCK_FILE, LEDGER_LOCK):
            try:
                is_held = locks.enter_context(lock_to_remove(home / name, LOCK_TIMEOUT_S))
            except OSError as error:
                raise _unusable(home, error) from error
            if not is_held:
                raise LedgerBusyError("ledger_busy", path=str(home / name))
        locked = tuple(home / name for name in (LOCK_FILE, LEDGER_LOCK))
        made = tuple(str(place) for place in locked if place.is_file() and not place.stat().st_size)
        remove(found._replace(ours=tuple(dict.fromkeys((*found.ours, *made)))))


def remove(found: Ours) -> None:
    """Remove what was found, links without what they lead to, and a folder of our own once it is empty.

    Raises:
        StorageError: the system refuses.
    """
    place = Path(found.folder)
    try:
        for name in found.ours:
            place = Path(name)
            if place.is_dir() and not place.is_symlink():
                shutil.rmtree(place)
            else:
                place.unlink(missing_ok=True)
        place = Path(found.folder)
        if found.ours and found.is_own and not any(place.iterdir()):
            place.rmdir()
    except OSError as error:
        raise _unusable(place, error) from error


def _is_written_by_us(place: Path) -> bool:
    """Say whether what has a name of ours holds what we write."""
    if place.is_symlink():
        return False
    if place.is_dir():
        if place.name.startswith("bytecode"):
            return all(name.endswith(".pyc") for _, _, names in os.walk(place) for name in names)
        inside = _INSIDE.get(place.name)
        if inside is None:
            return _VENV.fullmatch(place.name) is not None
        # An empty folder tells nothing of who made it.
        there = os.listdir(place)
        return bool(there) and all(inside.fullmatch(name) for name in there)
    if place.name.startswith("ledger.db"):
        text = read_plain_file(place, _APPLICATION_AT.stop)
        return not text or text[_APPLICATION_AT] == APPLICATION_ID.to_bytes(4, "big")
    if place.name.endswith((".json", ".json.new")):
        try:
            document = json.loads(read_plain_file(place, LARGEST_BYTES))
        except (ValueError, RecursionError):
            return False
        return isinstance(document, dict) and document.get("schema") == 1
    return place.name.endswith(".lock") and not place.stat().st_size


def _bytes_of(place: Path) -> int:
    """Count the bytes of a file or of a folder with all below it; of a link, the link's own."""
    sizes = [place.lstat().st_size] if not place.is_dir() or place.is_symlink() else []
    if not sizes:
        for folder, _, names in os.walk(place):
            sizes += [os.lstat(os.path.join(folder, name)).st_size for name in names]
    return sum(sizes)


def _unusable(place: Path, error: OSError) -> StorageError:
    return StorageError("file_unusable", path=str(place), reason=error.strerror or str(error))

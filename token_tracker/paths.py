"""Where the user's files are: the home that is kept, and the cache that is not.

Only places and their owners live here; what the files mean lives in `settings.py`
and `ledger/`.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

from token_tracker.errors import SettingsError
from token_tracker.errors import StorageError

HOME_MODE = 0o700
FILE_MODE = 0o600
BUDGET_FILE = "budget.json"
SOURCES_FILE = "sources.json"
PROVIDERS_FILE = "providers.json"
STATE_FILE = "state.json"
LEDGER_FILE = "ledger.db"
LEDGER_LOCK = "ledger.lock"
"""Held by the process that reads logs into the ledger."""

BESIDE_A_LEDGER = ("-journal", "-wal", "-shm")
"""What SQLite may open beside a database."""

ORIGINAL_FILES = ("usage.json", BUDGET_FILE, "report-state.json", "alert-state.json")
"""What the original skill wrote into its own folder, or into the home."""

TRUSTED = (LEDGER_FILE, BUDGET_FILE, PROVIDERS_FILE, SOURCES_FILE, STATE_FILE, "prices")
"""What we believe when we read it; whoever else could write it would write our reports."""


def user_home(environ: Mapping[str, str]) -> Path:
    """Give the person's own home directory.

    Raises:
        StorageError: `HOME` is not set and the system knows no home for this user.
    """
    if home := environ.get("HOME") or environ.get("USERPROFILE"):
        return Path(home)
    if os.name == "posix":
        import pwd

        try:
            return Path(pwd.getpwuid(os.getuid()).pw_dir)
        except KeyError:
            pass
    raise StorageError("home_unknown")


def tracker_home(environ: Mapping[str, str], override: str | None = None) -> Path:
    """Give the one directory that holds everything token-tracker keeps.

    Raises:
        StorageError: as for `user_home`, or it is relative to a directory that was removed.
    """
    if chosen := override or environ.get("TOKEN_TRACKER_HOME"):
        return _absolute(chosen, environ)
    return user_home(environ) / ".token-tracker"


def skill_directory() -> Path:
    """Give the folder that holds the program, where the original skill left its files."""
    return Path(__file__).resolve().parents[1]


def bundled_folder(name: str) -> Path:
    """Give a folder that came with the program: inside an installed package, or beside it in a checkout."""
    package = Path(__file__).resolve().parent
    installed = package / "_bundled" / name
    return installed if installed.is_dir() else package.parent / name


def has_original_files(skill: Path, home: Path) -> bool:
    """Say whether the original skill may have left anything; our own settings look the same from here."""
    return any(os.path.exists(folder / name) for folder in (skill, home) for name in ORIGINAL_FILES)


def cache_home(environ: Mapping[str, str]) -> Path:
    """Give the directory of what can be rebuilt and nobody would miss.

    Raises:
        StorageError: as for `user_home`.

    Source: XDG Base Directory Specification 0.8, "All paths must be absolute; a relative
    one should be ignored", checked 2026-11-22.
    """
    if chosen := environ.get("TOKEN_TRACKER_CACHE"):
        return _absolute(chosen, environ)
    base = environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if os.path.isabs(base) else user_home(environ) / ".cache") / "token-tracker"


def _absolute(chosen: str, environ: Mapping[str, str]) -> Path:
    """Settings files of hosts set variables without a shell, so a tilde comes as it is."""
    first, _, rest = chosen.partition("/")
    if first == "~":
        return user_home(environ) / rest
    try:
        return Path(chosen).absolute()
    except OSError as error:  # the current directory was removed
        raise StorageError("home_unusable", path=chosen, reason=error.strerror or str(error)) from error


def foreign_owner(home: Path) -> str | None:
    """Name who owns the home, or the place where it would be made, if that is not us.

    Under `sudo` with the caller's HOME, files written here would belong to root and lock
    their owner out; such a home is only read.
    """
    if not hasattr(os, "geteuid"):
        return None
    place = next(place for place in (home, *home.parents) if os.path.exists(place))
    owner = place.stat().st_uid
    if owner == os.geteuid() or (place != home and _is_shared(place)):
        return None
    import pwd

    try:
        return pwd.getpwuid(owner).pw_name
    except KeyError:
        return str(owner)


def refuse_foreign_home(home: Path) -> None:
    """Refuse to write into a home that is another user's.

    Raises:
        StorageError: it belongs to somebody else; reading it may be allowed.
    """
    if (owner := foreign_owner(home)) is not None:
        raise StorageError("home_foreign", path=str(home), owner=owner)


def make_home(home: Path) -> None:
    """Create the home, readable by its owner only, if it is not there.

    Raises:
        OSError: as the system says; the caller decides whether reading will do.
        StorageError: something that is not a directory has this name.
    """
    if home.exists() and not home.is_dir():
        raise StorageError("home_not_a_directory", path=str(home))
    home.mkdir(mode=HOME_MODE, parents=True, exist_ok=True)


def refuse_open_permissions(home: Path) -> None:
    """Refuse a home that other users of the machine can write into.

    In a home that nobody else can enter, the modes of the files do not matter: many
    systems give 0664 to what an editor saves.

    Raises:
        SettingsError: the home or a file of ours in it is writable by others.
    """
    if os.name != "posix":
        return
    for place in (home, *(home / name for name in TRUSTED)):
        try:
            mode = place.stat().st_mode
        except OSError:
            continue
        if mode & (stat.S_IWGRP | stat.S_IWOTH):
            raise SettingsError("permissions_open", path=str(place), mode=f"{stat.S_IMODE(mode):04o}")
        if place == home and not mode & (stat.S_IXGRP | stat.S_IXOTH):
            return


def _is_shared(place: Path) -> bool:
    """A directory such as /tmp, where others may make homes; root may write anywhere, which tells nothing."""
    return bool(place.stat().st_mode & stat.S_ISVTX) or (os.geteuid() != 0 and os.access(place, os.W_OK))

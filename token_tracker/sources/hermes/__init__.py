"""Hermes Agent: one database per profile, with what each session came to per model.

Facts and the versions they were seen in: `references/sources/hermes.md`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from token_tracker.paths import user_home
from token_tracker.sources._roots import is_directory
from token_tracker.sources._roots import listed
from token_tracker.sources._roots import roots_at
from token_tracker.sources._sqlite import database_states
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import Source

STORE = "state.db"
WINDOWS_HOME = "AppData/Local/hermes"


def find_roots(environ: Mapping[str, str], extra: Sequence[str] = ()) -> list[Root]:
    """Give the program's home, existing or not.

    Source: `HERMES_HOME`, else `~/.hermes`, on Windows `%LOCALAPPDATA%/hermes` (hermes_constants.py
    of 0.19.0). Checked 2026-11-22.
    """
    home = user_home(environ)
    if chosen := environ.get("HERMES_HOME", "").strip():
        return roots_at([chosen, *extra])
    windows = home / WINDOWS_HOME
    return roots_at([windows if is_directory(windows) else home / ".hermes", *extra])


def find_files(roots: Iterable[Root]) -> list[FileState]:
    """List the databases of homes and of the profiles in them."""
    found = [Path(root.path) for root in roots if root.found]
    profiles = [place / "profiles" / name for place in found for name in listed(place / "profiles")]
    return database_states(os.path.join(place, STORE) for place in (*found, *profiles))


def read_file(state: FileState, cursor: Cursor | None) -> Reading:  # noqa: ARG001 - totals are read whole
    """Read what every session of a database came to.

    Raises:
        OSError: the database is locked, damaged or gone; nothing is known of it.
    """
    from token_tracker.sources.hermes.reader import read  # loads the database driver

    return read(state)


SOURCE = Source(
    id="hermes",
    name="Hermes Agent",
    checked="real",
    default_provider="nous",
    retention_days=None,
    roots=find_roots,
    files=find_files,
    read=read_file,
)

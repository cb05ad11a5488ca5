"""Zed's own agent: a database with a compressed document per thread, which holds its total.

Facts and how sure they are: `references/sources/zed.md`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from token_tracker.paths import user_home
from token_tracker.sources._roots import is_directory
from token_tracker.sources._roots import roots_at
from token_tracker.sources._sqlite import database_states
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import Source

STORE = "threads.db"
OTHER_HOMES = ("Library/Application Support/Zed", "AppData/Local/Zed")


def find_roots(environ: Mapping[str, str], extra: Sequence[str] = ()) -> list[Root]:
    """Give the folder of threads, existing or not.

    Source: the `threads` folder in Zed's data folder (zed-industries/zed, crates/agent/src/db.rs),
    read 2026-11-22; not run.
    """
    home = user_home(environ)
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "zed"
    others = [home / name / "threads" for name in OTHER_HOMES]
    return roots_at([data / "threads", *(place for place in others if is_directory(place)), *extra])


def find_files(roots: Iterable[Root]) -> list[FileState]:
    """List the databases of threads."""
    return database_states(os.path.join(root.path, STORE) for root in roots if root.found)


def read_file(state: FileState, cursor: Cursor | None) -> Reading:
    """Read what the threads that changed came to.

    Raises:
        OSError: the database is locked, damaged or gone; nothing is known of it.
    """
    from token_tracker.sources.zed.reader import read  # loads the database driver

    return read(state, cursor)


SOURCE = Source(
    id="zed",
    name="Zed",
    checked="samples",
    default_provider="zed",
    retention_days=None,
    roots=find_roots,
    files=find_files,
    read=read_file,
    compressed=True,
)

"""Goose: a database with what each session came to and, lately, each request; headers before that.

Facts and how sure they are: `references/sources/goose.md`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from token_tracker.paths import user_home
from token_tracker.sources._lines import files_below
from token_tracker.sources._roots import is_directory
from token_tracker.sources._roots import roots_at
from token_tracker.sources._sqlite import database_states
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import Source

STORE = "sessions.db"
OTHER_HOMES = (
    "Library/Application Support/goose/sessions",
    "Library/Application Support/Block.goose/sessions",
    "AppData/Roaming/Block/goose/data/sessions",
    "AppData/Roaming/Block/goose/sessions",
)


def find_roots(environ: Mapping[str, str], extra: Sequence[str] = ()) -> list[Root]:
    """Give the folder of sessions, existing or not.

    Source: `GOOSE_PATH_ROOT`, else the data folder of the system (block/goose), read 2026-11-22; not run.
    """
    home = user_home(environ)
    if chosen := environ.get("GOOSE_PATH_ROOT"):
        return roots_at([Path(chosen) / "data" / "sessions", *extra])
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    others = [home / name for name in OTHER_HOMES]
    return roots_at(
        [data / "goose" / "sessions", *(place for place in others if is_directory(place)), *extra]
    )


def find_files(roots: Iterable[Root]) -> list[FileState]:
    """List databases, and the logs of sessions from before there was one."""
    found = [root for root in roots if root.found]
    databases = database_states(os.path.join(root.path, STORE) for root in found)
    return sorted([*databases, *files_below(found, ".jsonl")])


def read_file(state: FileState, cursor: Cursor | None) -> Reading:
    """Read what sessions came to.

    Raises:
        OSError: the file is locked, damaged or gone; nothing is known of it.
    """
    from token_tracker.sources.goose import reader  # loads the database driver

    return reader.read_log(state, cursor) if state.path.endswith(".jsonl") else reader.read_store(state)


SOURCE = Source(
    id="goose",
    name="Goose",
    checked="samples",
    default_provider="",
    retention_days=None,
    roots=find_roots,
    files=find_files,
    read=read_file,
)

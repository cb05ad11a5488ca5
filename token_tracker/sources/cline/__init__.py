"""Cline: the editor extension's tasks, and the sessions of its command line since version 3.

What a task looks like is in `_task_messages.py`, what a session looks like in `sessions.py`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from token_tracker.paths import user_home
from token_tracker.sources._roots import listed
from token_tracker.sources._roots import roots_at
from token_tracker.sources._roots import states_of
from token_tracker.sources._task_files import MESSAGES
from token_tracker.sources._task_files import task_files
from token_tracker.sources._vscode import extension_folders
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import Source

ID = "cline"
EXTENSION = "saoudrizwan.claude-dev"
SUFFIX = ".messages.json"


def find_roots(environ: Mapping[str, str], extra: Sequence[str] = ()) -> list[Root]:
    """Give the folders of tasks and of sessions.

    Source: Cline CLI 3.0.65 takes `CLINE_SESSION_DATA_DIR`, else `sessions` below
    `CLINE_DATA_DIR`, else below `data` in `CLINE_DIR`, else in `~/.cline`. Checked 2026-11-22.
    """
    home = Path(environ.get("CLINE_DIR") or user_home(environ) / ".cline")
    store = Path(environ.get("CLINE_DATA_DIR") or home / "data")
    sessions = Path(environ.get("CLINE_SESSION_DATA_DIR") or store / "sessions")
    tasks = [folder / "tasks" for folder in extension_folders(environ, EXTENSION)]
    own = roots_at([store / "tasks"])
    return roots_at([*tasks, *(root.path for root in own if root.found), sessions, *extra])


def find_files(roots: Iterable[Root]) -> list[FileState]:
    """List the messages of every task and every session."""
    places = list(roots)
    return sorted([*task_files(places), *session_files(places)])


def session_files(roots: Iterable[Root]) -> list[FileState]:
    """List the messages of every agent of every session.

    A root is a folder of sessions, what holds one, or a session.
    """
    places = [root.path for root in roots]
    folders = [os.path.join(place, inner) for place in places for inner in ("", "sessions")]
    sessions = [os.path.join(folder, name) for folder in folders for name in listed(folder)]
    return states_of(
        os.path.join(folder, name)
        for folder in (*places, *sessions)
        for name in listed(folder)
        if name.endswith(SUFFIX)
    )


def read_file(state: FileState, cursor: Cursor | None) -> Reading:
    """Read one task or one session.

    Raises:
        OSError: its messages cannot be read, or are being written.
    """
    if os.path.basename(state.path) == MESSAGES:
        from token_tracker.sources._task_messages import read_task

        return read_task(ID, state, cursor)
    from token_tracker.sources.cline.sessions import read_session

    return read_session(state)


SOURCE = Source(
    id=ID,
    name="Cline",
    checked="samples",  # sessions of its command line are recorded; the extension was not run
    default_provider="anthropic",
    retention_days=None,
    roots=find_roots,
    files=find_files,
    read=read_file,
)

"""Amp: the threads that it kept on the machine until it moved them to its server in spring 2026.

What a thread looks like is in `threads.py`.
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
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import Source

FOLDER = "threads"


def find_roots(environ: Mapping[str, str], extra: Sequence[str] = ()) -> list[Root]:
    """Give the folders of threads.

    Source: `$XDG_DATA_HOME/amp/threads`, else `~/.local/share/amp/threads`; other trackers read
    `AMP_DATA_DIR`. From reports, checked 2026-11-22.
    """
    data = Path(environ.get("XDG_DATA_HOME") or user_home(environ) / ".local/share")
    return roots_at([Path(environ.get("AMP_DATA_DIR") or data / "amp") / FOLDER, *extra])


def find_files(roots: Iterable[Root]) -> list[FileState]:
    """List the threads; a root is a folder of threads, or what holds one."""
    folders = [os.path.join(root.path, inner) for root in roots for inner in ("", FOLDER)]
    return states_of(
        os.path.join(folder, name)
        for folder in folders
        for name in listed(folder)
        if name.startswith("T-") and name.endswith(".json")
    )


def read_file(state: FileState, cursor: Cursor | None) -> Reading:  # noqa: ARG001 - a thread is read whole
    """Read one thread.

    Raises:
        OSError: it cannot be read, or is being written.
    """
    from token_tracker.sources.amp.threads import read_thread

    return read_thread(state)


SOURCE = Source(
    id="amp",
    name="Amp",
    checked="samples",
    default_provider="amp",
    retention_days=None,
    roots=find_roots,
    files=find_files,
    read=read_file,
)

"""Roo Code, an editor extension: its tasks, whose shape `_task_messages.py` knows."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence

from token_tracker.sources._roots import roots_at
from token_tracker.sources._task_files import task_files
from token_tracker.sources._vscode import extension_folders
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import Source

ID = "roo"
EXTENSION = "rooveterinaryinc.roo-cline"


def find_roots(environ: Mapping[str, str], extra: Sequence[str] = ()) -> list[Root]:
    """Give the folders of tasks, in every editor that has any."""
    return roots_at([*(folder / "tasks" for folder in extension_folders(environ, EXTENSION)), *extra])


def read_file(state: FileState, cursor: Cursor | None) -> Reading:
    """Read one task.

    Raises:
        OSError: its messages cannot be read, or are being written.
    """
    from token_tracker.sources._task_messages import read_task

    return read_task(ID, state, cursor)


SOURCE = Source(
    id=ID,
    name="Roo Code",
    checked="samples",
    default_provider="anthropic",
    retention_days=None,
    roots=find_roots,
    files=task_files,
    read=read_file,
)

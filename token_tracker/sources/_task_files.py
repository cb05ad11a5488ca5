"""Where the Cline family of editor extensions keeps its tasks; what is in one: `_task_messages.py`.

An extension that keeps nothing else is a source as `task_source` makes it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Final

from token_tracker.sources._roots import listed
from token_tracker.sources._roots import roots_at
from token_tracker.sources._roots import states_of
from token_tracker.sources._vscode import extension_folders
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import Source

MESSAGES: Final = "ui_messages.json"


def task_files(roots: Iterable[Root]) -> list[FileState]:
    """List the message files of all tasks; nothing else in their folders is looked at.

    A root is a folder of tasks, what holds one, or a task.
    """
    places = [root.path for root in roots]
    folders = [os.path.join(place, inner) for place in places for inner in ("", "tasks")]
    tasks = [os.path.join(folder, name) for folder in folders for name in listed(folder)]
    return states_of(os.path.join(task, MESSAGES) for task in (*places, *tasks))


def task_source(identity: str, name: str, extension: str) -> Source:
    """Make the source of an extension that keeps its usage in tasks and nowhere else.

    `extension`: its id in the editors' marketplace, which names its folder in each editor.
    """

    def find_roots(environ: Mapping[str, str], extra: Sequence[str] = ()) -> list[Root]:
        return roots_at([*(folder / "tasks" for folder in extension_folders(environ, extension)), *extra])

    def read_file(state: FileState, cursor: Cursor | None) -> Reading:
        from token_tracker.sources._task_messages import read_task  # loads the JSON parser

        return read_task(identity, state, cursor)

    return Source(
        id=identity,
        name=name,
        checked="samples",
        default_provider="anthropic",
        retention_days=None,
        roots=find_roots,
        files=task_files,
        read=read_file,
    )

"""Where the Cline family of editor extensions keeps its tasks; what is in one: `_task_messages.py`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Final

from token_tracker.sources._roots import listed
from token_tracker.sources._roots import states_of
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Root

MESSAGES: Final = "ui_messages.json"


def task_files(roots: Iterable[Root]) -> list[FileState]:
    """List the message files of all tasks; nothing else in their folders is looked at.

    A root is a folder of tasks, what holds one, or a task.
    """
    places = [root.path for root in roots]
    folders = [os.path.join(place, inner) for place in places for inner in ("", "tasks")]
    tasks = [os.path.join(folder, name) for folder in folders for name in listed(folder)]
    return states_of(os.path.join(task, MESSAGES) for task in (*places, *tasks))

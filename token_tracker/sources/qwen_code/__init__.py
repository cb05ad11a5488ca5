"""Qwen Code: where its usage ledger and its chats are.

`records.py` knows their shapes and how the two tell one response alike. Facts and the
versions they were seen in: `references/sources/qwen-code.md`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence

from token_tracker.paths import user_home
from token_tracker.sources._lines import files_below
from token_tracker.sources._roots import is_directory
from token_tracker.sources._roots import listed
from token_tracker.sources._roots import roots_at
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import Source

HOME = ".qwen"


def find_roots(environ: Mapping[str, str], extra: Sequence[str] = ()) -> list[Root]:
    """Give the folders that may hold the ledger and the chats, existing or not.

    Source: `QWEN_HOME`, else `~/.qwen`; `QWEN_RUNTIME_DIR` moves both away from there, and what
    was written before stays behind. Qwen Code 0.24.4, checked 2026-11-22.
    """
    home = environ.get("QWEN_HOME", "") or os.path.join(user_home(environ), HOME)
    runtime = environ.get("QWEN_RUNTIME_DIR", "")
    return roots_at([home, *([runtime] if runtime else []), *extra])


def find_files(roots: Iterable[Root]) -> list[FileState]:
    """List the monthly ledgers and the chats of every project, archived ones too.

    Beside the chats lie those of sub-agents, whose every response is in the chat itself. A home
    without any of them holds other things, which are never searched.
    """
    folders: list[Root] = []
    for root in roots:
        usage, projects = os.path.join(root.path, "usage"), os.path.join(root.path, "projects")
        chats = [os.path.join(projects, name, "chats") for name in listed(projects)]
        found = [Root(place, True) for place in (usage, *chats) if root.found and is_directory(place)]
        if not found and os.path.basename(root.path) != HOME:
            found = [root]  # what a person added: a folder of chats
        folders += found
    return files_below(folders, ".jsonl")


def read_file(state: FileState, cursor: Cursor | None) -> Reading:
    """Read what a ledger or a chat holds beyond `cursor`.

    Raises:
        OSError: the file cannot be read.
    """
    from token_tracker.sources._json_lines import read_json_lines
    from token_tracker.sources.qwen_code.records import MARKERS
    from token_tracker.sources.qwen_code.records import Records

    return read_json_lines(state, cursor, lambda memory: Records(state.path, memory), MARKERS)


SOURCE = Source(
    id="qwen-code",
    name="Qwen Code",
    checked="real",
    default_provider="qwen",
    retention_days=None,
    roots=find_roots,
    files=find_files,
    read=read_file,
)

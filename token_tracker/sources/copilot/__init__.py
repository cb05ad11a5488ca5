"""GitHub Copilot: its command line program and app, and its chat in VS Code.

The program keeps each response twice, in a database and in the session's log; `requests.py`
makes both one event. The editor keeps traces, where a person turned them on, and a journal of
each chat. Facts and the versions they were seen in: `references/sources/copilot.md`.
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
from token_tracker.sources._roots import states_of
from token_tracker.sources._sqlite import database_states
from token_tracker.sources._vscode import settings_folders
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import Source

STORE = "session-store.db"
TRACES = "agent-traces.db"
CHATS = ("chatSessions", "emptyWindowChatSessions")
EDITORS = ("Code", "Code - Insiders", "VSCodium")
SERVERS = (".vscode-server", ".vscode-server-insiders")


def find_roots(environ: Mapping[str, str], extra: Sequence[str] = ()) -> list[Root]:
    """Give the program's home, existing or not, and the user folders of editors that exist.

    Source: `COPILOT_HOME`, else `~/.copilot` (run with 1.0.102); VS Code's own folders.
    Checked 2026-11-22.
    """
    home = user_home(environ)
    users = [place / editor / "User" for place in settings_folders(environ) for editor in EDITORS]
    users += [home / server / "data" / "User" for server in SERVERS]
    program = Path(environ.get("COPILOT_HOME") or home / ".copilot")
    return roots_at([program, *(user for user in users if is_directory(user)), *extra])


def find_files(roots: Iterable[Root]) -> list[FileState]:
    """List databases, session logs and chat journals, each once.

    A root is a home of the program, a user folder of an editor, or a folder inside one.
    """
    folders = [folder for root in roots if root.found for folder in (root.path, *_folders_in(root.path))]
    databases = [os.path.join(folder, name) for folder in folders for name in (STORE, TRACES)]
    logs = [
        os.path.join(folder, name) for folder in folders for name in listed(folder) if _is_log(folder, name)
    ]
    return sorted(database_states(databases) + states_of(logs))


def read_file(state: FileState, cursor: Cursor | None) -> Reading:
    """Read what a file of this source holds beyond `cursor`.

    Raises:
        OSError: the file cannot be opened or read; nothing is known of it.
    """
    # The readers load the database driver and the JSON parser: not for every command.
    from token_tracker.sources.copilot import editor_chats
    from token_tracker.sources.copilot import editor_traces
    from token_tracker.sources.copilot import session_log
    from token_tracker.sources.copilot import session_store

    folder, name = os.path.split(state.path)
    if name == TRACES:
        return editor_traces.read(state)
    if name == STORE:
        return session_store.read(state, cursor)
    if os.path.basename(folder) in CHATS:
        return editor_chats.read(state, cursor)
    return session_log.read(state, cursor)


def _folders_in(root: str) -> list[str]:
    """Name the folders that hold something of ours, in a home of the program or of an editor."""
    sessions = os.path.join(root, "session-state")
    workspaces = os.path.join(root, "workspaceStorage")
    profiles = os.path.join(root, "profiles")
    users = [root, *(os.path.join(profiles, name) for name in listed(profiles))]
    storages = [os.path.join(user, "globalStorage") for user in users]
    return [
        sessions,
        *(os.path.join(sessions, name) for name in listed(sessions)),
        *(os.path.join(storage, name) for storage in storages for name in ("github.copilot-chat", CHATS[1])),
        *(os.path.join(workspaces, name, CHATS[0]) for name in listed(workspaces)),
    ]


def _is_log(folder: str, name: str) -> bool:
    """Say whether a file is a session's log, or a chat's journal of this or an older kind."""
    return name.endswith(".jsonl") or (name.endswith(".json") and os.path.basename(folder) in CHATS)


SOURCE = Source(
    id="copilot",
    name="GitHub Copilot",
    checked="real",
    default_provider="github-copilot",
    retention_days=None,
    roots=find_roots,
    files=find_files,
    read=read_file,
)

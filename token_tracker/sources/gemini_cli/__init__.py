"""Gemini CLI: where its chats are, and which reader a file needs.

`chats.py` knows the shape of a chat. Facts and the versions they were seen in:
`references/sources/gemini-cli.md`.
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

HOME = ".gemini"
CHATS = "chats"
LOG = ".jsonl"
DOCUMENT = ".json"


def find_roots(environ: Mapping[str, str], extra: Sequence[str] = ()) -> list[Root]:
    """Give the folders that may hold chats, existing or not.

    Source: `GEMINI_CLI_HOME` stands for the home folder; inside the macOS sandbox the host
    writes below `.cache`. Gemini CLI 0.61.0, checked 2026-11-22.
    """
    chosen = environ.get("GEMINI_CLI_HOME", "")
    home = chosen or str(user_home(environ))
    sandbox = os.path.join(home, ".cache", HOME)
    places = [os.path.join(home, HOME), *([sandbox] if is_directory(sandbox) else []), *extra]
    return roots_at(places)


def find_files(roots: Iterable[Root]) -> list[FileState]:
    """List the chats of every project, of main sessions and sub-agents.

    Beside them the host keeps shell histories, plans and the whole output of tools; and its home
    may be there without any chat, but with credentials, so that it is never searched itself.
    """
    folders: list[Root] = []
    for root in roots:
        projects = os.path.join(root.path, "tmp")
        if root.found and is_directory(projects):
            places = (os.path.join(projects, name, CHATS) for name in listed(projects))
            folders += [Root(place, True) for place in places if is_directory(place)]
        elif os.path.basename(root.path) != HOME:
            folders.append(root)  # what a person added: a folder of chats
    return files_below(folders, (LOG, DOCUMENT))


def read_file(state: FileState, cursor: Cursor | None) -> Reading:
    """Read what a chat holds beyond `cursor`.

    Raises:
        OSError: the file cannot be read, or is an old document that is being written.
    """
    from token_tracker.sources.gemini_cli.chats import read_document_chat
    from token_tracker.sources.gemini_cli.chats import read_log_chat

    return read_document_chat(state) if state.path.endswith(DOCUMENT) else read_log_chat(state, cursor)


SOURCE = Source(
    id="gemini-cli",
    name="Gemini CLI",
    checked="real",
    default_provider="google",
    retention_days=30,
    roots=find_roots,
    files=find_files,
    read=read_file,
    retention_setting="general.sessionRetention",
    session_variable="GEMINI_SESSION_ID",  # set for its hooks, 0.61.0, checked 2026-11-22
)

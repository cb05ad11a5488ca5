"""Where OpenCode and the programs made from it keep sessions: databases, and old loose files."""

from __future__ import annotations

import os
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from token_tracker.paths import user_home
from token_tracker.sources._lines import file_state
from token_tracker.sources._roots import is_directory
from token_tracker.sources._roots import is_file
from token_tracker.sources._roots import listed
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root

IN_MEMORY = ":memory:"
OLD_MESSAGES = "storage/message"


def data_roots(
    program: str, variable: str, environ: Mapping[str, str], extra: Sequence[str], others: Sequence[str] = ()
) -> list[Root]:
    """Give the program's data folder and the database that its variable names, existing or not.

    `variable` names a database, relative to the data folder where it is not absolute.
    `others` are more data folders. What the person added may be a folder or a database.

    Source: `XDG_DATA_HOME`, else `~/.local/share`, on every system; `OPENCODE_DB` of OpenCode
    1.18.33 and `KILO_DB` of Kilo 7.7.7, read in their code. Checked 2026-11-22.
    """
    shared = environ.get("XDG_DATA_HOME") or user_home(environ) / ".local/share"
    folder = Path(shared) / program
    places: list[Path | str] = [folder, *others]
    chosen = environ.get(variable, "")
    if chosen and chosen != IN_MEMORY:
        places.append(folder / chosen)
    paths = dict.fromkeys(os.path.abspath(place) for place in [*places, *extra])
    return [Root(path, is_directory(path) or is_file(path)) for path in paths]


def data_files(roots: Iterable[Root], names: Sequence[str]) -> list[FileState]:
    """List the databases of the roots, and the loose messages that no database has taken over.

    `names`: how the program calls its database; a release channel adds a hyphen and its name.
    A folder that is closed to us stands in the list itself: reading it fails, which names it.
    """
    from token_tracker.sources._sqlite import database_states

    databases: list[str] = []
    loose: list[FileState] = []
    closed: list[FileState] = []
    for root in roots:
        if not root.found:
            continue
        if not os.access(root.path, os.R_OK):
            closed.append(FileState(root.path, 0, 0, 0, 0))
            continue
        own = [root.path] if is_file(root.path) else _databases(root.path, names)
        databases += own
        loose += _loose_messages(os.path.join(root.path, OLD_MESSAGES), own)
    return [*database_states(databases), *sorted(set(loose)), *closed]


def read_data(
    source: str, state: FileState, cursor: Cursor | None, *, has_costs_of_children: bool = False
) -> Reading:
    """Read what changed in a database, or one loose message.

    Raises:
        OSError: nothing is known of it now.
    """
    # The readers need what other commands do not: databases and JSON are loaded only here.
    from token_tracker.sources._opencode_store import read_database
    from token_tracker.sources._opencode_store import read_loose_message

    if state.path.endswith(".json"):
        return read_loose_message(source, state)
    return read_database(source, state, cursor, has_costs_of_children=has_costs_of_children)


def _databases(folder: str, names: Sequence[str]) -> list[str]:
    return [
        os.path.join(folder, name)
        for name in listed(folder)
        if name.endswith(".db") and name.removesuffix(".db").partition("-")[0] in names
    ]


def _loose_messages(folder: str, databases: Sequence[str]) -> list[FileState]:
    """List the message files of releases before 1.2 that are in none of the databases.

    A person may have tens of thousands of them, all but a few taken over long ago: those are
    not even looked at.
    """
    if not is_directory(folder):
        return []
    from token_tracker.sources._opencode_store import message_ids

    taken = message_ids(databases)
    found = []
    for session in listed(folder):
        place = os.path.join(folder, session)
        for name in listed(place):
            if name.endswith(".json") and name.removesuffix(".json") not in taken:
                path = os.path.join(place, name)
                try:
                    found.append(file_state(path, os.stat(path)))
                except OSError:
                    continue  # vanished between listing and reading
    return found

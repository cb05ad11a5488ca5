"""Kilo CLI, a fork of OpenCode that also serves Kilo's editor extensions: where its databases are.

Facts and the versions they were seen in: `references/sources/kilo-cli.md`.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence

from token_tracker.sources._opencode_places import data_files
from token_tracker.sources._opencode_places import data_roots
from token_tracker.sources._opencode_places import read_data
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import Source

ID = "kilo-cli"


def find_roots(environ: Mapping[str, str], extra: Sequence[str] = ()) -> list[Root]:
    """Give the data folder, the database that `KILO_DB` names, and `KILO_DATA_DIR`.

    The last is no variable of the host (7.7.7), but other trackers find moved data by it.
    """
    chosen = environ.get("KILO_DATA_DIR", "")
    return data_roots("kilo", "KILO_DB", environ, extra, [chosen] if chosen else [])


def find_files(roots: Iterable[Root]) -> list[FileState]:
    """List the databases; those of other release channels may still be called after OpenCode."""
    return data_files(roots, ("kilo", "opencode"))


def read_file(state: FileState, cursor: Cursor | None) -> Reading:
    """Read what changed in a database.

    Raises:
        OSError: nothing is known of it now.
    """
    return read_data(ID, state, cursor, has_costs_of_children=True)


SOURCE = Source(
    id=ID,
    name="Kilo CLI",
    checked="real",
    default_provider="",
    retention_days=None,
    roots=find_roots,
    files=find_files,
    read=read_file,
)

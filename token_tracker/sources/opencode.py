"""OpenCode: where its databases and older message files are, and how one of them is read.

Facts and the versions they were seen in: `references/sources/opencode.md`.
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

ID = "opencode"


def find_roots(environ: Mapping[str, str], extra: Sequence[str] = ()) -> list[Root]:
    """Give the data folder, and the database that `OPENCODE_DB` names."""
    return data_roots(ID, "OPENCODE_DB", environ, extra)


def find_files(roots: Iterable[Root]) -> list[FileState]:
    """List the databases, also of other release channels, and the messages of releases before 1.2."""
    return data_files(roots, ("opencode",))


def read_file(state: FileState, cursor: Cursor | None) -> Reading:
    """Read what changed in a database, or one message file.

    Raises:
        OSError: nothing is known of it now.
    """
    return read_data(ID, state, cursor)


SOURCE = Source(
    id=ID,
    name="OpenCode",
    checked="real",
    default_provider="",
    retention_days=None,
    roots=find_roots,
    files=find_files,
    read=read_file,
)

"""Cursor, which writes down on the machine what was said, and not what it took.

`state.vscdb` below the editor's user folder has fields for token counts; since early 2026 they
hold 0 nearly everywhere, and never had a cache. It also holds credentials, so nothing in it is read.
What every request took and cost stands in the usage file that Cursor's website exports.
From reports, checked 2026-11-22; Cursor was not run.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from errno import ENOTSUP

from token_tracker.paths import user_home
from token_tracker.sources._roots import is_file
from token_tracker.sources._roots import roots_at
from token_tracker.sources._vscode import settings_folders
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import Source

STATE = "User/globalStorage/state.vscdb"


def find_roots(environ: Mapping[str, str], extra: Sequence[str] = ()) -> list[Root]:  # noqa: ARG001 - not read
    """Give the folders of Cursor's own settings, where it has been used."""
    places = [*(folder / "Cursor" for folder in settings_folders(environ)), user_home(environ) / ".cursor"]
    used = [place for place in places if is_file(place / STATE) or place.name == ".cursor"]
    return roots_at(used)


def find_files(roots: Iterable[Root]) -> list[FileState]:  # noqa: ARG001 - none of them is read
    """Give no file."""
    return []


def read_file(state: FileState, cursor: Cursor | None) -> Reading:  # noqa: ARG001 - as for every source
    """Read nothing.

    Raises:
        OSError: always.
    """
    raise OSError(ENOTSUP, "Cursor does not record usage", state.path)


SOURCE = Source(
    id="cursor",
    name="Cursor",
    checked="samples",
    default_provider="cursor",
    retention_days=None,
    roots=find_roots,
    files=find_files,
    read=read_file,
    export_page="https://cursor.com/dashboard?tab=usage",
)

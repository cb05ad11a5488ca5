"""Factory's Droid: what a session came to so far, in the settings beside its transcript.

Facts and the versions they were seen in: `references/sources/droid.md`.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence

from token_tracker.paths import user_home
from token_tracker.sources._lines import files_below
from token_tracker.sources._roots import roots_at
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import Source

SETTINGS = ".settings.json"


def find_roots(environ: Mapping[str, str], extra: Sequence[str] = ()) -> list[Root]:
    """Give the folder of sessions, existing or not.

    Source: run with 0.215.0. Checked 2026-11-22.
    """
    return roots_at([user_home(environ) / ".factory" / "sessions", *extra])


def find_files(roots: Iterable[Root]) -> list[FileState]:
    """List the settings of every session, of any project."""
    return files_below(roots, SETTINGS)


def read_file(state: FileState, cursor: Cursor | None) -> Reading:  # noqa: ARG001 - the file is written anew
    """Read what one session came to.

    Raises:
        OSError: the file cannot be read, or is not whole; nothing is known of it.
    """
    from token_tracker.sources.droid.reader import read  # loads the JSON parser

    return read(state)


SOURCE = Source(
    id="droid",
    name="Droid",
    checked="real",
    default_provider="factory",
    retention_days=None,
    roots=find_roots,
    files=find_files,
    read=read_file,
)

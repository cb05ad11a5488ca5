"""Kimi Code, and Kimi CLI that it came from: where their sessions are.

`wires.py` knows the two shapes of a session's log. Facts and the versions they were seen in:
`references/sources/kimi.md`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence

from token_tracker.paths import user_home
from token_tracker.sources._lines import files_below
from token_tracker.sources._roots import is_directory
from token_tracker.sources._roots import roots_at
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import Source

WIRE = "wire.jsonl"


def find_roots(environ: Mapping[str, str], extra: Sequence[str] = ()) -> list[Root]:
    """Give the homes of both programs, existing or not.

    Source: `KIMI_CODE_HOME`, else `~/.kimi-code` (Kimi Code 2.1.0); `KIMI_SHARE_DIR`, else
    `~/.kimi` (Kimi CLI 1.47.0). Checked 2026-11-22.
    """
    home = user_home(environ)
    code = environ.get("KIMI_CODE_HOME", "") or os.path.join(home, ".kimi-code")
    share = environ.get("KIMI_SHARE_DIR", "") or os.path.join(home, ".kimi")
    return roots_at([code, share, *extra])


def find_files(roots: Iterable[Root]) -> list[FileState]:
    """List the logs of sessions and of their sub-agents."""
    folders = [
        Root(sessions, True) if is_directory(sessions := os.path.join(root.path, "sessions")) else root
        for root in roots
        if root.found
    ]
    return files_below(folders, WIRE)


def read_file(state: FileState, cursor: Cursor | None) -> Reading:
    """Read what a log holds beyond `cursor`.

    Raises:
        OSError: the file cannot be read.
    """
    from token_tracker.sources._json_lines import read_json_lines
    from token_tracker.sources.kimi.wires import MARKERS
    from token_tracker.sources.kimi.wires import Wire

    return read_json_lines(state, cursor, lambda memory: Wire(state.path, memory), MARKERS)


SOURCE = Source(
    id="kimi",
    name="Kimi Code",
    checked="real",
    default_provider="kimi",
    retention_days=None,
    roots=find_roots,
    files=find_files,
    read=read_file,
)

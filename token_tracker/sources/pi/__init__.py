"""Pi, and OMP that keeps its sessions in the same shape: where they are.

`sessions.py` knows that shape. Facts and the versions they were seen in:
`references/sources/pi.md`.
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


def find_roots(environ: Mapping[str, str], extra: Sequence[str] = ()) -> list[Root]:
    """Give the folders that may hold sessions, existing or not.

    Source: `PI_CODING_AGENT_SESSION_DIR`, else `sessions` in `PI_CODING_AGENT_DIR` or in
    `~/.pi/agent` (Pi 0.87.1 and 1.5.2, checked 2026-11-22). OMP: `~/.omp/agent/sessions`, where it is.
    """
    home = user_home(environ)
    agent = environ.get("PI_CODING_AGENT_DIR", "") or os.path.join(home, ".pi", "agent")
    sessions = environ.get("PI_CODING_AGENT_SESSION_DIR", "") or os.path.join(agent, "sessions")
    omp = os.path.join(home, ".omp", "agent", "sessions")
    return roots_at([sessions, *([omp] if is_directory(omp) else []), *extra])


def find_files(roots: Iterable[Root]) -> list[FileState]:
    """List the sessions of every folder that was worked in."""
    return files_below(roots, ".jsonl")


def read_file(state: FileState, cursor: Cursor | None) -> Reading:
    """Read what a session holds beyond `cursor`.

    Raises:
        OSError: the file cannot be read.
    """
    from token_tracker.sources._json_lines import read_json_lines
    from token_tracker.sources.pi.sessions import MARKERS
    from token_tracker.sources.pi.sessions import Session

    return read_json_lines(state, cursor, lambda memory: Session(state.path, memory), MARKERS)


SOURCE = Source(
    id="pi",
    name="Pi",
    checked="real",
    default_provider="",
    retention_days=None,
    roots=find_roots,
    files=find_files,
    read=read_file,
    session_variable="PI_SESSION_ID",  # set for its shell tools, docs of 0.87.1, checked 2026-11-22
)

"""Codex (CLI, desktop app, IDE extension): where its rollouts are, and how one file is read.

`thread.py` knows what the lines of a thread add up to, `identity.py` whose work they are.
Facts and the versions they were seen in: `references/sources/codex.md`.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path

from token_tracker.paths import user_home
from token_tracker.sources._lines import files_below
from token_tracker.sources._native import Toolset
from token_tracker.sources._roots import is_directory
from token_tracker.sources._roots import roots_at
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import Source

FOLDERS = ("sessions", "archived_sessions")


def find_roots(environ: Mapping[str, str], extra: Sequence[str] = ()) -> list[Root]:
    """Give the folders that may hold rollouts, existing or not.

    Source: `CODEX_HOME`, else `~/.codex`, on every system. Checked 2026-11-22.
    """
    homes = _chosen_homes(environ.get("CODEX_HOME", "")) or [user_home(environ) / ".codex"]
    return roots_at([*(home / folder for home in homes for folder in FOLDERS), *extra])


def find_files(roots: Iterable[Root]) -> list[FileState]:
    """List every rollout, plain or compressed; a thread may be there as both for a moment."""
    return files_below(roots, (".jsonl", ".jsonl.zst"))


def read_file(state: FileState, cursor: Cursor | None, tools: Toolset | None = None) -> Reading:
    """Read what a rollout holds beyond `cursor`.

    Raises:
        OSError: the file cannot be opened or read; nothing is known of it.
    """
    from token_tracker.sources.codex.rollout import read_rollout

    return read_rollout(state, cursor, tools)


def _chosen_homes(chosen: str) -> list[Path]:
    """Read the host's variable: one directory for the host, a comma list for other trackers."""
    if is_directory(chosen):
        return [Path(chosen)]
    return [Path(part.strip()) for part in chosen.split(",") if part.strip()]


SOURCE = Source(
    id="codex",
    name="Codex",
    checked="real",
    default_provider="openai",
    retention_days=None,
    roots=find_roots,
    files=find_files,
    read=read_file,
    session_variable="CODEX_THREAD_ID",  # 0.120.0 to 0.169.0; a sub-agent has its own
    compressed=True,
)
"""`CODEX_SESSION_ID`, the root of a sub-agent, is newer: not in 0.120.0, there in 0.169.0."""

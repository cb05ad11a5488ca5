"""Claude Code: where its transcripts are, and how one file is read.

`lines.py` knows the shape of a line, `copies.py` which of several copies of a response
counts. Facts and the versions they were seen in: `references/sources/claude-code.md`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from glob import escape
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

from token_tracker.files import read_plain_file
from token_tracker.paths import user_home
from token_tracker.sources._lines import files_below
from token_tracker.sources._roots import is_directory
from token_tracker.sources._roots import roots_at
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import Source

if TYPE_CHECKING:
    from token_tracker.sources._native import Toolset

SIDE_FILE = ".meta.json"
RETENTION_SETTING = "cleanupPeriodDays"
COWORK = "local-agent-mode-sessions"
COWORK_HOMES = ("Library/Application Support/Claude", ".config/Claude", "AppData/Roaming/Claude")
COWORK_PACKAGES = "AppData/Local/Packages"


def find_roots(environ: Mapping[str, str], extra: Sequence[str] = ()) -> list[Root]:
    """Give the folders that may hold transcripts, existing or not.

    Source: `CLAUDE_CONFIG_DIR`, else `~/.claude`, and `~/.config/claude` of releases around
    mid-2025; Claude Desktop keeps the same layout for its local agent. Checked 2026-11-22.
    """
    home = user_home(environ)
    configs = _chosen_configs(environ.get("CLAUDE_CONFIG_DIR", ""))
    if not configs:
        configs = [home / ".claude", Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / "claude"]
    folders = [config / "projects" for config in configs]
    folders += [place for place in _cowork_folders(home) if is_directory(place)]
    folders += [Path(path) for path in extra]
    return roots_at(folders)


def find_files(roots: Iterable[Root]) -> list[FileState]:
    """List every transcript, of main sessions and sub-agents at any depth, and the side files.

    Claude Desktop keeps other logs beside its agent's home, with copies of the same lines.
    """
    return [
        state
        for state in files_below(roots, (".jsonl", SIDE_FILE))
        if COWORK not in (path := state.path.replace(os.sep, "/")) or "/.claude/projects" in path
    ]


def read_file(state: FileState, cursor: Cursor | None, tools: Toolset | None = None) -> Reading:
    """Read what a file of this source holds beyond `cursor`.

    Raises:
        OSError: the file cannot be opened or read; nothing is known of it.
    """
    # The readers load the JSON parser and more: not for commands that have nothing to read.
    from token_tracker.sources.claude_code.agent_names import read_side_file
    from token_tracker.sources.claude_code.transcript import read_transcript

    if state.path.endswith(SIDE_FILE):
        return read_side_file(state, SIDE_FILE)
    return read_transcript(state, cursor, tools)


def chosen_retention(root: str) -> tuple[int, str] | None:
    """Give after how many days the settings beside a root have logs deleted, and their file.

    Source: the host's setting `cleanupPeriodDays`, 30 days by default, checked 2026-11-22.
    """
    import json

    settings = Path(root).parent / "settings.json"
    try:
        days = json.loads(read_plain_file(settings))[RETENTION_SETTING]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return (days, str(settings)) if isinstance(days, int) else None


def _chosen_configs(chosen: str) -> list[Path]:
    """Read the host's variable: one directory for the host, a comma list for other trackers."""
    if os.path.isdir(chosen):
        return [Path(chosen)]
    return [Path(part.strip()) for part in chosen.split(",") if part.strip()]


def _cowork_folders(home: Path) -> list[Path]:
    """Give where Claude Desktop keeps its local agent, also as an app from the Windows store."""
    packaged = glob(os.path.join(escape(str(home / COWORK_PACKAGES)), "*Claude_*/LocalCache/Roaming/Claude"))
    return [
        place / COWORK for place in (*(home / name for name in COWORK_HOMES), *map(Path, sorted(packaged)))
    ]


SOURCE = Source(
    id="claude-code",
    name="Claude Code",
    checked="real",
    default_provider="anthropic",
    retention_days=30,
    roots=find_roots,
    files=find_files,
    read=read_file,
    retention_setting=RETENTION_SETTING,
    retention_chosen=chosen_retention,
    session_variable="CLAUDE_CODE_SESSION_ID",  # set for its tools and hooks, 2.1.330, checked 2026-11-22
)

"""Claude Code: where its transcripts are, and how one file is read.

`lines.py` knows the shape of a line, `copies.py` which of several copies of a response
counts. Facts and the versions they were seen in: `references/sources.md`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from token_tracker.paths import user_home
from token_tracker.sources._lines import files_below
from token_tracker.sources.claude_code.transcript import read_transcript
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import Source

COWORK_FOLDERS = (
    "Library/Application Support/Claude/local-agent-mode-sessions",
    ".config/Claude/local-agent-mode-sessions",
    "AppData/Roaming/Claude/local-agent-mode-sessions",
)


def find_roots(environ: Mapping[str, str], extra: Sequence[str] = ()) -> list[Root]:
    """Give the folders that may hold transcripts, existing or not.

    Source: `CLAUDE_CONFIG_DIR`, else `~/.claude`, and `~/.config/claude` of releases around
    mid-2025; Claude Desktop keeps the same layout for its local agent. Checked 2026-11-22.
    """
    home = user_home(environ)
    if chosen := environ.get("CLAUDE_CONFIG_DIR"):
        # Other trackers made a comma list of it; the host itself means one directory.
        configs = (
            [Path(chosen)] if os.path.isdir(chosen) else [Path(part.strip()) for part in chosen.split(",")]
        )
    else:
        xdg = Path(environ.get("XDG_CONFIG_HOME") or home / ".config")
        configs = [home / ".claude", xdg / "claude"]
    folders = [config / "projects" for config in configs]
    folders += [place for name in COWORK_FOLDERS if (place := home / name).is_dir()]
    folders += [Path(path) for path in extra]
    return [Root(str(folder), folder.is_dir()) for folder in dict.fromkeys(folders)]


def find_files(roots: Iterable[Root]) -> list[FileState]:
    """List every transcript: main sessions and sub-agents, at any depth."""
    return files_below(roots, ".jsonl")


SOURCE = Source(
    id="claude-code",
    name="Claude Code",
    checked="real",
    default_provider="anthropic",
    retention_days=30,
    roots=find_roots,
    files=find_files,
    read=partial(read_transcript),
)

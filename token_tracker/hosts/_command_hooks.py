"""Hooks that run a command line: the settings that Claude Code and Codex share.

Source: Claude Code 2.1.330 and Codex 0.169.0, run with such entries; checked 2026-11-22.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from typing import Final

from token_tracker.hosts.contract import Entry
from token_tracker.hosts.contract import Program
from token_tracker.hosts.contract import Spot
from token_tracker.hosts.contract import items
from token_tracker.hosts.contract import mapping

START_MATCHER: Final = "startup|resume|clear"
START_TIMEOUT_S: Final = 5
END_TIMEOUT_S: Final = 2

_OURS: Final = re.compile(
    r"token[-_]tracker.*\s(?:session-check --format hook --host \S+ --update-state|sync --quiet --detach)\s*$"
)


def entries_for(host: str, program: Program) -> tuple[Entry, ...]:
    """Give what runs us when a session starts and when it ends."""
    check = program.command("session-check", "--format", "hook", "--host", host, "--update-state")
    start = {"matcher": START_MATCHER, "hooks": [_command(check, START_TIMEOUT_S)]}
    end = {"hooks": [_command(program.command("sync", "--quiet", "--detach"), END_TIMEOUT_S)]}
    return (
        Entry(("hooks", "SessionStart"), start, is_item=True),
        Entry(("hooks", "SessionEnd"), end, is_item=True),
    )


def ours(settings: Mapping[str, Any]) -> tuple[Spot, ...]:
    """Find our command lines: whole groups, or single ones in a group with others'."""
    found: list[Spot] = []
    for event, groups in mapping(settings.get("hooks")).items():
        for at, group in enumerate(items(groups)):
            hooks = items(mapping(group).get("hooks"))
            inner = [place for place, hook in enumerate(hooks) if _is_ours(hook)]
            if inner and len(inner) == len(hooks):
                found.append(("hooks", event, at))
            else:
                found += [("hooks", event, at, "hooks", place) for place in inner]
    return tuple(found)


def has_command_hooks(folder: Path) -> bool:
    """Say whether a plug-in brings our hook."""
    try:
        return "session-check" in (folder / "hooks" / "hooks.json").read_text("utf-8")
    except (OSError, ValueError):
        return False


def _command(line: str, timeout_s: int) -> dict[str, Any]:
    return {"type": "command", "command": line, "timeout": timeout_s}


def _is_ours(hook: object) -> bool:
    line = mapping(hook).get("command")
    return isinstance(line, str) and _OURS.search(line) is not None

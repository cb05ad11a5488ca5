"""Codex: its hooks are in `hooks.json`, or come with a plug-in, and run once the person approved them.

Source: Codex 0.169.0, run with both forms; checked 2026-11-22.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from typing import Final

from token_tracker.files import read_plain_file
from token_tracker.hosts._command_hooks import entries_for
from token_tracker.hosts._command_hooks import has_command_hooks
from token_tracker.hosts._command_hooks import ours
from token_tracker.hosts.call import CODEX
from token_tracker.hosts.contract import APPROVE_HOOKS
from token_tracker.hosts.contract import PLUGIN
from token_tracker.hosts.contract import SETTINGS
from token_tracker.hosts.contract import Entry
from token_tracker.hosts.contract import Host
from token_tracker.hosts.contract import Look
from token_tracker.hosts.contract import Machine
from token_tracker.hosts.contract import Program
from token_tracker.hosts.contract import chosen_folder
from token_tracker.hosts.contract import mapping

SWITCH: Final = "[features] hooks"
START_EVENT: Final = ":session_start:"
"""In the name under which Codex keeps that a hook was approved; the numbers of group and hook follow."""


def config(machine: Machine) -> Path:
    """Give the folder of its settings."""
    return chosen_folder(machine.environ.get("CODEX_HOME", ""), machine, ".codex")


def settings(machine: Machine) -> Path:
    """Give the file of the person's own hooks, of all projects."""
    return config(machine) / "hooks.json"


def look(machine: Machine, found: Mapping[str, Any]) -> Look:
    """Look for the hook, in plug-ins first, and whether a hook of that place was ever approved.

    Whether what was approved is what is there now, Codex alone can say.
    """
    chosen = _chosen(config(machine) / "config.toml")
    off = SWITCH if mapping(chosen.get("features")).get("hooks") is False else ""
    approved = mapping(mapping(chosen.get("hooks")).get("state"))
    for name, plugin in mapping(chosen.get("plugins")).items():
        place = _plugin(config(machine), name)
        if place is not None and mapping(plugin).get("enabled") is not False:
            key = f"{name}:hooks/hooks.json{START_EVENT}0:0"
            return Look(PLUGIN, True, place, off, needs=_approval(approved, key))
    place = settings(machine)
    starts = [spot for spot in ours(found) if spot[1] == "SessionStart"]
    at, inner = (starts[0][2], (*starts[0], "hooks", 0)[4]) if starts else ("", "")
    key = f"{os.path.realpath(place)}{START_EVENT}{at}:{inner}"
    return Look(SETTINGS, bool(starts), place, off, needs=_approval(approved, key))


def entries(_found: Mapping[str, Any], program: Program) -> tuple[Entry, ...]:
    """Give what goes into the file of hooks."""
    return entries_for(CODEX, program)


def _approval(approved: Mapping[str, Any], key: str) -> tuple[str, ...]:
    return () if mapping(approved.get(key)).get("trusted_hash") else (APPROVE_HOOKS,)


def _plugin(folder: Path, name: str) -> Path | None:
    """Find the copy of a plug-in that has our hook; `name` is PLUGIN@MARKET."""
    plugin, _, market = name.partition("@")
    copies = folder / "plugins" / "cache" / market / plugin
    found = sorted(copies.glob("*")) if market else []
    return next((copy for copy in found if has_command_hooks(copy)), None)


def _chosen(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(read_plain_file(path).decode("utf-8"))
    except (OSError, ValueError):
        return {}


HOST: Final = Host(CODEX, "Codex", "real", config, settings, look, entries, ours)

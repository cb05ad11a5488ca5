"""Claude Code: its hooks are in `settings.json`, or come with a plug-in.

Source: Claude Code 2.1.330, run with each of these forms; checked 2026-11-22.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from typing import Final

from token_tracker.files import read_plain_file
from token_tracker.hosts._command_hooks import entries_for
from token_tracker.hosts._command_hooks import has_command_hooks
from token_tracker.hosts._command_hooks import ours
from token_tracker.hosts.call import CLAUDE_CODE
from token_tracker.hosts.contract import PLUGIN
from token_tracker.hosts.contract import SETTINGS
from token_tracker.hosts.contract import Entry
from token_tracker.hosts.contract import Host
from token_tracker.hosts.contract import Look
from token_tracker.hosts.contract import Machine
from token_tracker.hosts.contract import Program
from token_tracker.hosts.contract import chosen_folder
from token_tracker.hosts.contract import items
from token_tracker.hosts.contract import mapping

MANAGED: Final = {
    "darwin": "/Library/Application Support/ClaudeCode/managed-settings.json",
    "win32": r"C:\Program Files\ClaudeCode\managed-settings.json",
}
"""What an administrator decides; on other systems it is in /etc/claude-code."""

HOOKS_OFF: Final = ("disableAllHooks",)
MANAGED_OFF: Final = ("disableAllHooks", "allowManagedHooksOnly")


def config(machine: Machine) -> Path:
    """Give the folder of its settings."""
    return chosen_folder(machine.environ.get("CLAUDE_CONFIG_DIR", ""), machine, ".claude")


def settings(machine: Machine) -> Path:
    """Give the person's own settings, of all projects."""
    return config(machine) / "settings.json"


def look(machine: Machine, found: Mapping[str, Any]) -> Look:
    """Look for the hook, in plug-ins first: a second one would run besides."""
    off = next((key for key in HOOKS_OFF if found.get(key) is True), "")
    managed = _loaded(Path(MANAGED.get(sys.platform, "/etc/claude-code/managed-settings.json")))
    off = next((key for key in MANAGED_OFF if managed.get(key) is True), off)
    plugin = _plugin(config(machine), mapping(found.get("enabledPlugins")))
    if plugin is not None:
        return Look(PLUGIN, True, plugin, off)
    return Look(SETTINGS, bool(ours(found)), settings(machine), off)


def entries(_found: Mapping[str, Any], program: Program) -> tuple[Entry, ...]:
    """Give what goes into the settings."""
    return entries_for(CLAUDE_CODE, program)


def _plugin(folder: Path, enabled: Mapping[str, Any]) -> Path | None:
    """Find a plug-in with our hook that is not switched off: installed, or a skill that is one."""
    installed = mapping(_loaded(folder / "plugins" / "installed_plugins.json").get("plugins"))
    for name, copies in installed.items():
        for copy in items(copies):
            place = mapping(copy).get("installPath")
            if enabled.get(name) is True and isinstance(place, str) and has_command_hooks(Path(place)):
                return Path(place)
    for manifest in sorted(folder.glob("skills/*/.claude-plugin/plugin.json")):
        skill = manifest.parents[1]
        if enabled.get(f"{skill.name}@skills-dir") is not False and has_command_hooks(skill):
            return skill
    return None


def _loaded(path: Path) -> Mapping[str, Any]:
    try:
        return mapping(json.loads(read_plain_file(path)))
    except (OSError, ValueError):
        return {}


HOST: Final = Host(CLAUDE_CODE, "Claude Code", "real", config, settings, look, entries, ours)

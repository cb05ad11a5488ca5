"""OpenClaw: its hooks are folders, and `openclaw.json` says which of them run.

An extra directory in the settings would be shorter, but it makes OpenClaw load every hook it
finds, also those that nobody chose. So the hook gets a folder of its own in the managed
directory, and a named entry where hooks are chosen by name or not set up yet. Where all hooks
are on, an entry would switch the others off: there the folder is enough.

Source: `resolveInternalHookSelection` and `resolveHookDiscoveryRoots` of OpenClaw 2026.9.6, and
its gateway run with each form; checked 2026-11-22.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from typing import Final

from token_tracker.errors import StorageError
from token_tracker.hosts.contract import ALLOW_INJECTION
from token_tracker.hosts.contract import HOOK_FILE
from token_tracker.hosts.contract import PLUGIN
from token_tracker.hosts.contract import RESTART_GATEWAY
from token_tracker.hosts.contract import Entry
from token_tracker.hosts.contract import Host
from token_tracker.hosts.contract import Look
from token_tracker.hosts.contract import Machine
from token_tracker.hosts.contract import Program
from token_tracker.hosts.contract import Spot
from token_tracker.hosts.contract import chosen_folder
from token_tracker.hosts.contract import items
from token_tracker.hosts.contract import mapping

OPENCLAW: Final = "openclaw"
HOOK: Final = "token-tracker-bootstrap"
DESCRIPTION_FILE: Final = "HOOK.md"
COPIED_FILES: Final = (DESCRIPTION_FILE, "handler.js")
LAUNCH_FILE: Final = "launch.json"
MASTER_SWITCH: Final = "hooks.internal.enabled"
NAMED: Final = ("hooks", "internal", "entries", HOOK)
CHOSEN: Final = {"enabled": True}
CHOOSE: Final = f"openclaw config set {'.'.join(NAMED)}.enabled true"
"""Finds the file among those that the settings include; run with 2026.9.6, checked 2026-11-22."""


def config(machine: Machine) -> Path:
    """Give the state directory."""
    environ = machine.environ
    home = chosen_folder(environ.get("OPENCLAW_HOME", ""), machine, "")
    return chosen_folder(environ.get("OPENCLAW_STATE_DIR", ""), machine._replace(home=home), ".openclaw")


def settings(machine: Machine) -> Path:
    """Give the file of settings."""
    chosen = machine.environ.get("OPENCLAW_CONFIG_PATH", "").strip()
    return chosen_folder(chosen, machine, "") if chosen else config(machine) / "openclaw.json"


def look(machine: Machine, found: Mapping[str, Any]) -> Look:
    """Look for the hook in plug-ins, packs and the managed directory, and whether it is chosen."""
    internal = _internal(found)
    own = config(machine) / "hooks" / HOOK
    foreign = _foreign(machine, found)
    place = foreign or own
    named = mapping(mapping(internal.get("entries")).get(HOOK))
    off = MASTER_SWITCH if internal.get("enabled") is False else ""
    if named.get("enabled") is False:
        off = off or ".".join((*NAMED, "enabled"))
    is_included = any("$include" in part for part in (found, mapping(found.get("hooks")), internal))
    needs = [RESTART_GATEWAY] if foreign is None and _is_open(internal) else []
    injects = mapping(mapping(found.get("agents")).get("defaults")).get("contextInjection")
    if injects in ("never", "continuation-skip"):
        needs.append(ALLOW_INJECTION)
    has_hook = (place / DESCRIPTION_FILE).is_file() and _is_chosen(internal)
    return Look(PLUGIN if foreign else HOOK_FILE, has_hook, place, off, is_included, tuple(needs))


def entries(found: Mapping[str, Any], _program: Program) -> tuple[Entry, ...]:
    """Give what chooses our hook and no other; nothing where all hooks are on.

    The master switch is not touched: without it, a named entry turns on its own hook only, and
    with it, one that is left behind without names would turn on all.
    """
    return () if _is_chosen(_internal(found)) else (Entry(NAMED, CHOSEN, is_item=False),)


def ours(found: Mapping[str, Any]) -> tuple[Spot, ...]:
    """Find our entry; one with more in it is the person's."""
    return (NAMED,) if mapping(_internal(found).get("entries")).get(HOOK) == CHOSEN else ()


def files(machine: Machine, found: Mapping[str, Any], program: Program) -> Mapping[Path, bytes]:
    """Give the folder of the hook: what the skill brings, and how its handler starts us from there.

    Raises:
        StorageError: the skill came without its hook.
    """
    if _foreign(machine, found) is not None:
        return {}
    launch = {"schema": 1, "argv": list(program.start)}
    texts = {name: _shipped(program.hooks / HOOK / name) for name in COPIED_FILES}
    texts[LAUNCH_FILE] = (json.dumps(launch, ensure_ascii=False) + "\n").encode()
    folder = config(machine) / "hooks" / HOOK
    return {folder / name: text for name, text in texts.items()}


def _shipped(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise StorageError("file_unusable", path=str(path), reason=error.strerror or str(error)) from error


def _internal(found: Mapping[str, Any]) -> Mapping[str, Any]:
    return mapping(mapping(found.get("hooks")).get("internal"))


def _has_extra_directories(internal: Mapping[str, Any]) -> bool:
    return any(str(place).strip() for place in items(mapping(internal.get("load")).get("extraDirs")))


def _is_open(internal: Mapping[str, Any]) -> bool:
    """Say whether every hook that is found runs."""
    if internal.get("enabled") is False:
        return False
    named = mapping(internal.get("entries"))
    return _has_extra_directories(internal) or (internal.get("enabled") is True and not named)


def _is_chosen(internal: Mapping[str, Any]) -> bool:
    return _is_open(internal) or HOOK in mapping(internal.get("entries"))


def _foreign(machine: Machine, found: Mapping[str, Any]) -> Path | None:
    """Find the hook where something else than we put it: a plug-in, a hook pack, an extra directory."""
    state = config(machine)
    known = mapping(mapping(found.get("plugins")).get("entries"))
    places = [
        place
        for place in sorted(state.glob(f"extensions/*/hooks/{HOOK}"))
        if mapping(known.get(place.parents[1].name)).get("enabled") is not False
    ]
    places += sorted(state.glob(f"hooks/*/hooks/{HOOK}"))
    for extra in items(mapping(_internal(found).get("load")).get("extraDirs")):
        folder = chosen_folder(str(extra), machine, "")
        places += [folder, folder / HOOK, folder / "hooks" / HOOK]
    return next((one for one in places if one.name == HOOK and (one / DESCRIPTION_FILE).is_file()), None)


HOST: Final = Host(
    OPENCLAW,
    "OpenClaw",
    "real",
    config,
    settings,
    look,
    entries,
    ours,
    files,
    json5=True,
    fix_command=f"openclaw plugins install {{skill}} && {CHOOSE}",
)

"""What a host is: where it keeps its settings, and how our hook gets into them.

A host only looks and says what it would add. Files are read, shown, backed up and written in
`hooking.py` and `host_files.py`, the same way for all.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from typing import NamedTuple

PLUGIN = "plugin"
SETTINGS = "settings"
HOOK_FILE = "hook-file"

APPROVE_HOOKS = "approve-hooks"
RESTART_GATEWAY = "restart-gateway"
ALLOW_INJECTION = "allow-injection"
"""Steps that are the person's to do: `needs` of `Look` names them."""

Spot = tuple[str | int, ...]
"""The way to a value of a JSON text: keys, and numbers of items."""


class Machine(NamedTuple):
    """Where to look. `home`: the person's own directory."""

    environ: Mapping[str, str]
    home: Path


class Program(NamedTuple):
    """How a hook starts us: the real interpreter and its words, and where our own hook files are."""

    start: tuple[str, ...]
    hooks: Path

    def command(self, *words: str) -> str:
        """Write a command line as the system's shell reads it.

        >>> Program(("/opt/my python/bin/python3", "-I", "/s/t.py"), Path("/s/hooks")).command("sync")
        "'/opt/my python/bin/python3' -I /s/t.py sync"
        """
        line = (*self.start, *words)
        return subprocess.list2cmdline(line) if os.name == "nt" else shlex.join(line)


class Entry(NamedTuple):
    """A value that goes into the settings: at a key that is not there, or as the last item of an array."""

    path: tuple[str, ...]
    value: Any
    is_item: bool


class Look(NamedTuple):
    """What was found out about a host.

    `how`: "plugin", "settings" or "hook-file". `has_hook`: it is there by that way, whether or
    not it is as we would install it now. `switched_off`: the setting that keeps hooks from
    running, "" for none. `is_included`: the settings take parts from other files, which are
    not read. `needs`: steps of the person's, where the hook is or were there.
    """

    how: str
    has_hook: bool
    place: Path
    switched_off: str = ""
    is_included: bool = False
    needs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Host:
    """One host. `tested`: "real" or "sample"; its settings are JSON5 where `json5`.

    `config`: its folder, which is there where the host is. `settings`: the file in it. `look`
    takes what that holds, empty without a file. `entries`: what to add to settings without our
    entries. `ours`: where our entries are, in order. `files`: by path, what we put beside the
    settings. `fix_command`: what the person can run where we must not change the settings, ""
    where there is nothing; `{skill}` in it is the folder of the skill.
    """

    id: str
    name: str
    tested: str
    config: Callable[[Machine], Path]
    settings: Callable[[Machine], Path]
    look: Callable[[Machine, Mapping[str, Any]], Look]
    entries: Callable[[Mapping[str, Any], Program], tuple[Entry, ...]]
    ours: Callable[[Mapping[str, Any]], tuple[Spot, ...]]
    files: Callable[[Machine, Mapping[str, Any], Program], Mapping[Path, bytes]] = lambda *_: {}
    json5: bool = False
    fix_command: str = ""


def mapping(value: object) -> Mapping[str, Any]:
    """Give an object of the settings; empty for anything else."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[Any]:
    """Give an array of the settings; empty for anything else."""
    return value if isinstance(value, list) else []


def chosen_folder(chosen: str, machine: Machine, usual: str) -> Path:
    """Give the folder that a variable names, "" where it is not set: then `usual` in the home."""
    text = chosen.strip()
    if not text:
        return machine.home / usual
    first, _, rest = text.partition("/")
    return machine.home / rest if first == "~" else Path(os.path.abspath(text))

"""What is known and was done about our hook in each host, without words for people."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from token_tracker.errors import TrackerError


@dataclass(frozen=True, slots=True)
class HookState:
    """One host of this machine.

    `how`: "plugin", "settings" or "hook-file", as it is or would be installed. `path`: of the
    file or folder that has or would have it. `tested`: "real" or "sample". `switched_off`: the
    setting that keeps hooks from running, "" for none. `needs`: steps of the person's.
    `is_outdated`: it is not as it would be installed now. `error`: why nothing can be said.
    """

    host: str
    name: str
    is_found: bool
    is_installed: bool
    how: str
    path: str
    tested: str
    is_declined: bool = False
    switched_off: str = ""
    needs: tuple[str, ...] = ()
    is_outdated: bool = False
    error: TrackerError | None = None


@dataclass(frozen=True, slots=True)
class HookChange:
    """What a command did, or would do, in one host.

    `outcome`: "installed", "would-install", "already", "by-plugin", "switched-off", "removed",
    "would-remove", "absent", "not-found", "declined" or "failed". `diff`: of the settings, with
    every text that is not ours as "…". `files`: beside the settings, written or removed.
    `backup`: where the settings are as they were before, "" where there was nothing to keep.
    """

    host: str
    name: str
    outcome: str
    path: str = ""
    diff: str = ""
    files: tuple[str, ...] = ()
    switched_off: str = ""
    needs: tuple[str, ...] = ()
    backup: str = ""
    error: TrackerError | None = None


class HookChanges(NamedTuple):
    """What one command did about hooks. `agreed`: nothing was left to be confirmed."""

    changes: tuple[HookChange, ...]
    agreed: bool


class Ours(NamedTuple):
    """What is in a folder of ours. `ours`, `others`: paths. `size_bytes`: of ours.

    `is_own`: the folder is for us alone, and goes with the last that is in it.
    """

    folder: str
    ours: tuple[str, ...]
    size_bytes: int
    others: tuple[str, ...]
    is_own: bool = True


class Uninstalled(NamedTuple):
    """What `uninstall` removed, or would remove. `home`: None where it is kept.

    `skill`: the folder of the program, which stays. `is_done`: it was removed; not so without
    an agreement, and where a host's settings could not be changed.
    """

    hooks: HookChanges
    home: Ours | None
    cache: Ours
    skill: str
    is_done: bool

"""Where editors that descend from VS Code keep what an extension stores, on every system.

Nothing of an extension's own format is known here.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from token_tracker.paths import user_home
from token_tracker.sources._roots import is_directory

EDITORS: Final = (
    "Code",
    "Code - Insiders",
    "VSCodium",
    "Cursor",
    "Windsurf",
    "Trae",
    "Trae CN",
    "Kiro",
    "Antigravity",
    "Positron",
)
SERVERS: Final = (
    ".vscode-server/data",
    ".vscode-server-insiders/data",
    ".vscodium-server/data",
    ".cursor-server/data",
    ".windsurf-server/data",
    ".trae-server/data",
    ".local/share/code-server",
)
"""Where the part of an editor runs that works on a machine reached over a network."""


def extension_folders(environ: Mapping[str, str], extension: str) -> list[Path]:
    """Give the folders in which an extension of this id stores things; else the place for VS Code.

    Source: VS Code's `globalStorage` below the user folder of each editor: `%APPDATA%` on
    Windows, Application Support on a Mac, `$XDG_CONFIG_HOME` elsewhere. Checked 2026-11-22.
    """
    there = [folder for user in _user_folders(environ) if is_directory(folder := _within(user, extension))]
    if there:
        return there
    configs = settings_folders(environ)
    usual = next((config for config in configs if is_directory(config)), configs[-1])
    return [_within(usual / EDITORS[0] / "User", extension)]


def settings_folders(environ: Mapping[str, str]) -> list[Path]:
    """Give where programs keep their settings: on Windows, on a Mac, elsewhere."""
    home = user_home(environ)
    return [
        Path(environ.get("APPDATA") or home / "AppData/Roaming"),
        home / "Library/Application Support",
        Path(environ.get("XDG_CONFIG_HOME") or home / ".config"),
    ]


def _within(user: Path, extension: str) -> Path:
    return user / "globalStorage" / extension


def _user_folders(environ: Mapping[str, str]) -> list[Path]:
    home = user_home(environ)
    configs = [
        config / name for config in settings_folders(environ) if is_directory(config) for name in EDITORS
    ]
    return [place / "User" for place in (*configs, *(home / server for server in SERVERS))]

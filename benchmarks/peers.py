"""The program we are compared with, fetched by npm into the cache, and what it answers."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple


class Peer(NamedTuple):
    """Another tracker.

    `arguments` make it print what was used on each day of all logs, as JSON. `totals` reads
    its totals from that answer, as {our field: tokens}.
    """

    name: str
    package: str
    binary: str
    arguments: tuple[str, ...]
    totals: Callable[[str], dict[str, int]]


def _ccusage_totals(answer: str) -> dict[str, int]:
    totals = json.loads(answer)["totals"]
    return {
        "input": totals["inputTokens"],
        "output": totals["outputTokens"],
        "cache_read": totals["cacheReadTokens"],
        "cache_write": totals["cacheCreationTokens"],
    }


# The native program itself: the script that npm's `ccusage` starts it with costs a start of node.
PEERS = {
    "ccusage": Peer(
        "ccusage",
        "@ccusage/ccusage-linux-x64@20.0.24",
        "node_modules/@ccusage/ccusage-linux-x64/bin/ccusage",
        ("claude", "daily", "--offline", "--json"),
        _ccusage_totals,
    )
}


def install(peer: Peer, cache: Path) -> tuple[Path | None, str]:
    """Give the program of a peer, or None and why it is not to be had."""
    folder = cache / "peers" / peer.name
    program = folder / peer.binary
    if not program.exists():
        if sys.platform != "linux" or platform.machine() != "x86_64":
            return None, "its pinned binary is for Linux on x86-64"
        npm = shutil.which("npm")
        if npm is None:
            return None, "npm is not installed"
        folder.mkdir(parents=True, exist_ok=True)
        command = [npm, "install", "--prefix", str(folder), "--ignore-scripts", "--no-audit", "--no-fund"]
        ended = subprocess.run(
            [*command, peer.package], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
        )
        if ended.returncode or not program.exists():
            return None, f"npm could not install {peer.package}: {ended.stderr.strip()[-300:]}"
    program.chmod(0o755)  # it comes without the x bit
    return program, ""


def differences(peer: Peer, answer: str, total: Mapping[str, int]) -> list[str]:
    """Say where a peer's totals are not the known ones."""
    known = {**total, "cache_write": total["cache_write_5m"] + total["cache_write_1h"]}
    return [
        f"{field}: {found:,}, not {known[field]:,}"
        for field, found in peer.totals(answer).items()
        if found != known[field]
    ]

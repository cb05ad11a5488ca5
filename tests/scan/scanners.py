"""Scanners of skills, locked by hash, each in an environment of its own, and what each of them finds.

Several of them install modules of the same name, so none shares an environment. A finding has
the scanner's own rule and severity; which severity is too much is decided by the tests.
Source: the packages' own command lines, in the versions of `locks/`, checked 2026-11-22.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from typing import NamedTuple

from e2e import installed

SEVERE = ("critical", "high", "medium")
LOCKS = Path(__file__).parent / "locks"
"""A file for each package, which `scripts/dev/lock.py` writes."""

INSTALL_S = 900
SCAN_S = 600


class Finding(NamedTuple):
    """What a scanner says of a place: its rule, the file below the skill, and the line's text."""

    rule: str
    severity: str
    file: str
    text: str


def cisco(skill: Path) -> list[Finding]:
    """Scan with cisco-ai-skill-scanner."""
    answer = _run("cisco-ai-skill-scanner", "skill-scanner", "scan", skill, "--format", "json")
    return [
        Finding(one["rule_id"], one["severity"].lower(), one["file_path"] or "", one["snippet"] or "")
        for one in answer["findings"]
    ]


def agentscan(skill: Path) -> list[Finding]:
    """Scan with agentscan-cli, by the program inside it that prints JSON."""
    answer = _run("agentscan-cli", "scanaskill", skill, "--json")
    return [
        Finding(one["title"], one["severity"], os.path.relpath(one["path"], skill), one["detail"])
        for one in answer["findings"]
    ]


def bastionskill(skill: Path) -> list[Finding]:
    """Scan with bastionskill; what a program can do, which it calls informational, is no finding."""
    answer = _run("bastionskill", "bastionskill", "scan", skill, "--json", "--no-ignore")
    said = [
        Finding(one["check"], one["severity"], one["file"], one["message"])
        for one in answer["findings"]
        if one["kind"] != "capability"
    ]
    if answer["verdict"] == "allow":
        return said
    return [Finding("verdict", "high", "", answer["verdict"]), *said]


def agnix(skill: Path) -> list[Finding]:
    """Lint with agnix; its warnings count as medium."""
    answer = _run("agnix", "agnix", skill, "--format", "json", "--ignore-inline-suppressions")
    levels = {"error": "high", "warning": "medium"}
    return [
        Finding(
            one["rule"],
            levels.get(one["level"], "info"),
            os.path.relpath(one["file"], skill),
            one["message"],
        )
        for one in answer["diagnostics"]
    ]


def claude_code(skill: Path) -> list[Finding]:
    """Have Claude Code validate the skill as a marketplace and as a plug-in; warnings count as medium."""
    host = installed.host("claude-code")
    path = f"{host.node_folder}{os.pathsep}{installed.ENVIRON['PATH']}"
    found = []
    for place in (skill, skill / ".claude-plugin" / "plugin.json"):
        with tempfile.TemporaryDirectory() as home:
            environ = {**installed.ENVIRON, "HOME": home, "PATH": path, "CLAUDE_CONFIG_DIR": home}
            said = _ended([str(host.program), "plugin", "validate", "--json", str(place)], environ)
        answer = json.loads(said)
        assert answer["success"] is True, said
        for part in (answer["manifest"], *answer["contents"]):
            found += [Finding("error", "high", part["file"], one["message"]) for one in part["errors"]]
            found += [Finding("warning", "medium", part["file"], one["message"]) for one in part["warnings"]]
    return found


def _run(package: str, program: str, *arguments: str | Path) -> Any:
    place = _environment(package)
    return json.loads(_ended([str(place / "bin" / program), *map(str, arguments)], installed.ENVIRON))


def _ended(command: list[str], environ: dict[str, str]) -> str:
    """Give what a scanner prints; how it ends says only that it found something."""
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=SCAN_S)
    assert done.stdout, f"{command[0]} said nothing but:\n{done.stderr[-2000:]}"
    return done.stdout


def _environment(package: str) -> Path:
    """Give the environment of one scanner in the cache, built if it is not there whole."""
    lock = LOCKS / f"{package}.lock"
    place = installed.cache() / "scanners" / f"{package}-{hashlib.sha256(lock.read_bytes()).hexdigest()[:16]}"
    whole = place / "whole"
    if not whole.exists():
        shutil.rmtree(place, ignore_errors=True)
        place.parent.mkdir(parents=True, exist_ok=True)
        _must_work([str(installed.python()), "-m", "venv", str(place)])
        options = ["--disable-pip-version-check", "--no-deps", "--require-hashes", "-r", str(lock)]
        _must_work([str(place / "bin" / "pip"), "install", *options])
        whole.touch()
    return place


def _must_work(command: list[str]) -> None:
    done = subprocess.run(command, env=installed.ENVIRON, capture_output=True, text=True, timeout=INSTALL_S)
    assert done.returncode == 0, f"{command}:\n{done.stderr[-2000:]}"

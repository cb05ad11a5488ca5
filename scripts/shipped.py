"""Which files of the repository are the skill that people install: all but what .clawhubignore names.

Standard library only; `check.py` and the tests copy the skill by it. What it means to install
the skill, and where, is not known here.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NAME = "token-tracker"
IGNORED = ".clawhubignore"


def shipped_files() -> list[Path]:
    """Give the files of the skill, as paths below `ROOT`: under version control, or not yet added to it."""
    ignored = ignored_places()
    return [file for file in files() if not is_below(file, ignored)]


def files() -> list[Path]:
    """Give every file under version control, and those not yet added to it, as paths below `ROOT`."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout
    names = [Path(os.fsdecode(name)) for name in listed.split(b"\0") if name]
    return [name for name in names if (ROOT / name).is_file()]


def ignored_places() -> list[str]:
    """Give the files, and the folders with a "/" at their end, that are not shipped."""
    lines = (ROOT / IGNORED).read_text(encoding="utf-8").splitlines()
    return [line.removeprefix("/") for line in lines if line and not line.startswith("#")]


def is_below(file: Path, places: list[str]) -> bool:
    """Say whether a file is one of the places, or in one of them.

    >>> [is_below(Path(name), ["tests/", "AGENTS.md"]) for name in ("tests/a.py", "AGENTS.md", "tests.py")]
    [True, True, False]
    """
    name = file.as_posix()
    return any(name.startswith(place) if place.endswith("/") else name == place for place in places)


def copy_skill(folder: Path) -> Path:
    """Copy the skill into a new folder that has its name, as installing does; give that folder."""
    skill = folder / NAME
    for file in shipped_files():
        target = skill / file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / file, target)
    return skill

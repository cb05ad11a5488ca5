"""A small checkout with the real door, a package of one line, and an index of two wheels.

Everything runs in real processes; nothing reaches the network.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PYTHON = str(getattr(sys, "_base_executable", sys.executable))

# Tells the test what the door prepared.
MAIN = """
import json
import sys

LOADED = sorted(sys.modules)

def main():
    import tinydep

    facts = {
        "arguments": sys.argv[1:], "tinydep": tinydep.__file__, "loaded": LOADED, "path": sys.path,
        "main": __file__, "executable": sys.executable, "prefix": sys.pycache_prefix,
    }
    print(json.dumps(facts))
    return int(sys.argv[2]) if sys.argv[1:2] == ["exit"] else 0
"""


class Checkout:
    """A skill folder with the real door, and how to run it."""

    def __init__(self, root: Path, wheels: Path, cache: Path) -> None:
        self.root = root
        self.wheels = wheels
        self.cache = cache
        self.door = root / "scripts" / "token-tracker.py"
        self.environ = {
            "PATH": str(wheels / "nothing"),
            "HOME": str(cache.parent / "home"),
            "TOKEN_TRACKER_CACHE": str(cache),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(wheels),
            "PIP_CONFIG_FILE": os.devnull,
            "PYTHONIOENCODING": "utf-8",
            "LC_ALL": "C.UTF-8",
        }

    def command(self, *arguments: str, python: str = PYTHON, flags: tuple[str, ...] = ()) -> list[str]:
        return [python, *flags, str(self.door), *arguments]

    def start(self, *arguments: str, python: str = PYTHON, **environ: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            self.command(*arguments, python=python),
            env={**self.environ, **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )

    def run(
        self, *arguments: str, python: str = PYTHON, flags: tuple[str, ...] = (), **environ: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments, python=python, flags=flags),
            env={**self.environ, **environ},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=110,
        )

    def facts(self, *arguments: str, **options: Any) -> dict[str, Any]:
        """Run a command that must work; give what its main function saw."""
        ended = self.run(*arguments, **options)
        assert (ended.returncode, ended.stderr) == (0, "")
        found: dict[str, Any] = json.loads(ended.stdout)
        return found

    def environments(self) -> list[str]:
        """Name the folders in the cache, finished or not, except the bytecode's."""
        return sorted(
            entry.name for entry in self.cache.glob("*") if entry.is_dir() and entry.name != "bytecode"
        )

    def content(self) -> dict[str, float]:
        """Give every file of the checkout with its time."""
        return {str(file): file.stat().st_mtime for file in self.root.rglob("*")}


def make_wheel(folder: Path, name: str) -> str:
    """Write a wheel of one empty module; give its lock line."""
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{name}.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(
            f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n"
        )
    return f"{name}==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"


def make_checkout(root: Path, wheels: Path, cache: Path) -> Checkout:
    (root / "token_tracker" / "cli").mkdir(parents=True)
    (root / "token_tracker" / "__init__.py").write_text("")
    (root / "token_tracker" / "cli" / "__init__.py").write_text(MAIN)
    shutil.copytree(
        ROOT / "scripts" / "_door", root / "scripts" / "_door", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copy(ROOT / "scripts" / "token-tracker.py", root / "scripts")
    for lock in ("requirements.lock", "requirements-fast.lock"):
        shutil.copy(wheels / lock, root)
    return Checkout(root, wheels, cache)


def make_program(file: Path, text: str) -> Path:
    """Write a shell script that can be run."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(file.stat().st_mode | stat.S_IXUSR)
    return file.parent

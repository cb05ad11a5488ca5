"""A fresh home with a small project, a model server beside it, and our program set up in it.

Knows no host: what a host needs in its home is its own tests' part.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

from fake_model_server import JsonObject
from fake_vendors import FakeVendors

from . import installed
from .screen import Screen
from .screen import terminal
from .waiting import wait_until

RUN_S = 120


@dataclass(frozen=True)
class Stage:
    """Where one test plays.

    `environment` is all that programs of this stage see of the machine; a test may add to it.
    `skill`: a copy of the project, without tests, in a folder that has the skill's name.
    `model`: the server; every request's body is in `model.requests`, and it answers each with a
    short text unless the test scripted a reply. `address`: its base, without /v1.
    """

    folder: Path
    skill: Path
    model: FakeVendors
    address: str
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.project.mkdir(parents=True)
        programs = self.folder / "bin"
        programs.mkdir()
        (programs / "python3").symlink_to(installed.python())
        path = [programs, installed.node_folder(), "/usr/local/bin", "/usr/bin", "/bin"]
        self.environment.update(
            PATH=os.pathsep.join(map(str, path)),
            HOME=str(self.home),
            LANG="C.UTF-8",
            TZ="Asia/Shanghai",
            NO_COLOR="1",
            TOKEN_TRACKER_CACHE=str(self.tracker_cache),
        )
        (self.project / "teas.txt").write_text("oolong 12\nsencha 9\nassam 7\n", encoding="utf-8")
        subprocess.run(["git", "init", "-q", "-b", "main", self.project], check=True)

    @property
    def home(self) -> Path:
        """Give the home."""
        return self.folder / "home"

    @property
    def project(self) -> Path:
        """Give the project, where hosts are run."""
        return self.home / "shop"

    @property
    def tracker_home(self) -> Path:
        """Give the folder where our program keeps everything."""
        return self.home / ".token-tracker"

    @property
    def tracker_cache(self) -> Path:
        """Give the folder of our program's private environment; without it nothing was ever set up."""
        return self.folder / "cache"

    def at(self, now: str, lang: str = "") -> None:
        """Set the clock of our program, such as 2026-10-06T09:30:00+08:00, and its language."""
        self.environment["TOKEN_TRACKER_NOW"] = now
        if lang:
            self.environment["TOKEN_TRACKER_LANG"] = lang

    def run(
        self, words: Sequence[str | Path], *, stdin: str | None = None, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a program in the project, without a terminal."""
        return subprocess.run(
            [str(word) for word in words],
            cwd=self.project,
            env={**self.environment, **environment},
            input="" if stdin is None else stdin,
            capture_output=True,
            encoding="utf-8",
            timeout=RUN_S,
        )

    def tracker(self, *words: str) -> str:
        """Run our program and give what it printed; it must succeed."""
        done = self.run(["python3", self.skill / "scripts" / "token-tracker.py", *words])
        assert done.returncode == 0, f"{words}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def replace_python(self, script: str) -> None:
        """Have `python3` run a shell script; `$python` in it is the interpreter."""
        place = self.folder / "bin" / "python3"
        place.unlink()
        place.write_text(f"#!/bin/sh\npython={shlex.quote(str(installed.python()))}\n{script}\n")
        place.chmod(0o755)

    def note_hooks(self) -> None:
        """Have `python3` note each call that has ended, for `wait_for_hooks`."""
        noted = shlex.quote(str(self._hooks))
        self.replace_python(f'"$python" "$@"; code=$?; echo "$2 $3" >> {noted}; exit $code')

    def hooks(self) -> list[str]:
        """Give the command of each call of our program that has ended, in their order."""
        lines = self._hooks.read_text().splitlines() if self._hooks.exists() else []
        return [line.split()[0] for line in lines]

    def wait_for_hooks(self, *commands: str) -> None:
        """Wait until our program was called with these commands and no others, and has ended.

        Raises:
            TimeoutError: the calls are others.
        """
        wait_until(lambda: self.hooks() == list(commands), lambda: f"our program was called: {self.hooks()}")

    @property
    def _hooks(self) -> Path:
        return self.folder / "hooks"

    def screen(
        self, words: Sequence[str | Path], environment: Mapping[str, str] | None = None, *, columns: int = 160
    ) -> AbstractContextManager[Screen]:
        """Run a program in the project, in a terminal."""
        return terminal(words, self.project, {**self.environment, **(environment or {})}, columns=columns)

    def requested(self, sign: str) -> list[JsonObject]:
        """Give the requests to the model whose body has a text."""
        return [body for body in self.model.requests if sign in json.dumps(body, ensure_ascii=False)]

    def delivered(self) -> dict[str, Any]:
        """Give what `report-state.json` and `alert-state.json` say of each item."""
        told: dict[str, Any] = {}
        for name in ("report-state.json", "alert-state.json"):
            file = self.tracker_home / name
            if file.exists():
                told.update(json.loads(file.read_text(encoding="utf-8"))["items"])
        return told

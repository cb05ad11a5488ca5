"""How the real Codex is started on a stage: its settings, its screen, its runs without one.

The hook runs with a session's first prompt, not when the screen opens. The screen keeps its
sessions in a server that stays behind and keeps the environment of whoever started it, so all but
one test go without that one: `TOKEN_TRACKER_NOW` must reach the hook.

Source: @openai/codex 0.169.0, checked 2026-11-22.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .installed import Installed
from .screen import Screen
from .stage import Stage
from .waiting import wait_until

MODEL = "gpt-6-sol"
READY = "? for shortcuts"
REVIEW = "Hooks need review"
CHOSEN = "\N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} 2. Trust all and continue"
SAID = "\N{DOWNWARDS ARROW WITH TIP RIGHTWARDS} Hook"
"""Stands before what a hook says to the person."""

ANSWER = "Nothing to add."
"""What the model server says where no reply was scripted."""

POLLS_BETWEEN_PRESSES = 30

IGNORES_TRUST = "--dangerously-bypass-hook-trust"
"""Documented for automation that vets hooks itself; only for runs without a screen."""

SETTINGS = """\
model = "{model}"
model_provider = "loopback"
approval_policy = "never"
sandbox_mode = "read-only"
check_for_update_on_startup = false
[projects."{project}"]
trust_level = "trusted"
[model_providers.loopback]
name = "Loopback"
base_url = "{address}/v1"
wire_api = "responses"
env_key = "LOOPBACK_KEY"
request_max_retries = 0
stream_max_retries = 0
"""


class Codex:
    """The program on a stage; our hook is there once one of the installing methods was called."""

    def __init__(self, installed: Installed, stage: Stage) -> None:
        self.stage = stage
        self.program = installed.program
        self.folder = stage.home / ".codex"
        self.folder.mkdir()
        self.stage.environment["LOOPBACK_KEY"] = "invented-for-a-loopback-server"
        told = SETTINGS.format(model=MODEL, project=stage.project.resolve(), address=stage.address)
        (self.folder / "config.toml").write_text(told, encoding="utf-8")

    def install_plugin(self, source: Path | None = None) -> None:
        """Install our plug-in as a person does, from a folder that is its own marketplace."""
        self.command("plugin", "marketplace", "add", source or self.stage.skill)
        self.command("plugin", "add", "token-tracker@token-tracker")

    def write_hooks_file(self, source: Path | None = None) -> None:
        """Have our program put its lines into the person's own file of hooks."""
        door = (source or self.stage.skill) / "scripts" / "token-tracker.py"
        done = self.stage.run(["python3", door, "setup-hook", "install", "--host", "codex", "--yes"])
        assert done.returncode == 0, f"exit {done.returncode}\n{done.stdout}{done.stderr}"

    def command(self, *words: str | Path) -> str:
        """Run it without a screen and give what it printed; it must succeed."""
        done = self.stage.run([self.program, *words])
        assert done.returncode == 0, f"{words}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def execute(self, prompt: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one prompt by `codex exec`."""
        return self.stage.run([self.program, "exec", *words, IGNORES_TRUST, prompt])

    @contextmanager
    def opened(self, *words: str, without_daemon: bool = True) -> Iterator[Screen]:
        """Start it in a terminal; the block begins when it takes a prompt or asks about hooks."""
        alone = ["--no-daemon"] if without_daemon else []
        with self.stage.screen([self.program, *words, *alone]) as screen:
            wait_until(
                lambda: READY in screen.text or REVIEW in screen.text,
                lambda: f"Codex does not begin:\n{screen.text}",
            )
            yield screen

    def trust_hooks(self) -> None:
        """Approve the hooks on the first screen, as a person does, and leave."""
        with self.opened() as screen:
            screen.wait_for(REVIEW)
            screen.press("Down")
            self._insist(screen, lambda: CHOSEN in screen.text, "Down")
            screen.press("Enter")
            self._insist(screen, lambda: READY in screen.text)
            self.leave(screen)

    def ask(self, screen: Screen, prompt: str) -> str:
        """Type a prompt and wait for the answer to it; give all of the screen."""
        screen.wait_for(READY)
        asked, answered = len(self.stage.requested(prompt)), screen.text.count(ANSWER)
        screen.type(prompt)
        self._insist(screen, lambda: len(self.stage.requested(prompt)) > asked)
        screen.wait_for(ANSWER, times=answered + 1)
        return screen.settle()

    def leave(self, screen: Screen) -> None:
        """Leave, as a person does, and wait for the end."""
        screen.type("/quit")
        self._insist(screen, lambda: screen.is_over)

    def _insist(self, screen: Screen, is_taken: Callable[[], bool], key: str = "Enter") -> None:
        """Press a key again now and then: on a slow machine the first one comes too early.

        An Enter that follows a text at once is taken for part of a paste.
        """
        presses = itertools.count(1)

        def is_taken_now() -> bool:
            if is_taken():
                return True
            if next(presses) % POLLS_BETWEEN_PRESSES == 0:
                screen.press(key)
            return False

        wait_until(is_taken_now, lambda: f"what was typed is not taken:\n{screen.text}")

    def stop_daemon(self) -> None:
        """Stop the server that the screen leaves behind, and what keeps it up to date."""
        self.command("app-server", "daemon", "stop")
        told = json.loads((self.folder / "app-server-daemon" / "daemon-updater.pid").read_text())
        os.kill(told["pid"], signal.SIGTERM)


def developer_texts(request: Mapping[str, Any]) -> list[str]:
    """Give the texts of a request that are neither the person's nor the model's."""
    turns = [turn for turn in request["input"] if turn.get("role") == "developer"]
    return [part["text"] for turn in turns for part in turn.get("content", [])]

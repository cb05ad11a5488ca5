"""Real `session-check` processes, one or many at once, of a person with 140 days of logs.

No test lives here. A day's usage is the same on each day, so every day has a report.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import timedelta
from pathlib import Path
from typing import Any
from typing import NamedTuple

from sources.claude_lines import line
from sources.claude_lines import text_of
from token_tracker.delivery import reports_at
from token_tracker.period import Clock

ROOT = Path(__file__).resolve().parents[1]
DOOR = (
    os.path.realpath(getattr(sys, "_base_executable", sys.executable)),
    "-I",
    str(ROOT / "scripts" / "token-tracker.py"),
)
MODULE = (sys.executable, "-m", "token_tracker")
FIRST_DAY = date(2026, 7, 1)
DAYS = 140
HOUR = "T08:00:00Z"
REPORT_HOUR = 23
JSON = ("session-check", "--json", "--update-state")
HOOK = ("session-check", "--format", "hook", "--host", "claude-code", "--update-state")
_GATE = 'read -r _ < "$0"; exec "$@"'


class Ended(NamedTuple):
    """How a process ended, and what it printed."""

    code: int
    out: str
    err: str

    @property
    def ids(self) -> list[str]:
        """The ids it told, in either shape; what is not whole is no JSON and fails."""
        if not self.out:
            return []
        document = json.loads(self.out)
        if "items" in document:
            return [item["id"] for item in document["items"]]
        lines = document["systemMessage"].splitlines()
        return [text.split()[1] for text in lines if text.startswith("token-tracker ")]


class Round(NamedTuple):
    """What processes that began at once did. `wall_s`: until the last of them ended; `cpu_s`: of all."""

    ended: Sequence[Ended]
    wall_s: float
    cpu_s: float

    @property
    def told(self) -> Counter[str]:
        """How often each id was told."""
        return Counter(item_id for one in self.ended for item_id in one.ids)

    @property
    def failed(self) -> list[Ended]:
        """The processes that said anything on standard error, or did not exit 0."""
        return [one for one in self.ended if one.code or one.err]


class Person:
    """Somebody's home, and the program as they start it."""

    def __init__(self, place: Path, program: Sequence[str] = MODULE, cache: Path | None = None) -> None:
        self.place = place
        self.program = tuple(program)
        self.cache = cache or place / ".cache" / "token-tracker"
        self.home = place / ".token-tracker"

    def write_logs(self, days: int = DAYS) -> None:
        """Write a response of every day."""
        folder = self.place / ".claude" / "projects" / "-home-dev-shop"
        folder.mkdir(parents=True)
        text = text_of(
            *(
                line(timestamp=f"{FIRST_DAY + timedelta(days=number)}{HOUR}", message__id=f"msg_{number:024}")
                for number in range(days)
            )
        )
        (folder / "5e551000-0099-4000-8000-000000000001.jsonl").write_bytes(text)

    def environ(self, now: str, more: Mapping[str, str] | None = None) -> dict[str, str]:
        """Give the environment of every process; `now` replaces its clock."""
        return {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT),
            "HOME": str(self.place),
            "TOKEN_TRACKER_CACHE": str(self.cache),
            "TOKEN_TRACKER_LANG": "en",
            "TOKEN_TRACKER_NOW": now,
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
            "PYTHONHASHSEED": "0",
            **(more or {}),
        }

    def ask(self, now: str, *words: str, more: Mapping[str, str] | None = None) -> Ended:
        """Run one command to its end."""
        done = subprocess.run(
            [*self.program, *words],
            env=self.environ(now, more),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=100,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def shell(self, now: str, text: str, more: Mapping[str, str] | None = None) -> Ended:
        """Run a line of the shell, in which `"$@"` is the program."""
        done = subprocess.run(
            ["sh", "-c", text, "sh", *self.program],
            env=self.environ(now, more),
            cwd=self.place,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=100,
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def at_once(self, now: str, calls: Sequence[Sequence[str]]) -> Round:
        """Run commands that all begin when a gate opens."""
        return at_once([(self, words) for words in calls], now)

    def kept(self) -> dict[str, Any]:
        """Give what is kept of every id; both files must be whole."""
        files = [self.home / name for name in ("report-state.json", "alert-state.json")]
        documents = [json.loads(file.read_text()) for file in files if file.exists()]
        return {name: entry for document in documents for name, entry in document["items"].items()}


def at_once(calls: Sequence[tuple[Person, Sequence[str]]], now: str) -> Round:
    """Run commands of some people that all begin when a gate opens."""
    gate = calls[0][0].place / "gate"
    os.mkfifo(gate)
    opener = os.open(gate, os.O_RDWR)  # held open for reading too, so that no one waits for the other side
    started = [
        subprocess.Popen(
            ["sh", "-c", _GATE, str(gate), *person.program, *words],
            env=person.environ(now),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for person, words in calls
    ]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    opened_at = time.perf_counter()
    os.write(opener, b"\n" * len(started))
    said = [process.communicate(timeout=100) for process in started]
    wall_s = time.perf_counter() - opened_at
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    os.close(opener)
    gate.unlink()
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    ended = [Ended(process.returncode, *texts) for process, texts in zip(started, said, strict=True)]
    return Round(ended, wall_s, cpu_s)


def day(number: int) -> str:
    """Give the morning of a day, the first being the second of the logs."""
    return f"{FIRST_DAY + timedelta(days=number + 1)}{HOUR}"


def due_on(number: int) -> set[str]:
    """Give the ids that are candidates on such a morning."""
    moment = Clock.read({"TOKEN_TRACKER_NOW": day(number)}).now
    return {one.id for one in reports_at(moment, REPORT_HOUR)}

"""Find every system call that changes files, and end or starve a program right there.

`strace` counts the calls of a whole run first; then the same run is repeated once for each
call, with a signal or an error at exactly that one.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
CHANGING = (
    *("pwrite64", "write", "fdatasync", "fsync", "ftruncate", "openat"),
    *("unlink", "unlinkat", "rename", "renameat", "renameat2", "link", "linkat", "mkdir", "mkdirat"),
)
"""Calls that change files; of `openat` only those that may make one."""

_CALL = re.compile(r"^\d+ +(?:<\.\.\. )?([a-z0-9]+)\(")


class Point(NamedTuple):
    """The n-th call of a name, from 1, in a run that does the same every time."""

    call: str
    number: int


class Ending(NamedTuple):
    """How a run ended: exit code, negative for a signal, and what it printed."""

    code: int
    out: str
    err: str


def strace() -> str:
    """Give the program that injects faults; the lane fails without it, rather than pass unseen."""
    if sys.platform != "linux":
        pytest.skip("faults are injected with strace, which only Linux has")
    found = shutil.which("strace")
    if found is None:
        pytest.fail("strace is not installed and nothing was tested: apt install strace", pytrace=False)
    return found


def program(home: Path, logs: Path) -> list[str]:
    """Give the command that reads logs into a home, without what a start-up does not need."""
    return [sys.executable, "-S", "-m", "faults.sync_once", str(home), str(logs)]


def environment() -> dict[str, str]:
    """Give an environment in which two runs make the same system calls."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TZ", "TMPDIR") if name in os.environ}
    return {
        **kept,
        "PYTHONPATH": path,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONHASHSEED": "0",
        "LC_ALL": "C.UTF-8",
    }


def run(command: list[str], *strace_options: str) -> Ending:
    """Run to the end, under strace when it gets options."""
    traced = [strace(), "-f", "-qq", *strace_options, "--", *command] if strace_options else command
    ended = subprocess.run(traced, env=environment(), capture_output=True, text=True, timeout=300)
    return Ending(ended.returncode, ended.stdout, ended.stderr)


def points_of(command: list[str], home: Path, trace: Path) -> list[Point]:
    """Run once and list every call that changed a file of the home."""
    calls = ",".join(f"?{name}" for name in CHANGING)
    ended = run(command, "-y", "-s", "0", "-o", str(trace), "-e", f"trace={calls}")
    assert ended.code == 0, ended
    return points_in(trace.read_text(encoding="utf-8", errors="replace"), (str(home),))


def points_in(trace: str, places: Sequence[str]) -> list[Point]:
    """List the calls of a trace that name one of some places, each with its number among its kind."""
    seen: Counter[str] = Counter()
    points = []
    for line in trace.splitlines():
        found = _CALL.match(line)
        if found is None:
            continue
        name = found[1]
        seen[name] += 1
        if any(place in line for place in places) and (name != "openat" or "O_CREAT" in line):
            points.append(Point(name, seen[name]))
    return points


def killed_at(point: Point, command: list[str]) -> Ending:
    """Run until a call, and kill there."""
    return run(command, "-o", os.devnull, "-e", f"inject={point.call}:signal=KILL:when={point.number}")


def starved_at(point: Point, command: list[str]) -> Ending:
    """Run with a disk that is full at a call; at a write it stays full."""
    when = f"{point.number}+" if point.call == "pwrite64" else str(point.number)
    return run(command, "-o", os.devnull, "-e", f"inject={point.call}:error=ENOSPC:when={when}")


class Logs:
    """Transcripts that grow, and what a ledger must hold once they are read."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.events = 0
        self.tokens = 0

    @property
    def held(self) -> tuple[int, int]:
        """Events and output tokens of everything written so far."""
        return self.events, self.tokens

    def grow(self, files: int, responses: int) -> None:
        """Append responses to each of some files; every third is written twice, as hosts do."""
        for name in range(files):
            path = self.folder / "projects" / "shop" / f"session-{name}.jsonl"
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                for _ in range(responses):
                    self.events += 1
                    self.tokens += self.events
                    file.write("".join(_lines(self.events, name)))


def _lines(number: int, session: int) -> list[str]:
    """Give the lines of one response: first a part of it, then the whole."""
    minutes = number * 7
    line = {
        "type": "assistant",
        "timestamp": f"2026-{minutes // 40320 % 12 + 1:02}-{minutes // 1440 % 28 + 1:02}"
        f"T{minutes // 60 % 24:02}:{minutes % 60:02}:00.000Z",
        "sessionId": f"session-{session}",
        "cwd": "/home/dev/shop",
        "message": {
            "id": f"msg_{number:024}",
            "model": "claude-opus-4-8",
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 3, "cache_read_input_tokens": 1000, "output_tokens": number},
        },
    }
    partial = {**line, "message": {**line["message"], "usage": {"input_tokens": 3, "output_tokens": 0}}}  # type: ignore[dict-item]  # a message is an object
    copies = [partial, line] if number % 3 == 0 else [line]
    return [json.dumps(one, separators=(",", ":")) + "\n" for one in copies]

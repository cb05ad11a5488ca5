"""Time the starts of sessions: `python -m benchmarks.session_start [HOME] [--runs 9]`.

HOME is a home directory with logs, such as `benchmarks.corpus` makes; without it a small one is
made and kept in the cache. Cold, the logs unread, in a ledger of its own; then with nothing due,
with and without a budget, as JSON and as a hook; then what a session's end costs, and a start at
which reports are due. Medians and worst of runs in turn, beside an interpreter that does nothing,
with the Python that starts fastest here. Exit code 1 means that a target was missed. Linux and
macOS, standard library only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Final
from typing import NamedTuple

from benchmarks.interpreters import Interpreter
from benchmarks.interpreters import fastest_interpreter
from benchmarks.run import built_corpus
from benchmarks.run import cache_home
from benchmarks.run import warm_page_cache

ROOT: Final = Path(__file__).resolve().parents[1]
SMALL_MB: Final = 100
"""More than a session start reads itself."""
CHECK: Final = ("session-check", "--json", "--update-state")
HOOK: Final = ("session-check", "--format", "hook", "--host", "claude-code", "--update-state")
DETACH: Final = ("sync", "--quiet", "--detach")
NOW: Final = "2026-11-08T12:00:00Z"
"""The day after the last but one of the corpus: its report is due."""

NEXT_DAY: Final = "2026-11-09T12:00:00Z"
"""A Monday: the reports of a day and of a week are due."""

READ_WITHIN_S: Final = 300
LOOK_AGAIN_S: Final = 0.2


class Case(NamedTuple):
    """Runs of one command. `limit_ms`: what the median may be; None where nothing was promised."""

    name: str
    runs_ms: list[float]
    limit_ms: float | None

    @property
    def verdict(self) -> str:
        if self.limit_ms is None:
            return ""
        return "PASS" if median(self.runs_ms) <= self.limit_ms else "FAIL"


class Bench:
    """A ledger of its own for somebody's logs."""

    def __init__(self, logs: Path, ours: Path, interpreter: Interpreter) -> None:
        self.logs = logs
        self.ours = ours
        self.python = interpreter.path
        self.door = (self.python, "-I", str(ROOT / "scripts" / "token-tracker.py"))

    def set_up(self) -> None:
        """Let the program build its private environment, with this machine's package settings."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        own = {"TOKEN_TRACKER_CACHE": str(cache_home()), "TOKEN_TRACKER_HOME": str(self.ours / "nothing")}
        subprocess.run([*self.door, "version"], env={**kept, **own}, stdout=subprocess.DEVNULL, check=True)

    def run(self, *command: str, ledger: str = "home", now: str = NOW) -> tuple[float, str]:
        """Run a command; give its milliseconds and what it printed."""
        environ = {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "HOME": str(self.logs),
            "TOKEN_TRACKER_HOME": str(self.ours / ledger),
            "TOKEN_TRACKER_CACHE": str(cache_home()),
            "TOKEN_TRACKER_NOW": now,
            "TOKEN_TRACKER_LANG": "en",
        }
        started = time.perf_counter()
        done = subprocess.run(
            command,
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            check=True,
        )
        return (time.perf_counter() - started) * 1000, done.stdout

    def ask(self, *words: str, ledger: str = "home", now: str = NOW) -> tuple[float, str]:
        """Run the program."""
        return self.run(*self.door, *words, ledger=ledger, now=now)


def main() -> int:
    """Measure all cases; 1 when a target was missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("home", type=Path, nargs="?")
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    interpreter = fastest_interpreter()
    home = options.home.resolve() if options.home else _small_home()
    with tempfile.TemporaryDirectory(prefix="session-start-") as ours:
        cases = measure(Bench(home, Path(ours), interpreter), options.runs)
    print(f"starts of sessions with {interpreter}")
    print(f"medians of runs in turn; load {' '.join(f'{value:.1f}' for value in os.getloadavg())}")
    for case in cases:
        limit = "" if case.limit_ms is None else f"at most {case.limit_ms:.0f}"
        figures = f"{median(case.runs_ms):>8.0f} ms, worst {max(case.runs_ms):>6.0f}"
        print(f"{case.name:<44}{figures}  {limit} {case.verdict}")
    return 1 if any(case.verdict == "FAIL" for case in cases) else 0


def measure(bench: Bench, runs: int) -> list[Case]:
    """Start cold, wait until the other process has read everything, and go on warm."""
    bench.set_up()
    bench.ask(*CHECK, ledger="bytecode")
    cold_ms, cold = bench.ask(*CHECK)
    began = time.monotonic()
    while not (told := bench.ask(*CHECK)[1].count('"id"')):
        if time.monotonic() - began > READ_WITHIN_S:
            raise SystemExit("the logs were not read by the process in the background")
        time.sleep(LOOK_AGAIN_S)
    waited_s = time.monotonic() - began
    first = cold.count('"id"')
    print(f"cold: {first} told; {waited_s:.1f} s later, when all was read, {told} told")
    cases = [Case("cold, all logs unread", [cold_ms], 300), Case("interpreter that does nothing", [], None)]
    cases += in_turn(bench, runs, "", cases[1])
    bench.ask("set-budget", "--amount", "1000000")
    bench.ask(*CHECK)
    cases += in_turn(bench, runs, ", with a budget", cases[1])
    ends = []
    for _ in range(runs):
        ends.append(bench.ask(*DETACH)[0])
        bench.ask("sync", "--quiet")  # waits for the process in the background
    looks = [bench.ask("session-check", "--json", now=NEXT_DAY)[0] for _ in range(runs + 1)]
    return [
        *cases,
        Case("end of a session, detached", ends, 100),
        Case("a day's and a week's report due", looks[1:], None),  # the first writes bytecode
    ]


def _small_home() -> Path:
    store = cache_home() / "benchmarks"
    store.mkdir(parents=True, exist_ok=True)
    home = built_corpus(store, SMALL_MB) / "home"
    warm_page_cache(home)
    return home


def in_turn(bench: Bench, runs: int, suffix: str, floor: Case) -> list[Case]:
    """Measure what nothing due costs, one run of each after the other."""
    cases = [Case(f"nothing due, json{suffix}", [], 60), Case(f"nothing due, hook{suffix}", [], 60)]
    commands: list[Callable[[], tuple[float, str]]] = [
        lambda: bench.ask(*CHECK),
        lambda: bench.ask(*HOOK),
        lambda: bench.run(bench.python, "-I", "-c", "pass"),
    ]
    for _ in range(runs):
        for case, command in zip([*cases, floor], commands, strict=True):
            case.runs_ms.append(command()[0])
    return cases


if __name__ == "__main__":
    sys.exit(main())

"""Measure token-tracker on logs with known totals: `python3 scripts/check.py --bench`.

Fails when a figure is wrong or a target is missed. What is measured, and what is not:
README.md beside this file. Standard library only; Unix only.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import peers
from benchmarks.corpus import clone
from benchmarks.known_totals import FIELDS
from benchmarks.known_totals import ZONES
from benchmarks.measuring import Pairs
from benchmarks.measuring import ProgramFailedError
from benchmarks.measuring import Run
from benchmarks.measuring import alternate
from benchmarks.measuring import middle
from benchmarks.measuring import run_once
from benchmarks.measuring import total_memory_mib

ROOT = Path(__file__).resolve().parents[1]
# No shim of a version manager, and no virtual environment: the program finds its own.
PYTHON = os.path.realpath(sys.executable)
GENERATOR = ("corpus.py", "known_totals.py", "transcripts.py")
DOOR = ROOT / "scripts" / "token-tracker.py"
NOW = "2026-11-12T12:00:00Z"
FIRST, LAST = "2026-08-01", "2026-11-11"
FULL_SIZE_MB = 1000
MIB_READ_AT_ONCE = 8 << 20


class Target(NamedTuple):
    """A figure to keep below or at `limit`; None as value means that it was not measured."""

    name: str
    value: float | None
    limit: float

    @property
    def verdict(self) -> str:
        if self.value is None:
            return "-"
        return "PASS" if self.value <= self.limit else "FAIL"


@dataclass(frozen=True, slots=True)
class Bench:
    """One benchmark run: the corpus that is read, and where everything else lies."""

    corpus: Path
    scratch: Path
    cache: Path

    @property
    def logs(self) -> Path:
        return self.corpus / "home"

    def environ(self, home: str) -> dict[str, str]:
        """Give the environment of every measured process; `home` names the ledger's directory."""
        return {
            "PATH": os.defpath,
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "HOME": str(self.logs),
            "TOKEN_TRACKER_HOME": str(self.scratch / home),
            "TOKEN_TRACKER_CACHE": str(self.cache),
            "TOKEN_TRACKER_NOW": NOW,
        }

    def ours(self, home: str, *arguments: str) -> Run:
        """Run token-tracker."""
        return run_once([PYTHON, str(DOOR), *arguments], self.environ(home))

    def all_days(self, home: str, command: str = "summary", *arguments: str, zone: str = "UTC") -> Run:
        """Ask token-tracker about every day there is."""
        days = ("--since", FIRST, "--until", LAST, "--tz", zone, "--json")
        return self.ours(home, command, *days, *arguments)

    def expected(self) -> dict[str, Any]:
        """Give what the corpus holds now."""
        found: dict[str, Any] = json.loads((self.corpus / "expected.json").read_text(encoding="utf-8"))
        return found

    def append(self) -> None:
        """Let the corpus grow."""
        generate("append", str(self.corpus))


class Measured(NamedTuple):
    """Everything that a run found."""

    cases: Sequence[Pairs]
    memory_mib: float | None
    wrong: Sequence[str]
    notes: Sequence[str]


def main() -> int:
    """Run the benchmark; 1 when a figure is wrong or a target is missed."""
    options = _options()
    cache = cache_home()
    store = cache / "benchmarks"
    store.mkdir(parents=True, exist_ok=True)
    found = built_corpus(store, options.size_mb)
    scratch = Path(options.keep or tempfile.mkdtemp(prefix="run-", dir=store))
    scratch.mkdir(parents=True, exist_ok=True)
    try:
        bench = Bench(scratch / "corpus", scratch, cache)
        clone(found, bench.corpus)
        set_up(bench)
        warm_page_cache(bench.logs)
        peer, program, notes = find_peer(options.peer, store)
        measured = measure(bench, options.runs, peer, program, notes)
    except ProgramFailedError as failure:
        print(failure, file=sys.stderr)
        return 1
    finally:
        if not options.keep:
            shutil.rmtree(scratch, ignore_errors=True)
    targets = targets_of(measured, options.size_mb)
    print_tables(measured, targets, options)
    if options.report:
        report = json.dumps(document(measured, targets, options), indent=2)
        Path(options.report).write_text(report + "\n", encoding="utf-8")
    return 1 if any(target.verdict == "FAIL" for target in targets) else 0


def measure(
    bench: Bench, runs: int, peer: peers.Peer | None, program: Path | None, notes: list[str]
) -> Measured:
    """Measure every case; figures are compared before, between and after."""
    wrong: list[str] = []
    seconds: list[Run] = []
    theirs = partial(_their_run, bench, peer, program, notes) if peer and program else None
    homes = iter(range(runs))

    def cold() -> Run:
        number = next(homes)
        run = bench.all_days(f"cold-{number}")
        wrong.extend(f"cold: {text}" for text in wrong_totals(bench, run.output))
        seconds.append(bench.ours(f"cold-{number}", "summary"))
        return run

    def grown() -> Run:
        run = bench.all_days("cold-0")
        wrong.extend(f"incremental: {text}" for text in wrong_totals(bench, run.output))
        return run

    say(f"cold, {runs} times…")
    cases = [alternate("cold: all days, nothing read yet", runs, cold, theirs)]
    cases.append(Pairs("second: today, right after", seconds, ()))
    wrong.extend(f"cold: {text}" for text in wrong_everywhere(bench, "cold-0"))
    say("warm…")
    cases.append(
        alternate("warm: today, nothing new", runs, partial(bench.ours, "cold-0", "summary"), theirs)
    )
    cases.append(alternate("warm: all days, nothing new", runs, partial(bench.all_days, "cold-0"), theirs))
    wrong.extend(f"warm: {text}" for text in wrong_everywhere(bench, "cold-0"))
    say("incremental…")
    rounds = []
    for _ in range(runs):
        bench.append()
        rounds.append(alternate("", 1, grown, theirs))
    cases.append(
        Pairs(
            "incremental: all days, one session grew, one is new",
            [one.ours[0] for one in rounds],
            [one.theirs[0] for one in rounds if one.theirs],
        )
    )
    wrong.extend(f"incremental: {text}" for text in wrong_everywhere(bench, "cold-0"))
    say("start-up…")
    try:
        cases.append(alternate("start: version", runs, partial(bench.ours, "cold-0", "version")))
    except ProgramFailedError as failure:
        wrong.append(str(failure))  # minutes of measuring are not thrown away for it
    floor = partial(run_once, [PYTHON, "-I", "-c", "pass"], bench.environ("cold-0"))
    cases.append(alternate("floor: python -I -c pass", runs, floor))
    say("memory…")
    command = [PYTHON, str(DOOR), "summary", "--since", FIRST, "--until", LAST, "--json"]
    return Measured(cases, total_memory_mib(command, bench.environ("memory")), wrong, notes)


def _their_run(bench: Bench, peer: peers.Peer, program: Path, notes: list[str]) -> Run:
    run = run_once([str(program), *peer.arguments], bench.environ("unused"))
    for text in peers.differences(peer, run.output, bench.expected()["total"]):
        note = f"{peer.name} counts {text}"
        if note not in notes:
            notes.append(note)
    return run


def wrong_totals(bench: Bench, answer: str) -> list[str]:
    """Compare what `summary --json` says in all, by model and by project with what is known."""
    expected = bench.expected()
    figures = json.loads(answer)["data"]
    projects = {Path(cwd).name: row for cwd, row in expected["project"].items()}
    pairs = {
        "total": ({"": _counts(figures)}, {"": expected["total"]}),
        "model": ({row["model"]: _counts(row) for row in figures["by_model"]}, expected["model"]),
        "project": ({row["project"]: _counts(row) for row in figures["by_project"]}, projects),
    }
    return [
        text for name, (found, known) in pairs.items() for text in _unequal(name, found, known, FIELDS[:-1])
    ]


def wrong_everywhere(bench: Bench, home: str) -> list[str]:
    """Compare every figure there is, days in four time zones among them, without reading logs."""
    expected = bench.expected()
    wrong = wrong_totals(bench, bench.all_days(home, "summary", "--no-sync").output)
    answer = json.loads(bench.all_days(home, "bill", "--by", "model", "--no-sync").output)
    models = {row["key"]["model"]: _counts(row) for row in answer["data"]["rows"]}
    wrong += _unequal("bill by model", models, expected["model"], FIELDS)
    for zone in ZONES:
        answer = json.loads(bench.all_days(home, "bill", "--by", "hour", "--no-sync", zone=zone).output)
        days: dict[str, dict[str, int]] = {}
        for row in answer["data"]["rows"]:
            day = days.setdefault(row["key"]["hour"][:10], dict.fromkeys(FIELDS, 0))
            for field, count in _counts(row).items():
                day[field] += count
        wrong += _unequal(f"day in {zone}", days, expected["day"][zone], FIELDS)
    return wrong


def _counts(row: Mapping[str, Any]) -> dict[str, int]:
    """Give the figures of a row of an answer under the names of `FIELDS`; a summary has no web searches."""
    own = {"requests": row["requests"], "web_searches": row.get("web_searches", 0)}
    return {field: own[field] if field in own else row["tokens"][field] for field in FIELDS}


def _unequal(
    name: str,
    found: Mapping[str, Mapping[str, int]],
    known: Mapping[str, Mapping[str, int]],
    fields: Sequence[str],
) -> list[str]:
    nothing = dict.fromkeys(FIELDS, 0)
    return [
        f"{name} {key}: {field} {there[field]:,}, not {right[field]:,}"
        for key in sorted({*found, *known}, key=str)
        for there, right in [(found.get(key, nothing), known.get(key, nothing))]
        for field in fields
        if there[field] != right[field]
    ]


def targets_of(measured: Measured, size_mb: float) -> list[Target]:
    """Compare with what was promised; two promises are about a gigabyte of logs."""
    cold, second, warm = measured.cases[:3]
    is_full = size_mb >= FULL_SIZE_MB
    return [
        Target("wrong figures", len(measured.wrong), 0),
        Target("cold, ours / ccusage, 1 GB", cold.wall_ratio if is_full else None, 1.0),
        Target("warm summary, s, 1 GB", middle(warm.ours, "wall_s") if is_full else None, 0.25),
        Target("second summary, s", middle(second.ours, "wall_s"), 0.4),
        Target("cold peak memory, MiB", max(run.peak_mib for run in cold.ours), 120),
    ]


def print_tables(measured: Measured, targets: Sequence[Target], options: argparse.Namespace) -> None:
    """Print what was measured, and what that means."""
    print(f"\n{options.size_mb:g} MB of logs, medians of {options.runs} runs in turn; load {_load()}")
    head = ("wall s", "cpu s", "MiB")
    print(f"{'':<54}{'ours':^24}{options.peer:^24}{'ours / peer':^16}")
    print(f"{'':<54}{''.join(f'{text:>8}' for text in (*head, *head, 'wall', 'cpu'))}")
    for case in measured.cases:
        cells = _cells(case.ours) + _cells(case.theirs)
        cells += ["" if ratio is None else f"{ratio:.2f}" for ratio in (case.wall_ratio, case.cpu_ratio)]
        print(f"{case.name:<54}" + "".join(f"{cell:>8}" for cell in cells))
    if measured.memory_mib is not None:
        print(f"{'cold: all processes together, shared pages once':<70}{measured.memory_mib:>8.0f}")
    print(f"\n{'target':<40}{'measured':>10}{'at most':>10}")
    for target in targets:
        value = "" if target.value is None else f"{target.value:.3g}"
        print(f"{target.name:<40}{value:>10}{target.limit:>10g}  {target.verdict}")
    for text in (*measured.notes, *measured.wrong[:20]):
        print(text)


def _cells(runs: Sequence[Run]) -> list[str]:
    if not runs:
        return [""] * 3
    wall_s, cpu_s, peak_mib = (middle(runs, field) for field in Run._fields[:3])
    return [f"{wall_s:.3f}", f"{cpu_s:.3f}", f"{peak_mib:.0f}"]


def document(measured: Measured, targets: Sequence[Target], options: argparse.Namespace) -> dict[str, Any]:
    """Give everything measured as JSON, every single run included."""
    return {
        "schema": 1,
        "size_mb": options.size_mb,
        "runs": options.runs,
        "peer": options.peer,
        "machine": {
            "system": platform.system(),
            "processor": platform.machine(),
            "cores": os.cpu_count(),
            "python": platform.python_version(),
            "load": _load(),
        },
        "cases": [
            {
                "name": case.name,
                "ours": [run._asdict() | {"output": None} for run in case.ours],
                "theirs": [run._asdict() | {"output": None} for run in case.theirs],
                "wall_ratio": case.wall_ratio,
                "cpu_ratio": case.cpu_ratio,
            }
            for case in measured.cases
        ],
        "cold_memory_of_all_processes_mib": measured.memory_mib,
        "targets": [target._asdict() | {"verdict": target.verdict} for target in targets],
        "wrong": list(measured.wrong),
        "notes": list(measured.notes),
    }


def cache_home() -> Path:
    """Give the directory of what can be rebuilt: the program's own."""
    base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(os.environ.get("TOKEN_TRACKER_CACHE") or f"{base}/token-tracker").expanduser().absolute()


def built_corpus(store: Path, size_mb: float) -> Path:
    """Give the corpus of a size, built once for every version of its generator."""
    generator = b"".join((ROOT / "benchmarks" / name).read_bytes() for name in GENERATOR)
    stem = f"corpus-{size_mb:g}-"
    place = store / f"{stem}{zlib.crc32(generator):08x}"
    if not place.exists():
        for old in store.glob(f"{stem}*"):
            shutil.rmtree(old)
        say(f"building {size_mb:g} MB of logs…")
        unfinished = Path(tempfile.mkdtemp(prefix=stem, dir=store))
        generate("build", str(unfinished), "--size-mb", str(size_mb))
        unfinished.replace(place)
    return place


def generate(*arguments: str) -> None:
    """Run the generator: in its own process, because a child's peak memory begins with its parent's."""
    subprocess.run([PYTHON, "-m", "benchmarks.corpus", *arguments], cwd=ROOT, check=True)


def set_up(bench: Bench) -> None:
    """Let the program build its environment and its bytecode, with this machine's package settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    own = {"TOKEN_TRACKER_CACHE": str(bench.cache), "TOKEN_TRACKER_HOME": str(bench.scratch / "nothing")}
    run_once([PYTHON, str(DOOR), "summary", "--no-sync", "--json"], {**kept, **own})
    empty = bench.environ("nothing") | {"HOME": str(bench.scratch / "nobody")}
    run_once([PYTHON, str(DOOR), "summary", "--json"], empty)


def warm_page_cache(home: Path) -> None:
    """Read every log once, so that no run waits for the disk."""
    for path in home.rglob("*.jsonl"):
        with path.open("rb", buffering=0) as file:
            while file.read(MIB_READ_AT_ONCE):
                pass
    os.sync()  # a corpus just written is still on its way to the disk


def find_peer(name: str, store: Path) -> tuple[peers.Peer | None, Path | None, list[str]]:
    """Give the peer asked for with its program, or say why only we are measured."""
    if name == "none":
        return None, None, []
    peer = peers.PEERS[name]
    program, reason = peers.install(peer, store)
    return peer, program, [] if program else [f"{name} was not measured: {reason}"]


def say(text: str) -> None:
    """Tell the person who waits."""
    print(text, file=sys.stderr, flush=True)


def _load() -> str:
    return " ".join(f"{value:.1f}" for value in os.getloadavg())


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--size-mb", type=float, default=FULL_SIZE_MB, help="size of the logs (1000)")
    parser.add_argument("--runs", type=int, default=5, help="runs of every case (5)")
    parser.add_argument(
        "--peer", choices=(*peers.PEERS, "none"), default="ccusage", help="compare with (ccusage)"
    )
    parser.add_argument("--keep", metavar="DIR", help="work in this new directory and leave it there")
    parser.add_argument("--report", metavar="FILE", help="write everything measured as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""Run whole processes and say what they took: wall time, processor time, memory.

Two programs are compared in alternating runs, so that a busy minute hits both; what counts is
the median of the ratios of such pairs. Unix only: memory comes from `os.wait4`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

SAMPLE_S = 0.01
# Linux counts in KiB, macOS in bytes.
MAXRSS_PER_MIB = 1 << 20 if sys.platform == "darwin" else 1 << 10


class Run(NamedTuple):
    """One process from start to end.

    `cpu_s`: user and system time, of its children too. `peak_mib`: resident memory of the
    largest process, itself or a child; not their sum.
    """

    wall_s: float
    cpu_s: float
    peak_mib: float
    output: str


class Pairs(NamedTuple):
    """Alternating runs of us and of a peer; `theirs` is empty where there is none."""

    name: str
    ours: Sequence[Run]
    theirs: Sequence[Run]

    @property
    def wall_ratio(self) -> float | None:
        """Median of ours / theirs, pair by pair."""
        return _ratio(self.ours, self.theirs, "wall_s")

    @property
    def cpu_ratio(self) -> float | None:
        """The same for processor time, which noise touches less."""
        return _ratio(self.ours, self.theirs, "cpu_s")


class ProgramFailedError(Exception):
    """A measured program ended with an error."""


def run_once(command: Sequence[str], environ: Mapping[str, str]) -> Run:
    """Run a command and measure it.

    Raises:
        ProgramFailedError: it ended with another exit code than 0.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, env=environ, stdin=subprocess.DEVNULL, stdout=output, stderr=errors
        )
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        errors.seek(0)
        if process.returncode:
            text = (output.read() + errors.read()).decode("utf-8", "replace")[-2000:]
            raise ProgramFailedError(f"{' '.join(command[-6:])}: exit {process.returncode}\n{text}")
        answer = output.read().decode("utf-8", "replace")
    return Run(wall_s, used.ru_utime + used.ru_stime, used.ru_maxrss / MAXRSS_PER_MIB, answer)


def alternate(
    name: str, rounds: int, ours: Callable[[], Run], theirs: Callable[[], Run] | None = None
) -> Pairs:
    """Measure both in turn; who goes first changes from round to round."""
    our_runs: list[Run] = []
    their_runs: list[Run] = []
    for number in range(rounds):
        if theirs is None:
            our_runs.append(ours())
        elif number % 2:
            their_runs.append(theirs())
            our_runs.append(ours())
        else:
            our_runs.append(ours())
            their_runs.append(theirs())
    return Pairs(name, our_runs, their_runs)


def middle(runs: Sequence[Run], field: str) -> float:
    """Give the median of one field of some runs."""
    return float(median(getattr(run, field) for run in runs))


def total_memory_mib(command: Sequence[str], environ: Mapping[str, str]) -> float | None:
    """Give the peak of all processes of a command together, shared pages counted once.

    Looks a hundred times a second, so the run is not for timing; None where there is no /proc.
    """
    if not Path("/proc/self/smaps_rollup").exists():
        return None
    peak = 0
    with subprocess.Popen(
        command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while process.poll() is None:
            peak = max(peak, sum(map(_proportional_kib, _family(process.pid))))
            time.sleep(SAMPLE_S)
    return peak / 1024


def _family(pid: int) -> list[int]:
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    except OSError:
        return []
    return [pid, *(one for child in children for one in _family(int(child)))]


def _proportional_kib(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0  # it ended between listing and looking
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _ratio(ours: Sequence[Run], theirs: Sequence[Run], field: str) -> float | None:
    pairs = list(zip(ours, theirs, strict=False))
    ratios = [float(getattr(one, field) / getattr(other, field)) for one, other in pairs]
    return median(ratios) if ratios else None

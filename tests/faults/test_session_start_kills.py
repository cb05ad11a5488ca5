"""A session start that is killed or starved at any call that changes a file: told once or twice, never not.

Run by `python3 scripts/check.py --faults`. Every test prints how many points it tried.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path

import pytest

from session_processes import JSON
from session_processes import Ended
from session_processes import Person

from .points import CHANGING
from .points import Point
from .points import points_in
from .points import strace

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(sys.platform != "linux", reason="faults are injected with strace"),
]

MOMENT, SOON, AFTER_THE_LEASE = "2026-10-05T08:00:00Z", "2026-10-05T08:02:00Z", "2026-10-05T08:11:00Z"
DUE = {"alert:daily:exceeded:2026-10-05", "daily:2026-10-04", "weekly:2026-W40", "monthly:2026-09"}
CLAIM = ("session-check", "--claim", "--session", "main")
ACK = ("session-check", "--ack", *sorted(DUE))
KILLED = {-9, 128 + 9}

Say = Callable[[str], None]


class Story:
    """A home in which four things are due, as it is before every fault."""

    def __init__(self, person: Person) -> None:
        strace()
        self.person = person
        assert person.ask(MOMENT, "set-budget", "--amount", "0.0001").code == 0
        assert person.ask(MOMENT, "sync", "--quiet").code == 0
        self.keep()

    def keep(self) -> None:
        """Begin every run from the home as it is now."""
        self.template = self.person.place / "template"
        shutil.rmtree(self.template, ignore_errors=True)
        shutil.copytree(self.person.home, self.template)

    def restore(self) -> None:
        """Bring the home back."""
        shutil.rmtree(self.person.home)
        shutil.copytree(self.template, self.person.home)

    def run(self, words: Sequence[str], *options: str) -> Ended:
        """Run a command under strace."""
        command = [strace(), "-f", "-qq", *options, "--", *self.person.program, *words]
        environ = self.person.environ(MOMENT)
        done = subprocess.run(
            command, env=environ, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=300
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    def points(self, words: Sequence[str]) -> list[Point]:
        """List every call that changes a file of the home or prints."""
        trace = self.person.place / "trace"
        calls = ",".join(f"?{name}" for name in CHANGING)
        self.restore()
        self.person.ask(MOMENT, *words)  # writes the bytecode of what it loads, once
        self.restore()
        ended = self.run(words, "-y", "-s", "0", "-o", str(trace), "-e", f"trace={calls}")
        assert (ended.code, ended.err) == (0, "")
        places = (str(self.person.home), "write(1<")
        return points_in(trace.read_text(encoding="utf-8", errors="replace"), places)

    def told_after(
        self, point: Point, words: Sequence[str], fault: str, later: str
    ) -> tuple[Ended, Counter[str]]:
        """Give how a run with a fault ended, and what it and the next sessions told in all."""
        self.restore()
        ended = self.run(words, "-o", os.devnull, "-e", f"inject={point.call}:{fault}:when={point.number}")
        self.person.kept()  # both files are whole
        told = Counter(ended.ids)
        for _ in range(2):
            told.update(self.person.ask(later, *JSON).ids)
        return ended, told


@pytest.fixture
def story(person: Person) -> Story:
    return Story(person)


def wrong_told(told: Counter[str]) -> list[str]:
    """Name what was lost, repeated more than once, or never due."""
    lost = [f"lost {name}" for name in DUE - told.keys()]
    return lost + [f"{count} times {name}" for name, count in told.items() if count > 2 or name not in DUE]


@pytest.mark.parametrize("words", [JSON, CLAIM], ids=["update-state", "claim"])
def test_a_kill_at_any_call_loses_nothing_and_repeats_at_most_once(
    story: Story, say: Say, words: Sequence[str]
) -> None:
    points = story.points(words)
    wrong: list[str] = []
    repeated = 0
    for point in points:
        ended, told = story.told_after(point, words, "signal=KILL", MOMENT)
        wrong += [f"{point}: {text}" for text in wrong_told(told)]
        wrong += [] if ended.code in KILLED and not ended.err else [f"{point}: {ended}"]
        repeated += max(told.values()) > 1

    say(f"{len(points)} points {dict(Counter(point.call for point in points))}, {repeated} told twice")
    assert wrong == []
    assert len(points) > 20


def test_an_acknowledgement_that_is_killed_at_any_call_repeats_at_most_once(story: Story, say: Say) -> None:
    claimed = story.person.ask(MOMENT, *CLAIM)
    story.keep()
    points = story.points(ACK)
    wrong: list[str] = []
    repeated = 0
    for point in points:
        ended, told = story.told_after(point, ACK, "signal=KILL", AFTER_THE_LEASE)
        told.update(claimed.ids)
        wrong += [f"{point}: {text}" for text in wrong_told(told)]
        wrong += [] if ended.code in KILLED else [f"{point}: {ended}"]
        repeated += max(told.values()) > 1

    say(f"{len(points)} points, {repeated} told twice")
    assert wrong == []
    assert len(points) > 5


@pytest.mark.parametrize("error", ["ENOSPC", "EIO"])
def test_a_call_that_fails_is_silent_and_loses_nothing(story: Story, say: Say, error: str) -> None:
    points = story.points(JSON)
    wrong: list[str] = []
    silent = 0
    for point in points:
        ended, told = story.told_after(point, JSON, f"error={error}", SOON)
        wrong += [f"{point}: {text}" for text in wrong_told(told)]
        wrong += [] if (ended.code, ended.err) == (0, "") else [f"{point}: {ended}"]
        silent += not ended.ids

    say(f"{len(points)} points, at {silent} nothing was told at first")
    assert wrong == []


def test_what_a_killed_host_claimed_is_told_to_the_next_session(story: Story, tmp_path: Path) -> None:
    person = story.person
    host = subprocess.Popen(
        ["sh", "-c", '"$@"; echo; exec sleep 600', "sh", *person.program, *CLAIM],
        env=person.environ(MOMENT), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, encoding="utf-8",
    )  # fmt: skip
    assert host.stdout is not None
    claimed = Ended(0, host.stdout.readline(), "")
    while_it_lives = person.ask(MOMENT, *JSON)
    host.kill()
    host.communicate()

    assert set(claimed.ids) == DUE
    assert while_it_lives.ids == []
    assert set(person.ask(MOMENT, *JSON).ids) == DUE
    assert person.ask(MOMENT, *JSON).ids == []

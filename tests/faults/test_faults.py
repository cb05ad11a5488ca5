"""Kill it anywhere, fill the disk anywhere, start 32 at once: nothing lost, nothing doubled.

Run by `python3 scripts/check.py --faults`. Every test prints how many points it tried.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from contextlib import contextmanager
from pathlib import Path

import pytest

from token_tracker.ledger.care import verify
from token_tracker.ledger.store import open_ledger

from .points import ROOT
from .points import Ending
from .points import Logs
from .points import Point
from .points import environment
from .points import killed_at
from .points import points_of
from .points import program
from .points import run
from .points import starved_at
from .points import strace
from .sync_once import NOW
from .sync_once import held_by
from .sync_once import read_logs

pytestmark = [pytest.mark.faults, pytest.mark.timeout(900)]

RANDOM_KILLS = 500
AT_ONCE = 32
WORKERS = 3
KILLS_OF_ONE_IMPORT = 28
KILLED = -9

Say = Callable[[str], None]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> Say:
    """Print a figure where it is seen, also when the test passes."""

    def out_loud(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{request.node.name}: {text}\n")

    return out_loud


class Story:
    """A home before, the logs it is about to read, and what it holds before and after."""

    def __init__(self, folder: Path, first_time: bool) -> None:
        self.folder = folder
        self.template = folder / "template"
        self.logs = Logs(folder / "logs")
        self.before = (0, 0)
        self.logs.grow(files=3, responses=30)
        if not first_time:
            self.before = read_logs(self.template, self.logs.folder)
            assert self.before == self.logs.held
            self.logs.grow(files=4, responses=25)

    @contextmanager
    def home(self) -> Iterator[Path]:
        """Give a copy of the home, always of the same name length: runs must not differ."""
        place = Path(tempfile.mkdtemp(dir=self.folder))
        if self.template.exists():
            shutil.copytree(self.template, place / "home")
        try:
            yield place / "home"
        finally:
            shutil.rmtree(place)

    def points(self) -> list[Point]:
        """List every call of the story that changes a file."""
        with self.home() as home:
            return points_of(program(home, self.logs.folder), home, self.folder / "trace")

    def complaints(self, home: Path) -> list[str]:
        """Say what is wrong with a home after a fault, and after the next run."""
        found = []
        if (home / "ledger.db").exists() or self.template.exists():
            with closing(open_ledger(home, NOW)) as ledger:
                events, tokens = held_by(ledger)
                if not self.before[0] <= events <= self.logs.events or tokens > self.logs.tokens:
                    found.append(f"held {events} events, {tokens} tokens")
                if not (verified := verify(ledger, logs=True)).whole:
                    found.append(f"not whole: {verified.problems}")
        after = read_logs(home, self.logs.folder)
        if after != self.logs.held:
            found.append(f"then {after}, not {self.logs.held}")
        with closing(open_ledger(home, NOW)) as ledger:
            if not verify(ledger, logs=True).whole:
                found.append("not whole at the end")
        return found


@pytest.fixture(params=["first import", "incremental import"])
def story(request: pytest.FixtureRequest, tmp_path: Path) -> Story:
    strace()
    return Story(tmp_path, first_time=request.param == "first import")


def at_every_point(
    story: Story,
    points: list[Point],
    act: Callable[[Point, list[str]], Ending],
    good: Callable[[Ending], bool],
) -> tuple[Counter[int], list[str]]:
    """Act at every point; give how the runs ended, and what was wrong afterwards."""

    def one(point: Point) -> tuple[int, list[str]]:
        with story.home() as home:
            ending = act(point, program(home, story.logs.folder))
            wrong = [] if good(ending) else [f"ended {ending}"]
            return ending.code, [f"{point}: {text}" for text in wrong + story.complaints(home)]

    with ThreadPoolExecutor(WORKERS) as pool:
        results = list(pool.map(one, points))
    return Counter(code for code, _ in results), [text for _, wrong in results for text in wrong]


def test_a_kill_at_every_call_that_changes_a_file_loses_and_doubles_nothing(story: Story, say: Say) -> None:
    points = story.points()

    endings, wrong = at_every_point(story, points, killed_at, lambda ending: ending.code in {KILLED, 128 + 9})

    say(f"{len(points)} points {dict(Counter(point.call for point in points))}, {len(wrong)} wrong")
    assert wrong == []
    assert len(points) > 30
    assert sum(endings.values()) == len(points)


def test_a_disk_that_is_full_at_any_call_is_an_error_and_changes_nothing(story: Story, say: Say) -> None:
    points = [point for point in story.points() if not point.call.startswith("unlink")]

    endings, wrong = at_every_point(
        story, points, starved_at, lambda ending: ending.code == 9 or is_whole(ending, story)
    )

    say(f"{len(points)} points, ended {dict(endings)}, {len(wrong)} wrong")
    assert wrong == []
    assert endings[9] > len(points) / 2


def is_whole(ending: Ending, story: Story) -> bool:
    """Say whether a run got through all the same, with everything read."""
    return ending.code == 0 and ending.out == "ready\n{} {}\n".format(*story.logs.held)


def test_random_kills_of_a_larger_import_lose_and_double_nothing(tmp_path: Path, say: Say) -> None:
    logs = Logs(tmp_path / "logs")
    logs.grow(files=12, responses=60)
    chance = random.Random(20261005)
    kills = imports = 0
    wrong: list[str] = []

    def import_with_kills(number: int, most: int) -> int:
        home = tmp_path / f"home-{number}"
        seeded = random.Random(number)
        held, killed = 0, 0
        while killed < most:
            command = program(home, logs.folder)
            with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as started:
                assert started.stdout is not None
                started.stdout.readline()
                try:
                    started.wait(seeded.uniform(0, 0.12))
                except subprocess.TimeoutExpired:
                    started.kill()
                    killed += 1
            if not (home / "ledger.db").exists():
                continue
            with closing(open_ledger(home, NOW)) as ledger:
                now, _ = held_by(ledger)
                if now < held or not verify(ledger).whole:
                    wrong.append(f"home {number}: {held} events, then {now}")
                held = now
            if started.returncode == 0:
                break
        if read_logs(home, logs.folder) != logs.held:
            wrong.append(f"home {number}: not {logs.held} at the end")
        shutil.rmtree(home)
        return killed

    with ThreadPoolExecutor(WORKERS) as pool:
        while kills < RANDOM_KILLS:
            numbers = [chance.randrange(1 << 30) for _ in range(2 * WORKERS)]
            kills += sum(pool.map(import_with_kills, numbers, [KILLS_OF_ONE_IMPORT] * len(numbers)))
            imports += len(numbers)

    say(f"{kills} kills in {imports} imports of {logs.events} events, {len(wrong)} wrong")
    assert wrong == []


@pytest.mark.parametrize("first_time", [True, False], ids=["fresh home", "existing home"])
def test_32_processes_at_once_lose_and_double_nothing_and_none_fails(
    tmp_path: Path, say: Say, first_time: bool
) -> None:
    story = Story(tmp_path, first_time)
    with story.home() as home:
        started = [
            subprocess.Popen(
                program(home, story.logs.folder),
                env=environment(),
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for _ in range(AT_ONCE)
        ]
        endings = [Ending(one.returncode, *out) for one in started for out in [one.communicate(timeout=300)]]
        wrong = [ending for ending in endings if not is_whole(ending, story)]
        complaints = story.complaints(home)

    say(f"{AT_ONCE} processes, {len(wrong)} failed or saw less, {len(complaints)} wrong")
    assert wrong == []
    assert complaints == []


@contextmanager
def small_disk(folder: Path, size: str) -> Iterator[Path]:
    """Give a file system of its own that is soon full."""
    place = folder / "disk"
    place.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("a full disk needs root, to mount a small one; the injected ENOSPC above needs none")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], capture_output=True
    )
    if mounted.returncode:
        pytest.skip(f"a full disk needs the right to mount: {mounted.stderr.decode().strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_is_really_full_keeps_what_was_read_and_goes_on_when_there_is_room(
    tmp_path: Path, say: Say
) -> None:
    logs = Logs(tmp_path / "logs")
    logs.grow(files=60, responses=60)
    with small_disk(tmp_path, "600k") as disk:
        home = disk / "home"
        ending = run(program(home, logs.folder))
        with closing(open_ledger(home, NOW)) as ledger:
            kept, _ = held_by(ledger)
            whole = verify(ledger, logs=True).whole
        again = run(program(home, logs.folder))
        subprocess.run(["mount", "-o", "remount,size=64m", str(disk)], check=True)
        after = read_logs(home, logs.folder)

    say(f"{kept} of {logs.events} events kept, exit {ending.code}, then {after}")
    assert (ending.code, again.code, whole) == (9, 9, True)
    assert ending.err.startswith("disk_full")
    assert 0 < kept < logs.events
    assert after == logs.held


def test_a_read_only_disk_answers_with_what_it_holds(tmp_path: Path) -> None:
    story = Story(tmp_path, first_time=False)
    with small_disk(tmp_path, "8m") as disk:
        shutil.copytree(story.template, disk / "home")
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        with closing(open_ledger(disk / "home", NOW)) as ledger:
            assert ledger.read_only_reason == "read-only"
            assert held_by(ledger) == story.before


def test_the_program_itself_killed_in_the_middle_answers_right_the_next_time(
    tmp_path: Path, say: Say
) -> None:
    logs = Logs(tmp_path / "logs")
    logs.grow(files=3, responses=30)
    door = str(ROOT / "scripts" / "token-tracker.py")
    question = ["summary", "--json", "--since", "2026-01-01", "--until", "2026-10-05", "--tz", "UTC"]

    def asking(home: Path, *words: str) -> list[str]:
        return [
            "env",
            *(f"CLAUDE_CONFIG_DIR={logs.folder}", f"TOKEN_TRACKER_HOME={home}"),
            *("TOKEN_TRACKER_NOW=2026-10-05T12:00:00+00:00", f"TOKEN_TRACKER_CACHE={tmp_path / 'cache'}"),
            *(sys.executable, door, *words),
        ]

    command = asking(tmp_path / "home", *question)
    assert run(asking(tmp_path / "home", "version")).code == 0  # builds the private environment
    rehearsal = tmp_path / "away"
    journal = points_of(asking(rehearsal, *question), rehearsal / "ledger.db-journal", tmp_path / "trace")

    killed = killed_at([point for point in journal if point.call == "pwrite64"][-1], command)
    unfinished = (tmp_path / "home" / "ledger.db-journal").stat().st_size
    answer = run(command)

    assert killed.code in {KILLED, 128 + 9}
    assert unfinished > 0
    assert answer.code == 0, answer
    figures = json.loads(answer.out)["data"]
    say(f"{figures['requests']} requests, {figures['tokens']['output']} output tokens")
    assert (figures["requests"], figures["tokens"]["output"]) == logs.held

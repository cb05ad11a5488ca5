"""Years of session starts in twelve zones, with clocks that are wrong and people who travel.

Each start is `session-check` as the door runs it, in this process: the quick path looks at `due.json`,
and hands over to the full program where something may be due. What a local moment calls for is written
down here a second time; told must be that, less what was told before: nothing early, twice or never.
The same at every hour, and over lives that chance makes up: `python3 scripts/check.py --faults`.
"""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import sys
import time
from collections.abc import Iterator
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest

from sources.claude_lines import line
from sources.claude_lines import text_of
from token_tracker import quick
from token_tracker.cli.run import run
from token_tracker.cli.session_start import finish
from token_tracker.paths import tracker_home
from token_tracker.quiet import FORM

pytestmark = pytest.mark.skipif(not hasattr(time, "tzset"), reason="a process cannot move to another zone")

ZONES: Final = (
    *("Pacific/Chatham", "Australia/Lord_Howe", "Asia/Beirut", "Africa/Cairo", "Pacific/Apia"),
    *("America/St_Johns", "Atlantic/Azores", "Asia/Kolkata", "Asia/Shanghai", "America/New_York"),
    *("America/Sao_Paulo", "Europe/London"),
)
FAR_ZONES: Final = ("Pacific/Kiritimati", "Pacific/Pago_Pago")
HOURS: Final = (0, 2, 23)
HOUR_OF: Final = {zone: HOURS[number % len(HOURS)] for number, zone in enumerate(ZONES)}
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
MINUTE, HOUR, DAY, YEAR = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1), timedelta(days=365)
JUMPS: Final = (DAY, -DAY, YEAR, -YEAR)
CHECK: Final = ("session-check", "--json", "--update-state")


def candidates(local: datetime, hour: int) -> set[str]:
    """Say what a local moment calls for, written down a second time and in another way."""
    today = date(local.year, local.month, local.day)
    last_day = today if local.hour >= hour else today - DAY
    year, week, _ = (today - 7 * DAY).isocalendar()
    month = today.year * 12 + today.month - 2
    return {
        f"daily:{last_day}",
        f"weekly:{year}-W{week:02}",
        f"monthly:{month // 12}-{month % 12 + 1:02}",
        f"alert:daily:exceeded:{today}",
    }


class Life:
    """A person's session starts, and what was told at them.

    `wrong`: where something else was told than was due. `quiet`: how many starts loaded nothing.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.hour = 0
        self.told: list[str] = []
        self.wrong: list[str] = []
        self.quiet = 0
        self._environ = monkeypatch

    def begin(self, hour: int) -> None:
        """Choose when the day's report comes."""
        self.hour = hour
        self.ask("config", "set", "daily_report_hour", str(hour))

    def start(self, now: datetime, zone: str) -> None:
        """Begin a session: nothing that is due is left untold, and nothing is told early or again."""
        self._environ.setenv("TZ", zone)
        self._environ.setenv("TOKEN_TRACKER_NOW", now.strftime(FORM))
        time.tzset()
        due = candidates(now.astimezone(ZoneInfo(zone)), self.hour) - set(self.told)
        told = [item["id"] for item in json.loads(self.ask(*CHECK))["items"]]
        self.told += told
        if sorted(told) != sorted(due):
            self.wrong.append(f"{now:{FORM}} in {zone}: told {sorted(told)}, due {sorted(due)}")

    def ask(self, *words: str) -> str:
        """Run a command line as the door does, without a process; give what it printed."""
        out = io.BytesIO()
        self._environ.setattr(sys, "stdout", io.TextIOWrapper(out))
        code = quick.main(list(words))
        self.quiet += code is not None
        if code is None:
            code = run(words) if quick.pending is None else finish(quick.pending)
        sys.stdout.flush()
        assert code == 0
        return out.getvalue().decode()


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with the logs of seven years, in which every day of every zone has usage."""
    place = tmp_path_factory.mktemp("used")
    folder = place / "claude" / "projects" / "-home-dev-shop"
    folder.mkdir(parents=True)
    count = (LAST - FIRST + 3 * YEAR) // (8 * HOUR)
    moments = [FIRST - YEAR - 60 * DAY + number * 8 * HOUR for number in range(count)]
    lines = (
        line(timestamp=f"{moment:%Y-%m-%dT%H:%M:%S.000Z}", message__id=f"msg_{number:024}")
        for number, moment in enumerate(moments)
    )
    (folder / "5e551000-0099-4000-8000-000000000001.jsonl").write_bytes(text_of(*lines))
    os.utime(folder / "5e551000-0099-4000-8000-000000000001.jsonl", (0, 0))
    return place


@pytest.fixture
def life(used: Path, isolated_home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Life]:
    """Give a person with a ledger of all those days, and a budget that each day exceeds."""
    monkeypatch.setenv("CLAUDE_CONFIG_DIR", str(used / "claude"))
    monkeypatch.setenv("TOKEN_TRACKER_NOW", LAST.strftime(FORM))
    monkeypatch.setattr(os, "fsync", lambda _: None)  # no machine loses its power here
    life = Life(monkeypatch)
    home, read_before = tracker_home(os.environ, None), used / "home"
    if not read_before.exists():
        life.ask("set-budget", "--amount", "0.0001")
        life.ask("sync", "--quiet")
        shutil.copytree(home, read_before)
    shutil.copytree(read_before, home, dirs_exist_ok=True)
    yield life
    monkeypatch.undo()
    time.tzset()


def clock_changes(zone: ZoneInfo) -> list[datetime]:
    """Give when a zone's clocks change in these years."""
    hours = [FIRST + number * HOUR for number in range((LAST - FIRST) // HOUR)]
    offsets = [moment.astimezone(zone).utcoffset() for moment in hours]
    return [
        after
        for before, after, was, now in zip(hours, hours[1:], offsets, offsets[1:], strict=False)
        if was != now
    ]


@pytest.mark.parametrize("zone", ZONES)
def test_over_the_clock_changes_of_four_years_each_report_and_alert_is_told_once(
    zone: str, life: Life
) -> None:
    near = [step * MINUTE for step in (-1440, 30, 1440)]
    changes = clock_changes(ZoneInfo(zone)) or [FIRST, LAST - 7 * DAY]
    life.begin(HOUR_OF[zone])

    for moment in sorted(change + step for change in changes for step in near):
        life.start(moment, zone)

    assert life.wrong == []
    assert len(life.told) > 4 * len(changes)


@pytest.mark.parametrize("zone", ZONES)
def test_clocks_that_jump_a_day_or_a_year_and_are_set_right_repeat_and_lose_nothing(
    zone: str, life: Life
) -> None:
    now = datetime(2025, 6, 4, 21, 30, tzinfo=UTC)
    life.begin(HOUR_OF[zone])

    for jump in JUMPS:
        for step, jumped in [(7, True), (5, True), (12, False)]:
            now += step * HOUR
            life.start(now + jumped * jump, zone)

    assert life.wrong == []
    assert len(life.told) > 12


def test_who_travels_in_the_middle_of_the_week_is_told_each_period_once(life: Life) -> None:
    zones = [ZONES[0], "Pacific/Pago_Pago", *ZONES[4:8], "Pacific/Kiritimati", *ZONES[8:], *ZONES[1:4]]
    life.begin(23)

    for number in range(3 * len(zones)):
        life.start(datetime(2026, 3, 4, tzinfo=UTC) + number * 13 * HOUR, zones[number % len(zones)])

    assert life.wrong == []
    assert len(life.told) > 40


def lives(chance: random.Random, starts: int) -> Iterator[tuple[datetime, str]]:
    """Give session starts of somebody who travels, and whose clock is set wrong now and then."""
    now, zone = FIRST + (LAST - FIRST) * chance.random(), chance.choice(ZONES)
    for _ in range(starts):
        now += chance.choice([chance.randrange(600), chance.randrange(60 * 24 * 40)]) * MINUTE
        if chance.random() < 0.2:
            zone = chance.choice([*ZONES, *FAR_ZONES])
        if chance.random() < 0.2:
            now += chance.choice([*JUMPS, HOUR, -HOUR])
        now = min(max(now, FIRST - YEAR), LAST + YEAR)
        yield now, zone


@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.faults) for seed in range(2, 60))]
)
def test_whatever_clocks_and_people_do_in_any_order_each_period_is_told_once(seed: int, life: Life) -> None:
    chance = random.Random(seed)
    life.begin(chance.randrange(24))

    for now, zone in lives(chance, 30):
        life.start(now, zone)

    assert life.wrong == []
    assert life.quiet > 0  # the quick path answered, too


@pytest.mark.faults
@pytest.mark.timeout(600)
@pytest.mark.parametrize("hour", HOURS)
@pytest.mark.parametrize("zone", ZONES)
def test_at_every_report_hour_and_half_hour_around_the_clock_changes_each_is_told_once(
    zone: str, hour: int, life: Life
) -> None:
    chance = random.Random(f"{zone} {hour}")
    near = [minutes * MINUTE for minutes in (*range(-180, 181, 15), -1440, -600, 600, 1440)]
    changes = clock_changes(ZoneInfo(zone))
    moments = [change + step for change in changes for step in near]
    moments += [FIRST + (LAST - FIRST) * chance.random() for _ in range(60)]
    life.begin(hour)

    for moment in sorted(moments):
        life.start(moment, zone)

    assert life.wrong == []
    assert life.quiet >= 10 * len(changes)
    assert len(life.told) > 100

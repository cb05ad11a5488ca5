"""Years of session starts in twelve zones, with clocks that are wrong and people who travel.

Each start is what `session-check` does, without a process or a file: the quick path looks at
`due.json`, the full path tells what was not told. A set of what was told is the oracle.
"""

from __future__ import annotations

import random
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine
from hypothesis.stateful import initialize
from hypothesis.stateful import rule

from token_tracker.delivery import Item
from token_tracker.delivery import missed_before
from token_tracker.delivery import next_change
from token_tracker.delivery import pruned
from token_tracker.delivery import reports_at
from token_tracker.delivery_state import Claimant
from token_tracker.delivery_state import State

ZONES = (
    *("Pacific/Chatham", "Australia/Lord_Howe", "Asia/Beirut", "Africa/Cairo", "Pacific/Apia"),
    *("America/St_Johns", "Atlantic/Azores", "Asia/Kolkata", "Asia/Shanghai", "America/New_York"),
    *("America/Sao_Paulo", "Europe/London"),
)
HOURS = (0, 2, 23)
FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
STARTS_BETWEEN_PRUNINGS = 5
DAY, YEAR = timedelta(days=1), timedelta(days=365)
NOBODY = Claimant("main")


def candidates(local: datetime, hour: int) -> set[str]:
    """Say what a local moment calls for, written down a second time and in another way."""
    today = date(local.year, local.month, local.day)
    last_day = today if local.hour >= hour else today - DAY
    year, week, _ = (today - 7 * DAY).isocalendar()
    month = today.year * 12 + today.month - 2
    return {f"daily:{last_day}", f"weekly:{year}-W{week:02}", f"monthly:{month // 12}-{month % 12 + 1:02}"}


class Days:
    """A person's session starts, and what was told at them."""

    def __init__(self, hour: int) -> None:
        self.hour = hour
        self.state = State({})
        self.told: list[str] = []
        self.quiet: tuple[str, datetime, datetime] | None = None

    def start(self, now: datetime, zone: str) -> None:
        """Begin a session: nothing that is due is left untold, and nothing is told twice."""
        local = now.astimezone(ZoneInfo(zone))
        untold = candidates(local, self.hour) - set(self.told)
        if self.quiet is not None and self.quiet[0] == zone and self.quiet[1] <= now < self.quiet[2]:
            assert untold == set(), (now, zone)
            return
        due = [one for one in reports_at(local, self.hour) if not self.state.is_taken(one.id, now)]
        assert {one.id for one in due} == untold, (now, zone)
        known = self.state.entries
        missed = [one.id for wanted in due for one in missed_before(wanted, known) if one.id not in known]
        self.state.end_days(now, local.tzinfo or UTC)
        self.state.mark(missed, "missed", now, zone)
        self.state.claim([Item(one.id, "", "", "", "") for one in due], NOBODY, now, zone)
        self.state.acknowledge([one.id for one in due])
        if len(self.told) % STARTS_BETWEEN_PRUNINGS == 0:  # it takes longer than all the rest
            self.state.entries = pruned(self.state.entries, now.date())
        self.told += [one.id for one in due]
        self.quiet = (zone, now, next_change(local, self.hour))


def clock_changes(zone: ZoneInfo) -> list[datetime]:
    """Give when a zone's clocks change in these years."""
    hours = [FIRST + timedelta(hours=number) for number in range(int((LAST - FIRST) / timedelta(hours=1)))]
    offsets = [moment.astimezone(zone).utcoffset() for moment in hours]
    return [
        after
        for before, after, was, now in zip(hours, hours[1:], offsets, offsets[1:], strict=False)
        if was != now
    ]


@pytest.mark.parametrize("hour", HOURS)
@pytest.mark.parametrize("zone", ZONES)
def test_over_all_clock_changes_of_four_years_each_report_is_told_once(zone: str, hour: int) -> None:
    chance = random.Random(f"{zone} {hour}")
    near = [timedelta(minutes=minutes) for minutes in (*range(-90, 91, 30), -1440, -600, 600, 1440)]
    moments = [change + step for change in clock_changes(ZoneInfo(zone)) for step in near]
    moments += [FIRST + (LAST - FIRST) * chance.random() for _ in range(60)]
    days = Days(hour)

    for moment in sorted(moments):
        days.start(moment, zone)

    assert len(days.told) == len(set(days.told))
    assert len(days.told) > 100


@pytest.mark.parametrize(
    "jump", [DAY, -DAY, YEAR, -YEAR], ids=["a day on", "a day back", "a year on", "a year back"]
)
@pytest.mark.parametrize("zone", ZONES)
def test_a_clock_that_jumps_and_is_set_right_repeats_and_loses_nothing(zone: str, jump: timedelta) -> None:
    days = Days(23)
    moments = [
        datetime(2025, 6, 1, 21, 30, tzinfo=UTC) + number * timedelta(hours=7) for number in range(150)
    ]
    jumped = moments[50:100]

    for moment in [*moments[:50], *(moment + jump for moment in jumped), *moments[50:]]:
        days.start(moment, zone)

    assert len(days.told) == len(set(days.told))


def test_who_travels_over_the_date_line_is_told_each_day_once() -> None:
    days = Days(23)
    flights = ["Pacific/Apia", "Pacific/Honolulu", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Shanghai"]

    for number in range(800):
        days.start(FIRST + number * timedelta(hours=5), flights[number // 7 % len(flights)])

    assert len(days.told) == len(set(days.told))


class Lives(RuleBasedStateMachine):
    """Whatever clocks and people do, in any order."""

    @initialize(
        hour=st.integers(0, 23),
        zone=st.sampled_from(ZONES),
        days=st.integers(0, 1460),
    )
    def is_born(self, hour: int, zone: str, days: int) -> None:
        self.days = Days(hour)
        self.zone, self.now = zone, FIRST + days * DAY

    @rule(minutes=st.integers(1, 60 * 24 * 40))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(jump=st.sampled_from([DAY, -DAY, YEAR, -YEAR, timedelta(hours=1), timedelta(hours=-1)]))
    def the_clock_jumps(self, jump: timedelta) -> None:
        self.now += jump

    @rule(zone=st.sampled_from([*ZONES, "Pacific/Kiritimati", "Pacific/Pago_Pago"]))
    def the_person_travels(self, zone: str) -> None:
        self.zone = zone

    @rule(minutes=st.lists(st.integers(0, 600), max_size=4))
    def sessions_start(self, minutes: list[int]) -> None:
        for step in minutes:
            self.now += timedelta(minutes=step)
            self.days.start(self.now, self.zone)

    def teardown(self) -> None:
        told = self.days.told if hasattr(self, "days") else []
        assert len(told) == len(set(told))


TestLives = Lives.TestCase
TestLives.settings = settings(max_examples=25, stateful_step_count=40, deadline=None)

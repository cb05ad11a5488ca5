"""Days, weeks, months and clocks, in zones that make them difficult."""

from __future__ import annotations

from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import timezone
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from token_tracker.errors import CommandLineError
from token_tracker.period import BUCKET_MS
from token_tracker.period import Clock
from token_tracker.period import Period
from token_tracker.period import Zone
from token_tracker.period import calendar_month
from token_tracker.period import day_of
from token_tracker.period import day_start
from token_tracker.period import find_zone
from token_tracker.period import hour_start
from token_tracker.period import iso_week
from token_tracker.period import system_zone
from token_tracker.period import to_ms

HOUR_MS = 3_600_000
ZONES = (
    "UTC", "Asia/Shanghai", "Asia/Kolkata", "Asia/Kathmandu", "America/New_York", "America/Havana",
    "America/Nuuk", "Africa/Cairo", "Asia/Beirut", "Pacific/Chatham", "Australia/Lord_Howe", "Pacific/Apia",
)  # fmt: skip
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
NEW_YORK = ZoneInfo("America/New_York")
UNKNOWN = Zone(UTC, "UTC", known=False)


def days(first: str, last: str, zone: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last), ZoneInfo(zone), zone)


def ms(text: str) -> int:
    """Give UTC milliseconds of an ISO instant with offset."""
    return (datetime.fromisoformat(text) - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


# Days


@pytest.mark.parametrize(
    ("zone", "day", "start", "end", "hours"),
    [
        ("UTC", "2026-11-22", "2026-11-22T00:00:00+00:00", "2026-11-23T00:00:00+00:00", 24),
        ("America/New_York", "2026-03-08", "2026-03-08T00:00:00-05:00", "2026-03-09T00:00:00-04:00", 23),
        ("America/New_York", "2026-11-01", "2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00", 25),
        ("Pacific/Chatham", "2026-04-05", "2026-04-05T00:00:00+13:45", "2026-04-06T00:00:00+12:45", 25),
        ("Pacific/Chatham", "2026-09-27", "2026-09-27T00:00:00+12:45", "2026-09-28T00:00:00+13:45", 23),
        ("Asia/Kolkata", "2026-11-22", "2026-11-22T00:00:00+05:30", "2026-11-23T00:00:00+05:30", 24),
        ("Australia/Lord_Howe", "2026-04-05", "2026-04-05T00:00:00+11:00", "2026-04-06T00:00:00+10:30", 24.5),
        ("Africa/Cairo", "2026-04-24", "2026-04-24T01:00:00+03:00", "2026-04-25T00:00:00+03:00", 23),
        ("Asia/Beirut", "2026-03-29", "2026-03-29T01:00:00+03:00", "2026-03-30T00:00:00+03:00", 23),
        ("America/Havana", "2026-11-01", "2026-11-01T00:00:00-04:00", "2026-11-02T00:00:00-05:00", 25),
        ("Pacific/Apia", "2011-12-30", "2011-12-31T00:00:00+14:00", "2011-12-31T00:00:00+14:00", 0),
    ],
)
def test_a_day_is_as_long_as_its_zone_makes_it(
    zone: str, day: str, start: str, end: str, hours: float
) -> None:
    period = days(day, day, zone)
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)
    assert (period.start_ms, period.end_ms) == (ms(start), ms(end))
    assert period.end_ms - period.start_ms == hours * HOUR_MS


def test_a_day_begins_at_the_first_of_two_midnights() -> None:
    havana = ZoneInfo("America/Havana")
    first = to_ms(day_start(date(2026, 11, 1), havana))
    assert first == ms("2026-11-01T00:00:00-04:00")
    assert [day_of(first + hours * HOUR_MS, havana).isoformat() for hours in (-1, 0, 1, 25)] == [
        "2026-10-31", "2026-11-01", "2026-11-01", "2026-11-02",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        ("2026-11-21T15:59:59.999+00:00", "Asia/Shanghai", "2026-11-21"),
        ("2026-11-21T16:00:00.000+00:00", "Asia/Shanghai", "2026-11-22"),
        ("2026-11-21T18:29:59.999+00:00", "Asia/Kolkata", "2026-11-21"),
        ("2026-11-21T18:30:00.000+00:00", "Asia/Kolkata", "2026-11-22"),
        ("1969-12-31T23:59:59.999+00:00", "UTC", "1969-12-31"),
        ("1970-01-01T00:00:00.000+00:00", "UTC", "1970-01-01"),
        ("2011-12-30T09:59:59.999+00:00", "Pacific/Apia", "2011-12-29"),
        ("2011-12-30T10:00:00.000+00:00", "Pacific/Apia", "2011-12-31"),
    ],
)
def test_an_instant_belongs_to_the_local_day_that_holds_it(at: str, zone: str, day: str) -> None:
    assert day_of(ms(at), ZoneInfo(zone)) == date.fromisoformat(day)


@given(DAYS, st.sampled_from(ZONES))
@settings(deadline=None)
def test_a_day_holds_its_start_and_ends_where_the_next_begins(day: date, name: str) -> None:
    zone = ZoneInfo(name)
    period = Period(day, day, zone, name)
    start, end = period.start_ms, period.end_ms
    assert [day_of(at, zone) for at in (start - 1, start, end - 1, end)] == [
        day - timedelta(days=1), day, day, day + timedelta(days=1),
    ]  # fmt: skip
    assert (period.start_ms % BUCKET_MS, period.end_ms % BUCKET_MS) == (0, 0)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
        (datetime(1970, 1, 1, 0, 0, 0, 999, tzinfo=UTC), 0),
        (datetime(1970, 1, 1, 0, 0, 0, 1000, tzinfo=UTC), 1),
        (datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), -1),
        (datetime(1970, 1, 2, 0, 0, 1, tzinfo=timezone(timedelta(hours=1))), 82_801_000),
        (datetime(2026, 11, 1, 1, 30, tzinfo=NEW_YORK), ms("2026-11-01T01:30:00-04:00")),
        (datetime(2026, 11, 1, 1, 30, fold=1, tzinfo=NEW_YORK), ms("2026-11-01T01:30:00-05:00")),
    ],
)
def test_a_moment_becomes_whole_milliseconds(moment: datetime, expected: int) -> None:
    assert to_ms(moment) == expected


# Hours


@pytest.mark.parametrize(
    ("zone", "quarter", "start"),
    [
        ("UTC", "2026-11-22T10:00:00+00:00", "2026-11-22T10:00:00+00:00"),
        ("UTC", "2026-11-22T10:45:00+00:00", "2026-11-22T10:00:00+00:00"),
        ("Asia/Kolkata", "2026-11-22T10:15:00+05:30", "2026-11-22T10:00:00+05:30"),
        ("Asia/Kathmandu", "2026-11-22T10:45:00+05:45", "2026-11-22T10:00:00+05:45"),
        # New York repeats 01:00 to 02:00: two hours with one name.
        ("America/New_York", "2026-11-01T01:45:00-04:00", "2026-11-01T01:00:00-04:00"),
        ("America/New_York", "2026-11-01T01:45:00-05:00", "2026-11-01T01:00:00-05:00"),
        # Chatham jumps from 02:45 to 03:45.
        ("Pacific/Chatham", "2026-09-27T02:30:00+12:45", "2026-09-27T02:00:00+12:45"),
        ("Pacific/Chatham", "2026-09-27T03:45:00+13:45", "2026-09-27T03:45:00+13:45"),
        # Lord Howe goes back from 02:00 to 01:30.
        ("Australia/Lord_Howe", "2026-04-05T01:45:00+11:00", "2026-04-05T01:00:00+11:00"),
        ("Australia/Lord_Howe", "2026-04-05T01:45:00+10:30", "2026-04-05T01:30:00+10:30"),
        ("Australia/Lord_Howe", "2026-04-05T02:45:00+10:30", "2026-04-05T02:00:00+10:30"),
    ],
)
def test_a_quarter_hour_belongs_to_the_local_hour_that_holds_it(zone: str, quarter: str, start: str) -> None:
    assert hour_start(ms(quarter), ZoneInfo(zone)) == ms(start)


@given(DAYS, st.integers(0, 95), st.sampled_from(ZONES))
@settings(deadline=None)
def test_an_hour_begins_at_most_three_quarters_before_and_shows_one_wall_hour(
    day: date, quarter: int, name: str
) -> None:
    zone = ZoneInfo(name)
    at = to_ms(day_start(day, UTC)) + quarter * BUCKET_MS
    start = hour_start(at, zone)
    assert (at - start) // BUCKET_MS in range(4)
    assert hour_start(start, zone) == start
    assert datetime.fromtimestamp(start // 1000, zone).hour == datetime.fromtimestamp(at // 1000, zone).hour


# Weeks, months, spans


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2026-11-15", "2026-11-09", "2026-11-15"),
        ("2026-11-16", "2026-11-16", "2026-11-22"),
        ("2026-11-22", "2026-11-16", "2026-11-22"),
        ("2025-12-31", "2025-12-29", "2026-01-04"),
        ("2026-12-28", "2026-12-28", "2027-01-03"),
        ("2027-01-03", "2026-12-28", "2027-01-03"),
        ("2027-01-04", "2027-01-04", "2027-01-10"),
    ],
)
def test_a_week_runs_from_monday_to_sunday_also_over_the_turn_of_a_year(
    day: str, first: str, last: str
) -> None:
    week = iso_week(date.fromisoformat(day), ZoneInfo("Asia/Shanghai"), "Asia/Shanghai")
    assert week == days(first, last, "Asia/Shanghai")
    assert week.days == 7


def test_the_days_of_week_53_are_one_week() -> None:
    week = iso_week(date(2027, 1, 1), UTC, "UTC")
    assert {part.first.isocalendar()[:2] for part in week.split()} == {(2026, 53)}


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        ("2026-01-01", "2026-01-01", "2026-01-31"),
        ("2026-01-31", "2026-01-01", "2026-01-31"),
        ("2026-02-28", "2026-02-01", "2026-02-28"),
        ("2028-02-29", "2028-02-01", "2028-02-29"),
        ("2026-04-30", "2026-04-01", "2026-04-30"),
        ("2026-12-31", "2026-12-01", "2026-12-31"),
    ],
)
def test_a_month_runs_from_its_first_to_its_last_day(day: str, first: str, last: str) -> None:
    month = calendar_month(date.fromisoformat(day), ZoneInfo("Asia/Shanghai"), "Asia/Shanghai")
    assert month == days(first, last, "Asia/Shanghai")


@given(DAYS, st.integers(1, 60), st.sampled_from(ZONES))
@settings(deadline=None)
def test_the_days_of_a_period_touch_and_add_up_to_it(first: date, count: int, name: str) -> None:
    zone = ZoneInfo(name)
    period = Period(first, first + timedelta(days=count - 1), zone, name)
    parts = period.split()
    assert [(part.first, part.last, part.zone, part.zone_name) for part in parts] == [
        (first + timedelta(days=n), first + timedelta(days=n), zone, name) for n in range(count)
    ]
    assert [part.end_ms for part in parts[:-1]] == [part.start_ms for part in parts[1:]]
    assert sum(part.end_ms - part.start_ms for part in parts) == period.end_ms - period.start_ms
    assert period.days == count


def test_the_days_before_a_period_end_where_it_begins() -> None:
    period = days("2026-11-16", "2026-11-22", "America/New_York")
    before = period.before(15)
    assert before == days("2026-11-01", "2026-11-15", "America/New_York")
    assert (before.days, before.end_ms) == (15, period.start_ms)


# The clock


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-22T23:05:00+08:00", datetime(2026, 11, 22, 15, 5, tzinfo=UTC)),
        ("2026-11-22T23:05:00Z", datetime(2026, 11, 22, 23, 5, tzinfo=UTC)),
        ("20261122T230500-0330", datetime(2026, 11, 23, 2, 35, tzinfo=UTC)),
        ("1970-01-01T00:00:00+14:00", datetime(1969, 12, 31, 10, tzinfo=UTC)),
        ("9998-12-31T23:59:59-12:00", datetime(9999, 1, 1, 11, 59, 59, tzinfo=UTC)),
    ],
)
def test_the_clock_can_be_set_to_an_instant(text: str, expected: datetime) -> None:
    clock = Clock.read({"TOKEN_TRACKER_NOW": text})
    assert clock == Clock(expected)
    assert clock.now.tzinfo is UTC
    assert clock.now_ms == to_ms(expected)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-22", "2026-11-22T23:05:00", "now", "1763853900", " ",
        "1969-12-31T23:59:59Z", "9999-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00",
    ],
)  # fmt: skip
def test_a_moment_that_is_naive_or_impossible_is_refused(text: str) -> None:
    with pytest.raises(CommandLineError) as caught:
        Clock.read({"TOKEN_TRACKER_NOW": text})
    assert (caught.value.code, caught.value.facts) == ("now_invalid", {"given": text})


@pytest.mark.parametrize("environ", [{}, {"TOKEN_TRACKER_NOW": ""}])
def test_without_a_set_moment_the_clock_is_the_systems_in_utc(environ: dict[str, str]) -> None:
    moment = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
    with time_machine.travel(moment, tick=False):
        clock = Clock.read(environ)
    assert clock == Clock(moment)
    assert clock.now.tzinfo is UTC


# Zones


def test_a_zone_is_found_by_its_name() -> None:
    assert find_zone("Asia/Shanghai") == Zone(ZoneInfo("Asia/Shanghai"), "Asia/Shanghai", known=True)


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "Asia", "Mars/Olympus", "Asia/Shanghai\0", "\ud800", "x" * 5000, "CST-8",
        "../../etc/passwd", "/etc/passwd", "Asia/../Asia/Shanghai", "zone.tab", "/usr/share/zoneinfo/UTC",
    ],
)  # fmt: skip
def test_a_name_that_is_no_zone_is_refused_wherever_it_points(name: str) -> None:
    with pytest.raises(CommandLineError) as caught:
        find_zone(name)
    assert (caught.value.code, caught.value.facts) == ("zone_unknown", {"given": name})


@pytest.mark.parametrize("value", ["Asia/Shanghai", ":Asia/Shanghai"])
def test_the_variable_tz_names_the_zone(value: str, tmp_path: Path) -> None:
    localtime = linked(tmp_path, "Europe/Berlin")
    assert system_zone({"TZ": value}, localtime) == Zone(ZoneInfo("Asia/Shanghai"), "Asia/Shanghai")


@pytest.mark.parametrize("rule", ["XXX-5:07", "XXX5:00:30", "XXX5YYY4:07,M3.2.0,M11.1.0"])
def test_a_rule_whose_days_begin_inside_a_quarter_hour_is_not_known(rule: str, tmp_path: Path) -> None:
    assert system_zone({"TZ": rule}, linked(tmp_path, "Europe/Berlin")) == Zone(UTC, "UTC", known=False)


@pytest.mark.parametrize(
    ("rule", "july", "december"),
    [
        ("CST-8", "2026-07-01T00:00:00+08:00", "2026-12-01T00:00:00+08:00"),
        ("<+0530>-5:30", "2026-07-01T00:00:00+05:30", "2026-12-01T00:00:00+05:30"),
        ("EST5EDT,M3.2.0,M11.1.0", "2026-07-01T00:00:00-04:00", "2026-12-01T00:00:00-05:00"),
        ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2026-07-01T00:00:00+10:00", "2026-12-01T00:00:00+11:00"),
    ],
)
@pytest.mark.parametrize("colon", ["", ":"])
def test_the_variable_tz_may_be_a_posix_rule(
    rule: str, july: str, december: str, colon: str, tmp_path: Path
) -> None:
    zone = system_zone({"TZ": colon + rule}, linked(tmp_path, "Europe/Berlin"))
    assert (zone.name, zone.known) == (rule, True)
    assert [day_start(date(2026, month, 1), zone.zone).isoformat() for month in (7, 12)] == [july, december]


@pytest.mark.parametrize(
    "value", ["Mars/Olympus", "../../etc/passwd", "junk", "中国", "\udcff", "EST5EDT,J1"]
)
def test_a_variable_tz_that_means_nothing_leaves_utc_marked_as_not_known(value: str, tmp_path: Path) -> None:
    assert system_zone({"TZ": value}, linked(tmp_path, "Europe/Berlin")) == UNKNOWN


def test_the_variable_tz_may_be_the_path_of_a_zone_file(tmp_path: Path) -> None:
    path = linked(tmp_path, "Asia/Shanghai")
    assert [system_zone({"TZ": prefix + path}, "/nowhere") for prefix in ("", ":")] == [
        Zone(ZoneInfo("Asia/Shanghai"), "Asia/Shanghai")
    ] * 2


@pytest.mark.parametrize("environ", [{}, {"TZ": ""}, {"TZ": ":"}])
@pytest.mark.parametrize(
    "folder", ["usr/share/zoneinfo", "usr/share/zoneinfo/posix", "opt/zoneinfo/share/zoneinfo"]
)
def test_without_tz_the_link_of_the_system_names_the_zone(
    environ: dict[str, str], folder: str, tmp_path: Path
) -> None:
    target = tmp_path / folder / "Asia" / "Shanghai"
    localtime = tmp_path / "localtime"
    localtime.symlink_to(target)
    assert system_zone(environ, str(localtime)) == Zone(ZoneInfo("Asia/Shanghai"), "Asia/Shanghai")


def test_a_copied_zone_file_is_read_with_its_changes_of_clock(tmp_path: Path) -> None:
    localtime = tmp_path / "localtime"
    localtime.write_bytes(zone_file("America/New_York"))
    zone = system_zone({}, str(localtime))
    assert (zone.name, zone.known) == ("localtime", True)
    assert [day_start(date(2026, month, 1), zone.zone).isoformat() for month in (7, 12)] == [
        "2026-07-01T00:00:00-04:00", "2026-12-01T00:00:00-05:00",
    ]  # fmt: skip


def test_a_link_to_a_zone_of_no_known_name_is_read_as_a_file(tmp_path: Path) -> None:
    target = tmp_path / "zoneinfo" / "Company" / "Office"
    target.parent.mkdir(parents=True)
    target.write_bytes(zone_file("America/New_York"))
    localtime = tmp_path / "localtime"
    localtime.symlink_to(target)
    zone = system_zone({}, str(localtime))
    assert (zone.name, day_start(date(2026, 7, 1), zone.zone).isoformat()) == (
        "localtime", "2026-07-01T00:00:00-04:00",
    )  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"TZif", b"TZif2" + bytes(20), b"root:x:0:0\n", b"\x00" * 100])
def test_a_file_that_is_no_zone_leaves_utc_marked_as_not_known(content: bytes, tmp_path: Path) -> None:
    localtime = tmp_path / "localtime"
    localtime.write_bytes(content)
    assert system_zone({}, str(localtime)) == UNKNOWN


def test_a_missing_a_broken_and_a_circular_link_leave_utc_marked_as_not_known(tmp_path: Path) -> None:
    (tmp_path / "broken").symlink_to(tmp_path / "gone")
    (tmp_path / "circle").symlink_to(tmp_path / "circle")
    places = [tmp_path / name for name in ("missing", "broken", "circle")] + [tmp_path]
    assert [system_zone({}, str(place)) for place in places] == [UNKNOWN] * 4


def linked(folder: Path, zone: str) -> str:
    """Give a link such as /etc/localtime; where it leads does not have to exist."""
    link = folder / "localtime-link"
    link.symlink_to(f"/usr/share/zoneinfo/{zone}")
    return str(link)


def zone_file(name: str) -> bytes:
    """Give the compiled file of a zone, from the package `tzdata`."""
    return files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()

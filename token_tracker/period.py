"""Time as people count it: local days, ISO weeks, months, and the clock that tells now.

Everything is half-open and knows its zone; a day has 23, 24 or 25 hours as its zone
decides. Words for dates ("yesterday", "昨天") live in `cli/dates.py`.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from collections.abc import Mapping
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import tzinfo
from io import BytesIO
from typing import NamedTuple
from zoneinfo import ZoneInfo
from zoneinfo import ZoneInfoNotFoundError

from token_tracker.errors import CommandLineError

BUCKET_MS = 15 * 60 * 1000
"""Every zone offset since 1972 is a multiple of a quarter hour: these regroup into any local day."""

DAY_MS = 24 * 60 * 60 * 1000

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)

# A compiled zone (RFC 8536) that has one type of time and no changes: what follows it rules.
_NO_CHANGES = b"TZif2" + bytes(31) + struct.pack(">2L", 1, 4) + bytes(6) + b"UTC\0"


class Period(NamedTuple):
    """Whole local days, `first` to `last` inclusive, in one zone.

    `zone_name` is what the answer prints: an IANA name where the zone has one.
    """

    first: date
    last: date
    zone: tzinfo
    zone_name: str

    @property
    def start(self) -> datetime:
        """The local instant at which the first day begins (inclusive)."""
        return day_start(self.first, self.zone)

    @property
    def end(self) -> datetime:
        """The local instant at which the day after the last begins (exclusive)."""
        return day_start(self.last + timedelta(days=1), self.zone)

    @property
    def start_ms(self) -> int:
        """`start` in UTC milliseconds."""
        return to_ms(self.start)

    @property
    def end_ms(self) -> int:
        """`end` in UTC milliseconds."""
        return to_ms(self.end)

    @property
    def days(self) -> int:
        """How many calendar days it spans.

        >>> Period(date(2026, 11, 16), date(2026, 11, 22), UTC, "UTC").days
        7
        """
        return (self.last - self.first).days + 1

    def before(self, days: int) -> Period:
        """The `days` calendar days that end where this period begins."""
        return self._replace(first=self.first - timedelta(days=days), last=self.first - timedelta(days=1))

    def split(self) -> list[Period]:
        """One period for each of its days."""
        days = (self.first + timedelta(days=n) for n in range(self.days))
        return [self._replace(first=day, last=day) for day in days]


def day_start(day: date, zone: tzinfo) -> datetime:
    """Give the first instant of a local day, also where midnight does not exist.

    In Beirut and Cairo the clocks skip 00:00 on one day a year: that day begins at 01:00.

    >>> day_start(date(2026, 3, 29), ZoneInfo("Asia/Beirut")).isoformat()
    '2026-03-29T01:00:00+03:00'
    """
    naive = datetime(day.year, day.month, day.day, tzinfo=zone)
    # Through UTC and back: a skipped wall time comes back as the instant after the gap.
    return naive.astimezone(UTC).astimezone(zone)


def local_moment(at_ms: int, zone: tzinfo) -> datetime:
    """Turn UTC milliseconds into a local moment, in whole seconds."""
    return datetime.fromtimestamp(at_ms // 1000, zone)


def day_of(at_ms: int, zone: tzinfo) -> date:
    """Give the local day that holds a UTC instant in milliseconds."""
    return local_moment(at_ms, zone).date()


def hour_start(quarter_ms: int, zone: tzinfo) -> int:
    """Give where the local hour that holds a quarter hour begins, both in UTC milliseconds.

    Where the clocks change inside an hour, as in Chatham at 02:45, what comes after the
    change is an hour of its own, shorter than others.

    >>> chatham = ZoneInfo("Pacific/Chatham")
    >>> start = hour_start(to_ms(datetime(2026, 9, 27, 3, 45, tzinfo=chatham)), chatham)
    >>> datetime.fromtimestamp(start // 1000, chatham).isoformat()
    '2026-09-27T03:45:00+13:45'
    """
    local = datetime.fromtimestamp(quarter_ms // 1000, zone)
    start_ms = quarter_ms
    for _ in range(local.minute // 15):
        earlier = datetime.fromtimestamp((start_ms - BUCKET_MS) // 1000, zone)
        if earlier.utcoffset() != local.utcoffset():
            break
        start_ms -= BUCKET_MS
    return start_ms


def to_ms(moment: datetime) -> int:
    """Give an aware moment in whole UTC milliseconds, rounded down."""
    return (moment - EPOCH) // MILLISECOND


def local_day(day: date, zone: tzinfo, zone_name: str) -> Period:
    """Give a day as a period."""
    return Period(day, day, zone, zone_name)


def iso_week(day: date, zone: tzinfo, zone_name: str) -> Period:
    """Give the ISO week, Monday first, that holds a day."""
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6), zone, zone_name)


def calendar_month(day: date, zone: tzinfo, zone_name: str) -> Period:
    """Give the calendar month that holds a day."""
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return Period(first, following - timedelta(days=1), zone, zone_name)


HOLDERS: Mapping[str, Callable[[date, tzinfo, str], Period]] = {
    "day": local_day,
    "week": iso_week,
    "month": calendar_month,
}
"""What gives the whole day, week or month that holds a day."""


class Clock(NamedTuple):
    """The moment of this run: read once, so that one answer has one now."""

    now: datetime

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Clock:
        """Read `TOKEN_TRACKER_NOW`, an ISO instant with offset, else the system's clock.

        Raises:
            CommandLineError: `TOKEN_TRACKER_NOW` is not an instant with an offset, or not in
                the years 1970 to 9998.
        """
        text = environ.get("TOKEN_TRACKER_NOW")
        if not text:
            return cls(datetime.now(UTC))
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise CommandLineError("now_invalid", given=text) from None
        if moment.tzinfo is None or not 1970 <= moment.year < 9999:
            raise CommandLineError("now_invalid", given=text)
        return cls(moment.astimezone(UTC))

    @property
    def now_ms(self) -> int:
        """Now in UTC milliseconds."""
        return to_ms(self.now)

    @property
    def latest_ms(self) -> int:
        """A day from now, in UTC milliseconds: what is dated later is in no report."""
        return self.now_ms + DAY_MS


class Zone(NamedTuple):
    """A time zone with the name that the answer prints; `known` is False for a fallback."""

    zone: tzinfo
    name: str
    known: bool = True


def find_zone(name: str) -> Zone:
    """Look up an IANA zone.

    Raises:
        CommandLineError: no such zone.
    """
    try:
        return Zone(ZoneInfo(name), name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise CommandLineError("zone_unknown", given=name) from None


def system_zone(environ: Mapping[str, str], localtime: str = "/etc/localtime") -> Zone:
    """Give the zone of `TZ`, else the system's, else UTC marked as not known.

    `TZ` may be a name, the path of a zone file, or a rule of POSIX such as "CST-8".
    """
    chosen = environ.get("TZ", "").removeprefix(":")
    if chosen and not os.path.isabs(chosen):
        found = zone_named(chosen) or _zone_of_rule(chosen)
    else:
        found = _zone_of_file(chosen or localtime)
    return found or Zone(UTC, "UTC", known=False)


def zone_named(name: str) -> Zone | None:
    """Look up an IANA zone; None where there is no such zone."""
    try:
        return find_zone(name)
    except CommandLineError:
        return None


def _zone_of_rule(rule: str) -> Zone | None:
    """Let `zoneinfo` read a POSIX rule, which it knows as the last line of a zone file.

    A rule whose days do not begin at a quarter hour is none of a place on Earth: no day of
    it could be added up.
    """
    try:
        file = BytesIO(_NO_CHANGES * 2 + f"\n{rule}\n".encode())
        zone = ZoneInfo.from_file(file)
    except ValueError:
        return None
    starts = (to_ms(datetime(2026, month, 1, tzinfo=zone)) for month in range(1, 13))
    return None if any(start % BUCKET_MS for start in starts) else Zone(zone, rule)


def _zone_of_file(path: str) -> Zone | None:
    """Name the zone that a link leads to; a copy of a zone file is read without its name."""
    _, _, name = os.path.realpath(path).rpartition("/zoneinfo/")
    if named := zone_named(name.removeprefix("posix/")):
        return named
    try:
        with open(path, "rb") as file:
            return Zone(ZoneInfo.from_file(file), "localtime")
    except (OSError, ValueError, struct.error):
        return None

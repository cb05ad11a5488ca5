"""Time as people count it: local days, ISO weeks, months, and the clock that tells now.

Everything is half-open and knows its zone; a day has 23, 24 or 25 hours as its zone
decides. Words for dates ("yesterday", "昨天") live in `cli/dates.py`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo
from zoneinfo import ZoneInfoNotFoundError

from token_tracker.errors import CommandLineError

BUCKET_MS = 15 * 60 * 1000
"""Every zone offset since 1972 is a multiple of a quarter hour, so quarter hours regroup into any local day."""


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


def day_of(at_ms: int, zone: tzinfo) -> date:
    """Give the local day that holds a UTC instant in milliseconds."""
    return datetime.fromtimestamp(at_ms // 1000, zone).date()


def to_ms(moment: datetime) -> int:
    """Give an aware moment in UTC milliseconds, exactly."""
    delta = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * 1000 + delta.microseconds // 1000


def iso_week(day: date, zone: tzinfo, zone_name: str) -> Period:
    """Give the ISO week, Monday first, that holds a day."""
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6), zone, zone_name)


def calendar_month(day: date, zone: tzinfo, zone_name: str) -> Period:
    """Give the calendar month that holds a day."""
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    return Period(first, following - timedelta(days=1), zone, zone_name)


class Clock(NamedTuple):
    """The moment of this run: read once, so that one answer has one now."""

    now: datetime

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Clock:
        """Read `TOKEN_TRACKER_NOW`, an ISO instant with offset, else the system's clock.

        Raises:
            CommandLineError: `TOKEN_TRACKER_NOW` is not an instant with an offset.
        """
        text = environ.get("TOKEN_TRACKER_NOW")
        if not text:
            return cls(datetime.now(UTC))
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise CommandLineError("now_invalid", given=text) from None
        if moment.tzinfo is None:
            raise CommandLineError("now_invalid", given=text)
        return cls(moment.astimezone(UTC))

    @property
    def now_ms(self) -> int:
        """Now in UTC milliseconds."""
        return to_ms(self.now)


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
    """Give the zone of `TZ`, else the system's, else UTC marked as not known."""
    if text := environ.get("TZ", "").removeprefix(":"):
        try:
            return find_zone(text)
        except CommandLineError:
            return Zone(UTC, "UTC", known=False)
    target = os.path.realpath(localtime)
    name = target.partition("zoneinfo/")[2].removeprefix("posix/")
    if name:
        try:
            return find_zone(name)
        except CommandLineError:
            pass
    local = datetime.now().astimezone().tzinfo
    if os.path.exists(localtime) and local is not None:
        return Zone(local, local.tzname(None) or "local")
    return Zone(UTC, "UTC", known=False)

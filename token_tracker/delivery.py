"""What a session start is due, decided from the clock and from what was delivered before.

Nothing here reads a file or a clock: `delivery_state.py` keeps what was delivered.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import tzinfo
from typing import Final
from typing import NamedTuple
from typing import TypeVar

LEASE: Final = timedelta(minutes=10)
"""How long a claim holds that nobody acknowledges."""

SLACK: Final = timedelta(minutes=1)
"""How far a clock may be set back, as clocks of computers are, without freeing a lease."""

KEPT_DAYS: Final = 400
LEAST_KEPT: Final = 100
"""How many deliveries of a kind are kept however old.

A clock that once ran years ahead must not make us forget.
"""

ALERT: Final = "alert"
LAST_YEAR: Final = 9999
_GAPS_END_AT: Final = timedelta(minutes=15)
_FORMS: Final = {"daily": "%Y-%m-%d", "weekly": "%G-W%V", "monthly": "%Y-%m"}
_DAYS: Final = {"daily": "", "weekly": "-1", "monthly": "-01"}

Entry = Mapping[str, object]
"""What is kept of one id: its state and moment, who claimed it, and today its text."""

Kept = TypeVar("Kept", bound=Entry)


class Item(NamedTuple):
    """One text for a new session, delivered once.

    `id`: such as `daily:2026-10-05`. `kind`: "daily-report", "weekly-report",
    "monthly-report", "budget-alert", or "set-up" where the program was never set up. `name`: a
    title without anything from a log, fit for a file name. `content`: what is shown, in `lang`.
    """

    id: str
    kind: str
    name: str
    content: str
    lang: str


class Report(NamedTuple):
    """A report that may go out: "daily", "weekly" or "monthly", with its first day."""

    kind: str
    first: date

    @property
    def id(self) -> str:
        """The id under which it is delivered, once in any zone.

        >>> Report("weekly", date(2026, 12, 28)).id, Report("monthly", date(2026, 9, 1)).id
        ('weekly:2026-W53', 'monthly:2026-09')
        """
        return f"{self.kind}:{self.first.strftime(_FORMS[self.kind])}"


def report_of(report_id: str) -> Report | None:
    """Read an id back; None for what is no report's.

    >>> report_of("weekly:2026-W53"), report_of("alert:daily:warning:2026-10-05")
    (Report(kind='weekly', first=datetime.date(2026, 12, 28)), None)
    """
    kind, _, name = report_id.partition(":")
    if kind not in _FORMS:
        return None
    try:
        return Report(kind, date.fromisoformat(name + _DAYS[kind]))
    except ValueError:
        return None


def reports_at(now: datetime, report_hour: int) -> list[Report]:
    """Give the reports that a local moment calls for, whether they went out or not.

    The day's from `report_hour` on, before that yesterday's; last week's; last month's.

    >>> [one.id for one in reports_at(datetime(2026, 10, 5, 22, 59, tzinfo=UTC), 23)]
    ['daily:2026-10-04', 'weekly:2026-W40', 'monthly:2026-09']
    >>> reports_at(datetime(2026, 10, 5, 23, 0, tzinfo=UTC), 23)[0].id
    'daily:2026-10-05'
    """
    today = now.date()
    return [
        Report("daily", today if now.hour >= report_hour else today - timedelta(days=1)),
        Report("weekly", today - timedelta(days=today.weekday() + 7)),
        Report("monthly", (today.replace(day=1) - timedelta(days=1)).replace(day=1)),
    ]


def is_taken(entry: Entry | None, now: datetime, is_held: bool) -> bool:
    """Say whether an id went out, or is on its way.

    `is_held`: whoever claimed it is still there. A period that was missed or empty is taken
    by nobody: it goes out after all when the clock comes back, or its usage comes late.
    """
    if entry is None:
        return False
    state = entry.get("state")
    return state == "delivered" or (state == "claimed" and is_held and is_leased(entry, now))


def is_leased(entry: Entry, now: datetime) -> bool:
    """Say whether the lease of a claim runs; one that ends too far ahead is of a clock that was wrong."""
    until = moment_of(entry.get("lease_until"))
    return until is not None and now < until <= now + LEASE + SLACK


def missed_before(due: Report, known: Collection[str]) -> list[Report]:
    """Give the older reports of its kind that never went out, since the newest that is known.

    >>> [one.id for one in missed_before(Report("daily", date(2026, 10, 5)), ["daily:2026-10-02"])]
    ['daily:2026-10-03', 'daily:2026-10-04']
    """
    earlier = [
        one.first
        for one in map(report_of, (name for name in known if name.startswith(f"{due.kind}:")))
        if one is not None and one.first < due.first
    ]
    if not earlier:
        return []
    last = max(*earlier, due.first - timedelta(days=KEPT_DAYS))
    found = []
    following = _after(Report(due.kind, last))
    while following.first < due.first:
        found.append(following)
        following = _after(following)
    return found


def next_change(now: datetime, report_hour: int) -> datetime:
    """Give the moment from which on other reports may be due, in UTC.

    It is the next local midnight or report hour, whichever is first; where the clocks skip
    it, the moment after the gap.

    >>> next_change(datetime(2026, 10, 5, 12, 30, tzinfo=UTC), 23).isoformat()
    '2026-10-05T23:00:00+00:00'
    """
    zone = now.tzinfo
    today = now.date()
    hours = [
        _instant(today + timedelta(days=ahead), hour, zone) for ahead in (0, 1) for hour in (0, report_hour)
    ]
    return min(one for one in hours if one > now)


def pruned(entries: Mapping[str, Kept], today: date) -> dict[str, Kept]:
    """Leave out what is older than 400 days, but none of the newest hundred of a kind that went out."""
    delivered: dict[str, list[str]] = {}
    for name, entry in entries.items():
        if entry.get("state") == "delivered":
            delivered.setdefault(name.partition(":")[0], []).append(name)
    newest = {
        name
        for names in delivered.values()
        for name in sorted(names, key=_day_of_id, reverse=True)[:LEAST_KEPT]
    }
    oldest = (today - timedelta(days=KEPT_DAYS)).isoformat()
    return {name: one for name, one in entries.items() if name in newest or _day_of_id(name) >= oldest}


def moment_of(text: object) -> datetime | None:
    """Read an ISO instant with an offset; None for anything else.

    Nothing happened in the first or last year that Python knows: another zone has no date for it.
    """
    if not isinstance(text, str):
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None and 1 < moment.year < LAST_YEAR else None


def _after(report: Report) -> Report:
    if report.kind == "monthly":
        return Report("monthly", (report.first + timedelta(days=31)).replace(day=1))
    return Report(report.kind, report.first + timedelta(days=1 if report.kind == "daily" else 7))


def _instant(day: date, hour: int, zone: tzinfo | None) -> datetime:
    """Give when a local hour begins, in UTC; where the clocks skip it, when the gap ends."""
    local = datetime(day.year, day.month, day.day, hour, tzinfo=zone)
    while (moment := local.astimezone(UTC)).astimezone(zone).replace(fold=0) != local:
        local += _GAPS_END_AT  # on the clock's face; in Chatham a gap ends at 3:45
    return moment


def _day_of_id(name: str) -> str:
    """Give the first day that an id is about, as text; alerts end in theirs."""
    report = report_of(name)
    return report.first.isoformat() if report else name.rpartition(":")[2]

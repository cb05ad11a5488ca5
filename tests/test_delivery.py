"""What is due at a moment, what was missed, and what is forgotten: decided without a clock or a file."""

from __future__ import annotations

from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from token_tracker.delivery import LEAST_KEPT
from token_tracker.delivery import Report
from token_tracker.delivery import is_taken
from token_tracker.delivery import missed_before
from token_tracker.delivery import next_change
from token_tracker.delivery import pruned
from token_tracker.delivery import reports_at

NOW = datetime(2026, 10, 5, 12, 0, tzinfo=UTC)
CLAIMED = {"state": "claimed", "lease_until": "2026-10-05T12:05:00Z"}


@pytest.mark.parametrize(
    ("moment", "hour", "day"),
    [
        ("2026-10-05T22:59:59+00:00", 23, "daily:2026-10-04"),
        ("2026-10-05T23:00:00+00:00", 23, "daily:2026-10-05"),
        ("2026-10-06T00:00:00+00:00", 23, "daily:2026-10-05"),
        ("2026-10-05T00:00:00+00:00", 0, "daily:2026-10-05"),
    ],
)
def test_the_report_is_of_today_from_the_hour_on_and_of_yesterday_before(
    moment: str, hour: int, day: str
) -> None:
    assert reports_at(datetime.fromisoformat(moment), hour)[0].id == day


@pytest.mark.parametrize(
    ("moment", "ids"),
    [
        ("2027-01-03T12:00:00+00:00", ["weekly:2026-W52", "monthly:2026-12"]),
        ("2027-01-04T00:00:00+00:00", ["weekly:2026-W53", "monthly:2026-12"]),
        ("2026-02-28T23:59:59+00:00", ["weekly:2026-W08", "monthly:2026-01"]),
        ("2026-03-01T00:00:00+00:00", ["weekly:2026-W08", "monthly:2026-02"]),
    ],
)
def test_last_week_and_last_month_are_those_of_the_calendar(moment: str, ids: list[str]) -> None:
    assert [one.id for one in reports_at(datetime.fromisoformat(moment), 23)[1:]] == ids


@pytest.mark.parametrize(
    ("entry", "is_held", "taken"),
    [
        (None, True, False),
        ({"state": "delivered"}, False, True),
        ({"state": "missed"}, True, False),
        ({"state": "empty"}, True, False),
        (CLAIMED, True, True),
        (CLAIMED, False, False),
        ({**CLAIMED, "lease_until": "2026-10-05T12:00:00Z"}, True, False),
        ({**CLAIMED, "lease_until": "2026-10-05T12:10:30Z"}, True, True),
        ({**CLAIMED, "lease_until": "2027-10-05T12:00:00Z"}, True, False),
        ({**CLAIMED, "lease_until": None}, True, False),
    ],
    ids=[
        "unknown",
        "delivered",
        "missed",
        "empty",
        "claimed",
        "dead",
        "expired",
        "a little ahead",
        "of a wrong clock",
        "bare",
    ],
)
def test_an_id_is_taken_when_it_went_out_or_somebody_holds_it(
    entry: dict[str, object] | None, is_held: bool, taken: bool
) -> None:
    assert is_taken(entry, NOW, is_held) is taken


def test_what_lies_between_the_last_report_and_this_one_was_missed() -> None:
    known = ["daily:2026-10-02", "weekly:2026-W39", "monthly:2026-06", "alert:daily:warning:2026-10-04"]

    assert [[one.id for one in missed_before(due, known)] for due in reports_at(NOW, 23)] == [
        ["daily:2026-10-03"],
        [],
        ["monthly:2026-07", "monthly:2026-08"],
    ]


def test_at_first_nothing_was_missed() -> None:
    assert missed_before(Report("daily", date(2026, 10, 5)), []) == []


def test_no_more_than_400_days_are_called_missed_after_a_clock_was_wrong() -> None:
    assert len(missed_before(Report("daily", date(2030, 1, 1)), ["daily:2026-10-02"])) == 399


def test_the_newest_deliveries_are_kept_however_far_the_clock_ran_ahead() -> None:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(300)]
    entries = {f"daily:{day}": {"state": "delivered"} for day in days}
    entries["daily:2026-12-31"] = {"state": "missed"}

    kept = pruned(entries, date(2036, 1, 1))

    assert list(kept) == [f"daily:{day}" for day in days[-LEAST_KEPT:]]
    assert pruned(entries, date(2026, 12, 31)) == entries


def test_many_alerts_do_not_make_us_forget_a_monthly_report_while_the_clock_runs_ahead() -> None:
    days = [date(2026, 10, 1) + timedelta(days=n) for n in range(31)]
    alerts = {f"alert:budget-{n}:warning:{day}": {"state": "delivered"} for day in days for n in range(9)}
    entries = {"monthly:2026-09": {"state": "delivered"}, **alerts}

    assert "monthly:2026-09" in pruned(entries, date(2027, 10, 31))


@pytest.mark.parametrize(
    ("zone", "local", "hour", "change"),
    [
        ("Asia/Shanghai", "2026-10-05T12:00", 23, "2026-10-05T15:00:00+00:00"),
        ("Asia/Shanghai", "2026-10-05T23:30", 23, "2026-10-05T16:00:00+00:00"),
        ("Asia/Shanghai", "2026-10-05T23:00", 23, "2026-10-05T16:00:00+00:00"),
        ("America/New_York", "2026-03-08T01:30", 2, "2026-03-08T07:00:00+00:00"),
        ("America/New_York", "2026-11-01T00:30", 1, "2026-11-01T05:00:00+00:00"),
        ("Asia/Beirut", "2026-03-28T23:30", 0, "2026-03-28T22:00:00+00:00"),
        ("Pacific/Chatham", "2026-09-27T02:30", 3, "2026-09-26T14:00:00+00:00"),
    ],
)
def test_the_next_change_is_midnight_or_the_report_hour_whatever_the_clocks_do(
    zone: str, local: str, hour: int, change: str
) -> None:
    now = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))

    assert next_change(now, hour).isoformat() == change

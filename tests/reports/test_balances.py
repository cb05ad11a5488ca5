"""What is left and for how long, decided from snapshots alone."""

from __future__ import annotations

from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from token_tracker.errors import CredentialError
from token_tracker.errors import NetworkError
from token_tracker.errors import TrackerError
from token_tracker.ledger.bills import StoredBalance
from token_tracker.ledger.inferred import Change
from token_tracker.ledger.inferred import change_between
from token_tracker.model import Balance
from token_tracker.period import to_ms
from token_tracker.reports.balances import BalanceOfDay
from token_tracker.reports.balances import Balances
from token_tracker.reports.balances import CurrencyBalance
from token_tracker.reports.balances import NotTold
from token_tracker.reports.balances import Pace
from token_tracker.reports.balances import ProviderBalance
from token_tracker.reports.balances import State
from token_tracker.reports.balances import currency_balances
from token_tracker.reports.balances import history_of
from token_tracker.reports.balances import last_known
from token_tracker.reports.balances import pace_of

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOW_MS = to_ms(NOW)
DAY = timedelta(days=1)
MS = timedelta(milliseconds=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")


def told(before: timedelta, total: str, currency: str = "USD") -> StoredBalance:
    """Give what was left some time before now."""
    return StoredBalance("vendor", "", to_ms(NOW) - before // MS, Balance(currency, Decimal(total)))


def only(balance: Balance, *snapshots: StoredBalance, is_current: bool = True) -> CurrencyBalance:
    [found] = currency_balances([balance], snapshots, NOW_MS, UTC, is_current=is_current)
    return found


# How fast it falls


def test_the_pace_is_what_left_between_the_first_and_the_last_snapshot() -> None:
    snapshots = [told(4 * DAY, "20"), told(2 * DAY, "17"), told(timedelta(0), "14")]

    assert pace_of(snapshots, NOW_MS) == Pace(
        Decimal("1.5").quantize(Decimal("1e-12")), NOW_MS - 4 * DAY // MS, NOW_MS, 3
    )


@pytest.mark.parametrize(("apart", "is_known"), [(DAY, True), (DAY - MS, False)])
def test_two_snapshots_have_to_be_a_day_apart(apart: timedelta, is_known: bool) -> None:
    assert (pace_of([told(apart, "20"), told(timedelta(0), "14")], NOW_MS) is not None) == is_known


@pytest.mark.parametrize(("ago", "snapshots"), [(7 * DAY, 3), (7 * DAY + MS, 2)])
def test_only_the_last_seven_days_count(ago: timedelta, snapshots: int) -> None:
    pace = pace_of([told(ago, "90"), told(3 * DAY, "20"), told(timedelta(0), "14")], NOW_MS)

    assert pace is not None
    assert pace.snapshots == snapshots


def test_what_was_paid_in_hides_nothing_that_was_spent() -> None:
    snapshots = [told(2 * DAY, "5"), told(DAY, "3"), told(DAY - MS, "103"), told(timedelta(0), "99")]

    pace = pace_of(snapshots, NOW_MS)

    assert pace is not None
    assert pace.per_day == (Decimal(2) + Decimal(4)) / 2


def test_a_snapshot_of_a_later_moment_is_not_looked_at() -> None:
    assert pace_of([told(DAY, "5"), told(-DAY, "3")], NOW_MS) is None


# How long it lasts


def test_a_balance_lasts_as_long_as_the_pace_allows() -> None:
    found = only(Balance("USD", Decimal(14)), told(3 * DAY, "20"), told(timedelta(0), "14"))

    assert (found.days_left, found.not_told, found.state) == (Decimal(7), None, State.OK)


@pytest.mark.parametrize(
    ("total", "is_usable", "before", "is_current", "reason"),
    [
        ("14", True, "14", True, NotTold.NOTHING_SPENT),
        ("14", False, "20", True, NotTold.NOT_USABLE),
        ("0", True, "20", True, NotTold.NOT_USABLE),
        ("-3", True, "20", True, NotTold.NOT_USABLE),
        ("14", True, "20", False, NotTold.NOT_CURRENT),
    ],
)
def test_how_long_a_balance_lasts_is_never_guessed(
    total: str, is_usable: bool, before: str, is_current: bool, reason: NotTold
) -> None:
    balance = Balance("USD", Decimal(total), (), is_usable)

    found = only(balance, told(2 * DAY, before), told(timedelta(0), total), is_current=is_current)

    assert (found.days_left, found.not_told) == (None, reason)


def test_a_first_balance_says_that_too_little_is_known() -> None:
    found = only(Balance("USD", Decimal(14)), told(timedelta(0), "14"))

    assert (found.pace, found.days_left, found.not_told) == (None, None, NotTold.TOO_FEW)


def test_a_currency_is_never_compared_with_another() -> None:
    snapshots = [
        told(2 * DAY, "80", "CNY"),
        told(2 * DAY, "6", "USD"),
        told(timedelta(0), "80", "CNY"),
        told(timedelta(0), "4", "USD"),
    ]

    yuan, dollars = currency_balances([snapshots[2].balance, snapshots[3].balance], snapshots, NOW_MS, UTC)

    assert (yuan.not_told, dollars.days_left) == (NotTold.NOTHING_SPENT, Decimal(4))
    assert [[row.total for row in one.history] for one in (yuan, dollars)] == [
        [Decimal(80), Decimal(80)],
        [Decimal(6), Decimal(4)],
    ]


# History


def test_the_history_has_the_last_snapshot_of_each_local_day_with_all_that_changed_in_between() -> None:
    # Midnight in Shanghai was 20 hours ago, in UTC 12 hours ago.
    snapshots = [
        told(timedelta(hours=hours), left)
        for hours, left in ((30, "10"), (21, "9"), (20, "8"), (14, "58"), (13, "57"))
    ]

    assert history_of(snapshots, NOW_MS, UTC) == [
        BalanceOfDay(date(2026, 11, 21), snapshots[4].at_ms, Decimal(57), None)
    ]
    assert history_of(snapshots, NOW_MS, SHANGHAI) == [
        BalanceOfDay(date(2026, 11, 21), snapshots[1].at_ms, Decimal(9), None),
        BalanceOfDay(date(2026, 11, 22), snapshots[4].at_ms, Decimal(57), Change(Decimal(2), Decimal(50))),
    ]


def test_fourteen_days_are_told_and_the_first_is_compared_with_an_older_one() -> None:
    snapshots = [told(14 * DAY, "30"), told(13 * DAY, "20"), told(timedelta(0), "20")]

    assert [(row.day, row.change) for row in history_of(snapshots, NOW_MS, UTC)] == [
        (date(2026, 11, 9), Change(Decimal(10), Decimal(0))),
        (date(2026, 11, 22), Change(Decimal(0), Decimal(0))),
    ]


def test_a_day_of_25_hours_is_one_row() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    now = datetime(2026, 10, 26, 12, tzinfo=UTC)
    start, end = (datetime(2026, 10, day, hour, 30, tzinfo=UTC) for day, hour in ((24, 22), (25, 22)))
    snapshots = [
        StoredBalance("vendor", "", to_ms(at), Balance("USD", Decimal(left)))
        for left, at in ((3, start), (2, end))
    ]

    assert [(row.day, row.total) for row in history_of(snapshots, to_ms(now), berlin)] == [
        (date(2026, 10, 25), Decimal(2))
    ]


def test_a_top_up_of_one_part_does_not_hide_what_another_lost() -> None:
    before = Balance("CNY", Decimal(10), (("granted", Decimal(4)), ("topped_up", Decimal(6))))
    after = Balance("CNY", Decimal(57), (("granted", Decimal(1)), ("topped_up", Decimal(56))))

    assert change_between(before, after) == Change(Decimal(3), Decimal(50))
    assert change_between(before._replace(parts=()), after) == Change(Decimal(0), Decimal(47))


# Several


def test_what_is_known_last_has_every_currency_of_that_moment() -> None:
    snapshots = [told(2 * DAY, "9", "EUR"), told(DAY, "80", "CNY"), told(DAY, "6", "USD")]

    assert last_known(snapshots) == (snapshots[1].at_ms, [snapshots[1].balance, snapshots[2].balance])
    assert last_known([]) == (None, [])


@pytest.mark.parametrize(
    ("errors", "exit_code"),
    [
        ([None, None], 0),
        ([NetworkError("no_network"), None], 5),
        ([NetworkError("no_network"), NetworkError("no_network")], 6),
        ([NetworkError("no_network"), CredentialError("key_refused")], 5),
    ],
)
def test_the_command_ends_as_its_only_kind_of_error_does(
    errors: list[TrackerError | None], exit_code: int
) -> None:
    report = Balances([ProviderBalance("vendor", "Vendor", [], [], [], None, error=one) for one in errors])

    assert report.exit_code == exit_code

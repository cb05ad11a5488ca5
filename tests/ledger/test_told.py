"""What reports have told: a change is named once, by the next report, and always by that one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from pathlib import Path

import pytest

from token_tracker.ledger.care import purge
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import open_copy
from token_tracker.ledger.told import Corrected
from token_tracker.ledger.told import note_told

from .postings import NOW
from .postings import opened

DAY_MS = 86_400_000
FIRST_MS = 1_791_158_400_000
"""2026-10-05 00:00 UTC."""

Costs = dict[int, dict[str, Decimal]]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(opened(tmp_path)) as ledger:
        yield ledger


def report(
    ledger: Ledger, day: int, costs: Costs, kind: str = "daily", look_back: int = 7
) -> list[Corrected]:
    """Tell what a day costs; `costs`: by the number of the day, as they are now."""
    start_ms = FIRST_MS + day * DAY_MS
    return note_told(
        ledger,
        f"{kind}:2026-10-{5 + day:02}",
        (start_ms, start_ms + DAY_MS),
        costs.get(day, {}),
        start_ms - look_back * DAY_MS,
        lambda start, _: costs.get((start - FIRST_MS) // DAY_MS, {}),
    )


def usd(amount: str) -> dict[str, Decimal]:
    return {"USD": Decimal(amount)}


def change(day: int, before: str, now: str, currency: str = "USD") -> Corrected:
    start_ms = FIRST_MS + day * DAY_MS
    return Corrected(
        f"daily:2026-10-{5 + day:02}", start_ms, start_ms + DAY_MS, currency, Decimal(before), Decimal(now)
    )


def test_what_did_not_change_is_not_named(ledger: Ledger) -> None:
    costs = {0: usd("5"), 1: usd("2")}

    assert report(ledger, 0, costs) == []
    assert report(ledger, 1, costs) == []


def test_the_next_report_names_what_came_late(ledger: Ledger) -> None:
    report(ledger, 0, {0: usd("5")})

    assert report(ledger, 1, {0: usd("5.40")}) == [change(0, "5", "5.40")]


def test_a_change_is_named_by_one_report_only_and_by_that_one_always(ledger: Ledger) -> None:
    costs = {0: usd("5.40")}
    report(ledger, 0, {0: usd("5")})

    assert report(ledger, 1, costs) == [change(0, "5", "5.40")]
    assert report(ledger, 1, costs) == [change(0, "5", "5.40")]
    assert report(ledger, 2, costs) == []


def test_a_later_change_is_against_what_was_named_last(ledger: Ledger) -> None:
    report(ledger, 0, {0: usd("5")})
    report(ledger, 1, {0: usd("5.40")})

    assert report(ledger, 2, {0: usd("4")}) == [change(0, "5.40", "4")]


def test_a_currency_that_comes_or_goes_is_a_change(ledger: Ledger) -> None:
    report(ledger, 0, {0: usd("5")})

    assert report(ledger, 1, {0: {"CNY": Decimal(8)}}) == [
        change(0, "0", "8", "CNY"),
        change(0, "5", "0"),
    ]


def test_what_shows_as_nothing_waits_until_there_is_more_of_it(ledger: Ledger) -> None:
    report(ledger, 0, {0: usd("5")})

    assert report(ledger, 1, {0: usd("5.004")}) == []
    assert report(ledger, 2, {0: usd("5.008")}) == [change(0, "5", "5.008")]


@pytest.mark.parametrize(("look_back", "named"), [(1, 0), (2, 1)])
def test_only_what_is_recent_is_compared(ledger: Ledger, look_back: int, named: int) -> None:
    report(ledger, 0, {0: usd("5")})

    assert len(report(ledger, 2, {0: usd("6")}, look_back=look_back)) == named


def test_reports_of_another_kind_are_another_matter(ledger: Ledger) -> None:
    report(ledger, 0, {0: usd("5")}, kind="weekly")

    assert report(ledger, 1, {0: usd("6")}) == []


def test_what_was_purged_is_no_correction(ledger: Ledger) -> None:
    report(ledger, 0, {0: usd("5")})
    purge(ledger, FIRST_MS + DAY_MS, dry_run=False)

    assert report(ledger, 1, {}) == []


def test_a_ledger_that_takes_no_writes_still_names_what_changed(ledger: Ledger) -> None:
    report(ledger, 0, {0: usd("5")})

    with closing(open_copy(ledger.path.parent, NOW, "read-only")) as copy:
        assert report(copy, 1, {0: usd("6")}) == [change(0, "5", "6")]
        assert report(copy, 2, {0: usd("6")}) == [change(0, "5", "6")]


def test_what_one_report_has_no_room_for_waits_for_the_next(ledger: Ledger) -> None:
    for day in range(4):
        report(ledger, day, {day: usd("5")})
    costs = {day: usd("6") for day in range(4)}

    named = [[one.report[-2:] for one in report(ledger, day, costs)] for day in (4, 5, 6)]
    assert named == [["08", "07", "06"], ["05"], []]

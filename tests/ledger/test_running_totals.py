"""Totals of whole sessions become events by what they have grown, once, wherever they are read."""

from __future__ import annotations

from pathlib import Path

from ledger.postings import NOON_MS
from ledger.postings import NOW_MS
from ledger.postings import ORIGIN
from ledger.postings import SERVICE
from ledger.postings import identity
from ledger.postings import logical
from ledger.postings import opened
from ledger.postings import post
from ledger.postings import reading
from token_tracker.ledger.priced import PricedReading
from token_tracker.model import Charge
from token_tracker.model import Place
from token_tracker.model import Tokens
from token_tracker.sources.contract import RunningTotal


def total(output: int, path: str = "/s.db", **changes: object) -> PricedReading:
    made = RunningTotal(
        identity("session one"),
        NOON_MS,
        NOON_MS + 1000,
        SERVICE,
        ORIGIN,
        Tokens(100, 2000, 0, 0, output, 5),
        None,
        None,
        Place(path, 1),
    )
    return reading(path, [])._replace(totals=[made._replace(**changes)])  # type: ignore[arg-type]


def test_the_first_sight_books_all_and_later_ones_what_came_on_top(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    for one in (total(50), total(50), total(80), total(50), total(80, "/copy.db")):
        post(ledger, one)

    events = sorted(kept.event for kept in logical(ledger).events.values())

    assert sorted((event.at_ms, event.tokens) for event in events) == [
        (NOON_MS, Tokens(100, 2000, 0, 0, 50, 5)),
        (NOON_MS + 1000, Tokens(0, 0, 0, 0, 30, 0)),
    ]


def test_growth_without_a_time_of_its_own_is_dated_by_the_reading(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    post(ledger, total(50))
    post(ledger, total(51, later_ms=None))
    assert sorted(kept.event.at_ms for kept in logical(ledger).events.values()) == sorted([NOON_MS, NOW_MS])


def test_a_charge_grows_with_its_total(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    for one in (total(50, charge=Charge(700, "USD")), total(60, charge=Charge(1000, "USD"))):
        post(ledger, one)
    assert sorted(kept.cost for kept in logical(ledger).events.values()) == [
        (300, "USD", "reported"),
        (700, "USD", "reported"),
    ]


def test_a_charge_that_turns_up_after_its_tokens_does_not_count_them_twice(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    post(ledger, total(50))
    post(ledger, total(50, charge=Charge(700, "USD")))
    assert [kept.cost[2] for kept in logical(ledger).events.values()] == ["computed"]


def test_an_estimate_that_grows_alone_is_booked_with_the_next_tokens(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    for output, cost in ((50, None), (50, 500), (60, 800), (60, 2000), (70, 2100)):
        post(ledger, total(output, host_cost_pico=cost))

    events = [kept.event for kept in logical(ledger).events.values()]

    booked = sorted((event.tokens.output, event.host_cost_pico) for event in events if event.host_cost_pico)
    assert booked == [(10, 800), (10, 1300)]
    assert len(events) == 3


def test_both_of_two_copies_in_one_batch_count_once(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    post(ledger, total(50), total(70, "/copy.db"))
    assert sum(kept.event.tokens.output for kept in logical(ledger).events.values()) == 70


def test_an_amount_that_no_column_holds_is_as_good_as_unknown(tmp_path: Path) -> None:
    ledger = opened(tmp_path)
    post(ledger, total(50, host_cost_pico=2**63, charge=Charge(2**63, "USD")))
    post(ledger, total(60, host_cost_pico=2**63, charge=Charge(2**63, "USD")))
    assert sum(kept.event.tokens.output for kept in logical(ledger).events.values()) == 60
    assert {kept.cost[2] for kept in logical(ledger).events.values()} == {"computed"}

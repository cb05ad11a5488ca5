"""What stands beside the logs: covered days, balances within a period, hosts' own totals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from token_tracker.ledger.bills import day_number
from token_tracker.ledger.bills import put_balances
from token_tracker.ledger.bills import put_units
from token_tracker.ledger.queries import usage_by_lane
from token_tracker.ledger.reconciling import BilledDays
from token_tracker.ledger.reconciling import Counted
from token_tracker.ledger.reconciling import HostTotal
from token_tracker.ledger.reconciling import LeftBalance
from token_tracker.ledger.reconciling import billed_days
from token_tracker.ledger.reconciling import host_totals
from token_tracker.ledger.reconciling import known_providers
from token_tracker.ledger.reconciling import left_balances
from token_tracker.ledger.settling import settle_bills
from token_tracker.ledger.store import Ledger
from token_tracker.model import PICO
from token_tracker.model import Balance
from token_tracker.model import BalanceReading
from token_tracker.model import BilledRecord
from token_tracker.model import BillUnit
from token_tracker.model import Charge
from token_tracker.model import Origin
from token_tracker.model import ReportedUsage
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.period import BUCKET_MS

from .postings import NOON_MS
from .postings import PriceList
from .postings import event
from .postings import opened
from .postings import post
from .postings import reading

DAY = date(2026, 10, 5)
TODAY = day_number(DAY)
START_MS = NOON_MS - 43_200_000
END_MS = NOON_MS + 43_200_000
COST = 2134 * 3_000_000 + 50 * 15_000_000
"""What the event of these tests costs by `PRICES`, in 10^-12 USD."""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(opened(tmp_path)) as ledger:
        yield ledger


def put(ledger: Ledger, *units: BillUnit, at_ms: int = END_MS + 86_400_000) -> None:
    put_units(ledger, "vendor-a", "", units, reach="", fetched_at_ms=at_ms, settled_after_h=6)


def snapshot(ledger: Ledger, at_ms: int, total: str, provider: str = "vendor-b") -> None:
    put_balances(ledger, provider, "", at_ms, BalanceReading((Balance("CNY", Decimal(total)),)))


def test_a_day_is_counted_where_a_whole_report_of_usage_is_there_though_it_is_empty(ledger: Ledger) -> None:
    record = BilledRecord("model-a", "", Decimal(1), "USD")
    used = ReportedUsage("model-a", Tokens(1, 2, 3, 4, 5, 2), 7)
    put(ledger, BillUnit("costs", DAY, (record,)), BillUnit("usage", DAY, None, (used, used)))
    put(ledger, BillUnit("costs", date(2026, 10, 4), ()), BillUnit("usage", date(2026, 10, 4), None, ()))
    put(ledger, BillUnit("costs", date(2026, 10, 3), ()))

    assert billed_days(ledger, TODAY - 3, TODAY + 3) == {
        "vendor-a": BilledDays(
            [TODAY - 2, TODAY - 1, TODAY],
            {TODAY - 2, TODAY - 1, TODAY},
            {TODAY - 1: Counted(Tokens(), 0), TODAY: Counted(Tokens(2, 4, 6, 8, 10, 4), 14)},
        )
    }


def test_a_day_is_whole_once_it_is_over_and_settled_some_hours_later(ledger: Ledger) -> None:
    put(ledger, BillUnit("costs", DAY, ()), at_ms=END_MS - 1)
    before = billed_days(ledger, TODAY, TODAY)
    put(ledger, BillUnit("costs", DAY, ()), at_ms=END_MS)

    assert before == {}
    assert billed_days(ledger, TODAY, TODAY) == {"vendor-a": BilledDays([TODAY], frozenset(), {})}


def test_a_day_is_settled_once_the_bills_of_all_accounts_are(ledger: Ledger) -> None:
    unit = BillUnit("costs", DAY, ())
    for account, at_ms in (("org-1", END_MS), ("org-2", END_MS + 86_400_000)):
        put_units(ledger, "vendor-a", account, [unit], reach="", fetched_at_ms=at_ms, settled_after_h=6)

    assert billed_days(ledger, TODAY, TODAY) == {"vendor-a": BilledDays([TODAY], frozenset(), {})}


def test_each_lane_is_summed_by_itself(ledger: Ledger) -> None:
    later = event("two", at_ms=END_MS, own_at_ms=END_MS)
    post(ledger, reading("/logs/a.jsonl", [event(), later]))
    put(ledger, BillUnit("costs", DAY, (BilledRecord("model-a", "", Decimal("0.02"), "USD"),)))
    settle_bills(ledger, (), PriceList())

    lanes = usage_by_lane(ledger, START_MS, END_MS + 1, ("utc_day", "source"))

    assert [[(row.key, row.basis, row.requests, row.cost_pico) for row in lane] for lane in lanes] == [
        [((TODAY + 1, "agent-one"), "computed", 1, 10 * COST)],
        [((TODAY, "agent-one"), "computed", 1, COST)],
        [
            ((TODAY, "agent-one"), "billed", 1, COST),
            ((TODAY, "elsewhere"), "billed", 0, 20_000_000_000 - COST),
        ],
    ]


def test_what_left_a_balance_is_cut_at_the_ends_of_the_period(ledger: Ledger) -> None:
    snapshot(ledger, START_MS - 10 * BUCKET_MS, "100")
    snapshot(ledger, START_MS + 9 * BUCKET_MS, "81")
    snapshot(ledger, START_MS + 11 * BUCKET_MS, "80.5")

    [found] = left_balances(ledger, START_MS, END_MS)

    spent = 10 * PICO + PICO // 2
    assert found == LeftBalance("vendor-b", START_MS, START_MS + 12 * BUCKET_MS, {"CNY": spent})


def test_an_untouched_balance_is_told_and_a_single_one_is_not(ledger: Ledger) -> None:
    snapshot(ledger, NOON_MS, "100")
    snapshot(ledger, NOON_MS + BUCKET_MS, "100")
    snapshot(ledger, NOON_MS, "7", provider="vendor-c")

    assert left_balances(ledger, START_MS, END_MS) == [
        LeftBalance("vendor-b", NOON_MS + BUCKET_MS, NOON_MS + 2 * BUCKET_MS, {"CNY": 0})
    ]


def test_a_provider_with_a_bill_is_not_held_against_its_balance(ledger: Ledger) -> None:
    snapshot(ledger, NOON_MS, "100", provider="vendor-a")
    snapshot(ledger, NOON_MS + BUCKET_MS, "90", provider="vendor-a")
    put(ledger, BillUnit("costs", DAY, ()))

    assert left_balances(ledger, START_MS, END_MS) == []


def test_hosts_are_compared_where_there_is_a_price_beside_their_estimate(ledger: Ledger) -> None:
    estimate = 7 * PICO
    post(
        ledger,
        reading(
            "/logs/a.jsonl",
            [
                event("one", host_cost_pico=estimate),
                event("two", host_cost_pico=estimate),
                event("silent"),
                event("unpriced", host_cost_pico=estimate, service=Service("", "model-z")),
                event("yuan", host_cost_pico=estimate, service=Service("", "model-b")),
                event("charged", host_cost_pico=estimate, charge=Charge(PICO, "USD")),
                event("late", host_cost_pico=estimate, at_ms=END_MS, own_at_ms=END_MS),
            ],
        ),
    )
    by_hand = event("hand", host_cost_pico=estimate, origin=Origin("manual", session="s"))
    post(ledger, reading("", [by_hand], source="manual"))

    assert host_totals(ledger, START_MS, END_MS, {}) == [HostTotal("agent-one", 2, 2 * estimate, 2 * COST)]
    assert host_totals(ledger, START_MS, END_MS, {"provider": ["vendor-b"]}) == []


def test_every_provider_of_a_log_a_bill_or_a_balance_is_known(ledger: Ledger) -> None:
    post(ledger, reading("/logs/a.jsonl", [event()]))
    put_units(
        ledger,
        "vendor-d",
        "",
        [BillUnit("costs", DAY, ())],
        reach="",
        fetched_at_ms=END_MS,
        settled_after_h=6,
    )
    snapshot(ledger, NOON_MS, "100")

    assert known_providers(ledger) == ["vendor-a", "vendor-b", "vendor-d"]

"""Bills beside logs in a real ledger: which lane counts, and when it is decided again."""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterator
from contextlib import closing
from contextlib import suppress
from datetime import date
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from token_tracker.errors import LedgerBusyError
from token_tracker.ledger.bills import put_balances
from token_tracker.ledger.bills import put_units
from token_tracker.ledger.care import purge
from token_tracker.ledger.care import verify
from token_tracker.ledger.queries import first_event_ms
from token_tracker.ledger.queries import session_activity
from token_tracker.ledger.queries import usage
from token_tracker.ledger.queries import usage_in_spans
from token_tracker.ledger.settling import settle_bills
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import open_ledger
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
from token_tracker.model import UsageEvent
from token_tracker.period import BUCKET_MS

from .postings import NOON_MS
from .postings import NOW
from .postings import ORIGIN
from .postings import PriceList
from .postings import event
from .postings import opened
from .postings import post
from .postings import reading

DAY = date(2026, 10, 5)
DAY_MS = 86_400_000
START_MS = NOON_MS - DAY_MS // 2
LATER_MS = START_MS + 3 * DAY_MS
COST = 2134 * 3_000_000 + 50 * 15_000_000
"""What the event of these tests costs by `PRICES`, in 10^-12 USD."""


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(opened(tmp_path)) as ledger:
        yield ledger


def bill(
    ledger: Ledger, *records: BilledRecord, used: Collection[ReportedUsage] = (), at_ms: int = LATER_MS
) -> None:
    unit = BillUnit("costs", DAY, tuple(records), tuple(used) or None)
    put_units(ledger, "vendor-a", "", [unit], reach="", fetched_at_ms=at_ms, settled_after_h=6)


def record(amount: str, model: str = "model-a", currency: str = "USD") -> BilledRecord:
    return BilledRecord(model, f"{model}, output", Decimal(amount), currency)


def sums(
    ledger: Ledger, start_ms: int = START_MS, end_ms: int = START_MS + DAY_MS, plans: Collection[str] = ()
) -> dict[tuple[str, str, str], tuple[int, int, int]]:
    """Give requests, tokens and amount by source, model and basis."""
    settle_bills(ledger, plans, PriceList())
    return {
        (str(row.key[0]), str(row.key[1]), row.basis): (row.requests, row.tokens.total, row.cost_pico)
        for row in usage(ledger, start_ms, end_ms, ("source", "model"))
    }


def test_the_money_of_a_billed_day_is_the_bill(ledger: Ledger) -> None:
    post(ledger, reading("/logs/a.jsonl", [event()]))
    bill(ledger, record("0.02"))

    assert sums(ledger) == {
        ("agent-one", "model-a", "billed"): (1, 2184, COST),
        ("elsewhere", "model-a", "billed"): (0, 0, 20_000_000_000 - COST),
    }


def test_a_log_line_that_comes_late_is_inside_the_bill(ledger: Ledger) -> None:
    bill(ledger, record("0.02"))
    before = sums(ledger)
    post(ledger, reading("/logs/a.jsonl", [event()]))

    assert before == {("elsewhere", "model-a", "billed"): (0, 0, 20_000_000_000)}
    assert sums(ledger) == {
        ("agent-one", "model-a", "billed"): (1, 2184, COST),
        ("elsewhere", "model-a", "billed"): (0, 0, 20_000_000_000 - COST),
    }


def test_a_restated_bill_takes_the_place_of_the_old_one(ledger: Ledger) -> None:
    bill(ledger, record("0.02"), record("0.03", ""))
    sums(ledger)
    bill(ledger, record("0.05"))

    assert sums(ledger) == {("elsewhere", "model-a", "billed"): (0, 0, 50_000_000_000)}


def test_a_day_that_is_not_over_is_counted_from_the_logs(ledger: Ledger) -> None:
    post(ledger, reading("/logs/a.jsonl", [event()]))
    bill(ledger, record("0.02"), at_ms=START_MS + DAY_MS - 1)

    assert sums(ledger) == {("agent-one", "model-a", "computed"): (1, 2184, COST)}


def test_a_bill_that_may_still_grow_counts_where_the_logs_do_not_exceed_it(ledger: Ledger) -> None:
    post(ledger, reading("/logs/a.jsonl", [event()]))
    bill(ledger, record("0.006"), at_ms=START_MS + DAY_MS)
    below = sums(ledger)
    bill(ledger, record("0.02"), at_ms=START_MS + DAY_MS + 1)
    above = sums(ledger)
    bill(ledger, record("0.006"), at_ms=START_MS + DAY_MS + 6 * 3_600_000)

    assert below == {("agent-one", "model-a", "computed"): (1, 2184, COST)}
    assert above == {
        ("agent-one", "model-a", "billed"): (1, 2184, COST),
        ("elsewhere", "model-a", "billed"): (0, 0, 20_000_000_000 - COST),
    }
    assert sums(ledger) == {("agent-one", "model-a", "billed"): (1, 2184, 6_000_000_000)}


def test_a_bill_is_final_whenever_the_tokens_of_its_day_were_fetched(ledger: Ledger) -> None:
    post(ledger, reading("/logs/a.jsonl", [event()]))
    early = BillUnit("usage", DAY, usage=(ReportedUsage("model-a", Tokens(input=5), 1),))
    put_units(ledger, "vendor-a", "", [early], reach="", fetched_at_ms=START_MS + DAY_MS, settled_after_h=6)
    bill(ledger, record("0.006"))

    assert sums(ledger) == {("agent-one", "model-a", "billed"): (1, 2184, 6_000_000_000)}


def test_a_day_on_which_nothing_was_billed_costs_nothing(ledger: Ledger) -> None:
    post(ledger, reading("/logs/a.jsonl", [event()]))
    bill(ledger)

    assert sums(ledger) == {("agent-one", "model-a", "billed"): (1, 2184, 0)}


def test_what_a_plan_pays_is_outside_the_bill(ledger: Ledger) -> None:
    post(ledger, reading("/logs/a.jsonl", [event()]))
    bill(ledger, record("0.02"))
    before = sums(ledger)

    assert sums(ledger, plans=["agent-one"]) == {
        ("agent-one", "model-a", "computed"): (1, 2184, COST),
        ("elsewhere", "model-a", "billed"): (0, 0, 20_000_000_000),
    }
    assert sums(ledger) == before


def test_another_providers_usage_is_outside_the_bill(ledger: Ledger) -> None:
    other = event("two", service=Service("", "model-b"))
    post(ledger, reading("/logs/a.jsonl", [event(), other]))
    bill(ledger, record("0.005"))

    assert sums(ledger) == {
        ("agent-one", "model-a", "billed"): (1, 2184, 5_000_000_000),
        ("agent-one", "model-b", "computed"): (1, 2184, 2134 * 1_000_001 + 50 * 7_000_003),
    }


def test_a_recorded_charge_gives_way_to_the_bill(ledger: Ledger) -> None:
    post(ledger, reading("/logs/a.jsonl", [event(charge=Charge(9_000_000_000, "USD"))]))
    bill(ledger, record("0.004"))

    assert sums(ledger) == {("agent-one", "model-a", "billed"): (1, 2184, 4_000_000_000)}


def test_tokens_that_only_the_provider_knows_are_elsewhere(ledger: Ledger) -> None:
    post(ledger, reading("/logs/a.jsonl", [event()]))
    told = Tokens(100, 2000, 30, 4, 75)
    bill(ledger, record("0.01"), used=[ReportedUsage("model-a", told, 3)])

    assert sums(ledger) == {
        ("agent-one", "model-a", "billed"): (1, 2184, COST),
        ("elsewhere", "model-a", "billed"): (2, 25, 10_000_000_000 - COST),
    }


def test_all_local_days_together_are_the_bill(ledger: Ledger) -> None:
    post(ledger, reading("/logs/a.jsonl", [event()]))
    bill(ledger, record("1.00"), record("0.333333333333", ""))
    settle_bills(ledger, (), PriceList())
    spans = [(START_MS + hours * 3_600_000, START_MS + (hours + 24) * 3_600_000) for hours in (-8, 16)]

    rows = usage_in_spans(ledger, spans, ("source",))

    assert {row.key[0] for row in rows} == {0}, "noon in UTC is before 16:00"
    assert sum(row.cost_pico for row in rows) == PICO + 333_333_333_333


def test_a_bill_without_logs_begins_the_account(ledger: Ledger) -> None:
    bill(ledger, record("0.96"))
    settle_bills(ledger, (), PriceList())

    assert first_event_ms(ledger) == START_MS


def test_bills_that_are_left_out_leave_the_logs(ledger: Ledger) -> None:
    post(ledger, reading("/logs/a.jsonl", [event()]))
    bill(ledger, record("0.02"))
    settle_bills(ledger, (), PriceList())

    rows = usage_in_spans(ledger, [(START_MS, START_MS + DAY_MS)], ("source",), unbilled=["vendor-a"])

    assert [(row.key, row.basis, row.cost_pico) for row in rows] == [((0, "agent-one"), "computed", COST)]


def test_nothing_is_compared_again_where_nothing_has_changed(ledger: Ledger) -> None:
    bill(ledger, record("0.02"))

    assert settle_bills(ledger, (), PriceList())
    assert not settle_bills(ledger, (), PriceList())


def snapshot(ledger: Ledger, at_ms: int, total: str, *parts: tuple[str, str], currency: str = "CNY") -> None:
    made = Balance(currency, Decimal(total), tuple((name, Decimal(amount)) for name, amount in parts))
    put_balances(ledger, "vendor-b", "", at_ms, BalanceReading((made,)))


def test_without_logs_what_left_an_account_was_spent(ledger: Ledger) -> None:
    snapshot(ledger, NOON_MS, "100.00")
    snapshot(ledger, NOON_MS + 4 * BUCKET_MS, "95.50")

    assert sums(ledger) == {("elsewhere", "", "inferred"): (0, 0, 4 * PICO + PICO // 2)}


def test_with_logs_of_the_time_they_count(ledger: Ledger) -> None:
    snapshot(ledger, NOON_MS - BUCKET_MS, "100.00")
    snapshot(ledger, NOON_MS + BUCKET_MS, "95.50")
    before = sums(ledger)
    post(ledger, reading("/logs/a.jsonl", [event(service=Service("", "model-b"))]))

    assert before == {("elsewhere", "", "inferred"): (0, 0, 4 * PICO + PICO // 2)}
    assert sums(ledger) == {
        ("agent-one", "model-b", "computed"): (1, 2184, 2134 * 1_000_001 + 50 * 7_000_003)
    }


def test_logs_of_the_vendors_platform_in_china_are_its_logs_too(ledger: Ledger) -> None:
    snapshot(ledger, NOON_MS - BUCKET_MS, "100.00")
    snapshot(ledger, NOON_MS + BUCKET_MS, "95.50")

    post(ledger, reading("/logs/a.jsonl", [event(service=Service("vendor-b-cn", "model-b"))]))

    assert [basis for _, _, basis in sums(ledger)] == ["computed"]


def test_usage_that_turns_out_to_be_a_providers_counts_in_place_of_its_balances(ledger: Ledger) -> None:
    snapshot(ledger, NOON_MS - BUCKET_MS, "100.00")
    snapshot(ledger, NOON_MS + BUCKET_MS, "95.50")
    post(ledger, reading("/logs/a.jsonl", [event()]))
    before = sorted(basis for _, _, basis in sums(ledger))

    with ledger.transaction() as connection:
        connection.execute("UPDATE service SET provider = 'vendor-b' WHERE provider = 'vendor-a'")

    assert (before, [basis for _, _, basis in sums(ledger)]) == (["computed", "inferred"], ["computed"])


def test_a_top_up_is_no_spending_and_hides_none_of_another_part(ledger: Ledger) -> None:
    snapshot(ledger, NOON_MS, "100.00", ("granted", "10"), ("topped_up", "90"))
    snapshot(ledger, NOON_MS + BUCKET_MS, "148.00", ("granted", "8"), ("topped_up", "140"))
    snapshot(ledger, NOON_MS + 2 * BUCKET_MS, "200.00", ("granted", "8"), ("topped_up", "192"))

    assert sums(ledger) == {("elsewhere", "", "inferred"): (0, 0, 2 * PICO)}


def test_two_currencies_of_an_account_are_never_added(ledger: Ledger) -> None:
    for hours, cny, usd in ((0, "100", "50"), (1, "99", "47")):
        snapshot(ledger, NOON_MS + hours * 3_600_000, cny)
        snapshot(ledger, NOON_MS + hours * 3_600_000, usd, currency="USD")
    settle_bills(ledger, (), PriceList())

    rows = usage(ledger, START_MS, START_MS + DAY_MS, ("source",))

    assert [(row.currency, row.basis, row.cost_pico) for row in rows] == [
        ("CNY", "inferred", PICO),
        ("USD", "inferred", 3 * PICO),
    ]


def test_spending_over_several_days_is_spread_over_them(ledger: Ledger) -> None:
    snapshot(ledger, START_MS, "100")
    snapshot(ledger, START_MS + 4 * DAY_MS, "96")
    settle_bills(ledger, (), PriceList())
    days = [(START_MS + n * DAY_MS, START_MS + (n + 1) * DAY_MS) for n in range(5)]

    found = [row.cost_pico for row in usage_in_spans(ledger, days, ("source",))]

    assert sum(found) == 4 * PICO
    assert [round(amount / PICO, 1) for amount in found] == [1.0, 1.0, 1.0, 1.0, 0.0]


def test_a_manual_entry_adds_to_the_bill(ledger: Ledger) -> None:
    by_hand = event("two", origin=Origin("manual", session="s"))
    post(ledger, reading("/logs/a.jsonl", [event(origin=ORIGIN)]))
    post(ledger, reading("", [by_hand], source="manual"))
    bill(ledger, record("0.004"))

    assert sums(ledger) == {
        ("agent-one", "model-a", "billed"): (1, 2184, 4_000_000_000),
        ("manual", "model-a", "computed"): (1, 2184, COST),
    }


def test_a_tier_that_the_bill_does_not_hold_keeps_its_own_amount(ledger: Ledger) -> None:
    dear = event("two", service=Service("", "model-a", "priority"))
    post(ledger, reading("/logs/a.jsonl", [event(), dear]))
    told = (ReportedUsage("model-a", Tokens(input=9), 1),)
    bill(ledger, record("0.004"))
    put_units(
        ledger,
        "vendor-a",
        "",
        [BillUnit("usage/priority", DAY, None, told)],
        reach="",
        fetched_at_ms=LATER_MS,
        settled_after_h=6,
    )

    assert sums(ledger) == {
        ("agent-one", "model-a", "billed"): (1, 2184, 4_000_000_000),
        ("agent-one", "model-a", "computed"): (1, 2184, COST),
    }


def test_days_without_a_bill_are_left_as_they_are(ledger: Ledger) -> None:
    post(ledger, reading("/logs/a.jsonl", [event(at_ms=NOON_MS + DAY_MS, own_at_ms=NOON_MS + DAY_MS)]))
    bill(ledger, record("0.02"))

    rows = sums(ledger, START_MS, START_MS + int(timedelta(days=2).total_seconds() * 1000))

    assert {key: amount for key, (_, _, amount) in rows.items() if key[2] == "billed"} == {
        ("elsewhere", "model-a", "billed"): 20_000_000_000
    }
    assert ("agent-one", "model-a", "computed") in rows


def checks(ledger: Ledger) -> dict[str, tuple[int, int]]:
    return {one.check: (one.examined, one.wrong) for one in verify(ledger).checks}


def test_a_ledger_whose_sums_are_not_the_bill_is_not_whole(ledger: Ledger) -> None:
    post(ledger, reading("/logs/a.jsonl", [event()]))
    bill(ledger, record("0.02"), record("0.01", ""))
    settle_bills(ledger, (), PriceList())
    before = checks(ledger)["bills"]
    ledger.connection.execute("UPDATE bill_shift SET cost_rest_pico = cost_rest_pico + 1 WHERE requests = 0")

    assert (before, checks(ledger)["bills"]) == ((1, 0), (1, 1))


def test_a_purge_removes_bills_and_keeps_what_later_ones_need(ledger: Ledger) -> None:
    later = event("two", at_ms=NOON_MS + DAY_MS, own_at_ms=NOON_MS + DAY_MS)
    post(ledger, reading("/logs/a.jsonl", [event(), later]))
    for day in (DAY, DAY + timedelta(days=1)):
        unit = BillUnit("costs", day, (record("0.2"),))
        put_units(ledger, "vendor-a", "", [unit], reach="", fetched_at_ms=LATER_MS, settled_after_h=6)
    snapshot(ledger, START_MS, "9")
    settle_bills(ledger, (), PriceList())

    removed = purge(ledger, START_MS + DAY_MS, dry_run=False).removed
    put_units(
        ledger,
        "vendor-a",
        "",
        [BillUnit("costs", DAY, (record("0.2"),))],
        reach="",
        fetched_at_ms=LATER_MS,
        settled_after_h=6,
    )

    assert [(row.basis, row.cost_pico) for row in removed] == [("computed", COST)]
    assert sums(ledger, 0, LATER_MS) == {
        ("agent-one", "model-a", "billed"): (1, 2184, 10 * COST),
        ("elsewhere", "model-a", "billed"): (0, 0, 200_000_000_000 - 10 * COST),
    }
    assert checks(ledger)["bills"] == (1, 0)


@pytest.mark.parametrize("logged", [(), (event(),), (event(at_ms=START_MS),)])
def test_a_purge_up_to_the_middle_of_a_utc_day_leaves_its_bill_whole(
    ledger: Ledger, logged: tuple[UsageEvent, ...]
) -> None:
    post(ledger, reading("/logs/a.jsonl", logged))
    bill(ledger, record("0.96"))
    settle_bills(ledger, (), PriceList())

    purge(ledger, NOON_MS, dry_run=False)
    once = sums(ledger)
    settle_bills(ledger, ("agent-one",), PriceList())  # has the day compared again
    settle_bills(ledger, (), PriceList())

    assert sum(amount for _, _, amount in once.values()) == 960_000_000_000
    assert sums(ledger) == once
    assert checks(ledger)["bills"] == (1, 0)


def test_what_is_elsewhere_has_its_time_among_the_sessions(ledger: Ledger) -> None:
    post(ledger, reading("/logs/a.jsonl", [event()]))
    bill(ledger, record("0.02"))
    settle_bills(ledger, (), PriceList())

    assert session_activity(ledger, START_MS, START_MS + DAY_MS) == {
        ("agent-one", "session-1"): (NOON_MS, NOON_MS),
        ("elsewhere", ""): (NOON_MS, NOON_MS),
    }


def test_amounts_of_several_currencies_are_each_the_bill(ledger: Ledger) -> None:
    tenth = "0.0000000000004"
    bill(ledger, *(record(tenth, currency=currency) for currency in ("USD", "CNY") for _ in range(5)))
    settle_bills(ledger, (), PriceList())

    rows = usage(ledger, START_MS, START_MS + DAY_MS, ("source",))

    assert [(row.currency, row.cost_pico) for row in rows] == [("CNY", 2), ("USD", 2)]


def test_a_line_that_another_process_adds_while_sums_are_read_changes_nothing(
    ledger: Ledger, tmp_path: Path
) -> None:
    bill(ledger, record("0.02"))
    before = sums(ledger)

    def write_meanwhile(statement: str) -> None:
        if "bill_shift AS rollup" in statement:
            ledger.connection.set_trace_callback(None)
            with suppress(LedgerBusyError), closing(open_ledger(tmp_path, NOW, busy_s=0.1)) as another:
                post(another, reading("/logs/a.jsonl", [event()]))
                settle_bills(another, (), PriceList())

    ledger.connection.set_trace_callback(write_meanwhile)

    assert sums(ledger) == before

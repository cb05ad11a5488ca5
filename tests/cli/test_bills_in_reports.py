"""Bills in the reports: what counts, what the last line says of it, and what budgets make of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from datetime import date
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from cli.answers import NOW
from cli.answers import Ask
from token_tracker.errors import NetworkError
from token_tracker.ledger.bills import Fetch
from token_tracker.ledger.bills import note_fetch
from token_tracker.ledger.bills import put_balances
from token_tracker.ledger.bills import put_units
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import open_ledger
from token_tracker.model import Balance
from token_tracker.model import BalanceReading
from token_tracker.model import BilledRecord
from token_tracker.model import BillUnit

NOW_MS = int(datetime.fromisoformat(NOW).timestamp() * 1000)
DAY_MS = 86_400_000
YESTERDAY = date(2026, 10, 4)
BILL = Decimal("2.40")


@pytest.fixture
def ledger(logs: Path, ask: Ask, isolated_home: Path) -> Iterator[Ledger]:
    """Give the ledger of a person whose logs were read, and who fetched a bill just now."""
    ask("sync")
    with closing(open_ledger(isolated_home / ".token-tracker", datetime.now(UTC))) as ledger:
        fetch = Fetch("anthropic", "usage", json.dumps(["", ""]), NOW_MS, NOW_MS, None, BalanceReading())
        note_fetch(ledger, fetch)
        yield ledger


def bill(ledger: Ledger, day: date = YESTERDAY, *, reach: str = "", after_h: int = 6) -> None:
    records = (BilledRecord("brew-model-9", "tokens", BILL, "USD", 20),)
    put_units(
        ledger, "anthropic", "", [BillUnit("costs", day, records)],
        reach=reach, fetched_at_ms=NOW_MS, settled_after_h=after_h,
    )  # fmt: skip


def codes(ask: Ask, *words: str) -> list[str]:
    return [one["code"] for one in ask(*words, "--json").document["problems"]]


def billed(ask: Ask, *words: str) -> Decimal:
    return Decimal(ask(*words, "--json").document["data"]["cost"]["by_basis"]["billed"])


def test_the_bill_is_the_money_of_its_day(ledger: Ledger, ask: Ask) -> None:
    bill(ledger)

    answer = ask("summary", "--date", "yesterday")

    assert answer.out.startswith("Yesterday (Oct 4): $2.40 — 671 tokens in 1 request.")
    assert "$2.40 is what the provider billed." in answer.out
    assert "unpriced" not in answer.out


def test_a_bill_in_utc_days_is_told_to_be_spread_where_days_are_others(ledger: Ledger, ask: Ask) -> None:
    bill(ledger)

    assert "bill-apportioned" not in codes(ask, "summary", "--date", "yesterday")
    assert "bill-apportioned" in codes(ask, "summary", "--date", "yesterday", "--tz", "Asia/Shanghai")
    both = [
        billed(ask, "summary", "--date", day, "--tz", "Asia/Shanghai") for day in ("2026-10-04", "2026-10-05")
    ]
    assert sum(both) == BILL


def test_hours_of_a_bill_are_told_to_be_spread_also_in_utc(ledger: Ledger, ask: Ask) -> None:
    bill(ledger)

    rows = ask("bill", "--date", "yesterday", "--by", "hour", "--json").document["data"]["rows"]

    assert {tuple(row["cost"].get("apportioned", ())) for row in rows} == {("provider-hours",)}


def test_every_view_of_a_day_has_the_same_total(ledger: Ledger, ask: Ask) -> None:
    bill(ledger)
    day = "2026-10-04"

    totals = {
        "summary": ask("summary", "--date", day, "--json").document["data"]["cost"],
        "bill": ask("bill", "--date", day, "--json").document["data"]["total"]["cost"],
        "daily": ask("daily", "--date", day, "--json").document["data"]["total"]["cost"],
        "sessions": ask("sessions", "--date", day, "--json").document["data"]["total"]["cost"],
    }

    assert {name: Decimal(cost["amount"]) for name, cost in totals.items()} == dict.fromkeys(totals, BILL)


@pytest.mark.parametrize("by", ["model", "project", "session", "source", "skill", "agent", "hour"])
def test_the_rows_of_a_bill_add_up_to_it_however_they_are_grouped(by: str, ledger: Ledger, ask: Ask) -> None:
    bill(ledger)

    rows = ask("bill", "--date", "yesterday", "--by", by, "--json").document["data"]["rows"]

    assert sum(Decimal(row["cost"]["amount"]) for row in rows) == BILL


def test_what_is_elsewhere_is_named_and_can_be_asked_for(ledger: Ledger, ask: Ask) -> None:
    records = (BilledRecord("claude-sonnet-4-5", "tokens", BILL, "USD"),)
    unit = BillUnit("costs", date(2026, 10, 3), records)
    put_units(ledger, "anthropic", "", [unit], reach="", fetched_at_ms=NOW_MS, settled_after_h=6)

    english = ask("summary", "--date", "2026-10-03", "--source", "elsewhere", "--lang", "en")
    chinese = ask("summary", "--date", "2026-10-03", "--lang", "zh")

    assert english.out.startswith("Sat, Oct 3: $2.40, known from the provider only.")
    assert "- elsewhere (only on the bill): $2.40\n" in english.out
    assert "- 别处（只在账单上）：$2.40" in chinese.out


def test_the_last_line_says_how_the_bill_was_treated(ledger: Ledger, ask: Ask) -> None:
    bill(ledger)
    found = codes(ask, "summary", "--date", "yesterday")
    bill(ledger, after_h=24)
    unsettled = codes(ask, "summary", "--date", "yesterday")
    ask("sources", "set-billing", "claude-code", "api")

    assert found == ["bill-whole-organisation", "bill-covers-source"]
    assert unsettled == ["bill-whole-organisation", "bill-unsettled", "bill-covers-source"]
    assert codes(ask, "summary", "--date", "yesterday") == ["bill-whole-organisation", "bill-unsettled"]


def test_a_day_that_is_not_billed_yet_is_counted_from_the_logs_and_says_so(ledger: Ledger, ask: Ask) -> None:
    bill(ledger, date(2026, 10, 5))

    answer = ask("summary", "--lang", "en")

    assert "computed at list price" in answer.out
    assert (
        "1 UTC day is not billed whole by anthropic yet (so far 2.40 USD); the logs count there."
        in answer.out
    )


def test_a_plan_is_outside_the_bill(ledger: Ledger, ask: Ask) -> None:
    bill(ledger)
    ask("sources", "set-billing", "claude-code", "plan")

    data = ask("summary", "--date", "yesterday", "--json").document["data"]

    assert {row["source"]: row["cost"]["by_basis"]["billed"] for row in data["by_source"]} == {
        "claude-code": "0",
        "elsewhere": "2.400000",
    }
    assert data["cost"]["unpriced_tokens"] == 671


def test_budgets_leave_out_the_bill_of_an_organisation_until_that_is_confirmed(
    ledger: Ledger, ask: Ask, isolated_home: Path
) -> None:
    bill(ledger)
    ask("set-budget", "--amount", "5")
    before = ask("budget-status", "--date", "yesterday", "--json").document
    first = codes(ask, "summary", "--date", "yesterday")
    told = codes(ask, "budget-status", "--date", "yesterday")
    (isolated_home / ".token-tracker" / "state.json").write_text('{"whole_organisation": ["anthropic"]}')

    after = ask("budget-status", "--date", "yesterday", "--json").document

    assert [one["spent"] for one in before["data"]["budgets"]] == [None]
    assert [one["spent"] for one in after["data"]["budgets"]] == ["2.400000"]
    assert "budget-unconfirmed" in first
    assert "budget-unconfirmed" in told
    assert "budget-unconfirmed" not in [one["code"] for one in after["problems"]]


def test_budgets_count_a_bill_that_is_limited(ledger: Ledger, ask: Ask) -> None:
    bill(ledger, reach="workspace=wrkspc_1")
    ask("set-budget", "--amount", "5")

    budgets = ask("budget-status", "--date", "yesterday", "--json").document["data"]["budgets"]

    assert [one["spent"] for one in budgets] == ["2.400000"]
    assert "bill-whole-organisation" not in codes(ask, "summary", "--date", "yesterday")


def test_spending_that_only_balances_tell_is_inferred(ledger: Ledger, ask: Ask) -> None:
    for hours, total in ((-30, "100"), (-26, "92.5")):
        reading = BalanceReading((Balance("CNY", Decimal(total)),))
        put_balances(ledger, "deepseek", "", NOW_MS + hours * 3_600_000, reading)

    answer = ask("summary", "--date", "yesterday", "--provider", "deepseek", "--lang", "zh")

    assert "CN¥7.50" in answer.out or "¥7.50" in answer.out
    assert "deepseek 没有用量接口，费用由余额变化推算。" in answer.out


def test_a_record_made_by_hand_is_inside_the_bill(ledger: Ledger, ask: Ask) -> None:
    record = ["--model", "claude-sonnet-4-5", "--tokens-in", "1000", "--tokens-out", "10", "--cost", "0.50"]
    yesterday = "2026-10-03T12:00:00+00:00"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOKEN_TRACKER_NOW", yesterday)
        ask("record-session", *record, "--session", "by-hand")
    before = ask("summary", "--date", "2026-10-03", "--json").document["data"]["cost"]["amount"]
    bill(ledger, date(2026, 10, 3))

    shadowed = ask("explain", "2026-10-03", "--lang", "en").out

    assert (before, billed(ask, "summary", "--date", "2026-10-03")) == ("0.500000", BILL)
    assert "covered by anthropic-bill" in shadowed


@pytest.mark.parametrize(
    ("cost", "spent", "state"), [(["--cost", "0.50"], "0.500000", "ok"), ([], None, "incomplete")]
)
def test_a_budget_that_leaves_a_bill_out_counts_what_is_recorded_by_hand(
    cost: list[str], spent: str | None, state: str, ledger: Ledger, ask: Ask
) -> None:
    ask("set-budget", "--amount", "5", "--scope", "provider=anthropic")
    record = ["--model", "claude-sonnet-4-5", "--tokens-in", "1000", "--tokens-out", "10"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TOKEN_TRACKER_NOW", "2026-10-03T12:00:00+00:00")
        ask("record-session", *record, *cost, "--session", "by-hand")
    bill(ledger, date(2026, 10, 3))
    ask("sync")

    budgets = ask("budget-status", "--date", "2026-10-03", "--json").document["data"]["budgets"]

    assert [(one["spent"], one["state"]) for one in budgets] == [(spent, state)]


def test_a_fetch_that_failed_is_named_below_every_report(ledger: Ledger, ask: Ask) -> None:
    error = NetworkError("no_network", provider="Anthropic", reason="refused")
    document = {"kind": "NetworkError", "code": error.code, "facts": error.facts}
    note_fetch(ledger, Fetch("anthropic", "usage", "[]", NOW_MS, None, document, BalanceReading()))

    assert "The last fetch from anthropic failed." in ask("summary", "--lang", "en").out
    assert "上次从 anthropic 获取失败。" in ask("week", "--lang", "zh").out


def test_bills_that_were_fetched_long_ago_are_said_to_be_old(ledger: Ledger, ask: Ask) -> None:
    old = NOW_MS - 5 * DAY_MS
    note_fetch(ledger, Fetch("anthropic", "usage", "[]", old, old, None, BalanceReading()))

    assert "anthropic was last asked 5 days ago." in ask("summary", "--lang", "en").out

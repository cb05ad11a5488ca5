"""`reconcile` as a person meets it: logs of Claude Code, and a bill for the same days."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cli.answers import NOW
from cli.answers import Ask
from cli.answers import write_logs
from published_shapes import complaints
from sources.claude_lines import line
from sources.claude_lines import text_of
from token_tracker.ledger.bills import put_balances
from token_tracker.ledger.bills import put_units
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import open_ledger
from token_tracker.model import Balance
from token_tracker.model import BalanceReading
from token_tracker.model import BilledRecord
from token_tracker.model import BillUnit
from token_tracker.model import ReportedUsage
from token_tracker.model import Tokens
from token_tracker.period import to_ms

MODEL = "claude-sonnet-4-5-20250929"
USED = Tokens(100_000, 0, 0, 0, 10_000)
COST = 100_000 * Decimal("0.000003") + 10_000 * Decimal("0.000015")
"""Of each response of `LOGS`, at Sonnet 4.5's list price of 3 and 15 dollars a million."""

Put = Callable[[Callable[[Ledger], object]], None]


def response(number: int, timestamp: str, model: str = MODEL) -> dict[str, Any]:
    usage = {"input_tokens": USED.input, "output_tokens": USED.output}
    return line(
        timestamp=timestamp,
        message__id=f"msg_01Reconcile{number:04}",
        message__model=model,
        message__usage=usage,
    )


LOGS = text_of(
    response(1, "2026-10-01T10:00:00Z"),
    response(2, "2026-10-01T20:00:00Z"),
    response(3, "2026-10-02T10:00:00Z"),
    response(4, "2026-10-04T10:00:00Z"),
)


@pytest.fixture
def put(isolated_home: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Write the logs, set the clock, and give what writes into the ledger."""
    monkeypatch.setenv("TOKEN_TRACKER_NOW", NOW)
    write_logs(isolated_home, LOGS)

    def write(change: Callable[[Ledger], object]) -> None:
        home = isolated_home / ".token-tracker"
        home.mkdir(mode=0o700, exist_ok=True)
        with closing(open_ledger(home, datetime.fromisoformat(NOW))) as ledger:
            change(ledger)

    return write


def bill(
    *units: BillUnit, provider: str = "anthropic", at: str = "2026-10-04T00:00:00+00:00"
) -> Callable[[Ledger], object]:
    at_ms = to_ms(datetime.fromisoformat(at))
    return lambda ledger: put_units(
        ledger, provider, "", units, reach="", fetched_at_ms=at_ms, settled_after_h=6
    )


def unit(day: int, *records: BilledRecord, used: tuple[ReportedUsage, ...] | None = None) -> BillUnit:
    return BillUnit("costs", date(2026, 10, day), records, used)


def charge(amount: str, model: str = MODEL, currency: str = "USD") -> BilledRecord:
    return BilledRecord(model, f"{model} tokens", Decimal(amount), currency)


def balance(
    at: str, total: str, provider: str = "anthropic", currency: str = "USD"
) -> Callable[[Ledger], object]:
    reading = BalanceReading((Balance(currency, Decimal(total)),))
    return lambda ledger: put_balances(ledger, provider, "", to_ms(datetime.fromisoformat(at)), reading)


def document(ask: Ask, *words: str) -> dict[str, Any]:
    answer = ask("reconcile", *words, "--tz", "UTC", "--json")
    assert (answer.exit_code, answer.err) == (0, "")
    assert complaints("reconcile", answer.document) == []
    return answer.document


def sides(**amounts: str | Decimal | float | None) -> dict[str, Any]:
    names = (
        *("billed", "explained", "only_in_bill", "credits", "computed", "only_in_logs"),
        *("shared_by_tokens", "other_currency"),
    )
    written = {name: Decimal(amounts.get(name) or 0) for name in names}
    return {"currency": amounts.get("currency", "USD"), **written, "ratio": amounts["ratio"]}


def read(found: dict[str, Any]) -> dict[str, Any]:
    """Give one entry of `sides` with its amounts as numbers."""
    texts = {
        name: Decimal(text) for name, text in found.items() if name not in ("currency", "explained_ratio")
    }
    return {"currency": found["currency"], **texts, "ratio": found["explained_ratio"]}


def test_what_logs_explain_of_a_bill_and_what_only_one_side_knows(ask: Ask, put: Put) -> None:
    # 1 October: 1.20 billed for two responses of 0.45 each; 2 October: less than the logs come to.
    put(bill(unit(1, charge("1.20"), charge("0.10", "")), unit(2, charge("0.40"))))

    data = document(ask)["data"]
    [found] = data["providers"]

    assert [read(one) for one in found["sides"]] == [
        sides(
            billed="1.70",
            explained=2 * COST + Decimal("0.40"),
            only_in_bill=Decimal("1.30") - 2 * COST,
            computed=3 * COST,
            only_in_logs=COST - Decimal("0.40"),
            ratio=0.764706,
        )
    ]
    assert data["totals"] == found["sides"]
    assert (found["provider"], found["beside"], found["days"]) == ("anthropic", "bill", 2)
    assert found["open_days"] == [
        {"first_day": "2026-09-06", "last_day": "2026-09-30"},
        {"first_day": "2026-10-03", "last_day": "2026-10-05"},
    ]
    assert [found[part]["requests"] for part in ("logs", "outside", "plan")] == [3, 1, 0]
    assert Decimal(found["outside"]["cost"]["amount"]) == COST


def test_the_bill_is_the_one_that_the_summary_holds(ask: Ask, put: Put) -> None:
    put(bill(unit(1, charge("1.2000000000004"), charge("0.1000000000004", "")), unit(2, charge("0.40"))))

    [found] = document(ask)["data"]["totals"]
    summary = ask("summary", "--since", "2026-09-06", "--tz", "UTC", "--json").document["data"]

    assert found["billed"] == summary["cost"]["by_basis"]["billed"] == "1.700000000001"


def test_credits_are_apart_and_the_share_is_of_the_charges(ask: Ask, put: Put) -> None:
    put(bill(unit(1, charge("1.80"), charge("-0.30", ""))))

    [found] = document(ask)["data"]["totals"]

    assert read(found) == sides(
        billed="1.50",
        explained=2 * COST,
        only_in_bill=Decimal("1.80") - 2 * COST,
        credits="-0.30",
        computed=2 * COST,
        ratio=0.5,
    )


def test_usage_on_a_day_with_an_empty_bill_is_known_to_the_logs_only(ask: Ask, put: Put) -> None:
    put(bill(unit(1)))

    [found] = document(ask)["data"]["totals"]

    assert read(found) == sides(computed=2 * COST, only_in_logs=2 * COST, ratio=None)


def test_a_model_without_a_price_is_shared_by_the_providers_tokens(
    ask: Ask, put: Put, isolated_home: Path
) -> None:
    write_logs(isolated_home, text_of(response(1, "2026-10-01T10:00:00Z", "claude-brew-9")))
    used = ReportedUsage("claude-brew-9", Tokens(400_000, output=40_000), 8)
    put(bill(unit(1, charge("2.00", "claude-brew-9"), used=(used,))))

    data = document(ask)["data"]

    assert [read(one) for one in data["totals"]] == [
        sides(billed="2", explained="0.5", only_in_bill="1.5", shared_by_tokens="0.5", ratio=0.25)
    ]
    assert [(one["model"], one["billed"], one["computed"]) for one in data["differences"]] == [
        ("claude-brew-9", "2.000000", None)
    ]


def test_tokens_and_requests_are_compared_on_the_days_that_the_provider_counts(ask: Ask, put: Put) -> None:
    used = ReportedUsage(MODEL, Tokens(250_000, output=30_000, reasoning=4), 5)
    put(bill(unit(1, charge("1.20"), used=(used,)), unit(2, charge("0.40"))))

    [found] = document(ask)["data"]["providers"]

    kinds = {"cache_read": 0, "cache_write_5m": 0, "cache_write_1h": 0}
    assert found["counts"] == {
        "days": 1,
        "provider": {
            "requests": 5,
            "tokens": {"input": 250_000, **kinds, "output": 30_000, "reasoning": 4, "total": 280_000},
        },
        "logs": {
            "requests": 2,
            "tokens": {"input": 200_000, **kinds, "output": 20_000, "reasoning": 0, "total": 220_000},
        },
    }


def test_requests_that_a_provider_does_not_count_are_unknown(ask: Ask, put: Put) -> None:
    used = ReportedUsage(MODEL, Tokens(1), None)
    put(bill(unit(1, charge("1.20"), used=(used,))))

    assert document(ask)["data"]["providers"][0]["counts"]["provider"]["requests"] is None


def test_a_day_whose_bill_is_not_whole_is_named_and_in_no_share(ask: Ask, put: Put) -> None:
    put(bill(unit(1, charge("1.20")), unit(2, charge("0.40")), at="2026-10-03T00:00:00+00:00"))

    [found] = document(ask, "--since", "2026-10-01")["data"]["providers"]

    assert found["open_days"] == [{"first_day": "2026-10-02", "last_day": "2026-10-05"}]
    assert [Decimal(found[part]["cost"]["amount"]) for part in ("logs", "outside")] == [2 * COST, 2 * COST]


def test_a_bill_that_may_still_grow_gives_way_to_logs_that_come_to_more(ask: Ask, put: Put) -> None:
    put(bill(unit(1, charge("0.50")), unit(2, charge("0.50")), at="2026-10-03T00:00:00+00:00"))
    put(bill(unit(1, charge("0.50")), at="2026-10-02T00:00:00+00:00"))

    data = document(ask, "--since", "2026-10-01")["data"]
    [found] = data["providers"]

    assert [read(one) for one in data["totals"]] == [
        sides(billed="0.50", explained=COST, only_in_bill=Decimal("0.50") - COST, computed=COST, ratio=0.9)
    ]
    assert found["open_days"] == [
        {"first_day": "2026-10-01", "last_day": "2026-10-01"},
        {"first_day": "2026-10-03", "last_day": "2026-10-05"},
    ]
    assert [found[part]["requests"] for part in ("logs", "outside")] == [1, 3]


def test_a_tier_that_no_cost_report_holds_is_not_held_against_the_bill(
    ask: Ask, put: Put, isolated_home: Path
) -> None:
    priority = response(2, "2026-10-01T20:00:00Z")
    priority["message"]["usage"]["service_tier"] = "priority"
    write_logs(isolated_home, text_of(response(1, "2026-10-01T10:00:00Z"), priority))
    used = (ReportedUsage(MODEL, USED, 1),)
    put(
        bill(
            unit(1, charge("0.50")),
            BillUnit("usage", date(2026, 10, 1), None, used),
            BillUnit("usage/priority", date(2026, 10, 1), None, used),
        )
    )

    data = document(ask)["data"]
    [found] = data["providers"]

    assert read(data["totals"][0])["computed"] == COST
    assert [found[part]["requests"] for part in ("logs", "outside")] == [1, 1]
    assert [found["counts"][side]["requests"] for side in ("provider", "logs")] == [2, 2]


def test_what_a_plan_pays_is_on_no_side(ask: Ask, put: Put) -> None:
    put(bill(unit(1, charge("1.20"))))
    ask("sources", "set-billing", "claude-code", "plan")

    data = document(ask)["data"]

    assert [read(one) for one in data["totals"]] == [sides(billed="1.2", only_in_bill="1.2", ratio=0)]
    assert Decimal(data["providers"][0]["plan"]["cost"]["api_equivalent"]["amount"]) == 4 * COST


def test_records_made_by_hand_are_on_no_side(ask: Ask, put: Put) -> None:
    put(bill(unit(1, charge("1.20"))))
    words = ("--model", MODEL, "--input-tokens", "1000", "--output-tokens", "10", "--session", "s")
    assert ask("log", *words).exit_code == 0

    assert sum(document(ask)["data"]["providers"][0][part]["requests"] for part in ("logs", "outside")) == 4


def test_local_days_are_widened_to_the_utc_days_that_they_touch(ask: Ask, put: Put) -> None:
    put(bill(unit(1, charge("1.20"))))
    words = ("reconcile", "--date", "2026-10-02", "--tz", "Asia/Shanghai")

    found = ask(*words, "--json").document
    text = ask(*words, "--lang", "en").out

    assert (found["period"]["first_day"], found["period"]["last_day"]) == ("2026-10-01", "2026-10-02")
    assert found["data"]["asked"]["first_day"] == found["data"]["asked"]["last_day"] == "2026-10-02"
    assert "Oct 2 in Asia/Shanghai touches Oct 1–Oct 2 in UTC" in text


def test_currencies_are_never_added_and_never_compared(ask: Ask, put: Put) -> None:
    put(bill(unit(1, charge("7", currency="CNY"), charge("1", "", "USD"))))

    data = document(ask)["data"]

    assert [read(one) for one in data["totals"]] == [
        sides(currency="CNY", billed="7", explained="7", shared_by_tokens="7", ratio=1),
        sides(billed="1", only_in_bill="1", computed=2 * COST, other_currency=2 * COST, ratio=0),
    ]
    assert [(one["currency"], one["model"], one["difference"]) for one in data["differences"]] == [
        ("CNY", MODEL, None),
        ("USD", None, "1.000000"),
    ]


def test_a_provider_with_balances_only_is_held_against_what_left_them(ask: Ask, put: Put) -> None:
    put(balance("2026-10-01T15:00:00+00:00", "10.00"))
    put(balance("2026-10-03T15:00:00+00:00", "9.00"))
    put(balance("2026-10-05T11:00:00+00:00", "8.50"))

    data = document(ask)["data"]
    [found] = data["providers"]

    assert data["totals"] == []
    assert [read(one) for one in found["sides"]] == [
        sides(billed="1.5", explained=3 * COST, only_in_bill="0.15", computed=3 * COST, ratio=0.9)
    ]
    assert found["beside"] == "balance"
    assert found["balances"] == {"start": "2026-10-01T15:15:00+00:00", "end": "2026-10-05T11:15:00+00:00"}
    assert [found[part]["requests"] for part in ("logs", "outside")] == [3, 1]


def test_without_bills_the_logs_alone_are_told_and_what_to_do(ask: Ask, put: Put) -> None:
    put(lambda ledger: ledger)

    data = document(ask)["data"]
    english, chinese = (ask("reconcile", "--tz", "UTC", "--lang", lang).out for lang in ("en", "zh"))

    assert [(one["provider"], one["beside"]) for one in data["providers"]] == [("anthropic", None)]
    assert english.startswith(
        "Sep 6–Oct 5 (30 days): no bill to hold the logs against; they come to $1.80.\n"
    )
    assert chinese.startswith("9月6日至10月5日（30 天）：没有可以对照的账单；日志折算为 $1.80。\n")
    assert ["`token-tracker fetch-usage`" in text for text in (english, chinese)] == [True, True]


def test_only_the_providers_that_were_asked_for_are_told(ask: Ask, put: Put) -> None:
    put(bill(unit(1, charge("1.20"))))
    put(bill(unit(1, charge("3.00", "gpt-5")), provider="openai"))

    assert [one["provider"] for one in document(ask, "--provider", "openai")["data"]["providers"]] == [
        "openai"
    ]
    assert ask("reconcile", "--provider", "opnai", "--json").error_code == "filter-unknown"


def test_an_account_without_anything_has_nothing_to_reconcile(ask: Ask, isolated_home: Path) -> None:
    out = ask("reconcile", "--lang", "en", "--date", "2026-10-01", "--tz", "UTC").out

    assert out.startswith("Thu, Oct 1: nothing to reconcile: no bill, no balance, no usage in any log.\n")

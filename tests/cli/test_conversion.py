"""Money in two currencies: shown apart, and beside it what it comes to in one by a dated rate."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import closing
from datetime import UTC
from datetime import date
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cli.answers import Ask
from published_shapes import complaints
from token_tracker.ledger.exchange_rates import put_rates
from token_tracker.ledger.store import open_ledger
from token_tracker.model import ExchangeRate

REPORTS = [
    ("summary",),
    ("bill",),
    ("week",),
    ("month",),
    ("report",),
    ("daily-report", "--date", "today"),
    ("weekly-report", "--date", "today"),
    ("monthly-report", "--date", "today"),
]
DOLLARS, YUAN, RATE = Decimal("2.5"), Decimal(8), Decimal("0.14")
RATE_IN_JSON = {"base": "CNY", "quote": "USD", "rate": "0.14", "day": "2026-10-01", "source": "user"}


def record(ask: Ask, session: str, cost: str, day: str = "2026-10-05") -> None:
    """Record a session of a thousand tokens that cost so much."""
    words = ("--tokens-in", "1000", "--tokens-out", "0", "--cost", cost, "--date", day)
    assert ask("record-session", "--model", "model-x", "--session", session, *words).exit_code == 0


@pytest.fixture
def dollars(logs: Path, home: Path, ask: Ask) -> Path:
    """Give a home in which two dollars and a half were spent on 5 October, and nothing else."""
    logs.unlink()
    record(ask, "in dollars", "$2.50")
    return home


@pytest.fixture
def both(dollars: Path, ask: Ask) -> Path:
    """Give a home in which eight yuan were spent as well."""
    record(ask, "in yuan", "8元")
    return dollars


def document(ask: Ask, *words: str) -> dict[str, Any]:
    answer = ask(*words, "--json")
    assert (answer.exit_code, answer.err) == (0, "")
    assert complaints(words[0], answer.document) == []
    return answer.document


def cost(ask: Ask, *words: str) -> dict[str, Any]:
    """Give the cost of the whole of a report."""
    data = document(ask, *words)["data"]
    found: dict[str, Any] = data.get("total", data)["cost"]
    return found


@pytest.mark.parametrize("words", REPORTS, ids=lambda words: words[0])
def test_every_report_tells_both_amounts_and_what_they_come_to(
    words: tuple[str, ...], ask: Ask, both: Path
) -> None:
    before = cost(ask, *words)
    ask("rates", "set", "CNY", "USD", str(RATE), "--date", "2026-10-01")
    after = cost(ask, *words)

    total = DOLLARS + YUAN * RATE
    assert after.pop("converted") == {"amount": f"{total:.6f}", "currency": "USD", "rates": [RATE_IN_JSON]}
    assert after == before
    assert {one["currency"]: Decimal(one["amount"]) for one in (after, *after["other"])} == {
        "USD": DOLLARS,
        "CNY": YUAN,
    }
    assert (
        "≈ $3.62 in all, at 7.14286 CNY/USD (your own rate, 2026-10-01)." in ask(*words, "--lang", "en").out
    )


@pytest.mark.parametrize("words", REPORTS, ids=lambda words: words[0])
def test_without_a_rate_nothing_is_converted_and_the_pair_is_named_once(
    words: tuple[str, ...], ask: Ask, both: Path
) -> None:
    english, chinese = (ask(*words, "--lang", lang).out for lang in ("en", "zh"))

    assert "converted" not in cost(ask, *words)
    assert [one["code"] for one in document(ask, *words)["problems"]] == ["exchange-rate-missing"]
    assert english.count("No exchange rate from CNY to USD is known") == 1
    assert chinese.count("不知道 CNY 对 USD 的汇率") == 1
    assert ["`token-tracker rates" in text.splitlines()[-1] for text in (english, chinese)] == [True, True]


def test_the_currency_that_is_asked_for_is_converted_into(dollars: Path, ask: Ask) -> None:
    ask("rates", "set", "USD", "CNY", "7.12")
    unasked = cost(ask, "summary")
    asked = cost(ask, "summary", "--currency", "CNY")
    ask("config", "set", "currency", "CNY")

    assert "converted" not in unasked
    assert asked["converted"]["amount"] == f"{DOLLARS * Decimal('7.12'):.6f}"
    assert (asked["amount"], asked["currency"]) == (f"{DOLLARS:.6f}", "USD")
    assert cost(ask, "summary") == asked


def test_a_currency_that_nobody_asked_for_is_not_missed(dollars: Path, ask: Ask) -> None:
    ask("record-session", "--model", "m", "--tokens-in", "1", "--tokens-out", "0", "--cost", "3 CNY",
        "--session", "yesterday", "--date", "2026-10-04")  # fmt: skip

    assert document(ask, "summary", "--date", "2026-10-04")["problems"] == []
    asked = document(ask, "summary", "--date", "2026-10-04", "--currency", "USD")["problems"]
    assert [(one["code"], one["where"]) for one in asked] == [("exchange-rate-missing", "CNY")]


def test_a_past_day_is_converted_by_its_own_rate_and_never_by_a_later_one(both: Path, ask: Ask) -> None:
    record(ask, "a", "$1", "2026-09-30")
    record(ask, "b", "10元", "2026-09-30")
    ask("rates", "set", "CNY", "USD", "0.15", "--date", "2026-10-01")
    without = cost(ask, "summary", "--date", "2026-09-30")
    ask("rates", "set", "CNY", "USD", "0.13", "--date", "2026-09-29")

    assert "converted" not in without
    assert cost(ask, "summary", "--date", "2026-09-30")["converted"]["amount"] == "2.300000"
    assert cost(ask, "summary")["converted"]["amount"] == f"{DOLLARS + YUAN * Decimal('0.15'):.6f}"


def test_a_period_that_runs_is_converted_by_the_rate_of_today(both: Path, ask: Ask) -> None:
    ask("rates", "set", "CNY", "USD", "0.13", "--date", "2026-10-01")
    ask("rates", "set", "CNY", "USD", "0.15", "--date", "2026-10-05")

    assert cost(ask, "month")["converted"]["rates"][0]["day"] == "2026-10-05"
    assert "converted" not in cost(ask, "month", "--date", "2026-09-10")


def test_rates_of_the_central_bank_give_others_and_are_said_when_they_are_old(both: Path, ask: Ask) -> None:
    stated = {"USD": "1.25", "CNY": "8"}
    with closing(open_ledger(both, datetime(2026, 10, 5, 12, tzinfo=UTC))) as ledger:
        day = date(2026, 9, 24)
        rates = [ExchangeRate("EUR", code, Decimal(rate), day, "ecb") for code, rate in stated.items()]
        put_rates(ledger, rates, 0)
    found = document(ask, "summary", "--currency", "CNY")

    assert found["data"]["cost"]["converted"] == {
        "amount": f"{YUAN + DOLLARS * (Decimal(8) / Decimal('1.25')):.6f}",
        "currency": "CNY",
        "rates": [{"base": "USD", "quote": "CNY", "rate": "6.4", "day": "2026-09-24", "source": "ecb"}],
    }
    assert [one["code"] for one in found["problems"]] == ["exchange-rate-old"]
    assert document(ask, "summary", "--date", "2026-10-04", "--currency", "CNY")["problems"] == []


def test_a_total_in_one_currency_is_told_and_never_noted_as_told(both: Path, ask: Ask) -> None:
    ask("daily-report", "--date", "2026-10-05")
    ask("rates", "set", "CNY", "USD", "0.14")
    ask("rates", "set", "CNY", "USD", "0.5")

    assert document(ask, "daily-report", "--date", "2026-10-05")["data"]["corrections"] == []


def test_a_home_that_cannot_be_written_converts_all_the_same(
    both: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("rates", "set", "CNY", "USD", "0.14")
    monkeypatch.setattr("os.access", lambda _path, mode: mode != 2)

    assert cost(ask, "summary")["converted"]["amount"] == "3.620000"


LOADED = """
import json, sys
from token_tracker.cli import main
code = main()
print(json.dumps(sorted(sys.modules)), file=sys.stderr)
"""


@pytest.mark.parametrize("json_or_text", [["--json"], []], ids=["json", "text"])
def test_where_all_is_in_one_currency_no_rate_is_looked_for(dollars: Path, json_or_text: list[str]) -> None:
    words = [sys.executable, "-c", LOADED, "summary", *json_or_text]
    ended = subprocess.run(words, capture_output=True, text=True, check=True)

    assert {"token_tracker.exchange", "token_tracker.ledger.exchange_rates"}.isdisjoint(
        json.loads(ended.stderr)
    )


# Budgets


def budget(ask: Ask, *words: str) -> dict[str, Any]:
    [found] = document(ask, "budget-status", *words)["data"]["budgets"]
    assert isinstance(found, dict)
    return found


def test_a_budget_counts_other_currencies_by_a_rate_and_is_incomplete_without(both: Path, ask: Ask) -> None:
    ask("set-budget", "--amount", "15")
    without = budget(ask)
    ask("rates", "set", "CNY", "USD", "0.14", "--date", "2026-10-01")
    counted = budget(ask)

    assert (without["state"], without["converted"]) == ("incomplete", [])
    assert (counted["state"], counted["unknown"]["other"]) == ("ok", [])
    assert Decimal(counted["spent"]) == DOLLARS + YUAN * RATE
    assert counted["converted"] == [{"currency": "CNY", "amount": "8.000000", "rate": RATE_IN_JSON}]


def test_what_is_converted_can_exceed_a_budget(both: Path, ask: Ask) -> None:
    ask("set-budget", "--amount", "20元")
    ask("rates", "set", "USD", "CNY", "6")

    assert Decimal(budget(ask)["spent"]) == YUAN + DOLLARS * 6
    assert ask("check-alerts").exit_code == 11


def test_a_budget_in_a_currency_with_a_rate_is_set_without_a_note(both: Path, ask: Ask) -> None:
    ask("rates", "set", "EUR", "USD", "1.25")
    ask("rates", "set", "EUR", "CNY", "8")
    answer = ask("set-budget", "--amount", "15 EUR", "--json")

    assert answer.problem_codes == []
    assert Decimal(answer.document["data"]["status"]["spent"]) == DOLLARS / Decimal("1.25") + YUAN / 8


def test_a_forecast_counts_other_currencies_of_the_days_before(both: Path, ask: Ask) -> None:
    record(ask, "before", "10元", "2026-10-04")
    ask("set-budget", "--amount", "15")
    without = budget(ask)["forecast"]
    ask("rates", "set", "CNY", "USD", str(RATE), "--date", "2026-10-01")

    assert without is None
    half_a_day = Decimal("0.5")
    assert Decimal(budget(ask)["forecast"]) == DOLLARS + YUAN * RATE + 10 * RATE * half_a_day


def test_a_budget_of_a_past_month_counts_by_the_rate_of_its_last_day(both: Path, ask: Ask) -> None:
    record(ask, "then", "10元", "2026-09-10")
    ask("set-budget", "--amount", "15", "--period", "monthly")
    ask("rates", "set", "CNY", "USD", "0.12", "--date", "2026-09-30")
    ask("rates", "set", "CNY", "USD", "0.15", "--date", "2026-10-01")

    assert Decimal(budget(ask, "--date", "2026-09-10")["spent"]) == 10 * Decimal("0.12")
    assert Decimal(budget(ask)["spent"]) == DOLLARS + YUAN * Decimal("0.15")


def test_the_summary_and_its_budgets_agree(both: Path, ask: Ask) -> None:
    ask("rates", "set", "CNY", "USD", str(RATE))
    ask("set-budget", "--amount", "15")
    data = document(ask, "summary")["data"]

    assert data["budgets"][0]["spent"] == data["cost"]["converted"]["amount"]

"""`explain` of days that a provider has billed: its addends are those of the summary."""

from __future__ import annotations

import subprocess
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

SONNET, OPUS = "claude-sonnet-4-5-20250929", "claude-opus-4-5-20251101"
COST = 100_000 * Decimal("0.000003") + 10_000 * Decimal("0.000015")
"""Of a response of Sonnet 4.5 in `LOGS`, at 3 and 15 dollars a million."""

Put = Callable[[Callable[[Ledger], object]], None]


def response(number: int, timestamp: str, model: str = SONNET) -> dict[str, Any]:
    return line(
        timestamp=timestamp,
        message__id=f"msg_01Explain{number:04}",
        message__model=model,
        message__usage={"input_tokens": 100_000, "output_tokens": 10_000},
    )


LOGS = text_of(
    response(1, "2026-10-01T10:00:00Z"),
    response(2, "2026-10-01T20:00:00Z"),
    response(3, "2026-10-01T21:00:00Z", OPUS),
    response(4, "2026-10-03T10:00:00Z"),
)


@pytest.fixture
def put(isolated_home: Path, monkeypatch: pytest.MonkeyPatch) -> Put:
    """Write the logs, set the clock, and give what writes into the ledger."""
    monkeypatch.setenv("TOKEN_TRACKER_NOW", NOW)
    write_logs(isolated_home, LOGS)
    home = isolated_home / ".token-tracker"
    home.mkdir(mode=0o700)

    def write(change: Callable[[Ledger], object]) -> None:
        with closing(open_ledger(home, datetime.fromisoformat(NOW))) as ledger:
            change(ledger)

    return write


def charge(amount: str, model: str = SONNET, item: str = "output", hour: int | None = None) -> BilledRecord:
    return BilledRecord(model, item, Decimal(amount), "USD", hour)


def bill(*records: BilledRecord, used: tuple[ReportedUsage, ...] | None = None) -> Callable[[Ledger], object]:
    unit = BillUnit("costs", date(2026, 10, 1), records, used)
    at_ms = to_ms(datetime.fromisoformat("2026-10-03T00:00:00+00:00"))
    return lambda ledger: put_units(
        ledger, "anthropic", "", [unit], reach="", fetched_at_ms=at_ms, settled_after_h=6
    )


BUSY = bill(
    charge("0.7000000000004"),
    charge("0.5000000000004", item="input"),
    charge("0.10", OPUS),
    charge("0.25", "", "Web search"),
    charge("-0.03", "", "Credit"),
    used=(ReportedUsage(SONNET, Tokens(300_000, output=30_000), 5),),
)


def explained(ask: Ask, *words: str) -> dict[str, Any]:
    answer = ask("explain", *words, "--json")
    assert (answer.exit_code, answer.err) == (0, "")
    assert complaints("explain", answer.document) == []
    data: dict[str, Any] = answer.document["data"]
    return data


def summed(ask: Ask, *words: str) -> dict[str, Any]:
    data = ask("summary", *words, "--json").document["data"]
    return {name: data[name] for name in ("requests", "tokens", "cost")}


def counted(data: dict[str, Any]) -> Decimal:
    amounts = [one["amount"] for one in (*data["addends"], *data["bills"]) if one["lane"] == "counted"]
    return sum(map(Decimal, amounts), Decimal(0))


@pytest.mark.parametrize(
    "words",
    [
        ("--date", "2026-10-01", "--tz", "UTC"),
        ("--date", "2026-10-01", "--tz", "Asia/Shanghai"),
        ("--date", "2026-10-02", "--tz", "Asia/Shanghai"),
        ("--date", "2026-10-01", "--tz", "Asia/Kathmandu"),
        ("--since", "2026-09-20", "--until", "2026-10-04", "--tz", "America/New_York"),
        ("--date", "2026-10-01", "--tz", "UTC", "--project", "shop"),
        ("--date", "2026-10-01", "--tz", "UTC", "--model", OPUS),
    ],
    ids=" ".join,
)
def test_the_addends_of_billed_days_add_up_to_the_summary(words: tuple[str, ...], ask: Ask, put: Put) -> None:
    put(BUSY)
    data, whole = explained(ask, *words), summed(ask, *words)

    assert {name: data["total"][name] for name in whole} == whole
    assert counted(data) == Decimal(whole["cost"]["amount"])
    requests = [one for one in data["addends"] if one["lane"] != "shadowed"]
    assert len(requests) + sum(one["requests"] for one in data["bills"]) == whole["requests"]


def test_a_bill_is_told_by_model_with_its_lines_and_the_responses_inside_it(ask: Ask, put: Put) -> None:
    put(BUSY)

    data = explained(ask, "2026-10-01", "--tz", "UTC")

    assert [(one["lane"], one["model"], Decimal(one["amount"])) for one in data["addends"]] == [
        ("billed", SONNET, COST),
        ("billed", SONNET, COST),
        ("billed", OPUS, COST / 3 * 5),
    ]
    assert [
        (one["model"], one["amount"], one["explained"], one["elsewhere"], one["billed"])
        for one in data["bills"]
    ] == [
        (SONNET, "1.200000000001", "0.900000", "0.300000000001", "1.2000000000008"),
        (None, "0.220000", "0", "0.220000", "0.220000"),
        (OPUS, "0.100000", "0.100000", "0", "0.100000"),
    ]
    assert [(one["requests"], one["tokens"]["total"], one["apportioned"]) for one in data["bills"]] == [
        (3, 110_000, []),
        (0, 0, []),
        (0, 0, []),
    ]
    assert [one["items"] for one in data["bills"]] == [
        [{"item": "output", "amount": "0.7000000000004"}, {"item": "input", "amount": "0.5000000000004"}],
        [{"item": "Web search", "amount": "0.250000"}, {"item": "Credit", "amount": "-0.030000"}],
        [{"item": "output", "amount": "0.100000"}],
    ]


def test_local_days_together_hold_the_bill_and_each_says_how_it_was_spread(ask: Ask, put: Put) -> None:
    put(bill(charge("1.20", hour=10), charge("0.30", hour=20)))

    days = [explained(ask, f"2026-10-0{day}", "--tz", "Asia/Shanghai")["bills"] for day in (1, 2)]

    found = [one for day in days for one in day if one["model"] == SONNET]
    assert sum(Decimal(one["amount"]) for one in found) == Decimal("1.5")
    assert [(one["apportioned"], one["billed"]) for one in found] == [(["provider-hours"], "1.500000")] * 2


def test_a_bill_without_models_is_shared_by_the_models_of_the_logs(ask: Ask, put: Put) -> None:
    put(bill(charge("0.90", "", "Usage")))

    bills = explained(ask, "2026-10-01", "--tz", "UTC")["bills"]

    assert sum(Decimal(one["amount"]) for one in bills) == Decimal("0.90")
    assert [(one["model"], one["billed"], one["items"]) for one in bills] == [
        (SONNET, "0.900000", [{"item": "Usage", "amount": "0.900000"}]),
        (OPUS, "0.900000", [{"item": "Usage", "amount": "0.900000"}]),
    ]


def test_what_left_a_balance_is_an_addend_of_its_day(ask: Ask, put: Put) -> None:
    for at, total in (("2026-09-10T00:10:00+00:00", "10.00"), ("2026-09-12T00:10:00+00:00", "8.00")):
        reading = BalanceReading((Balance("CNY", Decimal(total)),))
        at_ms = to_ms(datetime.fromisoformat(at))
        put(lambda ledger, at_ms=at_ms, reading=reading: put_balances(ledger, "deepseek", "", at_ms, reading))  # type: ignore[misc]  # bound now

    words = ("--since", "2026-09-10", "--until", "2026-09-11", "--tz", "UTC")
    data, whole = explained(ask, *words), summed(ask, *words)

    assert [(one["provider"], one["day"], one["basis"], one["billed"]) for one in data["bills"]] == [
        ("deepseek", "2026-09-10", "inferred", None),
        ("deepseek", "2026-09-11", "inferred", None),
    ]
    assert data["total"] == {**whole, "web_searches": 0}
    assert (whole["cost"]["currency"], Decimal(whole["cost"]["amount"])) == ("CNY", counted(data))


def test_a_single_response_says_which_bill_it_is_inside_of(ask: Ask, put: Put) -> None:
    put(BUSY)
    [first, *_] = explained(ask, "2026-10-01", "--tz", "UTC")["addends"]

    data = explained(ask, first["event"])
    english, chinese = (ask("explain", first["event"], "--lang", lang).out for lang in ("en", "zh"))

    assert [(one["lane"], one["model"], one["billed"], one["explained"]) for one in data["bills"]] == [
        ("beside", SONNET, "1.2000000000008", "0.900000")
    ]
    assert (data["addends"][0]["lane"], data["total"]["cost"]["amount"], data["total"]["requests"]) == (
        "billed",
        "0",
        1,
    )
    assert english.splitlines()[0] == (
        "This response of Claude Sonnet 4.5 is inside the bill of anthropic for 2026-10-01 (UTC); its own"
        " amount is in no sum. The bill has $1.2000000000008 for the model that day, of which usage in the"
        " logs got $0.90 (75%)."
    )
    assert chinese.splitlines()[0] == (
        "Claude Sonnet 4.5 的这次响应包含在 anthropic 2026-10-01（UTC）的账单里，它自己的金额不再相加。"
        "当天这个模型的账单是 $1.2000000000008，其中日志里的用量分到 $0.90（75%）。"
    )


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_lines_of_the_text_add_up_with_bc(lang: str, ask: Ask, put: Put) -> None:
    put(BUSY)
    put(bill(charge("1.20"), charge("-0.333333333333", "", "Credit")))
    words = ("--since", "2026-10-01", "--until", "2026-10-04", "--tz", "UTC")
    text = ask("explain", *words, "--lang", lang).out
    total = summed(ask, *words)["cost"]["amount"]

    lines = [one for one in text.splitlines() if one[:1].isdigit()]
    sum_of_lines = subprocess.run(
        ["bc"], input="+".join(lines) + "\n", capture_output=True, text=True, check=True
    )

    assert Decimal(sum_of_lines.stdout) == Decimal(total)


def test_days_without_a_bill_are_explained_as_ever(ask: Ask, put: Put) -> None:
    put(BUSY)

    data = explained(ask, "2026-10-03", "--tz", "UTC")

    assert ([one["lane"] for one in data["addends"]], data["bills"]) == (["counted"], [])

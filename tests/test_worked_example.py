"""The worked example of references/accounting.md, calculated from its own tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from datetime import date
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from token_tracker.ledger.bills import put_units
from token_tracker.ledger.posting import Poster
from token_tracker.ledger.priced import price_reading
from token_tracker.ledger.queries import UsageRow
from token_tracker.ledger.queries import usage_in_spans
from token_tracker.ledger.settling import settle_bills
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import open_ledger
from token_tracker.model import PICO
from token_tracker.model import BilledRecord
from token_tracker.model import BillUnit
from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.period import local_day
from token_tracker.pricer import CardPricer
from token_tracker.sources._ids import event_id
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading

PAGE = Path(__file__).resolve().parents[1] / "references" / "accounting.md"
EXAMPLE = PAGE.read_text(encoding="utf-8").partition("### A worked example")[2].partition("\n## ")[0]
LOGGED, BILLED, ANSWER = (
    [[cell.strip() for cell in line.strip("| ").split(" | ")] for line in table.splitlines()[2:]]
    for table in re.findall(r"(?:^\|.*\n)+", EXAMPLE, re.MULTILINE)
)
PROVIDERS = ("anthropic", "openai")
SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = [date(2026, 10, number) for number in range(4, 9)]
"""Those of the example, and the ones around them: in other zones some of it is theirs."""
RUNNING = "2026-10-07"
NOW = datetime(2026, 10, 8, 12, tzinfo=UTC)


def at_ms(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    home = tmp_path_factory.mktemp("example")
    pricer = CardPricer(home / "prices")
    with closing(open_ledger(home, NOW)) as ledger:
        for number, (moment, source, model, sent, answered, _) in enumerate(LOGGED):
            tokens, place = Tokens(input=int(sent), output=int(answered)), Place(f"/{number}", 0)
            event = UsageEvent(
                event_id(source, number), at_ms(moment), at_ms(moment), Service("", model), Origin(source),
                tokens, 0, False, True, None, place,
            )  # fmt: skip
            cursor = Cursor(FileState(f"/{number}", 1, number, 1, 1), 1, b"")
            read = Reading(cursor, True, 1, [event], [], {})
            Poster(ledger, pricer, str, at_ms("2026-10-08")).post([price_reading(source, "", read, pricer)])
        for (day, provider), rows in groupby(BILLED, key=lambda row: row[:2]):
            records = tuple(
                BilledRecord(
                    "" if model == "-" else model,
                    item,
                    Decimal(amount),
                    "USD",
                    None if hour == "-" else int(hour),
                )
                for _, _, model, item, hour, amount in rows
            )
            put_units(
                ledger,
                provider,
                "",
                [BillUnit("costs", date.fromisoformat(day), records)],
                reach="",
                fetched_at_ms=at_ms(f"{RUNNING} 12:00" if day == RUNNING else "2026-10-08 12:00"),
                settled_after_h=24,
            )
        settle_bills(ledger, (), pricer)
        yield ledger


def sums(ledger: Ledger, zone: ZoneInfo = SHANGHAI) -> list[UsageRow]:
    days = [local_day(day, zone, zone.key) for day in DAYS]
    return usage_in_spans(ledger, [(day.start_ms, day.end_ms) for day in days], ("source", "provider"))


def pico(text: str) -> int:
    return int(Decimal(text) * PICO)


def test_the_logs_cost_by_our_prices_what_the_page_says(ledger: Ledger) -> None:
    costs = ledger.connection.execute("SELECT cost_pico FROM event ORDER BY at_ms").fetchall()

    assert [cost for (cost,) in costs] == [pico(row[-1]) for row in LOGGED]


def test_every_local_day_is_what_the_page_says(ledger: Ledger) -> None:
    expected = {
        (day, source, provider, basis): pico(amount)
        for day, source, *amounts, basis in ANSWER
        for provider, amount in zip(PROVIDERS, amounts, strict=True)
        if amount != "-"
    }

    assert {
        (DAYS[int(row.key[0])].isoformat(), str(row.key[1]), str(row.key[2]), row.basis): row.cost_pico
        for row in sums(ledger)
    } == expected


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "America/St_Johns"])
def test_all_days_together_are_the_bills_and_what_they_do_not_cover(ledger: Ledger, zone: str) -> None:
    whole = [row for row in BILLED if row[0] != RUNNING]
    rows = sums(ledger, ZoneInfo(zone))

    assert sum(row.cost_pico for row in rows if row.basis == "billed") == sum(pico(row[-1]) for row in whole)
    assert [row.cost_pico for row in rows if row.basis != "billed"] == [pico("0.18")]


def test_the_total_is_the_one_in_the_text(ledger: Ledger) -> None:
    found = re.search(r"In all ([\d.]+): the whole bills, ([\d.]+), to the cent, and ([\d.]+) that", EXAMPLE)

    assert found is not None
    total, billed, rest = (pico(amount) for amount in found.groups())
    assert sum(row.cost_pico for row in sums(ledger)) == total == billed + rest

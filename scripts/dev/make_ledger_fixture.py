"""Keep a ledger of this schema version for ever: `python3 -m scripts.dev.make_ledger_fixture`.

Run it once for every released version, with the package's environment. The recorded
Claude Code sessions are read, an older response is purged, and what the ledger then says
is written beside it. `tests/ledger/test_released.py` opens every such ledger.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import tempfile
from contextlib import closing
from datetime import UTC
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from token_tracker.ledger.bills import USAGE
from token_tracker.ledger.bills import Fetch
from token_tracker.ledger.bills import note_fetch
from token_tracker.ledger.bills import put_balances
from token_tracker.ledger.bills import put_units
from token_tracker.ledger.bills import utc_day
from token_tracker.ledger.care import purge
from token_tracker.ledger.posting import Poster
from token_tracker.ledger.queries import usage
from token_tracker.ledger.records import Record
from token_tracker.ledger.records import RecordBook
from token_tracker.ledger.records import RecordKind
from token_tracker.ledger.records import record_id
from token_tracker.ledger.schema import VERSION
from token_tracker.ledger.settling import settle_bills
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import open_ledger
from token_tracker.ledger.told import note_told
from token_tracker.model import PICO
from token_tracker.model import Balance
from token_tracker.model import BalanceReading
from token_tracker.model import BilledRecord
from token_tracker.model import BillUnit
from token_tracker.model import Charge
from token_tracker.model import ReportedUsage
from token_tracker.model import Tokens
from token_tracker.period import BUCKET_MS
from token_tracker.period import Clock
from token_tracker.pricer import CardPricer
from token_tracker.sources.claude_code import SOURCE
from token_tracker.sync import Wanted
from token_tracker.sync import sync_sources

ROOT = Path(__file__).resolve().parents[2]
SESSIONS = ROOT / "tests" / "fixtures" / "sources" / "claude_code"
LEDGERS = ROOT / "tests" / "fixtures" / "ledgers"
NOW = datetime(2026, 12, 1, tzinfo=UTC)
BY = ("provider", "model", "project", "source", "session")


def main() -> int:
    """Write ledger and figures of this version; 1 when they are there already."""
    target = LEDGERS / f"version-{VERSION}.db"
    if target.exists():
        print(f"{target.name} is there, and a released version does not change", file=sys.stderr)
        return 1
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # so that no path of this machine is in the ledger
        for case in sorted(SESSIONS.glob("recorded-*")):
            shutil.copytree(case / "projects", f"logs/projects/{case.name}")
        Path("logs/projects/older").mkdir()
        Path("logs/projects/older/older.jsonl").write_text(older_line(), encoding="utf-8")
        environ = {"HOME": "home", "CLAUDE_CONFIG_DIR": "logs"}
        with closing(open_ledger(Path("home"), NOW)) as ledger:
            sync_sources(ledger, [Wanted(SOURCE)], environ, Clock(NOW), Path("prices"))
            (first,) = ledger.connection.execute("SELECT min(at_ms) FROM event").fetchone()
            purge(ledger, first - first % BUCKET_MS + BUCKET_MS, dry_run=False)
            record_by_hand(ledger)
            fetch_bills(ledger)
            rows = [
                {**row._asdict(), "tokens": list(row.tokens), "key": list(row.key)}
                for row in usage(ledger, 0, 1 << 49, BY)
            ]
            (records,) = ledger.connection.execute("SELECT count(*) FROM record").fetchone()
            (purged,) = ledger.connection.execute("SELECT count(*) FROM purged").fetchone()
        shutil.copy("home/ledger.db", target)
    figures = {"by": BY, "purged": purged, "records": records, "rows": rows}
    target.with_suffix(".json").write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    print(f"{target.name}: {target.stat().st_size} bytes, {len(rows)} rows")
    return 0


def record_by_hand(ledger: Ledger) -> None:
    """Add an entry that counts and a session that a log covers, and note what a report told."""
    pricer = CardPricer(Path("prices"))
    book = RecordBook(ledger, Poster(ledger, pricer, str, 0), pricer)
    (covered_ms,) = ledger.connection.execute("SELECT max(at_ms) FROM event").fetchone()
    entry = Record(
        record_id("fixture entry"),
        RecordKind.ENTRY,
        "by hand",
        "2026-11-30",
        covered_ms,
        covered_ms,
        covered_ms,
        "",
        "",
        "claude-sonnet-4-5",
        "review",
        "a remark",
        Tokens(input=1_000, output=100),
        Charge(PICO, "EUR"),
    )
    session = entry._replace(
        id=record_id("fixture session"), kind=RecordKind.SESSION, session="totals", host=SOURCE.id
    )
    book.add([entry, session])
    note_told(ledger, "daily:2026-11-30", (0, covered_ms), {"EUR": Decimal(1)}, 0, lambda *_: {})


def fetch_bills(ledger: Ledger) -> None:
    """Put in a bill that holds more than the logs of its day, two balances and an exchange rate."""
    (last_ms,) = ledger.connection.execute("SELECT max(at_ms) FROM event WHERE place != 0").fetchone()
    now_ms = int(NOW.timestamp() * 1000)
    billed = (BilledRecord("", "a fee", Decimal("0.01"), "USD"),)
    used = (ReportedUsage("claude-sonnet-4-5", Tokens(input=10**6), 9, 3),)
    day = utc_day(last_ms)
    units = [BillUnit("costs", day, billed), BillUnit("usage", day, None, used)]
    put_units(ledger, "anthropic", "org", units, reach="", fetched_at_ms=now_ms, settled_after_h=6)
    for hours, left in ((48, "10"), (24, "7.5")):
        reading = BalanceReading((Balance("CNY", Decimal(left), (("granted", Decimal(left)),)),))
        put_balances(ledger, "deepseek", "", now_ms - hours * 3_600_000, reading)
    note_fetch(ledger, Fetch("anthropic", USAGE, "[]", now_ms, now_ms, None, BalanceReading()))
    with ledger.transaction() as connection:
        connection.execute(
            "INSERT INTO exchange_rate VALUES ('2026-11-30', 'USD', 'CNY', '7.12', 'user', ?)", (now_ms,)
        )
    settle_bills(ledger, (), CardPricer(Path("prices")))


def older_line() -> str:
    """Give a recorded response as if it had been a day earlier."""
    text = next((SESSIONS / "recorded-main").rglob("*.jsonl")).read_text(encoding="utf-8")
    line = next(json.loads(one) for one in text.splitlines() if '"usage"' in one)
    line["timestamp"] = "2026-01-01T00:00:00.000Z"
    line["message"]["id"] = "msg_older_response"
    return json.dumps(line) + "\n"


if __name__ == "__main__":
    sys.exit(main())

"""Measure what bills cost an answer: `python3 -m benchmarks.bills HOME [--runs N]`.

HOME is a home with a ledger, such as one that `benchmarks/run.py --keep DIR` leaves. A copy
of it gets a bill of every provider and day, by hour and model, a tenth above what the logs
cost; then sums are asked with and without bills, in turn. Needs the package's environment.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from contextlib import closing
from datetime import UTC
from datetime import datetime
from decimal import Decimal
from pathlib import Path

from token_tracker.ledger import bills
from token_tracker.ledger.queries import first_event_ms
from token_tracker.ledger.queries import logged_usage
from token_tracker.ledger.queries import usage
from token_tracker.ledger.settling import settle_bills
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import open_ledger
from token_tracker.model import BilledRecord
from token_tracker.model import BillUnit
from token_tracker.pricer import CardPricer
from token_tracker.reports.summary import GRAIN

NOW = datetime(2027, 1, 1, tzinfo=UTC)
NOW_MS = int(NOW.timestamp() * 1000)
MONTH_MS = 30 * bills.DAY_MS


def main() -> int:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        shutil.copy(options.home / "ledger.db", home)
        with closing(open_ledger(home, NOW)) as ledger:
            count = put_bills(ledger)
            started = time.perf_counter()
            settle_bills(ledger, (), CardPricer(home / "prices"))
            print(f"{count} bills compared with the logs: {time.perf_counter() - started:.2f} s")
            rows, shifts = (
                ledger.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
                for table in ("rollup", "bill_shift")
            )
            print(f"rows of the rollup: {rows}, of what bills change: {shifts}")
            last = ledger.connection.execute("SELECT max(at_ms) FROM event").fetchone()[0]
            for name, start in (("30 days", last - MONTH_MS), ("all", first_event_ms(ledger) or 0)):
                without, with_bills = measured(ledger, start, last + 1, options.runs)
                print(
                    f"sums of {name}: {without * 1000:.1f} ms without bills, {with_bills * 1000:.1f} ms with"
                )
    return 0


def put_bills(ledger: Ledger) -> int:
    """Put a bill of each provider and day beside its logs; give how many there are."""
    query = (
        "SELECT provider, bucket / 96, bucket % 96 / 4, model, sum(cost_micro) FROM rollup"
        " JOIN service ON service.id = service GROUP BY 1, 2, 3, 4"
    )
    found: dict[tuple[str, int], list[BilledRecord]] = {}
    for provider, day, hour, model, micro in ledger.connection.execute(query):
        amount = Decimal(micro) * 11 / 10**7
        record = BilledRecord(model, f"{model}, tokens", amount, "USD", hour)
        found.setdefault((provider, day), []).append(record)
    for (provider, day), records in found.items():
        unit = BillUnit("costs", bills.day_of_number(day), tuple(records))
        bills.put_units(ledger, provider, "", [unit], reach="", fetched_at_ms=NOW_MS, settled_after_h=6)
    return len(found)


def measured(ledger: Ledger, start_ms: int, end_ms: int, runs: int) -> tuple[float, float]:
    """Give the median seconds of the sums of a period, without bills and with them."""
    without, with_bills = [], []
    for _ in range(runs):
        started = time.perf_counter()
        logged_usage(ledger, start_ms, end_ms, GRAIN)
        between = time.perf_counter()
        usage(ledger, start_ms, end_ms, GRAIN)
        without.append(between - started)
        with_bills.append(time.perf_counter() - between)
    return statistics.median(without), statistics.median(with_bills)


if __name__ == "__main__":
    raise SystemExit(main())

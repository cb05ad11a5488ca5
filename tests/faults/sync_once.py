"""Read the logs of a home once, as every command does: `python -m faults.sync_once HOME LOGS`.

Run in a process of its own, to be killed or starved. Prints `ready` when it begins and then
what the ledger holds, events and output tokens. Exit codes are the program's own; 99 says
that nothing was written although nothing failed.
"""

from __future__ import annotations

import sys
import threading
from contextlib import closing
from datetime import UTC
from datetime import datetime
from pathlib import Path

from token_tracker import sync
from token_tracker.errors import TrackerError
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import open_ledger
from token_tracker.period import Clock
from token_tracker.sources.claude_code import SOURCE

NOW = datetime(2026, 10, 5, 12, tzinfo=UTC)
BATCH_EVENTS = 25
TRANSACTION_BATCHES = 2
"""Small, so that even a small import has several transactions."""


_one_reader = threading.Lock()


def read_logs(home: Path, logs: Path) -> tuple[int, int]:
    """Sync, and give how many events and output tokens the ledger then holds."""
    sync.BATCH_EVENTS = BATCH_EVENTS
    sync.TRANSACTION_BATCHES = TRANSACTION_BATCHES
    # A process reads with one buffer: here, threads stand for processes that come one by one.
    with _one_reader, closing(open_ledger(home, NOW)) as ledger:
        environ = {"HOME": str(home), "CLAUDE_CONFIG_DIR": str(logs)}
        result = sync.sync_sources(ledger, [sync.Wanted(SOURCE)], environ, Clock(NOW), home / "prices")
        if ledger.read_only_reason or not result.complete or result.problems:
            raise RuntimeError(ledger.read_only_reason, result)
        return held_by(ledger)


def held_by(ledger: Ledger) -> tuple[int, int]:
    """Give events and output tokens, from the events themselves."""
    row = ledger.connection.execute("SELECT count(*), coalesce(sum(output), 0) FROM event").fetchone()
    return int(row[0]), int(row[1])


def main() -> int:
    """Sync and say so; the exit code is the one of the error if there was one."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    try:
        events, tokens = read_logs(Path(sys.argv[1]), Path(sys.argv[2]))
    except TrackerError as error:
        sys.stderr.write(f"{error.code} {error.facts}\n")
        return error.exit_code
    except RuntimeError as error:
        sys.stderr.write(f"{error}\n")
        return 99
    sys.stdout.write(f"{events} {tokens}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

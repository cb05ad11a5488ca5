"""Look after the ledger: check that it is whole, and remove old usage for ever.

Copies of the ledger live in `archive.py`.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC
from datetime import datetime
from io import FileIO
from typing import Final

from token_tracker.errors import LedgerBusyError
from token_tracker.errors import LedgerDamagedError
from token_tracker.errors import StorageError
from token_tracker.ledger.bills import forget_before
from token_tracker.ledger.bills import has_units
from token_tracker.ledger.posting import horizon_ms
from token_tracker.ledger.queries import UsageRow
from token_tracker.ledger.queries import logged_usage
from token_tracker.ledger.repricing import has_prices_of
from token_tracker.ledger.rows import EVENT_QUERY
from token_tracker.ledger.rows import ROLLUP_SUMS
from token_tracker.ledger.rows import PriceEvent
from token_tracker.ledger.rows import Pricer
from token_tracker.ledger.rows import RateRow
from token_tracker.ledger.rows import event_from_row
from token_tracker.ledger.rows import rate_content
from token_tracker.ledger.rows import roll_up
from token_tracker.ledger.rows import storable
from token_tracker.ledger.settling import differing_bills
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import ledger_errors
from token_tracker.model import Problem
from token_tracker.model import Service
from token_tracker.model import Severity
from token_tracker.period import BUCKET_MS
from token_tracker.sources._lines import file_state
from token_tracker.sources._lines import tail_hash
from token_tracker.sources.contract import FileState

REMOVED_BY: Final = ("model", "source")
"""The dimensions of `Purge.removed`."""

_MOST_NAMED = 20


@dataclass(frozen=True, slots=True)
class Check:
    """One check of `verify`: how many rows it looked at, and how many are wrong."""

    check: str
    examined: int
    wrong: int
    seconds: float

    @property
    def passed(self) -> bool:
        """True when nothing is wrong."""
        return self.wrong == 0


@dataclass(frozen=True, slots=True)
class Verification:
    """What `verify` found; `problems` names the first of what is wrong."""

    file: str
    checks: tuple[Check, ...]
    problems: tuple[Problem, ...]

    @property
    def whole(self) -> bool:
        """True when every check passed."""
        return all(check.passed for check in self.checks)


@dataclass(frozen=True, slots=True)
class Purge:
    """What was removed for ever, or would be.

    `removed` is by `REMOVED_BY`. Times are UTC milliseconds, None where there is no event.
    `bytes_after` is None with `dry_run`.
    """

    before_ms: int
    dry_run: bool
    removed: tuple[UsageRow, ...]
    events: int
    first_ms: int | None
    last_ms: int | None
    kept_events: int
    kept_first_ms: int | None
    bytes_before: int
    bytes_after: int | None


def verify(ledger: Ledger, pricer: Pricer | None = None, logs: bool = False) -> Verification:
    """Check the ledger against itself, and on request against prices and log files.

    `pricer`: price every event again and compare; skipped while the price files are other
    ones than at the last posting, because then the ledger is only late. `logs`: compare
    every log file that did not change since it was read with what was noted of its end.
    """
    checks: list[Check] = []
    problems: list[Problem] = []
    todo: list[tuple[str, Callable[[], _Found]]] = [("database", lambda: _check_database(ledger))]
    todo.append(("ids", lambda: _check_ids(ledger.connection)))
    todo.append(("rollup", lambda: _check_rollup(ledger.connection)))
    if has_units(ledger):
        todo.append(("bills", lambda: _check_bills(ledger)))
    if pricer is not None and _has_prices_of(ledger, pricer):
        todo.append(("costs", lambda: _check_costs(ledger.connection, pricer)))
    if logs:
        todo.append(("cursors", lambda: _check_cursors(ledger.connection)))
    for name, check in todo:
        started = time.monotonic()
        try:
            with ledger_errors(ledger.path):
                examined, wrong, found = check()
        except LedgerDamagedError as error:
            examined, wrong = 0, 1
            found = [_damaged(name, error.facts.get("reason", ""))]
        checks.append(Check(name, examined, wrong, time.monotonic() - started))
        problems += found
        if wrong and name == "database":
            break  # what a damaged file says of itself proves nothing
    return Verification(str(ledger.path), tuple(checks), tuple(problems))


def purge(ledger: Ledger, before_ms: int, dry_run: bool) -> Purge:
    """Remove the usage before a moment, for ever.

    `before_ms`: where a local day starts, UTC milliseconds. What was removed does not come
    back when its logs, or copies of them with later times, are read again.

    Raises:
        StorageError: the ledger cannot be written; nothing was removed.
        LedgerBusyError, LedgerDamagedError: nothing was removed.
    """
    if ledger.read_only_reason and not dry_run:
        raise StorageError("ledger_read_only", path=str(ledger.path))
    before_ms -= before_ms % BUCKET_MS
    bytes_before = _size(ledger)
    if dry_run:
        planned = _plan(ledger, before_ms)
        return Purge(before_ms, True, *planned, bytes_before, None)
    with ledger_errors(ledger.path):
        # Freed pages are overwritten, so that no tool finds the old rows in the file.
        ledger.connection.execute("PRAGMA secure_delete = ON")
    with ledger.transaction() as connection:
        planned = _plan(ledger, before_ms)
        remove_before(connection, before_ms)
    # Removed is removed: the file shrinks next time if it cannot now.
    with suppress(StorageError, LedgerBusyError), ledger_errors(ledger.path):
        ledger.connection.execute("VACUUM")
    return Purge(before_ms, False, *planned, bytes_before, _size(ledger))


def remove_before(connection: sqlite3.Connection, before_ms: int) -> int:
    """Remove events before a moment and every event already purged; give how many went.

    Runs inside the caller's transaction. The horizon never moves back.
    """
    horizon = max(before_ms, horizon_ms(connection) or 0)
    connection.execute("INSERT OR REPLACE INTO meta VALUES ('horizon_ms', ?)", (str(horizon),))
    connection.execute("INSERT OR IGNORE INTO purged SELECT id FROM event WHERE at_ms < ?", (horizon,))
    gone = "FROM event WHERE id IN (SELECT id FROM purged)"
    buckets = {row[0] for row in connection.execute(f"SELECT DISTINCT at_ms / {BUCKET_MS} {gone}")}
    removed = connection.execute(f"DELETE {gone}").rowcount
    roll_up(connection, buckets)
    connection.execute("DELETE FROM record WHERE at_ms < ?", (horizon,))
    connection.execute("DELETE FROM told WHERE start_ms < ?", (horizon,))
    forget_before(connection, horizon)
    for table in ("origin", "service", "rate"):
        # That a program drove another one stays known, though only the other one's events count.
        unused = "id != 0 AND wraps = ''" if table == "origin" else "id != 0"
        for user in ("event", "bill_shift"):
            unused += f" AND id NOT IN (SELECT {table} FROM {user})"
        connection.execute(f"DELETE FROM {table} WHERE {unused}")
    connection.execute(
        "DELETE FROM agent_name WHERE (source, agent_id) NOT IN (SELECT source, agent_id FROM origin)"
    )
    return removed


_Found = tuple[int, int, list[Problem]]
"""Rows examined, rows wrong, and the first of them by name."""


def _check_database(ledger: Ledger) -> _Found:
    """Let SQLite walk every page and check every constraint."""
    pages = ledger.connection.execute("PRAGMA page_count").fetchone()[0]
    rows = ledger.connection.execute("PRAGMA integrity_check").fetchall()
    found = [row[0] for row in rows if row[0] != "ok"]
    return pages, len(found), [_damaged("database", text) for text in found[:_MOST_NAMED]]


def _check_ids(connection: sqlite3.Connection) -> _Found:
    """Look for rows that point nowhere and for events that were purged."""
    (examined,) = connection.execute("SELECT count(*) FROM event").fetchone()
    found = [
        f"{table} {row} points to no {parent}"
        for table, row, parent, _ in connection.execute("PRAGMA foreign_key_check")
    ]
    found += [
        f"event {row[0].hex()} was purged"
        for row in connection.execute(
            "SELECT id FROM event WHERE id IN (SELECT id FROM purged) OR at_ms <"
            " coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'horizon_ms'), 0)"
        )
    ]
    return examined, len(found), [_damaged("ids", text) for text in found[:_MOST_NAMED]]


def _check_rollup(connection: sqlite3.Connection) -> _Found:
    """Sum every event again and compare with the sums that reports read."""
    (examined,) = connection.execute("SELECT count(*) FROM rollup").fetchone()
    summed, stored = ROLLUP_SUMS.format(source="event"), "SELECT * FROM rollup"
    differing = {
        tuple(row[:4])
        for one, other in ((summed, stored), (stored, summed))
        for row in connection.execute(f"SELECT * FROM ({one}) EXCEPT SELECT * FROM ({other})")
    }
    sources = dict(connection.execute("SELECT id, source FROM origin").fetchall())
    places = sorted({(key[0], sources.get(key[1], "")) for key in differing})
    problems = [
        Problem("ledger-rollup-differs", Severity.ERROR, f"{_iso(bucket * BUCKET_MS)} {source}".strip())
        for bucket, source in places[:_MOST_NAMED]
    ]
    return examined, len(differing), problems


def _check_bills(ledger: Ledger) -> _Found:
    """Add up what each whole day's bill became in the sums, and compare it with the bill."""
    examined, wrong = differing_bills(ledger)
    return examined, len(wrong), [_damaged("bills", text) for text in wrong[:_MOST_NAMED]]


def _check_costs(connection: sqlite3.Connection, pricer: Pricer) -> _Found:
    """Price every event again."""
    columns, tables = EVENT_QUERY.split("FROM event", 1)
    query = (
        f"{columns}, host_provider, provider, name, fingerprint, cost_pico, rate.content FROM event {tables}"
    )
    contents: dict[RateRow, str] = {}
    prices: dict[Service, PriceEvent] = {}
    examined = 0
    wrong: list[str] = []
    for row in connection.execute(query):
        examined += 1
        event, (host, *stored) = event_from_row(row[:-6]), row[-6:]
        facts = pricer.describe(event.service, host)
        service: Service = event.service._replace(provider=facts.provider)
        expected: list[object] = [*facts, None, ""]
        if service not in prices:
            prices[service] = pricer.price_of(service)
        if (priced := storable(prices[service](event))) is not None:
            cost_pico, rate = priced
            if rate not in contents:
                contents[rate] = rate_content(rate)
            expected[-2:] = cost_pico, contents[rate]
        if stored != expected:
            wrong.append(event.id.hex())
    return examined, len(wrong), [_damaged("costs", f"event {name}") for name in wrong[:_MOST_NAMED]]


def _check_cursors(connection: sqlite3.Connection) -> _Found:
    """Read the end of every log file that has not changed since it was read."""
    examined = 0
    wrong: list[str] = []
    for row in connection.execute(
        # Documents and databases are read whole and have no end that could be compared.
        "SELECT path, device, inode, size, mtime_ns, read_to, tail_hash FROM file"
        " WHERE length(tail_hash) > 0 ORDER BY path"
    ):
        *noted, read_to, end = row
        path = row[0]
        try:
            now = file_state(path, os.stat(path))
            if FileState(*noted) != now:
                continue
            with FileIO(path) as file:
                found = tail_hash(file, read_to)
        except OSError:
            continue  # gone, as logs go
        examined += 1
        if read_to > now.size or found != end:
            wrong.append(path)
    return examined, len(wrong), [_damaged("cursors", path) for path in wrong[:_MOST_NAMED]]


def _damaged(check: str, detail: str) -> Problem:
    return Problem("ledger-damaged", Severity.ERROR, check, 1, detail)


def _has_prices_of(ledger: Ledger, pricer: Pricer) -> bool:
    with suppress(LedgerDamagedError), ledger_errors(ledger.path):  # the check of the database says so
        return has_prices_of(ledger.connection, pricer)
    return False


def _plan(
    ledger: Ledger, before_ms: int
) -> tuple[tuple[UsageRow, ...], int, int | None, int | None, int, int | None]:
    """Say what goes and what stays."""
    with ledger_errors(ledger.path):
        first, last, kept_first = (
            ledger.connection.execute(
                f"SELECT {sought} FROM event WHERE at_ms {side} ?", (before_ms,)
            ).fetchone()[0]
            for sought, side in (("min(at_ms)", "<"), ("max(at_ms)", "<"), ("min(at_ms)", ">="))
        )
        kept = ledger.connection.execute(
            "SELECT count(*) FROM event WHERE at_ms >= ?", (before_ms,)
        ).fetchone()[0]
    removed = tuple(logged_usage(ledger, 0, before_ms, REMOVED_BY))
    return removed, sum(row.requests for row in removed), first, last, kept, kept_first


def _size(ledger: Ledger) -> int:
    try:
        return ledger.path.stat().st_size
    except OSError:
        return 0


def _iso(at_ms: int) -> str:
    return datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

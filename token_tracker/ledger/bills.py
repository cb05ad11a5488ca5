"""What providers say: units of their bills, balances, and when they were asked.

A unit is all that one report tells of one UTC day. It is replaced whole: a line that the
provider took back goes, and a unit that could not be fetched whole leaves the old one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from decimal import localcontext
from typing import Any
from typing import Final
from typing import NamedTuple

from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import ledger_errors
from token_tracker.model import Balance
from token_tracker.model import BalanceReading
from token_tracker.model import BilledRecord
from token_tracker.model import BillUnit
from token_tracker.model import Quota
from token_tracker.model import ReportedUsage
from token_tracker.model import Spent
from token_tracker.model import Tokens
from token_tracker.period import BUCKET_MS

EPOCH: Final = date(1970, 1, 1)
DAY_MS: Final = 86_400_000
EXACT_DIGITS: Final = 100
"""Enough for any sum of amounts of 40 decimals."""

PLANS: Final = "settled_plans"
"""Key of `meta`: the sources that a plan paid for when bills were last compared with logs."""

USAGE: Final = "usage"
BALANCE: Final = "balance"
"""Kinds of fetches."""

_USAGE_COLUMNS: Final = "input, cache_read, cache_write_5m, cache_write_1h, output, reasoning"


class StoredUnit(NamedTuple):
    """A unit as it is kept.

    `reach`: what it is limited to, such as "project=proj_1"; "" for the whole organisation.
    `is_whole`: the day was over when it was fetched, so that the unit counts. `is_settled`: and
    long enough, so that nothing of it can still be missing.
    """

    provider: str
    account: str
    unit: BillUnit
    reach: str
    is_whole: bool
    is_settled: bool
    fetched_at_ms: int


class Replaced(NamedTuple):
    """What putting a unit changed: the totals of money before and after, by currency.

    `was_settled`: what was there before had counted as final. `records`: how many lines it has now.
    """

    report: str
    day: date
    before: Mapping[str, Decimal]
    after: Mapping[str, Decimal]
    was_there: bool
    was_settled: bool = False
    records: int = 0


class StoredBalance(NamedTuple):
    """A snapshot of what was left on an account."""

    provider: str
    account: str
    at_ms: int
    balance: Balance


class Fetch(NamedTuple):
    """When a provider was last asked, and how that went.

    `asked`: what for, as a text that is the same for the same question and holds no key.
    `error`: code and facts, None when it went well. `answer`: quotas and what was spent so far.
    """

    provider: str
    kind: str
    asked: str
    at_ms: int
    succeeded_at_ms: int | None
    error: Mapping[str, Any] | None
    answer: BalanceReading


def put_units(
    ledger: Ledger,
    provider: str,
    account: str,
    units: Sequence[BillUnit],
    *,
    reach: str,
    fetched_at_ms: int,
    settled_after_h: int,
) -> list[Replaced]:
    """Replace units, all of them or none.

    An account that has no id stands for the only one there is: it replaces whatever is there.

    Raises:
        LedgerBusyError, LedgerDamagedError, StorageError: nothing was changed.
    """
    changes = []
    with ledger.transaction() as connection:
        row = connection.execute("SELECT value FROM meta WHERE key = 'horizon_ms'").fetchone()
        purged_to_ms = 0 if row is None else int(row[0])
        for unit in units:
            if (day_number(unit.day) + 1) * DAY_MS <= purged_to_ms:
                continue  # what was removed stays away
            before, was_there, was_settled = _remove_unit(connection, provider, account, unit)
            kept = StoredUnit(
                provider,
                account,
                unit,
                reach,
                is_whole(unit, fetched_at_ms),
                is_settled(unit, fetched_at_ms, settled_after_h),
                fetched_at_ms,
            )
            _insert_unit(connection, kept)
            after = added((one.currency, one.amount) for one in unit.billed or ())
            records = len(unit.billed or ()) + len(unit.usage or ())
            changes.append(Replaced(unit.report, unit.day, before, after, was_there, was_settled, records))
        # Manual records may be inside a bill now, or outside it again.
        connection.execute("DELETE FROM meta WHERE key = 'records_settled'")
    return changes


def _remove_unit(
    connection: sqlite3.Connection, provider: str, account: str, unit: BillUnit
) -> tuple[dict[str, Decimal], bool, bool]:
    """Remove what a unit takes the place of; give its money, whether it was there, and was final."""
    accounts = "" if not account else " AND account IN ('', ?)"
    gone = connection.execute(
        f"SELECT id, is_settled FROM bill_unit WHERE provider = ? AND day = ? AND report = ?{accounts}",
        (provider, day_number(unit.day), unit.report, *filter(None, [account])),
    ).fetchall()
    numbers = [(number,) for number, _ in gone]
    money = added(
        (currency, Decimal(amount))
        for number in numbers
        for currency, amount in connection.execute(
            "SELECT currency, amount FROM billed_record WHERE unit = ?", number
        )
    )
    for table, column in (("billed_record", "unit"), ("reported_usage", "unit"), ("bill_unit", "id")):
        connection.executemany(f"DELETE FROM {table} WHERE {column} = ?", numbers)
    return money, bool(gone), any(settled for _, settled in gone)


def _insert_unit(connection: sqlite3.Connection, kept: StoredUnit) -> None:
    unit = kept.unit
    (number,) = connection.execute(
        "INSERT INTO bill_unit (provider, account, report, day, reach, is_whole, is_settled, has_money,"
        " fetched_at_ms, refreshed_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
        (
            kept.provider,
            kept.account,
            unit.report,
            day_number(unit.day),
            kept.reach,
            kept.is_whole,
            kept.is_settled,
            unit.billed is not None,
            kept.fetched_at_ms,
            unit.refreshed_at_ms,
        ),
    ).fetchone()
    connection.executemany(
        "INSERT INTO billed_record VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (number, position, one.model, one.item, f"{one.amount:f}", *one[3:])
            for position, one in enumerate(unit.billed or ())
        ),
    )
    connection.executemany(
        "INSERT INTO reported_usage VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (number, position, one.model, *one.tokens, *one[2:])
            for position, one in enumerate(unit.usage or ())
        ),
    )


def is_whole(unit: BillUnit, fetched_at_ms: int) -> bool:
    """Say whether a unit was fetched after its day, and of the whole of it.

    Where the provider says how far its figures reach, they must reach the end of the day.
    """
    end_ms = (day_number(unit.day) + 1) * DAY_MS
    return (
        min(fetched_at_ms, fetched_at_ms if unit.refreshed_at_ms is None else unit.refreshed_at_ms) >= end_ms
    )


def is_settled(unit: BillUnit, fetched_at_ms: int, settled_after_h: int) -> bool:
    """Say whether a unit is whole and nothing of it can still be missing.

    The provider's own word for how far its figures reach decides; without it, the hours that
    these usually need.
    """
    if unit.refreshed_at_ms is not None:
        return is_whole(unit, fetched_at_ms)
    return is_whole(unit, fetched_at_ms - settled_after_h * 3_600_000)


def units(
    ledger: Ledger, first: date | None = None, last: date | None = None, provider: str = ""
) -> list[StoredUnit]:
    """Give the units of some UTC days, both inclusive, in the order of provider, day and report."""
    conditions, values = ["1"], []
    for condition, value in (
        ("day >= ?", None if first is None else day_number(first)),
        ("day <= ?", None if last is None else day_number(last)),
        ("provider = ?", provider or None),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    with ledger_errors(ledger.path):
        rows = ledger.connection.execute(
            "SELECT id, provider, account, report, day, reach, is_whole, is_settled, has_money,"
            f" fetched_at_ms, refreshed_at_ms FROM bill_unit WHERE {' AND '.join(conditions)}"
            " ORDER BY provider, day, report, account",
            values,
        ).fetchall()
        return [_stored_unit(ledger, row) for row in rows]


def settled_days(ledger: Ledger, provider: str, account: str, reach: str) -> list[date]:
    """Give the UTC days of which a provider's bill is whole and final, for an account and a limit."""
    with ledger_errors(ledger.path):
        rows = ledger.connection.execute(
            "SELECT DISTINCT day FROM bill_unit WHERE is_settled AND has_money"
            " AND provider = ? AND account IN ('', ?) AND reach = ? ORDER BY 1",
            (provider, account, reach),
        )
        return [day_of_number(row[0]) for row in rows]


def put_balances(ledger: Ledger, provider: str, account: str, at_ms: int, reading: BalanceReading) -> None:
    """Keep what was left at a moment; the days since the snapshot before have to be settled again.

    Raises:
        LedgerBusyError, LedgerDamagedError, StorageError: nothing was changed.
    """
    with ledger.transaction() as connection:
        for one in reading.balances:
            (since,) = connection.execute(
                "SELECT coalesce(max(at_ms), ?) FROM balance"
                " WHERE (provider, account, currency) = (?, ?, ?) AND at_ms < ?",
                (at_ms, provider, account, one.currency, at_ms),
            ).fetchone()
            connection.executemany(
                "INSERT OR IGNORE INTO unsettled_day VALUES (?)",
                ((day,) for day in range(since // DAY_MS, at_ms // DAY_MS + 1)),
            )
            parts = json.dumps([[name, f"{amount:f}"] for name, amount in one.parts])
            connection.execute(
                "INSERT OR REPLACE INTO balance VALUES (?, ?, ?, ?, ?, ?, ?)",
                (provider, account, one.currency, at_ms, f"{one.total:f}", parts, one.is_usable),
            )


def balances(ledger: Ledger, provider: str = "", since_ms: int = 0) -> list[StoredBalance]:
    """Give the snapshots of one provider or of all, in the order of their time."""
    with ledger_errors(ledger.path):
        rows = ledger.connection.execute(
            "SELECT provider, account, at_ms, currency, total, parts, is_usable FROM balance"
            " WHERE (provider = ? OR ? = '') AND at_ms >= ? ORDER BY at_ms, provider, account, currency",
            (provider, provider, since_ms),
        )
        return [
            StoredBalance(
                row[0],
                row[1],
                row[2],
                Balance(
                    row[3],
                    Decimal(row[4]),
                    tuple((name, Decimal(amount)) for name, amount in json.loads(row[5])),
                    bool(row[6]),
                ),
            )
            for row in rows
        ]


def note_fetch(ledger: Ledger, fetch: Fetch) -> None:
    """Remember that a provider was asked, in the place of the last time.

    Raises:
        LedgerBusyError, LedgerDamagedError, StorageError: nothing was changed.
    """
    with ledger.transaction() as connection:
        connection.execute(
            "INSERT INTO fetch VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (provider, kind) DO UPDATE SET"
            " asked = excluded.asked, at_ms = excluded.at_ms,"
            " succeeded_at_ms = coalesce(excluded.succeeded_at_ms, succeeded_at_ms),"
            " error = excluded.error, answer = excluded.answer",
            (
                *fetch[:5],
                "" if fetch.error is None else json.dumps(dict(fetch.error), ensure_ascii=False),
                json.dumps(_answer_document(fetch.answer), ensure_ascii=False),
            ),
        )


def fetches(ledger: Ledger) -> dict[tuple[str, str], Fetch]:
    """Give the last fetch of each kind, by provider and kind."""
    with ledger_errors(ledger.path):
        rows = ledger.connection.execute("SELECT * FROM fetch ORDER BY provider, kind")
        return {
            (row[0], row[1]): Fetch._make(
                [*row[:5], json.loads(row[5]) if row[5] else None, _answer_of(json.loads(row[6]))]
            )
            for row in rows
        }


def is_due(ledger: Ledger, plans: Collection[str]) -> bool:
    """Say whether bills have to be compared with logs: either changed, or which sources a plan pays."""
    with ledger_errors(ledger.path):
        execute = ledger.connection.execute
        if execute("SELECT 1 FROM unsettled_day LIMIT 1").fetchone():
            return True
        if not any(
            execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone() for table in ("bill_unit", "balance")
        ):
            return False
        row = execute("SELECT value FROM meta WHERE key = ?", (PLANS,)).fetchone()
        return row is None or row[0] != plans_text(plans)


def plans_text(plans: Collection[str]) -> str:
    """Write the sources that a plan pays for, as the ledger remembers them.

    >>> plans_text({"codex", "claude-code"})
    '["claude-code", "codex"]'
    """
    return json.dumps(sorted(plans))


def has_any(ledger: Ledger) -> bool:
    """Say whether any provider was ever asked."""
    with ledger_errors(ledger.path):
        return ledger.connection.execute("SELECT 1 FROM fetch LIMIT 1").fetchone() is not None


def has_units(ledger: Ledger) -> bool:
    """Say whether any bill was ever fetched."""
    with ledger_errors(ledger.path):
        return ledger.connection.execute("SELECT 1 FROM bill_unit LIMIT 1").fetchone() is not None


def forget_before(connection: sqlite3.Connection, before_ms: int) -> None:
    """Remove bills of UTC days that ended before a moment, and earlier balances.

    Runs inside the caller's transaction, as a part of a purge. A bill covers a whole UTC day: of
    one in which the moment lies nothing goes, or what is left would not be the bill.
    """
    days = "SELECT id FROM bill_unit WHERE (day + 1) * ? <= ?"
    for table, column in (("billed_record", "unit"), ("reported_usage", "unit"), ("bill_unit", "id")):
        connection.execute(f"DELETE FROM {table} WHERE {column} IN ({days})", (DAY_MS, before_ms))
    inferred = "rate IN (SELECT id FROM rate WHERE basis = 'inferred') AND (bucket + 1) * ? <= ?"
    ended = "(bucket / (? / ?) + 1) * ? <= ?"
    connection.execute(
        f"DELETE FROM bill_shift WHERE ({inferred}) OR {ended}",
        (BUCKET_MS, before_ms, DAY_MS, BUCKET_MS, DAY_MS, before_ms),
    )
    connection.execute("DELETE FROM balance WHERE at_ms < ?", (before_ms,))


def day_number(day: date) -> int:
    """Count the days since 1970.

    >>> day_number(date(1970, 1, 2))
    1
    """
    return (day - EPOCH).days


def day_of_number(number: int) -> date:
    """Give the day of a number of `day_number`."""
    return EPOCH + timedelta(days=number)


def utc_day(at_ms: int) -> date:
    """Give the UTC day that holds a moment."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).date()


def _stored_unit(ledger: Ledger, row: Sequence[Any]) -> StoredUnit:
    execute = ledger.connection.execute
    billed = execute(
        "SELECT model, item, amount, currency, hour, project FROM billed_record WHERE unit = ?"
        " ORDER BY position",
        row[:1],
    )
    used = execute(
        f"SELECT model, {_USAGE_COLUMNS}, requests, hour, project FROM reported_usage WHERE unit = ?"
        " ORDER BY position",
        row[:1],
    )
    records = tuple(BilledRecord(one[0], one[1], Decimal(one[2]), *one[3:]) for one in billed)
    usage = tuple(ReportedUsage(one[0], Tokens(*one[1:7]), *one[7:]) for one in used)
    unit = BillUnit(row[3], day_of_number(row[4]), records if row[8] else None, usage or None, row[10])
    return StoredUnit(row[1], row[2], unit, row[5], bool(row[6]), bool(row[7]), row[9])


def added(amounts: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Add amounts exactly, each currency by itself."""
    found: dict[str, Decimal] = {}
    with localcontext() as context:
        context.prec = EXACT_DIGITS
        for currency, amount in amounts:
            found[currency] = found.get(currency, Decimal(0)) + amount
    return found


def _answer_document(reading: BalanceReading) -> dict[str, Any]:
    def plain(values: Iterable[Any]) -> Iterator[Any]:
        return (f"{value:f}" if isinstance(value, Decimal) else value for value in values)

    return {
        "quotas": [list(plain(quota)) for quota in reading.quotas],
        "spent": [list(plain(spent)) for spent in reading.spent],
    }


def _answer_of(document: Mapping[str, Any]) -> BalanceReading:
    quotas = (
        Quota(one[0], one[1], None if one[2] is None else Decimal(one[2]), *one[3:])
        for one in document.get("quotas", ())
    )
    spent = (Spent(one[0], Decimal(one[1]), *one[2:]) for one in document.get("spent", ()))
    return BalanceReading((), tuple(quotas), tuple(spent))

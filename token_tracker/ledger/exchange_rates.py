"""The exchange rates that the ledger knows: kept by day, never changed by a later day.

Which of them holds for an amount is decided in `exchange.py`.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final
from typing import NamedTuple

from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import ledger_errors
from token_tracker.model import ExchangeRate

ECB: Final = "ecb"
OWN: Final = "user"
EURO: Final = "EUR"
"""The base of every rate of the European Central Bank."""

_COLUMNS = "base, quote, rate, day, source"
_Key = tuple[str, str, str, str]
_Row = tuple[str, str, str, str, str]


class Written(NamedTuple):
    """How many rates were new, differed from what was known of their day, or were known."""

    added: int
    replaced: int
    unchanged: int


class NotedRate(NamedTuple):
    """A rate, and when it was noted (UTC ms)."""

    rate: ExchangeRate
    noted_at_ms: int


class EcbDays(NamedTuple):
    """The days of which rates of the European Central Bank are known; both ends inclusive."""

    first: date
    last: date
    days: int


def put_rates(ledger: Ledger, rates: Sequence[ExchangeRate], now_ms: int) -> Written:
    """Keep rates, all or none; one of the same pair, day and source is replaced.

    The person's own rate of a pair replaces the one they set the other way round. A rate that is
    known already keeps the moment at which it was noted.

    Raises:
        LedgerBusyError, LedgerDamagedError, StorageError: nothing was changed.
    """
    wanted = {_key(rate): f"{rate.rate:f}" for rate in rates}
    days = sorted(rate.day.isoformat() for rate in rates)
    with ledger.transaction() as connection:
        there = _read(ledger, " WHERE day BETWEEN ? AND ?", (days[0], days[-1])) if days else []
        known = {_key(rate): f"{rate.rate:f}" for rate in there}
        changed = {key: text for key, text in wanted.items() if known.get(key) != text}
        connection.executemany(
            "DELETE FROM exchange_rate WHERE base = ? AND quote = ? AND day = ? AND source = ?",
            [(quote, base, day, source) for base, quote, day, source in wanted if source == OWN],
        )
        connection.executemany(
            "INSERT OR REPLACE INTO exchange_rate (base, quote, day, source, rate, noted_at_ms)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            [(*key, text, now_ms) for key, text in changed.items()],
        )
    replaced = len(changed.keys() & known.keys())
    return Written(len(changed) - replaced, replaced, len(wanted) - len(changed))


def rates_between(ledger: Ledger, currencies: Collection[str], last: date) -> list[ExchangeRate]:
    """Give all that can tell what these currencies were worth in each other, up to a day.

    Raises:
        LedgerDamagedError: the ledger cannot be read.
    """
    names = sorted(currencies)
    marks = ", ".join("?" * len(names))
    return _read(
        ledger,
        f" WHERE day <= ? AND quote IN ({marks}) AND (source = ? OR base IN ({marks}))",
        (last.isoformat(), *names, ECB, *names),
    )


def own_rates(ledger: Ledger) -> list[NotedRate]:
    """Give every rate that the person set, the newest day first."""
    return _noted(ledger, "source = ? ORDER BY day DESC, base, quote", (OWN,))


def ecb_rates(ledger: Ledger, day: date) -> list[NotedRate]:
    """Give the rates of the European Central Bank of one day, by currency."""
    return _noted(ledger, "source = ? AND day = ? ORDER BY quote", (ECB, day.isoformat()))


def ecb_days(ledger: Ledger) -> EcbDays | None:
    """Say of which days there are rates of the European Central Bank; None without any."""
    with ledger_errors(ledger.path):
        first, last, days = ledger.connection.execute(
            "SELECT min(day), max(day), count(DISTINCT day) FROM exchange_rate WHERE source = ?", (ECB,)
        ).fetchone()
    return EcbDays(date.fromisoformat(first), date.fromisoformat(last), days) if days else None


def _key(rate: ExchangeRate) -> _Key:
    return rate.base, rate.quote, rate.day.isoformat(), rate.source


def _read(ledger: Ledger, where: str, values: Iterable[str]) -> list[ExchangeRate]:
    with ledger_errors(ledger.path):
        found: list[_Row] = ledger.connection.execute(
            f"SELECT {_COLUMNS} FROM exchange_rate{where}",
            tuple(values),
        ).fetchall()
    return [_rate(row) for row in found]


def _noted(ledger: Ledger, where: str, values: tuple[str, ...]) -> list[NotedRate]:
    query = f"SELECT {_COLUMNS}, noted_at_ms FROM exchange_rate"
    with ledger_errors(ledger.path):
        found = ledger.connection.execute(f"{query} WHERE {where}", values).fetchall()
    return [NotedRate(_rate(row[:5]), row[5]) for row in found]


def _rate(row: _Row) -> ExchangeRate:
    base, quote, rate, day, source = row
    return ExchangeRate(base, quote, Decimal(rate), date.fromisoformat(day), source)

"""What reports have told, so that a later one can name what has changed since.

A correction is named by one report only, the next that goes out, and by that one as often
as it is asked for.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal
from typing import Final
from typing import NamedTuple

from token_tracker.errors import LedgerBusyError
from token_tracker.errors import StorageError
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import ledger_errors

Amounts = Mapping[str, Decimal]
"""Money by currency."""

MOST_NAMED: Final = 3
"""How many changes one report has room for; the others wait for the next."""

SMALLEST_NAMED: Final = Decimal("0.005")
"""What would show as nothing is not named; it stays due until there is more of it."""


class Corrected(NamedTuple):
    """A period whose report told `before` and which is `now`, in one currency.

    `start_ms`, `end_ms`: UTC milliseconds, half-open.
    """

    report: str
    start_ms: int
    end_ms: int
    currency: str
    before: Decimal
    now: Decimal


def note_told(
    ledger: Ledger,
    report: str,
    span: tuple[int, int],
    amounts: Amounts | None,
    since_ms: int,
    amounts_of: Callable[[int, int], Amounts],
    *,
    is_kept: bool = True,
) -> list[Corrected]:
    """Note what a report tells, and give what has changed in earlier ones of its kind.

    `report`: its id, such as `daily:2026-10-05`; what stands before the colon is its kind.
    `span`: its period. `amounts`: what it tells; None where it tells of a time that goes on,
    before its report is due. `since_ms`: earlier ones from here on are compared.
    `amounts_of`: gives what a period costs now. `is_kept`: False for a look that tells nobody.
    Where the ledger takes no writes, nothing is noted: an answer does not depend on it.

    Raises:
        LedgerDamagedError: it cannot be read.
    """
    kind = report.partition(":")[0]
    changes: list[Corrected] = []
    updates: list[tuple[str, str, str, str]] = []
    for row in _earlier(ledger, kind, since_ms, span[0]):
        told, named_in, before = _read(row[3]), row[4], _read(row[5])
        now = amounts_of(row[1], row[2])
        reference = before if named_in == report else told
        found = [
            Corrected(row[0], row[1], row[2], currency, reference.get(currency, Decimal(0)), amount)
            for currency, amount in sorted({**dict.fromkeys(reference, Decimal(0)), **now}.items())
            if abs(amount - reference.get(currency, Decimal(0))) >= SMALLEST_NAMED
        ]
        if found and len(changes) + len(found) <= MOST_NAMED:
            changes += found
            updates.append((_written(now), report, _written(reference), row[0]))
    if ledger.read_only_reason or not is_kept:
        return changes
    with suppress(StorageError, LedgerBusyError), ledger.transaction() as connection:
        connection.executemany(
            "UPDATE told SET (amounts, named_in, amounts_before) = (?, ?, ?) WHERE report = ?", updates
        )
        if amounts is None:
            return changes
        connection.execute(
            "INSERT INTO told VALUES (?, ?, ?, ?, '', '{}') ON CONFLICT (report) DO UPDATE SET"
            " (start_ms, end_ms, amounts, named_in, amounts_before)"
            " = (excluded.start_ms, excluded.end_ms, excluded.amounts, '', '{}')",
            (report, *span, _written(amounts)),
        )
    return changes


def _earlier(
    ledger: Ledger, kind: str, since_ms: int, before_ms: int
) -> list[tuple[str, int, int, str, str, str]]:
    with ledger_errors(ledger.path):
        return ledger.connection.execute(
            "SELECT report, start_ms, end_ms, amounts, named_in, amounts_before FROM told"
            " WHERE substr(report, 1, ?) = ? AND start_ms >= ? AND start_ms < ? ORDER BY start_ms DESC",
            (len(kind) + 1, f"{kind}:", since_ms, before_ms),
        ).fetchall()


def _read(text: str) -> dict[str, Decimal]:
    return {currency: Decimal(amount) for currency, amount in json.loads(text).items()}


def _written(amounts: Amounts) -> str:
    return json.dumps({currency: f"{amount:f}" for currency, amount in sorted(amounts.items())})

"""What must be said about the bills in a period: how they were treated, and what they leave open."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from token_tracker.ledger.bills import DAY_MS
from token_tracker.ledger.bills import added
from token_tracker.ledger.queries import conditions_on
from token_tracker.ledger.rows import ELSEWHERE
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import ledger_errors
from token_tracker.model import CostBasis
from token_tracker.period import BUCKET_MS


class OpenDays(NamedTuple):
    """UTC days that a bill does not cover, and what was billed for them so far, by currency."""

    days: int
    so_far: Mapping[str, Decimal]


class BillNotes(NamedTuple):
    """How bills were treated in a period.

    `billed`: providers whose bill is in it. `inferred`: those of which only balances are.
    `apportioned`: by what bills were spread. `unlimited`: of `billed`, those whose bill is that of
    a whole organisation on any day. `open_days`: by provider, the UTC days of the
    period that its bill does not cover. `unsettled`: by provider, on how many of the days that it
    does cover something may still be missing. `inside`: sources whose usage a bill covers.
    """

    billed: Sequence[str]
    inferred: Sequence[str]
    apportioned: Sequence[str]
    unlimited: Sequence[str]
    open_days: Mapping[str, OpenDays]
    unsettled: Mapping[str, int]
    inside: Sequence[str]


def whole_organisations(ledger: Ledger) -> list[str]:
    """Name the providers whose latest bill is that of a whole organisation."""
    with ledger_errors(ledger.path):
        # Of a group, SQLite gives the other columns of the row that has the maximum.
        rows = ledger.connection.execute(
            "SELECT provider, reach, max(day) FROM bill_unit WHERE is_whole AND has_money"
            " GROUP BY provider ORDER BY 1"
        )
        return [provider for provider, reach, _ in rows if not reach]


def bill_notes(
    ledger: Ledger, start_ms: int, end_ms: int, now_ms: int, where: Mapping[str, Sequence[str]]
) -> BillNotes:
    """Look at what bills change in the sums of a half-open period.

    `where`: what usage counts, as for `usage`.
    """
    conditions, values = conditions_on(where)
    span = (start_ms // BUCKET_MS, -(-end_ms // BUCKET_MS))
    with ledger_errors(ledger.path):
        rows = ledger.connection.execute(
            "SELECT DISTINCT service.provider, origin.source, rate.basis, rate.apportioned"
            " FROM bill_shift AS rollup JOIN service ON service.id = rollup.service"
            " JOIN origin ON origin.id = rollup.origin JOIN rate ON rate.id = rollup.rate"
            " WHERE bucket >= ? AND bucket < ?"
            f" AND rate.basis IN ('billed', 'inferred') AND {' AND '.join(['1', *conditions])}",
            (*span, *values),
        ).fetchall()
    billed = sorted({row[0] for row in rows if row[2] == CostBasis.BILLED})
    first, after = start_ms // DAY_MS, -(-min(end_ms, now_ms + 1) // DAY_MS)
    return BillNotes(
        billed,
        sorted({row[0] for row in rows if row[2] == CostBasis.INFERRED}),
        sorted({row[3] for row in rows if row[2] == CostBasis.BILLED and row[3]}),
        _unlimited(ledger, billed, first, after),
        _open_days(ledger, first, after, where.get("provider")),
        _unsettled(ledger, billed, first, after),
        sorted({row[1] for row in rows if row[2] == CostBasis.BILLED} - {ELSEWHERE}),
    )


def _open_days(
    ledger: Ledger, first: int, after: int, providers: Sequence[str] | None
) -> dict[str, OpenDays]:
    """Give the days, since a provider's first bill, that its bill does not cover whole."""
    found = {}
    with ledger_errors(ledger.path):
        execute = ledger.connection.execute
        known = execute("SELECT provider, min(day) FROM bill_unit WHERE has_money GROUP BY 1").fetchall()
        for provider, since in known:
            span = (provider, max(first, since), after)
            (whole,) = execute(
                "SELECT count(DISTINCT day) FROM bill_unit"
                " WHERE provider = ? AND day >= ? AND day < ? AND is_whole AND has_money",
                span,
            ).fetchone()
            missing = after - max(first, since) - whole
            if missing > 0 and (providers is None or provider in providers):
                so_far = execute(
                    "SELECT currency, amount FROM billed_record JOIN bill_unit ON bill_unit.id = unit"
                    " WHERE provider = ? AND day >= ? AND day < ? AND NOT is_whole",
                    span,
                )
                found[provider] = OpenDays(missing, added((row[0], Decimal(row[1])) for row in so_far))
    return found


def _unlimited(ledger: Ledger, providers: Sequence[str], first: int, after: int) -> list[str]:
    with ledger_errors(ledger.path):
        rows = ledger.connection.execute(
            "SELECT DISTINCT provider FROM bill_unit"
            " WHERE day >= ? AND day < ? AND reach = '' AND is_whole AND has_money ORDER BY 1",
            (first, after),
        )
        return [row[0] for row in rows if row[0] in providers]


def _unsettled(ledger: Ledger, providers: Sequence[str], first: int, after: int) -> dict[str, int]:
    with ledger_errors(ledger.path):
        rows = ledger.connection.execute(
            "SELECT provider, count(DISTINCT day) FROM bill_unit"
            " WHERE day >= ? AND day < ? AND is_whole AND NOT is_settled AND has_money GROUP BY 1",
            (first, after),
        )
        return {provider: days for provider, days in rows if provider in providers}

"""Turn what a host has summed up for a session into events: what came on top since last time.

Some stores tell one total per session and model and nothing of single responses. The most
that was ever seen is remembered, so that a copied, moved or re-read store adds nothing.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from hashlib import blake2b
from typing import NamedTuple

from token_tracker.ledger.rows import LARGEST_PICO
from token_tracker.model import Charge
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.sources.contract import RunningTotal

_COLUMNS = (
    "input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, host_cost_pico, charge_pico,"
    " charge_currency"
)


class _Booked(NamedTuple):
    """What is in the account of one total so far."""

    tokens: Tokens
    host_cost_pico: int | None
    charge: Charge | None


_NOTHING = _Booked(Tokens(), None, None)


def book_growth(
    connection: sqlite3.Connection, totals: Sequence[RunningTotal], now_ms: int
) -> list[UsageEvent]:
    """Remember totals and give an event for each that grew; runs in the caller's transaction.

    A total that fell gives nothing: the host began to count anew, and what is above the
    most it ever showed is booked again from there on.
    """
    events = []
    for total in totals:
        row = connection.execute(f"SELECT {_COLUMNS} FROM running_total WHERE id = ?", (total.id,)).fetchone()
        booked = _NOTHING if row is None else _booked(row)
        seen = _Booked(
            Tokens(*map(max, total.tokens, booked.tokens)),
            _larger(_storable(total.host_cost_pico), booked.host_cost_pico),
            _charge_seen(total, booked),
        )
        if (seen.tokens, seen.charge) == (booked.tokens, booked.charge):
            continue  # an estimate that grew alone waits for the next tokens, to be booked with them
        _remember(connection, total.id, seen)
        events.append(_growth(total, booked, seen, now_ms, is_first=row is None))
    return events


def _growth(total: RunningTotal, booked: _Booked, seen: _Booked, now_ms: int, is_first: bool) -> UsageEvent:
    at_ms = total.first_ms if is_first else now_ms if total.later_ms is None else total.later_ms
    charge = seen.charge
    if charge is not None and booked.charge is not None:
        charge = charge._replace(pico=charge.pico - booked.charge.pico)
    cost = seen.host_cost_pico
    grown = Tokens(*(now - before for now, before in zip(seen.tokens, booked.tokens, strict=True)))
    return UsageEvent(
        blake2b(total.id + repr((tuple(seen.tokens), charge)).encode(), digest_size=16).digest(),
        at_ms,
        at_ms,
        total.service,
        total.origin,
        grown._replace(reasoning=min(grown.reasoning, grown.output)),
        0,
        False,
        True,
        None if cost is None else cost - (booked.host_cost_pico or 0),
        total.place,
        charge=charge,
    )


def _charge_seen(total: RunningTotal, booked: _Booked) -> Charge | None:
    """Give the charge to account for.

    One that turns up after tokens were booked without it would count them twice; one in
    another currency than before cannot be subtracted from.
    """
    if total.charge is None or (booked.charge is None and any(booked.tokens)):
        return booked.charge
    if _storable(total.charge.pico) is None:
        return booked.charge
    if booked.charge is None:
        return total.charge
    if total.charge.currency != booked.charge.currency:
        return booked.charge
    return max(total.charge, booked.charge)


def _storable(pico: int | None) -> int | None:
    """Give an amount that a column holds; a larger one is as good as unknown, as it is for an event."""
    return None if pico is None or pico > LARGEST_PICO else pico


def _larger(one: int | None, other: int | None) -> int | None:
    known = [value for value in (one, other) if value is not None]
    return max(known) if known else None


def _booked(row: Sequence[object]) -> _Booked:
    *counts, cost, charge, currency = row
    return _Booked(
        Tokens(*counts),  # type: ignore[arg-type]  # STRICT columns have the types that the schema declares
        cost,  # type: ignore[arg-type]
        None if charge is None else Charge(charge, currency),  # type: ignore[arg-type]
    )


def _remember(connection: sqlite3.Connection, identity: bytes, seen: _Booked) -> None:
    charge = (None, "") if seen.charge is None else seen.charge
    connection.execute(
        f"INSERT OR REPLACE INTO running_total (id, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (identity, *seen.tokens, seen.host_cost_pico, *charge),
    )

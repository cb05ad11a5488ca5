"""Price again what a changed price card touches, and nothing else."""

from __future__ import annotations

import sqlite3

from token_tracker.ledger.rows import UNPRICED_RATE
from token_tracker.ledger.rows import Pricer
from token_tracker.ledger.rows import RateRow
from token_tracker.ledger.rows import load_events
from token_tracker.ledger.rows import rate_id
from token_tracker.ledger.rows import roll_up
from token_tracker.ledger.rows import storable
from token_tracker.model import Service
from token_tracker.period import BUCKET_MS


def reprice(connection: sqlite3.Connection, pricer: Pricer) -> int:
    """Compare every service with the card and reprice those whose prices differ.

    Runs inside the caller's transaction. Gives the number of events whose amount or price
    row changed; a dated row that is only added changes none of the past.
    """
    services = connection.execute(
        "SELECT id, logged_provider, host_provider, model, tier, speed, geo, provider, name, fingerprint"
        " FROM service"
    ).fetchall()
    changed = 0
    for row in services:
        service_id, logged, host, model, tier, speed, geo, *known = row
        service = Service(logged, model, tier, speed, geo)
        facts = pricer.describe(service, host)
        if list(facts) == known:
            continue
        connection.execute(
            "UPDATE service SET (provider, name, fingerprint) = (?, ?, ?) WHERE id = ?", (*facts, service_id)
        )
        if (facts.provider, facts.fingerprint) != (known[0], known[2]):
            changed += _reprice_service(
                connection, pricer, service_id, service._replace(provider=facts.provider)
            )
    return changed


def _reprice_service(
    connection: sqlite3.Connection, pricer: Pricer, service_id: int, service: Service
) -> int:
    rates: dict[RateRow, int] = {}
    updates: list[tuple[int | None, int, bytes]] = []
    buckets: set[int] = set()
    before = {
        row[0]: row[1:]
        for row in connection.execute(
            "SELECT id, cost_pico, rate FROM event WHERE service = ?", (service_id,)
        )
    }
    for event in load_events(connection, "event.service = ?", (service_id,)):
        now: tuple[int | None, int] = (None, UNPRICED_RATE)
        if (priced := storable(pricer.price(service, event))) is not None:
            cost_pico, rate = priced
            if rate not in rates:
                rates[rate] = rate_id(connection, rate)
            now = (cost_pico, rates[rate])
        if now != before[event.id]:
            updates.append((*now, event.id))
            buckets.add(event.at_ms // BUCKET_MS)
    connection.executemany("UPDATE event SET (cost_pico, rate) = (?, ?) WHERE id = ?", updates)
    roll_up(connection, buckets)
    return len(updates)

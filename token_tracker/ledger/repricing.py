"""Price again what a changed price card touches, and nothing else.

Two copies of the program may share a ledger. The newest prices that a ledger has seen stay
in force: an older copy prices what it reads itself, and leaves that to be priced again.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Mapping

from token_tracker.ledger.rows import UNPRICED_RATE
from token_tracker.ledger.rows import Pricer
from token_tracker.ledger.rows import RateRow
from token_tracker.ledger.rows import load_events
from token_tracker.ledger.rows import rate_id
from token_tracker.ledger.rows import roll_up
from token_tracker.ledger.rows import storable
from token_tracker.model import Service
from token_tracker.period import BUCKET_MS

SHIPPED_PRICES = "card_signature"
OWN_PRICES = "own_prices_signature"
EDITION = "card_edition"
"""Keys of `meta`: the price files that the figures are by, and the newest edition of them."""


def prices_differ(connection: sqlite3.Connection, pricer: Pricer) -> bool:
    """Say whether the figures are by other prices than these, and these are to be used.

    That is so when the user's own price files changed, or those that came with a program
    that is not older than the last one.
    """
    meta = _meta(connection)
    if meta.get(OWN_PRICES) != pricer.own_signature:
        return True
    return meta.get(SHIPPED_PRICES) != pricer.signature and not is_older(connection, pricer)


def has_prices_of(connection: sqlite3.Connection, pricer: Pricer) -> bool:
    """Say whether all figures are by these prices."""
    meta = _meta(connection)
    return meta.get(OWN_PRICES) == pricer.own_signature and meta.get(SHIPPED_PRICES) == pricer.signature


def is_older(connection: sqlite3.Connection, pricer: Pricer) -> bool:
    """Say whether the ledger has seen newer prices than those of this program."""
    return _age(pricer.edition) < _age(_meta(connection).get(EDITION, ""))


def leave_to_newer(
    connection: sqlite3.Connection, pricer: Pricer, services: Mapping[tuple[Service, str], int]
) -> None:
    """Have the newer program price again what this older one has just priced.

    `services`: those of the events, each with its host's provider and its row.
    """
    connection.execute("DELETE FROM meta WHERE key = ?", (SHIPPED_PRICES,))
    connection.executemany(
        "UPDATE service SET fingerprint = '' WHERE id = ? AND fingerprint != ?",
        [
            (row, pricer.describe(service, host_provider).fingerprint)
            for (service, host_provider), row in services.items()
        ],
    )


def reprice(connection: sqlite3.Connection, pricer: Pricer) -> int:
    """Compare every service with the card and reprice those whose prices differ.

    Runs inside the caller's transaction. Gives the number of events whose amount or price
    row changed; a dated row that is only added changes none of the past.
    """
    found = {OWN_PRICES: pricer.own_signature}
    if is_older(connection, pricer):
        connection.execute("DELETE FROM meta WHERE key = ?", (SHIPPED_PRICES,))
    else:
        found |= {SHIPPED_PRICES: pricer.signature, EDITION: pricer.edition}
    connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", found.items())
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


def _meta(connection: sqlite3.Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT key, value FROM meta").fetchall())


def _age(edition: str) -> list[int]:
    """Give the numbers of an edition, which grow with time.

    >>> _age("2026-11-22 0.10.1") > _age("2026-11-22 0.9.3") > _age("")
    True
    """
    return [int(number) for number in re.findall(r"\d+", edition)]


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
    price = pricer.price_of(service)
    for event in load_events(connection, "event.service = ?", (service_id,)):
        now: tuple[int | None, int] = (None, UNPRICED_RATE)
        if (priced := storable(price(event))) is not None:
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

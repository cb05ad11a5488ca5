"""A reading whose events are priced, as plain rows that are cheap to hand over and to store.

Made where the file is read, often in another process; the ledger only numbers the
services, origins and rates that the rows point to.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Sequence
from typing import NamedTuple

from token_tracker.ledger.rows import CHARGE_NOTE
from token_tracker.ledger.rows import LARGEST_PICO
from token_tracker.ledger.rows import PriceEvent
from token_tracker.ledger.rows import Pricer
from token_tracker.ledger.rows import RateRow
from token_tracker.ledger.rows import ServiceFacts
from token_tracker.ledger.rows import storable
from token_tracker.model import Charge
from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import RunningTotal

NO_RATE = -1

PLACE_BITS = 2**50 - 1
"""Room for a place: no file is longer, but rows of a database may have any number, below 0 too."""

PlainRow = tuple[
    bytes,
    int,
    int,
    int,
    int,
    int,
    int,
    int,
    int,
    int,
    bool,
    bool,
    int | None,
    int | None,
    int,
    str | None,
    int,
    int,
    int,
]
"""id, at_ms, own_at_ms, the six token counts, web searches, sidechain, stopped, host cost, cost,
place, passes, and the numbers of service, origin and rate in the tables of the reading."""


class PricedReading(NamedTuple):
    """One file's reading, ready to be posted."""

    source: str
    host_provider: str
    cursor: Cursor
    from_start: bool
    bytes_read: int
    problems: Sequence[LineProblem]
    agent_names: Mapping[str, str]
    services: Sequence[tuple[Service, ServiceFacts]]
    origins: Sequence[Origin]
    rates: Sequence[RateRow]
    rows: Sequence[PlainRow]
    totals: Sequence[RunningTotal] = ()


def price_reading(source: str, host_provider: str, reading: Reading, pricer: Pricer) -> PricedReading:
    """Price every event of a reading."""
    services: dict[Service, tuple[int, PriceEvent, ServiceFacts]] = {}
    origins: dict[Origin, int] = {}
    rates: dict[RateRow, int] = {}
    rate_numbers: dict[int, int] = {}  # by identity: hashing a whole rate for every event is slow
    rows: list[PlainRow] = []
    # Neighbours mostly share service and origin, as one object: an identity test spares a hash.
    last_service, service_number, price, last_origin, origin_number = None, 0, None, None, 0
    for event in reading.events:
        (
            identity,
            at_ms,
            own_at_ms,
            service,
            origin,
            counts,
            searches,
            sidechain,
            stopped,
            estimate,
            place,
            passes,
            _,
        ) = event
        if service is not last_service or price is None:
            if service not in services:
                facts = pricer.describe(service, host_provider)
                known = service._replace(provider=facts.provider)
                services[service] = (len(services), pricer.price_of(known), facts)
            service_number, price, _ = services[service]
            last_service = service
        if origin is not last_origin:
            origin_number = origins.setdefault(origin, len(origins))
            last_origin = origin
        cost_pico, rate_number = None, NO_RATE
        if (priced := storable(price(event))) is not None:
            cost_pico, rate = priced
            found = rate_numbers.get(id(rate))
            if found is None:
                found = rates.setdefault(rate, len(rates))
                rate_numbers[id(rate)] = found
            rate_number = found
        rows.append(
            (
                identity,
                at_ms,
                own_at_ms,
                *counts,
                searches,
                sidechain,
                stopped,
                None if estimate and estimate > LARGEST_PICO else estimate,
                cost_pico,
                place.offset & PLACE_BITS,
                json.dumps(passes) if passes else None,
                service_number,
                origin_number,
                rate_number,
            )
        )
    return PricedReading(
        source,
        host_provider,
        reading.cursor,
        reading.from_start,
        reading.bytes_read,
        reading.problems,
        reading.agent_names,
        [(logged, facts) for logged, (_, _, facts) in services.items()],
        list(origins),
        list(rates),
        rows,
        reading.totals,
    )


_NOWHERE = Cursor(FileState("", 0, 0, 0, 0), 0, b"")
_NOTHING_READ = Reading(_NOWHERE, False, 0, (), (), {})


def event_of(reading: PricedReading, row: PlainRow) -> UsageEvent:
    """Give back the event that a row was made of."""
    rate = None if row[18] == NO_RATE else reading.rates[row[18]]
    return UsageEvent(
        row[0],
        row[1],
        row[2],
        reading.services[row[16]][0],
        reading.origins[row[17]],
        Tokens(*row[3:9]),
        row[9],
        row[10],
        row[11],
        row[12],
        Place(reading.cursor.state.path, row[14]),
        tuple(Tokens(*counts) for counts in json.loads(row[15])) if row[15] else (),
        Charge(row[13] or 0, rate.currency) if rate is not None and rate.note == CHARGE_NOTE else None,
    )


def priced_alone(source: str, host_provider: str, event: UsageEvent, pricer: Pricer) -> PricedReading:
    """Price one event by itself, as read from the place it names."""
    return price_events(source, host_provider, event.place.path, [event], pricer)


def price_events(
    source: str, host_provider: str, path: str, events: Sequence[UsageEvent], pricer: Pricer
) -> PricedReading:
    """Price events that no reading of a file brings, as if they were read from `path`."""
    cursor = _NOWHERE._replace(state=_NOWHERE.state._replace(path=path))
    reading = _NOTHING_READ._replace(cursor=cursor, events=events)
    return price_reading(source, host_provider, reading, pricer)

"""Rows of the ledger and what they mean: services, rates, events, and the rollup's sums."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from typing import NamedTuple
from typing import Protocol

from token_tracker.model import Charge
from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.period import BUCKET_MS

ELSEWHERE = "elsewhere"
"""The source, and the project, of what a bill knows and no log does."""

UNPRICED_RATE = 0
"""The row of `rate` that stands for "no price known"."""

HOST_NOTE = "host"
"""Note of the rate that stands in where the host's own estimate is the amount.

An estimate is no charge that anyone recorded: its basis stays "computed".
"""

CHARGE_NOTE = "charge"
"""Note of the rate that stands for a recorded charge: its basis is "reported"."""

LARGEST_PICO = 2**63 - 1
"""What a column holds: nine million of a currency for one response are no price but a mistake."""


class RateRow(Protocol):
    """A price row as applied: what the ledger needs to know of it."""

    @property
    def currency(self) -> str:
        """ISO 4217."""

    @property
    def note(self) -> str:
        """`HOST_NOTE`, `CHARGE_NOTE`, or what to know about the row."""

    def _asdict(self) -> dict[str, str | int | None]: ...


class Priced(NamedTuple):
    """What an event costs in 10^-12 of the rate's currency; None when unpriced."""

    cost_pico: int | None
    rate: RateRow | None


PriceEvent = Callable[[UsageEvent], tuple[int | None, RateRow | None]]
"""Gives amount and rate of an event, as in `Priced`: a plain tuple is made in half the time."""


def storable(priced: tuple[int | None, RateRow | None]) -> tuple[int, RateRow] | None:
    """Give amount and rate where both are known and can be kept; None is unpriced."""
    cost_pico, rate = priced
    if cost_pico is None or rate is None or cost_pico > LARGEST_PICO:
        return None
    return cost_pico, rate


class ServiceFacts(NamedTuple):
    """What the price card knows of a service: who bills it, its name, its prices' fingerprint."""

    provider: str
    name: str
    fingerprint: str


class Pricer(Protocol):
    """The price card as the ledger uses it."""

    @property
    def signature(self) -> str:
        """Changes with any price file that came with the program."""

    @property
    def own_signature(self) -> str:
        """Changes with any price file of the user."""

    @property
    def edition(self) -> str:
        """How new the prices of the program are; its numbers, in their order, grow with time."""

    def describe(self, service: Service, host_provider: str) -> ServiceFacts:
        """Say who bills a service and under which name."""

    def price_of(self, service: Service) -> PriceEvent:
        """Give the function that prices the events of a service, which names its billing provider."""


_SERVICE = "logged_provider, host_provider, model, tier, speed, geo"


def insert_service(connection: sqlite3.Connection, service: Service, host: str, facts: ServiceFacts) -> int:
    """Give the row of a service, made when it is new."""
    key = (service.provider, host, service.model, service.tier, service.speed, service.geo)
    row = connection.execute(
        f"SELECT id FROM service WHERE ({_SERVICE}) = (?, ?, ?, ?, ?, ?)", key
    ).fetchone()
    row = (
        row
        or connection.execute(
            f"INSERT INTO service ({_SERVICE}, provider, name, fingerprint)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            (*key, *facts),
        ).fetchone()
    )
    return int(row[0])


def rate_id(connection: sqlite3.Connection, rate: RateRow) -> int:
    """Give the row of a price row as applied, made when it is new."""
    content = rate_content(rate)
    row = connection.execute("SELECT id FROM rate WHERE content = ?", (content,)).fetchone()
    row = (
        row
        or connection.execute(
            "INSERT INTO rate (currency, basis, content) VALUES (?, ?, ?) RETURNING id",
            (rate.currency, "reported" if rate.note == CHARGE_NOTE else "computed", content),
        ).fetchone()
    )
    return int(row[0])


def rate_content(rate: RateRow) -> str:
    """Write a price row as applied, the same text for the same row."""
    return json.dumps(rate._asdict(), ensure_ascii=False, sort_keys=True)


def roll_up(connection: sqlite3.Connection, buckets: Iterable[int]) -> None:
    """Sum the events of some quarter hours again."""
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS touched (bucket INTEGER PRIMARY KEY)")
    connection.execute("DELETE FROM touched")
    connection.executemany("INSERT INTO touched VALUES (?)", ((bucket,) for bucket in sorted(buckets)))
    connection.execute("DELETE FROM rollup WHERE bucket IN (SELECT bucket FROM touched)")
    connection.execute(f"INSERT INTO rollup {ROLLUP_SUMS.format(source=_TOUCHED_EVENTS)}")


ROLLUP_SUMS = f"""
SELECT at_ms / {BUCKET_MS}, origin, service, rate, count(*), sum(input), sum(cache_read), sum(cache_write_5m),
    sum(cache_write_1h), sum(output), sum(reasoning), sum(web_searches),
    coalesce(sum(cost_pico / 1000000), 0), coalesce(sum(cost_pico % 1000000), 0)
FROM {{source}}
GROUP BY 1, 2, 3, 4
"""
"""What the rollup is: `verify` compares it with the table."""

_TOUCHED_EVENTS = (
    f"touched CROSS JOIN event ON at_ms >= bucket * {BUCKET_MS} AND at_ms < (bucket + 1) * {BUCKET_MS}"
)


def load_events(
    connection: sqlite3.Connection, condition: str, values: Sequence[object]
) -> Iterator[UsageEvent]:
    """Give the events that meet a condition on the tables of `EVENT_QUERY`."""
    for row in connection.execute(f"{EVENT_QUERY} WHERE {condition}", values):
        yield event_from_row(row)


EVENT_QUERY = """
SELECT event.id, at_ms, own_at_ms, logged_provider, model, tier, speed, geo, origin.source, cwd, session,
    branch, agent, agent_id, skill, initiator, task, parent, wraps, input, cache_read, cache_write_5m,
    cache_write_1h, output, reasoning, web_searches, sidechain, stopped, host_cost_pico, path, place, passes,
    CASE rate.basis WHEN 'reported' THEN cost_pico END, rate.currency
FROM event JOIN service ON service.id = event.service JOIN origin ON origin.id = event.origin
    JOIN file ON file.id = event.file JOIN rate ON rate.id = event.rate
"""

EVENT_COLUMNS = 34
"""How many columns `EVENT_QUERY` has; what a query adds comes after them."""


def event_from_row(row: Sequence[object]) -> UsageEvent:
    """Make an event of a row of `EVENT_QUERY`."""
    passes = json.loads(str(row[31])) if row[31] is not None else ()
    return UsageEvent(
        row[0],  # type: ignore[arg-type]  # STRICT columns have the types that the schema declares
        row[1],  # type: ignore[arg-type]
        row[2],  # type: ignore[arg-type]
        Service(*row[3:8]),  # type: ignore[arg-type]
        Origin(*row[8:19]),  # type: ignore[arg-type]
        Tokens(*row[19:25]),  # type: ignore[arg-type]
        row[25],  # type: ignore[arg-type]
        bool(row[26]),
        bool(row[27]),
        row[28],  # type: ignore[arg-type]
        Place(*row[29:31]),  # type: ignore[arg-type]
        tuple(Tokens(*counts) for counts in passes),
        None if row[32] is None else Charge(*row[32:34]),  # type: ignore[arg-type]
    )

"""What the ledger tests share: readings made by hand, a price list, and what a ledger should hold.

`Oracle` keeps the account in a dict, with no SQL and no rollup; `logical` shows a ledger
the same way, without the row numbers that depend on the order of posting.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from datetime import UTC
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from typing import NamedTuple

from token_tracker.ledger.posting import Poster
from token_tracker.ledger.posting import PostingResult
from token_tracker.ledger.priced import PricedReading
from token_tracker.ledger.priced import price_reading
from token_tracker.ledger.rows import Priced
from token_tracker.ledger.rows import PriceEvent
from token_tracker.ledger.rows import Pricer
from token_tracker.ledger.rows import ServiceFacts
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import open_ledger
from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.period import BUCKET_MS
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading

NOW = datetime(2026, 10, 5, 12, tzinfo=UTC)
NOW_MS = int(NOW.timestamp()) * 1000
NOON_MS = NOW_MS
PRICE_CHANGE_MS = NOON_MS + 40 * BUCKET_MS
"""From here on, every price of `PRICES` is ten times as high."""

PRICES: Mapping[str, tuple[str, str, int, int]] = {
    "model-a": ("vendor-a", "USD", 3_000_000, 15_000_000),
    "model-b": ("vendor-b", "CNY", 1_000_001, 7_000_003),
}
"""Billing provider, currency, and 10^-12 of it for a token of prompt and of output."""


class FlatRate(NamedTuple):
    """A price row as applied."""

    key: str
    currency: str
    prompt: str
    output: str
    note: str = ""


class PriceList:
    """A price card of a few lines; a model that is not on it has no price."""

    def __init__(
        self, prices: Mapping[str, tuple[str, str, int, int]] = PRICES, signature: str = "list-1"
    ) -> None:
        self.prices = prices
        self._signature = signature

    @property
    def signature(self) -> str:
        return self._signature

    @property
    def own_signature(self) -> str:
        return ""

    @property
    def edition(self) -> str:
        return "2026-10-01 0.1.0"

    def describe(self, service: Service, host_provider: str) -> ServiceFacts:
        row = self.prices.get(service.model)
        provider = service.provider or (row[0] if row else host_provider)
        return ServiceFacts(provider, service.model.title(), repr(row))

    def price_of(self, service: Service) -> PriceEvent:
        return lambda event: self.price(service, event)

    def price(self, service: Service, event: UsageEvent) -> Priced:
        if event.charge is not None:
            currency = event.charge.currency
            return Priced(event.charge.pico, FlatRate(f"charge/{currency}", currency, "", "", "charge"))
        row = self.prices.get(service.model)
        if row is None or service.tier == "unsplit":
            estimate = event.host_cost_pico
            return Priced(None, None) if estimate is None else Priced(estimate, _host_rate())
        _, currency, prompt, output = row
        times = 10 if event.at_ms >= PRICE_CHANGE_MS else 1
        times *= (3 if service.tier == "batch" else 1) * (5 if service.speed == "fast" else 1)
        times *= 7 if service.geo == "us" else 1
        parts = event.passes or (event.tokens,)
        cost = sum(times * (part.prompt * prompt + part.output * output) for part in parts)
        key = f"{service.provider}/{service.model}/x{times}"
        return Priced(cost, FlatRate(key, currency, str(prompt * times), str(output * times)))


def _host_rate() -> FlatRate:
    return FlatRate("host", "USD", "", "", "host")


def identity(name: str) -> bytes:
    """Give an event id."""
    return hashlib.blake2b(name.encode(), digest_size=16).digest()


ORIGIN = Origin("agent-one", "/home/dev/shop", "session-1", "main")
SERVICE = Service("", "model-a")


def event(name: str = "one", at_ms: int = NOON_MS, **changes: Any) -> UsageEvent:
    """Give an event of model-a with some fields changed; `output` alone changes that count."""
    output = changes.pop("output", 50)
    made = UsageEvent(
        identity(name),
        at_ms,
        at_ms,
        SERVICE,
        ORIGIN,
        Tokens(100, 2000, 30, 4, output, min(5, output)),
        0,
        False,
        True,
        None,
        Place("/logs/a.jsonl", 0),
    )
    return made._replace(**changes)


def reading(
    path: str,
    events: Iterable[UsageEvent],
    pricer: Pricer | None = None,
    *,
    source: str = "agent-one",
    host_provider: str = "host-of-one",
    offset: int = 100,
    from_start: bool = True,
    problems: Sequence[LineProblem] = (),
    agent_names: Mapping[str, str] | None = None,
) -> PricedReading:
    """Give a reading of a file, priced; its events are placed in that file."""
    placed = [one._replace(place=one.place._replace(path=path)) for one in events]
    cursor = Cursor(FileState(path, 1, 2, offset, 4), offset, b"tail")
    made = Reading(cursor, from_start, offset, placed, problems, agent_names or {})
    return price_reading(source, host_provider, made, pricer or PriceList())


def opened(home: Path) -> Ledger:
    """Open, or make, the ledger of a home."""
    return open_ledger(home, NOW, busy_s=5)


def opened_fast(home: Path) -> Ledger:
    """Open a ledger that need not outlast a power cut: for tests that make hundreds."""
    if not (home / "ledger.db").exists():
        home.mkdir(exist_ok=True)
        (home / "ledger.db").write_bytes(_new_ledger())
    ledger = opened(home)
    ledger.connection.execute("PRAGMA synchronous = OFF")
    return ledger


@cache
def _new_ledger() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        opened(Path(folder)).close()
        return (Path(folder) / "ledger.db").read_bytes()


def poster(ledger: Ledger, pricer: Pricer | None = None) -> Poster:
    """Give a poster with the price list, for which a project is the last part of a directory."""
    return Poster(ledger, pricer or PriceList(), lambda cwd: cwd.rpartition("/")[2], NOW_MS)


def post(ledger: Ledger, *readings: PricedReading, pricer: Pricer | None = None) -> PostingResult:
    """Post one batch."""
    return poster(ledger, pricer).post(readings)


Money = tuple[int | None, str, str]
"""Amount, currency and basis."""


class Kept(NamedTuple):
    """An event as the ledger should show it."""

    event: UsageEvent
    source: str
    host_provider: str
    provider: str
    cost: Money
    rate: str


class Account(NamedTuple):
    """Everything that must not depend on the order of posting."""

    events: dict[bytes, Kept]
    rollup: dict[tuple[object, ...], tuple[int, ...]]
    purged: frozenset[bytes]
    horizon_ms: int | None


def logical(ledger: Ledger) -> Account:
    """Show what a ledger holds, without row numbers."""
    connection = ledger.connection
    kept = {}
    for row in connection.execute(_EVENTS):
        passes = json.loads(row[31]) if row[31] else ()
        one = UsageEvent(
            row[0],
            row[1],
            row[2],
            Service(*row[3:8]),
            Origin(*row[8:19]),
            Tokens(*row[19:25]),
            row[25],
            bool(row[26]),
            bool(row[27]),
            row[28],
            Place(*row[29:31]),
            tuple(Tokens(*counts) for counts in passes),
        )
        kept[one.id] = Kept(one, row[32], row[33], row[34], (row[35], row[36], row[37]), row[38])
    rollup = {row[:24]: (*row[24:32], row[32] * 1_000_000 + row[33]) for row in connection.execute(_ROLLUP)}
    purged = frozenset(row[0] for row in connection.execute("SELECT id FROM purged"))
    horizon = connection.execute("SELECT value FROM meta WHERE key = 'horizon_ms'").fetchone()
    return Account(kept, rollup, purged, None if horizon is None else int(horizon[0]))


_EVENTS = """
SELECT event.id, at_ms, own_at_ms, logged_provider, model, tier, speed, geo, origin.source, cwd, session,
    branch, agent, agent_id, skill, initiator, task, parent, wraps, input, cache_read, cache_write_5m,
    cache_write_1h, output, reasoning, web_searches, sidechain, stopped, host_cost_pico, path, place, passes,
    file.source,
    host_provider, provider, cost_pico, currency, basis, content
FROM event, service, origin, file, rate WHERE service.id = event.service AND origin.id = event.origin
    AND file.id = event.file AND rate.id = event.rate
"""
_ROLLUP = """
SELECT bucket, logged_provider, host_provider, model, tier, speed, geo, provider, name, origin.source, cwd,
    session, branch, agent, agent_id, skill, initiator, task, parent, wraps, project, currency, basis,
    content, requests, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, web_searches,
    cost_micro, cost_rest_pico
FROM rollup, service, origin, rate
WHERE service.id = rollup.service AND origin.id = rollup.origin AND rate.id = rollup.rate
"""


@dataclass
class Oracle:
    """The account kept in a dict: what a ledger must hold after the same postings."""

    pricer: PriceList = field(default_factory=PriceList)
    events: dict[bytes, tuple[UsageEvent, str, str]] = field(default_factory=dict)
    purged: set[bytes] = field(default_factory=set)
    horizon_ms: int | None = None

    def post(self, *readings: tuple[str, str, Sequence[UsageEvent]]) -> None:
        """Take in one batch: source, host provider and events (already placed) of each file."""
        for source, host, events in readings:
            for one in events:
                self._take(one, source, host)

    def _take(self, one: UsageEvent, source: str, host: str) -> None:
        if one.id in self.purged:
            return
        there = self.events.get(one.id)
        merged = one if there is None else there[0].merged(one)
        if self.horizon_ms is not None and merged.at_ms < self.horizon_ms:
            self.events.pop(one.id, None)
            self.purged.add(one.id)
        elif there is not None and merged._replace(at_ms=there[0].at_ms) == there[0]:
            self.events[one.id] = (merged, *there[1:])
        else:
            self.events[one.id] = (merged, source, host)

    def purge(self, before_ms: int) -> None:
        """Forget what is older."""
        self.horizon_ms = max(self.horizon_ms or 0, before_ms)
        for name in [name for name, (one, _, _) in self.events.items() if one.at_ms < self.horizon_ms]:
            del self.events[name]
            self.purged.add(name)

    def account(self) -> Account:
        """Show everything, priced and summed."""
        kept: dict[bytes, Kept] = {}
        rollup: dict[tuple[object, ...], tuple[int, ...]] = {}
        for one, source, host in self.events.values():
            facts = self.pricer.describe(one.service, host)
            cost_pico, rate = self.pricer.price(one.service._replace(provider=facts.provider), one)
            money: Money = (None, "", "unpriced")
            content = ""
            if rate is not None and cost_pico is not None:
                money = (cost_pico, rate.currency, "computed")
                content = json.dumps(rate._asdict(), ensure_ascii=False, sort_keys=True)
            kept[one.id] = Kept(one, source, host, facts.provider, money, content)
            service = (one.service.provider, host, *one.service[1:], facts.provider, facts.name)
            project = one.origin.cwd.rpartition("/")[2]
            key = (one.at_ms // BUCKET_MS, *service, *one.origin, project, *money[1:], content)
            sums = (1, *one.tokens, one.web_searches, money[0] or 0)
            before = rollup.get(key, (0,) * len(sums))
            rollup[key] = tuple(a + b for a, b in zip(before, sums, strict=True))
        return Account(kept, rollup, frozenset(self.purged), self.horizon_ms)

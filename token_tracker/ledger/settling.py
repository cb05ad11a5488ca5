"""Compare bills with logs, and keep what that changes in the sums of each quarter hour.

`bill_shift` has the shape of the rollup and is added to it: a local row that a bill covers
is taken off and put back with its share of the bill, and what no log explains comes as rows
of `elsewhere`. Triggers note the days on which bills or logs have changed; only those are
compared again, so that an answer never waits for it twice.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Sequence
from typing import Final
from typing import NamedTuple

from token_tracker.ledger import bills
from token_tracker.ledger.inferred import Interval
from token_tracker.ledger.inferred import intervals
from token_tracker.ledger.lanes import EVEN
from token_tracker.ledger.lanes import QUARTERS_OF_A_DAY
from token_tracker.ledger.lanes import BillLine
from token_tracker.ledger.lanes import LocalRow
from token_tracker.ledger.lanes import pico_amounts
from token_tracker.ledger.lanes import settle_day
from token_tracker.ledger.records import MANUAL
from token_tracker.ledger.rows import ELSEWHERE
from token_tracker.ledger.rows import Pricer
from token_tracker.ledger.rows import ServiceFacts
from token_tracker.ledger.rows import insert_service
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import ledger_errors
from token_tracker.model import INCLUDED
from token_tracker.model import BilledRecord
from token_tracker.model import CostBasis
from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import ReportedUsage
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent

_MICRO: Final = 1_000_000
_UNIT: Final = 1000
"""Tokens of one kind whose price weighs an hour: too few for any long-context tier."""

USAGE_OF_TIER: Final = "usage/"
UNBILLED_TIERS: Final = ("priority",)
"""Tiers of which providers report the use, but not the money (Anthropic, checked 2026-11-22)."""

_NO_TOKENS: Final = Tokens()

_Key = tuple[int, int, int, int]
"""Bucket, origin, service, rate."""


def settle_bills(ledger: Ledger, plans: Collection[str], pricer: Pricer) -> bool:
    """Bring `bill_shift` up to date; say whether anything had to be compared.

    `plans`: the sources that a plan pays for: no bill is theirs.

    Raises:
        LedgerBusyError, LedgerDamagedError, StorageError: nothing was changed.
    """
    if not bills.is_due(ledger, plans):
        return False
    wanted = bills.plans_text(plans)
    with ledger.transaction() as connection:
        _note_plans(connection, wanted)
        rows = connection.execute("DELETE FROM unsettled_day RETURNING day").fetchall()
        days = sorted(row[0] for row in rows)
        shifts = _Shifts(connection, pricer)
        for day in days:
            connection.execute(
                "DELETE FROM bill_shift WHERE bucket >= ? AND bucket < ?",
                (day * QUARTERS_OF_A_DAY, (day + 1) * QUARTERS_OF_A_DAY),
            )
        _settle_billed(ledger, days, plans, shifts)
        _settle_inferred(ledger, days, plans, shifts)
        shifts.write()
    return True


def _note_plans(connection: sqlite3.Connection, plans: str) -> None:
    """Have every day compared again when other sources are paid by a plan than before."""
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (bills.PLANS,)).fetchone()
    if row is None or row[0] != plans:
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (bills.PLANS, plans))
        connection.execute("INSERT OR IGNORE INTO unsettled_day SELECT day FROM bill_unit")
        connection.execute(
            "INSERT OR IGNORE INTO unsettled_day SELECT at_ms / ? FROM balance", (bills.DAY_MS,)
        )


class _Held(NamedTuple):
    """A local row with its place in the ledger."""

    origin: int
    service: int
    rate: int
    web_searches: int
    cost_micro: int
    cost_rest_pico: int
    row: LocalRow


class _Shifts:
    """What is added to the rollup, collected before it is written."""

    def __init__(self, connection: sqlite3.Connection, pricer: Pricer) -> None:
        self._connection = connection
        self.pricer = pricer
        self._sums: dict[_Key, list[int]] = {}
        self._rates: dict[tuple[CostBasis, str, str], int] = {}
        self._services: dict[tuple[str, str], int] = {}
        self._elsewhere = 0

    def add(self, key: _Key, numbers: Iterable[int]) -> None:
        sums = self._sums.setdefault(key, [0] * 10)
        for at, number in enumerate(numbers):
            sums[at] += number

    def rate(self, basis: CostBasis, currency: str, apportioned: str) -> int:
        """Give the row of `rate` that stands for an amount that no price explains."""
        key = (basis, currency, apportioned)
        if key not in self._rates:
            content = json.dumps({"note": basis.value, "currency": currency, "apportioned": apportioned})
            self._connection.execute(
                "INSERT OR IGNORE INTO rate (currency, basis, content, apportioned) VALUES (?, ?, ?, ?)",
                (currency, basis.value, content, apportioned),
            )
            found = self._connection.execute("SELECT id FROM rate WHERE content = ?", (content,))
            self._rates[key] = int(found.fetchone()[0])
        return self._rates[key]

    def service(self, provider: str, model: str) -> int:
        """Give the row of `service` of a model as its provider names it."""
        key = (provider, model)
        if key not in self._services:
            service = Service(provider, model)
            facts = facts_of(self.pricer, service)
            self._services[key] = insert_service(self._connection, service, "", facts)
        return self._services[key]

    def elsewhere(self) -> int:
        """Give the row of `origin` of what no log tells of."""
        if not self._elsewhere:
            found = self._connection.execute(
                "SELECT id FROM origin WHERE source = ?", (ELSEWHERE,)
            ).fetchone()
            found = (
                found
                or self._connection.execute(
                    "INSERT INTO origin (source, cwd, session, branch, agent, agent_id, skill, initiator,"
                    " task, parent, wraps, project) VALUES (?, '', '', '', '', '', '', '', '', '', '', ?)"
                    " RETURNING id",
                    (ELSEWHERE, ELSEWHERE),
                ).fetchone()
            )
            self._elsewhere = int(found[0])
        return self._elsewhere

    def write(self) -> None:
        self._connection.executemany(
            f"INSERT INTO bill_shift VALUES ({', '.join('?' * 14)})",
            ((*key, *numbers) for key, numbers in self._sums.items() if any(numbers)),
        )


def facts_of(pricer: Pricer, service: Service) -> ServiceFacts:
    """Describe a model that a provider bills; it bills it, whoever made it."""
    return pricer.describe(service, "")._replace(provider=service.provider)


def model_key(name: str, model: str) -> str:
    """Give what a bill and a log know a model by: the card's name, else the id."""
    return name or model.lower()


def _settle_billed(ledger: Ledger, days: Sequence[int], plans: Collection[str], shifts: _Shifts) -> None:
    for day in days:
        held_units = bills.units(ledger, bills.day_of_number(day), bills.day_of_number(day))
        by_provider: dict[str, list[bills.StoredUnit]] = {}
        for one in held_units:
            if one.is_whole:
                by_provider.setdefault(one.provider, []).append(one)
        for provider, units in by_provider.items():
            if any(one.unit.billed is not None for one in units):
                _settle_unit(ledger, day, provider, units, plans, shifts)


def _settle_unit(
    ledger: Ledger,
    day: int,
    provider: str,
    units: Sequence[bills.StoredUnit],
    plans: Collection[str],
    shifts: _Shifts,
) -> None:
    first = day * QUARTERS_OF_A_DAY
    beside = _tiers_beside(units)
    units = [one for one in units if one.unit.report not in beside]
    held = {id(one.row): one for one in _local_rows(ledger, first, provider, plans, tuple(beside.values()))}
    names: dict[str, str] = {}
    lines = bill_lines(provider, day, units, shifts.pricer, names)
    is_final = all(one.is_settled for one in units if one.unit.billed is not None)
    if not is_final and _lacks(lines, [one.row for one in held.values()]):
        return
    settled = settle_day(first, lines, [one.row for one in held.values()])
    for share in settled.shares:
        one, row = held[id(share.row)], share.row
        counts = (row.requests, *row.tokens, one.web_searches)
        shifts.add(
            (row.bucket, one.origin, one.service, one.rate),
            (*(-count for count in counts), -one.cost_micro, -one.cost_rest_pico),
        )
        rate = shifts.rate(CostBasis.BILLED, share.currency, share.apportioned)
        shifts.add((row.bucket, one.origin, one.service, rate), (*counts, *_in_two_parts(share.amount_pico)))
    for rest in settled.rests:
        rate = shifts.rate(CostBasis.BILLED, rest.currency, rest.apportioned)
        key = (rest.bucket, shifts.elsewhere(), shifts.service(provider, names.get(rest.key, "")), rate)
        shifts.add(key, (rest.requests, *rest.tokens, 0, *_in_two_parts(rest.amount_pico)))


def _tiers_beside(units: Sequence[bills.StoredUnit]) -> dict[str, str]:
    """Give the tiers that a provider bills in no cost report, by the report that tells of their use.

    Such a report is named after its tier ("usage/priority"). What logs tell of that tier keeps
    its own amount: the bill does not hold it.
    """
    return {
        one.unit.report: one.unit.report.removeprefix(USAGE_OF_TIER)
        for one in units
        if one.unit.report.removeprefix(USAGE_OF_TIER) in UNBILLED_TIERS and one.unit.usage
    }


def _lacks(lines: Sequence[BillLine], rows: Sequence[LocalRow]) -> bool:
    """Say whether a bill that may still grow is below what the logs cost: then they count."""
    costs: dict[str, int] = {}
    for row in rows:
        costs[row.currency] = costs.get(row.currency, 0) + (row.cost_pico or 0)
    billed: dict[str, int] = {}
    for line in lines:
        billed[line.currency] = billed.get(line.currency, 0) + line.amount_pico
    return any(cost > billed.get(currency, 0) for currency, cost in costs.items())


def bill_lines(
    provider: str,
    day: int,
    units: Sequence[bills.StoredUnit],
    pricer: Pricer,
    names: dict[str, str] | None = None,
) -> list[BillLine]:
    """Give the lines of one provider and UTC day, one for each model and currency.

    `names`: takes the provider's own id of each model key.
    """
    keys: dict[str, str] = {}

    def key_of(model: str) -> str:
        if model not in keys:
            named = facts_of(pricer, Service(provider, model)).name if model else ""
            keys[model] = model_key(named, model)
            if names is not None:
                names.setdefault(keys[model], model)
        return keys[model]

    records = [record for one in units for record in one.unit.billed or ()]
    money = _money_of(records, key_of)
    used: dict[str, _Used] = {}
    for usage in (usage for one in units for usage in one.unit.usage or ()):
        weight = _worth(pricer, Service(provider, usage.model), usage.tokens, day * bills.DAY_MS)
        used.setdefault(key_of(usage.model), _Used()).add(usage, weight)
    currency = records[0].currency if records else "USD"
    for name in used.keys() - {name for name, _ in money}:
        money[name, currency] = _Billed()
    told: set[str] = set()
    lines = []
    for (name, its_currency), billed in sorted(money.items()):
        # Of a model that is billed in two currencies, the tokens are told once.
        use = None if name in told else used.get(name)
        told.add(name)
        hours = billed.hours if billed.hours and None not in billed.hours else _hours_of(used.get(name))
        lines.append(
            BillLine(
                name,
                its_currency,
                billed.pico,
                {} if None in hours else {hour: weight for hour, weight in hours.items() if hour is not None},
                None if use is None else use.tokens,
                None if use is None else use.requests,
            )
        )
    return lines


Hours = dict[int | None, int]
"""Weights by hour of the UTC day; None for what has no hour."""


class _Billed:
    """What is billed for one model in one currency, in 10^-12."""

    def __init__(self) -> None:
        self.pico = 0
        self.hours: Hours = {}

    def add(self, pico: int, hour: int | None) -> None:
        self.pico += pico
        self.hours[hour] = self.hours.get(hour, 0) + max(pico, 0)


class _Used:
    """What a provider says was used on one model."""

    def __init__(self) -> None:
        self.tokens = _NO_TOKENS
        self.requests = 0
        self.hours: Hours = {}

    def add(self, usage: ReportedUsage, weight: int) -> None:
        self.tokens = Tokens(*map(sum, zip(self.tokens, usage.tokens, strict=True)))
        self.requests += usage.requests or 0
        self.hours[usage.hour] = self.hours.get(usage.hour, 0) + weight


def _hours_of(used: _Used | None) -> Hours:
    return {} if used is None else used.hours


def _money_of(
    records: Sequence[BilledRecord], key_of: Callable[[str], str]
) -> dict[tuple[str, str], _Billed]:
    """Add up what is billed, by model key and currency."""
    money: dict[tuple[str, str], _Billed] = {}
    for record, pico in _in_pico(records):
        money.setdefault((key_of(record.model), record.currency), _Billed()).add(pico, record.hour)
    return money


def _in_pico(records: Sequence[BilledRecord]) -> Iterator[tuple[BilledRecord, int]]:
    """Pair records with their amounts in 10^-12, rounded once for all of a currency."""
    for currency in dict.fromkeys(record.currency for record in records):
        own = [record for record in records if record.currency == currency]
        yield from zip(own, pico_amounts([record.amount for record in own]), strict=True)


def _worth(pricer: Pricer, service: Service, tokens: Tokens, at_ms: int) -> int:
    """Weigh tokens by what each kind costs on the model; by their number where no price is known."""
    price = pricer.price_of(service)
    worth = 0
    for at, count in enumerate(tokens[:5]):
        if count:
            kind = _NO_TOKENS._replace(**{Tokens._fields[at]: _UNIT})
            origin, place = Origin(ELSEWHERE), Place("", 0)
            pico, _ = price(
                UsageEvent(bytes(16), at_ms, at_ms, service, origin, kind, 0, False, True, None, place)
            )
            worth += count * (_UNIT if pico is None else pico)
    return worth


def _local_rows(
    ledger: Ledger, first: int, provider: str, plans: Collection[str], beside: Sequence[str]
) -> list[_Held]:
    """Give the rows of a provider and UTC day that its bill covers: not what a plan paid for.

    `beside`: tiers that are billed elsewhere.
    """
    rows = ledger.connection.execute(
        "SELECT rollup.bucket, origin, service, rate, requests, input, cache_read, cache_write_5m,"
        " cache_write_1h, output, reasoning, web_searches, cost_micro, cost_rest_pico, source, name, model,"
        " basis, currency, tier FROM rollup JOIN service ON service.id = rollup.service"
        " JOIN origin ON origin.id = rollup.origin JOIN rate ON rate.id = rollup.rate"
        " WHERE bucket >= ? AND bucket < ? AND provider = ? AND tier != ? AND source != ?"
        " ORDER BY 1, 2, 3, 4",
        (first, first + QUARTERS_OF_A_DAY, provider, INCLUDED, MANUAL),
    )
    return [
        _Held._make(
            [
                *row[1:4],
                *row[11:14],
                LocalRow(
                    row[0],
                    model_key(row[15], row[16]),
                    row[18],
                    None if row[17] == "unpriced" else row[12] * _MICRO + row[13],
                    row[4],
                    Tokens(*row[5:11]),
                ),
            ]
        )
        for row in rows
        if row[14] not in plans and row[19] not in beside
    ]


def _settle_inferred(ledger: Ledger, days: Sequence[int], plans: Collection[str], shifts: _Shifts) -> None:
    connection = ledger.connection
    billed = set(whole_providers(ledger))
    for one in _touched(intervals(bills.balances(ledger)), set(days)):
        connection.execute(
            "DELETE FROM bill_shift WHERE bucket >= ? AND bucket <= ?"
            " AND service IN (SELECT id FROM service WHERE provider = ?)"
            " AND rate IN (SELECT id FROM rate WHERE basis = ? AND currency = ?)",
            (one.first, one.last, one.provider, CostBasis.INFERRED.value, one.currency),
        )
        if one.provider not in billed and not _has_local(connection, one, plans):
            rate = shifts.rate(CostBasis.INFERRED, one.currency, EVEN)
            service = shifts.service(one.provider, "")
            for bucket, pico in one.per_bucket().items():
                key = (bucket, shifts.elsewhere(), service, rate)
                shifts.add(key, (0, *_NO_TOKENS, 0, *_in_two_parts(pico)))


def _touched(all_of_them: Sequence[Interval], days: set[int]) -> list[Interval]:
    """Give the intervals that reach into some days, and those that share a day with one of these."""
    found: dict[int, Interval] = {}
    while True:
        new = {
            at: one
            for at, one in enumerate(all_of_them)
            if at not in found and not days.isdisjoint(_days_of(one))
        }
        if not new:
            return [found[at] for at in sorted(found)]
        found.update(new)
        days.update(day for one in new.values() for day in _days_of(one))


def _days_of(one: Interval) -> range:
    return range(one.first // QUARTERS_OF_A_DAY, one.last // QUARTERS_OF_A_DAY + 1)


def whole_providers(ledger: Ledger) -> list[str]:
    """Name the providers of which any day is billed whole."""
    with ledger_errors(ledger.path):
        rows = ledger.connection.execute(
            "SELECT DISTINCT provider FROM bill_unit WHERE is_whole AND has_money ORDER BY 1"
        )
        return [row[0] for row in rows]


def named_in_logs(provider: str) -> tuple[str, str]:
    """Give what logs call a provider: they name its platform in China apart, as it has other prices."""
    return provider, f"{provider}-cn"


def _has_local(connection: sqlite3.Connection, one: Interval, plans: Collection[str]) -> bool:
    sources = connection.execute(
        "SELECT DISTINCT source FROM rollup JOIN service ON service.id = rollup.service"
        " JOIN origin ON origin.id = rollup.origin"
        " WHERE bucket >= ? AND bucket <= ? AND provider IN (?, ?) AND tier != ?",
        (one.first, one.last, *named_in_logs(one.provider), INCLUDED),
    )
    return any(row[0] not in plans for row in sources)


def _in_two_parts(pico: int) -> tuple[int, int]:
    """Split an amount into whole millionths and the rest, both of its sign."""
    micro, rest = divmod(abs(pico), _MICRO)
    return (micro, rest) if pico >= 0 else (-micro, -rest)


def differing_bills(ledger: Ledger) -> tuple[int, list[str]]:
    """Compare each whole day's bill with what it became in the sums.

    Gives how many were compared, and "<provider> <day> <currency>" of those that differ. Days
    that wait for being compared again are left out, and bills that gave way to the logs.
    """
    rows = ledger.connection.execute(
        "SELECT provider, bucket / ?, currency, sum(cost_micro), sum(cost_rest_pico) FROM bill_shift"
        " JOIN service ON service.id = service JOIN rate ON rate.id = rate WHERE basis = 'billed'"
        " GROUP BY 1, 2, 3",
        (QUARTERS_OF_A_DAY,),
    )
    became = {tuple(row[:3]): row[3] * _MICRO + row[4] for row in rows}
    waiting = {row[0] for row in ledger.connection.execute("SELECT day FROM unsettled_day")}
    records: dict[tuple[str, int, str], list[BilledRecord]] = {}
    open_days: set[tuple[str, int]] = set()
    for one in bills.units(ledger):
        day = bills.day_number(one.unit.day)
        if not one.is_settled:
            open_days.add((one.provider, day))
        for record in one.unit.billed or ():
            if one.is_whole and day not in waiting:
                records.setdefault((one.provider, day, record.currency), []).append(record)
    wrong = []
    for key, own in records.items():
        if key not in became and key[:2] in open_days:
            continue
        if became.get(key, 0) != sum(pico_amounts([record.amount for record in own])):
            wrong.append(f"{key[0]} {bills.day_of_number(key[1])} {key[2]}")
    return len(records), wrong

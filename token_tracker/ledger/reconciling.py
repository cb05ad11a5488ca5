"""What there is to hold beside the logs: days that bills cover, what left balances, what hosts say.

Nothing is compared here; `reports/reconcile.py` does that.
"""

from __future__ import annotations

from collections.abc import Collection
from collections.abc import Mapping
from collections.abc import Sequence
from decimal import Decimal
from decimal import localcontext
from typing import NamedTuple

from token_tracker.ledger import bills
from token_tracker.ledger.inferred import intervals
from token_tracker.ledger.queries import rates_with_notes
from token_tracker.ledger.records import MANUAL
from token_tracker.ledger.rows import CHARGE_NOTE
from token_tracker.ledger.rows import HOST_NOTE
from token_tracker.ledger.settling import whole_providers
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import ledger_errors
from token_tracker.model import Tokens
from token_tracker.period import BUCKET_MS


class Counted(NamedTuple):
    """What a provider says was used in one UTC day; `requests`: None where it counts none."""

    tokens: Tokens
    requests: int | None


class BilledDays(NamedTuple):
    """The UTC days of which a provider's bill is whole, as numbers of `bills.day_number`.

    `settled`: those of them of which nothing can be missing any more. `counted`: those of which it
    counts the usage, too.
    """

    whole: Sequence[int]
    settled: Collection[int]
    counted: Mapping[int, Counted]


class LeftBalance(NamedTuple):
    """What left the accounts of a provider between its first and last snapshot of a period.

    `start_ms`, `end_ms`: half-open, on quarter hours of UTC. `spent_pico`: by currency.
    """

    provider: str
    start_ms: int
    end_ms: int
    spent_pico: Mapping[str, int]


class HostTotal(NamedTuple):
    """What a host says its responses would cost, beside what the ledger says: both in 10^-12 USD.

    Only responses of which both are known. `requests`: how many they are.
    """

    source: str
    requests: int
    host_pico: int
    own_pico: int


class ItemSum(NamedTuple):
    """What one item of a model came to on a UTC day, as the provider names both."""

    day: int
    provider: str
    model: str
    item: str
    currency: str
    amount: Decimal


def billed_days(ledger: Ledger, first: int, last: int) -> dict[str, BilledDays]:
    """Say which UTC days from `first` to `last`, both inclusive, bills cover whole, by provider."""
    whole = (
        "SELECT provider, day, min(is_settled) FROM bill_unit"
        " WHERE day >= ? AND day <= ? AND is_whole AND has_money GROUP BY 1, 2"
    )
    counts = (
        "SELECT provider, day, sum(input), sum(cache_read), sum(cache_write_5m), sum(cache_write_1h),"
        " sum(output), sum(reasoning), sum(requests), count(position) - count(requests)"
        " FROM bill_unit LEFT JOIN reported_usage ON unit = id WHERE day >= ? AND day <= ? AND is_whole"
        " AND (report LIKE 'usage%' OR unit IS NOT NULL) GROUP BY provider, day"
    )
    with ledger_errors(ledger.path):
        days: dict[str, dict[int, bool]] = {}
        for provider, day, is_settled in ledger.connection.execute(f"{whole} ORDER BY 1, 2", (first, last)):
            days.setdefault(provider, {})[day] = bool(is_settled)
        counted: dict[str, dict[int, Counted]] = {}
        for provider, day, *sums, unknown in ledger.connection.execute(counts, (first, last)):
            numbers = [number or 0 for number in sums]
            found = Counted(Tokens(*numbers[:6]), None if unknown else numbers[6])
            counted.setdefault(provider, {})[day] = found
    return {
        provider: BilledDays(
            list(own),
            frozenset(day for day, is_settled in own.items() if is_settled),
            {day: counted[provider][day] for day in own if day in counted.get(provider, {})},
        )
        for provider, own in days.items()
    }


def left_balances(ledger: Ledger, start_ms: int, end_ms: int) -> list[LeftBalance]:
    """Say what left the accounts of providers that have balances but no bill at all.

    The period begins and ends with a quarter hour of UTC.
    """
    billed = whole_providers(ledger)
    snapshots = [one for one in bills.balances(ledger) if one.provider not in billed]
    spent = intervals(snapshots)
    found = []
    for provider in sorted({one.provider for one in snapshots}):
        moments = [one.at_ms // BUCKET_MS for one in snapshots if one.provider == provider]
        # What was spent up to a snapshot stands in the quarter hours after the one before.
        first = max(min(moments) + 1, start_ms // BUCKET_MS)
        after = min(max(moments) + 1, end_ms // BUCKET_MS)
        if first >= after:
            continue
        sums: dict[str, int] = {}
        for interval in spent:
            if interval.provider == provider and interval.first < after and interval.last >= first:
                inside = [pico for at, pico in interval.per_bucket().items() if first <= at < after]
                sums[interval.currency] = sums.get(interval.currency, 0) + sum(inside)
        for one in snapshots:
            if one.provider == provider:
                sums.setdefault(one.balance.currency, 0)
        found.append(LeftBalance(provider, first * BUCKET_MS, after * BUCKET_MS, sums))
    return found


def billed_items(ledger: Ledger, first: int, last: int, provider: str = "") -> list[ItemSum]:
    """Add up the lines of whole bills by UTC day, provider, model and item; `first`, `last` inclusive."""
    sums: dict[tuple[int, str, str, str, str], Decimal] = {}
    with ledger_errors(ledger.path), localcontext(prec=bills.EXACT_DIGITS):
        for *key, amount in ledger.connection.execute(
            "SELECT day, provider, model, item, currency, amount FROM bill_unit"
            " JOIN billed_record ON unit = id WHERE day >= ? AND day <= ? AND is_whole"
            " AND (provider = ? OR ? = '') ORDER BY day, provider, report, account, position",
            (first, last, provider, provider),
        ):
            place = (key[0], key[1], key[2], key[3], key[4])
            sums[place] = sums.get(place, Decimal(0)) + Decimal(amount)
    return [ItemSum(*place, amount) for place, amount in sums.items()]


def host_totals(
    ledger: Ledger, start_ms: int, end_ms: int, where: Mapping[str, Sequence[str]]
) -> list[HostTotal]:
    """Sum hosts' own estimates beside our prices, by source; only where there are both.

    `where`: only providers.
    """
    providers = where.get("provider")
    limit = "" if providers is None else f" AND service.provider IN ({', '.join('?' * len(providers))})"
    # Where the estimate stands in for a price, or a charge was recorded, nothing of ours is beside it.
    foreign = ", ".join(map(str, (0, *rates_with_notes(ledger, [HOST_NOTE, CHARGE_NOTE]))))
    query = (
        "SELECT origin.source, count(*), sum(host_cost_pico / 1000000), sum(host_cost_pico % 1000000),"
        " sum(cost_pico / 1000000), sum(cost_pico % 1000000) FROM event"
        " JOIN origin ON origin.id = event.origin JOIN service ON service.id = event.service"
        " JOIN rate ON rate.id = event.rate WHERE at_ms >= ? AND at_ms < ? AND host_cost_pico IS NOT NULL"
        f" AND rate.currency = 'USD' AND event.rate NOT IN ({foreign}) AND origin.source != ?{limit}"
        " GROUP BY 1 ORDER BY 1"
    )
    with ledger_errors(ledger.path):
        rows = ledger.connection.execute(query, (start_ms, end_ms, MANUAL, *(providers or ())))
        return [
            HostTotal(source, requests, host * 1_000_000 + host_rest, own * 1_000_000 + own_rest)
            for source, requests, host, host_rest, own, own_rest in rows
        ]


def known_providers(ledger: Ledger) -> list[str]:
    """Name every provider that any log, bill or balance is of."""
    with ledger_errors(ledger.path):
        rows = [
            row
            for table in ("service", "bill_unit", "balance")
            for row in ledger.connection.execute(f"SELECT DISTINCT provider FROM {table}")
        ]
    return sorted({provider for (provider,) in rows if provider})

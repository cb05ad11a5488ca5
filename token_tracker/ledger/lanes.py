"""Which lane counts where a bill and logs tell of the same usage: decided purely, exact to 10^-12.

The money of a UTC day that is billed whole is the bill. The logs explain as much of it as
they would have cost; the rest is `elsewhere`: other machines, other tools, fees. Every part
is split by largest remainder, so that however the parts are grouped, they add up to the bill.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from decimal import localcontext
from typing import Final
from typing import NamedTuple

from token_tracker.ledger.bills import EXACT_DIGITS
from token_tracker.model import PICO
from token_tracker.model import Tokens

QUARTERS_OF_A_DAY: Final = 96
QUARTERS_OF_AN_HOUR: Final = 4

HOURLY: Final = "provider-hours"
COMPUTED: Final = "computed-cost"
EVEN: Final = "even"
"""How the amounts of a UTC day were spread over it: by the provider's report of each hour, by
what the logs would have cost in each quarter hour, or evenly."""


@dataclass(frozen=True, slots=True)
class LocalRow:
    """The usage of one row of the rollup that a bill covers.

    `key`: the model as bills and logs are matched by. `cost_pico`: None where it has no price.
    """

    bucket: int
    key: str
    currency: str
    cost_pico: int | None
    requests: int
    tokens: Tokens


@dataclass(frozen=True, slots=True)
class BillLine:
    """What a provider bills for one model in one UTC day; `key` is "" for what is no model's.

    `hours`: how much of it falls into each hour, as weights of any unit; empty where the
    provider does not tell. `tokens`, `requests`: None where the provider does not count them.
    """

    key: str
    currency: str
    amount_pico: int
    hours: Mapping[int, int]
    tokens: Tokens | None = None
    requests: int | None = None


class Share(NamedTuple):
    """What one local row costs by the bill, and in which currency. `apportioned`: by what."""

    row: LocalRow
    currency: str
    amount_pico: int
    apportioned: str


class Rest(NamedTuple):
    """What a bill holds and no log explains, in one quarter hour. `apportioned`: by what."""

    bucket: int
    key: str
    currency: str
    amount_pico: int
    tokens: Tokens
    requests: int
    apportioned: str


class Settled(NamedTuple):
    """A bill spread over the local rows that it covers, and the rest."""

    shares: Sequence[Share]
    rests: Sequence[Rest]


def settle_day(first_bucket: int, lines: Sequence[BillLine], rows: Sequence[LocalRow]) -> Settled:
    """Spread the bill of one provider and UTC day.

    `first_bucket`: the day's first quarter hour. `lines`: one for each key and currency.
    `rows`: every local row of that provider and day that the bill covers.
    """
    has_models = any(line.key for line in lines)
    by_key: dict[str, list[LocalRow]] = {}
    for row in rows:
        # A bill without models explains all models; one with them says whose the money is.
        by_key.setdefault(row.key if has_models else "", []).append(row)
    all_costs = _costs(rows, first_bucket)
    shares: list[Share] = []
    rests: list[Rest] = []
    for line in lines:
        own = by_key.pop(line.key, [])
        explained = _explained(line, own)
        shares += [
            Share(row, line.currency, pico, HOURLY if line.hours else COMPUTED)
            for row, pico in zip(own, split(explained, _weights(line, own)), strict=True)
        ]
        rests += _rest(line, own, explained, first_bucket, all_costs)
    currency = lines[0].currency if lines else ""
    unbilled = [row for left in by_key.values() for row in left]
    shares += [Share(row, currency or row.currency, 0, "") for row in unbilled]
    return Settled(shares, rests)


def pico_amounts(amounts: Sequence[Decimal]) -> list[int]:
    """Turn exact amounts into whole 10^-12 whose sum is that of the amounts, rounded once.

    >>> pico_amounts([Decimal("0.0000000000004")] * 5)
    [1, 1, 0, 0, 0]
    """
    with localcontext() as context:
        context.prec = EXACT_DIGITS
        scaled = [amount * PICO for amount in amounts]
        floors = [int(value // 1) if value >= 0 else -int(-value // 1) - (value % 1 != 0) for value in scaled]
        missing = int(sum(scaled, Decimal(0)).to_integral_value()) - sum(floors)
        order = sorted(range(len(scaled)), key=lambda at: (-(scaled[at] - floors[at]), at))
    for at in order[:missing]:
        floors[at] += 1
    return floors


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Split a whole number by weights, exactly: what division leaves goes to the largest remainders.

    Of equal remainders the earlier part gets more; without any weight, parts are equal.

    >>> split(100, [1, 1, 1])
    [34, 33, 33]
    >>> split(-7, [0, 1, 3])
    [0, -2, -5]
    """
    if total < 0:
        return [-part for part in split(-total, weights)]
    whole = sum(weights)
    if not whole:
        if not weights:
            return []
        weights, whole = [1] * len(weights), len(weights)
    parts = [divmod(total * weight, whole) for weight in weights]
    found = [quotient for quotient, _ in parts]
    order = sorted(range(len(parts)), key=lambda at: (-parts[at][1], at))
    for at in order[: total - sum(found)]:
        found[at] += 1
    return found


def _explained(line: BillLine, rows: Sequence[LocalRow]) -> int:
    """Say how much of a line's amount local usage stands for.

    As much as it would have cost, at most the line. Where that is not known, as much as it has
    of the provider's tokens; where neither is, all.
    """
    if not rows or line.amount_pico <= 0:
        return 0
    if _is_comparable(line, rows):
        return min(line.amount_pico, sum(row.cost_pico or 0 for row in rows))
    used = sum(row.tokens.total for row in rows)
    if line.tokens is None or line.tokens.total <= used:
        return line.amount_pico
    return line.amount_pico * used // line.tokens.total


def _is_comparable(line: BillLine, rows: Sequence[LocalRow]) -> bool:
    return all(row.cost_pico is not None and row.currency == line.currency for row in rows)


def _weights(line: BillLine, rows: Sequence[LocalRow]) -> list[int]:
    if _is_comparable(line, rows) and any(row.cost_pico for row in rows):
        return [row.cost_pico or 0 for row in rows]
    if any(row.tokens.total for row in rows):
        return [row.tokens.total for row in rows]
    return [row.requests for row in rows]


def _rest(
    line: BillLine,
    rows: Sequence[LocalRow],
    explained: int,
    first_bucket: int,
    all_costs: Sequence[int],
) -> list[Rest]:
    """Spread over the day what local usage does not explain of a line."""
    amount = line.amount_pico - explained
    counts = _tokens_beyond(line.tokens, rows)
    requests = max(0, (line.requests or 0) - sum(row.requests for row in rows))
    if not amount and not any(counts) and not requests:
        return []
    weights, apportioned = _times(line, rows, first_bucket, all_costs)
    parts = [split(whole, weights) for whole in (amount, *counts, requests)]
    return [
        Rest(
            first_bucket + at,
            line.key,
            line.currency,
            numbers[0],
            Tokens(*numbers[1:7]),
            numbers[7],
            apportioned,
        )
        for at, numbers in enumerate(zip(*parts, strict=True))
        if any(numbers)
    ]


def _tokens_beyond(told: Tokens | None, rows: Sequence[LocalRow]) -> Tokens:
    """Give the tokens that a provider counts and no log does, never more in all than it counts.

    Providers and logs take the prompt apart differently: of 100 that a log has as 40 and 60
    written to the cache, a provider that tells no writes has 100 as input. Nothing is beyond.
    """
    if told is None:
        return Tokens()
    used = [sum(counts) for counts in zip(*(row.tokens for row in rows), strict=True)] or [0] * len(told)
    beyond = [max(0, there - here) for there, here in zip(told, used, strict=True)]
    *kinds, reasoning = beyond
    kinds = split(min(sum(kinds), max(0, told.total - sum(row.tokens.total for row in rows))), kinds)
    return Tokens._make([*kinds, min(reasoning, kinds[-1])])


def _times(
    line: BillLine, rows: Sequence[LocalRow], first_bucket: int, all_costs: Sequence[int]
) -> tuple[list[int], str]:
    """Give the weights of the day's quarter hours for what is elsewhere, and where they are from."""
    own = _costs(rows, first_bucket)
    if sum(line.hours.values()):
        hours = [line.hours.get(hour, 0) for hour in range(24)]
        billed = split(max(line.amount_pico, 0), hours)
        # What the logs explain already has its time; the rest fills each hour up to its bill.
        left = [
            max(0, amount - sum(own[hour * QUARTERS_OF_AN_HOUR : (hour + 1) * QUARTERS_OF_AN_HOUR]))
            for hour, amount in enumerate(billed)
        ]
        return _per_quarter(left if any(left) else hours), HOURLY
    costs = own if any(own) else all_costs
    return (list(costs), COMPUTED) if any(costs) else ([1] * QUARTERS_OF_A_DAY, EVEN)


def _per_quarter(hours: Sequence[int]) -> list[int]:
    return [weight for weight in hours for _ in range(QUARTERS_OF_AN_HOUR)]


def _costs(rows: Iterable[LocalRow], first_bucket: int) -> list[int]:
    costs = [0] * QUARTERS_OF_A_DAY
    for row in rows:
        costs[row.bucket - first_bucket] += row.cost_pico or 0
    return costs

"""Figures: what some usage was and what it cost, with every kind of money apart."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from decimal import Context
from decimal import Decimal
from functools import reduce

from token_tracker.ledger.queries import UsageRow
from token_tracker.model import CostBasis
from token_tracker.model import Tokens

PICO_EXPONENT = -12
EXACT_DIGITS = 60
"""Enough for any sum: the largest count times the largest price has 40 digits."""

EXACT = Context(prec=EXACT_DIGITS)
"""For single operations, of which a long table needs thousands: entering a context takes longer."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What usage cost: amounts by currency and basis, never added across either.

    `amounts[currency][basis]` holds only what is there. `api_equivalent` is what
    plan-paid usage would cost at list price; it is in no amount. `unpriced_tokens` are in
    no amount either: their price is unknown, which is not zero. `unpriced_models` names
    whoever used them, also for web searches alone. `estimated` is what of the computed amounts
    is no price at all, but what the host said it would cost, where no price is known.
    `apportioned`: by what bills of whole UTC days were spread over local days.
    """

    amounts: Mapping[str, Mapping[CostBasis, Decimal]]
    api_equivalent: Mapping[str, Decimal]
    unpriced_tokens: int
    unpriced_models: tuple[str, ...]
    estimated: Mapping[str, Decimal] = field(default_factory=dict)
    apportioned: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        """False when there was usage and none of it has a price."""
        return bool(self.amounts) or bool(self.api_equivalent) or not self.unpriced_models

    def currencies(self, preferred: str) -> list[str]:
        """List the currencies of the amounts, the preferred one first.

        >>> Cost({}, {}, 0, ()).currencies("USD")
        ['USD']
        """
        there = sorted(self.amounts)
        if preferred in there or not there:
            return [preferred, *(c for c in there if c != preferred)]
        return there

    def amount(self, currency: str) -> Decimal:
        """Add up the bases of one currency: 0 where there is none."""
        return reduce(EXACT.add, self.amounts.get(currency, {}).values(), Decimal(0))


@dataclass(frozen=True, slots=True)
class Figures:
    """Requests, tokens and cost of some usage."""

    requests: int
    tokens: Tokens
    web_searches: int
    cost: Cost

    @property
    def is_used(self) -> bool:
        """There is anything to tell of: also a fee that came with no request."""
        money = (amount for bases in self.cost.amounts.values() for amount in bases.values())
        return bool(self.requests or self.tokens.total or any(money))

    @property
    def cache_hit_rate(self) -> Decimal | None:
        """Share of the prompt that was read from cache, 0..1 with 6 decimals; None without a prompt."""
        if not self.tokens.prompt:
            return None
        return (Decimal(self.tokens.cache_read) / self.tokens.prompt).quantize(Decimal("0.000001"))


@dataclass(frozen=True, slots=True)
class Usage:
    """Rows of the ledger with the names of their dimensions.

    `by` always holds "model" and "source"; `plans` are the sources paid by a plan.
    """

    by: tuple[str, ...]
    rows: tuple[UsageRow, ...]
    plans: frozenset[str] = frozenset()

    def grouped(self, *dimensions: str) -> dict[tuple[str | int, ...], Usage]:
        """Split by the values of some dimensions."""
        places = [self.by.index(name) for name in dimensions]
        groups: dict[tuple[str | int, ...], list[UsageRow]] = {}
        for row in self.rows:
            groups.setdefault(tuple(row.key[place] for place in places), []).append(row)
        return {key: Usage(self.by, tuple(rows), self.plans) for key, rows in groups.items()}

    def figures(self) -> Figures:
        """Add everything up."""
        model, source = self.by.index("model"), self.by.index("source")
        pico: dict[tuple[str, str], int] = {}
        plan_pico: dict[str, int] = {}
        estimated_pico: dict[str, int] = {}
        requests = web_searches = unpriced_tokens = 0
        unpriced_models: set[str] = set()
        apportioned: set[str] = set()
        for row in self.rows:
            requests += row.requests
            web_searches += row.web_searches
            if row.basis == "unpriced":
                unpriced_tokens += row.tokens.total
                if row.tokens.total or row.web_searches:
                    unpriced_models.add(str(row.key[model]))
            elif row.is_included or row.key[source] in self.plans:
                plan_pico[row.currency] = plan_pico.get(row.currency, 0) + row.cost_pico
            else:
                kind = (row.currency, row.basis)
                pico[kind] = pico.get(kind, 0) + row.cost_pico
                if row.apportioned:
                    apportioned.add(row.apportioned)
                if row.is_estimate:
                    estimated_pico[row.currency] = estimated_pico.get(row.currency, 0) + row.cost_pico
        amounts: dict[str, dict[CostBasis, Decimal]] = {}
        for (currency, basis), value in sorted(pico.items()):
            amounts.setdefault(currency, {})[CostBasis(basis)] = money_of(value)
        return Figures(
            requests,
            add_tokens([row.tokens for row in self.rows]),
            web_searches,
            Cost(
                amounts,
                {currency: money_of(value) for currency, value in sorted(plan_pico.items())},
                unpriced_tokens,
                tuple(sorted(unpriced_models)),
                {currency: money_of(value) for currency, value in sorted(estimated_pico.items())},
                tuple(sorted(apportioned)),
            ),
        )


def joined(parts: Sequence[Usage]) -> Usage:
    """Put the rows of several parts together; there is at least one part."""
    first = parts[0]
    return Usage(first.by, tuple(row for part in parts for row in part.rows), first.plans)


def money_of(pico: int) -> Decimal:
    """Turn 10^-12 of a currency into an exact amount.

    >>> money_of(12_340_000_000_000)
    Decimal('12.340000000000')
    """
    return EXACT.scaleb(Decimal(pico), PICO_EXPONENT)


def add_tokens(counts: Iterable[Tokens]) -> Tokens:
    """Add token counts, kind by kind."""
    return Tokens(*map(sum, zip(*counts, strict=True)))


def rank(figures: Figures) -> tuple[Decimal, int, int]:
    """Order rows of a report, largest first: by known money, then tokens, then requests."""
    money = [figures.cost.amount(currency) for currency in figures.cost.amounts]
    plan = list(figures.cost.api_equivalent.values())
    return (-max([*money, *plan], default=Decimal(0)), -figures.tokens.total, -figures.requests)

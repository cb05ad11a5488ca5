"""Shares of a whole that add up to it: what they are shares of, and how a rest is given out."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence
from decimal import Decimal
from decimal import localcontext
from typing import NamedTuple

from token_tracker.reports.figures import EXACT_DIGITS
from token_tracker.reports.figures import PICO_EXPONENT
from token_tracker.reports.figures import Figures

MILLIONTHS = 1_000_000


class Measure(NamedTuple):
    """What the parts of some usage are compared by.

    `kind`: "cost", "api_equivalent" (plan-paid usage at list price) or "tokens".
    `currency`: of the first two, "" for tokens.
    """

    kind: str
    currency: str = ""

    def weigh(self, figures: Figures) -> int | None:
        """Give how much of it some usage has, in 10^-12 of a currency or in tokens.

        None where nothing of the kind is known: a price that is missing is no share of 0.
        """
        if self.kind == "tokens":
            return figures.tokens.total
        cost = figures.cost
        if self.kind == "cost":
            return _pico(cost.amount(self.currency)) if self.currency in cost.amounts else None
        worth = cost.api_equivalent.get(self.currency)
        return None if worth is None else _pico(worth)


def measure_of(figures: Figures) -> Measure | None:
    """Choose what to compare the parts of some usage by; None where there is nothing to compare.

    Money, where all of it is in one currency; else tokens, since currencies are never added.
    """
    cost = figures.cost
    for kind, amounts in (
        ("cost", {currency: cost.amount(currency) for currency in cost.amounts}),
        ("api_equivalent", cost.api_equivalent),
    ):
        if len(amounts) > 1:
            break
        if any(amount > 0 for amount in amounts.values()):
            return Measure(kind, *amounts)
        if amounts:
            break
    return Measure("tokens") if figures.tokens.total else None


def in_parts(weights: Sequence[int | None], whole: int = MILLIONTHS) -> list[int | None]:
    """Divide a whole by weights so that the parts add up to it: the largest remainders get one more.

    None stays None. All None, or all zero: nothing can be divided, and every part is None.

    >>> in_parts([1, 1, 1], 100), in_parts([2, None, 1], 1000)
    ([34, 33, 33], [667, None, 333])
    """
    total = sum(weight or 0 for weight in weights)
    if not total:
        return [None] * len(weights)
    parts = [None if weight is None else weight * whole // total for weight in weights]
    remainders = [-1 if weight is None else weight * whole % total for weight in weights]
    left = whole - sum(part or 0 for part in parts)
    for at in sorted(range(len(weights)), key=lambda at: -remainders[at])[:left]:
        parts[at] = (parts[at] or 0) + 1
    return parts


def shares(weights: Sequence[int | None]) -> list[Decimal | None]:
    """Give shares of one with 6 decimals that add up to exactly one.

    >>> shares([2, 1])
    [Decimal('0.666667'), Decimal('0.333333')]
    """
    return [None if part is None else Decimal(part).scaleb(-6) for part in in_parts(weights)]


def shares_of(measure: Measure | None, parts: Iterable[Figures]) -> list[Decimal | None]:
    """Give the shares of the parts of some usage; each None where there is nothing to compare."""
    return shares([None if measure is None else measure.weigh(part) for part in parts])


def _pico(amount: Decimal) -> int:
    with localcontext(prec=EXACT_DIGITS):
        return int(amount.scaleb(-PICO_EXPONENT))

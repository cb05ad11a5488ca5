"""What every text says of money: amounts, where they come from, and what they lack."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from decimal import Decimal
from decimal import localcontext
from typing import TYPE_CHECKING
from typing import Final
from typing import TypeVar

from token_tracker.model import CostBasis
from token_tracker.render.en import messages as en
from token_tracker.render.format import clean_name
from token_tracker.render.format import decimals_of
from token_tracker.render.format import decimals_that_add_up
from token_tracker.render.format import exact_money
from token_tracker.render.format import money
from token_tracker.render.format import tokens
from token_tracker.render.style import Style
from token_tracker.reports.figures import EXACT
from token_tracker.reports.figures import EXACT_DIGITS
from token_tracker.reports.figures import Cost
from token_tracker.reports.figures import Figures
from token_tracker.reports.figures import add_tokens

if TYPE_CHECKING:  # most reports are in one currency
    from token_tracker.exchange import Conversion

Kind = TypeVar("Kind")

Write = Callable[[Decimal, str], str]
"""Writes an amount of a currency."""

NAMED_MODELS: Final = 5

ESTIMATED: Final = "estimated"
"""What a host says it would cost: computed by somebody, but by no price that anyone here knows."""

_ALONE: Final[Mapping[str, Callable[..., str]]] = {
    CostBasis.BILLED: en.is_billed,
    CostBasis.REPORTED: en.is_reported,
    CostBasis.COMPUTED: en.is_computed,
    ESTIMATED: en.is_estimated,
    CostBasis.INFERRED: en.is_inferred,
}
PART: Final[Mapping[str, Callable[..., str]]] = {
    CostBasis.BILLED: en.part_billed,
    CostBasis.REPORTED: en.part_reported,
    CostBasis.COMPUTED: en.part_computed,
    ESTIMATED: en.part_estimated,
    CostBasis.INFERRED: en.part_inferred,
}
"""In the order in which the parts of an amount are told."""


def shortly(style: Style) -> Write:
    """Write amounts as people say them, to the cent."""
    return lambda amount, currency: money(amount, currency, style.lang)


def to_the_digit(style: Style) -> Write:
    """Write each amount exactly, with as many decimals as it needs."""
    return lambda amount, currency: exact_money(amount, currency, style.lang, decimals_of([amount]))


def exactly(costs: Sequence[Cost], style: Style) -> Write:
    """Write amounts to the last digit, all of one currency with the same number of decimals.

    Rows written this way add up to their total as they stand.
    """
    decimals = {}
    for currency in {currency for cost in costs for currency in (*cost.amounts, *cost.api_equivalent)}:
        plans = [cost.api_equivalent[currency] for cost in costs if currency in cost.api_equivalent]
        decimals[currency] = decimals_of([*plans, *(cost.amount(currency) for cost in costs)])
    return lambda amount, currency: exact_money(amount, currency, style.lang, decimals.get(currency, 2))


def amount_of(cost: Cost, style: Style, write: Write) -> str:
    """Write what is known, the preferred currency first: "$12.34 and CN¥8.00"."""
    return style.say(
        en.amounts,
        listed=[write(cost.amount(currency), currency) for currency in cost.currencies(style.currency)],
    )


def plan_amount_of(cost: Cost, style: Style, write: Write) -> str:
    """Write what plan-paid usage is worth at list price."""
    listed = sorted(cost.api_equivalent.items(), key=lambda pair: (pair[0] != style.currency, pair[0]))
    return style.say(en.amounts, listed=[write(amount, currency) for currency, amount in listed])


def row_cost(cost: Cost, style: Style, write: Write) -> str:
    """Write the cost of one row, also where it is unknown or paid by a plan."""
    if not cost.amounts:
        if cost.api_equivalent:
            return style.say(en.row_plan, amount=plan_amount_of(cost, style, write))
        return style.say(en.row_unpriced) if cost.unpriced_tokens else amount_of(cost, style, write)
    amount = amount_of(cost, style, write)
    if cost.unpriced_tokens:
        amount = style.say(en.row_partly_unpriced, amount=amount, is_tiny=amount.startswith("<"))
    if cost.api_equivalent:
        return style.say(en.row_with_plan, amount=amount, plan=plan_amount_of(cost, style, write))
    return amount


def kinds_of_money(cost: Cost, style: Style, write: Write) -> list[str]:
    """Say where the amounts come from, and what no amount holds."""
    bases = [
        (currency, parts_of(cost, currency))
        for currency in cost.currencies(style.currency)
        if currency in cost.amounts
    ]
    said = [_kind(currency, amounts, style, write) for currency, amounts in bases if amounts]
    mixed = {basis for _, amounts in bases if len(amounts) > 1 for basis in amounts}
    if CostBasis.COMPUTED in mixed:
        said.append(style.say(en.what_computed_means))
    if ESTIMATED in mixed:
        said.append(style.say(en.what_estimated_means))
    if CostBasis.REPORTED in mixed:
        said.append(style.say(en.what_reported_means))
    if len(bases) > 1:
        said.append(style.say(en.currencies_apart))
    return said


def parts_of(cost: Cost, currency: str) -> dict[str, Decimal]:
    """Split the amount of a currency by where it comes from, what hosts estimated apart.

    >>> parts_of(Cost({"USD": {CostBasis.COMPUTED: Decimal(3)}}, {}, 0, (), {"USD": Decimal(1)}), "USD")
    {'computed': Decimal('2'), 'estimated': Decimal('1')}
    """
    parts: dict[str, Decimal] = {basis.value: part for basis, part in cost.amounts.get(currency, {}).items()}
    if estimated := cost.estimated.get(currency):
        parts[CostBasis.COMPUTED] = EXACT.subtract(parts[CostBasis.COMPUTED], estimated)
        parts[ESTIMATED] = estimated
    return {basis: parts[basis] for basis in map(str, PART) if parts.get(basis)}


def converted_items(converted: Conversion | None, style: Style) -> list[str]:
    """Say what all of it comes to in the preferred currency, with the rates, where that is known."""
    if converted is None:
        return []
    from token_tracker.render.text.rates import conversion_line

    return [conversion_line(converted, style)]


def left_out(cost: Cost, style: Style, write: Write) -> list[str]:
    """Say what is in no amount: what a plan pays, and tokens without a price."""
    said = []
    if cost.amounts and cost.api_equivalent:
        said.append(style.say(en.paid_by_plan, amount=plan_amount_of(cost, style, write)))
    if cost.unpriced_tokens:
        models = [clean_name(model) for model in cost.unpriced_models]
        named = [model for model in models if model][:NAMED_MODELS] or [style.say(en.no_model)]
        count = tokens(cost.unpriced_tokens, style.lang)
        said.append(style.say(en.unpriced, tokens=count, models=named, more=len(models) - len(named)))
    return said


def together(several: Sequence[Figures]) -> Figures:
    """Add up the figures of rows that are shown as one."""
    if len(several) == 1:
        return several[0]
    costs = [figures.cost for figures in several]
    return Figures(
        sum(figures.requests for figures in several),
        add_tokens(figures.tokens for figures in several),
        sum(figures.web_searches for figures in several),
        Cost(
            {
                currency: _summed(cost.amounts.get(currency, {}) for cost in costs)
                for currency in sorted({currency for cost in costs for currency in cost.amounts})
            },
            _summed(cost.api_equivalent for cost in costs),
            sum(cost.unpriced_tokens for cost in costs),
            tuple(sorted({model for cost in costs for model in cost.unpriced_models})),
            _summed(cost.estimated for cost in costs),
            tuple(sorted({method for cost in costs for method in cost.apportioned})),
        ),
    )


def _summed(several: Iterable[Mapping[Kind, Decimal]]) -> dict[Kind, Decimal]:
    added: dict[Kind, Decimal] = {}
    with localcontext(prec=EXACT_DIGITS):
        for amounts in several:
            for kind, amount in amounts.items():
                added[kind] = added.get(kind, Decimal(0)) + amount
    return added


def _kind(currency: str, amounts: Mapping[str, Decimal], style: Style, write: Write) -> str:
    if len(amounts) == 1:
        [(basis, amount)] = amounts.items()
        return style.say(_ALONE[basis], amount=write(amount, currency))
    decimals = decimals_that_add_up(list(amounts.values()))
    with localcontext(prec=EXACT_DIGITS):
        total = sum(amounts.values(), Decimal(0))
    return style.say(
        en.adds_up,
        total=exact_money(total, currency, style.lang, decimals),
        parts=[
            style.say(PART[basis], amount=exact_money(amounts[basis], currency, style.lang, decimals))
            for basis in amounts
        ],
    )

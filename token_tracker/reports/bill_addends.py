"""What bills and balances add to a figure: one addend for each provider, UTC day and model."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from decimal import localcontext
from typing import Final
from typing import NamedTuple

from token_tracker.ledger.queries import UsageRow
from token_tracker.ledger.rows import ELSEWHERE
from token_tracker.ledger.settling import model_key
from token_tracker.model import CostBasis
from token_tracker.model import Tokens
from token_tracker.reports.figures import EXACT_DIGITS
from token_tracker.reports.figures import add_tokens
from token_tracker.reports.figures import money_of

BILL_GRAIN: Final = ("utc_day", "provider", "model", "name", "source")
"""The dimensions that the rows of bills must be read with."""


class BilledItem(NamedTuple):
    """One kind of line of a bill, of a whole UTC day; `key`: the model as bills and logs match it."""

    day: int
    provider: str
    key: str
    item: str
    currency: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class BillAddend:
    """What a provider billed for one model on one UTC day, as far as it falls into the period.

    `day`: a number of `ledger.bills.day_number`. `model` is "" for what is no model's. `amount`
    = `explained` (by usage in the logs) + `elsewhere`. `billed`: for the whole day, None where
    the amount is inferred from balances; `items` add up to it. A bill that names no model is
    shared by all of them: then they have its whole `billed` each. `requests`, `tokens`: only
    those that no log has. `apportioned`: by what the day was spread over its quarter hours.
    """

    day: int
    provider: str
    model: str
    name: str
    currency: str
    basis: CostBasis
    amount: Decimal
    explained: Decimal
    elsewhere: Decimal
    billed: Decimal | None
    items: Sequence[BilledItem]
    requests: int
    tokens: Tokens
    apportioned: Sequence[str]


def bill_addends(rows: Sequence[UsageRow], items: Sequence[BilledItem]) -> list[BillAddend]:
    """Group what bills and balances add, by day and provider, the dearest model first.

    `rows`: billed and inferred ones, with the dimensions of `BILL_GRAIN`.
    """
    lines: dict[tuple[int, str, str, str], list[BilledItem]] = {}
    for item in items:
        lines.setdefault((item.day, item.provider, item.key, item.currency), []).append(item)
    groups: dict[tuple[int, str, str, str, str], list[UsageRow]] = {}
    for row in rows:
        day, provider, model, name, _ = row.key
        key = model_key(str(name), str(model))
        groups.setdefault((int(day), str(provider), key, row.currency, row.basis), []).append(row)
    found = [_addend(key, own, lines) for key, own in groups.items()]
    return sorted(found, key=lambda one: (one.day, one.provider, one.currency, -one.amount, one.model))


def _addend(
    key: tuple[int, str, str, str, str],
    rows: Sequence[UsageRow],
    lines: Mapping[tuple[int, str, str, str], Sequence[BilledItem]],
) -> BillAddend:
    day, provider, model, currency, basis = key
    elsewhere = [row for row in rows if row.key[4] == ELSEWHERE]
    explained = sum(row.cost_pico for row in rows if row.key[4] != ELSEWHERE)
    rest = sum(row.cost_pico for row in elsewhere)
    its_lines = lines.get((day, provider, model, currency))
    if its_lines is None and explained:
        its_lines = lines.get((day, provider, "", currency))
    return BillAddend(
        day,
        provider,
        str(rows[0].key[2]),
        str(rows[0].key[3]),
        currency,
        CostBasis(basis),
        money_of(explained + rest),
        money_of(explained),
        money_of(rest),
        None if basis == CostBasis.INFERRED else _sum(its_lines or ()),
        its_lines or (),
        sum(row.requests for row in elsewhere),
        add_tokens(row.tokens for row in elsewhere) if elsewhere else Tokens(),
        sorted({row.apportioned for row in rows if row.apportioned}),
    )


def _sum(items: Sequence[BilledItem]) -> Decimal:
    with localcontext(prec=EXACT_DIGITS):
        return sum((one.amount for one in items), Decimal(0))

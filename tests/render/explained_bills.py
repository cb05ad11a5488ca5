"""Explanations of billed days with invented figures, for the goldens."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from token_tracker.ledger.bills import day_number
from token_tracker.ledger.queries import UsageRow
from token_tracker.model import PICO
from token_tracker.model import Tokens
from token_tracker.reports.bill_addends import BilledItem
from token_tracker.reports.explain import EVENT
from token_tracker.reports.explain import Explanation
from token_tracker.reports.explain import build_explanation

from .reports import EVENTS
from .reports import READ_NOW
from .reports import TODAY

DAY = day_number(date(2026, 11, 22))
SONNET = ("claude-sonnet-4-5-20250929", "Claude Sonnet 4.5")
NONE = Tokens()


def row(
    pico: int,
    model: tuple[str, str] = SONNET,
    source: str = "elsewhere",
    *,
    provider: str = "anthropic",
    currency: str = "USD",
    basis: str = "billed",
    day: int = DAY,
    apportioned: str = "computed-cost",
) -> UsageRow:
    key = (day, provider, *model, source)
    return UsageRow(key, currency, basis, 0, NONE, 0, pico, apportioned=apportioned)


def item(amount: str, key: str = SONNET[1], name: str = "output tokens", day: int = DAY) -> BilledItem:
    return BilledItem(day, "anthropic", key, name, "USD", Decimal(amount))


def explanation(*rows: UsageRow, items: tuple[BilledItem, ...] = (), kind: str = "date") -> Explanation:
    inside = [one._replace(is_billed=one.provider == "anthropic") for one in EVENTS]
    is_event = kind == EVENT
    return build_explanation(
        TODAY,
        kind,
        "2026-11-22",
        inside[:1] if is_event else inside,
        frozenset(),
        {"/home/li/shop": "shop"},
        lambda _path, offset: offset // 1000,
        [],
        [READ_NOW],
        billed=rows,
        items=items,
    )


_BILL = (item("0.30"), item("0.20", name="input tokens"), item("-0.05", "", "Credit"))
_ROWS = (
    row(31 * PICO // 100, source="claude-code"),
    row(9 * PICO // 100),
    row(-PICO // 20, ("", ""), apportioned="even"),
)

BILLED_EXPLANATIONS = {
    "billed": explanation(*_ROWS, items=_BILL),
    "billed-currencies": explanation(
        *_ROWS,
        row(5 * PICO, ("", ""), provider="deepseek", currency="CNY", basis="inferred", apportioned="even"),
        items=_BILL,
    ),
    "billed-event": explanation(_ROWS[0], _ROWS[1], items=_BILL[:2], kind=EVENT),
}

"""Where a figure comes from: every addend down to its log line and its price row."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from decimal import Decimal
from decimal import localcontext

from token_tracker.ledger.queries import StoredEvent
from token_tracker.ledger.queries import StoredRate
from token_tracker.ledger.queries import UsageRow
from token_tracker.ledger.records import Record
from token_tracker.ledger.rows import HOST_NOTE
from token_tracker.model import CostBasis
from token_tracker.model import Problem
from token_tracker.model import Tokens
from token_tracker.period import Period
from token_tracker.reports.bill_addends import BILL_GRAIN
from token_tracker.reports.bill_addends import BillAddend
from token_tracker.reports.bill_addends import BilledItem
from token_tracker.reports.bill_addends import bill_addends
from token_tracker.reports.figures import EXACT_DIGITS
from token_tracker.reports.figures import Figures
from token_tracker.reports.figures import Usage
from token_tracker.reports.figures import money_of
from token_tracker.reports.freshness import Freshness

PRICED_KINDS = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
_PER_TOKEN = Decimal(1).scaleb(-6)

COUNTED = "counted"
PLAN = "plan"
BILLED = "billed"

EVENT = "event"
"""The kind of an explanation of one event."""


@dataclass(frozen=True, slots=True)
class Addend:
    """One response: what it used, its exact amount (None when unpriced), and why.

    `formula` is a sum of products that equals `amount`.
    `lane`: `COUNTED`, `PLAN` for usage that a plan pays, or `BILLED` for what is inside a
    provider's bill: the bill is in the sum, and `amount` is not.
    """

    stored: StoredEvent
    project: str
    amount: Decimal | None
    formula: str | None
    lane: str
    line: int | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """The addends of a figure, in the order of time; with `bills` they add up to `total`.

    `bills` of a single event are what was billed for its model on its day: in no sum.

    `notes`: what was noted beside manual records, by the id of the event. `shadowed`: manual
    records that are in no sum because a log covers them.
    """

    period: Period | None
    kind: str
    subject: str
    addends: Sequence[Addend]
    total: Figures
    problems: Sequence[Problem]
    freshness: Sequence[Freshness] | None = None
    notes: Mapping[bytes, str] = field(default_factory=dict)
    shadowed: Sequence[Record] = ()
    bills: Sequence[BillAddend] = ()


def build_explanation(
    period: Period | None,
    kind: str,
    subject: str,
    events: Sequence[StoredEvent],
    plans: frozenset[str],
    project_names: Mapping[str, str],
    line_of: Callable[[str, int], int | None],
    problems: Sequence[Problem],
    freshness: Sequence[Freshness] | None = None,
    notes: Mapping[bytes, str] | None = None,
    shadowed: Sequence[Record] = (),
    billed: Sequence[UsageRow] = (),
    items: Sequence[BilledItem] = (),
) -> Explanation:
    """Build the explanation of some events, and of the bills that cover some of them.

    `billed`: what bills and balances add, with the dimensions of `BILL_GRAIN`.
    `line_of`: gives the line number of a place in a log file, None when it is gone.
    """
    addends = [
        Addend(
            stored,
            project_names.get(stored.project, stored.project),
            None if stored.cost_pico is None else money_of(stored.cost_pico),
            formula(stored),
            _lane(stored, plans),
            line_of(stored.event.place.path, stored.event.place.offset),
        )
        for stored in events
    ]
    return Explanation(
        period,
        kind,
        subject,
        addends,
        _total(addends, plans, billed if period is not None else ()),
        problems,
        freshness,
        dict(notes or {}),
        shadowed,
        tuple(bill_addends(billed, items)),
    )


def _lane(stored: StoredEvent, plans: frozenset[str]) -> str:
    if stored.is_billed:
        return BILLED
    is_paid_by_plan = stored.event.service.is_included or stored.event.origin.source in plans
    return PLAN if is_paid_by_plan else COUNTED


def _total(addends: Sequence[Addend], plans: frozenset[str], billed: Sequence[UsageRow]) -> Figures:
    """Add up what counts, as the ledger does: a bill's rows hold the requests of what it covers."""
    model, source = BILL_GRAIN.index("model"), BILL_GRAIN.index("source")
    rows = [_row(one.stored) for one in addends if one.lane != BILLED]
    if billed:
        rows += [row._replace(key=(row.key[model], row.key[source])) for row in billed]
    else:
        rows += [_row_without_money(one.stored) for one in addends if one.lane == BILLED]
    return Usage(("model", "source"), tuple(rows), plans).figures()


def figures_of(events: Sequence[StoredEvent], plans: frozenset[str]) -> Figures:
    """Add up single events; `plans`: the sources that a plan pays for."""
    return Usage(("model", "source"), tuple(_row(stored) for stored in events), plans).figures()


def formula(stored: StoredEvent) -> str | None:
    """Write an event's cost as tokens times the price of one token, fit for `bc`.

    The bare amount where it is not simply this sum: passes priced at different tiers, a
    host's estimate, or an amount rounded at the 12th decimal. None without a price.
    """
    if stored.rate is None or stored.cost_pico is None:
        return None
    amount = money_of(stored.cost_pico)
    terms = []
    total = Decimal(0)
    with localcontext(prec=EXACT_DIGITS):
        for count, price in priced_parts(stored.event.tokens, stored.event.web_searches, stored.rate):
            if price is None:
                return f"{amount:f}"
            terms.append(f"{count}*{price:f}")
            total += count * price
        if total != amount:
            return f"{amount:f}"
    return " + ".join(terms) or "0"


def priced_parts(tokens: Tokens, web_searches: int, rate: StoredRate) -> list[tuple[int, Decimal | None]]:
    """Pair every count that is not zero with the price of one of it; None where unknown."""
    parts: list[tuple[int, Decimal | None]] = []
    with localcontext(prec=EXACT_DIGITS):
        for kind, count in zip(PRICED_KINDS, tokens, strict=False):
            if count:
                price = rate.content.get(kind)
                parts.append((count, None if price is None else (Decimal(price) * _PER_TOKEN).normalize()))
        if web_searches:
            price = rate.content.get("web_search")
            parts.append((web_searches, None if price is None else Decimal(price).normalize()))
    return parts


def _row_without_money(stored: StoredEvent) -> UsageRow:
    currency = "USD" if stored.rate is None else stored.rate.currency
    return _row(stored)._replace(currency=currency, basis=CostBasis.BILLED.value, cost_pico=0)


def _row(stored: StoredEvent) -> UsageRow:
    event = stored.event
    currency, basis = "", "unpriced"
    if stored.rate is not None:
        currency = stored.rate.currency
        basis = stored.rate.basis.value
    return UsageRow(
        (event.service.model, event.origin.source),
        currency,
        basis,
        1,
        event.tokens,
        event.web_searches,
        stored.cost_pico or 0,
        event.service.is_included,
        stored.rate is not None and stored.rate.content.get("note") == HOST_NOTE,
    )

"""Bills and balances beside the logs: what each of them knows that the other does not.

For every UTC day that a bill covers whole: billed = explained + only in the bill + credits, and
computed + shared by tokens = explained + only in the logs + in another currency. Exact, per
currency, never added across them. What a plan pays, what was recorded by hand, and days without
a whole bill are in none of these amounts.
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

from token_tracker.ledger.queries import Lanes
from token_tracker.ledger.queries import UsageRow
from token_tracker.ledger.reconciling import BilledDays
from token_tracker.ledger.reconciling import Counted
from token_tracker.ledger.reconciling import HostTotal
from token_tracker.ledger.reconciling import LeftBalance
from token_tracker.ledger.records import MANUAL
from token_tracker.ledger.rows import ELSEWHERE
from token_tracker.ledger.settling import model_key
from token_tracker.model import Problem
from token_tracker.period import Period
from token_tracker.reports.figures import EXACT_DIGITS
from token_tracker.reports.figures import Figures
from token_tracker.reports.figures import Usage
from token_tracker.reports.figures import add_tokens
from token_tracker.reports.figures import money_of
from token_tracker.reports.freshness import Freshness

GRAIN: Final = ("utc_day", "provider", "model", "name", "source")
"""The dimensions that usage must be read with."""

BILL: Final = "bill"
BALANCE: Final = "balance"
NOTHING: Final = ""
"""What the logs of a provider can be held beside."""

SHOWN_DIFFERENCES: Final = 5

_NO_BILL: Final = BilledDays((), (), {})


class Sides(NamedTuple):
    """Both sides of one currency: exact amounts.

    `billed`: by the provider, or gone from its balances. `explained`: what of it the logs stand
    for. `only_in_bill`: charges that no log explains. `credits`: below 0 or 0. `computed`: what
    the logs come to at list price or as charged. `only_in_logs`: more than was billed for the
    model that day. `shared_by_tokens`: what of `explained` has no price, and is known by its
    share of the provider's tokens. `other_currency`: computed for what is billed in another.
    """

    currency: str
    billed: Decimal
    explained: Decimal
    only_in_bill: Decimal
    credits: Decimal
    computed: Decimal
    only_in_logs: Decimal
    shared_by_tokens: Decimal = Decimal(0)
    other_currency: Decimal = Decimal(0)

    @property
    def explained_ratio(self) -> Decimal | None:
        """Share of the charges that logs explain, 0..1 with 6 decimals; None where nothing was charged.

        >>> zero = Decimal(0)
        >>> Sides("USD", Decimal(8), Decimal(9), Decimal(3), Decimal(-4), Decimal(9), zero).explained_ratio
        Decimal('0.750000')
        """
        with localcontext(prec=EXACT_DIGITS):
            charges = self.explained + self.only_in_bill
            return (self.explained / charges).quantize(Decimal("0.000001")) if charges else None


class Counts(NamedTuple):
    """What was used by the provider's count and by the logs, on the same days."""

    days: int
    told: Counted
    logs: Figures


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One provider.

    `beside`: `BILL`, `BALANCE` or `NOTHING`. `days`: how many whole UTC days the bill covers.
    `first_ms`, `end_ms`: the time between the first and last balance, half-open; 0 beside a
    bill. `open_days`: UTC days without a whole bill, as spans, both ends inclusive. `logs`: on the
    days compared; `outside`: on the others, in no comparison; `plan`: paid by a plan, on any.
    """

    provider: str
    beside: str
    days: int
    first_ms: int
    end_ms: int
    open_days: Sequence[tuple[int, int]]
    sides: Sequence[Sides]
    counts: Counts | None
    logs: Figures
    outside: Figures
    plan: Figures


class Difference(NamedTuple):
    """Both sides of one model over the days that bills cover.

    `model` is "" for what is no model's. `computed` is None where the logs have a price for
    part of it at most, or only in another currency.
    """

    provider: str
    model: str
    name: str
    currency: str
    billed: Decimal
    computed: Decimal | None

    @property
    def amount(self) -> Decimal | None:
        """How much more was billed than the logs come to; below 0 where they come to more."""
        with localcontext(prec=EXACT_DIGITS):
            return None if self.computed is None else self.billed - self.computed


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """Every provider, the dearest first.

    `period`: UTC days. `asked`: the local days that they were widened from, None where they
    are the same. `totals`: of all bills, by currency.
    """

    period: Period
    asked: Period | None
    totals: Sequence[Sides]
    providers: Sequence[Reconciled]
    differences: Sequence[Difference]
    hosts: Sequence[HostTotal]
    problems: Sequence[Problem]
    freshness: Sequence[Freshness] | None = None


class Balanced(NamedTuple):
    """What left balances, and the logs of the same time and of the rest of the period.

    `names`: what logs call the provider.
    """

    left: LeftBalance
    names: Sequence[str]
    inside: Sequence[UsageRow]
    outside: Sequence[UsageRow]


def build_reconciliation(
    period: Period,
    asked: Period | None,
    days: tuple[int, int],
    lanes: Lanes,
    plans: frozenset[str],
    bills: Mapping[str, BilledDays],
    balances: Sequence[Balanced],
    hosts: Sequence[HostTotal],
    problems: Sequence[Problem],
    freshness: Sequence[Freshness] | None = None,
) -> Reconciliation:
    """Hold bills and balances beside the logs.

    `days`: the numbers of the first and last UTC day. `lanes`: with the dimensions of `GRAIN`.
    `plans`: the sources that a plan pays for. `balances`: of providers without a bill.
    """
    own = _by_provider(lanes)
    nothing = Lanes((), (), ())
    found = [
        _with_bill(name, days, own.get(name, nothing), its_bill, plans) for name, its_bill in bills.items()
    ]
    found += [_with_balance(one, plans) for one in balances if one.left.provider not in bills]
    known = {*bills, *(name for one in balances for name in one.names)}
    found += [
        _with_bill(name, days, of_provider, _NO_BILL, plans)
        for name, of_provider in own.items()
        if name not in known and any(row.key[4] != MANUAL for row in of_provider.outside)
    ]
    differences = [one for name in bills if name in own for one in _differences(name, own[name])]
    return Reconciliation(
        period,
        asked,
        totals_of([one for one in found if one.beside == BILL]),
        sorted(found, key=_dearest_first),
        _largest(differences),
        hosts,
        problems,
        freshness,
    )


def totals_of(several: Iterable[Reconciled]) -> list[Sides]:
    """Add up the sides of several providers, each currency by itself."""
    sums: dict[str, list[Decimal]] = {}
    with localcontext(prec=EXACT_DIGITS):
        for sides in (sides for one in several for sides in one.sides):
            before = sums.get(sides.currency, [Decimal(0)] * len(sides[1:]))
            sums[sides.currency] = [a + b for a, b in zip(before, sides[1:], strict=True)]
    return [Sides(currency, *amounts) for currency, amounts in sorted(sums.items())]


_Cell = tuple[int, str, str]
"""UTC day, model key, currency."""


class _Cells:
    """Amounts in 10^-12 of one provider, by day, model and currency."""

    def __init__(self, logs: Sequence[UsageRow], billed: Sequence[UsageRow]) -> None:
        self.computed: dict[_Cell, int] = {}
        self.explained: dict[_Cell, int] = {}
        self.elsewhere: dict[_Cell, int] = {}
        for row in logs:
            if row.basis != "unpriced":
                _add(self.computed, row)
        for row in billed:
            _add(self.elsewhere if row.key[4] == ELSEWHERE else self.explained, row)

    def sides(self) -> list[Sides]:
        """Add up the days and models of each currency."""
        cells = (*self.computed, *self.explained, *self.elsewhere)
        billed_somewhere = {cell[:2] for cell, pico in self.explained.items() if pico}
        sums: dict[str, list[int]] = {currency: [0] * 7 for _, _, currency in sorted(cells)}
        for cell in dict.fromkeys(cells):
            computed, explained = self.computed.get(cell, 0), self.explained.get(cell, 0)
            rest = self.elsewhere.get(cell, 0)
            more = max(0, computed - explained)
            is_foreign = not explained and cell[:2] in billed_somewhere
            numbers = (
                explained,
                max(0, rest),
                min(0, rest),
                computed,
                0 if is_foreign else more,
                max(0, explained - computed),
                more if is_foreign else 0,
            )
            sums[cell[2]] = [a + b for a, b in zip(sums[cell[2]], numbers, strict=True)]
        return [
            Sides(currency, money_of(sum(own[:3])), *(money_of(pico) for pico in own))
            for currency, own in sums.items()
        ]


def _with_bill(
    provider: str,
    days: tuple[int, int],
    lanes: Lanes,
    bill: BilledDays,
    plans: frozenset[str],
) -> Reconciled:
    outside, by_plan = _apart(lanes.outside, plans)
    compared = {row.key[0] for row in (*lanes.inside, *lanes.billed)}
    # A bill that may still grow gives way to logs that come to more.
    gave_way = {row.key[0] for row in outside} - compared - set(bill.settled)
    whole = set(bill.whole) - gave_way
    told = {day: counted for day, counted in bill.counted.items() if day in whole}
    on_these_days = [row for row in (*lanes.inside, *outside) if row.key[0] in told]
    return Reconciled(
        provider,
        BILL if whole else NOTHING,
        len(whole),
        0,
        0,
        _spans(sorted(set(range(days[0], days[1] + 1)) - whole)) if whole else (),
        _Cells(lanes.inside, lanes.billed).sides() if whole else (),
        _counts(told, on_these_days) if told else None,
        _figures(lanes.inside),
        _figures(outside),
        _figures(by_plan, plans),
    )


def _with_balance(one: Balanced, plans: frozenset[str]) -> Reconciled:
    inside, plan_inside = _apart(one.inside, plans)
    outside, plan_outside = _apart(one.outside, plans)
    computed: dict[str, int] = {}
    for row in inside:
        if row.basis != "unpriced":
            computed[row.currency] = computed.get(row.currency, 0) + row.cost_pico
    sides = []
    for currency in sorted({*one.left.spent_pico, *computed}):
        spent, own = one.left.spent_pico.get(currency, 0), computed.get(currency, 0)
        is_foreign = currency not in one.left.spent_pico
        both = min(spent, own)
        more = own - both
        numbers = (spent, both, spent - both, 0, own, 0 if is_foreign else more, 0, more if is_foreign else 0)
        sides.append(Sides(currency, *map(money_of, numbers)))
    return Reconciled(
        one.left.provider,
        BALANCE,
        0,
        one.left.start_ms,
        one.left.end_ms,
        (),
        sides,
        None,
        _figures(inside),
        _figures(outside),
        _figures([*plan_inside, *plan_outside], plans),
    )


def _counts(told: Mapping[int, Counted], logs: Sequence[UsageRow]) -> Counts:
    requests = [one.requests for one in told.values()]
    known = [count for count in requests if count is not None]
    return Counts(
        len(told),
        Counted(
            add_tokens(one.tokens for one in told.values()),
            sum(known) if len(known) == len(requests) else None,
        ),
        _figures(logs),
    )


def _differences(provider: str, lanes: Lanes) -> list[Difference]:
    names = {_key(row): (str(row.key[2]), str(row.key[3])) for row in (*lanes.inside, *lanes.billed)}
    computed, amounts, unpriced = _per_model(lanes.inside), _per_model(lanes.billed), set()
    for row in lanes.inside:
        if row.basis == "unpriced" and (row.tokens.total or row.web_searches):
            unpriced.add(_key(row))
    in_logs = {key for key, _ in computed}
    paid = {key for (key, _), pico in amounts.items() if pico}
    found = []
    for key, currency in sorted({*computed, *amounts}):
        is_foreign = (key, currency) not in computed and key in in_logs
        if (key, currency) not in amounts and key in paid:
            continue  # billed in another currency, and told there
        is_known = not is_foreign and key not in unpriced
        own_pico = computed.get((key, currency), 0)
        found.append(
            Difference(
                provider,
                *names[key],
                currency,
                money_of(amounts.get((key, currency), 0)),
                money_of(own_pico) if is_known else None,
            )
        )
    return found


def _largest(differences: Sequence[Difference]) -> list[Difference]:
    """Give the largest differences of each currency, those that cannot be told by their bill."""
    weighed = [(abs(one.billed if one.amount is None else one.amount), one) for one in differences]
    by_currency: dict[str, list[Difference]] = {}
    for weight, one in sorted(weighed, key=lambda pair: (-pair[0], pair[1][:4])):
        if weight:
            by_currency.setdefault(one.currency, []).append(one)
    return [one for _, own in sorted(by_currency.items()) for one in own[:SHOWN_DIFFERENCES]]


def _per_model(rows: Iterable[UsageRow]) -> dict[tuple[str, str], int]:
    sums: dict[tuple[str, str], int] = {}
    for row in rows:
        if row.basis != "unpriced":
            cell = (_key(row), row.currency)
            sums[cell] = sums.get(cell, 0) + row.cost_pico
    return sums


def _by_provider(lanes: Lanes) -> dict[str, Lanes]:
    found: dict[str, tuple[list[UsageRow], ...]] = {}
    for number, rows in enumerate(lanes):
        for row in rows:
            found.setdefault(str(row.key[1]), ([], [], []))[number].append(row)
    return {name: Lanes(*rows) for name, rows in sorted(found.items())}


def _apart(rows: Iterable[UsageRow], plans: frozenset[str]) -> tuple[list[UsageRow], list[UsageRow]]:
    """Keep apart what plans pay for, and leave out what was recorded by hand: no bill is beside it."""
    counted: list[UsageRow] = []
    by_plan: list[UsageRow] = []
    for row in rows:
        if row.key[4] != MANUAL:
            (by_plan if row.is_included or row.key[4] in plans else counted).append(row)
    return counted, by_plan


def _figures(rows: Sequence[UsageRow], plans: frozenset[str] = frozenset()) -> Figures:
    return Usage(GRAIN, tuple(rows), plans).figures()


def _add(sums: dict[_Cell, int], row: UsageRow) -> None:
    cell = (int(row.key[0]), _key(row), row.currency)
    sums[cell] = sums.get(cell, 0) + row.cost_pico


def _key(row: UsageRow) -> str:
    return model_key(str(row.key[3]), str(row.key[2]))


def _spans(days: Sequence[int]) -> list[tuple[int, int]]:
    """Join days that follow each other.

    >>> _spans([1, 2, 3, 7])
    [(1, 3), (7, 7)]
    """
    spans: list[tuple[int, int]] = []
    for day in days:
        if spans and spans[-1][1] == day - 1:
            spans[-1] = (spans[-1][0], day)
        else:
            spans.append((day, day))
    return spans


def _dearest_first(one: Reconciled) -> tuple[int, Decimal, str]:
    amounts = [max(abs(sides.billed), sides.computed) for sides in one.sides]
    amounts += [one.outside.cost.amount(currency) for currency in one.outside.cost.amounts]
    return ((BILL, BALANCE, NOTHING).index(one.beside), -max(amounts, default=Decimal(0)), one.provider)

"""Bills and balances beside the logs: which amount stands where, whatever there is."""

from __future__ import annotations

from datetime import UTC
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from token_tracker.ledger.bills import day_number
from token_tracker.ledger.queries import Lanes
from token_tracker.ledger.queries import UsageRow
from token_tracker.ledger.reconciling import BilledDays
from token_tracker.ledger.reconciling import LeftBalance
from token_tracker.model import PICO
from token_tracker.model import Tokens
from token_tracker.period import Period
from token_tracker.reports.reconcile import Balanced
from token_tracker.reports.reconcile import Reconciliation
from token_tracker.reports.reconcile import build_reconciliation

PERIOD = Period(date(2026, 10, 1), date(2026, 10, 3), UTC, "UTC")
FIRST, LAST = day_number(PERIOD.first), day_number(PERIOD.last)
ALL = BilledDays(range(FIRST, LAST + 1), range(FIRST, LAST + 1), {})


def row(
    pico: int,
    model: str = "model-a",
    source: str = "agent-one",
    basis: str = "computed",
    currency: str = "USD",
    provider: str = "vendor-a",
    day: int = FIRST,
) -> UsageRow:
    return UsageRow((day, provider, model, "", source), currency, basis, 1, Tokens(7), 0, pico)


def reconciled(
    lanes: Lanes, bills: dict[str, BilledDays] | None = None, *balances: Balanced
) -> Reconciliation:
    given = {"vendor-a": ALL} if bills is None else bills
    return build_reconciliation(PERIOD, None, (FIRST, LAST), lanes, frozenset(), given, balances, [], [])


def test_logs_of_a_platform_in_china_stand_beside_the_balance_of_their_vendor_only() -> None:
    used = row(2 * PICO, provider="vendor-b-cn", currency="CNY")
    left = LeftBalance("vendor-b", PERIOD.start_ms, PERIOD.end_ms, {"CNY": 3 * PICO})

    report = reconciled(Lanes([used], [], []), {}, Balanced(left, ("vendor-b", "vendor-b-cn"), [used], []))

    assert [(one.provider, one.logs.requests) for one in report.providers] == [("vendor-b", 1)]
    assert [(one.billed, one.explained, one.only_in_bill) for one in report.providers[0].sides] == [
        (Decimal(3), Decimal(2), Decimal(1))
    ]


def test_the_five_largest_differences_of_each_currency_are_told() -> None:
    inside = [row((10 + n) * PICO, f"model-{n}") for n in range(6)]
    billed = [row(30 * PICO, f"model-{n}", basis="billed") for n in range(6)]
    yuan = row(4 * PICO, "model-y", "elsewhere", "billed", "CNY")

    found = reconciled(Lanes([], inside, [*billed, yuan])).differences

    assert [(one.currency, one.model, one.amount) for one in found] == [
        ("CNY", "model-y", Decimal(4)),
        *(("USD", f"model-{n}", Decimal(20 - n)) for n in range(5)),
    ]


def test_a_model_on_which_both_sides_agree_is_no_difference() -> None:
    lanes = Lanes([], [row(PICO)], [row(PICO, basis="billed")])

    assert reconciled(lanes).differences == []


def test_a_whole_day_without_usage_on_either_side_is_no_open_day() -> None:
    unsettled = BilledDays([FIRST, LAST], [], {})

    [found] = reconciled(Lanes([], [], []), {"vendor-a": unsettled}).providers

    assert (found.days, found.open_days, found.sides) == (2, [(FIRST + 1, FIRST + 1)], [])


_AMOUNTS = st.integers(0, 10**16)
_CELLS = st.tuples(
    st.sampled_from(["model-a", "model-b", ""]), st.sampled_from(["USD", "CNY"]), st.integers(FIRST, LAST)
)


@given(
    computed=st.dictionaries(_CELLS, _AMOUNTS, max_size=6),
    explained=st.dictionaries(_CELLS, _AMOUNTS, max_size=6),
    rest=st.dictionaries(_CELLS, st.integers(-(10**16), 10**16), max_size=6),
)
def test_both_sides_add_up_whatever_bills_and_logs_hold(
    computed: dict[tuple[str, str, int], int],
    explained: dict[tuple[str, str, int], int],
    rest: dict[tuple[str, str, int], int],
) -> None:
    lanes = Lanes(
        [],
        [row(pico, model, currency=currency, day=day) for (model, currency, day), pico in computed.items()],
        [
            row(pico, model, source, "billed", currency, day=day)
            for source, cells in (("agent-one", explained), ("elsewhere", rest))
            for (model, currency, day), pico in cells.items()
        ],
    )

    sides = reconciled(lanes).totals

    assert sum(one.billed for one in sides) == Decimal(sum((*explained.values(), *rest.values()))) / PICO
    assert sum(one.computed for one in sides) == Decimal(sum(computed.values())) / PICO
    assert [one.billed for one in sides] == [one.explained + one.only_in_bill + one.credits for one in sides]
    assert [one.computed + one.shared_by_tokens for one in sides] == [
        one.explained + one.only_in_logs + one.other_currency for one in sides
    ]
    assert all(one.credits <= 0 <= min(one.only_in_bill, one.only_in_logs) for one in sides)

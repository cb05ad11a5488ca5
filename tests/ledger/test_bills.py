"""What providers said, as it is kept: whole units, snapshots, and when they were asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from token_tracker.ledger.bills import Fetch
from token_tracker.ledger.bills import Replaced
from token_tracker.ledger.bills import StoredBalance
from token_tracker.ledger.bills import StoredUnit
from token_tracker.ledger.bills import balances
from token_tracker.ledger.bills import fetches
from token_tracker.ledger.bills import is_settled
from token_tracker.ledger.bills import is_whole
from token_tracker.ledger.bills import note_fetch
from token_tracker.ledger.bills import put_balances
from token_tracker.ledger.bills import put_units
from token_tracker.ledger.bills import settled_days
from token_tracker.ledger.bills import units
from token_tracker.ledger.store import Ledger
from token_tracker.model import Balance
from token_tracker.model import BalanceReading
from token_tracker.model import BilledRecord
from token_tracker.model import BillUnit
from token_tracker.model import Quota
from token_tracker.model import ReportedUsage
from token_tracker.model import Spent
from token_tracker.model import Tokens

from .postings import opened

DAY = date(2026, 10, 5)
END_MS = 20_732 * 86_400_000
HOUR_MS = 3_600_000
LATER_MS = END_MS + 24 * HOUR_MS
THIRTY_DECIMALS = Decimal("0.123456789012345678901234567891")

COSTS = BillUnit(
    "costs",
    DAY,
    (
        BilledRecord("model-a", "model-a, input", THIRTY_DECIMALS, "USD", 7, "proj_1"),
        BilledRecord("", "web search", Decimal("-1E-12"), "USD"),
    ),
)
USAGE = BillUnit(
    "usage", DAY, None, (ReportedUsage("model-a", Tokens(1, 2, 3, 4, 5, 6 - 1), None, 7),), END_MS
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(opened(tmp_path)) as ledger:
        yield ledger


def put(ledger: Ledger, *given: BillUnit, account: str = "", at_ms: int = LATER_MS) -> list[Replaced]:
    return put_units(ledger, "openai", account, given, reach="", fetched_at_ms=at_ms, settled_after_h=6)


def test_units_are_kept_exactly(ledger: Ledger) -> None:
    put(ledger, COSTS, USAGE)

    assert units(ledger) == [
        StoredUnit("openai", "", one, "", is_whole=True, is_settled=True, fetched_at_ms=LATER_MS)
        for one in (COSTS, USAGE)
    ]
    assert settled_days(ledger, "openai", "", "") == [DAY]
    assert settled_days(ledger, "openai", "", "project=proj_1") == []


def test_a_unit_is_replaced_whole_and_says_what_that_changed(ledger: Ledger) -> None:
    put(ledger, COSTS, USAGE)
    restated = COSTS._replace(billed=(BilledRecord("model-b", "model-b, input", Decimal(2), "USD"),))

    changes = put(ledger, restated)

    assert [one.unit for one in units(ledger)] == [restated, USAGE]
    before = {"USD": Decimal("0.123456789011345678901234567891")}
    assert changes == [
        Replaced("costs", DAY, before, {"USD": Decimal(2)}, was_there=True, was_settled=True, records=1)
    ]


def test_a_unit_of_nothing_is_kept_as_nothing(ledger: Ledger) -> None:
    put(ledger, COSTS)
    put(ledger, COSTS._replace(billed=()))

    assert [one.unit for one in units(ledger)] == [COSTS._replace(billed=())]


def test_two_accounts_of_a_provider_are_kept_apart(ledger: Ledger) -> None:
    put(ledger, COSTS, account="org-1")
    put(ledger, COSTS, account="org-2")

    assert [one.account for one in units(ledger)] == ["org-1", "org-2"]


def test_an_account_that_turns_out_to_have_a_name_is_not_counted_twice(ledger: Ledger) -> None:
    put(ledger, COSTS)
    put(ledger, COSTS, account="org-1")
    named = [one.account for one in units(ledger)]
    put(ledger, COSTS)

    assert (named, [one.account for one in units(ledger)]) == (["org-1"], [""])


@pytest.mark.parametrize(
    ("fetched_ms", "refreshed_ms", "expected"),
    [
        (END_MS + 6 * HOUR_MS, None, (True, True)),
        (END_MS + 6 * HOUR_MS - 1, None, (True, False)),
        (END_MS, None, (True, False)),
        (END_MS - 1, None, (False, False)),
        (END_MS, END_MS, (True, True)),
        (END_MS + 48 * HOUR_MS, END_MS - 1, (False, False)),
        (END_MS - 1, END_MS, (False, False)),
    ],
)
def test_a_unit_is_whole_after_its_day_and_settled_after_the_providers_delay(
    fetched_ms: int, refreshed_ms: int | None, expected: tuple[bool, bool]
) -> None:
    unit = COSTS._replace(refreshed_at_ms=refreshed_ms)

    assert (is_whole(unit, fetched_ms), is_settled(unit, fetched_ms, 6)) == expected


def test_balances_are_kept_exactly(ledger: Ledger) -> None:
    one = Balance("CNY", Decimal("88.20"), (("granted", Decimal("8.20")), ("topped_up", Decimal("80.00"))))
    two = Balance("USD", Decimal("-0.5"), is_usable=False)
    put_balances(ledger, "deepseek", "", 1000, BalanceReading((one, two)))
    put_balances(ledger, "deepseek", "", 2000, BalanceReading((one,)))

    assert balances(ledger, "deepseek") == [
        StoredBalance("deepseek", "", 1000, one),
        StoredBalance("deepseek", "", 1000, two),
        StoredBalance("deepseek", "", 2000, one),
    ]
    assert balances(ledger, "deepseek", since_ms=1001) == [StoredBalance("deepseek", "", 2000, one)]
    assert balances(ledger, "kimi") == []


def test_the_last_fetch_is_remembered_with_when_it_last_went_well(ledger: Ledger) -> None:
    answer = BalanceReading(
        (), (Quota("general", "5h", Decimal("0.15"), 3, 20, 1000),), (Spent("today", Decimal("1.5"), "USD"),)
    )
    good = Fetch("openai", "usage", "asked", 1000, 1000, None, answer)
    bad = Fetch("openai", "usage", "asked", 2000, None, {"code": "no_network"}, BalanceReading())

    note_fetch(ledger, good)
    first = fetches(ledger)
    note_fetch(ledger, bad)

    assert first == {("openai", "usage"): good}
    assert fetches(ledger) == {("openai", "usage"): bad._replace(succeeded_at_ms=1000)}

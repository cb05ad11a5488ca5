"""A bill spread over the usage that logs tell of: exact, whatever the parts are."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from token_tracker.ledger.lanes import COMPUTED
from token_tracker.ledger.lanes import EVEN
from token_tracker.ledger.lanes import HOURLY
from token_tracker.ledger.lanes import BillLine
from token_tracker.ledger.lanes import LocalRow
from token_tracker.ledger.lanes import Rest
from token_tracker.ledger.lanes import Settled
from token_tracker.ledger.lanes import Share
from token_tracker.ledger.lanes import pico_amounts
from token_tracker.ledger.lanes import settle_day
from token_tracker.ledger.lanes import split
from token_tracker.model import PICO
from token_tracker.model import Tokens

FIRST = 96 * 20_000
NONE = Tokens()


def row(
    quarter: int, cost: int | None, key: str = "opus", tokens: int = 10, currency: str = "USD"
) -> LocalRow:
    return LocalRow(FIRST + quarter, key, currency, cost, 1, Tokens(input=tokens))


def line(
    amount: int,
    key: str = "opus",
    hours: Mapping[int, int] | None = None,
    tokens: Tokens | None = None,
    requests: int | None = None,
    currency: str = "USD",
) -> BillLine:
    return BillLine(key, currency, amount, hours or {}, tokens, requests)


def rest(quarter: int, amount: int, apportioned: str, key: str = "opus") -> Rest:
    return Rest(FIRST + quarter, key, "USD", amount, NONE, 0, apportioned)


def total(settled: Settled) -> int:
    return sum(one.amount_pico for one in settled.shares) + sum(one.amount_pico for one in settled.rests)


def test_logs_explain_as_much_as_they_would_have_cost_and_the_rest_is_elsewhere() -> None:
    first, second = row(4, 300), row(8, 100)

    assert settle_day(FIRST, [line(1000)], [first, second]) == Settled(
        [Share(first, "USD", 300, COMPUTED), Share(second, "USD", 100, COMPUTED)],
        [rest(4, 450, COMPUTED), rest(8, 150, COMPUTED)],
    )


def test_a_bill_below_the_list_price_is_shared_by_it() -> None:
    first, second = row(4, 300), row(8, 100)

    assert settle_day(FIRST, [line(200)], [first, second]) == Settled(
        [Share(first, "USD", 150, COMPUTED), Share(second, "USD", 50, COMPUTED)], []
    )


def test_without_logs_a_bill_is_spread_by_the_hours_that_the_provider_tells() -> None:
    assert settle_day(FIRST, [line(80, hours={2: 3, 23: 1})], []) == Settled(
        [],
        [
            *(rest(quarter, 15, HOURLY) for quarter in (8, 9, 10, 11)),
            *(rest(quarter, 5, HOURLY) for quarter in (92, 93, 94, 95)),
        ],
    )


def test_what_logs_explain_of_an_hour_is_not_put_there_again() -> None:
    own = row(8, 60)

    assert settle_day(FIRST, [line(80, hours={2: 3, 23: 1})], [own]) == Settled(
        [Share(own, "USD", 60, HOURLY)], [rest(quarter, 5, HOURLY) for quarter in (92, 93, 94, 95)]
    )


def test_without_logs_and_hours_a_bill_is_spread_evenly() -> None:
    assert settle_day(FIRST, [line(960)], []).rests == [rest(quarter, 10, EVEN) for quarter in range(96)]


def test_a_fee_follows_what_the_logs_of_the_day_cost() -> None:
    own = row(40, 500)

    assert settle_day(FIRST, [line(500), line(70, key="")], [own]).rests == [rest(40, 70, COMPUTED, "")]


def test_a_bill_without_models_is_shared_by_all_of_them() -> None:
    one, two = row(4, 300, "opus"), row(5, 100, "haiku")

    assert settle_day(FIRST, [line(200, key="")], [one, two]) == Settled(
        [Share(one, "USD", 150, COMPUTED), Share(two, "USD", 50, COMPUTED)], []
    )


def test_a_model_that_the_bill_does_not_name_costs_nothing_beside_it() -> None:
    own, other = row(4, 300, "opus"), row(5, 100, "haiku")

    assert settle_day(FIRST, [line(300)], [own, other]).shares == [
        Share(own, "USD", 300, COMPUTED),
        Share(other, "USD", 0, ""),
    ]


def test_a_model_without_a_price_is_explained_by_its_share_of_the_providers_tokens() -> None:
    own = row(4, None, tokens=25)

    settled = settle_day(FIRST, [line(1000, tokens=Tokens(input=100))], [own])

    assert settled.shares == [Share(own, "USD", 250, COMPUTED)]
    assert (sum(one.amount_pico for one in settled.rests), settled.rests[0].apportioned) == (750, EVEN)


def test_a_model_without_a_price_takes_the_whole_line_where_the_provider_counts_no_tokens() -> None:
    assert settle_day(FIRST, [line(1000)], [row(4, None)]) == Settled(
        [Share(row(4, None), "USD", 1000, COMPUTED)], []
    )


def test_tokens_and_requests_that_no_log_has_are_elsewhere() -> None:
    own = row(4, 100, tokens=10)
    told = Tokens(input=30, output=5)

    settled = settle_day(FIRST, [line(100, tokens=told, requests=4)], [own])

    assert settled.rests == [Rest(FIRST + 4, "opus", "USD", 0, Tokens(input=20, output=5), 3, COMPUTED)]


def test_fewer_tokens_than_the_logs_hold_take_none_away() -> None:
    assert settle_day(FIRST, [line(100, tokens=Tokens(input=3), requests=0)], [row(4, 100)]).rests == []


def test_kinds_of_tokens_that_a_provider_does_not_tell_apart_are_counted_once() -> None:
    own = LocalRow(FIRST + 4, "opus", "USD", 300, 1, Tokens(input=40, cache_write_5m=60, output=5))
    told = Tokens(input=112, output=8, reasoning=6)

    settled = settle_day(FIRST, [line(300, tokens=told)], [own])

    assert settled.rests == [
        Rest(FIRST + 4, "opus", "USD", 0, Tokens(input=14, output=1, reasoning=1), 0, COMPUTED)
    ]


def test_a_credit_lowers_the_bill() -> None:
    own = row(4, 300)

    settled = settle_day(FIRST, [line(300), line(-100, key="")], [own])

    assert (total(settled), settled.rests) == (200, [rest(4, -100, COMPUTED, "")])


def test_amounts_in_another_currency_than_the_logs_are_shared_by_tokens() -> None:
    one, two = row(4, 300, tokens=30, currency="CNY"), row(5, 300, tokens=10, currency="CNY")

    assert settle_day(FIRST, [line(200)], [one, two]).shares == [
        Share(one, "USD", 150, COMPUTED),
        Share(two, "USD", 50, COMPUTED),
    ]


@given(
    amounts=st.lists(st.integers(-(10**15), 10**18), min_size=1, max_size=4),
    rows=st.lists(
        st.tuples(
            st.integers(0, 95),
            st.one_of(st.none(), st.integers(0, 10**16)),
            st.sampled_from(["model-0", "model-1", "model-9"]),
            st.integers(0, 10**6),
        ),
        max_size=8,
    ),
    hours=st.dictionaries(st.integers(0, 23), st.integers(0, 10**6), max_size=5),
)
def test_all_parts_together_are_the_bill_whatever_the_logs_hold(
    amounts: list[int], rows: list[tuple[int, int | None, str, int]], hours: dict[int, int]
) -> None:
    lines = [line(amount, f"model-{number}", hours) for number, amount in enumerate(amounts)]

    settled = settle_day(FIRST, lines, [row(*one) for one in rows])

    assert total(settled) == sum(amounts)
    assert len(settled.shares) == len(rows)
    assert all(0 <= one.bucket - FIRST < 96 for one in settled.rests)


@given(st.integers(-(10**20), 10**20), st.lists(st.integers(0, 10**18), min_size=1, max_size=100))
def test_a_split_loses_nothing_and_is_never_off_by_more_than_one(whole: int, weights: list[int]) -> None:
    parts = split(whole, weights)
    together = sum(weights)
    shares = weights if together else [1] * len(weights)

    assert sum(parts) == whole
    assert all(
        abs(part * sum(shares) - whole * share) < sum(shares)
        for part, share in zip(parts, shares, strict=True)
    )


@given(st.lists(st.decimals(-1000, 1000, allow_nan=False, allow_infinity=False), max_size=50))
def test_amounts_are_rounded_once_for_all_of_them(amounts: list[Decimal]) -> None:
    exact = sum(amounts, Decimal(0)) * PICO

    assert abs(sum(pico_amounts(amounts)) - exact) <= Decimal("0.5") + abs(exact) * Decimal("1e-20")

"""Figures: sums that keep every kind of money apart."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_tracker.ledger.queries import UsageRow
from token_tracker.model import CostBasis
from token_tracker.model import Tokens
from token_tracker.reports.figures import Cost
from token_tracker.reports.figures import Figures
from token_tracker.reports.figures import Usage
from token_tracker.reports.figures import add_tokens
from token_tracker.reports.figures import money_of
from token_tracker.reports.figures import rank

from .usage_rows import BY
from .usage_rows import random_usage
from .usage_rows import row
from .usage_rows import summed
from .usage_rows import unpriced
from .usage_rows import usage

NOTHING = Cost({}, {}, 0, ())


def priced(amounts: dict[str, dict[CostBasis, str]]) -> Cost:
    exact = {currency: {b: Decimal(a) for b, a in bases.items()} for currency, bases in amounts.items()}
    return Cost(exact, {}, 0, ())


# Adding up


def test_no_usage_has_figures_of_known_zero() -> None:
    assert usage().figures() == Figures(0, Tokens(), 0, NOTHING)


def test_every_count_is_added_by_itself() -> None:
    figures = usage(
        row("1.25", requests=2, tokens=Tokens(1, 20, 300, 4000, 50_000, 600), web_searches=3),
        row("0.5", requests=5, tokens=Tokens(2, 30, 400, 5000, 60_000, 700), web_searches=4),
    ).figures()
    assert figures == Figures(
        7,
        Tokens(3, 50, 700, 9000, 110_000, 1300),
        7,
        Cost({"USD": {CostBasis.COMPUTED: Decimal("1.75")}}, {}, 0, ()),
    )


def test_bases_and_currencies_are_never_added_to_each_other() -> None:
    figures = usage(
        row("1", basis="computed"), row("2", basis="billed"), row("3", basis="computed"),
        row("4", basis="computed", currency="CNY"), row("5", basis="reported", currency="CNY"),
        row("6", basis="inferred"),
    ).figures()  # fmt: skip
    assert figures.cost == priced(
        {
            "CNY": {CostBasis.COMPUTED: "4", CostBasis.REPORTED: "5"},
            "USD": {CostBasis.BILLED: "2", CostBasis.COMPUTED: "4", CostBasis.INFERRED: "6"},
        }
    )
    assert [str(figures.cost.amount(currency)) for currency in ("USD", "CNY", "EUR")] == [
        "12.000000000000", "9.000000000000", "0",
    ]  # fmt: skip


def test_what_hosts_estimated_is_told_apart_from_what_was_computed() -> None:
    estimate = row("4")._replace(is_estimate=True)
    figures = usage(row("1"), estimate, row("2", basis="reported")).figures()
    assert figures.cost == Cost(
        {"USD": {CostBasis.COMPUTED: Decimal(5), CostBasis.REPORTED: Decimal(2)}},
        {},
        0,
        (),
        {"USD": Decimal(4)},
    )


def test_an_estimate_of_what_a_plan_pays_is_no_spend_either() -> None:
    figures = usage(row("4")._replace(is_estimate=True), plans=["claude-code"]).figures()
    assert figures.cost == Cost({}, {"USD": Decimal(4)}, 0, ())


def test_what_a_plan_pays_for_is_no_spend() -> None:
    figures = usage(
        row("1"), row("2", key=("opus", "codex")), row("4", key=("gpt", "codex")),
        row("8", key=("glm", "codex"), currency="CNY"), unpriced(key=("new", "codex"), tokens=7),
        plans=["codex"],
    ).figures()  # fmt: skip
    assert figures.cost == Cost(
        {"USD": {CostBasis.COMPUTED: Decimal(1)}},
        {"CNY": Decimal(8), "USD": Decimal(6)},
        7,
        ("new",),
    )
    assert figures.requests == 5


def test_unpriced_tokens_are_counted_and_their_models_named_once_in_order() -> None:
    figures = usage(
        unpriced(key=("z", "claude-code"), tokens=5), unpriced(key=("b", "claude-code"), tokens=7),
        unpriced(key=("z", "codex"), tokens=11), unpriced(key=("empty", "codex"), tokens=0), row("1"),
    ).figures()  # fmt: skip
    assert figures.cost == Cost({"USD": {CostBasis.COMPUTED: Decimal(1)}}, {}, 23, ("b", "z"))


def test_reasoning_is_no_unpriced_token_of_its_own() -> None:
    rows = UsageRow(("m", "s"), "", "unpriced", 1, Tokens(1, 2, 3, 4, 5, 5), 0, 0)
    assert usage(rows).figures().cost == Cost({}, {}, 15, ("m",))


def test_the_model_and_the_source_are_found_wherever_they_stand() -> None:
    by = ("project", "source", "day", "model")
    figures = usage(
        row("1", key=("p", "codex", 1, "gpt")), unpriced(key=("p", "claude-code", 1, "opus")),
        by=by, plans=["codex"],
    ).figures()  # fmt: skip
    assert figures.cost == Cost({}, {"USD": Decimal(1)}, 10, ("opus",))


def test_an_amount_of_zero_is_known() -> None:
    assert usage(row("0", basis="billed")).figures().cost == priced({"USD": {CostBasis.BILLED: "0"}})


@given(random_usage(BY), st.data())
def test_sums_are_equal_in_any_order(whole: Usage, data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(whole.rows))
    assert Usage(whole.by, tuple(shuffled), whole.plans).figures() == whole.figures()


@given(random_usage(BY), st.integers(0, 12))
def test_parts_add_up_to_the_whole(whole: Usage, cut: int) -> None:
    parts = [Usage(whole.by, rows, whole.plans) for rows in (whole.rows[:cut], whole.rows[cut:])]
    assert summed(part.figures() for part in parts) == summed([whole.figures()])


def test_the_largest_sums_are_exact() -> None:
    most = 10**12 * 10**9 * 10**12
    rows = [UsageRow(("m", "s"), "USD", basis, 1, Tokens(), 0, most - 1) for basis in ("billed", "computed")]
    figures = usage(*rows, *rows).figures()
    assert f"{figures.cost.amounts['USD'][CostBasis.BILLED]:f}" == "1999999999999999999999.999999999998"
    assert f"{figures.cost.amount('USD'):f}" == "3999999999999999999999.999999999996"


# Groups


def test_groups_hold_all_rows_with_the_same_values_in_the_order_asked_for() -> None:
    by = ("source", "model", "project")
    rows = (
        row("1", key=("s", "opus", "shop")), row("2", key=("s", "opus", "blog")),
        row("4", key=("s", "gpt", "shop")), row("8", key=("s", "opus", "shop")),
    )  # fmt: skip
    whole = usage(*rows, by=by, plans=["s"])
    assert whole.grouped("project", "model") == {
        ("shop", "opus"): usage(rows[0], rows[3], by=by, plans=["s"]),
        ("blog", "opus"): usage(rows[1], by=by, plans=["s"]),
        ("shop", "gpt"): usage(rows[2], by=by, plans=["s"]),
    }
    assert whole.grouped() == {(): whole}
    assert usage(by=by).grouped("model") == {}


# What is known


@pytest.mark.parametrize(
    ("rows", "plans", "known"),
    [
        ([], [], True),
        ([row("0")], [], True),
        ([row("1"), unpriced()], [], True),
        ([row("1", key=("m", "codex")), unpriced()], ["codex"], True),
        ([unpriced(tokens=0)], [], True),
        ([unpriced(tokens=1)], [], False),
        ([unpriced(key=("m", "codex"))], ["codex"], False),
    ],
)
def test_usage_without_any_price_is_unknown_and_not_zero(
    rows: list[UsageRow], plans: list[str], known: bool
) -> None:
    assert usage(*rows, plans=plans).figures().cost.is_known is known


@pytest.mark.parametrize(
    ("there", "preferred", "expected"),
    [
        ([], "CNY", ["CNY"]),
        (["USD"], "USD", ["USD"]),
        (["USD"], "CNY", ["USD"]),
        (["USD", "CNY", "EUR"], "EUR", ["EUR", "CNY", "USD"]),
        (["USD", "CNY"], "EUR", ["CNY", "USD"]),
    ],
)
def test_the_preferred_currency_comes_first_where_there_is_an_amount_in_it(
    there: list[str], preferred: str, expected: list[str]
) -> None:
    assert priced({one: {CostBasis.BILLED: "1"} for one in there}).currencies(preferred) == expected


@pytest.mark.parametrize(
    ("tokens", "rate"),
    [
        (Tokens(output=10), None),
        (Tokens(input=10), "0.000000"),
        (Tokens(cache_read=10), "1.000000"),
        (Tokens(cache_read=1, input=2), "0.333333"),
        (Tokens(cache_read=2, input=1), "0.666667"),
        (Tokens(1, 5, 2, 2, 100), "0.500000"),
        (Tokens(input=10**12, cache_read=1), "0.000000"),
    ],
)
def test_the_cache_hit_rate_is_the_share_of_the_prompt_read_from_cache(
    tokens: Tokens, rate: str | None
) -> None:
    actual = Figures(1, tokens, 0, NOTHING).cache_hit_rate
    assert (None if actual is None else str(actual)) == rate


# Small parts


def test_pico_units_become_exact_amounts() -> None:
    assert [f"{money_of(pico):f}" for pico in (0, 1, 10**12, 123_456_789_012_345_678_901_234_567_890)] == [
        "0.000000000000", "0.000000000001", "1.000000000000", "123456789012345678.901234567890",
    ]  # fmt: skip


def test_no_token_counts_add_up_to_none() -> None:
    assert add_tokens(iter(())) == Tokens()
    assert add_tokens(iter([Tokens(1, 2, 3, 4, 5, 6)])) == Tokens(1, 2, 3, 4, 5, 6)


def test_rows_are_ranked_by_money_then_tokens_then_requests() -> None:
    tokens = Tokens(input=10)
    ordered = [
        Figures(1, tokens, 0, priced({"USD": {CostBasis.BILLED: "2", CostBasis.COMPUTED: "3"}})),
        Figures(1, tokens, 0, priced({"CNY": {CostBasis.BILLED: "4"}, "USD": {CostBasis.BILLED: "1"}})),
        Figures(1, tokens, 0, Cost({}, {"CNY": Decimal(1), "USD": Decimal(3)}, 0, ())),
        Figures(1, Tokens(input=11), 0, NOTHING),
        Figures(2, tokens, 0, Cost({}, {}, 10, ("m",))),
        Figures(1, tokens, 0, NOTHING),
    ]
    shuffled = [ordered[number] for number in (3, 0, 5, 4, 1, 2)]
    assert sorted(shuffled, key=rank) == ordered
    assert [rank(one) for one in (*ordered[:3], ordered[4])] == [
        (Decimal(-5), -10, -1), (Decimal(-4), -10, -1), (Decimal(-3), -10, -1), (Decimal(0), -10, -2),
    ]  # fmt: skip

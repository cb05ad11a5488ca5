"""The explanation: addends that add up, each with a formula that anybody can evaluate."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from token_tracker.ledger.queries import StoredEvent
from token_tracker.ledger.queries import StoredRate
from token_tracker.ledger.queries import stored_rate
from token_tracker.model import CostBasis
from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Problem
from token_tracker.model import Service
from token_tracker.model import Severity
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.period import Period
from token_tracker.pricer import CardPricer
from token_tracker.reports.explain import Addend
from token_tracker.reports.explain import Explanation
from token_tracker.reports.explain import build_explanation
from token_tracker.reports.explain import formula
from token_tracker.reports.figures import Cost
from token_tracker.reports.figures import Figures

from .usage_rows import ms

NOON = ms("2026-11-20T12:00:00+00:00")
DAY = Period(date(2026, 11, 20), date(2026, 11, 20), UTC, "UTC")
PRICER = CardPricer(Path("nowhere"))
MODELS = (
    "claude-opus-4-8",
    "claude-sonnet-4-5",
    "claude-haiku-4-5",
    "gpt-5",
    "gemini-2.5-pro",
    "grok-4",
    "no-such",
)
PRICES = {
    "input": "5", "cache_read": "0.5", "cache_write_5m": "6.25", "cache_write_1h": "10", "output": "25",
    "web_search": "0.01", "note": "",
}  # fmt: skip


def event(
    tokens: Tokens | None = None,
    *,
    model: str = "claude-opus-4-8",
    source: str = "claude-code",
    web_searches: int = 0,
    passes: tuple[Tokens, ...] = (),
    host_cost_pico: int | None = None,
) -> UsageEvent:
    return UsageEvent(
        bytes(16), NOON, NOON, Service("", model), Origin(source, cwd="/w/shop"),
        Tokens(input=1000) if tokens is None else tokens, web_searches,
        False, True, host_cost_pico, Place("/logs/a.jsonl", 100), passes,
    )  # fmt: skip


def stored(one: UsageEvent, cost_pico: int | None, rate: StoredRate | None) -> StoredEvent:
    return StoredEvent(one, "anthropic", "Opus", "/w/shop", "", cost_pico, rate)


def priced(one: UsageEvent) -> StoredEvent:
    """Give the event as the ledger stores it: priced by the shipped card."""
    facts = PRICER.describe(one.service, "anthropic")
    cost_pico, rate = PRICER.price_of(one.service._replace(provider=facts.provider))(one)
    known = None if rate is None else stored_rate(rate.currency, rate._asdict())
    return stored(one, cost_pico, known)


def value_of(text: str) -> Fraction:
    """Evaluate a sum of products with rational numbers."""
    total = Fraction(0)
    for term in text.split(" + "):
        product = Fraction(1)
        for factor in term.split("*"):
            product *= Fraction(factor)
        total += product
    return total


# Formulas


@pytest.mark.parametrize(
    ("tokens", "searches", "expected"),
    [
        (Tokens(input=1000), 0, "1000*0.000005"),
        (
            Tokens(1, 2, 3, 4, 5, 5), 2,
            "1*0.000005 + 2*0.0000005 + 3*0.00000625 + 4*0.00001 + 5*0.000025 + 2*0.01",
        ),
        (Tokens(output=10**12), 0, "1000000000000*0.000025"),
        (Tokens(), 0, "0"),
    ],
)  # fmt: skip
def test_a_cost_is_written_as_counts_times_prices(tokens: Tokens, searches: int, expected: str) -> None:
    pico = int(value_of(expected) * 10**12)
    assert formula(stored(event(tokens, web_searches=searches), pico, StoredRate("USD", PRICES))) == expected


@settings(deadline=None)
@given(
    st.sampled_from(MODELS),
    st.builds(Tokens, *[st.integers(0, 10**9)] * 5),
    st.integers(0, 20),
)
def test_every_formula_evaluates_to_the_amount_exactly(model: str, tokens: Tokens, searches: int) -> None:
    one = priced(event(tokens, model=model, web_searches=searches))
    text = formula(one)
    expected = None if one.cost_pico is None else Fraction(one.cost_pico, 10**12)
    assert (None if text is None else value_of(text)) == expected


@pytest.mark.skipif(shutil.which("bc") is None, reason="bc is not installed")
def test_formulas_evaluate_in_bc() -> None:
    one = priced(event(Tokens(123, 45_678, 910, 1112, 1314), web_searches=3))
    ran = subprocess.run(["bc", "-l"], input=f"{formula(one)}\n", capture_output=True, text=True, check=True)
    assert Decimal(ran.stdout) * 10**12 == one.cost_pico


def test_passes_priced_at_different_tiers_show_the_bare_amount() -> None:
    passes = (Tokens(input=150_000), Tokens(input=250_000))
    one = priced(event(Tokens(input=400_000), model="claude-sonnet-4-5", passes=passes))
    assert one.cost_pico is not None
    assert formula(one) == f"{Decimal(one.cost_pico).scaleb(-12):f}"


def test_passes_priced_at_one_tier_show_the_sum() -> None:
    passes = (Tokens(input=100_000), Tokens(input=100_000))
    one = priced(event(Tokens(input=200_000), passes=passes))
    assert formula(one) == "200000*0.000005"


def test_a_hosts_estimate_shows_the_bare_amount() -> None:
    one = priced(event(model="no-such", host_cost_pico=123_456_789))
    assert formula(one) == "0.000123456789"


def test_an_amount_that_was_rounded_shows_itself() -> None:
    rate = StoredRate("USD", {**PRICES, "input": "0.0000011"})
    assert formula(stored(event(Tokens(input=1)), 1, rate)) == "0.000000000001"


def test_web_searches_of_unknown_price_show_the_bare_amount() -> None:
    rate = StoredRate("USD", {**PRICES, "web_search": None})
    assert formula(stored(event(web_searches=1), 5_000_000_000, rate)) == "0.005000000000"


@pytest.mark.parametrize(("cost", "rate"), [(None, None), (None, StoredRate("USD", PRICES)), (5, None)])
def test_what_has_no_price_has_no_formula(cost: int | None, rate: StoredRate | None) -> None:
    assert formula(stored(event(), cost, rate)) is None


# The whole


def test_an_explanation_lists_every_addend_with_its_lane_and_its_line() -> None:
    rate, host = StoredRate("USD", PRICES), StoredRate("USD", {"note": "host"})
    events = [
        stored(event(), 5_000_000_000, rate),
        stored(event(source="codex"), 5_000_000_000, rate),
        stored(event(model="new"), None, None),
        stored(event(model="old", host_cost_pico=7), 7, host),
    ]
    problem = Problem("file-unreadable", Severity.WARNING)
    lines = {("/logs/a.jsonl", 100): 3}
    assert build_explanation(
        DAY, "date", "2026-11-20", events, frozenset({"codex"}), {"/w/shop": "shop"},
        lambda path, offset: lines.get((path, offset)), [problem],
    ) == Explanation(
        DAY,
        "date",
        "2026-11-20",
        [
            Addend(events[0], "shop", Decimal("0.005"), "1000*0.000005", "counted", 3),
            Addend(events[1], "shop", Decimal("0.005"), "1000*0.000005", "plan", 3),
            Addend(events[2], "shop", None, None, "counted", 3),
            Addend(events[3], "shop", Decimal("0.000000000007"), "0.000000000007", "counted", 3),
        ],
        Figures(
            4,
            Tokens(input=4000),
            0,
            Cost(
                {"USD": {CostBasis.COMPUTED: Decimal("0.005000000007")}},
                {"USD": Decimal("0.005")},
                1000,
                ("new",),
                {"USD": Decimal("0.000000000007")},
            ),
        ),
        [problem],
    )  # fmt: skip


def test_a_line_that_is_gone_and_a_project_without_a_name_are_no_obstacle() -> None:
    one = stored(event(), 5_000_000_000, StoredRate("USD", PRICES))
    report = build_explanation(None, "event", "00", [one], frozenset(), {}, lambda path, offset: None, [])
    assert report.addends == [Addend(one, "/w/shop", Decimal("0.005"), "1000*0.000005", "counted", None)]


def test_nothing_is_explained_as_nothing() -> None:
    assert build_explanation(
        DAY, "date", "2026-11-20", [], frozenset(), {}, lambda path, offset: None, []
    ) == (Explanation(DAY, "date", "2026-11-20", [], Figures(0, Tokens(), 0, Cost({}, {}, 0, ())), []))

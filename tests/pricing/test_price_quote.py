"""What an event costs: every kind, tier, term, date and hour, computed by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.pricing.card import RateCard
from token_tracker.pricing.overrides import Override
from token_tracker.pricing.overrides import set_override
from token_tracker.pricing.rate import UNPRICED
from token_tracker.pricing.rate import Rate
from token_tracker.pricing.window import Band
from token_tracker.pricing.window import Plan
from token_tracker.pricing.window import Window
from token_tracker.pricing.window import price_by
from token_tracker.pricing.window import round_half_even

from .expected_money import at
from .expected_money import pico
from .expected_money import prompt_of

NOON = at("2026-11-20T12:00:00")
SONNET = Service("anthropic", "claude-sonnet-4-5")
SHARED = RateCard.load()


def test_each_kind_of_token_is_charged_at_its_own_rate(card: RateCard) -> None:
    tokens = Tokens(
        input=10, cache_read=300, cache_write_5m=1500, cache_write_1h=500, output=150, reasoning=40
    )
    expected = pico((10, "3"), (300, "0.3"), (1500, "3.75"), (500, "6"), (150, "15"), searches=(2, "0.01"))
    assert card.quote(SONNET, NOON, tokens, 2).amount_pico == expected


def test_the_whole_documented_claude_session_costs_what_its_host_says(card: RateCard) -> None:
    first = Tokens(10, 300, 1500, 500, 150)
    second = Tokens(5, 100, 0, 0, 20)
    advisor = Tokens(input=1000, output=40)
    amounts = [
        card.quote(SONNET, NOON, first, 2).amount_pico,
        card.quote(SONNET, NOON, second, 0).amount_pico,
        card.quote(Service("anthropic", "claude-opus-4-6"), NOON, advisor, 0).amount_pico,
    ]
    assert sum(amount or 0 for amount in amounts) == 37_340_000_000


def test_reasoning_is_inside_output_and_not_charged_twice(card: RateCard) -> None:
    with_reasoning = card.quote(SONNET, NOON, Tokens(output=150, reasoning=150), 0)
    assert with_reasoning == card.quote(SONNET, NOON, Tokens(output=150), 0)


def test_the_applied_row_says_everything_about_itself(card: RateCard) -> None:
    assert card.quote(SONNET, NOON, Tokens(input=1), 0).rate == Rate(
        key="anthropic/claude-sonnet-4-5/always/standard",
        provider="anthropic",
        model="claude-sonnet-4-5",
        name="Claude Sonnet 4.5",
        currency="USD",
        input="3",
        cache_read="0.3",
        cache_write_5m="3.75",
        cache_write_1h="6",
        output="15",
        web_search="0.01",
        valid_from="",
        source_url="https://www.anthropic.com/pricing#api",
        checked_on="2026-11-22",
        note="",
    )


@pytest.mark.parametrize(
    ("model", "read", "base"),
    [
        ("claude-opus-5-5", "0.2", "4"),
        ("claude-sonnet-5", "0.2", "2"),
        ("claude-sonnet-5-5", "0.1", "2"),
        ("claude-fable-5-1", "0.25", "10"),
        ("claude-fable-5-2", "0.2", "8"),
    ],
)
def test_cache_reads_are_priced_per_model_and_not_by_one_factor(
    card: RateCard, model: str, read: str, base: str
) -> None:
    quote = card.quote(Service("anthropic", model), NOON, Tokens(input=7, cache_read=1000), 0)
    assert quote.amount_pico == pico((7, base), (1000, read))


@pytest.mark.parametrize(
    ("service", "size", "rates"),
    [
        (Service("anthropic", "claude-sonnet-4-5"), 200_000, ("3", "15")),
        (Service("anthropic", "claude-sonnet-4-5"), 200_001, ("6", "22.5")),
        (Service("anthropic", "claude-haiku-5-5"), 100_000, ("0.1", "0.5")),
        (Service("anthropic", "claude-haiku-5-5"), 100_001, ("0.5", "2.5")),
        (Service("openai", "gpt-6-astra"), 272_000, ("10", "50")),
        (Service("openai", "gpt-6-astra"), 272_001, ("20", "75")),
        (Service("google", "gemini-3.1-pro-preview"), 200_000, ("2", "12")),
        (Service("google", "gemini-3.1-pro-preview"), 200_001, ("4", "18")),
        (Service("xai", "grok-4.7"), 199_999, ("2", "6")),
        (Service("xai", "grok-4.7"), 200_000, ("4", "12")),
        (Service("minimax", "MiniMax-M3"), 512_000, ("0.3", "1.2")),
        (Service("minimax", "MiniMax-M3"), 512_001, ("0.6", "2.4")),
        (Service("openrouter", "qwen/qwen3-coder-flash"), 32_000, ("0.195", "0.975")),
        (Service("openrouter", "qwen/qwen3-coder-flash"), 32_001, ("0.325", "1.625")),
        (Service("openrouter", "qwen/qwen3-coder-flash"), 128_000, ("0.325", "1.625")),
        (Service("openrouter", "qwen/qwen3-coder-flash"), 128_001, ("0.52", "2.6")),
    ],
)
def test_the_whole_request_is_priced_at_the_tier_its_prompt_reaches(
    card: RateCard, service: Service, size: int, rates: tuple[str, str]
) -> None:
    quote = card.quote(service, NOON, prompt_of(size, output=1000), 0)
    assert quote.amount_pico == pico((size, rates[0]), (1000, rates[1]))


def test_cache_reads_and_both_cache_writes_count_towards_the_tier(card: RateCard) -> None:
    below = Tokens(input=1, cache_read=99_000, cache_write_5m=500, cache_write_1h=499, output=9)
    above = Tokens(input=1, cache_read=99_000, cache_write_5m=500, cache_write_1h=500, output=9)
    haiku = Service("anthropic", "claude-haiku-5-5")
    amounts = [card.quote(haiku, NOON, tokens, 0).amount_pico for tokens in (below, above)]
    assert amounts == [
        pico((1, "0.1"), (99_000, "0.01"), (500, "0.125"), (499, "0.2"), (9, "0.5")),
        pico((1, "0.5"), (99_000, "0.05"), (500, "0.625"), (500, "1"), (9, "2.5")),
    ]


@pytest.mark.parametrize(
    ("service", "fresh", "rates"),
    [
        # 271,000 tokens of the prompt come from the cache, 500 are written to it.
        (Service("openai", "gpt-5.6-sol"), 500, ("4", "0.4", "5", "20")),
        (Service("openai", "gpt-5.6-sol"), 501, ("8", "0.8", "10", "30")),
        (Service("openai", "gpt-5.5"), 500, ("5", "0.5", "5", "30")),
        (Service("openai", "gpt-5.5"), 501, ("10", "1", "10", "45")),
    ],
)
def test_a_long_prompt_from_the_cache_reaches_openais_tier_with_one_fresh_token(
    card: RateCard, service: Service, fresh: int, rates: tuple[str, str, str, str]
) -> None:
    tokens = Tokens(fresh, 271_000, 500, 0, 900)
    quote = card.quote(service, NOON, tokens, 0)
    expected = pico((fresh, rates[0]), (271_000, rates[1]), (500, rates[2]), (900, rates[3]))
    assert quote.amount_pico == expected


@pytest.mark.parametrize(
    ("model", "fresh", "rates"),
    [
        ("gemini-2.5-pro", 1000, ("1.25", "0.125", "10")),
        ("gemini-2.5-pro", 1001, ("2.5", "0.25", "15")),
        ("gemini-3.1-pro-preview-customtools", 1000, ("2", "0.2", "12")),
        ("gemini-3.1-pro-preview-customtools", 1001, ("4", "0.4", "18")),
    ],
)
def test_a_long_prompt_from_the_cache_reaches_geminis_tier_with_one_fresh_token(
    card: RateCard, model: str, fresh: int, rates: tuple[str, str, str]
) -> None:
    tokens = Tokens(input=fresh, cache_read=199_000, output=900)
    quote = card.quote(Service("google", model), NOON, tokens, 0)
    assert quote.amount_pico == pico((fresh, rates[0]), (199_000, rates[1]), (900, rates[2]))


def test_output_does_not_count_towards_the_tier(card: RateCard) -> None:
    quote = card.quote(
        Service("anthropic", "claude-haiku-5-5"), NOON, Tokens(input=100_000, output=900_000), 0
    )
    assert quote.amount_pico == pico((100_000, "0.1"), (900_000, "0.5"))


def test_a_tier_has_a_row_of_its_own(card: RateCard) -> None:
    rates = [
        card.quote(Service("xai", "grok-4.7"), NOON, prompt_of(size), 0).rate
        for size in (1, 199_999, 200_000, 10**7)
    ]
    assert [(rate and rate.key, rate and rate.input) for rate in rates] == [
        ("xai/grok-4.7/always/standard", "2"),
        ("xai/grok-4.7/always/standard", "2"),
        ("xai/grok-4.7/always/standard/>199999", "4"),
        ("xai/grok-4.7/always/standard/>199999", "4"),
    ]


@pytest.mark.parametrize(
    ("moment", "rate", "key"),
    [
        ("2026-03-12T23:59:59", "10", "anthropic/claude-opus-4-6/always/standard/>200000"),
        ("2026-03-13T00:00:00", "5", "anthropic/claude-opus-4-6/2026-03-13/standard"),
    ],
)
def test_a_row_holds_from_midnight_utc_of_its_day(card: RateCard, moment: str, rate: str, key: str) -> None:
    quote = card.quote(Service("anthropic", "claude-opus-4-6"), at(moment), prompt_of(200_001), 0)
    assert (quote.amount_pico, quote.rate and quote.rate.key) == (pico((200_001, rate)), key)


def test_the_last_millisecond_of_a_day_still_has_the_old_row(card: RateCard) -> None:
    start = at("2026-03-13T00:00:00")
    service = Service("anthropic", "claude-opus-4-6")
    before, after = (card.quote(service, ms, prompt_of(200_001), 0).amount_pico for ms in (start - 1, start))
    assert (before, after) == (pico((200_001, "10")), pico((200_001, "5")))


def test_a_price_that_is_announced_for_a_later_day_waits_for_it(card: RateCard) -> None:
    service = Service("google", "gemini-4-argon")
    amounts = [
        card.quote(service, at(moment), prompt_of(1000), 0).amount_pico
        for moment in ("2026-11-30T23:59:59", "2026-12-01T00:00:00")
    ]
    assert amounts == [pico((1000, "2")), pico((1000, "4"))]


def test_an_unknown_model_is_unpriced_and_not_free(card: RateCard) -> None:
    assert card.quote(Service("anthropic", "claude-nonesuch-9"), NOON, Tokens(input=1), 0) == UNPRICED


def test_an_unknown_model_of_an_unknown_provider_is_unpriced(card: RateCard) -> None:
    assert card.quote(Service("nonesuch", "house-1"), NOON, Tokens(input=1), 0) == UNPRICED


@pytest.mark.parametrize(
    ("tokens", "searches"),
    [
        (Tokens(cache_write_5m=1), 0),
        (Tokens(cache_write_1h=1), 0),
        (Tokens(input=5), 1),
    ],
)
def test_one_token_of_a_kind_without_a_price_makes_the_event_unpriced(
    card: RateCard, tokens: Tokens, searches: int
) -> None:
    quote = card.quote(Service("xai", "grok-4.7"), NOON, tokens, searches)
    assert (quote.amount_pico, quote.rate and quote.rate.model) == (None, "grok-4.7")


@pytest.mark.parametrize("tokens", [Tokens(cache_read=1), Tokens(output=1)])
def test_missing_read_and_output_prices_are_not_taken_for_zero(card: RateCard, tokens: Tokens) -> None:
    quote = card.quote(Service("openai", "text-embedding-3-small"), NOON, tokens, 0)
    assert (quote.amount_pico, quote.rate and quote.rate.output) == (None, None)


def test_missing_input_price_is_not_taken_for_zero() -> None:
    rate = Rate("k", "p", "m", "n", "USD", None, None, None, None, "1", None, "", "", "")
    band = Band(0, (0, 0, 0, 0, 10**6, 0), (True, True, True, True, False, True), 1, rate)
    plan = Plan((0,), (Window((band,), None),))
    assert [price_by(plan)(0, tokens, 0) for tokens in (Tokens(input=1), Tokens(output=3))] == [
        (None, rate),
        (3 * 10**6, rate),
    ]


def test_an_event_without_tokens_costs_nothing_even_where_kinds_are_unknown(card: RateCard) -> None:
    assert card.quote(Service("deepseek", "deepseek-flash"), NOON, Tokens(), 0).amount_pico == 0


def test_a_price_below_a_pico_per_token_is_rounded_once_per_event(tmp_path: Path) -> None:
    set_override(tmp_path, Override("ollama", "tiny", {"input": "0.0000005", "output": "0.00000025"}))
    tiny = RateCard.load(tmp_path)
    amounts = [
        tiny.quote(Service("ollama", "tiny"), NOON, Tokens(input=i, output=o), 0).amount_pico
        for i, o in ((1, 0), (3, 0), (1, 1), (1, 2), (2, 2), (5, 0))
    ]
    # Half a pico a token in, a quarter out: 0.5, 1.5, 0.75, 1, 1.5 and 2.5, ties to even.
    assert amounts == [0, 2, 1, 1, 2, 2]


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(0, 0), (4, 0), (5, 0), (6, 1), (15, 2), (25, 2), (35, 4), (45, 4), (75, 8), (99, 10)],
)
def test_ties_are_rounded_to_the_even_number(amount: int, expected: int) -> None:
    assert round_half_even(amount, 10) == expected


@given(
    counts=st.tuples(*[st.integers(0, 10**9)] * 5),
    searches=st.integers(0, 1000),
)
def test_amounts_are_exact_for_any_counts(counts: tuple[int, int, int, int, int], searches: int) -> None:
    fresh, read, write_5m, write_1h, output = counts
    expected = pico(
        (fresh, "4.4"), (read, "0.22"), (write_5m, "5.5"), (write_1h, "8.8"), (output, "22"),
        searches=(searches, "0.01"),
    )  # fmt: skip
    service = Service("anthropic", "claude-opus-5-5", geo="us")
    assert SHARED.quote(service, NOON, Tokens(*counts), searches).amount_pico == expected


@given(
    one=st.tuples(*[st.integers(0, 10**6)] * 5),
    other=st.tuples(*[st.integers(0, 10**6)] * 5),
)
def test_without_tiers_two_events_cost_what_their_sum_costs(
    one: tuple[int, ...], other: tuple[int, ...]
) -> None:
    total = Tokens(*[a + b for a, b in zip(one, other, strict=True)])
    opus = Service("anthropic", "claude-opus-5-5")
    parts = [SHARED.quote(opus, NOON, Tokens(*counts), 0).amount_pico or 0 for counts in (one, other)]
    assert sum(parts) == SHARED.quote(opus, NOON, total, 0).amount_pico


def test_a_list_price_in_yuan_stays_in_yuan(card: RateCard) -> None:
    quote = card.quote(Service("zhipuai", "glm-5.3"), NOON, Tokens(input=10, cache_read=20, output=30), 0)
    assert (quote.amount_pico, quote.rate and quote.rate.currency) == (
        pico((10, "8"), (20, "2"), (30, "28")),
        "CNY",
    )


def test_the_same_model_is_in_dollars_on_the_international_platform(card: RateCard) -> None:
    quote = card.quote(Service("zai", "glm-5.3"), NOON, Tokens(input=10), 0)
    assert (quote.amount_pico, quote.rate and quote.rate.currency) == (pico((10, "1.4")), "USD")


def test_the_end_of_a_promotion_in_yuan_is_dated(card: RateCard) -> None:
    service = Service("zhipu", "glm-5.3-flash")
    amounts = [
        card.quote(service, at(moment), Tokens(1, 1, 0, 0, 1), 0).amount_pico
        for moment in ("2026-09-09T15:59:59", "2026-09-09T16:00:00")  # midnight in Beijing
    ]
    assert amounts == [
        pico((1, "0.4"), (1, "0.115"), (1, "1.4")),
        pico((1, "0.8"), (1, "0.23"), (1, "2.8")),
    ]

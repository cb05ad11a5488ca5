"""Terms of a request: batch, priority, flex, fast, residency, peak hours, local, free."""

from __future__ import annotations

import pytest

from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.pricing.card import RateCard
from token_tracker.pricing.rate import UNPRICED
from token_tracker.pricing.rate import Quote
from token_tracker.pricing.rate import Rate

from .expected_money import at
from .expected_money import pico

NOON = at("2026-11-20T12:00:00")
ALL_KINDS = Tokens(input=100, cache_read=200, cache_write_5m=300, cache_write_1h=400, output=500)


@pytest.mark.parametrize(
    ("model", "rates"),
    [
        ("claude-opus-4-6", "30 3 37.5 60 150"),
        ("claude-opus-4-7", "30 3 37.5 60 150"),
        ("claude-opus-4-8", "10 1 12.5 20 50"),
        ("claude-opus-5", "10 1 12.5 20 50"),
        ("claude-opus-5-5", "8 0.4 10 16 40"),
    ],
)
def test_fast_mode_has_a_row_of_its_own_per_model_with_scaled_cache_rates(
    card: RateCard, model: str, rates: str
) -> None:
    quote = card.quote(Service("anthropic", model, speed="fast"), NOON, ALL_KINDS, 3)
    counts = zip(ALL_KINDS[:5], rates.split(), strict=True)
    assert quote.amount_pico == pico(*counts, searches=(3, "0.01"))


def test_our_own_fast_row_names_its_source(card: RateCard) -> None:
    rate = card.quote(Service("anthropic", "claude-opus-4-7", speed="fast"), NOON, ALL_KINDS, 0).rate
    assert rate is not None
    assert (rate.key, rate.valid_from, rate.source_url, rate.checked_on) == (
        "anthropic/claude-opus-4-7/always/fast",
        "",
        "https://platform.claude.com/docs/en/about-claude/pricing#fast-mode-pricing",
        "2026-11-22",
    )


@pytest.mark.parametrize(
    "service",
    [
        Service("anthropic", "claude-sonnet-4-5", speed="fast"),
        Service("anthropic", "claude-opus-4-5", speed="fast"),
        Service("anthropic", "claude-sonnet-4-5", tier="priority"),
        Service("anthropic", "claude-sonnet-4-5", tier="flex"),
        Service("anthropic", "claude-opus-5-5", tier="batch", speed="fast"),
        Service("anthropic", "claude-sonnet-4-5", speed="ludicrous"),
        Service("deepseek", "deepseek-v4-pro", tier="batch"),
        Service("openai", "gpt-4o-2024-05-13", tier="flex"),
        Service("openai", "gpt-5", tier="priority", speed="fast"),
        Service("azure", "gpt-5.1-codex-mini", tier="batch"),
        Service("google", "claude-opus-5-5", speed="fast"),
    ],
)
def test_terms_that_the_model_has_no_row_for_are_unpriced_and_not_standard(
    card: RateCard, service: Service
) -> None:
    assert card.quote(service, NOON, Tokens(input=1), 0) == UNPRICED


@pytest.mark.parametrize("word", ["standard", "", "default"])
def test_the_words_for_standard_all_mean_the_standard_price(card: RateCard, word: str) -> None:
    service = Service("openai", "gpt-5", tier=word, speed=word)
    quote = card.quote(service, NOON, Tokens(input=8), 0)
    assert (quote.amount_pico, quote.rate and quote.rate.key) == (
        pico((8, "1.25")),
        "openai/gpt-5/always/standard",
    )


@pytest.mark.parametrize(
    ("service", "rates", "label"),
    [
        (Service("openai", "gpt-5", tier="flex"), ("0.625", "0.0625", "5"), "flex"),
        (Service("openai", "gpt-5", tier="priority"), ("2.5", "0.25", "20"), "priority"),
        (Service("openai", "gpt-5", speed="fast"), ("2.5", "0.25", "20"), "fast"),
        (Service("openai", "gpt-5", tier="batch"), ("0.625", "0.0625", "5"), "batch"),
        (Service("anthropic", "claude-opus-5", tier="batch"), ("2.5", "0.25", "12.5"), "batch"),
    ],
)
def test_each_way_of_processing_has_its_own_rates(
    card: RateCard, service: Service, rates: tuple[str, str, str], label: str
) -> None:
    quote = card.quote(service, NOON, Tokens(input=10, cache_read=20, output=30), 0)
    expected = pico((10, rates[0]), (20, rates[1]), (30, rates[2]))
    assert (quote.amount_pico, quote.rate and quote.rate.key.split("/")[3]) == (expected, label)


def test_a_batch_price_keeps_the_standard_rate_of_kinds_that_have_no_discount(card: RateCard) -> None:
    quote = card.quote(Service("openai", "gpt-4.1", tier="batch"), NOON, Tokens(10, 20, 0, 0, 30), 4)
    assert quote.amount_pico == pico((10, "1"), (20, "0.5"), (30, "4"), searches=(4, "0.01"))


@pytest.mark.parametrize(
    ("moment", "amount"), [("2026-10-13T23:59:59", None), ("2026-10-14T00:00:00", pico((1000, "1.5")))]
)
def test_batch_is_unpriced_before_the_day_its_price_is_known_from(
    card: RateCard, moment: str, amount: int | None
) -> None:
    service = Service("anthropic", "claude-sonnet-4-5", tier="batch")
    assert card.quote(service, at(moment), Tokens(input=1000), 0).amount_pico == amount


def test_a_variant_row_carries_its_own_first_day(card: RateCard) -> None:
    rate = card.quote(Service("openai", "gpt-5", tier="flex"), NOON, Tokens(), 0).rate
    assert rate is not None
    assert (rate.key, rate.valid_from) == ("openai/gpt-5/2026-10-12/flex", "2026-10-12")


def test_us_residency_multiplies_tokens_and_not_web_searches(card: RateCard) -> None:
    quote = card.quote(Service("anthropic", "claude-opus-5-5", geo="us"), NOON, ALL_KINDS, 3)
    assert quote.amount_pico == pico(
        (100, "4.4"), (200, "0.22"), (300, "5.5"), (400, "8.8"), (500, "22"), searches=(3, "0.01")
    )
    assert quote.rate is not None
    assert (quote.rate.key, quote.rate.input, quote.rate.web_search) == (
        "anthropic/claude-opus-5-5/always/standard/us",
        "4.4",
        "0.01",
    )


def test_us_residency_multiplies_the_fast_price_too(card: RateCard) -> None:
    quote = card.quote(Service("anthropic", "claude-opus-5-5", speed="fast", geo="us"), NOON, ALL_KINDS, 0)
    assert quote.amount_pico == pico((100, "8.8"), (200, "0.44"), (300, "11"), (400, "17.6"), (500, "44"))


@pytest.mark.parametrize("geo", ["", "global", "not_available"])
def test_words_for_no_residency_change_nothing(card: RateCard, geo: str) -> None:
    plain = card.quote(Service("anthropic", "claude-opus-5-5"), NOON, ALL_KINDS, 0)
    assert card.quote(Service("anthropic", "claude-opus-5-5", geo=geo), NOON, ALL_KINDS, 0) == plain


def test_a_residency_without_a_published_price_is_unpriced(card: RateCard) -> None:
    assert card.quote(Service("anthropic", "claude-opus-5-5", geo="moon"), NOON, ALL_KINDS, 0) == UNPRICED


def test_residency_does_not_touch_vendors_without_such_a_rule(card: RateCard) -> None:
    plain = card.quote(Service("openai", "gpt-5"), NOON, Tokens(input=1), 0)
    assert card.quote(Service("openai", "gpt-5", geo="us"), NOON, Tokens(input=1), 0) == plain


def test_openai_cache_writes_cost_the_input_price_before_they_had_one(card: RateCard) -> None:
    amounts = [
        card.quote(Service("openai", model), NOON, Tokens(cache_write_5m=1000), 0).amount_pico
        for model in ("gpt-5", "gpt-5.1-codex-mini", "gpt-5.6-sol", "gpt-oss-120b")
    ]
    assert amounts == [pico((1000, "1.25")), pico((1000, "0.25")), pico((1000, "5")), None]


def test_the_filled_in_write_price_follows_the_tiers_of_input(card: RateCard) -> None:
    service = Service("openai", "gpt-5.4")
    rates = [card.quote(service, NOON, Tokens(cache_write_5m=size), 0).rate for size in (272_000, 272_001)]
    assert [rate and (rate.input, rate.cache_write_5m) for rate in rates] == [("2.5", "2.5"), ("5", "5")]


@pytest.mark.parametrize(
    ("moment", "peak"),
    [
        ("2026-11-20T00:59:59", False),  # Friday
        ("2026-11-20T01:00:00", True),
        ("2026-11-20T03:59:59", True),
        ("2026-11-20T04:00:00", False),
        ("2026-11-20T05:59:59", False),
        ("2026-11-20T06:00:00", True),
        ("2026-11-20T09:59:59", True),
        ("2026-11-20T10:00:00", False),
        ("2026-11-21T02:00:00", False),  # Saturday
        ("2026-11-22T02:00:00", False),  # Sunday
        ("2026-11-23T02:00:00", True),  # Monday
        ("2026-09-25T02:00:00", False),  # Mid-Autumn holiday, a Friday
        ("2026-09-28T02:00:00", True),
        ("2026-09-30T02:00:00", True),
        ("2026-10-01T02:00:00", False),  # National Day week
        ("2026-10-02T02:00:00", False),
        ("2026-10-05T02:00:00", False),
        ("2026-10-06T02:00:00", False),
        ("2026-10-07T02:00:00", False),
        ("2026-10-08T02:00:00", True),
    ],
)
def test_deepseek_charges_double_in_peak_hours_of_chinese_working_days(
    card: RateCard, moment: str, peak: bool
) -> None:
    quote = card.quote(Service("deepseek", "deepseek-v4-pro"), at(moment), Tokens(10, 20, 0, 0, 30), 0)
    rates = ("1.32", "0.044", "3.96") if peak else ("0.66", "0.022", "1.98")
    assert quote.amount_pico == pico((10, rates[0]), (20, rates[1]), (30, rates[2]))


def test_a_peak_row_says_so_in_its_key(card: RateCard) -> None:
    keys = [
        rate and rate.key
        for moment in ("2026-11-20T02:00:00", "2026-11-20T05:00:00")
        for rate in [card.quote(Service("deepseek", "deepseek-flash"), at(moment), Tokens(), 0).rate]
    ]
    assert keys == [
        "deepseek/deepseek-flash/2026-10-31T16:00:00Z/standard/peak",
        "deepseek/deepseek-flash/2026-10-31T16:00:00Z/standard",
    ]


@pytest.mark.parametrize(
    ("moment", "rate"),
    [
        ("2026-08-16T02:00:00", "0.14"),  # flat, although the hour is a later peak hour
        ("2026-08-16T15:59:59", "0.14"),
        ("2026-08-16T16:00:00", "0.22"),  # 17 August in Beijing
        ("2026-08-17T02:00:00", "0.44"),
        ("2026-08-22T02:00:00", "0.44"),  # the one Saturday before weekends became off-peak
        ("2026-08-23T02:00:00", "0.22"),
        ("2026-09-09T23:59:59", "0.22"),
        ("2026-09-10T00:00:00", "0.15"),
        ("2026-09-10T02:00:00", "0.3"),
    ],
)
def test_deepseek_v4_flash_keeps_its_whole_price_history(card: RateCard, moment: str, rate: str) -> None:
    quote = card.quote(Service("deepseek", "deepseek-v4-flash"), at(moment), Tokens(input=1000), 0)
    assert quote.amount_pico == pico((1000, rate))


@pytest.mark.parametrize(
    ("moment", "chat", "reasoner"),
    [
        ("2025-02-08T15:59:59", None, None),
        ("2025-02-08T16:00:00", "0.27", "0.55"),
        ("2025-02-26T16:29:59", "0.27", "0.55"),
        ("2025-02-26T16:30:00", "0.135", "0.135"),
        ("2025-06-01T00:29:59", "0.135", "0.135"),
        ("2025-06-01T00:30:00", "0.27", "0.55"),
        ("2025-06-01T16:29:59", "0.27", "0.55"),
        ("2025-06-01T16:30:00", "0.135", "0.135"),
        ("2025-09-05T15:59:59", "0.27", "0.55"),
        ("2025-09-05T16:00:00", "0.56", "0.56"),
        ("2025-09-28T23:59:59", "0.56", "0.56"),
        ("2025-09-29T00:00:00", "0.28", "0.28"),
        ("2026-04-23T23:59:59", "0.28", "0.28"),
        ("2026-04-24T00:00:00", "0.14", "0.14"),
        ("2026-07-24T15:58:59", "0.14", "0.14"),
        ("2026-07-24T15:59:00", None, None),
    ],
)
def test_old_deepseek_aliases_are_priced_until_they_were_withdrawn(
    card: RateCard, moment: str, chat: str | None, reasoner: str | None
) -> None:
    amounts = [
        card.quote(Service("deepseek", model), at(moment), Tokens(input=1000), 0).amount_pico
        for model in ("deepseek-chat", "deepseek-reasoner")
    ]
    assert amounts == [None if rate is None else pico((1000, rate)) for rate in (chat, reasoner)]


@pytest.mark.parametrize(
    ("service", "name"),
    [
        (Service("ollama", "qwen3:8b"), "ollama/qwen3:8b"),
        (Service("", "ollama/qwen3:8b"), "ollama/qwen3:8b"),
        (Service("lm-studio", "openai/gpt-oss-20b"), "lmstudio/openai/gpt-oss-20b"),
        (Service("llamacpp", "any.gguf"), "llama.cpp/any.gguf"),
    ],
)
def test_a_model_on_the_users_own_machine_is_free_and_named_local(
    card: RateCard, service: Service, name: str
) -> None:
    quote = card.quote(service, NOON, ALL_KINDS, 0)
    assert quote.rate is not None
    assert (quote.amount_pico, quote.rate.key, quote.rate.note) == (0, f"{name}/always/local", "local")
    assert (quote.rate.input, quote.rate.output, quote.rate.web_search, quote.rate.currency) == (
        "0",
        "0",
        None,
        "USD",
    )


def test_the_row_of_a_local_model_is_whole_and_holds_for_all_time(card: RateCard) -> None:
    quotes = {card.quote(Service("ollama", "qwen3:8b"), at_ms, ALL_KINDS, 0) for at_ms in (-(2**60), NOON)}
    assert quotes == {
        Quote(
            0,
            Rate(
                "ollama/qwen3:8b/always/local", "ollama", "qwen3:8b", "qwen3:8b", "USD",
                "0", "0", "0", "0", "0", None, "", "", "", "local", origin="overlay",
            ),
        )
    }  # fmt: skip


@pytest.mark.parametrize("model", ["gpt-oss:120b-cloud", "qwen3-coder:480b-cloud", "kimi-k3:cloud"])
def test_models_that_ollama_rents_out_are_not_free(card: RateCard, model: str) -> None:
    assert card.quote(Service("ollama", model), NOON, Tokens(input=1), 0) == UNPRICED


def test_a_web_search_by_a_local_model_is_unpriced(card: RateCard) -> None:
    assert card.quote(Service("ollama", "qwen3:8b"), NOON, Tokens(), 1).amount_pico is None


def test_free_on_openrouter_is_free_where_the_card_says_so(card: RateCard) -> None:
    quote = card.quote(Service("openrouter", "google/gemma-3-27b-it:free"), NOON, ALL_KINDS, 0)
    assert (quote.amount_pico, quote.rate and quote.rate.note) == (0, "free")


@pytest.mark.parametrize("suffix", ["nitro", "floor", "online"])
def test_an_openrouter_suffix_that_the_card_does_not_know_is_unpriced(card: RateCard, suffix: str) -> None:
    service = Service("openrouter", f"anthropic/claude-opus-4.5:{suffix}")
    assert card.quote(service, NOON, Tokens(input=1), 0) == UNPRICED


@pytest.mark.parametrize(
    ("seller", "model"), [("openrouter", "nobody/Nothing-1:free"), ("opencode", "glm-4.7-free")]
)
def test_a_variant_that_its_seller_gives_away_is_free_even_where_the_card_does_not_list_it(
    card: RateCard, seller: str, model: str
) -> None:
    quote = card.quote(Service(seller, model), NOON, ALL_KINDS, 0)
    assert (quote.amount_pico, quote.rate and quote.rate.key, quote.rate and quote.rate.note) == (
        0,
        f"{seller}/{model}/always/free",
        "free",
    )


@pytest.mark.parametrize("seller", ["openai", "opencode", "litellm"])
def test_the_ending_of_another_seller_gives_nothing_away(card: RateCard, seller: str) -> None:
    assert card.quote(Service(seller, "gpt-5.4:free"), NOON, Tokens(input=1), 0) == UNPRICED


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("qwen", "qwen-plus"),  # thinking has an output price of its own, and logs do not tell
        ("doubao", "doubao-seed-1.6"),  # the price depends on how long the answer is
        ("qwen-cn", "qwen3.7-max"),
        ("kimi-cn", "kimi-k3.1-pro"),
        ("zhipu", "glm-4.6"),  # as with Doubao 1.6
        ("minimax-cn", "MiniMax-M3.1-Flash"),
        ("kimi", "kimi-for-coding"),
    ],
)
def test_a_price_without_a_source_is_not_guessed(card: RateCard, provider: str, model: str) -> None:
    assert card.quote(Service(provider, model), NOON, Tokens(input=1), 0) == UNPRICED


@pytest.mark.parametrize(
    ("service", "size", "rates", "currency"),
    [
        (Service("qwen", "qwen3-coder-plus"), 32_000, ("1", "0.2", "1.25", "5"), "USD"),
        (Service("qwen", "qwen3-coder-plus"), 32_001, ("1.8", "0.36", "2.25", "9"), "USD"),
        (Service("qwen", "qwen3-coder-plus"), 256_001, ("6", "1.2", "7.5", "60"), "USD"),
        (Service("qwen", "qwen3.8-max"), 300_000, ("2", "0.25", "2.5", "6"), "USD"),
        (Service("qwen-cn", "qwen3-coder-plus"), 32_000, ("4", "0.8", "5", "16"), "CNY"),
        (Service("qwen-cn", "qwen3.6-plus"), 256_000, ("2", "0.2", "2.5", "12"), "CNY"),
        (Service("qwen-cn", "qwen3.6-plus"), 256_001, ("8", "0.8", "10", "48"), "CNY"),
        (Service("qwen-cn", "qwen3-coder-plus"), 32_001, ("6", "1.2", "7.5", "24"), "CNY"),
        (Service("minimax-cn", "MiniMax-M2.7"), 9_000, ("2.1", "0.42", "2.625", "8.4"), "CNY"),
    ],
)
def test_the_vendors_own_lists_price_every_kind_of_a_request(
    card: RateCard, service: Service, size: int, rates: tuple[str, str, str, str], currency: str
) -> None:
    tokens = Tokens(input=size - 3000, cache_read=2000, cache_write_5m=1000, output=700)
    quote = card.quote(service, NOON, tokens, 0)
    counts = (tokens.input, tokens.cache_read, tokens.cache_write_5m, tokens.output)
    assert (quote.amount_pico, quote.rate and quote.rate.currency) == (
        pico(*zip(counts, rates, strict=True)),
        currency,
    )


@pytest.mark.parametrize(
    ("size", "rates"),
    [
        (32_000, ("3.2", "16")),
        (32_001, ("4.8", "24")),
        (128_000, ("4.8", "24")),
        (128_001, ("9.6", "48")),
    ],
)
def test_doubao_is_priced_in_yuan_by_the_length_of_the_prompt(
    card: RateCard, size: int, rates: tuple[str, str]
) -> None:
    service = Service("volcengine", "doubao-seed-2-0-pro-260215")
    quote = card.quote(service, NOON, Tokens(input=size, output=100), 0)
    assert (quote.amount_pico, quote.rate and quote.rate.currency) == (
        pico((size, rates[0]), (100, rates[1])),
        "CNY",
    )


@pytest.mark.parametrize(
    ("service", "size", "rates"),
    [
        (Service("moonshotai-cn", "kimi-k3"), 9_000, ("20", "2", "100")),
        (Service("kimi-cn", "kimi-k2.7-code"), 9_000, ("6.5", "1.3", "27")),
        (Service("minimax-cn", "MiniMax-M3"), 512_000, ("2.1", "0.42", "8.4")),
        (Service("minimax-cn", "MiniMax-M3"), 512_001, ("4.2", "0.84", "16.8")),
        (Service("zhipuai", "glm-5.3"), 9_000, ("8", "2", "28")),
    ],
)
def test_a_platform_in_china_has_its_own_prices_in_yuan(
    card: RateCard, service: Service, size: int, rates: tuple[str, str, str]
) -> None:
    quote = card.quote(service, NOON, Tokens(input=size - 2000, cache_read=2000, output=700), 0)
    assert (quote.amount_pico, quote.rate and quote.rate.currency) == (
        pico((size - 2000, rates[0]), (2000, rates[1]), (700, rates[2])),
        "CNY",
    )


@pytest.mark.parametrize("model", ["glm-4.5-flash", "glm-4.6v-flash", "glm-4.7-flash"])
def test_a_model_that_its_vendor_gives_away_is_free_and_says_so(card: RateCard, model: str) -> None:
    quote = card.quote(Service("z-ai", model), NOON, ALL_KINDS, 0)
    assert (quote.amount_pico, quote.rate and quote.rate.note) == (0, "free")


@pytest.mark.parametrize(
    ("moment", "dollars", "yuan"),
    [
        ("2026-10-16T23:59:59", None, None),
        ("2026-10-17T00:00:00", "0", "0"),
        ("2026-10-31T15:59:59", "0", "0"),
        ("2026-10-31T16:00:00", "0.00075", "0.005"),  # 1 November in Beijing
        ("2026-11-20T02:00:00", "0.00075", "0.005"),  # a peak hour
    ],
)
def test_a_web_search_of_deepseek_costs_from_the_first_of_november_on(
    card: RateCard, moment: str, dollars: str | None, yuan: str | None
) -> None:
    amounts = [
        card.quote(Service(provider, "deepseek-flash"), at(moment), Tokens(), 4).amount_pico
        for provider in ("deepseek", "deepseek-cn")
    ]
    assert amounts == [None if rate is None else pico(searches=(4, rate)) for rate in (dollars, yuan)]


@pytest.mark.parametrize(
    ("moment", "rates"),
    [
        ("2026-04-25T23:59:59", None),
        ("2026-04-26T00:00:00", ("3", "0.025", "6")),
        ("2026-08-16T15:59:59", ("3", "0.025", "6")),
        ("2026-08-16T16:00:00", ("4.5", "0.15", "13.5")),
        ("2026-08-17T02:00:00", ("9", "0.3", "27")),
        ("2026-08-22T02:00:00", ("9", "0.3", "27")),  # the one Saturday
        ("2026-08-29T02:00:00", ("4.5", "0.15", "13.5")),
        ("2026-11-20T00:59:59", ("4.5", "0.15", "13.5")),
        ("2026-11-20T01:00:00", ("9", "0.3", "27")),
    ],
)
def test_deepseek_in_yuan_has_prices_and_peak_hours_of_its_own(
    card: RateCard, moment: str, rates: tuple[str, str, str] | None
) -> None:
    tokens = Tokens(10, 20, 0, 0, 30)
    quote = card.quote(Service("deepseek-cn", "deepseek-v4-pro"), at(moment), tokens, 0)
    assert quote.amount_pico == (
        None if rates is None else pico((10, rates[0]), (20, rates[1]), (30, rates[2]))
    )


@pytest.mark.parametrize(
    ("moment", "rate", "note"),
    [
        ("2026-12-31T01:00:00", "0.3", ""),
        ("2026-12-31T09:59:59", "0.3", ""),
        ("2026-12-31T10:00:00", "0.15", ""),
        ("2027-01-01T00:59:59", "0.15", ""),
        ("2027-01-01T01:00:00", "0.3", "holidays unknown"),  # New Year's Day, a Friday
        ("2027-01-01T10:00:00", "0.15", ""),
        ("2027-01-02T01:00:00", "0.15", ""),  # a Saturday is off-peak in any year
        ("2027-01-04T01:00:00", "0.3", "holidays unknown"),
    ],
)
def test_beyond_the_holiday_calendar_peak_hours_are_charged_and_flagged(
    card: RateCard, moment: str, rate: str, note: str
) -> None:
    quote = card.quote(Service("deepseek", "deepseek-flash"), at(moment), Tokens(input=1000), 0)
    assert (quote.amount_pico, quote.rate and quote.rate.note) == (pico((1000, rate)), note)


def test_a_flagged_peak_price_has_a_row_of_its_own(card: RateCard) -> None:
    rates = [
        card.quote(Service("deepseek", "deepseek-flash"), at(moment), Tokens(), 0).rate
        for moment in ("2026-12-31T02:00:00", "2027-01-04T02:00:00")
    ]
    key = "deepseek/deepseek-flash/2026-10-31T16:00:00Z/standard/peak"
    assert [rate and rate.key for rate in rates] == [key, f"{key}/holidays-unknown"]

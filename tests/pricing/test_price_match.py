"""Which model an id means, who bills it, and what stays unpriced instead of guessed."""

from __future__ import annotations

import json

import pytest

from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.pricing.card import RateCard
from token_tracker.pricing.match import respellings
from token_tracker.pricing.match import rule_fit
from token_tracker.pricing.match import spellings
from token_tracker.pricing.section import DATA

from .expected_money import at
from .expected_money import pico

NOON = at("2026-11-20T12:00:00")


def found(card: RateCard, provider: str, model: str) -> str | None:
    """Give `provider/id` of the row that prices a model, None when nothing does."""
    rate = card.quote(Service(provider, model), NOON, Tokens(), 0).rate
    return rate and f"{rate.provider}/{rate.model}"


@pytest.mark.parametrize(
    ("provider", "model", "expected"),
    [
        ("anthropic", "claude-opus-5-5", "anthropic/claude-opus-5-5"),
        ("anthropic", "Claude-Opus-5-5", "anthropic/claude-opus-5-5"),
        ("anthropic", " claude-opus-5-5 ", "anthropic/claude-opus-5-5"),
        ("anthropic", "claude-opus-5-5[1m]", "anthropic/claude-opus-5-5"),
        ("anthropic", "claude-opus-5-5-20260921", "anthropic/claude-opus-5-5"),
        ("anthropic", "claude-opus-5-5-20260921[1m]", "anthropic/claude-opus-5-5"),
        ("anthropic", "claude-opus-5-5-2026-09-21", "anthropic/claude-opus-5-5"),
        ("anthropic", "claude-opus-5-5@20260921", "anthropic/claude-opus-5-5"),
        ("anthropic", "claude-opus-5-5@latest", "anthropic/claude-opus-5-5"),
        ("anthropic", "claude-opus-5-5@default", "anthropic/claude-opus-5-5"),
        ("anthropic", "anthropic/claude-opus-5-5", "anthropic/claude-opus-5-5"),
        ("anthropic", "anthropic/claude-opus-5.5:thinking", "anthropic/claude-opus-5-5"),
        ("anthropic", "anthropic/claude-opus-5.5:beta", "anthropic/claude-opus-5-5"),
        ("anthropic", "us.anthropic.claude-opus-5-5-v1:0", "anthropic/claude-opus-5-5"),
        ("anthropic", "eu.anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic/claude-sonnet-4-5"),
        ("anthropic", "global.anthropic.claude-opus-4-8-v1:0", "anthropic/claude-opus-4-8"),
        ("anthropic", "anthropic.claude-haiku-4-5-20251001-v1:0", "anthropic/claude-haiku-4-5"),
        ("anthropic", "claude-opus-4-20250514", "anthropic/claude-opus-4-0"),
        ("anthropic", "claude-3-5-haiku-latest", "anthropic/claude-3-5-haiku-latest"),
        ("anthropic", "claude-sonnet-4-6-latest", "anthropic/claude-sonnet-4-6"),
        ("aws", "global.anthropic.claude-opus-4-8-v1:0", "aws/global.anthropic.claude-opus-4-8-v1:0"),
        ("bedrock", "us.anthropic.claude-opus-4-8-v1:0", "aws/regional.anthropic.claude-opus-4-8-v1:0"),
        ("aws", "us.anthropic.claude-opus-5-20260723-v1:0", "aws/regional.anthropic.claude-opus-5"),
        (
            "aws",
            "arn:aws:bedrock:us-east-1:1:inference-profile/global.anthropic.claude-opus-4-6-v1",
            "aws/global.anthropic.claude-opus-4-6-v1:0",
        ),
        ("openrouter", "anthropic/claude-opus-4.5", "openrouter/anthropic/claude-opus-4.5"),
        ("openrouter", "anthropic/claude-opus-4.5-20251101", "openrouter/anthropic/claude-opus-4.5"),
        ("openrouter", "openrouter/anthropic/claude-opus-4.5", "openrouter/anthropic/claude-opus-4.5"),
        ("openrouter", "claude-opus-4-5-20251101", "openrouter/anthropic/claude-opus-4.5"),
        ("openrouter", "openrouter/claude-opus-4-5", "openrouter/anthropic/claude-opus-4.5"),
        ("openrouter", "OpenRouter/Claude-Opus-4-5", "openrouter/anthropic/claude-opus-4.5"),
        ("openrouter", "glm-4-32b", "openrouter/glm-4-32b"),
        ("openrouter", "gpt-5", "openrouter/openai/gpt-5"),
        ("openrouter", "kimi-k3", "openrouter/moonshotai/kimi-k3"),
        ("openrouter", "anthropic/claude-opus-4.6-fast", "openrouter/anthropic/claude-opus-4.6-fast"),
        ("openai", "gpt-5-codex", "openai/gpt-5"),
        ("openai", "openai/gpt-5-2025-08-07", "openai/gpt-5"),
        ("openai", "gpt-6-astra-2026-09-08", "openai/gpt-6-astra"),
        ("google", "models/gemini-3.5-flash", "google/gemini-3.5-flash"),
        ("gemini", "gemini-3.5-flash-001", "google/gemini-3.5-flash"),
        ("google", "claude-opus-5-5@20260921", "google/claude-opus-5-5"),
        ("google", "claude-2", "anthropic/claude-2"),
        ("azure", "gpt-5", "openai/gpt-5"),
        ("azure", "grok-4.7", "xai/grok-4.7"),
        ("moonshotai", "kimi-k3", "kimi/kimi-k3"),
        ("kimi", "kimi-k2-turbo-preview", "kimi/kimi-k2-turbo-preview"),
        ("x-ai", "grok-4.7-20261001", "xai/grok-4.7"),
        ("z-ai", "GLM-5.3", "zai/GLM-5.3"),
        ("minimax", "minimax-m2.5-highspeed", "minimax/MiniMax-M2.5-highspeed"),
        ("", "claude-opus-5-5", "anthropic/claude-opus-5-5"),
        ("", "glm-5.3", "zai/GLM-5.3"),
        ("", "deepseek-v4-pro", "deepseek/deepseek-v4-pro"),
        ("", "openai/gpt-5.4", "openai/gpt-5.4"),
        ("", "anthropic/claude-sonnet-4.5", "anthropic/claude-sonnet-4-5"),
        ("", "moonshotai/kimi-k2-0905-preview", "kimi/kimi-k2-0905-preview"),
        ("", "z-ai/glm-4.6", "zai/GLM-4.6"),
        ("", "qwen/qwen3-coder", "qwen/qwen3-coder-480b-a35b-instruct"),
        ("", "qwen/qwen3-coder-plus-2025-09-23", "qwen/qwen3-coder-plus"),
        ("openai", "gpt-5.4 (xhigh)", "openai/gpt-5.4"),
        ("openai", "gpt-5.4-high", "openai/gpt-5.4"),
        ("openai", "gpt-5-4", "openai/gpt-5.4"),
        ("openai", "gpt-5.1-codex-max-xhigh", "openai/gpt-5.1"),
        ("anthropic", "claude-opus-4-6-thinking", "anthropic/claude-opus-4-6"),
        ("anthropic", "claude-4.5-opus-high-thinking", "anthropic/claude-opus-4-5"),
        ("anthropic", "claude-4-sonnet", "anthropic/claude-sonnet-4-0"),
        ("kimi", "kimi-k2-5", "kimi/kimi-k2.5"),
        ("kimi", "kimi-k2.6-thinking", "kimi/kimi-k2.6"),
        ("zai", "glm-4-6", "zai/GLM-4.6"),
        ("xai", "grok-4-6", "xai/grok-4.6"),
        ("google", "gemini-3.1-pro-preview-customtools", "google/gemini-3.1-pro-preview-customtools"),
        ("deepseek", "deepseek-v4-pro-0813", "deepseek/deepseek-v4-pro"),
        ("deepseek", "deepseek-v4.1-flash", "deepseek/deepseek-flash"),
        ("volcengine", "doubao-seed-2-1-pro-260915", "doubao/doubao-seed-2-1-pro"),
        ("ark", "doubao-seed-2.0-code", "doubao/doubao-seed-2-0-code"),
        ("openrouter", "anthropic/claude-opus-4.5:free", "openrouter/anthropic/claude-opus-4.5:free"),
    ],
)
def test_an_id_finds_its_model_in_every_spelling(
    card: RateCard, provider: str, model: str, expected: str
) -> None:
    assert found(card, provider, model) == expected


@pytest.mark.parametrize(
    ("provider", "model"),
    [
        ("anthropic", "claude-opus-4-6-fast"),
        ("anthropic", "claude-opus-4-6-mini-20260205"),
        ("anthropic", "claude-opus-4-60"),
        ("anthropic", "claude-opus-9"),
        ("anthropic", "claude"),
        ("anthropic", ""),
        ("anthropic", "gpt-5"),
        ("anthropic", "my-claude-2"),
        ("anthropic", "claude-opus-5-5:free"),
        ("anthropic", "claude-opus-5-5[2m]"),
        ("openai", "gpt-5-ultra"),
        ("openai", "ft:gpt-4o-2024-08-06:acme::abc"),
        ("deepseek", "deepseek-v4-flash-audio-exp"),
        ("deepseek", "deepseek-r1-distill-llama-70b"),
        ("google", "gemini-3.5-flash-8b"),
        ("google", "claude-opus-5-5-fast"),
        ("openrouter", "anthropic/claude-opus-4.5:nitro"),
        ("openrouter", "claude-opus-4-5-fast"),
        ("openrouter", "nonesuch"),
        ("openrouter", "gpt-oss-120b"),
        ("xai", "grok-4.7-fast"),
        ("kimi", "kimi-for-coding"),
        ("kimi", "kimi-latest"),
        ("kimi-cn", "kimi-k3-turbo"),
        ("vllm", "qwen3-coder-plus"),
        ("deepinfra", "moonshotai/kimi-k2.6"),
        ("opencode", "big-pickle"),
        ("litellm", "house-1"),
        ("groq", "claude-opus-5-5"),
        ("aws", "eu.anthropic.claude-2"),
        ("qwen", "qwen-plus"),
        ("", "some-model"),
    ],
)
def test_an_id_that_matches_only_in_part_is_unpriced(card: RateCard, provider: str, model: str) -> None:
    assert found(card, provider, model) is None


@pytest.mark.parametrize(
    ("model", "default", "expected"),
    [
        ("claude-opus-5-5", "openai", "anthropic"),
        ("Claude-Opus-5-5", "", "anthropic"),
        ("gpt-6-astra", "anthropic", "openai"),
        ("o3-mini", "", "openai"),
        ("codex-mini-latest", "", "openai"),
        ("gemini-4-argon", "", "google"),
        ("kimi-k3", "anthropic", "kimi"),
        ("MiniMax-M3", "anthropic", "minimax"),
        ("glm-5.3", "anthropic", "zai"),
        ("qwen3-coder-plus", "", "qwen"),
        ("deepseek-v4-pro", "anthropic", "deepseek"),
        ("grok-4.7", "", "xai"),
        ("devstral-medium", "", "mistral"),
        ("doubao-seed-1.6", "", "doubao"),
        ("gpt-oss-120b", "groq", "groq"),
        ("gpt-oss-120b", "OpenAI", "openai"),
        ("anthropic/claude-opus-4.5", "openai", "anthropic"),
        ("moonshotai/kimi-k3", "", "kimi"),
        ("openrouter/anthropic/claude-opus-4.5", "", "openrouter"),
        ("ollama/qwen3:8b", "", "ollama"),
        ("somebody/claude-opus-4.5", "", "anthropic"),
        ("models/somebody/gpt-5", "", "openai"),
        ("accounts/fireworks/models/glm-5.3", "", "zai"),
        ("us.anthropic.claude-opus-4-8-v1:0", "anthropic", "aws"),
        ("anthropic.claude-opus-4-8-v1:0", "anthropic", "aws"),
        ("arn:aws:bedrock:us-east-1:1:inference-profile/x", "anthropic", "aws"),
        ("unheard-of", "anthropic", "anthropic"),
        ("unheard-of", "", ""),
        ("claude-opus-5-5", "openrouter", "openrouter"),
        ("claude-opus-5-5", "copilot", "github-copilot"),
        ("claude-opus-5-5", "ollama", "ollama"),
    ],
)
def test_who_bills_follows_the_id_then_its_family_then_the_host(
    card: RateCard, model: str, default: str, expected: str
) -> None:
    assert card.provider_of(model, default) == expected


@pytest.mark.parametrize(
    ("biller", "model", "priced_by"),
    [
        ("azure", "claude-2", "anthropic/claude-2"),
        ("aws", "anthropic.claude-2", "anthropic/claude-2"),
        ("github-copilot", "gpt-4.1", "openai/gpt-4.1"),
        ("copilot", "claude-sonnet-4.5", "anthropic/claude-sonnet-4-5"),
        ("cursor", "claude-4.5-sonnet-thinking", "anthropic/claude-sonnet-4-5"),
        ("openrouter", "anthropic/claude-fable-5-2", "anthropic/claude-fable-5-2"),
        ("litellm", "gpt-5.4", "openai/gpt-5.4"),
        ("opencode", "kimi-k2.6", "kimi/kimi-k2.6"),
        ("my-gateway", "z-ai/glm-4.6", "zai/GLM-4.6"),
        (
            "my-gateway",
            "bedrock/us.anthropic.claude-opus-4-8-v1:0",
            "aws/regional.anthropic.claude-opus-4-8-v1:0",
        ),
        ("my-gateway", "global.anthropic.claude-opus-4-8-v1:0", "aws/global.anthropic.claude-opus-4-8-v1:0"),
        ("my-gateway", "groq/llama-3.3-70b-versatile", "groq/llama-3.3-70b-versatile"),
        ("my-gateway", "azure/gpt-5.4", "openai/gpt-5.4"),
    ],
)
def test_who_has_no_price_of_their_own_is_priced_at_the_vendors_list(
    card: RateCard, biller: str, model: str, priced_by: str
) -> None:
    rate = card.quote(Service(biller, model), NOON, Tokens(), 0).rate
    assert rate is not None
    known_as = {"copilot": "github-copilot"}.get(biller, biller)
    assert (f"{rate.provider}/{rate.model}", rate.list_price_for) == (priced_by, known_as)


@pytest.mark.parametrize(
    ("biller", "model"),
    [
        ("openai", "gpt-5.4"),
        ("", "gpt-5.4"),
        ("github-copilot", "gpt-5.4"),
        ("openrouter", "openai/gpt-5.4"),
        ("bedrock", "us.anthropic.claude-opus-4-8-v1:0"),
        ("vertex", "claude-opus-5-5@20260921"),
    ],
)
def test_a_biller_with_a_price_of_its_own_is_priced_at_that(card: RateCard, biller: str, model: str) -> None:
    rate = card.quote(Service(biller, model), NOON, Tokens(), 0).rate
    assert rate is not None
    assert rate.list_price_for == ""


def test_a_list_price_that_stands_in_says_for_whom(card: RateCard) -> None:
    rate = card.quote(Service("litellm", "gpt-5.4"), NOON, Tokens(input=1), 0).rate
    assert rate is not None
    assert (rate.key, rate.input, rate.list_price_for) == (
        "openai/gpt-5.4/always/standard/list-price-for-litellm",
        "2.5",
        "litellm",
    )


def test_what_a_gateway_takes_for_other_terms_is_not_known(card: RateCard) -> None:
    amounts = [
        card.quote(Service(biller, "gpt-5", tier="flex"), NOON, Tokens(input=8), 0).amount_pico
        for biller in ("openai", "litellm")
    ]
    assert amounts == [pico((8, "0.625")), None]


@pytest.mark.parametrize(
    ("service", "name"),
    [
        (Service("anthropic", "claude-opus-5-5[1m]"), "Claude Opus 5.5"),
        (Service("", "claude-opus-5-5"), "Claude Opus 5.5"),
        (Service("kimi", "kimi-k3.1-pro"), "kimi-k3.1-pro"),
        (Service("anthropic", "claude-nonesuch"), "claude-nonesuch"),
        (Service("ollama", "qwen3:8b"), "qwen3:8b"),
    ],
)
def test_a_service_is_named_by_the_card_or_as_logged(card: RateCard, service: Service, name: str) -> None:
    assert card.name_of(service) == name


def test_the_nearest_of_an_id_with_its_path_are_those_of_its_last_part(card: RateCard) -> None:
    wanted = card.nearest("gpt-5-codxe", 6)
    assert (len(wanted), card.nearest("openrouter/openai/gpt-5-codxe", 6)) == (6, wanted)


def test_the_nearest_known_ids_are_named_closest_first(card: RateCard) -> None:
    assert card.nearest("Claude-Opus-55") == ["claude-opus-5-5", "claude-opus-5", "claude-opus-4-5"]


def test_as_many_nearest_ids_are_named_as_asked_for(card: RateCard) -> None:
    assert card.nearest("openrouter/anthropic/claude-opus-55", 1) == ["claude-opus-5-5"]


def test_ids_that_hold_the_word_come_before_those_that_look_like_it(card: RateCard) -> None:
    assert card.nearest("Opus", 4) == ["claude-3-opus", "claude-4-opus", "claude-opus-5", "claude-opus-4-0"]


def test_an_id_that_is_held_and_alike_is_named_once(card: RateCard) -> None:
    assert card.nearest("claude-opus-5") == ["claude-opus-5", "claude-opus-5-5", "claude-opus-4-5"]


def test_nothing_is_near_to_no_text(card: RateCard) -> None:
    assert card.nearest("") == []


def test_nothing_is_near_to_nonsense(card: RateCard) -> None:
    assert card.nearest("??????????") == []


def test_resellers_ids_are_not_suggested(card: RateCard) -> None:
    assert card.nearest("anthropic.claude-opus-4-8-v1:0") == [
        "claude-opus-4-8",
        "claude-opus-4-1",
        "claude-opus-4-0",
    ]


@pytest.mark.parametrize(
    ("rule", "text", "fit"),
    [
        (["equals", "m-1"], "m-1", 3),
        (["equals", "m-1"], "m-1-latest", 0),
        (["starts_with", "m-1"], "m-1", 3),
        (["starts_with", "m-1"], "m-1-20260101", 3),
        (["starts_with", "m-1"], "m-1-2026-01-01", 3),
        (["starts_with", "m-1"], "m-1@20260101", 3),
        (["starts_with", "m-1"], "m-1-0528", 3),
        (["starts_with", "m-1"], "m-1-05-20", 3),
        (["starts_with", "m-1"], "m-1-preview-09-2025", 3),
        (["starts_with", "m-1"], "m-1-latest", 3),
        (["starts_with", "m-1"], "m-1-002", 3),
        (["starts_with", "m-1"], "m-1-v2", 3),
        (["starts_with", "m-1"], "m-1-20260101-v1:0", 3),
        (["starts_with", "m-1"], "m-1-1305", 0),
        (["starts_with", "m-1"], "m-1-120", 0),
        (["starts_with", "m-1"], "m-1-20261301", 0),
        (["starts_with", "m-1"], "m-1-fast", 0),
        (["starts_with", "m-1"], "m-10", 0),
        (["starts_with", "m-1"], "xm-1", 0),
        (["starts_with", "m-1-2026"], "m-1-20260101", 3),
        (["starts_with", "m-1@"], "m-1@20260101", 3),
        (["starts_with", "m-1-"], "m-1-fast", 0),
        (["starts_with", "m-0"], "m-0-latest", 3),
        (["contains", "m-1"], "us.anthropic.m-1-v1:0", 3),
        (["contains", "m-1"], "vendor/m-1", 3),
        (["contains", "m-1"], "arn:aws:bedrock:x:1:y/eu.m-1", 3),
        (["contains", "m-1"], "super-m-1", 0),
        (["contains", "m-1"], "vendor/m-1-fast", 0),
        (["contains", "m-1"], "n-1", 0),
        (["ends_with", "m-1"], "global.anthropic.m-1", 3),
        (["ends_with", "m-1"], "my-m-1", 0),
        (["ends_with", "m-1"], "m-1-latest", 0),
        (["regex", r"^m-\d{8}$"], "m-20260101", 10),
        (["regex", r"^m-\d{8}$"], "m-2026", 0),
        (["regex", r"^m-\d"], "m-001", 3),
        (["regex", r"^m-\d"], "m-8b", 0),
        (["regex", r"m-\d"], "my-m-1", 0),
        (["or", ["equals", "a"], ["starts_with", "m-1"]], "m-1-latest", 3),
        (["or", ["equals", "a"], ["equals", "b"]], "c", 0),
        (["and", ["starts_with", "m-1"], ["regex", "^(?!.*-tts)"]], "m-1-latest", 3),
        (["and", ["starts_with", "m-1"], ["regex", "^(?!.*-tts)"]], "m-1-tts", 0),
        (
            ["and", ["starts_with", "m-1"], ["or", ["contains", "x"], ["ends_with", "latest"]]],
            "m-1-latest",
            3,
        ),
        (["and", ["starts_with", "m-1"], ["equals", "m-2"]], "m-1", 0),
        (["and", ["contains", "m-1"], ["and", ["starts_with", "m"], ["ends_with", "z"]]], "m-1", 0),
    ],
)
def test_a_rule_is_accepted_only_when_the_rest_is_a_date_or_a_version(
    rule: list[object], text: str, fit: int
) -> None:
    assert rule_fit(rule, text) == fit


def test_no_other_way_to_write_a_known_id_is_the_id_of_another_price() -> None:
    tables = [json.loads((DATA / name).read_bytes()) for name in ("genai_prices.json", "vendor_prices.json")]
    sections = [section for table in tables for section in table["providers"].items()]
    rows = {
        (provider, model["id"].lower()): model["rows"]
        for provider, section in sections
        for model in section["models"]
    }
    mistakable = {
        (provider, text, other)
        for provider, text in rows
        for other in respellings([text], provider)
        if rows.get((provider, other), rows[provider, text]) != rows[provider, text]
    }
    # Found as it stands, before any other way to write it is tried.
    assert mistakable == {("kimi", "kimi-k2-thinking", "kimi-k2")}


@pytest.mark.parametrize(
    ("text", "provider", "others"),
    [
        ("gpt-5.4", "openai", ["gpt-5-4"]),
        ("gpt-5.4 (xhigh)", "openai", ["gpt-5.4", "gpt-5-4"]),
        ("gpt-5.4-high (thinking)", "openai", ["gpt-5.4", "gpt-5-4"]),
        ("gpt-4-1106", "openai", []),
        ("gpt-5.1-codex-max", "openai", ["gpt-5-1-codex-max"]),
        ("claude-4-sonnet", "anthropic", ["claude-sonnet-4"]),
        ("kimi-k2-5", "kimi", ["kimi-k2.5"]),
        ("qwen3-vl-8b-thinking", "qwen", []),
        ("moonshotai/kimi-k2-thinking", "openrouter", []),
        ("moonshotai/kimi-k2-thinking", "litellm", ["moonshotai/kimi-k2"]),
    ],
)
def test_other_ways_to_write_an_id_leave_out_effort_and_change_dots_and_dashes(
    text: str, provider: str, others: list[str]
) -> None:
    assert respellings([text], provider) == others


def test_spellings_go_from_the_most_literal_to_the_barest() -> None:
    assert spellings("us.anthropic.Claude-Sonnet-4-5-20250929-v1:0", "anthropic") == [
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "claude-sonnet-4-5-20250929-v1:0",
        "claude-sonnet-4-5-20250929",
        "claude-sonnet-4-5",
    ]


def test_amazons_region_stays_because_it_is_part_of_what_is_priced() -> None:
    assert spellings("us.anthropic.claude-sonnet-4-5-20250929-v1:0", "aws") == [
        "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
        "us.anthropic.claude-sonnet-4-5-20250929",
        "us.anthropic.claude-sonnet-4-5",
    ]


def test_openrouters_suffixes_stay_because_they_are_priced_apart() -> None:
    assert spellings("openrouter/Google/Gemma-3:free[1m]", "openrouter", "google") == [
        "openrouter/google/gemma-3:free[1m]",
        "openrouter/google/gemma-3:free",
        "google/gemma-3:free",
    ]


def test_a_bare_id_on_openrouter_is_looked_up_with_its_vendor_and_dots() -> None:
    assert spellings("claude-opus-4-5-20251101", "openrouter", "anthropic") == [
        "claude-opus-4-5-20251101",
        "anthropic/claude-opus-4-5-20251101",
        "anthropic/claude-opus-4.5-20251101",
        "anthropic/claude-opus-4.5",
        "claude-opus-4-5",
    ]


def test_a_bare_id_of_no_known_vendor_stays_bare() -> None:
    assert spellings("mystery-20251101", "openrouter") == ["mystery-20251101", "mystery"]

"""Every model that genai-prices knows, priced by both engines.

The library is the second opinion: an unexplained difference is a bug of ours or a change
of theirs. The differences that are accepted are listed here with their reasons.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from genai_prices import Usage
from genai_prices import types
from genai_prices.data_snapshot import get_snapshot

from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.pricing.card import RateCard
from token_tracker.pricing.published import PROVIDERS
from token_tracker.pricing.published import is_free
from token_tracker.pricing.section import DATA

REPOSITORY = Path(__file__).parents[2]
UPSTREAM = {provider.id: provider for provider in get_snapshot().providers}
TODAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
BATCH = {"processing": "batch"}

NOT_CARRIED = {
    "hours of the day without weekday or date; the overlay prices these": {
        "deepseek/deepseek-chat", "deepseek/deepseek-flash", "deepseek/deepseek-reasoner",
        "deepseek/deepseek-v4-flash", "deepseek/deepseek-v4-pro",
    },
    "no price at all, and no word that it is free": {
        "cerebras/qwen-3-coder-480b", "openai/moderation",
        "openrouter/gemini-2.5-pro-exp-03-25", "openrouter/google/gemini-flash-1.5-8b-exp",
        "openrouter/google/lyria-3-clip-preview", "openrouter/google/lyria-3-pro-preview",
        "openrouter/stealth/crouton-alpha",
    },
    "inside the Copilot subscription, without a rate": {
        "github-copilot/gpt-3.5-turbo", "github-copilot/gpt-4.1",
        "github-copilot/gpt-4o", "github-copilot/gpt-4o-mini",
    },
    "billed by pages, characters, hours or messages, which our events do not count": {
        "groq/canopylabs/orpheus-arabic-saudi", "groq/canopylabs/orpheus-v1-english",
        "groq/whisper-large-v3", "groq/whisper-large-v3-turbo",
        "mistral/mistral-ocr-2503", "mistral/mistral-ocr-2505", "mistral/mistral-ocr-2512",
        "mistral/mistral-ocr-4-0", "mistral/mistral-ocr-4-1", "mistral/mistral-ocr-latest",
        "mistral/voxtral-mini-2602", "mistral/voxtral-mini-transcribe-3-0",
        "mistral/voxtral-mini-transcribe-realtime-2602", "mistral/voxtral-mini-transcribe-realtime-3-0",
        "mistral/voxtral-small-transcribe-3-0",
        "openai/gpt-live-1", "openai/gpt-live-transcribe", "openai/gpt-realtime-translate",
        "openai/gpt-realtime-whisper", "openai/gpt-transcribe", "openai/tts-1", "openai/tts-1-hd",
        "openai/whisper-1",
        "x-ai/grok-voice-latest", "x-ai/grok-voice-think-fast-1.0", "x-ai/grok-voice-think-fast-2.0",
    },
    "output and reasoning at different prices, while our reasoning is inside output": {
        "openrouter/perplexity/sonar-deep-research",
    },
}  # fmt: skip


def make_price_snapshot() -> ModuleType:
    """Load the developer's script, which is no module of the package."""
    spec = importlib.util.spec_from_file_location(
        "make_price_snapshot", REPOSITORY / "scripts/dev/make_price_snapshot.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


SCRIPT = make_price_snapshot()
CARRIED = [
    (upstream_id, ours, model)
    for upstream_id, ours in PROVIDERS.items()
    for model in UPSTREAM[upstream_id].models
    if f"{upstream_id}/{model.id}" not in set().union(*NOT_CARRIED.values())
]


def exact_ids(model: types.ModelInfo) -> list[str]:
    """List the ids a model's rule names in full, else those that start or end its ids."""

    def walk(clause: object) -> list[tuple[str, str]]:
        match clause:
            case types.ClauseOr():
                return [pair for part in clause.or_ for pair in walk(part)]
            case types.ClauseAnd():
                return walk(clause.and_[0])
            case types.ClauseEquals():
                return [("equals", clause.equals)]
            case types.ClauseRegex():
                return []
        ((_, text),) = vars(clause).items()
        return [("part", text)]

    pairs = walk(model.match)
    return [text for kind, text in pairs if kind == "equals"] or [text for _, text in pairs]


def ids_of(upstream_id: str, model: types.ModelInfo) -> list[str]:
    """List the ids for which upstream itself finds this model and no other."""
    return _ids_of(upstream_id)[id(model)]


@cache
def _ids_of(upstream_id: str) -> dict[int, list[str]]:
    """Ask upstream once for all its models; they are told apart as objects, and live as long as it."""
    provider = UPSTREAM[upstream_id]
    return {
        id(model): [text for text in exact_ids(model) if provider.find_model(text) is model]
        for model in provider.models
    }


def moments(model: types.ModelInfo) -> list[datetime]:
    """Give today and both sides of midnight of every day a row or variant starts."""
    rows = model.prices if isinstance(model.prices, list) else []
    constraints = [row.constraint for row in rows] + [
        variant.constraint for variant in model.price_variants or []
    ]
    days = {c.start_date for c in constraints if isinstance(c, types.StartDateConstraint)}
    starts = [datetime(day.year, day.month, day.day, tzinfo=UTC) for day in sorted(days)]
    return [TODAY, *(moment for start in starts for moment in (start - SECOND, start))]


def prompts(prices: types.ModelPrice) -> list[int]:
    """Give prompt sizes on both sides of every tier, and an ordinary one."""
    tiered = [price for price in vars(prices).values() if isinstance(price, types.TieredPrices)]
    starts = {tier.start for price in tiered for tier in price.tiers}
    return [9001, *(size for start in sorted(starts) for size in (start, start + 1))]


def usage_of(prices: types.ModelPrice, prompt: int) -> tuple[Tokens, int]:
    """Give tokens of every kind that the row has a price for; the counts differ by kind."""
    priced = {key for key, price in vars(prices).items() if price is not None}
    free = not priced
    read = 1009 if free or "cache_read_mtok" in priced else 0
    write_5m = 503 if free or "cache_write_mtok" in priced else 0
    write_1h = 251 if free or "cache_write_1h_mtok" in priced else 0
    output = 777 if free or "output_mtok" in priced else 0
    searches = 5 if "web_searches_kcount" in priced else 0
    fresh = prompt - read - write_5m - write_1h
    return Tokens(fresh, read, write_5m, write_1h, output, reasoning=output // 2), searches


def upstream_pico(
    upstream_id: str,
    model: types.ModelInfo,
    moment: datetime,
    used: tuple[Tokens, int],
    context: dict[str, str],
) -> Decimal:
    """Price with the library, in 10^-12 USD."""
    tokens, searches = used
    usage = Usage(
        input_tokens=tokens.prompt,
        cache_read_tokens=tokens.cache_read,
        cache_write_tokens=tokens.cache_write_5m + tokens.cache_write_1h,
        cache_write_1h_tokens=tokens.cache_write_1h,
        output_tokens=tokens.output,
        web_searches=searches,
    )
    priced = model.calc_price(
        usage, UPSTREAM[upstream_id], genai_request_timestamp=moment, price_context=context
    )
    return priced.total_price * 10**12


def ms(moment: datetime) -> int:
    return int(moment.timestamp()) * 1000


def service_of(provider: str, model_id: str, context: dict[str, str]) -> Service:
    """Say a price context in our words."""
    tier = "batch" if context == BATCH else context.get("service_tier", "standard")
    speed = "standard"
    if tier == "fast":
        tier, speed = "standard", "fast"
    return Service(provider, model_id, tier, context.get("speed", speed))


def contexts(model: types.ModelInfo) -> list[dict[str, str]]:
    """Give each context that a variant of the model answers, without the standard one."""
    whens = [variant.when for variant in model.price_variants or []]
    known = [when for when in whens if set(when) <= {"processing", "service_tier", "speed"}]
    return [dict(pairs) for pairs in dict.fromkeys(tuple(when.items()) for when in known)]


def starts_by(model: types.ModelInfo, context: dict[str, str], moment: datetime) -> bool:
    """Tell whether a variant for the context is in force."""
    variants = [variant for variant in model.price_variants or [] if variant.when == context]
    return any(variant.constraint is None or variant.constraint.active(moment) for variant in variants)


def test_the_snapshot_is_what_the_script_makes_of_the_installed_library() -> None:
    shipped = (DATA / "genai_prices.json").read_text(encoding="utf-8")
    assert shipped == SCRIPT.snapshot_text(json.loads(shipped)["checked_on"])


def test_the_snapshot_names_its_source_and_version() -> None:
    shipped = json.loads((DATA / "genai_prices.json").read_bytes())
    assert (shipped["source"], shipped["source_version"], shipped["schema"]) == (
        "genai-prices",
        importlib.metadata.version("genai-prices"),
        1,
    )


def test_every_upstream_model_is_carried_or_listed_with_a_reason() -> None:
    shipped = json.loads((DATA / "genai_prices.json").read_bytes())["providers"]
    missing = {
        f"{upstream_id}/{model.id}"
        for upstream_id, ours in PROVIDERS.items()
        for model in UPSTREAM[upstream_id].models
        if model.id not in {entry["id"] for entry in shipped[ours]["models"]}
    }
    assert missing == set().union(*NOT_CARRIED.values())


def test_only_a_shadowed_upstream_model_has_no_id_to_ask_for() -> None:
    unreachable = {
        f"{upstream_id}/{model.id}" for upstream_id, _, model in CARRIED if not ids_of(upstream_id, model)
    }
    assert unreachable == set()


@pytest.mark.parametrize("upstream_id", sorted(PROVIDERS))
def test_every_id_that_upstream_names_finds_the_same_model(card: RateCard, upstream_id: str) -> None:
    differing = [
        (model_id, model.id, found.rate and found.rate.model)
        for provider_id, ours, model in CARRIED
        if provider_id == upstream_id
        for model_id in ids_of(upstream_id, model)
        for found in [card.quote(Service(ours, model_id), ms(TODAY), Tokens(), 0)]
        if found.rate is None or found.rate.model != model.id
    ]
    assert differing == []


@pytest.mark.parametrize("upstream_id", sorted(PROVIDERS))
def test_standard_prices_agree_at_every_date_and_tier(card: RateCard, upstream_id: str) -> None:
    compared = 0
    differing = []
    for provider_id, ours, model in CARRIED:
        for model_id in ids_of(upstream_id, model)[:1] if provider_id == upstream_id else ():
            for moment in moments(model):
                prices = model.get_prices(moment)
                for prompt in prompts(prices):
                    tokens, searches = usage_of(prices, prompt)
                    expected = upstream_pico(upstream_id, model, moment, (tokens, searches), {})
                    actual = card.quote(Service(ours, model_id), ms(moment), tokens, searches).amount_pico
                    compared += 1
                    differing += (
                        [(model_id, moment, prompt, expected, actual)] if actual != round(expected) else []
                    )
    assert (differing, compared > 0) == ([], True)


@pytest.mark.parametrize("upstream_id", ["anthropic", "google", "groq", "mistral", "openai", "x-ai"])
def test_variant_prices_agree_from_the_day_they_start(card: RateCard, upstream_id: str) -> None:
    compared = 0
    differing = []
    for provider_id, ours, model in CARRIED:
        for context in contexts(model) if provider_id == upstream_id else ():
            service = service_of(ours, ids_of(upstream_id, model)[0], context)
            for moment in moments(model):
                prices = model.get_prices(moment, context)
                for prompt in prompts(prices):
                    tokens, searches = usage_of(prices, prompt)
                    # Upstream falls back to the standard price before a variant's first day;
                    # what a batch cost then is not known, so ours is unpriced.
                    known = context == {"service_tier": "default"} or starts_by(model, context, moment)
                    price = upstream_pico(upstream_id, model, moment, (tokens, searches), context)
                    expected = round(price) if known else None
                    actual = card.quote(service, ms(moment), tokens, searches).amount_pico
                    compared += 1
                    differing += [(service, moment, prompt, expected, actual)] if actual != expected else []
    assert (differing, compared > 0) == ([], True)


@pytest.mark.parametrize("upstream_id", sorted(PROVIDERS))
def test_a_kind_without_an_upstream_price_is_unpriced_or_filled_in_by_a_stated_rule(
    card: RateCard, upstream_id: str
) -> None:
    kinds = {
        "cache_read_mtok": Tokens(cache_read=1),
        "cache_write_mtok": Tokens(cache_write_5m=1),
        "cache_write_1h_mtok": Tokens(cache_write_1h=1),
        "output_mtok": Tokens(output=1),
    }
    filled = {
        f"{upstream_id} {kind}"
        for provider_id, ours, model in CARRIED
        if provider_id == upstream_id
        for kind, tokens in kinds.items()
        for prices in [model.get_prices(TODAY)]
        if vars(prices).get(kind) is None and not is_free(model.id, model.name, model.price_comments)
        for model_id in ids_of(upstream_id, model)[:1]
        if card.quote(Service(ours, model_id), ms(TODAY), tokens, 0).amount_pico is not None
    }
    by_rule = {"openai": {"openai cache_write_mtok"}}
    assert filled == by_rule.get(upstream_id, set())


@pytest.mark.parametrize("model_id", ["deepseek-flash", "deepseek-v4-flash", "deepseek-v4-pro"])
@pytest.mark.parametrize("hour", range(24))
def test_deepseek_agrees_on_a_plain_weekday_where_upstream_needs_no_calendar(
    card: RateCard, model_id: str, hour: int
) -> None:
    monday = datetime(2026, 11, 23, hour, 30, tzinfo=UTC)
    model = next(model for model in UPSTREAM["deepseek"].models if model.id == model_id)
    tokens = Tokens(input=8000, cache_read=1009, output=777)
    expected = upstream_pico("deepseek", model, monday, (tokens, 0), {})
    assert card.quote(Service("deepseek", model_id), ms(monday), tokens, 0).amount_pico == expected

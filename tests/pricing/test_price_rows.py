"""The rows of the card as a person sees them: terms, tiers, peak hours, and from when until when."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.pricing.card import RateCard
from token_tracker.pricing.overrides import Override
from token_tracker.pricing.overrides import set_override
from token_tracker.pricing.rate import PeakPrices
from token_tracker.pricing.rate import PriceRow
from token_tracker.pricing.rate import Rate
from token_tracker.pricing.section import DATA
from token_tracker.pricing.window import holds_at
from token_tracker.pricing.window import instant_ms
from token_tracker.pricing.window import instant_text

from .expected_money import at

NOON = at("2026-11-20T12:00:00")


def rates_of(rows: Iterable[PriceRow]) -> list[Rate]:
    """Give every rate of some rows: each with its tiers, then those of its peak hours."""
    return [
        rate
        for row in rows
        for rate in (row.rate, *row.tiers, *((row.peak.rate, *row.peak.tiers) if row.peak else ()))
    ]


def test_all_rows_of_a_model_are_listed_with_tiers_variants_and_dates(card: RateCard) -> None:
    rows = card.rows("anthropic", "claude-opus-4-6")
    assert [(row.rate.key, [tier.key for tier in row.tiers], row.until) for row in rows] == [
        (
            "anthropic/claude-opus-4-6/always/standard",
            ["anthropic/claude-opus-4-6/always/standard/>200000"],
            "2026-03-13",
        ),
        ("anthropic/claude-opus-4-6/2026-03-13/standard", [], ""),
        ("anthropic/claude-opus-4-6/2026-10-14/batch", [], ""),
        ("anthropic/claude-opus-4-6/always/fast", [], "2026-03-13"),
        ("anthropic/claude-opus-4-6/2026-03-13/fast", [], ""),
    ]


def test_a_row_says_its_terms_its_tier_and_its_table(card: RateCard) -> None:
    rates = rates_of(card.rows("anthropic", "claude-opus-4-6"))
    assert [(rate.tier, rate.speed, rate.geo, rate.hours, rate.above, rate.origin) for rate in rates] == [
        ("standard", "standard", "", "", 0, "snapshot"),
        ("standard", "standard", "", "", 200_000, "snapshot"),
        ("standard", "standard", "", "", 0, "snapshot"),
        ("batch", "standard", "", "", 0, "snapshot"),
        ("standard", "fast", "", "", 0, "overlay"),
        ("standard", "fast", "", "", 0, "overlay"),
    ]


@pytest.mark.parametrize(
    ("service", "said"),
    [
        (Service("anthropic", "claude-opus-4-6", geo="us"), ("standard", "standard", "us", "snapshot")),
        (Service("anthropic", "claude-opus-4-7", speed="fast"), ("standard", "fast", "", "overlay")),
        (
            Service("anthropic", "claude-opus-4-7", speed="fast", geo="us"),
            ("standard", "fast", "us", "overlay"),
        ),
        (Service("anthropic", "claude-opus-5", tier="batch"), ("batch", "standard", "", "snapshot")),
        (Service("openai", "gpt-5", tier="flex"), ("flex", "standard", "", "snapshot")),
        (Service("openai", "gpt-5", tier="priority"), ("priority", "standard", "", "snapshot")),
        (Service("openai", "gpt-5.5", speed="fast"), ("standard", "fast", "", "snapshot")),
        (Service("openai", "gpt-5", geo="us"), ("standard", "standard", "", "snapshot")),
        (Service("deepseek", "deepseek-v4-pro"), ("standard", "standard", "", "overlay")),
        (Service("ollama", "qwen3:8b"), ("standard", "standard", "", "overlay")),
    ],
)
def test_the_rate_of_an_event_says_its_terms_and_its_table(
    card: RateCard, service: Service, said: tuple[str, ...]
) -> None:
    rate = card.quote(service, NOON, Tokens(1), 0).rate
    assert rate is not None
    assert (rate.tier, rate.speed, rate.geo, rate.origin) == said


def test_every_row_has_terms_and_a_table_that_the_published_shape_knows(card: RateCard) -> None:
    rates = rates_of(card.rows())
    assert {rate.tier for rate in rates} == {"standard", "batch", "priority", "flex"}
    assert {rate.speed for rate in rates} == {"standard", "fast"}
    assert {rate.origin for rate in rates} == {"snapshot", "overlay"}


def test_peak_prices_stand_inside_their_row_with_their_hours(card: RateCard) -> None:
    row = next(card.rows("deepseek", "deepseek-flash"))
    off_peak = Rate(
        "deepseek/deepseek-flash/2026-09-10/standard", "deepseek", "deepseek-flash", "DeepSeek V4.1 Flash",
        "USD", "0.15", "0.003", None, None, "0.6", None, "2026-09-10",
        "https://api-docs.deepseek.com/quick_start/pricing", "2026-11-22", origin="overlay",
    )  # fmt: skip
    peak = off_peak._replace(
        key="deepseek/deepseek-flash/2026-09-10/standard/peak",
        input="0.3", cache_read="0.006", output="1.2", hours="peak",
    )  # fmt: skip
    hours = (("01:00", "04:00"), ("06:00", "10:00"))
    peak_prices = PeakPrices(peak, (), hours, (1, 2, 3, 4, 5), "2026-12-31")
    assert row == PriceRow(off_peak, (), "2026-10-17", peak_prices)


def test_a_row_ends_where_its_model_is_no_longer_sold(card: RateCard) -> None:
    rows = card.rows("deepseek", "deepseek-chat")
    assert [(row.rate.valid_from, row.until) for row in rows] == [
        ("2025-02-08T16:00:00Z", "2025-02-26T16:30:00Z"),
        ("2025-02-26T16:30:00Z", "2025-09-05T16:00:00Z"),
        ("2025-09-05T16:00:00Z", "2025-09-29"),
        ("2025-09-29", "2026-04-24"),
        ("2026-04-24", "2026-04-26"),
        ("2026-04-26", "2026-07-24T15:59:00Z"),
    ]


@pytest.mark.parametrize(
    ("moment", "held"),
    [
        ("2025-02-08T15:59:59", []),
        ("2025-02-08T16:00:00", ["0.27"]),
        ("2025-02-26T16:29:59", ["0.27"]),
        ("2025-02-26T16:30:00", ["0.135"]),
        ("2025-09-05T16:00:00", ["0.56"]),
        ("2026-07-24T15:58:59", ["0.14"]),
        ("2026-07-24T15:59:00", []),
    ],
)
def test_a_row_holds_from_its_instant_until_the_next(card: RateCard, moment: str, held: list[str]) -> None:
    rows = card.rows("deepseek", "deepseek-chat")
    assert [row.rate.input for row in rows if holds_at(row, at(moment))] == held


@pytest.mark.parametrize("text", ["2026-03-13", "1969-12-31", "2025-02-26T16:30:00Z", "1970-01-01T00:00:01Z"])
def test_an_instant_is_written_as_it_is_read(text: str) -> None:
    assert instant_text(instant_ms(text)) == text


def test_rows_are_found_by_name_and_by_any_name_of_the_provider(card: RateCard) -> None:
    by_id = list(card.rows("kimi", "kimi-k3"))
    assert (len(by_id), list(card.rows("Moonshot", "KIMI K3"))) == (1, by_id)


def test_rows_of_one_provider_hold_no_other(card: RateCard) -> None:
    assert {row.rate.provider for row in card.rows("xai")} == {"xai"}


def test_rows_without_a_filter_hold_every_provider(card: RateCard) -> None:
    shipped = json.loads((DATA / "genai_prices.json").read_bytes())["providers"]
    added = json.loads((DATA / "vendor_prices.json").read_bytes())["providers"]
    assert {row.rate.provider for row in card.rows()} == {*shipped, *added}


def test_rows_of_an_unknown_model_are_none(card: RateCard) -> None:
    assert list(card.rows("anthropic", "nonesuch")) == []


def test_no_key_names_two_rows(card: RateCard) -> None:
    keys = [rate.key for rate in rates_of(card.rows())]
    assert len(keys) == len(set(keys))


def test_every_row_names_its_source_and_the_day_it_was_checked(card: RateCard) -> None:
    nameless = [
        rate.key
        for rate in rates_of(card.rows())
        if not rate.source_url.startswith("https://") or not rate.checked_on
    ]
    assert nameless == []


def test_own_rows_are_listed_with_the_shipped_ones(tmp_path: Path) -> None:
    set_override(tmp_path, Override("acme", "house-1", {"input": "2"}))
    set_override(tmp_path, Override("bcme", "house-2", {"input": "3"}))
    set_override(tmp_path, Override("kimi", "kimi-k3", {"input": "1"}, valid_from="2026-11-01"))
    card = RateCard.load(tmp_path)
    listed = [
        [(row.rate.key, row.rate.input, row.rate.origin, row.until) for row in card.rows(*names)]
        for names in (("acme",), ("kimi", "kimi-k3"))
    ]
    assert listed == [
        [("acme/house-1/always/standard", "2", "user", "")],
        [
            ("kimi/kimi-k3/always/standard", "3", "snapshot", "2026-11-01"),
            ("kimi/kimi-k3/2026-11-01/standard", "1", "user", ""),
        ],
    ]
    assert [row.rate.key for row in card.rows("", "HOUSE-1")] == ["acme/house-1/always/standard"]


@pytest.mark.parametrize(
    ("provider", "model"),
    [("anthropic", "claude-opus-4-8-20260528"), ("azure", "gpt-5"), ("kimi", "kimi-k3-preview")],
)
def test_an_own_row_is_listed_under_the_id_it_was_given(tmp_path: Path, provider: str, model: str) -> None:
    set_override(tmp_path, Override(provider, model, {"input": "7"}))
    rows = RateCard.load(tmp_path).rows(provider, model)
    assert [(row.rate.key, row.rate.input) for row in rows] == [(f"{provider}/{model}/always/standard", "7")]


def test_an_own_row_that_always_holds_is_one_row(tmp_path: Path) -> None:
    set_override(tmp_path, Override("anthropic", "claude-opus-4-6", {"input": "4"}))
    rows = RateCard.load(tmp_path).rows("anthropic", "claude-opus-4-6")
    assert [
        (row.rate.input, row.rate.origin, row.until) for row in rows if row.rate.key.endswith("standard")
    ] == [("4", "user", "")]


def test_an_own_row_of_terms_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    before = list(RateCard.load().rows("openai", "gpt-5.5"))
    set_override(tmp_path, Override("openai", "gpt-5.5", {"input": "9"}, speed="fast"))
    after = list(RateCard.load(tmp_path).rows("openai", "gpt-5.5"))
    fast = [(row.rate.input, row.rate.origin) for row in after if row.rate.speed == "fast"]
    assert (fast, len(after)) == ([("9", "user")], len(before))


def test_an_own_row_of_terms_ends_the_shipped_one_on_its_day(tmp_path: Path) -> None:
    set_override(tmp_path, Override("openai", "gpt-5.5", {"input": "9"}, "2026-11-01", speed="fast"))
    rows = [row for row in RateCard.load(tmp_path).rows("openai", "gpt-5.5") if row.rate.speed == "fast"]
    assert [(row.rate.origin, row.until) for row in rows] == [("snapshot", "2026-11-01"), ("user", "")]


def test_an_own_row_does_not_borrow_the_vendors_source(tmp_path: Path) -> None:
    set_override(tmp_path, Override("anthropic", "claude-opus-4-8", {"input": "4"}))
    set_override(tmp_path, Override("deepseek", "deepseek-flash", {"input": "4"}, speed="fast"))
    card = RateCard.load(tmp_path)
    services = (Service("anthropic", "claude-opus-4-8"), Service("deepseek", "deepseek-flash", speed="fast"))
    rates = [card.quote(service, NOON, Tokens(1), 0).rate for service in services]
    assert [(rate.source_url, rate.checked_on, rate.note) for rate in rates if rate] == [
        ("", "", "own price"),
        ("", "", "own price"),
    ]


def test_the_table_counts_its_models_and_the_rows_of_the_user(card: RateCard, tmp_path: Path) -> None:
    set_override(tmp_path, Override("acme", "m", {"input": "2"}))
    set_override(tmp_path, Override("acme", "m", {"input": "3"}, valid_from="2026-01-01"))
    set_override(tmp_path, Override("kimi", "kimi-k3", {"input": "1"}))
    set_override(tmp_path, Override("kimi", "KIMI-K3", {"input": "1"}, tier="flex"))
    own = RateCard.load(tmp_path)
    entries = [
        (provider, model["id"])
        for name in ("genai_prices.json", "vendor_prices.json")
        for provider, section in json.loads((DATA / name).read_bytes())["providers"].items()
        for model in section["models"]
    ]
    shipped = len(set(entries))
    counted = [(one.model_count, one.own_row_count) for one in (card, own)]
    assert counted == [(shipped, 0), (shipped + 1, 4)]

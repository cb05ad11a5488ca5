"""What `prices` lists: the table, the rows that hold now, all rows of a model, the user's own."""

from __future__ import annotations

from pathlib import Path

from token_tracker.pricing.card import RateCard
from token_tracker.pricing.overrides import Override
from token_tracker.pricing.overrides import set_override
from token_tracker.reports.prices import PriceTable
from token_tracker.reports.prices import current_prices
from token_tracker.reports.prices import dated_prices
from token_tracker.reports.prices import own_prices
from token_tracker.reports.prices import price_table

from .expected_money import at

NOON = at("2026-11-20T12:00:00")


def test_the_table_says_its_version_its_day_and_its_size(card: RateCard) -> None:
    assert price_table(card) == PriceTable(card.version, "2026-11-22", card.model_count, 0)


def test_the_current_prices_are_those_that_hold_now(card: RateCard) -> None:
    before, after = (
        current_prices(card, "anthropic", "claude-opus-4-6", at(moment))
        for moment in ("2026-03-12T23:59:59", "2026-11-20T12:00:00")
    )
    assert [row.rate.key for row in before.rows] == [
        "anthropic/claude-opus-4-6/always/standard",
        "anthropic/claude-opus-4-6/always/fast",
    ]
    assert [row.rate.key for row in after.rows] == [
        "anthropic/claude-opus-4-6/2026-03-13/standard",
        "anthropic/claude-opus-4-6/2026-10-14/batch",
        "anthropic/claude-opus-4-6/2026-03-13/fast",
    ]
    assert after.table == price_table(card)


def test_a_model_that_is_no_longer_sold_has_no_current_price(card: RateCard) -> None:
    assert current_prices(card, "deepseek", "deepseek-chat", NOON).rows == []


def test_all_prices_of_a_model_are_listed_the_newest_first(card: RateCard) -> None:
    prices = dated_prices(card, "claude-opus-4-6")
    listed = [row.rate.key for row in prices.rows if row.rate.provider == "anthropic"]
    assert listed == [
        "anthropic/claude-opus-4-6/2026-10-14/batch",
        "anthropic/claude-opus-4-6/2026-03-13/standard",
        "anthropic/claude-opus-4-6/2026-03-13/fast",
        "anthropic/claude-opus-4-6/always/standard",
        "anthropic/claude-opus-4-6/always/fast",
    ]
    assert prices.table == price_table(card)


def test_the_price_that_was_just_set_is_listed_alone(tmp_path: Path) -> None:
    set_override(tmp_path, Override("anthropic", "claude-opus-4-6", {"input": "4"}, "2026-11-01"))
    set_override(tmp_path, Override("anthropic", "claude-opus-4-6", {"input": "3"}, "2026-12-01"))
    set_override(
        tmp_path, Override("anthropic", "claude-opus-4-6", {"input": "2"}, "2026-11-01", tier="flex")
    )
    set_override(
        tmp_path, Override("anthropic", "claude-opus-4-6", {"input": "1"}, "2026-11-01", speed="fast")
    )
    card = RateCard.load(tmp_path)
    prices = own_prices(card, "Anthropic", "Claude-Opus-4-6", "2026-11-01")
    shipped = own_prices(card, "anthropic", "claude-opus-4-6", "2026-03-13")
    assert [(row.rate.input, row.until) for row in prices.rows] == [("4", "2026-12-01")]
    assert (prices.table, shipped.rows) == (price_table(card), [])

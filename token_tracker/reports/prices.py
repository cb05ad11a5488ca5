"""The price table and the rows of it that `prices` lists; what an event costs is the card's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from token_tracker.pricing.rate import STANDARD
from token_tracker.pricing.rate import USER
from token_tracker.pricing.rate import PriceRow

if TYPE_CHECKING:
    from token_tracker.pricing.card import RateCard


@dataclass(frozen=True, slots=True)
class PriceTable:
    """Which price table is in use: version, day of its last check, models, rows of the user."""

    version: str
    checked_on: str
    models: int
    user_rows: int


@dataclass(frozen=True, slots=True)
class PriceList:
    """Some rows of the price table."""

    table: PriceTable
    rows: Sequence[PriceRow]


def price_table(card: RateCard) -> PriceTable:
    """Say which table a card is."""
    return PriceTable(card.version, card.checked_on, card.model_count, card.own_row_count)


def current_prices(card: RateCard, provider: str, model: str, at_ms: int) -> PriceList:
    """List the rows that hold at a moment; `provider` and `model` may be "" for all.

    `at_ms`: UTC milliseconds.
    """
    from token_tracker.pricing.window import holds_at

    rows = [row for row in card.rows(provider, model) if holds_at(row, at_ms)]
    return PriceList(price_table(card), rows)


def dated_prices(card: RateCard, model: str) -> PriceList:
    """List every row of a model, the newest first; those that always held come last."""
    rows = sorted(card.rows(model=model), key=lambda row: row.rate.valid_from, reverse=True)
    return PriceList(price_table(card), rows)


def own_prices(card: RateCard, provider: str, model: str, valid_from: str) -> PriceList:
    """List the user's standard row of a model that starts on a day, "" for always."""
    wanted = (USER, valid_from, STANDARD, STANDARD)
    return PriceList(
        price_table(card),
        [
            row
            for row in card.rows(provider, model)
            if (row.rate.origin, row.rate.valid_from, row.rate.tier, row.rate.speed) == wanted
        ],
    )

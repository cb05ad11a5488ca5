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


@dataclass(frozen=True, slots=True)
class PriceUpdate:
    """What `prices update` did.

    `rows`: those that are new or other than before. `source`: a host, or the name of a file.
    `new_models`: how many were not known. `new_rows`: how many of `rows` belong to them.
    `earlier_rows`: how many of the others hold from a day before this one, as their publisher
    dates them. `unreadable`: "provider/model" of those whose prices stay as they were.
    """

    table: PriceTable
    rows: Sequence[PriceRow]
    source: str
    new_models: int
    new_rows: int
    earlier_rows: int
    unreadable: Sequence[str] = ()


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


def price_update(
    before: RateCard, after: RateCard, source: str, today: str, unreadable: Sequence[str]
) -> PriceUpdate:
    """Say what differs between two cards. `today`: UTC day, ISO."""
    there = list(before.rows())
    known = set(map(_prices_of, there))
    models = {(row.rate.provider, row.rate.model) for row in there}
    rows = [row for row in after.rows() if _prices_of(row) not in known]
    new = [place for row in rows if (place := (row.rate.provider, row.rate.model)) not in models]
    earlier = sum(
        (row.rate.provider, row.rate.model) in models and row.rate.valid_from < today for row in rows
    )
    return PriceUpdate(price_table(after), rows, source, len(set(new)), len(new), earlier, unreadable)


def _prices_of(row: PriceRow) -> tuple[object, ...]:
    """Give what a row says of prices: not its name, source or day of checking, nor its end."""
    peak = row.peak
    rates = (row.rate, *row.tiers, *((peak.rate, *peak.tiers) if peak else ()))
    plain = tuple(rate._replace(name="", source_url="", checked_on="") for rate in rates)
    return (plain, len(row.tiers), peak and (peak.hours, peak.weekdays))

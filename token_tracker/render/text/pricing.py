"""The price table as text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from token_tracker.ledger.queries import StoredRate
from token_tracker.pricing.card import RateCard
from token_tracker.pricing.rate import Rate
from token_tracker.render import care_en as en
from token_tracker.render.format import clean_line
from token_tracker.render.price_rows import key_parts
from token_tracker.render.price_rows import newest_first
from token_tracker.render.price_rows import table_of
from token_tracker.render.price_rows import valid_now
from token_tracker.render.style import Style
from token_tracker.render.text.prices import prices_of

Listing = tuple[RateCard, Sequence[Rate]]
MOST_ROWS: Final = 40


def price_list(listing: Listing, style: Style) -> str:
    """List the prices that are valid now."""
    card, rows = listing
    return _written(card, valid_now(rows, style.now), style)


def price_history(listing: Listing, style: Style) -> str:
    """List every dated price, the newest first."""
    card, rows = listing
    return _written(card, newest_first(rows), style)


def saved_price(listing: Listing, style: Style) -> str:
    """Say that a price was saved, and what holds now."""
    card, rows = listing
    first = style.say(en.price_saved, model=clean_line(rows[0].model)) if rows else ""
    return "\n".join([first, _written(card, newest_first(rows), style)]).strip()


def _written(card: RateCard, rows: Sequence[Rate], style: Style) -> str:
    table = table_of(card)
    first = style.say(
        en.price_table,
        version=table.version,
        checked_on=table.checked_on,
        models=table.models,
        own=table.user_rows,
    )
    lines = [_row(row, style) for row in rows[:MOST_ROWS]]
    if more := len(rows) - len(lines):
        lines.append(style.say(en.prices_not_shown, count=more))
    return "\n".join([first, "", *(f"- {line}" for line in lines)])


def _row(row: Rate, style: Style) -> str:
    parts = [part for part in key_parts(row._asdict()) if part != "standard"]
    return style.say(
        en.price,
        model=clean_line(f"{row.provider}/{row.model}"),
        terms=" ".join(parts),
        since=row.valid_from[:10],
        prices=prices_of(StoredRate(row.currency, row._asdict()), style),
    )

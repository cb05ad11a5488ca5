"""The price table as text."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from typing import Final

from token_tracker.ledger.queries import stored_rate
from token_tracker.pricing.rate import STANDARD
from token_tracker.pricing.rate import PriceRow
from token_tracker.pricing.rate import Rate
from token_tracker.render.en import care as en
from token_tracker.render.format import clean_line
from token_tracker.render.style import Style
from token_tracker.render.text.prices import prices_of
from token_tracker.render.words import words
from token_tracker.reports.prices import PriceList
from token_tracker.reports.prices import PriceTable
from token_tracker.reports.prices import PriceUpdate

MOST_LINES: Final = 40
MOST_NAMES: Final = 5


def price_list(prices: PriceList, style: Style) -> str:
    """List rows of the price table, each with its tiers and its peak hours."""
    return "\n".join([_table(prices.table, style), "", *_lines(prices.rows, style, en.prices_not_shown)])


def saved_price(prices: PriceList, style: Style) -> str:
    """Say that a price was saved, and what it is."""
    saved = [
        style.say(en.price_saved, model=clean_line(model))
        for model in dict.fromkeys(row.rate.model for row in prices.rows)
    ]
    return "\n".join([*saved, price_list(prices, style)])


def chosen_list(prices: PriceList, style: Style) -> str:
    """Say by which price list a provider's models are priced from now on, and its rows."""
    chosen = [
        style.say(en.list_chosen, name=name, currency=currency)
        for name, currency in dict.fromkeys((row.rate.provider, row.rate.currency) for row in prices.rows)
    ]
    return "\n".join([*chosen, price_list(prices, style)])


def updated_prices(update: PriceUpdate, style: Style) -> str:
    """Say what an update of the price table brought."""
    source = clean_line(update.source)
    changed = len(update.rows) - update.new_rows
    lines = [style.say(en.prices_unchanged, source=source)]
    if update.rows:
        lines = [style.say(en.prices_updated, source=source, new=update.new_models, changed=changed)]
    if update.earlier_rows:
        lines.append(style.say(en.prices_dated_earlier, count=update.earlier_rows))
    if update.unreadable:
        comma: str = words(style.lang, "messages").COMMA
        named = comma.join(map(clean_line, update.unreadable[:MOST_NAMES]))
        lines.append(style.say(en.prices_not_read, count=len(update.unreadable), models=named))
    rows = _lines(update.rows, style, en.prices_in_json)
    return "\n".join([*lines, _table(update.table, style), *(["", *rows] if rows else [])])


def _table(table: PriceTable, style: Style) -> str:
    return style.say(
        en.price_table,
        version=table.version,
        checked_on=table.checked_on,
        models=table.models,
        own=table.user_rows,
    )


def _lines(rows: Sequence[PriceRow], style: Style, more_of_them: Callable[..., str]) -> Sequence[str]:
    """Write a line for every price; `more_of_them` says how to see those beyond the last line."""
    rates = [
        rate
        for row in rows
        for rate in (row.rate, *row.tiers, *((row.peak.rate, *row.peak.tiers) if row.peak else ()))
    ]
    lines = [f"- {_line(rate, style)}" for rate in rates[:MOST_LINES]]
    if more := len(rates) - len(lines):
        lines.append(f"- {style.say(more_of_them, count=more)}")
    return lines


def _line(rate: Rate, style: Style) -> str:
    terms = [term for term in (rate.tier, rate.speed) if term != STANDARD]
    above = f">{rate.above}" if rate.above else ""
    return style.say(
        en.price,
        model=clean_line(f"{rate.provider}/{rate.model}"),
        terms=" ".join(term for term in (*terms, rate.geo, rate.hours, above) if term),
        since=rate.valid_from[:10],
        prices=prices_of(stored_rate(rate.currency, rate._asdict()), style),
    )

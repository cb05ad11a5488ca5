"""How unit prices are written, in a bill and under an explanation."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from token_tracker.ledger.queries import StoredRate
from token_tracker.ledger.rows import CHARGE_NOTE
from token_tracker.ledger.rows import HOST_NOTE
from token_tracker.render.en import bill as en
from token_tracker.render.format import clean_line
from token_tracker.render.format import clean_name
from token_tracker.render.format import decimals_of
from token_tracker.render.format import exact_money
from token_tracker.render.style import Style
from token_tracker.reports.figures import Figures

_PRICE_OF: Final = {
    "input": en.price_of_input,
    "cache_read": en.price_of_cache_read,
    "cache_write_5m": en.price_of_cache_write_5m,
    "cache_write_1h": en.price_of_cache_write_1h,
    "output": en.price_of_output,
    "web_search": en.price_of_web_search,
}
_COUNT_OF: Final = {
    "input": en.uncached_input,
    "cache_read": en.cache_read,
    "cache_write_5m": en.cache_write_5m,
    "cache_write_1h": en.cache_write_1h,
    "output": en.output,
    "web_search": en.web_search,
}


def counts_with_prices(figures: Figures, rate: StoredRate | None, style: Style) -> list[str]:
    """Write every count that is not zero with its unit price; alone where there is no one price."""
    counts = {**figures.tokens._asdict(), "web_search": figures.web_searches}
    return [
        style.say(sentence, count=counts[kind], price=_price(rate, kind, style) if rate else "")
        for kind, sentence in _COUNT_OF.items()
        if counts[kind]
    ]


def prices_of(rate: StoredRate, style: Style) -> str:
    """Write every price of a price row."""
    if is_host_estimate(rate):
        return style.say(en.host_estimate)
    if is_charge(rate):
        return style.say(en.recorded_charge)
    listed = [
        style.say(sentence, price=price)
        for kind, sentence in _PRICE_OF.items()
        if (price := _price(rate, kind, style))
    ]
    return style.say(en.price_list, prices=listed)


def price_row(rate: StoredRate, style: Style) -> str:
    """Write a price row with where it is from and when that was checked."""
    if not has_unit_prices(rate):
        return style.say(en.row, name=rate.content.get("key") or "", cost=prices_of(rate, style))
    return style.say(
        en.price_row,
        key=clean_line(rate.content.get("key") or ""),
        prices=prices_of(rate, style),
        source=clean_line(rate.content.get("source_url") or ""),
        checked_on=clean_line(rate.content.get("checked_on") or ""),
        list_price_for=clean_name(rate.content.get("list_price_for") or ""),
    )


def is_host_estimate(rate: StoredRate) -> bool:
    """Say whether the host's own estimate stands in for a price."""
    return rate.content.get("note") == HOST_NOTE


def is_charge(rate: StoredRate) -> bool:
    """Say whether a recorded charge stands in the place of prices."""
    return rate.content.get("note") == CHARGE_NOTE


def has_unit_prices(rate: StoredRate) -> bool:
    """Say whether it is a row of prices, and nothing that stands in for one."""
    return not is_host_estimate(rate) and not is_charge(rate)


def _price(rate: StoredRate, kind: str, style: Style) -> str:
    text = rate.content.get(kind)
    if text is None:
        return ""
    price = Decimal(text)
    return exact_money(price, rate.currency, style.lang, decimals_of([price], least=0))

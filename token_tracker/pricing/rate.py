"""The nouns of pricing: one price row as applied, and what an event costs by it."""

from __future__ import annotations

from typing import NamedTuple

TOKEN_KINDS = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
"""Kinds billed per million tokens, in the order of the fields of `Rate`."""

PRICE_KINDS = (*TOKEN_KINDS, "web_search")
"""Every billed kind; a web search is billed per request."""

STANDARD = "standard"
"""The tier and the speed of a request that asks for no other."""

TIERS = (STANDARD, "batch", "priority", "flex")
SPEEDS = (STANDARD, "fast")

SNAPSHOT = "snapshot"
OVERLAY = "overlay"
USER = "user"
"""Where a row is from: the bundled table, our additions to it, or the user's own prices."""

REFRESHED = ("refreshed", "genai_prices.json")
"""The table of `prices update`, below the directory of the user's own price files, where it is
not taken for one of them."""

PEAK = "peak"
"""Hours of a row that holds only in its vendor's peak hours."""

LOCAL = "local"
"""Note of a model that runs on the user's own machine: it costs nothing."""

FREE = "free"
"""Note of a model that its seller gives away."""

HOLIDAYS_UNKNOWN = "holidays unknown"
"""Note of a peak price that was applied on a day whose public holidays are not known yet."""


class Rate(NamedTuple):
    """One price row as applied: after variant, tier, peak hours and multipliers.

    `key` is stable and readable:
    `anthropic/claude-opus-4-8/always/fast/us`, `xai/grok-4.7/always/standard/>199999`.
    Prices are decimal strings per million tokens (`web_search`: per request) in
    `currency`; None means that the vendor's price of that kind is not known.
    `valid_from`: UTC day or instant the row starts, "" for always. `note`: "local",
    "free", or what to know about the row. `tier`, `speed`: of `TIERS` and `SPEEDS`; `geo`:
    data residency, "" for none; `hours`: `PEAK`, or "" for all others; `above`: for
    requests whose whole prompt is longer than that many tokens. `origin`: `SNAPSHOT`,
    `OVERLAY` or `USER`. `list_price_for`: who bills the model without a price of its own
    that is known, so that the list price of `provider` stands in; "" for none.
    """

    key: str
    provider: str
    model: str
    name: str
    currency: str
    input: str | None = None
    cache_read: str | None = None
    cache_write_5m: str | None = None
    cache_write_1h: str | None = None
    output: str | None = None
    web_search: str | None = None
    valid_from: str = ""
    source_url: str = ""
    checked_on: str = ""
    note: str = ""
    tier: str = STANDARD
    speed: str = STANDARD
    geo: str = ""
    hours: str = ""
    above: int = 0
    origin: str = SNAPSHOT
    list_price_for: str = ""


class PeakPrices(NamedTuple):
    """Prices of a row in its vendor's peak hours.

    `hours`: from and until on the clock of UTC, half-open. `weekdays`: ISO numbers, Monday
    1. Public holidays have no peak hours; they are known through the day
    `holidays_through`, "" where holidays make no difference.
    """

    rate: Rate
    tiers: tuple[Rate, ...]
    hours: tuple[tuple[str, str], ...]
    weekdays: tuple[int, ...]
    holidays_through: str = ""


class PriceRow(NamedTuple):
    """What a model costs on given terms, from `rate.valid_from` until another row holds.

    `rate` is for prompts of up to `tiers[0].above` tokens; `tiers` are for longer ones, by
    rising `above`. `until`: UTC day or instant from which on it does not hold, "" for none.
    """

    rate: Rate
    tiers: tuple[Rate, ...]
    until: str
    peak: PeakPrices | None


class Quote(NamedTuple):
    """What an event costs, in 10^-12 of the rate's currency.

    `amount_pico` is None when the event is unpriced: no row, or tokens of a kind that
    the row has no price for (then `rate` still names the row).
    """

    amount_pico: int | None
    rate: Rate | None


UNPRICED = Quote(None, None)

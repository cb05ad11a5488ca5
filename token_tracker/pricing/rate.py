"""The nouns of pricing: one price row as applied, and what an event costs by it."""

from __future__ import annotations

from typing import NamedTuple

TOKEN_KINDS = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
"""Kinds billed per million tokens, in the order of the fields of `Rate`."""

PRICE_KINDS = (*TOKEN_KINDS, "web_search")
"""Every billed kind; a web search is billed per request."""

LOCAL = "local"
"""Note of a model that runs on the user's own machine: it costs nothing."""


class Rate(NamedTuple):
    """One price row as applied: after variant, tier, peak hours and multipliers.

    `key` is stable and readable:
    `anthropic/claude-opus-4-8/always/fast/us`, `xai/grok-4.7/always/standard/>199999`.
    Prices are decimal strings per million tokens (`web_search`: per request) in
    `currency`; None means that the vendor's price of that kind is not known.
    `valid_from`: UTC day or instant the row starts, "" for always. `note`: "local",
    "free", or what to know about the row.
    """

    key: str
    provider: str
    model: str
    name: str
    currency: str
    input: str | None
    cache_read: str | None
    cache_write_5m: str | None
    cache_write_1h: str | None
    output: str | None
    web_search: str | None
    valid_from: str
    source_url: str
    checked_on: str
    note: str = ""


class Quote(NamedTuple):
    """What an event costs, in 10^-12 of the rate's currency.

    `amount_pico` is None when the event is unpriced: no row, or tokens of a kind that
    the row has no price for (then `rate` still names the row).
    """

    amount_pico: int | None
    rate: Rate | None


UNPRICED = Quote(None, None)

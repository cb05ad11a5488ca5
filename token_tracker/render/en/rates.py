"""The sentences about exchange rates in English, as functions with named arguments.

Amounts, rates and days (ISO) come in already written, currencies as codes. Chinese: `zh/rates.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

_SOURCES = {"ecb": "ECB", "user": "your own rate"}


def stated(*, base: str, rate: str, quote: str) -> str:
    """One rate."""
    return f"1 {base} = {rate} {quote}"


def dated(*, rates: Sequence[str], source: str, day: str) -> str:
    """Rates with who stated them, and their day."""
    return f"{', '.join(rates)} ({_SOURCES.get(source, source)}, {day})"


def was_set(*, rate: str, day: str) -> str:
    """A rate of the person's own is kept."""
    return f"Set: {rate} from {day} on, until a rate of a later day is known."


def stays(*, rate: str, day: str) -> str:
    """The same rate was known before."""
    return f"Unchanged: {rate} from {day} on, until a rate of a later day is known."


def were_fetched(*, last: str, added: int, replaced: int) -> str:
    """Rates of the European Central Bank are new, or changed."""
    changed = f", {replaced:,} changed" if replaced else ""
    return f"Fetched the European Central Bank's rates up to {last}: {added:,} new{changed}."


def nothing_new(*, last: str) -> str:
    """All that was fetched was known."""
    return f"The European Central Bank's rates up to {last} were known already; nothing is new."


def nothing_known() -> str:
    """There is no rate at all."""
    return "No exchange rates are known, so nothing is converted."


def how_to_have_some() -> str:
    """What to run."""
    return (
        "`token-tracker rates update` fetches those of the European Central Bank;"
        " `token-tracker rates set USD CNY 7.12` sets one of your own."
    )


def in_use(*, currency: str, rates: Sequence[str]) -> str:
    """What amounts are converted with today."""
    return f"Amounts are shown in {currency} too, today at {' and '.join(rates)}."


def own() -> str:
    """Heading."""
    return "Your own rates:"


def own_rate(*, rate: str, day: str) -> str:
    """One of them."""
    return f"{rate} from {day} on"


def of_ecb(*, day: str) -> str:
    """Heading."""
    return f"Reference rates of the European Central Bank of {day}, for 1 EUR:"


def ecb_known(*, first: str, last: str, days: int) -> str:
    """Of how many days there are rates of the European Central Bank."""
    if days == 1:
        return f"Its rates of 1 day are known, {last}."
    return f"Its rates of {days:,} days are known, {first} to {last}."


def converted(*, amount: str, rates: Sequence[str]) -> str:
    """What all of it comes to in one currency."""
    return f"≈ {amount} in all, at {' and '.join(rates)}."

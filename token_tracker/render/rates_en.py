"""The sentences about exchange rates in English, as functions with named arguments.

Amounts, rates and days (ISO) come in already written, currencies as codes. Chinese: `rates_zh.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

_SOURCES = {"ecb": "ECB", "user": "your own rate"}


def stated(*, base: str, rate: str, quote: str) -> str:
    """One rate."""
    return f"1 {base} = {rate} {quote}"


def dated(*, rate: str, source: str, day: str) -> str:
    """A rate with who stated it, and its day."""
    return f"{rate} ({_SOURCES.get(source, source)}, {day})"


def was_set(*, rate: str, day: str) -> str:
    """A rate of the person's own is kept."""
    return f"Set: {rate} from {day} on, until a rate of a later day is known."


def stays(*, rate: str, day: str) -> str:
    """The same rate was known before."""
    return f"Unchanged: {rate} from {day} on, until a rate of a later day is known."


def nothing_known() -> str:
    """There is no rate at all."""
    return "No exchange rates are known, so nothing is converted."


def how_to_have_some() -> str:
    """What to run."""
    return "Set one of your own with `token-tracker rates set USD CNY 7.12`."


def in_use(*, currency: str, rates: Sequence[str]) -> str:
    """What amounts are converted with today."""
    return f"Amounts are shown in {currency} too, today at {', '.join(rates)}."


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
    return f"Known are its rates of {'1 day' if days == 1 else f'{days:,} days'}, {first} to {last}."

"""The sentences of the short reports that a session start delivers, in English.

They must stay short: a report has at most 120 tokens. Chinese: `zh/digest.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

# When.


def today_until(*, time: str, day: str) -> str:
    """The current day."""
    return f"Today until {time} ({day})"


def week_until(*, time: str, days: str) -> str:
    """The current ISO week."""
    return f"This week until {time} ({days})"


def month_until(*, time: str, days: str) -> str:
    """The current month."""
    return f"This month until {time} ({days})"


# An amount with its kind.


def computed(*, amount: str) -> str:
    """All of it is computed at list price."""
    return f"{amount} (computed)"


def estimated(*, amount: str) -> str:
    """All of it is what agents estimated."""
    return f"{amount} (the agents' own estimate)"


def billed(*, amount: str) -> str:
    """All of it was billed."""
    return f"{amount} (billed)"


def reported(*, amount: str) -> str:
    """All of it was recorded as it is, by the host or by hand."""
    return f"{amount} (reported)"


def inferred(*, amount: str) -> str:
    """All of it is inferred from balances."""
    return f"{amount} (inferred)"


def of_several_kinds(*, amount: str, parts: Sequence[str]) -> str:
    """A total of several kinds."""
    return f"{amount} ({' + '.join(parts)})"


def amounts(*, listed: Sequence[str]) -> str:
    """Amounts of several currencies, each with its kind."""
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}"


def many_amounts(*, when: str, currencies: int, tokens: str, requests: int) -> str:
    """Instead of the answer, where its amounts are too many to tell."""
    unit = "request" if requests == 1 else "requests"
    return f"{when}: amounts in {currencies:,} currencies — {tokens} tokens in {requests:,} {unit}."


# What else there is to say.


def may_be_too_low() -> str:
    """Something could not be read."""
    return "Not all logs or bills could be read, so it may be more; `token-tracker doctor` says why."


def usual_day(*, amount: str) -> str:
    """What a day is compared with."""
    return f"the daily average of the 7 days before ({amount})"


def most_expensive_model(*, name: str, amount: str) -> str:
    """The model that cost most."""
    return f"Most expensive model: {name}, {amount}."


def unknown_model() -> str:
    """Instead of the name of a model that the price card does not know."""
    return "an unknown model"


def covered_by_plan(*, amount: str) -> str:
    """Plan-paid usage beside other usage."""
    return f"Paid by your plan and not in the amount: worth {amount} at API list price."


def corrected(*, when: str, change: str, amount: str) -> str:
    """A period that went out with another amount."""
    return f"{when} corrected by {change}: now {amount}."

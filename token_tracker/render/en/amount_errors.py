"""What an error about an amount of money says in English. Chinese: `zh/amount_errors.py`."""

from __future__ import annotations

from token_tracker.render.words import ErrorText


def amount_not_understood(*, given: str) -> ErrorText:
    """An amount in words or digits that we do not read."""
    return ErrorText(
        f"The amount {given} was not understood.",
        "An amount is one number, with its currency or without: 15, $15, 15.5 USD, €20, ¥100.",
        "Write only the number, and name the currency with `--currency` if needed.",
    )


def amount_ambiguous(*, given: str) -> ErrorText:
    """An amount whose commas and points can be read in two ways."""
    return ErrorText(
        f"The amount {given} can be read in two ways.",
        "It is not clear which mark separates the decimals and which the thousands.",
        "Write it like 1.5, 1234.56 or 1,234.56.",
    )


def amount_not_positive(*, given: str) -> ErrorText:
    """An amount of zero or less where there must be money."""
    return ErrorText(
        f"The amount {given} is not above zero.",
        "An amount of zero or less means nothing here.",
        "Give an amount above zero, such as 15 or 0.5.",
    )


def cost_negative(*, given: str) -> ErrorText:
    """A cost below zero."""
    return ErrorText(
        f"The cost {given} is below zero.",
        "A cost is zero or more.",
        "Give what was paid, such as 0, 0.12 or $1.50.",
    )


def amount_too_large(*, given: str, largest: str) -> ErrorText:
    """An amount above the limit."""
    return ErrorText(
        f"The amount {given} is too large.",
        f"The largest amount is {largest}.",
        "Check for a typing mistake, then give a smaller amount.",
    )


def amount_too_precise(*, given: str, most: str) -> ErrorText:
    """An amount with more decimals than are kept."""
    return ErrorText(
        f"The amount {given} has too many decimals.",
        f"Amounts are kept with at most {most} decimals.",
        "Round it and try again.",
    )


def currency_conflict(*, given: str, named: str, asked: str) -> ErrorText:
    """An amount in another currency than `--currency`."""
    return ErrorText(
        "Two different currencies were given.",
        f"The amount {given} is in {named}, and `--currency` says {asked}.",
        "Keep one: the currency in the amount, or `--currency`.",
    )

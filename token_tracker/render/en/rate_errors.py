"""What errors about exchange rates say in English. Chinese: `zh/rate_errors.py`."""

from __future__ import annotations

from token_tracker.render.words import ErrorText


def exchange_rate_invalid(*, given: str) -> ErrorText:
    """An exchange rate that is no number above zero."""
    return ErrorText(
        f"The exchange rate {given} cannot be used.",
        "A rate is a decimal number above zero, below 1,000,000,000 and of at most 12 decimals.",
        "Write what one of the first currency is worth, as in `token-tracker rates set USD CNY 7.12`.",
    )


def exchange_rate_of_itself(*, currency: str) -> ErrorText:
    """An exchange rate between a currency and itself."""
    return ErrorText(
        f"{currency} has no exchange rate to itself.",
        "Both currencies that were given are the same.",
        "Name two currencies, as in `token-tracker rates set USD CNY 7.12`.",
    )


def exchange_rate_in_future(*, given: str, today: str) -> ErrorText:
    """An exchange rate of a day that has not begun."""
    return ErrorText(
        f"Nobody knows the exchange rate of {given} yet.",
        f"That day is in the future; today is {today}.",
        "Choose today or an earlier day: a rate holds until a later one is known.",
    )


def rates_not_understood(*, line: str) -> ErrorText:
    """What was fetched is no list of euro reference rates."""
    return ErrorText(
        "The exchange rates that were fetched cannot be used.",
        f"From line {line} on, the answer is not the European Central Bank's XML; nothing was changed.",
        "Try again later, or set a rate of your own with `token-tracker rates set USD CNY 7.12`.",
    )


def rates_address_invalid(*, given: str) -> ErrorText:
    """`rates update --from` is no address."""
    return ErrorText(
        f"{given} is no address that exchange rates could be fetched from.",
        "An address begins with https:// and names a host.",
        "Correct it, or run `token-tracker rates update` without `--from`.",
    )

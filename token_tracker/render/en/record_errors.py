"""What errors about manual records say in English, as in `en/errors.py`. Chinese: `zh/record_errors.py`."""

from __future__ import annotations

from token_tracker.render.words import ErrorText


def name_invalid(*, option: str, given: str, longest: str) -> ErrorText:
    """A name or note that is empty, too long, or holds control characters."""
    return ErrorText(
        f"The value of {option} cannot be used: {given}.",
        f"It is empty, longer than {longest} characters, or holds control characters.",
        "Use a short text on one line.",
    )


def count_not_understood(*, option: str, given: str) -> ErrorText:
    """A number of tokens that is no whole number."""
    return ErrorText(
        f"The value of {option} is not a number of tokens: {given}.",
        "Tokens are counted in whole numbers.",
        "Write digits only, such as 12000 or 12,000.",
    )


def count_negative(*, option: str, given: str) -> ErrorText:
    """A number of tokens below zero."""
    return ErrorText(
        f"The value of {option} is negative: {given}.",
        "Nobody can use fewer than zero tokens.",
        "Give the tokens that were used; to correct an entry of `log`, log it again with --replace.",
    )


def count_too_large(*, option: str, given: str, largest: str) -> ErrorText:
    """More tokens than one record can hold."""
    return ErrorText(
        f"The value of {option} is too large: {given}.",
        f"One record holds at most {largest} tokens.",
        "Check the number; it may be in another unit.",
    )


def day_purged(*, day: str, before: str) -> ErrorText:
    """A record for a day whose usage was purged."""
    return ErrorText(
        f"Nothing can be recorded for {day}.",
        f"The usage before {before} was removed for ever with `purge`; a record of it would count nowhere.",
        "Choose a later day with `--date`, or leave it out to record for today.",
    )

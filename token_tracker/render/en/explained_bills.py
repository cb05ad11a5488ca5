"""The sentences of an explanation about bills, in English. Chinese: `zh/explained_bills.py`.

Amounts and days (ISO) come in already written.
"""

from __future__ import annotations

from collections.abc import Sequence


def adds_up_with_bills(*, amount: str, responses: int, lines: int, inside: int) -> str:
    """The first line, where bills or balances are in the sum."""
    bills = "1 line of bills" if lines == 1 else f"{lines:,} lines of bills"
    parts = f"{_responses(responses)} and {bills}" if responses else bills
    covered = f" {_responses(inside)} inside these bills {_are(inside)} in no sum." if inside else ""
    return f"{amount} is the sum of {parts}, one line each.{covered}"


def inside_one_bill(*, provider: str, day: str, model: str) -> str:
    """The first line of a single response that a bill covers."""
    return (
        f"This response of {model} is inside the bill of {provider} for {day} (UTC);"
        " its own amount is in no sum."
    )


def billed_for_model(*, billed: str, explained: str, share: str) -> str:
    """What the bill holds for its model, and how much of it the logs stand for."""
    of_it = f" ({share})" if share else ""
    return f"The bill has {billed} for the model that day, of which usage in the logs got {explained}{of_it}."


def sentences(*, said: Sequence[str]) -> str:
    """Several sentences in one line."""
    return " ".join(said)


def of_a_bill(
    *,
    day: str,
    provider: str,
    model: str,
    billed: str,
    explained: str,
    elsewhere: str,
    spread: Sequence[str],
) -> str:
    """Beside a line of a bill: what of it falls into the period, and how that was found."""
    method = f"; spread over the day {' and '.join(spread)}" if spread else ""
    return (
        f"bill of {provider}, {day} UTC, {model}: {billed} for the day;"
        f" logs explain {explained}, elsewhere {elsewhere}{method}"
    )


def inferred(*, day: str, provider: str) -> str:
    """Beside what left a balance."""
    return f"left the balance of {provider}, {day} UTC; spread evenly between two balances"


def by_hours() -> str:
    """How a day was spread."""
    return "by the provider's hours"


def by_cost() -> str:
    """How a day was spread."""
    return "by what the logs would have cost"


def evenly() -> str:
    """How a day was spread."""
    return "evenly"


def no_model() -> str:
    """A line of a bill that is no model's."""
    return "no model"


def inside_the_bills() -> str:
    """Heading above the responses that bills cover."""
    return "Inside these bills, not in the sum (worth at list price):"


def lines_of_bills() -> str:
    """Heading above the lines of the bills themselves."""
    return "What the bills say, for whole UTC days:"


def item(*, day: str, provider: str, item: str, amount: str) -> str:
    """One line of a bill."""
    return f"{day} {provider}, {item}: {amount}"


def unnamed_item() -> str:
    """A line that the provider gives no name."""
    return "unnamed line"


def _responses(count: int) -> str:
    return "1 response" if count == 1 else f"{count:,} responses"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"

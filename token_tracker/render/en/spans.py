"""The sentences about weeks, months and what came before them, in English.

Amounts, dates and token counts come in already written. Chinese: `zh/spans.py`, the same
names with the same arguments.
"""

from __future__ import annotations

# When: how a week or a month is called in the first line.


def days_between(*, first: str, last: str, last_in_month: str) -> str:
    """Some days; `last_in_month`: the last day without its month, "" when the months differ."""
    return f"{first}–{last_in_month or last}"


def this_week(*, days: str) -> str:
    """The current ISO week, up to today."""
    return f"This week so far ({days})"


def last_week(*, days: str) -> str:
    """The ISO week before."""
    return f"Last week ({days})"


def any_week(*, year: int, number: int, days: str) -> str:
    """Any other ISO week."""
    return f"Week {number} of {year} ({days})"


def this_month(*, days: str) -> str:
    """The current month, up to today."""
    return f"This month so far ({days})"


def last_month(*, month: str) -> str:
    """The month before."""
    return f"Last month ({month})"


# Against the time before. What it is compared with is written by the first six.


def week_before(*, days: str, amount: str) -> str:
    """The whole week before; `amount`: "" for none."""
    return f"the week before ({_days_and_amount(days, amount)})"


def same_days_of_week_before(*, days: str, amount: str) -> str:
    """As many days of the week before as the current one has."""
    return f"the same days of the week before ({_days_and_amount(days, amount)})"


def month_before(*, days: str, amount: str) -> str:
    """The whole month before."""
    return f"the month before ({_days_and_amount(days, amount)})"


def same_days_of_month_before(*, days: str, amount: str) -> str:
    """As many days of the month before as the current one has."""
    return f"the same days of the month before ({_days_and_amount(days, amount)})"


def day_before(*, days: str, amount: str) -> str:
    """The day before a day."""
    return f"the day before ({_days_and_amount(days, amount)})"


def days_before(*, count: int, days: str, amount: str) -> str:
    """As many days before some days."""
    return f"the {count} days before ({_days_and_amount(days, amount)})"


def compared(*, before: str, by: str, is_more: bool) -> str:
    """How much more or less; `by`: a percentage."""
    return f"{by} {'more' if is_more else 'less'} than {before}."


def compared_times(*, before: str, times: str) -> str:
    """At least twice as much."""
    return f"{times} times {before}."


def compared_equal(*, before: str) -> str:
    """As much."""
    return f"The same as {before}."


def compared_with_nothing(*, before: str) -> str:
    """There was no cost before."""
    return f"{before[:1].upper()}{before[1:]} cost nothing."


def not_comparable(*, before: str) -> str:
    """Money of different kinds, or prices are missing: only what it was."""
    return f"Not directly comparable with {before}."


def worth(*, amount: str) -> str:
    """Instead of an amount: what a plan pays, at list price."""
    return f"worth {amount} at API list price"


# Days.


def average(*, amount: str, days: int) -> str:
    """Of the days that have begun."""
    return f"Average per day ({days} days): {amount}."


def most_expensive_day(*, day: str, amount: str) -> str:
    """The day that cost most."""
    return f"Most expensive day: {day}, {amount}."


def by_day() -> str:
    """Heading."""
    return "By day:"


def day(*, weekday: str, day: str) -> str:
    """How a day is called in a row."""
    return f"{weekday}, {day}"


def day_without_usage(*, day: str) -> str:
    """The row of a day on which nothing was used."""
    return f"{day}: no usage"


# Models with their shares.


def by_model_cost() -> str:
    """Heading; the shares are of the money."""
    return "By model (share of the cost):"


def by_model_worth() -> str:
    """Heading; the shares are of what a plan pays, at list price."""
    return "By model (share of the worth at list price):"


def by_model_tokens() -> str:
    """Heading; the shares are of the tokens."""
    return "By model (share of the tokens):"


def row_with_share(*, name: str, share: str, cost: str, tokens: str, requests: int) -> str:
    """One model."""
    used = "1 token" if tokens == "1" else f"{tokens} tokens"
    asked = "1 request" if requests == 1 else f"{requests:,} requests"
    return f"{name}: {share}, {cost}, {used}, {asked}"


def _days_and_amount(days: str, amount: str) -> str:
    return f"{days}, {amount}" if amount else days

"""The sentences and headings of tables, in English; Chinese: `zh/tables.py`.

Amounts, dates and token counts come in already written.
"""

from __future__ import annotations

from collections.abc import Sequence

# Headings of columns.


def day() -> str:
    """Rows by local day."""
    return "Day"


def week() -> str:
    """Rows by ISO week."""
    return "Week"


def month() -> str:
    """Rows by month."""
    return "Month"


def project_and_day() -> str:
    """Rows by project, and by day below each."""
    return "Project, day"


def last_active() -> str:
    """When a session was last active."""
    return "Last active"


def project() -> str:
    """The project of a session."""
    return "Project"


def session() -> str:
    """The id of a session."""
    return "Session"


def models() -> str:
    """The models of a row."""
    return "Models"


def uncached_input() -> str:
    """One kind of tokens."""
    return "Uncached input"


def output() -> str:
    """One kind of tokens."""
    return "Output"


def cache_write() -> str:
    """One kind of tokens."""
    return "Cache write"


def cache_read() -> str:
    """One kind of tokens."""
    return "Cache read"


def tokens() -> str:
    """Tokens of all kinds."""
    return "Tokens"


def cost() -> str:
    """Money."""
    return "Cost"


# Cells.


def week_of(*, year: int, number: int, first: str, last: str, last_in_month: str) -> str:
    """An ISO week; `last_in_month`: the last day without its month, "" when the months differ."""
    days = first if first == last else f"{first}–{last_in_month or last}"
    return f"{year}-W{number:02d} ({days})"


def several(*, names: Sequence[str], more: int) -> str:
    """Models or projects of one row; `more`: those that are not named."""
    return ", ".join(names) + (f" +{more}" if more else "")


def no_session() -> str:
    """The log names no session."""
    return "no session"


def total() -> str:
    """The last row."""
    return "Total"


# The first line, where the cost is not to be shown.


def used(*, when: str, tokens: str, requests: int) -> str:
    """What was used."""
    which = "1 token" if tokens == "1" else f"{tokens} tokens"
    return f"{when}: {which} in {'1 request' if requests == 1 else f'{requests:,} requests'}."


def nothing_used(*, when: str) -> str:
    """Nothing was used."""
    return f"{when}: no usage."


# On stderr, beside the JSON of another program that has no place for it.


def not_in_dollars(*, amount: str) -> str:
    """Money of another currency."""
    return f"Not in totalCost, which is in US dollars: {amount}."


def plan_in_total_cost(*, amount: str) -> str:
    """Usage that a plan pays for."""
    return f"totalCost holds {amount} of usage that your plan pays for, at API list price."


def unpriced_in_total_cost(*, tokens: str, models: Sequence[str], more: int) -> str:
    """Tokens without a price. `more`: models that are not named."""
    named = ", ".join(models) + (f" and {more} more" if more else "")
    of = f" ({named})" if named else ""
    which = "1 token" if tokens == "1" else f"{tokens} tokens"
    return f"Not in totalCost: {which} without a known price{of}."

"""What a session start says around the short reports, and of budgets that warn, in English.

They must stay short: one alert has at most 120 tokens. Chinese: `zh/delivered.py`.
"""

from __future__ import annotations


def heading(*, item: str) -> str:
    """The line above an item, by which a person knows it again. `item`: its id in the safe form."""
    return f"token-tracker {item}"


def nearly_used(*, name: str, spent: str, limit: str, left: str, partial: bool) -> str:
    """A budget warns. `partial`: some usage could not be counted."""
    if partial:
        return f"{name} is nearly used up: at least {spent} spent of {limit}, at most {left} left."
    return f"{name} is nearly used up: {spent} spent of {limit}, {left} left."


def exceeded(*, name: str, spent: str, limit: str, over: str, partial: bool) -> str:
    """A budget is exceeded. `partial`: some usage could not be counted."""
    if partial:
        return f"{name} is exceeded: at least {spent} spent of {limit}, {over} over or more."
    return f"{name} is exceeded: {spent} spent of {limit}, {over} over."


def used_up(*, name: str, limit: str, partial: bool) -> str:
    """Exactly all of a budget is spent. `partial`: some usage could not be counted."""
    return f"{name} is used up: all of {limit} is spent{', maybe more' if partial else ''}."


def warns(*, name: str) -> str:
    """A budget warns, where its amounts are too long to tell."""
    return f"{name} is nearly used up."


def is_exceeded(*, name: str) -> str:
    """A budget is exceeded, where its amounts are too long to tell."""
    return f"{name} is exceeded."


def advice(*, alert: str) -> str:
    """What the model should do while a budget is exceeded. `alert`: which, as a sentence."""
    return f"{alert} Before costly work, tell the user this and ask whether to go on."

"""The sentences about texts for scheduled agents in English. Chinese: `zh/automation.py`."""

from __future__ import annotations

_ABOUT = {
    "daily-report": "answers with the daily report",
    "weekly-report": "answers with last week's report",
    "monthly-report": "answers with last month's report",
    "budget-alert": "answers with budgets that are nearly used up or exceeded, else with nothing",
}


def texts_there_are() -> str:
    """What follows."""
    return "Texts for an agent that you schedule yourself:"


def about(*, name: str) -> str:
    """What a text makes an agent do."""
    return f"{name}: {_ABOUT[name]}"


def how_to_use_them() -> str:
    """The next step."""
    return (
        "`token-tracker automation render NAME` prints one, with the path of this program filled in. "
        "Nothing is scheduled by token-tracker."
    )

"""The only names that may go into a session: those that this program ships.

Everything else is somebody's words: what a log or a person calls a model, a project or a
provider, also what a price file of theirs does. It is said of what kind it is, and no more.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from token_tracker.paths import bundled_folder
from token_tracker.pricing import shipped
from token_tracker.render.format import clean_name
from token_tracker.settings import Budget
from token_tracker.sources import all_sources

NO_CURRENCY: Final = "XXX"
"""What ISO 4217 has for none: it is written with the sign that stands for any, "¤"."""


def known_model(name: str) -> str:
    """Give a name of a model as the price card has it; "" for any other."""
    return clean_name(name) if shipped.is_model_name(name) else ""


def known_scope(budget: Budget) -> str:
    """Name what a budget is limited to; "" where that name is not ours, or for all usage."""
    kind, value = budget.scope_kind, budget.scope_value
    if kind == "model":
        return clean_name(shipped.model_name(value))
    if kind == "provider":
        return value if _is_provider(value) else ""
    if kind == "source":
        return {one.id: one.name for one in all_sources()}.get(value, "")
    return ""


def known_currency(code: str) -> str:
    """Give a currency that exists as it is, and `NO_CURRENCY` for any other three letters.

    >>> known_currency("CNY"), known_currency("QQQ")
    ('CNY', 'XXX')
    """
    return code if are_currencies([code]) else NO_CURRENCY


def are_currencies(codes: Iterable[str]) -> bool:
    """Say whether all of these are currencies that exist."""
    from babel.numbers import list_currencies

    return list_currencies().issuperset(codes)


def _is_provider(value: str) -> bool:
    return shipped.is_provider(value) or value in _bundled_providers()


@cache
def _bundled_providers() -> frozenset[str]:
    return frozenset(file.stem for file in bundled_folder("providers").glob("*.py"))

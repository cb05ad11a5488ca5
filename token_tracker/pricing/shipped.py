"""The names that our own price tables hold, and no other: what may be said where nobody vets names.

The price files of the user, and a table of `prices update`, are not looked at: their names
are somebody else's words.
"""

from __future__ import annotations

import json
import re
from functools import cache
from typing import Any
from typing import NamedTuple

from token_tracker.pricing.section import DATA

_DATE = re.compile(r"[-@]\d{8}$", re.ASCII)
TABLES = ("genai_prices.json", "vendor_prices.json")


class Shipped(NamedTuple):
    """Names of the shipped tables.

    `providers`: ids. `models`: names as they are shown; `by_id`: the same by id and by name in
    lower case.
    """

    providers: frozenset[str]
    models: frozenset[str]
    by_id: dict[str, str]


def model_name(text: str) -> str:
    """Give the name of a model that is called by its id, its id without its date, or its name.

    "" where no shipped table has it.

    >>> [model_name(text) for text in ("claude-opus-4-5", "CLAUDE OPUS 4.5", "Claude Opus 4.5!")]
    ['Claude Opus 4.5', 'Claude Opus 4.5', '']
    """
    wanted, by_id = text.lower(), shipped().by_id
    return by_id.get(wanted) or by_id.get(_DATE.sub("", wanted), "")


def is_model_name(text: str) -> bool:
    """Say whether a shipped table has a model of exactly this name."""
    return text in shipped().models


def is_provider(text: str) -> bool:
    """Say whether a shipped table has a provider of this id."""
    return text in shipped().providers


@cache
def shipped() -> Shipped:
    """Read the names of the shipped tables."""
    providers: set[str] = set()
    models: set[str] = set()
    by_id: dict[str, str] = {}
    for table in TABLES:
        read: dict[str, Any] = json.loads((DATA / table).read_bytes())
        providers.update(read["providers"])
        for provider in read["providers"].values():
            for model in provider["models"]:
                for key in (model["id"], model["name"]):
                    by_id.setdefault(key.lower(), model["name"])
                models.add(model["name"])
    return Shipped(frozenset(providers), frozenset(models), by_id)

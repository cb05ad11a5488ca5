"""Settings files of the original skill: put into our shape, what was there kept beside them."""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from token_tracker.errors import StorageError
from token_tracker.formats.original_settings import budget_values
from token_tracker.formats.original_settings import is_original
from token_tracker.formats.original_settings import parse_object
from token_tracker.locks import LOCK_FILE
from token_tracker.locks import LOCK_TIMEOUT_S
from token_tracker.locks import replace_file
from token_tracker.paths import BUDGET_FILE
from token_tracker.paths import FILE_MODE
from token_tracker.paths import refuse_foreign_home
from token_tracker.recording import read_if_there
from token_tracker.settings import change_settings

Converted = tuple[dict[str, Any], list[str]]
"""A file in our shape, and the names of what it says."""


def upgrade_budget(home: Path) -> Converted | None:
    """Give our values for a `budget.json` of the original in our home, and put them in its place.

    None where it is none. The original stays beside it; a home that cannot be written is only read.

    Raises:
        SettingsError: it is not JSON, or a value cannot be.
    """
    path = home / BUDGET_FILE
    text = read_if_there(path)
    converted = None if text is None else _converted_budget(text, path)
    if converted is not None:
        put_in_place(path, lambda now: _converted_budget(now, path))
    return converted


def take_over_budget(skill: Path, home: Path) -> list[str]:
    """Set what the original's `budget.json` says and ours does not; give the names of it.

    Raises:
        SettingsError: one of the two is invalid; nothing was changed.
    """
    path = skill / BUDGET_FILE
    text = read_if_there(path)
    document = None if text is None else parse_object(text, str(path))
    if text is None or document is None or "schema" in document:
        return []
    values = budget_values(document, text, str(path))
    taken: list[str] = []

    def missing(there: Mapping[str, Any]) -> Mapping[str, Any]:
        new = {key: value for key, value in values.items() if key not in there and key != "budgets"}
        kept = there.get("budgets", [])
        known = {(one["period"], one.get("scope", "all")) for one in kept}
        budgets = [one for one in values.get("budgets", []) if (one["period"], one["scope"]) not in known]
        taken[:] = [*(one["period"] for one in budgets), *new]
        return {**new, "budgets": [*kept, *budgets]} if budgets else new

    if not values:
        return []
    try:
        change_settings(home, BUDGET_FILE, missing)
    except StorageError:
        return []  # the next run with a home that can be written takes it over
    return taken


def put_in_place(path: Path, convert: Callable[[bytes], Converted | None], original: bytes = b"") -> bool:
    """Write a file in our shape; what was there stays beside it. False where nothing was written.

    `original`: what is converted where the file is not there yet.
    """
    from filelock import FileLock

    home = path.parent
    try:
        refuse_foreign_home(home)
        with FileLock(home / LOCK_FILE, LOCK_TIMEOUT_S, mode=FILE_MODE):
            there = read_if_there(path)
            converted = convert(original if there is None else there)
            if converted is None:
                return False
            kept = path.with_name(f"{path.name}.original")
            if there is not None and not kept.exists():
                replace_file(kept, there)
            replace_file(path, (json.dumps(converted[0], ensure_ascii=False, indent=2) + "\n").encode())
    except (OSError, StorageError):
        return False  # a home that cannot be written keeps what it has
    return True


def _converted_budget(text: bytes, path: Path) -> Converted | None:
    document = parse_object(text, str(path))
    if document is None or not is_original(document):
        return None
    values = budget_values(document, text, str(path))
    names = [
        *(one["period"] for one in values.get("budgets", [])),
        *(key for key in values if key != "budgets"),
    ]
    return {"schema": 1, **values}, names

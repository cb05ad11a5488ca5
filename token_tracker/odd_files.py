"""Files and folders of the home that something else stands in for.

A folder, a pipe or a link that leads nowhere can have the name of a file that we lock, read or
write. Opening one by mistake is `files.py`'s to prevent; here it is found and told.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final
from typing import NamedTuple

from token_tracker.files import kind_of
from token_tracker.locks import LOCK_FILE
from token_tracker.paths import BESIDE_A_LEDGER
from token_tracker.paths import LEDGER_FILE
from token_tracker.paths import LEDGER_LOCK
from token_tracker.quiet import CHECK_LOCK

_REPLACED: Final = (
    "budget.json",
    "providers.json",
    "sources.json",
    "state.json",
    "due.json",
    "watched",
    "report-state.json",
    "alert-state.json",
)
FILES: Final = (
    LOCK_FILE,
    CHECK_LOCK,
    LEDGER_LOCK,
    LEDGER_FILE,
    *(f"{LEDGER_FILE}{suffix}" for suffix in BESIDE_A_LEDGER),
    *_REPLACED,
    *(f"{name}.new" for name in _REPLACED),
)
FOLDERS: Final = ("hooks", "log", "prices", "providers")


class OddFile(NamedTuple):
    """Something that is not what its name says. `kind`: as for `files.kind_of`."""

    path: str
    kind: str


def odd_files(home: str) -> list[OddFile]:
    """Give what is odd in a home: of our own names, and in our folders."""
    return [*_odd(home, FILES, "file"), *_odd(home, FOLDERS, "folder"), *_odd_inside(home)]


def _odd(folder: str, names: tuple[str, ...], wanted: str) -> Iterator[OddFile]:
    for name in names:
        path = os.path.join(folder, name)
        kind = _kind(path)
        if kind not in ("", wanted):
            yield OddFile(path, kind)


def _odd_inside(home: str) -> Iterator[OddFile]:
    for name in FOLDERS:
        for folder, _, names in os.walk(os.path.join(home, name)):
            for inside in sorted(names):
                path = os.path.join(folder, inside)
                kind = _kind(path)
                if kind not in ("", "file", "folder"):
                    yield OddFile(path, kind)


def _kind(path: str) -> str:
    try:
        return kind_of(path)
    except OSError:
        return ""  # nobody may look, which other findings say

"""Readers of the logs that coding agents leave on disk.

One module or folder here is one source; it is found by its name, so that adding a
source touches no other file. `contract.py` says what a source is, `_lines.py` and
`_native.py` are what JSON Lines sources share.
"""

from __future__ import annotations

import importlib
import os
from functools import cache

from token_tracker.sources.contract import Source


@cache
def all_sources() -> tuple[Source, ...]:
    """Give every source of this version, by id."""
    # pkgutil would do, and takes longer to load than most sources.
    found = {name.partition(".")[0] for folder in __path__ for name in os.listdir(folder)}
    names = sorted(name for name in found if name.isidentifier() and name[0] != "_" and name != "contract")
    modules = [importlib.import_module(f"{__name__}.{name}") for name in names]
    return tuple(sorted((module.SOURCE for module in modules), key=lambda source: source.id))

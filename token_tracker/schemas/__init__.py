"""The published JSON Schemas (2020-12): what `--json` prints and what our files hold.

A schema is a promise to whoever reads the JSON. It is open: fields are added, and one
that is removed or renamed raises `schema`. Nothing here builds or checks a document.
"""

from __future__ import annotations

import json
import re
from importlib import resources
from typing import Any

JsonSchema = dict[str, Any]
"""A parsed schema; `Any` because a JSON Schema nests without end."""

_SHARED = "common"
_OTHER_FILE = re.compile(r'"\$ref": "([a-z-]+)\.json')


def names() -> list[str]:
    """Give the name of every published shape, sorted.

    >>> "summary" in names(), "common" in names()
    (True, False)
    """
    files = [entry.name for entry in resources.files(__name__).iterdir()]
    shapes = {name.removesuffix(".json") for name in files if name.endswith(".json")}
    return sorted(shapes - {_SHARED})


def load(name: str) -> JsonSchema:
    """Give one schema whole: every file that it refers to is embedded under `$defs`.

    References stay as they are written; they resolve by the `$id` of what is embedded, so
    a validator needs nothing but this one object.

    Raises:
        LookupError: `name` is not one of `names()`.
    """
    if name not in names():
        raise LookupError(name)
    embedded: dict[str, JsonSchema] = {}
    schema = _read(name, embedded)
    del embedded[name]
    if embedded:
        schema["$defs"] = {f"{other}.json": part for other, part in sorted(embedded.items())}
    return schema


def _read(name: str, into: dict[str, JsonSchema]) -> JsonSchema:
    """Read a file, and into `into` everything it reaches by `$ref`."""
    text = resources.files(__name__).joinpath(f"{name}.json").read_text("utf-8")
    schema: JsonSchema = json.loads(text)
    into[name] = schema
    for other in _OTHER_FILE.findall(text):
        if other not in into:
            _read(other, into)
    return schema

"""What a document gets wrong about its published shape, fields that nobody promised included.

The published schemas are open, so that fields can be added; tests check what we print
against a closed variant of them.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema import TypeChecker
from jsonschema import validators
from jsonschema.protocols import Validator

from token_tracker import schemas


def complaints(shape: str, document: object) -> list[str]:
    """List what is wrong with a whole document; `shape` is a name of `schemas.names()`."""
    return _complaints(_validator(shape), document)


def part_complaints(part: str, value: object) -> list[str]:
    """List what is wrong with a shared object, such as `cost`; `part` names it in `common.json`."""
    return _complaints(_part_validator(part), value)


def common() -> schemas.JsonSchema:
    """Give the file of shared objects."""
    shared: schemas.JsonSchema = schemas.load("error")["$defs"]["common.json"]
    return shared


def nodes(value: object) -> Iterator[dict[str, Any]]:
    """Walk every object inside a JSON value, itself included."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from nodes(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def _complaints(validator: Validator, document: Any) -> list[str]:
    # The envelope is also an object of its own, so one odd field can be found twice.
    return sorted({f"{error.json_path}: {error.message}" for error in validator.iter_errors(document)})


@cache
def _validator(shape: str) -> Validator:
    return _Validator(_closed(schemas.load(shape)))


@cache
def _part_validator(part: str) -> Validator:
    return _Validator(_closed({"$ref": f"common.json#/$defs/{part}", "$defs": {"common.json": common()}}))


def _closed(schema: schemas.JsonSchema) -> schemas.JsonSchema:
    closed = copy.deepcopy(schema)
    for node in nodes(closed):
        # An envelope is closed together with the document that refers to it: only
        # `unevaluatedProperties` sees what the referring schema adds.
        if node.get("type") == "object" and "properties" in node:
            node["unevaluatedProperties"] = False
    return closed


def _is_number(_checker: TypeChecker, value: object) -> bool:
    """JSON has no NaN and no infinity, though Python's reader accepts both."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


_Validator: type[Validator] = validators.extend(  # type: ignore[no-untyped-call]  # untyped in types-jsonschema
    Draft202012Validator,
    type_checker=Draft202012Validator.TYPE_CHECKER.redefine("number", _is_number),
)

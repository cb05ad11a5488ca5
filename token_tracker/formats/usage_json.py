"""The usage files of the original skill, and what our own `usage-json` export writes: shapes of rows.

Rows come in an object below `records`, `sessions`, `usage` or `days`, as an array or keyed
by day, model or session; as an array; or as JSON Lines. What a row says is in `usage_rows.py`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any
from typing import Final
from typing import NamedTuple

from token_tracker.errors import SettingsError
from token_tracker.formats.usage_rows import NUMBERS
from token_tracker.formats.usage_rows import WHEN
from token_tracker.formats.usage_rows import BadRow
from token_tracker.formats.usage_rows import UsageRow
from token_tracker.formats.usage_rows import currency_of
from token_tracker.formats.usage_rows import exact_number
from token_tracker.formats.usage_rows import is_day
from token_tracker.formats.usage_rows import read_row

LISTS: Final = ("records", "sessions", "usage", "days")
"""Where rows are, the finest first: what is below another of them may be a view of the same usage."""

_NAMED_KEYS: Final = 12


class UsageFile(NamedTuple):
    """What a file holds; `left_out`: lists that may be other views of the same usage."""

    rows: Sequence[UsageRow]
    bad: Sequence[BadRow]
    left_out: Sequence[str] = ()


class _Raw(NamedTuple):
    """A row as it stands in the file; `content` is no object where there should be one."""

    number: int
    content: object


class _RepeatedKeyError(ValueError):
    """An object names a key twice: one of its rows would be lost."""


def read_usage(text: bytes, name: str) -> UsageFile:
    """Read a file; `name`: what errors call it.

    Raises:
        SettingsError: not JSON, with its line; or of another shape, with the keys that were found.
    """
    document, is_lines = _parsed(text, name)
    if is_lines:
        return _read(document, name)
    if isinstance(document, list):
        return _read(_numbered(document), name)
    if not isinstance(document, dict):
        raise _unknown_shape(name, [])
    currency = currency_of(document.get("currency")) or "USD"
    there = [key for key in LISTS if isinstance(document.get(key), list | dict)]
    if not there and _is_row(document):
        return _read([_Raw(1, document)], name, list(document), currency)
    if not there:
        raise _unknown_shape(name, list(document))
    full = [key for key in there if document[key]]
    chosen = (full or there)[0]
    found = document[chosen]
    raw = _numbered(found if isinstance(found, list) else list(_entries(found)))
    return _read(raw, name, list(document), currency)._replace(left_out=tuple(full[1:]))


def _read(raw: Sequence[_Raw], name: str, keys: Sequence[str] = (), currency: str = "USD") -> UsageFile:
    objects = [one.content for one in raw if isinstance(one.content, dict)]
    if raw and not any(_says_something(content) for content in objects):
        raise _unknown_shape(name, list(objects[0]) if objects else keys)
    rows: list[UsageRow] = []
    bad: list[BadRow] = []
    for number, content in raw:
        row = (
            read_row(number, content, currency)
            if isinstance(content, dict)
            else BadRow(number, "not-an-object")
        )
        if isinstance(row, BadRow):
            bad.append(row)
        else:
            rows.append(row)
    return UsageFile(rows, bad)


def _numbered(rows: Sequence[object]) -> list[_Raw]:
    return [_Raw(number, row) for number, row in enumerate(rows, 1)]


def _says_something(row: Mapping[str, Any]) -> bool:
    return any(key in row for key in WHEN) or any(key in row for key in NUMBERS)


def _is_row(entry: Mapping[str, Any]) -> bool:
    return any(key in entry for key in NUMBERS)


def _entries(keyed: Mapping[str, Any]) -> Iterator[object]:
    """Give the rows of an object that is keyed by day, or by the name of a session."""
    for key, value in keyed.items():
        known = {"date": key} if is_day(key) else {"session": key}
        if isinstance(value, dict) and not _is_row(value) and any(map(_holds_rows, value.values())):
            for name, rows in value.items():
                inner = {"date": name} if is_day(name) else {"model": name} if is_day(key) else {}
                yield from _with(rows, {**known, **inner})
        else:
            yield from _with(value, known)


def _holds_rows(value: object) -> bool:
    return isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(one, dict) for one in value)
    )


def _with(value: object, known: Mapping[str, str]) -> Iterator[object]:
    """Give a row, or each of several, with what its keys say; what it says itself goes before."""
    for row in value if isinstance(value, list) else [value]:
        yield {**known, **_without_nulls(row)} if isinstance(row, dict) else row


def _without_nulls(row: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in row.items() if value is not None}


def _parsed(text: bytes, name: str) -> tuple[Any, bool]:
    """Give the document, or the rows of JSON Lines and True."""
    try:
        decoded = text.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _not_json(name, text.count(b"\n", 0, error.start) + 1, "not UTF-8") from None
    try:
        return _load(decoded), False
    except json.JSONDecodeError as error:
        if not _begins_with_a_row(decoded):
            raise _not_json(name, error.lineno, error.msg) from None
    except ValueError as error:
        raise _not_json(name, 1, _reason(error)) from None
    except RecursionError:
        raise _not_json(name, 1, "nested too deeply") from None
    return list(_lines(decoded, name)), True


def _begins_with_a_row(text: str) -> bool:
    first = text.lstrip().partition("\n")[0]
    try:
        return isinstance(_load(first), dict)
    except (ValueError, RecursionError):
        return False


def _lines(text: str, name: str) -> Iterator[_Raw]:
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            yield _Raw(number, _load(line))
        except ValueError as error:
            raise _not_json(name, number, _reason(error)) from None
        except RecursionError:
            raise _not_json(name, number, "nested too deeply") from None


def _load(text: str) -> Any:
    return json.loads(text, parse_float=exact_number, object_pairs_hook=_without_repeats)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _RepeatedKeyError
    return found


def _reason(error: ValueError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return error.msg
    if isinstance(error, _RepeatedKeyError):
        return "the key is there twice"
    return "a number has too many digits"


def _not_json(name: str, line: int, reason: str) -> SettingsError:
    return SettingsError("settings_not_json", path=name, line=str(line), reason=reason)


def _unknown_shape(name: str, found: Sequence[str]) -> SettingsError:
    shown = [str(key)[:60] for key in found[:_NAMED_KEYS]]
    if len(found) > len(shown):
        shown.append("…")
    return SettingsError("import_shape_unknown", path=name, keys=", ".join(shown))

"""The user's own prices: `prices/*.json` in the home, read strictly, written whole.

    {"schema": 1, "rows": [{"provider": "anthropic", "model": "claude-opus-4-8",
      "from": "2026-10-01", "currency": "USD", "input": "4.5", "output": "22"}]}

A row holds from its day until the next row of the same model and terms, and wins over
the shipped card. A kind it leaves out has no price, unless the vendor has a rule that
gives it from another. A file may also hold `"currencies": {"deepseek": "CNY"}`: which of
its price lists a provider bills by.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from typing import NamedTuple
from typing import NoReturn

from token_tracker.errors import SettingsError
from token_tracker.errors import StorageError
from token_tracker.files import read_plain_file
from token_tracker.locks import refused
from token_tracker.pricing.rate import PRICE_KINDS
from token_tracker.pricing.rate import SPEEDS
from token_tracker.pricing.rate import STANDARD
from token_tracker.pricing.rate import TIERS
from token_tracker.pricing.rate import USER
from token_tracker.pricing.section import Model

OWN_FILE = "own.json"
"""The file that `set_override` writes; other `*.json` files are the user's."""

_TEXT_KEYS = ("provider", "model", "from", "currency", "tier", "speed", "source_url", "checked_on", "note")
_KEYS = (*_TEXT_KEYS, *PRICE_KINDS)
_PRICE = re.compile(r"\d{1,9}(?:\.\d{1,12})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_ROWS = re.compile(r'"rows"\s*:\s*\[')
_GAP = re.compile(r"[\s,]*")
_FILE_MODE = 0o600
_DIRECTORY_MODE = 0o700


class Override(NamedTuple):
    """One row of the user: the terms it is for, and prices as decimal strings."""

    provider: str
    model: str
    prices: Mapping[str, str]
    valid_from: str = ""
    currency: str = "USD"
    tier: str = ""
    speed: str = ""
    source_url: str = ""
    checked_on: str = ""
    note: str = ""


class OwnPrices(NamedTuple):
    """What the files of the user say: rows, and the currency paid to a provider.

    `content`: the bytes read, which become part of the card's version.
    """

    rows: Sequence[Override] = ()
    currencies: Mapping[str, str] = {}
    content: bytes = b""


def read_overrides(directory: Path | None) -> OwnPrices:
    """Read every override file in the order of their names.

    Raises:
        SettingsError: a file is not valid; facts `path`, `line`, `reason`.
        StorageError: a file cannot be read, or a folder or pipe has its name.
    """
    own = OwnPrices()
    for path in sorted(directory.glob("*.json")) if directory else ():
        more = read_own(path, _bytes_of(path))
        own = OwnPrices(
            [*own.rows, *more.rows], {**own.currencies, **more.currencies}, own.content + more.content
        )
    return own


def _bytes_of(path: Path) -> bytes:
    try:
        return read_plain_file(path)
    except OSError as error:
        raise refused(str(path), error) from error


def read_own(path: Path, content: bytes) -> OwnPrices:
    """Read one override file.

    Raises:
        SettingsError: it is not valid; facts `path`, `line`, `reason`.
    """
    try:
        text = content.decode("utf-8")
        top = json.loads(text, parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise _not_json(path, content[: error.start].count(b"\n") + 1, "not UTF-8") from None
    except json.JSONDecodeError as error:
        raise _not_json(path, error.lineno, error.msg) from None
    except RecursionError:
        raise _not_json(path, 1, "nested too deeply") from None
    except ValueError as error:  # a number of thousands of digits
        raise _not_json(path, 1, str(error)) from None
    if not isinstance(top, dict) or {*top} - {"currencies"} != {"schema", "rows"} or top["schema"] != 1:
        _refuse(path, 1, 'expected {"schema": 1, "rows": [...]}')
    if not isinstance(top["rows"], list):
        _refuse(path, 1, "rows is not a list")
    currencies = top.get("currencies", {})
    if not isinstance(currencies, dict) or not all(_is_currency(one) for one in currencies.values()):
        _refuse(path, 1, 'currencies is not {"provider": "three-letter code"}')
    lines = _row_lines(text, len(top["rows"]))
    rows = [_read_row(path, line, row) for line, row in zip(lines, top["rows"], strict=True)]
    return OwnPrices(rows, currencies, content)


def _is_currency(value: object) -> bool:
    return isinstance(value, str) and _CURRENCY.fullmatch(value) is not None


def _row_lines(text: str, count: int) -> list[int]:
    start = _ROWS.search(text)
    at = start.end() if start else 0
    lines = []
    decoder = json.JSONDecoder(parse_float=Decimal)
    for _ in range(count):
        gap = _GAP.match(text, at)
        at = gap.end() if gap else at
        lines.append(text.count("\n", 0, at) + 1)
        at = decoder.raw_decode(text, at)[1]
    return lines


def _read_row(path: Path, line: int, row: object) -> Override:
    if not isinstance(row, dict):
        _refuse(path, line, "a row is not an object")
    for key in row:
        if key not in _KEYS:
            _refuse(path, line, f"unknown key {key}")
    for key in _TEXT_KEYS:
        if not isinstance(row.get(key, ""), str):
            _refuse(path, line, f"{key} is not a text")
    if reason := invalid(row):
        _refuse(path, line, reason)
    return Override(
        provider=row["provider"],
        model=row["model"],
        prices={kind: _price_text(row[kind]) for kind in PRICE_KINDS if row.get(kind) is not None},
        valid_from=row.get("from", ""),
        currency=row.get("currency", "USD"),
        tier=_unless_standard(row.get("tier", "")),
        speed=_unless_standard(row.get("speed", "")),
        source_url=row.get("source_url", ""),
        checked_on=row.get("checked_on", ""),
        note=row.get("note", ""),
    )


def invalid(row: Mapping[str, Any]) -> str:
    """Say what is wrong with a row's values, "" when nothing is."""
    for key in ("provider", "model"):
        if not row.get(key):
            return f"{key} is missing"
    for kind in PRICE_KINDS:
        value = row.get(kind)
        if value is not None and not _PRICE.fullmatch(_price_text(value)):
            return f"{kind} is not a decimal price"
    if all(row.get(kind) is None for kind in PRICE_KINDS):
        return "no price"
    if not _is_currency(row.get("currency", "USD")):
        return "currency is not a three-letter code"
    for key in ("from", "checked_on"):
        if row.get(key) and not _is_day(row[key]):
            return f"{key} is not a day"
    return _invalid_terms(row)


def _invalid_terms(row: Mapping[str, Any]) -> str:
    for key, words in (("tier", TIERS), ("speed", SPEEDS)):
        if row.get(key, "") not in ("", *words):
            return f"{key} is not one of {', '.join(words)}"
    return ""


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _price_text(value: object) -> str:
    return format(value, "f") if isinstance(value, Decimal) else "" if isinstance(value, bool) else str(value)


def _unless_standard(term: str) -> str:
    return "" if term == STANDARD else term


def _not_json(path: Path, line: int, reason: str) -> SettingsError:
    return SettingsError("settings_not_json", path=str(path), line=str(line), reason=reason)


def _refuse(path: Path, line: int, reason: str) -> NoReturn:
    raise SettingsError("price_override_invalid", path=str(path), line=str(line), reason=reason)


def set_override(directory: Path, row: Override) -> Path:
    """Write one row into the user's own file, in place of its row for the same day and terms.

    The file is replaced as a whole, so a crash leaves the old or the new one.

    Raises:
        SettingsError: the row or the file that is there is not valid; nothing is written.
        StorageError: that file cannot be read, or the directory not be written.
    """
    path = directory / OWN_FILE
    row = row._replace(tier=_unless_standard(row.tier), speed=_unless_standard(row.speed))
    entry = _entry(row)
    if reason := invalid(entry):
        _refuse(path, 0, reason)
    there = read_own(path, _bytes_of(path)) if path.exists() else OwnPrices()
    entries = [_entry(other) for other in there.rows if _slot(other) != _slot(row)] + [entry]
    return _write(path, entries, there.currencies)


def choose_currency(directory: Path, provider: str, currency: str) -> Path:
    """Write into the user's own file in which currency a provider is paid; its rows stay.

    Raises:
        SettingsError: the file that is there is not valid; nothing is written.
        StorageError: that file cannot be read, or the directory not be written.
    """
    path = directory / OWN_FILE
    there = read_own(path, _bytes_of(path)) if path.exists() else OwnPrices()
    return _write(path, [_entry(row) for row in there.rows], {**there.currencies, provider: currency})


def _write(path: Path, entries: Sequence[Mapping[str, str]], currencies: Mapping[str, str]) -> Path:
    lines = ",\n".join(json.dumps(item, ensure_ascii=False) for item in entries)
    chosen = f'"currencies": {json.dumps(currencies)}, ' if currencies else ""
    write_whole(path, f'{{"schema": 1, {chosen}"rows": [\n{lines}\n]}}\n')
    return path


def write_whole(path: Path, text: str) -> None:
    """Write a price file as a whole, so that a crash leaves the old or the new one.

    Raises:
        StorageError: the directory cannot be written; facts `path`, `reason`.
    """
    try:
        # With `parents` only the last directory would get the mode.
        for place in reversed([one for one in path.parents if not one.exists()]):
            place.mkdir(mode=_DIRECTORY_MODE, exist_ok=True)
        _replace(path, text)
    except OSError as error:
        raise StorageError(
            "price_override_unwritable", path=str(path), reason=error.strerror or ""
        ) from error


def _slot(row: Override) -> tuple[str, str, str, str, str]:
    return row.provider.lower(), row.model.lower(), row.valid_from, row.tier, row.speed


def _entry(row: Override) -> dict[str, str]:
    entry = {
        "provider": row.provider, "model": row.model, "from": row.valid_from, "currency": row.currency,
        "tier": row.tier, "speed": row.speed, **row.prices,
        "source_url": row.source_url, "checked_on": row.checked_on, "note": row.note,
    }  # fmt: skip
    return {key: value for key, value in entry.items() if value}


def _replace(path: Path, text: str) -> None:
    import tempfile

    handle, name = tempfile.mkstemp(prefix=".own-", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, _FILE_MODE)
        os.replace(name, path)
    except OSError:
        os.unlink(name)
        raise


def model_of(provider: str, model_id: str, shipped: Model | None, rows: Sequence[Override]) -> Model:
    """Lay the user's rows over a shipped model, or make a model of them alone."""
    ordered = sorted(rows, key=lambda row: row.valid_from)
    standard = [_row_entry(row) for row in ordered if not (row.tier or row.speed)]
    variants = [
        {**_row_entry(row), "when": when, "whole": True} for row in reversed(ordered) if (when := _when(row))
    ]
    entry: dict[str, Any] = {"id": model_id, "name": model_id, **(shipped.entry if shipped else {})}
    entry["rows"] = [*(shipped.entry["rows"] if shipped else ()), *standard]
    kept = shipped.entry.get("variants", ()) if shipped and not shipped.list_price_for else ()
    entry["variants"] = [*variants, *kept]
    if shipped is None:
        return Model(provider, entry, "", "", USER)
    return shipped._replace(provider=provider, entry=entry, list_price_for="")


def _row_entry(row: Override) -> dict[str, Any]:
    return {
        "from": row.valid_from, "prices": row.prices, "currency": row.currency,
        "source_url": row.source_url, "checked_on": row.checked_on, "note": row.note or "own price",
        "origin": USER,
    }  # fmt: skip


def _when(row: Override) -> dict[str, str]:
    when = {}
    if row.tier:
        when.update({"processing": "batch"} if row.tier == "batch" else {"service_tier": row.tier})
    if row.speed:
        when["speed"] = row.speed
    return when

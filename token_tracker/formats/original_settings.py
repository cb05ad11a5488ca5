"""The settings and delivery states of the original skill, in the shapes that we keep.

How it spelled its keys is not known for certain, so several spellings are understood; what
is understood and cannot be is an error, never a guess.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from typing import Any
from typing import Final

from token_tracker.errors import CommandLineError
from token_tracker.errors import SettingsError
from token_tracker.formats.usage_rows import currency_of
from token_tracker.formats.usage_rows import exact_number
from token_tracker.formats.usage_rows import number_of
from token_tracker.period import find_zone
from token_tracker.settings import BUDGET_PERIODS
from token_tracker.settings import Budget
from token_tracker.settings import budget_entry

_PLAIN: Final = ("budget", "amount", "limit")
_LIMITS: Final = {
    period: (f"{period}_budget", f"{period}Budget", f"{period}_limit", f"{period}Limit", period)
    for period in BUDGET_PERIODS
}
_HOUR: Final = ("daily_report_hour", "dailyReportHour", "report_hour", "reportHour")
_LANGUAGE: Final = ("language", "lang")
_ZONE: Final = ("time_zone", "timezone", "timeZone", "tz")
_OURS: Final = ("schema", "language", "time_zone", "currency", "daily_report_hour")
_LARGEST_LIMIT: Final = Decimal(10**15)
_SMALLEST: Final = Decimal("1e-12")

_REPORT_ID: Final = re.compile(r"(daily:\d{4}-\d\d-\d\d|weekly:\d{4}-W\d\d|monthly:\d{4}-\d\d)$")
_ALERT: Final = re.compile(
    r"(?:alert:)?(?:(daily|weekly|monthly):)?(?:(warning|exceeded):)?(\d{4}-\d\d-\d\d)$"
)


class _BadValueError(ValueError):
    """A value that is understood and cannot be; the argument is the reason."""


def parse_object(text: bytes, path: str) -> dict[str, Any] | None:
    """Read a file; None where it holds no object.

    Raises:
        SettingsError: it is not JSON.
    """
    try:
        document = json.loads(text.decode("utf-8-sig"), parse_float=exact_number)
    except UnicodeDecodeError as error:
        raise _not_json(path, text.count(b"\n", 0, error.start) + 1, "not UTF-8") from None
    except json.JSONDecodeError as error:
        raise _not_json(path, error.lineno, error.msg) from None
    except ValueError:
        raise _not_json(path, 1, "a number has too many digits") from None
    except RecursionError:
        raise _not_json(path, 1, "nested too deeply") from None
    return document if isinstance(document, dict) else None


def is_original(document: Mapping[str, Any]) -> bool:
    """Say whether an object is a `budget.json` of the original skill and none of ours.

    >>> is_original({"daily": 15}), is_original({"schema": 1, "daily": 15}), is_original({"currency": "USD"})
    (True, False, False)
    """
    if "schema" in document or isinstance(document.get("budgets"), list):
        return False
    known = {*_PLAIN, *_HOUR, *_LANGUAGE, *_ZONE, *(key for keys in _LIMITS.values() for key in keys)}
    return any(key in known - set(_OURS) for key in _flat(document))


def budget_values(document: Mapping[str, Any], text: bytes, path: str) -> dict[str, Any]:
    """Give the keys of our `budget.json` that the original's says.

    Raises:
        SettingsError: a value that cannot be.
    """
    flat = _flat(document)
    found: dict[str, Any] = {}
    budgets = []
    key = ""
    try:
        for name, (keys, read) in _SIMPLE.items():
            if (key := _there(flat, keys)) and (value := read(flat[key])) is not None:
                found[name] = value
        for period, keys in _LIMITS.items():
            plain = _PLAIN if flat.get("period", "daily") == period else ()
            if key := _there(flat, (*keys, *plain)):
                budget = _budget(period, flat[key], found.get("currency", "USD"))
                budgets += [budget_entry(budget)] if budget.limit else []
    except _BadValueError as error:
        place = text.find(json.dumps(key).encode())
        line = text.count(b"\n", 0, max(0, place)) + 1
        facts = {"path": path, "line": str(line), "key": key, "reason": str(error)}
        raise SettingsError("settings_invalid_value", **facts) from None
    return {**found, "budgets": budgets} if budgets else found


def delivered_reports(document: Mapping[str, Any]) -> list[str]:
    """Give the ids of reports that the original skill has delivered.

    A week or month that is only known by the day of its report is the one before that day.

    >>> delivered_reports({"last_daily_report": "2026-03-18", "weekly": {"sent": "2026-03-16T09:00:00"}})
    ['daily:2026-03-18', 'weekly:2026-W11']
    """
    ids: dict[str, None] = {}
    for names in _said(document):
        exact = [found[1] for name in names if (found := _REPORT_ID.match(name))]
        if exact:
            ids[exact[0]] = None
            continue
        kind = next((kind for name in names for kind in BUDGET_PERIODS if kind in name.lower()), None)
        day = next((day for name in names if (day := _day(name)) is not None), None)
        if kind is not None and day is not None:
            ids[_report_id(kind, day)] = None
    return list(ids)


def delivered_alerts(document: Mapping[str, Any]) -> list[str]:
    """Give the ids of alerts that the original skill has delivered; of both states where it says none.

    >>> delivered_alerts({"alerts": {"monthly:exceeded:2026-03-18": True}})
    ['alert:monthly:exceeded:2026-03-18']
    """
    ids: dict[str, None] = {}
    for names in _said(document):
        found = next((match for name in names if (match := _ALERT.match(name))), None)
        day = next((day for name in names if (day := _day(name)) is not None), None)
        if found is None and day is None:
            continue
        words = "/".join(names).lower()
        kind = (found and found[1]) or next((kind for kind in BUDGET_PERIODS if kind in words), "daily")
        said = (found and found[2]) or next((one for one in ("warning", "exceeded") if one in words), None)
        when = found[3] if found is not None else str(day)
        for state in ("warning", "exceeded") if said is None else (said,):
            ids[f"alert:{kind}:{state}:{when}"] = None
    return list(ids)


def delivery_state(ids: Sequence[str], at: str, zone_name: str) -> dict[str, Any]:
    """Give our state file in which these were delivered; `at`: the instant, in UTC."""
    nobody = ("session", "pid", "process_started", "boot_id", "lease_until")
    item = {"state": "delivered", "at": at, **dict.fromkeys(nobody), "zone": zone_name}
    return {"schema": 1, "items": dict.fromkeys(ids, item), "last_error": None}


def _flat(document: Mapping[str, Any]) -> dict[str, Any]:
    inner = document.get("budgets")
    return {**document, **inner} if isinstance(inner, dict) else dict(document)


def _there(document: Mapping[str, Any], keys: Sequence[str]) -> str:
    return next((key for key in keys if document.get(key) not in (None, "")), "")


def _currency(value: object) -> str:
    code = currency_of(value)
    if code is None:
        raise _BadValueError("currency is not a three-letter code")
    return code


def _hour(value: object) -> int:
    hour = number_of(str(value).partition(":")[0])
    if hour is None or hour not in range(24):
        raise _BadValueError("expected an hour from 0 to 23")
    return int(hour)


def _language(value: object) -> str | None:
    """Give a language of ours; with any other, the system's decides as if none were set."""
    language = str(value).lower()[:2]
    return language if language in ("zh", "en") else None


def _zone(value: object) -> str:
    try:
        return find_zone(str(value)).name
    except CommandLineError:
        raise _BadValueError("Value error, no such time zone") from None


def _budget(period: str, value: object, currency: str) -> Budget:
    """Give a budget; with a limit of 0 there is none."""
    if isinstance(value, dict):
        currency = currency_of(value.get("currency")) or currency
        value = next((value[key] for key in _PLAIN if key in value), None)
    amount = number_of(value)
    if amount is None or not 0 <= amount < _LARGEST_LIMIT:
        raise _BadValueError("expected an amount above 0")
    limit = f"{amount.quantize(_SMALLEST):f}".rstrip("0").rstrip(".")
    return Budget(period, Decimal(limit or "0"), currency)


def _said(value: object, path: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """Give what each leaf says with the keys above it, the nearest first; what is not so is left out."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _said(inner, (str(key), *path))
    elif isinstance(value, list):
        for inner in value:
            yield from _said(inner, path)
    elif value is not None and value is not False:
        yield [str(value), *path]


def _day(text: str) -> date | None:
    try:
        return datetime.fromisoformat(text).date()
    except ValueError:
        return None


def _report_id(kind: str, day: date) -> str:
    if kind == "daily":
        return f"daily:{day.isoformat()}"
    if kind == "weekly":
        return f"weekly:{day - timedelta(days=7):%G-W%V}"
    return f"monthly:{day.replace(day=1) - timedelta(days=1):%Y-%m}"


def _not_json(path: str, line: int, reason: str) -> SettingsError:
    return SettingsError("settings_not_json", path=path, line=str(line), reason=reason)


_SIMPLE: Final[Mapping[str, tuple[Sequence[str], Callable[[object], object]]]] = {
    "currency": (("currency",), _currency),
    "daily_report_hour": (_HOUR, _hour),
    "language": (_LANGUAGE, _language),
    "time_zone": (_ZONE, _zone),
}
"""What is read into one key of ours: the keys it may stand under, and what reads it."""

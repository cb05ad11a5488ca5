"""Check what a provider file gives before any of it is kept: anybody may have written the file.

What passes can be stored and added up: a sum that no column can hold would stop every report.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any
from typing import Final

from token_tracker.errors import ProviderError
from token_tracker.model import Balance
from token_tracker.model import BalanceReading
from token_tracker.model import BilledRecord
from token_tracker.model import BillUnit
from token_tracker.model import Quota
from token_tracker.model import ReportedUsage
from token_tracker.model import Spent
from token_tracker.model import Tokens
from token_tracker.providers import is_iso_code
from token_tracker.providers import is_money

LARGEST_BILL: Final = 10**10
"""Of one report, UTC day and currency: a column holds the sum of two years of such days in 10^-6."""

LARGEST_COUNT: Final = 10**15
"""Of one report and UTC day, for each kind of token."""

LONGEST_NAME: Final = 200
_LATEST_MS: Final = 2**53


def checked_unit(unit: BillUnit) -> BillUnit:
    """Give back a unit; names that are too long are cut.

    Raises:
        ProviderError: it holds what is no day, name, amount or count, or sums that nobody is billed.
    """
    _must(type(unit) is BillUnit, "unit")
    _must(type(unit.day) is date, "day")
    _must(unit.refreshed_at_ms is None or _is_count(unit.refreshed_at_ms, _LATEST_MS), "refreshed_at_ms")
    billed = None if unit.billed is None else tuple(map(_checked_record, unit.billed))
    usage = None if unit.usage is None else tuple(map(_checked_usage, unit.usage))
    sums: dict[str, Decimal] = {}
    for record in billed or ():
        sums[record.currency] = sums.get(record.currency, Decimal(0)) + abs(record.amount)
    _must(all(total < LARGEST_BILL for total in sums.values()), "billed")
    counts = zip(*(used.tokens for used in usage or ()), strict=True)
    _must(all(sum(kind) < LARGEST_COUNT for kind in counts), "usage")
    _must(sum(used.requests or 0 for used in usage or ()) < LARGEST_COUNT, "requests")
    return unit._replace(report=_name(unit.report, "report"), billed=billed, usage=usage)


def checked_reading(reading: BalanceReading) -> BalanceReading:
    """Give back what was left on an account.

    Raises:
        ProviderError: it holds what is no balance, quota, name, amount or count.
    """
    _must(type(reading) is BalanceReading, "balance")
    for balance in reading.balances:
        _must(type(balance) is Balance and type(balance.is_usable) is bool, "balance")
        _must(is_iso_code(balance.currency), "currency")
        _must_all(is_money, (balance.total, *(amount for _, amount in balance.parts)), "balance")
        _must_all(_is_name, (name for name, _ in balance.parts), "parts")
    for quota in reading.quotas:
        _must(type(quota) is Quota, "quota")
        _must_all(_is_name, (quota.name, quota.window), "quota")
        _must(quota.used_ratio is None or is_money(quota.used_ratio), "used_ratio")
        _must_all(_is_known_count, (quota.used, quota.limit, quota.resets_at_ms), "quota")
    for spent in reading.spent:
        _must(type(spent) is Spent, "spent")
        _must_all(_is_name, (spent.window, spent.reach), "spent")
        _must(is_iso_code(spent.currency), "currency")
        _must(is_money(spent.amount), "amount")
    return reading


def _checked_record(record: BilledRecord) -> BilledRecord:
    _must(type(record) is BilledRecord, "billed")
    _must(is_money(record.amount), "amount")
    _must(is_iso_code(record.currency), "currency")
    _must(record.hour is None or _is_count(record.hour, 23), "hour")
    return record._replace(
        model=_name(record.model, "model"),
        item=_name(record.item, "item"),
        project=_name(record.project, "project"),
    )


def _checked_usage(used: ReportedUsage) -> ReportedUsage:
    _must(type(used) is ReportedUsage and type(used.tokens) is Tokens, "usage")
    _must_all(_is_known_count, (*used.tokens, used.requests), "usage")
    _must(None not in used.tokens, "tokens")
    _must(used.hour is None or _is_count(used.hour, 23), "hour")
    return used._replace(model=_name(used.model, "model"), project=_name(used.project, "project"))


def _must(holds: bool, place: str) -> None:
    if not holds:
        raise ProviderError("answer_not_understood", provider="", place=place, reason="value")


def _must_all(holds: Callable[[Any], bool], values: Iterable[Any], place: str) -> None:
    for value in values:
        _must(holds(value), place)


def _is_count(value: Any, most: int = LARGEST_COUNT) -> bool:
    return type(value) is int and 0 <= value <= most


def _is_known_count(value: Any) -> bool:
    return value is None or _is_count(value)


def _is_name(text: Any) -> bool:
    return type(text) is str and not any("\ud800" <= char <= "\udfff" for char in text)


def _name(text: Any, place: str) -> str:
    _must(_is_name(text), place)
    return str(text[:LONGEST_NAME])

"""What the answers about balances say in English, as functions with named arguments.

Amounts, percentages, days and times come in already written. Chinese: `zh/balances.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

_PARTS = {
    "granted": "granted",
    "topped_up": "topped up",
    "voucher": "vouchers",
    "cash": "cash",
    "credit": "credit line",
    "owed": "account",
}
_WINDOWS = {"5h": "5 hours", "day": "day", "week": "week", "month": "month"}
_QUOTAS = {
    "usage": "all use",
    "limit": "all use",
    "limit_5h": "all use",
    "limit_month_total": "all use",
    "limit_month_code": "coding",
}
_SPENT = {"today": "today", "week": "this week", "month": "this month", "": "in all"}


def at_each(*, amounts: Sequence[str]) -> str:
    """What is left at several providers."""
    return f"Left: {', '.join(amounts)}."


def at_one(*, name: str, amount: str) -> str:
    """What is left at one of several."""
    return f"{amount} at {name}"


def of_currency(*, name: str, currency: str) -> str:
    """One currency of an account that has several."""
    return f"{name} in {currency}"


def left(*, name: str, amounts: Sequence[str]) -> str:
    """What is left, where it is not known for how long."""
    return f"{name}: {' and '.join(amounts)} left."


def left_for(*, name: str, amount: str, days: int) -> str:
    """What is left, and for how many whole days."""
    return f"{name}: {amount} left, enough for {_lasting(days)} at the present rate."


def used_up(*, name: str, amount: str) -> str:
    """A balance of zero."""
    return f"{name}: nothing is left ({amount})."


def in_debt(*, name: str, amount: str) -> str:
    """A balance below zero; `amount`: what is owed."""
    return f"{name}: nothing is left, and {amount} is owed."


def refused(*, name: str, amount: str) -> str:
    """A balance that cannot be spent."""
    return f"{name}: {amount} left, but calls are refused all the same."


def calls_refused() -> str:
    """What follows from an empty account."""
    return "Calls are refused."


def last_known(*, name: str, amounts: Sequence[str], minutes: int, time: str) -> str:
    """A provider that does not answer now; `time`: when it last did."""
    return f"{name} could not be asked; {_ago(minutes)} ({time}) it had {' and '.join(amounts)} left."


def parts(*, parts: Sequence[str]) -> str:
    """What a balance is made of."""
    return f"Made up of: {', '.join(parts)}."


def part(*, name: str, amount: str) -> str:
    """One part of a balance."""
    return f"{_PARTS.get(name, name)} {amount}"


def part_owed(*, name: str, amount: str) -> str:
    """A part below zero; `amount`: what is owed."""
    return f"{amount} owed ({_PARTS.get(name, name)})"


def pace(*, amount: str, snapshots: int, days: str, first: str, last: str) -> str:
    """How fast it falls, and what tells so."""
    return f"Spent: {amount} a day, inferred from {snapshots} balances over {days} days ({first} to {last})."


def nothing_spent(*, days: str, first: str, last: str) -> str:
    """A balance that does not fall."""
    return f"How long it lasts is unknown: nothing was spent for {days} days ({first} to {last})."


def too_few(*, days: int) -> str:
    """A pace that nothing tells yet."""
    return f"How long it lasts is unknown: the last {days} days have no two balances a day or more apart yet."


def history(*, name: str) -> str:
    """Above the rows of the history."""
    return f"{name}, the last balance of each day, with what was spent and topped up since the one before:"


def history_row(*, day: str, total: str, spent: str, topped_up: str) -> str:
    """A day; `spent`, `topped_up`: "" where nothing was."""
    more = [f"{spent} spent" if spent else "", f"{topped_up} topped up" if topped_up else ""]
    return ", ".join([f"{day}: {total}", *filter(None, more)])


def quota_used(*, name: str, ratio: str, count: int) -> str:
    """How much of a quota is used, of several the most."""
    return f"{name}: {ratio} of its {'quota' if count == 1 else 'tightest quota'} is used."


def quota_unlimited(*, name: str) -> str:
    """A plan that limits nothing."""
    return f"{name}: its quota is unlimited."


def quota_unknown(*, name: str) -> str:
    """A plan whose use cannot be told."""
    return f"{name}: it has a quota, but how much of it is used is unknown."


def nothing_told(*, name: str) -> str:
    """A key that is told neither a balance nor a quota."""
    return f"{name} does not tell this key what is left."


def quota_row(*, name: str, window: str, ratio: str, used: int | None, limit: int | None, resets: str) -> str:
    """One window of a quota; `resets`: "" where unknown."""
    counts = "" if used is None or limit is None else f" ({used:,} of {limit:,})"
    return f"{_quota(name, window)}: {ratio} used{counts}{_resets(resets)}"


def quota_row_unlimited(*, name: str, window: str) -> str:
    """A window that the plan does not limit."""
    return f"{_quota(name, window)}: unlimited"


def quota_row_unknown(*, name: str, window: str, resets: str) -> str:
    """A window whose figures can be read in two ways."""
    return (
        f"{_quota(name, window)}: how much is used is unknown, as the answer can be read in two ways"
        f"{_resets(resets)}"
    )


def spent(*, amounts: Sequence[str], this_key: bool) -> str:
    """What was spent by the provider's own word."""
    reach = "this key only, " if this_key else ""
    return f"Spent, as the provider says ({reach}UTC days): {', '.join(amounts)}."


def spent_in(*, window: str, amount: str) -> str:
    """What was spent in one window."""
    return f"{amount} {_SPENT.get(window, window)}"


def asked(*, names: Sequence[str], time: str, zone: str) -> str:
    """Who was asked, and when."""
    return f"Data: {', '.join(names)} asked at {time} ({zone})."


def none_asked(*, zone: str) -> str:
    """Nobody answered."""
    return f"Data: no provider answered now; times are of {zone}."


def _quota(name: str, window: str) -> str:
    return ", ".join(filter(None, (_QUOTAS.get(name, name), _WINDOWS.get(window, window)))) or "quota"


def _resets(time: str) -> str:
    return f", starts anew at {time}" if time else ""


def _lasting(days: int) -> str:
    if days > 365:
        return "more than a year"
    return "less than a day" if not days else "about 1 day" if days == 1 else f"about {days} days"


def _ago(minutes: int) -> str:
    if minutes < 1:
        return "less than a minute ago"
    if minutes < 60:
        return f"{minutes} min ago"
    return f"{minutes // 60} h ago" if minutes < 48 * 60 else f"{minutes // 1440} days ago"

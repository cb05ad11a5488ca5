"""What the answers about bills and balances say in English. Chinese: `zh/fetching.py`."""

from __future__ import annotations

from collections.abc import Sequence


def all_fetched(*, count: int) -> str:
    """Every provider answered."""
    return "Fetched from 1 provider." if count == 1 else f"Fetched from all {count} providers."


def some_fetched(*, count: int, came: int) -> str:
    """Some providers answered, some did not, or not to the end."""
    if came == count:
        return "Not all could be fetched; what came is kept."
    return f"Fetched from {came} of {count} providers; what they gave is kept."


def none_fetched(*, count: int) -> str:
    """No provider answered."""
    return f"None of {count} providers answered; what was fetched before is kept."


def bill_of(*, name: str, first: str, last: str, days: int, amount: str, is_open: bool) -> str:
    """What a provider billed; `days`: of how many days the bill came. `is_open`: the last one goes on."""
    span = first if first == last else f"{first} – {last}"
    so_far = ", today so far" if is_open else ""
    return f"{name}: {amount} billed for {span} UTC ({days} {'day' if days == 1 else 'days'}{so_far})"


def no_day_of(*, name: str) -> str:
    """A provider that had no day to tell of."""
    return f"{name}: no finished day to fetch yet"


def left_of(*, name: str, amounts: str) -> str:
    """What is left on an account."""
    return f"{name}: {amounts} left (no usage report: what it cost is inferred from balances)"


def quota_of(*, name: str) -> str:
    """A provider that tells only the quota of a plan."""
    return f"{name}: the quota of its plan was fetched"


def spent_of(*, name: str, amounts: str) -> str:
    """A provider that tells only what was spent."""
    return f"{name}: {amounts} spent this month (UTC); this key reads no bill"


def recent(*, name: str) -> str:
    """A provider whose bill came less than a minute ago."""
    return f"{name}: fetched less than a minute ago"


def restated(*, day: str, by: str) -> str:
    """A finished day whose bill the provider has changed."""
    return f"{day} UTC was corrected by its provider: {by}"


def failed(*, name: str, what: str, why: str, fix: str) -> str:
    """A provider that gave nothing, or not all."""
    return f"{what} {why} {fix}" if name in what else f"{name}: {what} {why} {fix}"


def listed(*, parts: Sequence[str]) -> str:
    """Several amounts."""
    return " and ".join(parts)

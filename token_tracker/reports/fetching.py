"""What a fetch brought: of each provider its bill, what is left, or why there is nothing."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from token_tracker.errors import EXIT_OK
from token_tracker.errors import ProviderError
from token_tracker.errors import TrackerError
from token_tracker.ledger.bills import Replaced
from token_tracker.model import Balance
from token_tracker.model import Quota
from token_tracker.model import Spent
from token_tracker.reports.figures import EXACT


@dataclass(frozen=True, slots=True)
class Restated:
    """A UTC day whose bill had counted as final, and has changed. `by`: after less before, by currency."""

    day: date
    by: Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class FetchedProvider:
    """What asking one provider brought.

    `first`, `last`: UTC days that were asked for, None where only a balance was. `days`: of how
    many of them the bill arrived whole. `billed`: what it comes to, by currency. `is_recent`:
    another fetch, not a minute ago, was the answer. `error`: why the rest, or all, is missing.
    `is_open`: the last of the days that came goes on.
    """

    provider: str
    name: str
    first: date | None
    last: date | None
    days: int
    billed: Mapping[str, Decimal]
    restated: Sequence[Restated]
    balances: Sequence[Balance]
    quotas: Sequence[Quota]
    spent: Sequence[Spent]
    is_recent: bool
    error: TrackerError | None
    records: int = 0
    seconds: float = 0
    is_open: bool = False

    @property
    def state(self) -> str:
        """Give "fetched", "recent", "partial" where some came before it failed, or "failed"."""
        if self.error is not None:
            return "partial" if self.days else "failed"
        return "recent" if self.is_recent else "fetched"


@dataclass(frozen=True, slots=True)
class Fetched:
    """What a fetch brought, provider by provider."""

    providers: Sequence[FetchedProvider]

    @property
    def failed(self) -> Sequence[FetchedProvider]:
        """Those of which something is missing."""
        return [one for one in self.providers if one.error is not None]

    @property
    def exit_code(self) -> int:
        """Give how the command ends: as the only error does, and as a refusal where others succeeded."""
        return exit_code_of([one.error for one in self.providers])


def exit_code_of(outcomes: Sequence[TrackerError | None]) -> int:
    """Give how a command ends that asked several providers; None for one that answered.

    >>> from token_tracker.errors import NetworkError
    >>> failed = NetworkError("no_network")
    >>> [exit_code_of(outcomes) for outcomes in ([None], [None, failed], [failed])]
    [0, 5, 6]
    """
    codes = {error.exit_code for error in outcomes if error is not None}
    if not codes:
        return EXIT_OK
    return codes.pop() if None not in outcomes and len(codes) == 1 else ProviderError.exit_code


def billed_total(changes: Sequence[Replaced]) -> dict[str, Decimal]:
    """Add up what the units that arrived hold, by currency."""
    found: dict[str, Decimal] = {}
    for one in changes:
        for currency, amount in one.after.items():
            found[currency] = EXACT.add(found.get(currency, Decimal(0)), amount)
    return found


def restated_days(changes: Sequence[Replaced]) -> list[Restated]:
    """Give the days whose final bill has changed, the oldest first."""
    found: dict[date, dict[str, Decimal]] = {}
    for one in changes:
        if not one.was_settled:
            continue
        for currency in {*one.before, *one.after}:
            by = EXACT.subtract(one.after.get(currency, Decimal(0)), one.before.get(currency, Decimal(0)))
            if by:
                day = found.setdefault(one.day, {})
                day[currency] = EXACT.add(day.get(currency, Decimal(0)), by)
    return [Restated(day, by) for day, by in sorted(found.items())]

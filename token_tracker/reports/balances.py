"""What is left at providers: of each currency its parts, its history, and how long it lasts."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from datetime import timedelta
from datetime import tzinfo
from decimal import Decimal
from decimal import localcontext
from itertools import pairwise
from typing import TYPE_CHECKING
from typing import Final
from typing import NamedTuple

from token_tracker.errors import TrackerError
from token_tracker.ledger.bills import DAY_MS
from token_tracker.ledger.bills import EXACT_DIGITS
from token_tracker.ledger.bills import StoredBalance
from token_tracker.ledger.inferred import Change
from token_tracker.ledger.inferred import change_between
from token_tracker.model import Balance
from token_tracker.model import Quota
from token_tracker.model import Spent
from token_tracker.period import day_of
from token_tracker.reports.fetching import exit_code_of

if TYPE_CHECKING:  # most balances are in one currency
    from token_tracker.exchange import Conversion

HISTORY_DAYS: Final = 14
"""How many local days of the history are told, today being the last."""

PACE_DAYS: Final = 7
"""How far back spending is looked at to say how long a balance lasts."""

_STEP: Final = Decimal("1e-12")


class State(enum.StrEnum):
    """Whether a balance can be spent."""

    OK = "ok"
    REFUSED = "refused"
    USED_UP = "used-up"
    DEBT = "debt"


class NotTold(enum.StrEnum):
    """Why it is not said how long a balance lasts."""

    TOO_FEW = "too-few-snapshots"
    NOTHING_SPENT = "nothing-spent"
    NOT_USABLE = "not-usable"
    NOT_CURRENT = "not-current"


class Pace(NamedTuple):
    """How fast a balance falls. `per_day`: of 24 hours, inferred from the snapshots between two moments."""

    per_day: Decimal
    first_ms: int
    last_ms: int
    snapshots: int

    @property
    def days(self) -> Decimal:
        """How long the time is that it is inferred from."""
        return Decimal(self.last_ms - self.first_ms) / DAY_MS


class BalanceOfDay(NamedTuple):
    """The last snapshot of a local day. `change`: since that of an earlier day, None without one."""

    day: date
    at_ms: int
    total: Decimal
    change: Change | None


@dataclass(frozen=True, slots=True)
class CurrencyBalance:
    """What is left in one currency.

    `history`: a row for each local day with a snapshot, the oldest first. `pace`: None where the
    snapshots do not tell. `days_left`: None where that cannot be said, for the reason `not_told`.
    """

    balance: Balance
    history: Sequence[BalanceOfDay]
    pace: Pace | None
    days_left: Decimal | None
    not_told: NotTold | None

    @property
    def state(self) -> State:
        """Say whether it can be spent."""
        return state_of(self.balance)


@dataclass(frozen=True, slots=True)
class ProviderBalance:
    """What one provider says is left.

    `as_of_ms`: when it said so, UTC ms; None where it never did. `error`: why it does not say so
    now; then `currencies` are those of the last time. `spent`: by its own word, in no sum.
    `converted`: what the currencies come to in the one that is shown first, where that is of use.
    """

    provider: str
    name: str
    currencies: Sequence[CurrencyBalance]
    quotas: Sequence[Quota]
    spent: Sequence[Spent]
    as_of_ms: int | None
    is_recent: bool = False
    error: TrackerError | None = None
    converted: Conversion | None = None

    @property
    def state(self) -> str:
        """Give "fetched", "recent" where it was asked less than a minute ago, or "failed"."""
        return "failed" if self.error is not None else "recent" if self.is_recent else "fetched"


@dataclass(frozen=True, slots=True)
class Balances:
    """What is left, provider by provider."""

    providers: Sequence[ProviderBalance]

    @property
    def exit_code(self) -> int:
        """Give how the command ends."""
        return exit_code_of([one.error for one in self.providers])


def state_of(balance: Balance) -> State:
    """Say whether a balance can be spent.

    >>> [str(state_of(Balance("USD", Decimal(total)))) for total in ("0.01", "0", "-0.01")]
    ['ok', 'used-up', 'debt']
    """
    if balance.total < 0:
        return State.DEBT
    if balance.total == 0:
        return State.USED_UP
    return State.OK if balance.is_usable else State.REFUSED


def last_known(snapshots: Sequence[StoredBalance]) -> tuple[int | None, list[Balance]]:
    """Give when an account last told what is left, and what that was. `snapshots`: in order of time."""
    if not snapshots:
        return None, []
    at_ms = snapshots[-1].at_ms
    return at_ms, [one.balance for one in snapshots if one.at_ms == at_ms]


def currency_balances(
    balances: Sequence[Balance],
    snapshots: Sequence[StoredBalance],
    now_ms: int,
    zone: tzinfo,
    *,
    is_current: bool = True,
) -> list[CurrencyBalance]:
    """Say of each currency how it got there, and how long it lasts.

    `snapshots`: of the same account, in order of time. `zone`: of the days. `is_current`: it was
    told now; how long an older balance lasts is not said.
    """
    return [
        _currency_balance(
            balance,
            [one for one in snapshots if one.balance.currency == balance.currency],
            now_ms,
            zone,
            is_current=is_current,
        )
        for balance in balances
    ]


def pace_of(snapshots: Sequence[StoredBalance], now_ms: int) -> Pace | None:
    """Infer how fast a balance falls from the last days; None without two snapshots a day apart.

    `snapshots`: of one currency, in order of time. What came in is not counted against it.
    """
    recent = [one for one in snapshots if now_ms - PACE_DAYS * DAY_MS <= one.at_ms <= now_ms]
    if not recent or recent[-1].at_ms - recent[0].at_ms < DAY_MS:
        return None
    first_ms, last_ms = recent[0].at_ms, recent[-1].at_ms
    with localcontext(prec=EXACT_DIGITS):
        per_day = _sum(recent).spent * DAY_MS / (last_ms - first_ms)
        return Pace(per_day.quantize(_STEP), first_ms, last_ms, len(recent))


def history_of(snapshots: Sequence[StoredBalance], now_ms: int, zone: tzinfo) -> list[BalanceOfDay]:
    """Give the last snapshot of each of the last local days, and what changed since the one before.

    `snapshots`: of one currency, in order of time; an older one than the days is what the first
    row is compared with. A day is compared with all that its snapshots show in between.
    """
    by_day: dict[date, list[StoredBalance]] = {}
    for one in snapshots:
        by_day.setdefault(day_of(one.at_ms, zone), []).append(one)
    today = day_of(now_ms, zone)
    rows = []
    before: StoredBalance | None = None
    for day, own in by_day.items():
        change = None if before is None else _sum([before, *own])
        before = own[-1]
        if today - timedelta(days=HISTORY_DAYS) < day <= today:
            rows.append(BalanceOfDay(day, before.at_ms, before.balance.total, change))
    return rows


def _currency_balance(
    balance: Balance, snapshots: Sequence[StoredBalance], now_ms: int, zone: tzinfo, *, is_current: bool
) -> CurrencyBalance:
    pace = pace_of(snapshots, now_ms)
    not_told = _why_not_told(balance, pace, is_current=is_current)
    days_left = None
    if pace is not None and not_told is None:
        with localcontext(prec=EXACT_DIGITS):
            days_left = balance.total / pace.per_day
    return CurrencyBalance(balance, history_of(snapshots, now_ms, zone), pace, days_left, not_told)


def _why_not_told(balance: Balance, pace: Pace | None, *, is_current: bool) -> NotTold | None:
    if not is_current:
        return NotTold.NOT_CURRENT
    if state_of(balance) != State.OK:
        return NotTold.NOT_USABLE
    if pace is None:
        return NotTold.TOO_FEW
    return None if pace.per_day else NotTold.NOTHING_SPENT


def _sum(snapshots: Sequence[StoredBalance]) -> Change:
    changes = [change_between(before.balance, after.balance) for before, after in pairwise(snapshots)]
    with localcontext(prec=EXACT_DIGITS):
        return Change(
            sum((one.spent for one in changes), Decimal(0)),
            sum((one.topped_up for one in changes), Decimal(0)),
        )

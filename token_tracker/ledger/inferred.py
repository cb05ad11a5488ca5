"""What was spent, inferred from what was left: the difference of two balances, decided purely.

Only providers without a usage report need it, and only where no log tells of the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from decimal import Decimal
from decimal import localcontext
from itertools import pairwise
from typing import NamedTuple

from token_tracker.ledger.bills import EXACT_DIGITS
from token_tracker.ledger.bills import StoredBalance
from token_tracker.ledger.lanes import pico_amounts
from token_tracker.ledger.lanes import split
from token_tracker.model import Balance
from token_tracker.period import BUCKET_MS


class Interval(NamedTuple):
    """What left an account between two snapshots.

    `first`, `last`: quarter hours, both inclusive; no two intervals of an account share one.
    """

    provider: str
    account: str
    currency: str
    first: int
    last: int
    amount_pico: int

    def per_bucket(self) -> Mapping[int, int]:
        """Spread it evenly; quarter hours that get nothing are not there."""
        parts = split(self.amount_pico, [1] * (self.last - self.first + 1))
        return {self.first + at: pico for at, pico in enumerate(parts) if pico}


class Change(NamedTuple):
    """What left a balance, and what came in: a top-up or a grant. Neither is below 0."""

    spent: Decimal
    topped_up: Decimal


def intervals(snapshots: Sequence[StoredBalance]) -> list[Interval]:
    """Give what was spent between snapshots, each account and currency by itself.

    `snapshots`: in the order of their time. More money than before is a top-up or a grant,
    and no spending. The parts of a balance are compared one by one, so that a top-up of one
    does not hide what another lost.
    """
    series: dict[tuple[str, str, str], list[StoredBalance]] = {}
    for one in snapshots:
        series.setdefault((one.provider, one.account, one.balance.currency), []).append(one)
    found = []
    for key, own in series.items():
        since, spent = own[0].at_ms // BUCKET_MS, Decimal(0)
        for before, after in pairwise(own):
            bucket = after.at_ms // BUCKET_MS
            with localcontext(prec=EXACT_DIGITS):
                spent += change_between(before.balance, after.balance).spent
            if bucket > since:
                found.append(Interval(*key, since + 1, bucket, *pico_amounts([spent])))
                since, spent = bucket, Decimal(0)
    return [one for one in found if one.amount_pico]


def change_between(before: Balance, after: Balance) -> Change:
    """Tell what left a balance and what came in, part by part where both have the same parts.

    >>> was = Balance("CNY", Decimal(10), (("granted", Decimal(4)), ("topped_up", Decimal(6))))
    >>> now = Balance("CNY", Decimal(57), (("granted", Decimal(1)), ("topped_up", Decimal(56))))
    >>> change_between(was, now)
    Change(spent=Decimal('3'), topped_up=Decimal('50'))
    """
    there = dict(after.parts)
    with localcontext(prec=EXACT_DIGITS):
        if before.parts and {name for name, _ in before.parts} == there.keys():
            drops = [amount - there[name] for name, amount in before.parts]
        else:
            drops = [before.total - after.total]
        return Change(
            sum((drop for drop in drops if drop > 0), Decimal(0)),
            sum((-drop for drop in drops if drop < 0), Decimal(0)),
        )

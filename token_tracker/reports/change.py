"""A period against the one before: which days are compared, and by how much they differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from datetime import timedelta
from decimal import Decimal
from decimal import localcontext

from token_tracker.period import Period
from token_tracker.period import calendar_month
from token_tracker.period import iso_week
from token_tracker.reports.figures import EXACT_DIGITS
from token_tracker.reports.figures import Cost
from token_tracker.reports.figures import Figures


@dataclass(frozen=True, slots=True)
class Change:
    """What a period cost against one before it, in one currency.

    `kind`: "cost", or "api_equivalent" where plans pay for both. `ratio`: (now - before) /
    before, None where before was nothing.
    """

    kind: str
    currency: str
    before: Decimal
    now: Decimal

    @property
    def amount(self) -> Decimal:
        """How much more it is now; less is below zero."""
        with localcontext(prec=EXACT_DIGITS):
            return self.now - self.before

    @property
    def ratio(self) -> Decimal | None:
        """The change as a share of what it was, with 6 decimals.

        >>> Change("cost", "USD", Decimal(8), Decimal(10)).ratio
        Decimal('0.250000')
        """
        if not self.before:
            return None
        with localcontext(prec=EXACT_DIGITS):
            return (self.amount / self.before).quantize(Decimal("0.000001"))


@dataclass(frozen=True, slots=True)
class Previous:
    """The period that another is compared with.

    `of`: "week", "month" or "days". `is_part`: only its first days, because the other is
    not over. `change`: None where the two cannot be compared: prices are missing, or the
    money is of different kinds.
    """

    of: str
    period: Period
    is_part: bool
    figures: Figures
    change: Change | None


def days_so_far(period: Period, today: date) -> Period:
    """Cut a period after today; of one in the future, its first day is left."""
    return period._replace(last=max(period.first, min(period.last, today)))


def kind_of(period: Period) -> str:
    """Say whether a period is a whole "week", a whole "month", or some "days"."""
    if period == iso_week(period.first, period.zone, period.zone_name):
        return "week"
    is_month = period == calendar_month(period.first, period.zone, period.zone_name)
    return "month" if is_month else "days"


def same_days_before(period: Period, today: date) -> Period:
    """Give what a period is compared with: the one before it.

    Of a week or a month that is not over, as many of the first days as have begun; a
    shorter month before gives as many days as it has.
    """
    days = days_so_far(period, today).days
    if kind_of(period) != "month":
        before = period.before(period.days)
        return before._replace(last=before.first + timedelta(days=days - 1))
    month = calendar_month(period.first - timedelta(days=1), period.zone, period.zone_name)
    if period.last < today:
        return month
    return month._replace(last=min(month.last, month.first + timedelta(days=days - 1)))


def previous_of(
    period: Period, today: date, before: Figures, now: Figures, first_day: date | None, currency: str
) -> Previous | None:
    """Compare a period with the one before it; None where the account begins later.

    `before`: the figures of `same_days_before`. `first_day`: the local day of the first
    event there is.
    """
    earlier = same_days_before(period, today)
    if first_day is None or earlier.last < first_day:
        return None
    change = change_between(before.cost, now.cost, currency)
    return Previous(kind_of(period), earlier, period.last >= today, before, change)


def change_between(before: Cost, now: Cost, currency: str) -> Change | None:
    """Compare two costs in the main currency of the later one.

    None where one of them lacks prices, where their money is of different currencies, or
    where only one of them is money.
    """
    if before.unpriced_tokens or now.unpriced_tokens or len(before.amounts) > 1 or len(now.amounts) > 1:
        return None
    if now.api_equivalent and not now.amounts:
        if before.amounts or len({*before.api_equivalent, *now.api_equivalent}) > 1:
            return None
        [only] = now.api_equivalent
        worth = before.api_equivalent.get(only, Decimal(0))
        return Change("api_equivalent", only, worth, now.api_equivalent[only])
    currencies = {*before.amounts, *now.amounts} or {currency}
    if len(currencies) > 1 or (before.api_equivalent and not before.amounts):
        return None
    [only] = currencies
    return Change("cost", only, before.amount(only), now.amount(only))

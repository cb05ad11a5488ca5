"""Money of one currency in another, for display: which rate holds, and what that comes to.

Nothing here is stored or added to anything: an amount stays in its own currency, and what it
would be in another stands beside it, with the rate, its day and who stated it.
"""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Context
from decimal import Decimal
from decimal import localcontext
from typing import TYPE_CHECKING
from typing import Final
from typing import NamedTuple

from token_tracker.ledger.exchange_rates import ECB
from token_tracker.ledger.exchange_rates import EURO
from token_tracker.ledger.exchange_rates import OWN
from token_tracker.ledger.exchange_rates import EcbDays
from token_tracker.ledger.exchange_rates import NotedRate
from token_tracker.ledger.exchange_rates import Written
from token_tracker.ledger.exchange_rates import rates_between
from token_tracker.model import ExchangeRate
from token_tracker.model import Problem
from token_tracker.model import Severity

if TYPE_CHECKING:
    from token_tracker.ledger.store import Ledger

RATE_DIGITS: Final = 28
"""Significant digits of a rate that had to be divided: an inverse, or one over the euro."""

OLD_AFTER_DAYS: Final = 10
"""The European Central Bank never pauses that long: an older rate of its was not fetched."""

_STEP: Final = Decimal(1).scaleb(-12)
_EXACT_DIGITS: Final = 60
_DIVISION: Final = Context(prec=RATE_DIGITS)


class UsedRate(NamedTuple):
    """What 1 `base` is worth in `quote`, on a day, and what that was worked out from.

    `rate`: as it was stated, or divided to `RATE_DIGITS`. `stated`: the rate itself, its inverse,
    or two of the euro and of one day.
    """

    base: str
    quote: str
    rate: Decimal
    day: date
    source: str
    stated: tuple[ExchangeRate, ...]


class Conversion(NamedTuple):
    """Amounts of several currencies as one amount.

    `amount`: to 12 decimals; None where a rate is missing: there is no conversion in part.
    `day`: which day's rates were asked for. `rates`: one for each other currency, in order.
    `missing`: the currencies that no rate is known for.
    """

    currency: str
    amount: Decimal | None
    day: date
    rates: tuple[UsedRate, ...] = ()
    missing: tuple[str, ...] = ()

    @property
    def old_rates(self) -> list[UsedRate]:
        """The rates of the European Central Bank that are much older than the day."""
        return [
            rate for rate in self.rates if rate.source == ECB and (self.day - rate.day).days > OLD_AFTER_DAYS
        ]


class RatesReport(NamedTuple):
    """What is known of exchange rates.

    `rates`: those that were asked for, or changed. `ecb`: the days of which there are rates of
    the European Central Bank. `in_use`: what amounts of the ledger's currencies are converted
    with today. `written`: None where nothing was to be changed.
    """

    rates: Sequence[NotedRate]
    ecb: EcbDays | None
    in_use: Conversion
    written: Written | None = None
    problems: Sequence[Problem] = ()


def conversion_on(ledger: Ledger, amounts: Mapping[str, Decimal], currency: str, day: date) -> Conversion:
    """Say what amounts come to in one currency, by the rates that the ledger knows of a day.

    Raises:
        LedgerDamagedError: the ledger cannot be read.
    """
    return convert(amounts, currency, rates_between(ledger, {*amounts, currency}, day), day)


def convert(
    amounts: Mapping[str, Decimal], currency: str, rates: Sequence[ExchangeRate], day: date
) -> Conversion:
    """Add amounts up in one currency, each by its rate; what is zero needs none.

    >>> own = [ExchangeRate("USD", "CNY", Decimal("7.12"), date(2026, 11, 20), "user")]
    >>> amounts = {"CNY": Decimal(8), "USD": Decimal("2.5")}
    >>> convert(amounts, "CNY", own, date(2026, 11, 22)).amount.normalize()
    Decimal('25.8')
    """
    others = sorted(name for name, amount in amounts.items() if name != currency and amount)
    found = {name: rate_on(rates, name, currency, day) for name in others}
    used = tuple(rate for rate in found.values() if rate is not None)
    missing = tuple(name for name, rate in found.items() if rate is None)
    if missing:
        return Conversion(currency, None, day, used, missing)
    with localcontext(prec=_EXACT_DIGITS):
        total = amounts.get(currency, Decimal(0)) + sum(amounts[rate.base] * rate.rate for rate in used)
        return Conversion(currency, total.quantize(_STEP), day, used)


def rate_on(rates: Iterable[ExchangeRate], base: str, quote: str, day: date) -> UsedRate | None:
    """Choose what 1 `base` is worth in `quote` on a day: the latest known, never of a later day.

    Of one day the person's own goes before that of the European Central Bank. None where
    nobody stated one.
    """
    legs: dict[date, dict[str, ExchangeRate]] = {}
    found: list[UsedRate] = []
    for one in rates:
        if one.day > day:
            continue
        if one.source == ECB:
            legs.setdefault(one.day, {})[one.quote] = one
        elif (one.base, one.quote) == (base, quote):
            found.append(UsedRate(base, quote, one.rate, one.day, one.source, (one,)))
        elif (one.base, one.quote) == (quote, base):
            found.append(UsedRate(base, quote, _divided(Decimal(1), one.rate), one.day, one.source, (one,)))
    whole = (of_day for _, of_day in sorted(legs.items(), reverse=True) if _has(of_day, base, quote))
    if of_day := next(whole, None):
        found.append(_over_the_euro(of_day, base, quote))
    return max(found, key=lambda rate: (rate.day, rate.source == OWN), default=None)


def exchange_problems(conversion: Conversion) -> list[Problem]:
    """Say which rates are missing, and which are old."""
    missing = [
        Problem("exchange-rate-missing", Severity.NOTE, name, 1, conversion.currency)
        for name in conversion.missing
    ]
    return missing + [
        Problem("exchange-rate-old", Severity.NOTE, f"{rate.base}/{rate.quote}", 1, rate.day.isoformat())
        for rate in conversion.old_rates
    ]


def contradiction(stated: ExchangeRate, rates: Sequence[ExchangeRate]) -> list[Problem]:
    """Say that a rate is twice or half what the European Central Bank says, as one the wrong way round is."""
    known = rate_on([one for one in rates if one.source == ECB], stated.base, stated.quote, stated.day)
    if known is None or known.rate / 2 < stated.rate < known.rate * 2:
        return []
    return [
        Problem(
            "exchange-rate-doubtful",
            Severity.WARNING,
            f"{stated.base}/{stated.quote}",
            1,
            f"{known.rate:.6g}",
        )
    ]


def _has(of_day: Mapping[str, ExchangeRate], base: str, quote: str) -> bool:
    return all(name == EURO or name in of_day for name in (base, quote))


def _over_the_euro(of_day: Mapping[str, ExchangeRate], base: str, quote: str) -> UsedRate:
    """Work a rate out of two of the euro; both are of one day, as no other pair was ever true."""
    stated = tuple(of_day[name] for name in (base, quote) if name != EURO)
    if base == EURO:
        rate = of_day[quote].rate
    else:
        rate = _divided(Decimal(1) if quote == EURO else of_day[quote].rate, of_day[base].rate)
    return UsedRate(base, quote, rate, stated[0].day, ECB, stated)


def _divided(number: Decimal, by: Decimal) -> Decimal:
    return _DIVISION.divide(number, by)

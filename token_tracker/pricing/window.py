"""From dated price rows to what one event costs, in whole numbers.

A plan holds everything about one service: a window per dated row, peak hours inside a
window, and a band per long-context tier inside those. Decimals are read once, when a
plan is made; pricing an event is integer arithmetic.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from typing import Any
from typing import NamedTuple

from token_tracker.model import PICO
from token_tracker.model import Tokens
from token_tracker.pricing.rate import HOLIDAYS_UNKNOWN
from token_tracker.pricing.rate import PRICE_KINDS
from token_tracker.pricing.rate import TOKEN_KINDS
from token_tracker.pricing.rate import PeakPrices
from token_tracker.pricing.rate import PriceRow
from token_tracker.pricing.rate import Rate

_TOKENS_PER_PRICE = 10**6
_MINUTE_MS = 60_000
_MINUTES_PER_DAY = 1440
_DAY_MS = _MINUTES_PER_DAY * _MINUTE_MS
_ALWAYS_MS = -(2**62)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Band(NamedTuple):
    """Prices of one long-context tier: for prompts of more than `above` tokens.

    `units`: price of one token (one search) of each kind in 10^-12 / `scale` of the
    currency, 0 where the price is unknown; `unknown` tells which are, and is empty when
    none is.
    """

    above: int
    units: tuple[int, ...]
    unknown: tuple[bool, ...]
    scale: int
    rate: Rate


class Peak(NamedTuple):
    """Hours of a window with prices of their own.

    `spans`: minutes of the UTC day, half-open. `weekdays`: ISO numbers, Monday 1.
    `holidays`: day numbers since 1970 that have no peak hours. `through`: the last day
    whose holidays are known, None where they make no difference; later days have the
    prices of `beyond`, which are the same and say so.
    """

    spans: tuple[tuple[int, int], ...]
    weekdays: frozenset[int]
    holidays: frozenset[int]
    bands: tuple[Band, ...]
    through: int | None = None
    beyond: tuple[Band, ...] = ()


class Window(NamedTuple):
    """Prices from one instant until the next window; no bands means unpriced."""

    bands: tuple[Band, ...]
    peak: Peak | None


class Plan(NamedTuple):
    """The prices of one service over all time; `starts[i]` is when `windows[i]` begins."""

    starts: tuple[int, ...]
    windows: tuple[Window, ...]


PriceTokens = Callable[[int, Tokens, int], tuple[int | None, Rate | None]]

NO_PLAN = Plan((_ALWAYS_MS,), (Window((), None),))


def price_by(plan: Plan) -> PriceTokens:
    """Give the function that prices events by a plan.

    It takes UTC milliseconds, tokens and web searches, and gives an exact amount in 10^-12
    of the rate's currency, rounded half to even once, and the rate; None where there is
    none. The whole request is priced at the tier its prompt reaches.
    """
    starts, windows = plan
    is_dated = len(starts) > 1
    first = windows[0]

    def price(at_ms: int, tokens: Tokens, web_searches: int) -> tuple[int | None, Rate | None]:
        bands, peak = windows[bisect_right(starts, at_ms) - 1] if is_dated else first
        if peak is not None and _is_peak(peak, at_ms):
            bands = peak.beyond if _is_beyond(peak, at_ms) else peak.bands
        if not bands:
            return None, None
        fresh, read, write_5m, write_1h, output, _ = tokens
        band = bands[0]
        if len(bands) > 1:
            prompt = fresh + read + write_5m + write_1h
            for band in reversed(bands):
                if prompt > band.above:
                    break
        _, units, unknown, scale, rate = band
        if unknown and (
            (fresh and unknown[0])
            or (read and unknown[1])
            or (write_5m and unknown[2])
            or (write_1h and unknown[3])
            or (output and unknown[4])
            or (web_searches and unknown[5])
        ):
            return None, rate
        amount = (
            fresh * units[0]
            + read * units[1]
            + write_5m * units[2]
            + write_1h * units[3]
            + output * units[4]
            + web_searches * units[5]
        )
        return amount if scale == 1 else round_half_even(amount, scale), rate

    return price


def round_half_even(amount: int, scale: int) -> int:
    """Divide exactly, ties to the even number.

    >>> round_half_even(25, 10), round_half_even(35, 10), round_half_even(26, 10)
    (2, 4, 3)
    """
    whole, rest = divmod(amount, scale)
    doubled = rest * 2
    return whole + 1 if doubled > scale or (doubled == scale and whole % 2 == 1) else whole


def _is_peak(peak: Peak, at_ms: int) -> bool:
    day, minute = divmod(at_ms // _MINUTE_MS, _MINUTES_PER_DAY)
    if (day + 3) % 7 + 1 not in peak.weekdays or day in peak.holidays:
        return False
    return any(start <= minute < end for start, end in peak.spans)


def _is_beyond(peak: Peak, at_ms: int) -> bool:
    return peak.through is not None and at_ms // _DAY_MS > peak.through


def instant_ms(text: str) -> int:
    """Give UTC milliseconds of a day (its 00:00 UTC) or an instant, the far past for "".

    >>> instant_ms("1970-01-02"), instant_ms("1970-01-01T00:00:01Z")
    (86400000, 1000)
    """
    if not text:
        return _ALWAYS_MS
    moment = datetime.fromisoformat(text)
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // timedelta(milliseconds=1)


def instant_text(at_ms: int) -> str:
    """Give the text of an instant, of its day alone where it is 00:00 UTC.

    >>> instant_text(86_400_000), instant_text(1000)
    ('1970-01-02', '1970-01-01T00:00:01Z')
    """
    moment = _EPOCH + timedelta(milliseconds=at_ms)
    return f"{moment:%Y-%m-%d}" if at_ms % _DAY_MS == 0 else f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def rows_of(plan: Plan) -> Iterator[PriceRow]:
    """Give the priced windows of a plan as rows, the oldest first."""
    ends = (*(instant_text(start) for start in plan.starts[1:]), "")
    for (bands, peak), until in zip(plan.windows, ends, strict=True):
        if bands:
            rate, *tiers = (band.rate for band in bands)
            yield PriceRow(rate, tuple(tiers), until, None if peak is None else _peak_prices(peak))


def holds_at(row: PriceRow, at_ms: int) -> bool:
    """Say whether a row holds at a moment of UTC milliseconds."""
    return instant_ms(row.rate.valid_from) <= at_ms and (not row.until or at_ms < instant_ms(row.until))


def _peak_prices(peak: Peak) -> PeakPrices:
    rate, *tiers = (band.rate for band in peak.bands)
    hours = tuple((_clock(start), _clock(end)) for start, end in peak.spans)
    through = "" if peak.through is None else instant_text(peak.through * _DAY_MS)
    return PeakPrices(rate, tuple(tiers), hours, tuple(sorted(peak.weekdays)), through)


def peak_of(
    spec: Mapping[str, Any], calendars: Mapping[str, Mapping[str, Any]], bands: tuple[Band, ...]
) -> Peak:
    """Read the `peak` object of a row.

    `calendars`: the days off by the name of a calendar. Peak hours must not cross midnight
    of UTC: the calendar's days are local, and both zones have the same day only in them.
    """
    spans = tuple((_minute(start), _minute(end)) for start, end in spec["hours"])
    weekdays = frozenset(spec["weekdays"])
    if "calendar" not in spec:
        return Peak(spans, weekdays, frozenset(), bands)
    calendar = calendars[spec["calendar"]]
    holidays = frozenset(instant_ms(day) // _DAY_MS for day in calendar["days_off"])
    beyond = tuple(_doubtful(band) for band in bands)
    return Peak(spans, weekdays, holidays, bands, instant_ms(calendar["through"]) // _DAY_MS, beyond)


def _doubtful(band: Band) -> Band:
    key = f"{band.rate.key}/{HOLIDAYS_UNKNOWN.replace(' ', '-')}"
    return band._replace(rate=band.rate._replace(key=key, note=HOLIDAYS_UNKNOWN))


def _minute(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def bands_of(prices: Mapping[str, Any], head: Rate, times: Decimal) -> tuple[Band, ...]:
    """Make the bands of one row.

    `head`: what they share, without prices. `prices`: kind to "3" or
    `["3", [200000, "6"], ...]` (price of the whole request when its prompt exceeds that
    many tokens). `times`: multiplier of token prices only.
    """
    tiers = {tier[0] for price in prices.values() if not isinstance(price, str) for tier in price[1:]}
    return tuple(_band(prices, above, head, times) for above in sorted({0, *tiers}))


def _band(prices: Mapping[str, Any], above: int, head: Rate, times: Decimal) -> Band:
    amounts: list[Decimal | None] = []
    for kind in PRICE_KINDS:
        price = tier_price(prices[kind], above) if kind in prices else None
        amounts.append(price if price is None or kind not in TOKEN_KINDS else price * times)
    per_unit = [
        None if amount is None else amount * (PICO // (_TOKENS_PER_PRICE if kind in TOKEN_KINDS else 1))
        for kind, amount in zip(PRICE_KINDS, amounts, strict=True)
    ]
    scale = 10 ** max((_decimals(unit) for unit in per_unit if unit is not None), default=0)
    units = tuple(0 if unit is None else int(unit * scale) for unit in per_unit)
    unknown = tuple(unit is None for unit in per_unit)
    fresh, read, write_5m, write_1h, output, search = [a if a is None else plain(a) for a in amounts]
    rate = head._replace(
        key=f"{head.key}/>{above}" if above else head.key,
        above=above,
        input=fresh,
        cache_read=read,
        cache_write_5m=write_5m,
        cache_write_1h=write_1h,
        output=output,
        web_search=search,
    )
    return Band(above, units, unknown if any(unknown) else (), scale, rate)


def tier_price(price: Any, above: int) -> Decimal:
    """Give the price of a kind for prompts of more than `above` tokens."""
    if isinstance(price, str):
        return Decimal(price)
    return Decimal([price[0], *(tier for start, tier in price[1:] if start <= above)][-1])


def _decimals(amount: Decimal) -> int:
    exponent = amount.normalize().as_tuple().exponent
    return max(0, -int(exponent))


def plain(amount: Decimal) -> str:
    """Give a decimal without exponent and trailing zeros.

    >>> plain(Decimal("5.50")), plain(Decimal("1E+2"))
    ('5.5', '100')
    """
    text = format(amount, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text

"""How amounts, counts, dates and names are written; no sentence lives here.

Babel knows currencies and dates. It is imported where it is needed: loading it with one
language's data costs 35-40 ms, and JSON needs none of it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from collections.abc import Sequence
from datetime import date
from datetime import datetime
from decimal import ROUND_DOWN
from decimal import ROUND_HALF_EVEN
from decimal import Decimal
from decimal import localcontext
from functools import cache
from typing import Final

EXACT_DIGITS: Final = 60
MOST_DECIMALS: Final = 12
LONGEST_NAME: Final = 64
_NOT_OF_A_NAME: Final = re.compile(r"[^\w.:/@+ -]")
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+")

_WAN: Final = 10_000
_YI: Final = 100_000_000


def money(amount: Decimal, currency: str, lang: str) -> str:
    """Write an amount with the decimals of its currency; less than one unit of them as "<$0.01".

    >>> money(Decimal("1234.5"), "USD", "en"), money(Decimal("0.0004"), "USD", "zh")
    ('$1,234.50', '<$0.01')
    """
    from babel.numbers import get_currency_precision

    decimals = get_currency_precision(currency)
    smallest = Decimal(1).scaleb(-decimals)
    if 0 < amount < smallest:
        return f"<{exact_money(smallest, currency, lang, decimals)}"
    return exact_money(amount, currency, lang, decimals)


def exact_money(amount: Decimal, currency: str, lang: str, decimals: int) -> str:
    """Write an amount with a number of decimals.

    >>> exact_money(Decimal("7.168675"), "CNY", "en", 6)
    'CN¥7.168675'
    """
    from babel.numbers import get_currency_symbol

    # In a Chinese text the plain sign means the US dollar; Babel writes US$.
    symbol = "$" if currency == "USD" else get_currency_symbol(currency, locale=lang)
    gap = " " if symbol[-1].isalpha() else ""
    with localcontext(prec=EXACT_DIGITS, rounding=ROUND_HALF_EVEN):
        number = f"{abs(amount):,.{decimals}f}"
        sign = "-" if amount < 0 and any(digit in "123456789" for digit in number) else ""
    return f"{sign}{symbol}{gap}{number}"


def decimals_of(amounts: Sequence[Decimal], least: int = 2) -> int:
    """Give how many decimals write every amount exactly.

    >>> decimals_of([Decimal("6.284855"), Decimal("0.076320000000")])
    6
    """
    with localcontext(prec=EXACT_DIGITS):
        exponents = [amount.normalize().as_tuple().exponent for amount in amounts if amount]
    return max([least, *(-exponent for exponent in exponents if isinstance(exponent, int))])


def decimals_that_add_up(parts: Sequence[Decimal]) -> int:
    """Give the fewest decimals, at least two, with which rounded parts add up to their rounded sum.

    A part that is not zero is not written as zero.

    >>> decimals_that_add_up([Decimal("0.016"), Decimal("0.017")])
    3
    >>> decimals_that_add_up([Decimal("0.004"), Decimal("0.81")])
    3
    """
    return decimals_that_all_add_up([parts])


def decimals_that_all_add_up(groups: Sequence[Sequence[Decimal]]) -> int:
    """Give the fewest decimals with which that holds for every group of parts.

    >>> decimals_that_all_add_up([[Decimal("0.25"), Decimal("0.5")], [Decimal("0.016"), Decimal("0.017")]])
    3
    """
    for decimals in range(2, MOST_DECIMALS):
        if all(_adds_up(parts, Decimal(1).scaleb(-decimals)) for parts in groups):
            return decimals
    return MOST_DECIMALS


def tokens(count: int, lang: str) -> str:
    """Write a number of tokens with three digits or so, in the units people say.

    >>> [tokens(n, "en") for n in (812, 48_210, 2_062_000, 12_090_710)]
    ['812', '48.2K', '2.06M', '12.1M']
    >>> [tokens(n, "zh") for n in (812, 48_210, 12_090_710, 2_341_000_000)]
    ['812', '4.8 万', '1209 万', '23.4 亿']
    """
    if lang == "zh":
        if round(count / _WAN) >= _WAN:
            return f"{_scaled(count, _YI)} 亿"
        return f"{_scaled(count, _WAN, 1)} 万" if count >= _WAN else f"{count:,}"
    for size, unit in ((10**9, "B"), (10**6, "M"), (10**3, "K")):
        if count >= max(size - size // 2000, 10_000):
            return f"{_scaled(count, size)}{unit}"
    return f"{count:,}"


def size(count: int) -> str:
    """Write a number of bytes.

    >>> size(812), size(2_063_618), size(1_288_490_188)
    ('812 B', '2.1 MB', '1.3 GB')
    """
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if count >= unit:
            return f"{Decimal(count) / unit:.1f} {name}"
    return f"{count} B"


def percent(ratio: Decimal, decimals: int = 1) -> str:
    """Write a ratio in percent; what is not everything is never rounded to 100 %.

    >>> percent(Decimal("0.9581")), percent(Decimal("0.99999")), percent(Decimal(1))
    ('95.8%', '99.9%', '100%')
    >>> percent(Decimal("0.9581"), 0), percent(Decimal("0.996"), 0)
    ('96%', '99%')
    """
    step = Decimal(1).scaleb(-decimals)
    number = (ratio * 100).quantize(step, rounding=ROUND_HALF_EVEN)
    if number == 100 and ratio < 1:
        number = (ratio * 100).quantize(step, rounding=ROUND_DOWN)
    return f"{number:f}%".replace(".0%", "%")


def full_day(day: date, lang: str) -> str:
    """Write a day with its year: "Nov 22, 2026", "2026年11月22日"."""
    return _date(day, "y年M月d日" if lang == "zh" else "MMM d, y", lang)


def short_day(day: date, lang: str) -> str:
    """Write a day without its year: "Nov 22", "11月22日"."""
    return _date(day, "M月d日" if lang == "zh" else "MMM d", lang)


def weekday(day: date, lang: str) -> str:
    """Write the day of the week: "Sun", "周日"."""
    return _date(day, "EEE", lang)


def month(day: date, lang: str) -> str:
    """Write the month of a day: "November 2026", "2026年11月"."""
    return _date(day, "y年M月" if lang == "zh" else "MMMM y", lang)


def clock_time(moment: datetime, now: datetime, lang: str) -> str:
    """Write a local moment: the time alone on the day of `now`, else the day with it.

    Both in the zone that is to be shown.
    """
    time = f"{moment:%H:%M}"
    return time if moment.date() == now.date() else f"{short_day(moment.date(), lang)} {time}"


def clean_name(name: str) -> str:
    r"""Make a name from a log safe to show: a name is data and never markup or control.

    >>> clean_name("gpt-5\x1b[31m`rm`")
    'gpt-531mrm'
    """
    kept = " ".join(_NOT_OF_A_NAME.sub("", " ".join(name.split())).split())
    return kept if len(kept) <= LONGEST_NAME else f"{kept[: LONGEST_NAME - 1]}…"


def clean_line(text: str) -> str:
    """Make a text from outside one line without control characters; paths stay whole."""
    return _CONTROL.sub(" ", text).strip()


def _adds_up(parts: Sequence[Decimal], step: Decimal) -> bool:
    with localcontext(prec=EXACT_DIGITS):
        rounded = [part.quantize(step) for part in parts]
        is_written = all(short or not part for short, part in zip(rounded, parts, strict=True))
        return is_written and sum(rounded) == sum(parts, Decimal(0)).quantize(step)


def _scaled(count: int, size: int, decimals: int = 2) -> str:
    """Divide to three digits, with at most `decimals` decimals; zeros at the end are not written."""
    number = Decimal(count) / size
    for places in range(decimals, -1, -1):
        rounded = number.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_EVEN)
        if rounded < 10 ** (3 - places) or not places:
            return f"{rounded:f}".rstrip("0").rstrip(".") if places else f"{rounded:f}"
    raise AssertionError


def _date(day: date, pattern: str, lang: str) -> str:
    return _format_date()(day, format=pattern, locale=lang)


@cache
def _format_date() -> Callable[..., str]:
    # As it is loaded, Babel reads the machine's own zone. It is never asked for one here,
    # and would fail at a damaged file, or at one that is named like the zone in `TZ`.
    chosen = os.environ.get("TZ")
    os.environ["TZ"] = "Etc/UTC"
    try:
        from babel.dates import format_date
    finally:
        if chosen is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = chosen
    return format_date  # type: ignore[no-any-return,unused-ignore]

"""Amounts of money as people write them on a command line, in Chinese and English.

An amount that names no currency is in the one it is asked in. A name that several
currencies share, such as $, ¥ or 元, means the one it is asked in where that is among
them, else its first: $ is the US dollar, ¥ and 元 are the yuan.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache

from token_tracker.cli.writing import chinese_number
from token_tracker.cli.writing import english_number
from token_tracker.cli.writing import plain
from token_tracker.errors import CommandLineError
from token_tracker.model import Money

LARGEST = Decimal(10**9)
MOST_DECIMALS = 12
"""The ledger keeps whole units of 10^-12."""

_ISO_4217 = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD "
    "HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL "
    "LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP "
    "PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT "
    "TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW"
)
"""Codes of money that people pay with. Source: ISO 4217 list one, checked 2026-11-22."""

_DOLLARS = "USD AUD CAD HKD NZD SGD TWD"
_YUAN = "CNY HKD MOP TWD"
_CENTS = f"{_DOLLARS} EUR"
_NAMES = (
    (_DOLLARS, 1, "$ dollar dollars buck bucks 刀"),
    ("CNY JPY", 1, "¥"),
    (_YUAN, 1, "元 块 块钱 元钱"),
    ("USD", 1, "us$ 美元 美金 美刀 us_dollar us_dollars"),
    ("CNY", 1, "cn¥ rmb 人民币 元人民币 块人民币 yuan"),
    ("JPY", 1, "jp¥ 円 日元 日币 yen"),
    ("EUR", 1, "€ 欧元 欧 euro euros"),
    ("GBP", 1, "£ 英镑 镑 pound pounds"),
    ("HKD", 1, "hk$ 港元 港币"),
    ("TWD", 1, "nt$ 台币 新台币"),
    ("AUD", 1, "a$ au$ 澳元"),
    ("CAD", 1, "c$ ca$ 加元"),
    ("SGD", 1, "s$ sg$ 新加坡元"),
    ("NZD", 1, "nz$"),
    ("KRW", 1, "₩ 韩元 won"),
    ("INR", 1, "₹ 卢比 rupee rupees"),
    ("RUB", 1, "₽ 卢布 ruble rubles"),
    ("CNY", 10, "毛 毛钱 角 角钱"),
    ("CNY", 100, "分 分钱"),
    ("USD", 100, "美分"),
    (_CENTS, 100, "¢ cent cents"),
)
"""What names mean: a currency, or the first of several, and in how many parts it is counted."""
_SCALES = {
    "": 1, "k": 10**3, "thousand": 10**3, "million": 10**6,
    "百": 10**2, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8,
}  # fmt: skip
_DIGITS = r"((?:[1-9]\d{0,2}([,_])\d{3}(?:\2\d{3})*|\d+)(?:\.\d+)?|\.\d+) ?([a-z百千万亿]*)"
_RATE = r"(?:0|[1-9]\d{0,8})(?:\.\d{1,12})?"
_SEPARATED = r"\d+(?:[.,]\d+)+"
_YUAN_AND_PARTS = r"(\d+|[零一二两三四五六七八九十百]+)[块元]([1-9一二三四五六七八九])[毛角]?"


def parse_amount(text: str, currency: str, *, is_asked: bool = False) -> Money:
    """Read an amount above zero such as "15", "$15", "15.5 USD", "100元" or "五美元".

    `currency`: what an amount without one is in; `is_asked`: the person named it with
    `--currency`, so that the amount may name no other.

    Raises:
        CommandLineError: not understood, ambiguous, not positive, too large, with more than
            12 decimals, or in another currency than asked.
    """
    money = _money(text, currency, is_asked)
    if money.amount <= 0:
        raise CommandLineError("amount_not_positive", given=text)
    return money


def parse_cost(text: str, currency: str, *, is_asked: bool = False) -> Money:
    """Read what something cost: as `parse_amount`, but zero is a cost.

    Raises:
        CommandLineError: as for `parse_amount`; only a negative cost is not possible.
    """
    money = _money(text, currency, is_asked)
    if money.amount < 0:
        raise CommandLineError("cost_negative", given=text)
    return money


def parse_currency(text: str) -> str:
    """Read the code or a name of a currency, such as "usd", "$" or "人民币".

    Raises:
        CommandLineError: it is none.

    >>> parse_currency("usd"), parse_currency("人民币"), parse_currency("¥")
    ('USD', 'CNY', 'CNY')
    """
    codes, divisor = _names().get(plain(text), ([], 1))
    if not codes or divisor > 1:
        raise CommandLineError("currency_invalid", given=text)
    return codes[0]


def parse_rate(text: str) -> Decimal:
    """Read what one of a currency is worth in another; every decimal that is written is kept.

    Raises:
        CommandLineError: no plain decimal number, zero, or too large or small to be true.

    >>> parse_rate("7.1200")
    Decimal('7.1200')
    """
    words = plain(text)
    if re.fullmatch(_RATE, words, re.ASCII) is None or not Decimal(words):
        raise CommandLineError("exchange_rate_invalid", given=text)
    return Decimal(words)


def _money(text: str, currency: str, is_asked: bool) -> Money:
    words, is_negative = _without_minus(plain(text))
    number, named, divisor = _without_names(_with_point(words), currency)
    number, is_negative = (number, True) if is_negative else _without_minus(number)
    amount = _number(text, number)
    if not named or amount is None:
        raise CommandLineError("amount_not_understood", given=text)
    if amount / divisor > LARGEST:
        raise CommandLineError("amount_too_large", given=text, largest=f"{LARGEST:,}")
    exact = _shortest(amount / divisor)
    if _decimals(exact) > MOST_DECIMALS:
        raise CommandLineError("amount_too_precise", given=text, most=str(MOST_DECIMALS))
    if is_asked and named != currency:
        raise CommandLineError("currency_conflict", given=text, named=named, asked=currency)
    return Money(-exact if is_negative else exact, named)


def _without_minus(words: str) -> tuple[str, bool]:
    bare = words.removeprefix("-").removeprefix("负").lstrip()
    return bare, bare != words


def _without_names(words: str, currency: str) -> tuple[str, str, int]:
    """Give the number, its currency, and in how many parts that is counted.

    The currency is "" where two names contradict each other.
    """
    names = _names()
    longest = max(map(len, names))
    before = next((words[:end] for end in range(longest, 0, -1) if words[:end].strip() in names), "")
    rest = words.removeprefix(before)
    after = next((rest[-size:] for size in range(longest, 0, -1) if rest[-size:].strip() in names), "")
    number = rest.removesuffix(after).strip()
    found = [names[name.strip()] for name in (before, after) if name]
    divisor = max((divisor for _, divisor in found), default=1)
    if not found:
        return number, currency, 1
    shared = [code for code in found[0][0] if code in found[-1][0]]
    if len(found) == 2 and divisor > 1:
        return number, "", 1
    if currency in shared or len(shared) == 1:
        return number, currency if currency in shared else shared[0], divisor
    return number, next((codes[0] for codes, _ in found if codes[0] in shared), ""), divisor


@cache
def _names() -> dict[str, tuple[list[str], int]]:
    """Give every name of a currency, or of a part of it, with what it can mean."""
    return {
        **{code.lower(): ([code], 1) for code in _ISO_4217.split()},
        **{
            name.replace("_", " "): (currencies.split(), divisor)
            for currencies, divisor, names in _NAMES
            for name in names.split()
        },
    }


def _with_point(words: str) -> str:
    """Write 3块5 and 三块五毛 as 3.5元."""
    found = re.fullmatch(_YUAN_AND_PARTS, words, re.ASCII)
    if found is None:
        return words
    whole, part = (chinese_number(digits) or digits for digits in found.groups())
    return f"{whole}.{part}元"


def _number(text: str, number: str) -> Decimal | None:
    if found := re.fullmatch(_DIGITS, number, re.ASCII):
        amount = Decimal(re.sub("[,_]", "", found[1]))
        if _decimals(amount) > MOST_DECIMALS:
            raise CommandLineError("amount_too_precise", given=text, most=str(MOST_DECIMALS))
        return amount * _SCALES[found[3]] if found[3] in _SCALES else None
    if re.fullmatch(_SEPARATED, number, re.ASCII):
        raise CommandLineError("amount_ambiguous", given=text)
    whole, point, decimals = number.partition("点")
    spoken = english_number(number) if number.isascii() else chinese_number(whole)
    if spoken is None or not point:
        return None if spoken is None else Decimal(spoken)
    digits = [str(chinese_number(digit)) for digit in decimals]
    return Decimal(f"{spoken}.{''.join(digits)}") if decimals and "None" not in digits else None


def _shortest(amount: Decimal) -> Decimal:
    """Write an amount without zeros at its end: 15.50 is 15.5, 1E+2 is 100."""
    return amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount.normalize()


def _decimals(amount: Decimal) -> int:
    exponent = amount.as_tuple().exponent
    return -exponent if isinstance(exponent, int) else 0

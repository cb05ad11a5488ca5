"""The table of what people write for amounts, in Chinese and English."""

from __future__ import annotations

from decimal import Decimal

import pytest

from token_tracker.cli.amounts import parse_amount
from token_tracker.errors import CommandLineError
from token_tracker.model import Money

AMOUNTS = {
    "15 USD": [
        "15", " 15 ", "$15", "US$15", "$ 15", "15$", "15 usd", "usd 15", "15USD", "＄１５", "$15 USD",
        "15.00", "15 dollars", "fifteen dollars", "fifteen", "15 US dollars", "15 bucks", "15美元", "15 美金",
        "15刀", "十五美元", "十五", "一十五美金",
    ],
    "15.5 USD": ["15.5", "$15.50", "15.5 USD", "15.5美元", "十五点五美元"],
    "0.5 USD": [".5", "$.50", "50 cents", "50¢", "fifty cents", "50美分"],
    "1234.56 USD": ["1234.56", "1,234.56", "$1,234.56", "１，２３４．５６"],
    "1000 USD": ["1000", "1,000", "1_000", "1k", "$1K", "a thousand dollars", "一千美元", "1千美元"],
    "10000 USD": ["1万", "一万美元", "1萬美元", "10,000"],
    "1 USD": ["1", "a dollar", "100 cents", "一美元"],
    "1000000000 USD": ["1000000000", "10亿", "1,000,000,000"],
    "0.000000000001 USD": ["0.000000000001"],
    "100 CNY": [
        "100元", "100 元", "100块", "100块钱", "100塊", "¥100", "￥100", "CN¥100", "100 RMB", "rmb100",
        "100人民币", "人民币100元", "¥100元", "100 cny", "一百元", "一百块钱", "1百块", "100 yuan",
        "100元人民币",
    ],
    "120 USD": ["一百二", "$120"],
    "120 CNY": ["120元", "一百二十块"],
    "3.5 CNY": ["3块5", "3块5毛", "三块五", "三元五角", "3.5元", "35毛"],
    "0.5 CNY": ["5毛", "五毛钱", "5角", "50分", "0.5元"],
    "15000 CNY": ["1.5万元", "一万五千元", "一万五千块", "15,000元"],
    "100 JPY": ["JP¥100", "100円", "100日元", "100 yen", "100 JPY"],
    "20 EUR": ["€20", "20€", "20欧元", "20歐元", "20 euros", "二十欧元", "eur 20"],
    "5 GBP": ["£5", "5英镑", "five pounds", "￡5"],
    "50 HKD": ["HK$50", "50港币", "50港元", "HK$50港币"],
    "50 CAD": ["$50 CAD", "C$50", "50加元"],
}  # fmt: skip

REFUSED_AMOUNTS = {
    "amount_not_understood": [
        "", " ", "$", "元", "abc", "NaN", "inf", "Infinity", "1e5", "1e400", "0x10", "15-20", "15~20",
        "15 20", "+5", "15.", "½", "15²", "١٥", "15 xyz", "$15元", "$5 cents", "15 USD EUR", "15/day",
        "about 15", "一百多", "几块钱", "百元", "五五美元", "1 000", "15%", "15\0",
    ],
    "amount_ambiguous": ["1,5", "12,34", "1.234,56", "1.234.567", "0,5", "$1,50", "1,2345"],
    "amount_not_positive": ["0", "$0", "0元", "零", "-5", "-$5", "$-5", "－５", "负五美元"],
    "amount_too_large": ["1000000001", "11亿", "1000000000.01", "9" * 60, "-2000000000"],
    "amount_too_precise": ["0.0000000000001", "1.0000000000001", "0.000000000001 cents"],
}  # fmt: skip


def rows(table: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(expected, text) for expected, texts in table.items() for text in texts]


@pytest.mark.parametrize(("expected", "text"), rows(AMOUNTS))
def test_an_amount_is_understood(expected: str, text: str) -> None:
    amount, currency = expected.split()
    assert parse_amount(text, "USD") == Money(Decimal(amount), currency)


@pytest.mark.parametrize(("code", "text"), rows(REFUSED_AMOUNTS))
def test_an_amount_that_is_none_is_refused_and_quoted(code: str, text: str) -> None:
    with pytest.raises(CommandLineError) as caught:
        parse_amount(text, "USD")
    assert (caught.value.code, caught.value.facts["given"], caught.value.exit_code) == (code, text, 2)

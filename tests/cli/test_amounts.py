"""Amounts beyond the table of expressions: other currencies, costs, limits, and numbers as words."""

from __future__ import annotations

from decimal import Decimal

import pytest
from babel.numbers import is_currency
from hypothesis import given
from hypothesis import strategies as st

from token_tracker.cli import amounts
from token_tracker.cli.amounts import parse_amount
from token_tracker.cli.amounts import parse_cost
from token_tracker.cli.writing import chinese_number
from token_tracker.cli.writing import english_number
from token_tracker.errors import CommandLineError
from token_tracker.model import Money

SIGNS = [
    ("15", "CNY", "15", "CNY"),
    ("$15", "CNY", "15", "USD"),
    ("$15", "CAD", "15", "CAD"),
    ("15 dollars", "HKD", "15", "HKD"),
    ("15美元", "HKD", "15", "USD"),
    ("¥100", "EUR", "100", "CNY"),
    ("¥100", "JPY", "100", "JPY"),
    ("¥100元", "JPY", "100", "CNY"),
    ("100元", "TWD", "100", "TWD"),
    ("100块", "JPY", "100", "CNY"),
    ("50 cents", "EUR", "0.5", "EUR"),
    ("50 cents", "CNY", "0.5", "USD"),
    ("$15 CAD", "USD", "15", "CAD"),
    ("15 chf", "USD", "15", "CHF"),
]


@pytest.mark.parametrize(("text", "currency", "amount", "named"), SIGNS)
def test_a_sign_that_currencies_share_is_that_of_the_one_asked_in_where_it_can_be(
    text: str, currency: str, amount: str, named: str
) -> None:
    assert parse_amount(text, currency) == Money(Decimal(amount), named)


def refusal(text: str, currency: str = "USD", *, is_asked: bool = False) -> CommandLineError:
    with pytest.raises(CommandLineError) as caught:
        parse_amount(text, currency, is_asked=is_asked)
    return caught.value


def test_an_amount_in_another_currency_than_asked_for_is_a_conflict() -> None:
    error = refusal("15美元", "CNY", is_asked=True)

    assert (error.code, error.facts) == (
        "currency_conflict", {"given": "15美元", "named": "USD", "asked": "CNY"},
    )  # fmt: skip


@pytest.mark.parametrize("text", ["15", "15 cad", "$15", "15 dollars"])
def test_an_amount_in_the_currency_asked_for_is_none(text: str) -> None:
    assert parse_amount(text, "CAD", is_asked=True) == Money(Decimal(15), "CAD")


@pytest.mark.parametrize("text", ["0", "$0", "0.00", "-0", "0元"])
def test_zero_is_a_cost_and_no_amount(text: str) -> None:
    assert parse_cost(text, "USD").amount == 0
    assert refusal(text).code == "amount_not_positive"


@pytest.mark.parametrize("text", ["-0.01", "-$5", "$-5", "−5", "负五元"])
def test_a_negative_cost_is_refused_as_such(text: str) -> None:
    with pytest.raises(CommandLineError) as caught:
        parse_cost(text, "USD")
    assert (caught.value.code, caught.value.facts) == ("cost_negative", {"given": text})


def test_the_limits_are_named() -> None:
    assert refusal("1000000001").facts["largest"] == "1,000,000,000"
    assert refusal("0.0000000000001").facts["most"] == "12"


@pytest.mark.parametrize("text", ["15.50", "1e1", "100", "1万", "0.10", "5k"])
def test_a_refusal_quotes_what_was_given(text: str) -> None:
    assert refusal(f"{text} or so").facts == {"given": f"{text} or so"}


@pytest.mark.parametrize("code", amounts._ISO_4217.split())
def test_every_currency_is_one_that_can_be_printed(code: str) -> None:
    assert is_currency(code, "en")


@given(st.decimals("0.000000000001", "1000000000", places=12))
def test_an_amount_in_digits_is_read_exactly(amount: Decimal) -> None:
    assert parse_amount(f"{amount:f}", "EUR") == Money(amount, "EUR")
    assert parse_amount(f"{amount:,f} usd", "EUR") == Money(amount, "USD")


def in_chinese(number: int) -> str:
    """Write a whole number below ten thousand the way it is read aloud in Chinese."""
    digits = "零一二三四五六七八九"
    written = ""
    for place, size in (("千", 1000), ("百", 100), ("十", 10), ("", 1)):
        digit = number // size % 10
        written += f"{digits[digit]}{place}" if digit else "零"
    while "零零" in written:
        written = written.replace("零零", "零")
    return written.strip("零")


@given(st.integers(1, 9999))
def test_a_number_in_chinese_is_read(number: int) -> None:
    assert chinese_number(in_chinese(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("零", 0), ("十", 10), ("十五", 15), ("二百五", 250), ("二百零五", 205), ("两千五", 2500),
        ("一百十五", 115), ("三万", 30_000), ("三万二", 32_000), ("三万零二", 30_002),
        ("一万两千三百", 12_300), ("十亿", 10**9), ("", None), ("百", None), ("一二", None), ("五十百", None),
        ("零五", None), ("万", None), ("一万零", None), ("三天", None),
    ],
)  # fmt: skip
def test_short_and_wrong_numbers_in_chinese_are_told_apart(text: str, number: int | None) -> None:
    assert chinese_number(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("a", 1), ("seven", 7), ("thirty", 30), ("twenty one", 21), ("a hundred five", 105),
        ("two thousand", 2000), ("two thousand five hundred", 2500), ("one million", 10**6),
        ("", None), ("five five", None), ("twenty ten", None), ("hundred", None), ("ten five", None),
        ("one thousand two thousand", None), ("some", None),
    ],
)  # fmt: skip
def test_numbers_in_english_words_are_read(text: str, number: int | None) -> None:
    assert english_number(text) == number

"""Which rate holds, and what amounts come to by it: exact, dated, and never from the future."""

from __future__ import annotations

from datetime import date
from datetime import timedelta
from decimal import Decimal
from decimal import localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from token_tracker.exchange import RATE_DIGITS
from token_tracker.exchange import Conversion
from token_tracker.exchange import UsedRate
from token_tracker.exchange import contradiction
from token_tracker.exchange import convert
from token_tracker.exchange import exchange_problems
from token_tracker.exchange import rate_on
from token_tracker.model import ExchangeRate
from token_tracker.model import Problem
from token_tracker.model import Severity

FRIDAY, SATURDAY, SUNDAY = (date(2026, 11, day) for day in (20, 21, 22))
MONDAY = date(2026, 11, 23)


def ecb(quote: str, rate: str, day: date = FRIDAY) -> ExchangeRate:
    return ExchangeRate("EUR", quote, Decimal(rate), day, "ecb")


def own(base: str, quote: str, rate: str, day: date = FRIDAY) -> ExchangeRate:
    return ExchangeRate(base, quote, Decimal(rate), day, "user")


def value(rates: list[ExchangeRate], base: str, quote: str, day: date = SUNDAY) -> Decimal | None:
    found = rate_on(rates, base, quote, day)
    return None if found is None else found.rate


# Which rate holds


@pytest.mark.parametrize("day", [FRIDAY, SATURDAY, SUNDAY])
def test_the_rate_of_friday_holds_over_the_weekend(day: date) -> None:
    rates = [ecb("USD", "1.24", FRIDAY - timedelta(1)), ecb("USD", "1.25"), ecb("USD", "1.26", MONDAY)]

    assert rate_on(rates, "EUR", "USD", day) == UsedRate(
        "EUR", "USD", Decimal("1.25"), FRIDAY, "ecb", (rates[1],)
    )


def test_a_rate_of_a_later_day_never_counts() -> None:
    later = [ecb("USD", "1.25", MONDAY), ecb("CNY", "8", MONDAY), own("USD", "CNY", "7", MONDAY)]

    assert [value(later, "USD", "CNY"), value(later, "EUR", "USD")] == [None, None]


def test_of_one_day_the_own_rate_goes_first_and_of_two_the_later() -> None:
    official = [ecb("USD", "1.25"), ecb("CNY", "8")]
    of_the_day, before, after = (
        own("USD", "CNY", "7", day) for day in (FRIDAY, FRIDAY - timedelta(1), SATURDAY)
    )

    assert value([*official, of_the_day], "USD", "CNY") == Decimal(7)
    assert value([*official, before], "USD", "CNY") == Decimal("6.4")
    assert value([*official, after], "USD", "CNY") == Decimal(7)


def test_a_rate_of_the_euro_is_used_as_it_was_stated() -> None:
    assert str(value([ecb("USD", "1.2500")], "EUR", "USD")) == "1.2500"


def test_a_rate_holds_the_other_way_round_too() -> None:
    assert value([own("USD", "CNY", "8")], "CNY", "USD") == Decimal("0.125")
    assert value([ecb("USD", "1.25")], "USD", "EUR") == Decimal("0.8")


def test_two_rates_of_the_euro_give_a_third_and_both_are_of_one_day() -> None:
    thursday = FRIDAY - timedelta(1)
    rates = [
        ecb("USD", "1.25", thursday),
        ecb("CNY", "8", thursday),
        ecb("USD", "9.99", FRIDAY),  # of Friday only one of the two is known
    ]

    assert rate_on(rates, "USD", "CNY", SUNDAY) == UsedRate(
        "USD", "CNY", Decimal("6.4"), thursday, "ecb", (rates[0], rates[1])
    )


def test_no_rate_is_made_of_what_nobody_stated() -> None:
    rates = [ecb("USD", "1.25"), own("CNY", "JPY", "20"), own("EUR", "GBP", "0.87")]

    assert [value(rates, "USD", "CNY"), value(rates, "USD", "JPY"), value(rates, "USD", "GBP")] == [None] * 3
    assert rate_on([], "USD", "CNY", SUNDAY) is None


@given(
    st.decimals("0.000001", "100000", places=6),
    st.decimals("0.000001", "100000", places=6),
)
def test_a_rate_over_the_euro_is_exact_to_its_last_digit(dollars: Decimal, yuan: Decimal) -> None:
    with localcontext(prec=3):  # whatever the context of the caller is
        found = value([ecb("USD", str(dollars)), ecb("CNY", str(yuan))], "USD", "CNY")

    assert found is not None
    exact = Fraction(yuan) / Fraction(dollars)
    assert abs(Fraction(found) - exact) <= exact / 10 ** (RATE_DIGITS - 1)


# What amounts come to


def test_every_amount_is_added_by_its_own_rate() -> None:
    rates = [own("CNY", "USD", "0.14"), ecb("USD", "1.25", SATURDAY)]
    amounts = {"CNY": Decimal(8), "EUR": Decimal("2.5"), "USD": Decimal("6.284855")}
    expected = Decimal("6.284855") + 8 * Decimal("0.14") + Decimal("2.5") * Decimal("1.25")

    found = convert(amounts, "USD", rates, SUNDAY)

    assert (found.amount, found.missing) == (expected, ())
    assert [(one.base, one.quote, one.source, one.day) for one in found.rates] == [
        ("CNY", "USD", "user", FRIDAY),
        ("EUR", "USD", "ecb", SATURDAY),
    ]


def test_where_one_rate_is_missing_nothing_is_converted() -> None:
    amounts = {"CNY": Decimal(8), "JPY": Decimal(100), "USD": Decimal(1)}
    found = convert(amounts, "USD", [own("CNY", "USD", "0.14")], SUNDAY)

    assert (found.amount, found.missing) == (None, ("JPY",))
    assert exchange_problems(found) == [Problem("exchange-rate-missing", Severity.NOTE, "JPY", 1, "USD")]


def test_nothing_needs_no_rate() -> None:
    assert convert({"CNY": Decimal(0), "USD": Decimal(3)}, "USD", [], SUNDAY) == Conversion(
        "USD", Decimal(3), SUNDAY
    )


def test_a_credit_is_converted_as_well() -> None:
    assert convert({"CNY": Decimal(-10)}, "USD", [own("CNY", "USD", "0.14")], SUNDAY).amount == Decimal(
        "-1.4"
    )


def test_a_large_amount_keeps_its_smallest_digit() -> None:
    amount = Decimal("999999999999.999999999999")

    assert convert({"CNY": amount}, "USD", [own("CNY", "USD", "1")], SUNDAY).amount == amount


@pytest.mark.parametrize(("age", "is_old"), [(10, False), (11, True)])
def test_a_rate_of_the_central_bank_that_is_old_is_said(age: int, is_old: bool) -> None:
    day = SUNDAY - timedelta(age)
    found = convert({"EUR": Decimal(1)}, "USD", [ecb("USD", "1.25", day)], SUNDAY)

    told = [Problem("exchange-rate-old", Severity.NOTE, "EUR/USD", 1, day.isoformat())]
    assert exchange_problems(found) == told * is_old


def test_an_own_rate_holds_as_long_as_the_person_leaves_it() -> None:
    old = own("EUR", "USD", "1.25", date(2020, 1, 1))

    assert exchange_problems(convert({"EUR": Decimal(1)}, "USD", [old], SUNDAY)) == []


@pytest.mark.parametrize(
    ("stated", "is_doubtful"),
    [("0.15625", True), ("3.2", True), ("3.21", False), ("6.4", False), ("12.79", False), ("12.8", True)],
)
def test_a_rate_the_wrong_way_round_is_noticed(stated: str, is_doubtful: bool) -> None:
    rates = [ecb("USD", "1.25"), ecb("CNY", "8"), own("USD", "CNY", stated, SUNDAY)]
    told = [Problem("exchange-rate-doubtful", Severity.WARNING, "USD/CNY", 1, "6.4")]

    assert contradiction(rates[2], rates) == told * is_doubtful
    assert contradiction(rates[2], rates[2:]) == []

"""DeepSeek's balance, in one currency or two."""

from __future__ import annotations

from decimal import Decimal

import pytest

from provider_cases import provider_of
from providers.api_double import ApiDouble
from providers.api_double import Question
from token_tracker.providers import Balance
from token_tracker.providers import BalanceReading
from token_tracker.providers import KeyCheck
from token_tracker.providers import ProviderError

DEEPSEEK = provider_of("deepseek")
ASK = "/user/balance"
YUAN = '{"currency":"CNY","total_balance":"88.20","granted_balance":"8.20","topped_up_balance":"80.00"}'
DOLLARS = '{"currency":"USD","total_balance":3.5,"granted_balance":0,"topped_up_balance":3.5}'


def answer(*currencies: str, is_available: str = "true", more: str = "") -> str:
    return f'{{"is_available":{is_available},"balance_infos":[{",".join(currencies)}]{more}}}'


def read(told: str) -> BalanceReading:
    assert DEEPSEEK.balance is not None
    return DEEPSEEK.balance(ApiDouble(DEEPSEEK, {ASK: told}))


def balance(currency: str, total: str, granted: str, topped_up: str, *, is_usable: bool = True) -> Balance:
    parts = (("granted", Decimal(granted)), ("topped_up", Decimal(topped_up)))
    return Balance(currency, Decimal(total), parts, is_usable)


def test_a_balance_keeps_its_parts() -> None:
    assert read(answer(YUAN)) == BalanceReading((balance("CNY", "88.20", "8.20", "80.00"),))


def test_two_currencies_are_never_added_and_numbers_count_like_strings() -> None:
    expected = (balance("CNY", "88.20", "8.20", "80.00"), balance("USD", "3.5", "0", "3.5"))

    assert read(answer(YUAN, DOLLARS)) == BalanceReading(expected)


def test_an_account_without_any_money_is_known_to_have_none_of_it() -> None:
    assert read(answer()) == BalanceReading()


def test_a_balance_that_is_shown_but_refused_is_not_usable() -> None:
    assert read(answer(YUAN, is_available="false")).balances[0].is_usable is False


def test_what_is_not_known_of_an_answer_is_passed_over() -> None:
    assert read(answer(YUAN, more=',"since_tomorrow":{"a":[1]}')) == read(answer(YUAN))


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ('{"balance_infos":[]}', "is_available"),
        ('{"is_available":true}', "balance_infos"),
        (answer(YUAN.replace("88.20", "many")), "balance_infos.0.total_balance"),
        (answer(YUAN.replace("88.20", "NaN")), "balance_infos.0.total_balance"),
        (answer(YUAN.replace("CNY", "yuan")), "balance_infos.0.currency"),
        (answer(YUAN, YUAN), "balance_infos"),
        ("[]", "answer"),
    ],
)
def test_another_answer_is_an_error_that_names_the_place_and_no_balance_of_zero(
    told: str, place: str
) -> None:
    with pytest.raises(ProviderError) as raised:
        read(told)

    assert (raised.value.code, raised.value.facts["place"]) == ("answer_not_understood", place)


def test_a_key_is_checked_by_the_one_thing_that_it_can_do() -> None:
    api = ApiDouble(DEEPSEEK, {ASK: answer(YUAN)})

    assert DEEPSEEK.check(api) == KeyCheck(kind="api", can=("balance",))
    assert api.questions == [Question(ASK)]


def test_there_is_no_bill_to_fetch() -> None:
    assert DEEPSEEK.fetch is None


def test_the_key_goes_into_one_header() -> None:
    assert DEEPSEEK.headers("sk-1") == {"Authorization": "Bearer sk-1"}

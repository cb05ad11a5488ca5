"""MiniMax's two kinds of keys, and the numbers inside its answers."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from provider_cases import provider_of
from providers.api_double import ApiDouble
from providers.api_double import Question
from token_tracker.providers import AnswerError
from token_tracker.providers import Balance
from token_tracker.providers import BalanceReading
from token_tracker.providers import KeyCheck
from token_tracker.providers import ProviderError
from token_tracker.providers import Quota

MINIMAX = provider_of("minimax")
WALLET = "/account/query_balance"
PLAN = "/v1/token_plan/remains"
OLD_PLAN = "/v1/api/openplatform/coding_plan/remains"
FINE = {"status_code": 0, "status_msg": "success"}
START, HOUR = 1_795_219_200_000, 3_600_000
WEEK_END = 1_795_392_000_000


def wallet(**other: Any) -> str:
    amounts = {
        "available_amount": "15.00",
        "cash_balance": "10.00",
        "voucher_balance": "5.00",
        "credit_balance": "0.00",
        "owed_amount": "0.00",
        "balance_alert_threshold": "",
    }
    return json.dumps({**amounts, "base_resp": FINE, **other})


def money(told: str, region: str = "intl") -> BalanceReading:
    assert MINIMAX.balance is not None
    return MINIMAX.balance(ApiDouble(MINIMAX, {WALLET: told}, region=region, key_kind="pay-as-you-go"))


def plan(*models: dict[str, Any], outcome: dict[str, Any] = FINE) -> str:
    return json.dumps({"model_remains": models, "base_resp": outcome})


def general(**other: Any) -> dict[str, Any]:
    return {"model_name": "general", "start_time": START, "end_time": START + 5 * HOUR, **other}


def quotas(*models: dict[str, Any]) -> tuple[Quota, ...]:
    assert MINIMAX.balance is not None
    return MINIMAX.balance(ApiDouble(MINIMAX, {PLAN: plan(*models)}, key_kind="plan")).quotas


@pytest.mark.parametrize(("region", "currency"), [("intl", "USD"), ("cn", "CNY")])
def test_an_account_has_money_in_the_currency_of_its_region(region: str, currency: str) -> None:
    parts = (
        ("cash", Decimal("10.00")),
        ("voucher", Decimal("5.00")),
        ("credit", Decimal("0.00")),
    )

    assert money(wallet(), region) == BalanceReading((Balance(currency, Decimal("15.00"), parts),))


def test_what_is_owed_is_below_zero_and_a_part_that_is_not_told_is_missing() -> None:
    told = wallet(available_amount=-2, cash_balance=0, voucher_balance=None, credit_balance="", owed_amount=2)

    assert money(told).balances == (
        Balance("USD", Decimal(-2), (("cash", Decimal(0)), ("owed", Decimal(-2)))),
    )


def test_a_percentage_that_is_left_is_turned_into_a_share_that_was_used() -> None:
    told = general(
        current_interval_remaining_percent=85,
        current_interval_status=1,
        current_interval_total_count=0,
        current_weekly_remaining_percent=97,
        current_weekly_status=1,
        weekly_boost_permille=1500,
        weekly_end_time=WEEK_END,
    )

    assert quotas(told) == (
        Quota("general", "5h", 1 - Decimal(85) / 100, resets_at_ms=START + 5 * HOUR),
        Quota("general", "week", 1 - Decimal(97) / 100, resets_at_ms=WEEK_END),
    )


def test_a_percentage_with_a_boost_in_it_is_no_negative_use() -> None:
    assert quotas(general(current_interval_remaining_percent=145))[0].used_ratio == 0


@pytest.mark.parametrize(
    ("count", "used", "limit"),
    [(300, 300, 1500), (1200, 300, 1500), (314, 314, 1500), (316, None, None), (700, None, None)],
)
def test_a_count_is_read_as_used_or_as_left_as_the_percentage_says(
    count: int, used: int | None, limit: int | None
) -> None:
    told = general(
        current_interval_remaining_percent=80,
        current_interval_total_count=1500,
        current_interval_usage_count=count,
    )

    assert quotas(told) == (Quota("general", "5h", 1 - Decimal(80) / 100, used, limit, START + 5 * HOUR),)


def test_a_count_that_agrees_in_both_readings_is_not_shown() -> None:
    told = general(
        current_interval_remaining_percent=50,
        current_interval_total_count=1000,
        current_interval_usage_count=495,
    )

    assert (quotas(told)[0].used_ratio, quotas(told)[0].used) == (Decimal("0.5"), None)


def test_counts_without_a_percentage_can_be_read_in_two_ways() -> None:
    told = general(current_interval_total_count=1500, current_interval_usage_count=300)

    assert quotas(told) == (Quota("general", "5h", None, limit=1500, resets_at_ms=START + 5 * HOUR),)


def test_a_window_without_a_limit_says_so() -> None:
    told = general(current_interval_remaining_percent=40, current_interval_status=2, current_weekly_status=3)

    assert quotas(told)[1] == Quota("general", "week", None, is_unlimited=True)


def test_a_model_that_the_plan_does_not_hold_is_not_an_unlimited_one() -> None:
    video = {"model_name": "video", "current_interval_status": 3, "current_weekly_status": 3}

    assert quotas(video) == ()


@pytest.mark.parametrize(("hours", "window"), [(24, "day"), (168, "week"), (7, "")])
def test_the_window_is_as_long_as_the_row_says(hours: int, window: str) -> None:
    told = general(end_time=START + hours * HOUR, current_interval_remaining_percent=100)

    assert quotas(told) == (Quota("general", window, Decimal(0), resets_at_ms=START + hours * HOUR),)


def test_the_old_address_is_asked_where_the_present_one_is_missing() -> None:
    told = plan(general(current_interval_remaining_percent=100))
    api = ApiDouble(MINIMAX, {PLAN: AnswerError(404), OLD_PLAN: told}, key_kind="plan")
    assert MINIMAX.balance is not None

    assert len(MINIMAX.balance(api).quotas) == 1
    assert api.questions == [Question(PLAN), Question(OLD_PLAN)]


def test_another_refusal_is_not_followed_by_a_second_question() -> None:
    api = ApiDouble(MINIMAX, {PLAN: AnswerError(401)}, key_kind="plan")

    with pytest.raises(AnswerError):
        MINIMAX.check(api)
    assert api.questions == [Question(PLAN)]


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (1002, "provider_limited"),
        (1004, "key_refused"),
        (2049, "key_refused"),
        (1008, "credit_exhausted"),
        (1028, "provider_limited"),
        (1033, "provider_failing"),
        (4711, ""),
    ],
)
def test_a_refusal_inside_an_answer_is_told_by_its_number(number: int, code: str) -> None:
    told = json.dumps({"base_resp": {"status_code": number, "status_msg": "no"}})

    with pytest.raises(AnswerError) as raised:
        money(told)

    assert (raised.value.status, raised.value.vendor_code) == (200, str(number))
    assert MINIMAX.explain(raised.value) == code


def test_a_refusal_by_status_is_left_to_it() -> None:
    assert MINIMAX.explain(AnswerError(401)) == ""


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ("{}", "base_resp"),
        (json.dumps({"base_resp": FINE}), "available_amount"),
        (wallet(available_amount=""), "available_amount"),
    ],
)
def test_another_answer_is_an_error_that_names_the_place(told: str, place: str) -> None:
    with pytest.raises(ProviderError) as raised:
        money(told)

    assert (raised.value.code, raised.value.facts["place"]) == ("answer_not_understood", place)


@pytest.mark.parametrize(
    ("key", "kind"), [("sk-api-1", "pay-as-you-go"), ("sk-cp-1", "plan"), ("eyJhbGciOi", "plan")]
)
def test_the_first_letters_of_a_key_say_what_it_belongs_to(key: str, kind: str) -> None:
    assert MINIMAX.key_kind(key) == kind


@pytest.mark.parametrize(
    ("kind", "answers", "expected"),
    [
        ("pay-as-you-go", {WALLET: wallet()}, KeyCheck("pay-as-you-go", ("balance",))),
        ("plan", {PLAN: plan()}, KeyCheck("plan", ("quota",))),
    ],
)
def test_a_key_is_checked_at_its_own_address(kind: str, answers: dict[str, str], expected: KeyCheck) -> None:
    api = ApiDouble(MINIMAX, answers, key_kind=kind)

    assert (MINIMAX.check(api), [question.path for question in api.questions]) == (expected, list(answers))

"""Kimi's three addresses: dollars, yuan, and the quotas of a plan."""

from __future__ import annotations

import json
from datetime import UTC
from datetime import datetime
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

KIMI = provider_of("kimi")
WALLET = "/users/me/balance"
PLAN = "/usages"
RESET = "2026-11-29T15:23:13.716839300Z"
RESET_MS = int(datetime(2026, 11, 29, 15, 23, 13, tzinfo=UTC).timestamp()) * 1000 + 716


def wallet(available: str, voucher: str, cash: str) -> str:
    amounts = f'{{"available_balance":{available},"voucher_balance":{voucher},"cash_balance":{cash}}}'
    return f'{{"code":0,"data":{amounts},"scode":"0x0","status":true}}'


def read(told: str, region: str = "intl") -> BalanceReading:
    assert KIMI.balance is not None
    return KIMI.balance(ApiDouble(KIMI, {WALLET: told, PLAN: told}, region=region))


def plan(**told: Any) -> tuple[Quota, ...]:
    return read(json.dumps(told), "code").quotas


def counts(limit: str, used: str | None = None, remaining: str | None = None) -> dict[str, Any]:
    told = {"limit": limit, "used": used, "remaining": remaining, "resetTime": RESET}
    return {name: count for name, count in told.items() if count is not None}


def limit(duration: int, unit: str, detail: dict[str, Any]) -> dict[str, Any]:
    return {"window": {"duration": duration, "timeUnit": unit}, "detail": detail}


@pytest.mark.parametrize(("region", "currency"), [("intl", "USD"), ("cn", "CNY")])
def test_the_address_decides_the_currency(region: str, currency: str) -> None:
    parts = (("voucher", Decimal("20.0")), ("cash", Decimal("1.5")))

    assert read(wallet("21.5", "20.0", "1.5"), region) == BalanceReading(
        (Balance(currency, Decimal("21.5"), parts),)
    )


def test_a_debt_stays_a_debt_beside_the_vouchers_that_are_left() -> None:
    parts = (("voucher", Decimal(4)), ("cash", Decimal("-2.25")))

    assert read(wallet("4", "4", "-2.25")) == BalanceReading((Balance("USD", Decimal(4), parts),))


@pytest.mark.parametrize(("available", "is_usable"), [("0.00001", True), ("0", False), ("-0.1", False)])
def test_an_account_without_money_is_refused_calls(available: str, is_usable: bool) -> None:
    assert read(wallet(available, "0", available)).balances[0].is_usable is is_usable


@pytest.mark.parametrize(
    "told",
    ['{"code":10001,"status":true}', '{"code":0,"status":false}', '{"code":7,"status":false,"data":null}'],
)
def test_a_refusal_inside_an_answer_is_no_balance_of_zero(told: str) -> None:
    with pytest.raises(AnswerError) as raised:
        read(told)

    assert raised.value.status == 200


@pytest.mark.parametrize(
    ("told", "region", "place"),
    [
        ('{"code":0,"status":true}', "intl", "data"),
        ('{"code":0,"status":true,"data":{"available_balance":1}}', "intl", "data.voucher_balance"),
        ('{"status":true}', "intl", "code"),
        ("{}", "code", "usage"),
        ('{"usage":{"used":"1"}}', "code", "usage.limit"),
        ('{"usage":{"limit":"1","resetTime":"2026-11-29T15:23:13"}}', "code", "usage.resetTime"),
    ],
)
def test_another_answer_is_an_error_that_names_the_place(told: str, region: str, place: str) -> None:
    with pytest.raises(ProviderError) as raised:
        read(told, region)

    assert (raised.value.code, raised.value.facts["place"]) == ("answer_not_understood", place)


def test_a_plan_counts_in_strings_for_a_week_and_for_five_hours() -> None:
    told = plan(
        usage=counts("2048", "214", "1834"),
        limits=[limit(300, "TIME_UNIT_MINUTE", counts("200", "139", "61"))],
        parallel={"limit": "30"},
    )

    assert told == (
        Quota("usage", "week", Decimal(214) / 2048, 214, 2048, RESET_MS),
        Quota("limit", "5h", Decimal(139) / 200, 139, 200, RESET_MS),
    )


def test_what_was_used_follows_from_what_remains() -> None:
    assert plan(usage=counts("100", remaining="25")) == (
        Quota("usage", "week", Decimal(75) / 100, 75, 100, RESET_MS),
    )


def test_a_limit_without_counts_or_of_nothing_has_no_ratio() -> None:
    told = plan(usage=counts("100"), limits=[limit(1, "TIME_UNIT_DAY", counts("0", "0"))])

    assert told == (
        Quota("usage", "week", None, None, 100, RESET_MS),
        Quota("limit", "day", None, 0, 0, RESET_MS),
    )


@pytest.mark.parametrize(
    ("duration", "unit", "window"),
    [
        (5, "TIME_UNIT_HOUR", "5h"),
        (7, "TIME_UNIT_DAY", "week"),
        (90, "TIME_UNIT_MINUTE", ""),
        (1, "OTHER", ""),
    ],
)
def test_a_window_is_named_where_it_has_a_name(duration: int, unit: str, window: str) -> None:
    (quota,) = plan(limits=[limit(duration, unit, counts("10", "1"))])

    assert quota == Quota("limit", window, Decimal(1) / 10, 1, 10, RESET_MS)


def test_the_newer_form_of_a_plan_names_its_pools_and_a_window_is_told_once() -> None:
    told = plan(
        limits=[limit(300, "TIME_UNIT_MINUTE", counts("100", "31", "69"))],
        usages={
            "limit_5h": {"used_ratio": "0.308", "reset_time": RESET},
            "limit_month_total": {"used_ratio": "0.045", "reset_time": None},
            "limit_month_code": {"used_ratio": 0, "reset_time": None},
            "limit_something": {"used_ratio": 1},
        },
    )

    assert told == (
        Quota("limit_5h", "5h", Decimal("0.308"), resets_at_ms=RESET_MS),
        Quota("limit_month_code", "month", Decimal(0)),
        Quota("limit_month_total", "month", Decimal("0.045")),
        Quota("limit_something", "", Decimal(1)),
    )


@pytest.mark.parametrize(
    ("region", "told", "expected", "path"),
    [
        ("intl", wallet("1", "1", "0"), KeyCheck("api", ("balance",)), WALLET),
        ("cn", wallet("1", "1", "0"), KeyCheck("api", ("balance",)), WALLET),
        ("code", '{"usage":{"limit":"1"}}', KeyCheck("plan", ("quota",)), PLAN),
    ],
)
def test_a_key_is_asked_at_its_own_address_only(
    region: str, told: str, expected: KeyCheck, path: str
) -> None:
    api = ApiDouble(KIMI, {path: told}, region=region)

    assert (KIMI.check(api), api.questions) == (expected, [Question(path)])


def test_each_kind_of_key_has_its_address() -> None:
    assert [one.base_url for one in KIMI.regions] == [
        "https://api.moonshot.ai/v1",
        "https://api.moonshot.cn/v1",
        "https://api.kimi.com/coding/v1",
    ]


@pytest.mark.parametrize(
    ("region", "page"),
    [
        ("", "https://platform.moonshot.ai/console/api-keys"),
        ("intl", "https://platform.moonshot.ai/console/api-keys"),
        ("cn", "https://platform.moonshot.cn/console/api-keys"),
        ("code", "https://www.kimi.com/code/console"),
    ],
)
def test_a_key_is_made_where_its_region_is(region: str, page: str) -> None:
    assert KIMI.in_region(region).key_page == page


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AnswerError(403, "exceeded_current_quota_error", "Your account is suspended"), "credit_exhausted"),
        (AnswerError(403, "permission_denied_error", "Insufficient balance"), "credit_exhausted"),
        (AnswerError(403, "permission_denied_error", "not yours"), ""),
        (AnswerError(429, "rate_limit_reached_error", "balance your calls"), ""),
        (AnswerError(401, "invalid_authentication_error"), ""),
    ],
)
def test_an_empty_account_is_told_from_other_refusals(error: AnswerError, code: str) -> None:
    assert KIMI.explain(error) == code


def test_there_is_no_bill_to_fetch() -> None:
    assert KIMI.fetch is None

"""OpenRouter's activity, credits and keys."""

from __future__ import annotations

import json
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from provider_cases import provider_of
from providers.api_double import NOW
from providers.api_double import ApiDouble
from providers.api_double import Question
from token_tracker.providers import AnswerError
from token_tracker.providers import Balance
from token_tracker.providers import BalanceReading
from token_tracker.providers import BilledRecord
from token_tracker.providers import BillUnit
from token_tracker.providers import Days
from token_tracker.providers import KeyCheck
from token_tracker.providers import ProviderError
from token_tracker.providers import Quota
from token_tracker.providers import ReportedUsage
from token_tracker.providers import Spent
from token_tracker.providers import Tokens

OPENROUTER = provider_of("openrouter")
TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)
OPUS = "anthropic/claude-opus-5.5"


def row(day: date = YESTERDAY, **other: Any) -> dict[str, Any]:
    return {
        "date": day.isoformat(),
        "model": OPUS,
        "model_permaslug": f"{OPUS}-20261001",
        "endpoint_id": "e-1",
        "provider_name": "Anthropic",
        "requests": 4,
        "prompt_tokens": 900,
        "cached_tokens": 600,
        "completion_tokens": 80,
        "reasoning_tokens": 20,
        "usage": "0.0123",
        "byok_usage_inference": 0,
        **other,
    }


def activity(*rows: dict[str, Any]) -> str:
    return json.dumps({"data": rows})


JUST_YESTERDAY = Days(YESTERDAY, YESTERDAY)


def fetch(told: str, days: Days = JUST_YESTERDAY, **api: Any) -> list[BillUnit]:
    assert OPENROUTER.fetch is not None
    return list(OPENROUTER.fetch(ApiDouble(OPENROUTER, {"/activity": told}, **api), days))


def key(**other: Any) -> str:
    told = {
        "label": "sk-or-v1-0…",
        "usage": 25.5,
        "usage_daily": "1.25",
        "usage_weekly": 4,
        "usage_monthly": 9,
        "limit": None,
        "limit_remaining": None,
        "is_management_key": False,
        "expires_at": None,
    }
    return json.dumps({"data": {**told, **other}})


def read(told: str, credits_told: str = "") -> BalanceReading:
    assert OPENROUTER.balance is not None
    return OPENROUTER.balance(ApiDouble(OPENROUTER, {"/key": told, "/credits": credits_told}))


def test_a_row_is_money_and_tokens_of_its_model_and_endpoint() -> None:
    tokens = Tokens(input=900 - 600, cache_read=600, output=80, reasoning=20)

    assert fetch(activity(row())) == [
        BillUnit(
            "costs",
            YESTERDAY,
            billed=(BilledRecord(OPUS, "Anthropic/e-1", Decimal("0.0123"), "USD"),),
            usage=(ReportedUsage(OPUS, tokens, 4),),
        )
    ]


def test_money_keeps_every_decimal_of_a_json_number() -> None:
    told = activity(row()).replace('"0.0123"', "0.012300000000000000000000000001")

    assert fetch(told)[0].billed == (
        BilledRecord(OPUS, "Anthropic/e-1", Decimal("0.012300000000000000000000000001"), "USD"),
    )


@pytest.mark.parametrize(
    ("cached", "expected"),
    [
        (900, Tokens(input=0, cache_read=900, output=80, reasoning=20)),
        (901, Tokens(input=0, cache_read=900, output=80, reasoning=20)),
        (None, Tokens(input=900, output=80, reasoning=20)),
    ],
)
def test_more_tokens_from_the_cache_than_in_the_prompt_are_clamped(
    cached: int | None, expected: Tokens
) -> None:
    assert fetch(activity(row(cached_tokens=cached)))[0].usage == (ReportedUsage(OPUS, expected, 4),)


def test_a_row_without_a_model_keeps_its_money() -> None:
    (unit,) = fetch(activity(row(model=None)))

    assert unit.billed == (BilledRecord("", "Anthropic/e-1", Decimal("0.0123"), "USD"),)


def test_days_are_told_apart_and_a_day_without_a_row_is_a_genuine_zero() -> None:
    day = timedelta(days=1)
    told = activity(row(YESTERDAY - 2 * day, usage=2), row(YESTERDAY, usage=1), row(YESTERDAY, usage=3))

    units = fetch(told, Days(YESTERDAY - 2 * day, YESTERDAY))

    assert [(unit.day, [record.amount for record in unit.billed or ()]) for unit in units] == [
        (YESTERDAY - 2 * day, [Decimal(2)]),
        (YESTERDAY - day, []),
        (YESTERDAY, [Decimal(1), Decimal(3)]),
    ]
    assert units[1] == BillUnit("costs", YESTERDAY - day, billed=(), usage=())


def test_today_and_days_that_are_too_old_to_be_told_have_no_unit() -> None:
    units = fetch(activity(), Days(TODAY - timedelta(days=45), TODAY))

    assert [unit.day for unit in units] == [TODAY - timedelta(days=back) for back in range(30, 0, -1)]


def test_a_row_of_today_is_not_taken_for_a_bill() -> None:
    assert fetch(activity(row(TODAY)), Days(YESTERDAY, TODAY)) == [BillUnit("costs", YESTERDAY, (), ())]


def test_no_day_is_named_since_naming_today_would_lose_all_of_them() -> None:
    api = ApiDouble(OPENROUTER, {"/activity": activity()})
    assert OPENROUTER.fetch is not None

    list(OPENROUTER.fetch(api, Days(YESTERDAY, TODAY)))

    assert api.questions == [Question("/activity")]


@pytest.mark.parametrize("days", [Days(TODAY, TODAY), Days(date(2026, 1, 1), date(2026, 1, 31))])
def test_nothing_is_asked_about_days_that_are_not_told(days: Days) -> None:
    api = ApiDouble(OPENROUTER, {})
    assert OPENROUTER.fetch is not None

    assert (list(OPENROUTER.fetch(api, days)), api.questions) == ([], [])


def test_a_workspace_limits_what_is_asked_for_and_what_counts() -> None:
    told = activity(row(workspace_id="w-1", usage=1), row(workspace_id="w-2", usage=2))
    api = ApiDouble(OPENROUTER, {"/activity": told}, only=("workspace", "w-1"))
    assert OPENROUTER.fetch is not None

    (unit,) = OPENROUTER.fetch(api, JUST_YESTERDAY)

    assert unit.billed == (BilledRecord(OPUS, "Anthropic/e-1", Decimal(1), "USD", project="w-1"),)
    assert [used.project for used in unit.usage or ()] == ["w-1"]
    assert api.questions == [Question("/activity", (("workspace_id", "w-1"), ("group_by", "workspace")))]


def test_a_row_that_does_not_name_its_workspace_is_not_taken_for_one_of_it() -> None:
    with pytest.raises(ProviderError) as raised:
        fetch(activity(row()), only=("workspace", "w-1"))

    assert raised.value.facts["place"] == "data.workspace_id"


def test_what_the_upstream_vendor_bills_is_on_its_bill_and_not_on_this_one() -> None:
    told = activity(row(usage=0, byok_usage_inference="0.5"))

    assert fetch(told) == [BillUnit("costs", YESTERDAY, billed=(), usage=())]


def test_a_fee_on_a_key_of_ones_own_is_billed_without_what_the_upstream_vendor_took() -> None:
    (unit,) = fetch(activity(row(usage="0.025", byok_usage_inference="0.5")))

    assert unit.billed == (BilledRecord(OPUS, "Anthropic/e-1", Decimal("0.025"), "USD"),)


def test_a_free_model_is_known_to_cost_nothing_and_its_tokens_count() -> None:
    (unit,) = fetch(activity(row(usage=0)))

    assert (unit.billed, [use.requests for use in unit.usage or ()]) == (
        (BilledRecord(OPUS, "Anthropic/e-1", Decimal(0), "USD"),),
        [4],
    )


def test_an_answer_without_its_rows_is_an_error_and_not_30_days_of_zero() -> None:
    with pytest.raises(ProviderError) as raised:
        fetch("{}")

    assert (raised.value.code, raised.value.facts["place"]) == ("answer_not_understood", "data")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"is_management_key": True}, KeyCheck("management", ("usage", "cost", "balance"))),
        (
            {"is_management_key": None, "is_provisioning_key": True},
            KeyCheck("management", ("usage", "cost", "balance")),
        ),
        ({}, KeyCheck("inference", ("balance",), needs="management")),
        ({"is_provisioning_key": True}, KeyCheck("inference", ("balance",), needs="management")),
    ],
)
def test_a_key_says_what_it_is(told: dict[str, Any], expected: KeyCheck) -> None:
    assert OPENROUTER.check(ApiDouble(OPENROUTER, {"/key": key(**told)})) == expected


def test_a_management_key_reads_the_credits_that_are_left() -> None:
    reading = read(key(is_management_key=True), '{"data":{"total_credits":100.5,"total_usage":25.75}}')

    assert reading == BalanceReading((Balance("USD", Decimal("100.5") - Decimal("25.75")),))


def test_another_key_tells_what_it_spent_itself() -> None:
    assert read(key()) == BalanceReading(
        spent=(
            Spent("today", Decimal("1.25"), "USD", "key"),
            Spent("week", Decimal(4), "USD", "key"),
            Spent("month", Decimal(9), "USD", "key"),
        )
    )


@pytest.mark.parametrize(
    ("reset", "window", "resets_at"),
    [
        ("daily", "day", datetime(2026, 11, 23, tzinfo=UTC)),
        ("weekly", "week", datetime(2026, 11, 23, tzinfo=UTC)),
        ("monthly", "month", datetime(2026, 12, 1, tzinfo=UTC)),
    ],
)
def test_a_limit_of_the_key_is_a_quota_that_starts_anew_in_utc(
    reset: str, window: str, resets_at: datetime
) -> None:
    reading = read(key(limit=100, limit_remaining="74.5", limit_reset=reset))

    expected = Quota(
        "key limit 100 USD", window, Decimal("25.5") / 100, resets_at_ms=int(resets_at.timestamp()) * 1000
    )
    assert reading.quotas == (expected,)


@pytest.mark.parametrize(
    ("limit", "remaining", "ratio"), [(10, -2, Decimal("1.2")), (0, 0, Decimal(1)), (10, 10, Decimal(0))]
)
def test_a_limit_for_ever_may_be_overdrawn_or_nothing_at_all(
    limit: int, remaining: int, ratio: Decimal
) -> None:
    reading = read(key(limit=limit, limit_remaining=remaining, limit_reset=None))

    assert reading.quotas == (Quota(f"key limit {limit} USD", "", ratio),)


@pytest.mark.parametrize(("limit", "remaining"), [(10, None), (None, 10)])
def test_half_of_a_limit_is_none_that_could_be_shown(limit: int | None, remaining: int | None) -> None:
    assert read(key(limit=limit, limit_remaining=remaining)).quotas == ()


def test_a_key_that_has_expired_is_told_so() -> None:
    told = key(expires_at="2026-11-22T09:30:00Z")

    with pytest.raises(AnswerError) as raised:
        OPENROUTER.check(ApiDouble(OPENROUTER, {"/key": told}))

    assert OPENROUTER.explain(raised.value) == "key_expired"


def test_a_key_that_expires_in_a_second_still_counts() -> None:
    told = key(expires_at="2026-11-22T09:30:01Z")

    assert OPENROUTER.check(ApiDouble(OPENROUTER, {"/key": told})).kind == "inference"


def test_other_refusals_are_left_to_their_status() -> None:
    assert OPENROUTER.explain(AnswerError(403, "403", "Only management keys can do this")) == ""

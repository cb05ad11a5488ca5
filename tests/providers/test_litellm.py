"""A LiteLLM proxy: pages that cut days in two, tools beside models, and two ways to count a prompt."""

from __future__ import annotations

import json
from datetime import date
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from fixtures.providers.litellm.case import CASE
from fixtures.providers.litellm.case import FIRST
from fixtures.providers.litellm.case import LAST
from fixtures.providers.litellm.case import SOL
from fixtures.providers.litellm.case import SONNET
from fixtures.providers.litellm.case import UNUSED
from provider_cases import Asked
from provider_cases import ReplayedApi
from provider_cases import provider_of
from providers.api_double import NOW
from providers.api_double import ApiDouble
from token_tracker.providers import AnswerError
from token_tracker.providers import BilledRecord
from token_tracker.providers import BillUnit
from token_tracker.providers import Days
from token_tracker.providers import KeyCheck
from token_tracker.providers import ProviderError
from token_tracker.providers import ReportedUsage
from token_tracker.providers import Tokens

LITELLM = provider_of("litellm")
ACTIVITY = "/user/daily/activity"
TODAY = NOW.date()
YESTERDAY = TODAY - timedelta(days=1)
JUST_YESTERDAY = Days(YESTERDAY, YESTERDAY)


def counts(spend: str = "1", prompt: int = 100, **more: int) -> dict[str, Any]:
    return {"spend": spend, "prompt_tokens": prompt, "completion_tokens": 7, "successful_requests": 1, **more}


def told(spend: str, day: date = YESTERDAY, **models: dict[str, Any]) -> str:
    breakdown = {"models": {name: {"metrics": metrics} for name, metrics in models.items()}}
    results = [{"date": day.isoformat(), "metrics": counts(spend), "breakdown": breakdown}]
    return json.dumps({"results": results, "metadata": {"page": 1, "has_more": False}})


def fetch(api: ReplayedApi, days: Days) -> list[BillUnit]:
    assert LITELLM.fetch is not None
    return list(LITELLM.fetch(api, days))


def fetched(answer: str) -> BillUnit:
    (unit,) = fetch(ApiDouble(LITELLM, {ACTIVITY: answer}), JUST_YESTERDAY)
    return unit


def asked_of(api: ReplayedApi, *names: str) -> list[tuple[str, ...]]:
    return [tuple(asked.one(name) for name in names) for asked in api.asked]


@pytest.mark.parametrize("page_size", [1, 2, 1000])
def test_a_day_is_put_together_from_all_of_its_pages(page_size: int) -> None:
    assert fetch(ReplayedApi(LITELLM, CASE.answer, CASE.now, page_size=page_size), Days(FIRST, LAST)) == [
        BillUnit(
            "costs",
            FIRST,
            billed=(
                BilledRecord(SONNET, SONNET, Decimal("0.0000001"), "USD"),
                BilledRecord(SOL, SOL, Decimal("1.25"), "USD"),
            ),
            usage=(
                ReportedUsage(SONNET, Tokens(input=7, output=3), 1),
                ReportedUsage(SOL, Tokens(input=30 - 10, cache_read=10, output=5), 1),
            ),
        ),
        BillUnit("costs", UNUSED, billed=(), usage=()),
        BillUnit(
            "costs",
            LAST,
            billed=(
                BilledRecord(SONNET, SONNET, Decimal("0.0123") + Decimal("0.5"), "USD"),
                BilledRecord("", "other", Decimal("0.25"), "USD"),
            ),
            usage=(
                ReportedUsage(
                    SONNET,
                    Tokens(input=1050 - 600 - 100, cache_read=600, cache_write_5m=100, output=80 + 9),
                    4 + 1,
                ),
            ),
        ),
    ]


def test_what_floats_lose_in_a_sum_is_no_cost_of_its_own() -> None:
    answer = told("0.30000000000000004", one=counts("0.1"), two=counts("0.2"))

    assert fetched(answer).billed == (
        BilledRecord("one", "one", Decimal("0.1"), "USD"),
        BilledRecord("two", "two", Decimal("0.2"), "USD"),
    )


@pytest.mark.parametrize(("prompt", "uncached"), [(100, 100 - 60 - 30), (90, 0), (89, 89)])
def test_a_prompt_that_is_smaller_than_its_cache_was_logged_without_it(prompt: int, uncached: int) -> None:
    cached = {"cache_read_input_tokens": 60, "cache_creation_input_tokens": 30}

    (used,) = fetched(told("1", one=counts("1", prompt, **cached))).usage or ()

    assert used.tokens == Tokens(input=uncached, cache_read=60, cache_write_5m=30, output=7)


def test_a_float_is_taken_as_it_was_written() -> None:
    answer = told("7e-05", one=counts("7e-05")).replace('"7e-05"', "7e-05")

    assert fetched(answer).billed == (BilledRecord("one", "one", Decimal("0.00007"), "USD"),)


def test_today_is_still_being_counted_and_is_not_asked_for() -> None:
    api = ApiDouble(LITELLM, {ACTIVITY: told("1", TODAY, one=counts())})

    assert fetch(api, Days(YESTERDAY, TODAY)) == [BillUnit("costs", YESTERDAY, billed=(), usage=())]
    assert asked_of(api, "start_date", "end_date", "timezone") == [
        (YESTERDAY.isoformat(), YESTERDAY.isoformat(), "0")
    ]


def test_a_long_time_is_asked_for_a_month_at_a_time() -> None:
    api = ReplayedApi(LITELLM, CASE.answer, CASE.now)

    days = fetch(api, Days(date(2026, 9, 1), date(2026, 11, 1)))

    assert len(days) == 30 + 31 + 1
    assert asked_of(api, "start_date", "end_date", "page") == [
        ("2026-09-01", "2026-10-01", "1"),
        ("2026-10-02", "2026-11-01", "1"),
    ]


def test_a_user_limits_what_is_asked_for() -> None:
    api = ApiDouble(LITELLM, {ACTIVITY: told("1")}, only=("user", "u-1"))

    fetch(api, JUST_YESTERDAY)

    assert asked_of(api, "user_id") == [("u-1",)]


def test_a_key_of_a_user_names_that_user_where_the_proxy_asks_for_it() -> None:
    def answer(asked: Asked) -> Any:
        if asked.path == "/user/info":
            return {"user_id": "u-2"}
        if asked.one("user_id") != "u-2":
            raise AnswerError(403)
        return CASE.answer(asked)

    api = ReplayedApi(LITELLM, answer, CASE.now)

    assert fetch(api, Days(FIRST, LAST)) == fetch(
        ReplayedApi(LITELLM, CASE.answer, CASE.now), Days(FIRST, LAST)
    )
    assert asked_of(api, "user_id") == [("",), ("",), ("u-2",)]


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_may_not_read_its_own_use_either_is_refused(status: int) -> None:
    api = ApiDouble(LITELLM, {ACTIVITY: AnswerError(status), "/user/info": '{"user_id":"u-2"}'})

    with pytest.raises(AnswerError) as raised:
        LITELLM.check(api)

    assert raised.value.status == status


def test_a_page_that_says_it_is_another_ends_the_fetch() -> None:
    answer = told("1").replace('"has_more": false', '"has_more": true')

    with pytest.raises(ProviderError) as raised:
        fetched(answer)

    assert raised.value.code == "paging_broken"


def test_a_key_is_checked_with_one_row_of_today() -> None:
    api = ApiDouble(LITELLM, {ACTIVITY: told("0")})

    assert LITELLM.check(api) == KeyCheck("proxy", ("usage", "cost"))
    assert asked_of(api, "start_date", "end_date", "page_size") == [
        (TODAY.isoformat(), TODAY.isoformat(), "1")
    ]


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AnswerError(500, "", "DB not connected. See the documentation"), "provider_lacks_it"),
        (AnswerError(500, "", "Failed to fetch"), ""),
    ],
)
def test_a_proxy_without_a_database_keeps_no_spend(error: AnswerError, code: str) -> None:
    assert LITELLM.explain(error) == code


def test_its_address_is_everybodys_own() -> None:
    assert [region.base_url for region in LITELLM.regions] == [""]


def test_there_is_no_balance() -> None:
    assert LITELLM.balance is None

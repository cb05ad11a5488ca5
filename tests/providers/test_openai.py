"""OpenAI: days of costs and hours of tokens, what is refused, and what its errors mean."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from fixtures.providers.openai.case import CASE
from fixtures.providers.openai.case import FIRST
from fixtures.providers.openai.case import LAST
from fixtures.providers.openai.case import SECOND
from fixtures.providers.openai.case import UNUSED
from provider_cases import Asked
from provider_cases import ReplayedApi
from provider_cases import exact_sum
from provider_cases import in_every_object
from provider_cases import provider_of
from token_tracker.providers import AnswerError
from token_tracker.providers import BilledRecord
from token_tracker.providers import BillUnit
from token_tracker.providers import Days
from token_tracker.providers import KeyCheck
from token_tracker.providers import ProviderError
from token_tracker.providers import ReportedUsage
from token_tracker.providers import Tokens

OPENAI = provider_of("openai")
DAYS = Days(FIRST, LAST)
COSTS = "/organization/costs"
COMPLETIONS = "/organization/usage/completions"
EMBEDDINGS = "/organization/usage/embeddings"


def api_of(answer: Callable[[Asked], Any] = CASE.answer, **how: Any) -> ReplayedApi:
    return ReplayedApi(OPENAI, answer, CASE.now, **how)


def fetched(api: ReplayedApi, days: Days = DAYS) -> dict[tuple[str, date], BillUnit]:
    assert OPENAI.fetch is not None
    return {(unit.report, unit.day): unit for unit in OPENAI.fetch(api, days)}


def refusing(path: str, status: int) -> Callable[[Asked], Any]:
    def answer(asked: Asked) -> Any:
        if asked.path == path:
            raise AnswerError(status)
        return CASE.answer(asked)

    return answer


def one_row(row: dict[str, Any]) -> Callable[[Asked], Any]:
    """Answer every question with one row in its first bucket."""

    def answer(asked: Asked) -> Any:
        bucket = {"start_time": int(asked.one("start_time")), "results": [row]}
        return {"data": [bucket], "has_more": False}

    return answer


def time_of(day: date) -> str:
    return str(int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()))


def billed(item: str, amount: str, model: str = "") -> BilledRecord:
    return BilledRecord(model, item, Decimal(amount), "USD")


def test_a_day_of_costs_names_the_model_where_a_line_item_does() -> None:
    units = fetched(api_of())
    assert units["costs", FIRST].billed == (
        billed("gpt-6.1-sol, input_tokens", "0.123456789012345678901234567891", "gpt-6.1-sol"),
        billed("gpt-6.1-sol, output_tokens", "0.4312", "gpt-6.1-sol"),
        billed("gpt-6.1-sol, output_tokens", "1.5", "gpt-6.1-sol"),
        billed("web search tool calls", "0.02"),
    )
    assert units["costs", UNUSED] == BillUnit("costs", UNUSED, billed=())


def test_thirty_decimals_stay_as_they_were_sent() -> None:
    records = fetched(api_of())["costs", FIRST].billed or ()
    assert str(records[0].amount) == "0.123456789012345678901234567891"


def test_ten_thousand_rows_come_to_exactly_what_they_say() -> None:
    row = {"amount": {"value": "0.000000000000000000000000000001", "currency": "usd"}, "line_item": "a"}

    def answer(asked: Asked) -> Any:
        found = one_row(row)(asked)
        found["data"][0]["results"] *= 10_000 if asked.path == COSTS else 0
        return found

    records = fetched(api_of(answer), Days(FIRST, FIRST))["costs", FIRST].billed or ()
    assert exact_sum(*(record.amount for record in records)) == Decimal("0.00000000000000000000000001")


def test_tokens_come_per_hour_and_input_is_what_is_neither_read_from_nor_written_to_a_cache() -> None:
    units = fetched(api_of())
    assert units["usage", FIRST].usage == (
        ReportedUsage("gpt-6.1-sol", Tokens(300, 500, 100, 0, 210), requests=7, hour=0),
        ReportedUsage("gpt-6.1-sol", Tokens(90, 0, 0, 0, 21), requests=7, hour=23),
        ReportedUsage("", Tokens(5, 0, 0, 0, 1), requests=7, hour=23),
    )
    assert units["usage/embeddings", LAST].usage == (
        ReportedUsage("text-embedding-4", Tokens(input=640), requests=7, hour=12),
    )


def test_the_shorter_cache_write_counts_as_the_shorter_and_the_longer_as_the_longer() -> None:
    assert fetched(api_of())["usage", SECOND].usage == (
        ReportedUsage("gpt-6-astra", Tokens(400, 400, 120, 80, 50), requests=7, hour=7),
    )


def test_cache_writes_that_are_told_only_by_how_long_they_last_are_added_up() -> None:
    row = {"input_tokens": 10, "output_tokens": 1, "num_model_requests": 1, "model": "m"}
    split = {**row, "input_cache_write_30m_tokens": 4, "input_cache_write_12h_tokens": 3}
    used = list(_used(split))
    assert used == [ReportedUsage("m", Tokens(3, 0, 4, 3, 1), requests=1, hour=0)]


def _used(row: dict[str, Any]) -> tuple[ReportedUsage, ...]:
    costs = {"amount": {"value": "1", "currency": "usd"}}
    return fetched(api_of(one_row({**row, **costs})), Days(FIRST, FIRST))["usage", FIRST].usage or ()


@pytest.mark.parametrize(
    "parts",
    [
        {"input_cached_tokens": 8, "input_cache_write_tokens": 3},
        {"input_cache_write_tokens": 3, "input_cache_write_12h_tokens": 4},
    ],
)
def test_parts_that_are_more_than_the_whole_are_not_understood(parts: dict[str, int]) -> None:
    row = {"input_tokens": 10, "output_tokens": 1, "num_model_requests": 1, "model": "m"}
    with pytest.raises(ProviderError) as raised:
        _used({**row, **parts})
    assert (raised.value.code, raised.value.facts["place"]) == ("answer_not_understood", "input_tokens")


@pytest.mark.parametrize(
    ("item", "model"),
    [
        ("gpt-6-astra, input_tokens", "gpt-6-astra"),
        ("gpt-4o-2024-08-06, cached input", "gpt-4o-2024-08-06"),
        ("ft:gpt-4o:acme::9xYz, output", "ft:gpt-4o:acme::9xYz"),
        ("gpt-6.1-sol, cache_write_12h_tokens", "gpt-6.1-sol"),
        ("whisper-2, seconds", ""),
        ("Text tokens, input", ""),
        ("web search tool calls, gpt-6.1-sol", ""),
        ("Text tokens", ""),
        ("vector storage", ""),
        (", input_tokens", ""),
        ("", ""),
    ],
)
def test_a_line_item_is_kept_and_names_a_model_only_before_a_kind_of_token(item: str, model: str) -> None:
    row = {"amount": {"value": "1", "currency": "usd"}, "line_item": item}
    units = fetched(api_of(refused_usage(row)), Days(FIRST, FIRST))
    assert units["costs", FIRST].billed == (billed(item, "1", model),)


def refused_usage(cost: dict[str, Any]) -> Callable[[Asked], Any]:
    """Answer with one cost, and with no tokens."""

    def answer(asked: Asked) -> Any:
        if asked.path == COSTS:
            return one_row(cost)(asked)
        return {"data": [], "has_more": False, "next_page": None}

    return answer


def test_a_long_time_is_asked_for_in_parts_that_the_limits_allow() -> None:
    api = api_of()
    fetched(api, Days(LAST - timedelta(days=189), LAST))
    asked = [(asked.path, asked.one("start_time"), asked.one("limit")) for asked in api.asked]
    assert [one for one in asked if one[0] == COSTS] == [
        (COSTS, time_of(LAST - timedelta(days=189)), "180"),
        (COSTS, time_of(LAST - timedelta(days=9)), "10"),
    ]
    weeks = [LAST - timedelta(days=189 - 7 * week) for week in range(28)]
    assert [one for one in asked if one[0] == COMPLETIONS] == [
        *((COMPLETIONS, time_of(week), "168") for week in weeks[:-1]),
        (COMPLETIONS, time_of(weeks[-1]), "24"),
    ]


def test_a_day_ends_at_the_next_midnight_in_utc_also_today() -> None:
    api = api_of()
    today = CASE.now.date()
    fetched(api, Days(today, today))
    assert {(asked.one("start_time"), asked.one("end_time")) for asked in api.asked} == {
        (time_of(today), time_of(today + timedelta(days=1)))
    }


def test_a_bucket_of_a_day_that_was_not_asked_for_is_left_out() -> None:
    earlier = in_every_object(
        lambda found: (
            {**found, "start_time": found["start_time"] - 86_400} if "start_time" in found else found
        )
    )
    units = fetched(api_of(change=earlier), Days(SECOND, SECOND))
    assert units["costs", SECOND].billed == ()


def test_one_project_is_asked_for_in_every_report() -> None:
    api = api_of(only=("project", "proj_b"))
    units = fetched(api)
    assert units["costs", FIRST].billed == (
        BilledRecord("gpt-6.1-sol", "gpt-6.1-sol, output_tokens", Decimal("1.5"), "USD", project="proj_b"),
    )
    assert units["usage", FIRST].usage == (
        ReportedUsage("gpt-6.1-sol", Tokens(90, 0, 0, 0, 21), 7, hour=23, project="proj_b"),
    )
    assert {(asked.path, asked.one("project_ids"), *asked.all("group_by")) for asked in api.asked} == {
        (COSTS, "proj_b", "line_item", "project_id"),
        (COMPLETIONS, "proj_b", "model", "project_id"),
        (EMBEDDINGS, "proj_b", "model", "project_id"),
    }


def unfiltered(asked: Asked) -> Any:
    return CASE.answer(
        asked._replace(params=tuple(param for param in asked.params if param[0] != "project_ids"))
    )


def test_a_filter_that_was_ignored_lets_no_other_project_in() -> None:
    only = ("project", "proj_b")
    assert fetched(api_of(unfiltered, only=only)) == fetched(api_of(only=only))


def test_a_grouping_that_was_ignored_is_not_taken_for_nothing() -> None:
    ungrouped = in_every_object(lambda found: {**found, "project_id": None})
    with pytest.raises(ProviderError) as raised:
        fetched(api_of(only=("project", "proj_b"), change=ungrouped))
    assert raised.value.facts == {"place": "project_id", "reason": "missing"}


@pytest.mark.parametrize("status", [403, 404])
def test_embeddings_that_are_refused_cost_nobody_the_bill(status: int) -> None:
    units = fetched(api_of(refusing(EMBEDDINGS, status)))
    assert units == {key: unit for key, unit in fetched(api_of()).items() if key[0] != "usage/embeddings"}


@pytest.mark.parametrize(("path", "status"), [(EMBEDDINGS, 500), (COMPLETIONS, 403)])
def test_a_report_that_fails_is_told_after_the_bill_was_given(path: str, status: int) -> None:
    assert OPENAI.fetch is not None
    units = OPENAI.fetch(api_of(refusing(path, status)), DAYS)
    assert [next(units).report for _ in DAYS.each()] == ["costs"] * 4
    with pytest.raises(AnswerError) as raised:
        list(units)
    assert raised.value.status == status


def test_an_admin_key_can_be_asked_for_usage_and_cost_by_one_cheap_question() -> None:
    api = api_of(key_kind="admin", headers={"openai-organization": "org-acme"})
    assert OPENAI.check(api) == KeyCheck("admin", ("usage", "cost"), account="org-acme")
    assert [(asked.path, asked.one("start_time"), asked.one("limit")) for asked in api.asked] == [
        (COSTS, time_of(LAST), "1")
    ]


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("kind", ["project", "service account"])
def test_a_key_that_is_no_admin_key_is_told_what_it_needs(kind: str, status: int) -> None:
    api = api_of(refusing(COSTS, status), key_kind=kind)
    assert OPENAI.check(api) == KeyCheck(kind, (), needs="admin")


@pytest.mark.parametrize(("kind", "status"), [("", 401), ("admin", 401), ("admin", 403), ("project", 500)])
def test_a_key_that_should_work_and_does_not_is_an_error(kind: str, status: int) -> None:
    with pytest.raises(AnswerError) as raised:
        OPENAI.check(api_of(refusing(COSTS, status), key_kind=kind))
    assert raised.value.status == status


@pytest.mark.parametrize(
    ("key", "kind"),
    [
        ("sk-admin-x", "admin"),
        ("sk-proj-x", "project"),
        ("sk-svcacct-x", "service account"),
        ("sk-x", ""),
        ("", ""),
    ],
)
def test_the_start_of_a_key_tells_its_kind(key: str, kind: str) -> None:
    assert OPENAI.key_kind(key) == kind


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AnswerError(429, "insufficient_quota"), "credit_exhausted"),
        (AnswerError(429, "credit_balance_exhausted"), "credit_exhausted"),
        (AnswerError(400, "billing_hard_limit_reached"), "credit_exhausted"),
        (AnswerError(429, "rate_limit_exceeded"), ""),
        (AnswerError(401, "expired_api_key"), "key_expired"),
        (AnswerError(401, "", "This API key has expired."), "key_expired"),
        (AnswerError(401, "", "Missing scopes: api.usage.read"), "key_not_allowed"),
        (AnswerError(401, "invalid_api_key"), ""),
        (AnswerError(403, "", "the page has expired"), ""),
    ],
)
def test_what_an_error_means_beyond_its_status(error: AnswerError, code: str) -> None:
    assert OPENAI.explain(error) == code

"""Anthropic: two pairs of addresses, cents, the priority tier, and what errors mean."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from fixtures.providers.anthropic.case import CASE
from fixtures.providers.anthropic.case import COST
from fixtures.providers.anthropic.case import FIRST
from fixtures.providers.anthropic.case import LAST
from fixtures.providers.anthropic.case import OLD_COST
from fixtures.providers.anthropic.case import OLD_USAGE
from fixtures.providers.anthropic.case import SECOND
from fixtures.providers.anthropic.case import UNUSED
from fixtures.providers.anthropic.case import USAGE
from fixtures.providers.anthropic.case import older_only
from provider_cases import Asked
from provider_cases import ReplayedApi
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

ANTHROPIC = provider_of("anthropic")
DAYS = Days(FIRST, LAST)
REFRESHED_MS = 1_795_309_200_000
"""2026-11-22T01:00:00Z"""

Units = dict[tuple[str, date], BillUnit]


def api_of(answer: Callable[[Asked], Any] = CASE.answer, **how: Any) -> ReplayedApi:
    return ReplayedApi(ANTHROPIC, answer, CASE.now, **how)


def fetched(api: ReplayedApi, days: Days = DAYS) -> Units:
    assert ANTHROPIC.fetch is not None
    return {(unit.report, unit.day): unit for unit in ANTHROPIC.fetch(api, days)}


def failing(error: AnswerError, *paths: str) -> Callable[[Asked], Any]:
    def answer(asked: Asked) -> Any:
        if asked.path in paths:
            raise error
        return CASE.answer(asked)

    return answer


def spans(api: ReplayedApi, path: str) -> list[tuple[str, str, str]]:
    return [
        (asked.one("starting_at")[:10], asked.one("ending_at")[:10], asked.one("limit"))
        for asked in api.asked
        if asked.path == path
    ]


def billed(model: str, item: str, dollars: str, hour: int | None) -> BilledRecord:
    return BilledRecord(model, item, Decimal(dollars), "USD", hour)


def test_costs_come_per_hour_in_dollars_and_what_is_no_models_keeps_its_name() -> None:
    units = fetched(api_of())
    assert units["costs", FIRST] == BillUnit(
        "costs",
        FIRST,
        billed=(
            billed("claude-opus-5-5", "tokens", "0.412750", 0),
            billed("", "web_search", "0.01", 0),
            billed("claude-opus-5-5", "tokens", "0.00123456789012345678901234567891", 23),
        ),
        refreshed_at_ms=REFRESHED_MS,
    )
    assert units["costs", UNUSED] == BillUnit("costs", UNUSED, billed=(), refreshed_at_ms=REFRESHED_MS)


def test_cents_become_dollars_digit_by_digit() -> None:
    records = fetched(api_of())["costs", FIRST].billed or ()
    assert [str(record.amount) for record in records] == [
        "0.412750",
        "0.01",
        "0.00123456789012345678901234567891",
    ]


def test_tokens_come_per_hour_with_requests_and_both_kinds_of_cache_writes() -> None:
    units = fetched(api_of())
    assert units["usage", FIRST] == BillUnit(
        "usage",
        FIRST,
        usage=(
            ReportedUsage("claude-opus-5-5", Tokens(120, 900, 40, 10, 55), requests=3, hour=0),
            ReportedUsage("claude-opus-5-5", Tokens(20, 0, 0, 0, 5), requests=3, hour=23),
        ),
        refreshed_at_ms=REFRESHED_MS,
    )


def test_the_priority_tier_which_no_cost_report_holds_is_a_report_of_its_own() -> None:
    units = fetched(api_of())
    assert units["usage/priority", FIRST].usage == (
        ReportedUsage("claude-opus-5-5", Tokens(7, 0, 0, 0, 3), requests=3, hour=0),
    )
    assert units["usage/priority", SECOND].usage == ()


def test_every_question_names_the_beta_the_groups_and_a_steady_order() -> None:
    api = api_of()
    fetched(api)
    beta = {"anthropic-beta": "analytics-usage-cost-2026-08-24"}
    times = (
        ("starting_at", "2026-11-18T00:00:00Z"),
        ("ending_at", "2026-11-22T00:00:00Z"),
        ("time_bucket_width", "1h"),
        ("order_by", "time"),
        ("order", "asc"),
        ("limit", "1000"),
        ("group_by[]", "model"),
    )
    assert api.asked == [
        Asked(COST, (*times, ("group_by[]", "cost_type")), beta, None, None),
        Asked(USAGE, (*times, ("group_by[]", "service_tier")), beta, None, None),
    ]


def test_the_older_pair_tells_costs_per_day_and_no_requests() -> None:
    units = fetched(api_of(older_only))
    assert units["costs", FIRST] == BillUnit(
        "costs",
        FIRST,
        billed=(
            billed("claude-opus-5-5", "claude-opus-5-5 Usage - tokens", "0.412750", None),
            billed("", "Claude Usage - web_search", "0.01", None),
            BilledRecord(
                "claude-opus-5-5",
                "claude-opus-5-5 Usage - tokens",
                Decimal("0.00123456789012345678901234567891"),
                "USD",
                project="",
            ),
        ),
    )
    assert units["usage", SECOND].usage == (
        ReportedUsage("claude-haiku-5-5", Tokens(1000, 2000, 0, 300, 400), requests=None, hour=7),
        ReportedUsage("", Tokens(), requests=None, hour=9),
    )
    assert units["usage/priority", FIRST].usage == (
        ReportedUsage("claude-opus-5-5", Tokens(7, 0, 0, 0, 3), requests=None, hour=0),
    )


@pytest.mark.parametrize(
    "error",
    [
        AnswerError(404, "not_found_error"),
        AnswerError(403, "permission_error", "Analytics are not enabled for this organization"),
        AnswerError(400, "invalid_request_error", "Unexpected value for the `anthropic-beta` header"),
        AnswerError(400, "organization_type_not_supported"),
    ],
)
@pytest.mark.parametrize("path", [COST, USAGE])
def test_both_reports_come_from_the_older_pair_where_one_of_the_newer_is_not_offered(
    error: AnswerError, path: str
) -> None:
    assert fetched(api_of(failing(error, path))) == fetched(api_of(older_only))


@pytest.mark.parametrize(
    "error",
    [
        AnswerError(400, "invalid_request_error", "ending_at is required"),
        AnswerError(401, "authentication_error"),
        AnswerError(429, "rate_limit_error"),
        AnswerError(500, "api_error"),
    ],
)
def test_any_other_refusal_is_an_error_and_no_reason_to_ask_elsewhere(error: AnswerError) -> None:
    api = api_of(failing(error, COST))
    with pytest.raises(AnswerError) as raised:
        fetched(api)
    assert raised.value is error
    assert [asked.path for asked in api.asked] == [COST]


def test_a_bill_that_came_whole_is_given_though_the_tokens_fail() -> None:
    assert ANTHROPIC.fetch is not None
    units = ANTHROPIC.fetch(api_of(failing(AnswerError(529, "overloaded_error"), USAGE)), DAYS)
    assert [next(units).report for _ in DAYS.each()] == ["costs"] * 4
    with pytest.raises(AnswerError) as raised:
        list(units)
    assert raised.value.status == 529


def test_once_the_newer_pair_has_answered_the_fetch_stays_with_it() -> None:
    def answer(asked: Asked) -> Any:
        if asked.path == COST and asked.one("starting_at").startswith("2026-11"):
            raise AnswerError(404, "not_found_error")
        return CASE.answer(asked)

    api = api_of(answer)
    with pytest.raises(AnswerError):
        fetched(api, Days(LAST - timedelta(days=51), LAST))
    assert [asked.path for asked in api.asked] == [COST, USAGE, COST]


def test_a_long_time_is_asked_for_in_parts_of_31_days() -> None:
    api = api_of()
    fetched(api, Days(date(2026, 9, 20), LAST))
    expected = [
        ("2026-09-20", "2026-10-21", "1000"),
        ("2026-10-21", "2026-11-21", "1000"),
        ("2026-11-21", "2026-11-22", "1000"),
    ]
    assert (spans(api, COST), spans(api, USAGE)) == (expected, expected)


def test_days_before_the_newer_pair_began_come_from_the_older_one() -> None:
    api = api_of()
    units = fetched(api, Days(date(2025, 12, 30), date(2026, 1, 1)))
    assert (spans(api, COST), spans(api, OLD_COST), spans(api, OLD_USAGE)) == (
        [("2026-01-01", "2026-01-02", "1000")],
        [("2025-12-30", "2026-01-01", "2")],
        [("2025-12-30", "2026-01-01", "48")],
    )
    assert sorted(units) == sorted(
        (report, day)
        for report in ("costs", "usage", "usage/priority")
        for day in (date(2025, 12, 30), date(2025, 12, 31), date(2026, 1, 1))
    )


def test_what_is_more_than_a_year_ago_comes_from_the_older_pair() -> None:
    api = api_of()
    api.now += timedelta(days=300)
    fetched(api, Days(date(2026, 9, 17), date(2026, 9, 20)))
    assert (spans(api, COST), spans(api, OLD_COST)) == (
        [("2026-09-19", "2026-09-21", "1000")],
        [("2026-09-17", "2026-09-19", "2")],
    )


def test_the_older_pair_is_asked_within_its_limits() -> None:
    api = api_of(older_only)
    fetched(api, Days(date(2026, 10, 1), date(2026, 11, 8)))
    assert spans(api, OLD_COST) == [("2026-10-01", "2026-11-01", "31"), ("2026-11-01", "2026-11-09", "8")]
    assert spans(api, OLD_USAGE)[0] == ("2026-10-01", "2026-10-08", "168")
    assert spans(api, OLD_USAGE)[-1] == ("2026-11-05", "2026-11-09", "96")


def test_old_costs_which_lag_are_asked_from_earlier_and_only_the_wanted_days_given() -> None:
    api = api_of(older_only)
    today = CASE.now.date()
    units = fetched(api, Days(today, today))
    assert spans(api, OLD_COST) == [("2026-11-19", "2026-11-23", "4")]
    assert units["costs", today].billed == ()
    assert {day for _, day in units} == {today}


def test_one_workspace_is_asked_for_in_both_reports() -> None:
    api = api_of(only=("workspace", "wrkspc_b"))
    units = fetched(api)
    assert units["costs", FIRST].billed == (
        BilledRecord(
            "claude-opus-5-5",
            "tokens",
            Decimal("0.00123456789012345678901234567891"),
            "USD",
            hour=23,
            project="wrkspc_b",
        ),
    )
    assert [(asked.one("workspace_ids"), asked.all("group_by")) for asked in api.asked] == [
        ("wrkspc_b", ["model", "cost_type", "workspace_id"]),
        ("wrkspc_b", ["model", "service_tier", "workspace_id"]),
    ]


def test_a_filter_that_was_ignored_lets_no_other_workspace_in() -> None:
    def unfiltered(asked: Asked) -> Any:
        kept = tuple(param for param in asked.params if param[0] != "workspace_ids[]")
        return CASE.answer(asked._replace(params=kept))

    only = ("workspace", "wrkspc_b")
    assert fetched(api_of(unfiltered, only=only)) == fetched(api_of(only=only))


def test_a_grouping_that_was_ignored_is_not_taken_for_nothing() -> None:
    ungrouped = in_every_object(
        lambda found: {**found, "workspace_id": None} if "workspace_id" in found else found
    )
    with pytest.raises(ProviderError) as raised:
        fetched(api_of(only=("workspace", "wrkspc_b"), change=ungrouped))
    assert raised.value.facts == {"place": "workspace_id", "reason": "missing"}


def test_the_older_pair_is_cut_to_the_workspace() -> None:
    units = fetched(api_of(older_only, only=("workspace", "wrkspc_b")))
    assert [(record.project, record.amount) for record in units["costs", FIRST].billed or ()] == [
        ("wrkspc_b", Decimal("0.00123456789012345678901234567891"))
    ]
    assert [used.tokens.total for used in units["usage", FIRST].usage or ()] == [25]


def test_figures_reach_as_far_as_the_earliest_page_says() -> None:
    stamps = iter(["2026-11-22T01:30:00Z", "2026-11-22T01:00:00Z", *["2026-11-22T02:00:00Z"] * 8])

    def answer(asked: Asked) -> Any:
        return {**CASE.answer(asked), "data_refreshed_at": next(stamps)}

    units = fetched(api_of(answer, page_size=3))
    assert units["costs", FIRST].refreshed_at_ms == REFRESHED_MS
    assert units["usage", FIRST].refreshed_at_ms == REFRESHED_MS + 3_600_000


def test_how_far_figures_reach_is_unknown_where_the_answer_does_not_say() -> None:
    silent = in_every_object(
        lambda found: {name: value for name, value in found.items() if name != "data_refreshed_at"}
    )
    assert {unit.refreshed_at_ms for unit in fetched(api_of(change=silent)).values()} == {None}


def test_an_admin_key_can_be_asked_for_usage_and_cost_by_one_cheap_question() -> None:
    api = api_of(key_kind="admin", headers={"anthropic-organization-id": "org-1"})
    assert ANTHROPIC.check(api) == KeyCheck("admin", ("usage", "cost"), account="org-1")
    assert spans(api, COST) == [("2026-11-21", "2026-11-22", "1")]
    assert len(api.asked) == 1


def test_a_key_without_a_look_of_its_own_that_reads_analytics_is_an_analytics_key() -> None:
    assert ANTHROPIC.check(api_of()) == KeyCheck("analytics", ("usage", "cost"))


def test_a_key_of_an_organisation_without_analytics_is_checked_by_the_older_pair() -> None:
    api = api_of(older_only)
    assert ANTHROPIC.check(api) == KeyCheck("admin", ("usage", "cost"))
    assert spans(api, OLD_COST) == [("2026-11-19", "2026-11-22", "1")]


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_for_calling_models_is_told_that_an_admin_key_is_needed(status: int) -> None:
    refused = failing(AnswerError(status), COST, OLD_COST)
    assert ANTHROPIC.check(api_of(refused, key_kind="api")) == KeyCheck("api", (), needs="admin")


@pytest.mark.parametrize(
    ("kind", "status"), [("", 401), ("admin", 401), ("admin", 403), ("api", 429), ("api", 500)]
)
def test_a_key_that_should_work_and_does_not_is_an_error(kind: str, status: int) -> None:
    with pytest.raises(AnswerError) as raised:
        ANTHROPIC.check(api_of(failing(AnswerError(status), COST, OLD_COST), key_kind=kind))
    assert raised.value.status == status


@pytest.mark.parametrize(
    ("key", "kind"), [("sk-ant-admin01-x", "admin"), ("sk-ant-api03-x", "api"), ("sk-ant-x", ""), ("", "")]
)
def test_the_start_of_a_key_tells_its_kind(key: str, kind: str) -> None:
    assert ANTHROPIC.key_kind(key) == kind


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (AnswerError(402, "billing_error"), "credit_exhausted"),
        (AnswerError(429, "enforced_spend_limit_reached"), "credit_exhausted"),
        (
            AnswerError(429, "rate_limit_error", "The spend limit is reached"),
            "credit_exhausted",
        ),
        (AnswerError(429, "rate_limit_error"), ""),
        (
            AnswerError(400, "invalid_request_error", "Your credit balance is too low to use the API"),
            "credit_exhausted",
        ),
        (AnswerError(400, "invalid_request_error", "starting_at is too early"), ""),
        (AnswerError(401, "authentication_error", "API key has expired"), "key_expired"),
        (AnswerError(401, "authentication_error", "invalid x-api-key"), ""),
    ],
)
def test_what_an_error_means_beyond_its_status(error: AnswerError, code: str) -> None:
    assert ANTHROPIC.explain(error) == code

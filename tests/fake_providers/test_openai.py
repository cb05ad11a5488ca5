"""The fake of OpenAI answers as its documents say."""

from __future__ import annotations

from datetime import UTC
from datetime import datetime
from typing import Any

import pytest

from fake_providers import Event
from fake_providers import FakeProviders
from fake_providers.asking import Got
from fake_providers.asking import ask

ADMIN = "sk-admin-" + "a" * 24
DAY_18, DAY_19, DAY_20, DAY_21 = (
    int(datetime(2026, 11, day, tzinfo=UTC).timestamp()) for day in (18, 19, 20, 21)
)


def get(fake: FakeProviders, path: str, key: str = ADMIN) -> Got:
    return ask(fake.at(f"https://api.openai.com/v1/organization/{path}"), key)


def every_page(fake: FakeProviders, path: str) -> list[Any]:
    data, cursor = [], ""
    while True:
        page = get(fake, path + cursor).json
        data += page["data"]
        if not page["has_more"]:
            return data
        cursor = f"&page={page['next_page']}"


@pytest.fixture
def openai(fake: FakeProviders) -> FakeProviders:
    fake.openai.accept(ADMIN)
    fake.openai.put(
        Event(
            datetime(2026, 11, 18, 5, tzinfo=UTC),
            "gpt-6.1-sol",
            uncached=300,
            cache_read=500,
            cache_write=100,
            output=210,
            requests=7,
            labels={"batch": False, "service_tier": "default"},
        ),
        Event(
            datetime(2026, 11, 18, 5, tzinfo=UTC),
            amount="0.431200000000000000000000000001",
            item="gpt-6.1-sol, output_tokens",
            quantity=210,
        ),
        Event(
            datetime(2026, 11, 19, 23, 59, 59, tzinfo=UTC), amount="0.25", item="web search", project="proj_1"
        ),
    )
    return fake


def test_costs_are_summed_in_utc_days_with_all_of_their_digits(openai: FakeProviders) -> None:
    page = get(openai, f"costs?start_time={DAY_18}&end_time={DAY_20}&group_by=line_item&limit=180").json

    assert [(bucket["start_time"], bucket["results"]) for bucket in page["data"]] == [
        (DAY_18, [cost("0.431200000000000000000000000001", "gpt-6.1-sol, output_tokens", 210)]),
        (DAY_19, [cost("0.25", "web search", None)]),
    ]
    assert (page["has_more"], page["next_page"]) == (False, None)


def cost(value: str, item: str, quantity: int | None) -> dict[str, Any]:
    return {
        "object": "organization.costs.result",
        "amount": {"value": value, "currency": "usd"},
        "line_item": item,
        "project_id": None,
        "api_key_id": None,
        "user_id": None,
        "api_source": None,
        "quantity": quantity,
        "quantity_unit": None if quantity is None else "tokens",
    }


def test_usage_counts_cached_tokens_inside_the_input(openai: FakeProviders) -> None:
    page = get(
        openai,
        f"usage/completions?start_time={DAY_18}&end_time={DAY_19}&group_by[]=model&group_by[]=batch",
    ).json

    assert page["data"][0]["results"] == [
        {
            "object": "organization.usage.completions.result",
            "input_tokens": 900,
            "input_cached_tokens": 500,
            "input_cache_write_tokens": 100,
            "input_uncached_tokens": 300,
            "output_tokens": 210,
            "num_model_requests": 7,
            "project_id": None,
            "user_id": None,
            "api_key_id": None,
            "model": "gpt-6.1-sol",
            "api_source": None,
            "batch": False,
            "service_tier": None,
        }
    ]


def test_a_day_without_usage_is_an_empty_bucket(openai: FakeProviders) -> None:
    page = get(openai, f"costs?start_time={DAY_20}&end_time={DAY_21}").json

    assert page["data"] == [{"object": "bucket", "start_time": DAY_20, "end_time": DAY_21, "results": []}]


@pytest.mark.parametrize("size", [1, 2, 3])
def test_pages_of_any_size_hold_the_same_buckets(openai: FakeProviders, size: int) -> None:
    report = f"costs?start_time={DAY_18}&end_time={DAY_21}&group_by=line_item"
    whole = get(openai, report).json["data"]
    openai.openai.page_size = size

    assert every_page(openai, report) == whole


def test_hours_are_buckets_of_usage_and_never_of_costs(openai: FakeProviders) -> None:
    span = f"start_time={DAY_18}&end_time={DAY_19}&bucket_width=1h"

    assert len(get(openai, f"usage/completions?{span}").json["data"]) == 24
    assert get(openai, f"costs?{span}").status == 400


def test_a_project_filter_holds_for_costs(openai: FakeProviders) -> None:
    page = get(
        openai, f"costs?start_time={DAY_18}&end_time={DAY_20}&project_ids=proj_1&group_by=project_id"
    ).json

    assert [
        [(row["project_id"], row["amount"]["value"]) for row in bucket["results"]] for bucket in page["data"]
    ] == [[], [("proj_1", "0.25")]]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("costs?start_time={day}&limit=180", 200),
        ("costs?start_time={day}&limit=181", 400),
        ("usage/completions?start_time={day}&limit=31", 200),
        ("usage/completions?start_time={day}&limit=32", 400),
        ("usage/completions?start_time={day}&bucket_width=1h&limit=168", 200),
        ("usage/completions?start_time={day}&bucket_width=1h&limit=169", 400),
        ("costs?group_by=line_item", 400),
        ("costs?start_time={day}&group_by=model", 400),
        ("costs?start_time=1764979199&group_by=api_key_id", 400),
        ("costs?start_time=1764979200&group_by=api_key_id", 200),
        ("costs?start_time={day}&page=nonsense", 400),
        ("usage/decorations?start_time={day}", 404),
    ],
)
def test_what_is_over_a_cap_or_unknown_is_refused_and_never_cut(
    openai: FakeProviders, path: str, status: int
) -> None:
    assert get(openai, path.format(day=DAY_18)).status == status


@pytest.mark.parametrize(
    ("key", "status"),
    [
        (ADMIN, 200),
        ("sk-proj-" + "b" * 24, 403),
        ("sk-svcacct-" + "c" * 24, 403),
        ("sk-unknown", 401),
        ("", 401),
    ],
)
def test_only_an_admin_key_reads_reports(openai: FakeProviders, key: str, status: int) -> None:
    openai.openai.accept("sk-proj-" + "b" * 24)
    openai.openai.accept("sk-svcacct-" + "c" * 24)

    assert get(openai, f"costs?start_time={DAY_18}", key).status == status


def test_money_is_a_number_when_the_specification_is_followed(openai: FakeProviders) -> None:
    openai.openai.money_as = "number"

    answer = get(openai, f"costs?start_time={DAY_19}&end_time={DAY_20}")

    assert b'"value":0.25,' in answer.content

"""The fake of Anthropic answers as its documents say: two pairs of reports, money in cents."""

from __future__ import annotations

from datetime import UTC
from datetime import datetime
from typing import Any

import pytest

from fake_providers import Event
from fake_providers import FakeProviders
from fake_providers.anthropic import BETA
from fake_providers.asking import Got
from fake_providers.asking import ask

ADMIN = "sk-ant-admin01-" + "a" * 24
SPAN = "starting_at=2026-11-18T00:00:00Z&ending_at=2026-11-20T00:00:00Z"
DAILY = f"{SPAN}&time_bucket_width=1d&order_by=time&order=asc"


def get(fake: FakeProviders, path: str, key: str = ADMIN, **headers: str) -> Got:
    sent = {"x_api_key": key, "anthropic_version": "2023-06-01", "anthropic_beta": BETA, **headers}
    return ask(fake.at(f"https://api.anthropic.com/v1/organizations/{path}"), **sent)


@pytest.fixture
def anthropic(fake: FakeProviders) -> FakeProviders:
    fake.anthropic.accept(ADMIN)
    fake.anthropic.put(
        Event(
            datetime(2026, 11, 18, 5, tzinfo=UTC),
            "claude-opus-5-5",
            uncached=120,
            cache_read=900,
            cache_write=40,
            cache_write_1h=10,
            output=55,
            requests=3,
            labels={"web_searches": 1, "service_tier": "standard"},
        ),
        cost(18, "0.412750", "input", token_type="uncached_input_tokens"),
        cost(18, "0.1", "output", token_type="output_tokens"),
        cost(19, "0.05", "searches", model=None, cost_type="web_search"),
    )
    return fake


def cost(day: int, amount: str, item: str, model: str | None = "claude-opus-5-5", **labels: str) -> Event:
    return Event(
        datetime(2026, 11, day, 5, tzinfo=UTC),
        model,
        amount=amount,
        item=item,
        labels={"cost_type": "tokens", **labels},
    )


def test_analytics_usage_is_flat_rows_with_the_cache_apart(anthropic: FakeProviders) -> None:
    page = get(anthropic, f"analytics/usage?{DAILY}&group_by[]=model").json

    assert page == {
        "data": [
            {
                "starting_at": "2026-11-18T00:00:00Z",
                "ending_at": "2026-11-19T00:00:00Z",
                "group": {"model": "claude-opus-5-5"},
                "usage": {
                    "uncached_input_tokens": 120,
                    "cache_read_input_tokens": 900,
                    "cache_creation": {"ephemeral_5m_input_tokens": 40, "ephemeral_1h_input_tokens": 10},
                    "output_tokens": 55,
                    "total_tokens": 1125,
                    "requests": 3,
                    "server_tool_use": {"web_search_requests": 1},
                },
            }
        ],
        "has_more": False,
        "next_page": None,
        "data_refreshed_at": "2026-11-20T12:00:00Z",
    }


def test_analytics_cost_is_in_cents_with_all_of_its_digits(anthropic: FakeProviders) -> None:
    page = get(anthropic, f"analytics/cost?{DAILY}&group_by[]=model").json

    assert [(row["starting_at"][:10], row["group"], row["cost"]) for row in page["data"]] == [
        ("2026-11-18", {"model": "claude-opus-5-5"}, cents("51.2750")),
        ("2026-11-19", {"model": None}, cents("5")),
    ]


def cents(amount: str) -> dict[str, Any]:
    return {"amount": amount, "list_amount": amount, "currency": "USD", "requests": 0}


def test_a_page_of_analytics_is_rows_and_the_rows_of_a_token_type_do_not_count(
    anthropic: FakeProviders,
) -> None:
    report = f"analytics/cost?{DAILY}&group_by[]=model&group_by[]=token_type&limit=1"

    first = get(anthropic, report).json
    second = get(anthropic, f"{report}&page={first['next_page']}").json

    assert [[row["cost"]["amount"] for row in page["data"]] for page in (first, second)] == [
        ["10", "41.2750"],
        ["5"],
    ]
    assert [page["has_more"] for page in (first, second)] == [True, False]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"analytics/usage?{DAILY}&limit=1000", 200),
        (f"analytics/usage?{DAILY}&limit=1001", 400),
        ("analytics/usage?starting_at=2026-11-18T00:00:00Z", 200),
        ("analytics/usage?starting_at=2026-11-18T00:00:00Z&time_bucket_width=1d", 400),
        ("analytics/usage?starting_at=2026-11-18T00:00:00", 400),
        ("analytics/usage?starting_at=2025-12-31T00:00:00Z", 400),
        ("analytics/usage?starting_at=2026-10-01T00:00:00Z&ending_at=2026-11-01T00:00:00Z", 200),
        ("analytics/usage?starting_at=2026-10-01T00:00:00Z&ending_at=2026-11-02T00:00:00Z", 400),
        (f"analytics/usage?{SPAN}&time_bucket_width=1m", 400),
        (f"analytics/usage?{SPAN}&group_by[]=cost_type", 400),
        (f"analytics/cost?{SPAN}" + "".join(f"&group_by[]={n}" for n in ("model", "speed", "product")), 200),
        (f"usage_report/messages?{SPAN}&limit=31", 200),
        (f"usage_report/messages?{SPAN}&limit=32", 400),
        (f"cost_report?{SPAN}&bucket_width=1h", 400),
        (f"cost_report?{SPAN}&group_by[]=model", 400),
        ("cost_report?starting_at=2026-11-20T00:00:00Z", 400),
    ],
)
def test_what_is_over_a_cap_or_unknown_is_refused(anthropic: FakeProviders, path: str, status: int) -> None:
    assert get(anthropic, path).status == status


@pytest.mark.parametrize("status", [400, 403, 404])
def test_analytics_may_be_refused_while_the_legacy_pair_answers(
    anthropic: FakeProviders, status: int
) -> None:
    anthropic.anthropic.analytics_refusal = status

    assert get(anthropic, f"analytics/usage?{DAILY}").status == status
    assert get(anthropic, f"usage_report/messages?{SPAN}").status == 200


def test_legacy_usage_is_buckets_without_a_count_of_requests(anthropic: FakeProviders) -> None:
    page = get(anthropic, f"usage_report/messages?{SPAN}&group_by[]=model&group_by[]=service_tier").json

    assert [len(bucket["results"]) for bucket in page["data"]] == [1, 0]
    assert page["data"][0]["results"][0] == {
        "model": "claude-opus-5-5",
        "service_tier": "standard",
        "context_window": None,
        "inference_geo": None,
        "speed": None,
        "workspace_id": None,
        "api_key_id": None,
        "account_id": None,
        "service_account_id": None,
        "uncached_input_tokens": 120,
        "cache_read_input_tokens": 900,
        "cache_creation": {"ephemeral_5m_input_tokens": 40, "ephemeral_1h_input_tokens": 10},
        "output_tokens": 55,
        "server_tool_use": {"web_search_requests": 1},
    }


def test_legacy_costs_tell_the_model_only_when_grouped_by_description(anthropic: FakeProviders) -> None:
    described = get(anthropic, f"cost_report?{SPAN}&group_by[]=description").json["data"]
    plain = get(anthropic, f"cost_report?{SPAN}").json["data"]

    assert [
        [(row["description"], row["model"], row["amount"]) for row in bucket["results"]]
        for bucket in described
    ] == [
        [("input", "claude-opus-5-5", "41.2750"), ("output", "claude-opus-5-5", "10")],
        [("searches", None, "5")],
    ]
    assert [[(row["model"], row["amount"]) for row in bucket["results"]] for bucket in plain] == [
        [(None, "51.2750")],
        [(None, "5")],
    ]


@pytest.mark.parametrize(
    ("key", "headers", "status"),
    [
        (ADMIN, {}, 200),
        ("sk-ant-api03-" + "w" * 24, {}, 403),
        ("nobody", {}, 401),
        (ADMIN, {"anthropic_version": ""}, 400),
        (ADMIN, {"anthropic_beta": ""}, 400),
    ],
)
def test_an_admin_key_a_version_and_a_beta_are_needed(
    anthropic: FakeProviders, key: str, headers: dict[str, str], status: int
) -> None:
    anthropic.anthropic.accept("sk-ant-api03-" + "w" * 24)

    assert get(anthropic, f"analytics/usage?{DAILY}", key, **headers).status == status

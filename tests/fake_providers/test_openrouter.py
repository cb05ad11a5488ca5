"""The fake of OpenRouter answers as its documents say."""

from __future__ import annotations

from datetime import UTC
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from fake_providers import Event
from fake_providers import FakeProviders
from fake_providers.asking import Got
from fake_providers.asking import ask

MANAGEMENT = "sk-or-v1-" + "a" * 24
INFERENCE = "sk-or-v1-" + "b" * 24


def get(fake: FakeProviders, path: str, key: str = MANAGEMENT, body: Any = None) -> Got:
    return ask(fake.at(f"https://openrouter.ai/api/v1/{path}"), key, body)


@pytest.fixture
def openrouter(fake: FakeProviders) -> FakeProviders:
    fake.openrouter.accept(MANAGEMENT, "management")
    fake.openrouter.accept(INFERENCE)
    fake.openrouter.put(
        used(19, "0.0123", workspace="ws-1"),
        used(19, "0.0100", workspace="ws-2"),
        used(20, "0.5"),
    )
    return fake


def used(day: int, amount: str, workspace: str | None = None) -> Event:
    return Event(
        datetime(2026, 11, day, 3, tzinfo=UTC),
        "anthropic/claude-opus-5.5",
        uncached=300,
        cache_read=600,
        output=80,
        reasoning=20,
        requests=4,
        amount=amount,
        project=workspace,
        labels={"provider_name": "Anthropic"},
    )


def test_activity_adds_up_a_completed_day_and_leaves_today_out(openrouter: FakeProviders) -> None:
    assert get(openrouter, "activity").json == {
        "data": [
            {
                "date": "2026-11-19",
                "model": "anthropic/claude-opus-5.5",
                "model_permaslug": "anthropic/claude-opus-5.5-20261001",
                "endpoint_id": "endpoint of anthropic/claude-opus-5.5 at Anthropic",
                "provider_name": "Anthropic",
                "usage": Decimal("0.0223"),
                "byok_usage_inference": 0,
                "requests": 8,
                "prompt_tokens": 1800,
                "cached_tokens": 1200,
                "completion_tokens": 160,
                "reasoning_tokens": 40,
            }
        ]
    }


def test_activity_is_split_by_workspace_when_asked_and_only_then(openrouter: FakeProviders) -> None:
    rows = get(openrouter, "activity?group_by=workspace").json["data"]

    assert [(row["workspace_id"], row["usage"]) for row in rows] == [
        ("ws-1", Decimal("0.0123")),
        ("ws-2", Decimal("0.0100")),
    ]


@pytest.mark.parametrize(
    ("day", "status"),
    [("2026-11-20", 400), ("2026-11-19", 200), ("2026-10-21", 200), ("2026-10-20", 400), ("yesterday", 400)],
)
def test_only_the_last_30_completed_days_may_be_asked_for(
    openrouter: FakeProviders, day: str, status: int
) -> None:
    assert get(openrouter, f"activity?date={day}").status == status


def test_a_key_knows_what_it_used_today_this_week_and_this_month(openrouter: FakeProviders) -> None:
    data = get(openrouter, "key", INFERENCE).json["data"]

    assert {
        name: data[name] for name in ("usage_daily", "usage_weekly", "usage_monthly", "is_management_key")
    } == {
        "usage_daily": Decimal("0.5"),
        "usage_weekly": Decimal("0.5223"),
        "usage_monthly": Decimal("0.5223"),
        "is_management_key": False,
    }


def test_credits_tell_what_was_bought_and_what_was_used(openrouter: FakeProviders) -> None:
    assert get(openrouter, "credits").json == {
        "data": {"total_credits": 100, "total_usage": Decimal("0.5223")}
    }


@pytest.mark.parametrize("report", ["credits", "activity", "analytics/meta"])
def test_an_inference_key_is_told_that_a_management_key_is_needed(
    openrouter: FakeProviders, report: str
) -> None:
    answer = get(openrouter, report, INFERENCE)

    assert (answer.status, answer.json) == (
        403,
        {"error": {"code": 403, "message": "Only management keys can perform this operation"}},
    )


def test_analytics_answers_by_hour_with_metrics_that_meta_names(openrouter: FakeProviders) -> None:
    [metric] = [
        row["name"]
        for row in get(openrouter, "analytics/meta").json["data"]["metrics"]
        if row["name"] == "request_count"
    ]
    question = {
        "metrics": [metric],
        "dimensions": ["model"],
        "granularity": "hour",
        "time_range": {"start": "2026-11-20T00:00:00Z", "end": "2026-11-21T00:00:00Z"},
    }

    assert get(openrouter, "analytics/query", body=question).json["data"]["data"] == [
        {"date__hour": "2026-11-20T03:00:00.000Z", "model": "anthropic/claude-opus-5.5", "request_count": 4}
    ]

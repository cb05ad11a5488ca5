"""Every ordinary answer of the fake is what the public specifications allow."""

from __future__ import annotations

import json
from datetime import UTC
from datetime import datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from fake_providers import Event
from fake_providers import FakeProviders
from fake_providers.asking import ask
from fake_providers.openai import KINDS

SCHEMAS = Path(__file__).parent / "schemas"
ADMIN = "sk-admin-" + "a" * 24
MANAGEMENT = "sk-or-v1-" + "m" * 24
AT = datetime(2026, 11, 19, 5, tzinfo=UTC)
SPAN = f"start_time={int(datetime(2026, 11, 18, tzinfo=UTC).timestamp())}"


def check(name: str, answer: Any) -> None:
    schema = json.loads((SCHEMAS / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(answer, schema, cls=jsonschema.Draft202012Validator)


@pytest.fixture
def asked(fake: FakeProviders) -> FakeProviders:
    fake.openai.accept(ADMIN)
    fake.openrouter.accept(MANAGEMENT, "management")
    fake.openai.put(
        Event(AT, "gpt-6.1-sol", uncached=3, cache_read=4, cache_write=5, output=6, requests=1),
        Event(AT, amount="0.123456789012345678901234567890", item="gpt-6.1-sol, input_tokens", quantity=3),
        *(Event(AT, "m", requests=2, quantity=9, kind=kind) for kind in KINDS if kind != "completions"),
    )
    fake.openrouter.put(
        Event(AT, "openai/gpt-6.1-sol", uncached=3, output=6, requests=1, amount="0.0123", project="ws-1")
    )
    return fake


@pytest.mark.parametrize("money_as", ["string", "number"])
@pytest.mark.parametrize("by", ["", "&group_by=line_item", "&group_by=line_item&group_by=project_id"])
def test_costs_of_openai(asked: FakeProviders, by: str, money_as: str) -> None:
    asked.openai.money_as = money_as

    check(
        "openai_costs", ask(asked.at(f"https://api.openai.com/v1/organization/costs?{SPAN}{by}"), ADMIN).json
    )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("by", ["", "&group_by=project_id"])
def test_every_kind_of_usage_of_openai(asked: FakeProviders, kind: str, by: str) -> None:
    url = asked.at(f"https://api.openai.com/v1/organization/usage/{kind}?{SPAN}{by}")

    page = ask(url, ADMIN).json

    check("openai_usage", page)
    assert [len(bucket["results"]) for bucket in page["data"]] == [0, 1, 0, 0]


@pytest.mark.parametrize(
    ("path", "key"),
    [("costs", ADMIN), ("costs?start_time=x", ADMIN), ("nothing", ADMIN), ("costs", "wrong"), ("costs", "")],
)
def test_errors_of_openai(asked: FakeProviders, path: str, key: str) -> None:
    answer = ask(asked.at(f"https://api.openai.com/v1/organization/{path}"), key)

    check("openai_error", answer.json)
    assert answer.status >= 400


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("key", "key"),
        ("credits", "credits"),
        ("activity", "activity"),
        ("activity?group_by=workspace", "activity"),
    ],
)
@pytest.mark.parametrize("has_cached", [True, False])
def test_reports_of_openrouter(asked: FakeProviders, path: str, name: str, has_cached: bool) -> None:
    asked.openrouter.has_cached = has_cached

    check(f"openrouter_{name}", ask(asked.at(f"https://openrouter.ai/api/v1/{path}"), MANAGEMENT).json)


@pytest.mark.parametrize(
    ("path", "key"),
    [("activity?date=2026-11-20", MANAGEMENT), ("nothing", MANAGEMENT), ("credits", "wrong"), ("key", "")],
)
def test_errors_of_openrouter(asked: FakeProviders, path: str, key: str) -> None:
    answer = ask(asked.at(f"https://openrouter.ai/api/v1/{path}"), key)

    check("openrouter_error", answer.json)
    assert answer.status == answer.json["error"]["code"]

"""`fetch-usage` asks each key for what it was found to have."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from cli.answers import Ask
from cli.providers_at_hand import CANARY
from fake_providers import FakeProviders


def test_a_key_without_bills_is_asked_for_what_it_spent_and_nothing_fails(
    ask: Ask, home: Path, fake: FakeProviders
) -> None:
    key = fake.openrouter.accept(f"sk-or-v1-{CANARY}91c2", "inference")
    url = fake.at("https://openrouter.ai/api/v1")
    ask("configure-provider", "--name", "openrouter", "--api-key", key, "--base-url", url)

    answer = ask("fetch-usage", "--json")

    (found,) = answer.document["data"]["providers"]
    assert (answer.exit_code, found["state"], found["error"]) == (0, "fetched", None)
    assert [(spent["window"], spent["of"]) for spent in found["spent"]] == [
        ("today", "key"),
        ("week", "key"),
        ("month", "key"),
    ]
    assert fake.openrouter.calls("activity") == 0


def test_a_key_with_bills_is_asked_for_them(ask: Ask, home: Path, fake: FakeProviders) -> None:
    key = fake.openrouter.accept(f"sk-or-v1-{CANARY}91c2", "management")
    url = fake.at("https://openrouter.ai/api/v1")
    ask("configure-provider", "--name", "openrouter", "--api-key", key, "--base-url", url)

    answer = ask("fetch-usage", "--json")

    (found,) = answer.document["data"]["providers"]
    assert (answer.exit_code, found["days"]) == (0, 30)
    assert fake.openrouter.calls("activity") == 1


def test_a_record_made_by_hand_is_inside_the_bill_as_soon_as_that_is_fetched(
    ask: Ask, home: Path, fake: FakeProviders, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("TOKEN_TRACKER_NOW", "2026-10-03T12:00:00+00:00")
        ask("record-session", "--model", "gpt-5", "--tokens-in", "10", "--tokens-out", "5", "--cost", "0.50")
    key = fake.openai.accept(f"sk-admin-{CANARY}91c2", "admin")
    ask(
        "configure-provider", "--name", "openai", "--api-key", key,
        "--base-url", fake.at("https://api.openai.com/v1"),
    )  # fmt: skip

    ask("fetch-usage")

    cost = ask("summary", "--date", "2026-10-03", "--no-sync", "--json").document["data"]["cost"]
    assert Decimal(cost["amount"] or 0) == 0

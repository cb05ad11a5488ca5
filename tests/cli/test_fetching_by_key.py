"""`fetch-usage` asks each key for what it was found to have."""

from __future__ import annotations

from pathlib import Path

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

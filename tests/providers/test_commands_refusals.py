"""When a provider gives nothing, the answer says what, why and how to fix it, in both languages."""

from __future__ import annotations

import re
import socket
from typing import NamedTuple

import pytest

from fake_providers import FakeProviders
from fake_providers import KeyState
from fake_providers import faults
from providers.people import PROVIDERS
from providers.people import SECRET
from providers.people import Person

HAN = re.compile(r"[\u4e00-\u9fff]")


class Ending(NamedTuple):
    """How a command ended: exit code and code of the error, the same in both languages."""

    exit_code: int
    code: str


SITUATIONS = {
    "no network": Ending(6, "no-network"),
    "wrong key": Ending(4, "key-refused"),
    "expired key": Ending(4, "key-expired"),
    "no credit": Ending(5, "credit-exhausted"),
}


def goes_wrong(person: Person, name: str, situation: str) -> None:
    """Let a provider that is configured be out of reach, or its key be good for nothing."""
    known, vendor = PROVIDERS[name], getattr(person.fake, name)
    if situation == "no network":
        person.moves(name, f"http://127.0.0.1:{closed_port()}")
    elif situation == "wrong key":
        vendor.keys.clear()
    else:
        state = KeyState.EXPIRED if situation == "expired key" else KeyState.EXHAUSTED
        vendor.accept(known.key, known.kind, state)


def closed_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.mark.parametrize("situation", SITUATIONS)
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("openai", ("fetch-usage",)),
        ("openrouter", ("provider-balance", "--name", "openrouter")),
        ("deepseek", ("fetch-usage",)),
        ("kimi", ("provider-balance", "--name", "kimi")),
    ],
)
def test_an_answer_says_what_why_and_how_to_fix_it(
    person: Person, name: str, words: tuple[str, ...], situation: str
) -> None:
    person.configures(name)
    goes_wrong(person, name, situation)

    english = person.runs(*words, "--json", "--lang", "en")
    chinese = person.runs(*words, "--lang", "zh")

    assert (english.exit_code, english.error_code) == SITUATIONS[situation]
    error = english.document["error"]
    assert [bool(HAN.search(error[part])) for part in ("what", "why", "fix")] == [False] * 3
    assert chinese.exit_code == SITUATIONS[situation].exit_code
    assert [bool(HAN.search(line)) for line in chinese.err.splitlines()] == [True] * 3


def test_a_provider_without_a_balance_says_so(person: Person) -> None:
    person.configures("openai")

    answer = person.runs("provider-balance", "--name", "openai", "--json")

    assert (answer.exit_code, answer.error_code) == (5, "balance-not-offered")


def test_an_openai_project_key_is_told_that_an_admin_key_is_needed(
    person: Person, fake: FakeProviders
) -> None:
    key = fake.openai.accept("sk-proj-" + SECRET)
    base_url = fake.at("https://api.openai.com/v1")
    words = ("configure-provider", "--name", "openai", "--base-url", base_url, "--api-key-stdin", "--json")

    answer = person.runs(*words, typed=key)

    error = answer.document["error"]
    assert (answer.exit_code, answer.error_code) == (4, "key-insufficient")
    assert "admin" in error["why"] + error["fix"]
    assert "https://platform.openai.com/settings/organization/admin-keys" in error["fix"]


def test_some_providers_that_answer_make_a_partial_success(person: Person, fake: FakeProviders) -> None:
    person.configures("openai", "deepseek")
    fake.openai.fail(faults.answers(503))

    answer = person.runs("fetch-usage", "--json")

    assert answer.exit_code == 5
    assert {
        one["provider"]: (one["state"], (one["error"] or {}).get("code"))
        for one in answer.document["data"]["providers"]
    } == {"deepseek": ("fetched", None), "openai": ("failed", "provider-failing")}


def test_without_any_provider_it_says_how_to_configure_one(person: Person) -> None:
    answer = person.runs("fetch-usage", "--json")

    assert (answer.exit_code, answer.error_code) == (4, "no-provider-configured")

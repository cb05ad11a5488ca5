"""A key is in providers.json and in the request to its vendor, and nowhere else, whatever goes wrong."""

from __future__ import annotations

import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from cli.answers import Answer
from fake_providers import FakeProviders
from fake_providers import KeyState
from fake_providers import faults
from fake_providers.faults import Hint
from providers.people import Person

CANARY = "CanaryThatNobodyMayEverSee7f3a9c"
KEY = f"sk-admin-{CANARY}-wxyz"
"""Its last four characters may be shown."""

ASKING = (
    ("fetch-usage",),
    ("fetch-usage", "--json"),
    ("fetch-usage", "--provider", "openai", "--lang", "zh"),
    ("provider-balance", "--name", "openai"),
    ("provider-balance", "--name", "openai", "--json"),
    ("list-providers",),
    ("list-providers", "--json"),
    ("configure-provider", "--name", "openai"),
    ("sync",),
)
REPORTING = (
    ("summary",),
    ("bill", "--json"),
    ("week",),
    ("reconcile",),
    ("explain", "today"),
    ("doctor",),
    ("doctor", "--json"),
    ("config", "list"),
    ("verify",),
    ("backup", "kept.zip"),
    ("remove-provider", "--name", "openai"),
)
GOING_WRONG = {
    "refused": faults.answers(401, f"Incorrect API key provided: {KEY}", "invalid_api_key"),
    "rejected": faults.answers(400, f"Bad header: Bearer {KEY}", KEY),
    "limited": faults.limited(Hint.SECONDS, wait_s=3600),
    "no JSON": faults.body(f"<html>{KEY}</html>".encode()),
    "other JSON": faults.body({"data": [{KEY: KEY}], "has_more": KEY, "next_page": KEY}),
    "cursor": faults.body({"object": "page", "data": [], "has_more": True, "next_page": KEY}),
}


@pytest.fixture
def watched(person: Person) -> Person:
    """Give someone whom others watch."""
    person.is_watched = True
    return person


def configured(person: Person, *words: str, typed: str = "", **environ: str) -> Answer:
    base_url = person.fake.at("https://api.openai.com/v1")
    words = ("configure-provider", "--name", "openai", "--base-url", base_url, "--json", *words)
    return person.runs(*words, typed=typed, **environ)


def told(answers: list[Answer]) -> list[str]:
    return [text for answer in answers for text in (answer.out, answer.err) if CANARY in text]


def seen(person: Person) -> list[str]:
    return sorted(line for line in person.command_lines if CANARY in line)


def files_with_it(person: Person) -> list[str]:
    return [
        str(path.relative_to(person.home))
        for path in sorted(person.home.rglob("*"))
        if path.is_file() and CANARY.encode() in path.read_bytes()
    ]


# A machine may be slow to start twenty processes one after the other.
@pytest.mark.timeout(300)
def test_a_key_is_in_no_answer_no_file_and_no_command_line(watched: Person, fake: FakeProviders) -> None:
    fake.openai.accept(KEY)
    answers = [configured(watched, "--api-key-stdin", typed=KEY)]
    answers += [watched.runs(*words) for words in ASKING]
    with_key = files_with_it(watched)
    answers += [watched.runs(*words) for words in REPORTING]

    assert {answer.exit_code for answer in answers} <= {0, 1, 5}
    assert (told(answers), seen(watched)) == ([], [])
    assert with_key == [".token-tracker/providers.json"]
    assert files_with_it(watched) == []
    with ZipFile(watched.home / "kept.zip") as kept:
        assert [name for name in kept.namelist() if CANARY.encode() in kept.read(name)] == []


@pytest.mark.parametrize("wrong", GOING_WRONG)
def test_a_vendor_that_repeats_a_key_does_not_make_us_repeat_it(
    person: Person, fake: FakeProviders, wrong: str
) -> None:
    fake.openai.accept(KEY)
    configured(person, "--api-key-stdin", typed=KEY)
    fake.openai.fail(GOING_WRONG[wrong])

    answers = [
        person.runs("fetch-usage"),
        person.runs("list-providers"),
        configured(person, "--api-key-stdin", typed=KEY),
    ]

    assert told(answers) == []
    assert answers[0].exit_code in {4, 5}
    assert files_with_it(person) == [".token-tracker/providers.json"]


def test_a_key_in_another_place_is_in_no_file_at_all(watched: Person, fake: FakeProviders) -> None:
    fake.openai.accept(KEY)
    answers = [
        configured(watched, "--api-key-env", "MY_ADMIN_KEY", MY_ADMIN_KEY=KEY),
        watched.runs("fetch-usage", MY_ADMIN_KEY=KEY),
    ]
    watched.waits(minutes=2)
    answers.append(watched.runs("fetch-usage"))

    assert [answer.exit_code for answer in answers] == [0, 0, 4]
    assert (told(answers), seen(watched), files_with_it(watched)) == ([], [], [])


def test_a_program_that_prints_a_key_is_not_told_it(
    watched: Person, fake: FakeProviders, tmp_path: Path
) -> None:
    fake.openai.accept(KEY)
    vault = tmp_path / "vault.py"
    vault.write_text(f"print('{KEY}')")
    answers = [
        configured(watched, "--api-key-cmd", f"{sys.executable} {vault}"),
        watched.runs("fetch-usage", "--json"),
    ]

    assert [answer.exit_code for answer in answers] == [0, 0]
    assert (told(answers), seen(watched), files_with_it(watched)) == ([], [], [])
    assert [line for line in watched.command_lines if line == f"{sys.executable} {vault} "] != []


def test_a_key_on_the_command_line_works_and_its_visibility_is_told(
    watched: Person, fake: FakeProviders
) -> None:
    fake.openai.accept(KEY)
    answer = configured(watched, "--api-key", KEY)

    others = [line for line in seen(watched) if "-m token_tracker configure-provider" not in line]
    assert (answer.exit_code, answer.problem_codes, told([answer]), others) == (
        0,
        ["key-was-visible"],
        [],
        [],
    )


def test_a_refused_key_is_kept_nowhere(person: Person, fake: FakeProviders) -> None:
    fake.openai.accept(KEY, state=KeyState.EXPIRED)

    answer = configured(person, "--api-key-stdin", typed=KEY)

    assert (answer.exit_code, answer.error_code) == (4, "key-expired")
    assert (told([answer]), files_with_it(person)) == ([], [])


def test_a_provider_file_that_fails_with_the_key_in_its_hands_tells_nobody(
    person: Person, tmp_path: Path
) -> None:
    file = tmp_path / "leaky.py"
    file.write_text(LEAKY)
    base_url = person.fake.at("https://api.deepseek.com")
    leaky = ("configure-provider", "--name", "leaky", "--base-url", base_url, "--api-key-stdin")

    answers = [
        person.runs("provider", "trust", str(file)),
        person.runs(*leaky, "--json", typed=KEY),
        person.runs(*leaky, "--no-validate", typed=KEY),
        person.runs("provider-balance", "--name", "leaky"),
        person.runs("fetch-usage"),
    ]

    assert told(answers) == []
    assert set(files_with_it(person)) <= {".token-tracker/providers.json"}


LEAKY = '''"""A provider file that fails where it has the key."""

from token_tracker.providers import Provider
from token_tracker.providers import Region


def headers(key):
    raise RuntimeError(f"cannot use {key}")


PROVIDER = Provider(
    id="leaky",
    name="Leaky",
    regions=(Region("global", "https://api.deepseek.com"),),
    key_page="https://leaky.example/keys",
    headers=headers,
    check=lambda api: api.get("/user/balance"),
    balance=lambda api: api.get("/user/balance"),
)
'''

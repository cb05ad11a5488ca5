"""A key goes to its provider and into `providers.json`, and nowhere else."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from cli.answers import Ask
from cli.answers import contents
from cli.providers_at_hand import ADMIN
from cli.providers_at_hand import CANARY
from cli.providers_at_hand import PROJECT
from cli.providers_at_hand import STRANGER
from cli.providers_at_hand import configure_openai
from cli.providers_at_hand import openai
from cli.providers_at_hand import process
from fake_providers import FakeProviders
from fake_providers import faults
from fake_providers.vendor import Fault
from token_tracker import configuring
from token_tracker.provider_settings import load_providers

FAILING = """
from token_tracker.providers import Provider, Region

def fail(told):
    raise ValueError(f"the key is {told}")

def check(api):
    api.get("/x")

PROVIDER = Provider(
    id="failing",
    name="Failing",
    regions=(Region("global", "http://127.0.0.1:9"),),
    key_page="https://vendor.example/keys",
    headers=HEADERS,
    check=CHECK,
)
"""

WITNESS = """
import os, pathlib, sys
pids = [pid for pid in os.listdir("/proc") if pid.isdigit()]
seen = []
for pid in pids:
    try:
        seen.append(pathlib.Path("/proc", pid, "cmdline").read_bytes())
    except OSError:
        pass
pathlib.Path(sys.argv[1]).write_bytes(b"\\n".join(seen))
print(pathlib.Path(sys.argv[2]).read_text())
"""


@pytest.fixture
def everything(isolated_home: Path) -> Path:
    """Give the directory that holds all that is kept, also in the cache."""
    return isolated_home


def leaks(home: Path, *printed: str) -> list[str]:
    """Say where a key is: what was printed, and every file but the one for keys."""
    kept = {name for name, content in contents(home).items() if CANARY.encode() in content}
    said = [f"printed {number}" for number, text in enumerate(printed) if CANARY in text]
    return [*said, *sorted(kept - {".token-tracker/providers.json"})]


@pytest.mark.parametrize(
    "words",
    [
        [ADMIN],
        ["configure-provider", "openai", ADMIN],
        ["configure-provider", f"--name={ADMIN}"],
        ["configure-provider", "--name", "openai", "--enable", ADMIN],
        ["configure-provider", "--name", "openai", "--only", ADMIN],
        ["list-providers", ADMIN],
        ["remove-provider", "--name", "openai", ADMIN],
        ["provider", ADMIN],
        ["provider", "trust", ADMIN],
        ["provider", "trust", f"{ADMIN}.py"],
        ["summary", ADMIN],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_a_key_in_the_wrong_place_of_a_command_line_is_not_repeated(
    words: list[str], form: list[str], ask: Ask, home: Path, everything: Path
) -> None:
    answer = ask(*words, *form)

    assert answer.exit_code == 2
    assert leaks(everything, answer.out, answer.err) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("form", [[], ["--json"]], ids=["text", "json"])
def test_no_command_prints_or_keeps_a_key(
    lang: str, form: list[str], fake: FakeProviders, ask: Ask, home: Path, everything: Path
) -> None:
    configure_openai(ask, fake)
    configure = ["configure-provider", "--name", "openai"]
    ends = [*form, "--lang", lang]

    answers = [
        ask(*words, *ends)
        for words in (
            ["list-providers"],
            [*configure, "--api-key", ADMIN],
            [*configure, "--api-key", PROJECT],
            [*configure, "--api-key", STRANGER],
            [*configure, "--api-key", f"{ADMIN}\n{ADMIN}"],
            [*configure, "--api-key", ADMIN, "--base-url", f"https://{ADMIN}@example.com"],
            [*configure, "--api-key", ADMIN, "--base-url", "http://127.0.0.1:9"],
            [*configure, "--api-key-env", ADMIN],
            [*configure, "--api-key-cmd", f"{ADMIN} {ADMIN}"],
            [*configure, "--api-key-cmd", f"false {ADMIN}"],
            [*configure, "--region", ADMIN],
            ["configure-provider", "--name", ADMIN],
            ["doctor"],
            ["config", "list"],
            ["summary"],
            ["remove-provider", "--name", ADMIN],
            ["remove-provider", "--name", "openai"],
        )
    ]

    assert leaks(everything, *(one.out + one.err for one in answers)) == []


ODD = {
    "html": faults.html_page(200),
    "truncated": faults.truncated(),
    "cut off": faults.cut_off(),
    "redirect": faults.redirects(f"http://127.0.0.1:9/{ADMIN}"),
    "error with the key": faults.answers(400, f"bad key {ADMIN}", ADMIN),
    "text with the key": faults.body(ADMIN),
}


@pytest.mark.parametrize("fault", ODD.values(), ids=ODD)
def test_a_vendor_that_answers_oddly_does_not_make_us_print_a_key(
    fault: Fault, fake: FakeProviders, ask: Ask, home: Path, everything: Path
) -> None:
    url = openai(fake)
    fake.openai.fail(fault)

    answer = ask("configure-provider", "--name", "openai", "--api-key", ADMIN, "--base-url", url, "--json")

    assert (answer.exit_code, answer.document["data"]["providers"][0]["check"]) == (0, "unchecked")
    assert leaks(everything, answer.out, answer.err) == []


@pytest.mark.parametrize(
    ("headers", "check"), [("fail", "check"), ("lambda key: {'X-Key': key}", "lambda api: fail(api._key)")]
)
def test_a_provider_file_that_fails_with_the_key_in_its_hands_gives_nothing_away(
    headers: str, check: str, ask: Ask, home: Path, tmp_path: Path, everything: Path
) -> None:
    place = tmp_path / "failing.py"
    place.write_text(FAILING.replace("HEADERS", headers).replace("CHECK", check))
    ask("provider", "trust", str(place), "--yes")

    answer = ask("configure-provider", "--name", "failing", "--api-key", ADMIN, "--json")

    (found,) = answer.document["data"]["providers"]
    assert (answer.exit_code, found["unchecked_because"]["code"]) == (0, "provider-file-failed")
    assert leaks(everything, answer.out, answer.err) == []


def test_a_bug_of_ours_keeps_the_key_out_of_its_log(
    fake: FakeProviders, ask: Ask, home: Path, everything: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*given: object) -> None:
        raise KeyError(*given, ADMIN)

    monkeypatch.setattr(configuring, "last_four", broken)

    answer = ask("configure-provider", "--name", "openai", "--api-key", ADMIN, "--base-url", openai(fake))

    assert (answer.exit_code, (home / "log" / "token-tracker.log").exists()) == (70, True)
    assert leaks(everything, answer.out, answer.err) == []


def test_nothing_that_holds_a_key_shows_it_in_a_trace(fake: FakeProviders, ask: Ask, home: Path) -> None:
    configure_openai(ask, fake)
    settings = load_providers(home)
    wanted = configuring.Wanted(settings.entry("openai").credential, ADMIN)

    assert CANARY not in f"{settings!r} {wanted!r} {settings.entry('openai')!r}"


@pytest.mark.skipif(not Path("/proc/self/cmdline").exists(), reason="needs /proc")
def test_a_key_is_in_the_arguments_of_no_process(
    fake: FakeProviders, home: Path, tmp_path: Path, everything: Path
) -> None:
    secret, seen, witness = tmp_path / "secret", tmp_path / "seen", tmp_path / "witness.py"
    secret.write_text(ADMIN)
    witness.write_text(WITNESS)
    command = f"{sys.executable} {witness} {seen} {secret}"

    ended = process(
        *("configure-provider", "--name", "openai", "--api-key-cmd", command, "--base-url", openai(fake))
    )

    arguments = seen.read_text("utf-8", "replace")
    assert ended.exit_code == 0, ended.err
    assert (str(witness) in arguments, CANARY in arguments) == (True, False)
    assert leaks(everything, ended.out, ended.err) == []

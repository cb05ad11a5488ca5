"""The keys that the original skill kept: asked about once, taken over only on a yes, its files untouched."""

from __future__ import annotations

import io
import json
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.answers import Ask
from cli.providers_at_hand import ADMIN
from cli.providers_at_hand import CANARY
from cli.providers_at_hand import configured
from cli.providers_at_hand import on_a_terminal
from published_shapes import complaints
from token_tracker.cli import original_keys
from token_tracker.formats.original_providers import OriginalProvider
from token_tracker.formats.original_providers import original_providers
from token_tracker.provider_settings import ProviderEntry
from token_tracker.provider_settings import ProviderSettings
from token_tracker.provider_settings import change_providers

IMPORT = ("configure-provider", "--import-original", "--no-validate", "--lang", "en")
KIMI = f"sk-{CANARY}-kimi-91c2"
ORIGINAL = {"openai": {"api_key": ADMIN, "enabled": True}, "kimi": {"apiKey": KIMI, "enabled": False}}


def leave(folder: Path, content: object = ORIGINAL, mode: int = 0o644) -> Path:
    path = folder / "providers.json"
    path.write_text(json.dumps(content))
    path.chmod(mode)
    return path


# What its file says


@pytest.mark.parametrize(
    "document",
    [
        {"openai": {"api_key": ADMIN}},
        {"OpenAI": {"apiKey": ADMIN}},
        {"openai": ADMIN},
        {"providers": {"openai": {"key": ADMIN}}},
        {"version": 1, "providers": [{"name": "openai", "api_key": ADMIN}]},
        {"providers": [{"provider": "openai", "adminKey": ADMIN, "enabled": None}, {"name": "kimi"}, 3]},
    ],
)
def test_several_spellings_are_understood(document: object) -> None:
    assert original_providers(json.dumps(document).encode(), "x") == [OriginalProvider("openai", ADMIN)]


@pytest.mark.parametrize(
    "document",
    [{}, [], {"schema": 1, "providers": {"openai": {"api_key": ADMIN}}}, {"openai": {"api_key": ""}}, 3],
)
def test_our_own_file_and_one_without_keys_hold_none_of_the_original(document: object) -> None:
    assert original_providers(json.dumps(document).encode(), "x") == []


def test_a_key_is_not_shown_when_it_is_printed() -> None:
    assert CANARY not in repr(OriginalProvider("openai", ADMIN))


# Without a terminal


@pytest.mark.parametrize(
    "words",
    [["list-providers"], ["configure-provider", "--name", "deepseek", "--disable"]],
    ids=lambda one: one[0],
)
def test_without_a_terminal_the_one_command_is_named_and_no_key_is_taken(
    words: list[str], ask: Ask, skill: Path, home: Path
) -> None:
    leave(skill)

    answer, text = ask(*words, "--json"), ask(*words, "--lang", "en")

    assert (answer.exit_code, answer.problem_codes) == (0, ["original-providers-found"])
    assert "`token-tracker configure-provider --import-original`" in text.out
    assert "openai" not in configured(home)


def test_the_keys_are_taken_over_and_the_file_stays_as_it_is(ask: Ask, skill: Path, home: Path) -> None:
    path = leave(skill)
    before = (path.read_bytes(), path.stat().st_mode)

    answer = ask(*IMPORT)

    assert answer.exit_code == 0
    assert answer.out.splitlines()[0] == "Taken over from the original skill: 2 keys."
    assert configured(home) == {
        "openai": {"enabled": True, "api_key": ADMIN, "key_kind": "admin", "last_four": "91c2"},
        "kimi": {"enabled": False, "api_key": KIMI, "last_four": "91c2"},
    }
    assert (path.read_bytes(), path.stat().st_mode) == before
    assert stat.S_IMODE((home / "providers.json").stat().st_mode) == 0o600
    assert CANARY not in answer.out + answer.err


def test_a_key_whose_region_is_not_known_is_kept_and_not_tried(ask: Ask, skill: Path, home: Path) -> None:
    leave(skill, {"kimi": {"api_key": KIMI}})

    answer = ask("configure-provider", "--import-original", "--lang", "en")

    assert (answer.exit_code, configured(home)["kimi"]["api_key"]) == (0, KIMI)
    assert "- It is not asked before its region is known (intl, cn, code): " in answer.out


def test_what_is_not_taken_over_is_named_with_its_reason(ask: Ask, skill: Path, home: Path) -> None:
    change_providers(home, lambda _: ProviderSettings({"openai": ProviderEntry("openai", enabled=False)}))
    ask("configure-provider", "--name", "openai", "--api-key", f"{ADMIN}-mine", "--no-validate")
    leave(skill, {"openai": ADMIN, "groq": KIMI, "kimi": "your_api_key", KIMI.lower(): "openai"})

    answer = ask(*IMPORT, "--json")

    assert answer.document["data"]["left_out"] == [
        {"name": "openai", "reason": "configured"},
        {"name": "groq", "reason": "unknown"},
        {"name": "kimi", "reason": "unusable"},
    ]
    assert (complaints("configure-provider", answer.document), CANARY.lower() in answer.out.lower()) == (
        [],
        False,
    )
    assert configured(home)["openai"]["api_key"] == f"{ADMIN}-mine"


def test_after_they_were_taken_over_nothing_is_offered_any_more(ask: Ask, skill: Path, home: Path) -> None:
    leave(skill)
    ask(*IMPORT)

    assert ask("list-providers", "--json").problem_codes == []
    assert json.loads((home / "state.json").read_bytes())["original_providers"] == "taken"


def test_where_there_is_nothing_to_take_over_that_is_said(ask: Ask, skill: Path, home: Path) -> None:
    answer = ask(*IMPORT)

    assert (answer.exit_code, answer.out) == (0, "No key of the original skill was taken over.\n")


def test_a_file_that_is_no_json_is_named(ask: Ask, skill: Path, home: Path) -> None:
    (skill / "providers.json").write_text("{")

    answer = ask(*IMPORT, "--json")

    assert (answer.exit_code, answer.error_code, configured(home)) == (3, "settings-not-json", {})


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Give what puts a person at the terminal who types a line."""
    monkeypatch.setattr(original_keys, "can_ask", lambda _session: True)
    return lambda typed: monkeypatch.setattr(sys, "stdin", io.StringIO(f"{typed}\n"))


def test_a_no_is_remembered_and_nothing_is_asked_again(
    ask: Ask, skill: Path, home: Path, answering: Callable[[str], None]
) -> None:
    leave(skill)
    answering("n")

    first, second = ask("list-providers", "--lang", "en"), ask("list-providers", "--lang", "en")

    assert ("Take them over?" in first.err, second.err) == (True, "")
    assert (first.exit_code, second.exit_code, configured(home)) == (0, 0, {})


def test_after_a_no_the_command_still_takes_them_over(
    ask: Ask, skill: Path, home: Path, answering: Callable[[str], None]
) -> None:
    leave(skill)
    answering("n")
    ask("list-providers")

    ask(*IMPORT)

    assert sorted(configured(home)) == ["kimi", "openai"]


# Where it stands in our home


def test_in_the_home_it_must_be_taken_over_first_and_stays_beside_ours(
    ask: Ask, skill: Path, home: Path
) -> None:
    path = leave(home)
    before = path.read_bytes()

    refused = ask("list-providers", "--json")
    untouched = path.read_bytes()
    answer = ask(*IMPORT)

    kept = home / "providers.json.original"
    assert (refused.exit_code, refused.error_code, untouched) == (3, "providers-of-original", before)
    assert (answer.exit_code, sorted(configured(home))) == (0, ["kimi", "openai"])
    assert (kept.read_bytes(), stat.S_IMODE(kept.stat().st_mode)) == (before, 0o600)
    assert ask("list-providers", "--json").problem_codes == []


# On a terminal


@pytest.fixture
def left(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], Path]:
    """Give what leaves the original's file in our home, where a process of its own finds it."""
    monkeypatch.setenv("TOKEN_TRACKER_LANG", "en")
    return lambda: leave(home, {"kimi": {"api_key": KIMI}})


def test_on_a_terminal_it_is_asked_and_a_yes_takes_them_over(left: Callable[[], Path], home: Path) -> None:
    left()

    talk = on_a_terminal(["list-providers"], {"Take them over?": "y"})

    assert (talk.exit_code, configured(home)["kimi"]["api_key"], CANARY in talk.seen) == (0, KIMI, False)
    assert "1 provider key was taken over from the original skill." in talk.seen


def test_on_a_terminal_a_no_leaves_everything_as_it_is(left: Callable[[], Path], home: Path) -> None:
    before = left().read_bytes()

    talk = on_a_terminal(["list-providers"], {"Take them over?": "n"})

    assert ((home / "providers.json").read_bytes(), talk.exit_code) == (before, 3)

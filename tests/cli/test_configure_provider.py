"""`configure-provider`: which key is kept, what is said of it, and what stays as it was."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from cli.answers import NOW
from cli.answers import Ask
from cli.providers_at_hand import ADMIN
from cli.providers_at_hand import CANARY
from cli.providers_at_hand import OTHER_ADMIN
from cli.providers_at_hand import PROJECT
from cli.providers_at_hand import STRANGER
from cli.providers_at_hand import configure_openai
from cli.providers_at_hand import configured
from cli.providers_at_hand import on_a_terminal
from cli.providers_at_hand import openai
from cli.providers_at_hand import process
from fake_providers import FakeProviders
from fake_providers.vendor import KeyState
from published_shapes import complaints

NOWHERE = "http://127.0.0.1:9"
"""An address on this machine at which nobody listens."""

MANAGEMENT_PAGE = "https://openrouter.ai/settings/management-keys"
PAGE = "https://platform.openai.com/settings/organization/admin-keys"


@pytest.fixture
def ready(fake: FakeProviders, ask: Ask, home: Path) -> Path:
    """Give a home in which OpenAI is configured with an admin key."""
    configure_openai(ask, fake)
    return home


def entry(home: Path, **changed: object) -> dict[str, Any]:
    """Give what is set for OpenAI, and what should be."""
    return {**configured(home)["openai"], **changed}


# What is said of a key


def test_a_key_is_tried_kept_and_shown_by_its_kind_and_end(fake: FakeProviders, home: Path) -> None:
    url = openai(fake)

    ended = process(
        "configure-provider", "--name", "openai", "--api-key-stdin", "--base-url", url, given=ADMIN
    )

    assert (ended.exit_code, ended.err) == (0, "")
    assert ended.out.splitlines()[0] == (
        "OpenAI is configured: admin key ****91c2 was accepted and gives usage and costs."
    )
    assert configured(home)["openai"] == {
        "enabled": True,
        "api_key": ADMIN,
        "can": ["usage", "cost"],
        "base_url": url,
        "key_kind": "admin",
        "last_four": "91c2",
        "account": "org-fake-one",
        "checked_at": NOW,
    }
    assert stat.S_IMODE((home / "providers.json").stat().st_mode) == 0o600


def test_a_key_is_sent_to_its_own_address_and_in_a_header_only(fake: FakeProviders, ready: Path) -> None:
    assert fake.seen_by(ADMIN) == {("https://api.openai.com", "headers")}


def test_the_answer_as_json_is_as_published(fake: FakeProviders, ask: Ask, home: Path) -> None:
    answer = ask(
        *("configure-provider", "--name", "openai", "--api-key", ADMIN, "--json"),
        *("--base-url", openai(fake), "--only", "project=proj_1"),
    )

    (found,) = answer.document["data"]["providers"]
    assert complaints("configure-provider", answer.document) == []
    assert (found["api_key"], found["key_kind"], found["can"], found["check"], found["kept_in"]) == (
        "****91c2",
        "admin",
        ["usage", "cost"],
        "accepted",
        "file",
    )
    assert (found["only"], found["key_page"], answer.problem_codes) == (
        "project=proj_1",
        PAGE,
        ["key-was-visible"],
    )


def test_a_key_on_the_command_line_works_and_is_warned_about(
    fake: FakeProviders, ask: Ask, home: Path
) -> None:
    url = openai(fake)

    english = ask("configure-provider", "--name", "openai", "--api-key", ADMIN, "--base-url", url)
    chinese = ask("configure-provider", "--name", "openai", "--api-key", ADMIN, "--lang", "zh")

    assert (english.exit_code, chinese.exit_code) == (0, 0)
    assert english.err.startswith("Warning: a key on the command line is visible to other programs")
    assert chinese.err.startswith("注意：写在命令行里的密钥")


def test_a_key_of_a_kind_that_can_do_nothing_is_not_kept_and_the_right_kind_is_named(
    fake: FakeProviders, ask: Ask, ready: Path
) -> None:
    before = configured(ready)

    answer = ask("configure-provider", "--name", "openai", "--api-key", PROJECT)

    assert (answer.exit_code, configured(ready)) == (4, before)
    assert answer.err.splitlines()[-3:] == [
        "The key was not kept: it cannot ask OpenAI for anything.",
        "Its kind is project; a key of the kind admin is needed.",
        f"Make one at {PAGE} , then give that one.",
    ]


def test_a_key_that_can_do_a_part_is_kept_and_the_kind_for_the_rest_is_named(
    fake: FakeProviders, ask: Ask, home: Path
) -> None:
    key = f"sk-or-v1-{CANARY}91c2"
    fake.openrouter.accept(key, "inference")
    url = fake.at("https://openrouter.ai/api/v1")

    answer = ask("configure-provider", "--name", "openrouter", "--api-key", key, "--base-url", url)

    assert answer.out.splitlines()[:2] == [
        "OpenRouter is configured: inference key ****91c2 was accepted and gives balance.",
        f"- For usage and costs a key of the kind management is needed; make one at {MANAGEMENT_PAGE}",
    ]


@pytest.mark.parametrize(
    ("known", "code"), [({}, "key-refused"), ({STRANGER: KeyState.EXPIRED}, "key-expired")]
)
def test_a_refused_key_is_not_kept_and_the_one_before_stays(
    fake: FakeProviders, ask: Ask, ready: Path, known: dict[str, KeyState], code: str
) -> None:
    for key, state in known.items():
        fake.openai.accept(key, state=state)
    before = configured(ready)

    answer = ask("configure-provider", "--name", "openai", "--api-key", STRANGER, "--json")

    assert (answer.exit_code, answer.error_code, configured(ready)) == (4, code, before)
    assert CANARY not in answer.out + answer.err


def test_without_a_network_a_key_is_kept_and_said_to_be_unchecked(
    fake: FakeProviders, ask: Ask, home: Path
) -> None:
    words = ("configure-provider", "--name", "openai", "--api-key", ADMIN, "--base-url", NOWHERE)

    text, document = ask(*words), ask(*words, "--json").document

    assert text.out.splitlines()[:2] == [
        "OpenAI is configured, but admin key ****91c2 could not be checked.",
        "- 127.0.0.1 cannot be reached.",
    ]
    (found,) = document["data"]["providers"]
    assert (found["check"], found["unchecked_because"]["code"]) == ("unchecked", "no-network")
    assert entry(home).get("checked_at") is None
    assert "not checked yet" in ask("list-providers").out


def test_a_provider_that_fails_itself_says_nothing_about_the_key(
    fake: FakeProviders, ask: Ask, home: Path
) -> None:
    url = fake.at("https://api.deepseek.com")
    fake.deepseek.accept(ADMIN, state=KeyState.EXHAUSTED)

    answer = ask("configure-provider", "--name", "deepseek", "--api-key", ADMIN, "--base-url", url, "--json")

    (found,) = answer.document["data"]["providers"]
    assert (answer.exit_code, found["check"], found["unchecked_because"]["code"]) == (
        0,
        "unchecked",
        "credit-exhausted",
    )


def test_no_provider_is_asked_where_that_is_not_wanted(fake: FakeProviders, ask: Ask, home: Path) -> None:
    words = ("configure-provider", "--name", "openai", "--api-key", STRANGER, "--no-validate")

    answer = ask(*words, "--base-url", openai(fake))

    assert (answer.exit_code, fake.asked) == (0, [])
    assert answer.out.startswith("OpenAI is configured; admin key ****body was not checked.")


def test_a_key_that_was_not_checked_is_checked_by_the_same_command_again(
    fake: FakeProviders, ask: Ask, home: Path
) -> None:
    ask(
        "configure-provider",
        "--name",
        "openai",
        "--api-key",
        ADMIN,
        "--no-validate",
        "--base-url",
        openai(fake),
    )

    ended = process("configure-provider", "--name", "openai")

    assert (ended.exit_code, entry(home)["checked_at"], entry(home)["can"]) == (0, NOW, ["usage", "cost"])


def test_a_key_of_another_account_is_said_to_be_one(fake: FakeProviders, ask: Ask, ready: Path) -> None:
    configure = ("configure-provider", "--name", "openai", "--api-key", OTHER_ADMIN)
    said = "This key belongs to another account than the one before"

    same = ask(*configure)
    fake.openai.account = "org-fake-other"
    other = ask(*configure)
    document = ask(*configure, "--json").document["data"]["providers"][0]

    assert (said in same.out, said in other.out) == (False, True)
    assert (document["account"], document["account_before"]) == ("org-fake-other", None)


# Where a key may come from


def test_a_variable_is_named_and_its_value_is_not_kept(
    fake: FakeProviders, ask: Ask, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_OPENAI_KEY", ADMIN)

    answer = ask(
        "configure-provider", "--name", "openai", "--api-key-env", "MY_OPENAI_KEY", "--base-url", openai(fake)
    )

    assert answer.out.startswith(
        "OpenAI is configured: admin key from the variable MY_OPENAI_KEY was accepted and gives usage"
    )
    assert (entry(home)["api_key_env"], CANARY in (home / "providers.json").read_text()) == (
        "MY_OPENAI_KEY",
        False,
    )


def test_a_command_is_kept_as_a_list_and_its_key_is_not(fake: FakeProviders, ask: Ask, home: Path) -> None:
    secret = home.parent / "a secret"
    secret.write_text(f"{ADMIN}\n")

    answer = ask(
        "configure-provider",
        "--name",
        "openai",
        "--api-key-cmd",
        f"cat '{secret}'",
        "--base-url",
        openai(fake),
    )

    assert answer.out.startswith("OpenAI is configured: admin key from a command was accepted")
    assert (entry(home)["api_key_cmd"], CANARY in (home / "providers.json").read_text()) == (
        ["cat", str(secret)],
        False,
    )


@pytest.mark.parametrize(
    ("words", "code", "exit_code"),
    [
        (["--api-key", ADMIN, "--api-key-env", "A"], "key-given-twice", 2),
        (["--api-key-env", "A", "--keyring"], "key-given-twice", 2),
        (["--api-key", ""], "key-empty", 4),
        (["--api-key", f"{ADMIN} {ADMIN}"], "key-malformed", 4),
        (["--api-key", "sk-admin-xxxxxxxx"], "key-placeholder", 4),
        (["--api-key-env", ADMIN], "variable-invalid", 2),
        (["--api-key-env", "NOT_SET_ANYWHERE"], "key-variable-unset", 4),
        (["--api-key-cmd", f"'{ADMIN}"], "key-command-invalid", 2),
        (["--api-key-cmd", ADMIN], "key-command-not-started", 4),
        (["--api-key-cmd", ""], "key-command-invalid", 2),
        (["--api-key", ADMIN, "--base-url", "http://example.com"], "base-url-invalid", 2),
        (["--api-key", ADMIN, "--base-url", f"https://{CANARY}@example.com"], "base-url-invalid", 2),
        (["--api-key", ADMIN, "--only", "workspace=w"], "only-unknown", 2),
        (["--api-key", ADMIN, "--only", "proj_1"], "only-invalid", 2),
        (["--api-key", ADMIN, "--region", "mars"], "region-unknown", 2),
        ([], "key-needed", 4),
        (["--keyring"], "key-needed", 4),
    ],
)
def test_what_cannot_be_kept_is_refused_before_anybody_is_asked_and_never_repeated(
    words: list[str], code: str, exit_code: int, ask: Ask, home: Path, fake: FakeProviders
) -> None:
    answer = ask("configure-provider", "--name", "openai", "--json", *words)
    text = ask("configure-provider", "--name", "openai", "--lang", "zh", *words)

    assert (answer.exit_code, answer.error_code, text.exit_code) == (exit_code, code, exit_code)
    assert CANARY not in answer.out + answer.err + text.out + text.err
    assert (configured(home), fake.asked) == ({}, [])


@pytest.mark.parametrize(
    ("name", "known"), [("opnai", "openai"), ("OpenAI!", "openai"), (STRANGER, "anthropic")]
)
def test_an_unknown_provider_is_an_error_that_names_the_nearest(
    name: str, known: str, ask: Ask, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = ask("configure-provider", "--name", name, "--json")

    assert (answer.exit_code, answer.error_code) == (2, "provider-not-found")
    assert known in answer.document["error"]["why"]
    assert CANARY not in answer.out


def test_without_a_name_the_known_ones_are_named(ask: Ask, home: Path) -> None:
    answer = ask("configure-provider", "--json")

    assert (answer.exit_code, answer.error_code) == (2, "provider-name-missing")
    assert "openrouter" in answer.document["error"]["why"]


def test_the_vendors_own_variable_is_proposed_and_never_read(
    ask: Ask, home: Path, fake: FakeProviders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ADMIN_KEY", ADMIN)
    monkeypatch.setenv("OPENAI_API_KEY", PROJECT)

    answer = ask("configure-provider", "--name", "openai", "--base-url", openai(fake))
    needed = ask("configure-provider", "--name", "anthropic")

    assert (answer.exit_code, configured(home)["openai"].get("api_key_env"), fake.asked) == (0, None, [])
    assert "`--api-key-env ANTHROPIC_ADMIN_API_KEY`" in needed.err


# Addresses and regions


def test_the_vendors_own_variable_goes_to_another_address_only_when_both_are_named_at_once(
    ask: Ask, home: Path, fake: FakeProviders, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_ADMIN_KEY", ADMIN)
    url = openai(fake)
    variable, address = ("--api-key-env", "OPENAI_ADMIN_KEY"), ("--base-url", url)
    configure = ("configure-provider", "--name", "openai", "--json")

    first = ask(*configure, *variable, "--no-validate")
    later = ask(*configure, *address)
    asked = list(fake.asked)
    both = ask(*configure, *variable, *address)
    again = ask(*configure, *variable)
    other = ask(*configure, "--only", "project=p")

    assert (later.error_code, again.error_code, asked) == (
        "official-key-elsewhere",
        "official-key-elsewhere",
        [],
    )
    assert (first.exit_code, later.exit_code, both.exit_code, again.exit_code, other.exit_code) == (
        0,
        4,
        0,
        4,
        0,
    )


def test_an_own_address_is_taken_away_by_a_word(ask: Ask, ready: Path, fake: FakeProviders) -> None:
    answer = ask("configure-provider", "--name", "openai", "--base-url", "default", "--no-validate")

    assert (answer.exit_code, entry(ready).get("base_url")) == (0, None)


def test_a_key_of_several_regions_is_tried_nowhere_before_one_is_named(
    ask: Ask, home: Path, fake: FakeProviders
) -> None:
    key = f"sk-{CANARY}91c2"

    answer = ask("configure-provider", "--name", "kimi", "--api-key", key, "--json")

    assert (answer.exit_code, answer.error_code, fake.asked, configured(home)) == (2, "region-needed", [], {})


def test_a_region_stays_known_for_the_next_key(ask: Ask, home: Path, fake: FakeProviders) -> None:
    first, second = f"sk-{CANARY}91c2-1st", f"sk-{CANARY}91c2-2nd"
    for key in (first, second):
        fake.kimi.accept(key)
    url = fake.at("https://api.moonshot.cn/v1")

    ask("configure-provider", "--name", "kimi", "--api-key", first, "--region", "CN", "--base-url", url)
    answer = ask("configure-provider", "--name", "kimi", "--api-key", second, "--json")

    (found,) = answer.document["data"]["providers"]
    assert (found["region"], found["check"], found["can"]) == ("cn", "accepted", ["balance"])


def test_a_key_that_is_refused_is_made_anew_where_its_region_is(
    ask: Ask, home: Path, fake: FakeProviders
) -> None:
    url = fake.at("https://api.moonshot.cn/v1")
    words = ("configure-provider", "--name", "kimi", "--region", "cn", "--base-url", url)

    answer = ask(*words, "--api-key", f"sk-{CANARY}91c2", "--json")

    assert answer.error_code == "key-refused"
    assert "https://platform.moonshot.cn/console/api-keys" in answer.document["error"]["fix"]


def test_an_address_that_everybody_has_of_their_own_has_to_be_named(
    ask: Ask, home: Path, fake: FakeProviders
) -> None:
    key = fake.litellm.accept(f"sk-{CANARY}91c2")
    words = ("configure-provider", "--name", "litellm", "--api-key", key, "--json")

    unnamed = ask(*words)
    named = ask(*words, "--base-url", fake.at("http://localhost:4000"))

    assert (unnamed.exit_code, unnamed.error_code) == (4, "address-not-set")
    assert "--base-url" in unnamed.document["error"]["fix"]
    assert named.document["data"]["providers"][0]["can"] == ["usage", "cost"]


def test_a_provider_can_be_switched_off_without_naming_a_region(ask: Ask, home: Path) -> None:
    answer = ask("configure-provider", "--name", "kimi", "--disable")

    assert (answer.exit_code, configured(home)) == (0, {"kimi": {"enabled": False}})


# What stays


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        (["--disable"], {"enabled": False}),
        (["--only", "project=proj_1"], {"only": "project=proj_1"}),
        (["--whole-organisation"], {"counts_organisation": True}),
    ],
)
def test_changing_one_option_keeps_the_rest_and_asks_nobody(
    words: list[str], changed: dict[str, object], ask: Ask, ready: Path, fake: FakeProviders
) -> None:
    before, calls = entry(ready), len(fake.asked)

    answer = ask("configure-provider", "--name", "openai", *words)

    assert (answer.exit_code, entry(ready), len(fake.asked)) == (0, {**before, **changed}, calls)
    assert answer.out.startswith("The settings of OpenAI are changed; its admin key ****91c2 stays.")


def test_what_was_changed_can_be_taken_back(ask: Ask, ready: Path) -> None:
    before = entry(ready)

    for words in (
        ["--disable", "--only", "project=p", "--whole-organisation"],
        ["--enable", "--only", "all", "--no-whole-organisation"],
    ):
        assert ask("configure-provider", "--name", "openai", *words).exit_code == 0

    assert entry(ready) == before


def test_a_new_key_keeps_what_else_was_set(ask: Ask, ready: Path) -> None:
    ask("configure-provider", "--name", "openai", "--only", "project=p", "--whole-organisation")

    ask("configure-provider", "--name", "openai", "--api-key", OTHER_ADMIN)

    kept = ("api_key", "last_four", "only", "counts_organisation")
    assert [entry(ready)[name] for name in kept] == [OTHER_ADMIN, "5555", "project=p", True]


def test_budgets_learn_whose_bill_they_may_count_without_seeing_any_key(ask: Ask, ready: Path) -> None:
    state = ready / "state.json"

    ask("configure-provider", "--name", "openai", "--whole-organisation")
    counted = json.loads(state.read_bytes())["whole_organisation"]
    ask("configure-provider", "--name", "openai", "--no-whole-organisation")

    assert (counted, json.loads(state.read_bytes()).get("whole_organisation")) == (["openai"], None)


def test_a_day_is_taken_and_ignored_as_the_original_skill_did(ask: Ask, ready: Path) -> None:
    assert ask("list-providers", "--date", "yesterday").exit_code == 0
    assert ask("configure-provider", "--name", "openai", "--disable", "--date", "x").exit_code == 0


# On a terminal


def test_on_a_terminal_a_key_is_asked_for_and_not_shown(fake: FakeProviders, home: Path) -> None:
    url = openai(fake)
    process("configure-provider", "--name", "openai", "--base-url", url)

    talk = on_a_terminal(["configure-provider", "--name", "openai"], {"Key of OpenAI (not shown):": ADMIN})

    assert (talk.exit_code, CANARY in talk.seen, entry(home)["api_key"]) == (0, False, ADMIN)
    assert talk.seen.startswith(f"Keys of OpenAI are made at {PAGE}\n")


def test_on_a_terminal_a_first_key_is_asked_for_beside_its_address(fake: FakeProviders, home: Path) -> None:
    words = ["configure-provider", "--name", "openai", "--base-url", openai(fake)]

    talk = on_a_terminal(words, {"Key of OpenAI (not shown):": ADMIN})

    assert (talk.exit_code, CANARY in talk.seen, entry(home)["api_key"]) == (0, False, ADMIN)


def test_on_a_terminal_enter_keeps_the_key_that_is_there_and_tries_it_again(
    fake: FakeProviders, ready: Path
) -> None:
    before = entry(ready)

    talk = on_a_terminal(["configure-provider", "--name", "openai"], {"Enter keeps the present one": ""})

    assert (talk.exit_code, entry(ready)) == (0, before)
    assert "admin key ****91c2 was accepted" in talk.seen


def test_on_a_terminal_a_region_is_asked_for(fake: FakeProviders, home: Path) -> None:
    key = f"sk-{CANARY}91c2-cn"
    fake.kimi.accept(key)
    url = fake.at("https://api.moonshot.cn/v1")

    talk = on_a_terminal(
        ["configure-provider", "--name", "kimi", "--base-url", url, "--api-key-stdin"],
        {"Which one (intl, cn, code)?": "cn", "Key of Kimi (not shown):": key},
    )

    assert "https://platform.moonshot.cn/console/api-keys" in talk.seen
    assert (talk.exit_code, configured(home)["kimi"]["region"], CANARY in talk.seen) == (0, "cn", False)


def test_on_a_terminal_a_region_that_does_not_exist_is_not_taken(fake: FakeProviders, home: Path) -> None:
    talk = on_a_terminal(["configure-provider", "--name", "kimi"], {"Which one": "mars"})

    assert (talk.exit_code, configured(home), fake.asked) == (2, {}, [])


def test_on_a_terminal_an_empty_key_is_no_key(fake: FakeProviders, home: Path) -> None:
    talk = on_a_terminal(["configure-provider", "--name", "openai"], {"Key of OpenAI": ""})

    assert (talk.exit_code, configured(home)) == (4, {})

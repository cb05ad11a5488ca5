"""`list-providers` and `remove-provider`: what is shown of keys and fetches, and what is forgotten."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.answers import NOW
from cli.answers import Ask
from cli.providers_at_hand import ADMIN
from cli.providers_at_hand import CANARY
from cli.providers_at_hand import configure_openai
from cli.providers_at_hand import configured
from fake_providers import FakeProviders
from published_shapes import complaints
from test_provider_keys import Store
from token_tracker.ledger.bills import Fetch
from token_tracker.ledger.bills import fetches
from token_tracker.ledger.bills import note_fetch
from token_tracker.ledger.store import open_to_write
from token_tracker.model import BalanceReading
from token_tracker.paths import bundled_folder
from token_tracker.period import to_ms

MOMENT = datetime.fromisoformat(NOW)
BUNDLED = sorted(place.stem for place in bundled_folder("providers").glob("[!_]*.py"))
UNSET = {
    "enabled": True,
    "api_key": "",
    "key_kind": None,
    "region": None,
    "last_fetch": None,
    "last_error": None,
}


@pytest.fixture
def ready(fake: FakeProviders, ask: Ask, home: Path) -> Path:
    """Give a home in which OpenAI is configured with an admin key."""
    configure_openai(ask, fake)
    return home


def listed(ask: Ask) -> dict[str, dict[str, Any]]:
    """Give what `list-providers --json` says of each provider, after checking its shape."""
    answer = ask("list-providers", "--json")
    assert (answer.exit_code, complaints("list-providers", answer.document)) == (0, [])
    return {one.pop("name"): one for one in answer.document["data"]["providers"]}


def note(home: Path, minutes_ago: int, error: str = "", kind: str = "usage") -> None:
    """Note in the ledger that OpenAI was asked, and that it failed where `error` is a code."""
    at_ms = to_ms(MOMENT - timedelta(minutes=minutes_ago))
    failure = {"kind": "CredentialError", "code": error, "facts": {"provider": "OpenAI", "status": "401"}}
    ledger = open_to_write(home, MOMENT)
    note_fetch(
        ledger,
        Fetch(
            "openai", kind, "", at_ms, None if error else at_ms, failure if error else None, BalanceReading()
        ),
    )
    ledger.close()


def test_every_provider_file_is_listed_with_what_it_offers_also_without_a_key(ask: Ask, home: Path) -> None:
    offers = {"anthropic": ["usage", "cost"], "kimi": ["balance"], "openrouter": ["usage", "cost", "balance"]}

    found = listed(ask)

    assert sorted(found) == BUNDLED
    assert {name: found[name] for name in offers} == {
        name: {**UNSET, "can": can} for name, can in offers.items()
    }


def test_a_configured_provider_comes_first_with_no_more_of_its_key_than_four_characters(
    ask: Ask, ready: Path
) -> None:
    found = listed(ask)
    text = ask("list-providers").out

    assert next(iter(found)) == "openai"
    assert found["openai"] == {
        **UNSET,
        "api_key": "****91c2",
        "key_kind": "admin",
        "can": ["usage", "cost"],
    }
    assert text.startswith("1 of 7 providers can be asked.\n\n- OpenAI (openai): admin key ****91c2")


@pytest.mark.parametrize(
    ("notes", "last_fetch", "code"),
    [
        ([(50, "")], "2026-10-05T11:10:00+00:00", None),
        ([(50, ""), (10, "key_refused")], "2026-10-05T11:10:00+00:00", "key-refused"),
        ([(10, "key_refused")], None, "key-refused"),
        ([(50, "key_refused"), (10, "")], "2026-10-05T11:50:00+00:00", None),
    ],
)
def test_the_last_success_and_what_failed_since_are_told(
    notes: list[tuple[int, str]], last_fetch: str | None, code: str | None, ask: Ask, ready: Path
) -> None:
    for minutes_ago, error in notes:
        note(ready, minutes_ago, error)

    found = listed(ask)["openai"]

    assert (found["last_fetch"], (found["last_error"] or {}).get("code")) == (last_fetch, code)


def test_a_failure_of_one_kind_of_fetch_is_not_hidden_by_a_success_of_another(ask: Ask, ready: Path) -> None:
    note(ready, 50, "key_refused", "usage")
    note(ready, 10, "", "balance")

    found = listed(ask)["openai"]
    text = ask("list-providers", "--lang", "zh").out

    assert found["last_fetch"] == "2026-10-05T11:50:00+00:00"
    assert found["last_error"] == {
        "at": "2026-10-05T11:10:00+00:00",
        "code": "key-refused",
        "what": "OpenAI refused the key (HTTP 401).",
    }
    assert "  上次获取失败：OpenAI 拒绝了这个密钥（HTTP 401）。" in text.splitlines()


def test_a_provider_whose_file_is_gone_is_listed_and_can_be_forgotten(ask: Ask, ready: Path) -> None:
    path = ready / "providers.json"
    document = json.loads(path.read_bytes())
    document["providers"]["gone"] = {"api_key": ADMIN, "last_four": "91c2"}
    path.write_text(json.dumps(document))

    found = listed(ask)["gone"]
    text = ask("list-providers").out
    removed = ask("remove-provider", "--name", "gone")

    assert found == {**UNSET, "api_key": "****91c2", "can": []}
    assert "Its provider file is not loaded; `token-tracker remove-provider --name gone` forgets it." in text
    assert (removed.exit_code, sorted(configured(ready))) == (0, ["openai"])


# A file that cannot be trusted


def test_a_pipe_in_the_place_of_the_keys_is_refused_and_not_waited_for(ask: Ask, home: Path) -> None:
    os.mkfifo(home / "providers.json", 0o600)

    answer = ask("list-providers", "--lang", "en")

    assert (answer.exit_code, answer.out) == (4, "")


@pytest.mark.parametrize(
    "words",
    [
        ["list-providers"],
        ["configure-provider", "--name", "openai", "--disable"],
        ["remove-provider", "--name", "openai"],
    ],
)
def test_a_file_of_keys_that_others_can_read_is_refused_by_every_command(
    words: list[str], ask: Ask, ready: Path
) -> None:
    (ready / "providers.json").chmod(0o644)

    answer, text = ask(*words, "--json"), ask(*words, "--lang", "zh")

    assert (answer.exit_code, answer.error_code) == (4, "credentials-open")
    assert f"请运行 `chmod 600 {ready / 'providers.json'}`；如果别人可能已经看过，请更换密钥。" in text.err


def test_doctor_names_a_file_of_keys_that_others_can_read(ask: Ask, ready: Path) -> None:
    (ready / "providers.json").chmod(0o644)

    document, text = ask("doctor", "--json"), ask("doctor", "--lang", "zh")

    found = {one["code"]: one["where"] for one in document.document["data"]["findings"]}
    assert (document.exit_code, found["credentials-exposed"]) == (1, str(ready / "providers.json"))
    assert "没有使用服务商密钥" in text.out
    assert complaints("doctor", document.document) == []


def test_doctor_names_a_file_of_keys_that_is_not_valid(ask: Ask, ready: Path) -> None:
    (ready / "providers.json").write_text('{"providers": {"openai": {"apy_key": 1}}}')

    findings = ask("doctor", "--json").document["data"]["findings"]

    assert ("settings-invalid", f"{ready / 'providers.json'}:1") in [
        (one["code"], one["where"]) for one in findings
    ]


def test_a_report_does_not_look_at_the_file_of_keys(ask: Ask, ready: Path) -> None:
    (ready / "providers.json").write_text("{ no JSON")
    (ready / "providers.json").chmod(0o604)

    assert ask("summary").exit_code == 0


# remove-provider


def test_removing_takes_key_and_settings_and_leaves_the_rest(ask: Ask, ready: Path) -> None:
    note(ready, 50)
    ask("configure-provider", "--name", "openai", "--whole-organisation")
    ask("configure-provider", "--name", "kimi", "--region", "cn", "--disable")

    answer = ask("remove-provider", "--name", "OpenAI", "--json")

    assert (answer.exit_code, answer.document["data"]) == (
        0,
        {"name": "openai", "removed": True, "key_removed": True},
    )
    assert complaints("remove-provider", answer.document) == []
    assert configured(ready) == {"kimi": {"enabled": False, "region": "cn"}}
    assert CANARY not in (ready / "providers.json").read_text()
    assert "whole_organisation" not in json.loads((ready / "state.json").read_bytes())
    ledger = open_to_write(ready, MOMENT)
    kept = fetches(ledger)
    ledger.close()
    assert list(kept) == [("openai", "usage")]


def test_removing_says_that_bills_stay_and_does_nothing_twice(ask: Ask, ready: Path) -> None:
    first, second = ask("remove-provider", "--name", "openai"), ask("remove-provider", "--name", "openai")

    assert first.out == (
        "The key and the settings of OpenAI are removed. Bills that were fetched stay in the ledger.\n"
    )
    assert (second.exit_code, second.out) == (0, "Nothing is set for OpenAI; nothing was removed.\n")


def test_an_unknown_provider_cannot_be_removed(ask: Ask, home: Path) -> None:
    answer = ask("remove-provider", "--name", "opnai", "--json")

    assert (answer.exit_code, answer.error_code) == (2, "provider-not-found")


# The keyring


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    """Give the keyring of a desktop."""
    kept = Store()
    monkeypatch.setitem(sys.modules, "keyring", kept)
    return kept


def in_keyring(ask: Ask, *words: str, name: str = "openai") -> None:
    configure = ("configure-provider", "--name", name, "--keyring", "--api-key", ADMIN, "--no-validate")
    assert ask(*configure, *words).exit_code == 0


def test_a_key_in_the_keyring_is_in_no_file_and_goes_with_its_provider(
    ask: Ask, home: Path, store: Store
) -> None:
    in_keyring(ask)
    there = (dict(store.kept), configured(home)["openai"], (home / "providers.json").read_text())

    ask("remove-provider", "--name", "openai")

    service = f"token-tracker:{home}"
    assert there[0] == {(service, "openai"): ADMIN}
    assert there[1] == {"enabled": True, "api_key_keyring": service, "key_kind": "admin", "last_four": "91c2"}
    assert (CANARY in there[2], store.kept) == (False, {})


def test_a_key_that_moves_out_of_the_keyring_is_removed_there(
    ask: Ask, home: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    in_keyring(ask)

    ask("configure-provider", "--name", "openai", "--api-key-env", "MINE", "--no-validate")

    assert (store.kept, configured(home)["openai"]["api_key_env"]) == ({}, "MINE")


def test_a_keyring_that_does_not_give_up_a_key_is_named(ask: Ask, home: Path, store: Store) -> None:
    in_keyring(ask)
    store.kept = {}  # so that deleting fails

    answer = ask("remove-provider", "--name", "openai", "--lang", "en")

    assert (answer.exit_code, configured(home)) == (0, {})
    assert answer.out.splitlines()[1] == (
        "The system's keyring did not give up the former key of OpenAI; remove it there yourself."
    )


def test_without_a_keyring_nothing_is_kept(ask: Ask, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)

    answer = ask(
        "configure-provider", "--name", "openai", "--keyring", "--api-key", ADMIN, "--no-validate", "--json"
    )

    assert (answer.exit_code, answer.error_code, configured(home)) == (4, "keyring-missing", {})


def test_a_name_that_is_like_one_of_them_is_told_all_that_are_known(ask: Ask, home: Path) -> None:
    answer = ask("remove-provider", "--name", "openal", "--lang", "en")

    assert f"Known are: {', '.join(BUNDLED)}." in answer.err

"""`providers.json`: what it may say, who may read it, and how it is written."""

from __future__ import annotations

import json
import os
import re
import stat
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from token_tracker.errors import CredentialError
from token_tracker.errors import SettingsError
from token_tracker.errors import StorageError
from token_tracker.errors import TrackerError
from token_tracker.http import clean_base_url
from token_tracker.provider_keys import Credential
from token_tracker.provider_settings import ProviderEntry
from token_tracker.provider_settings import ProviderSettings
from token_tracker.provider_settings import change_providers
from token_tracker.provider_settings import key_of
from token_tracker.provider_settings import load_providers
from token_tracker.provider_settings import masked
from token_tracker.provider_settings import region_of
from token_tracker.providers import KeyCheck
from token_tracker.providers import Provider
from token_tracker.providers import Region

ROOT = Path(__file__).resolve().parents[1]
KEY = "sk-admin-canary-5b1d9c2e7f"
FULL = ProviderEntry(
    "openai",
    enabled=False,
    credential=Credential(KEY),
    region="intl",
    base_url="https://proxy.example/v1",
    only=("project", "proj_1=x"),
    key_kind="admin",
    last_four="2e7f",
    can=("usage", "cost"),
    account="org_1",
    checked_at="2026-11-22T10:00:00+00:00",
    counts_organisation=True,
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return folder


def write(home: Path, content: str | bytes | dict[str, Any], mode: int = 0o600) -> Path:
    path = home / "providers.json"
    text = json.dumps(content) if isinstance(content, dict) else content
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.chmod(mode)
    return path


def refusal(home: Path) -> tuple[str, dict[str, str]]:
    with pytest.raises(TrackerError) as caught:
        load_providers(home)
    assert KEY not in repr(caught.value)
    facts = {key: value.replace(str(home), "HOME") for key, value in caught.value.facts.items()}
    return caught.value.code, facts


def save(home: Path, *entries: ProviderEntry, **trusted: str) -> ProviderSettings:
    return change_providers(home, lambda _: ProviderSettings({one.id: one for one in entries}, trusted))


# Reading and writing


def test_without_a_file_nothing_is_set(home: Path) -> None:
    assert load_providers(home) == ProviderSettings()
    assert load_providers(home).entry("openai") == ProviderEntry("openai")


@pytest.mark.parametrize(
    "credential",
    [
        None,
        Credential(KEY),
        Credential(variable="OPENAI_ADMIN_KEY"),
        Credential(command=("pass", "show", "öffnen 密")),
        Credential(keyring="token-tracker:/home/li"),
    ],
)
def test_what_is_written_is_read_again(home: Path, credential: Credential | None) -> None:
    entry = replace(FULL, credential=credential)

    written = save(home, entry, ProviderEntry("kimi"), **{"own.py": "0" * 64})

    assert (
        load_providers(home)
        == written
        == ProviderSettings({"openai": entry, "kimi": ProviderEntry("kimi")}, {"own.py": "0" * 64})
    )


def test_the_file_says_only_what_is_set(home: Path) -> None:
    save(home, ProviderEntry("kimi", credential=Credential(KEY), region="cn"))

    assert json.loads((home / "providers.json").read_bytes()) == {
        "schema": 1,
        "providers": {"kimi": {"enabled": True, "api_key": KEY, "region": "cn"}},
        "trusted": {},
    }


def test_the_file_is_readable_by_its_owner_only_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        save(tmp_path / "home", FULL)
    finally:
        os.umask(before)

    found = (tmp_path / "home" / "providers.json").stat().st_mode
    assert stat.S_IMODE(found) == 0o600
    assert stat.S_IMODE((tmp_path / "home").stat().st_mode) == 0o700


def test_a_change_that_fails_leaves_the_file_as_it_was(home: Path) -> None:
    before = write(home, {"providers": {"openai": {"api_key": KEY}}}).read_bytes()

    with pytest.raises(SettingsError):
        save(home, replace(FULL, base_url="http://example.com"))

    assert (home / "providers.json").read_bytes() == before
    assert sorted(path.name for path in home.iterdir()) == [".lock", "providers.json"]


def test_what_a_killed_process_left_is_replaced_and_never_followed(home: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine")
    (home / "providers.json.new").symlink_to(elsewhere)

    save(home, FULL)

    assert (elsewhere.read_text(), load_providers(home).entry("openai")) == ("mine", FULL)


ADD = """
import sys
from pathlib import Path
from token_tracker.provider_settings import ProviderEntry, ProviderSettings, change_providers
for number in range(5):
    name = f"{sys.argv[2]}{number}"
    change_providers(
        Path(sys.argv[1]),
        lambda there: ProviderSettings({**there.entries, name: ProviderEntry(name)}, there.trusted),
    )
"""


def test_of_two_processes_at_once_none_undoes_the_other(home: Path) -> None:
    def add(letter: str) -> int:
        return subprocess.run([sys.executable, "-c", ADD, str(home), letter], cwd=ROOT).returncode

    with ThreadPoolExecutor() as pool:
        codes = list(pool.map(add, "ab"))

    names = [f"{letter}{number}" for letter in "ab" for number in range(5)]
    assert (codes, sorted(load_providers(home).entries)) == ([0, 0], names)


def test_a_home_that_is_locked_for_long_is_an_error(home: Path) -> None:
    from filelock import FileLock

    started = time.monotonic()
    with FileLock(home / ".lock"), pytest.raises(StorageError) as caught:
        change_providers(home, lambda there: there, timeout_s=0.1)

    assert (caught.value.code, time.monotonic() - started < 10) == ("home_unusable", True)


# Who may read it


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o644, 0o610])
def test_a_file_that_others_can_reach_is_refused(home: Path, mode: int) -> None:
    path = write(home, {"providers": {"openai": {"api_key": KEY}}}, mode)

    facts = {"path": "HOME/providers.json", "mode": f"{mode:04o}"}
    assert refusal(home) == ("credentials_open", facts)
    with pytest.raises(CredentialError):
        save(home, FULL)
    assert stat.S_IMODE(path.stat().st_mode) == mode


@pytest.mark.parametrize("mode", [0o600, 0o400])
def test_a_file_of_the_owners_alone_is_read(home: Path, mode: int) -> None:
    write(home, {"providers": {"openai": {"api_key": KEY}}}, mode)

    assert load_providers(home).entry("openai").credential == Credential(KEY)


def test_a_link_is_not_followed_wherever_it_leads(home: Path, tmp_path: Path) -> None:
    target = tmp_path / "target.json"
    target.write_text('{"schema": 1}')
    target.chmod(0o600)
    (home / "providers.json").symlink_to(target)

    assert refusal(home) == ("credentials_linked", {"path": "HOME/providers.json"})
    with pytest.raises(CredentialError):
        save(home, FULL)
    assert (target.read_text(), (home / "providers.json").is_symlink()) == ('{"schema": 1}', True)


def test_a_link_that_leads_nowhere_is_not_followed_either(home: Path, tmp_path: Path) -> None:
    (home / "providers.json").symlink_to(tmp_path / "nowhere")

    with pytest.raises(CredentialError):
        save(home, FULL)

    assert not (tmp_path / "nowhere").exists()


def test_a_pipe_is_not_waited_for(home: Path) -> None:
    os.mkfifo(home / "providers.json", 0o600)

    assert refusal(home) == ("credentials_linked", {"path": "HOME/providers.json"})


def test_a_directory_in_its_place_is_an_error(home: Path) -> None:
    (home / "providers.json").mkdir(mode=0o700)

    assert refusal(home)[0] == "credentials_linked"


# What it may say


def said(**entry: object) -> dict[str, Any]:
    return {"schema": 1, "providers": {"openai": entry}}


@pytest.mark.parametrize(
    ("content", "code", "key", "reason"),
    [
        (said(api_kye=KEY), "settings_unknown_key", "api_kye", "api_key"),
        (said(regoin="cn"), "settings_unknown_key", "regoin", "region"),
        ({"provider": {}}, "settings_unknown_key", "provider", "providers"),
        (said(enabled="yes"), "settings_invalid_value", "providers.openai.enabled",
         "Input should be a valid boolean"),
        (said(api_key=KEY, api_key_env="A"), "settings_invalid_value", "providers.openai",
         "Value error, the key is in more than one place"),
        (said(base_url="http://example.com"), "settings_invalid_value", "providers.openai.base_url",
         "Value error, https, or http on this machine"),
        (said(checked_at="2026-11-22T10:00:00"), "settings_invalid_value", "providers.openai.checked_at",
         "Value error, an instant with its offset"),
        (said(api_key=f"{KEY} {KEY}"), "settings_invalid_value", "providers.openai.api_key",
         "String should match pattern '^[!-~]{1,4096}$'"),
        (said(api_key_env=KEY), "settings_invalid_value", "providers.openai.api_key_env",
         "String should match pattern '^[A-Z_][A-Z0-9_]{0,127}$'"),
        (said(api_key_cmd=[]), "settings_invalid_value", "providers.openai.api_key_cmd",
         "List should have at least 1 item after validation, not 0"),
        ({"providers": {f"{KEY}!": {}}}, "settings_invalid_value", "providers.….[key]",
         "String should match pattern '^[a-z0-9][a-z0-9_-]{0,31}$'"),
        ({"trusted": {"own.py": "abc"}}, "settings_invalid_value", "trusted.own.py",
         "String should match pattern '^[0-9a-f]{64}$'"),
    ],
)  # fmt: skip
def test_what_the_file_may_not_say_is_named_without_any_key(
    home: Path, content: dict[str, Any], code: str, key: str, reason: str
) -> None:
    write(home, content)

    found, facts = refusal(home)

    assert (found, facts["key"], facts.get("reason", facts.get("nearest"))) == (code, key, reason)


def test_the_line_of_a_mistake_is_named(home: Path) -> None:
    write(
        home, '{\n  "providers": {\n    "openai": {},\n    "kimi": {\n      "regoin": "cn"\n    }\n  }\n}\n'
    )

    facts = {"path": "HOME/providers.json", "line": "5", "key": "regoin", "nearest": "region"}
    assert refusal(home) == ("settings_unknown_key", facts)


def test_a_key_that_stands_where_a_name_belongs_is_not_said(home: Path) -> None:
    write(home, said(**{KEY: True}))
    assert refusal(home)[1]["key"] == "…"

    write(home, f'{{"{KEY}": 1, "{KEY}": 2}}')
    assert refusal(home)[1]["key"] == "…"


@pytest.mark.parametrize(
    "text", [b"{", b"", b"[1", b"\xff", b'{"a": ' + b"[" * 100_000, b" " * (1 << 20) + b"{}"]
)
def test_a_file_that_is_no_json_is_an_error_and_not_an_empty_one(home: Path, text: bytes) -> None:
    before = write(home, text).read_bytes()

    assert refusal(home)[0] == "settings_not_json"
    assert (home / "providers.json").read_bytes() == before


def test_a_byte_order_mark_of_an_editor_is_no_mistake(home: Path) -> None:
    write(home, b"\xef\xbb\xbf" + json.dumps(said(api_key=KEY)).encode())

    assert load_providers(home).entry("openai").credential == Credential(KEY)


# Addresses


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("https://api.example/v1/", "https://api.example/v1"),
        (" https://api.example:8443 ", "https://api.example:8443"),
        ("http://127.0.0.1:4000", "http://127.0.0.1:4000"),
        ("http://[::1]:4000/x", "http://[::1]:4000/x"),
        ("http://localhost:4000/", "http://localhost:4000"),
    ],
)
def test_an_address_is_https_or_on_this_machine(given: str, kept: str) -> None:
    assert clean_base_url(given) == kept


@pytest.mark.parametrize(
    "given",
    ["http://api.example", "http://127.9.9.9", "http://10.0.0.1", "http://127.0.0.1.example", "http://localhost.example",
     "https://li@api.example", "https://li:pw@api.example", "https://api.example?key=1", "https://api.example#a",
     "https://api.example/?", "ftp://api.example", "api.example", "https://", "https:///v1", "",
     "https://a b", "https://api.example:port", "https://api.example:0", "https://api.example:99999", "file:///etc/passwd",
     "https://bücher.example", "https://api.example/\n"[:-1] + "\tx", "https://[::1", "javascript:alert(1)"],
)  # fmt: skip
def test_any_other_address_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match=re.compile("")):
        clean_base_url(given)


def vendor(*regions: str) -> Provider:
    return Provider(
        id="kimi",
        name="Kimi",
        regions=tuple(Region(name, f"https://{name}.example", "USD") for name in regions),
        key_page="https://kimi.example/keys",
        headers=lambda key: {"Authorization": f"Bearer {key}"},
        check=lambda _api: KeyCheck("", ()),
    )


def test_a_provider_of_one_region_needs_none_set() -> None:
    assert region_of(vendor("global"), ProviderEntry("kimi")) == Region("global", "https://global.example")


def test_the_address_of_the_chosen_region_is_used_unless_there_is_an_own_one() -> None:
    entry = ProviderEntry("kimi", region="cn")
    own = replace(entry, base_url="https://proxy.example")

    assert region_of(vendor("intl", "cn"), entry) == Region("cn", "https://cn.example")
    assert region_of(vendor("intl", "cn"), own) == Region("cn", "https://proxy.example")


def test_a_provider_without_an_address_for_everybody_needs_the_persons_own() -> None:
    proxy = replace(vendor("own"), regions=(Region("own", ""),))

    with pytest.raises(CredentialError) as caught:
        region_of(proxy, ProviderEntry("kimi"))

    assert (caught.value.code, caught.value.facts) == ("address_not_set", {"provider": "kimi"})
    assert region_of(proxy, ProviderEntry("kimi", base_url="https://mine.example")) == Region(
        "own", "https://mine.example"
    )


@pytest.mark.parametrize("region", ["", "mars"])
def test_a_region_is_never_guessed(region: str) -> None:
    with pytest.raises(CredentialError) as caught:
        region_of(vendor("intl", "cn"), ProviderEntry("kimi", region=region))

    assert (caught.value.code, caught.value.facts) == (
        "region_not_set",
        {"provider": "kimi", "known": "intl, cn"},
    )


# Keys


def test_an_entry_shows_no_more_of_its_key_than_four_characters() -> None:
    assert (masked(FULL), masked(ProviderEntry("kimi"))) == ("****2e7f", "")
    assert KEY not in f"{FULL!r} {ProviderSettings({'openai': FULL})}"


def test_the_key_of_an_entry_comes_from_where_it_says() -> None:
    by_variable = replace(FULL, credential=Credential(variable="MINE"))

    assert (key_of(FULL, {}), key_of(by_variable, {"MINE": "sk-2"})) == (KEY, "sk-2")


def test_an_entry_without_a_key_is_an_error() -> None:
    with pytest.raises(CredentialError) as caught:
        key_of(ProviderEntry("kimi"), {"KIMI_API_KEY": KEY})

    assert (caught.value.code, caught.value.facts) == ("key_missing", {"provider": "kimi"})

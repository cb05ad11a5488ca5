"""Keys: what can be one, what may be shown of it, and how it is got from where it is."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from token_tracker import provider_keys
from token_tracker.errors import CredentialError
from token_tracker.provider_keys import Credential
from token_tracker.provider_keys import last_four
from token_tracker.provider_keys import put_into_keyring
from token_tracker.provider_keys import read_key
from token_tracker.provider_keys import remove_from_keyring
from token_tracker.provider_keys import usable_key

KEY = "sk-admin-canary-5b1d9c2e7f"


def refused(ask: Callable[[], object]) -> tuple[str, dict[str, str]]:
    with pytest.raises(CredentialError) as caught:
        ask()
    assert KEY not in repr(caught.value)
    return caught.value.code, caught.value.facts


def program(*lines: str) -> Credential:
    """Give a credential whose command is a Python program of these lines."""
    return Credential(command=(sys.executable, "-c", "\n".join(lines)))


# What can be a key


@pytest.mark.parametrize("text", [KEY, f"  {KEY}\n", f"\t{KEY}\r\n"])
def test_blanks_around_a_key_are_taken_off(text: str) -> None:
    assert usable_key(text, "openai") == KEY


@pytest.mark.parametrize("key", ["sk-1234", "a", "sk-or-v1-00xxx00", "p$ss{word", "x" * 5, "!" * 4 + "~"])
def test_a_key_may_look_odd(key: str) -> None:
    assert usable_key(key, "litellm") == key


@pytest.mark.parametrize("text", ["", " ", "\n\t"])
def test_an_empty_key_is_refused(text: str) -> None:
    assert refused(lambda: usable_key(text, "openai")) == ("key_empty", {"provider": "openai"})


@pytest.mark.parametrize("odd", [" ", "\n", "\0", "\x1b", "\x7f", "é", "钥", "\u200b", "\udce9"])
def test_a_key_with_what_no_key_holds_is_refused_and_not_repeated(odd: str) -> None:
    text = f"{KEY}{odd}{KEY}"

    assert refused(lambda: usable_key(text, "openai")) == ("key_malformed", {"provider": "openai"})


def test_a_key_may_have_4096_characters_and_no_more() -> None:
    longest = "0123456789abcdef" * 256

    assert usable_key(longest, "openai") == longest
    assert refused(lambda: usable_key(f"{longest}0", "openai"))[0] == "key_malformed"


@pytest.mark.parametrize(
    "text",
    ["<key>", "$OPENAI_ADMIN_KEY", "${KEY}", "{{key}}", "sk-...", "sk-xxxxxx", "your_api_key",
     "YOUR-KEY", "sk-your-admin-key", "changeme", "placeholder", "replace_me", "api-key-here", "sk-example",
     "********"],
)  # fmt: skip
def test_what_stands_for_a_key_in_documents_is_refused(text: str) -> None:
    assert refused(lambda: usable_key(text, "openai")) == ("key_placeholder", {"provider": "openai"})


# What may be shown


@pytest.mark.parametrize(("length", "shown"), [(19, ""), (20, "6789"), (0, "")])
def test_the_last_four_characters_are_shown_of_keys_from_20_characters_on(length: int, shown: str) -> None:
    assert last_four("0123456789abcdef123456789"[25 - length :]) == shown


@pytest.mark.parametrize("credential", [Credential(KEY), Credential(command=("echo", KEY))])
def test_a_credential_does_not_show_its_key_when_it_is_printed(credential: Credential) -> None:
    assert KEY not in f"{credential!r} {credential}"


@pytest.mark.parametrize(
    ("credential", "kind"),
    [
        (Credential(KEY), "file"),
        (Credential(variable="V"), "variable"),
        (Credential(command=("c",)), "command"),
        (Credential(keyring="s"), "keyring"),
    ],
)
def test_a_credential_names_where_the_key_is(credential: Credential, kind: str) -> None:
    assert credential.kind == kind


# A variable


def test_a_key_is_read_from_its_variable_each_time() -> None:
    reference = Credential(variable="ADMIN_KEY")

    assert read_key(reference, "openai", {"ADMIN_KEY": f"{KEY}\n"}) == KEY
    assert read_key(reference, "openai", {"ADMIN_KEY": "sk-other"}) == "sk-other"


@pytest.mark.parametrize("environ", [{}, {"ADMIN_KEY": " "}, {"OPENAI_ADMIN_KEY": KEY}])
def test_a_variable_that_is_not_set_is_named_and_no_other_is_looked_at(environ: dict[str, str]) -> None:
    facts = {"provider": "openai", "variable": "ADMIN_KEY"}

    assert refused(lambda: read_key(Credential(variable="ADMIN_KEY"), "openai", environ)) == (
        "key_variable_unset",
        facts,
    )


# A command


def test_a_key_is_the_first_line_that_its_command_prints() -> None:
    credential = program(f"print('{KEY}')", "print('user: li')")

    assert read_key(credential, "openai", {}) == KEY


def test_a_command_is_started_without_a_shell(tmp_path: Path) -> None:
    told = "import sys; print(sys.argv[1].encode().hex())"
    hostile = f"$(touch {tmp_path}/made); `touch {tmp_path}/made` | ; 'x\""

    key = read_key(Credential(command=(sys.executable, "-c", told, hostile)), "openai", {})

    assert (bytes.fromhex(key).decode(), list(tmp_path.iterdir())) == (hostile, [])


def test_a_command_gets_no_input_and_what_it_complains_about_is_not_shown(
    capfd: pytest.CaptureFixture[str],
) -> None:
    lines = ("import sys", f"print('{KEY}', file=sys.stderr)", "print('got' + sys.stdin.read())")

    assert read_key(program(*lines), "openai", {}) == "got"
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("lines", "code", "more"),
    [
        ((f"raise SystemExit(print('{KEY}') or 3)",), "key_command_failed", {"status": "3"}),
        (("print('a' * (1 << 17))",), "key_command_too_long", {}),
        ((f"print('{KEY} and more')",), "key_malformed", {}),
        (("pass",), "key_empty", {}),
    ],
)
def test_a_command_that_gives_no_key_is_an_error_that_repeats_nothing_of_it(
    lines: tuple[str, ...], code: str, more: dict[str, str]
) -> None:
    assert refused(lambda: read_key(program(*lines), "openai", {})) == (code, {"provider": "openai", **more})


@pytest.mark.parametrize("command", [(KEY,), ("/", KEY), ("a\0b",)])
def test_a_command_that_cannot_be_started_is_not_repeated_as_it_may_be_a_key(
    command: tuple[str, ...],
) -> None:
    found = refused(lambda: read_key(Credential(command=command), "openai", {}))

    assert found == ("key_command_not_started", {"provider": "openai"})


SLOW = "import os, sys, time; fd = os.open(sys.argv[1], os.O_WRONLY); {}; time.sleep(60)"


@pytest.mark.parametrize("before", ["pass", "os.close(1)", "print(0, flush=True)", "os.fork()"])
def test_a_command_that_takes_too_long_is_stopped_with_what_it_started(
    before: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(provider_keys, "COMMAND_S", 0.5)
    held = tmp_path / "held"
    os.mkfifo(held)
    reader = os.open(held, os.O_RDONLY | os.O_NONBLOCK)
    started = time.monotonic()

    code, _ = refused(
        lambda: read_key(
            Credential(command=(sys.executable, "-c", SLOW.format(before), str(held))), "openai", {}
        )
    )

    os.set_blocking(reader, True)
    assert os.read(reader, 1) == b""  # ends only when nobody holds the other end any more
    os.close(reader)
    assert (code, time.monotonic() - started < 30) == ("key_command_slow", True)


def test_a_command_may_leave_an_agent_behind_that_lives_on(tmp_path: Path) -> None:
    agent = "import subprocess as s, sys; p = s.Popen([sys.executable, '-c', 'import time; time.sleep(60)'], "
    agent += "stdout=s.DEVNULL); print(p.pid)"

    pid = int(read_key(program(agent), "openai", {}))

    os.kill(pid, signal.SIGKILL)  # would raise if it were gone


# The keyring


class Store:
    """A keyring that keeps what it is given."""

    def __init__(self, priority: float = 5) -> None:
        self.priority = priority
        self.kept: dict[tuple[str, str], str] = {}

    def get_keyring(self) -> Store:
        return self

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, key: str) -> None:
        self.kept[service, name] = key

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Store:
    """Give the keyring of a desktop."""
    kept = Store()
    monkeypatch.setitem(sys.modules, "keyring", kept)
    return kept


def test_a_key_in_the_keyring_is_kept_read_and_removed(store: Store) -> None:
    put_into_keyring("token-tracker", "openai", KEY)
    key = read_key(Credential(keyring="token-tracker"), "openai", {})
    there = dict(store.kept)
    remove_from_keyring("token-tracker", "openai")

    assert (key, there, store.kept) == (KEY, {("token-tracker", "openai"): KEY}, {})


def test_a_key_that_is_gone_from_the_keyring_is_an_error(store: Store) -> None:
    found = refused(lambda: read_key(Credential(keyring="token-tracker"), "openai", {}))

    assert found == ("key_not_in_keyring", {"provider": "openai"})


def test_what_a_keyring_says_when_it_refuses_is_not_repeated(store: Store) -> None:
    store.kept = SimpleNamespace()  # type: ignore[assignment]  # any call fails

    assert refused(lambda: put_into_keyring(KEY, "openai", KEY)) == ("keyring_failed", {"provider": "openai"})


@pytest.mark.parametrize("priority", [-1, 0, 0.5])
def test_a_keyring_that_protects_nothing_gets_no_key(store: Store, priority: float) -> None:
    store.priority = priority

    assert refused(lambda: put_into_keyring("s", "openai", KEY))[0] == "keyring_unusable"
    assert store.kept == {}


def test_without_the_package_the_keyring_is_said_to_be_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)

    assert refused(lambda: put_into_keyring("s", "openai", KEY)) == (
        "keyring_missing",
        {"provider": "openai"},
    )

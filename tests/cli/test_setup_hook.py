"""`setup-hook`: what it asks, what it prints, and how it ends."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from cli.answers import Ask
from cli.answers import contents
from published_shapes import complaints

CONFIGS = {"claude-code": ".claude", "codex": ".codex", "openclaw": ".openclaw"}
BROKEN = b"{broken"


@pytest.fixture
def claude(isolated_home: Path) -> Path:
    """Give the settings of Claude Code, the only host that is found."""
    path = isolated_home / ".claude" / "settings.json"
    path.parent.mkdir()
    path.write_bytes(b'{\n  "model": "opus"\n}\n')
    return path


def outcomes(document: dict[str, object]) -> dict[str, str]:
    hosts = document["data"]["hosts"]  # type: ignore[index]  # the envelope's
    return {host["host"]: host["outcome"] for host in hosts}


def type_on_a_terminal(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setattr(sys.stdin, "readline", lambda: answer)


def test_check_tells_programs_of_every_host(claude: Path, ask: Ask) -> None:
    answer = ask("setup-hook", "check", "--json")

    assert complaints("setup-hook-check", answer.document) == []
    assert answer.document["installed"] is False
    assert [(one["host"], one["found"]) for one in answer.document["hosts"]] == [
        ("claude-code", True),
        ("codex", False),
        ("openclaw", False),
    ]
    assert answer.document["hosts"][0]["path"] == str(claude)


def test_without_a_terminal_and_without_yes_nothing_changes(
    claude: Path, isolated_home: Path, ask: Ask
) -> None:
    before = contents(isolated_home / ".claude")

    answer = ask("setup-hook", "install", "--lang", "en")

    assert answer.exit_code == 0
    assert contents(isolated_home / ".claude") == before
    assert "+++ " + str(claude) in answer.out
    assert "session-check --format hook --host claude-code --update-state" in answer.out
    assert "Nothing was changed. To confirm, run the same command with --yes." in answer.out


def test_with_yes_it_is_installed_and_said_to_be(claude: Path, ask: Ask) -> None:
    answer = ask("setup-hook", "install", "--yes", "--json")

    assert complaints("setup-hook", answer.document) == []
    assert outcomes(answer.document) == {
        "claude-code": "installed",
        "codex": "not-found",
        "openclaw": "not-found",
    }
    assert list(json.loads(claude.read_bytes())) == ["model", "hooks"]
    assert ask("setup-hook", "check", "--json").document["installed"] is True
    assert outcomes(ask("setup-hook", "install", "--yes", "--json").document)["claude-code"] == "already"


@pytest.mark.parametrize(("typed", "changed"), [("y\n", True), ("n\n", False), ("\n", False), ("", False)])
def test_on_a_terminal_the_change_is_shown_and_the_person_decides(
    typed: str, changed: bool, claude: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    type_on_a_terminal(monkeypatch, typed)

    answer = ask("setup-hook", "install", "--lang", "zh")

    assert "+++ " + str(claude) in answer.err
    assert "要按上面的内容在 Claude Code 中安装会话启动钩子吗？[y/N]" in answer.err
    assert (b"session-check" in claude.read_bytes()) == changed


def test_a_dry_run_changes_nothing_whoever_agrees(claude: Path, ask: Ask) -> None:
    before = claude.read_bytes()

    answer = ask("setup-hook", "install", "--dry-run", "--yes", "--json")

    assert outcomes(answer.document)["claude-code"] == "would-install"
    assert answer.document["data"]["confirmed"] is False
    assert claude.read_bytes() == before


def test_uninstall_says_that_a_plug_in_brings_the_hook(claude: Path, ask: Ask) -> None:
    folder = claude.parent / "skills" / "token-tracker"
    for name, text in (("hooks/hooks.json", "session-check"), (".claude-plugin/plugin.json", "{}")):
        (folder / name).parent.mkdir(parents=True)
        (folder / name).write_text(text)

    answer = ask("setup-hook", "uninstall", "--host", "claude-code", "--lang", "en")

    assert answer.out.strip() == (
        f"Claude Code: the hook comes with the plug-in in {folder}; remove or disable that in the host"
    )


def test_dots_are_explained_only_where_some_are_shown(claude: Path, ask: Ask) -> None:
    with_texts = ask("setup-hook", "install", "--lang", "en").out
    claude.unlink()
    without = ask("setup-hook", "install", "--lang", "en").out

    assert ["Texts that are not ours" in shown for shown in (with_texts, without)] == [True, False]


def test_uninstall_gives_the_bytes_of_before_back(claude: Path, ask: Ask) -> None:
    before = claude.read_bytes()
    ask("setup-hook", "install", "--yes")

    shown = ask("setup-hook", "uninstall", "--json")
    done = ask("setup-hook", "uninstall", "--yes", "--json")

    assert outcomes(shown.document)["claude-code"] == "would-remove"
    assert outcomes(done.document)["claude-code"] == "removed"
    assert claude.read_bytes() == before
    assert outcomes(ask("setup-hook", "uninstall", "--yes", "--json").document)["claude-code"] == "absent"


def test_a_no_is_remembered_until_the_host_is_named_again(claude: Path, home: Path, ask: Ask) -> None:
    ask("setup-hook", "decline", "--host", "claude-code")
    declined = ask("setup-hook", "check", "--json").document["hosts"][0]["declined"]
    passed_over = outcomes(ask("setup-hook", "install", "--yes", "--json").document)["claude-code"]
    named = outcomes(ask("setup-hook", "install", "--yes", "--host", "claude-code", "--json").document)

    assert (declined, passed_over, named) == (True, "declined", {"claude-code": "installed"})
    assert ask("setup-hook", "check", "--json").document["hosts"][0]["declined"] is False
    assert json.loads((home / "state.json").read_bytes()) == {"schema": 1}


def test_one_host_that_cannot_be_changed_does_not_keep_the_others_from_it(
    claude: Path, isolated_home: Path, ask: Ask
) -> None:
    broken = isolated_home / ".codex" / "hooks.json"
    broken.parent.mkdir()
    broken.write_bytes(BROKEN)

    answer = ask("setup-hook", "install", "--yes", "--json")

    assert answer.exit_code == 3
    assert outcomes(answer.document) == {
        "claude-code": "installed",
        "codex": "failed",
        "openclaw": "not-found",
    }
    assert answer.document["data"]["hosts"][1]["error"]["code"] == "host-file-unreadable"
    assert broken.read_bytes() == BROKEN


@pytest.mark.parametrize(
    ("words", "code"),
    [(("install", "--host", "nano"), "host-unknown"), (("decline",), "host-needed")],
)
def test_a_command_line_that_names_no_host_of_ours_is_refused(
    words: tuple[str, ...], code: str, ask: Ask
) -> None:
    answer = ask("setup-hook", *words, "--json")

    assert (answer.exit_code, answer.error_code) == (2, code)


def test_status_of_every_host_has_its_published_shape(claude: Path, isolated_home: Path, ask: Ask) -> None:
    for folder in CONFIGS.values():
        (isolated_home / folder).mkdir(exist_ok=True)
    ask("setup-hook", "install", "--all", "--yes")

    answer = ask("setup-hook", "status", "--json")

    assert complaints("setup-hook", answer.document) == []
    assert [one["installed"] for one in answer.document["data"]["hosts"]] == [True, True, True]
    assert str(claude) in ask("setup-hook", "status").out

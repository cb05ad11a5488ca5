"""`uninstall` removes what is ours, after an agreement, and nothing of others."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from cli.answers import Ask
from cli.answers import contents
from published_shapes import complaints
from token_tracker import uninstalling
from token_tracker.locks import file_lock

SETTINGS = b'{\n  "model": "opus"\n}\n'


@pytest.fixture
def lived_in(logs: Path, isolated_home: Path, ask: Ask) -> Path:
    """Give the home of a person who used most of what leaves files behind."""
    (isolated_home / ".claude" / "settings.json").write_bytes(SETTINGS)
    for words in (
        ("setup-hook", "install", "--yes"),
        ("summary", "--lang", "en"),
        ("config", "set", "currency", "EUR"),
        ("set-budget", "--amount", "5"),
        ("sources", "set-billing", "claude-code", "plan"),
        ("prices", "set", "model-x", "--provider", "openrouter", "--input", "1"),
        ("session-check", "--json", "--update-state"),
    ):
        ask(*words)
    assert logs.is_file()
    cache = isolated_home / ".cache" / "token-tracker"
    (cache / "venv-0123456789abcdef" / "lib").mkdir(parents=True)
    (cache / "venv-0123456789abcdef.lock").touch()
    (cache / ".venv-0123456789abcdef-a1_b2c3d" / "lib").mkdir(parents=True)  # of processes that were killed
    (cache / ".old-venv-a1_b2c3d" / "lib").mkdir(parents=True)
    (cache / "bytecode").mkdir()
    (cache / "not-set-up-2026-10-01").touch()
    return isolated_home


def without_ours(home: Path) -> dict[str, bytes]:
    ours = (".token-tracker/", ".cache/token-tracker/")
    return {name: text for name, text in contents(home).items() if not name.startswith(ours)}


def test_everything_of_ours_goes_and_nothing_else(lived_in: Path, ask: Ask) -> None:
    others = without_ours(lived_in) | {".claude/settings.json": SETTINGS}

    answer = ask("uninstall", "--yes", "--json")

    assert (answer.exit_code, complaints("uninstall", answer.document)) == (0, [])
    assert answer.document["data"]["removed"] is True
    assert contents(lived_in) == others
    assert not (lived_in / ".token-tracker").exists()
    assert not (lived_in / ".cache" / "token-tracker").exists()


def test_with_keep_data_the_home_stays_without_the_hooks(lived_in: Path, ask: Ask) -> None:
    home = lived_in / ".token-tracker"
    before = {name: text for name, text in contents(home).items() if not name.startswith("hooks/")}

    answer = ask("uninstall", "--keep-data", "--yes", "--lang", "en")

    assert answer.exit_code == 0
    assert contents(home) == before
    assert not (lived_in / ".cache" / "token-tracker").exists()
    assert (lived_in / ".claude" / "settings.json").read_bytes() == SETTINGS
    assert "stays: the home with the ledger, settings and keys" in answer.out


def test_without_an_agreement_it_only_says_what_would_go(lived_in: Path, ask: Ask) -> None:
    before = contents(lived_in)

    answer = ask("uninstall", "--lang", "en")

    assert contents(lived_in) == before
    assert "This would be removed for ever:" in answer.out
    assert str(lived_in / ".token-tracker") in answer.out
    assert "Nothing was changed. To confirm, run the same command with --yes." in answer.out


def test_on_a_terminal_the_person_decides(lived_in: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    for stream in (sys.stdin, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True)
    answers = ["n\n", "y\n"]
    monkeypatch.setattr(sys.stdin, "readline", lambda: answers.pop(0))

    ask("uninstall")
    after_no = (lived_in / ".token-tracker").is_dir()
    ask("uninstall")

    assert (after_no, (lived_in / ".token-tracker").exists()) == (True, False)


def test_what_is_not_ours_in_our_folders_stays_and_is_named(lived_in: Path, ask: Ask) -> None:
    kept = [lived_in / ".token-tracker" / "notes.txt", lived_in / ".cache" / "token-tracker" / "mine" / "a"]
    for path in kept:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"mine")

    answer = ask("uninstall", "--yes", "--json")

    stays = [place for folder in answer.document["data"]["folders"] for place in folder["stays"]]
    assert stays == [str(kept[1].parent), str(kept[0])]
    assert contents(lived_in / ".token-tracker") == {"notes.txt": b"mine"}
    assert contents(lived_in / ".cache" / "token-tracker") == {"mine/a": b"mine"}


def test_links_are_removed_and_not_followed(lived_in: Path, tmp_path: Path, ask: Ask) -> None:
    (tmp_path / "prices").mkdir()
    (tmp_path / "prices" / "mine.json").write_bytes(b"{}")
    own = lived_in / ".token-tracker" / "reports"
    own.symlink_to(tmp_path / "prices")

    ask("uninstall", "--yes")

    assert not os.path.lexists(own)
    assert contents(tmp_path / "prices") == {"mine.json": b"{}"}


def test_a_cache_that_is_a_link_stays_with_all_that_it_leads_to(
    lived_in: Path, tmp_path: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bytecode").mkdir()
    link = lived_in / "link"
    link.symlink_to(tmp_path)
    monkeypatch.setenv("TOKEN_TRACKER_CACHE", str(link))

    ask("uninstall", "--yes")

    assert link.is_symlink()
    assert (tmp_path / "bytecode").is_dir()


def test_a_ledger_that_another_process_reads_into_is_left_alone(
    lived_in: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = lived_in / ".token-tracker"
    monkeypatch.setattr(uninstalling, "LOCK_TIMEOUT_S", 0.0)

    with file_lock(home / "ledger.lock", 0.0):
        answer = ask("uninstall", "--yes", "--json")

    assert (answer.exit_code, answer.error_code) == (8, "ledger-busy")
    assert (home / "ledger.db").is_file()
    assert (lived_in / ".cache" / "token-tracker" / "bytecode").is_dir()


def test_a_hook_that_cannot_be_taken_out_keeps_the_home_with_its_backup(lived_in: Path, ask: Ask) -> None:
    path = lived_in / ".claude" / "settings.json"
    path.write_bytes(path.read_bytes()[:-4])

    answer = ask("uninstall", "--yes", "--json")

    assert answer.exit_code == 3
    assert answer.document["data"]["removed"] is False
    assert (lived_in / ".token-tracker" / "hooks" / "claude-code" / "settings.json").read_bytes() == SETTINGS


def test_settings_that_cannot_be_read_and_never_had_our_hook_stop_nothing(lived_in: Path, ask: Ask) -> None:
    broken = lived_in / ".codex" / "hooks.json"
    broken.parent.mkdir()
    broken.write_bytes(b"{broken")

    answer = ask("uninstall", "--yes")

    assert answer.exit_code == 0
    assert broken.read_bytes() == b"{broken"


@pytest.mark.parametrize("name", ["budget.json", "sources.json", "state.json", "providers.json", "due.json"])
def test_files_of_ours_that_are_not_valid_stop_no_removal(lived_in: Path, ask: Ask, name: str) -> None:
    (lived_in / ".token-tracker" / name).write_text("{")

    shown = ask("uninstall", "--lang", "en")
    before = (lived_in / ".token-tracker" / name).read_text()
    done = ask("uninstall", "--yes", "--lang", "zh")

    assert (shown.exit_code, str(lived_in / ".token-tracker") in shown.out, before) == (0, True, "{")
    assert "To confirm, run the same command with --yes." in shown.out
    assert (done.exit_code, (lived_in / ".token-tracker").exists()) == (0, False)
    assert (lived_in / ".claude" / "settings.json").read_bytes() == SETTINGS


@pytest.mark.parametrize("name", [".lock", "ledger.lock", "ledger.db", "budget.json", "report-state.json"])
def test_folders_in_place_of_our_files_stop_no_removal(lived_in: Path, ask: Ask, name: str) -> None:
    (lived_in / ".token-tracker" / name).unlink()
    (lived_in / ".token-tracker" / name / "inside").mkdir(parents=True)

    done = ask("uninstall", "--yes", "--json")

    assert (done.exit_code, (lived_in / ".token-tracker").exists()) == (0, False)
    assert (lived_in / ".claude" / "settings.json").read_bytes() == SETTINGS


@pytest.mark.skipif(os.name != "posix", reason="pipes with names")
@pytest.mark.parametrize("name", [".lock", "ledger.lock", "ledger.db", "budget.json", "report-state.json"])
def test_pipes_and_links_to_nowhere_stop_no_removal(lived_in: Path, ask: Ask, name: str) -> None:
    (lived_in / ".token-tracker" / name).unlink()
    os.mkfifo(lived_in / ".token-tracker" / name)
    (lived_in / ".token-tracker" / "session-check.lock").unlink()
    (lived_in / ".token-tracker" / "session-check.lock").symlink_to("/nowhere/at/all")

    done = ask("uninstall", "--yes", "--json")

    assert (done.exit_code, (lived_in / ".token-tracker").exists()) == (0, False)


def test_it_can_be_asked_for_twice(lived_in: Path, ask: Ask) -> None:
    ask("uninstall", "--yes")

    answer = ask("uninstall", "--yes", "--json")

    assert (answer.exit_code, answer.document["data"]["removed"]) == (0, True)
    assert not (lived_in / ".token-tracker").exists()


USUAL = (
    "reports/a",
    "log/a",
    "prices/a",
    "providers/a.py",
    "hooks/a",
    "graphs/a",
    "checkpoints/a",
    "valid/a",
)
"""Folders such as anybody has, named as ours are."""


def put(folder: Path, names: tuple[str, ...], text: bytes = b"mine") -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text)


def test_in_a_folder_that_others_use_too_only_what_we_wrote_goes(
    isolated_home: Path, logs: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as the person's own home, which some set for everything."""
    put(isolated_home, USUAL)
    put(isolated_home, ("ledger.db.backup", "setup.log", "bytecode/a.py"))
    put(isolated_home, (".lock",), b"of another program")
    (isolated_home / "checkpoints" / "a").unlink()  # an empty folder tells nothing of its owner
    before = contents(isolated_home)
    for name in ("TOKEN_TRACKER_HOME", "TOKEN_TRACKER_CACHE"):
        monkeypatch.setenv(name, str(isolated_home))
    (isolated_home / "venv-0123456789abcdef").mkdir()
    for words in (
        ("setup-hook", "install", "--yes"),
        ("summary", "--lang", "en"),
        ("config", "set", "currency", "EUR"),
        ("session-check", "--json", "--update-state"),
    ):
        ask(*words)
    put(isolated_home, ("watched.json",), b'{"of": "others"}')

    answer = ask("uninstall", "--yes", "--json")

    assert (answer.exit_code, logs.is_file()) == (0, True)
    left = contents(isolated_home)
    assert {name: left.get(name) for name in before} == before
    assert left["watched.json"] == b'{"of": "others"}'
    assert (isolated_home / "checkpoints").is_dir()
    assert not any((isolated_home / name).exists() for name in ("ledger.db", "budget.json", "due.json"))
    assert not (isolated_home / "venv-0123456789abcdef").exists()


@pytest.mark.parametrize("name", ["token-tracker", "everything"])
@pytest.mark.parametrize("words", [(), ("--yes",), ("--keep-data",)], ids=["plan", "done", "kept"])
def test_what_is_ours_in_a_folder_that_is_home_and_cache_is_never_called_somebody_elses(
    name: str, words: tuple[str, ...], tmp_path: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = tmp_path / name
    for variable in ("TOKEN_TRACKER_HOME", "TOKEN_TRACKER_CACHE"):
        monkeypatch.setenv(variable, str(chosen))
    ask("config", "set", "currency", "EUR")
    ask("summary")
    put(chosen, ("other.txt", "setup.log"))
    (chosen / "graphs").mkdir(exist_ok=True)

    data = ask("uninstall", *words, "--json").document["data"]

    stays = {place for folder in data["folders"] for place in folder["stays"]}
    assert str(chosen / "other.txt") in stays
    assert not stays & {str(chosen / one) for one in ("ledger.db", "budget.json", ".lock", "valid")}
    assert (chosen / "other.txt").read_bytes() == b"mine"


def test_a_folder_that_is_not_ours_alone_stays_when_it_is_empty(
    tmp_path: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = tmp_path / "chosen"
    monkeypatch.setenv("TOKEN_TRACKER_HOME", str(chosen))
    ask("config", "set", "currency", "EUR")

    ask("uninstall", "--yes")

    assert (chosen.is_dir(), contents(chosen)) == (True, {})


def test_a_home_in_the_folder_of_the_skill_leaves_the_skill_whole(
    skill: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = skill.rename(skill.with_name("token-tracker"))
    monkeypatch.setattr("token_tracker.paths.skill_directory", lambda: place)
    monkeypatch.setenv("TOKEN_TRACKER_HOME", str(place))
    put(place, ("SKILL.md", "hooks/hooks.json", "providers/acme.py"))
    before = contents(place)
    ask("config", "set", "currency", "EUR")

    ask("uninstall", "--yes")

    assert contents(place) == before

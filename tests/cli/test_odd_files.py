"""Something else has the name of a file of the home: nothing waits, and `doctor` names it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from cli.answers import Ask
from published_shapes import complaints
from token_tracker.cli.bug_log import log_bug
from token_tracker.files import kind_of
from token_tracker.odd_files import FILES
from token_tracker.odd_files import FOLDERS
from token_tracker.odd_files import odd_files

TAKE = ("session-check", "--json", "--update-state")
DUE = ["daily:2026-10-04", "weekly:2026-W40"]
NOTHING = '{"schema": 1, "items": []}\n'
IN_ENGLISH = {
    "folder": "It is a folder, where a file belongs.",
    "pipe": "It is a pipe, where a file belongs.",
    "socket": "It is a socket, where a file belongs.",
    "device": "It is a device, where a file belongs.",
    "link": "It is a link that leads nowhere.",
}
IN_CHINESE = {
    "folder": "这里应该是文件，却是一个目录。",
    "pipe": "这里应该是普通文件，却是一个管道。",
    "socket": "这里应该是普通文件，却是一个套接字。",
    "device": "这里应该是普通文件，却是一个设备。",
    "link": "它是一个链接，指向的文件不存在。",
}

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and sockets with names")


def make_socket(place: Path) -> None:
    """Bind a socket by a name of its own: the whole path may be longer than one may be."""
    before = os.open(".", os.O_RDONLY)
    os.chdir(place.parent)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(place.name)
    os.fchdir(before)
    os.close(before)


MAKE: dict[str, Callable[[Path], None]] = {
    "folder": lambda place: (place / "inside").mkdir(parents=True),
    "pipe": os.mkfifo,
    "socket": make_socket,
    "device": lambda place: place.symlink_to("/dev/zero"),
    "link": lambda place: place.symlink_to(place.parent / "nowhere" / place.name),
}
KINDS = list(MAKE)


IN_THE_WAY = [
    *((name, kind) for name in (".lock", "session-check.lock") for kind in KINDS),
    *((name, kind) for name in ("report-state.json", "alert-state.json") for kind in KINDS if kind != "link"),
]


@pytest.mark.parametrize(("name", "kind"), IN_THE_WAY)
def test_a_session_start_is_silent_and_doctor_says_what_is_in_the_way(
    logs: Path, home: Path, ask: Ask, name: str, kind: str
) -> None:
    ask("sync", "--quiet")
    (home / name).unlink(missing_ok=True)
    MAKE[kind](home / name)

    started = ask(*TAKE)
    doctor, in_chinese = ask("doctor", "--lang", "en"), ask("doctor", "--lang", "zh")
    log = (home / "log" / "token-tracker.log").read_text("utf-8")

    assert (started.exit_code, started.out, started.err) == (0, NOTHING, "")
    assert (IN_ENGLISH[kind] in doctor.out, str(home / name) in doctor.out) == (True, True)
    assert (IN_CHINESE[kind] in in_chinese.out, doctor.exit_code) == (True, 1)
    assert log.rstrip().endswith(f"StorageError file_odd {name}")


def test_a_state_file_that_is_a_link_to_nowhere_gives_way_to_a_new_one(
    logs: Path, home: Path, ask: Ask
) -> None:
    MAKE["link"](home / "report-state.json")

    first, second = ask(*TAKE), ask(*TAKE)

    assert [item["id"] for item in first.document["items"]] == DUE
    assert (second.out, kind_of(home / "report-state.json")) == (NOTHING, "file")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["ledger.db", "ledger.db-journal", "ledger.db-wal", "ledger.lock"])
def test_a_ledger_that_is_no_plain_file_is_neither_waited_for_nor_taken_for_an_empty_one(
    logs: Path, home: Path, ask: Ask, name: str, kind: str
) -> None:
    ask("sync", "--quiet")
    (home / name).unlink(missing_ok=True)
    MAKE[kind](home / name)

    report, started, doctor = ask("daily", "--json"), ask(*TAKE), ask("doctor", "--json")

    assert (report.exit_code, report.error_code, complaints("error", report.document)) == (9, "file-odd", [])
    assert (started.exit_code, started.out, started.err) == (0, NOTHING, "")
    assert (doctor.exit_code, complaints("doctor", doctor.document)) == (1, [])
    findings = doctor.document["data"]["findings"]
    assert ("file-odd", str(home / name)) in [(one["code"], one["where"]) for one in findings]


@pytest.mark.parametrize("kind", ["folder", "pipe", "socket", "device"])
@pytest.mark.parametrize("name", ["budget.json", "sources.json", "state.json"])
def test_settings_that_are_no_plain_file_are_named_at_once(
    logs: Path, home: Path, ask: Ask, name: str, kind: str
) -> None:
    MAKE[kind](home / name)

    report, started = ask("daily", "--lang", "en"), ask(*TAKE)

    assert (report.exit_code, report.out) == (9, "")
    assert report.err.splitlines() == [
        f"{home / name} cannot be used.",
        IN_ENGLISH[kind],
        "Move it away; token-tracker makes its own in its place.",
    ]
    assert (started.exit_code, started.out, started.err) == (0, NOTHING, "")


@pytest.mark.parametrize("name", ["due.json", "watched", "due.json.new"])
def test_a_folder_in_place_of_what_can_be_made_again_only_makes_the_program_look(
    logs: Path, home: Path, ask: Ask, name: str
) -> None:
    MAKE["folder"](home / name)

    first, second = ask(*TAKE), ask(*TAKE)

    assert (first.err, [item["id"] for item in first.document["items"]]) == ("", DUE)
    assert second.out == NOTHING


@pytest.mark.parametrize("kind", ["folder", "pipe", "socket", "device"])
def test_a_lock_that_is_no_plain_file_stops_a_change_of_settings(
    logs: Path, home: Path, ask: Ask, kind: str
) -> None:
    MAKE[kind](home / ".lock")

    changed = ask("set-budget", "--amount", "5", "--json")

    assert (changed.exit_code, changed.error_code) == (9, "file-odd")
    assert not (home / "budget.json").exists()


@pytest.mark.parametrize("kind", ["folder", "pipe", "socket", "device"])
def test_a_log_that_is_no_plain_file_takes_nothing(home: Path, kind: str) -> None:
    (home / "log").mkdir()
    MAKE[kind](home / "log" / "token-tracker.log")

    assert log_bug(ValueError("x"), []) == ""


@pytest.mark.parametrize(
    "name",
    [
        ".token-tracker/prices/own.json",
        ".token-tracker/hooks/claude-code/record.json",
        ".token-tracker/hooks/claude-code/settings.json",
        ".claude/settings.json",
        ".claude/projects/-p/pipe.jsonl",
        ".codex/config.toml",
        ".codex/hooks.json",
    ],
)
def test_no_command_waits_at_a_pipe_among_files_that_it_reads(
    logs: Path, isolated_home: Path, ask: Ask, name: str
) -> None:
    (isolated_home / name).parent.mkdir(parents=True, exist_ok=True)
    os.mkfifo(isolated_home / name)

    codes = [ask(*words).exit_code for words in (TAKE, ("sync",), ("doctor",), ("setup-hook", "status"))]
    left = ask("uninstall")

    assert (codes[0], 70 in (*codes, left.exit_code)) == (0, False)


def test_each_name_of_ours_is_looked_at(tmp_path: Path) -> None:
    for name in FILES:
        (tmp_path / name).mkdir()
    for name in FOLDERS:
        (tmp_path / name).touch()
    (tmp_path / "somebody's").mkdir()

    found = {Path(path).name: kind for path, kind in odd_files(str(tmp_path))}

    assert found == {**dict.fromkeys(FILES, "folder"), **dict.fromkeys(FOLDERS, "file")}


def test_what_lies_in_a_folder_of_ours_is_looked_at(tmp_path: Path) -> None:
    (tmp_path / "hooks" / "codex").mkdir(parents=True)
    os.mkfifo(tmp_path / "hooks" / "codex" / "record.json")
    (tmp_path / "hooks" / "codex" / "hooks.json").touch()

    assert odd_files(str(tmp_path)) == [(str(tmp_path / "hooks" / "codex" / "record.json"), "pipe")]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_told_by_what_is_there(tmp_path: Path, kind: str) -> None:
    MAKE[kind](tmp_path / "x")
    (tmp_path / "plain").touch()

    kinds = [kind_of(tmp_path / name) for name in ("x", "plain", "none")]

    assert kinds == [kind, "file", ""]

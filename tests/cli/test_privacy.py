"""What people and agents wrote stays in their logs, and paths stay where they belong."""

from __future__ import annotations

import errno
import zipfile
from pathlib import Path

import pytest

from cli.answers import CANARY
from cli.answers import Ask
from cli.answers import contents
from cli.test_commands import COMMANDS
from token_tracker import sync

WITH_PATHS = ("doctor", "sources", "explain")
WITH_PATHS_OF_ITS_OWN_FILES = ("config ", "verify ", "setup-hook status ", "uninstall ")
"""How commands begin that are about files of the home or settings of hosts, which they name."""


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_no_command_prints_or_keeps_what_people_and_agents_wrote(
    words: list[str], ask: Ask, logs: Path, isolated_home: Path
) -> None:
    answers = [
        ask(*words),
        ask(*words, "--json"),
        ask(*words, "--lang", "zh"),
        ask(*words, "--date", CANARY[:6]),
    ]

    assert [one for one in answers if CANARY in one.out + one.err] == []
    assert CANARY in logs.read_text()
    kept = {**contents(isolated_home / ".token-tracker"), **contents(isolated_home / ".cache")}
    assert [name for name, content in kept.items() if CANARY.encode() in content] == []


def test_a_backup_keeps_nothing_that_people_and_agents_wrote(ask: Ask, logs: Path, tmp_path: Path) -> None:
    ask("sync")

    answer = ask("backup", str(tmp_path / "kept.zip"), "--json")

    with zipfile.ZipFile(tmp_path / "kept.zip") as archive:
        texts = [archive.read(name) for name in archive.namelist()]
    assert (answer.exit_code, [text for text in texts if CANARY.encode() in text]) == (0, [])


@pytest.mark.parametrize("words", [one for one in COMMANDS if one[0] not in WITH_PATHS], ids=" ".join)
def test_paths_of_logs_and_projects_appear_nowhere_else(
    words: list[str], ask: Ask, logs: Path, isolated_home: Path
) -> None:
    answers = [ask(*words), ask(*words, "--json"), ask(*words, "--lang", "zh")]

    printed = "".join(one.out + one.err for one in answers)
    assert [place for place in ("/home/dev", "projects/", ".jsonl") if place in printed] == []
    names_its_own_files = " ".join([*words, ""]).startswith(WITH_PATHS_OF_ITS_OWN_FILES)
    assert (str(isolated_home) in printed) is names_its_own_files


@pytest.mark.parametrize("words", [["doctor"], ["sources"], ["explain"]], ids=" ".join)
def test_paths_appear_where_somebody_looks_for_them(words: list[str], ask: Ask, logs: Path) -> None:
    answers = [ask(*words), ask(*words, "--json")]

    assert [str(logs.parents[1]) in one.out for one in answers] == [True, True]


def test_a_log_that_cannot_be_read_is_named_by_doctor_only(
    ask: Ask, logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sync, "price_reading", _refuse)  # stands inside of what reads a file

    summary, doctor = ask("summary", "--json"), ask("doctor", "--json")

    assert (summary.problem_codes, str(logs) in summary.out) == (["file-unreadable"], False)
    found = [(one["code"], one["where"]) for one in doctor.document["data"]["findings"]]
    assert ("file-unreadable", str(logs)) in found


def _refuse(*_: object) -> None:
    raise PermissionError(errno.EACCES, "Permission denied")

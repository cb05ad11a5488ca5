"""Disks that are full or take no writes: a report still answers, what was asked to write says why not."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.answers import NOW
from cli.answers import TOKENS
from cli.answers import Ask
from cli.answers import contents
from cli.answers import write_logs
from token_tracker import settings
from token_tracker.ledger import store

REPORTS = [["summary"], ["bill"], ["explain"], ["sources", "list"]]
WRITERS = [["sync"], ["purge", "--before", "2026-10-05", "--yes"]]
RESPONSES = 300
"""New ones, more than the pages of the ledger have room for."""

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def full_disk(ask: Ask, logs: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home whose ledger cannot grow, as SQLite itself says, with new lines waiting."""
    ask("sync")
    add_responses(logs)
    connect = store.connect

    def connect_to_full(path: Path, busy_s: float, mode: str = "rw") -> sqlite3.Connection:
        connection = connect(path, busy_s, mode)
        connection.execute("PRAGMA max_page_count = 1")  # means: as many as there are
        return connection

    monkeypatch.setattr(store, "connect", connect_to_full)
    return home


def add_responses(logs: Path) -> None:
    """Write so many new responses that they need new pages."""
    lines = logs.read_bytes().splitlines(keepends=True)[1]
    logs.write_bytes(
        logs.read_bytes()
        + b"".join(lines.replace(b"msg_01Counter0001", b"msg_01More%d" % n) for n in range(RESPONSES))
    )


@pytest.mark.parametrize("words", REPORTS, ids=" ".join)
def test_a_report_answers_although_the_disk_is_full(words: list[str], ask: Ask, full_disk: Path) -> None:
    before = contents(full_disk)

    text, document = ask(*words), ask(*words, "--json")

    assert (text.exit_code, text.err, document.exit_code, document.problem_codes) == (
        0,
        "",
        0,
        ["disk-full"],
    )
    assert contents(full_disk) == before


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "The disk is full: new log lines are counted in this answer but not saved."),
        ("zh", "磁盘已满：新的日志行算进了这次的结果，但没有保存。"),
    ],
)
def test_a_summary_from_a_full_disk_counts_the_new_lines_and_says_so(
    lang: str, sentence: str, ask: Ask, full_disk: Path
) -> None:
    answer = ask("summary", "--lang", lang)
    figures = ask("summary", "--json").document["data"]

    assert sentence in answer.out.splitlines()[-1]
    assert (figures["requests"], figures["tokens"]["total"]) == (1 + RESPONSES, (1 + RESPONSES) * TOKENS)


@pytest.mark.parametrize(
    ("lang", "sentences"),
    [
        ("en", ["The disk is full. What was recorded before is whole.", "Free some space"]),
        ("zh", ["磁盘已满；此前记下的内容完好。", "请腾出一些空间"]),
    ],
)
def test_a_sync_to_a_full_disk_fails_and_leaves_what_was_there(
    lang: str, sentences: list[str], ask: Ask, full_disk: Path
) -> None:
    before = (full_disk / "ledger.db").read_bytes()

    answer = ask("sync", "--lang", lang)

    assert (answer.exit_code, answer.out, [one for one in sentences if one not in answer.err]) == (9, "", [])
    assert (full_disk / "ledger.db").read_bytes() == before


def test_a_first_report_answers_although_no_ledger_can_be_made(
    ask: Ask, logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "make_home", _no_space)

    answer, sync = ask("summary", "--json"), ask("sync", "--json")

    assert (answer.document["data"]["tokens"]["total"], answer.problem_codes) == (TOKENS, ["disk-full"])
    assert (sync.exit_code, sync.error_code) == (9, "disk-full")


def test_doctor_answers_although_the_disk_is_full(ask: Ask, full_disk: Path) -> None:
    found = ask("doctor", "--json").document["data"]["findings"]

    assert "disk-full" in [one["code"] for one in found]


@pytest.mark.parametrize(
    ("code", "number"), [("home-unusable", errno.ENOSPC), ("home-unusable", errno.EROFS)]
)
def test_a_setting_that_cannot_be_saved_is_refused_and_the_old_one_stays(
    code: str, number: int, ask: Ask, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("config", "set", "language", "en")
    before = (home / "budget.json").read_bytes()
    monkeypatch.setattr(settings, "replace_file", lambda path, text: _raise(number))

    in_english, in_chinese = (ask("config", "set", "language", "zh", "--lang", one) for one in ("en", "zh"))

    assert (in_english.exit_code, in_english.out, os.strerror(number) in in_english.err) == (9, "", True)
    assert (in_chinese.exit_code, len(in_chinese.err.splitlines())) == (9, 3)
    assert (home / "budget.json").read_bytes() == before


@pytest.fixture
def read_only_home(ask: Ask, logs: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home that this user may only read, as in a sandbox, with new lines waiting."""
    ask("sync")
    add_responses(logs)
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK)
    return home


@pytest.mark.parametrize("words", REPORTS, ids=" ".join)
def test_a_report_answers_from_a_home_that_is_read_only(
    words: list[str], ask: Ask, read_only_home: Path
) -> None:
    before = contents(read_only_home)

    text, document = ask(*words), ask(*words, "--json")

    assert (text.exit_code, text.err, document.exit_code, document.problem_codes) == (
        0,
        "",
        0,
        ["ledger-read-only"],
    )
    assert contents(read_only_home) == before


@pytest.mark.parametrize("words", WRITERS, ids=" ".join)
def test_what_should_write_into_a_read_only_home_says_that_it_cannot(
    words: list[str], ask: Ask, read_only_home: Path
) -> None:
    before = (read_only_home / "ledger.db").read_bytes()

    in_english, in_chinese = ask(*words, "--lang", "en"), ask(*words, "--lang", "zh")

    assert (in_english.exit_code, in_english.out) == (9, "")
    assert in_english.err.splitlines()[0] == f"{read_only_home / 'ledger.db'} cannot be written."
    assert (in_chinese.exit_code, in_chinese.err.splitlines()[0]) == (
        9,
        f"{read_only_home / 'ledger.db'} 不能写入。",
    )
    assert (read_only_home / "ledger.db").read_bytes() == before


def test_a_ledger_of_a_newer_version_is_read_and_not_written(
    ask: Ask, logs: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("sync")
    monkeypatch.setenv("TOKEN_TRACKER_NOW", NOW.replace("T12:", "T15:"))
    connection = sqlite3.connect(home / "ledger.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    summary, sync = ask("summary", "--json"), ask("sync", "--json")

    assert (summary.exit_code, summary.problem_codes) == (0, ["ledger-newer"])
    assert [one["last_read"] for one in summary.document["data"]["freshness"]] == [NOW]
    assert (sync.exit_code, sync.error_code) == (7, "ledger-newer-unwritable")


@pytest.fixture
def closed_home() -> Iterator[Path]:
    """Give a home with logs, which its owner may not write into."""
    place = Path(tempfile.mkdtemp(prefix="token-tracker-closed-"))
    write_logs(place)
    (place / ".token-tracker").mkdir(mode=0o700)
    (place / ".token-tracker").chmod(0o500)
    yield place
    (place / ".token-tracker").chmod(0o700)
    shutil.rmtree(place)


def without_power(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command as a user whose rights count: root keeps its name and loses its power over files."""
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]
    return subprocess.run(
        [*(drop if os.geteuid() == 0 else []), sys.executable, "-B", "-m", "token_tracker", *words],
        cwd=ROOT,
        env={"HOME": str(home), "PATH": os.environ["PATH"], "TZ": "UTC", "TOKEN_TRACKER_NOW": NOW},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.skipif(os.geteuid() == 0 and not shutil.which("setpriv"), reason="root may write everywhere")
def test_a_user_who_cannot_write_gets_answers_and_is_refused_changes(closed_home: Path) -> None:
    summary = without_power(closed_home, "summary")
    writers = [
        without_power(closed_home, *words) for words in (["sync"], ["config", "set", "language", "zh"])
    ]

    assert (summary.returncode, summary.stderr, f"{TOKENS} tokens" in summary.stdout) == (0, "", True)
    assert "The ledger is read-only" in summary.stdout
    assert [(one.returncode, one.stdout, len(one.stderr.splitlines())) for one in writers] == [(9, "", 3)] * 2
    assert contents(closed_home / ".token-tracker") == {}


def _no_space(home: Path) -> None:
    _raise(errno.ENOSPC)


def _raise(number: int) -> None:
    raise OSError(number, os.strerror(number))

"""Homes that are wrong: invalid files, open rights, other owners, damaged ledgers; nothing is overwritten."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from pathlib import Path

import pytest

from cli.answers import TOKENS
from cli.answers import Ask
from cli.answers import contents
from published_shapes import complaints
from token_tracker import paths
from token_tracker.ledger import store

FILES = ["budget.json", "sources.json", "state.json"]


@pytest.mark.parametrize("command", ["summary", "sync", "doctor", "config"])
@pytest.mark.parametrize("file", FILES)
def test_a_file_that_is_not_json_is_named_with_its_line_and_kept(
    file: str, command: str, ask: Ask, logs: Path, home: Path
) -> None:
    (home / file).write_text('{\n  "schema": 1,\n  "language" "zh"\n}\n')
    before = contents(home)

    in_english, in_chinese = ask(command, "--lang", "en"), ask(command, "--lang", "zh")
    document = ask(command, "--json")

    assert (in_english.exit_code, in_english.out, in_english.err.splitlines()) == (
        3,
        "",
        [
            f"{home / file}:3 is not valid JSON.",
            "The reader says: Expecting ':' delimiter.",
            "Correct line 3; the file was not changed.",
        ],
    )
    assert (in_chinese.exit_code, in_chinese.err.splitlines()) == (
        3,
        [f"{home / file}:3 不是有效的 JSON。", "键后面缺一个冒号。", "请改正第 3 行；文件没有改动。"],
    )
    assert (document.exit_code, document.error_code, complaints("error", document.document)) == (
        3,
        "settings-not-json",
        [],
    )
    assert contents(home) == before


@pytest.mark.parametrize("file", FILES)
def test_an_unknown_key_is_named_with_its_line_and_kept(file: str, ask: Ask, logs: Path, home: Path) -> None:
    (home / file).write_text('{\n  "schema": 1,\n  "langauge": "zh"\n}\n')
    before = contents(home)

    in_english, in_chinese = ask("bill", "--lang", "en"), ask("bill", "--lang", "zh")

    assert (in_english.exit_code, in_english.out) == (3, "")
    assert in_english.err.startswith(f"{home / file}:3 has a setting that does not exist: langauge.\n")
    assert in_english.err.endswith("Correct or remove line 3; the file was not changed.\n")
    assert in_chinese.err.startswith(f"{home / file}:3 有一个不存在的设置项：langauge。\n")
    assert contents(home) == before


def test_a_change_does_not_overwrite_an_invalid_file(ask: Ask, home: Path) -> None:
    (home / "budget.json").write_text("{oops")

    answer = ask("config", "set", "language", "zh")

    assert (answer.exit_code, contents(home)) == (3, {"budget.json": b"{oops"})


def test_an_invalid_price_file_is_named_and_kept(ask: Ask, logs: Path, home: Path) -> None:
    (home / "prices").mkdir(mode=0o700)
    (home / "prices" / "own.json").write_text('{\n "rows": [}\n')
    before = contents(home / "prices")

    in_english, in_chinese = ask("summary", "--lang", "en"), ask("summary", "--lang", "zh")

    assert (in_english.exit_code, in_english.out, in_chinese.exit_code) == (3, "", 3)
    assert "own.json:2" in in_english.err
    assert "own.json:2" in in_chinese.err
    assert contents(home / "prices") == before


def test_doctor_finds_an_invalid_price_file(ask: Ask, logs: Path, home: Path) -> None:
    (home / "prices").mkdir(mode=0o700)
    (home / "prices" / "own.json").write_text("{")

    answer = ask("doctor", "--json")

    found = [(one["code"], one["where"]) for one in answer.document["data"]["findings"]]
    assert answer.exit_code == 1
    assert ("settings-invalid", f"{home / 'prices' / 'own.json'}:1") in found


@pytest.mark.parametrize("mode", [0o720, 0o777])
def test_a_home_that_others_can_write_is_refused(mode: int, ask: Ask, logs: Path, home: Path) -> None:
    home.chmod(mode)

    in_english, in_chinese = ask("summary", "--lang", "en"), ask("summary", "--lang", "zh")

    assert (in_english.exit_code, in_english.out, in_english.err.splitlines()) == (
        3,
        "",
        [
            f"{home} is not safe to use.",
            f"Other users of this machine can write to it (mode {mode:04o}).",
            f"Run `chmod go-w '{home}'`.",
        ],
    )
    assert in_chinese.err.splitlines()[1] == f"这台机器上的其他用户可以改写它（权限 {mode:04o}）。"
    assert contents(home) == {}


def test_without_any_home_the_person_is_told_what_to_set(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOME", "USERPROFILE", "TOKEN_TRACKER_HOME", "TOKEN_TRACKER_CACHE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", _nobody)

    in_english, in_chinese = ask("summary", "--lang", "en"), ask("summary", "--lang", "zh")

    assert (in_english.exit_code, in_english.out) == (9, "")
    assert in_english.err.splitlines()[0] == "It is not known where to keep the ledger."
    assert (in_chinese.exit_code, in_chinese.err.splitlines()[0]) == (9, "不知道该把账本放在哪里。")


def _nobody(user: int) -> object:
    raise KeyError(user)


def test_a_home_that_is_a_file_is_refused(ask: Ask, logs: Path, isolated_home: Path) -> None:
    (isolated_home / ".token-tracker").write_text("mine")

    answers = [ask("summary", "--lang", "en"), ask("sync", "--lang", "zh")]

    assert [(one.exit_code, one.out) for one in answers] == [(9, ""), (9, "")]
    assert (isolated_home / ".token-tracker").read_text() == "mine"


@pytest.fixture
def foreign_home(ask: Ask, logs: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a home with a ledger that belongs to somebody else, as under sudo."""
    ask("sync")
    monkeypatch.setattr(paths, "foreign_owner", lambda place: "li")
    monkeypatch.setattr(store, "foreign_owner", lambda place: "li")
    return home


@pytest.mark.parametrize(
    ("lang", "sentence"),
    [
        ("en", "The ledger belongs to another user: new log lines are counted in this answer but not saved."),
        ("zh", "账本属于另一个用户"),
    ],
)
def test_a_report_from_a_home_of_another_user_changes_nothing_there(
    lang: str, sentence: str, ask: Ask, logs: Path, foreign_home: Path
) -> None:
    before = contents(foreign_home)
    logs.write_bytes(logs.read_bytes() + logs.read_bytes().replace(b"msg_01Counter", b"msg_01Another"))

    text, document = ask("summary", "--lang", lang), ask("summary", "--json")

    assert (text.exit_code, text.err, sentence in text.out) == (0, "", True)
    assert document.document["data"]["tokens"]["total"] == 2 * TOKENS
    assert document.problem_codes == ["ledger-owner"]
    assert contents(foreign_home) == before


@pytest.mark.parametrize(
    "words",
    [
        ["sync"],
        ["config", "set", "language", "zh"],
        ["sources", "disable", "claude-code"],
        ["purge", "--before", "2026-10-05", "--yes"],
        ["prices", "set", "m", "--provider", "p", "--input", "1"],
    ],
    ids=" ".join,
)
def test_nothing_is_written_into_a_home_of_another_user(
    words: list[str], ask: Ask, foreign_home: Path
) -> None:
    before = contents(foreign_home)

    in_english, in_chinese = ask(*words, "--lang", "en"), ask(*words, "--lang", "zh")

    assert (in_english.exit_code, in_english.out, in_english.err.splitlines()) == (
        9,
        "",
        [
            f"{foreign_home} was not changed.",
            "It belongs to li, who could no longer use what another user writes there.",
            "Run the command as li, without sudo.",
        ],
    )
    assert (in_chinese.exit_code, in_chinese.err.splitlines()[0]) == (9, f"{foreign_home} 没有改动。")
    assert contents(foreign_home) == before


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _garbage(path: Path) -> None:
    path.write_bytes(b"garbage " * 999)


def _foreign(path: Path) -> None:
    path.unlink()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE song (title TEXT)")
        connection.commit()


def _newer(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA user_version = 99")
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'readable_since'")
        connection.commit()


def _cut(path: Path) -> None:
    os.truncate(path, path.stat().st_size - 100)


DAMAGE: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "ledger-empty": (_empty, "does not mean zero usage", "不等于没有用量"),
    "ledger-malformed": (_garbage, "is damaged", "已损坏"),
    "ledger-foreign": (
        _foreign,
        "is not a ledger of token-tracker",
        "不是 token-tracker 的账本",
    ),
    "ledger-cut-off": (_cut, "shorter than it says itself", "末尾缺了一截"),
    "ledger-newer": (_newer, "this token-tracker reads up to", "最多读到第"),
}


@pytest.mark.parametrize(
    "words",
    [
        ["summary"],
        ["bill"],
        ["explain"],
        ["sync"],
        ["sources", "list"],
        ["verify"],
        ["purge", "--before", "today"],
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("code", DAMAGE)
def test_a_ledger_that_cannot_be_trusted_is_never_zero_usage(
    code: str, words: list[str], ask: Ask, logs: Path, home: Path
) -> None:
    damage, english, chinese = DAMAGE[code]
    ask("sync")
    damage(home / "ledger.db")
    before = (home / "ledger.db").read_bytes()

    in_english, in_chinese = ask(*words, "--lang", "en"), ask(*words, "--lang", "zh")
    document = ask(*words, "--json")

    assert (in_english.exit_code, in_english.out, len(in_english.err.splitlines())) == (7, "", 3)
    assert (in_chinese.exit_code, in_chinese.out, len(in_chinese.err.splitlines())) == (7, "", 3)
    assert (english in in_english.err, chinese in in_chinese.err) == (True, True)
    assert (document.exit_code, document.error_code) == (7, code)
    assert (home / "ledger.db").read_bytes() == before


@pytest.mark.parametrize("code", DAMAGE)
def test_doctor_finds_a_ledger_that_cannot_be_trusted(code: str, ask: Ask, logs: Path, home: Path) -> None:
    ask("sync")
    DAMAGE[code][0](home / "ledger.db")

    text, document = ask("doctor", "--lang", "zh"), ask("doctor", "--json", "--lang", "en")

    found = [one["code"] for one in document.document["data"]["findings"]]
    assert (text.exit_code, document.exit_code, complaints("doctor", document.document)) == (1, 1, [])
    assert ("ledger-damaged" in found, document.document["data"]["ledger"]["state"]) == (True, "damaged")
    assert "ledger_" not in text.out


@contextmanager
def held(ledger: Path) -> Iterator[None]:
    """Hold a ledger as another process would."""
    with closing(sqlite3.connect(ledger, isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        yield
        connection.execute("ROLLBACK")


@pytest.mark.parametrize("words", [["summary"], ["sync"], ["doctor"]], ids=" ".join)
def test_a_ledger_that_stays_locked_is_busy(
    words: list[str], ask: Ask, logs: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("sync")
    connect = store.connect
    monkeypatch.setattr(store, "connect", lambda path, _, mode="rw": connect(path, 0.01, mode))

    with held(home / "ledger.db"):
        in_english, in_chinese = ask(*words, "--lang", "en"), ask(*words, "--lang", "zh")

    assert (in_english.exit_code, in_english.out, in_english.err.splitlines()[0]) == (
        8,
        "",
        "The ledger is in use.",
    )
    assert (in_chinese.exit_code, in_chinese.err.splitlines()[0]) == (8, "账本正在被使用。")

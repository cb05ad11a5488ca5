"""How a command ends: nobody reads, Ctrl-C, a mistake of ours, a missing library, a full output."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from cli.answers import CANARY
from cli.answers import Ask
from token_tracker.cli import bug_log
from token_tracker.cli import session
from token_tracker.cli.run import run

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = [sys.executable, "-m", "token_tracker"]


def shell(line: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """Run a line of a shell, in which `tt` is the program."""
    return subprocess.run(
        ["bash", "-c", f'tt() {{ "{sys.executable}" -m token_tracker "$@"; }}; {line}'],
        cwd=ROOT,
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("words", ["prices list", "schema summary", "summary --help", "bogus --json"])
def test_a_reader_that_has_gone_is_no_error(words: str, logs: Path) -> None:
    ended = shell(f"tt {words} | true; exit ${{PIPESTATUS[0]}}")

    assert (ended.returncode, ended.stderr) == (0, "")


def test_the_first_line_of_a_long_answer_is_all_that_head_prints(logs: Path) -> None:
    ended = shell("tt prices list --lang en | head -1; exit ${PIPESTATUS[0]}")

    assert (ended.returncode, ended.stderr, len(ended.stdout.splitlines())) == (0, "", 1)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has /dev/full")
@pytest.mark.parametrize(
    ("lang", "sentence"), [("en", "The answer could not be written."), ("zh", "结果写不出去。")]
)
def test_an_output_that_takes_nothing_is_an_error(lang: str, sentence: str, logs: Path) -> None:
    text, document = (
        shell(f"tt summary {option} > /dev/full", TOKEN_TRACKER_LANG=lang) for option in ("", "--json")
    )

    assert (text.returncode, text.stderr.splitlines()[0]) == (9, sentence)
    assert document.returncode == 9


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_is_no_mistake(closed: str, logs: Path, home: Path) -> None:
    ended = shell(f"tt summary {closed}")

    assert (ended.returncode, ended.stderr) == (0, "")
    assert not (home / "log").exists()


def test_ctrl_c_ends_with_130_and_without_a_traceback(logs: Path) -> None:
    program = subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    assert program.stdout.readline() == "reading\n"
    program.send_signal(signal.SIGINT)
    _, err = program.communicate(timeout=60)

    assert (program.returncode, err.strip()) == (130, "")


INTERRUPTED = """
import sys, time
import token_tracker.cli.account as account
def never_ends(*_):
    print("reading", flush=True)
    time.sleep(60)
account.sync_sources = never_ends
from token_tracker.cli import main
sys.argv[1:] = ["summary"]
sys.exit(main())
"""


def test_a_mistake_of_ours_is_one_line_to_the_person_and_no_value_in_the_log(
    ask: Ask, logs: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "load_settings", _fail)

    in_english, in_chinese = ask("summary", "--lang", "en"), ask("summary", "--lang", "zh")
    document = ask("summary", "--json")

    log = home / "log" / "token-tracker.log"
    assert (in_english.exit_code, in_english.out, in_english.err.splitlines()) == (
        70,
        "",
        [
            "token-tracker failed because of a mistake of its own.",
            f"The details are in {log}.",
            "Please report it with that log.",
        ],
    )
    assert (in_chinese.exit_code, in_chinese.err.splitlines()[0]) == (70, "token-tracker 自身出错了。")
    assert (document.exit_code, document.error_code) == (70, "bug")
    assert (stat.S_IMODE(log.stat().st_mode), stat.S_IMODE(log.parent.stat().st_mode)) == (0o600, 0o700)
    written = log.read_text()
    lines = written.splitlines()
    assert (lines.count("RuntimeError"), lines.count("KeyError"), CANARY in written) == (3, 3, False)
    assert "in _fail" in written


def test_a_mistake_in_the_first_command_of_all_makes_no_home_that_others_can_read(
    ask: Ask, isolated_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "load_settings", _fail)

    ask("summary")

    assert stat.S_IMODE((isolated_home / ".token-tracker").stat().st_mode) == 0o700


def _fail(*_: object) -> None:
    known: dict[str, str] = {}
    try:
        known[CANARY]
    except KeyError as error:
        raise RuntimeError(CANARY) from error


def test_the_log_of_mistakes_is_kept_small(ask: Ask, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "load_settings", _fail)
    monkeypatch.setattr(bug_log, "LARGEST_BYTES", 12_000)

    for _ in range(40):
        ask("summary")

    files = sorted((home / "log").iterdir())
    assert [file.name for file in files] == [
        "token-tracker.log",
        "token-tracker.log.1",
        "token-tracker.log.2",
    ]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert max(file.stat().st_size for file in files) <= 12_000


def test_the_log_is_in_the_home_that_was_asked_for(
    ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "load_settings", _fail)

    ask("summary", "--home", str(tmp_path / "other"))

    assert (tmp_path / "other" / "log" / "token-tracker.log").exists()


def test_a_log_that_cannot_be_written_hides_no_mistake(
    ask: Ask, isolated_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (isolated_home / ".token-tracker").write_text("in the way")
    monkeypatch.setattr(session, "load_settings", _fail)

    answer = ask("summary", "--lang", "en")

    assert (answer.exit_code, answer.err.splitlines()[1:]) == (
        70,
        ["The details could not be written to the log.", "Please report it with the command that you ran."],
    )


def test_a_missing_library_is_left_to_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "load_settings", _lack("pydantic_core"))

    with pytest.raises(ModuleNotFoundError):
        run(["summary"])


def test_a_part_that_is_missing_from_a_library_is_left_to_the_door(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(*_: object) -> None:
        raise ImportError("cannot import name 'Locale'", name="babel.core")

    monkeypatch.setattr(session, "load_settings", lacking)

    with pytest.raises(ImportError, match="Locale"):
        run(["summary"])


def test_a_missing_part_of_ours_is_a_mistake_of_ours(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "load_settings", _lack("token_tracker.lost"))

    assert ask("summary").exit_code == 70


def _lack(name: str) -> object:
    def lacking(*_: object) -> None:
        raise ModuleNotFoundError(name=name)

    return lacking


def test_every_output_is_utf8_whatever_the_locale_says(logs: Path) -> None:
    ended = subprocess.run(
        [*PROGRAM, "summary", "--lang", "zh"],
        cwd=ROOT,
        env={**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C"},
        capture_output=True,
        check=True,
    )

    assert ended.stdout.decode().startswith("今天（10月5日）")

"""The parts of the door: words, names of environments, and finding a newer Python."""

from __future__ import annotations

import ast
import importlib.machinery
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from copy import copy
from pathlib import Path
from types import ModuleType

import pytest

from _door import building
from _door import words
from door.stub_checkout import PYTHON
from door.stub_checkout import ROOT
from door.stub_checkout import Checkout
from door.stub_checkout import make_program

# Starts the door as an interpreter of that age would.
OLD = """
import runpy, sys
sys.argv = sys.argv[1:]
sys.version_info = (3, 6, 15)
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture
def door() -> ModuleType:
    """The door as a module."""
    loader = importlib.machinery.SourceFileLoader("door_script", str(ROOT / "scripts" / "token-tracker.py"))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.mark.parametrize("name", ["token-tracker.py", "_door/__init__.py", "_door/first_time.py"])
def test_an_old_python_can_read_the_door(name: str) -> None:
    ast.parse((ROOT / "scripts" / name).read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize("name", ["words", "interpreter", "building", "programs", "not_set_up"])
def test_an_old_python_can_read_the_parts_of_the_door(name: str) -> None:
    ast.parse((ROOT / "scripts" / "_door" / f"{name}.py").read_text(encoding="utf-8"), feature_version=(3, 6))


@pytest.mark.parametrize(
    "name", ["__init__", "quick", "quiet", "files", "hosts/__init__", "hosts/call", "hosts/codex_reader"]
)
def test_python_3_8_can_read_what_tells_whether_a_person_reads(name: str) -> None:
    ast.parse((ROOT / "token_tracker" / f"{name}.py").read_text(encoding="utf-8"), feature_version=(3, 8))


def run_old(
    checkout: Checkout, *arguments: str, stdin: str = "", **environ: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PYTHON, "-c", OLD, str(checkout.door), *arguments],
        env={**checkout.environ, **environ},
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
    )


def test_an_old_python_hands_over_to_the_newest_that_really_runs(built: Checkout, tmp_path: Path) -> None:
    make_program(tmp_path / "python3.14", "exit 127")  # a version manager's shim without the version
    (tmp_path / "python3.12").symlink_to(PYTHON)

    ended = run_old(built, "summary", PATH=str(tmp_path))

    assert (ended.returncode, ended.stderr) == (0, "")
    assert '"arguments": ["summary"]' in ended.stdout


def test_an_old_python_alone_asks_uv(built: Checkout, tmp_path: Path) -> None:
    make_program(tmp_path / "uv", f"[ $1 = run ] && [ $4 = 3.11 ] && echo '{PYTHON}'")

    ended = run_old(built, "summary", PATH=str(tmp_path))

    assert (ended.returncode, ended.stderr) == (0, "Getting Python 3.11 with uv once…\n")


def test_uv_that_cannot_get_python_is_quoted(built: Checkout, tmp_path: Path) -> None:
    make_program(tmp_path / "uv", "echo 'error: no network' >&2; exit 2")

    ended = run_old(built, "summary", "--lang=zh", PATH=str(tmp_path))

    assert ended.returncode == 12
    assert ended.stderr == (
        "正在用 uv 获取 Python 3.11（仅一次）…\n"
        "token-tracker 需要 Python 3.11 或更高版本，而 uv 无法获取。uv 报告：error: no network。"
        "请在能联网的地方运行 `uv python install 3.11`，然后重新执行刚才的命令。\n"
    )


def test_an_old_python_without_any_other_names_the_one_command(built: Checkout, tmp_path: Path) -> None:
    make_program(tmp_path / "apt-get", "exit 1")

    ended = run_old(built, "summary", PATH=str(tmp_path))

    assert ended.returncode == 12
    assert ended.stderr == (
        "token-tracker needs Python 3.11 or newer."
        " This is Python 3.6.15, and neither a newer one nor uv is on PATH."
        " Run `sudo apt-get install python3.11`, then the same command again.\n"
    )


def test_a_session_start_on_an_old_python_says_once_what_to_install(built: Checkout, tmp_path: Path) -> None:
    make_program(tmp_path / "apt-get", "exit 1")
    cache = str(tmp_path / "cache")
    ended = [
        run_old(built, "session-check", "--update-state", PATH=str(tmp_path), TOKEN_TRACKER_CACHE=cache)
        for _ in range(2)
    ]

    said = (
        "token-tracker is installed but reports nothing yet: it needs Python 3.11 or newer, and python3"
        " is 3.6.15. Run `sudo apt-get install python3.11`, then ask the agent what you spent today.\n"
    )
    assert [(one.returncode, one.stdout, one.stderr) for one in ended] == [
        (0, said, ""),
        (0, "", ""),
    ]


def test_the_mark_of_an_earlier_day_goes_and_notes_of_others_stay(built: Checkout, tmp_path: Path) -> None:
    for name in ("not-set-up-2026-10-01", "not-set-up-notes.txt"):
        (tmp_path / name).touch()

    run_old(
        built,
        *("session-check", "--update-state"),
        PATH=str(tmp_path),
        TOKEN_TRACKER_CACHE=str(tmp_path),
        TOKEN_TRACKER_NOW="2026-10-05T12:00:00Z",
    )

    assert sorted(path.name for path in tmp_path.glob("not-*")) == [
        "not-set-up-2026-10-05",
        "not-set-up-notes.txt",
    ]


def test_a_session_start_on_an_old_python_leaves_to_a_question_what_uv_can_get(
    built: Checkout, tmp_path: Path
) -> None:
    make_program(tmp_path / "uv", "exit 1")
    cache = str(tmp_path / "cache")

    ended = run_old(built, "session-check", "--update-state", PATH=str(tmp_path), TOKEN_TRACKER_CACHE=cache)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"{words.NOT_SET_UP['en']}\n", "")


def test_a_hook_on_an_old_python_waits_for_a_session_that_a_person_reads(
    built: Checkout, tmp_path: Path
) -> None:
    hook = ["session-check", "--format", "hook", "--host", "auto", "--update-state"]
    checkout = copy(built)
    checkout.door = ROOT / "scripts" / "token-tracker.py"
    cache = str(tmp_path / "cache")
    told = [
        run_old(
            checkout,
            *hook,
            stdin='{"hook_event_name": "SessionStart", "session_id": "one"}',
            PATH=str(tmp_path),
            TOKEN_TRACKER_CACHE=cache,
            CLAUDE_CODE_SESSION_ID="one",
            CLAUDE_CODE_SESSION_ATTENDED=attended,
        ).stdout
        for attended in ("0", "1", "1")
    ]

    assert [bool(one) for one in told] == [False, True, False]


def test_a_hook_on_a_python_that_cannot_read_the_program_says_nothing(
    built: Checkout, tmp_path: Path
) -> None:
    checkout = copy(built)
    checkout.root = tmp_path / "skill"
    checkout.door = checkout.root / "scripts" / "token-tracker.py"
    shutil.copytree(built.root, checkout.root)
    (checkout.root / "token_tracker" / "quick.py").write_text("newer than this Python\n")

    ended = run_old(checkout, "session-check", "--format", "hook", "--update-state", PATH=str(tmp_path))

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("arguments", "environ", "expected"),
    [
        (["--lang", "zh"], {}, "zh"),
        (["--lang=en"], {"TOKEN_TRACKER_LANG": "zh"}, "en"),
        ([], {"TOKEN_TRACKER_LANG": "zh", "LC_ALL": "en_US.UTF-8"}, "zh"),
        ([], {"LC_ALL": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "zh_TW"}, "zh"),
        ([], {"LC_ALL": "C", "LANG": "zh_CN.UTF-8"}, "en"),
        (["--lang"], {}, "en"),
        ([], {}, "en"),
    ],
)
def test_the_language_is_the_option_then_the_variable_then_the_locale(
    arguments: list[str], environ: dict[str, str], expected: str
) -> None:
    assert words.language(arguments, environ) == expected


def test_both_languages_say_the_same_things_with_the_same_facts() -> None:
    facts = {
        language: {
            code: [sorted(re.findall(r"%\((\w+)\)s", part)) for part in parts]
            for code, parts in texts.items()
        }
        for language, texts in words.ERRORS.items()
    }

    assert facts["zh"] == facts["en"]
    assert words.PROGRESS["zh"].keys() == words.PROGRESS["en"].keys()


@pytest.mark.parametrize(
    ("output", "code"),
    [
        ("ERROR: Could not install: [Errno 28] No space left on device", "disk_full"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "wrong_hash"),
        ("WARNING: Retrying after connection broken\nERROR: No matching distribution found for a", "network"),
        ("error: Failed to fetch: `a`", "network"),
        ("ERROR: No matching distribution found for a", "not_on_index"),
        ("ERROR: Failed building wheel for a", "install_failed"),
        ("", "install_failed"),
    ],
)
def test_the_installers_output_tells_what_went_wrong(tmp_path: Path, output: str, code: str) -> None:
    log = tmp_path / "setup.log"
    log.write_text(output)

    assert building.failure_of(str(log)).code == code


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"TOKEN_TRACKER_CACHE": "/a b", "XDG_CACHE_HOME": "/x"}, "/a b"),
        ({"XDG_CACHE_HOME": "/x"}, "/x/token-tracker"),
        ({"TOKEN_TRACKER_CACHE": "~/c"}, "/home of me/c"),
        ({}, "/home of me/.cache/token-tracker"),
    ],
)
def test_the_cache_is_where_the_variables_say(
    door: ModuleType, monkeypatch: pytest.MonkeyPatch, environ: dict[str, str], expected: str
) -> None:
    monkeypatch.setenv("HOME", "/home of me")

    assert door.cache_home(environ) == expected


def test_without_a_home_there_is_no_cache(door: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "expanduser", str)

    assert door.cache_home({}) == ""
    with pytest.raises(words.SetUpFailed, match="cache_unknown"):
        building.provide(str(ROOT), "", door.packages_inside(), door.LOCKS)


def test_a_relative_cache_in_a_directory_that_was_removed_is_none(
    door: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (gone := tmp_path / "gone").mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert door.cache_home({"TOKEN_TRACKER_CACHE": "cache"}) == ""


def test_the_name_of_an_environment_follows_the_locks_and_the_interpreter(
    door: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lock = tmp_path / "a.lock"
    lock.write_text("one")
    first = door.environment_name(str(tmp_path), ("a.lock",))
    again = door.environment_name(str(tmp_path), ("a.lock",))
    lock.write_text("two")
    other_lock = door.environment_name(str(tmp_path), ("a.lock",))
    monkeypatch.setattr(sys, "base_prefix", "/opt/other")
    other_interpreter = door.environment_name(str(tmp_path), ("a.lock",))

    assert re.fullmatch("venv-[0-9a-f]{16}", first)
    assert first == again
    assert len({first, other_lock, other_interpreter}) == 3


def test_a_file_system_without_locks_does_not_stop_the_build(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import fcntl

    def unsupported(descriptor: int, operation: int) -> None:
        raise OSError(37, "No locks available")

    monkeypatch.setattr(fcntl, "flock", unsupported)
    with building.alone(str(tmp_path / "lock")):
        reached = True

    assert reached

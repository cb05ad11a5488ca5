"""Starts of the door when the environment is there."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from door.stub_checkout import PYTHON
from door.stub_checkout import Checkout

DAY_S = 86400
SLOW_MODULES = {
    "subprocess",
    "hashlib",
    "json",
    "pathlib",
    "re",
    "typing",
    "argparse",
    "shutil",
    "tempfile",
    "ssl",
}


def test_the_program_runs_in_the_same_process_with_the_packages_of_the_environment(built: Checkout) -> None:
    facts = built.facts("bill", "--by", "模型")

    assert facts["arguments"] == ["bill", "--by", "模型"]
    assert facts["tinydep"].startswith(str(built.cache))
    assert facts["path"][0] == str(built.root)
    assert str(built.root / "scripts") not in facts["path"]


def test_the_exit_code_is_the_programs(built: Checkout) -> None:
    assert built.run("exit", "7").returncode == 7


@pytest.mark.parametrize(
    "flags", [("-I",), ("-S",), ("-E",), ("-I", "-S"), ("-s", "-P"), ("-O",)], ids=" ".join
)
def test_the_flags_of_python_make_no_difference(built: Checkout, flags: tuple[str, ...]) -> None:
    assert built.facts("summary", flags=flags)["tinydep"].startswith(str(built.cache))


def test_a_virtual_environment_uses_the_environment_of_its_base(built: Checkout) -> None:
    assert built.facts("summary", python=sys.executable)["tinydep"].startswith(str(built.cache))


def test_a_link_to_the_door_finds_the_checkout(built: Checkout, tmp_path: Path) -> None:
    link = tmp_path / "token-tracker"
    link.symlink_to(built.door)
    linked = Checkout(built.root, built.wheels, built.cache)
    linked.door = link

    assert linked.facts("summary")["main"] == str(built.root / "token_tracker" / "cli" / "__init__.py")


def test_a_start_loads_no_slow_module(built: Checkout) -> None:
    quick = built.root / "token_tracker" / "quick.py"
    quick.write_text("import sys\ndef main(arguments):\n    print(*sorted(sys.modules))\n    return 0\n")

    loaded = built.run("statusline", flags=("-I", "-S")).stdout.split()
    quick.unlink()

    assert "token_tracker.quick" in loaded
    assert SLOW_MODULES.intersection(loaded) == set()


def test_nothing_is_written_into_the_checkout(built: Checkout) -> None:
    before = built.content()

    built.facts("summary")

    assert built.content() == before


@pytest.mark.parametrize("setting", [{}, {"PYTHONDONTWRITEBYTECODE": "1"}], ids=["usual", "dont-write"])
def test_the_second_start_reads_the_bytecode_of_the_first(copied: Checkout, setting: dict[str, str]) -> None:
    copied.facts("summary", **setting)
    source = copied.root / "token_tracker" / "cli" / "__init__.py"
    at = source.stat().st_mtime
    source.write_text(source.read_text().replace("arguments", "ARGUMENTS"))
    os.utime(source, (at, at))

    assert "arguments" in copied.facts("summary", **setting)


def test_a_changed_source_is_compiled_again(copied: Checkout) -> None:
    copied.facts("summary")
    source = copied.root / "token_tracker" / "cli" / "__init__.py"
    source.write_text(source.read_text().replace('"arguments"', '"other arguments"'))

    assert "other arguments" in copied.facts("summary")


def test_the_use_of_an_environment_is_noted_once_a_day_and_unused_ones_go_after_30_days(
    copied: Checkout,
) -> None:
    now = time.time()
    (own,) = copied.cache.glob("venv-????????????????")
    ages_days = {
        "venv-0000000000000001": 31,
        "venv-0000000000000002": 29,
        ".venv-0000000000000003-a1_b2c3d": 2,
        ".venv-0000000000000004-a1_b2c3d": 0,
        ".old-venv-a1_b2c3d": 2,
        "notes": 99,
    }
    for name, age_days in ages_days.items():
        (copied.cache / name).mkdir()
        os.utime(copied.cache / name, (now - age_days * DAY_S, now - age_days * DAY_S))
    os.utime(own, (now - 2 * DAY_S, now - 2 * DAY_S))

    copied.facts("summary")

    assert copied.environments() == sorted(
        [own.name, "venv-0000000000000002", ".venv-0000000000000004-a1_b2c3d", "notes"]
    )
    assert own.stat().st_mtime >= now - 1


def test_nothing_goes_that_only_looks_as_if_it_were_ours(copied: Checkout) -> None:
    """As in a folder that the person chose for the cache, and that holds other things."""
    now = time.time()
    (own,) = copied.cache.glob("venv-????????????????")
    others = (".venv", ".venv-3.12", ".old", ".old-photos", "bytecode", "venv-0000000000000001-mine")
    shutil.rmtree(copied.cache / "bytecode")
    for name in others:
        (copied.cache / name).mkdir()
        (copied.cache / name / "kept").touch()
        os.utime(copied.cache / name, (now - 99 * DAY_S, now - 99 * DAY_S))
    os.utime(own, (now - 2 * DAY_S, now - 2 * DAY_S))

    copied.facts("summary")

    assert [name for name in others if not (copied.cache / name / "kept").exists()] == []


def test_a_link_in_the_cache_goes_without_what_it_leads_to(copied: Checkout, tmp_path: Path) -> None:
    now = time.time()
    (own,) = copied.cache.glob("venv-????????????????")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").touch()
    os.utime(tmp_path / "elsewhere", (now - 99 * DAY_S, now - 99 * DAY_S))
    (copied.cache / "venv-0000000000000001").symlink_to(tmp_path / "elsewhere")
    os.utime(own, (now - 2 * DAY_S, now - 2 * DAY_S))

    copied.facts("summary")

    assert copied.environments() == [own.name]
    assert [path.name for path in (tmp_path / "elsewhere").iterdir()] == ["kept"]


def test_a_missing_package_is_named_with_the_folder_to_delete(copied: Checkout) -> None:
    (own,) = copied.cache.glob("venv-????????????????")
    (package,) = own.rglob("tinydep.py")
    package.unlink()

    ended = copied.run("summary")

    assert ended.returncode == 12
    assert ended.stderr == (
        "The private environment of token-tracker is damaged."
        f" The package tinydep is missing from {own}. Delete that folder, then run the same command again.\n"
    )


def test_a_package_without_its_files_is_named_as_a_missing_one_is(copied: Checkout) -> None:
    (own,) = copied.cache.glob("venv-????????????????")
    (package,) = own.rglob("tinydep.py")
    package.write_text("from html import nothing_of_this_name")

    ended, hook = copied.run("summary"), copied.run("session-check", "--format", "hook")

    assert ended.returncode == 12
    assert "The private environment of token-tracker is damaged." in ended.stderr
    assert (hook.returncode, hook.stderr) == (0, "")


def test_a_python_that_lacks_a_part_of_itself_is_no_damaged_environment(copied: Checkout) -> None:
    (package,) = copied.cache.glob("venv-????????????????/**/tinydep.py")
    package.write_text("raise ModuleNotFoundError('No module', name='_sqlite3')")

    ended = copied.run("summary")

    assert (ended.returncode, ended.stdout) == (12, "")
    assert ended.stderr == (
        f"token-tracker cannot run with this Python. {PYTHON} was built without _sqlite3."
        " Install that part of it, or run the same command with another Python 3.11 or newer.\n"
    )


def test_an_incomplete_checkout_says_so(copied: Checkout) -> None:
    (copied.root / "requirements.lock").unlink()

    ended = copied.run("summary", "--lang", "zh")

    assert ended.returncode == 12
    lock = copied.root / "requirements.lock"
    assert ended.stderr == f"token-tracker 没有安装完整。无法读取 {lock}。请重新安装这个技能。\n"


def test_a_checkout_without_the_program_says_so(copied: Checkout) -> None:
    shutil.rmtree(copied.root / "token_tracker")

    ended = copied.run("summary")

    assert (ended.returncode, ended.stderr.count("\n")) == (12, 1)
    assert "token-tracker is not installed completely." in ended.stderr


@pytest.mark.parametrize(("answer", "expected"), [("0", (0, "quick\n")), ("3", (3, "quick\n"))])
def test_the_quick_path_answers_without_the_program(
    copied: Checkout, answer: str, expected: tuple[int, str]
) -> None:
    quick = copied.root / "token_tracker" / "quick.py"
    quick.write_text(f"def main(arguments):\n    print('quick')\n    return {answer}\n")

    ended = copied.run("session-check", "--json")

    assert (ended.returncode, ended.stdout) == expected


def test_the_quick_path_hands_over_to_the_program(copied: Checkout) -> None:
    (copied.root / "token_tracker" / "quick.py").write_text("def main(arguments):\n    return None\n")

    assert copied.facts("session-check", "--json")["arguments"] == ["session-check", "--json"]


@pytest.mark.parametrize(
    "words", [["statusline"], ["sync", "--quiet", "--detach"], ["session-check", "--ack", "x"]]
)
def test_a_hook_never_builds_and_is_silent_without_an_environment(fresh: Checkout, words: list[str]) -> None:
    ended = fresh.run(*words)

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
    assert fresh.environments() == []


@pytest.mark.parametrize("word", ["session-check", "statusline"])
def test_a_word_that_a_hook_begins_with_sets_up_where_it_is_only_a_value(fresh: Checkout, word: str) -> None:
    ended = fresh.run("summary", "--project", word)

    assert (ended.returncode, len(fresh.environments())) == (0, 1)


def test_a_session_start_says_once_a_day_that_nothing_is_set_up(fresh: Checkout) -> None:
    words = ["session-check", "--json", "--update-state"]
    days = ["2026-10-05T08:00:00Z", "2026-10-05T20:00:00Z", "2026-10-06T08:00:00Z"]

    answers = [json.loads(fresh.run(*words, TOKEN_TRACKER_NOW=day).stdout) for day in days]

    assert [[item["id"] for item in answer["items"]] for answer in answers] == [
        ["set-up:2026-10-05"],
        [],
        ["set-up:2026-10-06"],
    ]
    assert fresh.environments() == []


@pytest.mark.parametrize(
    ("lang", "begins"), [("en", "token-tracker is installed"), ("zh", "token-tracker 已安装")]
)
def test_a_host_is_told_in_its_own_shape_that_nothing_is_set_up(
    fresh: Checkout, lang: str, begins: str
) -> None:
    words = ["session-check", "--format", "hook", "--update-state", "--lang", lang]
    first, second = fresh.run(*words), fresh.run(*words)

    assert (list(json.loads(first.stdout)), second.stdout) == (["systemMessage"], "")
    assert json.loads(first.stdout)["systemMessage"].startswith(begins)


@pytest.mark.parametrize(
    ("lang", "begins"), [("en", "token-tracker was updated"), ("zh", "token-tracker 已更新")]
)
def test_after_an_update_a_session_start_says_that_it_was_set_up_before(
    fresh: Checkout, lang: str, begins: str
) -> None:
    (fresh.cache / "venv-0123456789abcdef").mkdir(parents=True)

    assert fresh.run("session-check", "--update-state", "--lang", lang).stdout.startswith(begins)


def test_of_many_session_starts_at_once_one_says_that_nothing_is_set_up(fresh: Checkout) -> None:
    started = [fresh.start("session-check", "--update-state") for _ in range(8)]

    assert sum(bool(one.communicate()[0]) for one in started) == 1

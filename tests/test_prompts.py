"""The texts for agents that people schedule: a paragraph in each language, and commands that exist."""

from __future__ import annotations

import re
import shlex
import sys
from pathlib import Path

import pytest
import typer.main

from token_tracker import prompts
from token_tracker.cli.run import _app
from token_tracker.prompts import NAMES
from token_tracker.prompts import load_prompt

ROOT = Path(__file__).resolve().parents[1]
LANGUAGES = ("zh", "en")
CHINESE = re.compile(r"[\u4e00-\u9fff]")


def template(name: str) -> str:
    return (ROOT / "automation" / f"{name}.prompt.txt").read_text(encoding="utf-8")


def command_line(text: str) -> list[str]:
    """Give the one command that a text names, as words."""
    (command,) = re.findall(r"`([^`]+)`", text)
    return shlex.split(command)


def test_every_file_is_one_of_the_texts() -> None:
    files = {file.name.removesuffix(".prompt.txt") for file in (ROOT / "automation").iterdir()}
    assert files == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_has_a_paragraph_in_chinese_and_then_one_in_english(name: str) -> None:
    chinese, english = template(name).split("\n\n")
    assert (bool(CHINESE.search(chinese)), bool(CHINESE.search(english))) == (True, False)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_text_names_the_door_of_this_skill_and_a_command_that_exists(name: str, language: str) -> None:
    text = load_prompt(name, language).text or ""
    python, door, command, *options = command_line(text)
    assert (python, Path(door), options) == ("python3", ROOT / prompts.DOOR, ["--lang", language])
    typer.main.get_command(_app(command)).commands[command].make_context(command, options)  # type: ignore[attr-defined]  # a group
    assert "{" not in text


def test_a_text_for_an_alert_names_the_exit_codes_of_the_command() -> None:
    said = [
        set(re.findall(r"\b(?:0|10|11)\b", paragraph)) for paragraph in template("budget-alert").split("\n\n")
    ]
    assert said == [{"0", "10", "11"}] * 2


def test_without_a_skill_folder_a_text_names_the_interpreter_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "automation").symlink_to(ROOT / "automation")
    monkeypatch.setattr(prompts, "skill_directory", lambda: tmp_path)
    text = load_prompt("weekly-report", "en").text or ""
    assert command_line(text) == [sys.executable, "-m", "token_tracker", "weekly-report", "--lang", "en"]

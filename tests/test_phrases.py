"""The phrasings that the skill promises to understand: each leads to a command, and each command runs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from cli.answers import NOW
from cli.answers import write_logs
from token_tracker.cli.commands import GROUPS
from token_tracker.cli.run import run

SKILL = Path(__file__).resolve().parents[1] / "SKILL.md"
CHINESE = re.compile(r"[一-鿿]")
ASKING = ("fetch-usage", "provider-balance")
"""Commands that ask a provider, for which there must be a key."""

ALERT_EXITS = {"check-alerts": (0, 10, 11)}


def phrases() -> dict[str, list[str]]:
    """Give the command line of every phrasing of the table."""
    text = SKILL.read_text(encoding="utf-8")
    table = text.partition("## What people say, and what to run\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (.+) \| `(.+)` \|$", table, re.MULTILINE)
    return {said: shlex.split(command) for says, command in rows for said in says.split(" / ")}


PHRASES = phrases()
COMMAND_LINES = {shlex.join(words): words for words in PHRASES.values()}
SPOKEN = [line for line, words in COMMAND_LINES.items() if "--format" not in words]
"""What answers in a language; other programs' JSON has none, and `cli/test_tables.py` asks for it."""


def test_there_are_enough_phrasings_in_both_languages() -> None:
    chinese = [said for said in PHRASES if CHINESE.search(said)]

    assert len(chinese) >= 30
    assert len(PHRASES) - len(chinese) >= 30


@pytest.mark.parametrize(
    ("said", "command"),
    [
        ("用了多少", "summary"),
        ("今天花了多少", "summary"),
        ("昨天的账单", "bill --date yesterday"),
        ("3月18号的账单", "bill --date 3月18号"),
        ("今日详细账单", "bill --by model,project"),
        ("本周报告", "week"),
        ("预算还剩多少", "budget-status"),
        ("把预算改成 5 美元", "set-budget --amount '5 美元'"),
        ("show my costs", "summary"),
        ("check token usage", "summary"),
        ("monthly report", "monthly-report"),
        ("set budget 15", "set-budget --amount 15"),
    ],
)
def test_what_people_said_to_the_original_skill_leads_where_it_did(said: str, command: str) -> None:
    assert PHRASES[said] == shlex.split(command)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("line", [line for line in SPOKEN if COMMAND_LINES[line][0] in ASKING])
def test_every_phrasing_that_leads_to_a_provider_asks_for_its_key_first(
    line: str, lang: str, isolated_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    exit_code = run([*COMMAND_LINES[line], "--lang", lang])

    printed = capsys.readouterr()
    assert (exit_code, printed.out) == (4, "")
    assert ("configure-provider" in printed.err, bool(CHINESE.search(printed.err))) == (True, lang == "zh")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("line", [line for line in SPOKEN if COMMAND_LINES[line][0] not in ASKING])
def test_every_command_that_a_phrasing_leads_to_runs(
    line: str,
    lang: str,
    isolated_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    write_logs(isolated_home)
    monkeypatch.setenv("TOKEN_TRACKER_NOW", NOW)
    run(["set-budget", "--amount", "15"])
    capsys.readouterr()
    words = COMMAND_LINES[line]

    exit_code = run([*words, "--lang", lang])

    printed = capsys.readouterr()
    assert words[0] in GROUPS
    assert exit_code in ALERT_EXITS.get(words[0], (0,)), printed.err
    assert (printed.err, bool(CHINESE.search(printed.out))) == ("", lang == "zh")

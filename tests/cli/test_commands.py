"""Every command answers in Chinese and English, and its JSON is as published."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from cli.answers import TOKENS
from cli.answers import Ask
from published_shapes import complaints
from token_tracker.cli.commands import GROUPS

EXIT_CODES = {"doctor": 1}
"""One line of the logs is broken, and that is a finding."""

CHINESE = re.compile(r"[\u4e00-\u9fff]")

COMMANDS = [
    ["summary"],
    ["summary", "--since", "2026-10-04"],
    ["summary", "--date", "2026-10-01"],
    ["bill"],
    ["bill", "--by", "model,project,hour", "--date", "this week"],
    ["week"],
    ["week", "--date", "2026-01-01"],
    ["month", "--date", "last month"],
    ["month"],
    ["report"],
    ["report", "--period", "all"],
    ["report", "--period", "2026-10"],
    ["session"],
    ["session", "5e551000"],
    ["daily-report"],
    ["daily-report", "--date", "2026-10-05"],
    ["weekly-report"],
    ["weekly-report", "--date", "today"],
    ["monthly-report"],
    ["explain"],
    ["explain", "claude-sonnet-4-5"],
    ["explain", "this-week"],
    ["reconcile"],
    ["daily"],
    ["daily", "--instances", "--breakdown", "--last", "2"],
    ["weekly", "--order", "desc", "--compact"],
    ["monthly", "--no-cost"],
    ["sessions"],
    ["sessions", "--date", "2026-10-01"],
    ["budget-status"],
    ["set-budget", "--amount", "15"],
    ["set-budget", "--amount", "100元", "--period", "weekly", "--scope", "model=gpt-9", "--hard"],
    ["budget", "list"],
    ["check-alerts"],
    ["rates", "list"],
    ["list-providers"],
    ["configure-provider", "--name", "deepseek", "--api-key-env", "DEEPSEEK_API_KEY", "--no-validate"],
    ["remove-provider", "--name", "deepseek"],
    ["sync"],
    ["sources", "list"],
    ["sources", "disable", "claude-code"],
    ["sources", "enable", "claude-code"],
    ["sources", "set-billing", "claude-code", "plan"],
    ["config", "list"],
    ["config", "get", "time_zone"],
    ["config", "set", "time_zone", "Asia/Shanghai"],
    ["config", "set", "daily_report_hour", "default"],
    ["prices", "list", "--provider", "anthropic"],
    ["prices", "show", "claude-sonnet-4-5"],
    ["prices", "set", "brew-model-9", "--provider", "brew", "--input", "1", "--output", "2"],
    ["prices", "currency", "deepseek", "cny"],
    ["setup-hook", "status"],
    ["setup-hook", "decline", "--all"],
    ["automation", "list"],
    ["automation", "render", "daily-report"],
    ["uninstall"],
    ["doctor"],
    ["verify"],
    ["verify", "--logs"],
    ["purge", "--before", "2026-10-05"],
    ["purge", "--before", "2026-10-05", "--yes"],
    ["record-session", "--model", "gpt-5", "--tokens-in", "900", "--tokens-out", "80"],
    ["log", "--session", "reading", "--model", "gpt-5", "--input-tokens", "900", "--task", "review"],
    ["import"],
    ["import", "--dry-run"],
    ["schema"],
    ["version"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_json_is_as_published(words: list[str], ask: Ask, logs: Path) -> None:
    answer = ask(*words, "--json")

    assert (answer.exit_code, answer.err) == (EXIT_CODES.get(words[0], 0), "")
    assert complaints(words[0], answer.document) == []


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_the_text_is_in_the_language_that_was_asked_for(words: list[str], ask: Ask, logs: Path) -> None:
    chinese, english = ask(*words, "--lang", "zh"), ask(*words, "--lang", "en")

    expected = EXIT_CODES.get(words[0], 0)
    assert (chinese.exit_code, chinese.err, bool(CHINESE.search(chinese.out))) == (expected, "", True)
    assert (english.exit_code, english.err, bool(CHINESE.search(english.out))) == (expected, "", False)
    assert english.out.strip()


ELSEWHERE = {"fetch-usage", "provider-balance", "session-check"}
"""Commands that ask a provider, or are for hooks: tests of their own try them."""


def test_every_command_is_tried_above_or_below() -> None:
    tried = {words[0] for words in COMMANDS} | ELSEWHERE
    assert set(GROUPS) - tried == {"backup", "restore", "provider"}


def test_the_problems_of_a_json_answer_are_in_the_language_that_was_asked_for(ask: Ask, logs: Path) -> None:
    found = ask("doctor", "--lang", "zh", "--json").document["data"]["findings"]

    assert [bool(CHINESE.search(one["what"])) for one in found] == [True] * len(found)
    assert found


def test_a_backup_comes_back(ask: Ask, logs: Path, tmp_path: Path) -> None:
    file = str(tmp_path / "kept.zip")
    ask("sync")

    saved, replaced = ask("backup", file, "--json"), ask("backup", file, "--json")
    tried, restored = ask("restore", file, "--dry-run", "--json"), ask("restore", file, "--json")

    assert (saved.exit_code, complaints("backup", saved.document)) == (0, [])
    assert (replaced.exit_code, replaced.error_code) == (2, "target-exists")
    assert (tried.exit_code, complaints("restore", tried.document)) == (0, [])
    assert (restored.exit_code, complaints("restore", restored.document)) == (0, [])
    assert ask("summary", "--no-sync", "--json").document["data"]["tokens"]["total"] == TOKENS


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_backup_and_its_return_are_told(lang: str, ask: Ask, logs: Path, tmp_path: Path) -> None:
    file = str(tmp_path / "kept.zip")

    answers = [ask("backup", file, "--lang", lang), ask("restore", file, "--lang", lang)]

    assert [(one.exit_code, one.err, bool(CHINESE.search(one.out))) for one in answers] == [
        (0, "", lang == "zh")
    ] * 2


def test_one_schema_is_printed_as_it_is_published(ask: Ask) -> None:
    assert ask("schema", "bill").document["$id"] == "bill.json"


def test_a_quiet_sync_says_nothing_when_all_went_well(ask: Ask, logs: Path) -> None:
    assert ask("sync", "--quiet")[:] == (0, "", "")


def test_an_event_is_explained_by_its_id_in_small_or_large_letters(ask: Ask, logs: Path) -> None:
    event = ask("explain", "--json").document["data"]["addends"][0]["event"]

    found = [ask("explain", text, "--json").document["data"]["addends"] for text in (event, event.upper())]

    assert [[one["event"] for one in addends] for addends in found] == [[event]] * 2


def test_a_span_of_options_is_explained(ask: Ask, logs: Path) -> None:
    answer = ask("explain", "--since", "2026-10-04", "--json").document

    assert (answer["data"]["subject"]["value"], len(answer["data"]["addends"])) == (
        "2026-10-04..2026-10-05",
        2,
    )


def test_a_span_may_begin_and_end_with_spans_in_words(ask: Ask, logs: Path) -> None:
    period = ask("summary", "--since", "last month", "--until", "last week", "--json").document["period"]

    assert (period["first_day"], period["last_day"]) == ("2026-09-01", "2026-10-04")


def test_a_change_of_a_setting_gives_the_value_before(ask: Ask, logs: Path) -> None:
    ask("config", "set", "currency", "cny")

    (setting,) = ask("config", "set", "currency", "EUR", "--json").document["data"]["settings"]

    assert (setting["previous"], setting["value"], setting["origin"]) == ("CNY", "EUR", "file")


def test_an_added_directory_is_read(ask: Ask, logs: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "projects" / "-home-dev-shop"
    other.mkdir(parents=True)
    (other / "old.jsonl").write_bytes(logs.read_bytes().replace(b"msg_01Counter", b"msg_01Another"))

    added = ask("sources", "add-path", "claude-code", str(tmp_path / "other" / "projects"), "--json")

    assert (added.exit_code, complaints("sources", added.document)) == (0, [])
    assert ask("summary", "--json").document["data"]["tokens"]["total"] == 2 * TOKENS


@pytest.mark.parametrize("name", ["", " ", os.fsdecode(b"caf\xe9")])
def test_a_folder_without_a_name_that_is_text_is_not_added(
    name: str, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / name).mkdir(exist_ok=True)
    monkeypatch.chdir(tmp_path)

    assert ask("sources", "add-path", "claude-code", name, "--json").error_code == "path-unknown"


def test_an_explicit_language_is_remembered_and_comes_after_the_one_that_was_set(
    ask: Ask, logs: Path
) -> None:
    ask("version", "--lang", "zh")
    remembered = ask("config")
    ask("config", "set", "language", "en")
    chosen = ask("config")

    assert (bool(CHINESE.search(remembered.out)), bool(CHINESE.search(chosen.out))) == (True, False)

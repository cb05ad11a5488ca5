"""The first run takes over what the original skill left: once, whole, changing none of its files."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cli.answers import Ask
from cli.answers import contents
from published_shapes import complaints
from token_tracker import paths
from token_tracker.cli import first_run
from token_tracker.ledger import store

pytestmark = pytest.mark.usefixtures("skill")

ROOT = Path(__file__).resolve().parents[2]
ROW: dict[str, Any] = {
    "date": "2026-03-18",
    "model": "claude-sonnet-4-5",
    "tokens_in": 1000,
    "tokens_out": 200,
}
BUDGET: dict[str, Any] = {
    "dailyBudget": 15, "weekly_budget": "60.50", "monthly": {"amount": 200.1, "currency": "CNY"},
    "currency": "usd", "dailyReportHour": "22:00", "lang": "zh-CN",
    "timezone": "Asia/Shanghai", "theme": "dark",
}  # fmt: skip
KEPT = {
    "schema": 1, "currency": "USD", "daily_report_hour": 22, "language": "zh", "time_zone": "Asia/Shanghai",
    "budgets": [
        {"period": period, "scope": "all", "limit": limit, "currency": currency,
         "warn_percent": "80", "hard": False, "count": "amount"}
        for period, limit, currency in (
            ("daily", "15", "USD"), ("weekly", "60.5", "USD"), ("monthly", "200.1", "CNY"),
        )
    ],
}  # fmt: skip
LEFT = ("usage.json", "budget.json", "report-state.json", "alert-state.json")


def write(place: Path, document: object) -> None:
    place.write_text(json.dumps(document, indent=1), encoding="utf-8")


def leave_all(skill: Path) -> None:
    write(skill / "usage.json", {"records": [ROW, ROW]})
    write(skill / "budget.json", BUDGET)
    write(skill / "report-state.json", {"last_daily_report": "2026-03-18"})
    write(skill / "alert-state.json", {"daily:2026-03-18": True})
    (skill / "providers.json").write_text("{never opened")


def read(place: Path) -> Any:
    return json.loads(place.read_text(encoding="utf-8"))


def tokens(ask: Ask) -> int:
    found: int = ask("summary", "--date", "2026-03-18", "--json").document["data"]["tokens"]["total"]
    return found


def test_the_first_answer_says_in_its_data_line_what_was_taken_over(ask: Ask, skill: Path) -> None:
    leave_all(skill)

    first, second = ask("summary", "--date", "2026-03-18"), ask("summary", "--date", "2026-03-18")

    assert (
        "已沿用旧版技能留下的：2 条用量记录、每日预算、每周预算、每月预算、货币、日报时间、语言、时区、"
        "报告的投递记录、告警的投递记录。" in first.out
    )
    assert "旧版技能" not in second.out
    assert "2,400 token" in second.out


def test_the_first_answer_in_english_and_as_json(ask: Ask, skill: Path, home: Path) -> None:
    write(skill / "usage.json", [ROW])
    english = ask("summary", "--lang", "en", "--home", str(home / "one"))
    document = ask("summary", "--json", "--home", str(home / "two")).document

    assert "Taken over from the original skill: 1 usage record." in english.out
    assert complaints("summary", document) == []
    [problem] = document["problems"]
    assert (problem["code"], problem["severity"], problem["count"]) == ("original-imported", "note", 1)


def test_everything_is_taken_over_and_no_file_of_the_original_changes(
    ask: Ask, skill: Path, home: Path
) -> None:
    leave_all(skill)
    before = contents(skill)

    assert tokens(ask) == 2400

    assert read(home / "budget.json") == KEPT
    reports, alerts = read(home / "report-state.json"), read(home / "alert-state.json")
    assert list(reports["items"]) == ["daily:2026-03-18"]
    assert list(alerts["items"]) == ["alert:daily:warning:2026-03-18", "alert:daily:exceeded:2026-03-18"]
    assert complaints("report-state", reports) == complaints("alert-state", alerts) == []
    assert contents(skill) == before


def test_it_happens_once(ask: Ask, skill: Path, home: Path) -> None:
    leave_all(skill)
    assert tokens(ask) == 2400
    (home / "budget.json").unlink()
    write(skill / "usage.json", [ROW] * 5)

    assert tokens(ask) == 2400
    assert not (home / "budget.json").exists()


def test_a_folder_without_files_is_looked_at_once(
    ask: Ask, skill: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ask("summary", "--json").problem_codes == []
    monkeypatch.setattr(first_run, "import_original", None)
    leave_all(skill)

    assert tokens(ask) == 0


def test_what_is_set_already_stays(ask: Ask, skill: Path, home: Path) -> None:
    leave_all(skill)
    own = {"schema": 1, "language": "en", "budgets": [{"period": "daily", "limit": "3", "currency": "EUR"}]}
    write(home / "budget.json", own)
    write(home / "report-state.json", {"schema": 1, "items": {}, "last_error": None})

    ask("summary")

    kept = read(home / "budget.json")
    assert (kept["language"], kept["time_zone"]) == ("en", "Asia/Shanghai")
    assert [(one["period"], one["limit"]) for one in kept["budgets"]] == [
        ("daily", "3"),
        ("weekly", "60.5"),
        ("monthly", "200.1"),
    ]
    assert read(home / "report-state.json")["items"] == {}


@pytest.mark.parametrize("name", LEFT)
def test_a_broken_file_is_an_error_with_its_line_and_never_zero_usage(
    name: str, ask: Ask, skill: Path, home: Path
) -> None:
    leave_all(skill)
    (skill / name).write_text('{\n "daily" 1}')

    english, chinese = ask("summary", "--lang", "en"), ask("summary", "--lang", "zh")

    assert [(one.exit_code, one.out) for one in (english, chinese)] == [(3, "")] * 2
    assert english.err.splitlines()[0] == f"{skill / name}:2 is not valid JSON."
    assert chinese.err.splitlines()[:2] == [f"{skill / name}:2 不是有效的 JSON。", "键后面缺一个冒号。"]
    write(skill / name, {"days": []})
    assert ask("summary").exit_code == 0


def test_usage_of_another_shape_names_its_keys(ask: Ask, skill: Path) -> None:
    write(skill / "usage.json", {"totals": 5, "when": 1})

    answer = ask("summary", "--lang", "en")

    assert (answer.exit_code, "These keys were found: totals, when." in answer.err) == (3, True)


@pytest.mark.parametrize(
    ("change", "reason", "chinese"),
    [
        ({"daily": -5}, "expected an amount above 0", "应该是大于 0 的金额。"),
        ({"daily": "much"}, "expected an amount above 0", "应该是大于 0 的金额。"),
        ({"report_hour": 24}, "expected an hour from 0 to 23", "应该是 0 到 23 的整点。"),
        ({"tz": "Mars/Base"}, "Value error, no such time zone", "没有这个时区。"),
        ({"tz": "UTC", "currency": "dollars"}, "currency is not a three-letter code", "货币代码"),
    ],
)
@pytest.mark.parametrize("place", ["skill", "home"])
def test_a_setting_that_cannot_be_is_named_with_its_line(
    place: str, change: dict[str, Any], reason: str, chinese: str, ask: Ask, skill: Path, home: Path
) -> None:
    file = {"skill": skill, "home": home}[place] / "budget.json"
    write(file, change)
    before = file.read_bytes()

    answer = ask("summary", "--lang", "en")

    assert (answer.exit_code, answer.out) == (3, "")
    assert answer.err.startswith(
        f"{file}:{1 + len(change)} has a value that cannot be used: {list(change)[-1]}.\n"
    )
    assert reason in answer.err
    assert chinese in ask("summary", "--lang", "zh").err
    assert file.read_bytes() == before


def test_a_budget_file_of_the_original_in_our_home_is_upgraded_and_kept_beside(ask: Ask, home: Path) -> None:
    write(home / "budget.json", BUDGET)
    original = (home / "budget.json").read_bytes()

    answer = ask("summary", "--json")

    assert (answer.exit_code, answer.problem_codes) == (0, ["original-imported"])
    assert read(home / "budget.json") == KEPT
    assert (home / "budget.json.original").read_bytes() == original
    assert ask("summary", "--json").problem_codes == []


def test_a_setting_can_be_changed_in_a_home_that_was_just_upgraded(ask: Ask, home: Path) -> None:
    write(home / "budget.json", BUDGET)

    assert ask("config", "set", "language", "en").exit_code == 0
    assert read(home / "budget.json") == {**KEPT, "language": "en"}


def test_a_delivery_state_of_the_original_in_our_home_is_upgraded_and_kept_beside(
    ask: Ask, home: Path
) -> None:
    write(home / "report-state.json", {"weekly": {"last_sent": "2026-03-16T09:00:00"}})

    ask("summary")

    assert list(read(home / "report-state.json")["items"]) == ["weekly:2026-W11"]
    assert (home / "report-state.json.original").exists()


def test_a_home_that_cannot_be_written_takes_over_nothing(
    ask: Ask, skill: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home / "budget.json", BUDGET)
    write(skill / "usage.json", [ROW])
    for module in (paths, store, first_run):
        monkeypatch.setattr(module, "foreign_owner", lambda _home: "li", raising=False)
    before = contents(home)

    answer = ask("summary", "--json")

    assert (answer.exit_code, answer.problem_codes) == (0, ["ledger-owner"])
    assert answer.document["period"]["tz"] == "Asia/Shanghai"
    assert contents(home) == before


def test_processes_that_start_together_take_over_once(
    ask: Ask, skill: Path, home: Path, tmp_path: Path
) -> None:
    leave_all(skill)
    code = (
        "import sys; from pathlib import Path; from token_tracker import paths;"
        f"paths.skill_directory = lambda: Path({str(skill)!r});"
        "from token_tracker.cli.run import run; sys.exit(run(['summary', '--json']))"
    )

    running = [
        subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, env=dict(os.environ))
        for _ in range(4)
    ]
    answers = [one.communicate()[0] for one in running]

    assert [one.returncode for one in running] == [0] * len(answers)
    assert tokens(ask) == 2400
    assert read(home / "budget.json") == KEPT


def test_a_home_that_had_a_ledger_before_takes_over_everything_too(ask: Ask, skill: Path, home: Path) -> None:
    ask("sync")
    with closing(sqlite3.connect(home / "ledger.db")) as ledger, ledger:
        ledger.execute("DELETE FROM meta WHERE key = 'original_import'")
    leave_all(skill)

    assert tokens(ask) == 2400
    assert read(home / "budget.json") == KEPT


def test_import_without_a_file_is_that_first_run_told_at_length(ask: Ask, skill: Path) -> None:
    leave_all(skill)

    answer = ask("import", "--lang", "en")

    assert answer.out.startswith("Imported 2 rows: 2,400 tokens, $0.01.\n")
    assert answer.out.endswith(
        "- Taken over from the original skill: daily budget, weekly budget, monthly budget, currency,"
        " hour of the daily report, language, time zone, which reports were delivered,"
        " which alerts were delivered.\n"
        "- Not opened, because it holds keys: providers.json. "
        "`token-tracker configure-provider --import-original` takes them over.\n"
    )
    assert ask("summary", "--json").problem_codes == []

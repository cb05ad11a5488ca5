"""Budgets from the command line: set, listed, removed, judged; and everything that is refused."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from cli.answers import NOW
from cli.answers import Ask
from cli.answers import write_logs
from published_shapes import complaints
from sources.claude_lines import line
from sources.claude_lines import text_of

ROOT = Path(__file__).resolve().parents[2]
SONNET_OF_TODAY = (
    Decimal(11) * 3 + Decimal(500) * Decimal("0.3") + Decimal(40) * Decimal("3.75") + 30 * 6 + 90 * 15
) / 1_000_000 + Decimal("0.01")
"""What the response of `LINES` of 5 October cost."""


def data(ask: Ask, *words: str) -> dict[str, Any]:
    answer = ask(*words, "--json")
    assert (answer.exit_code, answer.err) == (0, "")
    assert complaints(words[0], answer.document) == []
    found: dict[str, Any] = answer.document["data"]
    return found


def entries(home: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((home / "budget.json").read_text())["budgets"]
    return found


# Setting


def test_a_budget_is_for_each_day_and_everything_unless_said_otherwise(
    ask: Ask, logs: Path, home: Path
) -> None:
    set_now = data(ask, "set-budget", "--amount", "15")

    assert set_now["budget"] == {
        "id": "daily", "period": "daily", "scope": "all", "limit": "15", "currency": "USD", "warn_ratio": 0.8,
        "hard": False, "count": "amount",
    }  # fmt: skip
    assert (set_now["previous"], Decimal(set_now["status"]["spent"])) == (None, SONNET_OF_TODAY)
    assert [entry["limit"] for entry in entries(home)] == ["15"]


def test_every_option_is_kept(ask: Ask, logs: Path, home: Path) -> None:
    ask(
        "set-budget", "--amount", "99.50", "--currency", "eur", "--period", "每月",
        "--scope", "服务商＝OpenAI", "--warn", "92.5%", "--hard",
        "--count", "api_equivalent", "--date", "yesterday",
    )  # fmt: skip

    assert entries(home) == [
        {
            "period": "monthly", "scope": "provider=openai", "limit": "99.5", "currency": "EUR",
            "warn_percent": "92.5", "hard": True, "count": "api_equivalent",
        }
    ]  # fmt: skip


def test_the_same_period_and_scope_is_replaced_and_keeps_what_is_not_given(
    ask: Ask, logs: Path, home: Path
) -> None:
    ask("set-budget", "--amount", "15", "--warn", "50", "--hard")
    ask("set-budget", "--amount", "100", "--period", "weekly")
    changed = data(ask, "set-budget", "--amount", "5美元")

    assert [entry["limit"] for entry in entries(home)] == ["5", "100"]
    assert (changed["previous"]["limit"], changed["budget"]["limit"]) == ("15", "5")
    assert (changed["budget"]["warn_ratio"], changed["budget"]["hard"]) == (0.5, True)
    assert data(ask, "set-budget", "--amount", "5", "--no-hard")["budget"]["hard"] is False


def test_an_amount_without_a_currency_is_in_the_one_that_is_set(ask: Ask, logs: Path) -> None:
    ask("config", "set", "currency", "CNY")

    assert data(ask, "set-budget", "--amount", "100")["budget"]["currency"] == "CNY"


def test_a_budget_in_a_currency_without_a_rate_is_kept_with_a_note(ask: Ask, logs: Path) -> None:
    answer = ask("set-budget", "--amount", "100元", "--period", "monthly", "--json")
    later = ask("set-budget", "--amount", "100元", "--scope", "model=gpt-9", "--lang", "zh")

    assert answer.document["data"]["status"]["state"] == "incomplete"
    assert "exchange-rate-missing" in answer.problem_codes
    assert "又不知道对 CNY 的汇率" in later.out


def test_a_budget_on_what_nobody_uses_is_kept_with_a_note(ask: Ask, logs: Path, home: Path) -> None:
    answer = ask("set-budget", "--amount", "5", "--scope", "model=claude-opus-9", "--json")
    text = ask("set-budget", "--amount", "5", "--scope", "project=nowhere", "--lang", "en").out

    assert (answer.exit_code, answer.document["data"]["status"]["spent"]) == (0, "0")
    assert answer.document["data"]["status"]["scope_known"] is False
    assert "budget-scope-unknown" in answer.problem_codes
    assert "No usage for project nowhere has been seen yet" in text
    assert [entry["scope"] for entry in entries(home)] == ["model=claude-opus-9", "project=nowhere"]


@pytest.mark.parametrize(
    ("given", "kept"),
    [("/home/dev/shop", "shop"), ("/home/dev/shop/", "shop"), ("shop", "shop"), ("dev/shop", "dev/shop")],
)
def test_a_project_is_kept_by_name_and_never_by_path(
    given: str, kept: str, ask: Ask, logs: Path, home: Path
) -> None:
    status = data(ask, "set-budget", "--amount", "5", "--scope", f"project={given}")["status"]

    assert (status["id"], Decimal(status["spent"])) == (f"daily:project={kept}", SONNET_OF_TODAY)
    assert "/home" not in (home / "budget.json").read_text()


@pytest.mark.parametrize("word", ["monthly", "month", "每月", "月", "Month", "這個月"])
def test_periods_are_named_as_people_name_them(word: str, ask: Ask, logs: Path) -> None:
    assert data(ask, "set-budget", "--amount", "5", "--period", word)["budget"]["period"] == "monthly"


# What is refused

REFUSED = [
    (["--amount", "-5"], "amount-not-positive", "-5", "-5"),
    (["--amount", "0"], "amount-not-positive", "0", "0"),
    (["--amount", "NaN"], "amount-not-understood", "NaN", "NaN"),
    (["--amount", "Infinity"], "amount-not-understood", "Infinity", "Infinity"),
    (["--amount", "1e400"], "amount-not-understood", "1e400", "1e400"),
    (["--amount", "9" * 30], "amount-too-large", "1,000,000,000", "1,000,000,000"),
    (["--amount", "a lot"], "amount-not-understood", "a lot", "a lot"),
    (["--amount", ""], "amount-not-understood", "15", "看不懂金额“”。"),
    (["--amount", "15元", "--currency", "USD"], "currency-conflict", "CNY", "CNY"),
    (["--amount", "5", "--currency", "dollars"], "currency-invalid", "dollars", "dollars"),
    (
        ["--amount", "5", "--period", "yearly"],
        "budget-period-unknown",
        "`--period monthly`",
        "没有“yearly”这种周期的预算。",
    ),
    (
        ["--amount", "5", "--scope", "openai"],
        "budget-scope-invalid",
        "`--scope provider=openai`",
        "看不懂预算的范围“openai”。",
    ),
    (
        ["--amount", "5", "--scope", "session=1"],
        "budget-scope-invalid",
        "provider, model, project",
        "看不懂预算的范围“session=1”。",
    ),
    (["--amount", "5", "--scope", "model="], "budget-scope-invalid", "model=", "看不懂预算的范围"),
    (["--amount", "5", "--scope", "model=a\nb"], "budget-scope-invalid", "model=a b", "看不懂预算的范围"),
    (
        ["--amount", "5", "--scope", "model=" + "x" * 161],
        "budget-scope-invalid",
        "Cannot tell",
        "看不懂预算的范围",
    ),
    (["--amount", "5", "--warn", "0"], "budget-warn-invalid", "from 1 to 100", "从 1 到 100"),
    (["--amount", "5", "--warn", "101"], "budget-warn-invalid", "from 1 to 100", "从 1 到 100"),
    (["--amount", "5", "--warn", "0.8"], "budget-warn-invalid", "from 1 to 100", "从 1 到 100"),
    (["--amount", "5", "--warn", "NaN"], "budget-warn-invalid", "NaN", "NaN"),
    (["--amount", "5", "--warn", "-80"], "budget-warn-invalid", "-80", "-80"),
    (
        ["--amount", "5", "--count", "tokens"],
        "budget-count-unknown",
        "amount, api_equivalent",
        "amount、api_equivalent",
    ),
]


@pytest.mark.parametrize(
    ("words", "code", "english", "chinese"), REFUSED, ids=[" ".join(one[0])[:40] for one in REFUSED]
)
def test_what_is_no_budget_is_refused_and_nothing_is_kept(
    words: list[str], code: str, english: str, chinese: str, ask: Ask, logs: Path, home: Path
) -> None:
    answer = ask("set-budget", *words, "--json")
    in_english, in_chinese = (ask("set-budget", *words, "--lang", lang) for lang in ("en", "zh"))

    assert (answer.exit_code, answer.error_code) == (2, code)
    assert complaints("error", answer.document) == []
    assert english in in_english.err
    assert chinese in in_chinese.err
    assert not (home / "budget.json").exists()


def test_a_budget_that_is_not_there_cannot_be_removed_and_the_nearest_is_named(ask: Ask, logs: Path) -> None:
    nothing = ask("budget", "remove", "daily", "--lang", "en")
    ask("set-budget", "--amount", "5", "--scope", "provider=openai")
    near = ask("budget", "remove", "daily:provider=opnai", "--lang", "zh")

    assert (nothing.exit_code, near.exit_code) == (2, 2)
    assert "No budget is set." in nothing.err
    assert "已设置的有：daily:provider=openai。" in near.err


# Listing, removing, judging


def test_budgets_are_listed_and_removed_by_id(ask: Ask, logs: Path, home: Path) -> None:
    ask("set-budget", "--amount", "5")
    ask("set-budget", "--amount", "50", "--period", "monthly", "--scope", "provider=openai")
    listed = [one["id"] for one in data(ask, "budget")["budgets"]]
    removed = [one["id"] for one in data(ask, "budget", "remove", "daily")["budgets"]]
    ask("budget", "remove", "monthly:provider=openai")

    assert (listed, removed) == (["daily", "monthly:provider=openai"], ["daily"])
    assert "budgets" not in json.loads((home / "budget.json").read_text())
    assert ask("budget", "--lang", "en").out.startswith("No budget is set.")


def test_the_status_says_of_every_budget_what_is_left(ask: Ask, logs: Path) -> None:
    ask("set-budget", "--amount", "15")
    [one] = data(ask, "budget-status")["budgets"]

    assert (Decimal(one["spent"]), Decimal(one["left"])) == (SONNET_OF_TODAY, 15 - SONNET_OF_TODAY)
    assert (one["state"], one["first_day"], one["last_day"]) == ("ok", "2026-10-05", "2026-10-05")
    assert ask("budget-status", "--lang", "zh").out.startswith("今天的预算还剩 $14.99（共 $15，已用 <1%）。")


def test_the_status_of_another_day_is_of_its_own_periods(ask: Ask, logs: Path) -> None:
    ask("set-budget", "--amount", "15")
    answer = ask("budget-status", "--date", "yesterday", "--json")
    [one] = answer.document["data"]["budgets"]

    assert (answer.document["period"]["label"], one["first_day"]) == ("2026-10-04", "2026-10-04")
    assert (one["state"], one["spent"], one["unknown"]["models"]) == ("incomplete", None, ["brew-model-9"])
    assert "budget-incomplete" in answer.problem_codes


def test_a_day_that_has_not_begun_has_no_status(ask: Ask, logs: Path) -> None:
    ask("set-budget", "--amount", "15")

    assert ask("budget-status", "--date", "2026-12-31", "--json").error_code == "date-in-future"


@pytest.mark.parametrize(
    ("amount", "exit_code", "alerts"),
    [
        ("15", 0, []),
        ("0.0126", 10, ["alert:daily:warning:2026-10-05"]),
        ("0.01", 11, ["alert:daily:exceeded:2026-10-05"]),
    ],
)
def test_the_exit_code_of_the_alerts_is_that_of_the_worst(
    amount: str, exit_code: int, alerts: list[str], ask: Ask, logs: Path
) -> None:
    ask("set-budget", "--amount", amount)
    ask("set-budget", "--amount", "1000", "--period", "weekly", "--scope", "source=claude-code")
    answer = ask("check-alerts", "--json")

    assert (answer.exit_code, ask("check-alerts").exit_code) == (exit_code, exit_code)
    assert [one["id"] for one in answer.document["data"]["alerts"]] == alerts
    assert complaints("check-alerts", answer.document) == []


def test_exceeded_is_worse_than_a_warning(ask: Ask, logs: Path) -> None:
    ask("set-budget", "--amount", "0.0126")
    ask("set-budget", "--amount", "0.01", "--scope", "provider=anthropic")

    assert ask("check-alerts").exit_code == 11


def test_a_budget_that_cannot_be_judged_is_no_alert_and_is_not_kept_quiet(ask: Ask, logs: Path) -> None:
    ask("set-budget", "--amount", "15", "--period", "weekly")
    ask("set-budget", "--amount", "15", "--period", "monthly")
    answer = ask("check-alerts", "--lang", "en")

    assert answer.exit_code == 0
    assert answer.out.startswith("No budget alerts, but a budget cannot be judged.")


def test_the_days_of_a_budget_are_those_of_the_zone(
    ask: Ask, isolated_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_TRACKER_NOW", NOW)
    write_logs(isolated_home, text_of(line(timestamp="2026-10-04T17:00:00Z")))
    ask("set-budget", "--amount", "15")

    assert data(ask, "budget-status")["budgets"][0]["spent"] == "0"
    assert (
        Decimal(data(ask, "budget-status", "--tz", "Asia/Shanghai")["budgets"][0]["spent"]) == SONNET_OF_TODAY
    )


# The summary


def test_the_summary_of_today_tells_what_is_left(ask: Ask, logs: Path) -> None:
    ask("set-budget", "--amount", "15")
    lines = ask("summary", "--lang", "zh").out.splitlines()

    assert lines[0].startswith("今天（10月5日）花了")
    assert lines[2] == "- 今天的预算还剩 $14.99（共 $15，已用 <1%）。"
    assert [one["id"] for one in data(ask, "summary", "--since", "2026-10-01")["budgets"]] == ["daily"]


@pytest.mark.parametrize("words", [["--date", "yesterday"], ["--model", "claude-sonnet-4-5"]], ids=" ".join)
def test_the_summary_of_another_day_or_of_a_part_tells_no_budget(
    words: list[str], ask: Ask, logs: Path
) -> None:
    ask("set-budget", "--amount", "15")

    assert data(ask, "summary", *words)["budgets"] == []


def test_the_summary_tells_the_three_most_urgent_budgets(ask: Ask, logs: Path) -> None:
    for scope in ("all", "provider=anthropic", "source=claude-code", "model=claude-sonnet-4-5"):
        ask("set-budget", "--amount", "15", "--scope", scope)
    ask("set-budget", "--amount", "0.001", "--period", "weekly")
    lines = ask("summary", "--lang", "en").out.splitlines()

    assert lines[2].startswith("- This week's budget is exceeded")
    assert lines[5] == "- 2 more: `token-tracker budget-status`."


def test_a_scope_that_cannot_be_shown_is_not_left_blank(logs: Path, ask: Ask) -> None:
    words = ("set-budget", "--amount", "5", "--scope", "agent=***")

    assert "Daily budget for sub-agent unprintable name set: $5" in ask(*words, "--lang", "en").out
    assert "无法显示的名称" in ask(*words, "--lang", "zh").out


# Several at once


def test_budgets_and_sources_changed_by_several_processes_at_once_are_all_kept(
    logs: Path, home: Path, isolated_home: Path, tmp_path: Path
) -> None:
    folders = [tmp_path / name for name in ("a", "b", "c")]
    for folder in folders:
        folder.mkdir()
    scopes = ["provider=openai", "provider=anthropic", "model=gpt-5"]
    lines = [
        *(["set-budget", "--amount", "5", "--scope", scope] for scope in scopes),
        *(["sources", "add-path", "claude-code", str(folder)] for folder in folders),
    ]
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "token_tracker", *words], env=environ, stdout=subprocess.DEVNULL
        )
        for words in lines
    ]

    assert [process.wait() for process in processes] == [0] * len(lines)
    assert sorted(entry["scope"] for entry in entries(home)) == sorted(scopes)
    kept = json.loads((home / "sources.json").read_text())["sources"]["claude-code"]["paths"]
    assert sorted(kept) == sorted(map(str, folders))


def test_plan_usage_that_is_not_counted_is_said(ask: Ask, logs: Path) -> None:
    ask("sources", "set-billing", "claude-code", "plan")
    ask("set-budget", "--amount", "5")

    english, chinese = ask("budget-status", "--lang", "en").out, ask("budget-status", "--lang", "zh").out
    ask("set-budget", "--amount", "5", "--count", "api_equivalent")

    assert "- Plan usage worth $0.01 at list price is not counted;" in english
    assert "- 套餐内用量折合 $0.01，没有计入；" in chinese
    assert "not counted" not in ask("budget-status", "--lang", "en").out

"""Which week, month or day a report is about, and what it does not take."""

from __future__ import annotations

import pytest

from cli.answers import TOKENS
from cli.answers import Ask
from published_shapes import complaints


@pytest.mark.parametrize(
    ("command", "date", "label"),
    [
        ("week", "today", "2026-W41"),
        ("week", "上周", "2026-W40"),
        ("week", "2021-01-01", "2020-W53"),
        ("month", "today", "2026-10"),
        ("month", "last-month", "2026-09"),
        ("month", "2026-02-28", "2026-02"),
        ("daily-report", "2026-10-04", "2026-10-04"),
        ("daily-report", "本周", "2026-10-05"),
        ("weekly-report", "today", "2026-W41"),
        ("monthly-report", "2026-09-15", "2026-09"),
    ],
)
def test_a_date_chooses_the_week_or_month_that_holds_it(
    command: str, date: str, label: str, ask: Ask, logs: object
) -> None:
    assert ask(command, "--date", date, "--json").document["period"]["label"] == label


@pytest.mark.parametrize(
    ("command", "date"),
    [("week", "last month"), ("month", "去年"), ("daily-report", "上周"), ("monthly-report", "last year")],
)
def test_a_span_that_does_not_fit_is_refused_and_not_shortened(
    command: str, date: str, ask: Ask, logs: object
) -> None:
    refused = ask(command, "--date", date, "--json")

    assert (refused.exit_code, refused.error_code) == (2, "span-does-not-fit")
    assert f'`token-tracker report --period "{date}"`' in ask(command, "--date", date, "--lang", "zh").err
    assert ask("report", "--period", date).exit_code == 0


@pytest.mark.parametrize(
    ("command", "item"),
    [
        ("daily-report", "daily:2026-10-04"),
        ("weekly-report", "weekly:2026-W40"),
        ("monthly-report", "monthly:2026-09"),
    ],
)
def test_a_short_report_is_about_what_is_over(command: str, item: str, ask: Ask, logs: object) -> None:
    data = ask(command, "--json").document["data"]

    assert (data["id"], data["is_over"], data["until"]) == (item, True, None)


@pytest.mark.parametrize(
    ("hour", "zone", "item"),
    [
        ("12", "UTC", "daily:2026-10-05"),
        ("13", "UTC", "daily:2026-10-04"),
        ("20", "Asia/Shanghai", "daily:2026-10-05"),
        ("21", "Asia/Shanghai", "daily:2026-10-04"),
        ("0", "Pacific/Honolulu", "daily:2026-10-05"),
        ("3", "Pacific/Honolulu", "daily:2026-10-04"),
    ],
)
def test_from_the_set_local_hour_on_the_daily_report_is_about_today(
    hour: str, zone: str, item: str, ask: Ask, logs: object
) -> None:
    ask("config", "set", "daily_report_hour", hour)

    assert ask("daily-report", "--tz", zone, "--json").document["data"]["id"] == item


def test_a_report_about_a_day_that_is_not_over_says_until_when(ask: Ask, logs: object) -> None:
    answer = ask("daily-report", "--date", "today", "--tz", "Asia/Shanghai")

    assert answer.out.startswith(
        f"Today until 20:00 (Oct 5): $0.01 (computed) — {TOKENS} tokens in 1 request."
    )


@pytest.mark.parametrize("command", ["week", "month", "daily-report", "weekly-report", "monthly-report"])
@pytest.mark.parametrize("option", ["--since", "--until"])
def test_a_whole_week_has_no_first_and_last_day(command: str, option: str, ask: Ask, logs: object) -> None:
    answer = ask(command, option, "2026-10-01", "--json")

    assert (answer.exit_code, answer.error_code) == (2, "span-not-taken")


def test_the_days_of_a_week_are_those_of_the_zone(ask: Ask, logs: object) -> None:
    in_utc = ask("week", "--json").document["data"]["days"]
    in_samoa = ask("week", "--json", "--tz", "Pacific/Pago_Pago").document["data"]["days"]

    assert [(row["day"], row["requests"]) for row in in_utc] == [("2026-10-05", 1)]
    assert [(row["day"], row["requests"]) for row in in_samoa] == [("2026-10-05", 0)]


def test_a_week_before_the_first_usage_is_not_compared_with(ask: Ask, logs: object) -> None:
    known = [ask(command, "--json").document["data"]["previous"] for command in ("week", "month")]

    assert known == [None, None]


def test_a_filter_narrows_every_day(ask: Ask, logs: object) -> None:
    data = ask("month", "--model", "brew-model-9", "--json").document["data"]

    assert [row["requests"] for row in data["days"]] == [0, 0, 0, 1, 0]
    assert [row["model"] for row in data["by_model"]] == ["brew-model-9"]


@pytest.fixture
def budgets(ask: Ask, logs: object) -> None:
    """Set a budget of each length."""
    for period in ("daily", "weekly", "monthly"):
        assert ask("set-budget", "--amount", "15", "--period", period).exit_code == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["week"], ["daily", "weekly", "monthly"]),
        (["month"], ["daily", "weekly", "monthly"]),
        (["week", "--date", "last week"], ["weekly"]),
        (["month", "--date", "last month"], ["monthly"]),
        (["daily-report", "--date", "today"], ["daily", "weekly", "monthly"]),
        (["daily-report", "--date", "yesterday"], ["daily"]),
        (["weekly-report"], ["weekly"]),
        (["monthly-report"], ["monthly"]),
        (["week", "--model", "brew-model-9"], []),
    ],
    ids=" ".join,
)
def test_budgets_are_told_with_the_time_that_they_are_of(
    words: list[str], told: list[str], ask: Ask, budgets: object
) -> None:
    answer = ask(*words, "--json")

    assert complaints(words[0], answer.document) == []
    assert {one["period"] for one in answer.document["data"]["budgets"]} == set(told)


@pytest.mark.parametrize(
    ("lang", "line"),
    [
        ("zh", "- 本周的预算还剩 $14.99（共 $15，已用 <1%）。"),
        ("en", "- This week's budget: $14.99 left of $15 (<1% used)."),
    ],
)
def test_what_is_left_of_a_budget_is_below_the_answer(
    lang: str, line: str, ask: Ask, budgets: object
) -> None:
    assert line in ask("week", "--lang", lang).out.splitlines()[2:5]

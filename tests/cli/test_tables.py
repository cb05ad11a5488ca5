"""Tables from the command line: all history, the options of ccusage, and its JSON."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from ccusage_shape import ccusage_complaints
from cli.answers import SESSION
from cli.answers import TOKENS
from cli.answers import Answer
from cli.answers import Ask
from cli.answers import write_logs
from sources.claude_lines import line
from sources.claude_lines import text_of

TABLES = ("daily", "weekly", "monthly", "sessions")
LONG_PROMPT_USD = Decimal("0.000006")
"""Of one token of a prompt of Claude Sonnet 4.5 with more than 200,000."""


def days_of(answer: Answer) -> list[str]:
    return [row["day"] for row in answer.document["data"]["rows"]]


@pytest.mark.parametrize(
    ("command", "key", "names"),
    [
        ("daily", "day", ["2026-10-04", "2026-10-05"]),
        ("weekly", "week", ["2026-W40", "2026-W41"]),
        ("monthly", "month", ["2026-10"]),
        ("sessions", "session", [SESSION]),
    ],
)
def test_a_table_shows_all_history(command: str, key: str, names: list[str], ask: Ask, logs: Path) -> None:
    data = ask(command, "--tz", "UTC", "--json").document["data"]

    assert [row[key] for row in data["rows"]] == names
    assert data["total"]["tokens"]["total"] == 2 * TOKENS


@pytest.mark.parametrize(
    ("words", "days"),
    [
        (["--last", "1"], ["2026-10-05"]),
        (["--last", "2"], ["2026-10-04", "2026-10-05"]),
        (["--last", "999999999"], ["2026-10-04", "2026-10-05"]),
        (["--order", "desc"], ["2026-10-05", "2026-10-04"]),
        (["-o", "asc", "-s", "20261005"], ["2026-10-05"]),
        (["-u", "2026-10-04"], ["2026-10-04"]),
        (["--date", "yesterday"], ["2026-10-04"]),
        (["-z", "America/Los_Angeles"], ["2026-10-04", "2026-10-05"]),
        (["--timezone", "Pacific/Kiritimati"], ["2026-10-04", "2026-10-05"]),
        (["--model", "brew-model-9"], ["2026-10-04"]),
        (["-p", "shop"], ["2026-10-04", "2026-10-05"]),
        (
            ["-O", "--no-offline", "--color", "--no-color", "-m", "auto", "--mode", "calculate"],
            ["2026-10-04", "2026-10-05"],
        ),
    ],
    ids=" ".join,
)
def test_days_are_those_that_were_asked_for(words: list[str], days: list[str], ask: Ask, logs: Path) -> None:
    assert days_of(ask("daily", *words, "-j")) == days


@pytest.mark.parametrize(
    ("command", "first"), [("daily", "2026-10-03"), ("weekly", "2026-09-21"), ("monthly", "2026-08-01")]
)
def test_the_latest_rows_end_with_the_current_one(command: str, first: str, ask: Ask, logs: Path) -> None:
    period = ask(command, "--last", "3", "--json").document["period"]

    assert (period["first_day"], period["last_day"]) == (first, "2026-10-05")


def test_the_days_of_each_project_add_up_to_the_days(ask: Ask, logs: Path) -> None:
    data = ask("daily", "-i", "--json").document["data"]

    assert [one["project"] for one in data["by_project"]] == ["shop"]
    assert data["by_project"][0]["rows"] == data["rows"]


def test_days_are_not_grouped_by_project_unasked(ask: Ask, logs: Path) -> None:
    assert ask("daily", "--json").document["data"]["by_project"] is None


@pytest.mark.parametrize("option", ["--session", "--id", "-i"])
def test_one_session_is_shown_by_its_id(option: str, ask: Ask, logs: Path) -> None:
    rows = ask("sessions", option, SESSION, "--json").document["data"]["rows"]

    assert [row["session"] for row in rows] == [SESSION]


def test_a_session_has_the_moments_of_its_first_and_last_response(ask: Ask, logs: Path) -> None:
    [row] = ask("sessions", "--tz", "Asia/Shanghai", "--json").document["data"]["rows"]

    assert (row["first_activity"], row["last_activity"]) == (
        "2026-10-04T16:00:00+08:00",
        "2026-10-05T16:00:00+08:00",
    )


def test_a_session_has_its_moments_in_the_time_that_was_asked_for(ask: Ask, logs: Path) -> None:
    words = ("sessions", "--tz", "UTC", "--date", "2026-10-04", "--model", "brew-model-9", "--json")
    [row] = ask(*words).document["data"]["rows"]

    assert (row["first_activity"], row["last_activity"]) == ("2026-10-04T08:00:00+00:00",) * 2


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["daily", "--last", "2", "--since", "2026-10-01"], "last-conflict"),
        (["weekly", "--last", "2", "--date", "today"], "last-conflict"),
        (["daily", "--last", "0"], "usage"),
        (["sessions", "--last", "3"], "usage"),
        (["daily", "--order", "up"], "choice-unknown"),
        (["daily", "--mode", "display"], "mode-display"),
        (["daily", "--mode", "best"], "choice-unknown"),
        (["daily", "--format", "csv"], "choice-unknown"),
        (["weekly", "--start-of-week", "sunday"], "choice-unknown"),
        (["daily", "--date", "today", "--since", "2026-10-01"], "date-conflict"),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("json_option", ["--json", "-j"])
def test_what_is_not_offered_is_refused(
    words: list[str], code: str, json_option: str, ask: Ask, logs: Path
) -> None:
    answer = ask(*words, json_option)

    assert (answer.exit_code, answer.error_code) == (2, code)


def test_weeks_that_begin_on_monday_may_be_asked_for(ask: Ask, logs: Path) -> None:
    assert ask("weekly", "-w", "monday").exit_code == 0


@pytest.mark.parametrize("words", [[name] for name in TABLES] + [["daily", "--instances"]], ids=" ".join)
def test_the_format_of_ccusage_has_its_shape(words: list[str], ask: Ask, logs: Path) -> None:
    answer = ask(*words, "--format", "ccusage")

    assert answer.exit_code == 0
    assert ccusage_complaints(words, json.loads(answer.out)) == []


def test_the_format_of_ccusage_says_on_stderr_what_it_cannot_hold(ask: Ask, logs: Path) -> None:
    answer = ask("daily", "--format", "ccusage", "--lang", "en")

    assert answer.err == "Not in totalCost: 671 tokens without a known price (brew-model-9).\n"


def test_an_error_in_the_format_of_ccusage_keeps_our_envelope(ask: Ask, logs: Path) -> None:
    answers = [
        ask("daily", "--date", "03/04", *words) for words in (["--format", "ccusage"], ["--format=ccusage"])
    ]

    assert [(answer.exit_code, answer.error_code) for answer in answers] == [(2, "date-ambiguous")] * 2


def test_amounts_in_the_format_of_ccusage_keep_every_digit(
    isolated_home: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_TRACKER_NOW", "2026-10-05T12:00:00+00:00")
    tokens = 123_456_789
    usage = {"input_tokens": tokens, "output_tokens": 0}
    write_logs(isolated_home, text_of(line(timestamp="2026-10-05T08:00:00Z", message__usage=usage)))

    answer = ask("daily", "--format", "ccusage")

    assert f'"totalCost": {tokens * LONG_PROMPT_USD}\n' in answer.out
    assert answer.err == ""


def test_a_narrow_terminal_gets_fewer_columns(ask: Ask, logs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    monkeypatch.setenv("COLUMNS", "40")

    lines = ask("daily", "--lang", "en").out.splitlines()

    assert [line for line in lines if line.startswith("| Day")] == [
        "| Day        | Tokens |           Cost |"
    ]

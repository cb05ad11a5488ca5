"""Which period a report is about, and which session is meant."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.answers import SESSION
from cli.answers import TOKENS
from cli.answers import Ask
from cli.answers import write_logs
from sources.claude_lines import line
from sources.claude_lines import text_of

OTHER = "5e551000-0099-4000-8000-000000000002"


@pytest.fixture
def two_sessions(logs: Path, isolated_home: Path) -> None:
    """Add a session in another project, that was at work before the first one."""
    folder = isolated_home / ".claude" / "projects" / "-home-dev-blog"
    folder.mkdir(parents=True)
    text = text_of(
        line(
            timestamp="2026-10-05T06:00:00Z",
            sessionId=OTHER,
            cwd=str(isolated_home / "blog"),
            message__id="msg_01Counter0009",
        )
    )
    (folder / f"{OTHER}.jsonl").write_bytes(text)


@pytest.mark.parametrize(
    ("period", "label"),
    [
        ("today", "2026-10-05"),
        ("yesterday", "2026-10-04"),
        ("week", "2026-W41"),
        ("Month", "2026-10"),
        ("2026-09", "2026-09"),
        ("2024-02", "2024-02"),
        ("1000-01", "1000-01"),
        ("all", "2026-10-04..2026-10-05"),
        ("本月", "2026-10"),
        ("上周", "2026-W40"),
        ("last month", "2026-09"),
        ("2026-10-03", "2026-10-03"),
    ],
)
def test_a_period_may_be_named_as_people_say_it(period: str, label: str, ask: Ask, logs: object) -> None:
    assert ask("report", "--period", period, "--json").document["period"]["label"] == label


def test_without_a_period_a_report_is_about_this_week(ask: Ask, logs: object) -> None:
    assert ask("report", "--json").document["period"]["label"] == "2026-W41"


def test_a_report_takes_days_like_every_other(ask: Ask, logs: object) -> None:
    period = ask("report", "--since", "2026-10-03", "--until", "2026-10-04", "--json").document["period"]

    assert period["label"] == "2026-10-03..2026-10-04"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--period", "fortnight"], "period-unknown"),
        (["--period", "2026-13"], "date-impossible"),
        (["--period", "2026-00"], "date-impossible"),
        (["--period", "0000-01"], "date-impossible"),
        (["--period", "0999-12"], "date-impossible"),
        (["--period", "2026-11"], "date-in-future"),
        (["--period", "week", "--date", "today"], "date-conflict"),
        (["--period", "week", "--since", "today"], "date-conflict"),
    ],
)
def test_a_period_that_cannot_be_is_refused(words: list[str], code: str, ask: Ask, logs: object) -> None:
    answer = ask("report", *words, "--json")

    assert (answer.exit_code, answer.error_code) == (2, code)


@pytest.mark.parametrize("option", ["--period", "--date"])
def test_a_month_that_is_not_over_is_whole_however_it_is_asked_for(
    option: str, ask: Ask, logs: object
) -> None:
    answer = ask("report", option, "本月", "--json").document

    assert (answer["period"]["label"], answer["data"]["averages"]["days"]) == ("2026-10", 5)


def test_an_unknown_period_names_the_known_ones(ask: Ask, logs: object) -> None:
    assert "today, yesterday, week, month, all" in ask("report", "--period", "fortnight").err


def test_a_report_counts_sessions_and_names_the_dearest(ask: Ask, two_sessions: object) -> None:
    data = ask("report", "--period", "today", "--json").document["data"]

    assert (data["sessions"], data["total"]["requests"]) == (2, 2)
    assert [(one["session"], one["project"]) for one in data["top_sessions"]] == [
        (SESSION, "shop"),
        (OTHER, "blog"),
    ]


def test_the_session_of_the_host_comes_first(
    ask: Ask, two_sessions: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUDE_CODE_SESSION_ID", OTHER)
    data = ask("session", "--json").document["data"]

    assert (data["session"], data["found_by"], data["total"]["requests"]) == (OTHER, "host", 1)


def test_a_running_session_without_usage_is_not_mistaken_for_another(
    ask: Ask, logs: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLAUDE_CODE_SESSION_ID", "brand-new")
    data = ask("session", "--current", "--json").document["data"]

    assert (data["session"], data["total"]["requests"], data["first_activity"]) == ("brand-new", 0, None)


def test_without_a_host_it_is_the_latest_of_the_project_here(
    ask: Ask, two_sessions: object, isolated_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (isolated_home / "blog").mkdir()
    monkeypatch.chdir(isolated_home / "blog")
    data = ask("session", "--json").document["data"]

    assert (data["session"], data["found_by"]) == (OTHER, "project")


def test_elsewhere_it_is_the_latest_of_all(
    ask: Ask, two_sessions: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    data = ask("session", "--json").document["data"]

    assert (data["session"], data["found_by"]) == (SESSION, "latest")


def test_a_session_may_be_named_by_the_beginning_of_its_id(ask: Ask, logs: object) -> None:
    data = ask("session", SESSION[:9], "--json").document["data"]

    assert (data["session"], data["found_by"], data["total"]["requests"]) == (SESSION, "id", 2)
    assert data["total"]["tokens"]["total"] == 2 * TOKENS


def test_a_beginning_of_two_sessions_is_refused_with_both(ask: Ask, two_sessions: object) -> None:
    answer = ask("session", "5e55", "--json")

    assert (answer.exit_code, answer.error_code) == (2, "session-ambiguous")
    assert all(name in answer.document["error"]["why"] for name in (SESSION, OTHER))


@pytest.mark.parametrize("given", [SESSION[:-1].replace("5e55", "5e56"), "nothing like it"])
def test_an_unknown_session_is_refused_with_what_there_is(given: str, ask: Ask, logs: object) -> None:
    answer = ask("session", given, "--json")

    assert (answer.exit_code, answer.error_code) == (2, "session-unknown")
    assert SESSION in answer.document["error"]["why"]


def test_current_and_an_id_exclude_each_other(ask: Ask, logs: object) -> None:
    assert ask("session", SESSION, "--current", "--json").error_code == "session-conflict"


def test_the_context_is_that_of_the_latest_main_request(
    ask: Ask, isolated_home: Path, home: Path, logs: Path
) -> None:
    usage = {"input_tokens": 3, "cache_read_input_tokens": 7, "output_tokens": 1}
    lines = [
        line(timestamp="2026-10-05T08:10:00Z", message__id="msg_01Counter0003", message__usage=usage),
        line(timestamp="2026-10-05T08:20:00Z", message__id="msg_01Counter0004", isSidechain=True),
    ]
    write_logs(isolated_home, logs.read_bytes() + text_of(*lines))
    data = ask("session", SESSION, "--json").document["data"]

    assert data["context"] == {
        "tokens": 10,
        "model": "claude-sonnet-4-5",
        "window": None,
        "used_ratio": None,
    }
    assert (data["sub_agents"]["requests"], data["total"]["requests"]) == (1, 4)


def test_without_any_log_there_is_no_session(ask: Ask, home: Path) -> None:
    data = ask("session", "--json").document["data"]

    assert (data["session"], data["context"], data["by_model"]) == (None, None, [])

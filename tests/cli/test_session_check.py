"""`session-check`: what is due is told once, to one session, and is never lost."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from cli.answers import CANARY
from cli.answers import Answer
from cli.answers import Ask
from cli.answers import write_logs
from published_shapes import complaints
from token_tracker import quick
from token_tracker.__main__ import run
from token_tracker.cli import due_items
from token_tracker.cli import session_start
from token_tracker.delivery_state import claimant
from token_tracker.due import Due
from token_tracker.due import read_due
from token_tracker.due import write_due
from token_tracker.paths import tracker_home

MORNING = "2026-10-05T08:00:00+00:00"
DUE = ["daily:2026-10-04", "weekly:2026-W40"]
"""Of the logs in `cli.answers`, on Monday, October 5; in September nothing was used."""


@pytest.fixture(autouse=True)
def person(isolated_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a person with logs, who uses English and lives in UTC, on a Monday morning."""
    write_logs(isolated_home)
    monkeypatch.setenv("TOKEN_TRACKER_NOW", MORNING)
    monkeypatch.setenv("TOKEN_TRACKER_LANG", "en")
    monkeypatch.setenv("TZ", "UTC")


def ids(answer: Answer) -> list[str]:
    """Give the ids of what an answer told."""
    assert (answer.exit_code, answer.err) == (0, "")
    assert complaints("session-check", answer.document) == []
    return [item["id"] for item in answer.document["items"]]


def kept(home: Path) -> dict[str, Any]:
    """Give what is kept of every report, each with its shape checked."""
    document = json.loads((home / "report-state.json").read_text())
    assert complaints("report-state", document) == []
    items: dict[str, Any] = document["items"]
    return items


def at(monkeypatch: pytest.MonkeyPatch, moment: str) -> None:
    monkeypatch.setenv("TOKEN_TRACKER_NOW", moment)


def test_looking_leaves_what_is_due_due(home: Path, ask: Ask) -> None:
    looks = [ids(ask("session-check", "--json")) for _ in range(2)]

    assert looks == [DUE, DUE]
    assert not (home / "report-state.json").exists()


def test_what_was_told_is_not_told_again(home: Path, ask: Ask) -> None:
    answers = [ids(ask("session-check", "--json", "--update-state")) for _ in range(3)]

    assert answers == [DUE, [], []]
    assert {name: entry["state"] for name, entry in kept(home).items()} == {
        "monthly:2026-09": "empty",
        "daily:2026-10-04": "delivered",
        "weekly:2026-W40": "delivered",
    }


def test_the_text_is_the_report_that_can_be_asked_for(ask: Ask) -> None:
    told = ask("session-check", "--json", "--update-state").document["items"][0]

    assert told["content"] == ask("daily-report", "--date", "yesterday").out.rstrip("\n")
    assert (told["kind"], told["lang"]) == ("daily-report", "en")


def test_the_report_of_a_day_comes_at_its_hour_and_is_not_repeated_the_next_morning(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    for moment in ("2026-10-05T22:59:59Z", "2026-10-05T23:00:00Z", "2026-10-06T08:00:00Z"):
        at(monkeypatch, moment)
        told.append(ids(ask("session-check", "--json", "--update-state")))

    assert told == [DUE, ["daily:2026-10-05"], []]


def test_days_without_a_session_are_missed_and_not_sent(
    home: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("session-check", "--json", "--update-state")
    at(monkeypatch, "2026-10-09T08:00:00Z")

    assert ids(ask("session-check", "--json", "--update-state")) == []
    states = {name: entry["state"] for name, entry in kept(home).items()}
    assert (states["daily:2026-10-05"], states["daily:2026-10-07"]) == ("missed", "missed")
    assert states["daily:2026-10-08"] == "empty"


def test_an_empty_day_is_told_after_all_when_its_usage_comes_late(
    isolated_home: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs = isolated_home / ".claude" / "projects" / "-home-dev-shop"
    text = [(file, file.read_bytes()) for file in logs.iterdir()]
    text[0][0].unlink()
    assert ids(ask("session-check", "--json", "--update-state")) == []
    text[0][0].write_bytes(text[0][1])
    at(monkeypatch, "2026-10-05T23:30:00Z")

    assert ids(ask("session-check", "--json", "--update-state")) == ["daily:2026-10-05", "weekly:2026-W40"]


def test_a_session_that_claims_is_given_the_same_bytes_until_midnight(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    claim = ("session-check", "--claim", "--session", "main")
    first = ask(*claim)
    at(monkeypatch, "2026-10-05T21:00:00Z")
    ask("session-check", "--ack", *DUE)
    second = ask(*claim)
    other = ask("session-check", "--claim", "--session", "other")
    at(monkeypatch, "2026-10-06T00:00:00Z")
    third = ask(*claim)

    assert (ids(first), first.out == second.out, ids(other)) == (DUE, True, [])
    assert ids(third) == ["daily:2026-10-05"]


def test_a_claim_that_nobody_acknowledges_goes_to_the_next_session_after_ten_minutes(
    home: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = []
    for session, moment in [("a", "08:00:00"), ("b", "08:09:59"), ("b", "08:10:00"), ("a", "08:10:01")]:
        at(monkeypatch, f"2026-10-05T{moment}Z")
        told.append(ids(ask("session-check", "--claim", "--session", session)))

    assert told == [DUE, [], DUE, []]
    assert kept(home)["daily:2026-10-04"]["session"] == "b"


def test_the_same_session_takes_its_own_claim_again_to_the_byte(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, isolated_home: Path
) -> None:
    first = ask("session-check", "--claim", "--session", "a")
    log = next((isolated_home / ".claude" / "projects" / "-home-dev-shop").iterdir())
    log.write_bytes(log.read_bytes().replace(b"msg_01Counter0002", b"msg_01Counter0003") + log.read_bytes())
    at(monkeypatch, "2026-10-05T08:30:00Z")

    assert ask("session-check", "--claim", "--session", "a").out == first.out


def test_a_claim_of_a_process_that_is_gone_is_free_at_once(
    home: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = os.spawnlp(os.P_NOWAIT, "true", "true")
    monkeypatch.setattr(session_start, "claimant", lambda session, _pid: claimant(session, gone))
    first = ids(ask("session-check", "--claim", "--session", "a"))
    os.waitpid(gone, 0)
    monkeypatch.undo()

    assert first == DUE
    assert kept(home)["daily:2026-10-04"]["pid"] == gone


def test_a_claim_of_yesterday_that_nobody_acknowledged_was_missed_and_keeps_no_text(
    home: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("session-check", "--claim", "--session", "a")
    at(monkeypatch, "2026-10-06T08:00:00Z")
    ask("session-check", "--json", "--update-state")

    entries = kept(home)
    assert entries["daily:2026-10-04"]["state"] == "missed"
    assert [name for name, entry in entries.items() if "content" in entry] == [
        "weekly:2026-W40",
        "daily:2026-10-05",
    ]


def test_a_session_that_starts_after_the_claiming_process_was_killed_is_told_at_once(
    home: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = os.spawnlp(os.P_NOWAIT, "sleep", "sleep", "600")
    monkeypatch.setattr(session_start, "claimant", lambda session, _pid: claimant(session, gone))
    first = ids(ask("session-check", "--claim", "--session", "a"))
    before = ids(ask("session-check", "--json", "--update-state"))
    os.kill(gone, 9)
    os.waitpid(gone, 0)
    after = ids(ask("session-check", "--json", "--update-state"))

    assert (first, before, after) == (DUE, [], DUE)


def test_a_mistake_in_the_quick_path_says_nothing_and_is_in_the_log(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(quick, "is_quiet", broken)
    monkeypatch.setattr("sys.argv", ["token-tracker", "session-check", "--json"])

    assert run() == 0
    assert json.loads(capfd.readouterr().out)["items"] == []
    assert "ZeroDivisionError" in (home / "log" / "token-tracker.log").read_text()


def test_a_hook_prints_what_a_person_reads_and_nothing_when_nothing_is_due(ask: Ask) -> None:
    words = ("session-check", "--format", "hook", "--host", "claude-code", "--update-state")
    first, second = ask(*words), ask(*words)

    assert list(first.document) == ["systemMessage"]
    assert "daily:2026-10-04" in first.document["systemMessage"]
    assert (second.exit_code, second.out, second.err) == (0, "", "")


def test_an_exceeded_budget_is_told_once_a_day_and_the_model_is_told_to_say_so(
    home: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("set-budget", "--amount", "0.0001")
    words = ("session-check", "--format", "hook", "--host", "codex", "--update-state")
    first, second = ask(*words), ask(*words)
    at(monkeypatch, "2026-10-06T08:00:00Z")
    next_day = ask("session-check", "--json", "--update-state")

    assert list(first.document) == ["systemMessage", "hookSpecificOutput"]
    assert "alert:daily:exceeded:2026-10-05" in first.document["systemMessage"]
    assert second.out == ""
    assert ids(next_day) == ["daily:2026-10-05"]
    assert complaints("alert-state", json.loads((home / "alert-state.json").read_text())) == []


def test_a_warning_and_then_an_excess_of_the_same_budget_are_told_both(ask: Ask) -> None:
    told = []
    for amount in ("0.0126", "0.01"):
        ask("set-budget", "--amount", amount)
        told.append(ids(ask("session-check", "--json", "--update-state"))[:1])

    assert told == [["alert:daily:warning:2026-10-05"], ["alert:daily:exceeded:2026-10-05"]]


def test_nothing_of_a_conversation_is_told_or_kept(home: Path, ask: Ask) -> None:
    answer = ask("session-check", "--json", "--update-state")

    assert CANARY not in answer.out
    assert [file.name for file in home.iterdir() if CANARY.encode() in file.read_bytes()] == []


def test_after_a_run_that_found_nothing_the_full_program_is_not_loaded(
    home: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask("session-check", "--json", "--update-state")
    monkeypatch.setattr(session_start, "finish", lambda _call: pytest.fail("loaded"))

    assert ids(ask("session-check", "--json", "--update-state")) == []
    assert json.loads((home / "due.json").read_text())["not_before"] == "2026-10-05T23:00:00Z"
    assert complaints("due", json.loads((home / "due.json").read_text())) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda due: due._replace(not_before="2026-10-05T07:59:59Z"),
        lambda due: due._replace(written_at="2026-10-05T08:00:01Z"),
        lambda due: due._replace(config_hash="0" * 16),
    ],
    ids=["its time has come", "the clock was set back", "the settings changed"],
)
def test_the_full_program_looks_again(home: Path, ask: Ask, change: Any) -> None:
    ask("session-check", "--json", "--update-state")
    due = read_due(str(home))
    assert due is not None
    write_due(str(home), change(due))

    assert quick.decide(quick.Call(json=True)) is None
    quick.release()


def test_with_a_budget_a_new_log_line_makes_the_full_program_look(isolated_home: Path, ask: Ask) -> None:
    folder = isolated_home / ".claude" / "projects" / "-home-dev-shop"
    for place in (*folder.iterdir(), *folder.parents, folder):
        os.utime(place, (1_790_000_000, 1_790_000_000))
    ask("set-budget", "--amount", "100")
    ask("session-check", "--json", "--update-state")
    calm = quick.decide(quick.Call(json=True))
    (folder / "another.jsonl").write_bytes(b"")
    restless = quick.decide(quick.Call(json=True))
    quick.release()

    assert (calm, restless) == (0, None)


def test_a_look_that_fails_says_nothing_keeps_the_reason_and_loses_nothing(home: Path, ask: Ask) -> None:
    (home / "budget.json").write_text("{")
    failed = ask("session-check", "--json", "--update-state")
    error = json.loads((home / "report-state.json").read_text())["last_error"]
    (home / "budget.json").unlink()
    after = ask("session-check", "--json", "--update-state")

    assert (ids(failed), error["code"]) == ([], "settings_not_json")
    assert ids(after) == DUE
    assert json.loads((home / "report-state.json").read_text())["last_error"] is None


def test_a_mistake_of_ours_says_nothing_and_is_in_the_log(
    home: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(due_items, "reports_at", broken)
    answer = ask("session-check", "--format", "hook", "--host", "codex", "--update-state")

    assert (answer.exit_code, answer.out, answer.err) == (0, "", "")
    assert "ZeroDivisionError" in (home / "log" / "token-tracker.log").read_text()


def test_state_files_that_are_not_valid_are_left_as_they_are(home: Path, ask: Ask) -> None:
    (home / "report-state.json").write_text("[1")

    assert ids(ask("session-check", "--json", "--update-state")) == []
    assert (home / "report-state.json").read_text() == "[1"


def test_more_than_a_start_has_time_for_is_read_by_another_process_and_told_later(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    spawned: list[str | None] = []
    monkeypatch.setattr(session_start, "spawn_sync", spawned.append)
    monkeypatch.setattr(session_start, "MOST_BYTES", 10)
    first = ids(ask("session-check", "--json", "--update-state"))
    ask("sync", "--quiet")

    assert (first, spawned) == ([], [None])
    assert ids(ask("session-check", "--json", "--update-state")) == DUE


def test_after_a_sync_that_changed_nothing_the_next_start_has_nothing_to_look_for(
    home: Path, ask: Ask
) -> None:
    ask("session-check", "--json", "--update-state")
    ask("sync", "--quiet")
    due = read_due(str(home))

    assert isinstance(due, Due)
    assert due.not_before == "2026-10-05T23:00:00Z"


@pytest.mark.parametrize(
    "words",
    [
        ["--claim"],
        ["--ack"],
        ["daily:2026-10-05"],
        ["--format", "xml"],
        ["--unknown"],
    ],
)
def test_a_wrong_command_line_exits_2(ask: Ask, words: list[str]) -> None:
    assert ask("session-check", *words).exit_code == 2


def test_in_a_home_that_takes_no_writes_nothing_is_told(
    home: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("token_tracker.delivery_state.replace_file", refused)

    assert ids(ask("session-check", "--json", "--update-state")) == []


def test_text_for_a_terminal_is_the_texts_themselves(ask: Ask) -> None:
    answer = ask("session-check")

    assert answer.out.startswith("Yesterday (Oct 4):")
    assert answer.out.count("\n\n") == 1


def test_after_a_budget_is_set_hooks_know_that_there_is_one_and_look(home: Path, ask: Ask) -> None:
    ask("session-check", "--json", "--update-state")
    calm = read_due(str(home))
    ask("set-budget", "--amount", "100")
    due = read_due(str(home))

    assert calm is not None
    assert due == calm._replace(not_before=calm.written_at, has_budgets=True)


@pytest.mark.parametrize(
    "words",
    [
        ["config", "set", "daily_report_hour", "8"],
        ["log", "--session", "s", "--model", "m", "--input-tokens", "1"],
    ],
)
def test_what_changes_figures_or_days_makes_the_next_start_look(
    home: Path, ask: Ask, words: list[str]
) -> None:
    ask("session-check", "--json", "--update-state")
    ask(*words)
    due = read_due(str(home))

    assert due is not None
    assert due.not_before == due.written_at


def test_of_many_exceeded_budgets_a_session_is_told_three_and_the_next_the_others(ask: Ask) -> None:
    for scope in ("all", "source=claude-code", "provider=anthropic", "project=shop"):
        ask("set-budget", "--amount", "0.0001", "--scope", scope)
    told = [ids(ask("session-check", "--json", "--update-state")) for _ in range(3)]

    assert [len([one for one in each if one.startswith("alert:")]) for each in told] == [3, 1, 0]


def test_doctor_says_how_much_the_newest_text_added_to_a_session(ask: Ask) -> None:
    before = ask("doctor", "--json").document["data"]["footprint"]["last_delivery_tokens"]
    ask("session-check", "--json", "--update-state")
    after = ask("doctor", "--json").document["data"]["footprint"]["last_delivery_tokens"]

    assert (before, 0 < after <= 120) == (None, True)


def test_the_first_question_tells_hooks_which_python_is_ours_and_that_they_must_look(
    home: Path, ask: Ask
) -> None:
    ask("summary")
    due = read_due(str(home))

    assert due is not None
    assert (os.path.isabs(due.python), due.not_before == due.written_at) == (True, True)
    assert ids(ask("session-check", "--json")) == DUE


def test_a_zone_that_is_asked_for_has_its_own_days_and_leaves_those_of_others_alone(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ("session-check", "--json", "--update-state")
    first = ids(ask(*command))
    at(monkeypatch, "2026-10-05T16:00:00Z")
    abroad = ids(ask(*command, "--tz", "Asia/Tokyo"))
    due = read_due(str(tracker_home(os.environ)))
    at(monkeypatch, "2026-10-05T23:00:00Z")

    assert (first, abroad, ids(ask(*command))) == (DUE, ["daily:2026-10-05"], [])
    assert due is not None
    assert (due.zone, due.not_before) == ("UTC", due.written_at)


@pytest.mark.parametrize("words", [["statusline"], ["summary", "--session", "statusline", "--json"]])
def test_a_line_of_another_command_is_the_full_programs(words: list[str]) -> None:
    assert (quick.main(words), quick.pending) == (None, None)

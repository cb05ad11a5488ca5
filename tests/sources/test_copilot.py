"""What is special to Copilot: two stores of the same requests, forks, run totals, the editor's two."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.recorded import build_database
from benchmarks.recorded import copy_case
from ledger.postings import NOW
from ledger.postings import opened_fast
from sources.samples import FIXTURES
from sources.samples import events_of
from sources.samples import files_in
from sources.samples import readings_of
from sources.samples import timeless
from token_tracker.model import Tokens
from token_tracker.period import Clock
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import RunningTotal
from token_tracker.sources.copilot import SOURCE
from token_tracker.sync import Wanted
from token_tracker.sync import sync_sources

CASES = FIXTURES / "copilot"
REQUEST = {
    "type": "session.usage_record",
    "id": "r1",
    "timestamp": "2026-11-20T05:00:01.000Z",
    "data": {
        "usage": {
            "model": "gpt-4.1",
            "inputTokens": 1000,
            "outputTokens": 10,
            "cacheReadTokens": 400,
            "initiator": "user",
            "accounting": {"sourceSessionId": "own", "sequence": 1, "usageId": "chatcmpl-1"},
        }
    },
}


def copied(case: str, tmp_path: Path) -> Path:
    return copy_case(CASES / case, tmp_path / case)


def session_log(home: Path, session: str, *lines: object) -> Path:
    log = home / "session-state" / session / "events.jsonl"
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return log


def changed(usage_id: str, at: str = "2026-11-20T05:00:01.000Z", **usage: object) -> dict[str, object]:
    line: dict[str, object] = json.loads(json.dumps(REQUEST))
    line["timestamp"] = at
    told = line["data"]["usage"]  # type: ignore[index]  # the shape above
    told["accounting"]["usageId"] = usage_id
    told.update(usage)
    return line


def read_only(home: Path) -> Reading:
    (state,) = files_in(SOURCE, home)
    return SOURCE.read(state, None)


@pytest.mark.parametrize(
    "case", ["recorded-main", "recorded-sub-agent", "recorded-fork", "recorded-failure", "recorded-skill"]
)
def test_log_and_database_tell_the_same_events(case: str, tmp_path: Path) -> None:
    home = copied(case, tmp_path)
    both = events_of(readings_of(SOURCE, home)).values()
    store = home / "session-store.db"
    store.rename(tmp_path / "kept.db")
    logged = events_of(readings_of(SOURCE, home)).values()
    shutil.rmtree(home / "session-state")
    (tmp_path / "kept.db").rename(store)
    stored = events_of(readings_of(SOURCE, home)).values()

    assert timeless(logged) == timeless(stored) == timeless(both)


def test_a_fork_says_what_it_was_forked_from_and_leaves_the_copies_to_their_session(tmp_path: Path) -> None:
    events = events_of(readings_of(SOURCE, copied("recorded-fork", tmp_path))).values()

    of_parent = {event.origin.session for event in events if not event.origin.parent}
    assert sorted((event.tokens.output, {event.origin.parent} == of_parent) for event in events) == [
        (44, True),
        (60, False),
        (61, False),
        (62, True),
        (333, True),
    ]


def test_a_sub_agent_belongs_to_the_session_that_started_it(tmp_path: Path) -> None:
    events = events_of(readings_of(SOURCE, copied("recorded-sub-agent", tmp_path))).values()

    assert sorted((event.origin.agent, event.origin.initiator) for event in events) == [
        ("", "manual"),
        ("", "manual"),
        ("explore", "agent"),
        ("explore", "agent"),
    ]
    assert len({event.origin.session for event in events}) == 1


def test_work_in_a_skill_is_the_skills_until_the_next_thing_asked(tmp_path: Path) -> None:
    events = events_of(readings_of(SOURCE, copied("recorded-skill", tmp_path))).values()

    told = sorted((one.tokens.output, one.origin.skill, one.origin.initiator) for one in events)
    assert told == [
        (20, "", "manual"),
        (21, "price-tags", "skill"),
        (22, "price-tags", "skill"),
        (23, "", "manual"),
    ]


def test_a_skill_that_a_person_called_begins_with_the_request(tmp_path: Path) -> None:
    call = {"type": "skill.invoked", "data": {"name": "price-tags", "trigger": "user-invoked"}}
    lines = [changed("chatcmpl-1"), call, changed("chatcmpl-2"), changed("chatcmpl-3", inputTokens=7)]
    log = session_log(tmp_path, "own", *lines[:2])
    first = read_only(tmp_path)
    log.write_text("".join(json.dumps(line) + "\n" for line in lines))
    second = SOURCE.read(files_in(SOURCE, tmp_path)[0], first.cursor)

    assert [event.origin.skill for event in (*first.events, *second.events)] == ["", "price-tags", ""]


def test_requests_alike_in_everything_but_their_id_are_two(tmp_path: Path) -> None:
    session_log(tmp_path, "own", changed("chatcmpl-1"), changed("chatcmpl-2"), changed("chatcmpl-1"))

    assert len(read_only(tmp_path).events) == 2


def test_cache_beyond_the_prompt_and_reasoning_beyond_the_output_are_cut(tmp_path: Path) -> None:
    line = changed("chatcmpl-1", cacheReadTokens=900, cacheWriteTokens=500, reasoningTokens=99)
    session_log(tmp_path, "own", line)

    (event,) = read_only(tmp_path).events
    assert event.tokens == Tokens(cache_read=900, cache_write_5m=100, output=10, reasoning=10)


def test_a_response_without_usage_is_a_problem_and_not_zero(tmp_path: Path) -> None:
    log = session_log(tmp_path, "own", REQUEST, changed("chatcmpl-2", inputTokens=None, outputTokens=None))
    second = log.read_bytes().index(b"\n") + 1

    reading = read_only(tmp_path)
    assert reading.problems == [LineProblem("usage-invalid", second, 2)]
    assert len(reading.events) == 1


def test_the_name_of_a_sub_agent_is_known_in_a_later_reading(tmp_path: Path) -> None:
    home = copied("recorded-sub-agent", tmp_path)
    (home / "session-store.db").unlink()
    (state,) = files_in(SOURCE, home)
    lines = Path(state.path).read_bytes().splitlines(keepends=True)
    started = next(number for number, line in enumerate(lines) if b'"subagent.started"' in line) + 1
    Path(state.path).write_bytes(b"".join(lines[:started]))
    first = SOURCE.read(files_in(SOURCE, home)[0], None)
    with Path(state.path).open("ab") as log:
        log.write(b"".join(lines[started:]))

    second = SOURCE.read(files_in(SOURCE, home)[0], first.cursor)
    assert [event.origin.agent for event in second.events] == ["explore", "explore", ""]


def run_end(identity: str, at: str, prompt: int) -> dict[str, object]:
    usage = {"inputTokens": prompt, "outputTokens": 5, "cacheReadTokens": 0, "cacheWriteTokens": 0}
    return {
        "type": "session.shutdown",
        "id": identity,
        "timestamp": at,
        "data": {"modelMetrics": {"gpt-4.1": {"usage": usage}}},
    }


def totals_of_run(home: Path) -> list[RunningTotal]:
    return [total for reading in readings_of(SOURCE, home) for total in reading.totals]


@pytest.mark.parametrize("case", ["recorded-runs-begun-anew", "recorded-runs-counted-on"])
def test_totals_of_runs_give_what_each_run_took(case: str, tmp_path: Path) -> None:
    totals = totals_of_run(copied(case, tmp_path))

    assert [total.tokens for total in totals] == [
        Tokens(input=300, cache_read=100, output=20),
        Tokens(input=1100, cache_read=1912, output=90, reasoning=16),
    ]


def test_a_run_total_counts_only_until_the_database_knows_the_session(tmp_path: Path) -> None:
    session_log(
        tmp_path,
        "own",
        {"type": "session.start", "data": {"sessionId": "own", "startTime": "2026-06-01T08:00:00Z"}},
        run_end("e1", "2026-06-01T09:00:00Z", 100),
        {"type": "session.resume", "data": {"sessionLimits": None}},
        run_end("e2", "2026-06-03T09:00:00Z", 700),
    )
    made_of = json.loads((CASES / "recorded-main/session-store.db.json").read_text())
    row = {
        "session_id": "own",
        "model": "gpt-4.1",
        "input_tokens": 600,
        "output_tokens": 5,
        "created_at": "2026-06-03T08:30:00Z",
    }
    made_of["rows"] = {"assistant_usage_events": [row]}
    before = [total.tokens.input for total in totals_of_run(tmp_path)]
    build_database(tmp_path / "session-store.db", made_of)

    assert before == [100, 600]
    assert [total.tokens.input for total in totals_of_run(tmp_path)] == [100]


def test_run_totals_beside_recorded_requests_are_left_out(tmp_path: Path) -> None:
    session_log(tmp_path, "own", REQUEST, run_end("e1", "2026-11-20T06:00:00Z", 1000))

    assert read_only(tmp_path).totals == []


def test_a_log_whose_database_is_locked_is_unknown_this_time(tmp_path: Path) -> None:
    session_log(tmp_path, "own", run_end("e1", "2026-06-01T09:00:00Z", 100))
    (tmp_path / "session-store.db").write_bytes(b"SQLite format 3\0 and no more of it")
    log = next(state for state in files_in(SOURCE, tmp_path) if state.path.endswith(".jsonl"))

    with pytest.raises(OSError, match=r"."):
        SOURCE.read(log, None)


def test_a_chat_counts_by_its_traces_where_there_are_some(tmp_path: Path) -> None:
    user = copied("sample-vscode-traces", tmp_path)
    shutil.copytree(CASES / "sample-vscode-chats/workspaceStorage", user / "workspaceStorage")
    journal = next(user.rglob("*.jsonl"))
    text = journal.read_text().replace(journal.stem, "7c0e0000-0000-4000-8000-000000000001")
    journal.write_text(text)
    with closing(opened_fast(tmp_path / "ledger")) as ledger:
        wanted = [Wanted(SOURCE, [str(user)])]
        sync_sources(ledger, wanted, {"HOME": str(tmp_path / "nobody")}, Clock(NOW), tmp_path / "prices")
        found = ledger.connection.execute("SELECT count(*), sum(output) FROM event").fetchone()

    assert found == (3, 180)


def test_traces_of_a_program_that_the_editor_started_leave_it_to_the_programs_own_log(tmp_path: Path) -> None:
    user = tmp_path / "User"
    place = user / "globalStorage/github.copilot-chat/agent-traces.db"
    place.parent.mkdir(parents=True)
    made_of = json.loads(
        (CASES / "sample-vscode-traces/globalStorage/github.copilot-chat/agent-traces.db.json").read_text()
    )
    made_of["rows"]["spans"][0]["agent_name"] = "copilotcli"
    build_database(place, made_of)

    wraps = {event.origin.wraps for event in read_only(user).events}
    assert wraps == {"copilot/7c0e0000-0000-4000-8000-000000000001"}


def test_a_chat_that_has_traces_takes_its_folder_from_its_journal(tmp_path: Path) -> None:
    user = copied("sample-vscode-traces", tmp_path)
    chats = user / "workspaceStorage/0a/chatSessions"
    chats.mkdir(parents=True)
    (chats / "7c0e0000-0000-4000-8000-000000000001.jsonl").write_text("")
    (chats.parent / "workspace.json").write_text('{"folder": "file:///home/dev/tea%20shop"}')

    folders = {event.origin.cwd for reading in readings_of(SOURCE, user) for event in reading.events}
    assert folders == {"/home/dev/tea shop"}


def test_a_turn_taken_back_was_paid_and_one_without_counts_is_no_event(tmp_path: Path) -> None:
    events = events_of(readings_of(SOURCE, copied("sample-vscode-chats", tmp_path))).values()

    told = sorted((event.service.model, event.tokens.input, event.tokens.output) for event in events)
    assert told == [
        ("claude-sonnet-4.5", 900, 60),
        ("gpt-4.1", 700, 20),
        ("gpt-4.1", 1200, 30),
        ("gpt-4.1", 3000, 490),
    ]


def test_a_journal_with_changes_that_fit_nothing_is_read_on(tmp_path: Path) -> None:
    turn = {"requestId": "request_1", "timestamp": 1795176000000, "modelId": "copilot/gpt-4.1"}
    counted = {**turn, "result": {"metadata": {"promptTokens": 5, "outputTokens": 3}}}
    lines = [
        {"kind": 2, "k": ["requests"], "v": "nothing"},
        {"kind": 1, "k": ["requests", 7, "result"], "v": counted["result"]},
        {"kind": 0, "v": {"sessionId": "c1", "requests": [turn]}},
        {"kind": 1, "k": ["requests", 0, "result", "metadata", "promptTokens"], "v": 5},
        {"kind": 1, "k": ["requests", 0, "result", "metadata", "outputTokens"], "v": 3},
        {"kind": 3, "k": ["requests", 0, "modelId"]},
        {"kind": 1, "k": ["requests", 0, "response", 4, "value"], "v": "words"},
        {"kind": 1, "k": [], "v": {}},
    ]
    chats = tmp_path / "chatSessions"
    chats.mkdir()
    (chats / "c1.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))

    reading = read_only(chats)
    assert [(one.service.model, one.tokens.input, one.tokens.output) for one in reading.events] == [
        ("", 5, 3)
    ]
    assert reading.problems == []


def test_the_editors_on_windows_are_where_its_variable_says(tmp_path: Path) -> None:
    user = tmp_path / "Roaming/Code/User"
    user.mkdir(parents=True)

    roots = SOURCE.roots({"HOME": str(tmp_path / "me"), "APPDATA": str(tmp_path / "Roaming")}, [])

    assert [root.path for root in roots if root.found] == [str(user)]


def test_the_homes_are_the_programs_and_those_of_editors_that_are_there(tmp_path: Path) -> None:
    (tmp_path / ".config/Code/User").mkdir(parents=True)
    (tmp_path / ".vscode-server/data/User").mkdir(parents=True)

    roots = SOURCE.roots({"HOME": str(tmp_path), "COPILOT_HOME": str(tmp_path / "elsewhere")}, ["/extra"])

    assert [(root.path.removeprefix(str(tmp_path)), root.found) for root in roots] == [
        ("/elsewhere", False),
        ("/.config/Code/User", True),
        ("/.vscode-server/data/User", True),
        ("/extra", False),
    ]

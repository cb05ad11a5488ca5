"""What is special to OpenClaw: homes, copies, owners, programs that it drives, and who asked."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import zstandard

from sources.samples import FIXTURES
from sources.samples import Sample
from sources.samples import events_of
from sources.samples import files_in
from sources.samples import readings_of
from sources.samples import totals_of
from token_tracker.model import Charge
from token_tracker.model import Origin
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.sources.contract import Cursor
from token_tracker.sources.openclaw import SOURCE
from token_tracker.sources.openclaw import database
from token_tracker.sources.openclaw import is_transcript

HASH = "6cfce640a2ce4e369d6dcf403ffd1b20"
AT = "2026-11-22T10-02-58.454Z"
SHOP = "/home/dev/shop"


def case(name: str) -> Sample:
    return Sample(SOURCE, FIXTURES / "openclaw" / name)


def by_input(events: dict[bytes, UsageEvent]) -> dict[int, UsageEvent]:
    """Name the events of the sample by their input, which is different for each."""
    return {event.tokens.input: event for event in events.values()}


@pytest.fixture(scope="module")
def found() -> dict[int, UsageEvent]:
    return by_input(events_of(readings_of(SOURCE, case("sample-database").folder)))


def origin(session: str, **known: str) -> Origin:
    return Origin(**{"source": "openclaw", "cwd": SHOP, "session": session, "agent": "main"} | known)


def test_a_copy_belongs_to_the_session_that_first_had_it(found: dict[int, UsageEvent]) -> None:
    assert found[300].origin == origin("s-main", initiator="manual")
    assert found[400].origin == origin("s-fork", initiator="manual", parent="s-main")


def test_a_sub_agent_is_part_of_the_session_that_started_it(found: dict[int, UsageEvent]) -> None:
    assert found[210].origin == origin("s-main", agent_id="s-child", initiator="agent", parent="s-main")


def test_who_asked_is_told_by_session_prompt_and_run(found: dict[int, UsageEvent]) -> None:
    assert found[70].origin == origin("s-cron", initiator="scheduled")
    assert found[90].origin == origin("s-main", initiator="scheduled")  # a heartbeat
    assert found[95].origin == origin("s-main", initiator="agent")  # what a sub-agent found


def test_who_asked_is_told_in_recordings_too() -> None:
    events = by_input(events_of(readings_of(SOURCE, case("recorded-gateway").folder)))

    asked = {tokens: event.origin.initiator for tokens, event in events.items() if tokens < 100}

    scheduled, by_agents = (77, 81, 82), (70, 71)  # a cron run and heartbeats; what sub-agents found
    people = (90, 60, 61, 44, 45, 46, 88)
    assert asked == {
        **dict.fromkeys(scheduled, "scheduled"),
        **dict.fromkeys(by_agents, "agent"),
        **dict.fromkeys(people, "manual"),
    }


def test_what_another_program_did_names_its_session(found: dict[int, UsageEvent]) -> None:
    assert found[111].origin.wraps == "claude-code/31edc298-9e5e-412a-8346-8a29490bfb2c"
    assert found[600].origin.wraps == "codex/01a202c2-4b87-7a30-8865-9e6c25718e74"
    assert {event.origin.wraps for event in found.values() if event.tokens.input not in (111, 600)} == {""}


def test_a_charge_is_one_also_when_it_is_nothing_and_an_estimate_is_none(
    found: dict[int, UsageEvent],
) -> None:
    assert (found[200].charge, found[200].host_cost_pico) == (Charge(2_000_000_000, "USD"), None)
    assert (found[120].charge, found[120].host_cost_pico) == (Charge(0, "USD"), None)
    assert (found[300].charge, found[300].host_cost_pico) == (None, 150_000_000)
    assert (found[90].charge, found[90].host_cost_pico) == (None, None)


def test_a_cache_write_of_an_hour_is_told_apart(found: dict[int, UsageEvent]) -> None:
    assert found[210].tokens == Tokens(210, 0, 200, 100, 20)
    assert found[210].service.provider == "anthropic"


def test_the_import_of_an_older_home_adds_nothing_to_it() -> None:
    lines = case("recorded-lines").folder
    both = readings_of(SOURCE, lines, case("recorded-imported").folder)

    assert totals_of(events_of(both).values()) == totals_of(events_of(readings_of(SOURCE, lines)).values())


def test_the_host_counts_copies_again_and_leaves_out_what_was_taken_back() -> None:
    recorded = case("recorded-gateway")
    (reading,) = readings_of(SOURCE, recorded.folder)
    served = {one["purpose"]: one for part in ("logged", "unlogged") for one in recorded.expected[part]}
    took = {
        purpose: sum(one[name] for name in ("input", "cache_read", "output"))
        for purpose, one in served.items()
    }

    host = recorded.expected["host_statistics"]["totalTokens"]

    assert len(reading.events) > len(events_of([reading]))
    assert (
        sum(event.tokens.total for event in reading.events)
        == host + took["is taken back"] - took["answers in a session that goes"]  # deleted afterwards
    )


def test_an_archive_inside_the_database_has_the_records_of_its_session(tmp_path: Path) -> None:
    folder = case("recorded-deleted").folder
    (log,) = folder.rglob("*.jsonl.*")
    path = tmp_path / "agents/main/agent/openclaw-agent.sqlite"
    path.parent.mkdir(parents=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "CREATE TABLE session_transcript_archives (session_id, session_key, archive_name, archive_blob)"
        )
        row = ("76ef", "agent:main:cron:j1", f"{log.name}.zst", zstandard.compress(log.read_bytes()))
        connection.execute("INSERT INTO session_transcript_archives VALUES (?, ?, ?, ?)", row)
        connection.commit()

    (inside,) = events_of(readings_of(SOURCE, tmp_path)).values()
    (beside,) = events_of(readings_of(SOURCE, folder)).values()

    assert (inside.id, inside.tokens, inside.service) == (beside.id, beside.tokens, beside.service)
    assert inside.origin == beside.origin._replace(initiator="scheduled")


def test_a_turn_by_another_program_is_known_by_its_session_in_recordings_too() -> None:
    events = events_of(readings_of(SOURCE, case("recorded-driven").folder)).values()

    found = [(event.service.provider, event.origin.wraps.partition("/")[0]) for event in events]

    assert sorted(found) == [("anthropic", "claude-code"), ("anthropic", "claude-code"), ("openai", "codex")]


@pytest.mark.parametrize(
    ("name", "counts"),
    [
        ("a.jsonl", True),
        (f"a.jsonl.reset.{AT}", True),
        (f"a.jsonl.deleted.{AT}.{HASH}.zst", True),
        (f"a.jsonl.bak.{AT}", False),
        ("a.jsonl.bak", False),
        ("a.trajectory.jsonl", False),
        (f"a.trajectory.jsonl.deleted.{AT}", False),
        ("a.checkpoint.01a202c2-4b87-4a30-8865-9e6c25718e74.jsonl", False),
        ("agent_main_main.a.jsonl.imported-1795343047511", False),
        ("a.jsonl.migrated", False),
        ("sessions.json", False),
    ],
)
def test_a_file_counts_by_its_name(name: str, counts: bool) -> None:
    assert is_transcript(name) is counts


def test_every_home_of_a_person_is_looked_into(tmp_path: Path) -> None:
    for name in (".openclaw", ".openclaw-work", ".clawdbot", "elsewhere", "store/main"):
        (tmp_path / name / "agents").mkdir(parents=True)
    (tmp_path / ".openclaw/openclaw.json").write_text(
        "{ // mine\n session: { store: '~/store/{agentId}/sessions.json' } }"
    )

    roots = SOURCE.roots({"HOME": str(tmp_path), "OPENCLAW_STATE_DIR": "~/elsewhere"}, [])

    assert [(root.path.removeprefix(f"{tmp_path}/"), root.found) for root in roots] == [
        ("elsewhere/agents", True),
        (".openclaw/agents", True),
        (".clawdbot/agents", True),
        (".openclaw-work/agents", True),
        ("store", True),
    ]


def test_a_home_that_was_moved_by_the_host_s_variable_has_its_files_found(tmp_path: Path) -> None:
    home = case("sample-database").copied_to(tmp_path / "moved")

    roots = SOURCE.roots({"HOME": str(tmp_path), "OPENCLAW_STATE_DIR": str(home)}, [])

    assert [Path(state.path).name for state in SOURCE.files(roots)] == ["openclaw-agent.sqlite"]


def test_what_codex_writes_into_the_agent_s_folder_is_not_a_transcript(tmp_path: Path) -> None:
    rollouts = tmp_path / "agents/main/agent/codex-home/sessions/2026"
    rollouts.mkdir(parents=True)
    (rollouts / "rollout-1.jsonl").write_text("{}\n")

    assert files_in(SOURCE, tmp_path) == []


def test_the_index_of_an_older_home_tells_sub_agents_from_sessions() -> None:
    events = events_of(readings_of(SOURCE, case("recorded-lines").folder)).values()

    child = next(event.origin for event in events if event.origin.agent_id)

    assert (child.initiator, child.parent, child.agent) == ("agent", child.session, "main")
    assert {event.origin.agent_id for event in events} == {"", child.agent_id}


def test_lines_that_follow_a_heartbeat_are_asked_for_by_the_schedule(tmp_path: Path) -> None:
    beat = {"role": "user", "provenance": {"kind": "internal_system", "sourceTool": "heartbeat"}}
    log = tmp_path / "s1.jsonl"
    log.write_text(json.dumps({"type": "message", "id": "u1", "message": beat}) + "\n")
    (state,) = files_in(SOURCE, tmp_path)
    first = SOURCE.read(state, None)
    with log.open("a") as file:
        file.write(json.dumps(message("e1", input=1)) + "\n")
        file.write(json.dumps({"type": "message", "id": "u2", "message": {"role": "user"}}) + "\n")
        file.write(json.dumps(message("e2", input=2)) + "\n")
    (state,) = files_in(SOURCE, tmp_path)

    events = SOURCE.read(state, first.cursor).events

    assert [event.origin.initiator for event in events] == ["scheduled", ""]


def test_a_driven_session_that_nothing_names_any_more_still_says_which_program_it_was(tmp_path: Path) -> None:
    turn = message("e1", input=1)
    turn["message"] |= {"api": "cli", "provider": "claude-cli"}
    log = tmp_path / "sessions/s1.jsonl"
    log.parent.mkdir()
    log.write_text(json.dumps(turn) + "\n")

    (event,) = events_of(readings_of(SOURCE, tmp_path)).values()

    assert event.origin.wraps == "claude-code/"


def message(name: str, **usage: Any) -> dict[str, Any]:
    said = {"role": "assistant", "provider": "mock", "model": "m", "timestamp": 1795154400000, "usage": usage}
    return {"type": "message", "id": name, "timestamp": "2026-11-20T06:00:03.000Z", "message": said}


def counted(tmp_path: Path, *records: dict[str, Any]) -> list[Tokens]:
    log = tmp_path / "sessions/s1.jsonl"
    log.parent.mkdir()
    log.write_text("".join(json.dumps(record) + "\n" for record in records))
    return [event.tokens for event in events_of(readings_of(SOURCE, tmp_path)).values()]


@pytest.mark.parametrize(
    ("usage", "tokens"),
    [
        ({"input_tokens": 100, "output_tokens": 5, "cache_read_input_tokens": 40}, (100, 40, 0, 0, 5, 0)),
        ({"input_tokens": 100, "output_tokens": 5, "cached_input_tokens": 40}, (60, 40, 0, 0, 5, 0)),
        (
            {
                "prompt_tokens": 100,
                "completion_tokens": 5,
                "prompt_tokens_details": {"cached_tokens": 40},
            },
            (60, 40, 0, 0, 5, 0),
        ),
        ({"input": 10, "output": 5, "cacheWrite": 7, "cacheWrite1h": 9}, (10, 0, 0, 7, 5, 0)),
        ({"input": 10, "output": 5, "reasoningTokens": 9}, (10, 0, 0, 0, 5, 5)),
    ],
)
def test_counts_are_understood_under_the_vendors_names_too(
    usage: dict[str, Any], tokens: tuple[int, ...], tmp_path: Path
) -> None:
    assert counted(tmp_path, message("e1", **usage)) == [Tokens(*tokens)]


def test_an_answer_that_never_came_is_no_response(tmp_path: Path) -> None:
    assert counted(tmp_path, message("e1", input=0, output=0, cost={"total": 0})) == []


def test_a_cold_archive_has_the_records_of_its_session(tmp_path: Path) -> None:
    head = {"type": "session", "id": "s9", "timestamp": "2026-11-20T06:00:00.000Z", "cwd": SHOP}
    rows = [
        {"kind": "event", "row": {"seq": number, "event_json": json.dumps(record), "created_at": 1}}
        for number, record in enumerate([head, message("e1", input=3, output=4)])
    ]
    lines = [{"kind": "header", "version": 1, "sessionId": "s9", "generation": "g"}, *rows]
    cold = tmp_path / "agents/main/sessions/cold" / f"{HASH * 2}.jsonl.zst"
    cold.parent.mkdir(parents=True)
    cold.write_bytes(zstandard.compress("".join(json.dumps(line) + "\n" for line in lines).encode()))

    (event,) = events_of(readings_of(SOURCE, tmp_path)).values()

    assert (event.origin, event.tokens) == (origin("s9"), Tokens(3, 0, 0, 0, 4))


def rows_read(path: Path, change: str, cursor: Cursor | None) -> tuple[bool, list[int], Cursor]:
    """Change a database and read on: whether from the start, the inputs, and where reading ended."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(change)
    (state,) = files_in(SOURCE, path.parent)
    reading = database.read_database(state, cursor)
    return reading.from_start, [event.tokens.input for event in reading.events], reading.cursor


def add(session: str, seq: int, tokens: int) -> str:
    record = json.dumps(message(f"{session}-{seq}", input=tokens))
    return f"INSERT INTO transcript_events (session_id, seq, event_json, created_at) VALUES ('{session}', {seq}, '{record}', 1795154400000);"  # noqa: E501


SCHEMA = """
CREATE TABLE transcript_events (session_id TEXT, seq INTEGER, event_json TEXT, created_at INTEGER,
                                PRIMARY KEY (session_id, seq));
CREATE TABLE transcript_rewrite_watermarks (session_id TEXT PRIMARY KEY, updated_at INTEGER);
"""


def test_only_new_rows_are_read_unless_rows_were_numbered_or_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "openclaw-agent.sqlite"
    steps = [
        SCHEMA + add("a", 0, 1) + add("a", 1, 2),
        add("b", 0, 3),
        "DELETE FROM transcript_events WHERE session_id = 'b';" + add("c", 0, 4),
        "INSERT INTO transcript_rewrite_watermarks VALUES ('a', 5);",
        "UPDATE transcript_events SET rowid = rowid + 100;",
    ]
    cursor: Cursor | None = None
    read = []
    for step in steps:
        from_start, inputs, cursor = rows_read(path, step, cursor)
        read.append((from_start, inputs))

    assert read == [
        (True, [1, 2]),
        (False, [3]),
        (True, [1, 2, 4]),  # the last row that was read is another one now
        (False, [1, 2]),  # written anew: once more
        (True, [1, 2, 4]),
    ]


def test_compressed_rows_wait_for_a_decompressor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = case("sample-database").copied_to(tmp_path)
    monkeypatch.setattr(database, "decompressor", lambda: None)
    (state,) = files_in(SOURCE, folder)
    blind = SOURCE.read(state, None)
    monkeypatch.undo()

    sighted = SOURCE.read(state, blind.cursor)

    assert [problem.code for problem in blind.problems] == ["file-codec-missing"]
    assert blind.cursor.state != state
    assert (len(events_of([blind])), len(events_of([sighted])), list(sighted.problems)) == (9, 10, [])

"""OpenCode and Kilo CLI: rows that grow, two shapes of one message, forks, and loose old files."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from benchmarks.recorded import copy_case
from benchmarks.recorded import insert
from sources.samples import FIXTURES
from sources.samples import events_of
from sources.samples import files_in
from sources.samples import readings_of
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.sources import kilo_cli
from token_tracker.sources import opencode
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import Source

SOURCE = opencode.SOURCE
DAY_MS = 86_400_000
BEGAN_MS = 1_795_000_000_000
SESSIONS = (
    "CREATE TABLE session (id text PRIMARY KEY, parent_id text, directory text NOT NULL,"
    " time_created integer NOT NULL, title text)"
)
MESSAGES = (
    "CREATE TABLE message (id text PRIMARY KEY, session_id text NOT NULL, time_created integer NOT NULL,"
    " time_updated integer NOT NULL, data text NOT NULL)"
)


def home(case: str, place: Path, source: str = "opencode") -> Path:
    return copy_case(FIXTURES / source / case, place / "data")


def made(place: Path, *rows: dict[str, Any]) -> Path:
    """Make a database of these messages, of sessions that began with the first day."""
    path = place / "opencode.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(SESSIONS)
        connection.execute(MESSAGES)
        connection.commit()
    add(path, *rows)
    return path


def add(path: Path, *rows: dict[str, Any], table: str = "message") -> None:
    with closing(sqlite3.connect(path)) as connection:
        for row in rows:
            insert(connection, table, row)
        connection.commit()


def run(path: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement, values)
        connection.commit()


def message(
    number: int, created_ms: int, tokens: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    counts = {"input": 100 + number, "output": 10, "reasoning": 5, "cache": {"read": 50, "write": 3}}
    data = {
        "role": "assistant",
        "providerID": "x",
        "modelID": "mock",
        "agent": "build",
        "time": {"created": created_ms, "completed": created_ms + 900},
        "tokens": counts if tokens is None else tokens,
        **more,
    }
    return {
        "id": f"msg_{number}",
        "session_id": "ses_1",
        "time_created": created_ms,
        "time_updated": created_ms + 1000,
        "data": data,
    }


def session(name: str, began_ms: int, parent: str | None = None) -> dict[str, Any]:
    return {
        "id": name,
        "parent_id": parent,
        "directory": "/w/shop",
        "time_created": began_ms,
        "title": "Teas",
    }


def read(path: Path, cursor: Cursor | None = None, source: Source = SOURCE) -> Reading:
    state = next(one for one in files_in(source, path.parent) if one.path == str(path))
    return source.read(state, cursor)


def only(path: Path) -> UsageEvent:
    (event,) = read(path).events
    return event


def inputs(reading: Reading) -> list[int]:
    return sorted(event.tokens.input for event in reading.events)


def test_a_row_that_streams_counts_once_when_its_counts_are_written(tmp_path: Path) -> None:
    path = home("recorded-streaming", tmp_path) / "opencode.db"
    streaming = read(path)
    tokens = {"total": 2102, "input": 802, "output": 60, "reasoning": 40, "cache": {"read": 1200, "write": 0}}
    with closing(sqlite3.connect(path)) as connection:
        (row, text) = connection.execute("SELECT id, data FROM message ORDER BY rowid DESC").fetchone()
    finished = json.loads(text) | {"tokens": tokens}
    run(
        path,
        "UPDATE message SET data = ?, time_updated = time_updated + 5000 WHERE id = ?",
        json.dumps(finished),
        row,
    )

    after = read(path, streaming.cursor)

    assert inputs(streaming) == [801]
    assert not after.from_start
    assert events_of([streaming, after]) == events_of([read(path)])
    assert inputs(read(path)) == [801, 802]


def test_only_rows_that_changed_lately_are_read_again(tmp_path: Path) -> None:
    path = made(tmp_path, *(message(day, BEGAN_MS + day * DAY_MS) for day in range(5)))
    first = read(path)
    add(path, message(7, BEGAN_MS + 4 * DAY_MS + 2_000), message(8, BEGAN_MS - DAY_MS))
    run(path, "UPDATE message SET time_updated = ? WHERE id = 'msg_1'", BEGAN_MS + 5 * DAY_MS)

    again = read(path, first.cursor)

    # The newest of before, two new rows, the second with an old date, and the one that changed.
    assert inputs(again) == [101, 104, 107, 108]
    assert read(path, again.cursor).events == []


def test_another_database_in_the_old_place_is_read_from_its_start(tmp_path: Path) -> None:
    path = made(tmp_path, message(1, BEGAN_MS), message(2, BEGAN_MS + DAY_MS))
    cursor = read(path).cursor
    run(path, "DELETE FROM message")
    add(path, message(3, BEGAN_MS - DAY_MS), message(4, BEGAN_MS - DAY_MS), message(5, BEGAN_MS - DAY_MS))

    again = read(path, cursor)

    assert (again.from_start, inputs(again)) == (True, [103, 104, 105])


@pytest.mark.parametrize("memory", ["", "[]", "{}", '{"message":1}', '{"message":[]}', "not JSON"])
def test_a_memory_that_makes_no_sense_is_no_memory(memory: str, tmp_path: Path) -> None:
    path = made(tmp_path, message(1, BEGAN_MS))
    cursor = read(path).cursor._replace(memory=memory)
    add(path, message(2, BEGAN_MS + 1))

    again = read(path, cursor)

    assert (again.from_start, inputs(again)) == (True, [101, 102])


def test_a_change_dated_in_the_future_hides_nothing_that_comes_after(tmp_path: Path) -> None:
    path = made(tmp_path, message(1, BEGAN_MS), message(2, BEGAN_MS, {}))
    run(path, "UPDATE message SET time_updated = 99999999999999 WHERE id = 'msg_1'")
    cursor = read(path).cursor
    now_ms = path.stat().st_mtime_ns // 1_000_000
    data = json.dumps(message(2, BEGAN_MS)["data"])
    run(path, "UPDATE message SET data = ?, time_updated = ? WHERE id = 'msg_2'", data, now_ms)

    assert inputs(read(path, cursor)) == [101, 102]


def test_a_locked_database_is_unknown_and_its_loose_messages_are_read_meanwhile(tmp_path: Path) -> None:
    data = home("sample-loose", tmp_path)
    whole = events_of(readings_of(SOURCE, data))
    with closing(sqlite3.connect(data / "opencode.db", isolation_level=None)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        states = files_in(SOURCE, data)
        loose = [SOURCE.read(state, None) for state in states if state.path.endswith(".json")]
        with pytest.raises(OSError, match="locked"):
            SOURCE.read(states[0], None)

    assert {Path(state.path).name for state in states} == {
        "opencode.db",
        *(f"msg_j{number}.json" for number in range(5)),
    }
    assert events_of([*loose, *readings_of(SOURCE, data)]).keys() == whole.keys()


def test_loose_messages_that_a_database_has_are_not_even_listed(tmp_path: Path) -> None:
    data = home("sample-loose", tmp_path)
    loose = [Path(state.path).stem for state in files_in(SOURCE, data) if state.path.endswith(".json")]
    assert sorted(loose) == ["msg_j0", "msg_j2", "msg_j3", "msg_j4"]


def test_a_loose_message_has_the_key_that_its_row_has(tmp_path: Path) -> None:
    data = home("recorded-loose", tmp_path)
    rows = set(events_of([read(data / "opencode.db")]))
    (data / "opencode.db").rename(data / "taken away")

    loose = set(events_of(readings_of(SOURCE, data)))

    assert (len(rows), len(loose), len(rows & loose), len(rows | loose)) == (4, 3, 2, 5)


def test_a_copy_in_a_fork_belongs_to_the_session_it_was_copied_from(tmp_path: Path) -> None:
    row = message(1, BEGAN_MS)
    path = made(tmp_path, row)
    add(path, session("ses_1", BEGAN_MS - 10), session("ses_0fork", BEGAN_MS + DAY_MS), table="session")
    before = read(path)
    add(path, {**row, "id": "msg_0copy", "session_id": "ses_0fork", "time_updated": BEGAN_MS + DAY_MS})
    after = read(path, before.cursor)

    for readings in ([before, after], [after, before], [read(path)]):
        (event,) = events_of(readings).values()
        assert event.origin.session == "ses_1"


def test_a_copy_whose_original_was_deleted_still_counts(tmp_path: Path) -> None:
    path = made(tmp_path, {**message(1, BEGAN_MS), "session_id": "ses_fork"})
    add(path, session("ses_fork", BEGAN_MS + DAY_MS), table="session")

    assert (only(path).origin.session, only(path).tokens.input) == ("ses_fork", 101)


def test_a_sub_agent_belongs_to_the_session_at_the_top(tmp_path: Path) -> None:
    path = made(tmp_path, {**message(1, BEGAN_MS, agent="explore"), "session_id": "ses_3"})
    for name, parent in (("ses_1", None), ("ses_2", "ses_1"), ("ses_3", "ses_2")):
        add(path, session(name, BEGAN_MS - 10, parent), table="session")

    origin = only(path).origin

    assert (origin.session, origin.agent_id, origin.parent) == ("ses_1", "ses_3", "ses_2")
    assert (origin.agent, origin.initiator, origin.cwd) == ("explore", "agent", "/w/shop")


def test_a_skill_counts_from_the_answer_after_it_was_loaded_to_the_end_of_the_turn(tmp_path: Path) -> None:
    data = home("recorded-skills", tmp_path)
    events = events_of(readings_of(SOURCE, data)).values()
    assert {event.tokens.input: (event.origin.skill, event.origin.initiator) for event in events} == {
        801: ("", ""),
        802: ("price-tags", "skill"),
        803: ("", "agent"),
        804: ("price-tags", "skill"),
        805: ("", ""),
    }


def test_a_turn_that_goes_on_keeps_its_skill(tmp_path: Path) -> None:
    path = home("recorded-skills", tmp_path) / "opencode.db"
    first = read(path)
    with closing(sqlite3.connect(path)) as connection:
        (text,) = connection.execute("SELECT data FROM message WHERE data LIKE '%\"input\": 804%'").fetchone()
    later = json.loads(text) | {"modelID": "mock-small"}
    row = message(1, first.events[0].at_ms + DAY_MS)
    add(path, row | {"session_id": "ses_1", "data": later})

    new = {event.service.model: event.origin.skill for event in read(path, first.cursor).events}

    assert new["mock-small"] == "price-tags"


def test_sessions_that_start_one_another_in_a_circle_end_somewhere(tmp_path: Path) -> None:
    path = made(tmp_path, message(1, BEGAN_MS))
    add(path, session("ses_1", 1, "ses_2"), session("ses_2", 1, "ses_1"), table="session")
    assert only(path).origin.session == "ses_2"


def test_a_fork_of_the_second_shape_names_what_it_was_forked_from(tmp_path: Path) -> None:
    events = events_of(readings_of(SOURCE, home("sample-upgraded", tmp_path))).values()
    forked = {event.origin.parent for event in events if event.origin.session == "ses_fork"}
    assert forked == {"ses_old", "ses_fork"}


def test_rows_that_an_upgrade_copied_keep_the_counts_that_their_totals_explain(tmp_path: Path) -> None:
    data = home("sample-upgraded", tmp_path)
    events = events_of(readings_of(SOURCE, data)).values()
    (old,) = [event for event in events if event.tokens.input == 801]
    assert old.tokens == Tokens(input=801, cache_read=1200, output=100, reasoning=40)


@pytest.mark.parametrize(
    ("output", "reasoning", "total", "provider", "expected"),
    [
        (100, 40, 250, "x", 100),  # the total says that it is inside
        (60, 40, 250, "x", 100),  # ... beside
        (60, 40, 250, "google", 100),
        (100, 40, 250, "google", 100),
        (100, 40, None, "openai", 100),
        (40, 60, None, "openai", 100),  # cannot be inside
        (60, 40, None, "google", 100),
        (60, 40, None, "google-vertex", 100),
        (60, 40, None, "xai", 100),
        (100, 0, None, "xai", 100),
        (100, 40, 999, "openai", 100),  # a total that fits neither
    ],
)
def test_reasoning_is_counted_once_whatever_release_wrote_the_row(
    output: int, reasoning: int, total: int | None, provider: str, expected: int, tmp_path: Path
) -> None:
    tokens = {"total": total, "input": 100, "output": output, "reasoning": reasoning}
    tokens["cache"] = {"read": 50, "write": 0}  # type: ignore[assignment]
    event = only(made(tmp_path, message(1, BEGAN_MS, tokens, providerID=provider)))
    assert (event.tokens.output, event.tokens.reasoning) == (expected, reasoning)


def test_the_hosts_own_estimate_is_kept_and_none_is_not_zero(tmp_path: Path) -> None:
    path = made(tmp_path, message(1, BEGAN_MS, cost=0.00192), message(2, BEGAN_MS, cost=0))
    assert [event.host_cost_pico for event in read(path).events] == [1_920_000_000, None]


def test_a_row_that_cannot_be_counted_is_named_by_its_number(tmp_path: Path) -> None:
    broken = {**message(2, BEGAN_MS), "data": '{"role":"assistant","tokens":'}
    path = made(tmp_path, message(1, BEGAN_MS), broken, message(3, BEGAN_MS, {"input": -1}))

    reading = read(path)

    assert inputs(reading) == [101]
    assert reading.problems == [LineProblem("line-not-json", 2, 2), LineProblem("usage-invalid", 3, 3)]


def test_a_loose_message_that_cannot_be_counted_is_named(tmp_path: Path) -> None:
    place = tmp_path / "storage/message/ses_1/msg_1.json"
    place.parent.mkdir(parents=True)
    place.write_text(json.dumps(message(1, BEGAN_MS, {"input": "many"})["data"]))

    (reading,) = readings_of(SOURCE, tmp_path)

    assert (reading.events, reading.problems) == ([], [LineProblem("usage-invalid", 1, 1)])


def test_a_message_costs_in_kilo_what_its_own_steps_cost(tmp_path: Path) -> None:
    data = home("recorded-kilo", tmp_path, "kilo_cli")
    events = events_of(readings_of(kilo_cli.SOURCE, data)).values()
    # The row of the first says 0.002643: the sub-agent's 0.001322 on top of its own.
    costs = {event.tokens.input: event.host_cost_pico for event in events}
    assert (costs[801], costs[802]) == (1_321_000_000, 1_322_000_000)


def test_kilo_counts_without_records_of_steps_as_the_message_says(tmp_path: Path) -> None:
    path = made(tmp_path, message(1, BEGAN_MS, cost=0.5))
    assert read(path, source=kilo_cli.SOURCE).events[0].host_cost_pico == 500_000_000_000


def test_databases_of_every_channel_are_found_and_nothing_else(tmp_path: Path) -> None:
    path = made(tmp_path, message(1, BEGAN_MS))
    for name in ("opencode-dev.db", "opencode-my-branch.db", "opencodex.db", "other.db", "opencode.db.bak"):
        (tmp_path / name).write_bytes(path.read_bytes())

    found = [Path(state.path).name for state in files_in(SOURCE, tmp_path)]

    assert found == ["opencode-dev.db", "opencode-my-branch.db", "opencode.db"]


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, ["/h/.local/share/opencode"]),
        ({"XDG_DATA_HOME": "/x"}, ["/x/opencode"]),
        ({"OPENCODE_DB": "/y/work.db"}, ["/h/.local/share/opencode", "/y/work.db"]),
        ({"OPENCODE_DB": "work.db"}, ["/h/.local/share/opencode", "/h/.local/share/opencode/work.db"]),
        ({"OPENCODE_DB": ":memory:"}, ["/h/.local/share/opencode"]),
    ],
)
def test_the_data_folder_is_where_the_hosts_variables_say(
    environ: dict[str, str], expected: list[str]
) -> None:
    roots = SOURCE.roots({"HOME": "/h", **environ}, ["/z"])
    assert roots == [Root(path, False) for path in [*expected, "/z"]]


def test_kilo_looks_where_its_own_variables_say() -> None:
    environ = {"HOME": "/h", "KILO_DB": "/y/k.db", "KILO_DATA_DIR": "/k"}
    roots = [root.path for root in kilo_cli.SOURCE.roots(environ, [])]
    assert roots == ["/h/.local/share/kilo", "/k", "/y/k.db"]


def test_a_database_that_a_variable_names_is_read_under_any_name(tmp_path: Path) -> None:
    path = made(tmp_path, message(1, BEGAN_MS)).rename(tmp_path / "work.db")
    roots = SOURCE.roots({"HOME": str(tmp_path / "nobody"), "OPENCODE_DB": str(path)}, [])

    (state,) = SOURCE.files(roots)

    assert inputs(SOURCE.read(state, None)) == [101]


def test_a_folder_that_is_closed_is_named_by_its_reading(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("token_tracker.sources._opencode_places.os.access", lambda _path, _mode: False)

    (state,) = files_in(SOURCE, tmp_path)

    assert state.path == str(tmp_path)
    with pytest.raises(OSError, match=str(tmp_path)):
        SOURCE.read(state, None)

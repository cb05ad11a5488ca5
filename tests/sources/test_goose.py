"""What is special to Goose: sums that become rows, and the meaning of its input."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.recorded import build_database
from benchmarks.recorded import copy_case
from sources.samples import FIXTURES
from sources.samples import Sample
from sources.samples import events_of
from sources.samples import readings_of
from sources.samples import totals_of
from token_tracker.model import Charge
from token_tracker.model import Tokens
from token_tracker.sources.goose import SOURCE
from token_tracker.sources.goose.reader import COUNTS
from token_tracker.sources.goose.reader import token_counts

CASES = FIXTURES / "goose"


def copy_of(case: str) -> Path:
    return Sample(SOURCE, CASES / case).folder


def tokens_in(*places: Path) -> Tokens:
    return totals_of(events_of(readings_of(SOURCE, *places)).values()).tokens


@pytest.mark.parametrize(
    ("total", "expected"),
    [
        (1100, Tokens(input=500, cache_read=300, cache_write_5m=200, output=100)),
        (1600, Tokens(input=1000, cache_read=300, cache_write_5m=200, output=100)),
    ],
)
def test_the_total_tells_whether_the_cache_is_inside_the_input(total: int, expected: Tokens) -> None:
    row = dict(zip(COUNTS, (1000, 300, 200, 100, total), strict=True))

    assert token_counts(row, COUNTS) == expected


def test_cache_beyond_the_input_is_cut() -> None:
    row = dict(zip(COUNTS, (100, 300, 200, 10, 110), strict=True))

    assert token_counts(row, COUNTS) == Tokens(cache_read=100, output=10)


def test_a_sum_that_was_carried_into_rows_is_the_sum_that_was_there_before(tmp_path: Path) -> None:
    made_of = json.loads((CASES / "sample-requests/sessions.db.json").read_text())
    first = made_of["rows"]["sessions"][0]
    sums = {
        "accumulated_input_tokens": 5000,
        "accumulated_output_tokens": 200,
        "accumulated_total_tokens": 5200,
    }
    before = {**made_of, "rows": {"sessions": [first | sums]}}
    for name, database in (("before", before), ("after", made_of)):
        (tmp_path / name).mkdir()
        build_database(tmp_path / name / "sessions.db", database)

    both = tokens_in(tmp_path / "before", tmp_path / "after")
    assert both == tokens_in(tmp_path / "after")
    assert tokens_in(tmp_path / "before") == Tokens(input=5000, output=200)


def test_an_old_log_that_the_host_took_over_counts_once(tmp_path: Path) -> None:
    place = copy_case(CASES / "sample-headers", tmp_path / "sessions")
    logged = tokens_in(place)
    made_of = json.loads((CASES / "sample-sums/sessions.db.json").read_text())
    row = made_of["rows"]["sessions"][0] | {
        "id": "20250301_101500",
        "accumulated_input_tokens": 1750,
        "accumulated_output_tokens": 150,
        "accumulated_total_tokens": 1900,
    }
    build_database(place / "sessions.db", {**made_of, "rows": {"sessions": [row]}})

    assert tokens_in(place) == logged == Tokens(input=1750, output=150)


def test_what_the_provider_reported_is_a_charge_and_an_estimate_is_not() -> None:
    events = events_of(readings_of(SOURCE, copy_of("sample-requests"))).values()

    told = sorted((event.tokens.output, event.host_cost_pico, event.charge) for event in events)
    assert told == [
        (40, None, None),
        (60, None, Charge(1_900_000_000, "USD")),
        (90, 3_100_000_000, None),
        (150, 4_200_000_000, None),
        (200, None, None),
    ]


def test_a_sub_agent_belongs_to_the_session_that_started_it() -> None:
    events = events_of(readings_of(SOURCE, copy_of("sample-requests"))).values()

    told = {(one.origin.session, one.origin.agent_id, one.origin.initiator) for one in events}
    assert told == {
        ("20261120_1", "", "manual"),
        ("20261120_1", "20261120_2", "agent"),
        ("20261120_3", "", "scheduled"),
    }


@pytest.mark.parametrize(
    ("provider", "wraps"),
    [
        ("claude-code", "claude-code/"),
        ("codex", "codex/"),
        ("gemini-cli", "gemini-cli/"),
        ("anthropic", ""),
    ],
)
@pytest.mark.parametrize("case", ["sample-sums", "sample-requests"])
def test_what_another_program_answered_is_left_to_its_own_log(
    provider: str, wraps: str, case: str, tmp_path: Path
) -> None:
    place = copy_case(CASES / case, tmp_path / "sessions")
    with closing(sqlite3.connect(place / "sessions.db")) as connection:
        connection.execute("UPDATE sessions SET provider_name = ?", (provider,))
        connection.commit()

    read = readings_of(SOURCE, place)
    origins = [event.origin for one in read for event in one.events]
    origins += [total.origin for one in read for total in one.totals]
    assert origins
    assert {origin.wraps for origin in origins} == {wraps}


def test_a_running_session_that_grew_keeps_its_id(tmp_path: Path) -> None:
    place = copy_case(CASES / "sample-sums", tmp_path / "sessions")
    before = {total.id for reading in readings_of(SOURCE, place) for total in reading.totals}
    with closing(sqlite3.connect(place / "sessions.db")) as connection:
        connection.execute("UPDATE sessions SET accumulated_output_tokens = accumulated_output_tokens + 1")
        connection.commit()

    after = {
        total.id: total.tokens.output for reading in readings_of(SOURCE, place) for total in reading.totals
    }
    assert set(after) >= before
    assert sorted(after.values()) == [101, 301]


def test_the_home_is_the_one_that_the_variable_names(tmp_path: Path) -> None:
    environ = {"HOME": str(tmp_path), "GOOSE_PATH_ROOT": "/srv/goose"}

    assert [root.path for root in SOURCE.roots(environ, ["/extra"])] == ["/srv/goose/data/sessions", "/extra"]


def test_an_old_log_is_dated_by_what_was_said_first(tmp_path: Path) -> None:
    shutil.copytree(CASES / "sample-headers", tmp_path / "sessions")
    (reading,) = readings_of(SOURCE, tmp_path / "sessions")

    assert [(total.first_ms, total.later_ms) for total in reading.totals] == [(1740824100000, 1740824200000)]

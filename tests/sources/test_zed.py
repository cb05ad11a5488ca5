"""What is special to Zed: compressed documents, one sum per thread, sub-agents' threads."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from benchmarks.recorded import copy_case
from sources.samples import FIXTURES
from sources.samples import files_in
from sources.samples import readings_of
from token_tracker.model import Tokens
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.zed import SOURCE
from token_tracker.sources.zed import reader

CASES = FIXTURES / "zed"
MAIN = "6a000000-0000-4000-8000-000000000001"
SUB_AGENT = "6a000000-0000-4000-8000-000000000002"


def threads(tmp_path: Path) -> Path:
    return copy_case(CASES / "sample-threads", tmp_path / "threads")


def change(store: Path, statement: str) -> None:
    with closing(sqlite3.connect(store)) as connection:
        connection.execute(statement)
        connection.commit()


def test_a_sub_agents_thread_belongs_to_the_one_that_started_it(tmp_path: Path) -> None:
    (reading,) = readings_of(SOURCE, threads(tmp_path))

    told = [(one.origin.session, one.origin.agent_id, one.origin.initiator) for one in reading.totals]
    assert told == [(MAIN, "", "manual"), (MAIN, SUB_AGENT, "agent")]
    assert {one.origin.cwd for one in reading.totals} == {"/home/dev/shop"}


def test_models_that_zed_resells_are_billed_by_zed(tmp_path: Path) -> None:
    (reading,) = readings_of(SOURCE, threads(tmp_path))

    assert [(one.service.provider, one.service.model) for one in reading.totals] == [
        ("zed", "claude-sonnet-4-5"),
        ("openai", "gpt-4.1"),
    ]


def test_the_sum_goes_before_the_last_requests_that_are_part_of_it(tmp_path: Path) -> None:
    (reading,) = readings_of(SOURCE, threads(tmp_path))

    assert reading.totals[0].tokens == Tokens(input=600, cache_read=18000, cache_write_5m=900, output=350)


def test_only_threads_that_were_saved_again_are_opened(tmp_path: Path) -> None:
    place = threads(tmp_path)
    first = SOURCE.read(files_in(SOURCE, place)[0], None)
    unchanged = SOURCE.read(files_in(SOURCE, place)[0], first.cursor)
    change(
        place / "threads.db",
        f"UPDATE threads SET updated_at = '2026-11-20T06:00:00Z' WHERE id = '{SUB_AGENT}'",
    )
    changed = SOURCE.read(files_in(SOURCE, place)[0], first.cursor)

    assert (len(first.totals), first.from_start) == (2, True)
    assert (list(unchanged.totals), unchanged.from_start) == ([], False)
    assert [(total.origin.agent_id, total.later_ms) for total in changed.totals] == [
        (SUB_AGENT, 1795154400000)
    ]


def test_without_a_decompressor_threads_wait_and_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = threads(tmp_path)
    with monkeypatch.context() as patched:
        patched.setattr(reader, "decompressor", lambda: None)
        waiting = SOURCE.read(files_in(SOURCE, place)[0], None)
    (state,) = files_in(SOURCE, place)
    later = SOURCE.read(state, waiting.cursor)

    assert waiting.problems == [LineProblem("file-codec-missing", number, number) for number in (1, 2, 3)]
    assert waiting.cursor.state != state
    assert len(later.totals) == 2

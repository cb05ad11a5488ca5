"""What is special to Droid: one total per session, sub-agents in files of their own, forks."""

from __future__ import annotations

import json
import os
from pathlib import Path

from sources.samples import FIXTURES
from sources.samples import files_in
from sources.samples import readings_of
from token_tracker.model import Tokens
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import RunningTotal
from token_tracker.sources.droid import SOURCE


def session(place: Path, name: str, *lines: object, **settings: object) -> None:
    usage = {"inputTokens": 10, "outputTokens": 5, "cacheReadTokens": 0, "cacheCreationTokens": 0}
    (place / f"{name}.settings.json").write_text(json.dumps({"tokenUsage": usage, **settings}))
    (place / f"{name}.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))


def totals_in(place: Path) -> list[RunningTotal]:
    return [total for reading in readings_of(SOURCE, place) for total in reading.totals]


def test_a_sub_agent_belongs_to_the_session_that_called_it() -> None:
    totals = totals_in(FIXTURES / "droid/sample-hosted")

    first, second = (f"0d0d0000-0000-4000-8000-00000000000{number}" for number in (1, 2))
    assert [(one.origin.session, one.origin.agent_id, one.origin.initiator) for one in totals] == [
        (first, "", ""),
        (first, second, "agent"),
    ]
    assert {one.origin.cwd for one in totals} == {"/home/dev/shop"}


def test_a_session_is_dated_by_its_start_and_its_growth_by_its_last_line() -> None:
    first, _second = totals_in(FIXTURES / "droid/sample-hosted")

    assert (first.first_ms, first.later_ms) == (1795161600000, 1795165200000)


def test_a_fork_is_dated_by_its_own_lines_and_not_by_its_parents_start(tmp_path: Path) -> None:
    start = {"type": "session_start", "id": "b", "parent": "a", "cwd": "/home/dev/shop"}
    line = {"type": "message", "timestamp": "2026-11-20T09:00:00Z"}
    session(tmp_path, "b", start, line, providerLockTimestamp="2026-11-01T09:00:00Z")

    (total,) = totals_in(tmp_path)
    assert (total.first_ms, total.origin.parent, total.origin.session) == (1795165200000, "a", "b")


def test_thinking_is_inside_output() -> None:
    (reading,) = readings_of(SOURCE, FIXTURES / "droid/sample-hosted")[:1]

    assert [total.tokens for total in reading.totals] == [
        Tokens(input=1200, cache_read=9000, cache_write_5m=500, output=300, reasoning=80)
    ]


def test_a_session_that_changed_its_model_keeps_its_total(tmp_path: Path) -> None:
    session(tmp_path, "a", model="gpt-5.4")
    (before,) = totals_in(tmp_path)
    session(tmp_path, "a", model="claude-sonnet-4-5")
    (after,) = totals_in(tmp_path)

    assert (before.id, before.service.model) == (after.id, "gpt-5.4")
    assert after.service.model == "claude-sonnet-4-5"


def test_without_a_transcript_or_a_start_the_file_dates_itself(tmp_path: Path) -> None:
    session(tmp_path, "a")
    (tmp_path / "a.jsonl").unlink()
    os.utime(tmp_path / "a.settings.json", (1795165200, 1795165200))

    (total,) = totals_in(tmp_path)
    assert (total.first_ms, total.later_ms) == (1795165200000, None)


def test_a_session_without_use_is_nothing_and_one_with_nonsense_a_problem(tmp_path: Path) -> None:
    session(tmp_path, "a", tokenUsage={"inputTokens": 0})
    session(tmp_path, "b", tokenUsage={"inputTokens": "many"})

    first, second = (SOURCE.read(state, None) for state in files_in(SOURCE, tmp_path))
    assert (first.totals, first.problems) == ([], ())
    assert (second.totals, second.problems) == ((), [LineProblem("usage-invalid", 1, 1)])

"""`session-check` in a home whose files are not as the program wrote them: it answers, and soon."""

from __future__ import annotations

import fcntl
import json
import os
import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cli.answers import Ask
from cli.answers import write_logs
from token_tracker import delivery_state
from token_tracker.cli import session_start
from token_tracker.due import read_due
from token_tracker.due import write_due

MORNING = "2026-10-05T08:00:00+00:00"
DUE = ["daily:2026-10-04", "weekly:2026-W40"]
TAKE = ("session-check", "--json", "--update-state")
NOBODY = {"pid": None, "process_started": None, "boot_id": None, "session": None, "zone": "UTC"}
CLAIMED = {
    **NOBODY,
    "state": "claimed",
    "at": "2026-10-05T07:59:00Z",
    "lease_until": "2026-10-05T08:05:00Z",
    "session": "main",
}

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes with names and locks of the system")


@pytest.fixture(autouse=True)
def person(isolated_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a person with logs, who uses English and lives in UTC, on a Monday morning."""
    write_logs(isolated_home)
    monkeypatch.setenv("TOKEN_TRACKER_NOW", MORNING)
    monkeypatch.setenv("TOKEN_TRACKER_LANG", "en")


def told(ask: Ask, *words: str) -> list[str]:
    """Give the ids of what a session start told."""
    answer = ask(*words)
    assert (answer.exit_code, answer.err) == (0, "")
    return [item["id"] for item in answer.document["items"]]


def keep(home: Path, items: Mapping[str, Mapping[str, Any]]) -> None:
    (home / "report-state.json").write_text(json.dumps({"schema": 1, "items": items, "last_error": None}))


@pytest.mark.parametrize("name", ["due.json", "watched"])
def test_a_pipe_in_place_of_what_can_be_made_again_only_makes_the_program_look(
    home: Path, ask: Ask, name: str
) -> None:
    os.mkfifo(home / name)

    assert told(ask, *TAKE) == DUE
    assert told(ask, *TAKE) == []


@pytest.mark.parametrize("not_before", ["9999-12-31T23:59:59Z", "zzzz", "2026-10-09T08:00:00Z"])
def test_a_next_look_that_is_years_ahead_silences_no_session(
    home: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch, not_before: str
) -> None:
    told(ask, *TAKE)
    due = read_due(str(home))
    assert due is not None
    write_due(str(home), due._replace(not_before=not_before))
    monkeypatch.setenv("TOKEN_TRACKER_NOW", "2026-10-05T23:00:00Z")

    assert told(ask, *TAKE) == ["daily:2026-10-05"]


@pytest.mark.parametrize(
    ("entry", "expected"),
    [
        ({"at": "0001-01-01T00:00:00+14:00"}, ["weekly:2026-W40"]),
        ({"at": "9999-12-31T23:59:59-14:00"}, ["weekly:2026-W40"]),
        ({"lease_until": "9999-12-31T23:59:59-14:00"}, DUE),
        ({"pid": 10**30, "boot_id": delivery_state._boot_id()}, ["weekly:2026-W40"]),
        ({"pid": -1, "boot_id": delivery_state._boot_id()}, ["weekly:2026-W40"]),
        ({"content": "said"}, ["weekly:2026-W40"]),
        ({"content": ["said"], "name": 1, "lang": None}, ["weekly:2026-W40"]),
        ({"content": "\ud800", "name": "\ud800", "lang": "en"}, ["weekly:2026-W40"]),
    ],
    ids=[
        "first year",
        "last year",
        "endless lease",
        "huge pid",
        "no pid",
        "no name",
        "no text",
        "half a sign",
    ],
)
def test_a_claim_with_values_that_cannot_be_stops_no_other_report(
    home: Path, ask: Ask, entry: Mapping[str, Any], expected: list[str]
) -> None:
    keep(home, {"daily:2026-10-04": {**CLAIMED, **entry}, "\ud800": {**CLAIMED, "state": "delivered"}})

    assert told(ask, *TAKE) == expected
    ask("session-check", "--claim", "--session", "main")
    assert delivery_state.read_state(str(home)).entries["weekly:2026-W40"]["state"] == "delivered"
    assert delivery_state.last_error(str(home)) is None


def test_a_session_named_by_bytes_that_are_no_text_is_told_and_told_the_same_again(ask: Ask) -> None:
    words = ("session-check", "--claim", "--session", "main\udcff")

    first, second = ask(*words), ask(*words)

    assert [item["id"] for item in first.document["items"]] == DUE
    assert second.out == first.out


def test_a_ledger_that_another_process_keeps_locked_is_not_waited_for(home: Path, ask: Ask) -> None:
    ask("summary")
    with closing(sqlite3.connect(home / "ledger.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        begun = time.monotonic()
        assert told(ask, *TAKE) == []
        waited_s = time.monotonic() - begun

    assert waited_s < 2 * session_start.LOCK_S + 2
    assert told(ask, *TAKE) == DUE


def test_a_home_that_another_process_keeps_locked_is_not_waited_for(home: Path, ask: Ask) -> None:
    ask("summary")
    lock = os.open(home / ".lock", os.O_RDWR | os.O_CREAT)
    fcntl.flock(lock, fcntl.LOCK_EX)
    begun = time.monotonic()
    assert told(ask, *TAKE) == []
    waited_s = time.monotonic() - begun
    os.close(lock)

    assert waited_s < 2 * delivery_state.SHORT_TIMEOUT_S + 2
    assert told(ask, *TAKE) == DUE

"""Sessions that start at once, as real processes: each report is told to exactly one of them.

The same with 64 processes, a hundred times, in `tests/faults/test_session_starts.py`.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from session_processes import HOOK
from session_processes import JSON
from session_processes import Person
from session_processes import day
from session_processes import due_on

AT_ONCE = 8
SUNDAY = 95
"""After it come a Monday and a Tuesday, in October."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the gate is a pipe with a name")


@pytest.fixture
def person(tmp_path: Path) -> Person:
    person = Person(tmp_path)
    person.write_logs()
    return person


def test_of_sessions_that_start_at_once_exactly_one_is_told_each_report(person: Person) -> None:
    known: set[str] = set()
    for number in range(SUNDAY, SUNDAY + 3):
        calls: Sequence[Sequence[str]] = [(JSON, HOOK)[place % 2] for place in range(AT_ONCE)]
        found = person.at_once(day(number), calls)

        assert found.failed == []
        assert found.told == Counter(due_on(number) - known)
        known |= due_on(number)


def test_of_sessions_that_claim_at_once_exactly_one_is_given_each_report(person: Person) -> None:
    calls = [("session-check", "--claim", "--session", f"main-{place}") for place in range(AT_ONCE)]

    found = person.at_once(day(SUNDAY), calls)

    assert (found.failed, found.told) == ([], Counter(due_on(SUNDAY)))
    winner = next(place for place, one in enumerate(found.ended) if one.ids)
    assert person.ask(day(SUNDAY), *calls[winner]).out == found.ended[winner].out
    assert {entry["session"] for entry in person.kept().values()} == {f"main-{winner}"}

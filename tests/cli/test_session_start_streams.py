"""A session start with streams, homes and directories that are not as usual: silent, and nothing is lost."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from session_processes import HOOK
from session_processes import JSON
from session_processes import Ended
from session_processes import Person
from session_processes import day
from session_processes import due_on

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="/dev/full and closed descriptors are Linux's"
)

NOTHING = '{"schema": 1, "items": []}\n'
FIRST, LATER = day(95), day(96)


@pytest.fixture
def person(tmp_path: Path) -> Person:
    person = Person(tmp_path)
    person.write_logs()
    return person


def words(command: tuple[str, ...]) -> str:
    return '"$@" ' + " ".join(command)


@pytest.mark.parametrize(
    ("command", "stream"), [(JSON, ">/dev/full"), (HOOK, ">/dev/full"), (JSON, ">&-"), (HOOK, "<&- >&- 2>&-")]
)
def test_what_nobody_takes_is_not_delivered_and_the_session_goes_on(
    person: Person, command: tuple[str, ...], stream: str
) -> None:
    ended = person.shell(FIRST, f"{words(command)} {stream}")

    assert ended == Ended(0, "", "")
    assert {entry["state"] for entry in person.kept().values()} <= {"empty"}
    assert set(person.ask(FIRST, *JSON).ids) == due_on(95)
    assert person.shell(FIRST, f"{words(command)} {stream}") == Ended(0, "", "")


def test_a_reader_that_ends_before_the_text_comes_is_told_nothing(person: Person) -> None:
    ended = person.shell(FIRST, f"({words(JSON)}; echo code $? >&2) | true")

    assert ended == Ended(0, "", "code 0\n")
    assert set(person.ask(FIRST, *JSON).ids) == due_on(95)


def test_a_closed_standard_input_is_no_payload(person: Person) -> None:
    assert set(person.shell(FIRST, f"{words(HOOK)} <&-").ids) == due_on(95)


def test_from_a_directory_that_was_removed_the_home_is_found(person: Person) -> None:
    removed = "mkdir gone && cd gone && rmdir ../gone && "

    found = person.shell(FIRST, removed + words(JSON))
    relative = person.shell(LATER, removed + words(JSON), {"TOKEN_TRACKER_HOME": "gone/too"})

    assert set(found.ids) == due_on(95)
    assert relative == Ended(0, NOTHING, "")


def test_without_a_home_directory_in_the_environment_the_chosen_home_is_used(person: Person) -> None:
    chosen = {"TOKEN_TRACKER_HOME": str(person.home), "CLAUDE_CONFIG_DIR": str(person.place / ".claude")}

    assert set(person.shell(FIRST, f"unset HOME; {words(JSON)}", chosen).ids) == due_on(95)
    assert person.kept()


@pytest.mark.parametrize("text", ["", "[" * 100_000])
def test_a_due_file_that_is_not_whole_only_means_that_the_program_looks(person: Person, text: str) -> None:
    person.ask(FIRST, *JSON)
    (person.home / "due.json").write_text(text)

    assert person.ask(FIRST, *JSON) == Ended(0, NOTHING, "")
    assert person.ask(LATER, *JSON).ids == ["daily:2026-10-05"]

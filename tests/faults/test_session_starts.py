"""64 sessions at once, and a session start that is killed or starved at any call: told once, never lost.

Run by `python3 scripts/check.py --faults`, with the Python that starts fastest on this machine. Every
test prints what it tried; where it measured a time, also that Python and the load of the machine.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import pytest

from benchmarks.interpreters import Interpreter
from session_processes import HOOK
from session_processes import JSON
from session_processes import Person
from session_processes import Round
from session_processes import at_once
from session_processes import day
from session_processes import due_on

pytestmark = [
    pytest.mark.faults,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(sys.platform == "win32", reason="the gate is a pipe with a name"),
]

AT_ONCE = 64
ROUNDS = 100
ROUNDS_OF_A_VARIANT = 10
ROUNDS_BETWEEN_FLOORS = 5
FIRST = 40
"""The day of the first round: a week and a month with usage are behind it."""

WORST_S = 2.0
OURS_S = 1.0
"""What 64 starts may take beyond as many interpreters that do nothing, where those take a second or more."""

LOADED_BY_ONE = ("sqlite3", "babel", "token_tracker.cli.session_start")
LOADED_BY_NONE = ("typer", "httpx")

Say = Callable[[str], None]
Calls = Callable[[int], Sequence[Sequence[str]]]


def claims(number: int) -> Sequence[Sequence[str]]:
    """Claim with sessions of their own."""
    return [("session-check", "--claim", "--session", f"{number}-{place}") for place in range(AT_ONCE)]


def mixture(number: int) -> Sequence[Sequence[str]]:
    """Mix all that takes a report, and looks that must take none."""
    kinds = [(JSON, HOOK, claim, ("session-check", "--json")) for claim in claims(number)]
    return [kinds[place][place % 4] for place in range(AT_ONCE)]


def takers(found: Round, calls: Sequence[Sequence[str]]) -> Round:
    """Leave out who only looks."""
    kept = [
        one for one, words in zip(found.ended, calls, strict=True) if words != ("session-check", "--json")
    ]
    return found._replace(ended=kept)


@pytest.mark.parametrize(
    ("rounds", "calls"),
    [
        (ROUNDS, lambda _: [JSON] * AT_ONCE),
        (ROUNDS_OF_A_VARIANT, lambda _: [HOOK] * AT_ONCE),
        (ROUNDS_OF_A_VARIANT, claims),
        (ROUNDS_OF_A_VARIANT, mixture),
    ],
    ids=["json", "hook", "claim", "mixture"],
)
def test_64_sessions_at_once_are_told_each_report_once(
    person: Person, interpreter: Interpreter, say: Say, rounds: int, calls: Calls
) -> None:
    known: set[str] = set()
    wrong: list[str] = []
    walls: list[float] = []
    floors: list[float] = []
    cpus: list[float] = []
    idle = Person(person.place, (interpreter.path, "-I", "-c", "pass"))
    person.ask(day(FIRST), "sync", "--quiet")  # a home that is not there yet has its own test
    for number in range(rounds):
        due = due_on(number + FIRST)
        lines = calls(number)
        found = person.at_once(day(number + FIRST), lines)
        told = takers(found, lines).told
        if told != Counter(due - known):
            wrong.append(f"round {number}: {dict(told)}, not {due - known}")
        wrong += [f"round {number}: {one}" for one in found.failed]
        person.ask(day(number + FIRST), "session-check", "--ack", *due)
        known |= due
        walls.append(found.wall_s)
        cpus.append(found.cpu_s)
        if number % ROUNDS_BETWEEN_FLOORS == 0:
            floors.append(idle.at_once(day(0), [()] * AT_ONCE).wall_s)

    limit_s = max(WORST_S, median(floors) + OURS_S)
    say(
        f"{interpreter}\n"
        f"{rounds} rounds of {AT_ONCE}: worst {max(walls):.2f} s of {limit_s:.2f}, "
        f"median {median(walls):.2f} s; as many that do nothing {median(floors):.2f} s; "
        f"processor time of a round {median(cpus):.2f} s; load {os.getloadavg()[0]:.1f}"
    )
    assert wrong == []
    assert max(walls) < limit_s


def test_of_64_only_one_loads_the_program(person: Person) -> None:
    person.ask(day(90), *JSON)
    python, *door = person.program
    person.program = (python, "-X", "importtime", *door)

    found = person.at_once(day(91), [JSON] * AT_ONCE)

    loaded = [{row.rpartition("|")[2].strip() for row in one.err.splitlines()} for one in found.ended]
    assert found.told == Counter(due_on(91) - due_on(90))
    assert {name: sum(name in names for names in loaded) for name in LOADED_BY_ONE} == dict.fromkeys(
        LOADED_BY_ONE, 1
    )
    assert {name for names in loaded for name in LOADED_BY_NONE if name in names} == set()


def test_64_sessions_at_once_in_a_home_that_is_not_there_yet(person: Person, say: Say) -> None:
    walls = []
    for _ in range(5):
        found = person.at_once(day(90), [JSON] * AT_ONCE)
        walls.append(found.wall_s)

        assert (found.failed, found.told) == ([], Counter(due_on(90)))
        shutil.rmtree(person.home)
    say(f"worst {max(walls):.2f} s, load {os.getloadavg()[0]:.1f}")


def test_two_homes_are_told_each_for_itself(tmp_path: Path, door: tuple[str, ...], cache: Path) -> None:
    people = [Person(tmp_path / name, door, cache) for name in ("one", "two")]
    for person in people:
        person.place.mkdir()
        person.write_logs()

    found = at_once([(people[place % 2], JSON) for place in range(AT_ONCE)], day(90))

    assert found.failed == []
    for first in (0, 1):
        own = found._replace(ended=found.ended[first::2])
        assert own.told == Counter(due_on(90))

"""A session start at which nothing is due loads next to nothing, and opens no socket."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from pathlib import Path

import pytest

from session_processes import HOOK
from session_processes import JSON
from session_processes import ROOT
from session_processes import Person
from session_processes import day
from token_tracker.due import read_due
from token_tracker.due import write_due
from token_tracker.quiet import instant

LOADED = f"""
import sys
before = set(sys.modules)
sys.path.insert(0, {str(ROOT)!r})
from token_tracker import quick
code = quick.main(sys.argv[1:])
loaded = sorted(set(sys.modules) - before)
import json
print(json.dumps([code, loaded]), file=sys.stderr)
"""
LOADED_IN_FULL = f"""
import sys
sys.path[:0] = [{str(ROOT)!r}]
from token_tracker.__main__ import run
code = run()
import json
print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)
"""
LONG_AGO_S = 1_780_000_000
PACKAGES = {"babel", "filelock", "httpx", "msgspec", "pydantic", "typer"}
SLOW = {
    "asyncio",
    "ctypes",
    "datetime",
    "email",
    "hashlib",
    "logging",
    "sqlite3",
    "subprocess",
    "tempfile",
    "zoneinfo",
}
MOST_MODULES = {"json": 12, "hook": 14}
"""Beyond those of an interpreter that does nothing; half of them are ours."""


@pytest.fixture
def person(tmp_path: Path) -> Person:
    person = Person(tmp_path)
    person.write_logs()
    for place in (*tmp_path.rglob("*"), tmp_path):
        os.utime(place, (LONG_AGO_S, LONG_AGO_S))
    person.ask(day(95), *JSON)
    return person


def nothing_is_due_today(person: Person) -> None:
    """Let the quick path be asked with the system's clock: a chosen moment loads more."""
    due = read_due(str(person.home))
    assert due is not None
    tomorrow = instant(time.time() + 86_400)
    write_due(str(person.home), due._replace(written_at="2000-01-01T00:00:00Z", not_before=tomorrow))


@pytest.mark.parametrize("name", ["json", "hook"])
@pytest.mark.parametrize("budget", [False, True], ids=["without a budget", "with a budget"])
def test_with_nothing_due_no_package_and_little_of_the_standard_library_is_loaded(
    person: Person, name: str, budget: bool
) -> None:
    for words in [("set-budget", "--amount", "1000"), JSON] if budget else []:
        person.ask(day(95), *words)
    nothing_is_due_today(person)
    program = Person(person.place, (sys.executable, "-I", "-S", "-c", LOADED))

    ended = program.ask(day(95), *{"json": JSON, "hook": HOOK}[name], more={"TOKEN_TRACKER_NOW": ""})

    code, modules = json.loads(ended.err)
    roots = {module.partition(".")[0] for module in modules}
    assert code == 0
    assert roots & PACKAGES == set()
    assert roots & SLOW == set()
    assert len(modules) <= MOST_MODULES[name], modules


@pytest.mark.parametrize("scope", ["all", "provider=openrouter", "provider=elsewhere.example"])
def test_with_a_report_and_an_alert_due_nothing_that_checks_or_fetches_is_loaded(
    person: Person, scope: str
) -> None:
    limited = ("set-budget", "--amount", "0.01", "--scope", scope)
    for _ in range(2):  # the second finds settings that were found valid
        person.ask(day(95), *limited)
    program = Person(person.place, (sys.executable, "-c", LOADED_IN_FULL))

    ended = program.ask(day(96), "session-check", "--json")

    code, modules = json.loads(ended.err)
    loaded = {module.partition(".")[0] for module in modules}
    assert (code, "daily:" in ended.out) == (0, True)
    assert loaded & {"typer", "pydantic", "httpx", "filelock"} == set()


@pytest.mark.skipif(shutil.which("strace") is None, reason="sockets are seen with strace")
@pytest.mark.parametrize("number", [95, 96], ids=["nothing due", "a report due"])
def test_no_session_start_opens_a_socket(person: Person, number: int, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    program = ("strace", "-f", "-qq", "-o", str(trace), "-e", "trace=network", *person.program)

    ended = Person(person.place, program).ask(day(number), *JSON)

    assert (ended.code, ended.err) == (0, "")
    assert [line for line in trace.read_text().splitlines() if "AF_INET" in line] == []

"""The program as it is installed, and a person with logs who starts it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.interpreters import Interpreter
from benchmarks.interpreters import fastest_interpreter
from e2e.installed import cache_of_program
from session_processes import ROOT
from session_processes import Person


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Print a figure where it is seen, also when the test passes."""

    def out_loud(text: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n{request.node.name}: {text}\n")

    return out_loud


@pytest.fixture(scope="session")
def interpreter() -> Interpreter:
    """The Python that starts fastest here: one that takes long by itself says nothing about us."""
    return fastest_interpreter()


@pytest.fixture(scope="session")
def door(interpreter: Interpreter) -> tuple[str, ...]:
    """The program as the hooks start it that `setup-hook` writes."""
    return (interpreter.path, "-I", str(ROOT / "scripts" / "token-tracker.py"))


@pytest.fixture(scope="session")
def cache(interpreter: Interpreter, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The program's private environment, as an installation has it."""
    return cache_of_program(ROOT, tmp_path_factory.mktemp("program"), Path(interpreter.path))


@pytest.fixture
def person(tmp_path: Path, door: tuple[str, ...], cache: Path) -> Person:
    person = Person(tmp_path, door, cache)
    person.write_logs()
    return person

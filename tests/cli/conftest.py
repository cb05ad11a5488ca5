"""A person with a few logs, who asks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.answers import NOW
from cli.answers import Answer
from cli.answers import Ask
from cli.answers import write_logs
from fake_providers import FakeProviders
from token_tracker import paths
from token_tracker.cli.run import run


@pytest.fixture
def logs(isolated_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write two responses of Claude Code, one of them priced, and set the clock."""
    monkeypatch.setenv("TOKEN_TRACKER_NOW", NOW)
    return write_logs(isolated_home)


@pytest.fixture
def home(isolated_home: Path) -> Path:
    """Give the directory that holds everything that is kept; it is there, and empty."""
    home = isolated_home / ".token-tracker"
    home.mkdir(mode=0o700)
    return home


@pytest.fixture
def skill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder in which the original skill left its files; it is empty. Set the clock."""
    folder = tmp_path / "skill"
    folder.mkdir()
    monkeypatch.setattr(paths, "skill_directory", lambda: folder)
    monkeypatch.setenv("TOKEN_TRACKER_NOW", NOW)
    return folder


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    """Give what runs a command line in this process."""

    def asked(*words: str) -> Answer:
        capsys.readouterr()
        exit_code = run(words)
        printed = capsys.readouterr()
        return Answer(exit_code, printed.out, printed.err)

    return asked


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeProviders]:
    """Give all vendors on loopback sockets, and set the clock."""
    monkeypatch.setenv("TOKEN_TRACKER_NOW", NOW)
    monkeypatch.setenv("TOKEN_TRACKER_LANG", "en")
    with FakeProviders() as fakes:
        yield fakes

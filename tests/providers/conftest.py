"""A person with a home of their own, and the fake of all providers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_providers import FakeProviders
from providers.people import Person


@pytest.fixture
def fake() -> Iterator[FakeProviders]:
    """Give all vendors on loopback sockets; it is noon of 2026-11-20 UTC, a Friday."""
    with FakeProviders() as fakes:
        yield fakes


@pytest.fixture
def person(fake: FakeProviders, tmp_path: Path) -> Person:
    """Give someone who never ran the program."""
    home = tmp_path / "person"
    home.mkdir(mode=0o700)
    return Person(home, fake)

"""The fake as a fixture, and its answers without any client of ours."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from fake_providers import FakeProviders


@pytest.fixture
def fake() -> Iterator[FakeProviders]:
    """Give all vendors on loopback sockets; it is noon of 2026-11-20 UTC."""
    with FakeProviders() as fakes:
        yield fakes

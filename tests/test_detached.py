"""A sync that nobody waits for: in a session of its own, and right where it was started from."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import Any

import pytest

from token_tracker import detached
from token_tracker import quick


@pytest.fixture
def spawned(monkeypatch: pytest.MonkeyPatch) -> list[tuple[list[str], Mapping[str, Any]]]:
    """Give the command lines that are started; none is."""
    found: list[tuple[list[str], Mapping[str, Any]]] = []

    def spawn(_path: str, command: list[str], _environ: Mapping[str, str], **options: Any) -> int:
        found.append((command, options))
        return 1

    monkeypatch.setattr(os, "posix_spawn", spawn)
    return found


def test_from_a_checkout_the_same_door_is_started_by_the_same_python(
    spawned: list[tuple[list[str], Mapping[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["/skills/token tracker/scripts/token-tracker.py", "sync"])

    assert quick.main(["sync", "--quiet", "--detach"]) == 0
    door = os.path.realpath("/skills/token tracker/scripts/token-tracker.py")
    assert [command for command, _ in spawned] == [[sys.executable, "-I", door, "sync", "--quiet"]]
    assert spawned[0][1]["setsid"] is True


def test_an_installed_package_is_started_as_a_module_and_its_home_is_handed_on(
    spawned: list[tuple[list[str], Mapping[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["/usr/bin/token-tracker", "sync"])

    detached.spawn_sync("/srv/home")

    module = [sys.executable, "-P", "-m", "token_tracker"]
    assert spawned[0][0] == [*module, "sync", "--quiet", "--home", "/srv/home"]


@pytest.mark.parametrize(
    "words", [["summary", "--detach"], ["sync", "--detach", "--json"], ["sync", "--home", "--detach"]]
)
def test_any_other_line_with_the_option_is_not_started(
    spawned: list[tuple[list[str], Mapping[str, Any]]], words: list[str]
) -> None:
    assert (quick.main(words), spawned) == (None, [])

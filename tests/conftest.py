"""Isolation of every test: its own home and cache, no host's variables, no network."""

from __future__ import annotations

import itertools
import os
import shutil
import signal
import socket
from collections.abc import Callable
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings

# How long examples take to make says something of the machine's load, nothing of the program.
settings.register_profile("any-machine", suppress_health_check=[HealthCheck.too_slow], deadline=None)
settings.load_profile("any-machine")

# Where hosts say that their logs or sessions are; a test that needs one sets it.
HOST_VARIABLES = ("CLAUDE", "CODEX", "OPENCLAW", "OPENCODE", "GEMINI", "QWEN", "COPILOT", "KIMI", "CURSOR")
OUR_VARIABLES = ("TOKEN_TRACKER_", "XDG_", "LC_", "LANG", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "TZ")

# A job in the background of a shell ignores ctrl-c, and so would every program that a test starts.
signal.signal(signal.SIGINT, signal.default_int_handler)


_numbers = itertools.count()


@pytest.fixture
def folder_of_test(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """Give a folder for everything of this test; it is kept when the test failed."""
    # pytest's own numbering lists every earlier folder: a minute and more over the whole suite.
    folder = tmp_path_factory.getbasetemp() / str(next(_numbers))
    folder.mkdir(mode=0o700)
    failed = request.session.testsfailed
    yield folder
    if request.session.testsfailed == failed:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def tmp_path(folder_of_test: Path) -> Path:
    """Give an empty folder, in the place of pytest's own fixture of this name."""
    folder = folder_of_test / "tmp"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture(autouse=True)
def isolated_home(folder_of_test: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the test its own home, in UTC and the C locale; the real one is out of reach."""
    home = folder_of_test / "home"
    home.mkdir(mode=0o700)
    for name in list(os.environ):
        if name.startswith((*HOST_VARIABLES, *OUR_VARIABLES)):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("TOKEN_TRACKER_HOME", str(home / ".token-tracker"))
    monkeypatch.setenv("TOKEN_TRACKER_CACHE", str(home / ".cache" / "token-tracker"))
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    return home


@pytest.fixture
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the proxies of this machine's environment away."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Refuse every connection that leaves the machine."""
    monkeypatch.setattr(socket.socket, "connect", _only_here(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", _only_here(socket.socket.connect_ex))


def _only_here(connect: Callable[..., Any]) -> Callable[..., Any]:
    def guarded(self: socket.socket, address: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in {
            "127.0.0.1",
            "::1",
            "localhost",
        }:
            raise AssertionError(f"a test may not connect to {address}")
        return connect(self, address)

    return guarded

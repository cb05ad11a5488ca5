"""Real hosts, a fresh home for each test, and a model server on loopback."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fake_vendors import FakeVendors
from fake_vendors import serving_vendors

from . import installed
from .stage import Stage


@pytest.fixture(scope="session")
def skill(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of the project in a folder that has the skill's name."""
    return installed.skill_copy(tmp_path_factory.mktemp("skill"))


@pytest.fixture(scope="session")
def program_cache(skill: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a cache in which our program is set up, to copy."""
    return installed.cache_of_program(skill, tmp_path_factory.mktemp("program"))


@pytest.fixture(scope="session")
def claude_code() -> installed.Installed:
    """Give the real Claude Code."""
    return installed.host("claude-code")


@pytest.fixture(scope="session")
def codex() -> installed.Installed:
    """Give the real Codex."""
    return installed.host("codex")


@pytest.fixture(scope="session")
def openclaw() -> installed.Installed:
    """Give the real OpenClaw."""
    return installed.host("openclaw")


@pytest.fixture(scope="session")
def stages() -> Iterator[Path]:
    """Give the folder of all stages.

    What a host leaves running for a moment may write into its home again after a test, so all of
    them go at the end.
    """
    # Hosts make sockets in their homes, whose paths must be short.
    with tempfile.TemporaryDirectory(prefix="tt-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


@pytest.fixture
def stage(skill: Path, program_cache: Path, stages: Path) -> Iterator[Stage]:
    """Give a fresh home with a model server beside it."""
    model = FakeVendors(id_stem="E2e")
    with serving_vendors(model) as address:
        made = Stage(Path(tempfile.mkdtemp(prefix="", dir=stages)), skill, model, address)
        shutil.copytree(program_cache, made.tracker_cache, symlinks=True)
        yield made
    shutil.rmtree(made.folder, ignore_errors=True)

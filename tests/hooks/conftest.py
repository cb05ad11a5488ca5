"""Fixtures of the hooks' tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from hooks.stub_program import Skill
from hooks.stub_program import make_skill


@pytest.fixture
def skill(tmp_path: Path) -> Skill:
    """Give a copy of the hook with a stub in the place of the program."""
    if shutil.which("node") is None:
        pytest.skip("no node on PATH: OpenClaw's hook cannot be run")
    return make_skill(tmp_path / "token-tracker")

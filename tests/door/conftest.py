"""Fixtures of the door: checkouts that were and were not built, and a Python without ensurepip."""

from __future__ import annotations

import os
import shutil
import sys
import sysconfig
from pathlib import Path

import pytest

from door.stub_checkout import PYTHON
from door.stub_checkout import Checkout
from door.stub_checkout import make_checkout
from door.stub_checkout import make_wheel


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package index in a folder, with the two locks that match it."""
    folder = tmp_path_factory.mktemp("wheels")
    (folder / "requirements.lock").write_text(make_wheel(folder, "tinydep"))
    (folder / "requirements-fast.lock").write_text(make_wheel(folder, "tinyfast"))
    return folder


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, wheels: Path) -> Checkout:
    """A checkout, in a path with a space and Chinese, whose environment was built once for all tests."""
    place = tmp_path_factory.mktemp("built") / "我的 skills"
    checkout = make_checkout(place / "token-tracker", wheels, place / "缓存 cache")
    ended = checkout.run("summary")
    assert ended.returncode == 0, ended.stderr
    return checkout


@pytest.fixture
def fresh(tmp_path: Path, wheels: Path) -> Checkout:
    """A checkout that was never run."""
    return make_checkout(tmp_path / "token-tracker", wheels, tmp_path / "cache")


@pytest.fixture
def copied(tmp_path: Path, wheels: Path, built: Checkout) -> Checkout:
    """A checkout with an environment of its own that a test may break."""
    shutil.copytree(built.cache, tmp_path / "cache", symlinks=True)
    return make_checkout(tmp_path / "token-tracker", wheels, tmp_path / "cache")


@pytest.fixture(scope="session")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a Python without ensurepip and pip, as Debian ships it."""
    home = tmp_path_factory.mktemp("bare")
    library = home / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}"
    library.mkdir(parents=True)
    for entry in Path(sysconfig.get_paths()["stdlib"]).iterdir():
        if entry.name not in {"ensurepip", "site-packages", "dist-packages", "__pycache__"}:
            (library / entry.name).symlink_to(entry)
    (library / "site-packages").mkdir()
    (home / "bin").mkdir()
    shutil.copy(os.path.realpath(PYTHON), home / "bin" / "python3")
    return home

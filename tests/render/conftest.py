"""Goldens: `--update-goldens` writes what the program says; read every changed line before you commit."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

GOLDEN = Path(__file__).parent / "golden"
Agreed = Callable[[str, str], str]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-goldens", action="store_true", help="write the goldens anew")


@pytest.fixture
def update_goldens(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-goldens", default=False))


@pytest.fixture
def agreed(update_goldens: bool) -> Agreed:
    """Give what a golden file says, after writing it where that was asked for."""

    def read(name: str, text: str) -> str:
        file = GOLDEN / name
        if update_goldens:
            file.write_text(f"{text}\n", encoding="utf-8", newline="\n")
        return file.read_text(encoding="utf-8").removesuffix("\n")

    return read

"""Every worked example of a provider file is run."""

from __future__ import annotations

import doctest
import sys
from pathlib import Path

import pytest

from token_tracker.providers import bundled_directory
from token_tracker.providers import load_provider


def files_with_examples() -> list[Path]:
    return [
        file for file in sorted(bundled_directory().glob("[!_]*.py")) if ">>> " in file.read_text("utf-8")
    ]


@pytest.mark.parametrize("file", files_with_examples(), ids=lambda file: file.stem)
def test_the_examples_of_every_provider_file_are_true(file: Path) -> None:
    load_provider(file)

    result = doctest.testmod(sys.modules[f"token_tracker_provider_{file.stem}"])

    assert (result.attempted > 0, result.failed) == (True, 0)

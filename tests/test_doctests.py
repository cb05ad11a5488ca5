"""Every worked example of a docstring is run."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def modules_with_examples() -> list[str]:
    files = (
        file for file in sorted((ROOT / "token_tracker").rglob("*.py")) if ">>> " in file.read_text("utf-8")
    )
    return [
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for file in files
    ]


@pytest.mark.parametrize("name", modules_with_examples())
def test_the_examples_of_every_docstring_are_true(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name))
    assert (result.attempted > 0, result.failed) == (True, 0)

"""Whole answers, word for word, in both languages.

The files in `golden/` were written by hand before the code; `--update-goldens` writes them
anew from the code, for a change that was meant.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from token_tracker.render.text import TEXTS

from . import reports

GOLDEN = Path(__file__).parent / "golden"
Agreed = Callable[[str, str], str]


@pytest.fixture
def agreed(update_goldens: bool) -> Agreed:
    """Give what a golden file says, after writing it where that was asked for."""

    def read(name: str, text: str) -> str:
        file = GOLDEN / name
        if update_goldens:
            file.write_text(f"{text}\n", encoding="utf-8", newline="\n")
        return file.read_text(encoding="utf-8").removesuffix("\n")

    return read


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", reports.SUMMARIES)
def test_a_summary_reads_as_agreed(name: str, lang: str, agreed: Agreed) -> None:
    text = TEXTS["summary"](reports.SUMMARIES[name], reports.style(lang))

    assert text == agreed(f"summary-{name}.{lang}.txt", text)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", reports.BILLS)
def test_a_bill_reads_as_agreed(name: str, lang: str, agreed: Agreed) -> None:
    text = TEXTS["bill"](reports.BILLS[name], reports.style(lang))

    assert text == agreed(f"bill-{name}.{lang}.txt", text)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", reports.EXPLANATIONS)
def test_an_explanation_reads_as_agreed(name: str, lang: str, agreed: Agreed) -> None:
    text = TEXTS["explain"](reports.EXPLANATIONS[name], reports.style(lang))

    assert text == agreed(f"explain-{name}.{lang}.txt", text)

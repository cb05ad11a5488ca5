"""Whole answers, word for word, in both languages.

The files in `golden/` were written by hand before the code; `--update-goldens` writes them
anew from the code, for a change that was meant.
"""

from __future__ import annotations

import pytest

from token_tracker.render.text import TEXTS

from . import explained_bills
from . import reports
from .conftest import Agreed


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


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", explained_bills.BILLED_EXPLANATIONS)
def test_an_explanation_of_billed_days_reads_as_agreed(name: str, lang: str, agreed: Agreed) -> None:
    text = TEXTS["explain"](explained_bills.BILLED_EXPLANATIONS[name], reports.style(lang))

    assert text == agreed(f"explain-{name}.{lang}.txt", text)

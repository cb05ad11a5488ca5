"""The list of texts for scheduled agents, word for word."""

from __future__ import annotations

import pytest

from token_tracker.prompts import listed_prompts
from token_tracker.render.text import TEXTS

from . import reports
from .conftest import Agreed


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_list_of_texts_reads_as_agreed(lang: str, agreed: Agreed) -> None:
    text = TEXTS["automation list"](listed_prompts(), reports.style(lang))
    assert text == agreed(f"automation-list.{lang}.txt", text)

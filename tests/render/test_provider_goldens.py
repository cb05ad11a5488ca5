"""What the commands about providers answer, word for word, in both languages, and their JSON."""

from __future__ import annotations

import pytest

from published_shapes import complaints
from token_tracker.render.documents import DATA
from token_tracker.render.documents.envelope import envelope
from token_tracker.render.text import TEXTS

from . import reports
from .conftest import Agreed
from .provider_reports import ANSWERS


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_about_providers_reads_as_agreed(name: str, lang: str, agreed: Agreed) -> None:
    command, answer = ANSWERS[name]
    text = TEXTS[command](answer, reports.style(lang))

    assert text == agreed(f"{name}.{lang}.txt", text)


@pytest.mark.parametrize("name", ANSWERS)
def test_the_json_of_an_answer_about_providers_is_as_published(name: str) -> None:
    command, answer = ANSWERS[name]
    data = DATA[command](answer, reports.style("en"))
    document = envelope(command, reports.NOW, None, data, getattr(answer, "problems", ()))

    assert complaints(command.split()[0], document) == []

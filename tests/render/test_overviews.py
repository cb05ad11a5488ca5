"""`report` and `session`: word for word, and as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from published_shapes import complaints
from token_tracker.render.documents import DATA
from token_tracker.render.documents.envelope import envelope
from token_tracker.render.text import TEXTS
from token_tracker.render.text.overview import short_ids

from . import overviews
from . import span_reports
from .conftest import Agreed

REPORTS: dict[str, Any] = {**overviews.OVERVIEWS, **overviews.SESSIONS}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", REPORTS)
def test_a_look_from_every_side_reads_as_agreed(name: str, lang: str, agreed: Agreed) -> None:
    text = TEXTS[name.partition("-")[0]](REPORTS[name], span_reports.style(lang))

    assert text == agreed(f"{name}.{lang}.txt", text)


@pytest.mark.parametrize("name", REPORTS)
def test_a_look_from_every_side_keeps_to_its_schema(name: str) -> None:
    command, report = name.partition("-")[0], REPORTS[name]
    style = span_reports.style("en")
    data = DATA[command](report, style)
    document = envelope(command, style.now, report.period, data, report.problems)

    assert complaints(command, json.loads(json.dumps(document))) == []


def test_sessions_that_begin_alike_are_written_as_long_as_they_differ() -> None:
    alike = overviews.ONE.replace("4000", "4001")

    assert short_ids([overviews.ONE, alike, overviews.TWO, "rollout 7"]) == {
        overviews.ONE: "0b5ec1a0-0000-4000",
        alike: "0b5ec1a0-0000-4001",
        overviews.TWO: "7c02d9be",
        "rollout 7": "rollout 7",
    }


def test_an_id_that_is_the_beginning_of_another_stays_whole() -> None:
    longer = f"{overviews.ONE}-copy"

    assert short_ids([overviews.ONE, longer]) == {overviews.ONE: overviews.ONE, longer: longer}

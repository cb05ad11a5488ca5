"""The reports about weeks and months, word for word, and as JSON."""

from __future__ import annotations

import json

import pytest

from published_shapes import complaints
from token_tracker.render import documents
from token_tracker.render.text import TEXTS

from . import span_reports
from .conftest import Agreed


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", span_reports.SPANS)
def test_a_week_or_a_month_reads_as_agreed(name: str, lang: str, agreed: Agreed) -> None:
    report, now, zone = span_reports.SPANS[name]
    text = TEXTS[report.kind](report, span_reports.style(lang, now, zone))

    assert text == agreed(f"{name}.{lang}.txt", text)


@pytest.mark.parametrize("name", span_reports.SPANS)
def test_a_week_or_a_month_keeps_to_its_schema(name: str) -> None:
    report, now, zone = span_reports.SPANS[name]
    style = span_reports.style("en", now, zone)
    data = documents.DATA[report.kind](report, style)
    document = documents.envelope(report.kind, style.now, report.period, data, report.problems)

    assert complaints(report.kind, json.loads(json.dumps(document))) == []

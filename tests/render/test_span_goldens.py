"""The reports about weeks and months, word for word, and as JSON."""

from __future__ import annotations

import json

import pytest

from published_shapes import complaints
from reports.usage_rows import row
from token_tracker.render.documents import DATA
from token_tracker.render.documents.envelope import envelope
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
    data = DATA[report.kind](report, style)
    document = envelope(report.kind, style.now, report.period, data, report.problems)

    assert complaints(report.kind, json.loads(json.dumps(document))) == []


def test_a_cost_too_small_for_a_share_is_not_called_none_of_it() -> None:
    tiny = row("0.000004", key=("openai", "gpt-5-nano", "GPT-5 nano", "claude-code"))
    report, now, zone = span_reports.span("week", "2026-11-12", {"2026-11-11": (span_reports.SONNET, tiny)})

    said = TEXTS["week"](report, span_reports.style("en", now, zone))

    assert "- Claude Sonnet 4.5: 100%," in said
    assert "- GPT-5 nano: <0.1%, <$0.01," in said

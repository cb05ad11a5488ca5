"""The short reports: word for word, as JSON, and never too long or in anybody else's words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from published_shapes import complaints
from reports.usage_rows import random_usage
from token_tracker.period import Period
from token_tracker.render.documents import DATA
from token_tracker.render.documents.envelope import envelope
from token_tracker.render.text import TEXTS
from token_tracker.render.text.digest import MOST_TOKENS
from token_tracker.render.text.digest import estimated_tokens
from token_tracker.reports.budgets import BudgetState
from token_tracker.reports.digest import GRAIN
from token_tracker.reports.digest import Digest
from token_tracker.reports.digest import build_digest
from token_tracker.reports.digest import digest_periods
from token_tracker.reports.figures import Usage

from . import digests
from . import span_reports
from .conftest import Agreed


def text_of(report: Digest, lang: str, now: str = digests.NOW, zone: ZoneInfo = span_reports.SHANGHAI) -> str:
    return TEXTS[f"{report.kind}-report"](report, span_reports.style(lang, now, zone))


def document_of(name: str) -> dict[str, Any]:
    report, now, zone = digests.DIGESTS[name]
    command, style = f"{report.kind}-report", span_reports.style("en", now, zone)
    data = DATA[command](report, style)
    document = envelope(command, style.now, report.period, data, report.problems)
    read: dict[str, Any] = json.loads(json.dumps(document))
    return read


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", digests.DIGESTS)
def test_a_short_report_reads_as_agreed(name: str, lang: str, agreed: Agreed) -> None:
    report, now, zone = digests.DIGESTS[name]
    text = text_of(report, lang, now, zone)

    assert text == agreed(f"{name}.{lang}.txt", text)


@pytest.mark.parametrize("name", digests.DIGESTS)
def test_a_short_report_keeps_to_its_schema(name: str) -> None:
    document = document_of(name)

    assert complaints(document["command"], document) == []


def test_the_text_is_in_the_document_as_it_is_delivered() -> None:
    report, *_ = digests.DIGESTS["daily-report-busy"]

    assert document_of("daily-report-busy")["data"]["text"] == text_of(report, "en")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("daily-report-busy", "daily:2026-11-22"),
        ("weekly-report-53", "weekly:2026-W53"),
        ("monthly-report-dst", "monthly:2026-03"),
    ],
)
def test_a_short_report_has_the_id_under_which_it_is_delivered_once(name: str, expected: str) -> None:
    assert digests.DIGESTS[name][0].id == expected


@pytest.mark.parametrize("lang", ["zh", "en"])
@settings(max_examples=50, deadline=None)
@given(st.data(), st.sampled_from(["daily", "weekly", "monthly"]), st.integers(0, 3), st.integers(0, 3))
def test_no_short_report_is_longer_than_allowed(
    lang: str, data: st.DataObject, kind: str, corrections: int, budgets: int
) -> None:
    period = digests.HOLDERS[kind](date(2026, 9, 30), span_reports.SHANGHAI, "Asia/Shanghai")
    today = data.draw(st.dates(date(2026, 9, 30), date(2026, 11, 22)))
    count = len(digest_periods(kind, period, today))
    read = data.draw(st.lists(random_usage(GRAIN), min_size=2, max_size=2))
    each = [read[0], *[Usage(GRAIN, (), read[0].plans)] * (count - 2), replace(read[1], plans=read[0].plans)]
    report = build_digest(
        kind,
        period,
        today,
        each,
        date(2026, 1, 1),
        "USD",
        [],
        [digests.budget("16", BudgetState.EXCEEDED)] * budgets,
        [digests.correction(period, "123456789.5", "1234567890.25")] * corrections,
    )
    text = text_of(report, lang, f"{today}T23:05:12")

    assert estimated_tokens(text) <= MOST_TOKENS


def test_what_does_not_fit_is_left_out_by_weight() -> None:
    report, *_ = digests.DIGESTS["weekly-report-busy"]
    days = [digests.of_day(f"2026-11-1{day}") for day in range(5)]
    many = replace(report, corrections=[digests.correction(day, "5", "5.4") for day in days])
    text = text_of(many, "en")

    assert text.splitlines() == [
        "Last week (Nov 9–15): $7.20 (computed) — 12.4M tokens in 309 requests.",
        "- 20% more than the week before (Nov 2–8, $6.00).",
        "- Nov 10 corrected by +$0.40: now $5.40.",
        "- Nov 11 corrected by +$0.40: now $5.40.",
        "- Nov 12 corrected by +$0.40: now $5.40.",
    ]


@pytest.mark.parametrize("name", digests.DIGESTS)
@pytest.mark.parametrize("word", ["in-house", "Ignore", "gpt-9", "secret-shop", "claude-code", "sonnet-4-5"])
def test_no_name_out_of_a_log_is_in_a_short_report(name: str, word: str) -> None:
    report, now, zone = digests.DIGESTS[name]

    assert [lang for lang in ("zh", "en") if word in text_of(report, lang, now, zone)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("five!", 2),
        ("longer", 2),
        ("123", 1),
        ("1234", 2),
        ("a b\nc", 4),
        ("今天花了 $7.20。", 9),
        ("Nov 9–15", 4),
    ],
)
def test_tokens_are_estimated_by_a_simple_rule(text: str, expected: int) -> None:
    assert estimated_tokens(text) == expected


def test_a_correction_of_less_than_a_cent_is_written_exactly() -> None:
    report, *_ = digests.DIGESTS["daily-report-zero"]
    tiny = digests.correction(
        Period(date(2026, 11, 20), date(2026, 11, 20), span_reports.SHANGHAI, "x"), "1", "1.0004"
    )

    assert text_of(replace(report, corrections=[tiny]), "en").endswith(
        "Nov 20 corrected by +$0.0004: now $1.00."
    )
    assert tiny.change == Decimal("0.0004")

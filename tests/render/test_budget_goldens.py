"""What is said of budgets, word for word, in both languages; see `test_goldens.py`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from token_tracker.render.text import TEXTS
from token_tracker.render.text.budgets import budget_line

from . import budget_reports
from . import reports
from .conftest import Agreed
from .reports import style


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", budget_reports.BUDGETS)
def test_the_budgets_read_as_agreed(name: str, lang: str, agreed: Agreed) -> None:
    text = TEXTS["budget-status"](budget_reports.BUDGETS[name], style(lang))

    assert text == agreed(f"budgets-{name}.{lang}.txt", text)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", budget_reports.BUDGETS)
def test_the_short_line_of_a_budget_is_the_first_of_the_long_form(name: str, lang: str) -> None:
    report = budget_reports.BUDGETS[name]
    text = TEXTS["budget-status"](report, style(lang)).split("\n\n")

    assert [block.splitlines()[0] for block in text[: len(report.statuses)]] == [
        budget_line(one, style(lang)) for one in report.statuses
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", budget_reports.ALERTS)
def test_the_alerts_read_as_agreed(name: str, lang: str, agreed: Agreed) -> None:
    text = TEXTS["check-alerts"](budget_reports.ALERTS[name], style(lang))

    assert text == agreed(f"alerts-{name}.{lang}.txt", text)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", budget_reports.CHANGES)
def test_a_budget_that_is_set_reads_as_agreed(name: str, lang: str, agreed: Agreed) -> None:
    text = TEXTS["set-budget"](budget_reports.CHANGES[name], style(lang))

    assert text == agreed(f"set-budget-{name}.{lang}.txt", text)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_list_of_budgets_reads_as_agreed(lang: str, agreed: Agreed) -> None:
    budgets = [budget_reports.DAILY, budget_reports.MONTHLY, budget_reports.WEEKLY]
    text = TEXTS["budget list"](budgets, style(lang))

    assert text == agreed(f"budget-list.{lang}.txt", text)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["busy", "zero"])
def test_a_summary_with_budgets_reads_as_agreed(name: str, lang: str, agreed: Agreed) -> None:
    budgets = budget_reports.BUDGETS["several"].statuses
    text = TEXTS["summary"](replace(reports.SUMMARIES[name], budgets=budgets), style(lang))

    assert text == agreed(f"summary-{name}-with-budgets.{lang}.txt", text)

"""Budgets as JSON keep to the published schemas, and their amounts are exact."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from published_shapes import complaints
from token_tracker.period import Period
from token_tracker.render.documents import DATA
from token_tracker.render.documents.budgets import budget_document
from token_tracker.render.documents.envelope import envelope

from . import budget_reports
from . import reports


def printed(command: str, answer: Any, period: Period | None = None) -> dict[str, Any]:
    data = DATA[command](answer, reports.style("en"))
    document = envelope(command, reports.NOW, period, data, [], lang="en")
    read: dict[str, Any] = json.loads(json.dumps(document))
    return read


@pytest.mark.parametrize("name", budget_reports.BUDGETS)
def test_the_status_of_budgets_keeps_to_its_schema(name: str) -> None:
    report = budget_reports.BUDGETS[name]

    assert complaints("budget-status", printed("budget-status", report, report.day)) == []


@pytest.mark.parametrize("name", budget_reports.ALERTS)
def test_the_alerts_keep_to_their_schema(name: str) -> None:
    checked = budget_reports.ALERTS[name]

    assert complaints("check-alerts", printed("check-alerts", checked, checked[0].day)) == []


@pytest.mark.parametrize("name", budget_reports.CHANGES)
def test_a_budget_that_is_set_keeps_to_its_schema(name: str) -> None:
    assert complaints("set-budget", printed("set-budget", budget_reports.CHANGES[name])) == []


def test_the_used_ratio_is_one_only_when_all_is_used() -> None:
    almost, whole = (
        budget_document(budget_reports.status(budget_reports.DAILY, budget_reports.cost(spent)))
        for spent in ("14.999999999999", "15")
    )

    assert (almost["used_ratio"], almost["left"], almost["state"]) == (0.999999, "0.000000000001", "warning")
    assert (whole["used_ratio"], whole["left"], whole["state"]) == (1.0, "0", "exceeded")


def test_what_is_unknown_is_null_and_never_zero() -> None:
    [status] = budget_reports.BUDGETS["nothing-known"].statuses
    document = budget_document(status)

    assert [document[key] for key in ("spent", "left", "used_ratio", "forecast")] == [None] * 4
    assert document["unknown"] == {"tokens": 16_200, "models": ["in-house-coder-7b"], "other": []}


def test_money_of_other_currencies_is_named_and_never_converted() -> None:
    [status] = budget_reports.BUDGETS["incomplete-currency"].statuses
    document = budget_document(status)

    assert (document["currency"], Decimal(document["spent"])) == ("USD", Decimal("3.1"))
    assert document["unknown"]["other"] == [{"currency": "CNY", "amount": "8.000000"}]

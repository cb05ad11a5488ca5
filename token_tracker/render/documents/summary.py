"""`data` of `summary`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from token_tracker.render.documents.figures import Document
from token_tracker.render.documents.figures import cost_document
from token_tracker.render.documents.figures import freshness_document
from token_tracker.render.documents.figures import model_document
from token_tracker.render.documents.figures import public_id
from token_tracker.render.documents.figures import tokens_document
from token_tracker.render.documents.figures import used_document
from token_tracker.render.style import Style
from token_tracker.reports.summary import Summary

if TYPE_CHECKING:  # a summary needs none of them
    from token_tracker.reports.budgets import BudgetStatus


def summary_data(summary: Summary, style: Style) -> Document:
    """Give `data` of `summary`."""
    currency = style.currency
    rate = summary.figures.cache_hit_rate
    zone = summary.period.zone
    return {
        "tokens": tokens_document(summary.figures.tokens),
        "requests": summary.figures.requests,
        "cost": cost_document(summary.figures.cost, currency, summary.converted),
        "cache_hit_rate": None if rate is None else float(rate),
        "by_model": [model_document(line, currency) for line in summary.by_model],
        "by_provider": [
            {"provider": public_id(line.name), **used_document(line.figures, currency)}
            for line in summary.by_provider
        ],
        "by_project": [
            {"project": line.name or None, **used_document(line.figures, currency)}
            for line in summary.by_project
        ],
        "by_source": [
            {"source": line.name, **used_document(line.figures, currency)} for line in summary.by_source
        ],
        "previous": {
            "average_7d": None if summary.average is None else cost_document(summary.average, currency)
        },
        "budgets": budgets_document(summary.budgets),
        "freshness": freshness_document(summary.freshness, zone),
    }


def budgets_document(budgets: Sequence[BudgetStatus]) -> list[Document]:
    """Say how budgets stand, the most urgent first."""
    if not budgets:
        return []
    from token_tracker.render.documents.budgets import budget_document

    return [budget_document(one) for one in budgets]

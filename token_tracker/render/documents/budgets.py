"""Budgets as JSON: how each stands, and how it is set."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN
from decimal import Decimal
from decimal import localcontext
from typing import Final

from token_tracker.render.documents.figures import Document
from token_tracker.render.documents.figures import exact
from token_tracker.render.documents.figures import used_rate_document
from token_tracker.render.style import Style
from token_tracker.reports.budgets import Alert
from token_tracker.reports.budgets import BudgetChange
from token_tracker.reports.budgets import BudgetReport
from token_tracker.reports.budgets import BudgetStatus
from token_tracker.reports.figures import EXACT_DIGITS
from token_tracker.settings import Budget

_SIX_DECIMALS: Final = Decimal("0.000001")


def budget_document(status: BudgetStatus) -> Document:
    """Say how a budget stands; the used ratio is rounded down, so that 1 means all of it."""
    setting = setting_document(status.budget)
    return {
        "id": setting["id"],
        "period": setting["period"],
        "scope": setting["scope"],
        "limit": setting["limit"],
        "currency": setting["currency"],
        "spent": _amount(status.spent),
        "left": _amount(status.left),
        "used_ratio": None if status.used_ratio is None else _ratio(status.used_ratio),
        "state": str(status.state),
        "forecast": _amount(status.forecast),
        "warn_ratio": setting["warn_ratio"],
        "hard": setting["hard"],
        "count": setting["count"],
        "first_day": status.period.first.isoformat(),
        "last_day": status.period.last.isoformat(),
        "unknown": {
            "tokens": status.unknown.tokens,
            "models": [model for model in status.unknown.models if model],
            "other": [
                {"currency": currency, "amount": exact(amount)}
                for currency, amount in status.unknown.other.items()
            ],
        },
        "converted": _converted(status),
        "scope_known": status.scope_known,
    }


def setting_document(budget: Budget) -> Document:
    """Say how a budget is set."""
    return {
        "id": budget.id,
        "period": budget.period,
        "scope": budget.scope,
        "limit": f"{budget.limit:f}",
        "currency": budget.currency,
        "warn_ratio": float(budget.warn_percent / 100),
        "hard": budget.hard,
        "count": budget.count,
    }


def budget_status_data(report: BudgetReport, _style: Style) -> Document:
    """Give `data` of `budget-status`."""
    return {"budgets": [budget_document(one) for one in report.statuses]}


def check_alerts_data(checked: tuple[BudgetReport, Sequence[Alert]], _style: Style) -> Document:
    """Give `data` of `check-alerts`."""
    report, alerts = checked
    return {
        "alerts": [
            {"id": one.id, "state": str(one.status.state), "budget": budget_document(one.status)}
            for one in alerts
        ],
        "budgets": len(report.statuses),
    }


def set_budget_data(change: BudgetChange, _style: Style) -> Document:
    """Give `data` of `set-budget`."""
    return {
        "budget": None if change.budget is None else setting_document(change.budget),
        "previous": None if change.previous is None else setting_document(change.previous),
        "status": None if change.status is None else budget_document(change.status),
    }


def budget_list_data(budgets: Sequence[Budget], _style: Style) -> Document:
    """Give `data` of `budget list`."""
    return {"budgets": [setting_document(one) for one in budgets]}


def removed_budget_data(change: BudgetChange, _style: Style) -> Document:
    """Give `data` of `budget remove`."""
    return {"budgets": [] if change.previous is None else [setting_document(change.previous)]}


def _converted(status: BudgetStatus) -> list[Document]:
    """Give what was in other currencies and is in `spent`, with the rates."""
    if status.exchanged is None:
        return []
    return [
        {
            "currency": rate.base,
            "amount": exact(status.exchanged.amounts[rate.base]),
            "rate": used_rate_document(rate),
        }
        for rate in status.exchanged.rates
    ]


def _amount(amount: Decimal | None) -> str | None:
    return None if amount is None else exact(amount)


def _ratio(ratio: Decimal) -> float:
    with localcontext(prec=EXACT_DIGITS):
        return float(ratio.quantize(_SIX_DECIMALS, rounding=ROUND_DOWN))

"""What is left at providers, as JSON."""

from __future__ import annotations

from token_tracker.period import local_moment
from token_tracker.render.documents.fetching import balances_document
from token_tracker.render.documents.fetching import quotas_document
from token_tracker.render.documents.fetching import spent_document
from token_tracker.render.documents.fetching import told_error
from token_tracker.render.documents.figures import Document
from token_tracker.render.documents.figures import conversion_document
from token_tracker.render.documents.figures import exact
from token_tracker.render.documents.figures import instant
from token_tracker.render.style import Style
from token_tracker.reports.balances import BalanceOfDay
from token_tracker.reports.balances import Balances
from token_tracker.reports.balances import CurrencyBalance
from token_tracker.reports.balances import Pace
from token_tracker.reports.balances import ProviderBalance


def balances_data(report: Balances, style: Style) -> Document:
    """Give `data` of `provider-balance`."""
    return {"providers": [_provider(one, style) for one in report.providers]}


def _provider(one: ProviderBalance, style: Style) -> Document:
    return {
        "provider": one.provider,
        "name": one.name,
        "state": one.state,
        "as_of": None if one.as_of_ms is None else _instant(one.as_of_ms, style),
        "balances": [_currency(own, style) for own in one.currencies],
        "quotas": quotas_document(one.quotas, style),
        "spent": spent_document(one.spent),
        "converted": None if one.converted is None else conversion_document(one.converted),
        "error": told_error(one.error, style),
    }


def _currency(own: CurrencyBalance, style: Style) -> Document:
    (balance,) = balances_document([own.balance])
    return {
        **balance,
        "state": str(own.state),
        "days_left": None if own.days_left is None else round(float(own.days_left), 1),
        "days_left_unknown": None if own.not_told is None else str(own.not_told),
        "pace": None if own.pace is None else _pace(own.pace, style),
        "history": [_row(row, style) for row in own.history],
    }


def _pace(pace: Pace, style: Style) -> Document:
    return {
        "per_day": exact(pace.per_day),
        "first": _instant(pace.first_ms, style),
        "last": _instant(pace.last_ms, style),
        "snapshots": pace.snapshots,
    }


def _row(row: BalanceOfDay, style: Style) -> Document:
    return {
        "day": row.day.isoformat(),
        "at": _instant(row.at_ms, style),
        "total": exact(row.total),
        "spent": None if row.change is None else exact(row.change.spent),
        "topped_up": None if row.change is None else exact(row.change.topped_up),
    }


def _instant(at_ms: int, style: Style) -> str:
    return instant(local_moment(at_ms, style.zone.zone))

"""What a fetch brought, as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from decimal import Decimal

from token_tracker.errors import TrackerError
from token_tracker.model import Balance
from token_tracker.model import Quota
from token_tracker.model import Spent
from token_tracker.period import local_moment
from token_tracker.render.documents.figures import Document
from token_tracker.render.documents.figures import exact
from token_tracker.render.documents.figures import instant
from token_tracker.render.errors import error_text
from token_tracker.render.errors import public_code
from token_tracker.render.style import Style
from token_tracker.reports.fetching import Fetched
from token_tracker.reports.fetching import FetchedProvider


def fetched_data(report: Fetched, style: Style) -> Document:
    """Give `data` of `fetch-usage`."""
    return {"providers": [_provider(one, style) for one in report.providers]}


def amounts_document(amounts: Mapping[str, Decimal]) -> list[Document]:
    """Give amounts by currency."""
    return [{"currency": currency, "amount": exact(amount)} for currency, amount in sorted(amounts.items())]


def balances_document(balances: Sequence[Balance]) -> list[Document]:
    """Give what is left on an account, each currency by itself."""
    return [
        {
            "currency": one.currency,
            "total": exact(one.total),
            "parts": [{"name": name, "amount": exact(amount)} for name, amount in one.parts],
            "usable": one.is_usable,
        }
        for one in balances
    ]


def quotas_document(quotas: Sequence[Quota], style: Style) -> list[Document]:
    """Give what is left of a plan."""
    return [
        {
            "name": one.name or None,
            "window": one.window or None,
            "used_ratio": None if one.used_ratio is None else float(one.used_ratio),
            "used": one.used,
            "limit": one.limit,
            "unlimited": one.is_unlimited,
            "resets_at": None
            if one.resets_at_ms is None
            else instant(local_moment(one.resets_at_ms, style.zone.zone)),
        }
        for one in quotas
    ]


def spent_document(spent: Sequence[Spent]) -> list[Document]:
    """Give what a provider says was spent so far."""
    return [
        {
            "window": one.window or "ever",
            "amount": exact(one.amount),
            "currency": one.currency,
            "of": one.reach,
        }
        for one in spent
    ]


def told_error(error: TrackerError | None, style: Style) -> Document | None:
    """Say an error inside an answer."""
    if error is None:
        return None
    return {"code": public_code(error.code), **error_text(error, style.lang)._asdict()}


def _provider(one: FetchedProvider, style: Style) -> Document:
    return {
        "provider": one.provider,
        "name": one.name,
        "state": one.state,
        "first_day": None if one.first is None else one.first.isoformat(),
        "last_day": None if one.last is None else one.last.isoformat(),
        "days": one.days,
        "records": one.records,
        "billed": amounts_document(one.billed),
        "restated": [{"day": day.day.isoformat(), "by": amounts_document(day.by)} for day in one.restated],
        "balances": balances_document(one.balances),
        "quotas": quotas_document(one.quotas, style),
        "spent": spent_document(one.spent),
        "seconds": round(one.seconds, 3),
        "error": told_error(one.error, style),
    }

"""Bills and balances beside the logs, as JSON."""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal

from token_tracker.ledger.bills import day_of_number
from token_tracker.ledger.reconciling import HostTotal
from token_tracker.period import local_moment
from token_tracker.render.documents.envelope import period_document
from token_tracker.render.documents.figures import Document
from token_tracker.render.documents.figures import exact
from token_tracker.render.documents.figures import figures_document
from token_tracker.render.documents.figures import instant
from token_tracker.render.documents.figures import public_id
from token_tracker.render.documents.figures import tokens_document
from token_tracker.render.style import Style
from token_tracker.reports.figures import money_of
from token_tracker.reports.reconcile import BALANCE
from token_tracker.reports.reconcile import Counts
from token_tracker.reports.reconcile import Difference
from token_tracker.reports.reconcile import Reconciled
from token_tracker.reports.reconcile import Reconciliation
from token_tracker.reports.reconcile import Sides


def reconciliation_data(report: Reconciliation, style: Style) -> Document:
    """Give `data` of `reconcile`; the moments of balances are in UTC, as its days are."""
    return {
        "asked": None if report.asked is None else period_document(report.asked),
        "totals": [_sides(one) for one in report.totals],
        "providers": [_provider(one, style) for one in report.providers],
        "differences": [_difference(one) for one in report.differences],
        "hosts": [_host(one) for one in report.hosts],
    }


def _provider(one: Reconciled, style: Style) -> Document:
    currency = style.currency
    return {
        "provider": public_id(one.provider),
        "beside": one.beside or None,
        "days": one.days,
        "balances": None
        if one.beside != BALANCE
        else {
            "start": instant(local_moment(one.first_ms, UTC)),
            "end": instant(local_moment(one.end_ms, UTC)),
        },
        "open_days": [
            {"first_day": day_of_number(first).isoformat(), "last_day": day_of_number(last).isoformat()}
            for first, last in one.open_days
        ],
        "sides": [_sides(sides) for sides in one.sides],
        "counts": None if one.counts is None else _counts(one.counts),
        "logs": figures_document(one.logs, currency),
        "outside": figures_document(one.outside, currency),
        "plan": figures_document(one.plan, currency),
    }


def _sides(sides: Sides) -> Document:
    ratio = sides.explained_ratio
    amounts = {name: exact(amount) for name, amount in sides._asdict().items() if isinstance(amount, Decimal)}
    return {
        "currency": sides.currency,
        **amounts,
        "explained_ratio": None if ratio is None else float(ratio),
    }


def _counts(counts: Counts) -> Document:
    return {
        "days": counts.days,
        "provider": {"requests": counts.told.requests, "tokens": tokens_document(counts.told.tokens)},
        "logs": {"requests": counts.logs.requests, "tokens": tokens_document(counts.logs.tokens)},
    }


def _difference(one: Difference) -> Document:
    return {
        "provider": public_id(one.provider),
        "model": one.model or None,
        "name": one.name or None,
        "currency": one.currency,
        "billed": exact(one.billed),
        "computed": None if one.computed is None else exact(one.computed),
        "difference": None if one.amount is None else exact(one.amount),
    }


def _host(one: HostTotal) -> Document:
    return {
        "source": one.source,
        "requests": one.requests,
        "currency": "USD",
        "host": exact(money_of(one.host_pico)),
        "computed": exact(money_of(one.own_pico)),
    }

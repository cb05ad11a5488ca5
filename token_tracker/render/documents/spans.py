"""`data` of the reports about weeks, months and other longer times, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from token_tracker.period import local_moment
from token_tracker.render.documents.figures import Document
from token_tracker.render.documents.figures import cost_document
from token_tracker.render.documents.figures import exact
from token_tracker.render.documents.figures import figures_document
from token_tracker.render.documents.figures import freshness_document
from token_tracker.render.documents.figures import instant
from token_tracker.render.documents.figures import model_document
from token_tracker.render.documents.figures import used_document
from token_tracker.render.documents.summary import budgets_document
from token_tracker.render.style import Style
from token_tracker.reports.change import Change
from token_tracker.reports.change import Previous
from token_tracker.reports.digest import Digest
from token_tracker.reports.figures import Cost
from token_tracker.reports.overview import Overview
from token_tracker.reports.session import SessionReport
from token_tracker.reports.spans import DayLine
from token_tracker.reports.spans import Span
from token_tracker.reports.summary import ModelLine


def span_data(report: Span, style: Style) -> Document:
    """Give `data` of `week` and `month`."""
    currency = style.currency
    previous = report.previous
    return {
        "is_over": report.is_over,
        "days": [
            {"day": line.day.isoformat(), **used_document(line.figures, currency)} for line in report.days
        ],
        "total": figures_document(report.figures, currency, report.converted),
        "average_per_day": {
            "days": len(report.days),
            "cost": cost_document(report.average, currency),
        },
        "most_expensive_day": day_document(report.most_expensive, currency),
        "by_model": models_document(report.by_model, report.shares, currency),
        "share_of": None if report.measure is None else report.measure.kind,
        "previous": previous_document(previous, currency),
        "change": change_document(None if previous is None else previous.change),
        "budgets": budgets_document(report.budgets),
        "freshness": freshness_document(report.freshness, report.period.zone),
    }


def digest_data(report: Digest, style: Style) -> Document:
    """Give `data` of `daily-report`, `weekly-report` and `monthly-report`."""
    from token_tracker.render.text.digest import digest

    currency, top = style.currency, report.top_model
    now = style.now.astimezone(report.period.zone)
    return {
        "id": report.id,
        "text": digest(report, style),
        "is_over": report.is_over,
        "until": None if report.is_over else instant(now),
        **used_document(report.figures, currency, report.converted),
        "most_expensive_model": None
        if top is None
        else {"name": top.name or None, "cost": cost_document(top.figures.cost, currency)},
        "most_expensive_day": day_document(report.top_day, currency),
        "average_7d": _cost_or_null(report.average, currency),
        "previous": previous_document(report.previous, currency),
        "change": change_document(report.change),
        "budgets": budgets_document(report.budgets),
        "corrections": [
            {
                "first_day": one.period.first.isoformat(),
                "last_day": one.period.last.isoformat(),
                "currency": one.currency,
                "before": exact(one.before),
                "now": exact(one.now),
                "change": exact(one.change),
            }
            for one in report.corrections
        ],
    }


def overview_data(report: Overview, style: Style) -> Document:
    """Give `data` of `report`."""
    currency, previous = style.currency, report.previous
    ratio = report.input_output_ratio
    return {
        "is_over": report.is_over,
        "sessions": report.sessions,
        "in_no_session": figures_document(report.in_no_session, currency),
        "total": figures_document(report.figures, currency, report.converted),
        "cache_hit_rate": _number(report.figures.cache_hit_rate),
        "input_output_ratio": _number(ratio),
        "by_model": models_document(report.by_model, report.shares, currency),
        "share_of": None if report.measure is None else report.measure.kind,
        "top_sessions": [
            {
                "session": line.session,
                "source": line.source,
                "project": line.project or None,
                **used_document(line.figures, currency),
            }
            for line in report.top_sessions
        ],
        "averages": {
            "days": report.so_far.days,
            "per_day": cost_document(report.per_day, currency),
            "per_session": _cost_or_null(report.per_session, currency),
            "per_request": _cost_or_null(report.per_request, currency),
        },
        "previous": previous_document(previous, currency),
        "change": change_document(None if previous is None else previous.change),
        "freshness": freshness_document(report.freshness, report.period.zone),
    }


def session_data(report: SessionReport, style: Style) -> Document:
    """Give `data` of `session`."""
    currency, context = style.currency, report.context
    zone = report.period.zone
    return {
        "session": report.session or None,
        "found_by": str(report.rule),
        "sources": list(report.sources),
        "projects": list(report.projects),
        "branches": list(report.branches),
        "first_activity": None if report.first_ms is None else instant(local_moment(report.first_ms, zone)),
        "last_activity": None if report.last_ms is None else instant(local_moment(report.last_ms, zone)),
        "total": figures_document(report.figures, currency),
        "cache_hit_rate": _number(report.figures.cache_hit_rate),
        "by_model": models_document(report.by_model, report.shares, currency),
        "share_of": None if report.measure is None else report.measure.kind,
        "sub_agents": {
            **used_document(report.by_sub_agents, currency),
            "share": None if report.sub_agent_share is None else f"{report.sub_agent_share:.6f}",
        },
        "context": None
        if context is None
        else {
            "tokens": context.tokens,
            "model": context.model or None,
            "window": context.window,
            "used_ratio": _number(context.used_ratio),
        },
        "parents": list(report.parents),
        "driver": report.driver or None,
        "freshness": freshness_document(report.freshness, zone),
    }


def models_document(
    lines: Sequence[ModelLine], shares: Sequence[Decimal | None], currency: str
) -> list[Document]:
    """Give the rows of models with their shares."""
    return [
        {**model_document(line, currency), "share": None if share is None else f"{share:.6f}"}
        for line, share in zip(lines, shares, strict=True)
    ]


def day_document(line: DayLine | None, currency: str) -> Document | None:
    """Give the day that cost most."""
    if line is None:
        return None
    return {"day": line.day.isoformat(), "cost": cost_document(line.figures.cost, currency)}


def previous_document(previous: Previous | None, currency: str) -> Document | None:
    """Give the period before, as far as it is compared."""
    if previous is None:
        return None
    return {
        "first_day": previous.period.first.isoformat(),
        "last_day": previous.period.last.isoformat(),
        "is_part": previous.is_part,
        **used_document(previous.figures, currency),
    }


def change_document(change: Change | None) -> Document | None:
    """Say by how much a period differs from the one before."""
    if change is None:
        return None
    return {
        "kind": change.kind,
        "amount": exact(change.amount),
        "currency": change.currency,
        "ratio": _number(change.ratio),
    }


def _number(value: Decimal | None) -> float | None:
    return None if value is None else float(value)


def _cost_or_null(cost: Cost | None, currency: str) -> Document | None:
    return None if cost is None else cost_document(cost, currency)

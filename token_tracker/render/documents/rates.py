"""Exchange rates as JSON."""

from __future__ import annotations

from token_tracker.exchange import RatesReport
from token_tracker.ledger.exchange_rates import NotedRate
from token_tracker.period import local_moment
from token_tracker.render.documents.figures import Document
from token_tracker.render.documents.figures import instant
from token_tracker.render.documents.figures import used_rate_document
from token_tracker.render.style import Style


def rates_data(report: RatesReport, style: Style) -> Document:
    """Give `data` of `rates list`, `rates set` and `rates update`."""
    ecb = report.ecb
    return {
        "rates": [_rate(one, style) for one in report.rates],
        "ecb": None
        if ecb is None
        else {"first_day": ecb.first.isoformat(), "last_day": ecb.last.isoformat(), "days": ecb.days},
        "in_use": {
            "currency": report.in_use.currency,
            "rates": [used_rate_document(rate) for rate in report.in_use.rates],
            "missing": list(report.in_use.missing),
        },
        "written": None if report.written is None else report.written._asdict(),
    }


def _rate(noted: NotedRate, style: Style) -> Document:
    rate = noted.rate
    return {
        "base": rate.base,
        "quote": rate.quote,
        "rate": f"{rate.rate:f}",
        "day": rate.day.isoformat(),
        "source": rate.source,
        "noted_at": instant(local_moment(noted.noted_at_ms, style.zone.zone)),
    }

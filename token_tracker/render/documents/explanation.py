"""`data` of `explain`: every addend of an amount, with where it comes from."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import tzinfo
from typing import TYPE_CHECKING

from token_tracker.ledger.queries import StoredRate
from token_tracker.ledger.records import MANUAL
from token_tracker.ledger.records import Record
from token_tracker.model import CostBasis
from token_tracker.period import local_moment
from token_tracker.render.documents.bill import unit_rates
from token_tracker.render.documents.figures import Document
from token_tracker.render.documents.figures import exact
from token_tracker.render.documents.figures import figures_document
from token_tracker.render.documents.figures import instant
from token_tracker.render.documents.figures import origin_of
from token_tracker.render.documents.figures import public_id
from token_tracker.render.documents.figures import tokens_document
from token_tracker.render.style import Style
from token_tracker.render.text.prices import is_charge
from token_tracker.render.text.prices import is_host_estimate
from token_tracker.reports.figures import money_of

if TYPE_CHECKING:  # a summary needs none of them
    from token_tracker.reports.explain import Addend
    from token_tracker.reports.explain import Explanation


def explanation_data(explanation: Explanation, style: Style) -> Document:
    """Give `data` of `explain`; times are local to its period."""
    zone = style.zone.zone if explanation.period is None else explanation.period.zone
    return {
        "subject": {"kind": explanation.kind, "value": explanation.subject},
        "addends": [
            *(_addend(one, zone, explanation.notes) for one in explanation.addends),
            *(_shadowed_addend(one, zone) for one in explanation.shadowed),
        ],
        "total": figures_document(explanation.total, style.currency),
        "bills": _bills(explanation),
    }


def _addend(addend: Addend, zone: tzinfo, notes: Mapping[bytes, str]) -> Document:
    stored = addend.stored
    event, rate = stored.event, stored.rate
    return {
        "event": event.id.hex(),
        "at": instant(local_moment(event.at_ms, zone)),
        "source": event.origin.source,
        "provider": public_id(stored.provider),
        "model": event.service.model or None,
        "name": stored.name or None,
        "tokens": tokens_document(event.tokens),
        "web_searches": event.web_searches,
        "amount": None if addend.amount is None else exact(addend.amount),
        "currency": None if rate is None else rate.currency,
        "basis": None if rate is None else rate.basis.value,
        "price_source": _price_source(event.origin.source, rate),
        "lane": addend.lane,
        "rates": [] if rate is None else unit_rates([rate]),
        "formula": addend.formula,
        "file": event.place.path or None,
        "line": addend.line,
        "project": addend.project or None,
        "session": event.origin.session or None,
        "notes": notes.get(event.id) or None,
    }


def _bills(explanation: Explanation) -> list[Document]:
    """Give what bills add; of a single event, what was billed for its model."""
    if not explanation.bills:
        return []
    from token_tracker.render.documents.bill_addends import bill_addend_document

    lane = "beside" if explanation.kind == "event" else "counted"
    return [bill_addend_document(one, lane) for one in explanation.bills]


def _shadowed_addend(record: Record, zone: tzinfo) -> Document:
    """Give a manual record that counts nothing; only what it was recorded with is known."""
    charge = record.charge
    return {
        "event": record.id.hex(),
        "at": instant(local_moment(record.at_ms, zone)),
        "source": MANUAL,
        "provider": public_id(record.provider),
        "model": record.model or None,
        "name": None,
        "tokens": tokens_document(record.tokens),
        "web_searches": 0,
        "amount": None if charge is None else exact(money_of(charge.pico)),
        "currency": None if charge is None else charge.currency,
        "basis": None if charge is None else CostBasis.REPORTED.value,
        "price_source": None if charge is None else "user",
        "lane": "shadowed",
        "rates": [],
        "formula": None,
        "file": None,
        "line": None,
        "project": None,
        "session": record.session or None,
        "notes": record.notes or None,
    }


def _price_source(source: str, rate: StoredRate | None) -> str | None:
    """Say who gave the amount; what a person recorded is theirs."""
    if rate is None:
        return None
    if is_charge(rate):
        return "user" if source == MANUAL else "provider"
    return "host" if is_host_estimate(rate) else origin_of(rate.content)

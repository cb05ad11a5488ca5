"""What bills and balances add to a figure, as JSON."""

from __future__ import annotations

from token_tracker.ledger.bills import day_of_number
from token_tracker.render.documents.figures import Document
from token_tracker.render.documents.figures import exact
from token_tracker.render.documents.figures import public_id
from token_tracker.render.documents.figures import tokens_document
from token_tracker.reports.bill_addends import BillAddend


def bill_addend_document(one: BillAddend, lane: str) -> Document:
    """Give one addend; `lane`: "counted", or "beside" where it is in no sum."""
    return {
        "provider": public_id(one.provider),
        "day": day_of_number(one.day).isoformat(),
        "model": one.model or None,
        "name": one.name or None,
        "currency": one.currency,
        "basis": one.basis.value,
        "lane": lane,
        "amount": exact(one.amount),
        "explained": exact(one.explained),
        "elsewhere": exact(one.elsewhere),
        "billed": None if one.billed is None else exact(one.billed),
        "apportioned": list(one.apportioned),
        "requests": one.requests,
        "tokens": tokens_document(one.tokens),
        "items": [{"item": item.item or None, "amount": exact(item.amount)} for item in one.items],
    }

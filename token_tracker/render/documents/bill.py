"""`data` of `bill`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo
from typing import TYPE_CHECKING

from token_tracker.ledger.queries import StoredRate
from token_tracker.period import local_moment
from token_tracker.render.documents.figures import Document
from token_tracker.render.documents.figures import figures_document
from token_tracker.render.documents.figures import instant
from token_tracker.render.documents.figures import rate_document
from token_tracker.render.style import Style
from token_tracker.render.text.prices import has_unit_prices

if TYPE_CHECKING:  # a summary needs none of them
    from token_tracker.reports.bill import Bill
    from token_tracker.reports.bill import BillRow


def bill_data(bill: Bill, style: Style) -> Document:
    """Give `data` of `bill`."""
    currency = style.currency
    return {
        "by": list(bill.by),
        "rows": [_bill_row(row, bill.period.zone, currency) for row in bill.rows],
        "total": figures_document(bill.total, currency, bill.converted),
    }


def _bill_row(row: BillRow, zone: tzinfo, currency: str) -> Document:
    key = {
        name: instant(local_moment(value, zone)) if isinstance(value, int) else value
        for name, value in row.key.items()
    }
    return {
        "key": key,
        "name": row.name,
        **figures_document(row.figures, currency),
        "rates": unit_rates(row.rates),
    }


def unit_rates(rates: Sequence[StoredRate]) -> list[Document]:
    """Give the rates that have prices per token or request."""
    return [rate_document(rate) for rate in rates if has_unit_prices(rate)]

"""The answers of commands that record by hand, as JSON."""

from __future__ import annotations

from token_tracker.render.documents.figures import Document
from token_tracker.render.documents.figures import figures_document
from token_tracker.render.documents.figures import public_id
from token_tracker.render.style import Style
from token_tracker.reports.records import Recorded


def recorded_data(report: Recorded, style: Style) -> Document:
    """Give `data` of `record-session` and `log`."""
    record = report.record
    return {
        "id": record.id.hex(),
        "session": record.session,
        "day": record.day,
        "provider": public_id(report.provider),
        "model": record.model,
        "name": report.name or None,
        "task": record.task or None,
        "notes": record.notes or None,
        "counted": not record.covered_by,
        "covered_by": record.covered_by or None,
        "replaced": report.replaced,
        "nearest_models": list(report.nearest),
        "recorded": {
            "input": record.tokens.input,
            "output": record.tokens.output,
            "total": record.tokens.total,
        },
        "figures": figures_document(report.figures, style.currency),
        "session_figures": figures_document(report.session_figures, style.currency),
    }

"""The answer of `import` as JSON."""

from __future__ import annotations

from typing import Final

from token_tracker.render.documents.figures import Document
from token_tracker.render.documents.figures import figures_document
from token_tracker.render.style import Style
from token_tracker.reports.imports import Imported
from token_tracker.reports.imports import ImportedFile

NAMED_ROWS: Final = 100


def import_data(report: Imported, style: Style) -> Document:
    """Give `data` of `import`."""
    return {
        "dry_run": report.dry_run,
        "files": [_file(one) for one in report.files],
        "figures": figures_document(report.figures, style.currency),
        "settings": list(report.settings),
        "not_opened": list(report.not_opened),
    }


def _file(one: ImportedFile) -> Document:
    return {
        "file": one.name,
        "rows": one.rows,
        "counted": one.counted,
        "covered": [{"source": source, "rows": rows} for source, rows in sorted(one.covered.items())],
        "known": one.known,
        "unused": one.unused,
        "purged": one.purged,
        "skipped": len(one.bad),
        "skipped_rows": [{"row": bad.number, "reason": bad.reason} for bad in one.bad[:NAMED_ROWS]],
        "left_out": list(one.left_out),
    }

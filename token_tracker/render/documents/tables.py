"""The tables of days, weeks, months and sessions as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from token_tracker.period import local_moment
from token_tracker.render.documents.envelope import period_document
from token_tracker.render.documents.figures import Document
from token_tracker.render.documents.figures import figures_document
from token_tracker.render.documents.figures import instant
from token_tracker.render.documents.figures import public_id
from token_tracker.render.style import Style
from token_tracker.render.table_layout import Shown
from token_tracker.reports.figures import Figures
from token_tracker.reports.summary import ModelLine
from token_tracker.reports.tables import ProjectRows
from token_tracker.reports.tables import SessionRow
from token_tracker.reports.tables import SessionTable
from token_tracker.reports.tables import Step
from token_tracker.reports.tables import TimeRow

_NAMES = {Step.DAY: ("day", "%Y-%m-%d"), Step.WEEK: ("week", "%G-W%V"), Step.MONTH: ("month", "%Y-%m")}


def table_data(shown: Shown, style: Style) -> Document:
    """Give `data` of `daily`, `weekly`, `monthly` and `sessions`."""
    table = shown.table
    if isinstance(table, SessionTable):
        rows = [_session(row, shown, style, table.period.zone) for row in table.rows]
        return {"rows": rows, "total": _figures(table.total, shown, style)}
    document: Document = {"rows": [_time(row, table.step, shown, style) for row in table.rows]}
    if table.step is Step.DAY:
        document["by_project"] = (
            None if table.by_project is None else [_project(one, shown, style) for one in table.by_project]
        )
    return {**document, "total": _figures(table.total, shown, style)}


def _project(one: ProjectRows, shown: Shown, style: Style) -> Document:
    return {
        "project": one.project or None,
        **_figures(one.figures, shown, style),
        "rows": [_time(row, Step.DAY, shown, style) for row in one.rows],
    }


def _time(row: TimeRow, step: Step, shown: Shown, style: Style) -> Document:
    name, pattern = _NAMES[step]
    return {
        name: f"{row.period.first:{pattern}}",
        "period": period_document(row.period),
        **_figures(row.figures, shown, style),
        "by_model": _models(row.by_model, shown, style),
    }


def _session(row: SessionRow, shown: Shown, style: Style, zone: tzinfo) -> Document:
    return {
        "session": row.session or None,
        "source": row.source,
        "projects": [project for project in row.projects if project],
        "first_activity": instant(local_moment(row.activity.first_ms, zone)),
        "last_activity": instant(local_moment(row.activity.last_ms, zone)),
        **_figures(row.figures, shown, style),
        "by_model": _models(row.by_model, shown, style),
    }


def _models(lines: Sequence[ModelLine], shown: Shown, style: Style) -> list[Document]:
    return [
        {
            "provider": public_id(line.provider),
            "model": line.model or None,
            "name": line.name or None,
            **_figures(line.figures, shown, style),
        }
        for line in lines
    ]


def _figures(figures: Figures, shown: Shown, style: Style) -> Document:
    document = figures_document(figures, style.currency)
    return document if shown.with_cost else {**document, "cost": None}

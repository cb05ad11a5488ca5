"""What every command prints with `--json` around its `data`, and an error as JSON."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from typing import Final

from token_tracker.model import Problem
from token_tracker.period import Period
from token_tracker.period import calendar_month
from token_tracker.period import iso_week
from token_tracker.render.documents.figures import Document
from token_tracker.render.documents.figures import instant
from token_tracker.render.documents.figures import problem_document
from token_tracker.render.errors import public_code
from token_tracker.render.words import ErrorText

SCHEMA: Final = 1
COMMANDS_WITH_PATHS: Final = ("doctor", "sources", "explain")


def envelope(
    command: str,
    generated_at: datetime,
    period: Period | None,
    data: Mapping[str, Any],
    problems: Iterable[Problem],
    *,
    lang: str = "en",
) -> Document:
    """Put an answer into what every command prints with `--json`.

    `generated_at`: local, aware. `lang`: of the texts of the problems.
    """
    with_paths = command.split(maxsplit=1)[0] in COMMANDS_WITH_PATHS
    return {
        "schema": SCHEMA,
        "command": command,
        "generated_at": instant(generated_at),
        "period": None if period is None else period_document(period),
        "data": data,
        "problems": [problem_document(problem, lang, with_paths) for problem in problems],
    }


def error_document(code: str, text: ErrorText) -> Document:
    """Say an error as JSON."""
    return {"schema": SCHEMA, "error": {"code": public_code(code), **text._asdict()}}


def period_document(period: Period) -> Document:
    """Give a period with its instants, its days and a name that no language changes."""
    return {
        "start": instant(period.start),
        "end": instant(period.end),
        "first_day": period.first.isoformat(),
        "last_day": period.last.isoformat(),
        "tz": period.zone_name,
        "label": _label(period),
    }


def _label(period: Period) -> str:
    if period.days == 1:
        return period.first.isoformat()
    if period == iso_week(period.first, period.zone, period.zone_name):
        return f"{period.first:%G-W%V}"
    if period == calendar_month(period.first, period.zone, period.zone_name):
        return f"{period.first:%Y-%m}"
    return f"{period.first.isoformat()}..{period.last.isoformat()}"

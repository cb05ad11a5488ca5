"""The JSON that ccusage prints with `--json`: its keys, its types, its order of keys.

Rows of days, weeks and months have the keys of both of its generations: up to version 19,
and in the commands for one agent since, a row is named by `date`, `week` or `month`; the
commands for all agents of version 20 name it by `period`, beside `agent` and `metadata`.
Sessions have the keys of `ccusage claude session`.

Source: ccusage 17.2.1 (the types in its package) and 20.0.24 (what it prints), checked
2026-11-22.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import UTC
from datetime import datetime
from decimal import Decimal
from typing import Any
from typing import Final
from typing import NamedTuple

from token_tracker.model import Tokens

Document = dict[str, Any]
"""A JSON object; `Any` because it nests without end."""

NAMES: Final = {"daily": "date", "weekly": "week", "monthly": "month"}
"""By the key of the list: the key that names a row of it."""

AGENTS: Final = {"claude-code": "claude", "gemini-cli": "gemini", "qwen-code": "qwen", "kilo-cli": "kilo"}
"""What ccusage calls our sources; the others have the same name."""

UNKNOWN: Final = "unknown"
NO_PROJECT: Final = "Unknown Project"


class Use(NamedTuple):
    """What was used and its cost in USD; None leaves the cost out, as `--no-cost` does."""

    tokens: Tokens
    usd: Decimal | None


class TimeRow(NamedTuple):
    """A day, week or month: `name` is its first day, of a month without the day.

    `models`: by the model as logged, the most expensive first. `project`: only where rows
    are listed by project.
    """

    name: str
    use: Use
    models: Mapping[str, Use]
    sources: Sequence[str]
    project: str | None = None


class SessionRow(NamedTuple):
    """A session; moments are UTC milliseconds."""

    session: str
    project: str
    first_ms: int
    last_ms: int
    use: Use
    models: Mapping[str, Use]


def time_report(kind: str, rows: Iterable[TimeRow], total: Use) -> Document:
    """Give the document of `ccusage daily`, `weekly` or `monthly`; `kind` is the command."""
    return {kind: [_time_row(kind, row) for row in rows], "totals": _use(total, "totalCost")}


def project_report(kind: str, projects: Mapping[str, Sequence[TimeRow]], total: Use) -> Document:
    """Give the document of `ccusage daily --instances`."""
    return {
        "projects": {
            name or UNKNOWN: [_time_row(kind, row) for row in rows] for name, rows in projects.items()
        },
        "totals": _use(total, "totalCost"),
    }


def session_report(rows: Iterable[SessionRow], total: Use) -> Document:
    """Give the document of `ccusage session`."""
    return {
        "sessions": [
            {
                "sessionId": row.session or UNKNOWN,
                **_use(row.use, "totalCost"),
                "firstActivity": _instant(row.first_ms),
                "lastActivity": _instant(row.last_ms),
                **_models(row.models),
                "projectPath": row.project or NO_PROJECT,
            }
            for row in rows
        ],
        "totals": _use(total, "totalCost"),
    }


def written(document: object, indent: int = 0) -> str:
    r"""Write a document as JSON; amounts keep every digit, which no float would.

    >>> written({"totalCost": Decimal("0.100000000000"), "daily": []})
    '{\n  "totalCost": 0.1,\n  "daily": []\n}'
    """
    inner, outer = "\n" + "  " * (indent + 1), "\n" + "  " * indent
    if isinstance(document, Decimal):
        digits = f"{document:f}"
        return digits.rstrip("0").rstrip(".") if "." in digits else digits
    if isinstance(document, dict) and document:
        lines = [
            f"{json.dumps(name, ensure_ascii=False)}: {written(value, indent + 1)}"
            for name, value in document.items()
        ]
        return "{" + inner + f",{inner}".join(lines) + outer + "}"
    if isinstance(document, list) and document:
        return "[" + inner + f",{inner}".join(written(value, indent + 1) for value in document) + outer + "]"
    return json.dumps(document, ensure_ascii=False)


def _time_row(kind: str, row: TimeRow) -> Document:
    return {
        NAMES[kind]: row.name,
        "period": row.name,
        "agent": "all",
        **_use(row.use, "totalCost"),
        **_models(row.models),
        "metadata": {"agents": sorted({AGENTS.get(source, source) for source in row.sources})},
        **({} if row.project is None else {"project": row.project or UNKNOWN}),
    }


def _models(models: Mapping[str, Use]) -> Document:
    return {
        "modelsUsed": [model or UNKNOWN for model in models],
        "modelBreakdowns": [
            {"modelName": model or UNKNOWN, **_use(use, "cost", with_total=False)}
            for model, use in models.items()
        ],
    }


def _use(use: Use, cost: str, *, with_total: bool = True) -> Document:
    counts = use.tokens
    return {
        "inputTokens": counts.input,
        "outputTokens": counts.output,
        "cacheCreationTokens": counts.cache_write_5m + counts.cache_write_1h,
        "cacheReadTokens": counts.cache_read,
        **({"totalTokens": counts.total} if with_total else {}),
        **({} if use.usd is None else {cost: use.usd}),
    }


def _instant(at_ms: int) -> str:
    moment = datetime.fromtimestamp(at_ms // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"

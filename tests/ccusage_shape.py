"""The shape of ccusage's JSON, closed, written by hand; no test lives here.

Source: the types `DailyUsage`, `WeeklyUsage`, `MonthlyUsage` and `SessionUsage` in the
package ccusage 17.2.1 and what its commands put into `--json`; what `ccusage claude daily`
and the others, and `ccusage daily` for all agents, print in 20.0.24. Checked 2026-11-22.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from typing import Any

from jsonschema import Draft202012Validator

Schema = dict[str, Any]

COUNT: Schema = {"type": "integer", "minimum": 0}
DOLLARS: Schema = {"type": "number", "minimum": 0}
TEXT: Schema = {"type": "string", "minLength": 1}
TEXTS: Schema = {"type": "array", "items": TEXT}
DAY: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
MONTH: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}$"}
INSTANT: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$"}
COUNTS = dict.fromkeys(("inputTokens", "outputTokens", "cacheCreationTokens", "cacheReadTokens"), COUNT)


def exactly(properties: Mapping[str, Schema]) -> Schema:
    """Give an object with these keys, all of them and no other."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


TOTALS = exactly({**COUNTS, "totalTokens": COUNT, "totalCost": DOLLARS})
USE: dict[str, Schema] = {
    **COUNTS,
    "totalTokens": COUNT,
    "totalCost": DOLLARS,
    "modelsUsed": TEXTS,
    "modelBreakdowns": {
        "type": "array",
        "items": exactly({"modelName": TEXT, **COUNTS, "cost": DOLLARS}),
    },
}


def time_row(key: str, name: Schema, **more: Schema) -> Schema:
    """Give a row of either generation: named by its own key, and by `period`."""
    both = {
        key: name,
        "period": name,
        "agent": {"const": "all"},
        "metadata": exactly({"agents": TEXTS}),
    }
    return exactly({**both, **USE, **more})


SESSION = exactly(
    {**USE, "sessionId": TEXT, "projectPath": TEXT, "firstActivity": INSTANT, "lastActivity": INSTANT}
)
PROJECTS: Schema = {
    "type": "object",
    "additionalProperties": {"type": "array", "items": time_row("date", DAY, project=TEXT)},
}
SHAPES: dict[str, Schema] = {
    "daily": exactly({"daily": {"type": "array", "items": time_row("date", DAY)}, "totals": TOTALS}),
    "weekly": exactly({"weekly": {"type": "array", "items": time_row("week", DAY)}, "totals": TOTALS}),
    "monthly": exactly({"monthly": {"type": "array", "items": time_row("month", MONTH)}, "totals": TOTALS}),
    "sessions": exactly({"sessions": {"type": "array", "items": SESSION}, "totals": TOTALS}),
    "daily --instances": exactly({"projects": PROJECTS, "totals": TOTALS}),
}


def ccusage_complaints(words: Sequence[str], document: object) -> list[str]:
    """List what is wrong with a document; `words`: the command with `--instances`, if given."""
    found = Draft202012Validator(SHAPES[" ".join(words)]).iter_errors(document)
    return sorted(f"{error.json_path}: {error.message}" for error in found)

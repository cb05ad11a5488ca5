"""The totals that a reader must find in a corpus: in all, and by model, project and local day."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from typing import Final
from zoneinfo import ZoneInfo

ZONES: Final = ("UTC", "Asia/Shanghai", "America/New_York", "Asia/Kolkata")
FIELDS: Final = (
    "requests",
    "input",
    "cache_read",
    "cache_write_5m",
    "cache_write_1h",
    "output",
    "reasoning",
    "web_searches",
)
QUARTER_S: Final = 900


class Expected:
    """Counts responses; `document` is what `expected.json` holds."""

    def __init__(self, document: dict[str, Any] | None = None) -> None:
        self.document = document or {
            "total": dict.fromkeys(FIELDS, 0),
            "model": {},
            "project": {},
            "day": {zone: {} for zone in ZONES},
            "lines": {"all": 0, "with_usage": 0},
        }
        self._zones = {name: ZoneInfo(name) for name in ZONES}
        self._days: dict[int, list[tuple[str, str]]] = {}

    def add(self, at_ms: int, model: str, cwd: str, counts: tuple[int, ...]) -> None:
        """Count one response."""
        found = self.document
        rows = [found["total"], self._row(found["model"], model), self._row(found["project"], cwd)]
        rows += [self._row(found["day"][zone], day) for zone, day in self._local_days(at_ms)]
        for row in rows:
            row["requests"] += 1
            for field, count in zip(FIELDS[1:], counts, strict=True):
                row[field] += count

    @staticmethod
    def _row(table: dict[str, dict[str, int]], key: str) -> dict[str, int]:
        return table.setdefault(key, dict.fromkeys(FIELDS, 0))

    def _local_days(self, at_ms: int) -> list[tuple[str, str]]:
        quarter = at_ms // 1000 // QUARTER_S
        if quarter not in self._days:
            self._days[quarter] = [
                (name, datetime.fromtimestamp(quarter * QUARTER_S, zone).date().isoformat())
                for name, zone in self._zones.items()
            ]
        return self._days[quarter]

"""How much of our table of date expressions the library dateparser reads as it must be read.

    python3 -m venv /tmp/dateparser && /tmp/dateparser/bin/pip install dateparser
    /tmp/dateparser/bin/python -m benchmarks.dateparser_table

A span counts where the library says that a date is only as exact as its week, month or year.
See docs/decisions/0010-dates-by-our-own-rules.md.
"""

from __future__ import annotations

import ast
import sys
import time
from calendar import monthrange
from datetime import date
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

TABLE = Path(__file__).resolve().parents[1] / "tests" / "cli" / "test_expressions.py"


def rows() -> list[tuple[date, str, str]]:
    """Give today, what is expected, and the text of every row of the table."""
    found: dict[str, Any] = {
        node.targets[0].id: ast.literal_eval(node.value)
        for node in ast.parse(TABLE.read_text(encoding="utf-8")).body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id.startswith("ON_")
    }
    tables = {"2026-10-07": found["ON_A_WEDNESDAY"], **found["ON_OTHER_DAYS"]}
    return [
        (date.fromisoformat(today), expected, text)
        for today, table in tables.items()
        for expected, texts in table.items()
        for text in texts
    ]


def understood(read: Any, text: str, today: date) -> str:
    """Give what the library reads, as the table writes it: days, a span, or "" for a refusal."""
    data = read(text)
    if data is None or data.date_obj is None:
        return ""
    day = data.date_obj.date()
    if data.period == "week":
        first = day - timedelta(days=day.weekday())
        last = first + timedelta(days=6)
    elif data.period == "month":
        first, last = day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
    elif data.period == "year":
        first, last = day.replace(month=1, day=1), day.replace(month=12, day=31)
    else:
        first = last = day
    if first > today:
        return ""
    days = sorted({first.isoformat(), min(last, today).isoformat()})
    return "..".join(days)


def main() -> None:
    started = time.perf_counter()
    from dateparser.date import DateDataParser  # here, so that its import is timed

    imported_s = time.perf_counter() - started
    score: dict[str, list[bool]] = {"days": [], "spans": [], "refusals": []}
    started = time.perf_counter()
    for today, expected, text in rows():
        now = datetime.combine(today, datetime.min.time())
        settings = {"PREFER_DATES_FROM": "past", "RELATIVE_BASE": now}
        parser = DateDataParser(languages=["en", "zh", "zh-Hant"], settings=settings)
        kind = "refusals" if not expected[0].isdigit() else "spans" if ".." in expected else "days"
        wanted = "" if kind == "refusals" else expected
        score[kind].append(understood(parser.get_date_data, text, today) == wanted)
    took_s = time.perf_counter() - started
    for kind, right in score.items():
        print(f"{kind}: {sum(right)} of {len(right)}")
    right_rows = [one for right in score.values() for one in right]
    print(f"together: {sum(right_rows)} of {len(right_rows)}, {took_s / len(right_rows) * 1000:.1f} ms each")
    print(f"import: {imported_s * 1000:.0f} ms on Python {sys.version.split()[0]}")


if __name__ == "__main__":
    main()

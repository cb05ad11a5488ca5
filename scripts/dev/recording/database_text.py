"""Tell the tables of a host's database as plain JSON, so that a fixture can be read and compared.

The tests build the database again from it; only the named tables are told.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

JsonObject = dict[str, Any]


def database_text(
    database: Path, tables: Iterable[str], clean: Callable[[str], str], emptied: Iterable[str] = ()
) -> str:
    """Give the schema and rows of those tables that are there as JSON text, one row a line.

    `clean` takes this machine out of every text. `emptied`: columns whose texts belong to the
    host and say nothing here, such as a system prompt. Columns that hold nothing are left out.
    """
    schema: list[str] = []
    rows: dict[str, list[JsonObject]] = {}
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        for table in tables:
            made = connection.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
            if made is None:
                continue
            schema.append(" ".join(made[0].split()))
            found = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - a name of the recording script's
            rows[table] = [_told(dict(row), clean, set(emptied)) for row in found]
    return laid_out({"user_version": version, "schema": schema, "rows": rows})


def _told(row: JsonObject, clean: Callable[[str], str], emptied: set[str]) -> JsonObject:
    return {
        column: clean(value) if isinstance(value, str) else value
        for column, value in row.items()
        if value is not None and column not in emptied
    }


def laid_out(content: JsonObject) -> str:
    """Lay a database out so that a change of one row is a change of one line."""
    schema = ",\n".join(f"    {json.dumps(words)}" for words in content["schema"])
    tables = []
    for table, rows in content["rows"].items():
        lines = ",\n".join(f"      {json.dumps(row, ensure_ascii=False)}" for row in rows)
        tables.append(
            f"    {json.dumps(table)}: [\n{lines}\n    ]" if rows else f"    {json.dumps(table)}: []"
        )
    return (
        f'{{\n  "user_version": {content["user_version"]},\n  "schema": [\n{schema}\n  ],\n'
        f'  "rows": {{\n' + ",\n".join(tables) + "\n  }\n}\n"
    )

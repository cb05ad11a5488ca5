"""The recorded logs of every source, as their programs wrote them, and what is in them.

`tests/fixtures/sources` keeps them as text. A database stands beside its name, `opencode.db.json`
for `opencode.db`:

    {"user_version": 0, "schema": ["CREATE TABLE ..."], "rows": {"table": [{"column": value}]}}

An object or array in a column is stored as JSON text, {"zstd": object} as compressed JSON, and
{"hex": text} as bytes. `expected.json` tells what the model server sent.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

JsonObject = dict[str, Any]

DATABASE = ".db.json"
DATABASES = (DATABASE, ".sqlite.json", ".vscdb.json", ".sqlite3.json")


def copy_case(case: Path, target: Path) -> Path:
    """Copy a case without what is expected of it, its databases built from their texts."""
    left_out = shutil.ignore_patterns("expected.json", "README.md")
    shutil.copytree(case, target, ignore=left_out, dirs_exist_ok=True)  # a case may be a whole home
    for text in sorted(target.rglob("*.json")):
        if text.name.endswith(DATABASES):
            build_database(text.with_suffix(""), json.loads(text.read_text(encoding="utf-8")))
            text.unlink()
    return target


def build_database(path: Path, made_of: JsonObject) -> None:
    """Write a database."""
    with closing(sqlite3.connect(path)) as connection:
        for statement in made_of["schema"]:
            connection.execute(statement)
        for table, rows in made_of["rows"].items():
            for row in rows:
                insert(connection, table, row)
        connection.execute(f"PRAGMA user_version = {made_of.get('user_version', 0)}")
        connection.commit()


def insert(connection: sqlite3.Connection, table: str, row: JsonObject) -> None:
    """Add one row."""
    columns = ", ".join(f'"{name}"' for name in row)
    places = ", ".join("?" * len(row))
    connection.execute(
        f'INSERT INTO "{table}" ({columns}) VALUES ({places})', [_stored(v) for v in row.values()]
    )


def _stored(value: Any) -> Any:
    if isinstance(value, dict) and set(value) == {"zstd"}:
        import zstandard  # only some databases need it

        return zstandard.compress(json.dumps(value["zstd"]).encode())
    if isinstance(value, dict) and set(value) == {"hex"}:
        return bytes.fromhex(value["hex"])
    return json.dumps(value) if isinstance(value, dict | list) else value

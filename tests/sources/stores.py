"""What samples are kept as, and how a test changes them: lines, rows and documents as records.

`benchmarks/recorded.py` says how they are committed.
"""

from __future__ import annotations

import fnmatch
import json
import sqlite3
from collections.abc import Callable
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import zstandard

from benchmarks.recorded import insert

JsonObject = dict[str, Any]
Rules = Mapping[str, Any]

HEADER = b"SQLite format 3\0"


class Records:
    """The records of one file: its lines, the rows of its tables, or the elements of its list.

    `read` gives them as objects that a test may change, `write` puts them back. A row of a
    database has its table under "": its JSON columns are objects.
    """

    def __init__(self, path: Path, rules: Rules) -> None:
        self.path = path
        self.rules = rules
        self.kind = _kind(path)

    def read(self) -> list[JsonObject]:
        if self.kind == "lines":
            return [json.loads(line) for line in self.path.read_bytes().splitlines() if line.strip()]
        if self.kind == "document":
            found = self._list(json.loads(self.path.read_text(encoding="utf-8")))
            return [one for one in found if isinstance(one, dict)]
        return self._rows()

    def write(self, records: list[JsonObject]) -> None:
        if self.kind == "lines":
            self.path.write_bytes(b"".join(json.dumps(one).encode() + b"\n" for one in records))
        elif self.kind == "document":
            document = json.loads(self.path.read_text(encoding="utf-8"))
            self._list(document)[:] = records if self._name() is not None else []
            whole = records[0] if self._name() is None else document
            self.path.write_text(json.dumps(whole), encoding="utf-8")
        else:
            self._write_rows(records)

    def _name(self) -> str | None:
        """Give the dotted name of a document's list; None where the document is one record."""
        for pattern, name in self.rules.get("list", {}).items():
            if fnmatch.fnmatch(self.path.name, pattern):
                return str(name)
        return None

    def _list(self, document: Any) -> list[Any]:
        name = self._name()
        if name is None:
            return [document]
        for part in name.split(".") if name else ():
            document = document[part]
        found: list[Any] = document
        return found

    def _tables(self) -> Mapping[str, Any]:
        """Give the rules of the tables that this database has."""
        with closing(sqlite3.connect(self.path)) as connection:
            there = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema")}
        return {name: rule for name, rule in self.rules["tables"].items() if name in there}

    def _rows(self) -> list[JsonObject]:
        found = []
        with closing(sqlite3.connect(self.path)) as connection:
            for table, rule in self._tables().items():
                rows = connection.execute(f'SELECT * FROM "{table}" ORDER BY rowid')
                names = [column[0] for column in rows.description]
                for row in rows:
                    values = zip(names, row, strict=True)
                    found.append(
                        {"": table, **{name: _loaded(v, name in rule.get("json", ())) for name, v in values}}
                    )
        return found

    def _write_rows(self, records: list[JsonObject]) -> None:
        with closing(sqlite3.connect(self.path)) as connection:
            for table in self._tables():
                connection.execute(f'DELETE FROM "{table}"')
                known = {row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')}
                rows = [one for one in records if one[""] == table]
                for name in sorted({name for row in rows for name in row} - known - {""}):
                    connection.execute(f'ALTER TABLE "{table}" ADD COLUMN "{name}" TEXT')
                for row in rows:
                    insert(connection, table, {name: value for name, value in row.items() if name})
            connection.commit()


def _kind(path: Path) -> str:
    with path.open("rb") as file:
        if file.read(len(HEADER)) == HEADER:
            return "database"
    return "document" if path.suffix == ".json" else "lines"


def _loaded(value: Any, is_json: bool) -> Any:
    """Give the object in a column where there is one; compressed ones are marked as such."""
    if isinstance(value, bytes):
        return {"zstd": json.loads(zstandard.decompress(value))} if is_json else {"hex": value.hex()}
    return json.loads(value) if is_json and isinstance(value, str) else value


def objects_in(record: JsonObject, rules: Rules) -> list[JsonObject]:
    """Give the objects whose fields the rules name: the record, or those in its JSON columns."""
    if "" not in record:
        return [record]
    columns = rules["tables"][record[""]].get("json", ())
    inner = [record[name] for name in columns if isinstance(record.get(name), dict)]
    return [record, *(one.get("zstd", one) for one in inner)]


def change_fields(record: JsonObject, rules: Rules, paths: list[str], change: Callable[[Any], Any]) -> None:
    """Change the fields at dotted paths, in the record or in its JSON columns, where they are.

    A name on the way that holds a list stands for each of its elements.
    """
    for holder in objects_in(record, rules):
        for path in paths:
            *outer, last = path.split(".")
            inner: list[Any] = [holder]
            for name in outer:
                found = [one[name] for one in inner if isinstance(one, dict) and name in one]
                inner = [part for one in found for part in (one if isinstance(one, list) else [one])]
            for one in inner:
                if isinstance(one, dict) and last in one:
                    one[last] = change(one[last])

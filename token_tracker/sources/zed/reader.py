"""Zed's threads: a row each, whose document holds everything said and the sum of all requests.

Only the sum is taken. The document also has the last request of each prompt, which is part of
the sum, is replaced while the agent goes on, and goes when a prompt is edited.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Mapping
from hashlib import blake2b
from typing import Any

from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import UsageInvalidError
from token_tracker.sources._fields import an_object
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._fields import parse_object
from token_tracker.sources._fields import whole_count
from token_tracker.sources._ids import event_id
from token_tracker.sources._providers import billing_provider
from token_tracker.sources._sqlite import columns_of
from token_tracker.sources._sqlite import database_reading
from token_tracker.sources._sqlite import is_same_database
from token_tracker.sources._sqlite import open_database
from token_tracker.sources._zstd import decompressor
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import RunningTotal

SOURCE = "zed"
COUNTS = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens")
OWN_SERVICE = "zed.dev"
"""The name of Zed's own resale of models; what they cost is told by the model's vendor."""


class Threads:
    """Who started which thread, and where it worked."""

    def __init__(self, rows: list[tuple[Any, ...]]) -> None:
        self._parents = {clean_name(row[1]): clean_name(row[3]) for row in rows}
        self._folders = {clean_name(row[1]): _first_folder(row[4]) for row in rows}

    def origin(self, thread: str) -> Origin:
        """Say whose work a thread is: a sub-agent's is that of the thread that started it."""
        root, seen = thread, {thread}
        while (parent := self._parents.get(root, "")) and parent not in seen:
            seen.add(parent)
            root = parent
        is_sub_agent = root != thread
        return Origin(
            SOURCE,
            self._folders.get(thread, "") or self._folders.get(root, ""),
            root,
            agent_id=thread if is_sub_agent else "",
            initiator="agent" if is_sub_agent else "manual",
            parent=self._parents.get(thread, ""),
        )


def read(state: FileState, cursor: Cursor | None) -> Reading:
    """Read the threads that were saved since the cursor.

    Raises:
        OSError: the database is locked, damaged or gone; nothing is known of it.
    """
    seen: set[str] = set()
    if cursor is not None and cursor.memory and is_same_database(state, cursor):
        seen = set(json.loads(cursor.memory)["seen"])
    totals: list[RunningTotal] = []
    problems: list[LineProblem] = []
    with open_database(state.path) as connection:
        there = columns_of(connection, "threads")
        if not there:
            return database_reading(state, True, [])
        parent, folders = (name if name in there else "NULL" for name in ("parent_id", "folder_paths"))
        query = f"SELECT rowid, id, updated_at, {parent}, {folders} FROM threads"  # noqa: S608 - names written here
        rows = connection.execute(query).fetchall()
        marks = {row[0]: _mark(row[1], row[2]) for row in rows}
        threads = Threads(rows)
        for row in rows:
            if marks[row[0]] in seen:
                continue
            found = connection.execute("SELECT data_type, data FROM threads WHERE rowid = ?", (row[0],))
            try:
                document = _document(*found.fetchone())
                totals += _totals(document, row, threads, state.path)
            except UsageInvalidError:
                problems.append(LineProblem("usage-invalid", row[0], row[0]))
            except ZstdWantedError:
                problems.append(LineProblem("file-codec-missing", row[0], row[0]))
                del marks[row[0]]
            except ValueError:
                problems.append(LineProblem("line-not-json", row[0], row[0]))
    memory = json.dumps({"seen": sorted(set(marks.values()))}, separators=(",", ":"))
    reading = database_reading(state, not seen, [], problems, memory=memory, totals=totals)
    if len(marks) < len(rows):  # noted as another state than it has, so that it is read again
        return reading._replace(cursor=reading.cursor._replace(state=state._replace(mtime_ns=0)))
    return reading


class ZstdWantedError(Exception):
    """Nothing on this machine can decompress a thread."""


def _mark(thread: object, saved: object) -> str:
    return blake2b(repr((thread, saved)).encode(), digest_size=5).hexdigest()


def _document(kind: object, stored: object) -> JsonObject:
    """Give a thread's document.

    Raises:
        ZstdWantedError: it is compressed, and nothing here can decompress it.
        ValueError: it is damaged.
    """
    if kind != "zstd" or not isinstance(stored, bytes):
        return parse_object(stored if isinstance(stored, bytes) else str(stored))
    decompress = decompressor()
    if decompress is None:
        raise ZstdWantedError
    return parse_object(decompress(stored))


def _totals(
    document: Mapping[str, Any], row: tuple[Any, ...], threads: Threads, path: str
) -> Iterator[RunningTotal]:
    """Give the thread's total; one id for all its models, as the document has one sum for them."""
    summed = _counts(document.get("cumulative_token_usage"))
    listed = [_counts(one) for one in an_object(document.get("request_token_usage")).values()]
    last = Tokens(*map(sum, zip(*listed, strict=True))) if listed else Tokens()
    counts = Tokens(*map(max, summed, last))  # the first releases kept no sum
    if not any(counts):
        return
    saved_ms = instant_ms(row[2])
    if saved_ms is None:
        raise UsageInvalidError
    model = an_object(document.get("model"))
    provider = clean_name(model.get("provider"))
    thread = clean_name(row[1])
    yield RunningTotal(
        event_id(SOURCE, thread),
        saved_ms,
        saved_ms,
        Service(
            "zed" if provider == OWN_SERVICE else billing_provider(provider), clean_name(model.get("model"))
        ),
        threads.origin(thread),
        counts,
        None,
        None,
        Place(path, row[0]),
    )


def _counts(usage: object) -> Tokens:
    told = an_object(usage)
    prompt, read, written, output = (whole_count(told.get(name)) for name in COUNTS)
    return Tokens(prompt, read, written, 0, output)


def _first_folder(paths: object) -> str:
    """Give the first of the folders that a thread's window showed; they stand on lines of their own."""
    return clean_name(paths.split("\n")[0]) if isinstance(paths, str) else ""

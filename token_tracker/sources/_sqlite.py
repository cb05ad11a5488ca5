"""Read the databases in which hosts keep their sessions, without ever getting in their way.

A database is opened for reading only, and only the tables and columns that a source names
are asked for: some of these files hold credentials as well. One that is locked or damaged
is unknown this time, which is not the same as empty.
"""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG
from typing import Any

from token_tracker.model import UsageEvent
from token_tracker.sources._lines import STORED_BITS
from token_tracker.sources._roots import open_file
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import RunningTotal

BUSY_TIMEOUT_S = 0.25
"""A host holds its lock for milliseconds; what takes longer is read the next time."""

LOCKED = ("SQLITE_BUSY", "SQLITE_BUSY_RECOVERY", "SQLITE_BUSY_SNAPSHOT", "SQLITE_LOCKED", "SQLITE_PROTOCOL")
"""A host is writing; what could not be read now is read the next time."""

HEADER = b"SQLite format 3\0"
HEADER_BYTES = 20
READ_VERSION = 19
WITH_LOG = b"\x02"
"""What stands there in a database with a write-ahead log (SQLite's file format, checked 2026-11-22)."""

ALONE = "&immutable=1"

Row = Mapping[str, Any]
"""One row by the names of its columns."""


def database_states(paths: Iterable[str]) -> list[FileState]:
    """Give what the file system says of databases, each once, however many names it has.

    With a write-ahead log the file itself may stand still for hours: size and time are
    those of both together.
    """
    found: dict[tuple[int, int], FileState] = {}
    for path in sorted(paths):
        try:
            stat = os.stat(path)
        except PermissionError:
            found[0, hash(path)] = FileState(path, 0, 0, 0, 0)  # reading it names it
            continue
        except OSError:
            continue
        if not S_ISREG(stat.st_mode):
            continue
        size, mtime_ns = stat.st_size, stat.st_mtime_ns
        try:
            ahead = os.stat(f"{path}-wal")
            size, mtime_ns = size + ahead.st_size, max(mtime_ns, ahead.st_mtime_ns)
        except OSError:
            pass
        state = FileState(path, stat.st_dev & STORED_BITS, stat.st_ino & STORED_BITS, size, mtime_ns)
        found.setdefault((stat.st_dev, stat.st_ino), state)
    return list(found.values())


@contextmanager
def open_database(path: str) -> Iterator[sqlite3.Connection]:
    """Open a database for reading, as of one moment.

    Raises:
        OSError: it is locked (EBUSY), damaged or no database (EBADMSG), or gone: nothing is
            known of it.
    """
    with open_file(path) as file:  # a missing or closed file is the system's own error
        head = file.read(HEADER_BYTES)
    if not head.startswith(HEADER):
        # One that was just created is empty until its first commit; anything else is not ours.
        raise OSError(errno.EBADMSG, "file is not a database", path)
    # Opened like any other, one with a write-ahead log gets two files beside it that stay there.
    # Where nothing waits in a log, the file alone is the whole database: it is read as it is.
    seen = _state_of(path) if head[READ_VERSION:] == WITH_LOG and not _waits(path) else None
    connection = None
    try:
        connection = _opened(f"{Path(os.path.abspath(path)).as_uri()}?mode=ro{'' if seen is None else ALONE}")
        connection.execute("BEGIN")
        connection.execute("SELECT 1 FROM sqlite_schema").fetchone()  # from here on it is of one moment
        yield connection
    except sqlite3.Error as error:
        locked = error.sqlite_errorname in LOCKED if hasattr(error, "sqlite_errorname") else False
        number = errno.EBUSY if locked or _has_changed(path, seen) else errno.EBADMSG
        raise OSError(number, str(error), path) from None
    finally:
        if connection is not None:
            connection.close()
    if _has_changed(path, seen):
        raise OSError(errno.EBUSY, "database was written while it was read", path)


def _waits(path: str) -> bool:
    """Say whether something waits in the log beside a database, to be taken over into it."""
    try:
        return os.path.getsize(f"{path}-wal") > 0
    except OSError:
        return False


def _state_of(path: str) -> tuple[int, int]:
    stat = os.stat(path)
    return stat.st_size, stat.st_mtime_ns


def _has_changed(path: str, seen: tuple[int, int] | None) -> bool:
    """Say whether a database that was read without any lock is another one by now."""
    return seen is not None and (_waits(path) or _state_of(path) != seen)


def _opened(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, timeout=BUSY_TIMEOUT_S, isolation_level=None)
    # Broken UTF-8 in a text that we do not even keep must not hide the counts beside it.
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    connection.execute("PRAGMA query_only = ON")
    return connection


def columns_of(connection: sqlite3.Connection, table: str) -> frozenset[str]:
    """Give the names of a table's columns; none where there is no such table."""
    rows = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
    return frozenset(row[0] for row in rows)


def rows_of(connection: sqlite3.Connection, table: str, names: Sequence[str]) -> Iterator[Row]:
    """Give the rows of a table by the names of some columns; none where there is no such table.

    A column that this release of the host does not have is None in every row; "number" is the
    row's own.
    """
    there = columns_of(connection, table)
    if there:
        columns = ", ".join(name if name in there else "NULL" for name in names)
        for row in connection.execute(f"SELECT rowid, {columns} FROM {table}"):  # noqa: S608 - names of our own
            yield dict(zip(("number", *names), row, strict=True))


def is_same_database(state: FileState, cursor: Cursor | None) -> bool:
    """Say whether a cursor is of this very file, and not of one that took its place."""
    return cursor is not None and (cursor.state.device, cursor.state.inode) == (state.device, state.inode)


def database_reading(
    state: FileState,
    from_start: bool,
    events: Sequence[UsageEvent],
    problems: Sequence[LineProblem] = (),
    memory: str = "",
    totals: Sequence[RunningTotal] = (),
) -> Reading:
    """Give the reading of a database up to its newest row.

    `from_start`: every row was read, not only those that are new since the cursor.
    """
    return Reading(
        Cursor(state, state.size, b"", memory), from_start, state.size, events, problems, {}, totals
    )

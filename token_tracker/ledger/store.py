"""Open the ledger, or say precisely why it cannot be opened.

A file that is empty, cut off, foreign or newer is never taken for a ledger without
usage. Where nothing may be written, a copy in memory takes the new lines.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

from token_tracker.errors import LedgerBusyError
from token_tracker.errors import LedgerDamagedError
from token_tracker.errors import LedgerNewerError
from token_tracker.errors import StorageError
from token_tracker.errors import TrackerError
from token_tracker.ledger.schema import APPLICATION_ID
from token_tracker.ledger.schema import MIGRATIONS
from token_tracker.ledger.schema import VERSION
from token_tracker.ledger.schema import migrate
from token_tracker.locks import file_lock
from token_tracker.paths import foreign_owner
from token_tracker.paths import make_home

FILE_NAME = "ledger.db"
LOCK_NAME = "ledger.lock"
BUSY_S = 10.0
KEPT_MIGRATION_BACKUPS = 3
_PRAGMAS = (
    "PRAGMA journal_mode = TRUNCATE",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -32768",
    "PRAGMA temp_store = MEMORY",
)


class Ledger:
    """An open ledger: a connection, and whether what is written stays.

    `read_only_reason` is "" for the real file; otherwise the connection is to a copy in
    memory and the reason says why: "read-only", "owner" or "newer".
    """

    def __init__(self, connection: sqlite3.Connection, path: Path, read_only_reason: str = "") -> None:
        self.connection = connection
        self.path = path
        self.read_only_reason = read_only_reason

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """Write all or nothing; the changes are on disk when the block ends.

        Raises:
            LedgerBusyError, LedgerDamagedError, StorageError: nothing was changed.
        """
        with ledger_errors(self.path):
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()


def open_ledger(home: Path, now: datetime, busy_s: float = BUSY_S) -> Ledger:
    """Open the ledger of a home, making or migrating it when needed.

    Raises:
        LedgerDamagedError: empty, cut off, foreign, or malformed.
        LedgerNewerError: made by a newer version and not readable by this one.
        LedgerBusyError: another process holds it for longer than `busy_s`.
        StorageError: it can neither be written nor read.
    """
    path = home / FILE_NAME
    if foreign_owner(home) is not None:
        return _copy_in_memory(path, now, "owner")
    try:
        make_home(home)
        return _open_writable(home, path, now, busy_s)
    except (PermissionError, _ReadOnlyError):
        return _copy_in_memory(path, now, "read-only")
    except _NewerError:
        return _copy_in_memory(path, now, "newer")
    except OSError as error:
        if error.errno in _READ_ONLY_ERRNO:
            return _copy_in_memory(path, now, "read-only")
        raise StorageError("home_unusable", path=str(home), reason=error.strerror or str(error)) from error


@contextmanager
def ledger_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours; none of them means that there was no usage."""
    try:
        yield
    except sqlite3.Error as error:
        code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
        text = str(error)
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise LedgerBusyError("ledger_busy", path=str(path)) from error
        if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            raise LedgerDamagedError("ledger_malformed", path=str(path), reason=text) from error
        if code == sqlite3.SQLITE_FULL:
            raise StorageError("disk_full", path=str(path)) from error
        if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
            raise _ReadOnlyError("ledger_read_only", path=str(path)) from error
        if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
            raise StorageError("ledger_io", path=str(path), reason=text) from error
        raise


class _ReadOnlyError(StorageError):
    """The file system took no writes although its rights allow them."""


class _NewerError(TrackerError):
    """Readable, but only a newer version may write it."""


def _open_writable(home: Path, path: Path, now: datetime, busy_s: float) -> Ledger:
    if not os.access(home, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise _ReadOnlyError("ledger_read_only", path=str(path))
    if not path.exists():
        _create(home, path, now, busy_s)
    connection = _connect(path, busy_s)
    try:
        with ledger_errors(path):
            version = _check(connection, path)
            for pragma in _PRAGMAS:
                connection.execute(pragma)
            if version < VERSION:
                _upgrade(connection, home, path, now, busy_s)
        _refuse_cut_off(path)
    except BaseException:
        connection.close()
        raise
    return Ledger(connection, path)


def _create(home: Path, path: Path, now: datetime, busy_s: float) -> None:
    """Make the ledger under another name and move it in place, whole."""
    with file_lock(home / LOCK_NAME, busy_s) as held:
        if path.exists():
            return
        if not held:
            raise LedgerBusyError("ledger_busy", path=str(path))
        fresh = home / f"{FILE_NAME}.new"
        for leftover in (fresh, home / f"{FILE_NAME}.new-journal"):
            leftover.unlink(missing_ok=True)
        with ledger_errors(path):
            os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            connection = sqlite3.connect(fresh, isolation_level=None)
            try:
                for pragma in _PRAGMAS:
                    connection.execute(pragma)
                migrate(connection, now.isoformat(), MIGRATIONS)
            finally:
                connection.close()
        Path(f"{fresh}-journal").unlink(missing_ok=True)
        os.replace(fresh, path)
        sync_directory(home)


def sync_directory(folder: Path) -> None:
    """Make a rename in a directory outlast a power cut, where the system can."""
    if os.name == "posix":
        fd = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


def _connect(path: Path, busy_s: float, mode: str = "rw") -> sqlite3.Connection:
    with ledger_errors(path):
        uri = f"file:{quote(str(path))}?mode={mode}"
        return sqlite3.connect(uri, uri=True, timeout=busy_s, isolation_level=None)


def _check(connection: sqlite3.Connection, path: Path) -> int:
    """Give the schema version of a file that is a ledger of ours."""
    if path.stat().st_size == 0:
        raise LedgerDamagedError("ledger_empty", path=str(path))
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if application != APPLICATION_ID or version < 1:
        raise LedgerDamagedError("ledger_foreign", path=str(path))
    readable = connection.execute("SELECT value FROM meta WHERE key = 'readable_since'").fetchone()
    if readable is None:
        raise LedgerDamagedError("ledger_malformed", path=str(path), reason="meta")
    if version > VERSION:
        if int(readable[0]) > VERSION:
            raise LedgerNewerError("ledger_newer", path=str(path), version=str(version), known=str(VERSION))
        raise _NewerError("ledger_newer", path=str(path))
    return version


def _refuse_cut_off(path: Path) -> None:
    """SQLite notices missing pages only when it needs one: compare with the header."""
    with path.open("rb") as file:
        header = file.read(100)
    page_bytes = int.from_bytes(header[16:18], "big")
    page_bytes = 65536 if page_bytes == 1 else page_bytes
    if (
        header[24:28] == header[92:96]
        and path.stat().st_size < int.from_bytes(header[28:32], "big") * page_bytes
    ):
        raise LedgerDamagedError("ledger_cut_off", path=str(path))


def _upgrade(connection: sqlite3.Connection, home: Path, path: Path, now: datetime, busy_s: float) -> None:
    with file_lock(home / LOCK_NAME, busy_s) as held:
        if not held:
            raise LedgerBusyError("ledger_busy", path=str(path))
        version = _check(connection, path)
        if version >= VERSION:
            return
        stamp = now.strftime("%Y%m%dT%H%M%SZ")
        backup = home / f"{FILE_NAME}.v{version}-{stamp}.backup"
        if not backup.exists():
            connection.execute("VACUUM INTO ?", (str(backup),))
            backup.chmod(0o600)
        migrate(connection, now.isoformat(), MIGRATIONS)
        for old in sorted(home.glob(f"{FILE_NAME}.v*.backup"))[:-KEPT_MIGRATION_BACKUPS]:
            old.unlink(missing_ok=True)


def _copy_in_memory(path: Path, now: datetime, reason: str) -> Ledger:
    """Take the ledger, or an empty one where none was ever made, into memory."""
    memory = sqlite3.connect(":memory:", isolation_level=None)
    try:
        there = path.exists()
    except OSError as error:
        raise StorageError(
            "home_unusable", path=str(path.parent), reason=error.strerror or str(error)
        ) from error
    if there:
        if not os.access(path, os.R_OK):
            raise StorageError("ledger_unreadable", path=str(path))
        source = _connect(path, BUSY_S, "ro")
        try:
            with ledger_errors(path):
                try:
                    _check(source, path)
                except _NewerError:
                    reason = "newer"
                _refuse_cut_off(path)
                source.backup(memory)
        finally:
            source.close()
    if reason != "newer":
        with ledger_errors(path):
            migrate(memory, now.isoformat(), MIGRATIONS)
    return Ledger(memory, path, reason)


_READ_ONLY_ERRNO = (13, 30)  # EACCES, EROFS

"""Open the ledger, or say precisely why it cannot be opened.

A file that is empty, cut off, foreign or newer is never taken for a ledger without
usage. Where nothing may be written, a copy in memory takes the new lines.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final
from urllib.parse import quote

from token_tracker.errors import LedgerBusyError
from token_tracker.errors import LedgerDamagedError
from token_tracker.errors import LedgerNewerError
from token_tracker.errors import StorageError
from token_tracker.errors import TrackerError
from token_tracker.files import open_lock
from token_tracker.files import refuse_odd_file
from token_tracker.ledger.schema import APPLICATION_ID
from token_tracker.ledger.schema import MIGRATIONS
from token_tracker.ledger.schema import VERSION
from token_tracker.ledger.schema import migrate
from token_tracker.locks import file_lock
from token_tracker.locks import refused
from token_tracker.paths import BESIDE_A_LEDGER
from token_tracker.paths import LEDGER_FILE
from token_tracker.paths import LEDGER_LOCK
from token_tracker.paths import foreign_owner
from token_tracker.paths import make_home
from token_tracker.paths import refuse_foreign_home

FILE_NAME = LEDGER_FILE
LOCK_NAME = LEDGER_LOCK
BUSY_S = 10.0
KEPT_MIGRATION_BACKUPS = 3
WRITES_REFUSED: Final = ("disk_full", "ledger_read_only", "ledger_io")
"""Codes of storage errors after which the ledger may still be read."""
_PRAGMAS = (
    "PRAGMA journal_mode = TRUNCATE",
    "PRAGMA synchronous = FULL",
    "PRAGMA cache_size = -32768",
    "PRAGMA temp_store = MEMORY",
)


class Ledger:
    """An open ledger: a connection, and whether what is written stays.

    `read_only_reason` is "" for the real file; otherwise the connection is to a copy in
    memory and the reason says why: "read-only", "full", "owner" or "newer".
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
                # A full disk has rolled it back already; if this cannot, the journal will.
                if self.connection.in_transaction:
                    with suppress(sqlite3.Error):
                        self.connection.execute("ROLLBACK")
                raise

    @contextmanager
    def snapshot(self) -> Iterator[None]:
        """Read one state of the ledger with several queries, whatever others write meanwhile.

        Raises:
            LedgerBusyError, LedgerDamagedError, StorageError: it cannot be read.
        """
        if self.connection.in_transaction:
            yield
            return
        with ledger_errors(self.path):
            self.connection.execute("BEGIN")
            try:
                yield
            finally:
                self.connection.rollback()  # a query that failed may have ended it already

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
    try:
        reason = "owner"
        if foreign_owner(home) is None:
            try:
                make_home(home)
                return _open_writable(home, path, now, busy_s)
            except (PermissionError, _ReadOnlyError):
                reason = "read-only"
            except _NewerError:
                reason = "newer"
            except OSError as error:
                if error.errno != errno.EROFS:
                    raise
                reason = "read-only"
        return _copy_in_memory(path, now, reason, busy_s)
    except OSError as error:
        raise storage_error(error, home) from error


def open_copy(home: Path, now: datetime, reason: str, busy_s: float = BUSY_S) -> Ledger:
    """Take the ledger of a home into memory: what is written there is forgotten.

    `reason`: why, as in `Ledger.read_only_reason`.

    Raises:
        LedgerDamagedError, LedgerNewerError, LedgerBusyError: as for `open_ledger`.
        StorageError: it cannot be read.
    """
    try:
        return _copy_in_memory(home / FILE_NAME, now, reason, busy_s)
    except OSError as error:
        raise storage_error(error, home) from error


def open_to_write(home: Path, now: datetime, busy_s: float = BUSY_S) -> Ledger:
    """Open the ledger of a home, and refuse where what is written would be forgotten.

    Raises:
        LedgerDamagedError, LedgerNewerError, LedgerBusyError: as for `open_ledger`.
        StorageError: it cannot be written.
    """
    refuse_foreign_home(home)
    ledger = open_ledger(home, now, busy_s)
    if not ledger.read_only_reason:
        return ledger
    ledger.close()
    if ledger.read_only_reason == "newer":
        raise LedgerNewerError("ledger_newer_unwritable", path=str(ledger.path))
    raise StorageError("ledger_read_only", path=str(ledger.path))


def storage_error(error: OSError, place: Path) -> StorageError:
    """Say what the system refused, in our terms."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageError("disk_full", path=str(place))
    if error.errno == errno.EROFS:
        return StorageError("ledger_read_only", path=str(place))
    return refused(str(place), error)


@contextmanager
def ledger_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours; none of them means that there was no usage."""
    try:
        yield
    except sqlite3.Error as error:
        known = _known_error(error, path)
        if known is None:
            raise
        raise known from error
    except json.JSONDecodeError as error:
        raise LedgerDamagedError("ledger_malformed", path=str(path), reason=str(error)) from error


def _known_error(error: sqlite3.Error, path: Path) -> TrackerError | None:
    """Give our error for SQLite's; None where it tells of a mistake of ours."""
    extended = getattr(error, "sqlite_errorcode", None) or 0
    code, text = extended & 0xFF, str(error)
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) or extended == _MOVED:
        return LedgerBusyError("ledger_busy", path=str(path))
    if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB) or text.startswith(_DAMAGED_TEXTS):
        return LedgerDamagedError("ledger_malformed", path=str(path), reason=text)
    if code == sqlite3.SQLITE_FULL:
        return StorageError("disk_full", path=str(path))
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM):
        return _ReadOnlyError("ledger_read_only", path=str(path))
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
        return StorageError("ledger_io", path=str(path), reason=text)
    return None


_MOVED: Final = sqlite3.SQLITE_READONLY | 4 << 8
"""SQLITE_READONLY_DBMOVED: `restore` has put another ledger in place; the next run opens that one."""

_DAMAGED_TEXTS: Final = ("no such table", "Could not decode to UTF-8")
"""Damage that SQLite, or Python's reading of a text, reports without a code of its own."""


class _ReadOnlyError(StorageError):
    """The file system took no writes although its rights allow them."""


class _NewerError(LedgerNewerError):
    """Readable, but only a newer version may write it."""


def _open_writable(home: Path, path: Path, now: datetime, busy_s: float) -> Ledger:
    if not os.access(home, os.W_OK) or (path.exists() and not os.access(path, os.W_OK)):
        raise _ReadOnlyError("ledger_read_only", path=str(path))
    # A sandbox may refuse what the rights allow, and SQLite then quietly opens to read only.
    os.close(open_lock(home / LOCK_NAME))
    if not _is_there(path):
        _create(home, path, now, busy_s)
    connection = connect(path, busy_s)
    try:
        with ledger_errors(path):
            version = check_ledger(connection, path)
            for pragma in _PRAGMAS:
                connection.execute(pragma)
            if version < VERSION:
                _upgrade(connection, home, path, now, busy_s)
    except BaseException:
        connection.close()
        raise
    return Ledger(connection, path)


def _is_there(path: Path) -> bool:
    """Say whether there is a ledger; one on a volume that is not mounted is not "none yet".

    Raises:
        OddFileError: it, or a file that SQLite has beside it, is a link that leads nowhere, or a
            pipe, at whose end SQLite would wait.
    """
    for suffix in ("", *BESIDE_A_LEDGER):
        refuse_odd_file(f"{path}{suffix}")
    return path.exists()


def _create(home: Path, path: Path, now: datetime, busy_s: float) -> None:
    """Make the ledger under another name and move it in place, whole."""
    with file_lock(home / LOCK_NAME, busy_s) as held:
        if path.exists():
            return
        if not held:
            raise LedgerBusyError("ledger_busy", path=str(path))
        fresh = home / f"{FILE_NAME}.new"
        # A journal without its ledger would be rolled back into the new one.
        for leftover in (fresh, home / f"{FILE_NAME}.new-journal", home / f"{FILE_NAME}-journal"):
            leftover.unlink(missing_ok=True)
        with ledger_errors(path):
            os.close(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            connection = connect(fresh, busy_s)
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


def connect(path: Path, busy_s: float, mode: str = "rw") -> sqlite3.Connection:
    """Connect to a file that is there; what it is, `check_ledger` says."""
    with ledger_errors(path):
        uri = f"file:{quote(os.fsencode(path))}?mode={mode}"
        return sqlite3.connect(uri, uri=True, timeout=busy_s, isolation_level=None)


def check_ledger(connection: sqlite3.Connection, path: Path) -> int:
    """Give the schema version of a file that is a whole ledger of ours.

    Raises:
        LedgerDamagedError: empty, cut off, foreign, or malformed.
        LedgerNewerError: not readable by this version.
        _NewerError: readable, but not to be written.
    """
    if path.stat().st_size == 0:
        raise LedgerDamagedError("ledger_empty", path=str(path))
    # In one transaction, so that no other process can be half way through writing.
    connection.execute("BEGIN")
    try:
        return _examine(connection, path)
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _examine(connection: sqlite3.Connection, path: Path) -> int:
    application, version, pages, page_bytes = (
        int(connection.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("application_id", "user_version", "page_count", "page_size")
    )
    if application != APPLICATION_ID or version < 1:
        raise LedgerDamagedError("ledger_foreign", path=str(path))
    # SQLite takes the missing end of the last page for zeros.
    if path.stat().st_size < pages * page_bytes:
        raise LedgerDamagedError("ledger_cut_off", path=str(path))
    readable = connection.execute("SELECT value FROM meta WHERE key = 'readable_since'").fetchone()
    if readable is None or not readable[0].isdecimal():
        raise LedgerDamagedError("ledger_malformed", path=str(path), reason="meta")
    if version > VERSION:
        error = LedgerNewerError if int(readable[0]) > VERSION else _NewerError
        raise error("ledger_newer", path=str(path), version=str(version), known=str(VERSION))
    return version


def _upgrade(connection: sqlite3.Connection, home: Path, path: Path, now: datetime, busy_s: float) -> None:
    with file_lock(home / LOCK_NAME, busy_s) as held:
        if not held:
            raise LedgerBusyError("ledger_busy", path=str(path))
        version = check_ledger(connection, path)
        if version >= VERSION:
            return
        stamp = now.strftime("%Y%m%dT%H%M%SZ")
        write_copy(connection, home / f"{FILE_NAME}.v{version}-{stamp}.backup")
        migrate(connection, now.isoformat(), MIGRATIONS)
        backups = sorted(home.glob(f"{FILE_NAME}.v*.backup"), key=lambda place: place.name.split("-")[-1])
        for old in backups[:-KEPT_MIGRATION_BACKUPS]:
            old.unlink(missing_ok=True)


def write_copy(connection: sqlite3.Connection, target: Path) -> None:
    """Write the ledger to another file, replacing it whole; an interrupted copy is never at `target`.

    Raises:
        sqlite3.Error, OSError: nothing is at `target` that was not there.
    """
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    try:
        fd = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            connection.execute("VACUUM INTO ?", (str(part),))
            os.fsync(fd)  # SQLite leaves that out here
        finally:
            os.close(fd)
        os.replace(part, target)
        sync_directory(target.parent)
    finally:
        part.unlink(missing_ok=True)


def _copy_in_memory(path: Path, now: datetime, reason: str, busy_s: float) -> Ledger:
    """Take the ledger, or an empty one where none was ever made, into memory."""
    memory = sqlite3.connect(":memory:", isolation_level=None)
    memory.execute("PRAGMA temp_store = MEMORY")
    try:
        if _is_there(path):
            try:
                is_newer = _read_into(memory, path, path, busy_s, "ro")
            except _ReadOnlyError:
                is_newer = _read_rolled_back(memory, path, busy_s)
            reason = "newer" if is_newer else reason
        if reason != "newer":
            with ledger_errors(path):
                migrate(memory, now.isoformat(), MIGRATIONS)
    except BaseException:
        memory.close()
        raise
    return Ledger(memory, path, reason)


def _read_into(memory: sqlite3.Connection, file: Path, path: Path, busy_s: float, mode: str) -> bool:
    """Read `file`, the ledger of `path` or a copy of it; True when a newer version made it."""
    if not os.access(file, os.R_OK):
        raise StorageError("ledger_unreadable", path=str(path))
    source = connect(file, busy_s, mode)
    try:
        with ledger_errors(path):
            try:
                check_ledger(source, file)
                is_newer = False
            except _NewerError:
                is_newer = True
            # With the lock in hand: waiting for it, `backup` would never give up.
            source.execute("BEGIN")
            source.execute("SELECT 1 FROM meta").fetchone()
            source.backup(memory)
    finally:
        source.close()
    return is_newer


def _read_rolled_back(memory: sqlite3.Connection, path: Path, busy_s: float) -> bool:
    """Read a ledger whose writer was killed: its last transaction is undone in a copy."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="token-tracker-") as folder:
        copy = Path(folder) / FILE_NAME
        for suffix in ("", "-journal"):
            shutil.copyfile(f"{path}{suffix}", f"{copy}{suffix}")
        return _read_into(memory, copy, path, busy_s, "rw")

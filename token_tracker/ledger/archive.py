"""Copy the home into one file, and bring it back from there.

A backup is a zip of the ledger and of what the person set or made; what can be rebuilt,
and credentials unless asked for, are not in it. Checks and removals live in `care.py`.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO
from typing import Final

from token_tracker.errors import CommandLineError
from token_tracker.errors import LedgerBusyError
from token_tracker.errors import LedgerDamagedError
from token_tracker.errors import StorageError
from token_tracker.ledger.care import remove_before
from token_tracker.ledger.care import verify
from token_tracker.ledger.posting import horizon_ms
from token_tracker.ledger.schema import MIGRATIONS
from token_tracker.ledger.schema import migrate
from token_tracker.ledger.store import BUSY_S
from token_tracker.ledger.store import FILE_NAME
from token_tracker.ledger.store import LOCK_NAME
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import check_ledger
from token_tracker.ledger.store import connect
from token_tracker.ledger.store import ledger_errors
from token_tracker.ledger.store import storage_error
from token_tracker.ledger.store import sync_directory
from token_tracker.ledger.store import write_copy
from token_tracker.locks import file_lock
from token_tracker.paths import foreign_owner
from token_tracker.paths import make_home

SETTINGS: Final = ("budget.json", "sources.json", "state.json", "report-state.json", "alert-state.json")
FOLDERS: Final = ("prices", "prices/refreshed", "providers", "checkpoints")
CREDENTIALS: Final = "providers.json"

_SQLITE_HEADER = b"SQLite format 3\0"
_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Member:
    """A file of a backup, by its name inside the home."""

    file: str
    size: int


@dataclass(frozen=True, slots=True)
class Contents:
    """What a ledger holds; milliseconds UTC, None without events."""

    version: int
    events: int
    first_ms: int | None
    last_ms: int | None


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was made."""

    file: Path
    size: int
    sha256: str
    members: tuple[Member, ...]
    credentials_included: bool
    ledger: Contents


@dataclass(frozen=True, slots=True)
class Restore:
    """What a backup brought back, or would.

    `previous`: the folder with what was there before. `events_before` is None when that
    ledger could not be read; then what had been purged in it is not known either.
    `purged_again`: events of the backup that were purged since and stay away.
    """

    file: Path
    sha256: str
    dry_run: bool
    members: tuple[Member, ...]
    previous: Path | None
    events_before: int | None
    purged_again: int
    ledger: Contents


def backup(ledger: Ledger, target: Path, *, force: bool = False, credentials: bool = False) -> Backup:
    """Copy the home into one file, readable by its owner only.

    The copy is of one moment, whatever other processes write meanwhile, and `target` is
    never half written.

    Raises:
        CommandLineError: `target` exists, and `force` was not given.
        StorageError: `target` cannot be written.
        LedgerBusyError, LedgerDamagedError: the ledger cannot be read.
    """
    if not force and os.path.lexists(target):
        raise CommandLineError("target_exists", path=str(target))
    home = ledger.path.parent
    part = target.with_name(f"{target.name}.part")
    copy = target.with_name(f"{target.name}.ledger.part")
    try:
        with ledger_errors(ledger.path):
            write_copy(ledger.connection, copy)
            held = _contents_of(copy)
        members = [(FILE_NAME, copy), *_files_of(home, credentials)]
        part.unlink(missing_ok=True)
        fd = os.open(part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        with open(fd, "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
                packed = tuple(_pack(archive, name, place) for name, place in members)
            file.flush()
            os.fsync(fd)
        digest = _sha256(part)
        size = part.stat().st_size
        os.replace(part, target)
        sync_directory(target.parent)
    except OSError as error:
        raise _file_error(error, target) from error
    finally:
        for leftover in (part, copy):
            with suppress(OSError):
                leftover.unlink(missing_ok=True)
    return Backup(target, size, digest, packed, any(name == CREDENTIALS for name, _ in members), held)


def restore(
    home: Path,
    file: Path,
    now: datetime,
    *,
    dry_run: bool = False,
    undo_purges: bool = False,
    busy_s: float = BUSY_S,
) -> Restore:
    """Put a backup, or a bare ledger file, in place of what the home holds.

    It is checked whole before anything changes, what was there is kept beside it, and at
    every moment one whole ledger is in place. What was purged since the backup stays away
    unless `undo_purges` is given. Log lines newer than the backup are read again by the
    next sync.

    Raises:
        LedgerDamagedError: the file is no sound backup (`backup_invalid`), or its ledger
            is damaged or newer than this version.
        LedgerBusyError: another process is reading logs or writing.
        StorageError: the file cannot be read, or the home not written.
    """
    stamp = now.strftime("%Y%m%dT%H%M%SZ")
    try:
        digest = _sha256(file)
        with _workplace(home, stamp, dry_run, busy_s) as staging:
            members = _unpack(file, staging)
            place = _resolved(home / FILE_NAME)
            current = _Current.read(place, busy_s)
            try:
                purged_again, held = _prepare(staging / FILE_NAME, now, None if undo_purges else current)
            except LedgerDamagedError as error:
                error.facts["path"] = str(file)  # not the copy, which is gone when this is read
                raise
            previous = None
            if not dry_run:
                previous = _put_in_place(
                    staging, members, home, place=place, current=current, stamp=stamp, busy_s=busy_s
                )
    except OSError as error:
        if error.filename == str(file):
            raise _file_error(error, file) from error
        raise storage_error(error, home) from error
    return Restore(file, digest, dry_run, members, previous, current.events, purged_again, held)


def _file_error(error: OSError, file: Path) -> StorageError:
    """Say what the system refused of a file that the person named, and which is not in the home."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return storage_error(error, file)
    return StorageError("file_unusable", path=str(file), reason=error.strerror or str(error))


@dataclass(frozen=True, slots=True)
class _Current:
    """What the ledger in place holds; `events` is None where it cannot be read."""

    events: int | None
    horizon_ms: int = 0
    purged: tuple[bytes, ...] = ()

    @classmethod
    def read(cls, place: Path, busy_s: float) -> _Current:
        if not place.exists():
            return cls(0)
        try:
            with _opened(place, busy_s) as connection, ledger_errors(place):
                check_ledger(connection, place)
                (events,) = connection.execute("SELECT count(*) FROM event").fetchone()
                purged = tuple(row[0] for row in connection.execute("SELECT id FROM purged"))
                return cls(events, horizon_ms(connection) or 0, purged)
        except (LedgerDamagedError, StorageError):
            return cls(None)


def _prepare(place: Path, now: datetime, current: _Current | None) -> tuple[int, Contents]:
    """Check the ledger of a backup, bring it to this version, and purge in it what was purged since."""
    with _opened(place, BUSY_S) as connection, ledger_errors(place):
        check_ledger(connection, place)
        migrate(connection, now.isoformat(), MIGRATIONS)
        ledger = Ledger(connection, place)
        verification = verify(ledger)
        if not verification.whole:
            reason = ", ".join(check.check for check in verification.checks if not check.passed)
            raise LedgerDamagedError("backup_invalid", path=str(place), reason=reason)
        removed = 0
        if current is not None and (current.purged or current.horizon_ms):
            with ledger.transaction():
                connection.executemany(
                    "INSERT OR IGNORE INTO purged VALUES (?)", ((identity,) for identity in current.purged)
                )
                removed = remove_before(connection, current.horizon_ms)
        return removed, _contents(connection)


def _put_in_place(
    staging: Path,
    members: tuple[Member, ...],
    home: Path,
    *,
    place: Path,
    current: _Current,
    stamp: str,
    busy_s: float,
) -> Path | None:
    names = [member.file for member in members]
    there = [name for name in names if (place if name == FILE_NAME else home / name).exists()]
    previous = _new_folder(place.parent / f"before-restore-{stamp}") if there else None
    for name in names:
        new = staging / name
        with new.open("rb") as file:
            os.fsync(file.fileno())
        if name == FILE_NAME:
            continue
        target = home / name
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if previous is not None and target.exists():
            (previous / name).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copy2(target, previous / name)
        os.replace(new, target)
    _swap_ledgers(staging / FILE_NAME, place, previous, current, busy_s)
    for folder in {home, place.parent, previous or home}:
        sync_directory(folder)
    return previous


def _swap_ledgers(new: Path, place: Path, previous: Path | None, current: _Current, busy_s: float) -> None:
    """Move a ledger into place while no other process is in the middle of a transaction.

    A journal left beside the new ledger would be rolled back into it.
    """
    journal = place.with_name(f"{FILE_NAME}-journal")
    if previous is None or not place.exists():
        journal.unlink(missing_ok=True)
        os.replace(new, place)
    elif current.events is None:
        for file in (place, journal):
            if file.exists():
                _keep(file, previous / file.name)
        journal.unlink(missing_ok=True)
        os.replace(new, place)
    else:
        with _opened(place, busy_s) as connection, ledger_errors(place):
            connection.execute("BEGIN EXCLUSIVE")
            _keep(place, previous / FILE_NAME)
            os.replace(new, place)
            connection.execute("ROLLBACK")


def _keep(file: Path, kept: Path) -> None:
    """Give a file a second name; where that cannot be, move it there."""
    try:
        os.link(file, kept)
    except OSError:
        os.replace(file, kept)


@contextmanager
def _workplace(home: Path, stamp: str, dry_run: bool, busy_s: float) -> Iterator[Path]:
    """Give an empty folder to unpack in, on the disk of the home, with no sync meanwhile."""
    if dry_run:
        with tempfile.TemporaryDirectory(prefix="token-tracker-") as folder:
            yield Path(folder)
        return
    if foreign_owner(home) is not None:
        raise StorageError("ledger_read_only", path=str(home / FILE_NAME))
    make_home(home)
    with file_lock(home / LOCK_NAME, busy_s) as held:
        if not held:
            raise LedgerBusyError("ledger_busy", path=str(home / FILE_NAME))
        with tempfile.TemporaryDirectory(
            prefix=f"restore-{stamp}_",
            suffix=".part",
            dir=_resolved(home / FILE_NAME).parent,
            ignore_cleanup_errors=True,
        ) as folder:
            yield Path(folder)


@contextmanager
def _opened(place: Path, busy_s: float) -> Iterator[sqlite3.Connection]:
    connection = connect(place, busy_s)
    try:
        with ledger_errors(place):
            connection.execute("PRAGMA journal_mode = TRUNCATE")
            connection.execute("PRAGMA synchronous = FULL")
        yield connection
    finally:
        connection.close()


def _resolved(place: Path) -> Path:
    """Follow a link to where the ledger really is, so that the link stays."""
    return place.resolve() if place.is_symlink() else place


def _new_folder(wanted: Path) -> Path:
    for number in range(1, 1000):
        folder = wanted if number == 1 else wanted.with_name(f"{wanted.name}-{number}")
        with suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            return folder
    raise StorageError("home_unusable", path=str(wanted), reason="")


def _files_of(home: Path, credentials: bool) -> list[tuple[str, Path]]:
    """List what belongs into a backup beside the ledger."""
    names = [*SETTINGS, *([CREDENTIALS] if credentials else [])]
    found = [(name, home / name) for name in names if (home / name).is_file()]
    own = (
        (f"{folder}/{place.name}", place)
        for folder in FOLDERS
        for place in sorted((home / folder).glob("*"))
        if place.is_file()
    )
    return [*found, *own]


def _pack(archive: zipfile.ZipFile, name: str, place: Path) -> Member:
    """Put a file into the archive, with no date of its own: same content, same bytes."""
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o600 << 16
    with place.open("rb") as source, archive.open(entry, "w", force_zip64=True) as packed:
        shutil.copyfileobj(source, packed, _CHUNK_BYTES)
    return Member(name, place.stat().st_size)


def _unpack(file: Path, folder: Path) -> tuple[Member, ...]:
    """Take the files of a backup out of it; nothing lands outside the folder."""
    with file.open("rb") as source:
        if source.read(len(_SQLITE_HEADER)) == _SQLITE_HEADER:
            source.seek(0)
            return (_write(source, folder, FILE_NAME),)
        source.seek(0)
        try:
            with zipfile.ZipFile(source) as archive:
                names = archive.namelist()
                if FILE_NAME not in names or not all(map(_is_known, names)) or len(names) != len(set(names)):
                    raise _invalid(file, "names")
                return tuple(_write_member(archive, folder, name) for name in names)
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
            raise _invalid(file, str(error)) from error


def _invalid(file: Path, reason: str) -> LedgerDamagedError:
    return LedgerDamagedError("backup_invalid", path=str(file), reason=reason)


def _is_known(name: str) -> bool:
    folder, slash, rest = name.rpartition("/")
    if not slash:
        return name in (FILE_NAME, CREDENTIALS, *SETTINGS)
    return folder in FOLDERS and rest not in ("", ".", "..") and not set(rest) & set("\\:\0")


def _write_member(archive: zipfile.ZipFile, folder: Path, name: str) -> Member:
    with archive.open(name) as source:
        return _write(source, folder, name)


def _write(source: IO[bytes], folder: Path, name: str) -> Member:
    place = folder / name
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as target:
        shutil.copyfileobj(source, target, _CHUNK_BYTES)
    return Member(name, place.stat().st_size)


def _contents_of(place: Path) -> Contents:
    connection = connect(place, BUSY_S)
    try:
        return _contents(connection)
    finally:
        connection.close()


def _contents(connection: sqlite3.Connection) -> Contents:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    row = connection.execute("SELECT count(*), min(at_ms), max(at_ms) FROM event").fetchone()
    return Contents(version, *row)


def _sha256(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()

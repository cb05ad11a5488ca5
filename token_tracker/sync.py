"""Bring the ledger up to date: the one place that joins sources, prices and ledger."""

from __future__ import annotations

import errno
import os
import time
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import ExitStack
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from token_tracker.ledger.cursors import read_cursors
from token_tracker.ledger.posting import Poster
from token_tracker.ledger.priced import PricedReading
from token_tracker.ledger.priced import price_reading
from token_tracker.ledger.records import RecordBook
from token_tracker.ledger.store import LOCK_NAME
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import storage_error
from token_tracker.locks import file_lock
from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.paths import user_home
from token_tracker.period import Clock
from token_tracker.pricer import CardPricer
from token_tracker.projects import project_finder
from token_tracker.sources._pool import Task
from token_tracker.sources._pool import Unread
from token_tracker.sources._pool import read_all
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Root
from token_tracker.sources.contract import Source

BATCH_EVENTS = 12_000
TRANSACTION_BATCHES = 16
"""About 200,000 events, or four gigabytes of logs: more would not fit into the page cache."""

LOCK_TIMEOUT_S = 60.0
"""How long to wait for another process that is reading the same logs for us."""

UNREAD_CODES: Mapping[int | None, str] = {errno.EBUSY: "source-locked", errno.EBADMSG: "file-damaged"}
"""What the published list calls a file that could not be read, where it has a name of its own."""

CODEC_MISSING = "file-codec-missing"

NOT_UNDERSTOOD = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""How a reader fails at a record of a shape that nobody thought of."""

Progress = Callable[[int, int], None]
"""Told how many of how many bytes are read."""


class SourceResult(NamedTuple):
    """What one reading of one source found."""

    source: Source
    roots: Sequence[Root]
    files_seen: int
    files_read: int
    bytes_read: int
    events_new: int
    events_changed: int
    lines_skipped: int
    seconds: float


class SyncResult(NamedTuple):
    """What a sync did; `complete` is False when another process was still reading."""

    sources: Sequence[SourceResult]
    problems: Sequence[Problem]
    complete: bool = True


class Wanted(NamedTuple):
    """A source to read, with the extra paths that the person added."""

    source: Source
    extra_paths: Sequence[str] = ()


class Haste(NamedTuple):
    """How little time there is: what is more than `most_bytes` to read is left unread, all of it.

    `lock_s`: how long to wait for another process that reads the same logs for us, or has the
    ledger locked.
    """

    most_bytes: int | None = None
    lock_s: float = LOCK_TIMEOUT_S


NO_HASTE = Haste()


def _show_nothing(_done: int, _total: int) -> None:
    pass


def sync_sources(
    ledger: Ledger,
    wanted: Sequence[Wanted],
    environ: Mapping[str, str],
    clock: Clock,
    prices: Path,
    progress: Progress = _show_nothing,
    haste: Haste = NO_HASTE,
) -> SyncResult:
    """Read what is new in every wanted source into the ledger.

    `prices`: the directory of the user's own price files. `haste`: where somebody waits.

    Raises:
        LedgerBusyError, LedgerDamagedError, StorageError: what was written stays whole.
        SettingsError: a price file of the user is invalid.
    """
    if ledger.read_only_reason == "newer":
        # How a newer version writes and prices is not known here: what it wrote is read as it is.
        looks = [_look(ledger, one, environ) for one in wanted]
        return SyncResult([look.result(0, 0, 0, 0, 0) for look in looks], [])
    pricer = CardPricer(prices)
    poster = Poster(ledger, pricer, project_finder(user_home(environ)), clock.now_ms)
    book = RecordBook(ledger, poster, pricer)
    looks = [_look(ledger, one, environ) for one in wanted]
    if not any(look.tasks for look in looks) and not poster.prices_changed() and book.is_settled():
        return SyncResult([look.result(0, 0, 0, 0, 0) for look in looks], [])
    unread = sum(task.unread_bytes for look in looks for task in look.tasks)
    if haste.most_bytes is not None and unread > haste.most_bytes:
        return SyncResult([look.result(0, 0, 0, 0, 0) for look in looks], [], complete=False)
    with _sync_lock(ledger, haste.lock_s) as held:
        if not held:
            problem = Problem("sync-elsewhere", Severity.NOTE)
            return SyncResult([look.result(0, 0, 0, 0, 0) for look in looks], [problem], complete=False)
        poster.reprice()
        problems: list[Problem] = []
        book.unsettle()
        # Another process may have read the same lines while we waited for the lock.
        results = [_read(look.again(ledger), poster, pricer, progress, problems) for look in looks]
        book.settle()
    return SyncResult(results, problems)


class _Look(NamedTuple):
    """A source's files as found now, and those of them that changed."""

    source: Source
    roots: Sequence[Root]
    files_seen: int
    tasks: Sequence[Task]

    def result(
        self, files: int, size: int, added: int, changed: int, skipped: int, seconds: float = 0
    ) -> SourceResult:
        return SourceResult(
            self.source, self.roots, self.files_seen, files, size, added, changed, skipped, seconds
        )

    def again(self, ledger: Ledger) -> _Look:
        cursors = read_cursors(ledger, self.source.id)
        tasks = [Task(task.state, cursors.get(task.state.path)) for task in self.tasks]
        return self._replace(
            tasks=[task for task in tasks if task.cursor is None or task.cursor.state != task.state]
        )


def _look(ledger: Ledger, wanted: Wanted, environ: Mapping[str, str]) -> _Look:
    source = wanted.source
    roots = source.roots(environ, wanted.extra_paths)
    files = source.files(roots)
    cursors = read_cursors(ledger, source.id)
    tasks = [
        Task(state, cursor)
        for state in files
        if (cursor := cursors.get(state.path)) is None or cursor.state != state
    ]
    return _Look(source, roots, len(files), tasks)


def _read(
    look: _Look, poster: Poster, pricer: CardPricer, progress: Progress, problems: list[Problem]
) -> SourceResult:
    started = time.monotonic()
    source = look.source
    total = sum(task.unread_bytes for task in look.tasks)
    read = added = changed = skipped = files = 0

    def read_file(task: Task) -> PricedReading:
        _refuse_nameless(task.state.path)
        reading = _read_file(source, task)
        return price_reading(source.id, source.default_provider, reading, pricer)

    def read_batch() -> list[PricedReading]:
        """Take what the readers have, up to a batch; empty when all is read."""
        nonlocal read, skipped, files
        batch: list[PricedReading] = []
        size = 0
        for result in results:
            if isinstance(result, Unread):
                code = UNREAD_CODES.get(result.number, "file-unreadable")
                problems.append(Problem(code, Severity.WARNING, result.path, 1, result.reason))
                continue
            batch.append(result)
            problems.extend(_left_unread(result))
            files += 1
            read += result.bytes_read
            skipped += len(result.problems)
            progress(read, total)
            size += len(result.rows)
            if size >= BATCH_EVENTS:
                break
        return batch

    results = read_all(read_file, look.tasks, os.cpu_count() or 1)
    batch = read_batch()
    while batch:
        with poster.transaction() as post:
            for _ in range(TRANSACTION_BATCHES):
                done = post(batch)
                added += done.added
                changed += done.changed
                batch = read_batch()
                if not batch:
                    break
    return look.result(files, read, added, changed, skipped, time.monotonic() - started)


def _read_file(source: Source, task: Task) -> Reading:
    """Read a file, from its start where what is remembered of it means nothing to this version.

    Raises:
        OSError: the file cannot be read, or (EBADMSG) holds what the source is not made for: it
            is named, and the other files are read.
    """
    try:
        return source.read(task.state, task.cursor)
    except NOT_UNDERSTOOD as error:
        if task.cursor is not None:
            return _read_file(source, task._replace(cursor=None))
        raise OSError(errno.EBADMSG, f"not understood: {type(error).__name__}", task.state.path) from error


def _left_unread(reading: PricedReading) -> Iterator[Problem]:
    """Name a compressed log that nothing here can read: what is in it is missing from every answer."""
    if any(problem.code == CODEC_MISSING for problem in reading.problems):
        yield Problem(CODEC_MISSING, Severity.WARNING, reading.cursor.state.path)


def _refuse_nameless(path: str) -> None:
    """Refuse a file whose name is no text: the ledger could not say where its lines are.

    Raises:
        OSError: one that names it as unreadable; the other files are read.
    """
    try:
        path.encode()
    except UnicodeEncodeError:
        raise OSError(errno.EILSEQ, os.strerror(errno.EILSEQ), path) from None


@contextmanager
def _sync_lock(ledger: Ledger, timeout_s: float) -> Iterator[bool]:
    if ledger.read_only_reason:
        yield True
        return
    home = ledger.path.parent
    with ExitStack() as stack:
        try:
            held = stack.enter_context(file_lock(home / LOCK_NAME, timeout_s))
        except OSError as error:
            raise storage_error(error, home) from error
        yield held

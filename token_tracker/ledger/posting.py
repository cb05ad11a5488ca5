"""Write readings into the ledger: one transaction for their events and their cursors.

An event that is there already is compared as a whole with its new copy and the better
one is kept. Quarter hours that an event entered or left are rolled up again. What was
purged stays away, whichever copy of it comes along.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from typing import NamedTuple

from token_tracker.ledger.priced import NO_RATE
from token_tracker.ledger.priced import PlainRow
from token_tracker.ledger.priced import PricedReading
from token_tracker.ledger.priced import event_of
from token_tracker.ledger.priced import price_events
from token_tracker.ledger.priced import priced_alone
from token_tracker.ledger.repricing import is_older
from token_tracker.ledger.repricing import leave_to_newer
from token_tracker.ledger.repricing import prices_differ
from token_tracker.ledger.repricing import reprice
from token_tracker.ledger.rows import EVENT_QUERY
from token_tracker.ledger.rows import UNPRICED_RATE
from token_tracker.ledger.rows import Pricer
from token_tracker.ledger.rows import RateRow
from token_tracker.ledger.rows import ServiceFacts
from token_tracker.ledger.rows import event_from_row
from token_tracker.ledger.rows import insert_service
from token_tracker.ledger.rows import rate_id
from token_tracker.ledger.rows import roll_up
from token_tracker.ledger.running_totals import book_growth
from token_tracker.ledger.schema import EVENT_AT_INDEX
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import ledger_errors
from token_tracker.ledger.wrapped import drop_wrapped
from token_tracker.model import Origin
from token_tracker.model import Service
from token_tracker.model import UsageEvent
from token_tracker.period import BUCKET_MS

_CHUNK = 500


class PostingResult(NamedTuple):
    """How many events a batch added and changed."""

    added: int
    changed: int


class _Entry(NamedTuple):
    """A row that is on its way into the ledger, with the reading whose tables it points to."""

    reading: PricedReading
    row: PlainRow


class _Work:
    """What one transaction has done so far.

    A first import needs no index on time until its end, and no look into the ledger for
    events that cannot be there: `inserted` knows all that are.
    """

    def __init__(self, is_first: bool) -> None:
        self.is_first = is_first
        self.inserted: set[bytes] = set()
        self.buckets: set[int] = set()


class _Known(NamedTuple):
    """An event of the ledger, with the source that read it and who that source says bills it."""

    event: UsageEvent
    source: str
    host_provider: str


class Poster:
    """Writes batches."""

    def __init__(self, ledger: Ledger, pricer: Pricer, project_of: Callable[[str], str], now_ms: int) -> None:
        self._ledger = ledger
        self._pricer = pricer
        self._project_of = project_of
        self._now_ms = now_ms
        self._forget()

    def _forget(self) -> None:
        """Drop what is known of ids: a failed transaction or another process may have undone it."""
        self._services: dict[tuple[Service, str], int] = {}
        self._origins: dict[Origin, int] = {}
        self._rates: dict[RateRow, int] = {}

    def post(self, batch: Sequence[PricedReading]) -> PostingResult:
        """Write a batch whole or not at all.

        Raises:
            LedgerBusyError, LedgerDamagedError, StorageError: nothing was changed.
        """
        with self.transaction() as post:
            return post(batch)

    @contextmanager
    def transaction(self) -> Iterator[Callable[[Sequence[PricedReading]], PostingResult]]:
        """Give a function that writes batches; all of them are kept when the block ends, or none.

        Raises:
            LedgerBusyError, LedgerDamagedError, StorageError: nothing was changed.
        """
        self._forget()
        with self._ledger.transaction() as connection:
            work = _Work(connection.execute("SELECT 1 FROM event LIMIT 1").fetchone() is None)
            if work.is_first:
                connection.execute("DROP INDEX event_at")
            yield lambda batch: self._post(connection, batch, work)
            if work.is_first:
                connection.execute(EVENT_AT_INDEX)
            roll_up(connection, work.buckets)
            drop_wrapped(connection)
            if self._services and is_older(connection, self._pricer):
                leave_to_newer(connection, self._pricer, self._services)

    def prices_changed(self) -> bool:
        """Say whether the ledger's figures are by other prices than ours, and ours are to be used.

        An older copy of the program leaves the figures of a newer one alone, but for prices
        that the user has changed since.
        """
        with ledger_errors(self._ledger.path):
            return prices_differ(self._ledger.connection, self._pricer)

    def reprice(self) -> int:
        """Price again what a changed card touches, and nothing else; give how many events changed."""
        if not self.prices_changed():
            return 0
        with self._ledger.transaction() as connection:
            return reprice(connection, self._pricer)

    def _post(
        self, connection: sqlite3.Connection, batch: Sequence[PricedReading], work: _Work
    ) -> PostingResult:
        files = {
            (reading.source, reading.cursor.state.path): self._post_file(connection, reading)
            for reading in batch
        }
        batch = [*batch, *self._grown_totals(connection, batch)]
        incoming = self._incoming(batch)
        buckets = work.buckets
        if (horizon := horizon_ms(connection)) is not None:
            incoming = _without_purged(connection, incoming, horizon, buckets)
        changes: list[_Entry] = []
        there_maybe = work.inserted.intersection(incoming) if work.is_first else incoming
        for known in _known_events(connection, list(there_maybe)):
            there = known.event
            entry = incoming.pop(there.id)
            kept = there.merged(event_of(*entry))
            if kept != there:
                changes.append(self._alone(kept, there, entry.reading, known.source, known.host_provider))
                buckets.add(there.at_ms // BUCKET_MS)
                buckets.add(kept.at_ms // BUCKET_MS)
        tables: dict[int, Callable[[PlainRow], tuple[int, int, int, int]]] = {}
        for reading, _ in (*incoming.values(), *changes):
            if id(reading) not in tables:
                tables[id(reading)] = self._tables(connection, reading, files)
        connection.executemany(
            _INSERT, (row[:16] + tables[id(reading)](row) for reading, row in incoming.values())
        )
        connection.executemany(
            _UPDATE, ((*row[1:16], *tables[id(reading)](row), row[0]) for reading, row in changes)
        )
        buckets.update(entry.row[1] // BUCKET_MS for entry in incoming.values())
        if work.is_first:
            work.inserted.update(incoming)
        return PostingResult(len(incoming), len(changes))

    def _grown_totals(
        self, connection: sqlite3.Connection, batch: Sequence[PricedReading]
    ) -> Iterator[PricedReading]:
        """Give what running totals have grown by, as readings of the same files."""
        for reading in batch:
            if grown := book_growth(connection, reading.totals, self._now_ms):
                path = reading.cursor.state.path
                yield price_events(reading.source, reading.host_provider, path, grown, self._pricer)

    def _incoming(self, batch: Sequence[PricedReading]) -> dict[bytes, _Entry]:
        """Collect the rows of a batch, one for each event."""
        incoming: dict[bytes, _Entry] = {}
        for reading in batch:
            for row in reading.rows:
                there = incoming.get(row[0])
                if there is None:
                    incoming[row[0]] = tuple.__new__(_Entry, (reading, row))  # for every event
                    continue
                one, other = event_of(*there), event_of(reading, row)
                kept = one.merged(other)
                if kept == other:
                    incoming[row[0]] = _Entry(reading, row)
                elif kept != one:
                    incoming[row[0]] = self._alone(
                        kept, one, reading, there.reading.source, there.reading.host_provider
                    )
        return incoming

    def _alone(
        self, kept: UsageEvent, there: UsageEvent, reading: PricedReading, source: str, host_provider: str
    ) -> _Entry:
        """Price the kept copy again: it is one of `there`, from `source`, or of `reading`."""
        if kept._replace(at_ms=there.at_ms) != there:
            source, host_provider = reading.source, reading.host_provider
        alone = priced_alone(source, host_provider, kept, self._pricer)
        return _Entry(alone, alone.rows[0])

    def _tables(
        self, connection: sqlite3.Connection, reading: PricedReading, files: Mapping[tuple[str, str], int]
    ) -> Callable[[PlainRow], tuple[int, int, int, int]]:
        """Give what turns a row's table numbers into the ledger's ids."""
        services = [self._service(connection, reading.host_provider, *one) for one in reading.services]
        origins = [self._origin(connection, one) for one in reading.origins]
        rates = [self._rate(connection, one) for one in reading.rates]
        place = (reading.source, reading.cursor.state.path)
        file = files.get(place) or _file_id(connection, *place)

        def ids(row: PlainRow) -> tuple[int, int, int, int]:
            return (
                services[row[16]],
                origins[row[17]],
                UNPRICED_RATE if row[18] == NO_RATE else rates[row[18]],
                file,
            )

        return ids

    def _post_file(self, connection: sqlite3.Connection, reading: PricedReading) -> int:
        cursor = reading.cursor
        (file_id,) = connection.execute(
            "INSERT INTO file (source, path, device, inode, size, mtime_ns, read_to, tail_hash, memory,"
            " read_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (source, path) DO UPDATE SET device = excluded.device, inode = excluded.inode,"
            " size = excluded.size, mtime_ns = excluded.mtime_ns, read_to = excluded.read_to,"
            " tail_hash = excluded.tail_hash, memory = excluded.memory, read_at_ms = excluded.read_at_ms"
            " RETURNING id",
            (reading.source, *cursor.state, cursor.offset, cursor.tail_hash, cursor.memory, self._now_ms),
        ).fetchone()
        if reading.from_start:
            connection.execute("DELETE FROM problem WHERE file = ?", (file_id,))
        connection.executemany(
            "INSERT OR REPLACE INTO problem (file, code, place, line) VALUES (?, ?, ?, ?)",
            [(file_id, *problem) for problem in reading.problems],
        )
        connection.executemany(
            "INSERT OR REPLACE INTO agent_name VALUES (?, ?, ?)",
            [(reading.source, agent_id, name) for agent_id, name in reading.agent_names.items()],
        )
        return int(file_id)

    def _service(
        self, connection: sqlite3.Connection, host: str, service: Service, facts: ServiceFacts
    ) -> int:
        found = self._services.get((service, host))
        if found is None:
            found = self._services[service, host] = insert_service(connection, service, host, facts)
        return found

    def _origin(self, connection: sqlite3.Connection, origin: Origin) -> int:
        found = self._origins.get(origin)
        if found is None:
            row = connection.execute(
                f"SELECT id FROM origin WHERE ({_ORIGIN}) = (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", origin
            ).fetchone()
            row = (
                row
                or connection.execute(
                    f"INSERT INTO origin ({_ORIGIN}, project)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                    (*origin, self._project_of(origin.cwd)),
                ).fetchone()
            )
            found = self._origins[origin] = int(row[0])
        return found

    def _rate(self, connection: sqlite3.Connection, rate: RateRow) -> int:
        found = self._rates.get(rate)
        if found is None:
            found = self._rates[rate] = rate_id(connection, rate)
        return found


_ORIGIN = "source, cwd, session, branch, agent, agent_id, skill, initiator, task, parent, wraps"
_COLUMNS = (
    "id, at_ms, own_at_ms, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning,"
    " web_searches, sidechain, stopped, host_cost_pico, cost_pico, place, passes, service, origin, rate, file"
)
_INSERT = f"INSERT INTO event ({_COLUMNS}) VALUES ({', '.join('?' * 20)})"
_UPDATE = f"UPDATE event SET ({_COLUMNS.removeprefix('id, ')}) = ({', '.join('?' * 19)}) WHERE id = ?"


def horizon_ms(connection: sqlite3.Connection) -> int | None:
    """Give the moment before which usage was purged; None when none ever was."""
    row = connection.execute("SELECT value FROM meta WHERE key = 'horizon_ms'").fetchone()
    return None if row is None else int(row[0])


def _without_purged(
    connection: sqlite3.Connection, incoming: dict[bytes, _Entry], horizon: int, buckets: set[int]
) -> dict[bytes, _Entry]:
    """Leave out what `purge` removed, and what turns out to be older than it reached.

    The earliest copy dates a response. When it comes after a later one was posted, that
    one goes too: what is kept must not depend on the order in which copies are read.
    Adds the quarter hours that lose an event to `buckets`.
    """
    too_old = [identity for identity, entry in incoming.items() if entry.row[1] < horizon]
    connection.executemany("INSERT OR IGNORE INTO purged VALUES (?)", ((identity,) for identity in too_old))
    for chunk in _chunks(too_old):
        removed = connection.execute(
            f"DELETE FROM event WHERE id IN ({', '.join('?' * len(chunk))}) RETURNING at_ms", chunk
        )
        buckets.update(row[0] // BUCKET_MS for row in removed.fetchall())
    purged = {
        row[0]
        for chunk in _chunks(list(incoming))
        for row in connection.execute(
            f"SELECT id FROM purged WHERE id IN ({', '.join('?' * len(chunk))})", chunk
        )
    }
    return {identity: entry for identity, entry in incoming.items() if identity not in purged}


def _known_events(connection: sqlite3.Connection, identities: list[bytes]) -> list[_Known]:
    columns, tables = EVENT_QUERY.split("FROM event", 1)
    return [
        _Known(event_from_row(row[:-2]), *row[-2:])
        for chunk in _chunks(identities)
        for row in connection.execute(
            f"{columns}, file.source, host_provider FROM event {tables}"
            f" WHERE event.id IN ({', '.join('?' * len(chunk))})",
            chunk,
        )
    ]


def _file_id(connection: sqlite3.Connection, source: str, path: str) -> int:
    row = connection.execute("SELECT id FROM file WHERE (source, path) = (?, ?)", (source, path)).fetchone()
    return int(row[0])


def _chunks(values: list[bytes]) -> Iterator[list[bytes]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]

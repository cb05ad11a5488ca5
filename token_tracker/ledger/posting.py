"""Write readings into the ledger: one transaction for their events and their cursors.

An event that is there already is compared as a whole with its new copy and the better
one is kept. Quarter hours that an event entered or left are rolled up again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import NamedTuple

from token_tracker.ledger.priced import NO_RATE
from token_tracker.ledger.priced import PlainRow
from token_tracker.ledger.priced import PricedReading
from token_tracker.ledger.priced import event_of
from token_tracker.ledger.priced import priced_alone
from token_tracker.ledger.repricing import reprice
from token_tracker.ledger.rows import UNPRICED_RATE
from token_tracker.ledger.rows import Pricer
from token_tracker.ledger.rows import RateRow
from token_tracker.ledger.rows import ServiceFacts
from token_tracker.ledger.rows import insert_service
from token_tracker.ledger.rows import load_events
from token_tracker.ledger.rows import rate_id
from token_tracker.ledger.rows import roll_up
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import ledger_errors
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


class Poster:
    """Writes batches; knows the ids that services, origins and rates have."""

    def __init__(self, ledger: Ledger, pricer: Pricer, project_of: Callable[[str], str], now_ms: int) -> None:
        self._ledger = ledger
        self._pricer = pricer
        self._project_of = project_of
        self._now_ms = now_ms
        self._forget()

    def _forget(self) -> None:
        self._services: dict[tuple[Service, str], int] = {}
        self._origins: dict[Origin, int] = {}
        self._rates: dict[RateRow, int] = {}

    def post(self, batch: Sequence[PricedReading]) -> PostingResult:
        """Write a batch whole or not at all.

        Raises:
            LedgerBusyError, LedgerDamagedError, StorageError: nothing was changed.
        """
        try:
            with self._ledger.transaction() as connection:
                return self._post(connection, batch)
        except BaseException:
            self._forget()  # ids handed out inside the failed transaction are gone
            raise

    def prices_changed(self) -> bool:
        """Say whether the price files are other ones than at the last posting."""
        with ledger_errors(self._ledger.path):
            row = self._ledger.connection.execute(
                "SELECT value FROM meta WHERE key = 'card_signature'"
            ).fetchone()
        return row is None or row[0] != self._pricer.signature

    def reprice(self) -> int:
        """Price again what a changed card touches, and nothing else; give how many events changed."""
        if not self.prices_changed():
            return 0
        with self._ledger.transaction() as connection:
            changed = reprice(connection, self._pricer)
            connection.execute(
                "INSERT OR REPLACE INTO meta VALUES ('card_signature', ?)", (self._pricer.signature,)
            )
        self._forget()
        return changed

    def _post(self, connection: sqlite3.Connection, batch: Sequence[PricedReading]) -> PostingResult:
        files = {reading.cursor.state.path: self._post_file(connection, reading) for reading in batch}
        incoming = self._incoming(batch)
        horizon = connection.execute("SELECT value FROM meta WHERE key = 'horizon_ms'").fetchone()
        if horizon is not None:
            incoming = _without_purged(connection, incoming, int(horizon[0]))
        known = _known_events(connection, incoming)
        changes: list[_Entry] = []
        buckets: set[int] = set()
        for there in known.values():
            entry = incoming.pop(there.id)
            kept = there.merged(event_of(*entry))
            if kept != there:
                changes.append(
                    _Entry(alone := priced_alone(entry.reading, kept, self._pricer), alone.rows[0])
                )
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
        roll_up(connection, buckets)
        return PostingResult(len(incoming), len(changes))

    def _incoming(self, batch: Sequence[PricedReading]) -> dict[bytes, _Entry]:
        """Collect the rows of a batch, one for each event."""
        incoming: dict[bytes, _Entry] = {}
        for reading in batch:
            for row in reading.rows:
                there = incoming.get(row[0])
                if there is None:
                    incoming[row[0]] = _Entry(reading, row)
                    continue
                kept = event_of(*there).merged(event_of(reading, row))
                alone = priced_alone(reading, kept, self._pricer)
                incoming[row[0]] = _Entry(alone, alone.rows[0])
        return incoming

    def _tables(
        self, connection: sqlite3.Connection, reading: PricedReading, files: Mapping[str, int]
    ) -> Callable[[PlainRow], tuple[int, int, int, int]]:
        """Give what turns a row's table numbers into the ledger's ids."""
        services = [self._service(connection, reading.host_provider, *one) for one in reading.services]
        origins = [self._origin(connection, one) for one in reading.origins]
        rates = [self._rate(connection, one) for one in reading.rates]
        path = reading.cursor.state.path
        file = files.get(path) or _file_id(connection, reading.source, path)

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
            "INSERT INTO file (source, path, device, inode, size, mtime_ns, read_to, tail_hash, read_at_ms)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (source, path) DO UPDATE SET device = excluded.device, inode = excluded.inode,"
            " size = excluded.size, mtime_ns = excluded.mtime_ns, read_to = excluded.read_to,"
            " tail_hash = excluded.tail_hash, read_at_ms = excluded.read_at_ms RETURNING id",
            (reading.source, *cursor.state, cursor.offset, cursor.tail_hash, self._now_ms),
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
                "SELECT id FROM origin WHERE (source, cwd, session, branch, agent, agent_id, skill, initiator)"
                " = (?, ?, ?, ?, ?, ?, ?, ?)",
                origin,
            ).fetchone()
            row = (
                row
                or connection.execute(
                    "INSERT INTO origin (source, cwd, session, branch, agent, agent_id, skill, initiator, project)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
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


_COLUMNS = (
    "id, at_ms, own_at_ms, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning, web_searches,"
    " sidechain, stopped, host_cost_pico, cost_pico, place, passes, service, origin, rate, file"
)
_INSERT = f"INSERT INTO event ({_COLUMNS}) VALUES ({', '.join('?' * 20)})"
_UPDATE = f"UPDATE event SET ({_COLUMNS.removeprefix('id, ')}) = ({', '.join('?' * 19)}) WHERE id = ?"


def _without_purged(
    connection: sqlite3.Connection, incoming: dict[bytes, _Entry], horizon: int
) -> dict[bytes, _Entry]:
    """Leave out what `purge` removed, and what is older than it reached."""
    purged = {
        row[0]
        for chunk in _chunks(list(incoming))
        for row in connection.execute(
            f"SELECT id FROM purged WHERE id IN ({', '.join('?' * len(chunk))})", chunk
        )
    }
    return {
        identity: entry
        for identity, entry in incoming.items()
        if identity not in purged and entry.row[1] >= horizon
    }


def _known_events(
    connection: sqlite3.Connection, incoming: Mapping[bytes, object]
) -> dict[bytes, UsageEvent]:
    if connection.execute("SELECT 1 FROM event LIMIT 1").fetchone() is None:
        return {}
    return {
        event.id: event
        for chunk in _chunks(list(incoming))
        for event in load_events(connection, f"event.id IN ({', '.join('?' * len(chunk))})", chunk)
    }


def _file_id(connection: sqlite3.Connection, source: str, path: str) -> int:
    row = connection.execute("SELECT id FROM file WHERE (source, path) = (?, ?)", (source, path)).fetchone()
    return int(row[0])


def _chunks(values: list[bytes]) -> Iterator[list[bytes]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]

"""Write readings into the ledger: one transaction for their events and their cursors.

An event that is there already is compared as a whole with its new copy and the better
one is kept. Quarter hours that an event entered or left are rolled up again.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from typing import NamedTuple

from token_tracker.ledger.repricing import reprice
from token_tracker.ledger.rows import UNPRICED_RATE
from token_tracker.ledger.rows import Pricer
from token_tracker.ledger.rows import RateRow
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
from token_tracker.sources.contract import Reading

_CHUNK = 500


class Posting(NamedTuple):
    """One file's reading, ready to be written, with the source it came through."""

    source: str
    host_provider: str
    reading: Reading


class PostingResult(NamedTuple):
    """How many events a batch added and changed."""

    added: int
    changed: int


class Poster:
    """Writes batches; knows the ids that services, origins, rates and files have."""

    def __init__(self, ledger: Ledger, pricer: Pricer, project_of: Callable[[str], str], now_ms: int) -> None:
        self._ledger = ledger
        self._pricer = pricer
        self._project_of = project_of
        self._now_ms = now_ms
        self._forget()

    def _forget(self) -> None:
        self._services: dict[tuple[Service, str], tuple[int, Service]] = {}
        self._origins: dict[Origin, int] = {}
        self._rates: dict[RateRow, int] = {}

    def post(self, batch: Sequence[Posting]) -> PostingResult:
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
        return self._meta("card_signature") != self._pricer.signature

    def reprice(self) -> int:
        """Price again what a changed card touches, and nothing else; give how many events changed."""
        if not self.prices_changed():
            return 0
        with self._ledger.transaction() as connection:
            changed = reprice(connection, self._pricer)
            connection.execute("INSERT OR REPLACE INTO meta VALUES ('card_signature', ?)", (self._pricer.signature,))
        self._forget()
        return changed

    def _meta(self, key: str) -> str | None:
        with ledger_errors(self._ledger.path):
            row = self._ledger.connection.execute("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else str(row[0])

    def _post(self, connection: sqlite3.Connection, batch: Sequence[Posting]) -> PostingResult:
        files = {posting.reading.cursor.state.path: self._post_file(connection, posting) for posting in batch}
        incoming: dict[bytes, tuple[UsageEvent, str]] = {}
        for posting in batch:
            host = posting.host_provider
            for event in posting.reading.events:
                there = incoming.get(event.id)
                incoming[event.id] = (event if there is None else there[0].merged(event), host)
        horizon = self._horizon(connection)
        if horizon is not None:
            incoming = _without_purged(connection, incoming, horizon)
        known = _known_events(connection, incoming)
        new: list[tuple[object, ...]] = []
        changed: list[tuple[object, ...]] = []
        buckets: set[int] = set()
        for identity, (event, host) in incoming.items():
            there_now = known.get(identity)
            if there_now is None:
                new.append(self._row(connection, event, host, files))
            else:
                kept = there_now.merged(event)
                if kept == there_now:
                    continue
                file = files.get(kept.place.path) or _file_id(connection, kept.place.path)
                changed.append((*self._row(connection, kept, host, {kept.place.path: file})[1:], identity))
                buckets.add(there_now.at_ms // BUCKET_MS)
                event = kept
            buckets.add(event.at_ms // BUCKET_MS)
        connection.executemany(_INSERT, new)
        connection.executemany(_UPDATE, changed)
        roll_up(connection, buckets)
        return PostingResult(len(new), len(changed))

    def _row(
        self, connection: sqlite3.Connection, event: UsageEvent, host: str, files: Mapping[str, int]
    ) -> tuple[object, ...]:
        service_id, service = self._service(connection, event.service, host)
        cost_pico, rate = self._pricer.price(service, event)
        return (
            event.id,
            event.at_ms,
            event.own_at_ms,
            service_id,
            self._origin(connection, event.origin),
            *event.tokens,
            event.web_searches,
            event.sidechain,
            event.stopped,
            event.host_cost_pico,
            cost_pico,
            UNPRICED_RATE if cost_pico is None or rate is None else self._rate(connection, rate),
            files[event.place.path],
            event.place.offset,
            json.dumps(event.passes) if event.passes else None,
        )

    def _post_file(self, connection: sqlite3.Connection, posting: Posting) -> int:
        reading, cursor = posting.reading, posting.reading.cursor
        (file_id,) = connection.execute(
            "INSERT INTO file (source, path, device, inode, size, mtime_ns, read_to, tail_hash, read_at_ms)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (source, path) DO UPDATE SET device = excluded.device, inode = excluded.inode,"
            " size = excluded.size, mtime_ns = excluded.mtime_ns, read_to = excluded.read_to,"
            " tail_hash = excluded.tail_hash, read_at_ms = excluded.read_at_ms RETURNING id",
            (posting.source, *cursor.state, cursor.offset, cursor.tail_hash, self._now_ms),
        ).fetchone()
        if reading.from_start:
            connection.execute("DELETE FROM problem WHERE file = ?", (file_id,))
        connection.executemany(
            "INSERT OR REPLACE INTO problem (file, code, place, line) VALUES (?, ?, ?, ?)",
            [(file_id, *problem) for problem in reading.problems],
        )
        connection.executemany(
            "INSERT OR REPLACE INTO agent_name VALUES (?, ?, ?)",
            [(posting.source, agent_id, name) for agent_id, name in reading.agent_names.items()],
        )
        return int(file_id)

    def _service(self, connection: sqlite3.Connection, service: Service, host: str) -> tuple[int, Service]:
        found = self._services.get((service, host))
        if found is None:
            facts = self._pricer.describe(service, host)
            row_id = insert_service(connection, service, host, facts)
            found = self._services[service, host] = (row_id, service._replace(provider=facts.provider))
        return found

    def _origin(self, connection: sqlite3.Connection, origin: Origin) -> int:
        found = self._origins.get(origin)
        if found is None:
            row = connection.execute(
                "SELECT id FROM origin WHERE (source, cwd, session, branch, agent, agent_id, skill, initiator)"
                " = (?, ?, ?, ?, ?, ?, ?, ?)",
                origin,
            ).fetchone()
            row = row or connection.execute(
                "INSERT INTO origin (source, cwd, session, branch, agent, agent_id, skill, initiator, project)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
                (*origin, self._project_of(origin.cwd)),
            ).fetchone()
            found = self._origins[origin] = int(row[0])
        return found

    def _rate(self, connection: sqlite3.Connection, rate: RateRow) -> int:
        found = self._rates.get(rate)
        if found is None:
            found = self._rates[rate] = rate_id(connection, rate)
        return found

    def _horizon(self, connection: sqlite3.Connection) -> int | None:
        row = connection.execute("SELECT value FROM meta WHERE key = 'horizon_ms'").fetchone()
        return None if row is None else int(row[0])


_COLUMNS = (
    "id, at_ms, own_at_ms, service, origin, input, cache_read, cache_write_5m, cache_write_1h, output, reasoning,"
    " web_searches, sidechain, stopped, host_cost_pico, cost_pico, rate, file, place, passes"
)
_INSERT = f"INSERT INTO event ({_COLUMNS}) VALUES ({', '.join('?' * 20)})"
_UPDATE = f"UPDATE event SET ({_COLUMNS.removeprefix('id, ')}) = ({', '.join('?' * 19)}) WHERE id = ?"


def _without_purged(
    connection: sqlite3.Connection, incoming: dict[bytes, tuple[UsageEvent, str]], horizon: int
) -> dict[bytes, tuple[UsageEvent, str]]:
    """Leave out what `purge` removed, and what is older than it reached."""
    purged = {
        row[0]
        for chunk in _chunks(list(incoming))
        for row in connection.execute(f"SELECT id FROM purged WHERE id IN ({', '.join('?' * len(chunk))})", chunk)
    }
    return {
        identity: entry
        for identity, entry in incoming.items()
        if identity not in purged and entry[0].at_ms >= horizon
    }


def _known_events(connection: sqlite3.Connection, incoming: Mapping[bytes, object]) -> dict[bytes, UsageEvent]:
    if connection.execute("SELECT 1 FROM event LIMIT 1").fetchone() is None:
        return {}
    return {
        event.id: event
        for chunk in _chunks(list(incoming))
        for event in load_events(connection, f"event.id IN ({', '.join('?' * len(chunk))})", chunk)
    }


def _file_id(connection: sqlite3.Connection, path: str) -> int:
    return int(connection.execute("SELECT id FROM file WHERE path = ?", (path,)).fetchone()[0])


def _chunks(values: list[bytes]) -> Iterator[list[bytes]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]

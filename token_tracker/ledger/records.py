"""What people and agents record by hand: kept apart, and counted where nothing else covers it.

A record is a row of its own. While it counts it also is an event, so that every report
holds it; while a log covers the same time it is shadowed: kept, shown by `explain`, in no
sum. Which of the two holds is decided again whenever the logs bring something new.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from collections.abc import Collection
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from enum import StrEnum
from hashlib import blake2b
from typing import Final
from typing import NamedTuple

from token_tracker.ledger.posting import Poster
from token_tracker.ledger.priced import price_events
from token_tracker.ledger.rows import Pricer
from token_tracker.ledger.rows import roll_up
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import ledger_errors
from token_tracker.model import Charge
from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.period import BUCKET_MS

MANUAL: Final = "manual"
"""The source of every record."""

STANDARD: Final = "standard"
OF_BILL: Final = "-bill"
"""After the provider's id, what covers a record that is inside a bill."""

UNSPLIT: Final = "unsplit"
"""Tier of tokens of which only the total is known: no price row is for it."""

_DAY_MS: Final = 86_400_000
_NOWHERE: Final = Place("", 0)
_SETTLED: Final = "records_settled"
_ORIGINAL: Final = "original_import"
_COLUMNS: Final = (
    "id, kind, session, day, from_ms, to_ms, at_ms, host, provider, model, task, notes, input, output,"
    " is_split, charge_pico, charge_currency, covered_by"
)


class RecordKind(StrEnum):
    """How a record counts.

    `SESSION`: the totals of a session so far, a fallback for a log. `ENTRY`: a fact of its
    own that always adds. `IMPORT`: a row of another tracker's file, a fallback, too.
    """

    SESSION = "session"
    ENTRY = "entry"
    IMPORT = "import"


class Record(NamedTuple):
    """One record.

    `day`: the local day it is for, ISO. `from_ms` to `to_ms`: the time it speaks of, in UTC
    milliseconds; `at_ms`, between them, dates it. `host`: id of the source that logs the
    same work, "" when unknown. `provider`: who bills it where that was recorded, else "".
    `charge`: what it cost where that was recorded, else it is priced; without both, when not
    `is_split`: then only the total of its tokens is known, and stands as input. `covered_by`:
    the source that shadows it, or a bill as in "openai-bill", "" while it counts.
    """

    id: bytes
    kind: RecordKind
    session: str
    day: str
    from_ms: int
    to_ms: int
    at_ms: int
    host: str
    provider: str
    model: str
    task: str
    notes: str
    tokens: Tokens
    charge: Charge | None
    is_split: bool = True
    covered_by: str = ""


def record_id(*parts: str) -> bytes:
    """Give the id of a record: the same parts, the same id, on any machine.

    >>> record_id("session", "a", "b") == record_id("session", "ab")
    False
    """
    return blake2b("\0".join((MANUAL, *parts)).encode(), digest_size=16).digest()


def totals_since(record: Record, earlier: Sequence[Record]) -> Record | None:
    """Take what earlier days have of a session off its cumulative totals.

    None where that cannot be: the totals shrank, or an amount is there only for a part. Then
    the totals are a correction and replace the earlier days.
    """
    before = Tokens(*map(sum, zip(*(one.tokens for one in earlier), strict=True)))
    counts = Tokens(*(now - past for now, past in zip(record.tokens, before, strict=True)))
    charges = [one.charge for one in (record, *earlier)]
    if min(counts) < 0 or any((charge is None) != (record.charge is None) for charge in charges):
        return None
    if record.charge is None:
        return record._replace(tokens=counts)
    known = [charge for charge in charges[1:] if charge is not None]
    pico = record.charge.pico - sum(charge.pico for charge in known)
    if pico < 0 or any(charge.currency != record.charge.currency for charge in known):
        return None
    return record._replace(tokens=counts, charge=record.charge._replace(pico=pico))


class RecordBook:
    """Writes records into the ledger.

    What a log once brought covers a record for as long as it counts: also when its source is
    not read any more.
    """

    def __init__(self, ledger: Ledger, poster: Poster, pricer: Pricer) -> None:
        self._ledger = ledger
        self._poster = poster
        self._pricer = pricer

    def replace_session(self, record: Record) -> Record:
        """Keep the cumulative totals of a session in the place of what was there; give what is kept.

        What was recorded on earlier days stays there as long as the totals contain it.

        Raises:
            LedgerBusyError, LedgerDamagedError, StorageError: nothing was changed.
        """
        with self._changing() as change:
            there = totals_of_session(self._ledger, record.session)
            earlier = [one for one in there if one.day < record.day]
            rest = totals_since(record, earlier) if earlier else record
            kept = rest or record
            gone = [one.id for one in there if rest is None or one.day >= record.day]
            return change(gone, [kept])[0]

    def add(self, records: Sequence[Record], replacing: bool = False) -> list[Record]:
        """Keep records, those with an id that is there already not again; give what was new.

        `replacing`: entries of the same session and day go first.

        Raises:
            LedgerBusyError, LedgerDamagedError, StorageError: nothing was changed.
        """
        with self._changing() as change:
            gone = [
                one.id
                for record in (records if replacing else ())
                for one in self._load(
                    "kind = ? AND session = ? AND day = ?", (record.kind.value, record.session, record.day)
                )
            ]
            return change(gone, self._new_of(records, gone))

    def add_exported(self, source: str, events: Sequence[UsageEvent]) -> None:
        """Keep responses from a file that a source's vendor exports, as if its log had brought them.

        Raises:
            LedgerBusyError, LedgerDamagedError, StorageError: nothing was changed.
        """
        self.unsettle()
        self._poster.post([price_events(source, "", "", events, self._pricer)])
        self.settle()

    def preview(self, records: Sequence[Record]) -> list[Record]:
        """Give what `add` would give, and add nothing."""
        with ledger_errors(self._ledger.path):
            return self._decided(self._new_of(records))

    def settle(self) -> None:
        """Decide again which records count, after the logs have changed."""
        if not self.has_fallbacks():
            return
        with self._changing() as change:
            kept = self._load("kind != ?", (RecordKind.ENTRY.value,))
            covered = self._covered(kept)
            moved = [one for one, source in zip(kept, covered, strict=True) if one.covered_by != source]
            change([one.id for one in moved], moved)
            self._ledger.connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_SETTLED, "1"))

    def has_entry(self, session: str, day: str) -> bool:
        """Say whether an entry of a session and local day is there."""
        values = (RecordKind.ENTRY.value, session, day)
        return bool(self._load("kind = ? AND session = ? AND day = ?", values))

    def has_fallbacks(self) -> bool:
        """Say whether there are records that a log may cover."""
        with ledger_errors(self._ledger.path):
            row = self._ledger.connection.execute("SELECT 1 FROM record WHERE kind != 'entry' LIMIT 1")
            return row.fetchone() is not None

    def unsettle(self) -> None:
        """Note that the logs are about to change; a run that dies before it settles leaves the note."""
        if self.has_fallbacks():
            with self._ledger.transaction() as connection:
                connection.execute("DELETE FROM meta WHERE key = ?", (_SETTLED,))

    def is_settled(self) -> bool:
        """Say whether records were decided since the logs have changed."""
        with ledger_errors(self._ledger.path):
            row = self._ledger.connection.execute("SELECT value FROM meta WHERE key = ?", (_SETTLED,))
            found = row.fetchone()
        return found is not None or not self.has_fallbacks()

    @contextmanager
    def _changing(self) -> Iterator[Callable[[Sequence[bytes], Sequence[Record]], list[Record]]]:
        """Give what removes and adds records, with their events, in one transaction."""
        with self._poster.transaction() as post:
            connection = self._ledger.connection

            def change(gone: Sequence[bytes], new: Sequence[Record]) -> list[Record]:
                self._remove(connection, gone)
                kept = self._decided(new)
                places = ", ".join("?" * 18)
                connection.executemany(
                    f"INSERT INTO record ({_COLUMNS}) VALUES ({places})", [_row(one) for one in kept]
                )
                counted = [event_of(one) for one in kept if not one.covered_by]
                if counted:
                    post([price_events(MANUAL, "", "", counted, self._pricer)])
                return kept

            yield change

    def _remove(self, connection: sqlite3.Connection, gone: Iterable[bytes]) -> None:
        buckets: set[int] = set()
        for identity in gone:
            connection.execute("DELETE FROM record WHERE id = ?", (identity,))
            removed = connection.execute("DELETE FROM event WHERE id = ? RETURNING at_ms", (identity,))
            buckets.update(row[0] // BUCKET_MS for row in removed.fetchall())
        roll_up(connection, buckets)

    def _new_of(self, records: Sequence[Record], gone: Collection[bytes] = ()) -> list[Record]:
        """Leave out records that are there, but for those that go."""
        there = {row[0] for row in self._ledger.connection.execute("SELECT id FROM record")}
        there.difference_update(gone)
        return list({record.id: record for record in records if record.id not in there}.values())

    def _decided(self, records: Sequence[Record]) -> list[Record]:
        covered = zip(records, self._covered(records), strict=True)
        return [
            one if one.covered_by == source else one._replace(covered_by=source) for one, source in covered
        ]

    def _covered(self, records: Sequence[Record]) -> list[str]:
        """Name for each record the source whose log covers it, or the bill; "" for none.

        The log of the same session covers it. Else a log of the same host does, or where
        the host is not known of the same provider, with a response in the same time. Else
        the provider's bill of the time does.
        """
        if all(one.kind == RecordKind.ENTRY for one in records):
            return [""] * len(records)
        logged = self._logged_sessions()
        at_work: dict[tuple[int, int], list[tuple[str, str]]] = {}
        known: dict[tuple[object, ...], str] = {}
        found = []
        for one in records:
            source = logged.get(one.session, "") if one.session else ""
            if one.kind != RecordKind.ENTRY and not source:
                span = one.from_ms // BUCKET_MS, one.to_ms // BUCKET_MS
                key = (*span, one.kind, one.host, one.provider, one.model, one.is_split)
                if key not in known:
                    if span not in at_work:
                        at_work[span] = self._at_work(*span)
                    known[key] = self._covering(one, at_work[span])
                source = known[key]
            found.append("" if one.kind == RecordKind.ENTRY else source)
        return found

    def _covering(self, record: Record, at_work: Sequence[tuple[str, str]]) -> str:
        """Name the first of the sources that were at work whose log covers a record; "" for none."""
        if record.host:
            logged = next((source for source, _ in at_work if source == record.host), "")
            return logged or self._billed(record, self._pricer.describe(service_of(record), "").provider)
        if record.kind == RecordKind.IMPORT and not record.provider and not record.model:
            # A total of all that was used holds what any log does.
            return at_work[0][0] if at_work else ""
        provider = self._pricer.describe(service_of(record), "").provider
        logged = next((source for source, billing in at_work if provider and billing == provider), "")
        return logged or self._billed(record, provider)

    def _billed(self, record: Record, provider: str) -> str:
        """Name the bill that holds a record's time whole or in part; "" for none."""
        row = self._ledger.connection.execute(
            "SELECT 1 FROM bill_unit WHERE provider = ? AND day BETWEEN ? AND ? AND is_whole AND has_money"
            " LIMIT 1",
            (provider, record.from_ms // _DAY_MS, record.to_ms // _DAY_MS),
        ).fetchone()
        return f"{provider}{OF_BILL}" if row else ""

    def _logged_sessions(self) -> dict[str, str]:
        """Give the sessions that logs hold, each with its first source."""
        rows = self._ledger.connection.execute(
            "SELECT session, min(source) FROM origin WHERE source != ? GROUP BY session", (MANUAL,)
        )
        return dict(rows.fetchall())

    def _at_work(self, first_bucket: int, last_bucket: int) -> list[tuple[str, str]]:
        """Give the sources whose logs have responses in a time, with who bills these."""
        return self._ledger.connection.execute(
            "SELECT DISTINCT source, provider FROM rollup JOIN origin ON origin.id = rollup.origin"
            " JOIN service ON service.id = rollup.service"
            " WHERE bucket BETWEEN ? AND ? AND source != ? ORDER BY 1, 2",
            (first_bucket, last_bucket, MANUAL),
        ).fetchall()

    def _load(self, condition: str, values: Sequence[object]) -> list[Record]:
        return load_records(self._ledger, condition, values)


def has_original(ledger: Ledger) -> bool:
    """Say whether what the original skill left was taken over, or looked for."""
    with ledger_errors(ledger.path):
        row = ledger.connection.execute("SELECT 1 FROM meta WHERE key = ?", (_ORIGINAL,))
        return row.fetchone() is not None


def note_original(ledger: Ledger) -> None:
    """Remember that it was, so that it is never looked for again."""
    with ledger.transaction() as connection:
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, '1')", (_ORIGINAL,))


def shadowed_records(
    ledger: Ledger,
    start_ms: int,
    end_ms: int,
    where: Mapping[str, Collection[str]],
    provider_of: Callable[[Record], str],
) -> list[Record]:
    """Give the records of a half-open period that count nothing because a log covers them.

    `where`: as for usage; a record says nothing of a project, a skill or an agent.
    `provider_of`: says who bills a record; only asked where that decides.
    """
    found = load_records(ledger, "covered_by != '' AND at_ms >= ? AND at_ms < ?", (start_ms, end_ms))
    named = [one._replace(provider=provider_of(one)) for one in found] if "provider" in where else found
    return [one for one in named if _is_wanted(one, where)]


def totals_of_session(ledger: Ledger, session: str) -> list[Record]:
    """Give the totals that are kept of a session: what each of its days added to them."""
    return load_records(ledger, "kind = ? AND session = ?", (RecordKind.SESSION.value, session))


def records_by_id(ledger: Ledger, identities: Sequence[bytes]) -> dict[bytes, Record]:
    """Give records by their ids; what is no record is not there."""
    places = ", ".join("?" * len(identities))
    return {one.id: one for one in load_records(ledger, f"id IN ({places})", identities)}


def _is_wanted(record: Record, where: Mapping[str, Collection[str]]) -> bool:
    said = {
        "source": MANUAL,
        "provider": record.provider,
        "model": record.model,
        "session": record.session,
        "task": record.task,
    }
    return all(said.get(name) in allowed for name, allowed in where.items())


def load_records(ledger: Ledger, condition: str, values: Sequence[object]) -> list[Record]:
    """Give the records that meet an SQL condition, in the order of their time."""
    query = f"SELECT {_COLUMNS} FROM record"
    with ledger_errors(ledger.path):
        rows = ledger.connection.execute(f"{query} WHERE {condition} ORDER BY at_ms, id", values).fetchall()
    return [
        Record._make(
            [
                row[0],
                RecordKind(row[1]),
                *row[2:12],
                Tokens(input=row[12], output=row[13]),
                None if row[15] is None else Charge(row[15], row[16]),
                bool(row[14]),
                row[17],
            ]
        )
        for row in rows
    ]


def event_of(record: Record) -> UsageEvent:
    """Give a record as the event that it is while it counts."""
    return UsageEvent(
        record.id,
        record.at_ms,
        record.at_ms,
        service_of(record),
        Origin(MANUAL, session=record.session, task=record.task),
        record.tokens,
        0,
        False,
        True,
        None,
        _NOWHERE,
        charge=record.charge,
    )


def service_of(record: Record) -> Service:
    """Give what a record says was bought; a total that is not split has no price."""
    return Service(record.provider, record.model, STANDARD if record.is_split else UNSPLIT)


def _row(record: Record) -> tuple[object, ...]:
    charge = record.charge
    return (
        record.id,
        record.kind.value,
        *record[2:12],
        record.tokens.input,
        record.tokens.output,
        record.is_split,
        None if charge is None else charge.pico,
        "" if charge is None else charge.currency,
        record.covered_by,
    )

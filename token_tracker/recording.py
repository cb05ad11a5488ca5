"""Rows of other trackers' files made into records, those of Cursor's into events, and the book for both."""

from __future__ import annotations

import errno
import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import tzinfo
from pathlib import Path

from token_tracker.errors import SettingsError
from token_tracker.errors import StorageError
from token_tracker.files import read_plain_file
from token_tracker.formats.cursor_usage import CursorRow
from token_tracker.formats.cursor_usage import is_cursor_usage
from token_tracker.formats.cursor_usage import read_cursor_usage
from token_tracker.formats.usage_json import read_usage
from token_tracker.formats.usage_rows import UsageRow
from token_tracker.ledger import queries
from token_tracker.ledger.posting import Poster
from token_tracker.ledger.posting import horizon_ms
from token_tracker.ledger.records import STANDARD
from token_tracker.ledger.records import Record
from token_tracker.ledger.records import RecordBook
from token_tracker.ledger.records import RecordKind
from token_tracker.ledger.records import record_id
from token_tracker.ledger.store import Ledger
from token_tracker.model import INCLUDED
from token_tracker.model import Charge
from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.period import day_of
from token_tracker.period import day_start
from token_tracker.period import to_ms
from token_tracker.pricer import CardPricer
from token_tracker.reports.imports import FoundExport
from token_tracker.reports.imports import FoundFile
from token_tracker.reports.imports import Imported
from token_tracker.reports.imports import build_import
from token_tracker.sources import all_sources
from token_tracker.sources._ids import event_id

USAGE_FILE = "usage.json"
CURSOR = "cursor"
LARGEST_BYTES = 256 << 20
GATEWAY = "gateway"
"""Stands in exports for calls that were recorded on the way; the rest are ids of sources."""


def book_on(ledger: Ledger, prices: Path, now_ms: int) -> tuple[RecordBook, CardPricer]:
    """Give what records into an open ledger, and what prices it.

    `prices`: the directory of the user's own price files.
    """
    pricer = CardPricer(prices)
    return RecordBook(ledger, Poster(ledger, pricer, str, now_ms), pricer), pricer


def import_texts(
    zone: tzinfo,
    plans: frozenset[str],
    texts: Sequence[tuple[str, bytes]],
    ledger: Ledger,
    book: RecordBook,
    pricer: CardPricer,
    dry_run: bool = False,
) -> Imported:
    """Keep the rows of files, given with their names: all of them, or none.

    `zone`: of their days. `plans`: the sources that a plan pays for.

    Raises:
        SettingsError: a file is not JSON or has another shape.
        LedgerBusyError, LedgerDamagedError, StorageError: nothing was changed.
    """
    horizon = horizon_ms(ledger.connection)
    found: list[FoundFile | FoundExport] = []
    for name, text in texts:
        if is_cursor_usage(text):
            found.append(_found_export(os.path.basename(name), text, zone, ledger))
            continue
        usage = read_usage(text, name)
        records = records_of(usage.rows, zone)
        kept = [one for one in records if horizon is None or one.at_ms >= horizon]
        found.append(FoundFile(os.path.basename(name), usage, kept, len(records) - len(kept)))
    records = [record for one in found if isinstance(one, FoundFile) for record in one.records]
    new = book.preview(records) if dry_run or not records else book.add(records)
    exported = [event for one in found if isinstance(one, FoundExport) for event in one.new]
    if exported and not dry_run:
        book.add_exported(CURSOR, exported)
    return replace(build_import(found, new, pricer, plans), dry_run=dry_run)


def _found_export(name: str, text: bytes, zone: tzinfo, ledger: Ledger) -> FoundExport:
    """Read Cursor's usage file: which of its requests the ledger does not have."""
    usage = read_cursor_usage(text)
    horizon = horizon_ms(ledger.connection)
    made = events_of([row for row in usage.rows if not row.says_nothing], zone)
    kept = [event for event in made if horizon is None or event.at_ms >= horizon]
    held = queries.held_ids(ledger, [event.id for event in kept])
    new = [event for event in kept if event.id not in held]
    unused = len(usage.rows) - len(made)
    return FoundExport(name, new, len(kept) - len(new), unused, len(made) - len(kept), usage.bad)


def events_of(rows: Sequence[CursorRow], zone: tzinfo) -> list[UsageEvent]:
    """Make events of the requests of Cursor's file; the same request always makes the same one.

    Requests that look alike are told apart by their number, which every export has in it.
    """
    seen: Counter[tuple[str, ...]] = Counter()
    events = []
    for row in rows:
        at_ms, day = _dated(row.when, zone)
        if at_ms is None:
            at_ms = (to_ms(day_start(day, zone)) + to_ms(day_start(day + timedelta(days=1), zone))) // 2
        tier = INCLUDED if row.is_included else STANDARD
        events.append(
            UsageEvent(
                event_id(CURSOR, "usage", *row.content, seen[row.content]),
                at_ms,
                at_ms,
                Service("" if row.has_own_key else CURSOR, row.model, tier),
                Origin(CURSOR, session=row.cloud_agent, initiator="scheduled" if row.is_automatic else ""),
                row.tokens,
                0,
                False,
                True,
                row.worth_pico,
                Place("", 0),
                charge=None if row.paid_pico is None else Charge(row.paid_pico, "USD"),
            )
        )
        seen[row.content] += 1
    return events


def records_of(rows: Sequence[UsageRow], zone: tzinfo) -> list[Record]:
    """Make records of the rows that tell of any usage; the same rows always make the same ones."""
    logged = {GATEWAY, *(source.id for source in all_sources())}
    seen: Counter[tuple[str, ...]] = Counter()
    days: dict[date, tuple[int, int]] = {}
    records = []
    for row in rows:
        if row.says_nothing:
            continue
        content = row.content
        at_ms, day = _dated(row.when, zone)
        if day not in days:
            days[day] = to_ms(day_start(day, zone)), to_ms(day_start(day + timedelta(days=1), zone)) - 1
        from_ms, to_end_ms = days[day]
        records.append(
            Record(
                record_id("import", *content, str(seen[content])),
                RecordKind.IMPORT,
                row.session,
                day.isoformat(),
                from_ms,
                to_end_ms,
                (from_ms + to_end_ms) // 2 if at_ms is None else at_ms,
                row.source if row.source in logged else "",
                row.provider,
                row.model,
                row.task,
                row.notes,
                Tokens(input=row.tokens_in, output=row.tokens_out),
                row.charge,
                row.is_split,
            )
        )
        seen[content] += 1
    return records


def _dated(when: date | datetime, zone: tzinfo) -> tuple[int | None, date]:
    """Give the moment of a row, None where only its day is known, and its local day."""
    if not isinstance(when, datetime):
        return None, when
    at_ms = to_ms(when if when.tzinfo else when.replace(tzinfo=zone))
    return at_ms, day_of(at_ms, zone)


def read_if_there(path: Path) -> bytes | None:
    """Read a file; None where there is none.

    Raises:
        SettingsError, StorageError: it is too large, or cannot be read.
    """
    try:
        return limited(read_plain_file(path, LARGEST_BYTES + 1), str(path))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or os.strerror(errno.EINVAL)
        raise StorageError("import_file_unreadable", path=str(path), reason=reason) from error


def left_behind(folders: Sequence[Path]) -> list[tuple[str, bytes]]:
    """Read the usage files that the original skill left in some folders.

    Raises:
        SettingsError, StorageError: one is too large, or cannot be read.
    """
    texts = [(str(folder / USAGE_FILE), read_if_there(folder / USAGE_FILE)) for folder in folders]
    return [(name, text) for name, text in texts if text is not None]


def limited(text: bytes, name: str) -> bytes:
    """Give a text back that is not too large.

    Raises:
        SettingsError: it is.
    """
    if len(text) > LARGEST_BYTES:
        raise SettingsError("import_too_large", path=name, largest=str(LARGEST_BYTES >> 20))
    return text

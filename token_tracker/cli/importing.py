"""The command that reads other trackers' files: `import`."""

from __future__ import annotations

import errno
import os
import sys
from collections import Counter
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from datetime import datetime
from datetime import timedelta
from datetime import tzinfo
from pathlib import Path
from typing import Annotated

import typer

from token_tracker.cli.account import open_account
from token_tracker.cli.options import Common
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.records import book_on
from token_tracker.cli.records import open_book
from token_tracker.cli.session import Session
from token_tracker.cli.session import start
from token_tracker.errors import CommandLineError
from token_tracker.errors import SettingsError
from token_tracker.errors import StorageError
from token_tracker.formats.usage_json import read_usage
from token_tracker.formats.usage_rows import UsageRow
from token_tracker.ledger.posting import horizon_ms
from token_tracker.ledger.records import Record
from token_tracker.ledger.records import RecordBook
from token_tracker.ledger.records import RecordKind
from token_tracker.ledger.records import note_original
from token_tracker.ledger.records import record_id
from token_tracker.ledger.store import Ledger
from token_tracker.model import TokenCounts
from token_tracker.period import day_of
from token_tracker.period import day_start
from token_tracker.period import to_ms
from token_tracker.pricer import CardPricer
from token_tracker.reports.imports import FoundFile
from token_tracker.reports.imports import Imported
from token_tracker.reports.imports import build_import

USAGE_FILE = "usage.json"
PROVIDERS_FILE = "providers.json"
STDIN = "-"
LARGEST_BYTES = 256 << 20

LOG_SOURCES = (
    "amp",
    "claude-code",
    "cline",
    "codex",
    "copilot",
    "cursor",
    "droid",
    "gateway",
    "gemini-cli",
    "goose",
    "hermes",
    "kilo",
    "kilo-cli",
    "kimi",
    "openclaw",
    "opencode",
    "pi",
    "qwen-code",
    "roo",
    "zed",
)
"""Ids in our own exports that name the log which holds a row's usage."""

FILE = Annotated[str, typer.Argument(metavar="[FILE]", help="The file to read; - is standard input.")]


@dataclass(frozen=True, slots=True)
class Reading(Common):
    """What `import` takes."""

    tz: Annotated[str | None, typer.Option("--tz", help="Time zone of the days in the file.")] = None
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be imported; change nothing.")
    ] = False


def add(app: typer.Typer, name: str) -> None:
    """Add this file's command to the app."""
    app.command(name)(import_file)


@takes(Reading, file=(FILE, ""))
def import_file(options: Reading, file: str) -> int:
    """Read a usage.json of the original skill, or an export.

    Without FILE: what the original skill left in its folder or ours. Rows that are there
    already are not added again; those that a log covers are kept and not counted.

    Examples:
      token-tracker import
      token-tracker import old/usage.json --dry-run
      token-tracker import - --tz Asia/Shanghai < usage.jsonl
    """
    session = start(options, options.tz)
    texts = [read_file(file)] if file else left_behind(session)
    found = [(name, text) for name, text in texts]
    with _open(session, options.dry_run) as (ledger, book, pricer):
        report = import_texts(session, found, ledger, book, pricer, options.dry_run)
        if not file:
            settings = session.taken_over
            if not options.dry_run:
                from token_tracker.cli.first_run import take_over_states

                settings = (*settings, *take_over_states(session))
                note_original(ledger)
            report = replace(report, settings=settings, not_opened=not_opened(session))
        return reply(session, options, "import", report, None, report.problems())


@contextmanager
def _open(session: Session, dry_run: bool) -> Iterator[tuple[Ledger, RecordBook, CardPricer]]:
    if dry_run:
        with open_account(session) as account:
            yield (account.ledger, *book_on(session, account.ledger))
    else:
        with open_book(session) as opened:
            yield opened


def import_texts(
    session: Session,
    texts: Sequence[tuple[str, bytes]],
    ledger: Ledger,
    book: RecordBook,
    pricer: CardPricer,
    dry_run: bool = False,
) -> Imported:
    """Keep the rows of files, given with their names: all of them, or none.

    Raises:
        SettingsError: a file is not JSON or has another shape.
        LedgerBusyError, LedgerDamagedError, StorageError: nothing was changed.
    """
    horizon = horizon_ms(ledger.connection)
    found = []
    for name, text in texts:
        usage = read_usage(text, name)
        records = records_of(usage.rows, session.zone.zone)
        kept = [one for one in records if horizon is None or one.at_ms >= horizon]
        found.append(FoundFile(os.path.basename(name), usage, kept, len(records) - len(kept)))
    records = [record for one in found for record in one.records]
    new = book.preview(records) if dry_run or not records else book.add(records)
    return replace(build_import(found, new, pricer, session.settings.plans), dry_run=dry_run)


def records_of(rows: Sequence[UsageRow], zone: tzinfo) -> list[Record]:
    """Make records of the rows that tell of any usage; the same rows always make the same ones."""
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
                row.source if row.source in LOG_SOURCES else "",
                row.provider,
                row.model,
                row.task,
                row.notes,
                TokenCounts(input=row.tokens_in, output=row.tokens_out),
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


def read_file(name: str) -> tuple[str, bytes]:
    """Read a file that a person named, or standard input.

    Raises:
        CommandLineError: there is no such file.
        SettingsError, StorageError: it is too large, or cannot be read.
    """
    if name == STDIN:
        return STDIN, _limited(sys.stdin.buffer.read(LARGEST_BYTES + 1), STDIN)
    path = Path(os.path.expanduser(name))
    text = read_if_there(path)
    if text is None:
        raise CommandLineError("import_file_missing", given=name)
    return name, text


def read_if_there(path: Path) -> bytes | None:
    """Read a file; None where there is none.

    Raises:
        SettingsError, StorageError: it is too large, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            return _limited(file.read(LARGEST_BYTES + 1), str(path))
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or os.strerror(errno.EINVAL)
        raise StorageError("import_file_unreadable", path=str(path), reason=reason) from error


def left_behind(session: Session) -> list[tuple[str, bytes]]:
    """Read the usage files that the original skill left."""
    places = [folder / USAGE_FILE for folder in folders(session)]
    texts = [(str(place), read_if_there(place)) for place in places]
    return [(name, text) for name, text in texts if text is not None]


def not_opened(session: Session) -> list[str]:
    """Name files of the original skill that are not read without asking: they hold keys."""
    return [PROVIDERS_FILE] if (session.skill / PROVIDERS_FILE).exists() else []


def folders(session: Session) -> list[Path]:
    """Give where the original skill may have left its files."""
    return list(dict.fromkeys([session.skill, session.home]))


def _limited(text: bytes, name: str) -> bytes:
    if len(text) > LARGEST_BYTES:
        raise SettingsError("import_too_large", path=name, largest=str(LARGEST_BYTES >> 20))
    return text

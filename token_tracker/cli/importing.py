"""The command that reads other trackers' files: `import`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from token_tracker.cli.account import open_account
from token_tracker.cli.options import Common
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.records import open_book
from token_tracker.cli.session import Session
from token_tracker.cli.session import start
from token_tracker.errors import CommandLineError
from token_tracker.ledger.records import RecordBook
from token_tracker.ledger.records import note_original
from token_tracker.ledger.store import Ledger
from token_tracker.paths import PROVIDERS_FILE
from token_tracker.pricer import CardPricer
from token_tracker.recording import LARGEST_BYTES
from token_tracker.recording import book_on
from token_tracker.recording import import_texts
from token_tracker.recording import left_behind
from token_tracker.recording import limited
from token_tracker.recording import read_if_there

STDIN = "-"

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
    """Read usage.json, an export, or Cursor's usage file.

    Without FILE: what the original skill left in its folder or ours. Rows that are there
    already are not added again; those that a log covers are kept and not counted. Cursor's
    file comes from its website (Dashboard, Usage, Export CSV).

    Examples:
      token-tracker import
      token-tracker import old/usage.json --dry-run
      token-tracker import usage-events-2026-11-22.csv
      token-tracker import - --tz Asia/Shanghai < usage.jsonl
    """
    session = start(options, options.tz)
    texts = [read_file(file)] if file else left_behind(folders(session))
    found = [(name, text) for name, text in texts]
    with _open(session, options.dry_run) as (ledger, book, pricer):
        report = import_texts(
            session.zone.zone, session.settings.plans, found, ledger, book, pricer, options.dry_run
        )
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
            yield (account.ledger, *book_on(account.ledger, session.prices, session.clock.now_ms))
    else:
        with open_book(session) as opened:
            yield opened


def read_file(name: str) -> tuple[str, bytes]:
    """Read a file that a person named, or standard input.

    Raises:
        CommandLineError: there is no such file.
        SettingsError, StorageError: it is too large, or cannot be read.
    """
    if name == STDIN:
        return STDIN, limited(sys.stdin.buffer.read(LARGEST_BYTES + 1), STDIN)
    path = Path(os.path.expanduser(name))
    text = read_if_there(path)
    if text is None:
        raise CommandLineError("import_file_missing", given=name)
    return name, text


def folders(session: Session) -> list[Path]:
    """Give where the original skill may have left its files."""
    return list(dict.fromkeys([session.skill, session.home]))


def not_opened(session: Session) -> list[str]:
    """Name files of the original skill that are not read without asking: they hold keys."""
    return [PROVIDERS_FILE] if (session.skill / PROVIDERS_FILE).exists() else []

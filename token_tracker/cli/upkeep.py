"""Commands that keep the ledger sound: `verify`, `purge`, `backup`, `restore`."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from token_tracker.cli.account import open_account
from token_tracker.cli.dates import parse_day
from token_tracker.cli.options import Common
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.output import tell
from token_tracker.cli.session import Session
from token_tracker.cli.session import start
from token_tracker.errors import EXIT_OK
from token_tracker.errors import LedgerDamagedError
from token_tracker.ledger import archive
from token_tracker.ledger import care
from token_tracker.ledger.store import open_to_write
from token_tracker.period import day_of
from token_tracker.period import day_start
from token_tracker.period import to_ms
from token_tracker.pricer import CardPricer
from token_tracker.render.words import words

FILE = Annotated[Path, typer.Argument(metavar="FILE", help="The backup file.")]


@dataclass(frozen=True, slots=True)
class VerifyOptions(Common):
    """What `verify` takes."""

    logs: Annotated[bool, typer.Option("--logs", help="Also compare with the log files that are left.")] = (
        False
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class PurgeOptions(Common):
    """What `purge` takes."""

    before: Annotated[str, typer.Option("--before", help="First day that stays.")]
    tz: Annotated[str | None, typer.Option("--tz", help="Time zone of that day.")] = None
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be removed.")] = False
    yes: Annotated[bool, typer.Option("--yes", help="Remove without asking.")] = False


@dataclass(frozen=True, slots=True)
class BackupOptions(Common):
    """What `backup` takes."""

    force: Annotated[bool, typer.Option("--force", help="Replace FILE if it exists.")] = False


@dataclass(frozen=True, slots=True)
class RestoreOptions(Common):
    """What `restore` takes."""

    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would change.")] = False


def add(app: typer.Typer, name: str) -> None:
    """Add one of this file's commands to the app."""
    app.command(name)({"verify": verify, "purge": purge, "backup": backup, "restore": restore}[name])


@takes(VerifyOptions)
def verify(options: VerifyOptions) -> int:
    """Check the ledger: the file, the sums, the prices.

    The exit code is 7 when anything is wrong.

    Examples:
      token-tracker verify
      token-tracker verify --logs
    """
    session = start(options)
    with open_account(session, sync=False) as account:
        found = care.verify(account.ledger, CardPricer(session.prices), options.logs)
    reply(session, options, "verify", found, None, found.problems)
    return EXIT_OK if found.whole else LedgerDamagedError.exit_code


@takes(PurgeOptions)
def purge(options: PurgeOptions) -> int:
    """Remove the usage before a day, for ever.

    Its log lines do not bring it back. Without a terminal to ask on, and without --yes,
    nothing is removed: the answer says what would be.

    Examples:
      token-tracker purge --before 2026-01-01 --dry-run
      token-tracker purge --before 2026-01-01 --yes
    """
    session = start(options, options.tz)
    first = parse_day(options.before, day_of(session.clock.now_ms, session.zone.zone))
    before_ms = to_ms(day_start(first, session.zone.zone))
    with open_account(session, sync=False) as account:
        done = care.purge(account.ledger, before_ms, dry_run=True)
    if not options.dry_run and (options.yes or _agreed(session, done.events, first)):
        done = _purge(session, before_ms)
    return reply(session, options, "purge", (done, first, session.zone.name), None, [])


@takes(BackupOptions, file=(FILE, ...))
def backup(options: BackupOptions, file: Path) -> int:
    """Copy everything kept, but no keys, into one file.

    Examples:
      token-tracker backup ~/token-tracker.zip
    """
    session = start(options)
    with open_account(session, sync=False) as account:
        done = archive.backup(account.ledger, file.expanduser().absolute(), force=options.force)
    return reply(session, options, "backup", done, None, [])


@takes(RestoreOptions, file=(FILE, ...))
def restore(options: RestoreOptions, file: Path) -> int:
    """Put a backup in place; what was there is kept.

    Examples:
      token-tracker restore ~/token-tracker.zip --dry-run
      token-tracker restore ~/token-tracker.zip
    """
    session = start(options)
    done = archive.restore(
        session.home, file.expanduser().absolute(), session.clock.now, dry_run=options.dry_run
    )
    return reply(session, options, "restore", done, None, [])


def _purge(session: Session, before_ms: int) -> care.Purge:
    ledger = open_to_write(session.home, session.clock.now)
    try:
        return care.purge(ledger, before_ms, dry_run=False)
    finally:
        ledger.close()


def _agreed(session: Session, events: int, first: date) -> bool:
    """Ask the person at the terminal, if there is anything to remove and anybody to ask."""
    if not events or not session.is_terminal or not sys.stdin.isatty():
        return False
    sentences = words(session.language)
    tell(sentences.ask_to_purge(events=events, day=first.isoformat()) + " ")
    return sys.stdin.readline().strip().lower() in sentences.YES

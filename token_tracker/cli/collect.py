"""Commands that read: `sync`, and `sources` with what is read and how it is paid."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated
from typing import Any

import typer

from token_tracker.cli.account import Account
from token_tracker.cli.account import open_account
from token_tracker.cli.account import read_everything_new
from token_tracker.cli.account import settle
from token_tracker.cli.next_look import note_sync
from token_tracker.cli.options import Common
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.session import Session
from token_tracker.cli.session import start
from token_tracker.errors import EXIT_OK
from token_tracker.errors import CommandLineError
from token_tracker.ledger import queries
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import open_to_write
from token_tracker.paths import PROVIDERS_FILE
from token_tracker.paths import SOURCES_FILE
from token_tracker.reports.fetching import Fetched
from token_tracker.reports.health import SourceState
from token_tracker.reports.syncing import Synced
from token_tracker.settings import BILLINGS
from token_tracker.settings import change_settings
from token_tracker.sources import _zstd as zstd
from token_tracker.sources import all_sources

DETACH = Annotated[bool, typer.Option("--detach", help="With --quiet: return at once, for hooks.")]
QUIET = Annotated[bool, typer.Option("--quiet", help="Print nothing when all went well.")]
SOURCE = Annotated[str, typer.Argument(metavar="SOURCE", help="Id of the source, such as claude-code.")]
PATH = Annotated[str, typer.Argument(metavar="PATH", help="Directory that holds logs of this source.")]
BILLING = Annotated[str, typer.Argument(metavar="BILLING", help="api, plan or unknown.")]

EntryChange = Callable[[Mapping[str, Any]], Mapping[str, Any]]
"""Gives what to set of a source, from its entry in the settings."""


def add(app: typer.Typer, name: str) -> None:
    """Add one of this file's commands to the app."""
    if name == "sync":
        app.command(name)(sync)
        return
    group = typer.Typer(help="What is read, how much, and how it is paid.")
    for command, function in SOURCE_COMMANDS.items():
        group.command(command)(function)
    app.add_typer(group, name=name)


@takes(Common, quiet=(QUIET, False), detach=(DETACH, False))
def sync(options: Common, quiet: bool, detach: bool) -> int:
    """Read new log lines, then ask your providers.

    Only providers that have a key are asked.

    Examples:
      token-tracker sync
      token-tracker sync --quiet
    """
    if detach:  # a line that is right never comes here: quick.py starts the other process
        raise CommandLineError("usage", reason="--detach goes with --quiet only", command="sync")
    session = start(options)
    looked_ns = time.time_ns()
    ledger = open_to_write(session.home, session.clock.now)
    try:
        result = read_everything_new(session, ledger)
        done = _fetch_configured(session, ledger)
        note_sync(session, ledger, looked_ns)
    finally:
        ledger.close()
    if not (quiet and not result.problems and done.exit_code == EXIT_OK):
        reply(session, options, "sync", Synced(result, done), None, result.problems)
    return done.exit_code


def _fetch_configured(session: Session, ledger: Ledger) -> Fetched:
    """Ask every provider that has a key and is enabled; where none has, only compare bills with logs.

    Raises:
        SettingsError, CredentialError: what is set for providers cannot be used.
    """
    if os.path.lexists(session.home / PROVIDERS_FILE):
        from token_tracker.cli import fetching  # only it needs the clients of the providers

        if asked := fetching.configured_providers(session):
            return fetching.fetched(session, ledger, asked)
    settle(session, ledger)
    return Fetched([])


@takes(Common)
def list_sources(options: Common) -> int:
    """Every source: found or not, where, how much, how it is paid.

    Examples:
      token-tracker sources list --json
    """
    session = start(options)
    with open_account(session) as account:
        states = source_states(account)
        return reply(session, options, "sources list", states, None, account.problems(with_paths=True))


@takes(Common, source=(SOURCE, ...))
def enable(options: Common, source: str) -> int:
    """Read a source again.

    Examples:
      token-tracker sources enable claude-code
    """
    return _change(options, "sources enable", source, lambda _entry: {"enabled": True})


@takes(Common, source=(SOURCE, ...))
def disable(options: Common, source: str) -> int:
    """Read a source no more; what was read stays.

    Examples:
      token-tracker sources disable claude-code
    """
    return _change(options, "sources disable", source, lambda _entry: {"enabled": False})


@takes(Common, source=(SOURCE, ...), path=(PATH, ...))
def add_path(options: Common, source: str, path: str) -> int:
    """Read one more directory for a source.

    Examples:
      token-tracker sources add-path claude-code ~/old-machine/.claude
    """
    added = str(directory(path))

    def with_path(entry: Mapping[str, Any]) -> dict[str, Any]:
        return {"paths": list(dict.fromkeys([*entry["paths"], added]))}

    return _change(options, "sources add-path", source, with_path)


@takes(Common, source=(SOURCE, ...), billing=(BILLING, ...))
def set_billing(options: Common, source: str, billing: str) -> int:
    """Say how a source is paid; what a plan pays is shown apart.

    Examples:
      token-tracker sources set-billing claude-code plan
    """
    if billing not in BILLINGS:
        raise CommandLineError("billing_unknown", given=billing, known=", ".join(BILLINGS))
    return _change(options, "sources set-billing", source, lambda _entry: {"billing": billing})


SOURCE_COMMANDS = {
    "list": list_sources,
    "enable": enable,
    "disable": disable,
    "add-path": add_path,
    "set-billing": set_billing,
}


def directory(path: str) -> Path:
    """Give a directory as it is kept: absolute, there, and with a name that is text.

    An empty path, as of a variable that is not set, is not taken for the current directory.

    Raises:
        CommandLineError: there is no such directory.
    """
    try:
        place = Path(os.path.expanduser(path)).absolute()
        os.fspath(place).encode()
        if path.strip() and place.is_dir():
            return place
    except (OSError, UnicodeEncodeError):
        pass
    raise CommandLineError("path_unknown", given=path)


def source_states(account: Account) -> list[SourceState]:
    """Give the state of every source, in the order of their ids."""
    session = account.session
    held = queries.source_figures(account.ledger)
    states = []
    for source in all_sources():
        chosen = session.settings.source(source.id)
        roots = source.roots(session.environ, chosen.paths)
        figures = held.get(source.id, queries.SourceFigures(source.id, 0, 0, None, None, None, 0))
        states.append(
            SourceState(
                source.id,
                source.name,
                chosen.enabled,
                chosen.billing,
                source.checked,
                [root.path for root in roots if root.found],
                [root.path for root in roots if not root.found],
                *figures[1:],
                source.export_page,
                ["zstd"] if source.compressed and not zstd.is_available() else [],
            )
        )
    return states


def _change(options: Common, command: str, source_id: str, change: EntryChange) -> int:
    session = start(options)
    known = [source.id for source in all_sources()]
    if source_id not in known:
        near = get_close_matches(source_id, known, 3, 0.3) or known
        raise CommandLineError("source_unknown", given=source_id, known=", ".join(near))

    def changed(there: Mapping[str, Any]) -> dict[str, Any]:
        entries = there.get("sources", {})
        entry = {"enabled": True, "paths": [], "billing": "unknown", **entries.get(source_id, {})}
        return {"sources": {**entries, source_id: {**entry, **change(entry)}}}

    change_settings(session.home, SOURCES_FILE, changed)
    with open_account(start(options), sync=False) as account:
        states = [state for state in source_states(account) if state.source == source_id]
        return reply(session, options, command, states, None, account.problems())

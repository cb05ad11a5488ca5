"""Say when the next session start must look, and at which files: `due.json` and `watched`."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from token_tracker.budgets import alerts_today
from token_tracker.cli.account import Account
from token_tracker.cli.account import wanted_sources
from token_tracker.cli.digests import UNITS
from token_tracker.cli.session import Session
from token_tracker.delivery import next_change
from token_tracker.delivery import reports_at
from token_tracker.delivery_state import State
from token_tracker.delivery_state import read_state
from token_tracker.due import Due
from token_tracker.due import python_path
from token_tracker.due import watch
from token_tracker.due import write_due
from token_tracker.ledger import queries
from token_tracker.ledger.store import Ledger
from token_tracker.period import HOLDERS
from token_tracker.quiet import config_hash
from token_tracker.quiet import instant


def note_look(account: Account, looked_ns: int, *, is_open: bool) -> None:
    """Note a look that is done. `is_open`: something is due that was not acknowledged."""
    session = account.session
    if account.ledger.read_only_reason:
        return
    state = read_state(str(session.home))
    now = session.clock.now
    local = now.astimezone(session.zone.zone)
    ends = [next_change(local, session.settings.daily_report_hour)]
    if (lease := state.taken_until(now)) is not None:
        ends.append(lease)
    elif is_open:
        ends.append(now)
    _write(session, min(ends).timestamp())
    if session.settings.budgets:
        watch(str(session.home), places_of(session, account.ledger), looked_ns)


def note_sync(session: Session, ledger: Ledger, looked_ns: int) -> None:
    """Note that all new lines were read: whether the next session start has anything to look for."""
    now = session.clock.now
    local = now.astimezone(session.zone.zone)
    hour = session.settings.daily_report_hour
    is_open = _is_open(session, ledger, read_state(str(session.home)))
    _write(session, now.timestamp() if is_open else next_change(local, hour).timestamp())
    if session.settings.budgets:
        watch(str(session.home), places_of(session, ledger), looked_ns)


def places_of(session: Session, ledger: Ledger) -> Iterable[str]:
    """Give every log file, what databases keep beside theirs, and every folder up to a source's root."""
    found: dict[str, None] = {}
    files = queries.files_read(ledger)
    for wanted in wanted_sources(session):
        roots = [root.path for root in wanted.source.roots(session.environ, wanted.extra_paths)]
        found.update(dict.fromkeys(roots))
        folders: set[str] = set()
        for path in files.get(wanted.source.id, ()):
            found[path] = None
            if not path.endswith((".jsonl", ".json")):
                found[f"{path}-wal"] = None
            if (folder := os.path.dirname(path)) not in folders:  # most folders hold many files
                folders.add(folder)
                found.update(dict.fromkeys(_folders(path, roots)))
    return found


def _folders(path: str, roots: Iterable[str]) -> list[str]:
    root = next((root for root in roots if path.startswith(root.rstrip(os.sep) + os.sep)), None)
    if root is None:
        return [os.path.dirname(path)]
    parents = [str(parent) for parent in Path(path).parents]
    return [parent for parent in parents if parent.startswith(root)]


def _is_open(session: Session, ledger: Ledger, state: State) -> bool:
    """Say whether a report or an alert is due, as far as that can be told without writing it."""
    now, zone = session.clock.now, session.zone
    for due in reports_at(now.astimezone(zone.zone), session.settings.daily_report_hour):
        if state.is_taken(due.id, now):
            continue
        period = HOLDERS[UNITS[due.kind]](due.first, zone.zone, zone.name)
        if due.id not in state.entries or queries.usage(ledger, period.start_ms, period.end_ms, ("model",)):
            return True
    found = alerts_today(ledger, session.settings, session.clock, zone)
    return any(not state.is_taken(one.id, now) for one in found)


def _write(session: Session, not_before: float) -> None:
    due = Due(
        instant(not_before),
        instant(session.clock.now.timestamp()),
        bool(session.settings.budgets),
        python_path(),
        session.language,
        session.zone.name,
        config_hash(str(session.home), session.environ),
    )
    write_due(str(session.home), due)

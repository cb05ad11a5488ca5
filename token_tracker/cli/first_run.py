"""What the original skill left, taken over once: usage, settings, and what was delivered."""

from __future__ import annotations

import os
from collections.abc import Callable
from collections.abc import Mapping
from datetime import UTC
from pathlib import Path
from typing import Any
from typing import Final

from token_tracker.cli.original_files import Converted
from token_tracker.cli.original_files import put_in_place
from token_tracker.cli.original_files import take_over_budget
from token_tracker.cli.session import Session
from token_tracker.formats.original_settings import delivered_alerts
from token_tracker.formats.original_settings import delivered_reports
from token_tracker.formats.original_settings import delivery_state
from token_tracker.formats.original_settings import parse_object
from token_tracker.ledger.records import note_original
from token_tracker.ledger.store import Ledger
from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.recording import book_on
from token_tracker.recording import import_texts
from token_tracker.recording import left_behind
from token_tracker.recording import read_if_there

STATES: Final = {
    "report-state": delivered_reports,
    "alert-state": delivered_alerts,
}
"""The files that say what was delivered, with what finds it in the original's."""

RECORDS: Final = "records"
"""Beside the names of settings: usage was taken over."""


def import_original(session: Session, ledger: Ledger) -> list[Problem]:
    """Take over what the original skill left, and say so; remember that it was done.

    Raises:
        SettingsError: a file of the original is not JSON or has another shape; nothing was taken over.
        LedgerBusyError, LedgerDamagedError, StorageError: as they say.
    """
    # A home that had a ledger before this was ever looked for: its settings come with this run.
    taken = [*session.taken_over, *take_over_budget(session.skill, session.home)]
    rows = 0
    if texts := left_behind([session.skill, session.home]):
        report = import_texts(
            session.zone.zone,
            session.settings.plans,
            texts,
            ledger,
            *book_on(ledger, session.prices, session.clock.now_ms),
        )
        rows = sum(one.counted + sum(one.covered.values()) for one in report.files)
    taken += take_over_states(session)
    note_original(ledger)
    said = [*([RECORDS] if rows else []), *taken]
    return [Problem("original-imported", Severity.NOTE, "", max(1, rows), " ".join(said))] if said else []


def take_over_states(session: Session) -> list[str]:
    """Keep which reports and alerts the original skill has delivered; give the names of the files.

    Raises:
        SettingsError: one of its files is not JSON.
    """
    taken = []
    for name, delivered in STATES.items():
        own = session.home / f"{name}.json"
        convert = _state_converter(session, own, delivered)
        if os.path.exists(own):
            done = put_in_place(own, convert)
        else:
            path = session.skill / own.name
            text = read_if_there(path)
            done = text is not None and put_in_place(own, _state_converter(session, path, delivered), text)
        taken += [name] if done else []
    return taken


def _state_converter(
    session: Session, path: Path, delivered: Callable[[Mapping[str, Any]], list[str]]
) -> Callable[[bytes], Converted | None]:
    at = session.clock.now.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z"

    def convert(text: bytes) -> Converted | None:
        document = parse_object(text, str(path))
        ids = [] if document is None or "schema" in document else delivered(document)
        return (delivery_state(ids, at, session.zone.name), ids) if ids else None

    return convert

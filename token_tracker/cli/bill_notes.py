"""The notes below a report on how bills and balances were treated in it."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence

from token_tracker.budgets import unconfirmed
from token_tracker.cli.session import Session
from token_tracker.ledger.bill_notes import bill_notes
from token_tracker.ledger.bills import DAY_MS
from token_tracker.ledger.bills import Fetch
from token_tracker.ledger.bills import fetches
from token_tracker.ledger.store import Ledger
from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.period import Period

OLD_MS = 3 * DAY_MS
"""A bill that was fetched longer ago is said to be old."""


def bill_problems(
    ledger: Ledger, session: Session, period: Period, where: Mapping[str, Sequence[str]]
) -> list[Problem]:
    """Say how bills were treated in a period, and of which providers the bill is missing."""
    found = list(fetch_problems(ledger, session.clock.now_ms))
    notes = bill_notes(ledger, period.start_ms, period.end_ms, session.clock.now_ms, where)
    settings = session.settings
    if notes.unlimited:
        names = ", ".join(notes.unlimited)
        found.append(Problem("bill-whole-organisation", Severity.NOTE, "", len(notes.unlimited), names))
    for name, open_days in sorted(notes.open_days.items()):
        so_far = ", ".join(f"{amount:.2f} {currency}" for currency, amount in open_days.so_far.items())
        found.append(Problem("bill-incomplete", Severity.NOTE, name, open_days.days, so_far))
    for name, days in sorted(notes.unsettled.items()):
        found.append(Problem("bill-unsettled", Severity.NOTE, name, days))
    if notes.apportioned and (period.start_ms % DAY_MS or period.end_ms % DAY_MS):
        found.append(Problem("bill-apportioned", Severity.NOTE, detail=" ".join(notes.apportioned)))
    found += [Problem("spend-inferred", Severity.NOTE, name) for name in notes.inferred]
    found += [
        Problem("bill-covers-source", Severity.NOTE, source)
        for source in notes.inside
        if settings.source(source).billing == "unknown"
    ]
    if settings.budgets:
        found += [
            Problem("budget-unconfirmed", Severity.NOTE, name)
            for name in unconfirmed(ledger, settings)
            if name in notes.billed
        ]
    return found


def fetch_problems(ledger: Ledger, now_ms: int) -> Iterator[Problem]:
    """Say which providers could not be asked the last time, or not for long."""
    for (name, _), fetch in fetches(ledger).items():
        if fetch.error is not None:
            yield Problem("provider-fetch-failed", Severity.WARNING, name, detail=_since(fetch))
        elif now_ms - fetch.at_ms > OLD_MS:
            yield Problem("provider-fetch-old", Severity.NOTE, name, max(1, (now_ms - fetch.at_ms) // DAY_MS))


def _since(fetch: Fetch) -> str:
    code = "" if fetch.error is None else str(fetch.error.get("code", ""))
    return code.replace("_", "-")

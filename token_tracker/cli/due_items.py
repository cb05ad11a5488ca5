"""What is due at this moment: reports and alerts that did not go out, written for the person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final
from typing import NamedTuple

from token_tracker.budgets import alerts_today
from token_tracker.cli.account import Account
from token_tracker.cli.digests import UNITS
from token_tracker.cli.digests import build_digest
from token_tracker.cli.digests import told_and_corrected
from token_tracker.cli.session import Session
from token_tracker.delivery import Item
from token_tracker.delivery import Report
from token_tracker.delivery import missed_before
from token_tracker.delivery import reports_at
from token_tracker.delivery_state import State
from token_tracker.period import HOLDERS
from token_tracker.render.style import Style
from token_tracker.reports.budgets import Alert

MOST_ALERTS: Final = 3
"""How many alerts one session is told, the most urgent first: what is injected stays small."""


class Found(NamedTuple):
    """What is due: texts in the order of showing, alerts, and periods without anything to tell.

    `has_more`: other alerts wait for the next session.
    """

    items: Sequence[Item]
    alerts: Sequence[Alert]
    empty: Sequence[str]
    missed: Sequence[str]
    has_more: bool = False


def due_now(account: Account, state: State, *, is_kept: bool) -> Found:
    """Give what is due at this moment and was not delivered.

    `is_kept`: the ledger notes what is told, so that a later report can name what changed.
    """
    session = account.session
    reports: list[Item] = []
    empty: list[str] = []
    missed: list[str] = []
    now = session.clock.now.astimezone(session.zone.zone)
    for due in reports_at(now, session.settings.daily_report_hour):
        missed += [one.id for one in missed_before(due, state.entries) if one.id not in state.entries]
        if state.is_taken(due.id, now):
            continue
        item = _report(account, due, is_kept=is_kept)
        if item is None:
            empty.append(due.id)
        else:
            reports.append(item)
    alerts = [
        one
        for one in alerts_today(account.ledger, session.settings, session.clock, session.zone)
        if not state.is_taken(one.id, now)
    ]
    told = alerts[:MOST_ALERTS]
    items = [*_alert_items(told, session), *reports]
    return Found(items, told, empty, missed, has_more=len(alerts) > len(told))


def _report(account: Account, due: Report, *, is_kept: bool) -> Item | None:
    """Write a report; None for a period in which nothing was used and nothing failed."""
    from token_tracker.render.text.delivered import report_item

    session = account.session
    period = HOLDERS[UNITS[due.kind]](due.first, session.zone.zone, session.zone.name)
    report = build_digest(account, due.kind, period, {})
    if not report.figures.is_used and not report.may_be_too_low:
        return None
    corrections = told_and_corrected(account, report, is_due=True, is_kept=is_kept)
    return report_item(replace(report, corrections=corrections), style_of(session))


def _alert_items(alerts: Sequence[Alert], session: Session) -> list[Item]:
    if not alerts:
        return []
    from token_tracker.render.text.delivered import alert_item

    return [alert_item(alert, style_of(session)) for alert in alerts]


def style_of(session: Session) -> Style:
    """Give how a session's texts are written."""
    return Style(session.language, session.currency, session.clock.now, session.zone)

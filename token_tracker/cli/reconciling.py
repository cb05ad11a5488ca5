"""`reconcile`: the ledger beside the bills of providers, balances, and the hosts' own totals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from datetime import timedelta
from typing import Annotated

import typer

from token_tracker.cli.account import Account
from token_tracker.cli.account import open_account
from token_tracker.cli.options import Days
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.session import start
from token_tracker.errors import CommandLineError
from token_tracker.ledger import queries
from token_tracker.ledger import reconciling as held
from token_tracker.ledger.bills import day_of_number
from token_tracker.ledger.settling import named_in_logs
from token_tracker.model import CostBasis
from token_tracker.period import DAY_MS
from token_tracker.period import Period
from token_tracker.period import day_of
from token_tracker.reports import reconcile as reports

DAYS = 30
"""How many days up to today it looks at unless told otherwise."""

NAMED_BY_THE_REPORT = ("bill-incomplete", "bill-apportioned")
"""Problems that the report itself tells, day by day, or that whole UTC days do not have."""

Where = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Compared(Days):
    """What `reconcile` takes."""

    no_sync: Annotated[bool, typer.Option("--no-sync", help="Do not read new log lines first.")] = False


def add(app: typer.Typer, name: str) -> None:
    """Add this file's command to the app."""
    app.command(name)(reconcile)


@takes(Compared)
def reconcile(options: Compared) -> int:
    """The logs beside what providers billed, by UTC day.

    The last 30 days unless told otherwise.

    Examples:
      token-tracker reconcile
      token-tracker reconcile --date last-month --provider openai
      token-tracker reconcile --since 2026-10-01 --json
    """
    session = start(options, options.tz)
    with open_account(session, not options.no_sync) as account:
        report = build_reconciliation(account, _period(account, options), _providers(account, options))
        return reply(session, options, "reconcile", report, report.period, report.problems)


def build_reconciliation(account: Account, asked: Period, where: Where) -> reports.Reconciliation:
    """Ask the ledger for both sides of a period, widened to the UTC days that it touches."""
    first, last = asked.start_ms // DAY_MS, -(-asked.end_ms // DAY_MS) - 1
    last = max(first, min(last, account.session.clock.now_ms // DAY_MS))
    period = Period(day_of_number(first), day_of_number(last), UTC, "UTC")
    is_widened = bool(asked.start_ms % DAY_MS or asked.end_ms % DAY_MS)
    ledger = account.ledger
    bounds = (period.start_ms, period.end_ms)
    wanted = where.get("provider")
    return reports.build_reconciliation(
        period,
        asked if is_widened else None,
        (first, last),
        queries.usage_by_lane(ledger, *bounds, reports.GRAIN, where),
        account.session.settings.plans,
        {
            name: days
            for name, days in held.billed_days(ledger, first, last).items()
            if wanted is None or name in wanted
        },
        [
            _balanced(account, left, bounds)
            for left in held.left_balances(ledger, *bounds)
            if wanted is None or left.provider in wanted
        ],
        held.host_totals(ledger, *bounds, where),
        [one for one in account.problems_of(period, where) if one.code not in NAMED_BY_THE_REPORT],
        account.freshness(),
    )


def _balanced(account: Account, left: held.LeftBalance, bounds: tuple[int, int]) -> reports.Balanced:
    names = named_in_logs(left.provider)
    spans = [(left.start_ms, left.end_ms), (bounds[0], left.start_ms), (left.end_ms, bounds[1])]
    rows = [
        row
        for row in queries.usage_in_spans(account.ledger, spans, reports.GRAIN, {"provider": names})
        if row.basis != CostBasis.INFERRED
    ]
    return reports.Balanced(
        left,
        names,
        [row._replace(key=row.key[1:]) for row in rows if row.key[0] == 0],
        [row._replace(key=row.key[1:]) for row in rows if row.key[0] != 0],
    )


def _period(account: Account, options: Compared) -> Period:
    if (options.date, options.since, options.until) != (None, None, None):
        return account.period(options)
    zone = account.session.zone
    today = day_of(account.session.clock.now_ms, zone.zone)
    return Period(today - timedelta(days=DAYS - 1), today, zone.zone, zone.name)


def _providers(account: Account, options: Compared) -> Where:
    """Turn `--provider` into a filter.

    Raises:
        CommandLineError: nothing is known of a provider of this name.
    """
    if not options.provider:
        return {}
    known = held.known_providers(account.ledger)
    for name in options.provider:
        if name not in known:
            raise CommandLineError(
                "filter_unknown", dimension="provider", given=name, known=", ".join(known[:10])
            )
    return {"provider": list(options.provider)}

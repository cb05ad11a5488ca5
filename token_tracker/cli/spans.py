"""Commands about whole weeks and months: `week`, `month`."""

from __future__ import annotations

from collections.abc import Mapping

import typer

from token_tracker.cli.account import Account
from token_tracker.cli.account import budgets_of
from token_tracker.cli.account import open_account
from token_tracker.cli.conversion import with_conversion
from token_tracker.cli.options import Scope
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.session import start
from token_tracker.errors import CommandLineError
from token_tracker.period import HOLDERS
from token_tracker.period import Period
from token_tracker.period import day_of
from token_tracker.reports import spans


def add(app: typer.Typer, name: str) -> None:
    """Add one of this file's commands to the app."""
    app.command(name)({"week": week, "month": month}[name])


@takes(Scope)
def week(options: Scope) -> int:
    """A week, day by day, against the one before.

    It begins on Monday. `--date` chooses the week that holds this day, or the first day of this span.

    Examples:
      token-tracker week
      token-tracker week --date last-week --lang zh
      token-tracker week --date 2026-10-05 --project shop
    """
    return _answer(options, "week")


@takes(Scope)
def month(options: Scope) -> int:
    """A month, day by day, against the one before.

    `--date` chooses the month that holds this day, or the first day of this span.

    Examples:
      token-tracker month
      token-tracker month --date last-month
      token-tracker month --date 2026-09-15 --json
    """
    return _answer(options, "month")


def build_span(account: Account, kind: str, period: Period, where: Mapping[str, list[str]]) -> spans.Span:
    """Ask the ledger for a week or a month."""
    today = day_of(account.session.clock.now_ms, period.zone)
    read = account.usage_in_each(spans.days_and_before(period, today), spans.GRAIN, where)
    report = spans.build_span(
        kind,
        period,
        today,
        read,
        account.first_day(where),
        account.session.currency,
        account.freshness(),
        account.problems_of(period, where),
        account.looked_in(),
        budgets_of(account, period, where),
    )
    return with_conversion(account, report, report.figures.cost)


def period_that_holds(account: Account, options: Scope, command: str, kind: str) -> Period:
    """Give the whole day, week or month that holds the days of `--date`, or today.

    Raises:
        CommandLineError: `--since` or `--until` was given; the date is not understood, or is
            a span that does not fit.
    """
    if options.since is not None or options.until is not None:
        raise CommandLineError("span_not_taken", command=command)
    chosen = account.period(options)
    held = HOLDERS[kind](chosen.first, chosen.zone, chosen.zone_name)
    if chosen.last > held.last:
        raise CommandLineError("span_does_not_fit", given=options.date or "", command=command)
    return held


def _answer(options: Scope, kind: str) -> int:
    session = start(options, options.tz, options.currency)
    with open_account(session, not options.no_sync) as account:
        period = period_that_holds(account, options, kind, kind)
        report = build_span(account, kind, period, account.filters(options))
        return reply(session, options, kind, report, report.period, report.problems)

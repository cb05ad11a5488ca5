"""What a session start delivers: `daily-report`, `weekly-report`, `monthly-report`."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from datetime import timedelta
from decimal import Decimal

import typer

from token_tracker.cli.account import Account
from token_tracker.cli.account import open_account
from token_tracker.cli.conversion import with_conversion
from token_tracker.cli.options import Scope
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.session import start
from token_tracker.cli.spans import budgets_of
from token_tracker.cli.spans import period_that_holds
from token_tracker.ledger import queries
from token_tracker.ledger.told import note_told
from token_tracker.period import HOLDERS
from token_tracker.period import Period
from token_tracker.period import day_of
from token_tracker.reports import digest
from token_tracker.reports.figures import Cost
from token_tracker.reports.figures import Usage

UNITS = {"daily": "day", "weekly": "week", "monthly": "month"}
LOOK_BACK_DAYS = {"daily": 7, "weekly": 28, "monthly": 92}
"""How far back a report looks for earlier ones of its kind whose figures have changed since."""


def add(app: typer.Typer, name: str) -> None:
    """Add one of this file's commands to the app."""
    commands: Mapping[str, Callable[..., int]] = {
        "daily-report": daily_report,
        "weekly-report": weekly_report,
        "monthly-report": monthly_report,
    }
    app.command(name)(commands[name])


@takes(Scope)
def daily_report(options: Scope) -> int:
    """A day in a few sentences, as a session start tells it.

    From `daily_report_hour` on it is today so far, before that yesterday; `--date` chooses
    another day.

    Examples:
      token-tracker daily-report
      token-tracker daily-report --date yesterday --lang zh
    """
    return _answer(options, "daily")


@takes(Scope)
def weekly_report(options: Scope) -> int:
    """A week in a few sentences, told at a session start.

    Last week; `--date` chooses the week that holds this day.

    Examples:
      token-tracker weekly-report
      token-tracker weekly-report --date today --lang zh
    """
    return _answer(options, "weekly")


@takes(Scope)
def monthly_report(options: Scope) -> int:
    """A month in a few sentences, told at a session start.

    Last month; `--date` chooses the month that holds this day.

    Examples:
      token-tracker monthly-report
      token-tracker monthly-report --date 2026-09-15
    """
    return _answer(options, "monthly")


def build_digest(
    account: Account, kind: str, period: Period, where: Mapping[str, list[str]]
) -> digest.Digest:
    """Ask the ledger for a short report of a whole day, week or month."""
    today = day_of(account.session.clock.now_ms, period.zone)
    read = account.usage_in_each(digest.digest_periods(kind, period, today), digest.GRAIN, where)
    report = digest.build_digest(
        kind,
        period,
        today,
        read,
        account.first_day(where),
        account.session.currency,
        account.problems_of(period, where),
        budgets_of(account, period, where),
    )
    return with_conversion(account, report, report.figures.cost)


def told_and_corrected(account: Account, report: digest.Digest, *, is_due: bool) -> list[digest.Correction]:
    """Note what a report tells, and give which earlier ones of its kind told something else.

    Of a time that is not over only a report that is due is noted: what one that was asked for
    in between lacks is no correction.
    """
    period = report.period

    def amounts_of(start_ms: int, end_ms: int) -> Mapping[str, Decimal]:
        rows = queries.usage(account.ledger, start_ms, end_ms, ("model", "source"))
        usage = Usage(("model", "source"), tuple(rows), account.session.settings.plans)
        return amounts_by_currency(usage.figures().cost)

    changes = note_told(
        account.ledger,
        report.id,
        (period.start_ms, period.end_ms),
        amounts_by_currency(report.figures.cost) if is_due or report.is_over else None,
        period.before(LOOK_BACK_DAYS[report.kind]).start_ms,
        amounts_of,
    )
    return [
        digest.Correction(_told_period(one.report, period), one.currency, one.before, one.now)
        for one in changes
    ]


def _told_period(report: str, asked: Period) -> Period:
    """Give the day, week or month that a report was about, which may have been told in another zone."""
    kind, _, name = report.partition(":")
    first = date.fromisoformat(name + {"daily": "", "weekly": "-1", "monthly": "-01"}[kind])
    return HOLDERS[UNITS[kind]](first, asked.zone, asked.zone_name)


def amounts_by_currency(cost: Cost) -> dict[str, Decimal]:
    """Give what a cost is in each of its currencies."""
    return {currency: cost.amount(currency) for currency in cost.amounts}


def reported_period(account: Account, options: Scope, kind: str) -> Period:
    """Give the day, week or month to report on: what `--date` names, else the one that is due."""
    unit = UNITS[kind]
    chosen = period_that_holds(account, options, f"{kind}-report", unit)
    if options.date is not None:
        return chosen
    if unit != "day":
        return HOLDERS[unit](chosen.first - timedelta(days=1), chosen.zone, chosen.zone_name)
    now = account.session.clock.now.astimezone(chosen.zone)
    day = digest.reported_day(now.hour, account.session.settings.daily_report_hour, now.date())
    return chosen._replace(first=day, last=day)


def _answer(options: Scope, kind: str) -> int:
    session = start(options, options.tz, options.currency)
    with open_account(session, not options.no_sync) as account:
        period = reported_period(account, options, kind)
        where = account.filters(options)
        report = build_digest(account, kind, period, where)
        if not where:  # what a filter leaves is nothing that could be corrected later
            corrections = told_and_corrected(account, report, is_due=options.date is None)
            report = replace(report, corrections=corrections)
        return reply(session, options, f"{kind}-report", report, report.period, report.problems)

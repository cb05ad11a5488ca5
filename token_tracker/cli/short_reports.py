"""What a session start delivers: `daily-report`, `weekly-report`, `monthly-report`."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import typer

from token_tracker.cli.account import Account
from token_tracker.cli.account import open_account
from token_tracker.cli.digests import UNITS
from token_tracker.cli.digests import build_digest
from token_tracker.cli.digests import told_and_corrected
from token_tracker.cli.options import Scope
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.session import start
from token_tracker.cli.spans import period_that_holds
from token_tracker.period import HOLDERS
from token_tracker.period import Period
from token_tracker.reports import digest


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

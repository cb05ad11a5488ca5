"""The command that looks at a period from every side: `report`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace
from datetime import date
from typing import Annotated

import typer

from token_tracker.cli.account import Account
from token_tracker.cli.account import open_account
from token_tracker.cli.conversion import with_conversion
from token_tracker.cli.options import Scope
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.session import start
from token_tracker.errors import CommandLineError
from token_tracker.period import HOLDERS
from token_tracker.period import Period
from token_tracker.period import calendar_month
from token_tracker.period import day_of
from token_tracker.period import local_day
from token_tracker.reports import overview

FIRST_YEAR = 1000
"""Years before it are typing mistakes."""

PERIODS = ("today", "yesterday", "week", "month", "all")
_MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True)
class ReportScope(Scope):
    """What `report` takes."""

    period: Annotated[
        str | None,
        typer.Option("--period", help="today, yesterday, week, month, all, 2026-09, or any span."),
    ] = None


def add(app: typer.Typer, name: str) -> None:
    """Add the command to the app."""
    app.command(name)(report)


@takes(ReportScope)
def report(options: ReportScope) -> int:
    """A period from every side: sessions, models, trend.

    It is this week unless another period is asked for.

    Examples:
      token-tracker report --period month
      token-tracker report --period 2026-09 --model claude-sonnet-4-5
      token-tracker report --period all --lang zh
    """
    run = start(options, options.tz, options.currency)
    with open_account(run, not options.no_sync) as account:
        where = account.filters(options)
        period, is_all = reported_period(account, options, where)
        found = build_overview(account, period, where, is_all=is_all)
        return reply(run, options, "report", found, found.period, found.problems)


def build_overview(
    account: Account, period: Period, where: Mapping[str, list[str]], *, is_all: bool
) -> overview.Overview:
    """Ask the ledger for the report of a period."""
    today = day_of(account.session.clock.now_ms, period.zone)
    parts = overview.overview_periods(period, today, is_all=is_all)
    found = overview.build_overview(
        period,
        today,
        account.usage_in_each(parts, overview.GRAIN, where),
        account.first_day(where),
        account.session.currency,
        account.names(),
        account.freshness(),
        account.problems_of(period, where),
        account.looked_in(),
    )
    return with_conversion(account, found, found.figures.cost)


def reported_period(
    account: Account, options: ReportScope, where: Mapping[str, list[str]]
) -> tuple[Period, bool]:
    """Give the period that `--period` names, and whether it is everything there is.

    Raises:
        CommandLineError: it is not understood, in the future, or named twice.
    """
    dates = (options.date, options.since, options.until)
    zone = account.session.zone
    day = day_of(account.session.clock.now_ms, zone.zone)
    today = local_day(day, zone.zone, zone.name)
    if options.period is None and dates != (None, None, None):
        return _whole(account.period(options), today), False
    if dates != (None, None, None):
        raise CommandLineError("date_conflict")
    name = (options.period or "week").strip().lower()
    if name == "all":
        first = account.first_day(where)
        return today._replace(first=min(first or today.first, today.first)), True
    if name in HOLDERS:
        return HOLDERS[name](today.first, zone.zone, zone.name), False
    if found := _MONTH.fullmatch(name):
        return _month(found[1], found[2], today, name), False
    return _said(account, options, name, today), False


def _said(account: Account, options: ReportScope, name: str, today: Period) -> Period:
    """Read a period as people say it.

    Raises:
        CommandLineError: nobody says it so.
    """
    try:
        return _whole(account.period(replace(options, date=name)), today)
    except CommandLineError as error:
        if error.code != "date_not_understood":
            raise
        raise CommandLineError("period_unknown", given=name, known=", ".join(PERIODS)) from None


def _whole(said: Period, today: Period) -> Period:
    """Give the week or month that days are of, where they are all of it that has begun."""
    for holder in HOLDERS.values():
        whole = holder(said.first, said.zone, said.zone_name)
        if said.first == whole.first and said.last == min(whole.last, today.last):
            return whole
    return said


def _month(year: str, month: str, today: Period, given: str) -> Period:
    """Read a month like "2026-09".

    Raises:
        CommandLineError: there is no such month, or it has not begun.
    """
    if not 1 <= int(month) <= 12 or int(year) < FIRST_YEAR:
        raise CommandLineError("date_impossible", given=given)
    first = date(int(year), int(month), 1)
    if first > today.last:
        raise CommandLineError("date_in_future", given=given, today=today.last.isoformat())
    return calendar_month(first, today.zone, today.zone_name)

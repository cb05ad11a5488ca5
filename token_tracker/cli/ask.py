"""The command that answers most questions: `summary`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import typer

from token_tracker.cli.account import Account
from token_tracker.cli.account import open_account
from token_tracker.cli.conversion import with_conversion
from token_tracker.cli.options import Scope
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.session import start
from token_tracker.period import Period
from token_tracker.period import day_of
from token_tracker.reports import summary as summaries

if TYPE_CHECKING:
    from token_tracker.reports.budgets import BudgetStatus


def add(app: typer.Typer, name: str) -> None:
    """Add the command to the app."""
    app.command(name)(summary)


@takes(Scope)
def summary(options: Scope) -> int:
    """What a day or span cost, on what, against days before.

    Examples:
      token-tracker summary
      token-tracker summary --date yesterday --lang zh
      token-tracker summary --since 2026-10-01 --project shop --json
    """
    session = start(options, options.tz, options.currency)
    with open_account(session, not options.no_sync) as account:
        report = build_summary(account, account.period(options), account.filters(options))
        return reply(session, options, "summary", report, report.period, report.problems)


def build_summary(account: Account, period: Period, where: Mapping[str, list[str]]) -> summaries.Summary:
    """Ask the ledger for a summary of `period`."""
    grain = summaries.GRAIN
    today = day_of(account.session.clock.now_ms, period.zone)
    # Budgets are of all usage up to now: beside other figures they would be misread.
    tells_budgets = account.session.settings.budgets and period.first <= today <= period.last and not where
    report = summaries.build_summary(
        period,
        account.usage(period, grain, where),
        account.usage(period.before(summaries.AVERAGE_DAYS), grain, where),
        account.first_day(where),
        account.names(),
        account.freshness(),
        account.problems_of(period, where),
        account.looked_in(),
        _budgets(account) if tells_budgets else (),
    )
    return with_conversion(account, report, report.figures.cost)


def _budgets(account: Account) -> list[BudgetStatus]:
    from token_tracker.budgets import budget_statuses  # where there is no budget it costs nothing

    session = account.session
    return budget_statuses(account.ledger, session.settings, session.clock, session.zone)

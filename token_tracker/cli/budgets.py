"""Commands about budgets: `set-budget`, `budget-status`, `budget`, `check-alerts`."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated

import typer

from token_tracker.budgets import budget_statuses
from token_tracker.budgets import unconfirmed
from token_tracker.cli.account import Account
from token_tracker.cli.account import open_account
from token_tracker.cli.budget_options import SetBudget
from token_tracker.cli.options import Common
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.session import Session
from token_tracker.cli.session import start
from token_tracker.errors import EXIT_EXCEEDED
from token_tracker.errors import EXIT_OK
from token_tracker.errors import EXIT_WARNING
from token_tracker.ledger import queries
from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.period import Period
from token_tracker.period import day_of
from token_tracker.period import local_day
from token_tracker.reports.budgets import Alert
from token_tracker.reports.budgets import BudgetChange
from token_tracker.reports.budgets import BudgetReport
from token_tracker.reports.budgets import BudgetState
from token_tracker.reports.budgets import BudgetStatus
from token_tracker.reports.budgets import alerts
from token_tracker.reports.budgets import budget_problems
from token_tracker.settings import Budget

BUDGET_ID = Annotated[str, typer.Argument(metavar="ID", help="Such as daily or monthly:provider=openai.")]
USUAL_CURRENCY = "USD"
"""What list prices are in, as long as no usage says otherwise."""


@dataclass(frozen=True, slots=True)
class Reading(Common):
    """What every command takes that judges budgets."""

    tz: Annotated[str | None, typer.Option("--tz", help="Time zone of the days, such as Asia/Shanghai.")] = (
        None
    )
    no_sync: Annotated[bool, typer.Option("--no-sync", help="Do not read new log lines first.")] = False


@dataclass(frozen=True, slots=True)
class Asked(Reading):
    """What `budget-status` takes."""

    date: Annotated[
        str | None, typer.Option("--date", help="The budgets' day, week and month that hold this day.")
    ] = None


def add(app: typer.Typer, name: str) -> None:
    """Add one of this file's commands to the app."""
    if name != "budget":
        commands = {"set-budget": set_budget, "budget-status": budget_status, "check-alerts": check_alerts}
        app.command(name)(commands[name])
        return
    group = typer.Typer(help="The budgets that are set.")
    group.command("list")(list_budgets)
    group.command("remove")(remove_budget)
    app.add_typer(group, name=name)


@takes(Asked)
def budget_status(options: Asked) -> int:
    """What is left of every budget, and where it is heading.

    Examples:
      token-tracker budget-status
      token-tracker budget-status --date "last month" --json
    """
    session = start(options, options.tz)
    report = _report(session, day_asked(session, options.date), not options.no_sync)
    return reply(session, options, "budget-status", report, report.day, report.problems)


@takes(Reading)
def check_alerts(options: Reading) -> int:
    """The budgets that are nearly used up or exceeded.

    The exit code is 0 without any, 10 for a warning, 11 when a budget is exceeded.

    Examples:
      token-tracker check-alerts
      token-tracker check-alerts --json
    """
    session = start(options, options.tz)
    report = _report(session, day_asked(session, None), not options.no_sync)
    found = alerts(report)
    reply(session, options, "check-alerts", (report, found), report.day, report.problems)
    return exit_code_of(found)


@takes(SetBudget)
def set_budget(options: SetBudget) -> int:
    """Set how much may be spent in a day, a week or a month.

    A budget of the same period and scope is replaced; of its warning, hardness and count,
    what is not given stays as it was.

    Examples:
      token-tracker set-budget --amount 15
      token-tracker set-budget --amount 100元 --period monthly --scope provider=deepseek --hard
      token-tracker set-budget --amount 50 --period weekly --scope project=shop --warn 90
    """
    from token_tracker.cli.budget_options import put_budget
    from token_tracker.cli.budget_options import read_wanted

    session = start(options, None, options.currency)
    wanted = read_wanted(options, session.currency)
    with open_account(session) as account:
        change = _judged(account, *put_budget(account, wanted))
        problems = [*change.problems, *account.problems()]
        return reply(session, options, "set-budget", change, None, problems)


@takes(Common)
def list_budgets(options: Common) -> int:
    """Every budget as it is set, with its id.

    Examples:
      token-tracker budget list
      token-tracker budget list --json
    """
    session = start(options)
    return reply(session, options, "budget list", session.settings.budgets, None, [])


@takes(Common, budget_id=(BUDGET_ID, ...))
def remove_budget(options: Common, budget_id: str) -> int:
    """Remove a budget.

    Examples:
      token-tracker budget remove daily
      token-tracker budget remove monthly:provider=openai
    """
    from token_tracker.cli.budget_options import take_budget

    session = start(options)
    removed = take_budget(session.home, budget_id)
    return reply(session, options, "budget remove", BudgetChange(None, removed), None, [])


def statuses_of(account: Account, day: date | None = None) -> list[BudgetStatus]:
    """Say how the budgets of an account stand."""
    session = account.session
    return budget_statuses(account.ledger, session.settings, session.clock, session.zone, day)


def day_asked(session: Session, text: str | None) -> Period:
    """Give the day that budgets are asked about: the last one of a span, today without any.

    Raises:
        CommandLineError: it is not understood, or it is to come.
    """
    zone = session.zone
    day = day_of(session.clock.now_ms, zone.zone)
    if text is not None:
        from token_tracker.cli.dates import parse_day_or_span  # its patterns take time to compile

        day = min(day, parse_day_or_span(text, day, zone).last)
    return local_day(day, zone.zone, zone.name)


def exit_code_of(found: list[Alert]) -> int:
    """Give the exit code of the most urgent alert."""
    if not found:
        return EXIT_OK
    return EXIT_EXCEEDED if found[0].status.state is BudgetState.EXCEEDED else EXIT_WARNING


def _report(session: Session, day: Period, sync: bool) -> BudgetReport:
    """Judge every budget; without any, nothing needs to be read."""
    if not session.settings.budgets:
        return BudgetReport(day, [])
    with open_account(session, sync) as account:
        statuses = statuses_of(account, day.last)
        problems = [
            *account.problems(),
            *budget_problems(statuses),
            *(
                Problem("budget-unconfirmed", Severity.NOTE, name)
                for name in unconfirmed(account.ledger, session.settings)
            ),
        ]
        return BudgetReport(day, statuses, account.freshness(), problems)


def _judged(account: Account, budget: Budget, previous: Budget | None) -> BudgetChange:
    """Say how a budget that was just set stands, and which usage it could not count."""
    session = account.session
    settings = dataclasses.replace(session.settings, budgets=(budget,))
    [status] = budget_statuses(account.ledger, settings, session.clock, session.zone)
    foreign = _without_rate(account, budget.currency)
    problems = [
        *(Problem("exchange-rate-missing", Severity.NOTE, name, 1, budget.currency) for name in foreign),
        *budget_problems([status]),
    ]
    return BudgetChange(budget, previous, status, foreign, list(dict.fromkeys(problems)))


def _without_rate(account: Account, currency: str) -> list[str]:
    """Name the currencies that usage is priced in, where a budget is in none of them and no rate is known."""
    priced_in = queries.currencies(account.ledger) or [USUAL_CURRENCY]
    if currency in priced_in:
        return []
    from token_tracker.exchange import conversion_on

    session = account.session
    today = day_of(session.clock.now_ms, session.zone.zone)
    return list(conversion_on(account.ledger, dict.fromkeys(priced_in, Decimal(1)), currency, today).missing)

"""The tables that users of ccusage know: `daily`, `weekly`, `monthly`, `sessions`."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from typing import Final

import typer

from token_tracker.cli.account import Account
from token_tracker.cli.account import open_account
from token_tracker.cli.options import Scope
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.output import tell
from token_tracker.cli.output import write
from token_tracker.cli.session import Session
from token_tracker.cli.session import start
from token_tracker.errors import EXIT_OK
from token_tracker.errors import CommandLineError
from token_tracker.ledger import queries
from token_tracker.period import Period
from token_tracker.render.table_layout import Shown
from token_tracker.reports import tables

Where = Mapping[str, list[str]]

ORDERS = ("asc", "desc")
MODES = ("auto", "calculate")
FORMATS = ("ccusage",)
WEEK_STARTS = ("monday",)


@dataclass(frozen=True, slots=True)
class TableScope(Scope):
    """What every table takes: the options of reports under ccusage's names, too, and its own."""

    json: Annotated[bool, typer.Option("--json", "-j", help="Print JSON instead of text.")] = False
    since: Annotated[
        str | None, typer.Option("--since", "-s", help="First day; without any date, all history.")
    ] = None
    until: Annotated[str | None, typer.Option("--until", "-u", help="Last day, inclusive.")] = None
    tz: Annotated[
        str | None,
        typer.Option("--tz", "--timezone", "-z", help="Time zone of the days, such as Asia/Shanghai."),
    ] = None
    project: Annotated[list[str] | None, typer.Option("--project", "-p", help="Only this project.")] = None
    order: Annotated[str, typer.Option("--order", "-o", help="asc: newest last; desc: newest first.")] = "asc"
    breakdown: Annotated[bool, typer.Option("--breakdown", "-b", help="Add a row for each model.")] = False
    compact: Annotated[bool, typer.Option("--compact", help="Fewer columns, shorter numbers.")] = False
    no_cost: Annotated[bool, typer.Option("--no-cost", help="Leave the money out.")] = False
    format: Annotated[str | None, typer.Option("--format", help="ccusage: the JSON that ccusage prints.")] = (
        None
    )
    mode: Annotated[
        str,
        typer.Option(
            "--mode",
            "-m",
            help="auto or calculate, which are the same here: tokens times the price of their day."
            " ccusage's display is refused: it shows the agent's own estimates as if they were costs.",
        ),
    ] = "auto"
    offline: Annotated[
        bool, typer.Option("--offline/--no-offline", "-O", help="Ignored: the network is never used.")
    ] = True
    color: Annotated[bool, typer.Option("--color/--no-color", help="Ignored: there are no colours.")] = False


@dataclass(frozen=True, slots=True)
class TimeScope(TableScope):
    """What a table of time takes."""

    last: Annotated[
        int | None,
        typer.Option("--last", min=1, help="Only the latest N days, weeks or months; 1 is the current one."),
    ] = None


@dataclass(frozen=True, slots=True)
class DailyScope(TimeScope):
    """What `daily` takes."""

    instances: Annotated[
        bool, typer.Option("--instances", "-i", help="Group the days by project, with sub-totals.")
    ] = False


@dataclass(frozen=True, slots=True)
class WeeklyScope(TimeScope):
    """What `weekly` takes."""

    start_of_week: Annotated[
        str, typer.Option("--start-of-week", "-w", help="monday: the weeks are those of ISO 8601.")
    ] = "monday"


@dataclass(frozen=True, slots=True)
class SessionsScope(TableScope):
    """What `sessions` takes."""

    session: Annotated[
        list[str] | None, typer.Option("--session", "--id", "-i", help="Only this session.")
    ] = None


def add(app: typer.Typer, name: str) -> None:
    """Add one of this file's commands to the app; the signatures of the others are not read."""
    command, options = COMMANDS[name]
    app.command(name)(takes(options)(command))


def daily(options: DailyScope) -> int:
    """A table of days: models, tokens by kind, cost.

    Examples:
      token-tracker daily --last 7 --breakdown
      token-tracker daily --since 2026-10-01 --instances
      token-tracker daily --format ccusage
    """
    return _answer_by_time(options, tables.Step.DAY, with_projects=options.instances)


def weekly(options: WeeklyScope) -> int:
    """A table of ISO weeks, Monday first.

    Examples:
      token-tracker weekly --last 4
      token-tracker weekly --order desc --compact
    """
    _choice("--start-of-week", options.start_of_week, WEEK_STARTS)
    return _answer_by_time(options, tables.Step.WEEK)


def monthly(options: TimeScope) -> int:
    """A table of months.

    Examples:
      token-tracker monthly
      token-tracker monthly --project shop --json
    """
    return _answer_by_time(options, tables.Step.MONTH)


def sessions(options: SessionsScope) -> int:
    """A table of sessions, the last active one last.

    Examples:
      token-tracker sessions --date yesterday
      token-tracker sessions --since 2026-10-01 --order desc --breakdown
    """
    _check(options)
    session = start(options, options.tz, options.currency)
    with open_account(session, not options.no_sync) as account:
        table = build_session_table(account, _period(account, options), options)
        return _print(session, options, "sessions", table)


COMMANDS: Final[Mapping[str, tuple[Callable[..., int], type[TableScope]]]] = {
    "daily": (daily, DailyScope),
    "weekly": (weekly, WeeklyScope),
    "monthly": (monthly, TimeScope),
    "sessions": (sessions, SessionsScope),
}
"""By name: the command and what it takes."""


def build_time_table(
    account: Account, period: Period, options: TableScope, step: tables.Step, with_projects: bool = False
) -> tables.TimeTable:
    """Ask the ledger for a table of the days, weeks or months of `period`."""
    where = account.filters(options)
    first_day = account.first_day() or period.last
    steps = [one for one in tables.steps_of(period, step) if one.last >= first_day]
    grain = (*tables.GRAIN, "project") if with_projects else tables.GRAIN
    usage = account.usage_in_each(steps, grain, where)
    return tables.build_time_table(
        step,
        period,
        list(zip(steps, usage, strict=True)),
        _about(account, period, where),
        newest_first=options.order == "desc",
        project_names=account.names() if with_projects else None,
    )


def build_session_table(account: Account, period: Period, options: TableScope) -> tables.SessionTable:
    """Ask the ledger for a table of the sessions of `period`."""
    where = account.filters(options)
    found = queries.session_activity(account.ledger, period.start_ms, period.end_ms, where)
    return tables.build_session_table(
        period,
        account.usage(period, tables.SESSION_GRAIN, where),
        {key: tables.Activity(*moments) for key, moments in found.items()},
        account.names(),
        _about(account, period, where),
        newest_first=options.order == "desc",
    )


def _answer_by_time(options: TimeScope, step: tables.Step, *, with_projects: bool = False) -> int:
    _check(options)
    session = start(options, options.tz, options.currency)
    with open_account(session, not options.no_sync) as account:
        period = _period(account, options, step, options.last)
        table = build_time_table(account, period, options, step, with_projects)
        return _print(session, options, step.value, table)


def _print(
    session: Session, options: TableScope, command: str, table: tables.TimeTable | tables.SessionTable
) -> int:
    shown = Shown(table, options.breakdown, options.compact, not options.no_cost, _terminal_width())
    if options.format is None:
        return reply(session, options, command, shown, table.period, table.about.problems)
    from token_tracker.render.ccusage import ccusage_notes
    from token_tracker.render.ccusage import ccusage_text
    from token_tracker.render.style import Style

    write(ccusage_text(shown))
    style = Style(session.language, session.currency, session.clock.now, session.zone)
    tell("".join(f"{note}\n" for note in ccusage_notes(shown, style)))
    return EXIT_OK


def _period(
    account: Account, options: TableScope, step: tables.Step = tables.Step.DAY, last: int | None = None
) -> Period:
    """Give the days that were asked for; all there are when none were."""
    is_dated = (options.date, options.since, options.until) != (None, None, None)
    if last is not None and is_dated:
        raise CommandLineError("last_conflict")
    asked = account.period(options)
    if is_dated:
        return asked
    if last is not None:
        return tables.latest(step, last, asked)
    return asked._replace(first=min(account.first_day() or asked.last, asked.last))


def _about(account: Account, period: Period, where: Where) -> tables.About:
    return tables.About(account.freshness(), account.problems_of(period, where), account.looked_in())


def _check(options: TableScope) -> None:
    """Refuse what these options cannot be.

    Raises:
        CommandLineError: a value that an option does not take.
    """
    _choice("--order", options.order, ORDERS)
    if options.mode == "display":
        raise CommandLineError("mode_display")
    _choice("--mode", options.mode, MODES)
    if options.format is not None:
        _choice("--format", options.format, FORMATS)


def _choice(option: str, given: str, known: Sequence[str]) -> None:
    if given not in known:
        raise CommandLineError("choice_unknown", option=option, given=given, known=", ".join(known))


def _terminal_width() -> int | None:
    """Give the columns of the terminal that the answer goes to; None where it is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None

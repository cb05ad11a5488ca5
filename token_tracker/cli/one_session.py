"""The command about one session: `session`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Annotated

import typer

from token_tracker.cli.account import Account
from token_tracker.cli.account import open_account
from token_tracker.cli.account import running_session
from token_tracker.cli.options import Common
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.session import start
from token_tracker.errors import CommandLineError
from token_tracker.ledger import queries
from token_tracker.ledger import session_queries
from token_tracker.paths import user_home
from token_tracker.period import Period
from token_tracker.period import day_of
from token_tracker.projects import project_finder
from token_tracker.reports import session as sessions
from token_tracker.reports.figures import Usage
from token_tracker.reports.session import Rule
from token_tracker.sources import all_sources

NAMED = 5
SESSION_ID = Annotated[
    str,
    typer.Argument(metavar="[ID]", help="Its id, or the beginning of it; without it, the running session."),
]


@dataclass(frozen=True, slots=True)
class SessionScope(Common):
    """What `session` takes."""

    current: Annotated[bool, typer.Option("--current", help="The running session, as without ID.")] = False
    tz: Annotated[str | None, typer.Option("--tz", help="Time zone of the answer.")] = None
    currency: Annotated[str | None, typer.Option("--currency", help="Currency to show first.")] = None
    no_sync: Annotated[bool, typer.Option("--no-sync", help="Do not read new log lines first.")] = False


def add(app: typer.Typer, name: str) -> None:
    """Add the command to the app."""
    app.command(name)(session)


@takes(SessionScope, session_id=(SESSION_ID, ""))
def session(options: SessionScope, session_id: str) -> int:
    """One session: tokens, cost, cache, sub-agents, context.

    Without an id it is the one that the host says is running, else the latest of the
    current directory's project, else the latest of all.

    Examples:
      token-tracker session
      token-tracker session 0b5ec1a0 --lang zh
    """
    if options.current and session_id:
        raise CommandLineError("session_conflict", given=session_id)
    run = start(options, options.tz, options.currency)
    with open_account(run, not options.no_sync) as account:
        found = build_session(account, *chosen_session(account, session_id))
        return reply(run, options, "session", found, found.period, found.problems)


def build_session(account: Account, name: str, rule: Rule) -> sessions.SessionReport:
    """Ask the ledger for a session; `name` is "" where there is none."""
    zone, where = account.session.zone, {"session": [name]}
    latest_ms = account.session.clock.latest_ms
    found = session_queries.quarters_of(account.ledger, name, latest_ms) if name else None
    start_ms, end_ms = found or (0, 0)
    rows = queries.usage(account.ledger, start_ms, end_ms, sessions.GRAIN, where)
    moments = queries.session_activity(account.ledger, start_ms, end_ms, where).values()
    activity = (min(first for first, _ in moments), max(last for _, last in moments)) if moments else None
    now_ms = account.session.clock.now_ms
    first, last = (day_of(at_ms, zone.zone) for at_ms in activity or (now_ms, now_ms))
    period = Period(first, last, zone.zone, zone.name)
    return sessions.build_session(
        name,
        rule,
        period,
        activity,
        Usage(sessions.GRAIN, tuple(rows), account.session.settings.plans),
        context_of(account, name, start_ms, end_ms),
        account.names(),
        account.freshness(),
        account.problems_of(period, where),
        account.looked_in(),
        session_queries.parents_of(account.ledger, name) if name else (),
        session_queries.driver_of(account.ledger, name) if name else "",
    )


def chosen_session(account: Account, given: str) -> tuple[str, Rule]:
    """Name the session to show, and how it was found; "" where there is none at all.

    Raises:
        CommandLineError: no session has the given id, or several begin like it.
    """
    if given:
        return _session_of_id(account, given), Rule.ID
    _, running = running_session(account.session)
    if running:
        return running, Rule.HOST
    latest_ms = account.session.clock.latest_ms
    if here := _current_project(account):
        latest = session_queries.latest_session(account.ledger, latest_ms, here)
        if latest is not None:
            return latest, Rule.PROJECT
    return session_queries.latest_session(account.ledger, latest_ms) or "", Rule.LATEST


def context_of(account: Account, name: str, start_ms: int, end_ms: int) -> sessions.Context | None:
    """Say what the latest request carried, where a host logs single requests."""
    requests = [
        session_queries.latest_request(account.ledger, name, start_ms, end_ms, source.id)
        for source in all_sources()
        if source.session_variable
    ]
    latest = max((one for one in requests if one is not None), default=None)
    if latest is None or not latest.prompt_tokens:
        return None
    return sessions.Context(latest.prompt_tokens, latest.model, sessions.window_of(latest.model))


def _session_of_id(account: Account, given: str) -> str:
    known = queries.values_of(account.ledger, "session")
    if given in known:
        return given
    beginning = [name for name in known if name.startswith(given)]
    if len(beginning) == 1:
        return beginning[0]
    if beginning:
        raise CommandLineError("session_ambiguous", given=given, known=", ".join(beginning[:NAMED]))
    from difflib import get_close_matches

    near = get_close_matches(given, known, NAMED, 0.6)
    latest = near or session_queries.latest_sessions(account.ledger, NAMED)
    raise CommandLineError("session_unknown", given=given, known=", ".join(latest))


def _current_project(account: Account) -> str:
    """Give the project of the current directory; "" where that is gone."""
    try:
        return project_finder(user_home(account.session.environ))(os.getcwd())
    except OSError:
        return ""

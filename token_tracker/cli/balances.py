"""The command that asks providers what is left: `provider-balance`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from typing import TYPE_CHECKING
from typing import Annotated

import typer

from token_tracker.bills import Asked
from token_tracker.bills import Outcome
from token_tracker.bills import fetch_balances
from token_tracker.cli.account import settle
from token_tracker.cli.fetching import asked_providers
from token_tracker.cli.fetching import asking
from token_tracker.cli.known_providers import KnownProviders
from token_tracker.cli.known_providers import known_providers
from token_tracker.cli.options import Common
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.output import tell
from token_tracker.cli.session import Session
from token_tracker.cli.session import start
from token_tracker.errors import ProviderError
from token_tracker.ledger import bills as stored
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import open_to_write
from token_tracker.model import Problem
from token_tracker.period import day_of
from token_tracker.reports.balances import Balances
from token_tracker.reports.balances import ProviderBalance
from token_tracker.reports.balances import currency_balances
from token_tracker.reports.balances import last_known

if TYPE_CHECKING:
    from token_tracker.exchange import Conversion


@dataclass(frozen=True, slots=True)
class Wanted(Common):
    """What `provider-balance` takes."""

    name: Annotated[list[str] | None, typer.Option("--name", help="Only this provider.")] = None
    tz: Annotated[str | None, typer.Option("--tz", help="Time zone of days and times.")] = None
    currency: Annotated[
        str | None, typer.Option("--currency", help="Currency to show totals in, beside their own.")
    ] = None


def add(app: typer.Typer, name: str) -> None:
    """Add the command to the app."""
    app.command(name)(provider_balance)


@takes(Wanted)
def provider_balance(options: Wanted) -> int:
    """What is left at your providers, and for how long.

    Balances in each currency, quotas of plans, what was left on the days before. Where a
    provider does not answer, its last known balance is told with its age.

    Examples:
      token-tracker provider-balance --name deepseek
      token-tracker provider-balance --json
    """
    session = start(options, options.tz, options.currency)
    known = known_providers(session)
    asked = _asked(session, known, options.name or [])
    ledger = open_to_write(session.home, session.clock.now)
    try:
        report = Balances(_told(session, ledger, asked))
        conversions = [_conversion(session, ledger, one) for one in report.providers]
    finally:
        ledger.close()
    only = report.providers[0]
    if len(report.providers) == 1 and only.error is not None and not only.currencies:
        raise only.error
    reply(
        session,
        options,
        "provider-balance",
        Balances(
            [
                replace(one, converted=conversion if conversion and not conversion.missing else None)
                for one, conversion in zip(report.providers, conversions, strict=True)
            ]
        ),
        None,
        [*known.problems(), *_rate_problems(conversions)],
    )
    return report.exit_code


def _asked(session: Session, known: KnownProviders, names: Sequence[str]) -> list[Asked]:
    """Give the providers to ask: those of some names, or all with a key that have a balance.

    Raises:
        CommandLineError, CredentialError: as in `asked_providers`.
        ProviderError: the one that was named has no balance to ask for, or none of all has.
    """
    if len(names) == 1:
        provider = known.get(names[0]).provider
        if provider.balance is None:
            raise ProviderError("balance_not_offered", provider=provider.name, page=provider.credit_page)
    asked = asked_providers(session, known, names)
    if names:
        return asked
    offering = [one for one in asked if one.provider.balance is not None]
    if not offering:
        found = known.found.providers.items()
        ids = [name for name, one in found if one.provider.balance is not None]
        raise ProviderError("no_balance_offered", known=", ".join(ids))
    return offering


def _told(session: Session, ledger: Ledger, asked: Sequence[Asked]) -> list[ProviderBalance]:
    """Ask, and put beside each answer what the ledger knows of the time before."""
    progress = asking(session)
    try:
        outcomes = fetch_balances(ledger, asked, session.clock.now_ms, progress)
    finally:
        if session.is_terminal:
            tell("\r\x1b[K")
    settle(session, ledger)
    return [_result(session, ledger, *pair) for pair in zip(asked, outcomes, strict=True)]


def _result(session: Session, ledger: Ledger, asked: Asked, outcome: Outcome) -> ProviderBalance:
    provider, now_ms = outcome.provider, session.clock.now_ms
    snapshots = [
        one
        for one in stored.balances(ledger, provider.id)
        if one.account == asked.account and one.at_ms <= now_ms
    ]
    as_of_ms, balances = last_known(snapshots)
    if outcome.error is None:
        as_of_ms = stored.fetches(ledger)[provider.id, stored.BALANCE].at_ms
        balances = list(outcome.reading.balances)
    is_current = outcome.error is None
    return ProviderBalance(
        provider.id,
        provider.name,
        currency_balances(balances, snapshots, now_ms, session.zone.zone, is_current=is_current),
        outcome.reading.quotas,
        outcome.reading.spent,
        as_of_ms,
        outcome.is_recent,
        outcome.error,
    )


def _conversion(session: Session, ledger: Ledger, one: ProviderBalance) -> Conversion | None:
    """Say what a provider's balances come to in the currency that is shown first, where that is of use."""
    amounts = {own.balance.currency: own.balance.total for own in one.currencies if own.balance.total}
    if not amounts.keys() - {session.currency} or (len(amounts) == 1 and not session.currency_is_asked):
        return None
    from token_tracker.exchange import conversion_on

    return conversion_on(ledger, amounts, session.currency, day_of(session.clock.now_ms, session.zone.zone))


def _rate_problems(conversions: Sequence[Conversion | None]) -> list[Problem]:
    """Say once which rates are missing or old."""
    found = [one for one in conversions if one is not None]
    if not found:
        return []
    from token_tracker.exchange import exchange_problems

    return list(dict.fromkeys(problem for one in found for problem in exchange_problems(one)))

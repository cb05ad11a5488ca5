"""The command that asks providers for their bills: `fetch-usage`."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import replace
from functools import partial
from typing import Annotated

import typer

from token_tracker.bills import Asked
from token_tracker.bills import Outcome
from token_tracker.bills import fetch_usage
from token_tracker.cli.account import settle
from token_tracker.cli.known_providers import KnownProviders
from token_tracker.cli.known_providers import known_providers
from token_tracker.cli.options import Common
from token_tracker.cli.options import takes
from token_tracker.cli.output import reply
from token_tracker.cli.output import tell
from token_tracker.cli.session import Session
from token_tracker.cli.session import start
from token_tracker.errors import CommandLineError
from token_tracker.errors import CredentialError
from token_tracker.ledger.bills import utc_day
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import open_to_write
from token_tracker.period import Period
from token_tracker.period import day_of
from token_tracker.provider_api import BoundApi
from token_tracker.provider_api import explained
from token_tracker.provider_settings import ProviderEntry
from token_tracker.provider_settings import key_of
from token_tracker.provider_settings import region_of
from token_tracker.providers import Days
from token_tracker.providers import FoundProvider
from token_tracker.providers import Provider
from token_tracker.recording import book_on
from token_tracker.reports.fetching import Fetched
from token_tracker.reports.fetching import FetchedProvider
from token_tracker.reports.fetching import billed_total
from token_tracker.reports.fetching import restated_days


@dataclass(frozen=True, slots=True)
class Wanted(Common):
    """What `fetch-usage` takes."""

    provider: Annotated[list[str] | None, typer.Option("--provider", help="Only this provider.")] = None
    date: Annotated[str | None, typer.Option("--date", help="A day or span to fetch.")] = None
    since: Annotated[str | None, typer.Option("--since", help="First day to fetch; ends today.")] = None
    tz: Annotated[str | None, typer.Option("--tz", help="Time zone of the days.")] = None


def add(app: typer.Typer, name: str) -> None:
    """Add the command to the app."""
    app.command(name)(fetch)


@takes(Wanted)
def fetch(options: Wanted) -> int:
    """Fetch the bills of your providers.

    Of a provider without bills the balance is fetched. Without dates it asks for the days that
    are not billed whole yet, and for the last ones, which providers still correct.

    Examples:
      token-tracker fetch-usage
      token-tracker fetch-usage --provider openai --since 2026-10-01
    """
    session = start(options, options.tz)
    days = wanted_days(session, options.date, options.since)
    known = known_providers(session)
    asked = asked_providers(session, known, options.provider or [])
    ledger = open_to_write(session.home, session.clock.now)
    try:
        done = fetched(session, ledger, asked, days)
    finally:
        ledger.close()
    if len(done.providers) == 1 and done.providers[0].error is not None and not done.providers[0].days:
        raise done.providers[0].error
    reply(session, options, "fetch-usage", done, None, known.problems())
    return done.exit_code


def fetched(session: Session, ledger: Ledger, asked: Sequence[Asked], days: Days | None = None) -> Fetched:
    """Ask providers for their bills, and have them count."""
    progress = asking(session)
    try:
        outcomes = fetch_usage(ledger, asked, session.clock.now_ms, days, progress)
    finally:
        if session.is_terminal:
            tell("\r\x1b[K")
    book, _ = book_on(ledger, session.prices, session.clock.now_ms)
    if not book.is_settled():  # a bill that came holds what was recorded by hand
        book.settle()
    settle(session, ledger)
    return Fetched([_result(one, session.clock.now_ms) for one in outcomes])


def wanted_days(session: Session, date: str | None, since: str | None) -> Days | None:
    """Give the UTC days that hold some local days; None where nothing was asked for.

    Raises:
        CommandLineError: the days are not understood, in the future, or named twice.
    """
    if date is None and since is None:
        return None
    if date is not None and since is not None:
        raise CommandLineError("date_conflict")
    from token_tracker.cli.dates import parse_day_or_span  # its patterns take time to compile

    zone = session.zone
    today = day_of(session.clock.now_ms, zone.zone)
    said = parse_day_or_span(date or since or "", today, zone)
    period = said if since is None else Period(said.first, today, zone.zone, zone.name)
    return Days(utc_day(period.start_ms), utc_day(period.end_ms - 1))


def asked_providers(session: Session, known: KnownProviders, names: Sequence[str]) -> list[Asked]:
    """Give the providers to ask: those of some names, or all that have a key and are enabled.

    Raises:
        CommandLineError: a provider that does not exist.
        CredentialError: one without a key, or none at all that has one.
    """
    if names:
        chosen = [known.get(name) for name in dict.fromkeys(names)]
        for one in chosen:
            if known.settings.entry(one.provider.id).credential is None:
                raise CredentialError("key_missing", provider=one.provider.id)
    else:
        chosen = _configured(known)
        if not chosen:
            raise CredentialError("no_provider_configured")
    return [_asked(session, found, known.settings.entry(found.provider.id)) for found in chosen]


def configured_providers(session: Session) -> list[Asked]:
    """Give every provider that has a key and is enabled; maybe none.

    Raises:
        SettingsError, CredentialError, StorageError: what is set cannot be used.
    """
    known = known_providers(session)
    return [_asked(session, one, known.settings.entry(one.provider.id)) for one in _configured(known)]


def _configured(known: KnownProviders) -> list[FoundProvider]:
    return [
        found
        for name, found in known.found.providers.items()
        for entry in [known.settings.entry(name)]
        if entry.enabled and entry.credential is not None
    ]


def asking(session: Session) -> Callable[[str, int, int], None]:
    """Give what shows on a terminal how many providers have answered."""

    def show(_name: str, done: int, total: int) -> None:
        from token_tracker.render.words import words

        if session.is_terminal:
            tell(f"\r\x1b[K{words(session.language).asking_providers(done=done, total=total)}")

    show("", 0, 1)
    return show


def _asked(session: Session, found: FoundProvider, entry: ProviderEntry) -> Asked:
    return Asked(
        _as_allowed(found.provider, entry),
        entry.account,
        "" if entry.only is None else "=".join(entry.only),
        " ".join(filter(None, (entry.region, entry.base_url, entry.key_kind, entry.last_four))),
        partial(_connect, session, found, entry),
        explained,
    )


def _as_allowed(provider: Provider, entry: ProviderEntry) -> Provider:
    """Give a provider as it is for a key: one that has no bills is asked for what is left instead."""
    has_bills = not entry.can or not {"usage", "cost"}.isdisjoint(entry.can)
    return replace(provider.in_region(entry.region), fetch=provider.fetch if has_bills else None)


def _connect(session: Session, found: FoundProvider, entry: ProviderEntry) -> BoundApi:
    """Open the API of a provider with its key.

    Raises:
        CredentialError: the key, or the region that it belongs to, cannot be had.
    """
    return BoundApi(
        found.provider,
        region_of(found.provider, entry),
        key_of(entry, session.environ),
        now=session.clock.now,
        key_kind=entry.key_kind,
        only=entry.only,
    )


def _result(outcome: Outcome, now_ms: int) -> FetchedProvider:
    days, reading = outcome.days, outcome.reading
    return FetchedProvider(
        outcome.provider.id,
        outcome.provider.name,
        None if days is None else days.first,
        None if days is None else days.last,
        len({one.day for one in outcome.changes}),
        billed_total(outcome.changes),
        restated_days(outcome.changes),
        reading.balances,
        reading.quotas,
        reading.spent,
        outcome.is_recent,
        outcome.error,
        sum(one.records for one in outcome.changes),
        outcome.seconds,
        is_open=any(one.day == utc_day(now_ms) for one in outcome.changes),
    )

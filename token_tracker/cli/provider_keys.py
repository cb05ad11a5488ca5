"""Commands about providers: `configure-provider`, `remove-provider`, `list-providers`, `provider trust`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import typer

from token_tracker.bills import error_of
from token_tracker.cli.account import open_account
from token_tracker.cli.key_options import Configure
from token_tracker.cli.key_options import read_wanted
from token_tracker.cli.known_providers import KnownProviders
from token_tracker.cli.known_providers import known_providers
from token_tracker.cli.options import Common
from token_tracker.cli.options import takes
from token_tracker.cli.original_keys import import_original
from token_tracker.cli.original_keys import offer_original
from token_tracker.cli.output import reply
from token_tracker.cli.output import tell
from token_tracker.cli.provider_trust import trust
from token_tracker.cli.session import Session
from token_tracker.cli.session import start
from token_tracker.configuring import configure
from token_tracker.configuring import forget
from token_tracker.errors import CommandLineError
from token_tracker.ledger.bills import fetches
from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.render.words import words
from token_tracker.reports.providers import ConfiguredProviders
from token_tracker.reports.providers import LastFetch
from token_tracker.reports.providers import Providers
from token_tracker.reports.providers import ProviderState
from token_tracker.reports.providers import RemovedProvider
from token_tracker.reports.providers import provider_state


@dataclass(frozen=True, slots=True)
class Listing(Common):
    """What `list-providers` takes."""

    date: Annotated[str | None, typer.Option("--date", help="Has no meaning here and is ignored.")] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal(Common):
    """What `remove-provider` takes."""

    name: Annotated[str, typer.Option("--name", help="Id of the provider, such as openai.")]


def add(app: typer.Typer, name: str) -> None:
    """Add one of this file's commands to the app."""
    if name == "provider":
        group = typer.Typer(help="Provider files of your own.")
        group.command("trust")(trust)
        app.add_typer(group, name=name)
        return
    commands = {
        "configure-provider": configure_provider,
        "remove-provider": remove_provider,
        "list-providers": list_providers,
    }
    app.command(name)(commands[name])


@takes(Configure)
def configure_provider(options: Configure) -> int:
    """Give a provider's key, and say how it is used.

    Without an option for the key a hidden prompt asks for it. The key is tried by one cheap
    call; one that is refused is not kept. Only what is named changes.

    Examples:
      token-tracker configure-provider --name openai
      token-tracker configure-provider --name anthropic --api-key-cmd "pass show anthropic/admin"
      token-tracker configure-provider --name kimi --region cn --api-key-stdin < key.txt
      token-tracker configure-provider --name openai --api-key-env OPENAI_ADMIN_KEY --only project=proj_1
    """
    session = start(options)
    if options.import_original:
        taken = import_original(session, checks=not options.no_validate)
        return reply(session, options, "configure-provider", taken, None, taken.problems)
    problems = offer_original(session)
    known = known_providers(session)
    if options.name is None:
        raise CommandLineError("provider_name_missing", known=", ".join(known.found.providers))
    found = known.get(options.name)
    entry = known.settings.entry(found.provider.id)
    wanted = read_wanted(session, options, found, entry)
    if session.is_terminal and wanted.key and wanted.checks:
        tell(words(session.language, "providers").asking(name=found.provider.name) + "\n")
    configured = configure(session.home, found, entry, wanted, session.clock.now)
    done = ConfiguredProviders([configured], problems=problems)
    seen = [] if options.key is None else [Problem("key-was-visible", Severity.WARNING)]
    return reply(session, options, "configure-provider", done, None, [*problems, *seen])


@takes(Removal)
def remove_provider(options: Removal) -> int:
    """Remove a provider's key and settings; bills stay.

    Examples:
      token-tracker remove-provider --name openai
    """
    session = start(options)
    known = known_providers(session)
    provider = options.name.strip().lower()
    name = provider
    if provider not in known.settings.entries or provider in known.found.providers:
        found = known.get(options.name)
        provider, name = found.provider.id, found.provider.name
    removed, keyring_left = None, False
    if provider in known.settings.entries:
        removed, keyring_left = forget(session.home, provider)
    had_key = removed is not None and removed.credential is not None
    done = RemovedProvider(provider, name, removed is not None, had_key, keyring_left)
    return reply(session, options, "remove-provider", done, None, [])


@takes(Listing)
def list_providers(options: Listing) -> int:
    """Every provider: its key, what it gives, last fetch.

    Examples:
      token-tracker list-providers
      token-tracker list-providers --json
    """
    session = start(options)
    problems = offer_original(session)
    known = known_providers(session)
    problems += known.problems()
    listed = Providers(provider_states(session, known), problems)
    return reply(session, options, "list-providers", listed, None, problems)


def provider_states(session: Session, known: KnownProviders) -> list[ProviderState]:
    """Give the state of every provider: those that are set first, then by id."""
    fetches = last_fetches(session)
    names = {*known.found.providers, *known.settings.entries}
    states = [
        provider_state(known.found.providers.get(name), known.settings.entry(name), fetches.get(name))
        for name in sorted(names)
    ]
    return sorted(states, key=lambda state: not state.is_configured)


def last_fetches(session: Session) -> dict[str, LastFetch]:
    """Give when each provider was last asked with success, and what its newest failure was, if not over."""
    with open_account(session, sync=False) as account:
        kept = fetches(account.ledger)
    found: dict[str, LastFetch] = {}
    for (provider, _), fetch in sorted(kept.items(), key=lambda item: item[1].at_ms):
        before = found.get(provider, LastFetch())
        succeeded = max(
            (at for at in (before.succeeded_at_ms, fetch.succeeded_at_ms) if at is not None), default=None
        )
        if fetch.error is None:
            found[provider] = LastFetch(succeeded, before.failed_at_ms, before.error)
        else:
            found[provider] = LastFetch(succeeded, fetch.at_ms, error_of(fetch.error))
    return found

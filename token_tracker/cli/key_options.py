"""The options of `configure-provider`, and what they ask for: where the key is, and how it is used."""

from __future__ import annotations

import shlex
import sys
from dataclasses import dataclass
from typing import Annotated

import typer

from token_tracker.cli.known_providers import shown
from token_tracker.cli.known_providers import with_region
from token_tracker.cli.options import Common
from token_tracker.cli.output import tell
from token_tracker.cli.session import Session
from token_tracker.configuring import EVERYTHING
from token_tracker.configuring import Wanted
from token_tracker.configuring import checked_only
from token_tracker.errors import CommandLineError
from token_tracker.errors import CredentialError
from token_tracker.http import clean_base_url
from token_tracker.provider_keys import LONGEST_KEY
from token_tracker.provider_keys import VARIABLE_NAME
from token_tracker.provider_keys import Credential
from token_tracker.provider_keys import read_key
from token_tracker.provider_keys import usable_key
from token_tracker.provider_settings import ProviderEntry
from token_tracker.providers import FoundProvider
from token_tracker.providers import Provider
from token_tracker.render.words import words

ALL_WORDS = ("all", "none", "")
DEFAULT_WORDS = ("default", "")


@dataclass(frozen=True, slots=True)
class Configure(Common):
    """What `configure-provider` takes."""

    name: Annotated[str | None, typer.Option("--name", help="Id of the provider, such as openai.")] = None
    key: Annotated[
        str | None,
        typer.Option("--api-key", help="The key itself; other programs and the shell's history see it."),
    ] = None
    key_stdin: Annotated[bool, typer.Option("--api-key-stdin", help="Read the key from standard input.")] = (
        False
    )
    key_env: Annotated[
        str | None, typer.Option("--api-key-env", help="Variable to read the key from at each use.")
    ] = None
    key_cmd: Annotated[
        str | None,
        typer.Option("--api-key-cmd", help="Program with arguments that prints the key at each use."),
    ] = None
    keyring: Annotated[bool, typer.Option("--keyring", help="Keep the key in the system's keyring.")] = False
    region: Annotated[str | None, typer.Option("--region", help="Region that the key belongs to.")] = None
    only: Annotated[
        str | None, typer.Option("--only", help="Only a part of the bill, as project=ID; all takes it away.")
    ] = None
    base_url: Annotated[
        str | None, typer.Option("--base-url", help="Address of your own for this provider, or default.")
    ] = None
    enable: Annotated[bool | None, typer.Option("--enable/--disable", help="Whether it is asked.")] = None
    whole_organisation: Annotated[
        bool | None,
        typer.Option(
            "--whole-organisation/--no-whole-organisation",
            help="Whether budgets count the bill of the whole organisation.",
        ),
    ] = None
    no_validate: Annotated[
        bool, typer.Option("--no-validate", help="Do not ask the provider about the key.")
    ] = False
    import_original: Annotated[
        bool, typer.Option("--import-original", help="Take over the keys that the original skill kept.")
    ] = False
    date: Annotated[str | None, typer.Option("--date", help="Has no meaning here and is ignored.")] = None

    @property
    def changes_more_than_a_key(self) -> bool:
        """Something else than a key was asked for."""
        others = (self.region, self.only, self.base_url, self.enable, self.whole_organisation)
        return any(one is not None for one in others)


def read_wanted(session: Session, options: Configure, found: FoundProvider, entry: ProviderEntry) -> Wanted:
    """Turn the options into what is asked for; on a terminal, ask for what is missing.

    Raises:
        CommandLineError: an option cannot be understood, or a region must be named.
        CredentialError: the key cannot be read, cannot be one, or must not go to that address.
    """
    provider = found.provider
    base_url = None if options.base_url is None else _base_url(options.base_url)
    only = None if options.only is None else checked_only(provider, _only(options.only))
    region = _region(session, options, found, entry)
    credential, key = _credential(session, options, provider.in_region(region or entry.region), entry)
    _refuse_official_key(options, provider, credential or entry.credential, base_url, entry)
    if credential is None and not key and not options.no_validate:
        # The key that is there is tried again where what it is sent to has changed, or nothing else is asked.
        moved = (region, base_url) != (None, None) or not options.changes_more_than_a_key
        if entry.credential is not None and moved:
            key = read_key(entry.credential, provider.id, session.environ)
    return Wanted(
        credential,
        key,
        region,
        base_url,
        only,
        options.enable,
        options.whole_organisation,
        checks=not options.no_validate,
    )


def can_ask(session: Session) -> bool:
    """Say whether somebody is there to answer."""
    return session.is_terminal and sys.stdin.isatty()


def agrees(session: Session, question: str) -> bool:
    """Ask on the terminal for a yes or no."""
    tell(question + " ")
    return sys.stdin.readline().strip().lower() in words(session.language).YES


def _credential(
    session: Session, options: Configure, provider: Provider, entry: ProviderEntry
) -> tuple[Credential | None, str]:
    """Give where the key is from now on, None where that stays, and the key as far as it is known."""
    given = [
        name
        for name, value in (
            ("--api-key", options.key),
            ("--api-key-stdin", options.key_stdin or None),
            ("--api-key-env", options.key_env),
            ("--api-key-cmd", options.key_cmd),
        )
        if value is not None
    ]
    referring = [name for name in given if name in ("--api-key-env", "--api-key-cmd")]
    if len(given) > 1 or (options.keyring and referring):
        shown = [*given, *(["--keyring"] if options.keyring else [])]
        raise CommandLineError("key_given_twice", options=", ".join(shown))
    if referring:
        reference = _reference(options)
        key = "" if options.no_validate else read_key(reference, provider.id, session.environ)
        return reference, key
    if options.key is not None:
        key = usable_key(options.key, provider.id)
        tell(words(session.language, "providers").key_was_visible() + "\n")
    elif options.key_stdin and not sys.stdin.isatty():
        key = usable_key(_from_stdin(provider), provider.id)
    elif options.key_stdin or _must_give(options, entry):
        key = _prompted(session, provider, entry)
    else:
        return None, ""
    if not key:
        return None, ""
    return Credential(keyring=f"token-tracker:{session.home}") if options.keyring else Credential(key), key


def _must_give(options: Configure, entry: ProviderEntry) -> bool:
    """Say whether a key has to be asked for: nothing else was wanted, or it is to move to the keyring.

    Whoever sets up a provider on a terminal and has no key there yet is asked for it, too.
    """
    if options.keyring:
        return True
    if options.changes_more_than_a_key:
        is_setting_up = options.enable is None and options.whole_organisation is None
        return is_setting_up and entry.credential is None and sys.stdin.isatty()
    return entry.credential is None or sys.stdin.isatty()


def _reference(options: Configure) -> Credential:
    if options.key_env is not None:
        if not VARIABLE_NAME.fullmatch(options.key_env):
            raise CommandLineError("variable_invalid", option="--api-key-env")
        return Credential(variable=options.key_env)
    try:
        command = shlex.split(options.key_cmd or "")
    except ValueError:
        command = []
    if not command or not command[0]:
        raise CommandLineError("key_command_invalid", option="--api-key-cmd")
    return Credential(command=tuple(command))


def _from_stdin(provider: Provider) -> str:
    text = sys.stdin.buffer.read(LONGEST_KEY + 2)
    try:
        return text.decode()
    except UnicodeDecodeError:
        raise CredentialError("key_malformed", provider=provider.id) from None


def _prompted(session: Session, provider: Provider, entry: ProviderEntry) -> str:
    """Ask for a key without showing it; "" keeps the one that is there."""
    if not can_ask(session):
        variable = next(iter(provider.key_variables), "VARIABLE")
        raise CredentialError("key_needed", provider=provider.name, variable=variable, page=provider.key_page)
    from getpass import getpass

    sentences = words(session.language, "providers")
    tell(sentences.where_to_make_a_key(name=provider.name, page=provider.key_page) + "\n")
    try:
        key = getpass(sentences.ask_for_key(name=provider.name, keeps=entry.credential is not None) + " ")
    except EOFError:
        key = ""
    if not key.strip() and entry.credential is not None:
        return ""
    return usable_key(key, provider.id)


def _region(session: Session, options: Configure, found: FoundProvider, entry: ProviderEntry) -> str | None:
    """Give the region that was named; where one must be known and is not, ask for it."""
    provider = found.provider
    known = [region.id for region in provider.regions]
    if options.region is not None:
        region = options.region.strip().lower()
        if region not in known:
            raise CommandLineError(
                "region_unknown", provider=provider.name, given=shown(options.region), known=", ".join(known)
            )
        return region
    choices = with_region(found)
    if not choices or entry.region in choices:
        return None
    if options.enable is not None and options.key is None and not _gives_key(options):
        return None  # to switch it needs no region
    if not can_ask(session):
        raise CommandLineError("region_needed", provider=provider.name, known=", ".join(choices))
    sentences = words(session.language, "providers")
    tell(sentences.ask_for_region(name=provider.name, known=choices) + " ")
    answer = sys.stdin.readline().strip().lower()
    if answer not in choices:
        raise CommandLineError("region_needed", provider=provider.name, known=", ".join(choices))
    return answer


def _gives_key(options: Configure) -> bool:
    return bool(options.key_stdin or options.key_env or options.key_cmd or options.keyring)


def _base_url(text: str) -> str:
    if text.strip().lower() in DEFAULT_WORDS:
        return ""
    try:
        return clean_base_url(text)
    except ValueError:
        raise CommandLineError("base_url_invalid") from None


def _only(text: str) -> tuple[str, str]:
    if text.strip().lower() in ALL_WORDS:
        return EVERYTHING
    kind, _, value = text.partition("=")
    if not kind.strip() or not value.strip() or len(text) > 200 or len(value.split()) != 1:
        raise CommandLineError("only_invalid", given=shown(text))
    return kind.strip().lower(), value.strip()


def _refuse_official_key(
    options: Configure,
    provider: Provider,
    credential: Credential | None,
    base_url: str | None,
    entry: ProviderEntry,
) -> None:
    """Keep the key that the vendor's own tools use from another address, unless both were named at once."""
    variable = credential.variable if credential else ""
    address = entry.base_url if base_url is None else base_url
    is_named = options.key_env is not None and bool(base_url)
    is_changed = options.key_env is not None or bool(base_url)
    if address and variable in provider.key_variables and is_changed and not is_named:
        raise CredentialError("official_key_elsewhere", provider=provider.name, variable=variable)

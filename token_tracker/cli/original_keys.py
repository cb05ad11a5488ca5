"""The keys that the original skill kept: named, and taken over only when the person says so."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from token_tracker.cli.key_options import agrees
from token_tracker.cli.key_options import can_ask
from token_tracker.cli.known_providers import known_providers
from token_tracker.cli.known_providers import shown
from token_tracker.cli.session import Session
from token_tracker.configuring import Wanted
from token_tracker.configuring import configure
from token_tracker.errors import CredentialError
from token_tracker.errors import SettingsError
from token_tracker.errors import StorageError
from token_tracker.formats.original_providers import OriginalProvider
from token_tracker.formats.original_providers import original_providers
from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.paths import PROVIDERS_FILE
from token_tracker.paths import STATE_FILE
from token_tracker.provider_keys import Credential
from token_tracker.provider_keys import usable_key
from token_tracker.provider_settings import make_room_for_ours
from token_tracker.recording import read_if_there
from token_tracker.render.words import words
from token_tracker.reports.providers import Configured
from token_tracker.reports.providers import ConfiguredProviders
from token_tracker.reports.providers import LeftOut
from token_tracker.settings import read_valid
from token_tracker.settings import write_settings

ANSWER: Final = "original_providers"
"""The key of `state.json` that says what the person answered: "taken" or "declined"."""

ORIGINAL_BESIDE: Final = f"{PROVIDERS_FILE}.original"
"""Where the original's file is kept once ours has taken its place in the home."""


def offer_original(session: Session) -> list[Problem]:
    """Offer to take over the original skill's keys, once; without a terminal, name the command that does.

    Raises:
        SettingsError: its file in our home stands where ours belongs, and the person did not agree.
    """
    in_home = _is_original(session.home / PROVIDERS_FILE)
    path = session.home if in_home else session.skill
    if not in_home and (not (path / PROVIDERS_FILE).exists() or _answer(session)):
        return []
    if can_ask(session):
        question = words(session.language, "providers").ask_to_take_over(path=str(path / PROVIDERS_FILE))
        if agrees(session, question):
            taken = len(import_original(session, checks=True).configured)
            return [Problem("original-providers-imported", Severity.NOTE, times=taken)] if taken else []
        _remember(session, "declined")
        if not in_home:
            return []
    if in_home:
        raise SettingsError("providers_of_original", path=str(path / PROVIDERS_FILE))
    return [Problem("original-providers-found", Severity.NOTE)]


def import_original(session: Session, *, checks: bool) -> ConfiguredProviders:
    """Take over every key that the original skill kept and none is set for; its files stay as they are.

    Raises:
        SettingsError: a file of the original is not JSON, or ours is not valid.
        CredentialError, StorageError: as in `change_providers`.
    """
    places = [session.skill / PROVIDERS_FILE, session.home / PROVIDERS_FILE]
    kept = [one for place in (*places, session.home / ORIGINAL_BESIDE) for one in _kept(place)]
    if _is_original(session.home / PROVIDERS_FILE):
        make_room_for_ours(session.home)
    known = known_providers(session)
    done: list[Configured] = []
    left: list[LeftOut] = []
    taken: set[str] = set()
    for one in kept:
        found = known.found.providers.get(one.provider)
        if found is None:
            if shown(one.provider) == one.provider:  # else it may be a key in the wrong place
                left.append(LeftOut(one.provider, "unknown"))
            continue
        entry = known.settings.entry(one.provider)
        if entry.credential is not None or one.provider in taken:
            left.append(LeftOut(one.provider, "configured"))
            continue
        try:
            key = usable_key(one.key, one.provider)
        except CredentialError:
            left.append(LeftOut(one.provider, "unusable"))
            continue
        # A key of several regions is not tried anywhere before the person names its own.
        can_check = checks and len(found.provider.regions) == 1
        wanted = Wanted(Credential(key), key, enabled=one.enabled, checks=can_check)
        try:
            done.append(configure(session.home, found, entry, wanted, session.clock.now))
            taken.add(one.provider)
        except CredentialError:
            left.append(LeftOut(one.provider, "refused"))
    _remember(session, "taken")
    return ConfiguredProviders(done, left, original=True, problems=known.problems())


def _kept(path: Path) -> list[OriginalProvider]:
    text = read_if_there(path)
    return [] if text is None else original_providers(text, str(path))


def _is_original(path: Path) -> bool:
    """Say whether the original's file stands where ours belongs; an invalid one is ours to complain about."""
    try:
        # A pipe of that name would be waited for.
        return path.is_file() and bool(_kept(path))
    except (OSError, SettingsError, StorageError):
        return False


def _answer(session: Session) -> str:
    return str(read_valid(session.home / STATE_FILE, session.cache).get(ANSWER, ""))


def _remember(session: Session, answer: str) -> None:
    """Keep what was answered, where the home can be written."""
    try:
        write_settings(session.home, STATE_FILE, {ANSWER: answer})
    except StorageError:
        return

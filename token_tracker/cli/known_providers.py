"""Which providers there are: bundled files, trusted files of the person's, and what is set for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from token_tracker.cli.session import Session
from token_tracker.errors import CommandLineError
from token_tracker.errors import SettingsError
from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.provider_keys import SHOWN_FROM
from token_tracker.provider_settings import OWN_PROVIDERS
from token_tracker.provider_settings import ProviderSettings
from token_tracker.provider_settings import load_providers
from token_tracker.providers import Found
from token_tracker.providers import FoundProvider
from token_tracker.providers import RefusedFile
from token_tracker.providers import find_providers
from token_tracker.providers import load_provider

PROBLEM_OF_REFUSAL = {
    "untrusted": "provider-file-untrusted",
    "changed": "provider-file-changed",
    "broken": "provider-file-broken",
}


class KnownProviders(NamedTuple):
    """What is set, and the provider files that are there."""

    settings: ProviderSettings
    found: Found

    def get(self, name: str) -> FoundProvider:
        """Give a provider by its id.

        Raises:
            SettingsError: its file is there and was not loaded.
            CommandLineError: there is none of this name; it names those there are.
        """
        provider = name.strip().lower()
        if provider in self.found.providers:
            return self.found.providers[provider]
        for refused in self.found.refused:
            if refused.path.stem == provider:
                _refuse(refused)
        raise CommandLineError("provider_not_found", given=shown(name), known=", ".join(self.found.providers))

    def problems(self) -> list[Problem]:
        """Say which files of the person's were not loaded, and why."""
        return refused_files(self.found)


def known_providers(session: Session) -> KnownProviders:
    """Read what is set, and load the provider files.

    Raises:
        SettingsError, CredentialError, StorageError: as in `load_providers`.
    """
    settings = load_providers(session.home)
    return KnownProviders(settings, find_providers(session.home / OWN_PROVIDERS, settings.trusted))


def refused_files(found: Found) -> list[Problem]:
    """Say which provider files of the person's were not loaded, and why."""
    return [
        Problem(PROBLEM_OF_REFUSAL[one.reason], Severity.WARNING, one.path.stem, detail=one.path.name)
        for one in found.refused
    ]


def _refuse(refused: RefusedFile) -> None:
    """Say why a file was not loaded; one that is broken is loaded again for its reason."""
    path = str(refused.path)
    if refused.reason == "untrusted":
        raise SettingsError("provider_file_untrusted", path=path)
    if refused.reason == "changed":
        raise SettingsError("provider_file_changed", path=path)
    load_provider(refused.path)


def shown(text: str) -> str:
    """Give what was typed, to show it; what is as long as a key may be one."""
    return text if len(text) < SHOWN_FROM else "…"


def with_region(found: FoundProvider) -> Sequence[str]:
    """Give the regions that a key of the provider may belong to; none where there is no choice."""
    regions = [region.id for region in found.provider.regions]
    return regions if len(regions) > 1 else ()

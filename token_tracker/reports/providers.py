"""How providers stand: what is set, what their keys can do, and what a command has just changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field

from token_tracker.errors import TrackerError
from token_tracker.model import Problem
from token_tracker.provider_settings import ProviderEntry
from token_tracker.providers import FoundProvider
from token_tracker.providers import Provider

OFFERS = ("usage", "cost", "balance")
"""What can be asked of a provider; a quota is the balance of a plan."""


@dataclass(frozen=True, slots=True)
class LastFetch:
    """When a provider was last asked with success, and what went wrong since; UTC milliseconds."""

    succeeded_at_ms: int | None = None
    failed_at_ms: int | None = None
    error: TrackerError | None = None


@dataclass(frozen=True, slots=True)
class ProviderState:
    """One provider: its file, what is set for it, and how the last fetch went.

    `provider` is None where settings are left of a file that is no longer loaded.
    """

    entry: ProviderEntry
    provider: Provider | None
    is_own: bool = False
    last: LastFetch = field(default_factory=LastFetch)

    @property
    def name(self) -> str:
        """How people call it; its id where its file is gone."""
        return self.entry.id if self.provider is None else self.provider.name

    @property
    def is_configured(self) -> bool:
        """Something is set for it."""
        return self.entry != ProviderEntry(self.entry.id)

    @property
    def region(self) -> str:
        """The region that is used, "" where there is only one or none was chosen."""
        return self.entry.region

    @property
    def can(self) -> tuple[str, ...]:
        """Of `OFFERS` what its key can be asked for; what the provider offers while that is not known."""
        told = self.entry.can if self.entry.checked_at else self.offers
        known = {"balance" if one == "quota" else one for one in told}
        return tuple(one for one in OFFERS if one in known)

    @property
    def offers(self) -> tuple[str, ...]:
        """Of `OFFERS` what the right key could be asked for."""
        if self.provider is None:
            return ()
        bills = () if self.provider.fetch is None else OFFERS[:2]
        return bills if self.provider.balance is None else (*bills, OFFERS[2])

    @property
    def is_ready(self) -> bool:
        """It can be asked: it has a key, is switched on, and it is known where the key belongs."""
        is_known = self.provider is not None and not (self.lacks_region or self.lacks_address)
        return self.entry.enabled and self.entry.credential is not None and is_known

    @property
    def lacks_region(self) -> bool:
        """It is not known to which of its regions the key belongs."""
        return self.provider is not None and len(self.provider.regions) > 1 and not self.entry.region

    @property
    def lacks_address(self) -> bool:
        """Everybody has an address of their own there, and none was named."""
        return self.provider is not None and not (self.entry.base_url or self.provider.regions[0].base_url)

    @property
    def reaches_organisation(self) -> bool:
        """Its bill is of the whole organisation, as nothing limits it."""
        return "cost" in self.can and self.entry.credential is not None and self.entry.only is None


@dataclass(frozen=True, slots=True)
class Providers:
    """Every provider there is, those that are set first; `problems`: files that were not loaded."""

    states: Sequence[ProviderState]
    problems: Sequence[Problem] = ()

    @property
    def ready(self) -> int:
        """How many can be asked."""
        return sum(1 for one in self.states if one.is_ready)


def provider_state(
    found: FoundProvider | None, entry: ProviderEntry, last: LastFetch | None = None
) -> ProviderState:
    """Say how a provider stands; `found` is None where its file is gone."""
    if found is None:
        return ProviderState(entry, None, last=last or LastFetch())
    return ProviderState(entry, found.provider.in_region(entry.region), found.trusted, last or LastFetch())


@dataclass(frozen=True, slots=True)
class Configured:
    """A provider as it is set now.

    `outcome`: what came of its key: "accepted", "unchecked" (`reason` says why), "skipped" as was
    asked for, "none" without a key, or "kept" where nothing about the key was changed. `needs`: the
    kind of key for what this one cannot. `account_before`: whose the key before was, "" where it is
    the same or was not known. `keyring_left`: the keyring still holds the key before.
    """

    state: ProviderState
    outcome: str
    reason: TrackerError | None = None
    needs: str = ""
    account_before: str = ""
    keyring_left: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A provider of the original skill that was not taken over.

    `reason`: "configured", "unknown", "unusable" or "refused".
    """

    provider: str
    reason: str


@dataclass(frozen=True, slots=True)
class ConfiguredProviders:
    """What `configure-provider` did; `original`: it was about what the original skill had."""

    configured: Sequence[Configured]
    left_out: Sequence[LeftOut] = ()
    original: bool = False
    problems: Sequence[Problem] = ()


@dataclass(frozen=True, slots=True)
class RemovedProvider:
    """What `remove-provider` did.

    `was_set`: there was something to remove; `had_key`: also a key that was kept here.
    `keyring_left`: the keyring still holds it.
    """

    provider: str
    name: str
    was_set: bool
    had_key: bool = False
    keyring_left: bool = False


@dataclass(frozen=True, slots=True)
class TrustedFile:
    """What `provider trust` did, or would do.

    `file`: its name in the home's folder of provider files. `content_hash`: SHA-256, hex.
    `provider`: what it is for, "" while it was not loaded. `is_trusted`: now. `was_trusted`: with
    this very content. `is_copied`: from where it was. `replaces`: another file of the name was there.
    `bundled`: it goes before a file that comes with the program.
    """

    file: str
    content_hash: str
    provider: str
    is_trusted: bool
    was_trusted: bool = False
    is_copied: bool = False
    replaces: bool = False
    bundled: bool = False

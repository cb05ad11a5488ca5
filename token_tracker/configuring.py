"""Configure a provider: what was asked for put onto what is set, and its key checked by one cheap call."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from datetime import UTC
from datetime import datetime
from pathlib import Path
from typing import Any
from typing import Final

from token_tracker.errors import AnswerError
from token_tracker.errors import CommandLineError
from token_tracker.errors import CredentialError
from token_tracker.errors import NetworkError
from token_tracker.errors import ProviderError
from token_tracker.errors import TrackerError
from token_tracker.paths import STATE_FILE
from token_tracker.provider_api import BoundApi
from token_tracker.provider_api import explained
from token_tracker.provider_keys import Credential
from token_tracker.provider_keys import last_four
from token_tracker.provider_keys import put_into_keyring
from token_tracker.provider_keys import remove_from_keyring
from token_tracker.provider_settings import ProviderEntry
from token_tracker.provider_settings import ProviderSettings
from token_tracker.provider_settings import change_providers
from token_tracker.provider_settings import load_providers
from token_tracker.provider_settings import region_of
from token_tracker.providers import FoundProvider
from token_tracker.providers import KeyCheck
from token_tracker.providers import Provider
from token_tracker.reports.providers import Configured
from token_tracker.reports.providers import provider_state
from token_tracker.settings import change_settings

EVERYTHING: Final = ("", "")
"""As `only`: what limited the bills is taken away."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for; None where what is set stays.

    `key`: what `credential` leads to, "" where it was not read. `checks`: whether to ask the provider.
    """

    credential: Credential | None = None
    key: str = field(default="", repr=False)
    region: str | None = None
    base_url: str | None = None
    only: tuple[str, str] | None = None
    enabled: bool | None = None
    counts_organisation: bool | None = None
    checks: bool = True

    def onto(self, entry: ProviderEntry, provider: Provider) -> ProviderEntry:
        """Give the entry with what was asked for; what a key was found to be does not outlive it."""
        changed = replace(
            entry,
            region=entry.region if self.region is None else self.region,
            base_url=entry.base_url if self.base_url is None else self.base_url,
            only=entry.only if self.only is None else (self.only if any(self.only) else None),
            enabled=entry.enabled if self.enabled is None else self.enabled,
            counts_organisation=(
                entry.counts_organisation if self.counts_organisation is None else self.counts_organisation
            ),
        )
        if self.credential is not None:
            is_ours = self.credential.kind in ("file", "keyring")
            changed = replace(
                changed,
                credential=self.credential,
                last_four=last_four(self.key) if is_ours else "",
                key_kind=provider.key_kind(self.key) if self.key else "",
            )
        if self.credential is not None or _address(changed) != _address(entry):
            changed = replace(changed, can=(), account="", checked_at="")
        return changed


def configure(
    home: Path, found: FoundProvider, before: ProviderEntry, wanted: Wanted, now: datetime
) -> Configured:
    """Check a provider's key and keep what was asked for; a key that is refused changes nothing.

    `before`: what is set. `wanted.key`: also that of `before` where it is to be checked again.

    Raises:
        CredentialError: the key was refused, or can do nothing here; or a keyring refused it.
        SettingsError, StorageError: as in `change_providers`.
    """
    provider = found.provider
    asked = wanted.onto(before, provider)
    answer: KeyCheck | TrackerError | None = None
    if wanted.key and wanted.checks:
        answer = check_key(provider, asked, wanted.key, now)
    if wanted.credential is not None and wanted.credential.keyring:
        put_into_keyring(wanted.credential.keyring, provider.id, wanted.key)

    def changed(there: ProviderSettings) -> ProviderSettings:
        entry = wanted.onto(there.entry(provider.id), provider)
        if isinstance(answer, KeyCheck):
            entry = _concluded(entry, answer, now)
        return replace(there, entries={**there.entries, provider.id: entry})

    entry = change_providers(home, changed).entry(provider.id)
    _note_organisations(home)
    return Configured(
        provider_state(found, entry),
        _outcome(entry, wanted, answer),
        answer if isinstance(answer, TrackerError) else None,
        answer.needs if isinstance(answer, KeyCheck) else "",
        before.account if entry.account and before.account != entry.account else "",
        keyring_left=not _forgotten(before, entry),
    )


def check_key(provider: Provider, entry: ProviderEntry, key: str, now: datetime) -> KeyCheck | TrackerError:
    """Ask a provider what a key can do; give the error where it did not say.

    Raises:
        CredentialError: the key was refused, or is of a kind that can do nothing here.
    """
    provider = provider.in_region(entry.region)
    try:
        region = region_of(provider, entry)
        kind = provider.key_kind(key)
        now = now.astimezone(UTC)
        with BoundApi(provider, region, key, now=now, key_kind=kind, only=entry.only) as api:
            check = provider.check(api)
    except AnswerError as error:
        refusal = explained(error, provider)
        if isinstance(refusal, CredentialError):
            raise refusal from None
        return refusal
    except (NetworkError, ProviderError) as error:
        error.facts.setdefault("provider", provider.name)
        return error
    except TrackerError:
        raise
    except Exception as error:  # noqa: BLE001 - a provider file may be anybody's
        return ProviderError("provider_file_failed", provider=provider.name, reason=type(error).__name__)
    if not check.can:
        raise CredentialError(
            "key_insufficient",
            provider=provider.name,
            kind=check.kind,
            needs=check.needs,
            page=provider.key_page,
        )
    return check


def checked_only(provider: Provider, only: tuple[str, str]) -> tuple[str, str]:
    """Give back what bills are to be limited to.

    Raises:
        CommandLineError: this provider's bills cannot be limited to it.
    """
    if any(only) and only[0] not in provider.only:
        known = ", ".join(f"{kind}=ID" for kind in provider.only)
        if not known:
            raise CommandLineError("only_unsupported", provider=provider.name)
        raise CommandLineError("only_unknown", provider=provider.name, given=only[0][:20], known=known)
    return only


def _note_organisations(home: Path) -> None:
    """Keep in `state.json`, which budgets read, whose bills they may count: they never read keys."""

    def noted(_there: Mapping[str, Any]) -> Mapping[str, Any]:
        # Read again under the lock: another process may have changed it since.
        entries = load_providers(home).entries.values()
        return {"whole_organisation": sorted(one.id for one in entries if one.counts_organisation) or None}

    change_settings(home, STATE_FILE, noted)


def _address(entry: ProviderEntry) -> tuple[str, str]:
    return entry.region, entry.base_url


def _concluded(entry: ProviderEntry, check: KeyCheck, now: datetime) -> ProviderEntry:
    return replace(
        entry,
        key_kind=check.kind or entry.key_kind,
        can=check.can,
        account=check.account,
        checked_at=now.astimezone(UTC).isoformat(timespec="seconds"),
    )


def _outcome(entry: ProviderEntry, wanted: Wanted, answer: KeyCheck | TrackerError | None) -> str:
    if isinstance(answer, KeyCheck):
        return "accepted"
    if answer is not None:
        return "unchecked"
    if entry.credential is None:
        return "none"
    return "kept" if wanted.credential is None else "skipped"


def _forgotten(before: ProviderEntry, now: ProviderEntry) -> bool:
    """Remove the key before from the keyring where nothing leads to it any more; False where it stays."""
    service = before.credential.keyring if before.credential else ""
    if not service or (now.credential and now.credential.keyring == service):
        return True
    try:
        remove_from_keyring(service, now.id)
    except CredentialError:
        return False
    return True


def forget(home: Path, provider: str) -> tuple[ProviderEntry | None, bool]:
    """Remove a provider's key and settings; give what was set, and whether a keyring still holds its key.

    Raises:
        SettingsError, CredentialError, StorageError: as in `change_providers`.
    """
    removed: list[ProviderEntry] = []

    def changed(there: ProviderSettings) -> ProviderSettings:
        removed[:] = [entry for entry in there.entries.values() if entry.id == provider]
        kept = {name: entry for name, entry in there.entries.items() if name != provider}
        return replace(there, entries=kept)

    change_providers(home, changed)
    _note_organisations(home)
    if not removed:
        return None, False
    return removed[0], not _forgotten(removed[0], ProviderEntry(provider))

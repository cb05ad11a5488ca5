"""`providers.json`: which providers are asked, how, and with which key; which provider files are trusted.

The file holds keys. It is readable by its owner only, never a link, and refused otherwise.
Reports do not read it: only commands about providers do.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING
from typing import Any
from typing import Final

from token_tracker.errors import CredentialError
from token_tracker.errors import SettingsError
from token_tracker.files import LARGEST_SETTINGS
from token_tracker.files import refuse_odd_file
from token_tracker.locks import LOCK_FILE
from token_tracker.locks import LOCK_TIMEOUT_S
from token_tracker.locks import refused
from token_tracker.locks import replace_file
from token_tracker.paths import FILE_MODE
from token_tracker.paths import PROVIDERS_FILE
from token_tracker.paths import make_home
from token_tracker.paths import refuse_foreign_home
from token_tracker.provider_keys import Credential
from token_tracker.provider_keys import read_key

if TYPE_CHECKING:
    from token_tracker.providers import Provider
    from token_tracker.providers import Region

OWN_PROVIDERS: Final = "providers"
"""The folder of the home for provider files of the user's."""

_LONGEST_SHOWN: Final = 19
_TEXTS: Final = ("region", "base_url", "key_kind", "last_four", "account", "checked_at")


@dataclass(frozen=True, slots=True)
class ProviderEntry:
    """What is set for one provider, and what its key was found to be when it was checked.

    `base_url`: replaces the address of its region. `only`: what its bills are limited to, such as
    ("project", "proj_1"). `last_four`: of the key, "" where it is kept elsewhere or is short.
    `can`: of "usage", "cost", "balance", "quota". `account`: the provider's id of whose key it is.
    `checked_at`: ISO instant, "" for a key that was never checked. `counts_organisation`: the
    person agreed that budgets count the bill of the whole organisation.
    """

    id: str
    enabled: bool = True
    credential: Credential | None = None
    region: str = ""
    base_url: str = ""
    only: tuple[str, str] | None = None
    key_kind: str = ""
    last_four: str = ""
    can: tuple[str, ...] = ()
    account: str = ""
    checked_at: str = ""
    counts_organisation: bool = False


@dataclass(frozen=True, slots=True)
class ProviderSettings:
    """What `providers.json` says. `trusted`: by the name of a provider file, the hash of its content."""

    entries: Mapping[str, ProviderEntry] = field(default_factory=dict)
    trusted: Mapping[str, str] = field(default_factory=dict)

    def entry(self, provider: str) -> ProviderEntry:
        """Give what is set for a provider, the defaults where nothing is."""
        return self.entries.get(provider, ProviderEntry(provider))


def load_providers(home: Path) -> ProviderSettings:
    """Read `providers.json`; without one nothing is set.

    Raises:
        SettingsError: it is not valid; it names file, line and reason, and is not changed.
        CredentialError: it is a link or no plain file, or others can read it.
        StorageError: it cannot be read.
    """
    path = home / PROVIDERS_FILE
    try:
        text = _read(path)
    except OSError as error:
        raise refused(str(home), error) from error
    if text is None:
        return ProviderSettings()
    _check(path, text)
    found = json.loads(text)
    entries = {name: _entry(name, said) for name, said in found.get("providers", {}).items()}
    return ProviderSettings(entries, found.get("trusted", {}))


def change_providers(
    home: Path, change: Callable[[ProviderSettings], ProviderSettings], timeout_s: float = LOCK_TIMEOUT_S
) -> ProviderSettings:
    """Write what `change` makes of `providers.json`: checked, whole, and under the home's lock.

    `change` gets what is there under the lock, so that of two processes at once none undoes the
    other's. Its own errors leave the file as it was. Gives what is there now.

    Raises:
        SettingsError, CredentialError: as in `load_providers`, or what it would become is not valid.
        StorageError: the home cannot be written, is another user's, or its lock stays taken.
    """
    from filelock import FileLock

    path = home / PROVIDERS_FILE
    refuse_foreign_home(home)
    try:
        make_home(home)
        refuse_odd_file(home / LOCK_FILE)
        with FileLock(home / LOCK_FILE, timeout_s, mode=FILE_MODE):
            changed = change(load_providers(home))
            text = _text(changed)
            _check(path, text)
            replace_file(path, text)
    except OSError as error:  # filelock's Timeout is one
        raise refused(str(home), error) from error
    return changed


def make_room_for_ours(home: Path) -> None:
    """Put an empty file of ours in the place of the original skill's, which stays beside it.

    Raises:
        CredentialError: it is a link or no plain file.
        StorageError: the home cannot be written, is another user's, or its lock stays taken.
    """
    from filelock import FileLock

    path = home / PROVIDERS_FILE
    refuse_foreign_home(home)
    try:
        refuse_odd_file(home / LOCK_FILE)
        with FileLock(home / LOCK_FILE, LOCK_TIMEOUT_S, mode=FILE_MODE):
            if path.is_symlink() or not path.is_file():
                raise CredentialError("credentials_linked", path=str(path))
            kept = path.with_name(f"{PROVIDERS_FILE}.original")
            if not kept.exists():
                replace_file(kept, path.read_bytes())
            replace_file(path, _text(ProviderSettings()))
    except OSError as error:
        raise refused(str(home), error) from error


def key_of(entry: ProviderEntry, environ: Mapping[str, str]) -> str:
    """Get a provider's key from where it is kept.

    Raises:
        CredentialError: there is none, it cannot be had, or it cannot be one.
    """
    if entry.credential is None:
        raise CredentialError("key_missing", provider=entry.id)
    return read_key(entry.credential, entry.id, environ)


def masked(entry: ProviderEntry) -> str:
    """Give what may be shown of a key: its last four characters, none of a short one; "" without a key.

    >>> masked(ProviderEntry("openai", credential=Credential("k"), last_four="cdef"))
    '****cdef'
    """
    return "" if entry.credential is None else f"****{entry.last_four}"


def region_of(provider: Provider, entry: ProviderEntry) -> Region:
    """Give the address of a provider that its key belongs to, the user's own where one is set.

    Raises:
        CredentialError: it has several and none was chosen, as a key is not tried on another's
            address; or everybody has an address of their own there, and none was named.
    """
    known = [region.id for region in provider.regions]
    if entry.region not in known and (entry.region or len(known) > 1):
        raise CredentialError("region_not_set", provider=provider.id, known=", ".join(known))
    region = provider.regions[known.index(entry.region) if entry.region else 0]
    if not (entry.base_url or region.base_url):
        raise CredentialError("address_not_set", provider=provider.id)
    return region._replace(base_url=entry.base_url) if entry.base_url else region


def _read(path: Path) -> bytes | None:
    """Read the file if it is one that nobody else can read; None where there is none."""
    # Not followed where it is a link, and not waited for where it is a pipe.
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        if path.is_symlink():
            raise CredentialError("credentials_linked", path=str(path))
        fd = os.open(path, flags | getattr(os, "O_CLOEXEC", 0))
    except FileNotFoundError:
        return None
    if (refusal := _refusal(path, os.fstat(fd))) is not None:
        os.close(fd)
        raise refusal
    with open(fd, "rb") as file:
        return file.read(LARGEST_SETTINGS + 1)


def _refusal(path: Path, found: os.stat_result) -> CredentialError | None:
    if not stat.S_ISREG(found.st_mode):
        return CredentialError("credentials_linked", path=str(path))
    if os.name == "posix" and found.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return CredentialError("credentials_open", path=str(path), mode=f"{stat.S_IMODE(found.st_mode):04o}")
    return None


def _check(path: Path, text: bytes) -> None:
    """Check the file; what may be a key that stands where a name belongs is not said."""
    from token_tracker.settings_models import check_settings

    try:
        check_settings(path, text)
    except SettingsError as error:
        names = error.facts.get("key", "").split(".")
        if any(len(name) > _LONGEST_SHOWN for name in names):
            shown = ".".join(name if len(name) <= _LONGEST_SHOWN else "…" for name in names)
            error.facts["key"] = shown
        raise


def _entry(provider: str, said: Mapping[str, Any]) -> ProviderEntry:
    credential = Credential(
        said.get("api_key") or "",
        said.get("api_key_env") or "",
        tuple(said.get("api_key_cmd") or ()),
        said.get("api_key_keyring") or "",
    )
    kind, _, value = said.get("only", "").partition("=")
    return ProviderEntry(
        provider,
        enabled=said.get("enabled", True),
        credential=None if credential == Credential() else credential,
        only=(kind, value) if kind else None,
        can=tuple(said.get("can", ())),
        counts_organisation=said.get("counts_organisation", False),
        **{name: said.get(name, "") for name in _TEXTS},
    )


def _text(settings: ProviderSettings) -> bytes:
    document = {
        "schema": 1,
        "providers": {name: _said(entry) for name, entry in sorted(settings.entries.items())},
        "trusted": dict(sorted(settings.trusted.items())),
    }
    return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def _said(entry: ProviderEntry) -> dict[str, Any]:
    """Give the entry as the file holds it: what is not set is left out."""
    at = entry.credential or Credential()
    said = {
        "enabled": entry.enabled,
        "api_key": at.key,
        "api_key_env": at.variable,
        "api_key_cmd": list(at.command),
        "api_key_keyring": at.keyring,
        "only": "=".join(entry.only or ()),
        "can": list(entry.can),
        "counts_organisation": entry.counts_organisation,
        **{name: getattr(entry, name) for name in _TEXTS},
    }
    return {key: value for key, value in said.items() if value or key == "enabled"}

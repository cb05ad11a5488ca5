"""The `providers.json` of the original skill: which providers it had keys of.

How it spelled its keys is not known for certain, so several spellings are understood.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from typing import Any
from typing import Final
from typing import NamedTuple

from token_tracker.formats.original_settings import parse_object

_KEYS: Final = ("api_key", "apiKey", "apikey", "key", "admin_key", "adminKey", "token")
_NAMES: Final = ("name", "provider", "id")
_SWITCHES: Final = ("enabled", "active")
_NO_PROVIDERS: Final = frozenset({"schema", "version", "default", "updated_at", "updatedAt"})


class OriginalProvider(NamedTuple):
    """A provider with its key in clear, and whether it was switched on."""

    provider: str
    key: str
    enabled: bool = True

    def __repr__(self) -> str:
        """Name it without its key."""
        return f"OriginalProvider({self.provider!r})"


def original_providers(text: bytes, path: str) -> list[OriginalProvider]:
    """Give the providers that have a key; none where the file is ours, or says nothing of the kind.

    Raises:
        SettingsError: it is not JSON.
    """
    document = parse_object(text, path)
    if document is None or "schema" in document:
        return []
    said = document.get("providers", document)
    found: dict[str, OriginalProvider] = {}
    for name, entry in _entries(said):
        key = entry if isinstance(entry, str) else _first(entry, _KEYS)
        if isinstance(key, str) and key.strip():
            enabled = True if isinstance(entry, str) else _first(entry, _SWITCHES) is not False
            found.setdefault(name, OriginalProvider(name, key, enabled))
    return list(found.values())


def _entries(said: object) -> Iterator[tuple[str, str | Mapping[str, Any]]]:
    """Give every entry with its provider's name, from an object by name or a list of named ones."""
    if isinstance(said, dict):
        pairs = [(name, entry) for name, entry in said.items() if name not in _NO_PROVIDERS]
    elif isinstance(said, list):
        pairs = [(_first(entry, _NAMES), entry) for entry in said if isinstance(entry, dict)]
    else:
        return
    for name, entry in pairs:
        if isinstance(name, str) and isinstance(entry, str | dict):
            yield name.strip().lower(), entry


def _first(entry: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    return next((entry[key] for key in keys if entry.get(key) is not None), None)

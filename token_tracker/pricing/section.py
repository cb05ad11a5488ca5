"""The price tables as shipped: the genai-prices snapshot and our overlay.

A section is one provider's models. It is decoded when its provider is first asked for,
because a session-start check must not pay for a thousand models it never sees.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any
from typing import NamedTuple

from token_tracker.pricing.match import rule_fit
from token_tracker.pricing.rate import OVERLAY
from token_tracker.pricing.rate import SNAPSHOT

DATA = Path(__file__).parent / "data"

_SECTION = re.compile(rb'^"([a-z0-9-]+)":(\{[^\n]*),"models":\[$', re.MULTILINE)
_SECTION_END = b"\n]}"


class Model(NamedTuple):
    """One model of a section: its entry in the file, and the section it stands in.

    `resold`: found through a reseller's fallback, so only the standard price is known.
    `origin`: of its rows, where they do not say otherwise.
    """

    provider: str
    entry: Mapping[str, Any]
    source_url: str
    checked_on: str
    origin: str
    resold: bool = False


class Section:
    """One provider's models, decoded on first use.

    Args:
        text: the snapshot's lines of the provider, one model a line, "" for none.
        extra: models of the overlay, which replace those of the same id.
    """

    def __init__(
        self, provider: str, head: Mapping[str, Any], text: bytes, extra: Sequence[Mapping[str, Any]]
    ) -> None:
        self.provider = provider
        self.fallback: tuple[str, ...] = tuple(head.get("fallback", ()))
        self._head = head
        self._text = text
        self._extra = extra

    @cached_property
    def models(self) -> dict[str, Model]:
        """Give the models by id."""
        url, checked = self._head.get("source_url", ""), self._head.get("checked_on", "")
        return {
            entry["id"]: Model(self.provider, entry, url, checked, origin)
            for origin, entries in (
                (SNAPSHOT, json.loads(b"[" + self._text + b"]")),
                (OVERLAY, self._extra),
            )
            for entry in entries
        }

    @cached_property
    def _by_id(self) -> dict[str, Model]:
        found: dict[str, Model] = {}
        for model in self.models.values():
            for rule in _rules(model.entry):
                if rule[0] == "equals":
                    found.setdefault(rule[1], model)
        for name, model in self.models.items():
            found.setdefault(name.lower(), model)
        return found

    def find(self, spellings: Sequence[str]) -> Model | None:
        """Give the model of the first spelling that is an id, else the best accepted rule."""
        for text in spellings:
            if model := self._by_id.get(text):
                return model
        best: Model | None = None
        longest = 0
        for model in self.models.values():
            for rule in _rules(model.entry):
                if rule[0] == "equals":
                    continue
                for text in spellings:
                    if (fit := rule_fit(rule, text)) > longest:
                        best, longest = model, fit
        return best


def _rules(entry: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
    rule = entry.get("match", ("or",))
    return rule[1:] if rule[0] == "or" else (rule,)


class Overlay(NamedTuple):
    """Our own facts beside the snapshot, as written in `overlay.json`."""

    provider_ids: Mapping[str, str]
    families: Sequence[Sequence[str]]
    openrouter_vendors: Mapping[str, str]
    resellers: frozenset[str]
    local_providers: frozenset[str]
    variants: Sequence[Mapping[str, Any]]
    residency: Mapping[str, Mapping[str, Any]]
    missing_writes: Sequence[Mapping[str, Any]]

    def provider(self, name: str) -> str:
        """Give our id of a provider that a log or a person names, unknown names in lower case."""
        text = name.lower().strip()
        return self.provider_ids.get(text, text)


def read_overlay(content: bytes) -> tuple[Overlay, dict[str, Any]]:
    """Read `overlay.json`; gives the facts and the providers it adds models to."""
    raw = json.loads(content)
    overlay = Overlay(
        provider_ids=raw["provider_ids"],
        families=raw["families"],
        openrouter_vendors=raw["openrouter_vendors"],
        resellers=frozenset(raw["resellers"]),
        local_providers=frozenset(raw["local_providers"]),
        variants=[{**variant, "origin": OVERLAY} for variant in raw["variants"]],
        residency=raw["residency"],
        missing_writes=raw["missing_writes"],
    )
    return overlay, raw["providers"]


def read_sections(snapshot: bytes, added: Mapping[str, Any]) -> tuple[str, dict[str, Section]]:
    """Cut the snapshot into its providers without decoding their models.

    Gives the day the snapshot was checked, and the sections by provider id.
    """
    checked_on: str = json.loads(snapshot[: snapshot.index(b"\n")].rstrip(b",") + b"}")["checked_on"]
    sections: dict[str, Section] = {}
    for found in _SECTION.finditer(snapshot):
        provider = found[1].decode()
        text = snapshot[found.end() : snapshot.index(_SECTION_END, found.end())]
        head = {**json.loads(found[2] + b"}"), "checked_on": checked_on}
        sections[provider] = Section(provider, head, text, added.get(provider, {}).get("models", ()))
    for provider, head in added.items():
        if provider not in sections:
            sections[provider] = Section(provider, head, b"", head["models"])
    return checked_on, sections

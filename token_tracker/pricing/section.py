"""The price tables as shipped: the genai-prices snapshot, vendors' prices we add, and the overlay.

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

    `list_price_for`: who bills it without a price of its own, so that this vendor's list
    price stands in, of which only the standard terms apply; "" for none.
    `origin`: of its rows, where they do not say otherwise.
    """

    provider: str
    entry: Mapping[str, Any]
    source_url: str
    checked_on: str
    origin: str
    list_price_for: str = ""


class Section:
    """One provider's models, decoded on first use.

    A later part replaces models of the same id in an earlier one.
    """

    def __init__(self, provider: str) -> None:
        self.provider = provider
        self.fallback: tuple[str, ...] = ()
        self._parts: list[tuple[str, Mapping[str, Any], bytes]] = []

    def add(self, origin: str, head: Mapping[str, Any], text: bytes) -> None:
        """Add models of a table; `text`: its lines of the provider, one model a line."""
        self._parts.append((origin, head, text))
        self.fallback = (*self.fallback, *head.get("fallback", ()))

    @cached_property
    def models(self) -> dict[str, Model]:
        """Give the models by id."""
        return {
            entry["id"]: Model(self.provider, entry, head["source_url"], head["checked_on"], origin)
            for origin, head, text in self._parts
            for entry in json.loads(b"[" + text + b"]")
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
    sellers_without_rows: frozenset[str]
    free_variants: Mapping[str, str]
    variants: Sequence[Mapping[str, Any]]
    residency: Mapping[str, Mapping[str, Any]]
    missing_writes: Sequence[Mapping[str, Any]]
    calendars: Mapping[str, Mapping[str, Any]]
    price_lists: Mapping[str, Mapping[str, str]]
    list_price_of: Mapping[str, Sequence[str]]

    def is_known(self, provider: str) -> bool:
        """Say whether a provider id is a seller of ours; any other is what somebody set up."""
        return provider in self.sellers_without_rows or provider in self.provider_ids.values()

    def provider(self, name: str) -> str:
        """Give our id of a provider that a log or a person names, unknown names in lower case."""
        text = name.lower().strip()
        return self.provider_ids.get(text, text)


def read_overlay(content: bytes) -> Overlay:
    """Read `overlay.json`."""
    raw = json.loads(content)
    return Overlay(
        provider_ids=raw["provider_ids"],
        families=raw["families"],
        openrouter_vendors=raw["openrouter_vendors"],
        resellers=frozenset(raw["resellers"]),
        local_providers=frozenset(raw["local_providers"]),
        sellers_without_rows=frozenset(raw["sellers_without_rows"]),
        free_variants=raw["free_variants"],
        variants=[{**variant, "origin": OVERLAY} for variant in raw["variants"]],
        residency=raw["residency"],
        missing_writes=raw["missing_writes"],
        calendars=raw["calendars"],
        price_lists=raw["price_lists"],
        list_price_of=raw["list_price_of"],
    )


def read_sections(snapshot: bytes, added: bytes) -> tuple[str, dict[str, Section]]:
    """Cut the tables into their providers without decoding their models.

    Gives the day the snapshot was checked, and the sections by provider id.
    """
    sections: dict[str, Section] = {}
    days = []
    for origin, table in ((SNAPSHOT, snapshot), (OVERLAY, added)):
        checked_on: str = json.loads(table[: table.index(b"\n")].rstrip(b",") + b"}")["checked_on"]
        days.append(checked_on)
        for found in _SECTION.finditer(table):
            provider = found[1].decode()
            text = table[found.end() : table.index(_SECTION_END, found.end())]
            head = {"checked_on": checked_on, **json.loads(found[2] + b"}")}
            sections.setdefault(provider, Section(provider)).add(origin, head, text)
    return days[0], sections

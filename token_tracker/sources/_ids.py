"""What makes two records one response: ids that are equal wherever the response was logged."""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

SHORTEST_UNIQUE_ID: Final = 12
"""Gateways repeat ids such as "msg_0"; an id this long is taken as unique."""

MINTED_BY: Final = {"msg_": "anthropic", "resp_": "openai", "chatcmpl-": "openai", "gen-": "openrouter"}
"""Who hands out response ids that begin like this (seen in logs of 2025 and 2026)."""


def event_id(namespace: str, *parts: str | int) -> bytes:
    """Give the 16-byte id of a response, equal on every machine.

    `namespace`: the vendor that minted the id, or the source whose own stable id it is.
    `parts`: that id, or what stands in for one.
    """
    name = f"{namespace}:" + "\x1f".join(map(str, parts))
    return blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class EventIds:
    """Ids that have all parts but the last in common: `event_id` for very many responses.

    >>> EventIds("codex", "turn").of("7") == event_id("codex", "turn", 7)
    True
    """

    def __init__(self, namespace: str, *parts: str | int) -> None:
        name = f"{namespace}:" + "".join(f"{part}\x1f" for part in parts)
        self._begun = blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16)

    def of(self, last: str) -> bytes:
        """Give the id that ends with a part."""
        found = self._begun.copy()
        found.update(last.encode("utf-8", "surrogatepass"))
        return found.digest()


def response_event_id(source: str, identity: str, *context: str | int) -> bytes:
    """Give the id of a response that its vendor named.

    `context`: session, model, prompt counts: what tells responses apart behind a gateway that
    repeats short ids.
    """
    vendor = next((vendor for start, vendor in MINTED_BY.items() if identity.startswith(start)), source)
    if len(identity) >= SHORTEST_UNIQUE_ID:
        return event_id(vendor, identity)
    return event_id(vendor, identity, *context)

"""How old figures are, by the source or provider that they come from."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old the figures of a source are; `read_at_ms` is None when it was never read.

    `is_provider`: it is a provider, whose bill was fetched then.
    """

    source: str
    name: str
    read_at_ms: int | None
    problems: int
    is_provider: bool = False

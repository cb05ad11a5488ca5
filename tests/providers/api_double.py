"""An `Api` without a socket: it answers from texts and notes what was asked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import UTC
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from typing import NamedTuple

from token_tracker.providers import Provider
from token_tracker.providers import Region
from token_tracker.providers import bundled_directory
from token_tracker.providers import load_provider

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)

Told = str | Exception
"""The text of an answer, or what asking ends with."""


class Question(NamedTuple):
    """One request as a provider file made it."""

    path: str
    params: tuple[tuple[str, str], ...] = ()


class ApiDouble:
    """Answers each path from its own list; the last answer of a list is given for ever."""

    def __init__(
        self,
        provider: Provider,
        answers: Mapping[str, Told | Sequence[Told]],
        *,
        region: str = "",
        key_kind: str = "",
        only: tuple[str, str] | None = None,
        now: datetime = NOW,
    ) -> None:
        self._answers = {
            path: [told] if isinstance(told, (str, Exception)) else list(told)
            for path, told in answers.items()
        }
        by_id = {one.id: one for one in provider.regions}
        self.region: Region = by_id[region] if region else provider.regions[0]
        self.key_kind = key_kind
        self.only = only
        self.now = now
        self.asked: list[Question] = []

    def get(
        self, path: str, params: Sequence[tuple[str, str]] = (), headers: Mapping[str, str] | None = None
    ) -> Any:
        """Give the next answer of a path, its numbers as the real one does: never as floats."""
        self.asked.append(Question(path, tuple(params)))
        told = self._answers[path]
        answer = told.pop(0) if len(told) > 1 else told[0]
        if isinstance(answer, Exception):
            raise answer
        return json.loads(answer, parse_float=Decimal)

    def post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Any:
        """Give the next answer of a path."""
        return self.get(path)

    def header(self, name: str) -> str:
        """Have no headers."""
        return ""


def bundled(name: str) -> Provider:
    """Load one of the provider files that come with the program."""
    return load_provider(Path(bundled_directory()) / f"{name}.py")

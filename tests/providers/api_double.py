"""A vendor's address that answers each path with texts, where a test is about one answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC
from datetime import datetime
from decimal import Decimal
from typing import Any
from typing import NamedTuple

from provider_cases import Asked
from provider_cases import ReplayedApi
from token_tracker.providers import Provider

NOW = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


class Question(NamedTuple):
    """One request as a provider file made it."""

    path: str
    params: tuple[tuple[str, str], ...] = ()


class ApiDouble(ReplayedApi):
    """Answers by path: with JSON, its fractions as Decimal as the real client reads them, or an error."""

    def __init__(
        self,
        provider: Provider,
        answers: Mapping[str, str | Exception],
        *,
        region: str = "",
        key_kind: str = "",
        only: tuple[str, str] | None = None,
        now: datetime = NOW,
    ) -> None:
        def answer(asked: Asked) -> Any:
            told = answers[asked.path]
            if isinstance(told, Exception):
                raise told
            return json.loads(told, parse_float=Decimal)

        super().__init__(provider, answer, now, key_kind=key_kind, only=only)
        self.region = {one.id: one for one in provider.regions}.get(region, provider.regions[0])

    @property
    def questions(self) -> list[Question]:
        """What was asked, in order."""
        return [Question(asked.path, asked.params) for asked in self.asked]

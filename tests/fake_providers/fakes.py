"""All vendors of the fake behind one object: addresses, the clock, and who saw which secret."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from datetime import datetime
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from fake_providers.anthropic import Anthropic
from fake_providers.asked import Asked
from fake_providers.asked import Reply
from fake_providers.deepseek import DeepSeek
from fake_providers.kimi import Kimi
from fake_providers.litellm import LiteLLM
from fake_providers.minimax import MiniMax
from fake_providers.openai import OpenAI
from fake_providers.openrouter import OpenRouter
from fake_providers.public_files import CentralBank
from fake_providers.public_files import Files
from fake_providers.server import Listening
from fake_providers.vendor import Vendor

START = datetime(2026, 11, 20, 12, tzinfo=UTC)


class FakeProviders:
    """The vendors, each with a ledger of its own and a loopback socket for each of its addresses.

    `now`: the moment that all of them believe in; a test sets it. Use it in a `with`.
    """

    def __init__(self, now: datetime = START) -> None:
        self.now = now
        self.openai = OpenAI(self._moment)
        self.anthropic = Anthropic(self._moment)
        self.openrouter = OpenRouter(self._moment)
        self.deepseek = DeepSeek(self._moment)
        self.kimi = Kimi(self._moment)
        self.minimax = MiniMax(self._moment)
        self.litellm = LiteLLM(self._moment)
        self.ecb = CentralBank(self._moment)
        self.files = Files(self._moment)
        self._wrong: list[BaseException] = []
        self._listening: dict[str, Listening] = {}
        self.vendors: tuple[Vendor, ...] = (
            *(self.openai, self.anthropic, self.openrouter, self.deepseek, self.kimi, self.minimax),
            *(self.litellm, self.ecb, self.files),
        )

    def at(self, real_url: str) -> str:
        """Give the fake's address in place of a real one: the same path on a loopback socket."""
        real = urlsplit(real_url)
        origin = f"{real.scheme}://{real.netloc}"
        if origin not in self._listening:
            self._listening[origin] = Listening(origin, self._answering(origin), self._wrong)
        return self._listening[origin].url + real_url.removeprefix(origin)

    @property
    def asked(self) -> list[Asked]:
        """Every request to any vendor."""
        return [asked for vendor in self.vendors for asked in vendor.asked]

    def seen_by(self, secret: str) -> set[tuple[str, str]]:
        """Say which addresses saw a text, and in which part of a request: (origin, part)."""
        return {(asked.origin, part) for asked in self.asked for part in asked.holds(secret)}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every socket; raise what went wrong inside the fake."""
        for listening in self._listening.values():
            listening.close()
        self._listening.clear()
        if self._wrong:
            raise self._wrong[0]

    def _moment(self) -> datetime:
        return self.now

    def _answering(self, origin: str) -> Callable[[Asked], Reply]:
        for vendor in self.vendors:
            if origin in vendor.origins:
                return vendor.answer
        if self.files.is_at(origin):
            return self.files.answer
        raise LookupError(f"nobody is at {origin}")

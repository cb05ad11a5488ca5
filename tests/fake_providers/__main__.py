"""Starts every vendor with some invented usage, prints addresses and keys, and waits for ctrl-c."""

from __future__ import annotations

import signal
import sys
from datetime import UTC
from datetime import datetime
from datetime import timedelta

from fake_providers import Event
from fake_providers import FakeProviders
from fake_providers.kimi import ABROAD

ADMIN_KEY = "sk-admin-" + "fake" * 6
ANTHROPIC_KEY = "sk-ant-admin01-" + "fake" * 6
MANAGEMENT_KEY = "sk-or-v1-" + "fake" * 6
ORDINARY_KEY = "sk-" + "fake" * 6


def main() -> None:
    """Serve until interrupted; the first argument may be the moment to believe in, in ISO form."""
    now = datetime.fromisoformat(sys.argv[1]) if sys.argv[1:] else datetime.now(UTC)
    with FakeProviders(now) as fake:
        fake.openai.accept(ADMIN_KEY)
        fake.anthropic.accept(ANTHROPIC_KEY)
        fake.openrouter.accept(MANAGEMENT_KEY, "management")
        fake.deepseek.accept(ORDINARY_KEY)
        fake.kimi.accept(ORDINARY_KEY, origin=ABROAD)
        fake.minimax.accept(ORDINARY_KEY)
        fake.litellm.accept(ORDINARY_KEY)
        for back in range(3):
            _happen(fake, now - timedelta(days=back))
        for vendor in fake.vendors:
            for origin in vendor.origins:
                print(f"{origin:32} {fake.at(origin)}  {' '.join(vendor.keys)}", flush=True)  # noqa: T201
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


def _happen(fake: FakeProviders, at: datetime) -> None:
    fake.openai.put(
        Event(at, "gpt-6.1-sol", uncached=300, cache_read=500, output=210, requests=7),
        Event(at, amount="0.4312", item="gpt-6.1-sol, output_tokens", quantity=210),
    )
    fake.anthropic.put(
        Event(at, "claude-opus-5-5", uncached=120, cache_read=900, cache_write=40, output=55, requests=3),
        Event(at, "claude-opus-5-5", amount="0.4128", item="Claude Opus 5.5 input"),
    )
    for proxy in (fake.openrouter, fake.litellm):
        proxy.put(
            Event(at, "anthropic/claude-opus-5.5", uncached=300, output=80, requests=4, amount="0.0123")
        )


if __name__ == "__main__":
    main()

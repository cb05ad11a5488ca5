"""What was bought: the model, who bills it, and on which terms, as Codex names them."""

from __future__ import annotations

from functools import lru_cache

from token_tracker.model import Service
from token_tracker.sources._fields import clean_name
from token_tracker.sources._providers import billing_provider

UNLOGGED_MODEL = "gpt-5"
"""Codex of summer 2025 (0.34.0) logged totals and no model; this was the one it started with."""

VENDORS = frozenset(
    (
        "anthropic",
        "azure",
        "bedrock",
        "cerebras",
        "deepseek",
        "fireworks",
        "google",
        "groq",
        "kimi",
        "lmstudio",
        "minimax",
        "mistral",
        "ollama",
        "openai",
        "openrouter",
        "qwen",
        "together",
        "vertex",
        "volcengine",
        "xai",
        "zai",
    )
)
"""Names of a `model_provider` that tell who bills. A person may give one any name, "proxy" or their
own; then the model tells it, as where a host is pointed at a gateway by its address alone."""

TIERS = {"fast": "priority", "default": "standard", "auto": "standard"}
"""Names of `service_tier` for what this program calls otherwise."""


@lru_cache(maxsize=512)
def service_of(model: str, tier: str, model_provider: str) -> Service:
    """Say what responses are that were asked for in these settings; "" where nothing says it."""
    return Service(
        provider=vendor_of(model_provider),
        model=clean_name(model) or UNLOGGED_MODEL,
        tier=TIERS.get(tier, clean_name(tier)) or "standard",
    )


def vendor_of(model_provider: str) -> str:
    """Give our id of the vendor that a `model_provider` is called after; "" where it is not.

    >>> vendor_of("OpenAI"), vendor_of("amazon-bedrock"), vendor_of("our-proxy")
    ('openai', 'bedrock', '')
    """
    name = billing_provider(model_provider)
    return name if name in VENDORS else ""

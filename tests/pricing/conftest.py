"""What the pricing tests share: one loaded card, never changed by a test."""

from __future__ import annotations

import pytest

from token_tracker.pricing.card import RateCard


@pytest.fixture(scope="session")
def card() -> RateCard:
    """Give the shipped card without any override."""
    return RateCard.load()

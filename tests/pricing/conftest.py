"""What the pricing tests share."""

from __future__ import annotations

import pytest

from token_tracker.pricing.card import RateCard


@pytest.fixture
def card() -> RateCard:
    """Give the shipped card without any override.

    A new one for each test: a card remembers what it has priced, and a shared one would
    hide from mutation testing which tests run which line.
    """
    return RateCard.load()

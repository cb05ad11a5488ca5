"""Money computed from rate strings, apart from the program that is tested."""

from __future__ import annotations

from datetime import UTC
from datetime import datetime
from fractions import Fraction

from token_tracker.model import Tokens


def at(text: str) -> int:
    """Give UTC milliseconds of an ISO instant."""
    moment = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return round((moment - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 1000


def pico(*parts: tuple[int, str], searches: tuple[int, str] = (0, "0")) -> int:
    """Sum (tokens, price per million tokens) and (searches, price of one) in 10^-12."""
    tokens = sum(count * Fraction(rate) / 10**6 for count, rate in parts)
    return round((tokens + searches[0] * Fraction(searches[1])) * 10**12)


def prompt_of(size: int, output: int = 0) -> Tokens:
    """Give tokens whose prompt is `size`, in one fresh block."""
    return Tokens(input=size, output=output)

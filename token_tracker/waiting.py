"""How long to wait before a question is asked again: what the answer hints, else growing pauses.

Pure: no clock, no sleep and no chance of its own; `http.py` brings them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from datetime import datetime
from email.utils import parsedate_to_datetime

TOO_MANY_REQUESTS = 429
PASSING = frozenset({408, TOO_MANY_REQUESTS, 500, 502, 503, 504, 524, 529})
"""Statuses after which the same question may be answered; 524 is Cloudflare's, 529 Anthropic's."""

FIRST_PAUSE_S = 0.5
LONGEST_PAUSE_S = 8.0
SPREAD = 0.1
"""A hinted wait grows by up to this share, so that many machines do not come back at once."""

EPOCH_S = 10**9
EPOCH_MS = 10**11


def hinted_wait_s(status: int, headers: Mapping[str, str], now_s: float) -> float | None:
    """Give the seconds that an answer asks to wait for, None where it does not say.

    `headers`: by lower-case name. `now_s`: Unix time here, for answers without a `Date`.
    A hint of 0 is none: Anthropic sends `Retry-After: 0` while it refuses for hours. The two
    headers about a limit's reset come with other answers too, so they count for 429 only.

    Source: anthropic 2.12.0 `_base_client.py` for the order of the first two; docs.claude.com
    rate limits and openrouter.ai limits for the resets; checked 2026-11-22.
    """
    answered_s = _seconds_of_date(headers.get("date", ""))
    now_s = now_s if answered_s is None else answered_s
    hints = [_number(headers.get("retry-after-ms", ""), 1000), _after(headers.get("retry-after", ""), now_s)]
    if status == TOO_MANY_REQUESTS:
        hints.append(_until_moment(headers.get("anthropic-ratelimit-requests-reset", ""), now_s))
        hints.append(_until_reset(headers.get("x-ratelimit-reset", ""), now_s))
    return next((hint for hint in hints if hint is not None and hint > 0), None)


def pause_s(attempt: int, share: float) -> float:
    """Give the pause after an attempt without a hint. `attempt`: from 1. `share`: chance, 0..1.

    >>> [pause_s(attempt, 1.0) for attempt in (1, 2, 3, 9)]
    [0.5, 1.0, 2.0, 8.0]
    """
    return share * min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** (attempt - 1))


def spread_s(hint_s: float, share: float) -> float:
    """Give the wait after a hint: never less than it asks for. `share`: chance, 0..1.

    >>> spread_s(10.0, 0.5)
    10.5
    """
    return hint_s * (1 + SPREAD * share)


def _after(text: str, now_s: float) -> float | None:
    """Give the seconds of `Retry-After`, which is a number or an HTTP date."""
    seconds = _number(text)
    if seconds is not None:
        return seconds
    moment_s = _seconds_of_date(text)
    return None if moment_s is None else moment_s - now_s


def _until_moment(text: str, now_s: float) -> float | None:
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() - now_s


def _until_reset(text: str, now_s: float) -> float | None:
    """Give the seconds until a reset that is told as Unix s, Unix ms, or seconds to go."""
    number = _number(text)
    if number is None or number < EPOCH_S:
        return number
    return (number / 1000 if number >= EPOCH_MS else number) - now_s


def _number(text: str, per_second: int = 1) -> float | None:
    try:
        number = float(text) / per_second
    except ValueError:
        return None
    return number if 0 <= number < float("inf") else None


def _seconds_of_date(text: str) -> float | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):  # IndexError: Python 3.11 on a few short texts
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()

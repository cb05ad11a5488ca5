"""A line decoded with the standard library; what it gives defines the result."""

from __future__ import annotations

from token_tracker.sources._fields import UsageInvalidError
from token_tracker.sources.codex.lines import add_line
from token_tracker.sources.codex.thread import Thread


def add_plain_line(thread: Thread, offset: int, text: bytes, failed: dict[int, str]) -> None:
    """Take in a line by the standard library; note why if it cannot be used."""
    try:
        add_line(thread, offset, text)
    except UsageInvalidError:
        failed[offset] = "usage-invalid"
    except ValueError:
        failed[offset] = "line-not-json"

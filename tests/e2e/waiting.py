"""Wait for what other programs do."""

from __future__ import annotations

import time
from collections.abc import Callable

WAIT_S = 60.0
POLL_S = 0.1


def wait_until(is_so: Callable[[], bool], told: Callable[[], str], within_s: float = WAIT_S) -> None:
    """Wait until something is so.

    Raises:
        TimeoutError: it never was; the message is what `told` gives then.
    """
    deadline = time.monotonic() + within_s
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(told())
        time.sleep(POLL_S)

"""What a session start is due, decided from the clock and from what was delivered before.

Nothing here reads a file or a clock: `delivery_state.py` keeps what was delivered.
"""

from __future__ import annotations

from typing import NamedTuple


class Item(NamedTuple):
    """One text for a new session, delivered once.

    `id`: such as `daily:2026-10-05`. `kind`: "daily-report", "weekly-report",
    "monthly-report", "budget-alert", or "set-up" where the program was never set up. `name`: a
    title without anything from a log, fit for a file name. `content`: what is shown, in `lang`.
    """

    id: str
    kind: str
    name: str
    content: str
    lang: str

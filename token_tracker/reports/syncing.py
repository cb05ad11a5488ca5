"""What a sync brought: from the logs, and from the providers that have a key."""

from __future__ import annotations

from dataclasses import dataclass

from token_tracker.reports.fetching import Fetched
from token_tracker.sync import SyncResult


@dataclass(frozen=True, slots=True)
class Synced:
    """What was read, and what was fetched; no providers where none is configured."""

    read: SyncResult
    fetched: Fetched

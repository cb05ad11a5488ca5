"""The price table that `prices update` left in the home: found, checked, and used while it is the newest.

Making it is in `refreshing.py`; a report only reads.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from token_tracker.errors import SettingsError
from token_tracker.files import read_plain_file
from token_tracker.locks import refused
from token_tracker.pricing.rate import REFRESHED

SCHEMA = 1


def refreshed_place(directory: Path) -> Path:
    """Give where the refreshed table is, below the directory of the user's own price files."""
    return directory.joinpath(*REFRESHED)


def newest_table(shipped: bytes, directory: Path | None) -> bytes:
    """Give the refreshed table where there is one that is not older than the shipped one.

    After an update of the program the shipped table is mostly the newer one. A table of a
    later form, which a newer program made, is left to that program.

    Raises:
        SettingsError: the refreshed table is not as it was written.
        StorageError: it cannot be read.
    """
    place = refreshed_place(directory) if directory else None
    content = read_refreshed(place) if place else None
    if content is None:
        return shipped
    head = table_head(content)
    return content if head["checked_on"] >= table_head(shipped)["checked_on"] else shipped


def read_refreshed(place: Path) -> bytes | None:
    """Read a refreshed table; None where there is none, or one of a later form."""
    try:
        content = read_plain_file(place)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise refused(str(place), error) from error
    try:
        head = table_head(content)
        date.fromisoformat(head["checked_on"])
        is_later = head["schema"] > SCHEMA
        is_whole = is_later or head["content"] == content_hash(content.partition(b"\n")[2])
    except (ValueError, KeyError, TypeError):
        is_later, is_whole = False, False
    if not is_whole:
        raise SettingsError("price_table_damaged", path=str(place))
    return None if is_later else content


def table_head(table: bytes) -> Mapping[str, Any]:
    """Give the first line of a table: its source and the day it was checked."""
    head: Mapping[str, Any] = json.loads(table.partition(b"\n")[0].rstrip(b",") + b"}")
    return head


def content_hash(text: bytes) -> str:
    """Give the hash of what follows the head."""
    return hashlib.sha256(text).hexdigest()

"""Read files that a program writes anew whenever something changes: one JSON document each.

There is nothing to go on from in such a file: it is read whole when it changed. Events have
ids of their own, so that reading again adds only what is new.
"""

from __future__ import annotations

import errno
import json
from collections.abc import Sequence
from typing import Any

from token_tracker.model import UsageEvent
from token_tracker.sources._fields import parse_json
from token_tracker.sources._roots import open_file
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import RunningTotal

LARGEST_DOCUMENT = 256 << 20


def read_document(path: str) -> Any:
    """Give the value that a document holds, fractions as Decimal.

    Raises:
        OSError: it cannot be read, is larger than 256 MiB, or is no JSON: most likely it is
            being written. What was read of it before stays.
    """
    with open_file(path) as file:
        text = file.read(LARGEST_DOCUMENT + 1) or b""
    if len(text) > LARGEST_DOCUMENT:
        raise OSError(errno.EFBIG, "File too large", path)
    try:
        return parse_json(text)
    except ValueError as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "not JSON"
        raise OSError(errno.EBADMSG, reason, path) from None


def document_reading(
    state: FileState,
    events: Sequence[UsageEvent],
    problems: Sequence[LineProblem] = (),
    totals: Sequence[RunningTotal] = (),
) -> Reading:
    """Give the reading of a document that was read whole."""
    return Reading(Cursor(state, state.size, b""), True, state.size, events, problems, {}, totals)

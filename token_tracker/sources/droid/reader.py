"""One session of Droid: `<id>.settings.json` with its total, `<id>.jsonl` with when and where."""

from __future__ import annotations

import os
from typing import NamedTuple

from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.sources._documents import document_reading
from token_tracker.sources._documents import read_document
from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import UsageInvalidError
from token_tracker.sources._fields import an_object
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._fields import parse_object
from token_tracker.sources._fields import whole_count
from token_tracker.sources._ids import event_id
from token_tracker.sources._roots import open_file
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import RunningTotal

SOURCE = "droid"
SETTINGS = ".settings.json"
TAIL_BYTES = 1 << 18
"""How much of a transcript's end is looked at for the time of its last line."""


class Told(NamedTuple):
    """What a transcript tells: where, forked from and called by which session, and when last."""

    cwd: str = ""
    forked_from: str = ""
    called_by: str = ""
    last_ms: int | None = None


def read(state: FileState) -> Reading:
    """Read a session's total.

    Raises:
        OSError: the file cannot be read, or is not whole; nothing is known of it.
    """
    settings = an_object(read_document(state.path))
    try:
        totals = [_total(settings, state)]
    except UsageInvalidError:
        return document_reading(state, [], [LineProblem("usage-invalid", 1, 1)])
    return document_reading(state, [], totals=[total for total in totals if any(total.tokens)])


def _total(settings: JsonObject, state: FileState) -> RunningTotal:
    """Make the total of the session's own work; that of sub-agents is in their own files.

    One id for all models of a session: what came on top is by the model of the moment.
    """
    usage = an_object(settings.get("tokenUsage"))
    output = whole_count(usage.get("outputTokens"))
    # What it calls thinking is guessed from the length of the visible text, and inside output.
    thinking = min(whole_count(usage.get("thinkingTokens")), output)
    counts = Tokens(
        whole_count(usage.get("inputTokens")),
        whole_count(usage.get("cacheReadTokens")),
        whole_count(usage.get("cacheCreationTokens")),
        0,
        output,
        thinking,
    )
    session = clean_name(os.path.basename(state.path).removesuffix(SETTINGS))
    told = _told(state.path.removesuffix(SETTINGS) + ".jsonl")
    locked_ms = instant_ms(settings.get("providerLockTimestamp"))
    if told.forked_from or locked_ms is None:
        locked_ms = told.last_ms or state.mtime_ns // 1_000_000  # a fork keeps its parent's time
    return RunningTotal(
        event_id(SOURCE, session),
        locked_ms,
        told.last_ms,
        Service("", clean_name(settings.get("model"))),
        _origin(session, told),
        counts,
        None,
        None,
        Place(state.path, 0),
    )


def _origin(session: str, told: Told) -> Origin:
    if not told.called_by:
        return Origin(SOURCE, told.cwd, session, parent=told.forked_from)
    return Origin(
        SOURCE, told.cwd, told.called_by, agent_id=session, initiator="agent", parent=told.called_by
    )


def _told(transcript: str) -> Told:
    """Read a transcript's first line, and the time of its last dated one; nothing where it is not there."""
    try:
        with open_file(transcript) as file:
            start = _object(file.readline(TAIL_BYTES))
            file.seek(max(0, os.fstat(file.fileno()).st_size - TAIL_BYTES))
            end = file.read(TAIL_BYTES).splitlines()
    except OSError:
        return Told()
    times = (instant_ms(_object(line).get("timestamp")) for line in reversed(end))
    return Told(
        clean_name(start.get("cwd")),
        clean_name(start.get("parent")),
        clean_name(start.get("callingSessionId")),
        next((at_ms for at_ms in times if at_ms is not None), None),
    )


def _object(line: bytes) -> JsonObject:
    try:
        return parse_object(line)
    except ValueError:
        return {}  # the file is being written, or this is the second half of a long line

"""VS Code's journal of a chat: `chatSessions/<session>.jsonl`, and `.json` of older releases.

A journal is a list of changes: the whole chat (kind 0), a field set (1), a list longer or cut
(2), a field taken out (3). What it tells of a turn is less than the truth: the prompt of its
last request only, and nothing of the cache. So it counts only where the editor's traces say
nothing of the chat.

Source: microsoft/vscode, objectMutationLog.ts and chatSessionOperationLog.ts, read 2026-11-22; the
counts of a turn from reports (getagentseal/codeburn#555, kenn-io/agentsview#704); not run.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from typing import NamedTuple
from urllib.parse import unquote
from urllib.parse import urlsplit

from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.sources._documents import document_reading
from token_tracker.sources._documents import read_document
from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import UsageInvalidError
from token_tracker.sources._fields import an_object
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import member
from token_tracker.sources._fields import objects
from token_tracker.sources._fields import parse_object
from token_tracker.sources._fields import whole_count
from token_tracker.sources._ids import event_id
from token_tracker.sources._json_lines import read_json_lines
from token_tracker.sources._roots import open_file
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading
from token_tracker.sources.copilot.requests import PROVIDER
from token_tracker.sources.copilot.requests import SOURCE
from token_tracker.sources.copilot.requests import moment
from token_tracker.sources.copilot.requests import token_counts

WHOLE, SET, PUSH = range(3)
FIELDS = ("requestId", "timestamp", "modelId", "promptTokens", "completionTokens", "result")
RESULTS = ("promptTokens", "outputTokens", "resolvedModel")


def read(state: FileState, cursor: Cursor | None) -> Reading:
    """Read what a chat holds beyond `cursor`; an older document is read whole.

    Raises:
        OSError: the file cannot be read, or is a document that is not whole.
    """
    if state.path.endswith(".json"):
        return _read_document(state)
    return read_json_lines(state, cursor, lambda memory: Turns(state.path, memory))


def _read_document(state: FileState) -> Reading:
    chat = an_object(read_document(state.path))
    turns = Turns(state.path)
    turns.session = clean_name(chat.get("sessionId"))
    problems = []
    for number, turn in enumerate(objects(chat.get("requests")), start=1):
        try:
            turns.note(number, [turn])
        except UsageInvalidError:
            problems.append(LineProblem("usage-invalid", number, number))
    return document_reading(state, turns.events(), problems)


def workspace_folder(journal: str) -> str:
    """Give the folder of the window that a chat was held in; "" where it was none, or none on disk."""
    try:
        with open_file(Path(journal).parents[1] / "workspace.json") as file:
            place = urlsplit(str(parse_object(file.read(1 << 20)).get("folder", "")))
    except (OSError, ValueError):
        return ""
    path = unquote(place.path)
    if place.scheme != "file":
        return clean_name(path) if place.scheme == "vscode-remote" else ""
    return clean_name(path[1:] if os.name == "nt" else path)


class Turn(NamedTuple):
    """What one turn came to, as far as the journal tells, and where it told so last."""

    offset: int
    at_ms: int
    model: str
    tokens: Tokens


class Turns:
    """The turns of one chat as its journal tells them, those taken back again too: they were paid."""

    def __init__(self, path: str, memory: str = "") -> None:
        known: dict[str, Any] = json.loads(memory) if memory else {}
        self.session: str = known.get("session", "")
        self._path = path
        self._turns: list[Any] = known.get("turns", [])
        self._paid: dict[str, Turn] = {}

    def take(self, offset: int, line: JsonObject) -> None:
        """Take in one change.

        Raises:
            UsageInvalidError: a turn that it touches tells counts that cannot be.
        """
        kind, path, value = line.get("kind"), line.get("k"), line.get("v")
        if kind == WHOLE and isinstance(value, dict):
            self.session = clean_name(value.get("sessionId"))
            self._turns = [_kept(turn) for turn in objects(value.get("requests"))]
            self.note(offset, self._turns)
        elif isinstance(path, list) and path and path[0] == "requests":
            self._change(kind, path[1:], value, line.get("i"))
            self.note(offset, self._changed(path[1:]))

    def events(self) -> Sequence[UsageEvent]:
        """Give an event for each turn that told its counts."""
        session = self.session or clean_name(Path(self._path).stem)
        origin = Origin(
            SOURCE,
            workspace_folder(self._path),
            session,
            initiator="manual",
            wraps=f"{SOURCE}/{session}",  # the editor's own traces go first
        )
        return [
            UsageEvent(
                event_id(SOURCE, "turn", identity),
                turn.at_ms,
                turn.at_ms,
                Service(PROVIDER, turn.model),
                origin,
                turn.tokens,
                0,
                False,
                True,
                None,
                Place(self._path, turn.offset),
            )
            for identity, turn in self._paid.items()
        ]

    def memory(self) -> str:
        """Give what later changes of the turns may refer to."""
        return (
            json.dumps({"session": self.session, "turns": self._turns}, default=float) if self._turns else ""
        )

    def note(self, offset: int, turns: Sequence[object]) -> None:
        """Note what these turns came to.

        Raises:
            UsageInvalidError: one of them tells counts that cannot be, or no time.
        """
        for turn in objects(list(turns)):
            result = an_object(member(turn, "result", "metadata"))
            outputs = (result.get("outputTokens"), turn.get("completionTokens"))
            prompt = result.get("promptTokens", turn.get("promptTokens"))
            identity = clean_name(turn.get("requestId"))
            if not identity or (prompt is None and outputs == (None, None)):
                continue
            # The result tells the output of the last request, the turn itself that of all.
            counts = token_counts(prompt, max(map(whole_count, outputs)), None, None, None)
            at_ms = moment(turn.get("timestamp"))
            model = clean_name(result.get("resolvedModel")) or _model(turn.get("modelId"))
            before = self._paid.get(identity)
            if any(counts) and (before is None or before[1:] != (at_ms, model, counts)):
                self._paid[identity] = Turn(offset, at_ms, model, counts)

    def _change(self, kind: object, path: list[Any], value: object, start: object) -> None:
        """Change the turns as the journal says; what is not kept of them is passed over."""
        if not path:
            kept = self._turns[: start if type(start) is int else None] if kind == PUSH else []
            there = {turn.get("requestId") for turn in kept}
            added = [_kept(turn) for turn in value] if isinstance(value, list) else []
            # The same turn again is the same line again: its place in the list must not change.
            self._turns = [*kept, *(turn for turn in added if turn.get("requestId") not in there)]
        elif type(path[0]) is int and 0 <= path[0] < len(self._turns):
            if len(path) == 1:
                self._turns[path[0]] = _kept(value)
            elif isinstance(turn := self._turns[path[0]], dict) and path[1] in FIELDS:
                _put(turn, path[1:], value if kind == SET else None)
                self._turns[path[0]] = _kept(turn)

    def _changed(self, path: list[Any]) -> Sequence[object]:
        """Give the turns that a change at this place may have touched."""
        if path and type(path[0]) is int and 0 <= path[0] < len(self._turns):
            return [self._turns[path[0]]]
        return self._turns


def _model(logged: object) -> str:
    """Read the model of a turn: the editor puts the name of who offers it in front.

    >>> _model("copilot/claude-sonnet-4.6")
    'claude-sonnet-4.6'
    """
    return clean_name(logged).rpartition("/")[2]


def _kept(turn: object) -> JsonObject:
    """Give what counts of a turn: its id, time, model and tokens, and nothing that was said."""
    told = an_object(turn)
    metadata = an_object(member(told, "result", "metadata"))
    kept = {name: told[name] for name in FIELDS if name in told and name != "result"}
    return {**kept, "result": {"metadata": {name: metadata[name] for name in RESULTS if name in metadata}}}


def _put(place: JsonObject, path: list[Any], value: object) -> None:
    """Set a field inside nested objects, where there are such."""
    for name in path[:-1]:
        inner = place.get(name)
        if not isinstance(inner, dict):
            return
        place = inner
    place[path[-1]] = value

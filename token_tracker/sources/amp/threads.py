"""One thread of Amp: a document that holds the conversation, and what Amp charged for it.

    {"id": "T-...", "created": 1795154400000,
     "messages": [{"role": "assistant", "messageId": 1, "usage": {"model": "claude-sonnet-4-5",
       "inputTokens": 100, "outputTokens": 50, "cacheCreationInputTokens": 500,
       "cacheReadInputTokens": 200, "credits": 1.5, "timestamp": "2026-11-20T08:00:00Z"}}],
     "usageLedger": {"events": [{"id": "...", "timestamp": "2026-11-20T08:00:00Z", "toMessageId": 1,
       "model": "claude-sonnet-4-5", "credits": 1.5, "tokens": {"input": 100, "output": 50}}]},
     "env": {"initial": {"trees": [{"uri": "file:///srv/dev/shop", "repository": {"ref": "..."}}]}}}

The ledger has every call, those without a message too, but no cache; the message that a call made
has. Both name a call by its message, so that a thread gives the same events before and after its
ledger is there. Credits are Amp's own unit and no amount of money. From other trackers' code and
reports, checked 2026-11-22; the program was not run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
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
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._fields import member
from token_tracker.sources._fields import objects
from token_tracker.sources._fields import whole_count
from token_tracker.sources._ids import event_id
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading

ID = "amp"
BRANCHES = "refs/heads/"


def read_thread(state: FileState) -> Reading:
    """Read a thread: its ledger, else its messages.

    Raises:
        OSError: the document cannot be read, or is being written.
    """
    thread = an_object(read_document(state.path))
    calls = member(thread, "usageLedger", "events")
    made = _Calls(thread, state.path)
    problems = []
    take, elements = (made.add_call, calls) if objects(calls) else (made.add_message, thread.get("messages"))
    for number, element in enumerate(elements if isinstance(elements, list) else [], 1):
        try:
            take(number, an_object(element))
        except UsageInvalidError:
            problems.append(LineProblem("usage-invalid", number, number))
    return document_reading(state, made.events, problems)


class _Calls:
    """The calls of one thread, as events."""

    def __init__(self, thread: JsonObject, path: str) -> None:
        self.events: list[UsageEvent] = []
        self._path = path
        self._created = thread.get("created")
        self._origin = _origin(thread)
        self._messages = {
            one["messageId"]: one
            for one in objects(thread.get("messages"))
            if isinstance(one.get("messageId"), int)
        }

    def add_call(self, number: int, call: JsonObject) -> None:
        """Take in a call of the ledger; the first one of a message has that message's cache."""
        made = call.get("toMessageId")
        message = self._messages.pop(made, None) if isinstance(made, int) else None
        usage = an_object(member(message, "usage"))
        key = ("message", made) if message is not None else ("call", clean_name(call.get("id")))
        if not key[1] and message is None:
            raise UsageInvalidError
        tokens = an_object(call.get("tokens"))
        counts = _token_counts(usage, tokens.get("input"), tokens.get("output"))
        self._add(number, key, counts, call.get("model"), call.get("timestamp"))

    def add_message(self, number: int, message: JsonObject) -> None:
        """Take in a message that says what it took."""
        usage, made = message.get("usage"), message.get("messageId")
        if not isinstance(usage, dict):
            return
        if not isinstance(made, int):
            raise UsageInvalidError
        counts = _token_counts(usage, usage.get("inputTokens"), usage.get("outputTokens"))
        when = usage.get("timestamp") or member(message, "meta", "sentAt") or self._created
        self._add(number, ("message", made), counts, usage.get("model"), when)

    def _add(self, number: int, key: tuple[str, Any], counts: Tokens, model: object, when: object) -> None:
        if not counts.total:
            return
        at_ms = instant_ms(when)
        if at_ms is None:
            raise UsageInvalidError
        self.events.append(
            UsageEvent(
                id=event_id(ID, self._origin.session, *key),
                at_ms=at_ms,
                own_at_ms=at_ms,
                service=Service("", clean_name(model)),
                origin=self._origin,
                tokens=counts,
                web_searches=0,
                sidechain=False,
                stopped=True,
                host_cost_pico=None,
                place=Place(self._path, number),
            )
        )


def _token_counts(usage: Mapping[str, Any], plain: object, output: object) -> Tokens:
    return Tokens(
        input=whole_count(plain),
        cache_read=whole_count(usage.get("cacheReadInputTokens")),
        cache_write_5m=whole_count(usage.get("cacheCreationInputTokens")),
        output=whole_count(output),
    )


def _origin(thread: JsonObject) -> Origin:
    tree = (objects(member(thread, "env", "initial", "trees")) or [{}])[0]
    ref = clean_name(member(tree, "repository", "ref"))
    return Origin(
        ID,
        cwd=_folder(clean_name(tree.get("uri"))),
        session=clean_name(thread.get("id")),
        branch=ref.removeprefix(BRANCHES),
    )


def _folder(uri: str) -> str:
    """Give the folder that a file URL names.

    >>> _folder("file:///srv/dev/my%20shop"), _folder("file:///C:/shop"), _folder("https://shop")
    ('/srv/dev/my shop', 'C:/shop', '')
    """
    try:
        parts = urlsplit(uri)
    except ValueError:
        return ""
    path = unquote(parts.path) if parts.scheme == "file" else ""
    return path[1:] if path[2:3] == ":" else path

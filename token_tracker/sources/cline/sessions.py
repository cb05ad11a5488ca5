"""Sessions of Cline's command line: a folder each, a document for every agent in it.

`sessions/<session id>/<session id>.messages.json` holds the main agent's messages,
`<agent id>.messages.json` and `<agent id>__<task id>.messages.json` those of its sub-agents and
team mates. The counts stand at the answers (3.0.65, run and read in its code on 2026-11-22):

    {"agent": "lead", "sessionId": "1795341529126_lvtxd", "origin": {"mode": "user"}, "messages": [
      {"id": "msg_2yWDHaVB", "role": "assistant", "ts": 1795341529888,
       "modelInfo": {"id": "gpt-5", "provider": "openai-native"},
       "metrics": {"inputTokens": 2000, "outputTokens": 100, "cacheReadTokens": 1200,
                   "cacheWriteTokens": 0, "cost": 0.00215}}]}

`inputTokens` is the whole prompt for every provider, what was read from and written to a cache
included; thinking is inside `outputTokens`. The session's own file beside it sums all this up
again, and is read only for the folder that the session worked in.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Final

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
from token_tracker.sources._fields import pico
from token_tracker.sources._fields import whole_count
from token_tracker.sources._ids import event_id
from token_tracker.sources._providers import billing_provider
from token_tracker.sources._task_models import wraps_of
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading

ID: Final = "cline"
OWN_MESSAGE: Final = "msg_"
"""How Cline names what it asked for; a message taken over from another program has 21 random signs."""

EPOCH_DIGITS: Final = 13
"""A session's id begins with the milliseconds of its beginning."""

IMPORTED: Final = "import"
SCHEDULED: Final = "automation"
ANY_SERVER: Final = ("openai-compatible", "litellm")
"""Providers that name a format, and not who bills."""


def read_session(state: FileState) -> Reading:
    """Read the messages of one agent.

    Raises:
        OSError: the document cannot be read, or is being written.
    """
    document = an_object(read_document(state.path))
    messages = document.get("messages")
    is_imported = member(document, "origin", "mode") == IMPORTED
    origin = _origin(document, state.path)
    began_ms = _began_ms(origin.session)
    events: list[UsageEvent] = []
    problems: list[LineProblem] = []
    for number, message in enumerate(messages if isinstance(messages, list) else [], 1):
        metrics = member(message, "metrics")
        if not isinstance(metrics, dict) or _is_taken_over(message, is_imported, began_ms):
            continue
        try:
            events += _events(message, metrics, origin, began_ms, Place(state.path, number))
        except UsageInvalidError:
            problems.append(LineProblem("usage-invalid", number, number))
    return document_reading(state, events, problems)


def _events(
    message: JsonObject, metrics: JsonObject, origin: Origin, began_ms: int, place: Place
) -> Sequence[UsageEvent]:
    at_ms, identity = instant_ms(message.get("ts")), message.get("id")
    counts = _token_counts(metrics)
    if not counts.total:
        return ()
    if at_ms is None or not isinstance(identity, str):
        raise UsageInvalidError
    logged = clean_name(member(message, "modelInfo", "provider"))
    provider = "" if logged in ANY_SERVER else billing_provider(logged)
    event = UsageEvent(
        id=event_id(ID, "message", identity, at_ms),
        at_ms=at_ms,
        own_at_ms=at_ms,
        service=Service(provider, clean_name(member(message, "modelInfo", "id"))),
        origin=origin._replace(wraps=wraps_of(logged)),
        tokens=counts,
        web_searches=0,
        sidechain=at_ms < began_ms,
        stopped=True,
        host_cost_pico=pico(metrics.get("cost")) or None,
        place=place,
    )
    return (event,)


def _began_ms(session: str) -> int:
    """Give when a session began, which its id says; 0 where it does not.

    A session that goes on from a checkpoint of another one begins with copies of its messages,
    which are older than itself: the other one's own go before them.

    >>> _began_ms("1795346081446_2byz3"), _began_ms("review")
    (1795346081446, 0)
    """
    began = session.partition("_")[0]
    return int(began) if len(began) == EPOCH_DIGITS and began.isdecimal() else 0


def _token_counts(metrics: JsonObject) -> Tokens:
    """Turn the counts of an answer into disjoint ones; a cache beyond the prompt is not inside it."""
    whole = whole_count(metrics.get("inputTokens"))
    reads = whole_count(metrics.get("cacheReadTokens"))
    writes = whole_count(metrics.get("cacheWriteTokens"))
    plain = whole - reads - writes if reads + writes <= whole else whole
    output = whole_count(metrics.get("outputTokens"))
    return Tokens(input=plain, cache_read=reads, cache_write_5m=writes, output=output)


def _is_taken_over(message: JsonObject, is_imported: bool, began_ms: int) -> bool:
    """Say whether another program asked for a message; it may have come by way of another session."""
    identity = message.get("id")
    if isinstance(identity, str) and identity.startswith(OWN_MESSAGE):
        return False
    return is_imported or (instant_ms(message.get("ts")) or began_ms) < began_ms


def _origin(document: JsonObject, path: str) -> Origin:
    """Say whose messages these are; those of a sub-agent belong to the session it was started in."""
    own = clean_name(document.get("sessionId")) or os.path.basename(path).removesuffix(".messages.json")
    root = clean_name(member(document, "origin", "parentThreadId")) or own.partition("__")[0]
    mode = clean_name(member(document, "origin", "mode"))
    agent_id = own.removeprefix(f"{root}__") if own != root else ""
    initiator = "agent" if agent_id else "scheduled" if mode == SCHEDULED else ""
    return Origin(
        ID,
        cwd=_folder_of(os.path.dirname(path), root),
        session=root,
        agent=clean_name(document.get("agent")) if agent_id else "",
        agent_id=agent_id,
        initiator=initiator,
        parent=root if agent_id else "",
    )


def _folder_of(folder: str, session: str) -> str:
    """Give the folder that a session worked in; "" when its own file does not say."""
    try:
        return clean_name(an_object(read_document(os.path.join(folder, f"{session}.json"))).get("cwd"))
    except OSError:
        return ""

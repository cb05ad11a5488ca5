"""One message of OpenCode, or of a program made from it, as a response that was used.

It has no id of its vendor's, and a fork copies it under a new id of the host's: what stays the
same in every copy is the model, the moment it began and its counts, and these are its key here.
Where messages are stored is no concern of this file. Facts and versions: `references/sources/opencode.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence
from typing import NamedTuple

from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import an_object
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._fields import member
from token_tracker.sources._fields import pico
from token_tracker.sources._fields import whole_count
from token_tracker.sources._ids import event_id
from token_tracker.sources._providers import billing_provider

REASONING_APART = ("google", "vertex", "xai")
"""Vendors whose own output count leaves the reasoning out."""


class Session(NamedTuple):
    """What a message takes from its session; `began_ms` is 0 while unknown."""

    started_by: str = ""
    forked_from: str = ""
    folder: str = ""
    began_ms: int = 0


def response_event(
    source: str, place: Place, record: JsonObject, session: str, sessions: Mapping[str, Session]
) -> UsageEvent | None:
    """Give the event of one message; None while its counts are not written.

    `record`: the fields of a message; "kind" is "assistant" or "compaction" in a row of the second
    shape. A copy in a fork began before the fork itself, and gives way to the message it is a copy of.

    Raises:
        UsageInvalidError: a count is no whole number.
    """
    tokens = an_object(record.get("tokens"))
    cache = an_object(tokens.get("cache"))
    logged = [whole_count(tokens.get(name)) for name in ("input", "output", "reasoning")]
    logged += [whole_count(cache.get(name)) for name in ("read", "write")]
    created_ms = instant_ms(member(record, "time", "created")) or instant_ms(record.get("row_created"))
    if not any(logged) or created_ms is None:
        return None
    provider = clean_name(record.get("providerID")) or clean_name(member(record, "model", "providerID"))
    model = clean_name(record.get("modelID")) or clean_name(member(record, "model", "id"))
    own, root = sessions.get(session, Session()), _root_of(session, sessions)
    kind = clean_name(record.get("kind"))
    agent = clean_name(record.get("agent")) or clean_name(record.get("mode"))
    billed_by = billing_provider(provider)
    return UsageEvent(
        id=event_id(source, provider, model, created_ms, *logged),
        at_ms=created_ms,
        own_at_ms=created_ms,
        service=Service(billed_by, model),
        origin=Origin(
            source,
            cwd=clean_name(member(record, "path", "cwd")) or own.folder,
            session=root,
            agent=agent or ("compaction" if kind == "compaction" else ""),
            agent_id=session if session != root else "",
            initiator="agent" if session != root else "",
            parent=own.started_by or own.forked_from,
        ),
        tokens=_counts(logged, _reasoning_is_apart(logged, tokens.get("total"), kind, billed_by)),
        web_searches=0,
        sidechain=created_ms < own.began_ms,
        stopped=True,
        host_cost_pico=pico(record.get("cost")) or None,
        place=place,
    )


def _reasoning_is_apart(logged: Sequence[int], total: object, kind: str, provider: str) -> bool:
    """Say whether the output leaves the reasoning out.

    Releases up to 1.3 took the vendor's output as it came, with the reasoning inside for most;
    later ones take it out. The total, where there is one, says which.
    """
    given, output, reasoning, cache_read, cache_write = logged
    plain = given + output + cache_read + cache_write
    if kind in ("assistant", "compaction") or total == plain + reasoning:
        return True
    return total != plain and (reasoning > output or provider in REASONING_APART)


def _counts(logged: Sequence[int], is_apart: bool) -> Tokens:
    given, output, reasoning, cache_read, cache_write = logged
    return Tokens(
        input=given,
        cache_read=cache_read,
        cache_write_5m=cache_write,
        output=output + reasoning if is_apart else output,
        reasoning=reasoning,
    )


def _root_of(session: str, sessions: Mapping[str, Session]) -> str:
    """Follow the sessions that started one another up to the first."""
    seen = {session}
    while (parent := sessions.get(session, Session()).started_by) and parent not in seen:
        seen.add(parent)
        session = parent
    return session

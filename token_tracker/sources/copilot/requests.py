"""One request of Copilot CLI, as its log or its database tells it, and the id both agree on.

The log names the vendor's response id, the database does not; the clocks of the two differ
by some milliseconds. So the id is made of what both have: whose request it was, its model and
its counts. Of requests that are alike in all of that, each is one more.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import NamedTuple

from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.sources._fields import UsageInvalidError
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._fields import whole_count
from token_tracker.sources._ids import event_id

SOURCE = "copilot"
PROVIDER = "github-copilot"
"""GitHub bills what the program used, in units of its own: no vendor\'s bill holds it."""
COMPACTION = "compaction"
INITIATORS = {"user": "manual", "agent": "manual", "sub-agent": "agent"}
"""Whom the host says a request is for: "agent" goes on with what a person asked, after a tool."""


class Request(NamedTuple):
    """What a request took.

    `owner`: the id of the sub-agent's run, else of the session. `kind`: the host's word for who
    asked ("user", "agent", "sub-agent", "compaction").
    """

    owner: str
    model: str
    tokens: Tokens
    kind: str

    @property
    def key(self) -> tuple[str | int, ...]:
        """Give what log and database have in common; a compaction's log does not name its owner."""
        owner = COMPACTION if self.kind == COMPACTION else self.owner
        return (owner, self.model, *self.tokens._replace(reasoning=0))

    @property
    def short_key(self) -> str:
        """Give the key in ten letters, to be remembered."""
        return short_hash(*self.key)

    def event(self, at_ms: int, origin: Origin, place: Place, count: int = 1) -> UsageEvent:
        """Make the event; `count`: how many requests alike there have been, with this one."""
        initiator = INITIATORS.get(self.kind, "")
        return UsageEvent(
            event_id(SOURCE, "request", *self.key, count),
            at_ms,
            at_ms,
            Service(PROVIDER, self.model),
            origin._replace(initiator="skill" if origin.skill and initiator == "manual" else initiator),
            self.tokens,
            0,
            False,
            True,
            None,
            place,
        )


def moment(value: object) -> int:
    """Read when a request was; one that cannot be dated cannot be counted.

    Raises:
        UsageInvalidError: it is no moment.
    """
    at_ms = instant_ms(value)
    if at_ms is None:
        raise UsageInvalidError
    return at_ms


def short_hash(*parts: str | int) -> str:
    """Give ten letters by which something is known again within one log."""
    return blake2b(repr(parts).encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()


def token_counts(
    prompt: object, output: object, cache_read: object, cache_write: object, reasoning: object
) -> Tokens:
    """Split what the host logs: its prompt has the cache inside, its output the reasoning.

    Raises:
        UsageInvalidError: a count cannot be, or both prompt and output are unknown.
    """
    if prompt is None and output is None:
        raise UsageInvalidError
    whole = whole_count(prompt)
    read = min(whole_count(cache_read), whole)
    written = min(whole_count(cache_write), whole - read)
    answer = whole_count(output)
    return Tokens(whole - read - written, read, written, 0, answer, min(whole_count(reasoning), answer))

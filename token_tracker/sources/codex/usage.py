"""Counts as Codex logs them, and what they are in this program's."""

from __future__ import annotations

from typing import NamedTuple

from token_tracker.model import Tokens

_new = tuple.__new__  # skips the Python layer of a NamedTuple: this runs once for every response


class Usage(NamedTuple):
    """Counts as Codex logs them: the prompt has the cache inside, the output the reasoning."""

    input: int
    cached: int
    written: int
    output: int
    reasoning: int
    total: int

    def counts(self) -> Tokens:
        """Give the disjoint counts. Reasoning beside the output (other vendors) is added to it."""
        prompt, cached, written, output, reasoning, total = self
        if cached + written > prompt:
            cached = min(cached, prompt)
            written = min(written, prompt - cached)
        if total == prompt + output + reasoning:
            output += reasoning
        elif reasoning > output:
            reasoning = output
        return _new(Tokens, (prompt - cached - written, cached, written, 0, output, reasoning))

    def name(self) -> str:
        """Name a running total, without cache writes: an older release drops those of a newer one."""
        prompt, cached, _, output, reasoning, total = self
        return f"{prompt} {cached} {output} {reasoning} {total}"

    def since(self, previous: Usage | None) -> Usage:
        """Give what was used between two running totals; one that fell began anew."""
        if previous is None or self.total < previous.total:
            return self
        return Usage(*(max(0, now - before) for now, before in zip(self, previous, strict=True)))


class Record(NamedTuple):
    """A `token_usage_record`; `thread_usage` is the running total of `thread` behind it."""

    thread: str
    session: str
    turn: str
    response: str
    usage: Usage
    thread_usage: Usage | None

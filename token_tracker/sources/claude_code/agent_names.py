"""What a sub-agent is called, where its own lines do not say it.

Newer hosts write the name on every line of a sub-agent. Older ones leave three traces: a
side file `agent-<id>.meta.json`, the name in the result that the parent was handed, or
the call that started the sub-agent, joined to that result by the id of the call.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from io import FileIO
from pathlib import Path
from typing import Any

from token_tracker.sources._fields import clean_name
from token_tracker.sources._lines import tail_hash
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading

CALL_MARKER = b'"subagent_type"'
LARGEST_SIDE_FILE = 1 << 20


class AgentNames:
    """Names that one reading of a parent's transcript gives away, by sub-agent run."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}
        self._calls: dict[str, str] = {}
        self._answered: dict[str, Sequence[str]] = {}

    def add_call(self, line: Mapping[str, Any]) -> None:
        """Note which agent every call on an assistant line starts."""
        self._calls.update(_calls(line))

    def add_result(self, run: str | None, name: str | None, calls: Sequence[str]) -> None:
        """Note a sub-agent's result: its run, its name where it is there, and the calls it answers."""
        if not (run := clean_name(run)):
            return
        if name := clean_name(name):
            self.known[run] = name
        else:
            self._answered[run] = calls

    def add_result_line(self, line: Mapping[str, Any]) -> None:
        """Note the result on a user line, if it is one of a sub-agent."""
        result, message = line.get("toolUseResult"), line.get("message")
        if not isinstance(result, dict):
            return
        content = message.get("content") if isinstance(message, dict) else None
        blocks = [one for one in content if isinstance(one, dict)] if isinstance(content, list) else []
        calls = [call for one in blocks if isinstance(call := one.get("tool_use_id"), str)]
        run, name = result.get("agentId"), result.get("agentType")
        self.add_result(run if isinstance(run, str) else None, name if isinstance(name, str) else None, calls)

    def resolved(self, earlier: Callable[[], Iterable[Mapping[str, Any]]]) -> dict[str, str]:
        """Give every name that can be told.

        `earlier` gives the lines with calls that were read before; it is asked only when a
        result answers none of the calls seen now.
        """
        calls = self._calls
        if any(call not in calls for answered in self._answered.values() for call in answered):
            calls = {call: name for line in earlier() for call, name in _calls(line)} | calls
        joined = {
            run: name
            for run, answered in self._answered.items()
            for call in answered
            if (name := clean_name(calls.get(call)))
        }
        return joined | self.known


def read_side_file(state: FileState, ending: str) -> Reading:
    """Read the name in a side file; the file is small and always read whole.

    `ending`: what follows the sub-agent in its name.

    Raises:
        OSError: the file cannot be opened or read.
    """
    with FileIO(state.path) as file:
        text = file.read(LARGEST_SIDE_FILE) or b""
        end = Cursor(state, len(text), tail_hash(file, len(text)))
    try:
        meta = json.loads(text)
    except (ValueError, RecursionError):
        meta = None  # still being written; a change of the file brings us back
    name = clean_name(_text(meta.get("agentType"))) if isinstance(meta, dict) else ""
    run = clean_name(Path(state.path).name.removesuffix(ending).removeprefix("agent-"))
    return Reading(end, True, len(text), [], [], {run: name} if run and name else {})


def _calls(line: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    message = line.get("message")
    content = message.get("content") if isinstance(message, dict) else None
    for block in content if isinstance(content, list) else []:
        given = block.get("input") if isinstance(block, dict) else None
        name = given.get("subagent_type") if isinstance(given, dict) else None
        if isinstance(name, str) and isinstance(call := block.get("id"), str):
            yield call, name


def _text(raw: object) -> str | None:
    return raw if isinstance(raw, str) else None

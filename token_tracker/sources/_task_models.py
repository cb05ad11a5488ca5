"""Which model answered in a task of the Cline family, and what the task belonged to.

The files beside the messages hold prompts and answers, too; only names of models, providers
and folders are taken from them.

`task_metadata.json` (Cline): {"model_usage": [{"ts", "model_id", "model_provider_id", "mode"}]},
an entry whenever the model changes. `api_conversation_history.json`: the turns sent to the model;
Cline's answers have {"modelInfo": {"modelId", "providerId"}}, Roo and Kilo tell the model to the
model itself, in the last block of a turn: "<environment_details> ... <model>NAME</model>".
`history_item.json` (Roo, Kilo): {"workspace", "rootTaskId", "parentTaskId", "mode"}.
`state/taskHistory.json` beside `tasks` (Cline): [{"id", "cwdOnTaskInitialization"}].
From the programs' code, checked 2026-11-22.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cached_property
from functools import lru_cache
from typing import Any
from typing import Final

from token_tracker.model import Origin
from token_tracker.model import Service
from token_tracker.sources._documents import read_document
from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import an_object
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._fields import member
from token_tracker.sources._fields import objects
from token_tracker.sources._providers import billing_provider

MODEL_TAG: Final = re.compile(r"<model>([^<>\n]{1,200})</model>")
DETAILS: Final = "<environment_details>"
GENERIC: Final = {"openai": "", "litellm": "", "requesty": "requesty"}
"""Names for any server of that format: they do not say who bills."""

DRIVEN: Final = {"claude-code": "claude-code", "openai-codex-cli": "codex", "opencode": "opencode"}
"""Programs that Cline asks instead of a vendor, by its names and by ours: they keep logs of their own.

Source: claude-code/run.ts of the extension; @cline/llms of the command line 3.0.65. Read 2026-11-22.
"""


class TaskModels:
    """The models of one task; the files beside it are opened only when a message names none."""

    def __init__(self, folder: str) -> None:
        self._folder = folder

    def of(self, message: JsonObject, until_ms: int) -> tuple[str, Service]:
        """Give the provider as logged and what was bought; `until_ms`: when the next request began."""
        own = member(message, "modelInfo", "modelId")
        if isinstance(own, str):
            logged, model = clean_name(member(message, "modelInfo", "providerId")), clean_name(own)
        else:
            logged, model = self._named_before(until_ms)
        return logged, Service(GENERIC.get(logged, billing_provider(logged)), model)

    def _named_before(self, until_ms: int) -> tuple[str, str]:
        """Give the model that was named last: while a request is prepared, after its message is there."""
        named = [(logged, model) for since, logged, model in self._named if since < until_ms]
        return named[-1] if named else ("", "")

    @cached_property
    def _named(self) -> list[tuple[int, str, str]]:
        """List when which provider and model were named, in the order of time."""
        found = [
            (at_ms, clean_name(entry.get("model_provider_id")), model)
            for entry in objects(an_object(self._read("task_metadata.json")).get("model_usage"))
            if (at_ms := instant_ms(entry.get("ts"))) and (model := clean_name(entry.get("model_id")))
        ]
        return sorted(found or self._named_in_turns())

    def _named_in_turns(self) -> Iterator[tuple[int, str, str]]:
        for turn in objects(self._read("api_conversation_history.json")):
            at_ms = instant_ms(turn.get("ts")) or 0
            if model := clean_name(member(turn, "modelInfo", "modelId")):
                yield at_ms, clean_name(member(turn, "modelInfo", "providerId")), model
            elif turn.get("role") == "user" and (model := _told_model(turn.get("content"))):
                yield at_ms, "", model

    def _read(self, name: str) -> Any:
        return _read_beside(os.path.join(self._folder, name))


def wraps_of(logged: str) -> str:
    """Name the program that answered in a vendor's place, without its session: Cline does not keep that.

    >>> wraps_of("claude-code"), wraps_of("anthropic")
    ('claude-code/', '')
    """
    return f"{DRIVEN[logged]}/" if logged in DRIVEN else ""


def origin_of(source: str, folder: str, task: str) -> Origin:
    """Say what a task belonged to: its folder, and the task that it is a part of."""
    item = an_object(_read_beside(os.path.join(folder, "history_item.json")))
    cwd = clean_name(item.get("workspace"))
    if not cwd:
        store = os.path.dirname(os.path.dirname(folder))
        cwd = _folders_of(os.path.join(store, "state", "taskHistory.json")).get(task, "")
    root = clean_name(item.get("rootTaskId"))
    parent = clean_name(item.get("parentTaskId"))
    if not root or root == task:
        return Origin(source, cwd=cwd, session=task)
    return Origin(
        source,
        cwd=cwd,
        session=root,
        agent=clean_name(item.get("mode")),
        agent_id=task,
        initiator="agent",
        parent=parent,
    )


def _told_model(content: object) -> str:
    """Read the model that a turn names in what the extension itself adds at its end."""
    blocks = objects(content)
    text = blocks[-1].get("text") if blocks else content
    if not isinstance(text, str) or DETAILS not in text:
        return ""
    told = MODEL_TAG.findall(text[text.rindex(DETAILS) :])
    return clean_name(told[-1]) if told else ""


def _folders_of(path: str) -> dict[str, str]:
    try:
        stat = os.stat(path)
    except OSError:
        return {}
    return _folders_in(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=4)
def _folders_in(path: str, size: int, mtime_ns: int) -> dict[str, str]:  # noqa: ARG001 - what it is cached by
    """Give the folder of each task of a history; read again when it has changed."""
    entries = objects(_read_beside(path))
    return {
        clean_name(entry.get("id")): clean_name(entry.get("cwdOnTaskInitialization")) for entry in entries
    }


def _read_beside(path: str) -> Any:
    """Read a file beside the messages; what it would say is unknown when it cannot be read."""
    try:
        return read_document(path)
    except OSError:
        return None

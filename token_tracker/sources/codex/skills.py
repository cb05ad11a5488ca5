"""Which skill a turn takes up, by the two traces that it leaves in a thread.

A skill that the person named is handed to the model as a message of the host's; one that the
model chose itself is read by a tool, from a folder of skills. Nothing else of a message or a
call is looked at.
"""

from __future__ import annotations

import re

from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import objects

SKILL_MARKER = b"SKILL.md"
CALLS = {"function_call": "arguments", "custom_tool_call": "input"}
"""Kinds of items that call a tool, and where the words of the call are."""

_HANDED = re.compile(r"<skill>\n<name>([\w.:-]{1,64})</name>\n")
_READ = re.compile(r"/skills/(?:[\w.@-]+/)*([\w.-]{1,64})/SKILL\.md\b")


def skill_of(item: JsonObject) -> str:
    """Name the skill that a `response_item` takes up; "" where it takes up none.

    Source: Codex 0.169.0, checked 2026-11-22.

    >>> skill_of({"type": "function_call", "arguments": '{"cmd":"cat ~/.agents/skills/tea/SKILL.md"}'})
    'tea'
    """
    kind = item.get("type")
    if kind == "message" and item.get("role") == "user":
        texts = [one.get("text") for one in objects(item.get("content"))[:1]]
        found = _HANDED.match(texts[0]) if texts and isinstance(texts[0], str) else None
    else:
        words = item.get(CALLS.get(str(kind), ""))
        found = _READ.search(words) if isinstance(words, str) else None
    return found[1] if found else ""

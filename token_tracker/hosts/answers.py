"""What a host's session-start hook must print: one JSON object, in the host's own shape."""

from __future__ import annotations

import json


def session_start_answer(message: str, advice: str) -> str:
    """Give the JSON that Claude Code and Codex both take; "" where nothing is said.

    `message`: for the person, never sent to the model. `advice`: one line for the model, ""
    for none. Codex drops an object with any other key.

    Source: @anthropic-ai/claude-code 2.1.330 and @openai/codex 0.169.0, run with hooks that gave
    each of these, on the screen and in what they asked the model; checked 2026-11-22.
    """
    answer: dict[str, object] = {}
    if message:
        answer["systemMessage"] = message
    if advice:
        answer["hookSpecificOutput"] = {"hookEventName": "SessionStart", "additionalContext": advice}
    return json.dumps(answer, ensure_ascii=False) if answer else ""

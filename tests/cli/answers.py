"""What the tests of the command line share: an answer, and logs to answer from; no test lives here."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from typing import NamedTuple

from sources.claude_lines import line
from sources.claude_lines import text_of

NOW = "2026-10-05T12:00:00+00:00"
SESSION = "5e551000-0099-4000-8000-000000000001"
TOKENS = 671
"""Of each response in `LINES`."""

CANARY = "canary-7f3a-do-not-print"
"""Stands where people and agents write: it belongs into no answer, no log and no ledger."""

LINES = text_of(
    {
        "type": "user",
        "timestamp": "2026-10-05T07:59:00Z",
        "sessionId": SESSION,
        "uuid": "0d1f4c6a-0000-4000-8000-000000000000",
        "cwd": "/home/dev/shop",
        "message": {"role": "user", "content": f"prompt {CANARY}"},
    },
    line(
        timestamp="2026-10-05T08:00:00Z",
        message__content=[
            {"type": "text", "text": f"answer {CANARY}"},
            {"type": "tool_use", "id": "toolu_1", "name": "Bash", "input": {"command": f"echo {CANARY}"}},
        ],
    ),
    line(
        timestamp="2026-10-04T08:00:00Z",
        message__id="msg_01Counter0002",
        message__model="brew-model-9",
        message__content=[{"type": "text", "text": CANARY}],
    ),
    f'{{"type": "assistant", "message": {{"usage": {{"{CANARY}'.encode(),
)


class Answer(NamedTuple):
    """What a command printed, and how it ended."""

    exit_code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The answer to `--json`."""
        loaded: dict[str, Any] = json.loads(self.out)
        return loaded

    @property
    def error_code(self) -> str:
        """The code of an error that was asked for with `--json`."""
        return str(self.document["error"]["code"])

    @property
    def problem_codes(self) -> list[str]:
        """The codes of the problems below an answer to `--json`."""
        return [problem["code"] for problem in self.document["problems"]]


Ask = Callable[..., Answer]
"""Runs a command line, given as words."""


def write_logs(home: Path, text: bytes = LINES) -> Path:
    """Write a session of Claude Code into the home of a person."""
    folder = home / ".claude" / "projects" / "-home-dev-shop"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{SESSION}.jsonl"
    path.write_bytes(text)
    return path


def contents(folder: Path) -> dict[str, bytes]:
    """Give every file below a folder by its name there."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }

"""Logs of days gone by, in the shape of Claude Code, with usage whose price is known.

Every host's tests use them: the program reads all agents' logs whichever host asks.
Source: @anthropic-ai/claude-code 2.1.330, transcripts below `projects`, checked 2026-11-22.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from datetime import UTC
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

MODEL = "claude-sonnet-4-5"
USD_PER_MTOK = {"input": Decimal(3), "output": Decimal(15)}
"""Source: platform.claude.com/docs/en/about-claude/pricing, checked 2026-11-22."""


class Used(NamedTuple):
    """One response: when (aware), and its tokens; nothing of it was cached."""

    at: datetime
    input: int = 100_000
    output: int = 10_000

    @property
    def usd(self) -> Decimal:
        """Give the price: 100,000 in and 10,000 out are 0.30 + 0.15 dollars.

        >>> Used(datetime.fromisoformat("2026-10-05T10:00:00+08:00")).usd
        Decimal('0.45')
        """
        cost = USD_PER_MTOK["input"] * self.input + USD_PER_MTOK["output"] * self.output
        return (cost / 1_000_000).normalize()


def write_usage(home: Path, used: Iterable[Used], *, project: str = "/home/dev/tea-shop") -> Path:
    """Write one session of Claude Code into a home; gives its file, to which later calls do not add."""
    session = str(uuid.uuid4())
    folder = home / ".claude" / "projects" / project.replace("/", "-")
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{session}.jsonl"
    lines = [line for one in used for line in _turn(one, session, project)]
    file.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    return file


def _turn(used: Used, session: str, project: str) -> list[dict[str, object]]:
    key = uuid.uuid4().hex[:20]
    common = {
        "isSidechain": False,
        "timestamp": used.at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "userType": "external",
        "entrypoint": "cli",
        "cwd": project,
        "sessionId": session,
        "version": "2.1.330",
        "gitBranch": "main",
    }
    asked = {"role": "user", "content": "Count the teas."}
    answer = {
        "id": f"msg_{key}",
        "type": "message",
        "role": "assistant",
        "model": MODEL,
        "content": [{"type": "text", "text": "Three."}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {
            "input_tokens": used.input,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "output_tokens": used.output,
            "service_tier": "standard",
        },
    }
    first, second = str(uuid.uuid4()), str(uuid.uuid4())
    return [
        {**common, "type": "user", "parentUuid": None, "uuid": first, "message": asked},
        {
            **common,
            "type": "assistant",
            "parentUuid": first,
            "uuid": second,
            "requestId": f"req_{key}",
            "message": answer,
        },
    ]

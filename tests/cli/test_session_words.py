"""A session start from logs and budgets that are full of hostile names: none of them is told.

See `render/test_injected_text.py`, which takes the names one by one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.answers import Ask
from hostile_names import NAMES
from render.injected_grammar import strangers
from sources.claude_lines import line
from sources.claude_lines import text_of
from token_tracker.cli import due_items

NOW = "2026-11-22T23:30:00+00:00"
SCOPED = [name for name in NAMES if re.fullmatch(r"\S(.*\S)?", name) and len(name) <= 150]
"""Names that a budget may be limited to: of one line, and not too long."""


@pytest.fixture(autouse=True)
def person(isolated_home: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give a person whose models, folders, sessions, branches and budgets have these names."""
    monkeypatch.setenv("TOKEN_TRACKER_NOW", NOW)
    logs = isolated_home / ".claude" / "projects" / "-home-dev-shop"
    logs.mkdir(parents=True)
    (logs / "session.jsonl").write_bytes(text_of(*records()))
    budgets = [
        {"period": "daily", "limit": "0.01", "currency": "USD", "scope": f"{kind}={name}"}
        for kind, name in zip(("model", "project", "skill", "agent", "provider") * 60, SCOPED, strict=False)
    ]
    whole = {"period": "daily", "limit": "0.01", "currency": "USD"}
    (home / "budget.json").write_text(json.dumps({"schema": 1, "budgets": [whole, *budgets]}))


def records() -> Iterator[dict[str, Any]]:
    for number, name in enumerate(NAMES):
        session = f"5e551000-0099-4000-8000-{number:012}"
        place = {"cwd": f"/home/dev/{name}", "gitBranch": name, "sessionId": session}
        yield {"type": "summary", "summary": name, "leafUuid": session}
        for model, kind in ((name, "raw"), ("claude-opus-4-5", "known")):
            at = f"2026-11-{21 + number % 2}T08:00:00Z"
            yield line(timestamp=at, message__id=f"msg_{kind}{number}", message__model=model, **place)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_name_is_told_to_a_session(lang: str, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN_TRACKER_LANG", lang)
    monkeypatch.setattr(due_items, "MOST_ALERTS", 1000)  # one session is told fewer
    items = ask("session-check", "--json").document["items"]
    plain = ask("session-check").out

    assert {"daily:2026-11-22", "alert:daily:exceeded:2026-11-22"} <= {item["id"] for item in items}
    assert len(items) > 10
    assert [strangers(item["content"], lang) for item in items] == [[] for _ in items]
    assert [item["name"] for item in items if not re.fullmatch(r"[A-Z0-9_-]+\.md", item["name"])] == []
    assert strangers(plain, lang) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("host", ["claude-code", "codex"])
def test_no_name_is_in_the_answer_to_a_hook(
    lang: str, host: str, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_TRACKER_LANG", lang)
    answer = json.loads(ask("session-check", "--format", "hook", "--host", host, "--update-state").out)
    told = [answer["systemMessage"], answer["hookSpecificOutput"]["additionalContext"]]

    assert [strangers(text, lang) for text in told] == [[], []]

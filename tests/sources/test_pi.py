"""What is special to Pi: five places of usage, forks and clones, its own estimate of the cost."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sources.samples import FIXTURES
from sources.samples import events_of
from sources.samples import files_in
from sources.samples import readings_of
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.sources.contract import Root
from token_tracker.sources.pi import SOURCE
from token_tracker.sources.pi.sessions import token_counts

PI = FIXTURES / "pi"
HEAD = {"type": "session", "version": 3, "id": "s1", "timestamp": "2026-11-20T07:00:00.000Z", "cwd": "/shop"}


def entry(number: int, role: str, **fields: Any) -> dict[str, Any]:
    message = {"role": role, "provider": "openai-codex", "model": "gpt-5.5", "content": [], **fields}
    if role == "assistant":
        message.setdefault("usage", {"input": number, "output": 1, "cost": {"total": 0}})
    time = f"2026-11-20T07:00:{number:02d}.000Z"
    return {"type": "message", "id": f"e{number}", "timestamp": time, "message": message}


def session(place: Path, *entries: dict[str, Any], name: str = "2026-11-20T07-00-00-000Z_s1.jsonl") -> Path:
    path = place / "--shop--" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(one) + "\n" for one in entries)
    return path


def events_in(place: Path) -> list[UsageEvent]:
    return sorted(events_of(readings_of(SOURCE, place)).values(), key=lambda event: event.at_ms)


def test_every_place_of_usage_names_the_model_as_far_as_it_is_told() -> None:
    assert [(one.service.model, one.host_cost_pico) for one in events_in(PI / "sample-places")] == [
        ("claude-sonnet-4-5", 2_100_000_000),
        ("claude-sonnet-4-5", 1_500_000_000),
        ("", 180_000_000),
        ("claude-sonnet-4-5", 270_000_000),
        ("claude-sonnet-4-5", 315_000_000),
    ]


def test_a_summary_is_of_the_model_that_was_chosen_last(tmp_path: Path) -> None:
    chosen = {"type": "model_change", "id": "e1", "provider": "moonshotai", "modelId": "kimi-k3"}
    summary = {"id": "e2", "timestamp": "2026-11-20T07:01:00Z", "usage": {"input": 5}}
    session(tmp_path, HEAD, entry(1, "assistant"), chosen)
    first = SOURCE.read(files_in(SOURCE, tmp_path)[0], None)
    session(tmp_path, {**summary, "type": "compaction"})
    second = SOURCE.read(files_in(SOURCE, tmp_path)[0], first.cursor)

    assert [one.service[:2] for one in [*first.events, *second.events]] == [
        ("openai", "gpt-5.5"),
        ("kimi", "kimi-k3"),
    ]
    assert {one.origin.session for one in second.events} == {"s1"}


def test_an_estimate_of_nothing_is_no_estimate(tmp_path: Path) -> None:
    session(tmp_path, HEAD, entry(1, "assistant"))

    assert [one.host_cost_pico for one in events_in(tmp_path)] == [None]


def test_one_hour_writes_and_reasoning_are_never_more_than_what_holds_them() -> None:
    usage = {"input": 1, "output": 2, "cacheRead": 3, "cacheWrite": 4, "cacheWrite1h": 5, "reasoning": 6}

    assert token_counts(usage) == Tokens(1, 3, 0, 4, 2, 2)


def test_a_copy_in_a_clone_of_a_fork_belongs_to_the_session_that_asked() -> None:
    logs = sorted((PI / "recorded-fork").rglob("*.jsonl"))
    first, fork, clone = (log.stem.rpartition("_")[2] for log in logs)

    found = Counter((one.origin.session, one.origin.parent) for one in events_in(PI / "recorded-fork"))

    assert found == {(first, ""): 3, (fork, first): 1, (clone, fork): 1}


@pytest.mark.parametrize("parent", ["/else/where/x_p0.jsonl", "C:\\else\\x_p0.jsonl"])
def test_copies_of_a_session_that_is_gone_are_of_the_session_that_its_file_was_named_by(
    parent: str, tmp_path: Path
) -> None:
    forked = {**HEAD, "timestamp": "2026-11-20T07:00:05.000Z", "parentSession": parent}
    session(tmp_path, forked, entry(1, "assistant"), entry(9, "assistant"))

    assert [(one.origin.session, one.origin.parent) for one in events_in(tmp_path)] == [
        ("p0", ""),
        ("s1", "p0"),
    ]


def test_work_of_a_skill_begins_behind_the_reading_of_its_file_and_ends_with_the_next_prompt(
    tmp_path: Path,
) -> None:
    read = {"type": "toolCall", "name": "read", "arguments": {"path": "/skills/price-tags/SKILL.md"}}
    other = {"type": "toolCall", "name": "read", "arguments": {"path": "/skills/price-tags/NOTES.md"}}
    lines = [
        entry(1, "assistant", content=[other]),
        entry(2, "assistant", content=[read]),
        entry(3, "assistant"),
        entry(4, "user"),
        entry(5, "assistant"),
    ]
    session(tmp_path, HEAD, *lines[:2])
    first = SOURCE.read(files_in(SOURCE, tmp_path)[0], None)
    session(tmp_path, *lines[1:])
    second = SOURCE.read(files_in(SOURCE, tmp_path)[0], first.cursor)
    kept = sorted(events_of([first, second]).values(), key=lambda event: event.at_ms)

    assert [one.origin.skill for one in kept] == ["", "", "price-tags", ""]


def test_an_answer_that_failed_without_usage_is_nothing_and_one_with_usage_counts(tmp_path: Path) -> None:
    nothing = {"input": 0, "output": 0}
    session(
        tmp_path,
        HEAD,
        entry(1, "assistant", stopReason="aborted", usage=nothing),
        entry(2, "assistant", stopReason="aborted"),
        entry(3, "assistant", stopReason="stop", usage=nothing),
    )

    assert [one.tokens.total for one in events_in(tmp_path)] == [3, 0]


def test_the_sessions_are_where_the_variables_say(tmp_path: Path) -> None:
    (tmp_path / ".omp/agent/sessions").mkdir(parents=True)

    assert SOURCE.roots({"HOME": str(tmp_path)}, ["/more"]) == [
        Root(f"{tmp_path}/.pi/agent/sessions", False),
        Root(f"{tmp_path}/.omp/agent/sessions", True),
        Root("/more", False),
    ]
    assert SOURCE.roots({"HOME": "/", "PI_CODING_AGENT_DIR": "/a"}, []) == [Root("/a/sessions", False)]
    environ = {"HOME": "/", "PI_CODING_AGENT_DIR": "/a", "PI_CODING_AGENT_SESSION_DIR": "/b"}
    assert SOURCE.roots(environ, []) == [Root("/b", False)]

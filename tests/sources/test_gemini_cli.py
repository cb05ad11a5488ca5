"""What is special to the chats of Gemini CLI."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from sources.samples import FIXTURES
from sources.samples import events_of
from sources.samples import files_in
from sources.samples import readings_of
from token_tracker.model import UsageEvent
from token_tracker.sources.contract import Root
from token_tracker.sources.gemini_cli import SOURCE

SKILL = FIXTURES / "gemini_cli/sample-skill"
HEAD = {"sessionId": "s1", "projectHash": "00", "kind": "main"}


def answer(number: int, second: int, **fields: Any) -> dict[str, Any]:
    identity = f"{number:08d}-0000-4000-8000-000000000000"
    tokens = {"input": 100 + number, "output": 10, "cached": 0, "thoughts": 0, "tool": 0}
    return {
        "id": identity,
        "timestamp": f"2026-11-21T10:00:{second:02d}.000Z",
        "type": "gemini",
        "model": "gemini-2.5-pro",
        "tokens": tokens,
        **fields,
    }


def chat(place: Path, *lines: dict[str, Any], project: str = "shop", name: str = "session-1.jsonl") -> Path:
    path = place / "tmp" / project / "chats" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.writelines(json.dumps(line) + "\n" for line in lines)
    return path


def events_in(place: Path) -> list[UsageEvent]:
    return sorted(events_of(readings_of(SOURCE, place)).values(), key=lambda event: event.at_ms)


def test_work_of_a_skill_ends_with_the_next_prompt() -> None:
    own = [event for event in events_in(SKILL) if not event.origin.agent_id]

    assert [(event.origin.skill, event.origin.initiator) for event in own] == [
        ("", ""),
        ("price-tags", "skill"),
        ("price-tags", "skill"),
        ("", ""),
    ]


def test_a_skill_is_remembered_between_two_readings(tmp_path: Path) -> None:
    call = {"name": "activate_skill", "args": {"name": "price-tags"}, "status": "success"}
    chat(tmp_path, HEAD, answer(1, 1), answer(1, 1, toolCalls=[call]))
    first = SOURCE.read(files_in(SOURCE, tmp_path)[0], None)
    chat(tmp_path, answer(1, 1, toolCalls=[call]), answer(2, 2))

    second = SOURCE.read(files_in(SOURCE, tmp_path)[0], first.cursor)

    assert [event.origin.skill for event in second.events] == ["", "price-tags"]
    assert {event.origin.session for event in second.events} == {"s1"}


def test_a_sub_agent_works_for_the_session_that_started_it() -> None:
    readings = readings_of(SOURCE, SKILL)
    runs = [event.origin for event in events_of(readings).values() if event.origin.agent_id]
    names = {run: name for reading in readings for run, name in reading.agent_names.items()}

    assert {(run.session, run.parent, run.initiator) for run in runs} == {
        ("f7a1c9d2-6f0b-4d53-9a1e-0b7c2d3e4f50", "f7a1c9d2-6f0b-4d53-9a1e-0b7c2d3e4f50", "agent")
    }
    assert {run.agent_id for run in runs} == set(names)
    assert set(names.values()) == {"generalist"}


@pytest.mark.parametrize("project", ["shop", hashlib.sha256(b"/home/dev/shop").hexdigest()])
def test_the_list_of_projects_tells_the_folder_of_a_chat(tmp_path: Path, project: str) -> None:
    (tmp_path / "projects.json").write_text('{"projects": {"/elsewhere": "x", "/home/dev/shop": "shop"}}')
    chat(tmp_path, HEAD, answer(1, 1), project=project)

    assert [event.origin.cwd for event in events_in(tmp_path)] == ["/home/dev/shop"]


def test_a_chat_without_any_word_of_its_folder_is_counted_without_one(tmp_path: Path) -> None:
    (tmp_path / "projects.json").write_text("{")
    chat(tmp_path, HEAD, answer(1, 1), project="0123")

    assert [(event.origin.cwd, event.tokens.total) for event in events_in(tmp_path)] == [("", 111)]


def test_an_answer_without_a_random_id_belongs_to_its_session(tmp_path: Path) -> None:
    chat(tmp_path, HEAD, answer(1, 1, id="m1"))
    chat(tmp_path, {**HEAD, "sessionId": "s2"}, answer(1, 1, id="m1"), name="session-2.jsonl")

    assert [event.origin.session for event in events_in(tmp_path)] == ["s1", "s2"]


def test_a_document_that_is_being_written_is_no_empty_chat(tmp_path: Path) -> None:
    path = chat(tmp_path, name="session-1.json")
    path.write_text('{"sessionId": "s1", "messages": [')

    with pytest.raises(OSError, match=r"session-1\.json"):
        readings_of(SOURCE, tmp_path)


def test_a_message_of_a_document_that_cannot_be_counted_is_named_by_its_number(tmp_path: Path) -> None:
    path = chat(tmp_path, name="session-1.json")
    broken = answer(2, 2, tokens={"input": -1})
    path.write_text(json.dumps({**HEAD, "messages": [answer(1, 1), broken, answer(3, 3)]}))

    (reading,) = readings_of(SOURCE, tmp_path)

    assert [event.tokens.total for event in reading.events] == [111, 113]
    assert [(one.code, one.line) for one in reading.problems] == [("usage-invalid", 2)]


def test_only_chats_are_listed_and_a_folder_of_chats_alone_will_do(tmp_path: Path) -> None:
    path = chat(tmp_path, HEAD, answer(1, 1))
    (tmp_path / "tmp/shop/logs.json").write_text("[]")

    assert [state.path for state in files_in(SOURCE, tmp_path)] == [str(path)]
    assert [state.path for state in SOURCE.files([Root(str(path.parent), True)])] == [str(path)]


def test_a_home_without_chats_is_not_searched_for_other_documents(tmp_path: Path) -> None:
    home = tmp_path / ".gemini"
    (home / "extensions").mkdir(parents=True)
    (home / "oauth_creds.json").write_text("{}")
    (home / "extensions/index.json").write_text("{}")

    assert SOURCE.files([Root(str(home), True)]) == []


def test_the_home_of_the_host_is_where_its_variable_says(tmp_path: Path) -> None:
    (tmp_path / "other/.cache/.gemini").mkdir(parents=True)

    assert [root.path for root in SOURCE.roots({"HOME": str(tmp_path)}, [])] == [f"{tmp_path}/.gemini"]
    assert SOURCE.roots({"GEMINI_CLI_HOME": f"{tmp_path}/other"}, [f"{tmp_path}/more"]) == [
        Root(f"{tmp_path}/other/.gemini", False),
        Root(f"{tmp_path}/other/.cache/.gemini", True),
        Root(f"{tmp_path}/more", False),
    ]

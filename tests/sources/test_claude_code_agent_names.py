"""What a sub-agent is called, where its own lines do not say it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sources.claude_lines import READERS
from sources.claude_lines import line
from sources.claude_lines import read
from sources.claude_lines import read_text
from sources.claude_lines import state_of
from sources.claude_lines import text_of
from token_tracker.sources._native import Toolset
from token_tracker.sources.claude_code import SOURCE
from token_tracker.sources.claude_code import find_files
from token_tracker.sources.contract import Root

each_reader = pytest.mark.parametrize("reader", READERS, ids=[reader.name for reader in READERS])


def call(identity: str, agent: object, **changes: Any) -> dict[str, Any]:
    block = {"type": "tool_use", "id": identity, "name": "Task", "input": {"subagent_type": agent}}
    return line(message__content=[{"type": "text", "text": "On it."}, block], **changes)


def result(identity: str, run: object, **more: Any) -> dict[str, Any]:
    return {
        "type": "user",
        "message": {"role": "user", "content": [{"type": "tool_result", "tool_use_id": identity}]},
        "toolUseResult": {"agentId": run, "usage": {"input_tokens": 5}, **more},
    }


@each_reader
@pytest.mark.parametrize(
    ("records", "names"),
    [
        ([call("t1", "reviewer"), result("t1", "a1")], {"a1": "reviewer"}),
        ([result("t1", "a1", agentType="Explore")], {"a1": "Explore"}),
        ([call("t1", "reviewer"), result("t1", "a1", agentType="Explore")], {"a1": "Explore"}),
        ([call("t1", "reviewer"), result("t1", "a1", agentType="")], {"a1": "reviewer"}),
        ([call("t1", "reviewer"), result("t1", "a1", agentType=5)], {"a1": "reviewer"}),
        ([call("t1", "reviewer"), result("t2", "a1")], {}),
        ([call("t1", "re\u0007viewer"), result("t1", "a\u20281")], {"a1": "reviewer"}),
        ([call("t1", 5), result("t1", "a1")], {}),
        ([call("t1", "reviewer"), result("t1", 5)], {}),
        ([call("t1", "reviewer"), result("t1", "")], {}),
        ([call("t1", "reviewer"), result("t1", "a1") | {"message": "x"}], {}),
        ([call("t1", "reviewer"), result("t1", "a1") | {"message": {"content": "x"}}], {}),
        ([call("t1", "reviewer"), {"type": "user", "toolUseResult": "usage", "usage": 1}], {}),
        ([line(message__content="subagent_type"), result("t1", "a1")], {}),
        ([line(message__content=["x", {"input": 5}, {"input": {"subagent_type": "x"}}])], {}),
        ([call("t1", "a"), call("t2", "b"), result("t2", "a2"), result("t1", "a1")], {"a1": "a", "a2": "b"}),
        ([call("t1", "reviewer", message__model="<synthetic>"), result("t1", "a1")], {}),
        ([call("t1", "reviewer", costUSD=1), result("t1", "a1")], {"a1": "reviewer"}),
    ],
)
def test_a_parent_tells_the_name(
    reader: Toolset, records: list[dict[str, Any]], names: dict[str, str], tmp_path: Path
) -> None:
    reading = read_text(tmp_path, text_of(*records), reader)
    assert (reading.agent_names, reading.problems) == (names, [])


@each_reader
def test_the_name_is_told_however_the_file_was_cut(reader: Toolset, tmp_path: Path) -> None:
    text = text_of(
        b'{"subagent_type": broken',
        b'{"type":"assistant","message":{"usage":5},"x":{"subagent_type":1}}',
        call("t1", "reviewer"),
        line(),
        result("t1", "a1"),
        call("t2", "later"),
    )
    path = tmp_path / "session.jsonl"
    for cut in [0, *(number + 1 for number, byte in enumerate(text) if byte == 10)]:
        path.write_bytes(text[:cut])
        first = read(path, None, reader)
        with path.open("ab") as file:
            file.write(text[cut:])
        second = read(path, first.cursor, reader)
        assert {**first.agent_names, **second.agent_names} == {"a1": "reviewer"}


def test_a_call_that_was_not_read_yet_is_none(tmp_path: Path) -> None:
    """Only lines before the reading's own start are asked for an earlier call."""
    path = tmp_path / "session.jsonl"
    path.write_bytes(text_of(line()))
    first = read(path)
    path.write_bytes(text_of(line(), result("t1", "a1")))
    second = read(path, first.cursor)
    assert (second.from_start, second.agent_names) == (False, {})


def test_a_side_file_is_a_file_of_the_source(tmp_path: Path) -> None:
    """So it is read when it appears, even if its transcript is finished long since."""
    folder = tmp_path / "projects" / "-w-shop" / "s" / "subagents"
    folder.mkdir(parents=True)
    (folder / "agent-a1.jsonl").write_bytes(text_of(line(isSidechain=True, agentId="a1")))
    before = find_files([Root(str(tmp_path), True)])
    side = folder / "agent-a1.meta.json"
    side.write_text(json.dumps({"agentType": "Explore", "description": "secret"}))

    (new,) = set(find_files([Root(str(tmp_path), True)])) - set(before)
    reading = SOURCE.read(new, None)

    assert (new.path, reading.agent_names) == (str(side), {"a1": "Explore"})
    assert (reading.from_start, reading.bytes_read, reading.events, reading.problems) == (
        True,
        side.stat().st_size,
        [],
        [],
    )
    assert reading.cursor.state == new
    assert reading.cursor.offset == new.size


@pytest.mark.parametrize(
    "text",
    [b"", b"{", b"[]", b"5", b'{"agentType": 5}', b'{"agentType": ""}', b"\xff", b"[" * 100_000, b"null"],
)
def test_a_side_file_that_says_nothing_names_nobody(text: bytes, tmp_path: Path) -> None:
    side = tmp_path / "agent-a1.meta.json"
    side.write_bytes(text)
    reading = SOURCE.read(state_of(side), None)
    assert (reading.agent_names, reading.problems) == ({}, [])


def test_names_are_made_storable(tmp_path: Path) -> None:
    side = tmp_path / "agent-a1.meta.json"
    side.write_text(json.dumps({"agentType": "\u202eEx\nplore" + "x" * 500}))
    assert SOURCE.read(state_of(side), None).agent_names == {"a1": "Explore" + "x" * 391}

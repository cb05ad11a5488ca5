"""Who calls from Codex, and whether somebody reads along.

The shapes of input, environment and record are those of Codex 0.169.0, recorded on 2026-11-22;
ids, names and folders are invented.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from token_tracker.hosts.call import HookCall
from token_tracker.hosts.call import read_call
from token_tracker.hosts.codex_reader import FIRST_LINE_BYTES
from token_tracker.hosts.codex_reader import codex_has_reader

SESSION = "01a1f000-8dfa-7eb3-a22b-000000000001"
PARENT = "01a1f000-8dfa-7eb3-a22b-000000000002"
PLUGIN = "/home/dev/.codex/plugins/cache/token-tracker/token-tracker/0.1.0"
PLUGIN_ENVIRON = {
    "PLUGIN_ROOT": PLUGIN,
    "PLUGIN_DATA": "/home/dev/.codex/plugins/data/token-tracker-token-tracker",
    "CLAUDE_PLUGIN_ROOT": PLUGIN,
    "CLAUDE_PLUGIN_DATA": "/home/dev/.codex/plugins/data/token-tracker-token-tracker",
}
AT_THE_SCREEN = {"originator": "codex-tui", "source": "vscode"}
WITHOUT_THE_DAEMON = {"originator": "codex-tui", "source": "cli"}
BY_EXEC = {"originator": "codex_exec", "source": "exec"}
FIRST_AGENT = "/root"  # in the tree of agents, not a folder
SUB_AGENT = {
    "originator": "codex-tui",
    "thread_source": "subagent",
    "source": {
        "subagent": {
            "thread_spawn": {
                "parent_thread_id": PARENT,
                "depth": 1,
                "agent_path": f"{FIRST_AGENT}/lister",
                "agent_nickname": "James",
                "agent_role": None,
            }
        }
    },
}


def record(folder: Path, **told: Any) -> str:
    """Write the record of a session with its first two lines; gives its path."""
    meta = {
        "session_id": SESSION,
        "id": SESSION,
        "timestamp": "2026-10-06T01:30:00.000Z",
        "cwd": "/home/dev/shop",
        "cli_version": "0.169.0",
        "thread_source": "user",
        "model_provider": "openai",
        "base_instructions": {"text": "Be kind. " * 2_000},
        **told,
    }
    path = folder / f"rollout-2026-10-06T09-30-00-{SESSION}.jsonl"
    lines = [
        {"timestamp": "2026-10-06T01:30:00.100Z", "ordinal": 0, "type": "session_meta", "payload": meta},
        {"timestamp": "2026-10-06T01:30:00.200Z", "ordinal": 1, "type": "turn_context", "payload": {}},
    ]
    path.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines))
    return str(path)


def payload(transcript: str | None, source: str = "startup", **more: Any) -> dict[str, Any]:
    return {
        "session_id": SESSION,
        "transcript_path": transcript,
        "cwd": "/home/dev/shop",
        "hook_event_name": "SessionStart",
        "model": "gpt-6-sol",
        "permission_mode": "default",
        "source": source,
        **more,
    }


def started_as(folder: Path, *words: str) -> Path:
    """Tell, as Linux does, by which words the process was started that started us."""
    place = folder / "proc" / str(os.getppid())
    place.mkdir(parents=True)
    (place / "cmdline").write_bytes(b"".join(word.encode() + b"\0" for word in words))
    return folder / "proc"


def test_a_pipe_in_place_of_the_record_is_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "rollout-1.jsonl"
    os.mkfifo(pipe)

    assert codex_has_reader(payload(str(pipe))) is False


@pytest.mark.parametrize("begun", [AT_THE_SCREEN, WITHOUT_THE_DAEMON], ids=["daemon", "no daemon"])
@pytest.mark.parametrize("source", ["startup", "clear", "fork"])
def test_a_person_at_the_screen_of_codex_reads_along(
    tmp_path: Path, begun: Mapping[str, Any], source: str
) -> None:
    told = payload(record(tmp_path, **begun), source)
    assert read_call("auto", PLUGIN_ENVIRON, told) == HookCall("codex", SESSION, has_reader=True)


@pytest.mark.parametrize("begun", [BY_EXEC, SUB_AGENT], ids=["exec", "sub-agent"])
def test_nobody_reads_along_in_exec_and_in_sub_agents(tmp_path: Path, begun: Mapping[str, Any]) -> None:
    told = payload(record(tmp_path, **begun))
    assert read_call("auto", PLUGIN_ENVIRON, told) == HookCall("codex", SESSION, has_reader=False)


def test_a_session_that_the_host_itself_began_has_no_reader(tmp_path: Path) -> None:
    told = payload(record(tmp_path, **WITHOUT_THE_DAEMON, thread_source="memory_consolidation"))
    assert read_call("codex", {}, told).has_reader is False


def test_a_session_without_a_record_is_thrown_away_and_has_no_reader() -> None:
    assert read_call("auto", PLUGIN_ENVIRON, payload(None)) == HookCall("codex", SESSION, has_reader=False)


def test_the_event_of_a_sub_agent_has_no_reader(tmp_path: Path) -> None:
    told = {
        **payload(record(tmp_path, **AT_THE_SCREEN)),
        "hook_event_name": "SubagentStart",
        "turn_id": "01a1f000-941e-79b1-80a9-000000000003",
        "agent_id": "01a1f000-93cf-78d0-a8c7-000000000004",
        "agent_type": "explorer",
    }
    del told["source"]
    assert read_call("auto", PLUGIN_ENVIRON, told) == HookCall("codex", SESSION, has_reader=False)


def test_a_hook_of_the_persons_own_file_is_known_by_the_name_of_the_record(tmp_path: Path) -> None:
    told = payload(record(tmp_path, **AT_THE_SCREEN))
    assert read_call("auto", {}, told) == HookCall("codex", SESSION, has_reader=True)


@pytest.mark.parametrize("own", [PLUGIN_ENVIRON, {}], ids=["plug-in", "the person's own file"])
def test_codex_started_inside_claude_code_is_itself(tmp_path: Path, own: Mapping[str, str]) -> None:
    outer = {
        "CLAUDECODE": "1",
        "CLAUDE_CODE_ENTRYPOINT": "cli",
        "CLAUDE_CODE_SESSION_ATTENDED": "0",
        "CLAUDE_CODE_SESSION_ID": "5e551000-0002-4000-8000-000000000002",
    }
    told = payload(record(tmp_path, **AT_THE_SCREEN))
    assert read_call("auto", {**outer, **own}, told) == HookCall("codex", SESSION, has_reader=True)


def test_a_record_that_is_not_there_has_no_reader(tmp_path: Path) -> None:
    assert codex_has_reader(payload(str(tmp_path / "rollout-1.jsonl"))) is False


@pytest.mark.parametrize(
    "line", ["", "no JSON", "[]", "null", '{"payload": 7}', '{"payload": {"source": ["cli"]}}', "\udcff"]
)
def test_a_record_of_another_shape_has_no_reader(tmp_path: Path, line: str) -> None:
    path = tmp_path / "rollout-1.jsonl"
    path.write_bytes(line.encode(errors="surrogateescape") + b"\n")
    assert codex_has_reader(payload(str(path))) is False


def test_no_more_than_so_many_bytes_of_the_first_line_are_read(tmp_path: Path) -> None:
    path = record(tmp_path, **AT_THE_SCREEN, base_instructions={"text": "x" * FIRST_LINE_BYTES})
    assert codex_has_reader(payload(path)) is False


def test_exec_that_resumes_a_persons_session_has_no_reader(tmp_path: Path) -> None:
    told = payload(record(tmp_path, **AT_THE_SCREEN), "resume")
    processes = started_as(tmp_path, "/opt/codex/bin/codex", "exec", "resume", SESSION, "Count on.")
    assert codex_has_reader(told, processes) is False


def test_a_person_who_resumes_a_session_reads_along(tmp_path: Path) -> None:
    told = payload(record(tmp_path, **AT_THE_SCREEN), "resume")
    processes = started_as(tmp_path, "/opt/codex/bin/codex", "resume", SESSION)
    assert codex_has_reader(told, processes) is True


def test_a_system_that_does_not_tell_of_processes_takes_a_resumed_session_for_read(tmp_path: Path) -> None:
    told = payload(record(tmp_path, **AT_THE_SCREEN), "resume")
    assert codex_has_reader(told, tmp_path / "nothing") is True

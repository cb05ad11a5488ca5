"""Who calls a session-start hook, from what the real hosts put into environment and stdin.

The shapes are those of Claude Code 2.1.330, recorded on 2026-11-22; the ids are invented.
"""

from __future__ import annotations

from typing import Any

import pytest

from token_tracker.hosts.call import HookCall
from token_tracker.hosts.call import read_call

SESSION = "5e551000-0001-4000-8000-000000000001"
OUTER = "5e551000-0002-4000-8000-000000000002"


def claude_environ(**changes: str) -> dict[str, str]:
    return {
        "CLAUDECODE": "1",
        "CLAUDE_CODE_ENTRYPOINT": "cli",
        "CLAUDE_CODE_CHILD_SESSION": "1",
        "CLAUDE_CODE_SESSION_ATTENDED": "1",
        "CLAUDE_CODE_SESSION_ID": SESSION,
        "CLAUDE_ENV_FILE": f"/home/dev/.claude/session-env/{SESSION}/sessionstart-hook-0.sh",
        "CLAUDE_PLUGIN_DATA": "/home/dev/.claude/plugins/data/token-tracker-inline",
        "CLAUDE_PLUGIN_ROOT": "/home/dev/token-tracker",
        "CLAUDE_PROJECT_DIR": "/home/dev/shop",
        **changes,
    }


def claude_payload(source: str = "startup", **more: Any) -> dict[str, Any]:
    return {
        "session_id": SESSION,
        "transcript_path": f"/home/dev/.claude/projects/-home-dev-shop/{SESSION}.jsonl",
        "cwd": "/home/dev/shop",
        "hook_event_name": "SessionStart",
        "source": source,
        **more,
    }


@pytest.mark.parametrize(
    "payload",
    [
        claude_payload(model="claude-opus-5-5"),
        claude_payload("clear"),
        claude_payload("resume", seconds_since_last_response=10, context_tokens=2874),
        claude_payload("compact", prompt_id="5e551000-0003-4000-8000-000000000003"),
        claude_payload(agent_type="general-purpose"),
    ],
    ids=["startup", "clear", "resume", "compact", "an agent that the person chose"],
)
def test_a_person_at_the_terminal_of_claude_code_reads_along(payload: dict[str, Any]) -> None:
    assert read_call("auto", claude_environ(), payload) == HookCall("claude-code", SESSION, has_reader=True)


def test_nobody_reads_along_when_claude_code_runs_without_a_screen() -> None:
    environ = claude_environ(CLAUDE_CODE_SESSION_ATTENDED="0", CLAUDE_CODE_ENTRYPOINT="sdk-cli")
    assert read_call("auto", environ, claude_payload()) == HookCall("claude-code", SESSION, has_reader=False)


def test_a_claude_code_that_does_not_tell_who_sits_there_is_known_by_its_entry_point() -> None:
    environ = claude_environ()
    del environ["CLAUDE_CODE_SESSION_ATTENDED"]
    headless = {**environ, "CLAUDE_CODE_ENTRYPOINT": "sdk-py"}
    assert [read_call("auto", one, claude_payload()).has_reader for one in (environ, headless)] == [
        True,
        False,
    ]


def test_nobody_reads_what_is_said_to_a_sub_agent() -> None:
    payload = {
        **claude_payload(),
        "hook_event_name": "SubagentStart",
        "agent_id": "a983dd7eea9f8ebc1",
        "agent_type": "general-purpose",
    }
    assert read_call("auto", claude_environ(), payload) == HookCall("claude-code", SESSION, has_reader=False)


def test_claude_code_started_inside_another_one_is_read_at_its_own_terminal() -> None:
    environ = claude_environ(CLAUDE_CODE_ENTRYPOINT="sdk-cli")
    assert read_call("auto", environ, claude_payload()) == HookCall("claude-code", SESSION, has_reader=True)


def test_claude_code_started_inside_codex_is_itself() -> None:
    environ = claude_environ(PLUGIN_ROOT="/home/dev/.codex/plugins/cache/token-tracker")
    assert read_call("auto", environ, claude_payload()).host == "claude-code"


def test_an_older_claude_code_is_known_by_the_folder_of_the_plugin() -> None:
    environ = {"CLAUDE_PLUGIN_ROOT": "/home/dev/token-tracker"}
    assert read_call("auto", environ, claude_payload()) == HookCall("claude-code", SESSION, has_reader=True)


def test_a_host_that_cannot_be_told_has_no_reader() -> None:
    assert read_call("auto", {}, {}) == HookCall("", "", has_reader=False)


def test_the_host_that_is_asked_for_is_taken() -> None:
    assert read_call("codex", {}, {}) == HookCall("codex", "", has_reader=True)


def test_a_session_that_is_not_a_text_is_none() -> None:
    assert read_call("codex", {}, {"session_id": 7}).session == ""


@pytest.mark.parametrize("asked", ["openclaw", "claude", ""])
def test_a_host_whose_shape_is_not_known_has_no_reader(asked: str) -> None:
    assert read_call(asked, claude_environ(), claude_payload()) == HookCall(asked, SESSION, has_reader=False)

"""Which host's hook calls, for which session, and whether a person reads along.

Standard library only, and little of it: every session start comes through here. A host may have
been started inside another one and then has its variables too; what tells is that a host names
the session of this very call.

Source: @anthropic-ai/claude-code 2.1.330 and @openai/codex 0.169.0, run with a hook that wrote down
its environment and its standard input, checked 2026-11-22. Codex sets variables of its own for a
plug-in only; a hook of `~/.codex/hooks.json` is told apart by its input.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from token_tracker.hosts.codex_reader import codex_has_reader
from token_tracker.hosts.codex_reader import is_of_codex

AUTO = "auto"
CLAUDE_CODE = "claude-code"
CODEX = "codex"
SESSION_START = "SessionStart"


class HookCall(NamedTuple):
    """A call of a hook.

    `host`: its id, "" where it cannot be told. `session`: as the host names it, "" for none.
    `has_reader`: a person sees what is said; not so in sub-agents, scheduled and headless runs,
    which must not use up a report.
    """

    host: str
    session: str
    has_reader: bool


def read_call(asked: str, environ: Mapping[str, str], payload: Mapping[str, object]) -> HookCall:
    """Tell who calls.

    `asked`: a host's id, or "auto". `payload`: the JSON object that the host wrote to stdin,
    empty where it wrote none. A host that cannot be told, or is none of ours, has no reader:
    what it would show of our answer is not known.
    """
    named = payload.get("session_id")
    session = named if isinstance(named, str) else ""
    host = _host(environ, session, payload) if asked == AUTO else asked
    has_reader = host in (CLAUDE_CODE, CODEX) and _is_main_session(payload)
    if has_reader and host == CLAUDE_CODE:
        has_reader = _claude_code_is_attended(environ)
    elif has_reader and host == CODEX:
        has_reader = codex_has_reader(payload)
    return HookCall(host, session, has_reader)


def _host(environ: Mapping[str, str], session: str, payload: Mapping[str, object]) -> str:
    if session and environ.get("CLAUDE_CODE_SESSION_ID") == session:
        return CLAUDE_CODE
    # Codex sets Claude Code's names for a plug-in's folder as well as its own.
    if environ.get("PLUGIN_ROOT") or is_of_codex(payload):
        return CODEX
    if environ.get("CLAUDE_PLUGIN_ROOT") or environ.get("CLAUDECODE"):
        return CLAUDE_CODE
    return ""


def _is_main_session(payload: Mapping[str, object]) -> bool:
    """A sub-agent has an event of its own, which names it; `agent_type` alone is a person's choice."""
    return payload.get("hook_event_name", SESSION_START) == SESSION_START and "agent_id" not in payload


def _claude_code_is_attended(environ: Mapping[str, str]) -> bool:
    """Say whether a person sits before it: not with `-p`, whatever the output, nor in the background.

    What a hook says to the person is then nowhere to be seen, or in a stream for programs. The
    entry point is what versions before the first variable have; inside another Claude Code it is
    the outer one's ("sdk-cli" in a terminal), so it comes second.
    """
    if attended := environ.get("CLAUDE_CODE_SESSION_ATTENDED"):
        return attended == "1"
    return environ.get("CLAUDE_CODE_ENTRYPOINT", "cli") == "cli"

"""Which host's hook calls, for which session, and whether a person reads along.

Standard library only, and little of it: every session start comes through here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

AUTO = "auto"
CLAUDE_CODE = "claude-code"
CODEX = "codex"


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
    empty where it wrote none.
    """
    host = _host(environ) if asked == AUTO else asked
    session = payload.get("session_id")
    return HookCall(host, session if isinstance(session, str) else "", has_reader=True)


def _host(environ: Mapping[str, str]) -> str:
    # Codex sets Claude Code's names as well as its own.
    if environ.get("PLUGIN_ROOT"):
        return CODEX
    if environ.get("CLAUDE_PLUGIN_ROOT") or environ.get("CLAUDECODE"):
        return CLAUDE_CODE
    return ""

"""Whose work a rollout holds: the thread, the session it belongs to, who started it, and where.

A rollout begins with the `session_meta` of its own thread. A thread that was forked before
rollouts were kept in pages has those of its ancestors behind it, then a copy of their lines.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import an_object
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import member

_ROLLOUT_NAME = re.compile(r"rollout-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-(.+?)\.jsonl(?:\.zst)?$")
_DATED_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


class Identity(NamedTuple):
    """What the own `session_meta` says; "" and () where it does not.

    `session`: the root of the threads that this one belongs to. `agent`: what kind of sub-agent
    runs the thread. `ancestors`: the threads whose lines may stand copied in this file, the
    nearest first. `continues_totals`: running totals begin at those of the thread forked from.
    """

    thread: str = ""
    session: str = ""
    parent: str = ""
    agent: str = ""
    is_sub_agent: bool = False
    cwd: str = ""
    branch: str = ""
    provider: str = ""
    ancestors: tuple[str, ...] = ()
    continues_totals: bool = False

    def with_ancestor(self, thread: str) -> Identity:
        """Add a thread whose `session_meta` follows the own one."""
        if not thread or thread == self.thread or thread in self.ancestors:
            return self
        return self._replace(ancestors=(*self.ancestors, thread))


def identity_of(meta: JsonObject) -> Identity:
    """Read the own `session_meta`.

    Source: files written by Codex 0.34.0 to 0.169.0, checked 2026-11-22. `session_id` is missing
    before about 0.150, and `migrate-rollouts` sets it to the thread itself in sub-agents too.
    """
    thread = clean_name(meta.get("id"))
    source = an_object(meta.get("source"))
    sub_agent = source.get("subagent", source.get("internal"))
    is_sub_agent = sub_agent is not None or meta.get("thread_source") == "subagent"
    spawn = an_object(member(sub_agent, "thread_spawn"))
    forked_from = clean_name(meta.get("forked_from_id"))
    starter = clean_name(meta.get("parent_thread_id")) or clean_name(spawn.get("parent_thread_id"))
    session = clean_name(meta.get("session_id"))
    if is_sub_agent and session in ("", thread):
        session = starter
    return Identity(
        thread=thread,
        session=session or thread,
        parent=starter if is_sub_agent else forked_from,
        agent=_agent(meta, sub_agent, spawn) if is_sub_agent else "",
        is_sub_agent=is_sub_agent,
        cwd=clean_name(meta.get("cwd")),
        branch=clean_name(member(meta, "git", "branch")),
        provider=clean_name(meta.get("model_provider")),
        ancestors=(forked_from,) if forked_from else (),
        continues_totals=isinstance(meta.get("history_base"), dict),
    )


def thread_of_name(path: str) -> str:
    """Give the thread that a rollout's name tells; "" for another name.

    >>> thread_of_name("/x/rollout-2026-11-20T10-00-00-01a2-b3.jsonl.zst")
    '01a2-b3'
    """
    found = _ROLLOUT_NAME.search(path)
    return clean_name(found[1]) if found else ""


def is_before(turn: str, thread: str) -> bool | None:
    """Say whether a turn began before a thread did; None where their ids carry no time.

    >>> is_before("01a202b1-596c-7be1-8000-000000000000", "01a202b1-613d-7230-8000-000000000000")
    True
    """
    if _DATED_UUID.fullmatch(turn) and _DATED_UUID.fullmatch(thread):
        return turn < thread
    return None


def _agent(meta: JsonObject, sub_agent: object, spawn: JsonObject) -> str:
    """Name a sub-agent: its role, else what Codex itself started it for.

    A spawned agent without a role has the one that the tool calls "default".
    """
    role = clean_name(meta.get("agent_role")) or clean_name(spawn.get("agent_role"))
    kind = clean_name(sub_agent) or clean_name(member(sub_agent, "other"))
    return role or kind or ("default" if spawn else "")

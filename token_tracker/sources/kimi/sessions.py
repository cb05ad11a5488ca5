"""What stands beside a log of Kimi Code or Kimi CLI: whose session it is, and where it worked.

Kimi Code keeps `state.json` in a session's folder (`cwd`, and `forkedFrom` and `createdAt` of a
fork). Kimi CLI names the folder around its sessions by the MD5 of the path, which `kimi.json`
lists, and keeps `meta.json` beside the log of a sub-agent.
"""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path

from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._fields import objects
from token_tracker.sources._fields import parse_object
from token_tracker.sources._roots import listed
from token_tracker.sources._roots import open_file


class Sessions:
    """A session by its folder, and the sessions that it was forked from."""

    def __init__(self, place: Path) -> None:
        self.name = clean_name(place.name)
        self._place = place
        self._known: dict[str, JsonObject] = {}

    def owner(self, at_ms: int) -> tuple[str, str]:
        """Give the session that a response of this moment was asked in, and what it forked from.

        A fork begins with a copy of all that was there, with its times; what is older than the
        fork is its origin's.
        """
        session, parent, seen = self.name, self._origin_of(self.name), set[str]()
        while parent and session not in seen and at_ms < self._begun(session):
            seen.add(session)
            session, parent = parent, self._origin_of(parent)
        return session, parent

    def folder(self) -> str:
        """Give the folder that the session worked in; "" when nothing tells it."""
        return clean_name(self._state(self.name).get("cwd")) or self._hashed_folder

    def agent_type(self, run: str) -> str:
        """Give the kind of a sub-agent of Kimi CLI."""
        return clean_name(_json(self._place / "subagents" / run / "meta.json").get("subagent_type"))

    def has_log_of(self, run: str) -> bool:
        """Say whether a sub-agent of Kimi CLI has a log of its own."""
        return (self._place / "subagents" / run / "wire.jsonl").exists()

    def _origin_of(self, session: str) -> str:
        return clean_name(self._state(session).get("forkedFrom"))

    def _begun(self, session: str) -> int:
        return instant_ms(self._state(session).get("createdAt")) or 0

    def _state(self, session: str) -> JsonObject:
        if session not in self._known:
            self._known[session] = (
                _json(self._place / "state.json") if session == self.name else self._other(session)
            )
        return self._known[session]

    def _other(self, session: str) -> JsonObject:
        """Find the state of another session, most likely of the same folder."""
        work = self._place.parent
        others = (work.parent / name for name in listed(work.parent) if name != work.name)
        found = (_json(folder / session / "state.json") for folder in (work, *others))
        return next((state for state in found if state), {})

    @cached_property
    def _hashed_folder(self) -> str:
        home = self._place.parent.parent.parent
        hashed = self._place.parent.name
        paths = (clean_name(work.get("path")) for work in objects(_json(home / "kimi.json").get("work_dirs")))
        return next((path for path in paths if hashed.endswith(_md5(path))), "")


def _md5(path: str) -> str:
    return hashlib.md5(path.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


def _json(path: Path) -> JsonObject:
    try:
        with open_file(path) as file:
            return parse_object(file.read())
    except (OSError, ValueError):
        return {}

"""What other chats beside a file tell of it: the folder of a session, the first owner of a copy.

The ledger names no folder; the chat of the session does, in its first lines. A fork copies the
lines of a chat with their `uuid`, under its own session; `forkedFrom` names the session it was
copied from, which for a fork of a fork is a copy itself.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import member
from token_tracker.sources._fields import parse_object
from token_tracker.sources._roots import listed
from token_tracker.sources._roots import open_file

LOG = ".jsonl"
LONGEST_LINE = 1 << 20
COPY = b'"forkedFrom"'


class Chats:
    """The chats of the same home as a file, looked at only when they are asked for."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._paths: dict[str, Path] | None = None
        self._folders: dict[str, str] = {}
        self._copies: dict[str, dict[str, str]] = {}

    def folder_of(self, session: str) -> str:
        """Give the folder that a session worked in; "" when its chat is not there."""
        if session not in self._folders:
            path = self._all().get(session)
            self._folders[session] = _first_folder(path) if path else ""
        return self._folders[session]

    def first_owner(self, uuid: str, session: str) -> str:
        """Give the session in which a copied line was first written."""
        seen = {session}
        while (earlier := self._copied_by(session).get(uuid)) and earlier not in seen:
            seen.add(earlier)
            session = earlier
        return session

    def _copied_by(self, session: str) -> dict[str, str]:
        """Give from where each copied line of a chat came, by its `uuid`."""
        if session not in self._copies:
            path = self._all().get(session)
            self._copies[session] = _copies_in(path) if path else {}
        return self._copies[session]

    def _all(self) -> dict[str, Path]:
        """Give the chat of every session by its id, which is its name."""
        if self._paths is None:
            home = _home_of(self._path)
            chats = [home / "projects" / name / "chats" for name in listed(home / "projects")] if home else []
            chats = chats or [self._path.parent]
            folders = [folder for chat in chats for folder in (chat / "archive", chat)]
            self._paths = {
                name.removesuffix(LOG): folder / name
                for folder in folders
                for name in listed(folder)
                if name.endswith(LOG)
            }
        return self._paths


def _home_of(path: Path) -> Path | None:
    """Give the host's home: usage/FILE, projects/PROJECT/chats/FILE and .../chats/archive/FILE are in it."""
    for folder in path.parents:
        if folder.name in ("usage", "chats"):
            return folder.parent if folder.name == "usage" else folder.parent.parent.parent
    return None


def _first_folder(path: Path) -> str:
    try:
        with open_file(path) as file:
            lines = iter(lambda: file.readline(LONGEST_LINE), b"")
            return next(filter(None, (clean_name(_object(text).get("cwd")) for text in lines)), "")
    except OSError:
        return ""


def _copies_in(path: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    with suppress(OSError), open_file(path) as file:
        for text in file:  # not by MarkedLines: another file is just being read with its buffer
            line = _object(text) if COPY in text else {}
            if earlier := clean_name(member(line, "forkedFrom", "sessionId")):
                found[clean_name(line.get("uuid"))] = earlier
    return found


def _object(text: bytes) -> JsonObject:
    try:
        return parse_object(text)
    except ValueError:
        return {}

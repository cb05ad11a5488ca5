"""Read one chat of Gemini CLI: a log of upserts, or one document of a release before 2026.

A log's lines are a head (`sessionId`, `projectHash`, `kind`), messages, `{"$set": {...}}` which
may hold a whole new list of messages, and `{"$rewindTo": id}`. A message is written again when
its tool calls are done. What was rewound was paid for all the same.
"""

from __future__ import annotations

import errno
import hashlib
import json
from pathlib import Path

from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.sources._documents import document_reading
from token_tracker.sources._documents import read_document
from token_tracker.sources._fields import JsonObject
from token_tracker.sources._fields import UsageInvalidError
from token_tracker.sources._fields import an_object
from token_tracker.sources._fields import clean_name
from token_tracker.sources._fields import instant_ms
from token_tracker.sources._fields import member
from token_tracker.sources._fields import objects
from token_tracker.sources._fields import parse_object
from token_tracker.sources._fields import whole_count
from token_tracker.sources._ids import event_id
from token_tracker.sources._json_lines import read_json_lines
from token_tracker.sources._roots import open_file
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import LineProblem
from token_tracker.sources.contract import Reading

UUID_LENGTH = 36


def read_log_chat(state: FileState, cursor: Cursor | None) -> Reading:
    """Read what a chat log holds beyond `cursor`.

    Raises:
        OSError: the file cannot be read.
    """
    chat = Chat(state.path)

    def begin(memory: str) -> Chat:
        chat.recall(memory)
        return chat

    return read_json_lines(state, cursor, begin)._replace(agent_names=chat.agent_names)


def read_document_chat(state: FileState) -> Reading:
    """Read a chat that is one document; a problem's place is the number of the message.

    Raises:
        OSError: the file cannot be read, or is no JSON: it may be being written.
    """
    document = read_document(state.path)
    if not isinstance(document, dict):
        raise OSError(errno.EBADMSG, "not a chat", state.path)
    chat = Chat(state.path)
    chat.take_head(document)
    problems = []
    for number, message in enumerate(objects(document.get("messages")), start=1):
        try:
            chat.take_message(number, message)
        except UsageInvalidError:
            problems.append(LineProblem("usage-invalid", number, number))
    return document_reading(state, chat.events(), problems)


class Chat:
    """The responses of one chat file, and what its lines say about those that follow.

    `agent_names`: sub-agent runs that this chat started, by the id of their own session.
    """

    def __init__(self, path: str) -> None:
        self.agent_names: dict[str, str] = {}
        self._path = Path(path)
        self._session = ""
        self._is_sub_agent = False
        self._cwd = ""
        self._skill = ""
        self._last = ("", "")
        self._kept: dict[bytes, UsageEvent] = {}

    def recall(self, memory: str) -> None:
        """Take up what an earlier reading of the same file left."""
        if memory:
            known = parse_object(memory)
            self._session, self._cwd, self._skill = known["session"], known["cwd"], known["skill"]
            self._is_sub_agent, self._last = known["is_sub_agent"], tuple(known["last"])

    def memory(self) -> str:
        """Give what the lines behind the last one must know."""
        return json.dumps(
            {
                "session": self._session,
                "is_sub_agent": self._is_sub_agent,
                "cwd": self._cwd,
                "skill": self._skill,
                "last": self._last,
            }
        )

    def events(self) -> list[UsageEvent]:
        """Give one event per response."""
        return list(self._kept.values())

    def take(self, offset: int, line: JsonObject) -> None:
        """Take in one line of a log."""
        if "$set" in line:
            self._take_messages(offset, an_object(line["$set"]))
        elif "projectHash" in line:
            self.take_head(line)
            self._take_messages(offset, line)
        else:
            self.take_message(offset, line)

    def take_head(self, head: JsonObject) -> None:
        """Learn whose chat this is."""
        self._session = clean_name(head.get("sessionId"))
        self._is_sub_agent = head.get("kind") == "subagent"
        self._cwd = project_folder(self._path, clean_name(head.get("projectHash")))
        directories = head.get("directories")
        if not self._cwd and isinstance(directories, list) and directories:
            self._cwd = clean_name(directories[0])

    def take_message(self, place: int, message: JsonObject) -> None:
        """Take in one message; only answers of the model have tokens.

        Raises:
            UsageInvalidError: its tokens cannot be counted, or it has no id or no time.
        """
        if message.get("type") == "user":
            self._skill = self._skill if _is_tool_result(message) else ""
            return
        identity = clean_name(message.get("id"))
        skill = self._last[1] if self._last[0] == identity else self._skill
        self._last = (identity, skill)
        self._note_calls(message)
        if message.get("tokens") is None:
            return
        counts = token_counts(message["tokens"])
        at_ms = instant_ms(message.get("timestamp"))
        if not identity or at_ms is None:
            raise UsageInvalidError
        # Ids of answers are random; anything else could be the same in two sessions.
        parts = (identity,) if len(identity) == UUID_LENGTH else (self._session, identity)
        event = UsageEvent(
            id=event_id("gemini-cli", *parts),
            at_ms=at_ms,
            own_at_ms=at_ms,
            service=Service("", clean_name(message.get("model"))),
            origin=self._origin(skill),
            tokens=counts,
            web_searches=0,
            sidechain=self._is_sub_agent,
            stopped=True,
            host_cost_pico=None,
            place=Place(str(self._path), place),
        )
        kept = self._kept.get(event.id)
        self._kept[event.id] = event if kept is None else kept.merged(event)

    def _take_messages(self, offset: int, holder: JsonObject) -> None:
        """Take in a whole list of messages that takes the place of all before."""
        if isinstance(holder.get("messages"), list):
            self._skill = ""
            for message in objects(holder["messages"]):
                self.take_message(offset, message)

    def _note_calls(self, message: JsonObject) -> None:
        """Note which sub-agents and which skill an answer started."""
        for call in objects(message.get("toolCalls")):
            run, name = clean_name(call.get("agentId")), clean_name(member(call, "args", "agent_name"))
            if run and name:
                self.agent_names[run] = name
            if call.get("name") == "activate_skill" and call.get("status") == "success":
                self._skill = clean_name(member(call, "args", "name"))

    def _origin(self, skill: str) -> Origin:
        # The chat of a sub-agent lies in a folder that is named by the session it works for.
        parent = self._path.parent.name if self._is_sub_agent else ""
        if parent == "chats":
            parent = ""
        return Origin(
            source="gemini-cli",
            cwd=self._cwd,
            session=parent or self._session,
            agent_id=self._session if self._is_sub_agent else "",
            skill=skill,
            initiator="agent" if self._is_sub_agent else "skill" if skill else "",
            parent=parent,
        )


def token_counts(tokens: object) -> Tokens:
    """Make the host's counts disjoint: `input` has the cache inside, thoughts are beside `output`.

    >>> token_counts({"input": 1000, "output": 50, "cached": 600, "thoughts": 20, "tool": 7})
    Tokens(input=407, cache_read=600, cache_write_5m=0, cache_write_1h=0, output=70, reasoning=20)

    Raises:
        UsageInvalidError: a count is no whole number from 0 to 10^12.
    """
    if not isinstance(tokens, dict):
        raise UsageInvalidError
    prompt = whole_count(tokens.get("input"))
    cached = min(whole_count(tokens.get("cached")), prompt)
    thoughts = whole_count(tokens.get("thoughts"))
    return Tokens(
        input=prompt - cached + whole_count(tokens.get("tool")),
        cache_read=cached,
        output=whole_count(tokens.get("output")) + thoughts,
        reasoning=thoughts,
    )


def project_folder(chat: Path, project_hash: str) -> str:
    """Give the folder that the host was run in; "" when nothing beside the chat tells it.

    A project's folder below `tmp` is named by its path's hash, in newer releases by a short
    name; a file in it, and a list for all projects, tell the path.
    """
    project = next((folder.parent for folder in chat.parents if folder.name == "chats"), None)
    if project is None:
        return ""
    if path := _text(project / ".project_root").strip():
        return clean_name(path)
    try:
        known = member(parse_object(_text(project.parent.parent / "projects.json")), "projects")
    except ValueError:
        return ""
    for path, name in an_object(known).items():
        if project.name in (name, _hash(path)) or project_hash == _hash(path):
            return clean_name(path)
    return ""


def _is_tool_result(message: JsonObject) -> bool:
    parts = objects(message.get("content"))
    return bool(parts) and all("functionResponse" in part for part in parts)


def _hash(path: str) -> str:
    return hashlib.sha256(path.encode("utf-8", "surrogatepass")).hexdigest()


def _text(path: Path) -> str:
    try:
        with open_file(path) as file:
            return file.read().decode("utf-8", "replace")
    except OSError:
        return ""

"""A model vendor on loopback whose every answer and every `usage` object is written in advance.

Speaks Anthropic messages, streamed and whole; `fake_vendors` adds the wires of other vendors. It
knows nothing about any agent host; what to answer, and which usage to claim for it, is the
caller's list of `Reply`.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from contextlib import contextmanager
from contextlib import suppress
from dataclasses import dataclass
from dataclasses import field
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from http.server import ThreadingHTTPServer
from typing import Any

Block = Mapping[str, Any]
JsonObject = dict[str, Any]

CHUNK_CHARS = 40
"""Streamed text and tool input are cut into pieces of this many characters."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What the server claims one response took; written to the wire in the vendor's shape.

    `service_tier`, `speed` and `geo` are left out of the wire object when empty. `passes`: the
    vendor's `iterations`, each with its own counts; only `advisor_message` passes come on top
    of the counts here.
    """

    input: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    output: int = 0
    reasoning: int = 0
    web_searches: int = 0
    web_fetches: int = 0
    service_tier: str = "standard"
    speed: str = ""
    geo: str = ""
    has_write_split: bool = True
    passes: tuple[Pass, ...] = ()

    def wire(self) -> JsonObject:
        """Give the complete `usage` object of a finished response."""
        usage: JsonObject = {
            "input_tokens": self.input,
            "cache_creation_input_tokens": self.cache_write_5m + self.cache_write_1h,
            "cache_read_input_tokens": self.cache_read,
            "output_tokens": self.output,
        }
        if self.has_write_split:
            usage["cache_creation"] = {
                "ephemeral_5m_input_tokens": self.cache_write_5m,
                "ephemeral_1h_input_tokens": self.cache_write_1h,
            }
        if self.service_tier:
            usage["service_tier"] = self.service_tier
        if self.speed:
            usage["speed"] = self.speed
        if self.geo:
            usage["inference_geo"] = self.geo
        if self.reasoning:
            usage["output_tokens_details"] = {"thinking_tokens": self.reasoning}
        if self.web_searches or self.web_fetches:
            usage["server_tool_use"] = {
                "web_search_requests": self.web_searches,
                "web_fetch_requests": self.web_fetches,
            }
        if self.passes:
            usage["iterations"] = [sampling_pass.wire() for sampling_pass in self.passes]
        return usage


@dataclass(frozen=True, slots=True)
class Pass:
    """One sampling pass inside a response; `model` is named for advisor passes only."""

    kind: str
    input: int = 0
    cache_read: int = 0
    cache_write_5m: int = 0
    cache_write_1h: int = 0
    output: int = 0
    model: str = ""

    def wire(self) -> JsonObject:
        """Give the vendor's `iterations` entry."""
        entry: JsonObject = {
            "type": self.kind,
            "input_tokens": self.input,
            "output_tokens": self.output,
            "cache_read_input_tokens": self.cache_read,
            "cache_creation_input_tokens": self.cache_write_5m + self.cache_write_1h,
            "cache_creation": {
                "ephemeral_5m_input_tokens": self.cache_write_5m,
                "ephemeral_1h_input_tokens": self.cache_write_1h,
            },
        }
        return {**entry, "model": self.model} if self.model else entry

    def counts(self) -> JsonObject:
        """Give the disjoint counts for the fixture's reader."""
        return {
            "kind": self.kind,
            "model": self.model,
            "input": self.input,
            "cache_read": self.cache_read,
            "cache_write_5m": self.cache_write_5m,
            "cache_write_1h": self.cache_write_1h,
            "output": self.output,
        }


@dataclass(frozen=True, slots=True)
class Request:
    """One messages request as the server got it."""

    model: str
    is_streamed: bool
    body: JsonObject

    @property
    def last_turn(self) -> str:
        """Give the last user message as JSON text: a prompt, or the results of the last tools."""
        turns = [turn for turn in self.body.get("messages") or [] if turn.get("role") == "user"]
        return json.dumps(turns[-1] if turns else {}, ensure_ascii=False)

    @property
    def system(self) -> str:
        """Give the system prompt as JSON text."""
        return json.dumps(self.body.get("system", ""), ensure_ascii=False)

    @property
    def tool_names(self) -> list[str]:
        """Name the tools the request offers."""
        return [str(tool.get("name", "")) for tool in self.body.get("tools") or []]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer, given once, to the first request it matches.

    `when`: text that must stand in the request's last user message. `when_system`: text that must
    stand in its system prompt. `purpose`: why the host asks, in words for the fixture's reader.
    `status`: an HTTP error instead of an answer when not 200. `breaks_off`: a streamed answer
    ends after its first block, without its final usage. `stalls`: it stays open after its first
    block until the host hangs up. `session`: a note of the caller's.
    `tells_usage`: without it an answer on a wire of `fake_vendors` has no usage object.
    `usage_extra` and `extra` are laid over the wire's usage object and over the answer itself.
    `response_id`: instead of an invented one.
    """

    purpose: str
    usage: Usage
    blocks: Sequence[Block] = ()
    when: str = ""
    when_system: str = ""
    stop_reason: str = ""
    model: str = ""
    status: int = 200
    breaks_off: bool = False
    stalls: bool = False
    session: str = ""
    tells_usage: bool = True
    usage_extra: Mapping[str, Any] = field(default_factory=dict)
    extra: Mapping[str, Any] = field(default_factory=dict)
    response_id: str = ""

    @property
    def ends_early(self) -> bool:
        """Say whether a streamed answer stops after its first block."""
        return self.breaks_off or self.stalls

    def matches(self, request: Request) -> bool:
        """Say whether this reply was written for the request."""
        return self.when in request.last_turn and self.when_system in request.system

    def placed(self, project: str) -> Reply:
        """Put the project's folder where a block says `{project}`."""
        folder = json.dumps(project)[1:-1]
        blocks = json.loads(json.dumps(list(self.blocks)).replace("{project}", folder))
        return replace(self, blocks=blocks)


@dataclass(frozen=True, slots=True)
class Served:
    """One answer that went out, in the order of the requests."""

    id: str
    model: str
    is_streamed: bool
    reply: Reply


@dataclass(slots=True)
class FakeModel:
    """The script, what is left of it, and what was served.

    `id_stem` makes response ids that are unique per case and the same on every recording.
    `stalled` is set once an answer that stalls has been begun.
    """

    id_stem: str
    waiting: list[Reply] = field(default_factory=list)
    served: list[Served] = field(default_factory=list)
    surprises: list[str] = field(default_factory=list)
    requests: list[JsonObject] = field(default_factory=list)
    port: int = 0
    stalled: threading.Event = field(default_factory=threading.Event)
    is_over: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def script(self, replies: Sequence[Reply]) -> None:
        """Put answers at the end of the script."""
        with self._lock:
            self.waiting.extend(replies)

    def answer(self, request: Request) -> Served:
        """Take the first waiting reply that matches; an unforeseen request gets an empty one."""
        with self._lock:
            self.requests.append(request.body)
            for position, reply in enumerate(self.waiting):
                if reply.matches(request):
                    del self.waiting[position]
                    break
            else:
                reply = Reply(purpose="unforeseen", usage=Usage(), blocks=[text("Nothing to add.")])
                self.surprises.append(f"{request.model}: {request.last_turn[:300]}")
            number = len(self.served) + 1
            served = Served(
                id=reply.response_id or self.response_id(request, number),
                model=reply.model or request.model,
                is_streamed=request.is_streamed,
                reply=reply,
            )
            self.served.append(served)
            return served

    def response_id(self, request: Request, number: int) -> str:  # noqa: ARG002 - other vendors look at the request
        """Invent the id of the numbered response, the same on every recording."""
        return f"msg_01{self.id_stem}{number:04d}"


def text(words: str) -> Block:
    """Make a text block."""
    return {"type": "text", "text": words}


def thinking(words: str) -> Block:
    """Make a thinking block with an invented signature."""
    return {"type": "thinking", "thinking": words, "signature": "aW52ZW50ZWQtc2lnbmF0dXJl"}


def tool_use(tool_id: str, name: str, **arguments: object) -> Block:
    """Make a block that has the host run one of its tools."""
    return {"type": "tool_use", "id": tool_id, "name": name, "input": arguments}


def server_tool(tool_id: str, name: str, arguments: Mapping[str, object], result: Block) -> list[Block]:
    """Make the two blocks of a tool that the vendor ran itself (web search, advisor)."""
    call = {"type": "server_tool_use", "id": tool_id, "name": name, "input": dict(arguments)}
    return [call, {**result, "tool_use_id": tool_id}]


def laid_over(content: JsonObject, extra: Mapping[str, Any]) -> JsonObject:
    """Lay fields over an object; objects inside are merged, all else is replaced."""
    merged = dict(content)
    for name, entry in extra.items():
        under = merged.get(name)
        if isinstance(under, dict) and isinstance(entry, Mapping):
            merged[name] = laid_over(under, entry)
        else:
            merged[name] = entry
    return merged


@contextmanager
def serving(model: FakeModel, handler: type[Handler] | None = None) -> Iterator[str]:
    """Serve on a free loopback port until the block ends; gives the base address."""
    bound = type("BoundHandler", (handler or Handler,), {"fake": model})
    server = ThreadingHTTPServer(("127.0.0.1", 0), bound)
    model.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{model.port}"
    finally:
        model.is_over.set()
        server.shutdown()
        server.server_close()
        thread.join()


class Handler(BaseHTTPRequestHandler):
    """Answer requests for Anthropic messages from the script of `fake`."""

    protocol_version = "HTTP/1.1"
    fake: FakeModel

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has in the library
        """Stay quiet: the served list is the log."""

    def do_HEAD(self) -> None:
        """Say that somebody is there."""
        self.send_json({}, status=200)

    def do_GET(self) -> None:
        """Have no pages."""
        self.send_json({"error": {"type": "not_found_error", "message": "no such page"}}, status=404)

    def do_POST(self) -> None:
        """Read the body and answer."""
        body = json.loads(self._body() or b"{}")
        self.respond(self.path.split("?")[0], body)

    def respond(self, path: str, body: JsonObject) -> None:
        """Answer one request that carries a body."""
        if path.endswith("/count_tokens"):
            self.send_json({"input_tokens": 42}, status=200)
            return
        if not path.endswith("/messages"):
            self.send_json({"error": {"type": "not_found_error", "message": "no such page"}}, status=404)
            return
        served = self.fake.answer(self.request_of(body))
        if served.reply.status != 200:
            error = {"type": "error", "error": {"type": "api_error", "message": "invented failure"}}
            self.send_json(error, status=served.reply.status, request_id=served.id)
        elif served.is_streamed:
            self.send_stream(served, ((event["type"], event) for event in _events(served)))
        else:
            self.send_json(_message(served), status=200, request_id=served.id)

    def request_of(self, body: JsonObject) -> Request:
        """Read a request for messages."""
        return Request(model=body.get("model", ""), is_streamed=bool(body.get("stream")), body=body)

    def _body(self) -> bytes:
        if self.headers.get("transfer-encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("content-length") or 0))
        pieces = []
        while size := int(self.rfile.readline().strip() or b"0", 16):
            pieces.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(pieces)

    def send_json(self, content: JsonObject, *, status: int, request_id: str = "") -> None:
        """Send a whole JSON answer."""
        payload = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(payload)))
        if request_id:
            self.send_header("request-id", request_id.replace("msg_", "req_"))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(payload)

    def send_stream(self, served: Served, events: Iterator[tuple[str, JsonObject]]) -> None:
        """Send named events; an event without a name goes out as its data alone."""
        self.send_response(200)
        self.send_header("content-type", "text/event-stream")
        self.send_header("connection", "close")
        self.send_header("request-id", served.id.replace("msg_", "req_"))
        self.end_headers()
        self.close_connection = True
        for name, content in events:
            line = f"event: {name}\n" if name else ""
            self.wfile.write(f"{line}data: {json.dumps(content, ensure_ascii=False)}\n\n".encode())
        self.wfile.flush()
        if served.reply.stalls:
            self._stall()

    def _stall(self) -> None:
        """Keep the stream open until the host hangs up or the server ends."""
        self.fake.stalled.set()
        with suppress(OSError):
            while not self.fake.is_over.wait(timeout=0.1):
                self.wfile.write(b": still here\n\n")
                self.wfile.flush()


def _message(served: Served) -> JsonObject:
    reply = served.reply
    calls_tools = any(block["type"] == "tool_use" for block in reply.blocks)
    message: JsonObject = {
        "id": served.id,
        "type": "message",
        "role": "assistant",
        "model": served.model,
        "content": [dict(block) for block in reply.blocks],
        "stop_reason": reply.stop_reason or ("tool_use" if calls_tools else "end_turn"),
        "stop_sequence": None,
        "usage": laid_over(reply.usage.wire(), reply.usage_extra),
    }
    return laid_over(message, reply.extra)


def _events(served: Served) -> Iterator[JsonObject]:
    """Tell one message as the vendor streams it: output, searches and passes come at the end."""
    whole = _message(served)
    late = ("output_tokens_details", "server_tool_use", "iterations")
    early_usage = {name: count for name, count in whole["usage"].items() if name not in late}
    early_usage["output_tokens"] = min(3, served.reply.usage.output)
    start = {**whole, "content": [], "stop_reason": None, "usage": early_usage}
    yield {"type": "message_start", "message": start}
    for index, block in enumerate(served.reply.blocks):
        opening, deltas = _opened(block)
        yield {"type": "content_block_start", "index": index, "content_block": opening}
        for delta in deltas:
            yield {"type": "content_block_delta", "index": index, "delta": delta}
        yield {"type": "content_block_stop", "index": index}
        if served.reply.ends_early:
            return
    late_usage = {
        name: count
        for name, count in whole["usage"].items()
        if name not in ("cache_creation", "service_tier", "speed", "inference_geo")
    }
    end = {"stop_reason": whole["stop_reason"], "stop_sequence": None}
    yield {"type": "message_delta", "delta": end, "usage": late_usage}
    yield {"type": "message_stop"}


def _opened(block: Block) -> tuple[JsonObject, list[JsonObject]]:
    """Split a block into its empty opening and the deltas that fill it."""
    match block["type"]:
        case "text":
            pieces = cut(block["text"])
            return {"type": "text", "text": ""}, [{"type": "text_delta", "text": piece} for piece in pieces]
        case "thinking":
            deltas: list[JsonObject] = [
                {"type": "thinking_delta", "thinking": piece} for piece in cut(block["thinking"])
            ]
            deltas.append({"type": "signature_delta", "signature": block["signature"]})
            return {"type": "thinking", "thinking": "", "signature": ""}, deltas
        case "tool_use" | "server_tool_use":
            pieces = cut(json.dumps(block["input"], ensure_ascii=False))
            opening = {**block, "input": {}}
            return opening, [{"type": "input_json_delta", "partial_json": piece} for piece in pieces]
        case _:
            return dict(block), []


def cut(words: str) -> list[str]:
    """Cut a text into the pieces that it is streamed in."""
    return [words[at : at + CHUNK_CHARS] for at in range(0, len(words), CHUNK_CHARS)]

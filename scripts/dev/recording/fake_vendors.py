"""Four vendors' wires on one loopback server: OpenAI chat and responses, Gemini, Anthropic.

The script is a list of `Reply` (of `fake_model_server`): what to answer, and which usage to claim
for it; blocks are those of Anthropic messages (`text`, `thinking`, `tool_use`) and become whatever
the wire has for them. The path of a request picks the wire:

    /chat/completions                       chat
    /responses                              responses
    :generateContent :streamGenerateContent gemini
    /messages                               anthropic

Usage, in a recording script:

    fake = FakeVendors(id_stem="Fork", models=["mock-large"])
    usage = Usage(input=800, cache_read=1200, output=100, reasoning=40)
    fake.script([Reply("first answer", usage, [text("Hi.")], when="Say hi")])
    with serving_vendors(fake) as address:  # "http://127.0.0.1:PORT"; hosts want f"{address}/v1"
        ...  # run the host
    fake.served      # what went out; `served_record` tells it in plain JSON
    fake.surprises   # requests that no reply was written for
    fake.waiting     # replies that nobody asked for
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from dataclasses import field
from typing import Any

from fake_model_server import FakeModel
from fake_model_server import Handler
from fake_model_server import JsonObject
from fake_model_server import Request
from fake_model_server import Served
from fake_model_server import Usage
from fake_model_server import cut
from fake_model_server import laid_over
from fake_model_server import serving

NamedEvents = Iterator[tuple[str, JsonObject]]

CREATED_S = 1_795_300_000
"""When every response claims to have been made; hosts take the time from their own clock."""


@dataclass(frozen=True, slots=True)
class VendorRequest(Request):
    """One request on any wire; `wire` is "chat", "responses", "gemini" or "anthropic"."""

    wire: str = "chat"

    @property
    def last_turn(self) -> str:
        """Give what came after the last answer as JSON text: a prompt, or the results of tools."""
        turns = self._turns()
        answers = [at for at, turn in enumerate(turns) if _is_answer(turn)]
        asked = turns[answers[-1] + 1 if answers else 0 :]
        return json.dumps([turn for turn in asked if not _is_system(turn)], ensure_ascii=False)

    @property
    def system(self) -> str:
        """Give the system prompt as JSON text."""
        outside = [self.body.get(name) for name in ("system", "instructions", "systemInstruction")]
        inside = [turn for turn in self._turns() if _is_system(turn)]
        return json.dumps([*(part for part in outside if part), *inside], ensure_ascii=False)

    @property
    def tool_names(self) -> list[str]:
        """Name the tools the request offers."""
        names = []
        for tool in self.body.get("tools") or []:
            declared = tool.get("functionDeclarations") or [tool.get("function") or tool]
            names += [str(one.get("name", "")) for one in declared]
        return names

    def _turns(self) -> list[JsonObject]:
        turns = self.body.get("messages") or self.body.get("contents") or self.body.get("input") or []
        return [{"role": "user", "content": turns}] if isinstance(turns, str) else list(turns)


@dataclass(slots=True)
class FakeVendors(FakeModel):
    """The script, what is left of it and what was served; `models` are listed at GET /models."""

    models: Sequence[str] = ("mock-large", "mock-small")
    prefixes: dict[str, str] = field(
        default_factory=lambda: {
            "chat": "chatcmpl-",
            "responses": "resp_",
            "gemini": "",
            "anthropic": "msg_01",
        }
    )

    def response_id(self, request: Request, number: int) -> str:
        """Invent an id in the shape of the wire's vendor."""
        assert isinstance(request, VendorRequest)
        return f"{self.prefixes[request.wire]}{self.id_stem}{number:04d}"


def serving_vendors(fake: FakeVendors) -> AbstractContextManager[str]:
    """Serve on a free loopback port until the block ends; gives the base address without /v1."""
    return serving(fake, VendorHandler)


def custom_tool_use(tool_id: str, name: str, words: str) -> JsonObject:
    """Make a block that calls a tool with plain text (the responses wire's custom tools)."""
    return {"type": "custom_tool_use", "id": tool_id, "name": name, "input": words}


def output_item(**fields: object) -> JsonObject:
    """Make a block that goes out as this very item of a responses output (`web_search_call`)."""
    return {"type": "output_item", "item": fields}


def counts(usage: Usage) -> dict[str, int]:
    """Give the disjoint counts of one response; `output` has the reasoning inside."""
    return {
        "input": usage.input,
        "cache_read": usage.cache_read,
        "cache_write_5m": usage.cache_write_5m,
        "cache_write_1h": usage.cache_write_1h,
        "output": usage.output,
        "reasoning": usage.reasoning,
    }


def served_record(served: Served) -> JsonObject:
    """Tell one answer as plain JSON, for `expected.json` and for eyes."""
    reply = served.reply
    return {
        "id": served.id,
        "purpose": reply.purpose,
        "session": reply.session,
        "model": served.model,
        "is_streamed": served.is_streamed,
        "status": reply.status,
        "is_whole": reply.status == 200 and not reply.ends_early,
        **counts(reply.usage),
        "web_searches": reply.usage.web_searches,
    }


class VendorHandler(Handler):
    """Answer requests on every wire from the script of `fake`."""

    fake: FakeVendors

    def do_GET(self) -> None:  # noqa: N802 - the name it has in the library
        """List the models, in the shapes of OpenAI and Gemini at once."""
        path = self.path.split("?")[0]
        if not path.endswith("/models"):
            self.send_json({"error": {"message": "no such page"}}, status=404)
            return
        data = [
            {"id": name, "object": "model", "created": CREATED_S, "owned_by": "shop"}
            for name in self.fake.models
        ]
        models = [{"name": f"models/{name}"} for name in self.fake.models]
        self.send_json({"object": "list", "data": data, "models": models, "has_more": False}, status=200)

    def respond(self, path: str, body: JsonObject) -> None:
        """Answer one request by the wire that its path names."""
        request = _request(path, body)
        if path.endswith(":countTokens"):
            self.send_json({"totalTokens": 42}, status=200)
        elif request is None:
            self.send_json({"error": {"message": "no such page"}}, status=404)
        elif request.wire == "anthropic":
            super().respond(path, body)
        else:
            self._send_answer(request, self.fake.answer(request))

    def request_of(self, body: JsonObject) -> Request:
        """Read a request for Anthropic messages."""
        return VendorRequest(str(body.get("model", "")), bool(body.get("stream")), body, wire="anthropic")

    def _send_answer(self, request: VendorRequest, served: Served) -> None:
        if served.reply.status != 200:
            error = {"message": "invented failure", "type": "server_error", "code": served.reply.status}
            self.send_json({"error": error}, status=served.reply.status)
        elif request.is_streamed:
            self.send_stream(served, STREAMED[request.wire](served))
            if request.wire == "chat" and not served.reply.ends_early:
                self.wfile.write(b"data: [DONE]\n\n")
        else:
            self.send_json(WHOLE[request.wire](served), status=200)


def chat_usage(usage: Usage) -> JsonObject:
    """Give the `usage` of chat completions: the prompt has the cache inside."""
    prompt = usage.input + usage.cache_read + usage.cache_write_5m + usage.cache_write_1h
    details = {"cached_tokens": usage.cache_read}
    if usage.cache_write_5m + usage.cache_write_1h:
        details["cache_write_tokens"] = usage.cache_write_5m + usage.cache_write_1h
    return {
        "prompt_tokens": prompt,
        "completion_tokens": usage.output,
        "total_tokens": prompt + usage.output,
        "prompt_tokens_details": details,
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning},
    }


def responses_usage(usage: Usage) -> JsonObject:
    """Give the `usage` of responses: the counts of chat under other names."""
    chat = chat_usage(usage)
    return {
        "input_tokens": chat["prompt_tokens"],
        "input_tokens_details": chat["prompt_tokens_details"],
        "output_tokens": usage.output,
        "output_tokens_details": {"reasoning_tokens": usage.reasoning},
        "total_tokens": chat["total_tokens"],
    }


def gemini_usage(usage: Usage) -> JsonObject:
    """Give the `usageMetadata` of Gemini: the prompt has the cache inside, thoughts stand beside."""
    prompt = usage.input + usage.cache_read
    metadata = {
        "promptTokenCount": prompt,
        "candidatesTokenCount": usage.output - usage.reasoning,
        "totalTokenCount": prompt + usage.output,
    }
    if usage.cache_read:
        metadata["cachedContentTokenCount"] = usage.cache_read
    if usage.reasoning:
        metadata["thoughtsTokenCount"] = usage.reasoning
    return metadata


def _request(path: str, body: JsonObject) -> VendorRequest | None:
    model, is_streamed = str(body.get("model", "")), bool(body.get("stream"))
    if "enerateContent" in path:
        model, _, method = path.rpartition("/")[2].partition(":")
        return VendorRequest(model, method.startswith("stream"), body, wire="gemini")
    for ending, wire in (("/chat/completions", "chat"), ("/responses", "responses")):
        if path.endswith(ending):
            return VendorRequest(model, is_streamed, body, wire=wire)
    if path.endswith(("/messages", "/count_tokens")):
        return VendorRequest(model, is_streamed, body, wire="anthropic")
    return None


def _is_answer(turn: JsonObject) -> bool:
    return turn.get("role") in ("assistant", "model") or turn.get("type") in (
        "function_call",
        "custom_tool_call",
        "reasoning",
    )


def _is_system(turn: JsonObject) -> bool:
    return turn.get("role") in ("system", "developer")


def _usage(served: Served, wire_usage: JsonObject) -> JsonObject:
    return laid_over(wire_usage, served.reply.usage_extra)


def _chat_whole(served: Served) -> JsonObject:
    message: JsonObject = {"role": "assistant", "content": None}
    for delta in _chat_deltas(served, is_whole=True):
        for name, part in delta.items():
            message[name] = (message.get(name) or type(part)()) + part
    for call in message.get("tool_calls", []):
        del call["index"]
    choice = {"index": 0, "message": message, "finish_reason": _chat_finish(served)}
    answer: JsonObject = {**_chat_head(served), "object": "chat.completion", "choices": [choice]}
    if served.reply.tells_usage:
        answer["usage"] = _usage(served, chat_usage(served.reply.usage))
    return laid_over(answer, served.reply.extra)


def _chat_streamed(served: Served) -> NamedEvents:
    reply = served.reply
    head = laid_over({**_chat_head(served), "object": "chat.completion.chunk"}, reply.extra)

    def chunk(delta: JsonObject, finish: str | None = None) -> tuple[str, JsonObject]:
        return "", {**head, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}

    yield chunk({"role": "assistant", "content": ""})
    for delta in _chat_deltas(served, is_whole=False):
        yield chunk(delta)
    if reply.ends_early:
        return
    yield chunk({}, _chat_finish(served))
    if reply.tells_usage:
        yield "", {**head, "choices": [], "usage": _usage(served, chat_usage(reply.usage))}


def _chat_head(served: Served) -> JsonObject:
    return {"id": served.id, "created": CREATED_S, "model": served.model}


def _chat_finish(served: Served) -> str:
    calls_tools = any(block["type"] == "tool_use" for block in served.reply.blocks)
    return served.reply.stop_reason or ("tool_calls" if calls_tools else "stop")


def _chat_deltas(served: Served, *, is_whole: bool) -> Iterator[JsonObject]:
    """Tell the blocks as deltas; an answer that ends early has only its first block."""
    reply = served.reply
    called = 0
    for block in reply.blocks[:1] if reply.ends_early else reply.blocks:
        if block["type"] == "tool_use":
            function = {"name": block["name"], "arguments": json.dumps(block["input"], ensure_ascii=False)}
            yield {
                "tool_calls": [{"index": called, "id": block["id"], "type": "function", "function": function}]
            }
            called += 1
            continue
        name, words = (
            ("reasoning_content", block["thinking"]) if "thinking" in block else ("content", block["text"])
        )
        for piece in [words] if is_whole else cut(words):
            yield {name: piece}


def _responses_whole(served: Served) -> JsonObject:
    reply = served.reply
    answer = {
        "id": served.id,
        "object": "response",
        "created_at": CREATED_S,
        "status": "completed",
        "error": None,
        "incomplete_details": None,
        "model": served.model,
        "output": [_responses_item(served, number, block) for number, block in enumerate(reply.blocks)],
        "parallel_tool_calls": True,
        "usage": _usage(served, responses_usage(reply.usage)) if reply.tells_usage else None,
    }
    return laid_over(answer, reply.extra)


def _responses_streamed(served: Served) -> NamedEvents:
    whole = _responses_whole(served)
    begun = {**whole, "status": "in_progress", "output": [], "usage": None}
    numbers = iter(range(10_000))

    def event(name: str, **fields: Any) -> tuple[str, JsonObject]:
        return name, {"type": name, "sequence_number": next(numbers), **fields}

    yield event("response.created", response=begun)
    yield event("response.in_progress", response=begun)
    for index, item in enumerate(whole["output"]):
        for name, fields in _item_events(item):
            yield event(name, output_index=index, **fields)
        if served.reply.ends_early:
            return
    yield event("response.completed", response=whole)


def _responses_item(served: Served, number: int, block: Any) -> JsonObject:
    stem = f"{served.id.partition('_')[2] or served.id}{number}"
    match block["type"]:
        case "text":
            part = {"type": "output_text", "text": block["text"], "annotations": []}
            return {
                "type": "message",
                "id": f"msg_{stem}",
                "role": "assistant",
                "status": "completed",
                "content": [part],
            }
        case "thinking":
            summary = [{"type": "summary_text", "text": block["thinking"]}]
            return {
                "type": "reasoning",
                "id": f"rs_{stem}",
                "summary": summary,
                "encrypted_content": "aW52ZW50ZWQ=",
            }
        case "output_item":
            return {"id": f"item_{stem}", "status": "completed", **block["item"]}
    item = {"id": f"fc_{stem}", "call_id": block["id"], "name": block["name"], "status": "completed"}
    if block["type"] == "custom_tool_use":
        return {"type": "custom_tool_call", **item, "input": block["input"]}
    return {"type": "function_call", **item, "arguments": json.dumps(block["input"], ensure_ascii=False)}


def _item_events(item: JsonObject) -> Iterator[tuple[str, JsonObject]]:
    """Tell one output item: opened empty, filled, closed whole."""
    at = {"item_id": item["id"]}
    empty = {name: "" if name in ("arguments", "input") else entry for name, entry in item.items()}
    match item["type"]:
        case "message":
            words = item["content"][0]["text"]
            part = {"content_index": 0, "part": {**item["content"][0], "text": ""}}
            yield "response.output_item.added", {"item": {**item, "content": [], "status": "in_progress"}}
            yield "response.content_part.added", {**at, **part}
            for piece in cut(words):
                yield "response.output_text.delta", {**at, "content_index": 0, "delta": piece, "logprobs": []}
            yield "response.output_text.done", {**at, "content_index": 0, "text": words, "logprobs": []}
            yield "response.content_part.done", {**at, "content_index": 0, "part": item["content"][0]}
        case "reasoning":
            words = item["summary"][0]["text"]
            part = {"summary_index": 0, "part": {"type": "summary_text", "text": ""}}
            yield "response.output_item.added", {"item": {**item, "summary": []}}
            yield "response.reasoning_summary_part.added", {**at, **part}
            for piece in cut(words):
                yield "response.reasoning_summary_text.delta", {**at, "summary_index": 0, "delta": piece}
            yield "response.reasoning_summary_text.done", {**at, "summary_index": 0, "text": words}
            yield (
                "response.reasoning_summary_part.done",
                {**at, "summary_index": 0, "part": item["summary"][0]},
            )
        case "function_call":
            yield "response.output_item.added", {"item": {**empty, "status": "in_progress"}}
            for piece in cut(item["arguments"]):
                yield "response.function_call_arguments.delta", {**at, "delta": piece}
            yield "response.function_call_arguments.done", {**at, "arguments": item["arguments"]}
        case "custom_tool_call":
            yield "response.output_item.added", {"item": {**empty, "status": "in_progress"}}
            for piece in cut(item["input"]):
                yield "response.custom_tool_call_input.delta", {**at, "delta": piece}
            yield "response.custom_tool_call_input.done", {**at, "input": item["input"]}
        case _:
            yield "response.output_item.added", {"item": {**item, "status": "in_progress"}}
    yield "response.output_item.done", {"item": item}


def _gemini_whole(served: Served) -> JsonObject:
    parts = [part for block in served.reply.blocks for part in _gemini_parts(block, is_whole=True)]
    return _gemini_answer(served, parts, is_last=True)


def _gemini_streamed(served: Served) -> NamedEvents:
    reply = served.reply
    blocks = reply.blocks[:1] if reply.ends_early else reply.blocks
    parts = [part for block in blocks for part in _gemini_parts(block, is_whole=False)]
    for at, part in enumerate(parts):
        yield "", _gemini_answer(served, [part], is_last=at + 1 == len(parts) and not reply.ends_early)


def _gemini_answer(served: Served, parts: list[JsonObject], *, is_last: bool) -> JsonObject:
    reply = served.reply
    candidate: JsonObject = {"content": {"role": "model", "parts": parts}, "index": 0}
    answer: JsonObject = {"candidates": [candidate], "modelVersion": served.model, "responseId": served.id}
    if is_last:
        candidate["finishReason"] = reply.stop_reason or "STOP"
    if is_last and reply.tells_usage:
        answer["usageMetadata"] = _usage(served, gemini_usage(reply.usage))
    return laid_over(answer, reply.extra)


def _gemini_parts(block: Any, *, is_whole: bool) -> list[JsonObject]:
    match block["type"]:
        case "tool_use":
            return [{"functionCall": {"id": block["id"], "name": block["name"], "args": block["input"]}}]
        case "thinking":
            pieces = [block["thinking"]] if is_whole else cut(block["thinking"])
            return [{"text": piece, "thought": True} for piece in pieces]
        case _:
            return [{"text": piece} for piece in ([block["text"]] if is_whole else cut(block["text"]))]


WHOLE = {"chat": _chat_whole, "responses": _responses_whole, "gemini": _gemini_whole}
STREAMED = {"chat": _chat_streamed, "responses": _responses_streamed, "gemini": _gemini_streamed}

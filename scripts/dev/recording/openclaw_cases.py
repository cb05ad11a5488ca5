"""What the model server answers while OpenClaw is recorded, and the host's settings for it."""

from __future__ import annotations

from dataclasses import replace

from fake_model_server import JsonObject
from fake_model_server import Reply
from fake_model_server import Usage
from fake_model_server import text
from fake_model_server import tool_use

MODEL = "mock-large"
CHARGED = "openrouter/openai/gpt-5-mini"
NOT_LOGGED = "not logged: "
"""Replies whose purpose begins so are paid for, but the host keeps no record of them."""

CLAUDE_SNAPSHOT = 3
"""The output that the server tells of an answer when it begins; the host keeps that one."""

RESET = "reset"
DELETED = "deleted"
"""Mark replies to sessions that go later."""

LONG = "Oolong, sencha and assam. " * 60
"""Records from 1,024 bytes on are compressed."""

HEARTBEAT = Reply(
    "answers a heartbeat", Usage(input=81, output=21), [text("NO_REPLY")], when="heartbeat monitor"
)

STORY = (
    Reply(
        f"{NOT_LOGGED}names a session",
        Usage(input=300, output=6),
        [text("A fourth tea")],
        when_system="concise session title",
    ),
    Reply(
        "answers",
        Usage(input=600, cache_read=400, output=80, reasoning=30),
        [text("Three.")],
        when="List the",
    ),
    Reply("answers at length", Usage(input=500, cache_read=450, output=300), [text(LONG)], when="at length"),
    Reply(
        "calls a tool",
        Usage(input=400, cache_read=500, output=41),
        [tool_use("c1", "exec", command="echo steamed")],
        when="Use the shell",
    ),
    Reply(
        "answers with a tool's result",
        Usage(input=90, cache_read=900, output=12),
        [text("Done.")],
        when="steamed",
    ),
    Reply(
        "answers, and says what it charged",
        Usage(input=210, cache_read=20, output=13),
        [text("A lot.")],
        when="worth",
        usage_extra={"cost": 0.0123},
    ),
    Reply(
        "answers for nothing",
        Usage(input=220, cache_read=30, output=14),
        [text("Yes.")],
        when="for nothing",
        usage_extra={"cost": 0},
    ),
    Reply(
        "starts a sub-agent that knows all of this",
        Usage(input=130, cache_read=1_100, output=33),
        [
            tool_use(
                "c3", "tool_call", id="sessions_spawn", args={"task": "Weigh the leaves.", "context": "fork"}
            )
        ],
        when="knows all of this",
    ),
    Reply(
        "starts a sub-agent",
        Usage(input=120, cache_read=1_000, output=31),
        [tool_use("c2", "tool_call", id="sessions_spawn", args={"task": "Count the leaves."})],
        when="Ask a helper",
    ),
    Reply("goes on", Usage(input=60, cache_read=1_010, output=5), [text("Wait.")], when="childSessionKey"),
    Reply(
        "goes on again", Usage(input=61, cache_read=1_020, output=6), [text("Wait.")], when="childSessionKey"
    ),
    Reply(
        "takes in what the sub-agent found",
        Usage(input=70, cache_read=1_030, output=7),
        [text("Seven.")],
        when="seven leaves",
    ),
    Reply(
        "takes in what the other one found",
        Usage(input=71, cache_read=1_040, output=8),
        [text("Nine grams.")],
        when="nine grams",
    ),
    Reply("the sub-agent ends", Usage(input=330, output=9), [text("seven leaves")], when="Count the leaves"),
    Reply(
        "the forked sub-agent ends",
        Usage(input=340, cache_read=800, output=10),
        [text("nine grams")],
        when="Weigh the leaves",
    ),
    Reply(
        "answers in a fork", Usage(input=44, cache_read=600, output=15), [text("Sencha.")], when="In the fork"
    ),
    Reply("is taken back", Usage(input=45, cache_read=610, output=16), [text("Hm.")], when="taken back"),
    Reply(
        "answers after a rewind", Usage(input=46, cache_read=620, output=17), [text("Assam.")], when="Instead"
    ),
    HEARTBEAT,
    replace(HEARTBEAT, purpose="answers another heartbeat", usage=Usage(input=82, output=22)),
    Reply("works on a schedule", Usage(input=77, output=18), [text("All there.")], when="Check the shelf"),
    Reply("answers after a reset", Usage(input=88, output=19), [text("Three.")], when="After the reset"),
    Reply(
        "answers in a session that goes",
        Usage(input=99, output=20),
        [text("Mint.")],
        when="fourth tea",
        session=DELETED,
    ),
)

DRIVEN = (
    Reply(
        "answers through Claude Code",
        Usage(input=111, cache_read=33, cache_write_5m=20, cache_write_1h=2, output=70),
        [text("Hello.")],
        when="Hello, Claude",
    ),
    Reply(
        "answers through Claude Code again",
        Usage(input=112, cache_read=66, output=71),
        [text("Again.")],
        when="And again",
    ),
    Reply(
        "answers through Codex",
        Usage(input=600, cache_read=400, output=72, reasoning=30),
        [text("Hello.")],
        when="Hello, Codex",
    ),
    HEARTBEAT,
)

LEGACY = (
    Reply(
        "answers",
        Usage(input=600, cache_read=400, output=80, reasoning=30),
        [text("Three.")],
        when="List the",
        session=RESET,
    ),
    Reply("answers after a reset", Usage(input=88, output=19), [text("Three.")], when="After the reset"),
    Reply(
        "starts a sub-agent",
        Usage(input=120, cache_read=1_000, output=31),
        [tool_use("c1", "sessions_spawn", task="Count the leaves.")],
        when="Ask a helper",
    ),
    Reply("goes on", Usage(input=60, cache_read=1_010, output=5), [text("Wait.")], when="childSessionKey"),
    Reply(
        "takes in what the sub-agent found",
        Usage(input=70, cache_read=1_030, output=7),
        [text("Seven.")],
        when="seven leaves",
    ),
    Reply("the sub-agent ends", Usage(input=330, output=9), [text("seven leaves")], when="Count the leaves"),
)


def settings(address: str, port: int, has_codex: bool) -> JsonObject:
    """Give the host's settings for a server at an address, also for the programs that it drives."""
    wire = {"baseUrl": f"{address}/v1", "apiKey": "invented", "api": "openai-completions"}
    defaults: JsonObject = {"model": {"primary": f"mock/{MODEL}"}}
    defaults["models"] = {f"mock/{MODEL}": {}, CHARGED: {}}
    content: JsonObject = {
        "gateway": {
            "mode": "local",
            "bind": "loopback",
            "port": port,
            "auth": {"mode": "token", "token": "invented"},
        },
        "models": {
            "mode": "merge",
            "providers": {
                "mock": {**wire, "models": [_model(MODEL)]},
                "openrouter": {**wire, "models": [_model(CHARGED.partition("/")[2])]},
            },
        },
        "agents": {"defaults": defaults},
    }
    if has_codex:
        defaults["models"] |= {
            "claude-cli/claude-sonnet-5": {},
            "openai/gpt-5.5": {"agentRuntime": {"id": "codex"}},
        }
        content["plugins"] = {
            "entries": {"codex": {"enabled": True, "config": {"appServer": {"homeScope": "user"}}}}
        }
    return content


def _model(name: str) -> JsonObject:
    return {
        "id": name,
        "name": name,
        "reasoning": False,
        "input": ["text"],
        "cost": {"input": 3, "output": 15, "cacheRead": 0.3, "cacheWrite": 3.75},
        "contextWindow": 128_000,
        "maxTokens": 8_000,
    }

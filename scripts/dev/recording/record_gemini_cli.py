"""Record what the real Gemini CLI writes to disk, beside what its model server really sent.

The counts in `expected.json` come from the server, the host's own figures from `-o json`.
Run: python scripts/dev/recording/record_gemini_cli.py --cache DIR [CASE ...]
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fake_model_server import JsonObject
from fake_model_server import Reply
from fake_model_server import Served
from fake_model_server import Usage
from fake_model_server import text
from fake_model_server import thinking
from fake_model_server import tool_use
from fake_vendors import FakeVendors
from fake_vendors import serving_vendors
from node_host import FIXTURES
from node_host import Case
from node_host import Host
from node_host import Stage
from node_host import expected_of
from node_host import finish
from node_host import record_all
from node_host import store
from node_host import surprises_of

MODEL = "gemini-2.5-pro"
RATES = {MODEL: {"input": "1.25", "cache_read": "0.125", "output": "10"}}
"""USD per million tokens, prompts up to 200,000 tokens (price list of 2026-11-22)."""
NOT_LOGGED = "not logged: "
"""Replies whose purpose begins so are paid for, but the host keeps no record of them."""
SETTINGS = {
    "security": {"auth": {"selectedType": "gemini-api-key"}, "folderTrust": {"enabled": False}},
    "general": {"disableAutoUpdate": True},
    "privacy": {"usageStatisticsEnabled": False},
    "telemetry": {"enabled": False},
}
OLD_SESSION = "5d1f0c77-2f0e-4c2b-9d8e-6b3f0a4c1e21"


@dataclass(frozen=True, slots=True)
class GeminiCase(Case):
    """A story, with what was there before it."""

    prepare: Callable[[Stage], None] | None = None
    before: Sequence[Served] = ()


def main() -> int:
    """Record the named cases, or all of them; exit 1 when a request was not foreseen."""
    return record_all(__doc__, "@google/gemini-cli", "gemini", CASES, record)


def record(case: GeminiCase, host: Host, keeps_raw: bool) -> list[str]:
    """Run one case in a fresh home and store its fixture; gives the requests nobody foresaw."""
    stage = Stage(host)
    config = stage.home / ".gemini"
    config.mkdir()
    (config / "settings.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    if case.prepare:
        case.prepare(stage)
    fake = FakeVendors(id_stem=case.name.title().replace("-", ""))
    fake.script([reply.placed(str(stage.project)) for reply in case.replies])
    statistics = []
    with serving_vendors(fake) as address:
        stage.environment |= {"GOOGLE_GEMINI_BASE_URL": address, "GEMINI_API_KEY": "invented"}
        for words in case.runs:
            printed = stage.run([*words, "-o", "json", "-y"])
            statistics.append(_statistics(printed))
    target = FIXTURES / "gemini_cli" / f"recorded-{case.name}"
    shutil.rmtree(target, ignore_errors=True)
    logs = [path for path in config.rglob("*") if path.is_file() and _is_log(path.relative_to(config))]
    store(logs, config, target, stage.root)
    logged = [one for one in [*case.before, *fake.served] if not one.reply.purpose.startswith(NOT_LOGGED)]
    unlogged = [one for one in fake.served if one not in logged]
    expected = expected_of(logged, unlogged, _sessions(logs), [""], RATES, host, statistics)
    finish(stage, target, expected, keeps_raw=keeps_raw)
    return surprises_of(fake)


def _is_log(path: Path) -> bool:
    return path.name == "projects.json" or (
        path.parts[0] == "tmp" and ("chats" in path.parts or path.name == ".project_root")
    )


def _sessions(logs: Sequence[Path]) -> set[str]:
    """Name the sessions as a person knows them: a sub-agent's own id is not one."""
    heads = [
        json.loads(log.read_text(encoding="utf-8").splitlines()[0]) for log in logs if log.suffix == ".jsonl"
    ]
    return {head["sessionId"] for head in heads if head.get("kind") != "subagent"}


def _statistics(printed: str) -> JsonObject:
    """Give the host's own counts by model and by role of the calls."""
    models = json.loads(printed[printed.index("{") :])["stats"]["models"]
    return {
        name: {
            role: {"requests": each["totalRequests"], **each["tokens"]}
            for role, each in model["roles"].items()
        }
        for name, model in models.items()
    }


def _old_document(stage: Stage) -> None:
    """Lay down a session of a release before 2026: one JSON document instead of a log.

    Shape: `parseLegacyRecordFallback` of Gemini CLI 0.61.0, which still reads and resumes it.
    """
    chats = stage.home / ".gemini/tmp/shop/chats"
    chats.mkdir(parents=True)
    (chats.parent / ".project_root").write_text(str(stage.project), encoding="utf-8")
    projects = {"projects": {str(stage.project): "shop"}}
    (stage.home / ".gemini/projects.json").write_text(json.dumps(projects), encoding="utf-8")
    asked = {"id": "8a0c6f1e-0d7b-4b8e-a3a5-2f9f5d9d1c01", "timestamp": "2026-11-20T09:00:00.000Z"}
    answered = {"id": "c3b7e2d4-5a61-4f0f-8a2e-7d1b9c0e4f02", "timestamp": "2026-11-20T09:00:05.000Z"}
    document = {
        "sessionId": OLD_SESSION,
        "projectHash": "00",
        "startTime": "2026-11-20T09:00:00.000Z",
        "lastUpdated": "2026-11-20T09:00:05.000Z",
        "messages": [
            {**asked, "type": "user", "content": "Which tea is old?"},
            {
                **answered,
                "type": "gemini",
                "content": "Pu-erh.",
                "thoughts": [],
                "tokens": {"input": 900, "output": 30, "cached": 0, "thoughts": 11, "tool": 0, "total": 941},
                "model": MODEL,
            },
        ],
    }
    name = f"session-2026-11-20T09-00-{OLD_SESSION[:8]}.json"
    (chats / name).write_text(json.dumps(document, indent=2), encoding="utf-8")


def _skill(stage: Stage) -> None:
    """Give the project a skill."""
    skill = stage.project / ".gemini/skills/price-tags/SKILL.md"
    skill.parent.mkdir(parents=True)
    head = "---\nname: price-tags\ndescription: Writes price tags for the shop.\n---\n"
    skill.write_text(f"{head}\nOne price on each tag.\n", encoding="utf-8")


SEARCHED = {"promptTokenCount": 257 + 960, "toolUsePromptTokenCount": 7}
"""A tool of the vendor itself adds to the prompt; the vendor counts that apart."""
CASES = (
    GeminiCase(
        "main",
        runs=(
            ("-m", MODEL, "-p", "Read the list of teas."),
            ("-m", MODEL, "-r", "latest", "-p", "And the price?"),
        ),
        replies=(
            Reply(
                "calls a tool",
                Usage(input=600, cache_read=400, output=80, reasoning=30),
                [thinking("**Look** at the list."), tool_use("c1", "read_file", file_path="teas.txt")],
                when="list of teas",
            ),
            Reply(
                "answers", Usage(input=300, cache_read=900, output=50), [text("Three teas.")], when="sencha"
            ),
            Reply(
                "answers after a tool of the vendor, whose prompt counts apart",
                Usage(input=257 + 7, cache_read=960, output=47, reasoning=9),
                [text("Twelve.")],
                when="the price",
                usage_extra=SEARCHED,
            ),
        ),
    ),
    GeminiCase(
        "sub-agent",
        runs=(("-m", MODEL, "-p", "Have the teas counted."),),
        replies=(
            Reply(
                "starts a sub-agent",
                Usage(input=1_000, output=40),
                [tool_use("c1", "invoke_agent", agent_name="generalist", prompt="Count every leaf.")],
                when="teas counted",
            ),
            Reply(
                "the sub-agent calls a tool",
                Usage(input=500, cache_read=20, output=31, reasoning=5),
                [tool_use("c2", "read_file", file_path="teas.txt")],
                when="Count every leaf",
            ),
            Reply(
                "the sub-agent ends",
                Usage(input=130, cache_read=500, output=12),
                [tool_use("c3", "complete_task", result={"response": "three"})],
                when="sencha",
            ),
            Reply("answers", Usage(input=140, cache_read=1_000, output=9), [text("Three.")], when="three"),
        ),
    ),
    GeminiCase(
        "skill",
        runs=(("-m", MODEL, "-p", "Put tags on the teas."),),
        prepare=_skill,
        replies=(
            Reply(
                "activates a skill",
                Usage(input=1_000, output=20),
                [{**tool_use("c1", "activate_skill"), "input": {"name": "price-tags"}}],
                when="tags on the teas",
            ),
            Reply(
                "answers", Usage(input=150, cache_read=1_000, output=14), [text("Done.")], when="One price"
            ),
        ),
    ),
    GeminiCase(
        "not-logged",
        runs=(("-p", "Search the web for tea."),),
        replies=(
            Reply(
                f"{NOT_LOGGED}the router rates the task",
                Usage(input=220, output=12),
                [text('{"complexity_reasoning":"short","complexity_score":10}')],
                when="Search the web",
            ),
            Reply(
                "calls a tool",
                Usage(input=700, output=20),
                [tool_use("c1", "google_web_search", query="leaf news")],
                when="Search the web",
            ),
            Reply(
                f"{NOT_LOGGED}the tool asks a model",
                Usage(input=70, output=60),
                [text("Leaves grow.")],
                when="leaf news",
            ),
            Reply(
                "answers", Usage(input=99, cache_read=700, output=8), [text("They grow.")], when="Leaves grow"
            ),
        ),
    ),
    GeminiCase(
        "old-document",
        runs=(("-m", MODEL, "-r", OLD_SESSION, "-p", "And a young one?"),),
        prepare=_old_document,
        before=(
            Served(
                OLD_SESSION,
                MODEL,
                True,
                Reply("of an old release", Usage(input=900, output=41, reasoning=11)),
            ),
        ),
        replies=(
            Reply(
                "answers", Usage(input=340, cache_read=600, output=21), [text("Sencha.")], when="young one"
            ),
        ),
    ),
)

if __name__ == "__main__":
    sys.exit(main())

"""Record what the real Qwen Code writes to disk, beside what its model server really sent.

The counts in `expected.json` come from the server, the host's own figures from `-o json` and from
its roll-up of sessions (`usage_record.jsonl`).
Run: python scripts/dev/recording/record_qwen_code.py --cache DIR [CASE ...]
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path

from fake_model_server import JsonObject
from fake_model_server import Reply
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

MODEL = "qwen3-coder-plus"
GEMINI = "gemini-2.5-pro"
RATES = {
    MODEL: {"input": "1", "cache_read": "0.2", "output": "5"},
    GEMINI: {"input": "1.25", "cache_read": "0.125", "output": "10"},
}
"""USD per million tokens, for prompts as short as these (price list of 2026-11-22)."""
NOT_LOGGED = "not logged: "
"""Replies whose purpose begins so are paid for, but the host keeps no record of them."""
FIRST = "11111111-1111-4111-8111-111111111111"
FORK = "22222222-2222-4222-8222-222222222222"
FORK_OF_FORK = "33333333-3333-4333-8333-333333333333"


@dataclass(frozen=True, slots=True)
class QwenCase(Case):
    """A story, with settings of the host and its way of asking."""

    settings: Mapping[str, JsonObject] = field(default_factory=dict)
    auth: str = "openai"


def main() -> int:
    """Record the named cases, or all of them; exit 1 when a request was not foreseen."""
    return record_all(__doc__, "@qwen-code/qwen-code", "qwen", CASES, record)


def record(case: QwenCase, host: Host, keeps_raw: bool) -> list[str]:
    """Run one case in a fresh home and store its fixture; gives the requests nobody foresaw."""
    stage = Stage(host)
    config = stage.home / ".qwen"
    config.mkdir()
    settings = {
        "security": {"auth": {"selectedType": case.auth}},
        "general": {"disableAutoUpdate": True},
        "telemetry": {"enabled": False},
        **case.settings,
    }
    (config / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    _add_skill(stage)
    fake = FakeVendors(id_stem=case.name.title().replace("-", ""))
    fake.script([reply.placed(str(stage.project)) for reply in case.replies])
    statistics: list[JsonObject] = []
    with serving_vendors(fake) as address:
        stage.environment |= {
            "OPENAI_API_KEY": "invented",
            "OPENAI_BASE_URL": f"{address}/v1",
            "OPENAI_MODEL": MODEL,
            "GEMINI_API_KEY": "invented",
            "GEMINI_MODEL": GEMINI,
            "GOOGLE_GEMINI_BASE_URL": address,
        }
        for words in case.runs:
            printed = stage.run([*words, "-o", "json", "--approval-mode", "yolo"])
            statistics.append(_statistics(printed))
    target = FIXTURES / "qwen_code" / f"recorded-{case.name}"
    shutil.rmtree(target, ignore_errors=True)
    logs = [
        path for path in config.rglob("*.jsonl") if path.parts[len(config.parts)] in ("usage", "projects")
    ]
    _name_forks(logs)
    logs = [
        path for path in config.rglob("*.jsonl") if path.parts[len(config.parts)] in ("usage", "projects")
    ]
    store(logs, config, target, stage.root)
    logged = [one for one in fake.served if not one.reply.purpose.startswith(NOT_LOGGED)]
    unlogged = [one for one in fake.served if one not in logged]
    sessions, agents = _sessions_and_agents(logs)
    rolled_up = _rolled_up(config / "usage_record.jsonl")
    expected = expected_of(
        logged, unlogged, sessions, agents, RATES, host, {"printed": statistics, "rolled_up": rolled_up}
    )
    finish(stage, target, expected, keeps_raw=keeps_raw)
    return surprises_of(fake)


def _add_skill(stage: Stage) -> None:
    skill = stage.project / ".qwen/skills/price-tags/SKILL.md"
    skill.parent.mkdir(parents=True)
    head = "---\nname: price-tags\ndescription: Writes price tags for the shop.\n---\n"
    skill.write_text(f"{head}\nOne price on each tag.\n", encoding="utf-8")


def _name_forks(logs: Sequence[Path]) -> None:
    """Give forks, whose ids the host draws itself, the same ids on every recording."""
    chats = [log for log in logs if log.parent.name == "chats" and log.stem != FIRST]
    drawn = [log.stem for log in sorted(chats, key=lambda log: log.stat().st_mtime)]
    for old, new in zip(drawn, (FORK, FORK_OF_FORK), strict=False):
        for log in logs:
            log.write_text(log.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
    for log in chats:
        for old, new in zip(drawn, (FORK, FORK_OF_FORK), strict=False):
            if log.stem == old:
                log.rename(log.with_name(f"{new}.jsonl"))


def _sessions_and_agents(logs: Sequence[Path]) -> tuple[set[str], set[str]]:
    """Name whose answers the host itself says it logged, in the ledger and in telemetry lines."""
    sessions, agents = set(), set()
    for log in logs:
        for line in map(json.loads, log.read_text(encoding="utf-8").splitlines()):
            told = line.get("systemPayload", {}).get("uiEvent", {}) if "systemPayload" in line else {}
            if "inputTokens" in line:
                sessions.add(line["sessionId"])
                agents.add(line["source"].replace("main", ""))
            elif told.get("event.name") == "qwen-code.api_response" and "forkedFrom" not in line:
                sessions.add(line["sessionId"])
                agents.add(told.get("subagent_name", ""))
    return sessions, agents


def _statistics(printed: str) -> JsonObject:
    """Give the host's own counts by model."""
    result = json.loads(printed)[-1]
    return {
        name: {"requests": model["api"]["totalRequests"], **model["tokens"]}
        for name, model in result["stats"]["models"].items()
    }


def _rolled_up(path: Path) -> list[JsonObject]:
    """Give the counts by model of every line of the host's roll-up."""
    if not path.exists():
        return []
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        {
            name: {what: n for what, n in model.items() if what != "totalLatencyMs"}
            for name, model in line["models"].items()
        }
        for line in lines
    ]


def _ask(*words: str) -> tuple[str, ...]:
    return ("--session-id", FIRST, *words)


MAIN = (
    Reply(
        "calls a tool",
        Usage(input=600, cache_read=400, output=80, reasoning=30),
        [thinking("Look at the list."), tool_use("c1", "read_file", file_path="{project}/teas.txt")],
        when="list of teas",
    ),
    Reply("answers", Usage(input=300, cache_read=900, output=50), [text("Three teas.")], when="sencha"),
)


def _memories(number: int) -> Reply:
    return Reply(
        "in the background: looks for what to remember",
        Usage(input=900 + number, cache_read=100, output=10 + number),
        [text("Nothing to remember.")],
        when="Managed memory has",
    )


CASES = (
    QwenCase(
        "main",
        runs=(_ask("-p", "Read the list of teas."), ("-r", FIRST, "-p", "And the price?")),
        replies=(
            *MAIN,
            Reply(
                "answers after a resume",
                Usage(input=250, cache_read=960, output=47, reasoning=9),
                [text("Twelve.")],
                when="the price",
            ),
            _memories(1),
        ),
    ),
    QwenCase(
        "sub-agent",
        runs=(_ask("-p", "Have the teas counted."),),
        replies=(
            Reply(
                "starts a sub-agent",
                Usage(input=1_000, output=40),
                [
                    tool_use(
                        "c1",
                        "agent",
                        subagent_type="general-purpose",
                        description="count",
                        prompt="Count every leaf.",
                        run_in_background=False,
                    )
                ],
                when="teas counted",
            ),
            Reply(
                "the sub-agent calls a tool",
                Usage(input=500, cache_read=20, output=31, reasoning=5),
                [tool_use("c2", "read_file", file_path="{project}/teas.txt")],
                when="Count every leaf",
            ),
            Reply(
                "the sub-agent ends",
                Usage(input=130, cache_read=500, output=12),
                [text("three leaves")],
                when="sencha",
            ),
            Reply(
                "answers", Usage(input=140, cache_read=1_000, output=9), [text("Three.")], when="three leaves"
            ),
        ),
    ),
    QwenCase(
        "skill",
        runs=(_ask("-p", "Put tags on the teas."),),
        replies=(
            Reply(
                "starts a skill",
                Usage(input=1_000, output=20),
                [tool_use("c1", "skill", skill="price-tags")],
                when="tags on the teas",
            ),
            Reply(
                "answers", Usage(input=150, cache_read=1_000, output=14), [text("Done.")], when="One price"
            ),
        ),
    ),
    QwenCase(
        "fork",
        runs=(
            _ask("-p", "Read the list of teas."),
            ("-r", FIRST, "--fork-session", "-p", "Which is green?"),
            ("-c", "--fork-session", "-p", "Which is black?"),
        ),
        replies=(
            *MAIN,
            Reply(
                "answers in a fork",
                Usage(input=44, cache_read=1_200, output=5),
                [text("Sencha.")],
                when="is green",
            ),
            Reply(
                "answers in a fork of a fork",
                Usage(input=33, cache_read=1_250, output=6),
                [text("Assam.")],
                when="is black",
            ),
            _memories(2),
            _memories(3),
        ),
    ),
    QwenCase(
        "no-ledger",
        runs=(_ask("-p", "Read the list of teas."),),
        replies=MAIN,
        settings={"privacy": {"usageStatisticsEnabled": False}},
    ),
    QwenCase("no-chat", runs=(_ask("--chat-recording=false", "-p", "Read the list of teas."),), replies=MAIN),
    QwenCase(
        "gemini-wire", runs=(_ask("-m", GEMINI, "-p", "Read the list of teas."),), replies=MAIN, auth="gemini"
    ),
)

if __name__ == "__main__":
    sys.exit(main())

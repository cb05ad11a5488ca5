"""Record what the real Pi writes to disk, beside what its model server really sent.

Pi is driven by its RPC mode, in which it forks, clones and compacts as at a terminal and tells its
own totals. The counts in `expected.json` come from the server.
Run: python scripts/dev/recording/record_pi.py --cache DIR [CASE ...]
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

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

CLAUDE = "claude-sonnet-4-5"
RATES = {
    CLAUDE: {
        "input": "3",
        "cache_read": "0.30",
        "cache_write_5m": "3.75",
        "cache_write_1h": "6",
        "output": "15",
    }
}
"""USD per million tokens, prompts up to 200,000 tokens (price list of 2026-11-22)."""
SECOND_PROMPT = "{second prompt}"
"""Stands in a command for the entry of the session's second prompt."""
SETTINGS = {"compaction": {"enabled": True, "keepRecentTokens": 1}, "cacheWarming": {"enabled": False}}

Command = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class PiCase(Case):
    """A story: in place of words each run has the commands of one RPC session, as JSON texts."""

    provider: str = "anthropic"
    model: str = CLAUDE
    entries: int = 0
    """How many entries tell of the answers, where Pi adds up several in one."""


def main() -> int:
    """Record the named cases, or all of them; exit 1 when a request was not foreseen."""
    return record_all(__doc__, "@earendil-works/pi-coding-agent", "pi", CASES, record)


def record(case: PiCase, host: Host, keeps_raw: bool) -> list[str]:
    """Run one case in a fresh home and store its fixture; gives the requests nobody foresaw."""
    stage = Stage(host)
    home = stage.home / ".pi/agent"
    home.mkdir(parents=True)
    skill = stage.project / ".pi/skills/price-tags/SKILL.md"
    skill.parent.mkdir(parents=True)
    skill.write_text(
        "---\nname: price-tags\ndescription: Writes price tags.\n---\n\nOne price on each tag.\n"
    )
    (home / "settings.json").write_text(json.dumps(SETTINGS), encoding="utf-8")
    fake = FakeVendors(id_stem=case.name.title().replace("-", ""))
    fake.script([reply.placed(str(stage.project)) for reply in case.replies])
    statistics = []
    with serving_vendors(fake) as address:
        (home / "models.json").write_text(json.dumps(_models(address)), encoding="utf-8")
        stage.environment |= {"PI_OFFLINE": "1"}
        for number, commands in enumerate(case.runs):
            goes_on = ["-c"] if number else []
            words = ["--mode", "rpc", "-a", "--provider", case.provider, "--model", case.model, *goes_on]
            statistics += _told(stage, words, [json.loads(command) for command in commands])
    target = FIXTURES / "pi" / f"recorded-{case.name}"
    shutil.rmtree(target, ignore_errors=True)
    logs = list(home.glob("sessions/*/*.jsonl"))
    store(logs, home / "sessions", target, stage.root)
    heads = {json.loads(log.read_text(encoding="utf-8").splitlines()[0])["id"] for log in logs}
    expected = expected_of(fake.served, [], heads, [""], RATES, host, statistics)
    expected["events"] = case.entries or expected["events"]
    finish(stage, target, expected, keeps_raw=keeps_raw)
    return surprises_of(fake)


def _models(address: str) -> JsonObject:
    """Point a vendor that Pi knows, with its prices, and one that it does not know at our server."""
    unknown = {"id": "mock-large", "contextWindow": 200_000, "maxTokens": 8_000, "reasoning": True}
    return {
        "providers": {
            "anthropic": {"baseUrl": address, "apiKey": "invented"},
            "shop": {
                "baseUrl": f"{address}/v1",
                "api": "openai-completions",
                "apiKey": "invented",
                "models": [unknown],
            },
        }
    }


def _told(stage: Stage, words: Sequence[str], commands: Sequence[Command]) -> list[JsonObject]:
    """Run Pi by these commands, one after the other; gives the totals that it told."""
    told: list[JsonObject] = []
    second = ""
    with subprocess.Popen(
        [stage.host.program, *words],
        cwd=stage.project,
        env=stage.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for command in commands:
            asked = {name: word.replace(SECOND_PROMPT, second) for name, word in command.items()}
            process.stdin.write(json.dumps(asked) + "\n")
            process.stdin.flush()
            last = "agent_end" if asked["type"] == "prompt" else "response"
            for line in process.stdout:
                answer = json.loads(line, parse_float=Decimal)
                if answer.get("type") != last or answer.get("command", asked["type"]) != asked["type"]:
                    continue
                if asked["type"] == "get_fork_messages":
                    second = answer["data"]["messages"][1]["entryId"]
                if asked["type"] == "get_session_stats":
                    told.append({"tokens": answer["data"]["tokens"], "cost": str(answer["data"]["cost"])})
                break
        process.stdin.close()
        process.wait(timeout=60)
    return told


def _prompt(words: str) -> str:
    return json.dumps({"type": "prompt", "message": words})


def _ask(kind: str, **fields: str) -> str:
    return json.dumps({"type": kind, **fields})


STATISTICS = _ask("get_session_stats")
MAIN = (
    Reply(
        "calls a tool",
        Usage(input=600, cache_read=400, cache_write_5m=200, cache_write_1h=30, output=80, reasoning=30),
        [thinking("Look at the list."), tool_use("toolu_01", "read", path="teas.txt")],
        when="list of teas",
    ),
    Reply("answers", Usage(input=300, cache_read=900, output=50), [text("Three teas.")], when="sencha"),
)
PRICE = Reply(
    "answers a second prompt",
    Usage(input=250, cache_read=960, output=47),
    [text("Twelve.")],
    when="the price",
)
CASES = (
    PiCase(
        "main",
        runs=((_prompt("Read the list of teas."), STATISTICS), (_prompt("And the price?"), STATISTICS)),
        replies=(*MAIN, PRICE),
    ),
    PiCase(
        "fork",
        runs=(
            (
                _prompt("Read the list of teas."),
                _prompt("And the price?"),
                _ask("get_fork_messages"),
                _ask("fork", entryId=SECOND_PROMPT),
                _prompt("Which is green?"),
                STATISTICS,
                _ask("clone"),
                _prompt("Which is black?"),
                STATISTICS,
            ),
        ),
        replies=(
            *MAIN,
            PRICE,
            Reply(
                "answers in a fork",
                Usage(input=44, cache_read=1_200, output=5),
                [text("Sencha.")],
                when="is green",
            ),
            Reply(
                "answers in a clone",
                Usage(input=33, cache_read=1_250, output=6),
                [text("Assam.")],
                when="is black",
            ),
        ),
    ),
    PiCase(
        "compaction",
        runs=((_prompt("Read the list of teas."), _prompt("And the price?"), _ask("compact"), STATISTICS),),
        replies=(
            *MAIN,
            PRICE,
            Reply("sums up what was said", Usage(input=1_900, output=120), [text("Three teas.")]),
            Reply("sums up the turn that was cut", Usage(input=800, output=60), [text("A price.")]),
        ),
        entries=4,
    ),
    PiCase(
        "skill",
        runs=((_prompt("Put tags on the teas."), _prompt("And the price?"), STATISTICS),),
        replies=(
            Reply(
                "reads a skill",
                Usage(input=1_000, output=20),
                [tool_use("toolu_01", "read", path=".pi/skills/price-tags/SKILL.md")],
                when="tags on the teas",
            ),
            Reply(
                "answers", Usage(input=150, cache_read=1_000, output=14), [text("Done.")], when="One price"
            ),
            PRICE,
        ),
    ),
    PiCase(
        "chat-wire",
        runs=((_prompt("Read the list of teas."), STATISTICS),),
        replies=(
            Reply(
                "calls a tool",
                Usage(input=600, cache_read=400, output=80, reasoning=30),
                [tool_use("c1", "read", path="teas.txt")],
                when="list of teas",
            ),
            MAIN[1],
        ),
        provider="shop",
        model="mock-large",
    ),
)

if __name__ == "__main__":
    sys.exit(main())

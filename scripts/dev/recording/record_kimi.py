"""Record what the real Kimi Code writes to disk, beside what its model server really sent.

The counts in `expected.json` come from the server; `record_kimi_cli.py` does the same for Kimi CLI.
Run: python scripts/dev/recording/record_kimi.py --cache DIR [CASE ...]
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fake_model_server import Reply
from fake_model_server import Usage
from fake_model_server import text
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

MODEL = "kimi-k2.5"
RATES = {MODEL: {"input": "0.6", "cache_read": "0.1", "output": "3"}}
"""USD per million tokens (price list of 2026-11-22)."""
NEWEST = "{newest}"
"""Stands in a run's words for the id of the session that was made last."""


@dataclass(frozen=True, slots=True)
class KimiCase(Case):
    """A story; `context` is how many tokens the host believes the model can hold."""

    context: int = 200_000


def main() -> int:
    """Record the named cases, or all of them; exit 1 when a request was not foreseen."""
    return record_all(__doc__, "@moonshot-ai/kimi-code", "kimi", CASES, record)


def record(case: KimiCase, host: Host, keeps_raw: bool) -> list[str]:
    """Run one case in a fresh home and store its fixture; gives the requests nobody foresaw."""
    stage = Stage(host)
    home = stage.home / ".kimi-code"
    home.mkdir()
    add_skill(stage.project / ".agents/skills")
    fake = FakeVendors(id_stem=case.name.title().replace("-", ""))
    fake.script([reply.placed(str(stage.project)) for reply in case.replies])
    with serving_vendors(fake) as address:
        (home / "config.toml").write_text(configuration(address, case.context), encoding="utf-8")
        for words in case.runs:
            stage.run([_newest(home) if word == NEWEST else word for word in words])
    target = FIXTURES / "kimi" / f"recorded-{case.name}"
    shutil.rmtree(target, ignore_errors=True)
    logs = [*home.glob("sessions/wd_*/*/agents/*/wire.jsonl"), *home.glob("sessions/wd_*/*/state.json")]
    store(logs, home, target, stage.root)
    sessions, agents = _sessions_and_agents(logs)
    expected = expected_of(fake.served, [], sessions, agents, RATES, host, None)
    finish(stage, target, expected, keeps_raw=keeps_raw)
    return surprises_of(fake)


def _newest(home: Path) -> str:
    """Give the session that was made last; the host's own order goes by other times in a fork."""
    states = [
        json.loads(path.read_text(encoding="utf-8")) for path in home.glob("sessions/wd_*/*/state.json")
    ]
    return str(max(states, key=lambda state: state["createdAt"])["id"]) if states else ""


def configuration(address: str, context: int) -> str:
    """Give the settings that either program needs to ask our server; the keys are its own."""
    return f"""default_model = "kimi-for-coding"
[providers.shop]
type = "kimi"
base_url = "{address}/v1"
api_key = "invented"
[models.kimi-for-coding]
provider = "shop"
model = "{MODEL}"
max_context_size = {context}
"""


def add_skill(skills: Path) -> None:
    """Give a project a skill."""
    skill = skills / "price-tags/SKILL.md"
    skill.parent.mkdir(parents=True)
    head = "---\nname: price-tags\ndescription: Writes price tags for the shop.\n---\n"
    skill.write_text(f"{head}\nOne price on each tag.\n", encoding="utf-8")


def _sessions_and_agents(logs: Sequence[Path]) -> tuple[set[str], set[str]]:
    """Name who asked, as the host itself notes it in the state of its sessions."""
    states = [json.loads(log.read_text(encoding="utf-8")) for log in logs if log.name == "state.json"]
    agents = {
        agent.get("labels", {}).get("profileName", "")
        for state in states
        for agent in state["agents"].values()
    }
    return {state["id"] for state in states}, agents


def read_teas(tool: str) -> tuple[Reply, Reply]:
    """Script a turn in which the list of teas is read."""
    return (
        Reply(
            "calls a tool",
            Usage(input=600, cache_read=400, output=80),
            [tool_use("c1", tool, path="{project}/teas.txt")],
            when="list of teas",
        ),
        Reply("answers", Usage(input=300, cache_read=900, output=50), [text("Three teas.")], when="sencha"),
    )


def count_leaves(tool: str) -> tuple[Reply, ...]:
    """Script a turn in which a sub-agent reads the list of teas."""
    long_enough = "There are three leaves, each of them green. " * 8  # a short summary is asked for again
    return (
        Reply(
            "starts a sub-agent",
            Usage(input=1_000, output=40),
            [tool_use("c1", "Agent", subagent_type="coder", description="count", prompt="Count every leaf.")],
            when="teas counted",
        ),
        Reply(
            "the sub-agent calls a tool",
            Usage(input=500, cache_read=20, output=31),
            [tool_use("c2", tool, path="{project}/teas.txt")],
            when="Count every leaf",
        ),
        Reply(
            "the sub-agent ends",
            Usage(input=130, cache_read=500, output=12),
            [text(long_enough)],
            when="sencha",
        ),
        Reply("answers", Usage(input=140, cache_read=1_000, output=9), [text("Three.")], when="three leaves"),
    )


MAIN = read_teas("Read")
CASES = (
    KimiCase(
        "main",
        runs=(("-p", "Read the list of teas."), ("-c", "-p", "And the price?")),
        replies=(
            *MAIN,
            Reply(
                "answers after a resume",
                Usage(input=250, cache_read=960, output=47),
                [text("Twelve.")],
                when="the price",
            ),
        ),
    ),
    KimiCase("sub-agent", runs=(("-p", "Have the teas counted."),), replies=count_leaves("Read")),
    KimiCase(
        "skill",
        runs=(("-p", "Put tags on the teas."),),
        replies=(
            Reply(
                "starts a skill",
                Usage(input=1_000, output=20),
                [tool_use("c1", "Skill", skill="price-tags")],
                when="tags on the teas",
            ),
            Reply(
                "answers", Usage(input=150, cache_read=1_000, output=14), [text("Done.")], when="One price"
            ),
        ),
    ),
    KimiCase(
        "fork",
        runs=(
            ("-p", "Read the list of teas."),
            ("fork", NEWEST, "-y"),
            ("-S", NEWEST, "-p", "Which is green?"),
            ("fork", NEWEST, "-y"),
            ("-S", NEWEST, "-p", "Which is black?"),
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
        ),
    ),
    KimiCase(
        "compaction",
        runs=(("-p", "Tell me all about tea."), ("-c", "-p", "And about water?")),
        context=40_000,
        replies=(
            Reply(
                "answers at length",
                Usage(input=38_000, output=900),
                [text("Tea grows.")],
                when="all about tea",
            ),
            Reply(
                "sums up what was said",
                Usage(input=1_000, cache_read=38_000, output=300),
                [text("Tea.")],
                when_system="",
            ),
            Reply(
                "answers after it", Usage(input=2_000, output=70), [text("It is wet.")], when="about water"
            ),
        ),
    ),
)

if __name__ == "__main__":
    sys.exit(main())

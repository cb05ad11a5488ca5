"""Record what the real Hermes Agent writes to disk, beside what its model server really sent.

Installs the host from PyPI into a virtual environment below --cache, drives it against a server on
loopback, and stores the tables of its database with an `expected.json`. All counts in it come from
the server. Run: python scripts/dev/recording/record_hermes.py --cache DIR
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import venv
from collections.abc import Sequence
from contextlib import closing
from decimal import Decimal
from pathlib import Path

from database_text import database_text
from fake_model_server import Reply
from fake_model_server import Usage
from fake_model_server import text
from fake_model_server import tool_use
from fake_vendors import FakeVendors
from fake_vendors import counts
from fake_vendors import serving_vendors
from record_claude_code import make_project

FIXTURES = Path(__file__).resolve().parents[3] / "tests/fixtures/sources/hermes"
RUN_TIMEOUT_S = 120
LONGEST_TEXT = 200
TABLES = ("sessions", "session_model_usage", "messages")
RATES = {
    "gpt-4.1": {"input": "2", "cache_read": "0.50", "output": "8"},
    "gpt-5.4": {"input": "2.50", "cache_read": "0.25", "output": "15"},
}
"""List prices in USD per million tokens, read 2026-11-22 in the vendor's price page."""

WORK = [
    Reply(
        "asks for a tool",
        Usage(input=800, cache_read=400, output=30, reasoning=10),
        [tool_use("call_ls", "terminal", command="ls")],
        when="List the shop",
    ),
    Reply("answers", Usage(input=200, cache_read=1200, output=20), [text("One file of teas.")]),
]
AGAIN = [
    Reply(
        "after the resume",
        Usage(input=300, cache_read=1400, output=25),
        [text("Three teas.")],
        when="How many",
    )
]
OTHER = [Reply("another model", Usage(input=310, output=26), [text("Sencha.")], when="Which is green")]
HANDED = [
    Reply(
        "delegates",
        Usage(input=900, output=40),
        [tool_use("call_task", "delegate_task", goal="Subtask: find the price")],
        when="Delegate",
    ),
    Reply("the agent answers", Usage(input=500, cache_read=100, output=15), [text("Nine.")], when="Subtask"),
    Reply("answers", Usage(input=950, cache_read=900, output=12), [text("It is nine.")]),
]


def main() -> int:
    """Record all runs in one home; exit 1 when a request was not foreseen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="where the host is installed")
    parser.add_argument("--version", default="", help="host version on PyPI, as ==X.Y")
    options = parser.parse_args()
    host = installed_host(options.cache.resolve(), options.version)
    with tempfile.TemporaryDirectory(prefix="hermes-") as folder:
        surprises = record(host, Path(folder))
    for surprise in surprises:
        print(f"not in the script: {surprise}", file=sys.stderr)
    return 1 if surprises else 0


def installed_host(cache: Path, version: str) -> Path:
    """Give the host's program, installing it when it is missing."""
    host = cache / "hermes/bin/hermes"
    if not host.exists():
        venv.create(cache / "hermes", with_pip=True)
        subprocess.run([host.parent / "pip", "install", "-q", f"hermes-agent{version}"], check=True)
    return host


def record(host: Path, root: Path) -> list[str]:
    """Run the host in a fresh home and store the fixture; gives what went otherwise than foreseen."""
    home = root / "home/dev"
    project = home / "shop"
    make_project(project)
    fake = FakeVendors(id_stem="Hermes", models=list(RATES))

    def run(replies: Sequence[Reply], *arguments: str) -> None:
        fake.script(replies)
        environment = {"PATH": "/usr/bin:/bin", "HOME": str(home), "LANG": "C.UTF-8", "TERM": "dumb"}
        subprocess.run(
            [host, *arguments], cwd=project, env=environment, stdin=subprocess.DEVNULL, timeout=RUN_TIMEOUT_S
        )
        fake.surprises += [f"never asked for: {reply.purpose}" for reply in fake.waiting]
        fake.waiting.clear()

    store = home / ".hermes/state.db"
    with serving_vendors(fake) as address:
        store.parent.mkdir()
        (store.parent / "config.yaml").write_text(
            "model:\n  default: gpt-4.1\n  provider: custom\n"
            f"  base_url: {address}/v1\n  api_key: sk-invented\n"
        )
        run(WORK, "-z", "List the shop", "--yolo")
        with closing(sqlite3.connect(store)) as connection:
            session = connection.execute("SELECT id FROM sessions").fetchone()[0]
        run(AGAIN, "chat", "-Q", "-q", "How many", "--resume", session)
        run(OTHER, "chat", "-Q", "-q", "Which is green", "--resume", session, "-m", "gpt-5.4")
        run(HANDED, "-z", "Delegate the search", "--yolo")
        run([], "insights")  # prints its own totals, to be compared by eye
    target = FIXTURES / "recorded-main"
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)

    def clean(words: str) -> str:
        words = words.replace(str(root), "").replace(address, "http://127.0.0.1:8000")
        return words if len(words) <= LONGEST_TEXT else f"{words[:40]} (cut: {len(words)} characters)"

    emptied = ("system_prompt", "api_content", "codex_reasoning_items", "reasoning_details")
    (target / "state.db.json").write_text(database_text(store, TABLES, clean, emptied), encoding="utf-8")
    version = subprocess.run([host, "--version"], check=True, capture_output=True, text=True)
    (target / "expected.json").write_text(
        expected(fake, store, version.stdout.split("\n")[0]), encoding="utf-8"
    )
    return fake.surprises


def expected(fake: FakeVendors, store: Path, version: str) -> str:
    """Give what the database must come to, from what the server sent: a total per session and model."""
    total = dict.fromkeys(counts(Usage()), 0)
    cost = Decimal(0)
    for one in fake.served:
        for name, count in counts(one.reply.usage).items():
            total[name] += count
            cost += Decimal(RATES[one.model].get(name, "0")) * count
    with closing(sqlite3.connect(store)) as connection:
        rows = connection.execute("SELECT id, source FROM sessions ORDER BY id").fetchall()
    told = {
        "schema": 1,
        "host": "hermes",
        "host_version": version,
        "recorded_on": dt.datetime.now(dt.UTC).date().isoformat(),
        "events": 4,
        "tokens": total,
        "web_searches": 0,
        "sessions": [session for session, source in rows if source != "subagent"],
        "agents": ["", "subagent"],
        "cost_usd": str((cost / 10**6).normalize()),
        "served": [
            {"id": one.id, "purpose": one.reply.purpose, "model": one.model, **counts(one.reply.usage)}
            for one in fake.served
        ],
    }
    return json.dumps(told, indent=1) + "\n"


if __name__ == "__main__":
    sys.exit(main())

"""Record what the real Droid writes to disk, beside what its model server really sent.

Installs the host from npm below --cache and drives it, cut off from its makers' servers, with custom
models on loopback. Run: python scripts/dev/recording/record_droid.py --cache DIR
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
from pathlib import Path

from fake_model_server import Reply
from fake_model_server import Usage
from fake_model_server import text
from fake_model_server import thinking
from fake_model_server import tool_use
from fake_vendors import FakeVendors
from fake_vendors import counts
from fake_vendors import serving_vendors
from record_claude_code import make_project
from record_copilot import shortened

FIXTURES = Path(__file__).resolve().parents[3] / "tests/fixtures/sources/droid"
HOST = "node_modules/@factory/cli-linux-x64/bin/droid"
RUN_TIMEOUT_S = 120

LISTED = [
    Reply(
        "asks for a tool",
        Usage(input=1200, cache_write_5m=800, output=60, reasoning=25),
        [
            thinking("The person wants a list of all files in the shop."),
            tool_use("toolu_01Droid", "Execute", command="ls", summary="list", riskLevel="low"),
        ],
        when="List the shop",
    ),
    Reply(
        "answers",
        Usage(input=40, cache_read=2000, cache_write_5m=100, output=30),
        [text("One file of teas.")],
    ),
]
ASKED = [
    Reply(
        "answers at once",
        Usage(input=900, cache_read=512, output=40, reasoning=16),
        [text("Sencha is the cheapest.")],
        when="Which is the cheapest",
    )
]


def main() -> int:
    """Record both sessions in one home; exit 1 when a request was not foreseen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="where the host is installed")
    parser.add_argument("--version", default="latest", help="host version on npm")
    options = parser.parse_args()
    host = options.cache.resolve() / HOST
    if not host.exists():
        subprocess.run(["npm", "install", "--prefix", options.cache, f"droid@{options.version}"], check=True)
    with tempfile.TemporaryDirectory(prefix="droid-") as folder:
        surprises = record(host, Path(folder))
    for surprise in surprises:
        print(f"not in the script: {surprise}", file=sys.stderr)
    return 1 if surprises else 0


def record(host: Path, root: Path) -> list[str]:
    """Run the host in a fresh home and store the fixture; gives what went otherwise than foreseen."""
    home = root / "home/dev"
    project = home / "shop"
    make_project(project)
    fake = FakeVendors(id_stem="Droid")
    with serving_vendors(fake) as address:
        shop_gpt = {
            "model": "gpt-5.4",
            "displayName": "Shop GPT",
            "baseUrl": f"{address}/v1",
            "provider": "openai",
        }
        shop_claude = {
            "model": "claude-sonnet-4-5",
            "displayName": "Shop Claude",
            "baseUrl": address,
            "provider": "anthropic",
        }
        models = [one | {"apiKey": "sk-invented", "maxOutputTokens": 4096} for one in (shop_gpt, shop_claude)]
        (home / ".factory").mkdir()
        (home / ".factory/settings.json").write_text(json.dumps({"customModels": models}))
        environment = {
            "PATH": f"/usr/bin{os.pathsep}/bin",
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "FACTORY_AIRGAP_ENABLED": "true",
            "FACTORY_API_BASE_URL": address,
            "FACTORY_API_KEY": "fk-invented",
            "FACTORY_DISABLE_KEYRING": "1",
            "FACTORY_DROID_AUTO_UPDATE_ENABLED": "false",
        }
        for model, prompt, replies in (
            ("custom:Shop-Claude-1", "List the shop", LISTED),
            ("custom:Shop-GPT-0", "Which is the cheapest", ASKED),
        ):
            fake.script(replies)
            words = [str(host), "exec", "-o", "json", "--auto", "medium", "-m", model, prompt]
            subprocess.run(
                words,
                cwd=project,
                env=environment,
                stdin=subprocess.DEVNULL,
                timeout=RUN_TIMEOUT_S,
                check=True,
            )
            fake.surprises += [f"never asked for: {reply.purpose}" for reply in fake.waiting]
            fake.waiting.clear()
    version = subprocess.run(
        [host, "--version"], check=True, capture_output=True, text=True, env=environment
    ).stdout.strip()
    target = FIXTURES / "recorded-main"
    shutil.rmtree(target, ignore_errors=True)
    sessions = store(home / ".factory/sessions", target, root)
    total = dict.fromkeys(counts(Usage()), 0)
    for one in fake.served:
        for name, count in counts(one.reply.usage).items():
            total[name] += count
    # What the host calls thinking is its own guess, so it is taken from its files.
    total["reasoning"] = sum(
        json.loads(path.read_text())["tokenUsage"]["thinkingTokens"]
        for path in target.rglob("*.settings.json")
    )
    expected = {
        "schema": 1,
        "host": "droid",
        "host_version": version,
        "recorded_on": dt.datetime.now(dt.UTC).date().isoformat(),
        "events": len(sessions),
        "tokens": total,
        "web_searches": 0,
        "sessions": sessions,
        "agents": [""],
        "cost_usd": None,
        "served": [
            {"id": one.id, "purpose": one.reply.purpose, **counts(one.reply.usage)} for one in fake.served
        ],
    }
    (target / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")
    return fake.surprises


def store(sessions: Path, target: Path, root: Path) -> list[str]:
    """Copy totals and the dated lines of transcripts without this machine; gives the sessions."""
    place = target / "-home-dev-shop"
    place.mkdir(parents=True)
    for settings in sessions.glob("*/*.settings.json"):
        shutil.copy(settings, place / settings.name)
        transcript = settings.with_name(settings.name.replace(".settings.json", ".jsonl"))
        lines = transcript.read_text(encoding="utf-8").replace(str(root), "").splitlines()
        kept = [shortened(json.loads(line) | {"hostId": ""}) for line in lines]
        (place / transcript.name).write_text(
            "".join(json.dumps(line) + "\n" for line in kept), encoding="utf-8"
        )
    return sorted(path.name.removesuffix(".settings.json") for path in place.glob("*.settings.json"))


if __name__ == "__main__":
    sys.exit(main())

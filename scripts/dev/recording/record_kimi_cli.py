"""Record what the real Kimi CLI writes to disk, beside what its model server really sent.

It is on PyPI and needs Python 3.13; from 1.52.0 on it only points to Kimi Code. What it wrote is
then taken over into Kimi Code, where that is named: its `kimi migrate` is part of a case.
Run: python scripts/dev/recording/record_kimi_cli.py --cache DIR --version 1.47.0 [CASE ...]
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from fake_model_server import Reply
from fake_model_server import Usage
from fake_model_server import text
from fake_vendors import FakeVendors
from fake_vendors import serving_vendors
from node_host import FIXTURES
from node_host import Case
from node_host import Host
from node_host import Stage
from node_host import expected_of
from node_host import finish
from node_host import installed
from node_host import record_all
from node_host import store
from node_host import surprises_of
from record_kimi import configuration
from record_kimi import count_leaves
from record_kimi import read_teas

MIGRATED = "cli-migrated"
"""In this case Kimi Code takes the sessions over, and both homes are kept."""


def main() -> int:
    """Record the named cases, or all of them; exit 1 when a request was not foreseen."""
    return record_all(__doc__, "kimi-cli", "kimi", CASES, record, _installed)


def record(case: Case, host: Host, keeps_raw: bool) -> list[str]:
    """Run one case in a fresh home and store its fixture; gives the requests nobody foresaw."""
    stage = Stage(host)
    home = stage.home / ".kimi"
    home.mkdir()
    fake = FakeVendors(id_stem=case.name.title().replace("-", ""))
    fake.script([reply.placed(str(stage.project)) for reply in case.replies])
    with serving_vendors(fake) as address:
        (home / "config.toml").write_text(configuration(address, 200_000), encoding="utf-8")
        for words in case.runs:
            stage.run(["--print", "--yolo", *words])
        if case.name == MIGRATED:
            _migrate(stage)
    target = FIXTURES / "kimi" / f"recorded-{case.name}"
    shutil.rmtree(target, ignore_errors=True)
    logs = _logs(home)
    if case.name == MIGRATED:
        store(logs, home, target / ".kimi", stage.root)
        newer = stage.home / ".kimi-code"
        store(_logs(newer), newer, target / ".kimi-code", stage.root)
    else:
        store(logs, home, target, stage.root)
    sessions = {log.parent.name for log in home.glob("sessions/*/*/wire.jsonl")}
    kinds = [json.loads(log.read_text(encoding="utf-8")) for log in logs if log.name == "meta.json"]
    agents = {"", *(kind["subagent_type"] for kind in kinds)}
    # The logs name no model, so that nothing can be said of the cost.
    expected = expected_of(fake.served, [], sessions, agents, {}, host, None)
    expected["place"] = "." if case.name == MIGRATED else ".kimi"
    finish(stage, target, expected, keeps_raw=keeps_raw)
    return surprises_of(fake)


def _installed(cache: Path, package: str, program: str, version: str) -> Host:
    """Install from PyPI into an environment of its own."""
    folder = cache.resolve() / "kimi-cli"
    path = folder / "bin" / program
    if not path.exists():
        wanted = package if version == "latest" else f"{package}=={version}"
        subprocess.run(["python3.13", "-m", "venv", folder], check=True)
        subprocess.run([folder / "bin/pip", "install", "-q", wanted], check=True)
    shown = subprocess.run([path, "--version"], check=True, capture_output=True, text=True)
    return Host(path, folder / "bin", shown.stdout.split()[-1])


def _migrate(stage: Stage) -> None:
    """Let Kimi Code, installed beside, take over what Kimi CLI left."""
    cache = stage.host.program.parents[2]
    newer = installed(cache, "@moonshot-ai/kimi-code", "kimi", "latest")
    environment = {**stage.environment, "PATH": f"{newer.node_folder}:/usr/bin:/bin"}
    subprocess.run([newer.program, "migrate", "--run"], check=True, env=environment, cwd=stage.project)


def _logs(home: Path) -> list[Path]:
    names = ("wire.jsonl", "kimi.json", "meta.json", "state.json")
    return [path for path in home.rglob("*") if path.name in names and "notify" not in path.parts]


MAIN = read_teas("ReadFile")
CASES = (
    Case(
        "cli-main",
        runs=(("-p", "Read the list of teas."), ("-C", "-p", "And the price?")),
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
    Case("cli-sub-agent", runs=(("-p", "Have the teas counted."),), replies=count_leaves("ReadFile")),
    Case(MIGRATED, runs=(("-p", "Read the list of teas."),), replies=MAIN),
)

if __name__ == "__main__":
    sys.exit(main())

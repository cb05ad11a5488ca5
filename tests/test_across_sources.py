"""Work that two programs log, and history that lies in two places, counts once."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks.recorded import copy_case
from ledger.postings import opened_fast
from sources.claude_lines import line
from sources.claude_lines import text_of
from sources.samples import Sample
from sources.samples import events_of
from sources.samples import readings_of
from sources.samples import samples
from token_tracker.ledger.session_queries import driver_of
from token_tracker.ledger.store import Ledger
from token_tracker.period import Clock
from token_tracker.sources import all_sources
from token_tracker.sync import Wanted
from token_tracker.sync import sync_sources

NOW = datetime(2027, 1, 1, tzinfo=UTC)


def sample_of(source: str, case: str) -> Sample:
    return next(one for one in samples() if one.source.id == source and one.case.name == case)


OPENCLAW = sample_of("openclaw", "sample-database")
DRIVEN = {
    event.origin.wraps.partition("/")[0]: event.origin.wraps.partition("/")[2]
    for event in events_of(readings_of(OPENCLAW.source, OPENCLAW.folder)).values()
    if event.origin.wraps
}


def claude_log(home: Path, session: str) -> None:
    """Write what Claude Code itself logs of a session that OpenClaw drives."""
    folder = home / ".claude" / "projects" / "-w-shop"
    folder.mkdir(parents=True)
    found = line(sessionId=session, message__id="msg_01DrivenByOpenClaw", timestamp="2026-11-20T06:00:00Z")
    (folder / f"{session}.jsonl").write_bytes(text_of(found))


def codex_log(home: Path, thread: str) -> None:
    """Write what Codex itself logs of a thread that OpenClaw drives."""
    folder = home / ".codex" / "sessions" / "2026" / "11" / "20"
    folder.mkdir(parents=True)
    usage = {"input_tokens": 4000, "cached_input_tokens": 2400, "output_tokens": 200, "total_tokens": 4200}
    lines: list[dict[str, Any]] = [
        {"type": "session_meta", "payload": {"id": thread, "session_id": thread, "cwd": "/w/shop"}},
        {"type": "turn_context", "payload": {"turn_id": "t1", "model": "gpt-5.4", "cwd": "/w/shop"}},
        {
            "type": "token_usage_record",
            "payload": {
                "thread_id": thread,
                "turn_id": "t1",
                "session_id": thread,
                "response_id": "resp_0123456789abcdef",
                "usage": usage,
            },
        },
    ]
    text = "".join(json.dumps({"timestamp": "2026-11-20T10:00:00.000Z", **one}) + "\n" for one in lines)
    (folder / f"rollout-2026-11-20T10-00-00-{thread}.jsonl").write_text(text)


def used(ledger: Ledger) -> dict[str, int]:
    """Count the responses of each source and session, written as one."""
    rows = ledger.connection.execute(
        "SELECT source || '/' || session, count(*) FROM event JOIN origin ON origin.id = origin GROUP BY 1"
    )
    return dict(rows.fetchall())


def read_everything(ledger: Ledger, home: Path) -> int:
    """Read all logs of a home; give how many responses were new."""
    wanted = [Wanted(source) for source in all_sources()]
    result = sync_sources(ledger, wanted, {"HOME": str(home)}, Clock(NOW), home / "prices")
    assert result.problems == []
    return sum(one.events_new for one in result.sources)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(opened_fast(tmp_path / "ledger")) as opened:
        yield opened


LOGS = {"claude-code": claude_log, "codex": codex_log}


@pytest.mark.parametrize("below", LOGS)
@pytest.mark.parametrize("first", ["driver", "below"])
def test_what_openclaw_did_by_another_program_counts_once(
    below: str, first: str, ledger: Ledger, tmp_path: Path
) -> None:
    home, session = tmp_path / "home", DRIVEN[below]
    writers: dict[str, Callable[[], object]] = {
        "driver": lambda: copy_case(OPENCLAW.case, home / ".openclaw" / "agents"),
        "below": lambda: LOGS[below](home, session),
    }
    for name in (first, *(set(writers) - {first})):
        writers[name]()
        read_everything(ledger, home)
    alone = events_of(readings_of(OPENCLAW.source, OPENCLAW.folder)).values()
    by_driver = [event for event in alone if event.origin.wraps != f"{below}/{session}"]

    counted = used(ledger)

    assert counted[f"{below}/{session}"] == 1
    assert sum(counted.values()) == len(by_driver) + 1
    assert driver_of(ledger, session) == "openclaw"
    assert read_everything(ledger, home) == 0
    assert used(ledger) == counted


def test_what_another_program_did_counts_by_its_driver_where_its_own_log_is_gone(
    ledger: Ledger, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    copy_case(OPENCLAW.case, home / ".openclaw" / "agents")
    read_everything(ledger, home)
    assert sum(used(ledger).values()) == len(events_of(readings_of(OPENCLAW.source, OPENCLAW.folder)))


@pytest.mark.parametrize("source", [one.id for one in all_sources()])
def test_a_home_and_its_copy_count_once(source: str, ledger: Ledger, tmp_path: Path) -> None:
    reader = next(one for one in all_sources() if one.id == source)
    home = tmp_path / "home"
    place = Path(reader.roots({"HOME": str(home)}, [])[0].path)
    place.parent.mkdir(parents=True)
    for sample in samples("sample"):
        copy_into(sample, source, place)
    first = sync_sources(ledger, [Wanted(reader)], {"HOME": str(home)}, Clock(NOW), home / "prices")
    counted = used(ledger)
    shutil.copytree(home, tmp_path / "copy")
    copies = [str(tmp_path / "copy" / place.relative_to(home))]

    again = sync_sources(ledger, [Wanted(reader, copies)], {"HOME": str(home)}, Clock(NOW), home / "prices")

    assert (again.sources[0].files_read > 0) == (first.sources[0].files_read > 0)
    assert again.sources[0].events_new == 0
    assert used(ledger) == counted


def copy_into(sample: Sample, source: str, place: Path) -> None:
    """Put the first sample of a source where its program keeps its logs."""
    if sample.source.id == source and not place.exists():
        copy_case(sample.case, place)

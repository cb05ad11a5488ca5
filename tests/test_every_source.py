"""A person who uses every agent there is: each counts once, and looking again costs nothing."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import UTC
from datetime import date
from datetime import datetime
from pathlib import Path

import pytest

from cli.answers import Ask
from every_source import first_samples
from every_source import write_home
from ledger.postings import opened_fast
from sources.samples import rules_of
from token_tracker.cli.run import run
from token_tracker.ledger.care import verify
from token_tracker.period import Clock
from token_tracker.sources import all_sources
from token_tracker.sync import Wanted
from token_tracker.sync import sync_sources

DAY = date(2026, 11, 20)
AFTERWARDS = datetime(2028, 1, 1, 12, tzinfo=UTC)


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    """Give what runs a command line in this process."""
    from cli.answers import Answer

    def asked(*words: str) -> Answer:
        capsys.readouterr()
        exit_code = run(words)
        printed = capsys.readouterr()
        return Answer(exit_code, printed.out, printed.err)

    return asked


def test_every_source_is_in_the_home() -> None:
    silent = {source.id for source in all_sources() if rules_of(source).get("reads_nothing")}
    assert {sample.source.id for sample in first_samples()} | silent == {one.id for one in all_sources()}


def test_a_later_sync_adds_nothing_and_is_quick(tmp_path: Path) -> None:
    home = tmp_path / "home"
    used = write_home(home, DAY)
    environ, wanted = {"HOME": str(home)}, [Wanted(source) for source in all_sources()]
    with closing(opened_fast(tmp_path / "ledger")) as ledger:
        first = sync_sources(ledger, wanted, environ, Clock(AFTERWARDS), tmp_path / "prices")
        later, seconds = [], []
        for _ in range(3):
            # What other programs of the machine do in the meantime is not counted.
            started = time.process_time()
            later += [sync_sources(ledger, wanted, environ, Clock(AFTERWARDS), tmp_path / "prices")]
            seconds += [time.process_time() - started]

        checked = verify(ledger, logs=True)

    assert (checked.checks[-1].check, checked.problems) == ("cursors", ())
    assert {one.source.id: one.events_new for one in first.sources if one.events_new} == {
        source: one.requests for source, one in used.items()
    }
    assert first.problems == []
    assert [[(one.source.id, one.events_new, one.files_read) for one in sync.sources] for sync in later] == [
        [(source.id, 0, 0) for source in all_sources()]
    ] * 3
    assert min(seconds) < 0.3


@pytest.mark.parametrize("span", ["day", "all"])
def test_a_summary_shows_each_source_once(
    span: str, ask: Ask, isolated_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_TRACKER_NOW", AFTERWARDS.isoformat())
    used = write_home(isolated_home, DAY)
    last = {"day": DAY, "all": AFTERWARDS.date()}[span]

    answer = ask("summary", "--since", DAY.isoformat(), "--until", last.isoformat(), "--tz", "UTC", "--json")

    shown = answer.document["data"]["by_source"]
    assert sorted(one["source"] for one in shown) == sorted(used)
    counted = {one["source"]: (one["requests"], one["tokens"]["total"]) for one in shown}
    expected = {source: tuple(one) for source, one in used.items()}
    assert {span: counted}.get("all", expected) == expected
    assert answer.document["data"]["requests"] == sum(requests for requests, _ in counted.values())

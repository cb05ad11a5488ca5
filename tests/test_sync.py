"""Syncing: what is new in the logs comes into the ledger once, whatever happens meanwhile."""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import closing
from contextlib import contextmanager
from datetime import UTC
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from token_tracker import sync
from token_tracker.errors import SettingsError
from token_tracker.errors import StorageError
from token_tracker.ledger import queries
from token_tracker.ledger.store import LOCK_NAME
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import open_ledger
from token_tracker.locks import file_lock
from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.period import Clock
from token_tracker.pricing.card import RateCard
from token_tracker.pricing.overrides import Override
from token_tracker.pricing.overrides import set_override
from token_tracker.sources import _pool
from token_tracker.sources.claude_code import SOURCE
from token_tracker.sources.contract import Cursor
from token_tracker.sources.contract import FileState
from token_tracker.sources.contract import Reading
from token_tracker.sources.contract import Source
from token_tracker.sync import Haste
from token_tracker.sync import SourceResult
from token_tracker.sync import SyncResult
from token_tracker.sync import Wanted
from token_tracker.sync import sync_sources

NOW = datetime(2026, 11, 22, 4, 30, tzinfo=UTC)
ALWAYS = (0, 2**53)
SONNET, HAIKU = "claude-sonnet-4-5", "claude-haiku-4-5"
PICO_PER_USD = 10**12
SONNET_PICO = 1000 * 3 * PICO_PER_USD // 10**6 + 100 * 15 * PICO_PER_USD // 10**6
HAIKU_PICO = 1000 * 1 * PICO_PER_USD // 10**6 + 100 * 5 * PICO_PER_USD // 10**6
TEST_PROCESS = os.getpid()


class World:
    """A home with a ledger, logs of one source, and the prices of a person."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / "home"
        self.prices = self.home / "prices"
        self.projects = folder / "claude" / "projects"
        self.environ = {"HOME": str(folder), "CLAUDE_CONFIG_DIR": str(folder / "claude")}
        self.projects.mkdir(parents=True)
        self.ledger = open_ledger(self.home, NOW)

    def log(self, name: str, *ids: str, model: str = SONNET) -> Path:
        """Append one response for each id to a log."""
        path = self.projects / f"{name}.jsonl"
        with path.open("ab") as file:
            file.write(b"".join(line(one, model) for one in ids))
        return path

    def sync(self, source: Source = SOURCE, **options: Any) -> SyncResult:
        """Sync, with the time it took left out."""
        clock = Clock(NOW)
        result = sync_sources(self.ledger, [Wanted(source)], self.environ, clock, self.prices, **options)
        return result._replace(sources=[one._replace(seconds=0.0) for one in result.sources])

    def result(self, source: Source = SOURCE, **counts: int) -> SyncResult:
        """Give what a sync without problems gives, all counts 0 but those named."""
        zeros = dict.fromkeys(SourceResult._fields[2:-1], 0)
        roots = source.roots(self.environ, [])
        return SyncResult([SourceResult(source=source, roots=roots, seconds=0.0, **{**zeros, **counts})], [])

    def costs(self) -> dict[str, tuple[int, int]]:
        """Give requests and 10^-12 USD by model."""
        rows = queries.usage(self.ledger, *ALWAYS, ["model"])
        return {str(row.key[0]): (row.requests, row.cost_pico) for row in rows}

    def account(self) -> object:
        """Give everything that reports can ask for."""
        dimensions = [name for name in queries.DIMENSIONS if name != "rate"]
        return queries.usage(self.ledger, *ALWAYS, dimensions), queries.events(self.ledger, *ALWAYS)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path)
    yield made
    made.ledger.close()


def line(identity: str, model: str = SONNET) -> bytes:
    record = {
        "type": "assistant",
        "timestamp": "2026-11-21T08:00:00.250Z",
        "sessionId": "5e551000-0099-4000-8000-000000000001",
        "cwd": "/home/dev/shop",
        "message": {
            "id": f"msg_01Counter{identity:->8}",
            "model": model,
            "stop_reason": "end_turn",
            "usage": {"input_tokens": 1000, "output_tokens": 100},
        },
    }
    return json.dumps(record).encode() + b"\n"


SIZE = len(line("a1"))


# What is read


def test_a_first_sync_reads_everything(world: World) -> None:
    world.log("one", "a1", "a2")
    world.log("two", "b1", model=HAIKU)
    assert world.sync() == world.result(files_seen=2, files_read=2, bytes_read=3 * SIZE - 1, events_new=3)
    assert world.costs() == {SONNET: (2, 2 * SONNET_PICO), HAIKU: (1, HAIKU_PICO)}


def test_a_sync_without_logs_finds_nothing(world: World) -> None:
    assert world.sync() == world.result()
    assert world.costs() == {}


def test_a_sync_of_no_sources_is_complete(world: World) -> None:
    assert sync_sources(world.ledger, [], world.environ, Clock(NOW), world.prices) == SyncResult([], [])


def test_a_second_sync_does_nothing_and_loads_no_rate_card(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.log("one", "a1")
    world.sync()
    before = world.account()
    monkeypatch.setattr(RateCard, "load", unwanted)
    monkeypatch.setattr(sync, "file_lock", unwanted)
    assert world.sync() == world.result(files_seen=1)
    assert world.account() == before


def test_only_what_was_appended_is_read(world: World) -> None:
    world.log("one", "a1")
    world.sync()
    world.log("one", "a2")
    assert world.sync() == world.result(files_seen=1, files_read=1, bytes_read=SIZE, events_new=1)
    assert world.costs() == {SONNET: (2, 2 * SONNET_PICO)}


def test_half_a_line_waits_for_its_other_half(world: World) -> None:
    path = world.log("one", "a1")
    whole = line("a2")
    path.write_bytes(path.read_bytes() + whole[:100])
    first = world.sync()
    path.write_bytes(path.read_bytes() + whole[100:])
    assert (first, world.sync()) == (
        world.result(files_seen=1, files_read=1, bytes_read=SIZE, events_new=1),
        world.result(files_seen=1, files_read=1, bytes_read=SIZE, events_new=1),
    )


def test_a_copy_of_a_response_is_no_new_response(world: World) -> None:
    world.log("one", "a1")
    world.sync()
    world.log("fork", "a1", "a2")
    assert world.sync() == world.result(files_seen=2, files_read=1, bytes_read=2 * SIZE, events_new=1)
    assert world.costs() == {SONNET: (2, 2 * SONNET_PICO)}


def test_a_better_copy_changes_the_response(world: World) -> None:
    world.log("one", "a1")
    world.sync()
    path = world.projects / "resumed.jsonl"
    path.write_bytes(line("a1").replace(b'"output_tokens": 100', b'"output_tokens": 300'))
    assert world.sync() == world.result(files_seen=2, files_read=1, bytes_read=SIZE, events_changed=1)
    assert world.costs() == {SONNET: (1, SONNET_PICO + 200 * 15 * PICO_PER_USD // 10**6)}


def test_a_log_that_was_removed_keeps_its_history(world: World) -> None:
    path = world.log("one", "a1")
    world.sync()
    path.unlink()
    assert world.sync() == world.result()
    assert world.costs() == {SONNET: (1, SONNET_PICO)}


def test_a_log_that_was_rewritten_is_read_again_and_loses_nothing(world: World) -> None:
    path = world.log("one", "a1", "a2", "a3")
    world.sync()
    path.write_bytes(line("a3") + line("a4"))
    assert world.sync() == world.result(files_seen=1, files_read=1, bytes_read=2 * SIZE, events_new=1)
    assert world.costs() == {SONNET: (4, 4 * SONNET_PICO)}


def test_lines_that_cannot_be_used_are_counted(world: World) -> None:
    path = world.log("one", "a1")
    bad = b'{"type": "assistant", "usage": \n'
    path.write_bytes(bad + path.read_bytes())
    assert world.sync() == world.result(
        files_seen=1, files_read=1, bytes_read=SIZE + len(bad), events_new=1, lines_skipped=1
    )
    assert [(one.line, one.code) for one in queries.problems(world.ledger)] == [(1, "line-not-json")]


def test_more_than_one_batch_and_transaction_is_posted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync, "BATCH_EVENTS", 2)
    monkeypatch.setattr(sync, "TRANSACTION_BATCHES", 2)
    for number in range(7):
        world.log(f"log{number}", f"{number}a", f"{number}b")
    assert world.sync() == world.result(files_seen=7, files_read=7, bytes_read=14 * SIZE, events_new=14)
    assert world.costs() == {SONNET: (14, 14 * SONNET_PICO)}


def test_progress_tells_how_much_of_how_much_is_read(world: World) -> None:
    world.log("one", "a1")
    world.log("two", "b1", "b2")
    told: list[tuple[int, int]] = []
    world.sync(progress=lambda done, total: told.append((done, total)))
    assert [total for _, total in told] == [3 * SIZE] * 2
    assert told[-1] == (3 * SIZE, 3 * SIZE)


# What goes wrong


def test_a_file_that_cannot_be_read_is_a_problem_and_the_others_are_read(world: World) -> None:
    broken = world.log("broken", "a1")
    world.log("good", "b1")
    problem = Problem("file-unreadable", Severity.WARNING, str(broken), 1, "Permission denied")
    expected = world.result(REFUSING, files_seen=2, files_read=1, bytes_read=SIZE, events_new=1)
    assert world.sync(REFUSING) == expected._replace(problems=[problem])
    assert world.sync(REFUSING) == world.result(REFUSING, files_seen=2)._replace(problems=[problem])
    assert world.sync() == world.result(files_seen=2, files_read=1, bytes_read=SIZE, events_new=1)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the name of every file is text")
def test_a_file_whose_name_is_no_text_is_a_problem_and_the_others_are_read(world: World) -> None:
    broken = world.log(os.fsdecode(b"caf\xe9"), "a1")
    world.log("good", "b1")
    problem = Problem("file-unreadable", Severity.WARNING, str(broken), 1, os.strerror(errno.EILSEQ))
    expected = world.result(files_seen=2, files_read=1, bytes_read=SIZE, events_new=1)
    assert world.sync() == expected._replace(problems=[problem])


def test_a_file_that_the_reader_does_not_understand_is_a_problem_and_the_others_are_read(
    world: World,
) -> None:
    broken = world.log("broken", "a1")
    world.log("good", "b1")
    problem = Problem("file-damaged", Severity.WARNING, str(broken), 1, "not understood: TypeError")
    expected = world.result(PUZZLED, files_seen=2, files_read=1, bytes_read=SIZE, events_new=1)
    assert world.sync(PUZZLED) == expected._replace(problems=[problem])
    assert world.costs() == {SONNET: (1, SONNET_PICO)}


def test_where_what_is_remembered_of_a_file_means_nothing_it_is_read_from_its_start(world: World) -> None:
    world.log("one", "a1")
    world.sync(FORGETFUL)
    world.log("one", "a2")
    assert world.sync(FORGETFUL) == world.result(
        FORGETFUL, files_seen=1, files_read=1, bytes_read=2 * SIZE, events_new=1
    )


def test_a_sync_that_runs_elsewhere_is_not_waited_for_for_ever(world: World) -> None:
    world.log("one", "a1")
    with file_lock(world.home / LOCK_NAME, 0):
        held = world.sync(haste=Haste(lock_s=0))
    assert held == SyncResult(
        world.result(files_seen=1).sources, [Problem("sync-elsewhere", Severity.NOTE)], complete=False
    )
    assert world.costs() == {}
    assert world.sync() == world.result(files_seen=1, files_read=1, bytes_read=SIZE, events_new=1)


def test_what_another_process_read_while_we_waited_is_not_read_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.log("one", "a1")

    @contextmanager
    def lock_after_another(path: Path, timeout_s: float) -> Iterator[bool]:
        monkeypatch.undo()
        with closing(open_ledger(world.home, NOW)) as other:
            sync_sources(other, [Wanted(SOURCE)], world.environ, Clock(NOW), world.prices)
        with file_lock(path, timeout_s) as held:
            yield held

    monkeypatch.setattr(sync, "file_lock", lock_after_another)
    assert world.sync() == world.result(files_seen=1)
    assert world.costs() == {SONNET: (1, SONNET_PICO)}


def test_a_lock_that_cannot_be_made_is_an_error_of_the_storage(world: World) -> None:
    world.log("one", "a1")
    (world.home / LOCK_NAME).unlink(missing_ok=True)
    (world.home / LOCK_NAME).mkdir()
    with pytest.raises(StorageError) as caught:
        world.sync()
    assert (caught.value.code, caught.value.facts) == (
        "file_odd", {"path": str(world.home / LOCK_NAME), "kind": "folder"},
    )  # fmt: skip


def test_where_nothing_may_be_written_new_lines_are_read_in_memory(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.log("one", "a1")
    world.sync()
    world.log("one", "a2")
    world.ledger.close()
    before = sorted((place.name, place.stat().st_mtime_ns) for place in world.home.iterdir())
    monkeypatch.setattr("token_tracker.ledger.store.foreign_owner", lambda home: "someone")
    world.ledger = open_ledger(world.home, NOW)
    with file_lock(world.home / LOCK_NAME, 0):
        result = world.sync()
    assert result == world.result(files_seen=1, files_read=1, bytes_read=SIZE, events_new=1)
    assert world.costs() == {SONNET: (2, 2 * SONNET_PICO)}
    assert sorted((place.name, place.stat().st_mtime_ns) for place in world.home.iterdir()) == before


def test_the_ledger_of_a_newer_version_is_read_as_it_is(world: World) -> None:
    world.log("one", "a1")
    world.ledger = Ledger(world.ledger.connection, world.ledger.path, "newer")
    assert world.sync() == world.result(files_seen=1)
    assert world.costs() == {}


def test_prices_of_the_person_that_are_invalid_stop_the_sync_before_anything_is_read(world: World) -> None:
    world.log("one", "a1")
    world.prices.mkdir()
    (world.prices / "own.json").write_text("{")
    with pytest.raises(SettingsError):
        world.sync()
    assert world.costs() == {}
    (world.prices / "own.json").unlink()
    assert world.sync() == world.result(files_seen=1, files_read=1, bytes_read=SIZE, events_new=1)


# Several processes


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read with three processes however little there is."""
    monkeypatch.setattr(_pool, "PARALLEL_FROM_BYTES", 0)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)


def many_logs(world: World) -> None:
    for number in range(12):
        world.log(f"log{number}", "shared", f"{number}a", f"{number}b", model=(SONNET, HAIKU)[number % 2])


@pytest.mark.parametrize("source", ["living", "dying"])
def test_several_processes_give_what_one_gives_even_when_they_are_killed(
    source: str, world: World, request: pytest.FixtureRequest
) -> None:
    many_logs(world)
    alone, account = world.sync(), world.account()
    world.ledger.close()
    (world.home / "ledger.db").unlink()
    world.ledger = open_ledger(world.home, NOW)
    request.getfixturevalue("pool")
    together = world.sync({"living": SOURCE, "dying": DYING}[source])
    # How many copies were better than an earlier one depends on which file was read first.
    assert together.sources[0]._replace(source=SOURCE, events_changed=0) == (
        alone.sources[0]._replace(events_changed=0)
    )
    assert world.account() == account


@pytest.mark.usefixtures("pool")
def test_a_file_that_another_process_cannot_read_is_a_problem_too(world: World) -> None:
    broken = [str(world.log(f"broken{number}", f"x{number}")) for number in range(6)]
    world.log("good", "b1")
    result = world.sync(REFUSING)
    assert sorted(problem.where for problem in result.problems) == broken
    assert world.costs() == {SONNET: (1, SONNET_PICO)}


@pytest.mark.usefixtures("pool")
@pytest.mark.timeout(20)
def test_processes_whose_results_nobody_wants_end(tmp_path: Path) -> None:
    states = [FileState(str(tmp_path / str(number)), 1, number, 1, 1) for number in range(9)]
    tasks = [_pool.Task(state, None) for state in states]
    results = _pool.read_all(lambda task: bytes(16 << 20), tasks, 4)
    assert next(iter(results)) == bytes(16 << 20)
    del results
    with pytest.raises(ChildProcessError):
        os.waitpid(-1, os.WNOHANG)


# Prices


def test_a_price_of_ones_own_touches_only_its_model(world: World) -> None:
    world.log("one", "a1", "a2")
    world.log("two", "b1", model=HAIKU)
    world.sync()
    set_override(world.prices, Override("anthropic", SONNET, {"input": "1", "output": "2"}))
    assert world.sync() == world.result(files_seen=2)
    own = 1000 * 1 * PICO_PER_USD // 10**6 + 100 * 2 * PICO_PER_USD // 10**6
    assert world.costs() == {SONNET: (2, 2 * own), HAIKU: (1, HAIKU_PICO)}


def test_a_price_from_a_later_day_changes_none_of_the_past(world: World) -> None:
    world.log("one", "a1")
    world.sync()
    set_override(world.prices, Override("anthropic", SONNET, {"input": "1", "output": "2"}, "2026-11-22"))
    world.sync()
    before = world.costs()
    path = world.log("two", "b1")
    path.write_bytes(path.read_bytes().replace(b"2026-11-21T08", b"2026-11-22T00"))
    world.sync()
    own = 1000 * 1 * PICO_PER_USD // 10**6 + 100 * 2 * PICO_PER_USD // 10**6
    assert (before, world.costs()) == ({SONNET: (1, SONNET_PICO)}, {SONNET: (2, SONNET_PICO + own)})


def test_a_model_without_a_price_is_priced_once_there_is_one(world: World) -> None:
    world.log("one", "a1", model="no-such-model")
    world.sync()
    before = queries.usage(world.ledger, *ALWAYS, ["model"])
    set_override(world.prices, Override("anthropic", "no-such-model", {"input": "1", "output": "2"}))
    world.sync()
    after = queries.usage(world.ledger, *ALWAYS, ["model"])
    assert [(row.basis, row.requests) for row in (*before, *after)] == [("unpriced", 1), ("computed", 1)]


# Sources that misbehave


def refuse_broken(state: FileState, cursor: Cursor | None) -> Reading:
    if "broken" in state.path:
        raise PermissionError(13, "Permission denied", state.path)
    return SOURCE.read(state, cursor)


def die_elsewhere(state: FileState, cursor: Cursor | None) -> Reading:
    if os.getpid() != TEST_PROCESS:
        os.kill(os.getpid(), signal.SIGKILL)
    return SOURCE.read(state, cursor)


def puzzle_over_broken(state: FileState, cursor: Cursor | None) -> Reading:
    if "broken" in state.path:
        raise TypeError("of what a person wrote")
    return SOURCE.read(state, cursor)


def remember_only_a_start(state: FileState, cursor: Cursor | None) -> Reading:
    if cursor is not None:
        raise KeyError("a field that another version remembered")
    return SOURCE.read(state, None)


REFUSING = SOURCE._replace(read=refuse_broken)
PUZZLED = SOURCE._replace(read=puzzle_over_broken)
FORGETFUL = SOURCE._replace(read=remember_only_a_start)
DYING = SOURCE._replace(read=die_elsewhere)


def unwanted(*arguments: object, **options: object) -> None:
    raise AssertionError("this was not to be done")

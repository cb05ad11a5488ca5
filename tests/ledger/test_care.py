"""Care: what `verify` notices, and what `purge` removes for ever."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from token_tracker.errors import StorageError
from token_tracker.ledger import store
from token_tracker.ledger.care import Purge
from token_tracker.ledger.care import Verification
from token_tracker.ledger.care import purge
from token_tracker.ledger.care import verify
from token_tracker.ledger.queries import usage
from token_tracker.ledger.queries import values_of
from token_tracker.ledger.store import Ledger
from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.period import BUCKET_MS
from token_tracker.sources._lines import files_below
from token_tracker.sources.claude_code.transcript import read_transcript
from token_tracker.sources.contract import Root

from .postings import NOON_MS
from .postings import NOW_MS
from .postings import ORIGIN
from .postings import PRICES
from .postings import SERVICE
from .postings import PriceList
from .postings import event
from .postings import identity
from .postings import logical
from .postings import opened
from .postings import post
from .postings import poster
from .postings import reading

A = "/logs/a.jsonl"
DAY_MS = 86_400_000
OLD = event("old", at_ms=NOON_MS - DAY_MS, origin=ORIGIN._replace(session="secret", agent_id="7"))
NEW = event("new", service=SERVICE._replace(model="model-b"))
HORIZON_MS = NOON_MS - DAY_MS // 2


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = opened(tmp_path / "home")
    writer = poster(made)
    writer.reprice()
    writer.post([reading(A, [OLD, NEW], agent_names={"7": "linter"})])
    yield made
    made.close()


def results(found: Verification) -> dict[str, tuple[int, int]]:
    return {check.check: (check.examined, check.wrong) for check in found.checks}


def test_a_whole_ledger_passes_every_check(ledger: Ledger) -> None:
    found = verify(ledger, PriceList(), logs=True)

    pages = ledger.connection.execute("PRAGMA page_count").fetchone()[0]
    assert results(found) == {
        "database": (pages, 0),
        "ids": (2, 0),
        "rollup": (2, 0),
        "costs": (2, 0),
        "cursors": (0, 0),
    }
    assert (found.whole, found.problems, found.file) == (True, (), str(ledger.path))
    assert all(check.passed and 0 <= check.seconds < 60 for check in found.checks)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE rollup SET output = output + 1 WHERE bucket = {old}",
        "UPDATE rollup SET cost_rest_pico = cost_rest_pico + 1 WHERE bucket = {old}",
        "DELETE FROM rollup WHERE bucket = {old}",
        "DELETE FROM event WHERE at_ms < {noon}",
        "UPDATE event SET input = input + 1 WHERE at_ms < {noon}",
    ],
)
def test_a_sum_that_differs_from_its_events_is_named(ledger: Ledger, change: str) -> None:
    ledger.connection.execute(change.format(old=OLD.at_ms // BUCKET_MS, noon=NOON_MS))

    found = verify(ledger)

    assert not found.whole
    assert results(found)["rollup"][1] == 1
    assert found.problems == (
        Problem("ledger-rollup-differs", Severity.ERROR, "2026-10-04T12:00:00Z agent-one"),
    )


def test_a_cost_that_the_prices_do_not_give_is_named(ledger: Ledger) -> None:
    ledger.connection.execute("UPDATE event SET cost_pico = cost_pico + 1 WHERE id = ?", (OLD.id,))

    found = verify(ledger, PriceList())

    assert results(found)["costs"] == (2, 1)
    assert found.problems[-1] == Problem(
        "ledger-damaged", Severity.ERROR, "costs", 1, f"event {OLD.id.hex()}"
    )


@pytest.mark.parametrize(
    "change", ["UPDATE service SET provider = 'x'", "UPDATE event SET (cost_pico, rate) = (NULL, 0)"]
)
def test_a_lost_price_or_provider_is_wrong(ledger: Ledger, change: str) -> None:
    ledger.connection.execute(change)

    assert results(verify(ledger, PriceList()))["costs"] == (2, 2)


def test_costs_are_not_checked_against_prices_that_are_not_applied_yet(ledger: Ledger) -> None:
    changed = PriceList({**PRICES, "model-a": ("v", "USD", 1, 1)}, "list-2")

    assert "costs" not in results(verify(ledger, changed))
    poster(ledger, changed).reprice()
    assert results(verify(ledger, changed))["costs"] == (2, 0)


def test_a_row_that_points_nowhere_is_wrong(ledger: Ledger) -> None:
    ledger.connection.execute("DELETE FROM file")

    found = verify(ledger)
    assert results(found)["ids"] == (2, 2)
    assert found.problems[0] == Problem(
        "ledger-damaged", Severity.ERROR, "ids", 1, "event 1 points to no file"
    )


def test_an_event_that_was_purged_is_wrong(ledger: Ledger) -> None:
    ledger.connection.execute("INSERT INTO purged VALUES (?)", (NEW.id,))
    ledger.connection.execute("INSERT INTO meta VALUES ('horizon_ms', ?)", (str(HORIZON_MS),))

    assert results(verify(ledger))["ids"] == (2, 2)


def test_a_damaged_database_is_said_and_nothing_it_says_is_believed(ledger: Ledger) -> None:
    post(ledger, reading(A, [event(str(number)) for number in range(300)]))
    raw = bytearray(ledger.path.read_bytes())
    raw[-2 * 4096 : -4096] = b"\xee" * 4096
    ledger.path.write_bytes(raw)

    with closing(opened(ledger.path.parent)) as again:
        found = verify(again, PriceList(), logs=True)
    assert [check.check for check in found.checks] == ["database"]
    assert not found.whole
    assert found.problems[0].code == "ledger-damaged"


def test_many_findings_are_counted_and_the_first_named(ledger: Ledger) -> None:
    events = [event(str(number), at_ms=NOON_MS + number * BUCKET_MS) for number in range(1, 31)]
    post(ledger, reading(A, events))
    ledger.connection.execute("UPDATE rollup SET requests = 9")

    found = verify(ledger)
    assert results(found)["rollup"][1] == 32
    assert len(found.problems) == 20


def test_a_log_whose_end_is_not_what_was_noted_is_wrong(ledger: Ledger, tmp_path: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    for name in ("same", "other", "grown", "gone"):
        (logs / f"{name}.jsonl").write_bytes(b"{}\n" * 10)
    for state in files_below([Root(str(logs), True)], ".jsonl"):
        cursor = read_transcript(state, None).cursor
        post(ledger, reading(state.path, [])._replace(cursor=cursor))
    stat = os.stat(logs / "other.jsonl")
    (logs / "other.jsonl").write_bytes(b"[]\n" * 10)
    os.utime(logs / "other.jsonl", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    (logs / "grown.jsonl").write_bytes(b"{}\n" * 11)
    (logs / "gone.jsonl").unlink()

    found = verify(ledger, logs=True)

    assert results(found)["cursors"] == (2, 1)
    assert found.problems == (
        Problem("ledger-damaged", Severity.ERROR, "cursors", 1, str(logs / "other.jsonl")),
    )


def test_a_purge_removes_what_is_older_and_says_what(ledger: Ledger) -> None:
    removed = tuple(usage(ledger, 0, HORIZON_MS, ["model", "source"]))
    kept = logical(ledger).events[NEW.id]
    bytes_before = ledger.path.stat().st_size

    done = purge(ledger, HORIZON_MS, dry_run=False)

    assert done == Purge(
        before_ms=HORIZON_MS,
        dry_run=False,
        removed=removed,
        events=1,
        first_ms=OLD.at_ms,
        last_ms=OLD.at_ms,
        kept_events=1,
        kept_first_ms=NOON_MS,
        bytes_before=bytes_before,
        bytes_after=ledger.path.stat().st_size,
    )
    assert removed[0].cost_pico > 0
    assert logical(ledger).events == {NEW.id: kept}
    assert (logical(ledger).purged, logical(ledger).horizon_ms) == (frozenset({OLD.id}), HORIZON_MS)
    assert verify(ledger, PriceList()).whole


def test_a_dry_run_says_the_same_and_removes_nothing(ledger: Ledger) -> None:
    before = logical(ledger)
    raw = ledger.path.read_bytes()

    planned = purge(ledger, HORIZON_MS, dry_run=True)

    assert (planned.events, planned.kept_events, planned.dry_run, planned.bytes_after) == (1, 1, True, None)
    assert logical(ledger) == before
    assert ledger.path.read_bytes() == raw


def test_an_event_at_the_first_moment_that_stays_stays(ledger: Ledger) -> None:
    assert purge(ledger, NOON_MS, dry_run=False).events == 1
    assert purge(ledger, NOON_MS + BUCKET_MS, dry_run=False).events == 1


def test_a_purge_within_a_quarter_hour_reaches_to_its_start(ledger: Ledger) -> None:
    done = purge(ledger, NOON_MS + BUCKET_MS - 1, dry_run=False)

    assert (done.before_ms, done.events, done.kept_events) == (NOON_MS, 1, 1)


def test_nothing_to_purge_is_no_change_of_events(ledger: Ledger) -> None:
    before = logical(ledger).events

    done = purge(ledger, 0, dry_run=False)

    assert (done.events, done.first_ms, done.last_ms, done.removed) == (0, None, None, ())
    assert logical(ledger).events == before


def test_a_later_purge_to_an_earlier_day_brings_nothing_back(ledger: Ledger) -> None:
    purge(ledger, HORIZON_MS, dry_run=False)
    purge(ledger, HORIZON_MS - 9 * DAY_MS, dry_run=False)

    assert logical(ledger).horizon_ms == HORIZON_MS


def test_purged_lines_stay_away_when_their_log_is_read_again(ledger: Ledger) -> None:
    purge(ledger, HORIZON_MS, dry_run=False)
    before = logical(ledger)

    assert post(ledger, reading(A, [OLD, NEW])) == (0, 0)
    assert logical(ledger) == before


def test_a_copy_with_a_later_time_does_not_bring_a_purged_response_back(ledger: Ledger) -> None:
    purge(ledger, HORIZON_MS, dry_run=False)

    assert post(ledger, reading("/logs/fork", [OLD._replace(at_ms=NOON_MS, own_at_ms=NOON_MS)])) == (0, 0)


def test_lines_older_than_a_purge_that_are_read_later_are_left_out(ledger: Ledger) -> None:
    purge(ledger, HORIZON_MS, dry_run=False)
    unseen = event("unseen", at_ms=HORIZON_MS - 1)

    assert post(ledger, reading("/logs/added", [unseen])) == (0, 0)
    assert post(ledger, reading("/logs/fork", [unseen._replace(at_ms=NOON_MS, own_at_ms=NOON_MS)])) == (0, 0)
    assert post(ledger, reading("/logs/new", [event("at", at_ms=HORIZON_MS)])) == (1, 0)


def test_a_response_that_proves_older_than_a_purge_goes(ledger: Ledger) -> None:
    purge(ledger, HORIZON_MS, dry_run=False)
    post(ledger, reading("/logs/fork", [event("forked")]))
    post(ledger, reading("/logs/original", [event("forked", at_ms=HORIZON_MS - 1, output=1)]))

    assert identity("forked") not in logical(ledger).events
    assert identity("forked") in logical(ledger).purged
    assert verify(ledger, PriceList()).whole


def test_several_responses_that_prove_older_go_with_their_sums(ledger: Ledger) -> None:
    purge(ledger, HORIZON_MS, dry_run=False)
    forks = [event(str(n), at_ms=NOON_MS + n * BUCKET_MS + 4321) for n in range(1100)]
    post(ledger, reading("/logs/fork", forks))
    originals = [one._replace(at_ms=HORIZON_MS - 1) for one in forks]

    assert post(ledger, reading("/logs/original", originals)) == (0, 0)
    assert list(logical(ledger).events) == [NEW.id]
    assert verify(ledger, PriceList()).whole


def test_an_early_copy_dates_a_response_although_its_own_time_is_later(ledger: Ledger) -> None:
    purge(ledger, HORIZON_MS, dry_run=False)
    dated = event("dated", at_ms=HORIZON_MS - 1, own_at_ms=NOON_MS)

    assert post(ledger, reading(A, [dated])) == (0, 0)


def test_nothing_of_a_purged_response_is_left_in_the_file(ledger: Ledger) -> None:
    assert b"secret" in ledger.path.read_bytes()

    purge(ledger, HORIZON_MS, dry_run=False)

    assert b"secret" not in ledger.path.read_bytes()
    assert values_of(ledger, "model") == ["model-b"]
    assert ledger.connection.execute("SELECT * FROM agent_name").fetchall() == []
    assert ledger.connection.execute("SELECT count(*) FROM rate").fetchone() == (2,)


def test_a_large_purge_shrinks_the_file(ledger: Ledger) -> None:
    post(ledger, reading(A, [event(str(n), at_ms=NOON_MS - DAY_MS + n) for n in range(3000)]))

    done = purge(ledger, NOON_MS, dry_run=False)

    assert done.bytes_after is not None
    assert done.bytes_after < done.bytes_before / 2


def test_a_purge_is_done_also_where_the_file_cannot_shrink_now(ledger: Ledger) -> None:
    with closing(opened(ledger.path.parent)) as reader:

        def hold(statement: str) -> None:
            if statement == "VACUUM":
                reader.connection.execute("BEGIN")
                reader.connection.execute("SELECT * FROM meta").fetchone()

        ledger.connection.execute("PRAGMA busy_timeout = 50")
        ledger.connection.set_trace_callback(hold)
        done = purge(ledger, HORIZON_MS, dry_run=False)
        ledger.connection.set_trace_callback(None)
        assert reader.connection.in_transaction

    assert (done.events, done.bytes_after) == (1, done.bytes_before)
    assert b"secret" not in ledger.path.read_bytes()


def test_a_ledger_that_is_only_read_is_not_purged(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "foreign_owner", lambda _: "li")
    with closing(opened(ledger.path.parent)) as copy:
        with pytest.raises(StorageError) as raised:
            purge(copy, HORIZON_MS, dry_run=False)
        assert purge(copy, HORIZON_MS, dry_run=True).events == 1

    assert raised.value.code == "ledger_read_only"
    assert len(logical(ledger).events) == 2


def test_reports_of_kept_days_do_not_change(ledger: Ledger) -> None:
    before = usage(ledger, HORIZON_MS, 2 * NOW_MS, ["provider", "model", "session"])

    purge(ledger, HORIZON_MS, dry_run=False)

    assert usage(ledger, 0, 2 * NOW_MS, ["provider", "model", "session"]) == before

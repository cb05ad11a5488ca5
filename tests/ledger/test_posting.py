"""Posting: every response once, whatever the order, and its sums beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from token_tracker.errors import StorageError
from token_tracker.ledger.posting import PostingResult
from token_tracker.ledger.priced import event_of
from token_tracker.ledger.queries import events
from token_tracker.ledger.queries import usage
from token_tracker.ledger.store import Ledger
from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.period import BUCKET_MS
from token_tracker.sources.contract import LineProblem

from .postings import NOON_MS
from .postings import NOW_MS
from .postings import ORIGIN
from .postings import PRICE_CHANGE_MS
from .postings import SERVICE
from .postings import Oracle
from .postings import PriceList
from .postings import event
from .postings import identity
from .postings import logical
from .postings import opened
from .postings import post
from .postings import poster
from .postings import reading

A = "/logs/a.jsonl"
B = "/logs/b.jsonl"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = opened(tmp_path / "home")
    yield made
    made.close()


def placed(one: UsageEvent, path: str = A) -> UsageEvent:
    return one._replace(place=Place(path, one.place.offset))


def test_a_new_event_is_kept_with_its_price_and_rolled_up(ledger: Ledger) -> None:
    result = post(ledger, reading(A, [event()]))

    oracle = Oracle()
    oracle.post(("agent-one", "host-of-one", [placed(event())]))
    assert result == PostingResult(added=1, changed=0)
    assert logical(ledger) == oracle.account()
    (kept,) = logical(ledger).events.values()
    assert kept.cost == ((100 + 2000 + 30 + 4) * 3_000_000 + 50 * 15_000_000, "USD", "computed")


def test_the_same_event_again_changes_nothing(ledger: Ledger) -> None:
    post(ledger, reading(A, [event()]))
    before = logical(ledger)

    assert post(ledger, reading(A, [event()])) == PostingResult(0, 0)
    assert logical(ledger) == before


def test_a_better_copy_in_a_later_batch_replaces_the_event(ledger: Ledger) -> None:
    post(ledger, reading(A, [event(output=1)]))

    assert post(ledger, reading(B, [event(output=70)])) == PostingResult(0, 1)
    assert [one.event for one in logical(ledger).events.values()] == [placed(event(output=70), B)]


def test_a_worse_copy_that_is_earlier_moves_the_event_to_its_quarter_hour(ledger: Ledger) -> None:
    later = NOON_MS + 3 * BUCKET_MS
    post(ledger, reading(A, [event(at_ms=later)]))

    assert post(ledger, reading(B, [event(output=1)])) == PostingResult(0, 1)
    oracle = Oracle()
    oracle.post(("agent-one", "host-of-one", [placed(event(at_ms=later)), placed(event(output=1), B)]))
    assert logical(ledger) == oracle.account()
    (kept,) = logical(ledger).events.values()
    assert kept.event == placed(event(at_ms=NOON_MS, own_at_ms=later))
    assert [key[0] for key in logical(ledger).rollup] == [NOON_MS // BUCKET_MS]


def test_an_event_that_moves_across_a_price_change_costs_what_it_did_then(ledger: Ledger) -> None:
    post(ledger, reading(A, [event(at_ms=PRICE_CHANGE_MS)]))
    dear = usage(ledger, 0, 2 * NOW_MS, [])[0].cost_pico

    post(ledger, reading(B, [event(at_ms=PRICE_CHANGE_MS - 1, output=1)]))

    assert usage(ledger, 0, 2 * NOW_MS, [])[0].cost_pico * 10 == dear


def test_copies_in_one_batch_become_one_event(ledger: Ledger) -> None:
    result = post(ledger, reading(A, [event(output=1)]), reading(B, [event(output=70)]))

    assert result == PostingResult(1, 0)
    assert [one.event for one in logical(ledger).events.values()] == [placed(event(output=70), B)]


def test_an_earlier_worse_copy_in_the_same_batch_only_dates_the_event(ledger: Ledger) -> None:
    later = event(at_ms=NOON_MS + BUCKET_MS)

    post(ledger, reading(A, [later]), reading(B, [event(output=1)]))

    (kept,) = logical(ledger).events.values()
    assert kept.event == placed(later._replace(at_ms=NOON_MS))


def test_a_later_better_copy_in_the_same_batch_takes_the_earlier_date(ledger: Ledger) -> None:
    better = event(at_ms=NOON_MS + BUCKET_MS, output=70)

    post(ledger, reading(A, [event(output=1)]), reading(B, [better]))

    (kept,) = logical(ledger).events.values()
    assert kept.event == placed(better._replace(at_ms=NOON_MS), B)


def test_events_of_several_files_services_and_origins_point_to_their_own(ledger: Ledger) -> None:
    some = [
        event("one"),
        event("two", service=SERVICE._replace(model="model-b", tier="batch", speed="fast", geo="us")),
        event("three", service=SERVICE._replace(model="model-c"), web_searches=3),
        event("four", origin=ORIGIN._replace(cwd="/srv/x", session="s2", agent="lint", agent_id="7")),
        event("five", origin=ORIGIN._replace(skill="tidy", initiator="skill"), stopped=False),
        event("six", sidechain=True, host_cost_pico=7, service=SERVICE._replace(model="model-c")),
    ]
    post(ledger, reading(A, some[:4]), reading(B, some[4:]))

    oracle = Oracle()
    oracle.post(("agent-one", "host-of-one", [*map(placed, some[:4])]))
    oracle.post(("agent-one", "host-of-one", [placed(one, B) for one in some[4:]]))
    assert logical(ledger) == oracle.account()


def test_two_sources_keep_their_own_files_of_the_same_path(ledger: Ledger) -> None:
    other = reading(A, [event("two")], source="agent-two", host_provider="host-of-two")

    post(ledger, reading(A, [event("one")]), other)

    assert {one.source for one in logical(ledger).events.values()} == {"agent-one", "agent-two"}


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("turned", [True, False])
def test_a_copy_of_another_source_keeps_the_provider_of_the_kept_one(
    ledger: Ledger, together: bool, turned: bool
) -> None:
    service = SERVICE._replace(model="unlisted")
    best = event(at_ms=NOON_MS + BUCKET_MS, output=70, service=service)
    early = event(output=1, service=service, origin=ORIGIN._replace(source="agent-two"))
    readings = [
        reading(A, [best]),
        reading(B, [early], source="agent-two", host_provider="host-of-two"),
    ]
    ordered = [*reversed(readings)] if turned else readings
    for batch in [ordered] if together else [[one] for one in ordered]:
        post(ledger, *batch)

    (kept,) = logical(ledger).events.values()
    assert kept.event == placed(best._replace(at_ms=NOON_MS))
    assert (kept.source, kept.host_provider, kept.provider) == ("agent-one", "host-of-one", "host-of-one")


def test_every_field_comes_back_as_it_went_in(ledger: Ledger) -> None:
    every = event(
        "every",
        at_ms=NOON_MS + 11,
        own_at_ms=NOON_MS + 12,
        service=Service("p", "model-a", "batch", "fast", "us"),
        origin=Origin("agent-one", "/c/wd", "sess", "br", "ag", "ag-id", "sk", "init"),
        tokens=Tokens(1, 2, 3, 4, 50, 6),
        web_searches=7,
        sidechain=True,
        stopped=False,
        host_cost_pico=8,
        place=Place(A, 9),
        passes=(Tokens(1, 2, 3, 4, 20, 6), Tokens(output=30)),
    )
    others = [event("before"), event("after", service=SERVICE._replace(model="model-b"), origin=ORIGIN)]
    made = reading(A, [others[0], every, others[1]])

    post(ledger, made)

    assert [event_of(made, row) for row in made.rows] == [placed(others[0]), every, placed(others[1])]
    stored = {one.event.id: one for one in events(ledger, 0, 2 * NOW_MS)}
    assert stored[every.id].event == every
    assert stored[every.id].cost_pico == 3 * 5 * 7 * (10 * 3_000_000 + 50 * 15_000_000)
    assert (stored[every.id].provider, stored[every.id].project, stored[every.id].agent) == ("p", "wd", "ag")


def test_every_field_comes_back_of_a_copy_that_was_merged(ledger: Ledger) -> None:
    late = event(
        at_ms=NOON_MS + 11, output=60, stopped=False, host_cost_pico=8, web_searches=7, sidechain=True
    )
    late = late._replace(passes=(Tokens(1), Tokens(2)), place=Place(A, 77))
    early = event(at_ms=NOON_MS + 5, output=1, sidechain=True)
    for together in (True, False):
        batch = [reading(A, [late], offset=200), reading(B, [early])]
        name = b"t" * 16 if together else b"f" * 16
        batch = [one._replace(rows=[(name, *row[1:]) for row in one.rows]) for one in batch]
        for part in [batch] if together else [[one] for one in batch]:
            post(ledger, *part)

    kept = {one.event.id: one.event for one in events(ledger, 0, 2 * NOW_MS)}
    expected = late._replace(at_ms=NOON_MS + 5)
    assert kept == {name: expected._replace(id=name) for name in (b"t" * 16, b"f" * 16)}


def test_several_batches_of_one_transaction_are_one_posting(ledger: Ledger) -> None:
    with poster(ledger).transaction() as write:
        results = [
            write([reading(A, [event("one", output=1), event("two")])]),
            write([reading(B, [event("one", output=70, at_ms=NOON_MS + BUCKET_MS), event("three")])]),
            write([reading(A, [event("two")])]),
        ]

    oracle = Oracle()
    best = event("one", output=70, at_ms=NOON_MS, own_at_ms=NOON_MS + BUCKET_MS)
    oracle.post(
        ("agent-one", "host-of-one", [placed(best, B), placed(event("two")), placed(event("three"), B)])
    )
    assert results == [PostingResult(2, 0), PostingResult(1, 1), PostingResult(0, 0)]
    assert logical(ledger) == oracle.account()


def test_a_transaction_that_fails_in_a_later_batch_leaves_nothing(ledger: Ledger) -> None:
    before = logical(ledger)
    batches = ([reading(A, [event("one")])], [reading(B, [event("bad", tokens=Tokens(-1))])])
    with pytest.raises(sqlite3.IntegrityError), poster(ledger).transaction() as write:
        [write(batch) for batch in batches]

    assert logical(ledger) == before
    assert indexes(ledger) == {"event_at"}


def test_the_index_on_time_is_there_after_a_first_import(ledger: Ledger) -> None:
    post(ledger, reading(A, [event()]))

    assert indexes(ledger) == {"event_at"}


def indexes(ledger: Ledger) -> set[str]:
    rows = ledger.connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL"
    )
    return {row[0] for row in rows}


def test_passes_are_kept_and_priced_apart(ledger: Ledger) -> None:
    passes = (Tokens(60, 2000, 30, 4, 20, 0), Tokens(40, 0, 0, 0, 30, 0))
    post(ledger, reading(A, [event(passes=passes)]))
    post(ledger, reading(B, [event(passes=passes, output=1, at_ms=NOON_MS - 1)]))

    (kept,) = logical(ledger).events.values()
    assert kept.event.passes == passes
    assert kept.cost[0] == 2134 * 3_000_000 + 50 * 15_000_000


def test_a_price_beyond_64_bits_leaves_the_event_unpriced(ledger: Ledger) -> None:
    largest = 2**63 - 1
    absurd = PriceList({"model-a": ("v", "USD", 0, largest + 1), "model-b": ("v", "USD", 0, largest)})
    post(
        ledger,
        reading(A, [event("one", output=1, tokens=Tokens(output=1))], absurd),
        reading(
            B, [event("two", tokens=Tokens(output=1), service=SERVICE._replace(model="model-b"))], absurd
        ),
        pricer=absurd,
    )

    costs = {name: logical(ledger).events[identity(name)].cost for name in ("one", "two")}
    assert costs == {"one": (None, "", "unpriced"), "two": (largest, "USD", "computed")}


def test_a_row_without_a_price_for_what_was_used_leaves_the_event_unpriced(ledger: Ledger) -> None:
    class Incomplete(PriceList):
        def price(self, service, event):  # type: ignore[no-untyped-def]  # the signature of PriceList
            return super().price(service, event)._replace(cost_pico=None)

    post(ledger, reading(A, [event()], Incomplete()))

    assert [one.cost for one in logical(ledger).events.values()] == [(None, "", "unpriced")]


def test_a_price_row_is_kept_as_people_read_it(ledger: Ledger) -> None:
    chinese = PriceList({"model-a": ("智谱", "CNY", 1, 1)})
    post(ledger, reading(A, [event()], chinese))

    (content,) = ledger.connection.execute("SELECT content FROM rate WHERE id != 0").fetchone()
    assert "智谱/model-a" in content


def test_a_host_estimate_beyond_64_bits_is_dropped(ledger: Ledger) -> None:
    service = SERVICE._replace(model="unlisted")
    events = [
        event("fits", service=service, host_cost_pico=2**63 - 1),
        event("does not", service=service, host_cost_pico=2**63),
    ]
    post(ledger, reading(A, events))

    held = logical(ledger).events
    assert held[identity("fits")].cost == (2**63 - 1, "USD", "computed")
    assert held[identity("fits")].event.host_cost_pico == 2**63 - 1
    assert held[identity("does not")].event.host_cost_pico is None
    assert held[identity("does not")].cost == (None, "", "unpriced")


def test_a_host_estimate_of_zero_is_kept_as_zero(ledger: Ledger) -> None:
    post(ledger, reading(A, [event(service=SERVICE._replace(model="unlisted"), host_cost_pico=0)]))

    (kept,) = logical(ledger).events.values()
    assert (kept.event.host_cost_pico, kept.cost) == (0, (0, "USD", "computed"))


def test_sums_beyond_64_bits_are_exact(ledger: Ledger) -> None:
    largest = 2**63 - 1
    dear = PriceList({"model-a": ("v", "USD", 0, largest)})
    events = [event(str(number), tokens=Tokens(output=1)) for number in range(50)]
    post(ledger, reading(A, events, dear), pricer=dear)

    (row,) = usage(ledger, 0, 2 * NOW_MS, [])
    assert (row.requests, row.cost_pico) == (50, 50 * largest)


def test_a_batch_that_fails_leaves_nothing_and_the_next_one_is_whole(ledger: Ledger) -> None:
    writer = poster(ledger)
    invalid = event("bad", tokens=Tokens(output=1, reasoning=2), origin=ORIGIN._replace(session="new"))
    before = logical(ledger)
    with pytest.raises(sqlite3.IntegrityError):
        writer.post([reading(A, [event("good", origin=ORIGIN._replace(session="new")), invalid])])
    assert logical(ledger) == before
    assert ledger.connection.execute("SELECT count(*) FROM file").fetchone() == (0,)

    writer.post([reading(A, [event("good", origin=ORIGIN._replace(session="new"))])])

    oracle = Oracle()
    oracle.post(("agent-one", "host-of-one", [placed(event("good", origin=ORIGIN._replace(session="new")))]))
    assert logical(ledger) == oracle.account()


def test_a_poster_survives_another_process_that_removed_its_rows(ledger: Ledger, tmp_path: Path) -> None:
    writer = poster(ledger)
    writer.post([reading(A, [event("one")])])
    other = opened(tmp_path / "home")
    with other.transaction() as connection:
        for table in ("event", "rollup", "origin", "service"):
            connection.execute(f"DELETE FROM {table}")
    other.close()

    writer.post([reading(A, [event("two", origin=ORIGIN._replace(session="s9")), event("three")])])

    assert {one.event.origin.session for one in logical(ledger).events.values()} == {"s9", "session-1"}


def test_a_cursor_moves_with_its_batch(ledger: Ledger) -> None:
    post(ledger, reading(A, [event()], offset=100))
    post(ledger, reading(A, [], offset=250))

    rows = ledger.connection.execute(
        "SELECT source, path, device, inode, size, mtime_ns, read_to, tail_hash, read_at_ms FROM file"
    ).fetchall()
    assert rows == [("agent-one", A, 1, 2, 250, 4, 250, b"tail", NOW_MS)]


def test_problems_are_added_to_and_replaced_when_a_file_is_read_from_its_start(ledger: Ledger) -> None:
    def lines() -> list[tuple[object, ...]]:
        return ledger.connection.execute("SELECT code, place, line FROM problem ORDER BY place").fetchall()

    first, second = LineProblem("line-not-json", 10, 2), LineProblem("usage-invalid", 90, 5)
    post(ledger, reading(A, [], problems=[first]))
    post(ledger, reading(A, [], problems=[second], from_start=False))
    both = lines()
    post(ledger, reading(B, [], problems=[first]))
    post(ledger, reading(A, [], problems=[second], from_start=True))

    assert both == [first, second]
    assert lines() == [first, second]
    assert ledger.connection.execute(
        "SELECT place FROM problem JOIN file ON file.id = file WHERE path = ?", (A,)
    ).fetchall() == [(90,)]


def test_the_name_of_a_sub_agent_is_kept_and_corrected(ledger: Ledger) -> None:
    post(ledger, reading(A, [], agent_names={"7": "linter"}))
    post(ledger, reading(A, [], agent_names={"7": "tester", "8": "linter"}))

    rows = ledger.connection.execute("SELECT * FROM agent_name ORDER BY agent_id").fetchall()
    assert rows == [("agent-one", "7", "tester"), ("agent-one", "8", "linter")]


def test_many_events_are_compared_in_chunks(ledger: Ledger) -> None:
    events = [event(str(number), at_ms=NOON_MS + number) for number in range(1203)]
    post(ledger, reading(A, events))
    before = logical(ledger)

    assert post(ledger, reading(B, events)) == (0, 1203)
    paths = {name: kept.event.place.path for name, kept in logical(ledger).events.items()}
    assert paths == dict.fromkeys(before.events, B)


@pytest.mark.parametrize("row", [-(2**63), -1, 2**50, 2**63 - 1])
def test_a_row_of_a_database_may_have_any_number(ledger: Ledger, row: int) -> None:
    post(ledger, reading(A, [event(place=Place(A, row))]))

    assert [kept.event.tokens for kept in logical(ledger).events.values()] == [event().tokens]


def test_the_project_is_found_once_for_an_origin(ledger: Ledger) -> None:
    post(ledger, reading(A, [event()]))

    assert ledger.connection.execute("SELECT cwd, project FROM origin").fetchall() == [
        ("/home/dev/shop", "shop")
    ]


def test_a_disk_that_fills_up_at_the_commit_is_an_error_and_changes_nothing(ledger: Ledger) -> None:
    post(ledger, reading(A, [event()]))
    before = logical(ledger)
    pages = ledger.connection.execute("PRAGMA page_count").fetchone()[0]
    ledger.connection.execute(f"PRAGMA max_page_count = {pages}")
    many = [event(str(number), passes=(Tokens(1),) * 9) for number in range(2000)]

    with pytest.raises(StorageError) as raised:
        post(ledger, reading(B, many))

    assert (raised.value.code, raised.value.exit_code) == ("disk_full", 9)
    assert logical(ledger) == before
    ledger.connection.execute("PRAGMA max_page_count = 1000000")
    assert post(ledger, reading(B, many)).added == 2000

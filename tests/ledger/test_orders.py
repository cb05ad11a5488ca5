"""Any split, order, repetition or interleaving of readings gives the same ledger."""

from __future__ import annotations

import tempfile
from contextlib import closing
from datetime import UTC
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from token_tracker.ledger.care import purge
from token_tracker.ledger.care import verify
from token_tracker.ledger.priced import PricedReading
from token_tracker.ledger.queries import usage
from token_tracker.ledger.queries import usage_in_spans
from token_tracker.ledger.store import Ledger
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.period import BUCKET_MS
from token_tracker.period import Period
from token_tracker.period import day_of

from .postings import NOON_MS
from .postings import ORIGIN
from .postings import SERVICE
from .postings import Account
from .postings import Oracle
from .postings import event
from .postings import logical
from .postings import opened_fast
from .postings import post
from .postings import poster
from .postings import reading

SOURCES = {"agent-one": "host-of-one", "agent-two": "host-of-two"}
FEW = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))

times = st.integers(0, 80 * 4).map(lambda quarters: NOON_MS + quarters * (BUCKET_MS // 4) - 7)
counts = st.builds(
    lambda a, b, c, d, out, part: Tokens(a, b, c, d, out, out * part // 3),
    *[st.sampled_from([0, 1, 250_000])] * 4,
    st.sampled_from([0, 1, 2, 900]),
    st.integers(0, 3),
)


@st.composite
def copies(draw: st.DrawFn, names: int = 5) -> UsageEvent:
    """Draw a copy of one of a few responses; copies of one differ in anything but the id."""
    at_ms = draw(times)
    tokens = draw(counts)
    return event(
        str(draw(st.integers(1, names))),
        at_ms=at_ms,
        service=SERVICE._replace(model=draw(st.sampled_from(["model-a", "model-b", "unlisted"]))),
        origin=ORIGIN._replace(session=draw(st.sampled_from(["s1", "s2"]))),
        tokens=tokens,
        web_searches=draw(st.integers(0, 1)),
        sidechain=draw(st.booleans()),
        stopped=draw(st.booleans()),
        host_cost_pico=draw(st.sampled_from([None, 0, 12])),
        passes=draw(st.sampled_from([(), (tokens, Tokens())])),
    )


@st.composite
def files(draw: st.DrawFn) -> tuple[str, str, UsageEvent]:
    """Draw a copy with the source and the file that it is read from."""
    source = draw(st.sampled_from(sorted(SOURCES)))
    path = draw(st.sampled_from(["/logs/a", "/logs/b"]))
    one = draw(copies())
    return (
        source,
        path,
        one._replace(origin=one.origin._replace(source=source), place=one.place._replace(path=path)),
    )


def readings_of(some: list[tuple[str, str, UsageEvent]]) -> list[PricedReading]:
    return [reading(path, [one], source=source, host_provider=SOURCES[source]) for source, path, one in some]


def post_some(ledger: Ledger, some: list[tuple[str, str, UsageEvent]]) -> None:
    post(ledger, *readings_of(some))


def expected(some: list[tuple[str, str, UsageEvent]]) -> Account:
    oracle = Oracle()
    oracle.post(*((source, SOURCES[source], [one]) for source, _, one in some))
    return oracle.account()


@FEW
@given(st.lists(files(), max_size=14), st.data())
def test_any_split_order_and_repetition_gives_the_same_ledger(
    some: list[tuple[str, str, UsageEvent]], data: st.DataObject
) -> None:
    again = data.draw(st.lists(st.sampled_from(some), max_size=4)) if some else []
    shuffled = data.draw(st.permutations(some + again))
    with tempfile.TemporaryDirectory() as folder, closing(opened_fast(Path(folder))) as ledger:
        while shuffled:
            with poster(ledger).transaction() as write:
                for size in data.draw(st.lists(st.integers(1, 5), min_size=1, max_size=4)):
                    write(readings_of(shuffled[:size]))
                    shuffled = shuffled[size:]

        assert logical(ledger) == expected(some)
        assert verify(ledger).whole


@FEW
@given(
    st.lists(files(), max_size=10),
    st.lists(files(), max_size=10),
    st.lists(st.tuples(st.booleans(), st.integers(1, 3)), max_size=8),
)
def test_any_interleaving_of_two_connections_gives_the_same_ledger(
    one: list[tuple[str, str, UsageEvent]],
    other: list[tuple[str, str, UsageEvent]],
    turns: list[tuple[bool, int]],
) -> None:
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(opened_fast(Path(folder))) as first,
        closing(opened_fast(Path(folder))) as second,
    ):
        left = {True: (first, list(one)), False: (second, list(other))}
        for who, size in [*turns, (True, 10), (False, 10)]:
            ledger, waiting = left[who]
            post_some(ledger, waiting[:size])
            del waiting[:size]

        assert logical(first) == logical(second) == expected(one + other)


@FEW
@given(
    st.lists(files(), max_size=12),
    st.sampled_from(["UTC", "Asia/Kathmandu", "America/New_York", "Pacific/Chatham"]),
)
def test_the_total_is_the_sum_of_the_days_of_any_zone(
    some: list[tuple[str, str, UsageEvent]], name: str
) -> None:
    zone = ZoneInfo(name)
    with tempfile.TemporaryDirectory() as folder, closing(opened_fast(Path(folder))) as ledger:
        post_some(ledger, some)
        first = datetime.fromtimestamp(NOON_MS // 1000, UTC).date() - timedelta(days=1)
        period = Period(first, first + timedelta(days=4), zone, name)
        total = usage(ledger, period.start_ms, period.end_ms, [])
        days = [row for day in period.split() for row in usage(ledger, day.start_ms, day.end_ms, [])]
        spans = [(day.start_ms, day.end_ms) for day in period.split()]

        assert [row._replace(key=()) for row in usage_in_spans(ledger, spans, [])] == days
        assert sum(row.requests for row in total) == len(expected(some).events)
        for column in ("requests", "web_searches", "cost_pico"):
            assert sum(getattr(row, column) for row in total) == sum(getattr(row, column) for row in days)
        assert [sum(row.tokens[kind] for row in total) for kind in range(6)] == [
            sum(row.tokens[kind] for row in days) for kind in range(6)
        ]
        by_day = {
            day.first: sum(row.requests for row in usage(ledger, day.start_ms, day.end_ms, []))
            for day in period.split()
        }
        of_events = [day_of(kept.event.at_ms, zone) for kept in expected(some).events.values()]
        assert by_day == {day: of_events.count(day) for day in by_day}


@FEW
@given(st.lists(files(), max_size=12), st.lists(files(), max_size=12), st.integers(0, 80))
def test_a_purge_keeps_the_rest_and_what_comes_after_it(
    before: list[tuple[str, str, UsageEvent]], after: list[tuple[str, str, UsageEvent]], quarters: int
) -> None:
    horizon = NOON_MS + quarters * BUCKET_MS
    with tempfile.TemporaryDirectory() as folder, closing(opened_fast(Path(folder))) as ledger:
        post_some(ledger, before)
        held = logical(ledger)
        result = purge(ledger, horizon, dry_run=False)
        kept = logical(ledger)
        stay = {name: one for name, one in held.events.items() if one.event.at_ms >= horizon}
        assert kept.events == stay
        assert kept.rollup == {
            key: row for key, row in held.rollup.items() if int(str(key[0])) >= horizon // BUCKET_MS
        }
        assert (result.events, result.kept_events) == (len(held.events) - len(stay), len(stay))

        # Nothing that was removed comes back, whatever is read again and in whatever copy.
        post_some(ledger, before + after)
        oracle = Oracle()
        oracle.post(*((source, SOURCES[source], [one]) for source, _, one in before))
        oracle.purge(horizon)
        oracle.post(*((source, SOURCES[source], [one]) for source, _, one in before + after))
        assert logical(ledger) == oracle.account()
        assert verify(ledger).whole


@FEW
@given(st.lists(files(), min_size=1, max_size=10), st.integers(0, 80), st.data())
def test_after_a_purge_the_order_of_reading_does_not_matter(
    some: list[tuple[str, str, UsageEvent]], quarters: int, data: st.DataObject
) -> None:
    horizon = NOON_MS + quarters * BUCKET_MS
    shuffled = data.draw(st.permutations(some))
    accounts = []
    for batches in ([some], [[one] for one in shuffled]):
        with tempfile.TemporaryDirectory() as folder, closing(opened_fast(Path(folder))) as ledger:
            purge(ledger, horizon, dry_run=False)
            for batch in batches:
                post_some(ledger, batch)
            accounts.append(logical(ledger))

    assert accounts[0] == accounts[1]


@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_a_long_log_is_the_same_in_batches_of_any_size(tmp_path: Path, size: int) -> None:
    events = [
        (
            "agent-one",
            "/logs/a",
            event(str(n % 50), at_ms=NOON_MS + n % 13 * BUCKET_MS, output=n % 7)._replace(
                place=event().place._replace(path="/logs/a", offset=n)
            ),
        )
        for n in range(140)
    ]
    with closing(opened_fast(tmp_path / "home")) as ledger:
        for start in range(0, len(events), size):
            post_some(ledger, events[start : start + size])

        assert logical(ledger) == expected(events)

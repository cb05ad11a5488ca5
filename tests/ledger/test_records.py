"""Manual records: what replaces what, what a log covers, and that nothing is counted twice."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from token_tracker.ledger.care import purge
from token_tracker.ledger.care import verify
from token_tracker.ledger.posting import Poster
from token_tracker.ledger.queries import UsageRow
from token_tracker.ledger.queries import usage
from token_tracker.ledger.records import Record
from token_tracker.ledger.records import RecordBook
from token_tracker.ledger.records import RecordKind
from token_tracker.ledger.records import load_records
from token_tracker.ledger.records import record_id
from token_tracker.ledger.records import service_of
from token_tracker.ledger.records import shadowed_records
from token_tracker.ledger.store import Ledger
from token_tracker.model import Charge
from token_tracker.model import Tokens

from .postings import PriceList
from .postings import event
from .postings import opened
from .postings import post
from .postings import reading

DAY = date(2026, 10, 5)
DAY_MS = 86_400_000
START_MS = int(datetime(2026, 10, 5, tzinfo=UTC).timestamp()) * 1000
ALWAYS_MS = 1 << 49
NOON_MS = DAY_MS // 2


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(opened(tmp_path)) as ledger:
        yield ledger


def book(ledger: Ledger) -> RecordBook:
    card = PriceList()
    return RecordBook(ledger, Poster(ledger, card, str, START_MS), card)


def totals(
    tokens: tuple[int, int], after_days: int = 0, charge: Charge | None = None, **changed: Any
) -> Record:
    """Give a session's totals as recorded at noon, UTC."""
    day = (DAY + timedelta(days=after_days)).isoformat()
    from_ms = START_MS + after_days * DAY_MS
    record = Record(
        record_id("session", "s1", day),
        RecordKind.SESSION,
        "s1",
        day,
        from_ms,
        from_ms + NOON_MS,
        from_ms + NOON_MS,
        "",
        "",
        "model-a",
        "",
        "",
        Tokens(input=tokens[0], output=tokens[1]),
        charge,
    )
    return record._replace(**changed)


def entry(name: str, tokens: tuple[int, int] = (100, 10)) -> Record:
    return totals(tokens, kind=RecordKind.ENTRY, id=record_id(name), session="notes")


def counted(ledger: Ledger, after_days: int = 0, days: int = 365) -> tuple[int, int]:
    """Give the input and output tokens of manual records that count in some days."""
    start_ms = START_MS + after_days * DAY_MS
    rows = usage(ledger, start_ms, start_ms + days * DAY_MS, [], {"source": ["manual"]})
    return sum(row.tokens.input for row in rows), sum(row.tokens.output for row in rows)


def charges(rows: Sequence[UsageRow]) -> list[tuple[str, str, int]]:
    return [(row.currency, row.basis, row.cost_pico) for row in rows]


def provider(record: Record) -> str:
    return PriceList().describe(service_of(record), "").provider


def at(hour: int) -> int:
    return START_MS + hour * 3_600_000


def test_a_later_call_replaces_the_totals_of_a_session(ledger: Ledger) -> None:
    book(ledger).replace_session(totals((100, 10)))
    book(ledger).replace_session(totals((300, 40)))

    assert counted(ledger) == (300, 40)
    assert len(load_records(ledger, "1", ())) == 1
    assert verify(ledger, PriceList()).whole


def test_each_day_keeps_what_was_recorded_on_it(ledger: Ledger) -> None:
    book(ledger).replace_session(totals((100, 10)))
    book(ledger).replace_session(totals((300, 40), after_days=1))

    assert (counted(ledger, 0, 1), counted(ledger, 1, 1)) == ((100, 10), (200, 30))


def test_totals_that_shrank_are_a_correction_of_all_days(ledger: Ledger) -> None:
    book(ledger).replace_session(totals((100, 10)))
    book(ledger).replace_session(totals((300, 5), after_days=1))

    assert (counted(ledger, 0, 1), counted(ledger, 1, 1)) == ((0, 0), (300, 5))


def test_an_amount_of_the_whole_session_is_spread_over_its_days_as_recorded(ledger: Ledger) -> None:
    book(ledger).replace_session(totals((100, 10), charge=Charge(3_000, "USD")))
    book(ledger).replace_session(totals((300, 40), after_days=1, charge=Charge(10_000, "USD")))

    days = [
        charges(usage(ledger, START_MS + day * DAY_MS, START_MS + (day + 1) * DAY_MS, [])) for day in (0, 1)
    ]
    assert days == [[("USD", "reported", 3_000)], [("USD", "reported", 7_000)]]


@pytest.mark.parametrize(
    "later", [None, Charge(10_000, "CNY"), Charge(2_000, "USD")], ids=["none", "other currency", "less"]
)
def test_an_amount_that_cannot_contain_the_earlier_one_replaces_all_days(
    ledger: Ledger, later: Charge | None
) -> None:
    book(ledger).replace_session(totals((100, 10), charge=Charge(3_000, "USD")))
    book(ledger).replace_session(totals((300, 40), after_days=1, charge=later))

    assert (counted(ledger, 0, 1), counted(ledger, 1, 1)) == ((0, 0), (300, 40))


def test_entries_add_up(ledger: Ledger) -> None:
    book(ledger).add([entry("one")])
    book(ledger).add([entry("two")])

    assert counted(ledger) == (200, 20)


def test_an_entry_can_replace_those_of_its_session_and_day(ledger: Ledger) -> None:
    book(ledger).add([entry("one"), entry("two")])
    book(ledger).add([entry("three", (7, 1))], replacing=True)

    assert counted(ledger) == (7, 1)


def test_a_record_that_is_there_is_not_added_again(ledger: Ledger) -> None:
    assert len(book(ledger).add([entry("one")])) == 1
    assert book(ledger).add([entry("one")]) == []
    assert counted(ledger) == (100, 10)


@pytest.mark.parametrize("hour", [0, 11])
def test_a_log_of_the_same_provider_and_time_covers_a_session(ledger: Ledger, hour: int) -> None:
    post(ledger, reading("/logs/a", [event(at_ms=at(hour))]))

    kept = book(ledger).replace_session(totals((100, 10)))

    assert (kept.covered_by, counted(ledger)) == ("agent-one", (0, 0))
    assert [one.id for one in shadowed_records(ledger, 0, ALWAYS_MS, {}, provider)] == [kept.id]


@pytest.mark.parametrize(
    ("where", "found"),
    [({"provider": ["vendor-a"]}, 1), ({"provider": ["vendor-b"]}, 0), ({"skill": ["x"]}, 0)],
)
def test_a_shadowed_record_is_found_by_who_would_bill_it(
    where: dict[str, list[str]], found: int, ledger: Ledger
) -> None:
    post(ledger, reading("/logs/a", [event(at_ms=at(11))]))
    book(ledger).replace_session(totals((100, 10)))

    assert len(shadowed_records(ledger, 0, ALWAYS_MS, where, provider)) == found


@pytest.mark.parametrize(
    "record",
    [
        totals((100, 10), after_days=1),
        totals((100, 10), host="agent-two"),
        totals((100, 10), model="other"),
        entry("one"),
    ],
    ids=["another time", "another host", "another provider", "an entry"],
)
def test_a_log_of_something_else_does_not_cover_a_record(ledger: Ledger, record: Record) -> None:
    post(ledger, reading("/logs/a", [event(at_ms=at(11))]))

    assert book(ledger).add([record])[0].covered_by == ""
    assert counted(ledger) == (100, 10)


def test_a_log_of_the_same_session_covers_it_at_any_time(ledger: Ledger) -> None:
    post(ledger, reading("/logs/a", [event(at_ms=at(-200))]))
    session = event().origin.session

    kept = book(ledger).add([totals((100, 10), session=session, model="other")])

    assert kept[0].covered_by == "agent-one"


def test_lines_that_come_later_cover_what_counted(ledger: Ledger) -> None:
    book(ledger).replace_session(totals((100, 10)))
    assert counted(ledger) == (100, 10)

    post(ledger, reading("/logs/a", [event(at_ms=at(11))]))
    book(ledger).settle()

    assert counted(ledger) == (0, 0)
    assert verify(ledger, PriceList()).whole


def test_what_was_decided_stays_until_the_logs_change(ledger: Ledger) -> None:
    post(ledger, reading("/logs/a", [event(at_ms=at(11))]))
    book(ledger).replace_session(totals((100, 10)))

    assert book(ledger).is_settled() is False
    book(ledger).settle()
    assert book(ledger).is_settled() is True
    book(ledger).unsettle()
    assert book(ledger).is_settled() is False


def test_a_run_that_died_before_it_settled_is_made_up_for(ledger: Ledger) -> None:
    book(ledger).replace_session(totals((100, 10)))
    book(ledger).settle()
    book(ledger).unsettle()

    assert book(ledger).is_settled() is False


def test_a_purge_removes_records_for_ever(ledger: Ledger) -> None:
    book(ledger).add([entry("one")])
    purge(ledger, START_MS + DAY_MS, dry_run=False)

    assert load_records(ledger, "1", ()) == []
    book(ledger).add([entry("one")])
    assert counted(ledger) == (0, 0)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 50), st.integers(0, 50)), min_size=1, max_size=6))
def test_whatever_was_recorded_before_the_totals_of_a_session_are_the_last(
    calls: list[tuple[int, int, int]],
) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(opened(Path(folder))) as ledger:
        for days, fresh, output in calls:
            book(ledger).replace_session(totals((fresh, output), after_days=days))

        assert counted(ledger) == calls[-1][1:]
        assert verify(ledger, PriceList()).whole


def test_a_total_that_is_not_split_has_no_price(ledger: Ledger) -> None:
    book(ledger).add([totals((100, 0), is_split=False)])

    assert charges(usage(ledger, 0, ALWAYS_MS, [])) == [("", "unpriced", 0)]


def test_the_provider_that_was_recorded_bills_it(ledger: Ledger) -> None:
    book(ledger).add([totals((100, 0), provider="reseller")])

    assert [row.key for row in usage(ledger, 0, ALWAYS_MS, ["provider"])] == [("reseller",)]

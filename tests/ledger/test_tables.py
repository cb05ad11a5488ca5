"""The tables of a ledger against its events, added up one by one in any zone."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from collections.abc import Iterable
from contextlib import closing
from datetime import date
from datetime import datetime
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from token_tracker.ledger.queries import session_activity
from token_tracker.ledger.queries import usage
from token_tracker.ledger.queries import usage_in_spans
from token_tracker.ledger.store import Ledger
from token_tracker.model import UsageEvent
from token_tracker.period import BUCKET_MS
from token_tracker.period import Period
from token_tracker.period import day_of
from token_tracker.reports.figures import Figures
from token_tracker.reports.figures import Usage
from token_tracker.reports.tables import GRAIN
from token_tracker.reports.tables import SESSION_GRAIN
from token_tracker.reports.tables import About
from token_tracker.reports.tables import Activity
from token_tracker.reports.tables import Step
from token_tracker.reports.tables import TimeTable
from token_tracker.reports.tables import build_session_table
from token_tracker.reports.tables import build_time_table
from token_tracker.reports.tables import steps_of

from .postings import NOON_MS
from .postings import Kept
from .postings import event
from .postings import opened_fast
from .postings import post
from .postings import reading
from .test_orders import FEW
from .test_orders import expected
from .test_orders import files
from .test_orders import post_some

ABOUT = About([], [])
ZONES = ["UTC", "Asia/Kathmandu", "America/New_York", "Pacific/Chatham", "Pacific/Apia"]
Sums = Counter[tuple[str, ...]]


def counted(figures: Figures) -> Sums:
    """Give requests, searches, tokens by kind and money by currency of some figures."""
    cost = figures.cost
    sums: Sums = Counter({("requests",): figures.requests, ("searches",): figures.web_searches})
    sums.update({("unpriced",): cost.unpriced_tokens})
    sums.update({("tokens", name): count for name, count in figures.tokens._asdict().items()})
    sums.update({(currency, "money"): int(cost.amount(currency).scaleb(12)) for currency in cost.amounts})
    return +sums


def added(events: Iterable[Kept]) -> Sums:
    """Add up the same of events, one by one."""
    sums: Sums = Counter()
    for one in events:
        amount, currency, _ = one.cost
        sums.update({("requests",): 1, ("searches",): one.event.web_searches})
        sums.update({("tokens", name): count for name, count in one.event.tokens._asdict().items()})
        sums.update({(currency, "money"): amount} if amount is not None else {})
        sums.update({("unpriced",): one.event.tokens.total} if amount is None else {})
    return +sums


def by(events: Iterable[Kept], key: Callable[[Kept], object]) -> dict[object, Sums]:
    """Add up the events of each key."""
    groups: dict[object, list[Kept]] = {}
    for one in events:
        groups.setdefault(key(one), []).append(one)
    return {name: added(several) for name, several in groups.items()}


def table_of(ledger: Ledger, period: Period, step: Step) -> TimeTable:
    grain = (*GRAIN, "project")
    parts = steps_of(period, step)
    rows = usage_in_spans(ledger, [(part.start_ms, part.end_ms) for part in parts], grain)
    found = [
        (part, Usage(grain, tuple(row._replace(key=row.key[1:]) for row in rows if row.key[0] == number)))
        for number, part in enumerate(parts)
    ]
    return build_time_table(step, period, found, ABOUT, project_names={})


NAMES: dict[Step, Callable[[date], object]] = {
    Step.DAY: lambda day: day,
    Step.WEEK: lambda day: day.isocalendar()[:2],
    Step.MONTH: lambda day: (day.year, day.month),
}


@FEW
@given(
    st.lists(files(), max_size=12),
    st.sampled_from(ZONES),
    st.sampled_from(list(Step)),
    st.sampled_from([0, 86_400_000 * 26]),
)
def test_every_row_and_sub_row_is_the_sum_of_its_events_in_any_zone(
    some: list[tuple[str, str, UsageEvent]], name: str, step: Step, later_ms: int
) -> None:
    zone, name_of = ZoneInfo(name), NAMES[step]
    moved = [
        (source, path, one._replace(at_ms=one.at_ms + later_ms, own_at_ms=one.own_at_ms + later_ms))
        for source, path, one in some
    ]
    kept = list(expected(moved).events.values())
    first = datetime.fromtimestamp((NOON_MS + later_ms) // 1000, zone).date() - timedelta(days=2)
    with tempfile.TemporaryDirectory() as folder, closing(opened_fast(Path(folder))) as ledger:
        post_some(ledger, moved)
        table = table_of(ledger, Period(first, first + timedelta(days=9), zone, name), step)

    def when(one: Kept) -> object:
        return name_of(day_of(one.event.at_ms, zone))

    assert counted(table.total) == added(kept)
    assert {name_of(row.period.first): counted(row.figures) for row in table.rows} == by(kept, when)
    assert {
        (name_of(row.period.first), line.provider, line.model): counted(line.figures)
        for row in table.rows
        for line in row.by_model
    } == by(kept, lambda one: (when(one), one.provider, one.event.service.model))
    assert {
        (project.project, name_of(row.period.first)): counted(row.figures)
        for project in table.by_project or []
        for row in project.rows
    } == by(kept, lambda one: (one.event.origin.cwd.rpartition("/")[2], when(one)))


@FEW
@given(st.lists(files(), max_size=12))
def test_every_session_is_the_sum_of_its_events_and_spans_them(
    some: list[tuple[str, str, UsageEvent]],
) -> None:
    kept = list(expected(some).events.values())
    zone = ZoneInfo("UTC")
    first = day_of(NOON_MS, zone) - timedelta(days=1)
    period = Period(first, first + timedelta(days=3), zone, "UTC")
    with tempfile.TemporaryDirectory() as folder, closing(opened_fast(Path(folder))) as ledger:
        post_some(ledger, some)
        moments = session_activity(ledger, period.start_ms, period.end_ms)
        whole = Usage(SESSION_GRAIN, tuple(usage(ledger, period.start_ms, period.end_ms, SESSION_GRAIN)))
    table = build_session_table(
        period, whole, {key: Activity(*both) for key, both in moments.items()}, {}, ABOUT
    )

    def session(one: Kept) -> object:
        return (one.event.origin.source, one.event.origin.session)

    times: dict[object, list[int]] = {}
    for one in kept:
        times.setdefault(session(one), []).append(one.event.at_ms)
    assert {(row.source, row.session): counted(row.figures) for row in table.rows} == by(kept, session)
    assert {
        (row.source, row.session): (row.activity.first_ms, row.activity.last_ms) for row in table.rows
    } == {key: (min(several), max(several)) for key, several in times.items()}


def test_the_moments_of_a_session_are_those_of_the_events_that_a_filter_lets_through(tmp_path: Path) -> None:
    services = [event().service._replace(model=model) for model in ("model-a", "model-b", "model-a")]
    at = [NOON_MS + 1, NOON_MS + 2, NOON_MS + BUCKET_MS + 3]
    events = [
        event(str(at_ms), at_ms=at_ms, service=service) for at_ms, service in zip(at, services, strict=True)
    ]
    with closing(opened_fast(tmp_path / "home")) as ledger:
        post(ledger, reading("/logs/a", events))

        asked = [
            session_activity(ledger, 0, NOON_MS + 2 * BUCKET_MS),
            session_activity(ledger, 0, NOON_MS + BUCKET_MS),
            session_activity(ledger, NOON_MS + BUCKET_MS, NOON_MS + 2 * BUCKET_MS),
            session_activity(ledger, 0, NOON_MS),
            session_activity(ledger, 0, NOON_MS + BUCKET_MS, {"model": ["model-b"]}),
            session_activity(ledger, 0, NOON_MS + BUCKET_MS, {"session": ["session-1"], "model": []}),
        ]

    key = ("agent-one", "session-1")
    assert asked == [
        {key: (at[0], at[2])},
        {key: (at[0], at[1])},
        {key: (at[2], at[2])},
        {},
        {key: (at[1], at[1])},
        {},
    ]

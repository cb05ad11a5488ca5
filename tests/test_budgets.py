"""Budgets against the ledger: what is counted, of whom, and in which days."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from ledger.postings import ORIGIN
from ledger.postings import SERVICE
from ledger.postings import event
from ledger.postings import opened
from ledger.postings import opened_fast
from ledger.postings import post
from ledger.postings import reading
from token_tracker.budgets import budget_statuses
from token_tracker.budgets import period_of
from token_tracker.ledger import queries
from token_tracker.ledger.store import Ledger
from token_tracker.model import SCOPE_KINDS
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.period import BUCKET_MS
from token_tracker.period import Clock
from token_tracker.period import day_of
from token_tracker.period import find_zone
from token_tracker.period import to_ms
from token_tracker.reports.budgets import BudgetStatus
from token_tracker.settings import Budget
from token_tracker.settings import Settings
from token_tracker.settings import SourceSettings

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
NOW_MS = to_ms(NOW)
DAY_MS = 86_400_000
ZONES = (
    "UTC",
    "Asia/Shanghai",
    "America/New_York",
    "Pacific/Chatham",
    "Pacific/Kiritimati",
    "Asia/Kathmandu",
)
DOLLAR_TOKENS = Tokens(input=333_333, output=1)
PICO_OF_THAT = 10 * (333_333 * 3_000_000 + 15_000_000)
"""At the prices that hold from the day of the price change on."""

ONE = Decimal(PICO_OF_THAT).scaleb(-12)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(opened(tmp_path)) as one:
        yield one


def used(name: str, at: str = "2026-11-01T11:00:00+00:00", **changes: Any) -> UsageEvent:
    """Give a response of model-a that cost a dollar or so."""
    at_ms = to_ms(datetime.fromisoformat(at))
    return event(name, at_ms, tokens=DOLLAR_TOKENS, **changes)


def kept(ledger: Ledger, *events: UsageEvent) -> None:
    by_source: dict[str, list[UsageEvent]] = {}
    for one in events:
        by_source.setdefault(one.origin.source, []).append(one)
    post(ledger, *(reading(f"/logs/{name}", own, source=name) for name, own in by_source.items()))


def stand(
    ledger: Ledger, *budgets: Budget, zone: str = "UTC", day: date | None = None, plans: Iterable[str] = ()
) -> list[BudgetStatus]:
    chosen = Settings(budgets=budgets, sources={name: SourceSettings(billing="plan") for name in plans})
    return budget_statuses(ledger, chosen, Clock(NOW), find_zone(zone), day)


def limit(period: str = "daily", scope: str = "all", **changed: Any) -> Budget:
    return Budget(period, Decimal(100), "USD", scope, **changed)


def spent(ledger: Ledger, scope: str) -> Decimal | None:
    return stand(ledger, limit(scope=scope))[0].spent


def test_without_a_budget_the_ledger_is_not_asked() -> None:
    assert budget_statuses(None, Settings(), Clock(NOW), find_zone("UTC")) == []  # type: ignore[arg-type]  # not touched


def test_many_budgets_ask_the_ledger_no_more_often_than_one_of_each_kind(ledger: Ledger) -> None:
    kept(ledger, used("today"))
    asked: list[str] = []
    ledger.connection.set_trace_callback(asked.append)

    def statements(count: int) -> int:
        asked.clear()
        scopes = ("all", *(f"{kind}=x-{number}" for kind in ("model", "project") for number in range(count)))
        found = stand(ledger, *(limit(period, scope) for period in ("daily", "monthly") for scope in scopes))
        assert len(found) == 2 * len(scopes)
        return len(asked)

    assert statements(200) == statements(1)


def test_a_day_a_week_and_a_month_count_their_own_days(ledger: Ledger) -> None:
    kept(
        ledger,
        used("today"),
        used("yesterday", "2026-10-31T23:59:59+00:00"),
        used("monday", "2026-10-26T00:00:00+00:00"),
        used("sunday before", "2026-10-25T23:59:59+00:00"),
    )
    statuses = stand(ledger, limit("monthly"), limit("weekly"), limit("daily"))

    assert [(one.budget.period, one.spent) for one in statuses] == [
        ("daily", ONE), ("weekly", 3 * ONE), ("monthly", ONE),
    ]  # fmt: skip


def test_another_day_is_judged_in_its_own_periods(ledger: Ledger) -> None:
    kept(ledger, used("today"), used("then", "2026-10-31T10:00:00+00:00"))
    [one] = stand(ledger, limit("monthly"), day=date(2026, 10, 7))

    assert (one.period.first, one.period.last, one.spent, one.forecast) == (
        date(2026, 10, 1), date(2026, 10, 31), ONE, ONE,
    )  # fmt: skip


def test_usage_of_days_to_come_counts_nowhere_yet(ledger: Ledger) -> None:
    kept(ledger, used("today", "2026-11-01T23:59:00+00:00"), used("tomorrow", "2026-11-02T00:00:00+00:00"))

    assert stand(ledger, limit("monthly"))[0].spent == ONE


@pytest.mark.parametrize(
    ("scope", "count"),
    [
        ("provider=vendor-a", 3),
        ("provider=vendor-b", 0),
        ("model=model-a", 3),
        ("model=MODEL-A", 3),
        ("model=model-a-20260101", 1),
        ("model=Model-A-20260101", 1),
        ("project=shop", 2),
        ("project=sh", 0),
        ("source=agent-two", 1),
        ("source=agent", 0),
        ("skill=pdf", 1),
        ("agent=reviewer", 1),
        ("all", 3),
    ],
)
def test_a_budget_is_limited_to_what_its_scope_names(scope: str, count: int, ledger: Ledger) -> None:
    kept(
        ledger,
        used("one"),
        used("two", origin=ORIGIN._replace(skill="pdf", agent="reviewer", cwd="/home/dev/blog")),
        used(
            "three",
            origin=ORIGIN._replace(source="agent-two"),
            service=SERVICE._replace(model="model-a-20260101", provider="vendor-a"),
            host_cost_pico=PICO_OF_THAT,
        ),
    )

    assert spent(ledger, scope) == count * ONE


def test_a_model_without_its_date_means_every_dated_one(ledger: Ledger) -> None:
    dated = [SERVICE._replace(model=f"x-1-2026{month}01") for month in ("01", "02")]
    kept(ledger, *(used(one.model, service=one, host_cost_pico=PICO_OF_THAT) for one in dated))

    assert spent(ledger, "model=x-1") == 2 * ONE


def test_a_scope_that_nobody_ever_used_costs_nothing_and_is_said_to_be_unknown(ledger: Ledger) -> None:
    kept(ledger, used("one"))
    seen, unseen = stand(ledger, limit(scope="model=model-a"), limit(scope="model=model-z"))

    assert (seen.spent, seen.scope_known) == (ONE, True)
    assert (unseen.spent, unseen.scope_known, str(unseen.state)) == (Decimal(0), False, "ok")


def test_what_a_plan_pays_counts_only_where_asked(ledger: Ledger) -> None:
    kept(ledger, used("one"))
    counts = [limit("daily"), limit("weekly", count="api_equivalent")]

    assert [one.spent for one in stand(ledger, *counts, plans=["agent-one"])] == [0, ONE]


def test_the_forecast_of_a_month_uses_the_seven_days_before(ledger: Ledger) -> None:
    kept(ledger, used("today"), *(used(str(day), f"2026-10-{day}T08:00:00+00:00") for day in (20, 25, 31)))
    [one] = stand(ledger, limit("monthly"))

    # 2 of the 7 days from 25 October had usage; half of today and 29 days are to come.
    assert one.forecast == round(ONE + 2 * ONE / 7 * Decimal("29.5"), 12)


def test_there_is_no_forecast_on_the_first_day(ledger: Ledger) -> None:
    kept(ledger, used("today"))

    assert stand(ledger, limit("monthly"))[0].forecast is None


# For all usage, in any zone


names = st.sampled_from(["", "a", "b"])
events = st.builds(
    lambda number, at, model, source, cwd, skill, agent: event(
        str(number),
        at,
        service=SERVICE._replace(model=model),
        origin=ORIGIN._replace(source=source, cwd=cwd, skill=skill, agent=agent),
    ),
    st.integers(),
    st.integers(-40 * 96, 96).map(lambda quarters: NOW_MS + quarters * BUCKET_MS),
    st.sampled_from(["model-a", "model-b", "unlisted"]),
    st.sampled_from(["agent-one", "agent-two"]),
    st.sampled_from(["/w/shop", "/w/blog", ""]),
    names,
    names,
)
VALUES = {
    "provider": ["vendor-a", "vendor-b", "nobody"],
    "model": ["model-a", "Model-B", "unlisted"],
    "project": ["shop", "blog"],
    "source": ["agent-one", "agent-two"],
    "skill": ["a", "c"],
    "agent": ["a", "b"],
}
scopes = st.one_of(
    st.just("all"),
    st.sampled_from(SCOPE_KINDS).flatmap(
        lambda kind: st.sampled_from([f"{kind}={value}" for value in VALUES[kind]])
    ),
)
budgets = st.lists(
    st.builds(
        limit,
        st.sampled_from(["daily", "weekly", "monthly"]),
        scopes,
        count=st.sampled_from(["amount", "api_equivalent"]),
    ),
    min_size=1,
    max_size=4,
    unique_by=lambda budget: budget.id,
)


def matches(one: queries.StoredEvent, budget: Budget) -> bool:
    own = {
        "": "",
        "provider": one.provider,
        "model": one.event.service.model.lower(),
        "project": one.project,
        "source": one.event.origin.source,
        "skill": one.event.origin.skill,
        "agent": one.event.origin.agent,
    }
    wanted = budget.scope_value.lower() if budget.scope_kind == "model" else budget.scope_value
    return own[budget.scope_kind] == wanted


@given(st.lists(events, max_size=12), budgets, st.sampled_from(ZONES), st.sampled_from([0, 1, 8, 31]))
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_what_is_spent_is_the_sum_of_the_events_of_the_period_and_scope(
    posted: list[UsageEvent], chosen: list[Budget], zone: str, days_ago: int
) -> None:
    place = find_zone(zone)
    today = day_of(NOW_MS, place.zone)
    day = today - timedelta(days=days_ago)
    with tempfile.TemporaryDirectory() as folder, closing(opened_fast(Path(folder))) as ledger:
        kept(ledger, *posted)
        statuses = stand(ledger, *chosen, zone=zone, day=day, plans=["agent-two"])
        stored = queries.events(ledger, 0, NOW_MS + DAY_MS)

    for status in statuses:
        budget, period = status.budget, period_of(status.budget.period, day, place)
        assert status.period == period
        counted = [
            one
            for one in stored
            if period.first <= day_of(one.event.at_ms, place.zone) <= min(period.last, today)
            and matches(one, budget)
            and (budget.count == "api_equivalent" or one.event.origin.source != "agent-two")
        ]
        dollars = [one.cost_pico for one in counted if one.rate and one.rate.currency == "USD"]
        yuan = [one.cost_pico for one in counted if one.rate and one.rate.currency == "CNY"]
        tokens = sum(one.event.tokens.total for one in counted if one.cost_pico is None)
        is_known = bool(dollars) or not (yuan or tokens)
        assert status.spent == (Decimal(sum(map(int, dollars))).scaleb(-12) if is_known else None)  # type: ignore[arg-type]  # priced
        assert status.unknown.tokens == tokens
        assert status.unknown.other == (
            {"CNY": Decimal(sum(map(int, yuan))).scaleb(-12)} if yuan else {}  # type: ignore[arg-type]  # priced
        )

"""Weeks and months with invented usage, for the goldens and the documents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from datetime import datetime
from zoneinfo import ZoneInfo

from reports.usage_rows import row
from reports.usage_rows import unpriced
from token_tracker.ledger.queries import UsageRow
from token_tracker.model import Tokens
from token_tracker.period import Period
from token_tracker.period import Zone
from token_tracker.period import calendar_month
from token_tracker.period import iso_week
from token_tracker.period import to_ms
from token_tracker.render.style import Style
from token_tracker.reports.figures import Usage
from token_tracker.reports.freshness import Freshness
from token_tracker.reports.spans import GRAIN
from token_tracker.reports.spans import Span
from token_tracker.reports.spans import build_span
from token_tracker.reports.spans import days_and_before
from token_tracker.reports.summary import LookedIn

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
SONNET_KEY = ("anthropic", "claude-sonnet-4-5-20250929", "Claude Sonnet 4.5", "claude-code")
SONNET = row(
    "6.284855",
    key=SONNET_KEY,
    requests=212,
    tokens=Tokens(48_210, 9_412_000, 301_500, 120_000, 88_400, 12_000),
)
CODEX = row(
    "0.8075",
    key=("openai", "gpt-5-codex", "GPT-5 Codex", "codex"),
    requests=57,
    tokens=Tokens(120_000, 1_870_000, 0, 0, 42_000, 30_000),
)
HAIKU = row(
    "0.105",
    key=("anthropic", "claude-haiku-4-5", "Claude Haiku 4.5", "claude-code"),
    requests=40,
    tokens=Tokens(20_000, 400_000, 0, 0, 9_000),
)
GLM = row(
    "8",
    key=("zhipu", "glm-5", "GLM-5", "claude-code"),
    currency="CNY",
    requests=57,
    tokens=Tokens(120_000, 1_870_000, 0, 0, 42_000, 30_000),
)
BILLED = row("8.1", key=SONNET_KEY, basis="billed", requests=180, tokens=Tokens(40_000, output=9_000))
IN_HOUSE = unpriced(key=("", "in-house-coder-7b", "", "claude-code"), tokens=16_200)
Rows = Mapping[str, tuple[UsageRow, ...]]


def six_dollars(day: str) -> Rows:
    return {day: (row("6", key=SONNET_KEY, requests=200, tokens=Tokens(40_000, 8_000_000)),)}


def style(lang: str, now: str = "2026-11-22T23:05:12", zone: ZoneInfo = SHANGHAI) -> Style:
    moment = datetime.fromisoformat(now).replace(tzinfo=zone)
    return Style(lang, "USD", moment, Zone(zone, zone.key))


def span(
    kind: str,
    day: str,
    rows: Rows,
    *,
    now: str = "2026-11-22T23:05:12",
    zone: ZoneInfo = SHANGHAI,
    plans: tuple[str, ...] = (),
    since: str | None = "2026-01-01",
    looked_in: tuple[LookedIn, ...] = (),
) -> tuple[Span, str, ZoneInfo]:
    """Give a report with the moment and the zone that it was made at."""
    holder = {"week": iso_week, "month": calendar_month}[kind]
    period = holder(date.fromisoformat(day), zone, zone.key)
    moment = datetime.fromisoformat(now).replace(tzinfo=zone)
    read = [
        Usage(GRAIN, rows_within(one, rows), frozenset(plans))
        for one in days_and_before(period, moment.date())
    ]
    report = build_span(
        kind,
        period,
        moment.date(),
        read,
        None if since is None else date.fromisoformat(since),
        "USD",
        [] if looked_in else [Freshness("claude-code", "Claude Code", to_ms(moment), 0)],
        [],
        looked_in,
    )
    return report, now, zone


def rows_within(period: Period, rows: Rows) -> tuple[UsageRow, ...]:
    return tuple(
        one
        for day, several in rows.items()
        if period.first <= date.fromisoformat(day) <= period.last
        for one in several
    )


BUSY_WEEK: Rows = {
    **six_dollars("2026-11-04"),
    "2026-11-09": (HAIKU,),
    "2026-11-11": (SONNET,),
    "2026-11-12": (CODEX,),
}
SPANS = {
    "week-busy": span("week", "2026-11-12", BUSY_WEEK),
    "week-zero": span("week", "2026-11-12", six_dollars("2026-11-04")),
    "week-unfinished": span(
        "week",
        "2026-11-20",
        {
            **six_dollars("2026-11-13"),
            **six_dollars("2026-11-14"),
            "2026-11-16": (SONNET, CODEX),
            "2026-11-19": (SONNET, HAIKU),
            "2026-11-20": (HAIKU,),
        },
        now="2026-11-20T10:30:00",
    ),
    "week-53": span(
        "week",
        "2027-01-01",
        {**six_dollars("2026-12-23"), "2026-12-31": (SONNET,), "2027-01-01": (CODEX,)},
        now="2027-01-20T10:30:00",
    ),
    "week-currencies": span(
        "week", "2026-11-12", {**six_dollars("2026-11-04"), "2026-11-10": (SONNET,), "2026-11-11": (GLM,)}
    ),
    "week-bases": span("week", "2026-11-12", {**six_dollars("2026-11-04"), "2026-11-10": (SONNET, BILLED)}),
    "week-plan": span(
        "week",
        "2026-11-12",
        {**six_dollars("2026-11-04"), "2026-11-10": (SONNET,), "2026-11-11": (HAIKU,)},
        plans=("claude-code",),
    ),
    "week-plan-and-api": span(
        "week", "2026-11-12", {"2026-11-10": (SONNET,), "2026-11-11": (CODEX,)}, plans=("claude-code",)
    ),
    "week-unpriced": span(
        "week", "2026-11-12", {**six_dollars("2026-11-04"), "2026-11-10": (CODEX, IN_HOUSE)}
    ),
    "week-nothing-found": span(
        "week",
        "2026-11-20",
        {},
        since=None,
        looked_in=(LookedIn("claude-code", "Claude Code", "/home/li/.claude/projects", 30),),
    ),
    "month-dst": span(
        "month",
        "2026-03-10",
        {**six_dollars("2026-02-11"), "2026-03-02": (SONNET,), "2026-03-29": (HAIKU, CODEX)},
        now="2026-04-02T08:00:00",
        zone=BERLIN,
    ),
    "month-unfinished": span(
        "month",
        "2026-11-03",
        {**six_dollars("2026-10-22"), **six_dollars("2026-10-23"), "2026-11-02": (SONNET, SONNET)},
    ),
    "month-28-days": span(
        "month", "2026-02-03", {**six_dollars("2026-01-30"), "2026-02-28": (SONNET,)}, since="2026-01-30"
    ),
}

"""`report` and `session` with invented usage, for the goldens and the documents."""

from __future__ import annotations

from datetime import date
from datetime import datetime

from reports.usage_rows import row
from token_tracker.ledger.queries import UsageRow
from token_tracker.period import Period
from token_tracker.period import calendar_month
from token_tracker.period import iso_week
from token_tracker.period import to_ms
from token_tracker.reports import overview as overviews
from token_tracker.reports import session as sessions
from token_tracker.reports.figures import Usage
from token_tracker.reports.freshness import Freshness
from token_tracker.reports.session import Rule
from token_tracker.reports.summary import LookedIn

from .span_reports import CODEX
from .span_reports import GLM
from .span_reports import HAIKU
from .span_reports import IN_HOUSE
from .span_reports import SHANGHAI
from .span_reports import SONNET
from .span_reports import Rows
from .span_reports import rows_within

NOW = datetime(2026, 11, 22, 23, 5, 12, tzinfo=SHANGHAI)
TODAY = NOW.date()
NOWHERE = (
    LookedIn("claude-code", "Claude Code", "/home/li/.claude/projects", 30),
    LookedIn("claude-code", "Claude Code", "/home/li/.config/claude/projects", 30),
    LookedIn("codex", "Codex", "/home/li/.codex/sessions", None),
    LookedIn("gemini-cli", "Gemini CLI", "/home/li/.gemini", 30),
)
READ = [Freshness("claude-code", "Claude Code", to_ms(NOW), 0), Freshness("codex", "Codex", to_ms(NOW), 0)]
NAMES = {"/w/shop": "shop-api", "/w/blog": "blog"}
ONE = "0b5ec1a0-0000-4000-8000-000000000001"
TWO = "7c02d9be-0000-4000-8000-000000000002"
WEEK = iso_week(date(2026, 11, 12), SHANGHAI, "Asia/Shanghai")
MONTH = calendar_month(TODAY, SHANGHAI, "Asia/Shanghai")
EVER = Period(date(2025, 8, 3), TODAY, SHANGHAI, "Asia/Shanghai")
DAY = Period(TODAY, TODAY, SHANGHAI, "Asia/Shanghai")
YESTERDAY = DAY._replace(first=date(2026, 11, 21), last=date(2026, 11, 21))


def of(one: UsageRow, session: str, project: str = "/w/shop") -> UsageRow:
    """Give a row of a week to a session and a project."""
    return one._replace(key=(*one.key, project, session))


def overview(
    period: Period,
    rows: Rows,
    *,
    is_all: bool = False,
    plans: tuple[str, ...] = (),
    since: str | None = "2026-01-01",
    looked_in: tuple[LookedIn, ...] = (),
) -> overviews.Overview:
    """Give the report of a period."""
    read = [
        Usage(overviews.GRAIN, rows_within(one, rows), frozenset(plans))
        for one in overviews.overview_periods(period, TODAY, is_all=is_all)
    ]
    first = None if since is None else date.fromisoformat(since)
    freshness = [] if looked_in else READ
    return overviews.build_overview(period, TODAY, read, first, "USD", NAMES, freshness, [], looked_in)


def in_session(
    one: UsageRow, *, branch: str = "main", initiator: str = "", project: str = "/w/shop"
) -> UsageRow:
    """Give a row of a week to a branch, an initiator and a project."""
    return one._replace(key=(*one.key, project, branch, initiator))


def session(
    *rows: UsageRow,
    name: str = ONE,
    rule: Rule = Rule.HOST,
    active: tuple[str, str] | None = ("2026-11-22T09:12:40", "2026-11-22T23:04:02"),
    context: sessions.Context | None = None,
    plans: tuple[str, ...] = (),
    looked_in: tuple[LookedIn, ...] = (),
    parents: tuple[str, ...] = (),
    driver: str = "",
) -> sessions.SessionReport:
    """Give the report of a session."""
    moments = [datetime.fromisoformat(text).replace(tzinfo=SHANGHAI) for text in active or ()]
    days = [moment.date() for moment in moments] or [TODAY, TODAY]
    return sessions.build_session(
        name,
        rule,
        Period(days[0], days[1], SHANGHAI, "Asia/Shanghai"),
        (to_ms(moments[0]), to_ms(moments[1])) if moments else None,
        Usage(sessions.GRAIN, rows, frozenset(plans)),
        context,
        NAMES,
        [] if looked_in else READ,
        [],
        looked_in,
        parents,
        driver,
    )


BUSY: Rows = {
    "2026-11-04": (of(row("6", key=SONNET.key, requests=200), "older"),),
    "2026-11-10": (of(SONNET, ONE), of(HAIKU, TWO, "/w/blog")),
    "2026-11-11": (of(CODEX, "rollout 7", ""), of(HAIKU, "")),
}
OVERVIEWS = {
    "report-busy": overview(WEEK, BUSY),
    "report-unfinished": overview(MONTH, {"2026-10-22": (of(HAIKU, ONE),), "2026-11-02": (of(SONNET, ONE),)}),
    "report-all": overview(EVER, BUSY, is_all=True, since="2025-08-03"),
    "report-today": overview(DAY, {"2026-11-21": (of(HAIKU, ONE),), "2026-11-22": (of(SONNET, ONE),)}),
    "report-yesterday-zero": overview(YESTERDAY, {}),
    "report-plan": overview(WEEK, BUSY, plans=("claude-code", "codex")),
    "report-currencies": overview(WEEK, {"2026-11-10": (of(SONNET, ONE), of(GLM, TWO))}),
    "report-unpriced": overview(
        WEEK,
        {
            "2026-11-10": (
                of(CODEX, ONE),
                of(IN_HOUSE, TWO),
            )
        },
    ),
    "report-nothing-found": overview(MONTH, {}, since=None, looked_in=NOWHERE),
}
SESSIONS = {
    "session-current": session(
        in_session(SONNET),
        in_session(HAIKU, branch="feature/cart", initiator="agent"),
        context=sessions.Context(142_310, "claude-sonnet-4-5-20250929", None),
    ),
    "session-nearly-full": session(
        in_session(SONNET), context=sessions.Context(851_000, "claude-sonnet-4-5[1m]", 1_000_000)
    ),
    "session-by-id": session(
        in_session(SONNET, branch="", project=""),
        rule=Rule.ID,
        active=("2025-12-31T23:58:00", "2026-01-01T00:10:00"),
    ),
    "session-of-project": session(
        in_session(HAIKU), rule=Rule.PROJECT, active=("2026-11-22T09:12:40", "2026-11-22T09:12:50")
    ),
    "session-latest": session(in_session(CODEX), rule=Rule.LATEST),
    "session-two-sources": session(in_session(SONNET), in_session(CODEX), rule=Rule.ID),
    "session-plan": session(in_session(SONNET), in_session(HAIKU, initiator="agent"), plans=("claude-code",)),
    "session-not-logged-yet": session(active=None),
    "session-nothing-found": session(name="", rule=Rule.LATEST, active=None, looked_in=NOWHERE),
}

"""Tables with invented usage, for the goldens and the documents."""

from __future__ import annotations

from datetime import date
from datetime import datetime
from zoneinfo import ZoneInfo

from token_tracker.ledger.queries import UsageRow
from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.model import Tokens
from token_tracker.period import Period
from token_tracker.period import to_ms
from token_tracker.render.table_layout import Shown
from token_tracker.reports.figures import Usage
from token_tracker.reports.tables import GRAIN
from token_tracker.reports.tables import SESSION_GRAIN
from token_tracker.reports.tables import About
from token_tracker.reports.tables import Activity
from token_tracker.reports.tables import SessionTable
from token_tracker.reports.tables import Step
from token_tracker.reports.tables import TimeTable
from token_tracker.reports.tables import build_session_table
from token_tracker.reports.tables import build_time_table
from token_tracker.reports.tables import steps_of

from .reports import NOTHING_EVER
from .reports import READ_NOW
from .reports import SHANGHAI
from .reports import TODAY
from .reports import WEEK

NEW_YORK = ZoneInfo("America/New_York")
PROJECTS = {"/home/li/shop-api": "shop-api", "/home/li/博客": "博客", "": ""}
SONNET = ("anthropic", "claude-sonnet-4-5-20250929", "Claude Sonnet 4.5", "claude-code")
HAIKU = ("anthropic", "claude-haiku-4-5", "Claude Haiku 4.5", "claude-code")
CODEX = ("openai", "gpt-5-codex", "GPT-5 Codex", "codex")
GLM = ("zhipu", "glm-5", "GLM-5", "opencode")
IN_HOUSE = ("", "in-house-coder-7b", "", "claude-code")
UNNAMED = ("", "", "", "claude-code")

SONNET_TOKENS = Tokens(48_210, 9_412_000, 301_500, 120_000, 88_400, 12_000)
CODEX_TOKENS = Tokens(120_000, 1_900_000, 0, 0, 42_000, 30_000)
HAIKU_TOKENS = Tokens(20_000, 400_000, 0, 0, 9_000)


def used(
    who: tuple[str, ...], requests: int, tokens: Tokens, micro: int, kind: tuple[str, str], *more: str
) -> UsageRow:
    """Give a row; `micro`: millionths of the currency of `kind`, `more`: project and session."""
    return UsageRow((*who, *more), *kind, requests, tokens, 0, micro * 10**6)


DOLLARS, YUAN = ("USD", "computed"), ("CNY", "computed")
BILLED, REPORTED = ("USD", "billed"), ("USD", "reported")
UNPRICED = ("", "unpriced")

WORK = {
    date(2026, 11, 16): [
        used(SONNET, 212, SONNET_TOKENS, 6_284_855, DOLLARS, "/home/li/shop-api"),
        used(CODEX, 57, CODEX_TOKENS, 807_500, DOLLARS, "/home/li/shop-api"),
        used(HAIKU, 40, HAIKU_TOKENS, 105_000, DOLLARS, "/home/li/博客"),
    ],
    date(2026, 11, 18): [used(HAIKU, 40, HAIKU_TOKENS, 105_000, DOLLARS, "/home/li/博客")],
    date(2026, 11, 22): [
        used(SONNET, 3, Tokens(900, 30_000, 0, 0, 700), 22_200, DOLLARS, "/home/li/shop-api"),
        used(SONNET, 1, Tokens(800, 0, 0, 0, 100), 3_900, DOLLARS, ""),
    ],
}
MIXED = {
    date(2026, 11, 17): [
        used(SONNET, 10, Tokens(40_000, 900_000, 0, 0, 12_000), 8_100_000, BILLED),
        used(CODEX, 57, CODEX_TOKENS, 807_500, DOLLARS),
    ],
    date(2026, 11, 18): [used(GLM, 20, Tokens(1_000_000, 0, 0, 0, 285_714), 8_000_000, YUAN)],
    date(2026, 11, 19): [used(IN_HOUSE, 4, Tokens(15_000, 0, 0, 0, 1_200), 0, UNPRICED)],
    date(2026, 11, 20): [
        used(SONNET, 212, SONNET_TOKENS, 6_284_855, DOLLARS),
        used(UNNAMED, 1, Tokens(0, 0, 0, 0, 1), 0, UNPRICED),
        used(GLM, 1, Tokens(800, 0, 0, 0, 100), 4_600, ("USD", "reported")),
    ],
}
ABOUT = About([READ_NOW], [])


def time_table(
    step: Step,
    period: Period,
    work: dict[date, list[UsageRow]],
    about: About = ABOUT,
    *,
    by_project: bool = False,
    newest_first: bool = False,
    plans: frozenset[str] = frozenset(),
) -> TimeTable:
    by = (*GRAIN, "project") if by_project else GRAIN
    usage = [
        (
            one,
            Usage(
                by,
                tuple(row for day, rows in work.items() if one.first <= day <= one.last for row in rows),
                plans,
            ),
        )
        for one in steps_of(period, step)
    ]
    return build_time_table(
        step, period, usage, about, newest_first=newest_first, project_names=PROJECTS if by_project else None
    )


def ms(day: int, hour: int, minute: int = 0, second: int = 0) -> int:
    """Give a moment of November 2026 in UTC milliseconds."""
    return to_ms(datetime(2026, 11, day, hour, minute, second, tzinfo=SHANGHAI))


SESSIONS = {
    "0b5ec1a0-0099-4000-8000-000000000001": (
        [
            used(SONNET, 212, SONNET_TOKENS, 6_284_855, DOLLARS, "/home/li/shop-api"),
            used(HAIKU, 40, HAIKU_TOKENS, 105_000, DOLLARS, "/home/li/博客"),
        ],
        Activity(ms(16, 9, 2), ms(22, 22, 58, 31)),
    ),
    "7c2f19d4-0099-4000-8000-000000000002": (
        [used(CODEX, 57, CODEX_TOKENS, 807_500, DOLLARS, "")],
        Activity(ms(17, 0, 0), ms(17, 0, 0)),
    ),
    "": (
        [used(IN_HOUSE, 4, Tokens(15_000, 0, 0, 0, 1_200), 0, UNPRICED, "/home/li/博客")],
        Activity(ms(18, 12, 30), ms(18, 13, 0)),
    ),
}


def session_table(*names: str, newest_first: bool = False) -> SessionTable:
    rows = [row._replace(key=(*row.key, name)) for name in names for row in SESSIONS[name][0]]
    activity = {(str(row.key[3]), str(row.key[5])): SESSIONS[str(row.key[5])][1] for row in rows}
    return build_session_table(
        WEEK, Usage(SESSION_GRAIN, tuple(rows)), activity, PROJECTS, ABOUT, newest_first=newest_first
    )


MARCH = Period(date(2026, 2, 27), date(2026, 3, 31), NEW_YORK, "America/New_York")
SPRING = {
    date(2026, 2, 28): [used(HAIKU, 40, HAIKU_TOKENS, 105_000, DOLLARS)],
    date(2026, 3, 7): [used(CODEX, 57, CODEX_TOKENS, 807_500, DOLLARS)],
    date(2026, 3, 8): [used(SONNET, 212, SONNET_TOKENS, 6_284_855, DOLLARS)],
    date(2026, 3, 9): [used(HAIKU, 40, HAIKU_TOKENS, 105_000, DOLLARS)],
}
YEAR_END = Period(date(2020, 12, 23), date(2021, 1, 5), SHANGHAI, "Asia/Shanghai")
NEW_YEAR = {
    date(2020, 12, 27): [used(HAIKU, 40, HAIKU_TOKENS, 105_000, DOLLARS)],
    date(2020, 12, 31): [used(SONNET, 212, SONNET_TOKENS, 6_284_855, DOLLARS)],
    date(2021, 1, 3): [used(CODEX, 57, CODEX_TOKENS, 807_500, DOLLARS)],
    date(2021, 1, 4): [used(HAIKU, 40, HAIKU_TOKENS, 105_000, DOLLARS)],
}
PLAN = frozenset({"claude-code"})
SKIPPED = About([READ_NOW], [Problem("ledger-read-only", Severity.NOTE)])

TABLES: dict[str, tuple[str, Shown]] = {
    "busy": ("daily", Shown(time_table(Step.DAY, WEEK, WORK))),
    "busy-newest-first": ("daily", Shown(time_table(Step.DAY, WEEK, WORK, newest_first=True))),
    "breakdown": ("daily", Shown(time_table(Step.DAY, WEEK, WORK), models=True)),
    "compact": ("daily", Shown(time_table(Step.DAY, WEEK, WORK), compact=True)),
    "narrow": ("daily", Shown(time_table(Step.DAY, WEEK, WORK, SKIPPED), width=40)),
    "no-cost": ("daily", Shown(time_table(Step.DAY, WEEK, WORK), with_cost=False)),
    "instances": ("daily", Shown(time_table(Step.DAY, WEEK, WORK, by_project=True))),
    "instances-breakdown": (
        "daily",
        Shown(time_table(Step.DAY, WEEK, WORK, by_project=True), models=True, compact=True),
    ),
    "mixed": ("daily", Shown(time_table(Step.DAY, WEEK, MIXED), models=True)),
    "plan": ("daily", Shown(time_table(Step.DAY, WEEK, MIXED, plans=PLAN))),
    "zero": ("daily", Shown(time_table(Step.DAY, WEEK, {}))),
    "zero-no-cost": ("daily", Shown(time_table(Step.DAY, WEEK, {}), with_cost=False)),
    "nothing-ever": (
        "daily",
        Shown(time_table(Step.DAY, TODAY, {}, About([], [], NOTHING_EVER.looked_in))),
    ),
    "weeks": ("weekly", Shown(time_table(Step.WEEK, WEEK, WORK))),
    "week-53": ("weekly", Shown(time_table(Step.WEEK, YEAR_END, NEW_YEAR))),
    "days-of-week-53": ("daily", Shown(time_table(Step.DAY, YEAR_END, NEW_YEAR), compact=True)),
    "summer-time": ("monthly", Shown(time_table(Step.MONTH, MARCH, SPRING), models=True)),
    "days-of-summer-time": ("daily", Shown(time_table(Step.DAY, MARCH, SPRING))),
    "sessions": ("sessions", Shown(session_table(*SESSIONS))),
    "sessions-breakdown": (
        "sessions",
        Shown(session_table(*SESSIONS, newest_first=True), models=True, compact=True),
    ),
    "sessions-narrow": ("sessions", Shown(session_table(*SESSIONS), width=50)),
    "sessions-zero": ("sessions", Shown(session_table())),
}
"""By name: the command and what it shows."""

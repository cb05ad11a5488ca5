"""What every text says of time: how a period is called, and how old the data is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from datetime import timedelta
from typing import Final

from token_tracker.model import Problem
from token_tracker.period import Period
from token_tracker.period import calendar_month
from token_tracker.period import to_ms
from token_tracker.render.en import messages as en
from token_tracker.render.format import clean_line
from token_tracker.render.format import clock_time
from token_tracker.render.format import full_day
from token_tracker.render.format import month
from token_tracker.render.format import short_day
from token_tracker.render.format import weekday
from token_tracker.render.problems import problem_text
from token_tracker.render.style import Style
from token_tracker.reports.freshness import Freshness

TOLD_PROBLEMS: Final = 3
TOLD_ELSEWHERE: Final = ("model-unpriced",)
_MINUTE_MS: Final = 60_000


def called(period: Period, style: Style) -> str:
    """Call a period as people do: "Today (Nov 22)", "Nov 16–22 (7 days)", "November 2026"."""
    today = style.now.astimezone(period.zone).date()
    same_year = period.first.year == period.last.year == today.year
    day_words = short_day if same_year else full_day
    last = day_words(period.last, style.lang)
    if period.days == 1:
        if period.first == today:
            return style.say(en.today, day=last)
        if period.first == today - timedelta(days=1):
            return style.say(en.yesterday, day=last)
        return style.say(en.on_day, day=last, weekday=weekday(period.last, style.lang))
    if period == calendar_month(period.first, period.zone, period.zone_name):
        return style.say(en.whole_month, month=month(period.first, style.lang))
    same_month = same_year and period.first.month == period.last.month
    return style.say(
        en.span,
        first=day_words(period.first, style.lang),
        last=last,
        last_in_month=str(period.last.day) if same_month else "",
        days=period.days,
    )


def data_line(
    period: Period, freshness: Sequence[Freshness] | None, problems: Sequence[Problem], style: Style
) -> str:
    """Say in one line what the figures rest on: period, zone, sources, their age, what is missing.

    `freshness`: None where the report does not tell.
    """
    first, last = full_day(period.first, style.lang), full_day(period.last, style.lang)
    now = style.now.astimezone(period.zone)
    skipped = [
        style.say(en.lines_skipped, name=one.name, lines=one.problems)
        for one in freshness or ()
        if one.problems
    ]
    told = [problem_text(one, style.lang).what for one in problems if one.code not in TOLD_ELSEWHERE]
    sentences = [*skipped, *told]
    return style.say(
        en.data_line,
        period=first if period.days == 1 else style.say(en.span_in_full, first=first, last=last),
        zone=clean_line(period.zone_name),
        sources=[] if freshness is None else _read(freshness, now, style) or [style.say(en.nothing_read)],
        problems=sentences[:TOLD_PROBLEMS],
        more=len(sentences[TOLD_PROBLEMS:]),
    )


def _read(freshness: Sequence[Freshness], now: datetime, style: Style) -> list[str]:
    """Say when the sources were read, those of one time together."""
    at: dict[tuple[int, str] | None, list[str]] = {}
    bills: dict[tuple[int, str] | None, list[str]] = {}
    for one in freshness:
        (bills if one.is_provider else at).setdefault(_age(one, now, style), []).append(one.name)
    said = []
    for age, names in at.items():
        if age is None:
            said.append(style.say(en.never_read, names=names))
        elif age[0] < 1:
            said.append(style.say(en.read_now, names=names, time=age[1]))
        else:
            said.append(style.say(en.read_ago, names=names, time=age[1], minutes=age[0]))
    for age, names in bills.items():
        if age is not None:
            said.append(style.say(en.bills_fetched, names=names, time=age[1], minutes=age[0]))
    return said


def _age(one: Freshness, now: datetime, style: Style) -> tuple[int, str] | None:
    """Give how many minutes ago a source was read, and when; None for never."""
    if one.read_at_ms is None:
        return None
    time = clock_time(datetime.fromtimestamp(one.read_at_ms // 1000, now.tzinfo), now, style.lang)
    return max(0, (to_ms(now) - one.read_at_ms) // _MINUTE_MS), time

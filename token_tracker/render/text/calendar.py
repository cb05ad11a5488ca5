"""How texts call weeks and months, and how they compare one with the time before it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from token_tracker.period import Period
from token_tracker.period import calendar_month
from token_tracker.period import iso_week
from token_tracker.render.en import spans as en
from token_tracker.render.format import full_day
from token_tracker.render.format import month
from token_tracker.render.format import percent
from token_tracker.render.format import short_day
from token_tracker.render.format import weekday
from token_tracker.render.style import Style
from token_tracker.render.text.costs import Write
from token_tracker.render.text.costs import plan_amount_of
from token_tracker.render.text.costs import row_cost
from token_tracker.render.text.summary import times
from token_tracker.render.text.when import called
from token_tracker.reports.change import Change
from token_tracker.reports.change import Previous
from token_tracker.reports.change import days_so_far
from token_tracker.reports.figures import Cost


def called_span(period: Period, style: Style) -> str:
    """Call a whole week or month: "This week so far (Nov 16–20)", "2026年9月"; else as `called` does."""
    today = style.now.astimezone(period.zone).date()
    days = between(days_so_far(period, today), style)
    is_now = period.first <= today <= period.last
    if period == iso_week(period.first, period.zone, period.zone_name):
        if is_now:
            return style.say(en.this_week, days=days)
        if period.last < today <= period.last + timedelta(days=7):
            return style.say(en.last_week, days=days)
        year, number, _ = period.first.isocalendar()
        return style.say(en.any_week, year=year, number=number, days=days)
    if period == calendar_month(period.first, period.zone, period.zone_name):
        if is_now:
            return style.say(en.this_month, days=days)
        following = calendar_month(period.last + timedelta(days=1), period.zone, period.zone_name)
        if following.first <= today <= following.last:
            return style.say(en.last_month, month=month(period.first, style.lang))
    return called(period, style)


def between(period: Period, style: Style) -> str:
    """Write the days of a period: "Nov 9–15"; with the year where it is not this one."""
    today = style.now.astimezone(period.zone).date()
    is_this_year = period.first.year == period.last.year == today.year
    day_words = short_day if is_this_year else full_day
    first, last = day_words(period.first, style.lang), day_words(period.last, style.lang)
    if period.days == 1:
        return first
    is_one_month = is_this_year and period.first.month == period.last.month
    return style.say(
        en.days_between, first=first, last=last, last_in_month=str(period.last.day) if is_one_month else ""
    )


def day_in_row(period: Period, style: Style) -> str:
    """Call one day of a span: "Mon, Nov 9"; with the year where it is not this one."""
    name = weekday(period.first, style.lang)
    return style.say(en.day, weekday=name, day=between(period, style))


def known_amount(cost: Cost, style: Style, write: Write) -> str:
    """Write what something cost; where only a plan paid, what it is worth at list price."""
    if not cost.amounts and cost.api_equivalent:
        return style.say(en.worth, amount=plan_amount_of(cost, style, write))
    return row_cost(replace(cost, api_equivalent={}), style, write)


def against(previous: Previous | None, style: Style, write: Write) -> list[str]:
    """Compare with the time before: one sentence, or none where nothing is known of it."""
    if previous is None:
        return []
    change, cost = previous.change, previous.figures.cost
    nothing = not cost.amounts and not cost.api_equivalent and not cost.unpriced_tokens
    before = _before(previous, "" if nothing else known_amount(cost, style, write), style)
    if nothing:
        return [style.say(en.compared_with_nothing, before=before)]
    return [compared(change, before, style)]


def compared(change: Change | None, before: str, style: Style) -> str:
    """Say how much more or less it is than `before`, which names its amount."""
    if change is None or change.ratio is None:
        return style.say(en.not_comparable, before=before)
    if change.ratio >= 1:
        return style.say(en.compared_times, before=before, times=times(change.ratio + 1))
    by = percent(abs(change.ratio))
    if by == "0%":
        return style.say(en.compared_equal, before=before)
    return style.say(en.compared, before=before, by=by, is_more=change.ratio > 0)


def _before(previous: Previous, amount: str, style: Style) -> str:
    """Name the time before with its days and what it cost."""
    period = previous.period
    days = between(period, style)
    if previous.of == "week":
        whole = en.same_days_of_week_before if previous.is_part else en.week_before
        return style.say(whole, days=days, amount=amount)
    if previous.of == "month":
        whole = en.same_days_of_month_before if previous.is_part else en.month_before
        return style.say(whole, days=days, amount=amount)
    if period.days == 1:
        return style.say(en.day_before, days=days, amount=amount)
    return style.say(en.days_before, count=period.days, days=days, amount=amount)

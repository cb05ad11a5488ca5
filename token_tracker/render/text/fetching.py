"""What a fetch brought, as text: a line for each provider, and why one has none."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from token_tracker.render.en import fetching as en
from token_tracker.render.errors import error_text
from token_tracker.render.format import clean_line
from token_tracker.render.format import full_day
from token_tracker.render.format import money
from token_tracker.render.style import Style
from token_tracker.reports.fetching import Fetched
from token_tracker.reports.fetching import FetchedProvider


def fetched(report: Fetched, style: Style) -> str:
    """Say what came from each provider, and what did not and why."""
    count, failed = len(report.providers), len(report.failed)
    came = sum(one.state != "failed" for one in report.providers)
    if not failed:
        first = style.say(en.all_fetched, count=count)
    elif came:
        first = style.say(en.some_fetched, count=count, came=came)
    else:
        first = style.say(en.none_fetched, count=count)
    return "\n".join([first, "", *(line for one in report.providers for line in _lines(one, style))])


def _lines(one: FetchedProvider, style: Style) -> list[str]:
    lines = [f"- {_came(one, style)}"] if one.error is None or one.days else []
    lines += [
        f"  - {style.say(en.restated, day=full_day(day.day, style.lang), by=_amounts(day.by, style, '+'))}"
        for day in one.restated
    ]
    if one.error is not None:
        text = error_text(one.error, style.lang)
        lines.append(
            f"- {style.say(en.failed, name=clean_line(one.name), what=text.what, why=text.why, fix=text.fix)}"
        )
    return lines


def _came(one: FetchedProvider, style: Style) -> str:
    name = clean_line(one.name)
    if one.is_recent:
        return style.say(en.recent, name=name)
    if one.first is None or one.last is None:
        left = {balance.currency: balance.total for balance in one.balances}
        if left:
            return style.say(en.left_of, name=name, amounts=_amounts(left, style))
        spent = {month.currency: month.amount for month in one.spent if month.window == "month"}
        if spent and not one.quotas:
            return style.say(en.spent_of, name=name, amounts=_amounts(spent, style))
        return style.say(en.quota_of, name=name)
    if not one.days:
        return style.say(en.no_day_of, name=name)
    return style.say(
        en.bill_of,
        name=name,
        first=full_day(one.first, style.lang),
        last=full_day(one.last, style.lang),
        days=one.days,
        is_open=one.is_open,
        amount=_amounts(one.billed or {style.currency: Decimal(0)}, style),
    )


def _amounts(amounts: Mapping[str, Decimal], style: Style, sign: str = "") -> str:
    return style.say(
        en.listed,
        parts=[
            f"{sign if amount > 0 else ''}{money(amount, currency, style.lang)}"
            for currency, amount in sorted(amounts.items())
        ],
    )

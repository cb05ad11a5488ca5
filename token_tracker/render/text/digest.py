"""The short reports that a session start delivers: at most 120 tokens of our own words.

Nothing here prints a name from a log or a person: models have the names of the shipped price
card, budgets those of what we know, projects and sessions are not named at all.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping
from decimal import Decimal
from decimal import localcontext
from typing import Final

from token_tracker.model import CostBasis
from token_tracker.period import Period
from token_tracker.render.en import digest as en
from token_tracker.render.en import messages as messages_en
from token_tracker.render.en import spans as spans_en
from token_tracker.render.format import decimals_of
from token_tracker.render.format import decimals_that_add_up
from token_tracker.render.format import exact_money
from token_tracker.render.format import money
from token_tracker.render.format import month
from token_tracker.render.format import short_day
from token_tracker.render.format import tokens
from token_tracker.render.known_names import are_currencies
from token_tracker.render.known_names import known_currency
from token_tracker.render.known_names import known_model
from token_tracker.render.known_names import known_scope
from token_tracker.render.problems import problem_text
from token_tracker.render.style import Style
from token_tracker.render.text.calendar import against
from token_tracker.render.text.calendar import between
from token_tracker.render.text.calendar import called_span
from token_tracker.render.text.calendar import compared
from token_tracker.render.text.calendar import day_in_row
from token_tracker.render.text.calendar import known_amount
from token_tracker.render.text.costs import ESTIMATED
from token_tracker.render.text.costs import PART
from token_tracker.render.text.costs import Write
from token_tracker.render.text.costs import converted_items
from token_tracker.render.text.costs import parts_of
from token_tracker.render.text.summary import answer
from token_tracker.render.text.summary import bulleted
from token_tracker.render.text.when import called
from token_tracker.reports.change import days_so_far
from token_tracker.reports.change import kind_of
from token_tracker.reports.digest import Correction
from token_tracker.reports.digest import Digest
from token_tracker.reports.figures import EXACT_DIGITS
from token_tracker.reports.figures import Cost

MOST_TOKENS: Final = 120
MOST_CORRECTIONS: Final = 3
_PIECES: Final = re.compile(r"[A-Za-z]+|[0-9]+|\n|[^\S\n]+|.")
_ALONE: Final[Mapping[str, Callable[..., str]]] = {
    CostBasis.BILLED: en.billed,
    CostBasis.REPORTED: en.reported,
    CostBasis.COMPUTED: en.computed,
    ESTIMATED: en.estimated,
    CostBasis.INFERRED: en.inferred,
}


def digest(report: Digest, style: Style, most_tokens: int = MOST_TOKENS) -> str:
    """Write a short report: the answer, and of what else there is the most important that fits."""
    write = _of_known_currencies(style)
    items = [
        (0, [style.say(en.may_be_too_low)] if report.may_be_too_low else []),
        (3, _converted(report, style)),
        (4, _against(report, style, write)),
        (6, _top_day(report, style, write)),
        (5, _top_model(report, style, write)),
        (2, _budgets(report, style)),
        (1, [_corrected(one, style) for one in report.corrections[:MOST_CORRECTIONS]]),
        (7, _not_converted(report, style)),
    ]
    first = _answer(report, style, write)
    ranked = [(rank, line) for rank, lines in items for line in bulleted(lines)]
    left = most_tokens - estimated_tokens(first)
    kept = set()
    for at in sorted(range(len(ranked)), key=lambda at: ranked[at][0]):
        needed = estimated_tokens(f"\n{ranked[at][1]}")
        if needed <= left:
            kept.add(at)
            left -= needed
    return "\n".join([first, *(line for at, (_, line) in enumerate(ranked) if at in kept)])


def estimated_tokens(text: str) -> int:
    """Estimate, rather too high, how many tokens a model reads a text as.

    A word counts one for each five letters begun, a number one for each three digits begun,
    every other sign and every Chinese character one; spaces belong to what follows.

    >>> estimated_tokens("Today: $12.34"), estimated_tokens("今天花了 $5")
    (6, 6)
    """
    count = 0
    for piece in _PIECES.findall(text):
        if piece[0].isascii() and piece[0].isalpha():
            count += -(-len(piece) // 5)
        elif piece[0].isascii() and piece[0].isdigit():
            count += -(-len(piece) // 3)
        elif piece == "\n" or not piece.isspace():
            count += 1
    return count


def _answer(report: Digest, style: Style, write: Write) -> str:
    when = _when(report, style)
    if report.nothing_ever:
        return style.say(messages_en.nothing_found, when=when)
    figures = report.figures
    said = answer(when, figures, style, write, _amount(figures.cost, style, write))
    if estimated_tokens(said) > MOST_TOKENS:
        said = answer(when, figures, style, write)
    if estimated_tokens(said) > MOST_TOKENS:
        count = tokens(figures.tokens.total, style.lang)
        return style.say(
            en.many_amounts,
            when=when,
            currencies=len({*figures.cost.amounts, *figures.cost.api_equivalent}),
            tokens=count,
            requests=figures.requests,
        )
    return said


def _when(report: Digest, style: Style) -> str:
    if report.is_over:
        return called_span(report.period, style)
    now = style.now.astimezone(report.period.zone)
    time = f"{now:%H:%M}"
    if report.kind == "daily":
        return style.say(en.today_until, time=time, day=between(report.period, style))
    days = between(days_so_far(report.period, now.date()), style)
    until = en.week_until if report.kind == "weekly" else en.month_until
    return style.say(until, time=time, days=days)


def _of_known_currencies(style: Style) -> Write:
    """Write amounts to the cent, with no currency that anybody has made up."""
    return lambda amount, currency: money(amount, known_currency(currency), style.lang)


def _amount(cost: Cost, style: Style, write: Write) -> str:
    """Write what it cost, each currency with its kind."""
    if not cost.amounts:
        return ""
    return style.say(
        en.amounts,
        listed=[_with_kind(currency, cost, style, write) for currency in cost.currencies(style.currency)],
    )


def _with_kind(currency: str, cost: Cost, style: Style, write: Write) -> str:
    parts = parts_of(cost, currency)
    if len(parts) < 2:
        amount = write(cost.amount(currency), currency)
        return style.say(_ALONE[next(iter(parts))], amount=amount) if parts else amount
    decimals = decimals_that_add_up(list(parts.values()))
    shown = known_currency(currency)
    return style.say(
        en.of_several_kinds,
        amount=exact_money(cost.amount(currency), shown, style.lang, decimals),
        parts=[
            style.say(PART[basis], amount=exact_money(parts[basis], shown, style.lang, decimals))
            for basis in parts
        ],
    )


def _against(report: Digest, style: Style, write: Write) -> list[str]:
    if report.kind != "daily":
        return against(report.previous, style, write)
    usual = report.average
    if usual is None or not (usual.amounts or usual.api_equivalent or usual.unpriced_tokens):
        return [] if usual is None else [style.say(messages_en.no_average)]
    before = style.say(en.usual_day, amount=known_amount(usual, style, write))
    return [compared(report.change, before, style)]


def _top_day(report: Digest, style: Style, write: Write) -> list[str]:
    if report.top_day is None:
        return []
    day = report.period._replace(first=report.top_day.day, last=report.top_day.day)
    amount = known_amount(report.top_day.figures.cost, style, write)
    return [style.say(spans_en.most_expensive_day, day=day_in_row(day, style), amount=amount)]


def _top_model(report: Digest, style: Style, write: Write) -> list[str]:
    if report.top_model is None:
        return []
    name = known_model(report.top_model.name) or style.say(en.unknown_model)
    amount = known_amount(report.top_model.figures.cost, style, write)
    return [style.say(en.most_expensive_model, name=name, amount=amount)]


def _converted(report: Digest, style: Style) -> list[str]:
    """Say what all of it comes to in one currency, where all of them are known."""
    if report.converted is None:
        return []
    bases = [rate.base for rate in report.converted.rates]
    told = are_currencies([report.converted.currency, *bases])
    return converted_items(report.converted, style) if told else []


def _budgets(report: Digest, style: Style) -> list[str]:
    """Say how the budgets stand that can be named; alerts tell of the others."""
    if not report.budgets:
        return []
    from token_tracker.render.text.budgets import budget_line

    named = [(one, known_scope(one.budget)) for one in report.budgets]
    return [
        budget_line(one, style, name)
        for one, name in named
        if (name or not one.budget.scope_kind) and are_currencies([one.budget.currency, *one.unknown.other])
    ]


def _not_converted(report: Digest, style: Style) -> list[str]:
    """Say which exchange rate is missing."""
    missing = [
        one
        for one in report.problems
        if one.code == "exchange-rate-missing" and are_currencies([one.where, one.detail])
    ]
    return [problem_text(one, style.lang).what for one in missing]


def _corrected(correction: Correction, style: Style) -> str:
    change, currency = correction.change, known_currency(correction.currency)
    with localcontext(prec=EXACT_DIGITS):
        size = abs(change)
    return style.say(
        en.corrected,
        when=_called_shortly(correction.period, style),
        change=f"{'-' if change < 0 else '+'}{_visible(size, currency, style)}",
        amount=money(correction.now, currency, style.lang),
    )


def _visible(amount: Decimal, currency: str, style: Style) -> str:
    """Write an amount to the cent, one of less than a cent exactly."""
    written = money(amount, currency, style.lang)
    return exact_money(amount, currency, style.lang, decimals_of([amount])) if "<" in written else written


def _called_shortly(period: Period, style: Style) -> str:
    kind = kind_of(period)
    if kind == "month":
        return month(period.first, style.lang)
    if kind == "days" and period.days == 1:
        today = style.now.astimezone(period.zone).date()
        if (today - period.first).days in (0, 1):
            return called(period, style)
        if period.first.year == today.year:
            return short_day(period.first, style.lang)
    return between(period, style)

"""A week or a month as text."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from token_tracker.render.en import messages as messages_en
from token_tracker.render.en import spans as en
from token_tracker.render.format import percent
from token_tracker.render.format import tokens
from token_tracker.render.style import Style
from token_tracker.render.text.calendar import against
from token_tracker.render.text.calendar import called_span
from token_tracker.render.text.calendar import day_in_row
from token_tracker.render.text.calendar import known_amount
from token_tracker.render.text.costs import Write
from token_tracker.render.text.costs import converted_items
from token_tracker.render.text.costs import kinds_of_money
from token_tracker.render.text.costs import left_out
from token_tracker.render.text.costs import row_cost
from token_tracker.render.text.costs import shortly
from token_tracker.render.text.summary import Row
from token_tracker.render.text.summary import answer
from token_tracker.render.text.summary import budget_items
from token_tracker.render.text.summary import bulleted
from token_tracker.render.text.summary import model_rows
from token_tracker.render.text.summary import nowhere
from token_tracker.render.text.summary import row_line
from token_tracker.render.text.summary import with_others
from token_tracker.render.text.when import data_line
from token_tracker.reports.shares import Measure
from token_tracker.reports.shares import in_parts
from token_tracker.reports.spans import Span
from token_tracker.reports.summary import ModelLine

_SHARED: Final = {
    "cost": en.by_model_cost,
    "api_equivalent": en.by_model_worth,
    "tokens": en.by_model_tokens,
}


def span(report: Span, style: Style) -> str:
    """Write a week or a month; the first line is the answer."""
    write, when = shortly(style), called_span(report.period, style)
    if report.looked_in and not report.figures.is_used:
        first = style.say(messages_en.nothing_found, when=when)
        blocks = [[first], *nowhere(report.looked_in, style)]
    else:
        first = answer(when, report.figures, style, write)
        blocks = [[first], budget_items(report.budgets, style), bulleted(_about(report, style, write))]
    if report.figures.is_used:
        blocks.append([style.say(en.by_day), *bulleted(_days(report, style, write))])
        blocks.append(models_with_shares(report.by_model, report.measure, style, write))
    blocks.append([data_line(report.so_far, report.freshness, report.problems, style)])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def models_with_shares(
    lines: Sequence[ModelLine], measure: Measure | None, style: Style, write: Write
) -> list[str]:
    """Write the models with their shares, which add up to 100 % as they are printed.

    What cost something and rounds to no share is "<0.1%": it is not nothing.
    """
    rows = with_others(model_rows(lines, style), style)
    if measure is None:
        return [style.say(messages_en.by_model), *bulleted([row_line(row, style, write) for row in rows])]
    weights = [measure.weigh(row.figures) for row in rows]
    shares = map(_share, weights, in_parts(weights, 1000))
    written = [_with_share(row, share, style, write) for row, share in zip(rows, shares, strict=True)]
    return [style.say(_SHARED[measure.kind]), *bulleted(written)]


def _share(weight: int | None, tenths: int | None) -> str | None:
    if tenths is None:
        return None
    return "<0.1%" if weight and not tenths else percent(Decimal(tenths).scaleb(-3))


def _with_share(row: Row, share: str | None, style: Style, write: Write) -> str:
    if share is None:
        return row_line(row, style, write)
    count = tokens(row.figures.tokens.total, style.lang)
    return style.say(
        en.row_with_share,
        name=row.name,
        share=share,
        cost=row_cost(row.figures.cost, style, write),
        tokens=count,
        requests=row.figures.requests,
    )


def _about(report: Span, style: Style, write: Write) -> list[str]:
    cost, best = report.figures.cost, report.most_expensive
    said = [
        *kinds_of_money(cost, style, write),
        *converted_items(report.converted, style),
        *left_out(cost, style, write),
    ]
    is_known = bool(cost.amounts or cost.api_equivalent)
    if is_known and len(report.days) > 1:
        average = known_amount(report.average, style, write)
        said.append(style.say(en.average, amount=average, days=len(report.days)))
    said += against(report.previous, style, write)
    if best is not None and len(report.days) > 1:
        day = day_in_row(report.period._replace(first=best.day, last=best.day), style)
        amount = known_amount(best.figures.cost, style, write)
        said.append(style.say(en.most_expensive_day, day=day, amount=amount))
    return said


def _days(report: Span, style: Style, write: Write) -> list[str]:
    rows = []
    for line in report.days:
        name = day_in_row(report.period._replace(first=line.day, last=line.day), style)
        if line.figures.is_used:
            rows.append(row_line(Row(name, line.figures), style, write))
        else:
            rows.append(style.say(en.day_without_usage, day=name))
    return rows

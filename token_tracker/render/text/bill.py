"""The itemised bill as text: its rows add up to its total as they are printed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from token_tracker.render.en import bill as en
from token_tracker.render.en import messages as messages_en
from token_tracker.render.format import clean_line
from token_tracker.render.format import clean_name
from token_tracker.render.format import short_day
from token_tracker.render.source_names import shown_name
from token_tracker.render.source_names import source_name
from token_tracker.render.style import Style
from token_tracker.render.text.costs import Write
from token_tracker.render.text.costs import converted_items
from token_tracker.render.text.costs import exactly
from token_tracker.render.text.costs import kinds_of_money
from token_tracker.render.text.costs import left_out
from token_tracker.render.text.costs import plan_amount_of
from token_tracker.render.text.costs import row_cost
from token_tracker.render.text.prices import counts_with_prices
from token_tracker.render.text.prices import has_unit_prices
from token_tracker.render.text.prices import prices_of
from token_tracker.render.text.summary import answer
from token_tracker.render.text.when import called
from token_tracker.render.text.when import data_line
from token_tracker.reports.bill import Bill
from token_tracker.reports.bill import BillRow


def bill(report: Bill, style: Style) -> str:
    """Write a bill; amounts are exact, so that the rows add up to the total as printed."""
    cost = report.total.cost
    write = exactly([cost, *(row.figures.cost for row in report.rows)], style)
    blocks = [[answer(called(report.period, style), report.total, style, write)]]
    if report.rows:
        about = [
            *kinds_of_money(cost, style, write),
            *converted_items(report.converted, style),
            *left_out(cost, style, write),
            style.say(en.prices_are_per_million),
        ]
        blocks.append([f"- {line}" for line in about])
        blocks.append([line for row in report.rows for line in _row(row, report, style, write)])
        blocks[-1] += _total(report, style, write)
    blocks.append([data_line(report.period, report.freshness, report.problems, style)])
    return "\n\n".join("\n".join(block) for block in blocks)


def _row(row: BillRow, report: Bill, style: Style, write: Write) -> list[str]:
    known = [rate for rate in row.rates if has_unit_prices(rate)]
    only = known[0] if len(row.rates) == len(known) == 1 and not row.figures.cost.unpriced_tokens else None
    parts = counts_with_prices(row.figures, only, style)
    cost = row_cost(row.figures.cost, style, write)
    lines = [
        f"- {style.say(en.row, name=_name(row, report, style), cost=cost)}",
        f"  - {style.say(en.counts, requests=row.figures.requests, parts=parts)}",
    ]
    if only is None and row.rates:
        prices = list(dict.fromkeys(prices_of(rate, style) for rate in row.rates))
        lines.append(f"  - {style.say(en.several_prices, prices=prices)}")
    return lines


def _name(row: BillRow, report: Bill, style: Style) -> str:
    return " · ".join(_part_of_name(name, value, row, report, style) for name, value in row.key.items())


def _part_of_name(name: str, value: str | int | None, row: BillRow, report: Bill, style: Style) -> str:
    if isinstance(value, int):
        hour = datetime.fromtimestamp(value // 1000, report.period.zone)
        time = f"{hour:%H:%M}"
        return time if report.period.days == 1 else f"{short_day(hour.date(), style.lang)} {time}"
    if value is None:
        return style.say(en.not_attributed)
    if name == "source":
        return source_name(value, style)
    if name == "initiator":
        return style.say(en.initiator, kind=clean_name(value))
    shown = shown_name(value, en.not_attributed, style)
    if name == "model" and row.name and row.name != value:
        return style.say(messages_en.name_of_provider, name=shown, provider=clean_line(row.name))
    return shown


def _total(report: Bill, style: Style, write: Write) -> list[str]:
    cost, count = report.total.cost, report.total.tokens.total
    lines = [
        style.say(
            en.total,
            cost=row_cost(replace(cost, api_equivalent={}) if cost.amounts else cost, style, write),
            tokens=count,
            requests=report.total.requests,
        )
    ]
    if cost.amounts and cost.api_equivalent:
        lines.append(style.say(en.plan_total, amount=plan_amount_of(cost, style, write)))
    return [f"- {line}" for line in lines]

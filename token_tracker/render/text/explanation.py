"""An explanation as text: one line for each addend, fit for `bc`.

A line that begins with a digit is an addend of the sum; what is not in the sum begins
with another character. Everything that is not arithmetic stands in a comment of `bc`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from datetime import tzinfo
from typing import Final

from token_tracker.ledger.records import MANUAL
from token_tracker.ledger.records import Record
from token_tracker.render.en import bill as en
from token_tracker.render.en import explained_bills as bill_words
from token_tracker.render.en import records as records_en
from token_tracker.render.format import clean_line
from token_tracker.render.format import clean_name
from token_tracker.render.style import Style
from token_tracker.render.text.bill_addends import bill_line
from token_tracker.render.text.bill_addends import billed_lines
from token_tracker.render.text.bill_addends import event_answer
from token_tracker.render.text.costs import amount_of
from token_tracker.render.text.costs import plan_amount_of
from token_tracker.render.text.costs import to_the_digit
from token_tracker.render.text.prices import price_row
from token_tracker.render.text.when import data_line
from token_tracker.reports.explain import BILLED
from token_tracker.reports.explain import COUNTED
from token_tracker.reports.explain import EVENT
from token_tracker.reports.explain import PLAN
from token_tracker.reports.explain import Addend
from token_tracker.reports.explain import Explanation

FENCE: Final = "```"
"""Keeps Markdown from reading the stars of the arithmetic."""

ADD_UP: Final = "grep '^[0-9]' | paste -sd+ - | bc"


def explanation(report: Explanation, style: Style) -> str:
    """Write every addend of a figure with its price, its time and its log line."""
    cost = report.total.cost
    zone = style.zone.zone if report.period is None else report.period.zone
    counted = [one for one in report.addends if one.formula is not None and one.lane == COUNTED]
    bills = [] if report.kind == EVENT else report.bills
    blocks = [[_answer(report, style)]]
    if (counted or bills) and len(cost.amounts) == 1:
        blocks.append([style.say(en.how_to_check, command=ADD_UP)])
    for currency in cost.currencies(style.currency) if counted or bills else []:
        lines = [_line(one, report, style) for one in counted if _currency(one) == currency]
        lines += [bill_line(one, style) for one in bills if one.currency == currency]
        heading = [style.say(en.in_currency, currency=currency)] if len(cost.amounts) > 1 else []
        blocks.append([*heading, FENCE, *lines, FENCE])
    inside = [one for one in report.addends if one.lane == BILLED]
    blocks.append(_apart(style.say(bill_words.inside_the_bills), inside, report, style))
    blocks.append(billed_lines(report.bills, style))
    plan = [one for one in report.addends if one.formula is not None and one.lane == PLAN]
    unpriced = [one for one in report.addends if one.formula is None and one.lane != BILLED]
    blocks.append(_apart(style.say(en.paid_by_plan), plan, report, style))
    blocks.append(_apart(style.say(en.without_price), unpriced, report, style))
    blocks.append(_shadowed(report.shadowed, zone, style))
    rates = {rate.content.get("key"): rate for one in report.addends if (rate := one.stored.rate)}
    if rates:
        rows = [f"- {price_row(rate, style)}" for rate in rates.values()]
        blocks.append([style.say(en.prices_applied), *rows])
    if report.period is not None:
        blocks.append([data_line(report.period, report.freshness, report.problems, style)])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _answer(report: Explanation, style: Style) -> str:
    cost, count = report.total.cost, len(report.addends)
    write = to_the_digit(style)
    if not count and not report.bills:
        return style.say(en.nothing_to_add, subject=clean_name(report.subject))
    if report.kind == EVENT and report.bills:
        return event_answer(report, style)
    priced = sum(1 for one in report.addends if one.formula is not None and one.lane == COUNTED)
    if report.bills:
        return style.say(
            bill_words.adds_up_with_bills,
            amount=amount_of(cost, style, write),
            responses=priced,
            lines=len(report.bills),
            inside=sum(1 for one in report.addends if one.lane == BILLED),
        )
    if cost.amounts:
        return style.say(en.adds_up_to, amount=amount_of(cost, style, write), responses=priced)
    if cost.api_equivalent:
        return style.say(en.only_plan, amount=plan_amount_of(cost, style, write), responses=count)
    return style.say(en.only_unpriced, responses=count)


def _apart(heading: str, addends: Sequence[Addend], report: Explanation, style: Style) -> list[str]:
    lines = [f"- {_line(one, report, style)}" for one in addends]
    return [heading, FENCE, *lines, FENCE] if lines else []


def _shadowed(records: Sequence[Record], zone: tzinfo, style: Style) -> list[str]:
    lines = [
        f"- {datetime.fromtimestamp(one.at_ms // 1000, zone):%Y-%m-%d %H:%M:%S} "
        + " ".join(
            [
                clean_name(one.model),
                f"{one.tokens.input}+{one.tokens.output}",
                style.say(records_en.covered_by, source=clean_name(one.covered_by)),
            ]
        )
        for one in records
    ]
    return [style.say(records_en.shadowed), FENCE, *lines, FENCE] if lines else []


def _line(addend: Addend, report: Explanation, style: Style) -> str:
    event = addend.stored.event
    zone = style.zone.zone if report.period is None else report.period.zone
    at = datetime.fromtimestamp(event.at_ms // 1000, zone)
    key = "" if addend.stored.rate is None else addend.stored.rate.content.get("key") or ""
    facts = [
        f"{at:%Y-%m-%d %H:%M:%S}",
        clean_name(event.service.model),
        _place(addend, report.notes.get(event.id, ""), style),
        clean_line(key),
    ]
    # A comment of bc ends at the first */, wherever that comes from.
    comment = " ".join(fact for fact in facts if fact).replace("*/", "* /")
    return f"{addend.formula or '?'} /* {comment} */"


def _place(addend: Addend, notes: str, style: Style) -> str:
    if addend.stored.event.origin.source == MANUAL:
        note = clean_name(notes)
        return style.say(records_en.by_hand_with_notes, notes=note) if note else style.say(records_en.by_hand)
    if not addend.stored.event.place.path:
        return style.say(records_en.from_a_file)
    line = style.say(en.log_gone) if addend.line is None else str(addend.line)
    return f"{clean_line(addend.stored.event.place.path)}:{line}"


def _currency(addend: Addend) -> str:
    return "" if addend.stored.rate is None else addend.stored.rate.currency

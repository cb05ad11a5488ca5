"""What bills and balances add to a figure, as text: one line for each, fit for `bc`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from token_tracker.ledger.bills import day_of_number
from token_tracker.ledger.lanes import COMPUTED
from token_tracker.ledger.lanes import EVEN
from token_tracker.ledger.lanes import HOURLY
from token_tracker.model import CostBasis
from token_tracker.render.en import explained_bills as en
from token_tracker.render.format import clean_line
from token_tracker.render.format import clean_name
from token_tracker.render.format import percent
from token_tracker.render.style import Style
from token_tracker.render.text.costs import to_the_digit
from token_tracker.reports.bill_addends import BillAddend
from token_tracker.reports.explain import Explanation

_SPREAD: Final = {HOURLY: en.by_hours, COMPUTED: en.by_cost, EVEN: en.evenly}


def bill_line(one: BillAddend, style: Style) -> str:
    """Write an addend; one below zero as a difference, so that it begins with a digit, too."""
    amount = f"0 - {_plain(abs(one.amount))}" if one.amount < 0 else _plain(one.amount)
    return f"{amount} /* {_about(one, style).replace('*/', '* /')} */"


def billed_lines(bills: Sequence[BillAddend], style: Style) -> list[str]:
    """List the lines of the bills themselves, of whole UTC days, each once."""
    write = to_the_digit(style)
    items = dict.fromkeys(item for one in bills for item in one.items)
    said = [
        style.say(
            en.item,
            day=day_of_number(one.day).isoformat(),
            provider=clean_line(one.provider),
            item=clean_name(one.item) or style.say(en.unnamed_item),
            amount=write(one.amount, one.currency),
        )
        for one in items
    ]
    return [style.say(en.lines_of_bills), *(f"- {line}" for line in said)] if said else []


def event_answer(report: Explanation, style: Style) -> str:
    """Say that a single response is inside a bill, and what the bill holds for its model."""
    write = to_the_digit(style)
    [addend] = report.addends
    stored = addend.stored
    own = [
        style.say(
            en.billed_for_model,
            billed=write(one.billed or Decimal(0), one.currency),
            explained=write(one.explained, one.currency),
            share=percent(min(Decimal(1), one.explained / one.billed)) if one.billed else "",
        )
        for one in report.bills
    ]
    first = report.bills[0]
    said = style.say(
        en.inside_one_bill,
        provider=clean_line(first.provider),
        day=day_of_number(first.day).isoformat(),
        model=clean_name(stored.name or stored.event.service.model),
    )
    return style.say(en.sentences, said=[said, *own])


def _about(one: BillAddend, style: Style) -> str:
    day, provider = day_of_number(one.day).isoformat(), clean_line(one.provider)
    if one.basis == CostBasis.INFERRED:
        return style.say(en.inferred, day=day, provider=provider)
    return style.say(
        en.of_a_bill,
        day=day,
        provider=provider,
        model=clean_name(one.name or one.model) or style.say(en.no_model),
        billed=_plain(one.billed or Decimal(0)),
        explained=_plain(one.explained),
        elsewhere=_plain(one.elsewhere),
        spread=[style.say(_SPREAD[method]) for method in one.apportioned],
    )


def _plain(amount: Decimal) -> str:
    """Write every digit that says something.

    >>> _plain(Decimal("0.400000000000")), _plain(Decimal("0.000")), _plain(Decimal("20"))
    ('0.4', '0', '20')
    """
    written = f"{amount:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written

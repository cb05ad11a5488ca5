"""Bills and balances beside the logs, as text."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from token_tracker.ledger.bills import day_of_number
from token_tracker.period import Period
from token_tracker.period import local_moment
from token_tracker.render.en import messages as messages_en
from token_tracker.render.en import reconcile as en
from token_tracker.render.format import clean_line
from token_tracker.render.format import clean_name
from token_tracker.render.format import decimals_that_add_up
from token_tracker.render.format import decimals_that_all_add_up
from token_tracker.render.format import exact_money
from token_tracker.render.format import percent
from token_tracker.render.format import short_day
from token_tracker.render.format import tokens
from token_tracker.render.source_names import source_name
from token_tracker.render.style import Style
from token_tracker.render.text.costs import left_out
from token_tracker.render.text.costs import plan_amount_of
from token_tracker.render.text.costs import row_cost
from token_tracker.render.text.costs import shortly
from token_tracker.render.text.when import called
from token_tracker.render.text.when import data_line
from token_tracker.reports.figures import Figures
from token_tracker.reports.figures import money_of
from token_tracker.reports.reconcile import BALANCE
from token_tracker.reports.reconcile import BILL
from token_tracker.reports.reconcile import Counts
from token_tracker.reports.reconcile import Difference
from token_tracker.reports.reconcile import Reconciled
from token_tracker.reports.reconcile import Reconciliation
from token_tracker.reports.reconcile import Sides
from token_tracker.reports.reconcile import totals_of

NAMED_SPANS: Final = 3

_Say = Callable[..., str]


def reconciliation(report: Reconciliation, style: Style) -> str:
    """Write what bills, balances and logs know of each other, the share that is explained first."""
    blocks = [[_answer(report, style)]]
    if not any(one.beside == BILL for one in report.providers):
        blocks.append([style.say(en.how_to_have_bills)])
    if report.asked is not None:
        blocks.append([_widened(report.asked, report.period, style)])
    blocks.append([line for one in report.providers for line in _provider(one, style)])
    if report.differences:
        lines = [f"- {_difference(one, style)}" for one in report.differences]
        blocks.append([style.say(en.largest), *lines])
    if report.hosts:
        blocks.append([style.say(en.hosts), *_hosts(report, style)])
    blocks.append([data_line(report.period, report.freshness, report.problems, style)])
    return "\n\n".join("\n".join(block) for block in blocks if block)


def _answer(report: Reconciliation, style: Style) -> str:
    when = called(report.period, style)
    for beside, totals, explained, nothing in (
        (BILL, report.totals, en.explained, en.nothing_billed),
        (
            BALANCE,
            totals_of([one for one in report.providers if one.beside == BALANCE]),
            en.balances_explained,
            en.no_balance_left,
        ),
    ):
        those = [one for one in report.providers if one.beside == beside]
        names = [_name(one, style) for one in those]
        if shares := _shares(totals, style):
            return style.say(explained, when=when, shares=shares, providers=names)
        if those:
            return style.say(nothing, when=when, providers=names, computed=_computed(totals, style))
    if not report.providers:
        return style.say(en.nothing, when=when)
    amounts = [_known(one.outside, style) for one in report.providers]
    if len(amounts) > 1:
        from token_tracker.render.text.costs import together

        amounts = [_known(together([one.outside for one in report.providers]), style)]
    return style.say(en.only_logs, when=when, computed=amounts[0])


def _shares(totals: Sequence[Sides], style: Style) -> list[str]:
    ordered = sorted(totals, key=lambda one: (one.currency != style.currency, one.currency))
    return [
        style.say(en.share, ratio=percent(ratio), amount=shortly(style)(one.billed, one.currency))
        for one in ordered
        if (ratio := one.explained_ratio) is not None
    ]


def _computed(totals: Sequence[Sides], style: Style) -> str:
    write = shortly(style)
    listed = [write(one.computed, one.currency) for one in totals if one.computed]
    return style.say(messages_en.amounts, listed=listed or [write(Decimal(0), style.currency)])


def _known(figures: Figures, style: Style) -> str:
    return row_cost(figures.cost, style, shortly(style))


def _widened(asked: Period, days: Period, style: Style) -> str:
    return style.say(
        en.widened,
        asked=_days(asked.first, asked.last, style),
        zone=clean_line(asked.zone_name),
        days=_days(days.first, days.last, style),
    )


def _provider(one: Reconciled, style: Style) -> list[str]:
    name = _name(one, style)
    about = [line for sides in one.sides for line in _about(sides, one.beside, style)]
    if one.beside == BILL:
        sides = [_side(each, en.billed_side, "billed", style) for each in one.sides]
        said = sides or [style.say(en.no_charge)]
        line = style.say(en.with_bill, provider=name, sides=said, days=one.days)
    elif one.beside == BALANCE:
        sides = [_side(each, en.spent_side, "spent", style) for each in one.sides]
        since, until = (_moment(at_ms, style) for at_ms in (one.first_ms, one.end_ms))
        line = style.say(en.with_balance, provider=name, sides=sides, since=since, until=until)
        if one.outside.requests:
            about.append(style.say(en.outside_balances, computed=_known(one.outside, style)))
    else:
        line = style.say(
            en.with_nothing,
            provider=name,
            computed=_known(one.outside, style),
            requests=one.outside.requests,
        )
    about += left_out(one.logs.cost, style, shortly(style))
    if one.counts is not None:
        about.append(_counts(one.counts, style))
    if one.open_days:
        about.append(_open_days(one, style))
    if one.plan.cost.api_equivalent:
        about.append(style.say(en.by_plan, amount=plan_amount_of(one.plan.cost, style, shortly(style))))
    return [f"- {line}", *(f"  - {each}" for each in about)]


def _side(sides: Sides, sentence: _Say, name: str, style: Style) -> str:
    ratio = sides.explained_ratio
    return style.say(
        sentence,
        **{name: _write(sides, sides.billed, style)},
        computed=_write(sides, sides.computed, style),
        ratio="" if ratio is None else percent(ratio),
    )


def _about(sides: Sides, beside: str, style: Style) -> list[str]:
    is_bill = beside == BILL
    said: list[tuple[_Say, Decimal]] = [
        (en.only_in_bill if is_bill else en.only_in_balance, sides.only_in_bill),
        (en.credits_given, sides.credits),
        (en.only_in_logs if is_bill else en.only_in_logs_of_balance, sides.only_in_logs),
        (en.shared_by_tokens, sides.shared_by_tokens),
        (en.other_currency, sides.other_currency),
    ]
    return [style.say(sentence, amount=_write(sides, amount, style)) for sentence, amount in said if amount]


def _write(sides: Sides, amount: Decimal, style: Style) -> str:
    """Write an amount so that both sums of its currency add up as they are printed."""
    decimals = decimals_that_all_add_up(
        [
            [sides.explained, sides.only_in_bill, sides.credits],
            [sides.explained, sides.only_in_logs, sides.other_currency, -sides.shared_by_tokens],
        ]
    )
    return exact_money(amount, sides.currency, style.lang, decimals)


def _counts(counts: Counts, style: Style) -> str:
    told = tokens(counts.told.tokens.total, style.lang)
    in_logs = tokens(counts.logs.tokens.total, style.lang)
    if counts.told.requests is None:
        return style.say(en.counted, days=counts.days, told=told, in_logs=in_logs)
    return style.say(
        en.counted_with_requests,
        days=counts.days,
        told=told,
        in_logs=in_logs,
        told_requests=counts.told.requests,
        requests_in_logs=counts.logs.requests,
    )


def _open_days(one: Reconciled, style: Style) -> str:
    spans = [(day_of_number(first), day_of_number(last)) for first, last in one.open_days]
    latest = spans[-NAMED_SPANS:]
    return style.say(
        en.open_days,
        days=[_days(*span, style) for span in latest],
        more=sum((last - first).days + 1 for first, last in spans[:-NAMED_SPANS]),
        computed=_known(one.outside, style),
    )


def _difference(one: Difference, style: Style) -> str:
    shown = clean_name(one.name or one.model)
    model = shown or style.say(messages_en.unprintable_name if one.model else en.without_model)
    name = f"{clean_line(one.provider)} · {model}"
    if one.amount is None or one.computed is None:
        return style.say(en.cannot_tell, name=name, billed=shortly(style)(one.billed, one.currency))
    decimals = decimals_that_add_up([one.computed, one.amount])
    billed, computed, amount = (
        exact_money(each, one.currency, style.lang, decimals)
        for each in (one.billed, one.computed, abs(one.amount))
    )
    sentence = en.more_billed if one.amount > 0 else en.more_in_logs
    return style.say(sentence, name=name, billed=billed, computed=computed, amount=amount)


def _hosts(report: Reconciliation, style: Style) -> list[str]:
    write = shortly(style)
    said = [
        style.say(
            en.host,
            name=source_name(one.source, style),
            host=write(money_of(one.host_pico), "USD"),
            own=write(money_of(one.own_pico), "USD"),
            requests=one.requests,
        )
        for one in report.hosts
    ]
    return [f"- {line}" for line in said]


def _name(one: Reconciled, style: Style) -> str:
    return clean_name(one.provider) or style.say(messages_en.no_provider)


def _days(first: date, last: date, style: Style) -> str:
    if first == last:
        return short_day(first, style.lang)
    return style.say(en.days, first=short_day(first, style.lang), last=short_day(last, style.lang))


def _moment(at_ms: int, style: Style) -> str:
    moment = local_moment(at_ms, style.zone.zone)
    return f"{short_day(moment.date(), style.lang)} {moment:%H:%M}"

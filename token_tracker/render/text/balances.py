"""What is left at providers, as text: what there is and for how long, then what tells so."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from token_tracker.model import Quota
from token_tracker.period import local_moment
from token_tracker.render.en import balances as en
from token_tracker.render.en import fetching as fetching_en
from token_tracker.render.errors import error_text
from token_tracker.render.format import clean_line
from token_tracker.render.format import clean_name
from token_tracker.render.format import clock_time
from token_tracker.render.format import money
from token_tracker.render.format import percent
from token_tracker.render.format import short_day
from token_tracker.render.style import Style
from token_tracker.render.text.rates import conversion_line
from token_tracker.reports.balances import PACE_DAYS
from token_tracker.reports.balances import BalanceOfDay
from token_tracker.reports.balances import Balances
from token_tracker.reports.balances import CurrencyBalance
from token_tracker.reports.balances import NotTold
from token_tracker.reports.balances import ProviderBalance
from token_tracker.reports.balances import State


def balances(report: Balances, style: Style) -> str:
    """Say what is left at each provider, how long it lasts, and how it got there."""
    blocks = [block for one in report.providers for block in _provider(one, style)]
    at_each = [
        style.say(en.at_one, name=clean_line(one.name), amount=_money(own, style))
        for one in report.providers
        for own in one.currencies
        if one.error is None
    ]
    if len(report.providers) > 1 and at_each:
        blocks.insert(0, [style.say(en.at_each, amounts=at_each)])
    return "\n\n".join("\n".join(block) for block in [*blocks, [_data_line(report, style)]])


def _provider(one: ProviderBalance, style: Style) -> list[list[str]]:
    """Give the blocks of a provider: what is left, then the history of each currency."""
    name = clean_line(one.name)
    if one.error is not None:
        text = error_text(one.error, style.lang)
        said = style.say(fetching_en.failed, name=name, what=text.what, why=text.why, fix=text.fix)
        if not one.currencies:
            return [[f"- {said}"]]
        return [[_last_known(one, name, style), f"- {said}", *_details(one, style)], *_histories(one, style)]
    return [[_left(one, name, style), *_details(one, style)], *_histories(one, style)]


def _last_known(one: ProviderBalance, name: str, style: Style) -> str:
    as_of_ms = one.as_of_ms or 0
    return style.say(
        en.last_known,
        name=name,
        amounts=[_money(own, style) for own in one.currencies],
        minutes=max(int(style.now.timestamp() * 1000) - as_of_ms, 0) // 60_000,
        time=_time(as_of_ms, style),
    )


def _left(one: ProviderBalance, name: str, style: Style) -> str:
    """Give the line that answers."""
    if not one.currencies:
        return _left_of_plan(one.quotas, name, style)
    if len(one.currencies) == 1:
        return _left_of(one.currencies[0], name, style)
    return style.say(en.left, name=name, amounts=[_money(own, style) for own in one.currencies])


def _left_of(own: CurrencyBalance, name: str, style: Style) -> str:
    amount = _money(own, style)
    match own.state:
        case State.DEBT:
            owed = money(-own.balance.total, own.balance.currency, style.lang)
            return style.say(en.in_debt, name=name, amount=owed)
        case State.USED_UP:
            return style.say(en.used_up, name=name, amount=amount)
        case State.REFUSED:
            return style.say(en.refused, name=name, amount=amount)
    if own.days_left is None:
        return style.say(en.left, name=name, amounts=[amount])
    return style.say(en.left_for, name=name, amount=amount, days=int(min(own.days_left, Decimal(10**6))))


def _left_of_plan(quotas: Sequence[Quota], name: str, style: Style) -> str:
    if not quotas:
        return style.say(en.nothing_told, name=name)
    ratios = [quota.used_ratio for quota in quotas if quota.used_ratio is not None]
    if ratios:
        return style.say(en.quota_used, name=name, ratio=percent(max(ratios)), count=len(quotas))
    is_unlimited = all(quota.is_unlimited for quota in quotas)
    return style.say(en.quota_unlimited if is_unlimited else en.quota_unknown, name=name)


def _details(one: ProviderBalance, style: Style) -> list[str]:
    lines = [f"- {line}" for own in one.currencies[:1] for line in _of_currency(own, style)]
    if len(one.currencies) > 1:
        lines = []
        for own in one.currencies:
            lines.append(f"- {_left_of(own, own.balance.currency, style)}")
            lines += [f"  - {line}" for line in _of_currency(own, style)]
    said = [_quota(quota, style) for quota in one.quotas]
    for reach in ("key", "account"):
        amounts = [
            style.say(
                en.spent_in, window=spent.window, amount=money(spent.amount, spent.currency, style.lang)
            )
            for spent in one.spent
            if spent.reach == reach
        ]
        if amounts:
            said.append(style.say(en.spent, amounts=amounts, this_key=reach == "key"))
    if one.converted is not None:
        said.append(conversion_line(one.converted, style))
    return [*lines, *(f"- {line}" for line in said if line)]


def _of_currency(own: CurrencyBalance, style: Style) -> list[str]:
    """Say what a balance is made of, and how fast it falls."""
    said = []
    if own.balance.parts:
        said.append(style.say(en.parts, parts=[_part(own, *part, style) for part in own.balance.parts]))
    if not own.balance.is_usable and own.state != State.REFUSED:
        said.append(style.say(en.calls_refused))
    if own.not_told == NotTold.TOO_FEW:
        said.append(style.say(en.too_few, days=PACE_DAYS))
    elif own.pace is not None:
        first, last = (_day_and_time(at_ms, style) for at_ms in (own.pace.first_ms, own.pace.last_ms))
        days = f"{own.pace.days:.1f}".removesuffix(".0")
        said.append(
            style.say(
                en.pace,
                amount=money(own.pace.per_day, own.balance.currency, style.lang),
                snapshots=own.pace.snapshots,
                days=days,
                first=first,
                last=last,
            )
            if own.pace.per_day
            else style.say(en.nothing_spent, days=days, first=first, last=last)
        )
    return said


def _part(own: CurrencyBalance, name: str, amount: Decimal, style: Style) -> str:
    written = money(abs(amount), own.balance.currency, style.lang)
    return style.say(en.part_owed if amount < 0 else en.part, name=clean_name(name), amount=written)


def _quota(quota: Quota, style: Style) -> str:
    name, window = clean_name(quota.name), clean_name(quota.window)
    resets = "" if quota.resets_at_ms is None else _time(quota.resets_at_ms, style)
    if quota.is_unlimited:
        return style.say(en.quota_row_unlimited, name=name, window=window)
    if quota.used_ratio is None:
        return style.say(en.quota_row_unknown, name=name, window=window, resets=resets)
    return style.say(
        en.quota_row,
        name=name,
        window=window,
        ratio=percent(quota.used_ratio),
        used=quota.used,
        limit=quota.limit,
        resets=resets,
    )


def _histories(one: ProviderBalance, style: Style) -> list[list[str]]:
    """Give the history of each currency that has more than one day."""
    name = clean_line(one.name)
    blocks = []
    for own in one.currencies:
        if len(own.history) > 1:
            currency = own.balance.currency
            is_one_of_several = len(one.currencies) > 1
            label = style.say(en.of_currency, name=name, currency=currency) if is_one_of_several else name
            rows = [f"- {_row(row, currency, style)}" for row in own.history]
            blocks.append([style.say(en.history, name=label), *rows])
    return blocks


def _row(row: BalanceOfDay, currency: str, style: Style) -> str:
    spent, topped_up = row.change or (Decimal(0), Decimal(0))
    return style.say(
        en.history_row,
        day=short_day(row.day, style.lang),
        total=money(row.total, currency, style.lang),
        spent=money(spent, currency, style.lang) if spent else "",
        topped_up=money(topped_up, currency, style.lang) if topped_up else "",
    )


def _data_line(report: Balances, style: Style) -> str:
    answered = [one for one in report.providers if one.error is None]
    if not answered:
        return style.say(en.none_asked, zone=style.zone.name)
    at_ms = min(one.as_of_ms or 0 for one in answered)
    names = [clean_line(one.name) for one in answered]
    return style.say(en.asked, names=names, time=_time(at_ms, style), zone=style.zone.name)


def _money(own: CurrencyBalance, style: Style) -> str:
    return money(own.balance.total, own.balance.currency, style.lang)


def _time(at_ms: int, style: Style) -> str:
    zone = style.zone.zone
    return clock_time(local_moment(at_ms, zone), style.now.astimezone(zone), style.lang)


def _day_and_time(at_ms: int, style: Style) -> str:
    moment = local_moment(at_ms, style.zone.zone)
    return f"{short_day(moment.date(), style.lang)} {moment:%H:%M}"

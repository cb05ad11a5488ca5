"""Budgets as text: one line for each, and all that is known of it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN
from decimal import Decimal
from decimal import localcontext
from typing import Final

from token_tracker.period import Period
from token_tracker.render.en import budgets as en
from token_tracker.render.en import messages as messages_en
from token_tracker.render.format import clean_name
from token_tracker.render.format import decimals_of
from token_tracker.render.format import exact_money
from token_tracker.render.format import full_day
from token_tracker.render.format import money
from token_tracker.render.format import month
from token_tracker.render.format import short_day
from token_tracker.render.format import tokens
from token_tracker.render.style import Style
from token_tracker.render.text.costs import NAMED_MODELS
from token_tracker.render.text.when import data_line
from token_tracker.reports.budgets import Alert
from token_tracker.reports.budgets import BudgetChange
from token_tracker.reports.budgets import BudgetReport
from token_tracker.reports.budgets import BudgetState
from token_tracker.reports.budgets import BudgetStatus
from token_tracker.reports.figures import EXACT_DIGITS
from token_tracker.settings import Budget

MOST_LINES: Final = 3
TOLD_OF_BUDGETS: Final = ("budget-scope-unknown", "budget-incomplete", "exchange-rate-missing")


def budget_line(status: BudgetStatus, style: Style, scope: str | None = None) -> str:
    """Say in one short line how a budget stands: "Today's budget: $3.10 left of $15 (79% used).".

    `scope`: what it is limited to, where that is not told in the person's own words.
    """
    budget, limit = status.budget, limit_of(status.budget, style)
    name = name_now(status, style, _scope_name(budget, style) if scope is None else scope)
    partial = status.unknown.is_any
    if status.spent is None or status.left is None or status.used_ratio is None:
        return style.say(en.nothing_known, name=name, limit=limit, unknown=_unknown(status, style))
    used = used_percent(status.used_ratio)
    amount = money(abs(status.left), budget.currency, style.lang)
    if status.state is BudgetState.EXCEEDED:
        if not status.left:
            return style.say(en.used_up, name=name, limit=limit, partial=partial)
        return style.say(en.exceeded, name=name, over=amount, limit=limit, used=used, partial=partial)
    if status.state is BudgetState.WARNING and (partial or _is_running(status.period, style)):
        return style.say(en.nearly_used, name=name, left=amount, limit=limit, used=used, partial=partial)
    if status.state is BudgetState.INCOMPLETE:
        known = money(status.spent, budget.currency, style.lang)
        return style.say(en.not_judged, name=name, spent=known, limit=limit, unknown=_unknown(status, style))
    return style.say(en.left, name=name, left=amount, limit=limit, used=used)


def budget_lines(statuses: Sequence[BudgetStatus], style: Style, most: int = MOST_LINES) -> list[str]:
    """Say how the most urgent budgets stand, and how many more there are."""
    shown = [budget_line(one, style) for one in statuses[:most]]
    rest = len(statuses) - len(shown)
    return [*shown, *([style.say(en.more_budgets, count=rest)] if rest else [])]


def budget_status(report: BudgetReport, style: Style) -> str:
    """Say of every budget how it stands; the most urgent one is the first line."""
    if not report.statuses:
        return "\n\n".join([style.say(en.no_budget), style.say(en.how_to_set)])
    blocks = [
        [budget_line(one, style), *(f"- {line}" for line in _details(one, style))] for one in report.statuses
    ]
    return "\n\n".join(["\n".join(block) for block in blocks] + [_data(report, style)])


def check_alerts(checked: tuple[BudgetReport, Sequence[Alert]], style: Style) -> str:
    """Say which alerts hold; where none does, also what could not be judged."""
    report, alerts = checked
    if not report.statuses:
        return budget_status(report, style)
    told = [budget_line(one.status, style) for one in alerts]
    rest = [budget_line(one, style) for one in report.statuses if one.state is BudgetState.INCOMPLETE]
    if not told:
        return "\n\n".join([style.say(en.no_alerts, unjudged=len(rest)), *_bulleted(rest)])
    if len(told) == 1:
        return "\n\n".join([*told, *_bulleted(rest)])
    first = style.say(en.several_alerts, count=len(told), unjudged=len(rest))
    return "\n\n".join([first, *_bulleted([*told, *rest])])


def set_budget(change: BudgetChange, style: Style) -> str:
    """Say what a budget is now, what it was, and how it stands."""
    budget, previous = change.budget, change.previous
    if budget is None:
        return ""
    name, limit, warn = every_name(budget, style), limit_of(budget, style), warn_of(budget)
    if previous is None:
        said = [style.say(en.was_set, name=name, limit=limit, warn=warn)]
    else:
        was = limit_of(previous, style)
        if was == limit:
            said = [style.say(en.stays, name=name, limit=limit, warn=warn)]
        else:
            said = [style.say(en.was_changed, name=name, limit=limit, previous=was, warn=warn)]
        before = every_name(previous, style)
        if (before, warn_of(previous)) != (name, warn):
            said.append(style.say(en.was_before, name=before, limit=was, warn=warn_of(previous)))
    if change.status is not None:
        reasons = _reasons(change.status, style)
        if change.foreign and not change.status.unknown.other:
            reasons.append(style.say(en.foreign, currencies=change.foreign, currency=budget.currency))
        said += ["", budget_line(change.status, style), *_bulleted(reasons)]
    return "\n".join(said)


def budget_list(budgets: Sequence[Budget], style: Style) -> str:
    """List every budget as it is set, with its id."""
    if not budgets:
        return "\n\n".join([style.say(en.no_budget), style.say(en.how_to_set)])
    rows = [
        style.say(
            en.listed,
            name=every_name(one, style),
            limit=limit_of(one, style),
            warn=warn_of(one),
            budget=one.id,
        )
        for one in budgets
    ]
    return "\n\n".join([style.say(en.budgets_listed, count=len(rows)), *_bulleted(rows)])


def removed_budget(change: BudgetChange, style: Style) -> str:
    """Say which budget is no more."""
    if change.previous is None:
        return ""
    name, limit = every_name(change.previous, style), limit_of(change.previous, style)
    return style.say(en.was_removed, name=name, limit=limit)


def limit_of(budget: Budget, style: Style) -> str:
    """Write a limit, without decimals where it has none: "$15", "$15.50"."""
    return _round(budget.limit, budget, style)


def warn_of(budget: Budget) -> str:
    """Write from which share on a budget warns."""
    return f"{budget.warn_percent.normalize():f}%"


def used_percent(ratio: Decimal) -> str:
    """Write the used share in whole percent, rounded down: what is not reached is never shown as reached.

    >>> [used_percent(Decimal(ratio)) for ratio in ("0.7999", "0.99999", "1", "0.004", "0")]
    ['79%', '99%', '100%', '<1%', '0%']
    """
    with localcontext(prec=EXACT_DIGITS):
        whole = (ratio * 100).quantize(Decimal(1), rounding=ROUND_DOWN)
    return "<1%" if 0 < ratio < Decimal("0.01") else f"{whole:,f}%"


def every_name(budget: Budget, style: Style) -> str:
    """Call a budget as it is set: "Daily budget", "Monthly hard budget for openai"."""
    return style.say(
        en.every,
        period=budget.period,
        kind=budget.scope_kind,
        value=_scope_name(budget, style),
        hard=budget.hard,
        with_plans=budget.count == "api_equivalent",
    )


def _scope_name(budget: Budget, style: Style) -> str:
    """Name what a budget is limited to; "" for all usage."""
    name = clean_name(budget.scope_value)
    return name or (style.say(messages_en.unprintable_name) if budget.scope_kind else "")


def _is_running(period: Period, style: Style) -> bool:
    """Say whether it is the present one: of one that is over nobody can use up the rest."""
    return period.first <= style.now.astimezone(period.zone).date() <= period.last


def name_now(status: BudgetStatus, style: Style, value: str) -> str:
    """Call a budget in its period: "Today's budget", "The budget for openai of October 2026".

    `value`: what it is limited to; "" to say only what kind of thing that is.
    """
    budget, period = status.budget, status.period
    kind = budget.scope_kind
    with_plans = budget.count == "api_equivalent"
    today = style.now.astimezone(period.zone).date()
    if _is_running(period, style):
        return style.say(
            en.current, period=budget.period, kind=kind, value=value, hard=budget.hard, with_plans=with_plans
        )
    day = short_day if period.first.year == period.last.year == today.year else full_day
    if budget.period == "monthly":
        when = month(period.first, style.lang)
    elif budget.period == "weekly":
        when = style.say(en.week, first=day(period.first, style.lang), last=day(period.last, style.lang))
    else:
        when = day(period.first, style.lang)
    return style.say(en.past, when=when, kind=kind, value=value, hard=budget.hard, with_plans=with_plans)


def _details(status: BudgetStatus, style: Style) -> list[str]:
    budget = status.budget
    with localcontext(prec=EXACT_DIGITS):
        warn_amount = _round(budget.limit * budget.warn_percent / 100, budget, style)
    if status.spent is None:
        said = [style.say(en.warns, warn=warn_of(budget), warn_amount=warn_amount)]
    else:
        said = [
            style.say(
                en.spent,
                amount=money(status.spent, budget.currency, style.lang),
                partial=status.unknown.is_any,
                with_plan=budget.count == "api_equivalent",
                warn=warn_of(budget),
                warn_amount=warn_amount,
            )
        ]
    return [*said, *_exchanged(status, style), *_heading(status, style), *_reasons(status, style)]


def _exchanged(status: BudgetStatus, style: Style) -> list[str]:
    """Say what of it was in other currencies, and by which rates it counts."""
    if status.exchanged is None:
        return []
    from token_tracker.render.text.rates import used_rates

    return [
        style.say(
            en.exchanged,
            amount=money(status.exchanged.amounts[rate.base], rate.base, style.lang),
            rate=used_rates([rate], style)[0],
        )
        for rate in status.exchanged.rates
    ]


def _heading(status: BudgetStatus, style: Style) -> list[str]:
    """Say where a budget is heading, while its period is not over."""
    budget = status.budget
    is_over = status.period.last < style.now.astimezone(status.period.zone).date()
    if status.forecast is None or is_over:
        return []
    with localcontext(prec=EXACT_DIGITS):
        over = status.forecast - budget.limit
    return [
        style.say(
            en.forecast,
            period=budget.period,
            amount=money(status.forecast, budget.currency, style.lang),
            over=money(over, budget.currency, style.lang) if over > 0 else "",
        )
    ]


def _reasons(status: BudgetStatus, style: Style) -> list[str]:
    """Say what could not be counted, and whether there ever was what the budget is limited to."""
    budget, unknown = status.budget, status.unknown
    said = []
    models = [name for name in map(clean_name, unknown.models) if name]
    if models:
        more = len(models[NAMED_MODELS:])
        said.append(style.say(en.which_unpriced, models=models[:NAMED_MODELS], more=more))
    if unknown.other:
        said.append(style.say(en.why_unconverted, currencies=list(unknown.other), currency=budget.currency))
    if status.plan:
        worth = [money(amount, currency, style.lang) for currency, amount in status.plan.items()]
        said.append(style.say(en.plan_not_counted, amount=style.say(messages_en.amounts, listed=worth)))
    if not status.scope_known:
        value = _scope_name(budget, style)
        said.append(style.say(en.scope_unused, kind=budget.scope_kind, value=value))
    return said


def _unknown(status: BudgetStatus, style: Style) -> list[str]:
    unknown = status.unknown
    said = []
    if unknown.tokens:
        said.append(style.say(en.unpriced_tokens, tokens=tokens(unknown.tokens, style.lang)))
    elif unknown.models:
        said.append(style.say(en.unpriced_searches))
    for currency, amount in unknown.other.items():
        said.append(style.say(en.unconverted, amount=money(amount, currency, style.lang)))
    return said


def _round(amount: Decimal, budget: Budget, style: Style) -> str:
    whole = amount == amount.to_integral_value()
    return exact_money(amount, budget.currency, style.lang, 0 if whole else decimals_of([amount]))


def _data(report: BudgetReport, style: Style) -> str:
    problems = [one for one in report.problems if one.code not in TOLD_OF_BUDGETS]
    first = min((one.period.first for one in report.statuses), default=report.day.first)
    return data_line(report.day._replace(first=first), report.freshness, problems, style)


def _bulleted(lines: Sequence[str]) -> list[str]:
    return ["\n".join(f"- {line}" for line in lines)] if lines else []

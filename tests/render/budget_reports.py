"""Budgets with invented figures, for the goldens and the documents."""

from __future__ import annotations

from decimal import Decimal

from token_tracker.period import Period
from token_tracker.period import calendar_month
from token_tracker.period import iso_week
from token_tracker.reports.budgets import BudgetChange
from token_tracker.reports.budgets import BudgetReport
from token_tracker.reports.budgets import BudgetStatus
from token_tracker.reports.budgets import alerts
from token_tracker.reports.budgets import budget_problems
from token_tracker.reports.budgets import judge
from token_tracker.reports.figures import Cost
from token_tracker.settings import Budget

from .reports import COMPUTED
from .reports import NOW
from .reports import READ_NOW
from .reports import TODAY

PERIODS = {
    "daily": TODAY,
    "weekly": iso_week(TODAY.first, TODAY.zone, TODAY.zone_name),
    "monthly": calendar_month(TODAY.first, TODAY.zone, TODAY.zone_name),
}
DAILY = Budget("daily", Decimal(15), "USD")
MONTHLY = Budget("monthly", Decimal(50), "USD", "provider=openai", Decimal(90), hard=True)
WEEKLY = Budget("weekly", Decimal("99.50"), "USD", "project=shop-api")


def cost(
    dollars: str | None,
    *,
    yuan: str | None = None,
    plan: str | None = None,
    tokens: int = 0,
    models: tuple[str, ...] = (),
) -> Cost:
    amounts = {"CNY": yuan, "USD": dollars}
    return Cost(
        {name: {COMPUTED: Decimal(amount)} for name, amount in amounts.items() if amount is not None},
        {} if plan is None else {"USD": Decimal(plan)},
        tokens,
        models,
    )


def status(
    budget: Budget,
    spent: Cost,
    average: str | None = None,
    *,
    period: Period | None = None,
    scope_known: bool = True,
) -> BudgetStatus:
    per_day = None if average is None else Decimal(average)
    return judge(budget, period or PERIODS[budget.period], spent, per_day, NOW, scope_known)


def report(*statuses: BudgetStatus, day: Period = TODAY) -> BudgetReport:
    return BudgetReport(day, statuses, [READ_NOW], budget_problems(statuses))


HOUSE = ("in-house-coder-7b",)
OK = status(DAILY, cost("11.9"), "14.04")
WARNING = status(DAILY, cost("13.5"), "60")
EXCEEDED = status(MONTHLY, cost("52.3"), "2.5")
SCOPED = status(WEEKLY, cost("20.25"), "2.9")
UNPRICED = status(DAILY, cost("3.1", tokens=16_200, models=HOUSE), "3")
UNCONVERTED = status(DAILY, cost("3.1", yuan="8"), "3")
UNSEEN = status(
    Budget("monthly", Decimal(30), "EUR", "model=claude-opus-9"), cost(None), "0", scope_known=False
)
PLANS = status(Budget("weekly", Decimal(100), "USD", count="api_equivalent"), cost("12.5", plan="40"), "7.5")
OCTOBER = calendar_month(TODAY.first.replace(month=10), TODAY.zone, TODAY.zone_name)
PAST_WEEK = iso_week(TODAY.first.replace(day=11), TODAY.zone, TODAY.zone_name)
PAST_DAY = TODAY._replace(first=TODAY.first.replace(day=20), last=TODAY.first.replace(day=20))

BUDGETS = {
    "ok": report(OK),
    "warning": report(WARNING),
    "exceeded": report(EXCEEDED),
    "used-up": report(status(DAILY, cost("15"))),
    "incomplete-unpriced": report(UNPRICED),
    "incomplete-currency": report(UNCONVERTED),
    "incomplete-searches": report(status(DAILY, cost("1", models=HOUSE))),
    "warning-in-part": report(status(DAILY, cost("12.34", yuan="8", tokens=900, models=HOUSE))),
    "exceeded-in-part": report(status(DAILY, cost("16", tokens=16_200, models=HOUSE))),
    "used-up-in-part": report(status(DAILY, cost("15", tokens=16_200, models=HOUSE))),
    "nothing-known": report(status(DAILY, cost(None, tokens=16_200, models=HOUSE))),
    "none": report(),
    "unseen-scope": report(UNSEEN),
    "plans": report(PLANS),
    "several": report(EXCEEDED, UNPRICED, OK, SCOPED),
    "past": report(
        status(MONTHLY, cost("52.3"), period=OCTOBER),
        status(WEEKLY, cost("20.25"), period=PAST_WEEK),
        status(DAILY, cost("0.004"), period=PAST_DAY),
        day=PAST_DAY,
    ),
    "past-warning": report(status(DAILY, cost("13.5"), period=PAST_DAY), day=PAST_DAY),
}
ALERTS = {
    name: (BUDGETS[name], alerts(BUDGETS[name]))
    for name in ("ok", "warning", "several", "none", "nothing-known")
} | {
    "two": (report(EXCEEDED, WARNING, UNPRICED), alerts(report(EXCEEDED, WARNING, UNPRICED))),
}
CHANGES = {
    "new": BudgetChange(DAILY, None, OK),
    "lower": BudgetChange(
        Budget("daily", Decimal(5), "USD"), DAILY, status(Budget("daily", Decimal(5), "USD"), cost("3"))
    ),
    "harder": BudgetChange(MONTHLY, Budget("monthly", Decimal(50), "USD", "provider=openai"), EXCEEDED),
    "unseen-scope": BudgetChange(UNSEEN.budget, None, UNSEEN),
}

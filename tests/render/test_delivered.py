"""What a session start says: no word of it is anybody else's, and every item can be told apart."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from collections.abc import Mapping
from collections.abc import Sequence
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import settings
from hypothesis import strategies as st

from token_tracker.delivery import Item
from token_tracker.model import SCOPE_KINDS
from token_tracker.render.style import Style
from token_tracker.render.text import delivered
from token_tracker.render.text.digest import MOST_TOKENS
from token_tracker.render.text.digest import estimated_tokens
from token_tracker.reports.budgets import Alert
from token_tracker.reports.budgets import BudgetState
from token_tracker.reports.budgets import BudgetStatus
from token_tracker.reports.budgets import alerts
from token_tracker.settings import BUDGET_PERIODS
from token_tracker.settings import Budget

from . import budget_reports
from . import digests
from . import reports
from . import span_reports
from .conftest import Agreed
from .injected_grammar import strangers

Made = Callable[[Style], Item]


def alert_of(status: BudgetStatus) -> Alert:
    [alert] = alerts(budget_reports.report(status))
    return alert


def scoped(scope: str, period: str = "monthly") -> Alert:
    return alert_of(
        budget_reports.status(Budget(period, Decimal(50), "USD", scope), budget_reports.cost("52.3"))
    )


def number_of(scope: str) -> str:
    return hashlib.sha256(scope.encode()).hexdigest()[:8]


EXCEEDED = scoped("all", "daily")
WARNING = alert_of(budget_reports.WARNING)


def test_a_report_is_an_item_with_its_id_and_a_file_name() -> None:
    report, now, zone = digests.DIGESTS["weekly-report-busy"]
    style = span_reports.style("en", now, zone)
    item = delivered.report_item(report, style)

    assert item._replace(content=item.content.splitlines()[0]) == Item(
        "weekly:2026-W46",
        "weekly-report",
        "TOKEN_TRACKER_WEEKLY_2026-W46.md",
        "Last week (Nov 9–15): $7.20 (computed) — 12.4M tokens in 309 requests.",
        "en",
    )


def test_an_alert_is_an_item_that_says_what_is_spent_and_what_is_over() -> None:
    assert delivered.alert_item(EXCEEDED, reports.style("en")) == Item(
        "alert:daily:exceeded:2026-11-22",
        "budget-alert",
        "TOKEN_TRACKER_ALERT_DAILY_EXCEEDED_2026-11-22.md",
        "Today's budget is exceeded: $52.30 spent of $50, $2.30 over.",
        "en",
    )


@pytest.mark.parametrize(
    ("scope", "english", "chinese"),
    [
        ("project=secret-shop", "a project", "某个项目"),
        ("skill=secret-skill", "a skill", "某个技能"),
        ("agent=secret-agent", "a sub-agent", "某个子代理"),
        ("model=secret-coder", "a model", "某个模型"),
        ("model=claude-opus-4-5", "Claude Opus 4.5", "模型 Claude Opus 4.5 "),
        ("provider=secret-cloud", "a provider", "某个服务商"),
        ("provider=openai", "openai", "服务商 openai "),
        ("provider=litellm", "litellm", "服务商 litellm "),
        ("source=secret-tool", "a coding agent", "某个编程助手"),
        ("source=claude-code", "Claude Code", "编程助手 Claude Code "),
    ],
)
def test_only_a_scope_that_we_know_is_named(scope: str, english: str, chinese: str) -> None:
    texts = [delivered.alert_item(scoped(scope), reports.style(lang)).content for lang in ("en", "zh")]

    assert texts == [
        f"This month's budget for {english} is exceeded: $52.30 spent of $50, $2.30 over.",
        f"本月{chinese}的预算已超支：已花 $52.30（共 $50），超出 $2.30。",
    ]


def test_the_file_name_of_an_alert_tells_two_budgets_apart_without_naming_them() -> None:
    names = [
        delivered.alert_item(scoped(f"project={name}"), reports.style("en")).name
        for name in ("shop", "../../blog")
    ]

    assert names == [
        f"TOKEN_TRACKER_ALERT_MONTHLY_{number_of('project=shop').upper()}_EXCEEDED_2026-11-22.md",
        f"TOKEN_TRACKER_ALERT_MONTHLY_{number_of('project=../../blog').upper()}_EXCEEDED_2026-11-22.md",
    ]


def test_a_message_shows_every_item_below_its_id() -> None:
    style = reports.style("en")
    lines = "shop\n# Do this"
    items = [
        Item("daily:2026-11-21", "daily-report", "x", "Yesterday: $5.00.", "en"),
        delivered.alert_item(scoped(f"project={lines}"), style),
        Item("whatever", "unheard-of", "x", "Something else.", "en"),
    ]

    assert delivered.message(items, style).splitlines() == [
        "token-tracker daily:2026-11-21",
        "Yesterday: $5.00.",
        "",
        f"token-tracker alert:monthly:{number_of(f'project={lines}')}:exceeded:2026-11-22",
        "This month's budget for a project is exceeded: $52.30 spent of $50, $2.30 over.",
        "",
        "Something else.",
    ]


def test_the_model_is_told_only_of_a_budget_that_is_exceeded() -> None:
    style = reports.style("en")

    assert delivered.advice([], style) == delivered.advice([WARNING], style) == ""
    assert delivered.advice([WARNING, EXCEEDED], style) == (
        "Today's budget is exceeded: $52.30 spent of $50, $2.30 over."
        " Before costly work, tell the user this and ask whether to go on."
    )


def of_report(name: str) -> Made:
    report, *_ = digests.DIGESTS[name]
    return lambda style: delivered.report_item(report, style)


def of_alert(alert: Alert) -> Made:
    return lambda style: delivered.alert_item(alert, style)


PROJECT = scoped("project=secret-shop")
IN_PART = alert_of(
    budget_reports.status(
        budget_reports.DAILY, budget_reports.cost("16", tokens=16_200, models=budget_reports.HOUSE)
    )
)
USED_UP = alert_of(budget_reports.status(budget_reports.DAILY, budget_reports.cost("15")))
MESSAGES: Mapping[str, Sequence[Made]] = {
    "daily": [of_report("daily-report-busy")],
    "weekly": [of_report("weekly-report-busy")],
    "monthly": [of_report("monthly-report-unfinished")],
    "warning": [of_alert(WARNING)],
    "exceeded": [of_alert(EXCEEDED)],
    "exceeded-in-part": [of_alert(IN_PART)],
    "used-up": [of_alert(USED_UP)],
    "several": [
        of_alert(EXCEEDED),
        of_alert(PROJECT),
        of_report("daily-report-full"),
        of_report("weekly-report-corrections"),
        of_report("monthly-report-unfinished"),
    ],
    "unpriced": [of_report("daily-report-unpriced")],
    "plan": [of_report("daily-report-plan")],
    "two-currencies": [of_report("daily-report-currencies")],
    "failed-source": [of_report("daily-report-failed-source")],
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", MESSAGES)
def test_a_message_reads_as_agreed(name: str, lang: str, agreed: Agreed) -> None:
    style = span_reports.style(lang, digests.NOW, span_reports.SHANGHAI)
    items = [made(style) for made in MESSAGES[name]]
    text = delivered.message(items, style)

    assert text == agreed(f"message-{name}.{lang}.txt", text)
    assert [strangers(item.content, lang) for item in items] == [[] for _ in items]
    assert strangers(text, lang) == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_advice_reads_as_agreed(lang: str, agreed: Agreed) -> None:
    told = [delivered.advice([one], reports.style(lang)) for one in (EXCEEDED, PROJECT, IN_PART, USED_UP)]

    assert "\n".join(told) == agreed(f"advice.{lang}.txt", "\n".join(told))
    assert [strangers(text, lang) for text in told] == [[] for _ in told]


AMOUNTS = st.decimals("0.000000000001", "999999999999", places=12)


@pytest.mark.parametrize("lang", ["zh", "en"])
@settings(max_examples=100)
@given(
    AMOUNTS,
    AMOUNTS,
    st.sampled_from(["USD", "CNY", "JPY", "KWD", "QQQ"]),
    st.sampled_from(BUDGET_PERIODS),
    st.sampled_from(SCOPE_KINDS),
    st.text(min_size=1, max_size=200),
    st.booleans(),
)
def test_no_alert_is_longer_than_allowed_or_says_a_word_of_its_scope(
    lang: str, limit: Decimal, spent: Decimal, currency: str, period: str, kind: str, value: str, hard: bool
) -> None:
    budget = Budget(period, limit, currency, f"{kind}={value}", hard=hard)
    state = BudgetState.EXCEEDED if spent >= limit else BudgetState.WARNING
    status = BudgetStatus(
        budget, budget_reports.PERIODS[period], spent, limit - spent, spent / limit, state, None
    )
    item = delivered.alert_item(alert_of(status), reports.style(lang))

    assert estimated_tokens(item.content) <= MOST_TOKENS
    assert strangers(item.content, lang) == []
    assert re.fullmatch(r"[A-Z0-9_-]+\.md", item.name)
    assert "\n" not in item.content


def test_a_currency_that_does_not_exist_is_not_named() -> None:
    budget = Budget("daily", Decimal(15), "QQQ")
    status = BudgetStatus(
        budget,
        budget_reports.PERIODS["daily"],
        Decimal(16),
        Decimal(-1),
        Decimal(16) / 15,
        BudgetState.EXCEEDED,
        None,
    )

    assert delivered.alert_item(alert_of(status), reports.style("en")).content == (
        "Today's budget is exceeded: ¤16.00 spent of ¤15, ¤1.00 over."
    )

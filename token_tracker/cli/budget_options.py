"""Budgets as people ask for them: what the options of `set-budget` mean, and the file they change."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated
from typing import Any

import typer

from token_tracker.cli.account import Account
from token_tracker.cli.amounts import parse_amount
from token_tracker.cli.options import Common
from token_tracker.cli.writing import plain
from token_tracker.errors import CommandLineError
from token_tracker.ledger import queries
from token_tracker.model import SCOPE_KINDS
from token_tracker.model import Money
from token_tracker.paths import BUDGET_FILE
from token_tracker.paths import user_home
from token_tracker.projects import project_finder
from token_tracker.reports.naming import project_names
from token_tracker.settings import ALL_USAGE
from token_tracker.settings import COUNTS
from token_tracker.settings import Budget
from token_tracker.settings import budget_entry
from token_tracker.settings import change_settings
from token_tracker.settings import read_budget

PERIOD_WORDS = {
    "daily": "daily day 每日 每天 日 天 今天 今日",
    "weekly": "weekly week 每周 每星期 周 星期 本周 这周",
    "monthly": "monthly month 每月 每个月 月 本月 这个月",
}
SCOPE_WORDS = {
    "provider": "provider 服务商 厂商",
    "model": "model 模型",
    "project": "project 项目",
    "source": "source 来源 数据来源 编程助手",
    "skill": "skill 技能",
    "agent": "agent 代理 子代理",
}
ALL_WORDS = ("all", "全部", "所有", "everything")
LONGEST_VALUE = 160
_SHARE = re.compile(r"(\d{1,3}(?:\.\d{1,3})?) ?%?")
_PATH = re.compile(r"[/~\\]|\.{1,2}(?:[/\\]|$)|[A-Za-z]:[/\\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SetBudget(Common):
    """What `set-budget` takes."""

    amount: Annotated[str, typer.Option("--amount", help="The limit: 15, $15, 100元, 15.5 EUR.")]
    period: Annotated[str, typer.Option("--period", help="daily, weekly or monthly.")] = "daily"
    scope: Annotated[
        str, typer.Option("--scope", help="all, or provider|model|project|source|skill|agent=VALUE.")
    ] = "all"
    currency: Annotated[str | None, typer.Option("--currency", help="Currency of the amount.")] = None
    warn: Annotated[str | None, typer.Option("--warn", help="Percent from which on it warns.")] = None
    hard: Annotated[bool | None, typer.Option("--hard/--no-hard", help="Whether work may be stopped.")] = None
    count: Annotated[
        str | None, typer.Option("--count", help="amount, or api_equivalent to add what a plan pays.")
    ] = None
    date: Annotated[str | None, typer.Option("--date", help="Has no meaning here and is ignored.")] = None


@dataclass(frozen=True, slots=True)
class WantedBudget:
    """What was asked for; None where the budget keeps what it had."""

    period: str
    scope: tuple[str, str]
    limit: Money
    warn_percent: Decimal | None
    hard: bool | None
    count: str | None

    def renewed(self, scope: str, previous: Budget | None) -> Budget:
        """Give the budget that takes the place of `previous`."""
        old = previous or Budget(self.period, *self.limit, scope)
        return Budget(
            self.period,
            *self.limit,
            scope,
            old.warn_percent if self.warn_percent is None else self.warn_percent,
            old.hard if self.hard is None else self.hard,
            old.count if self.count is None else self.count,
        )


def read_wanted(options: SetBudget, currency: str) -> WantedBudget:
    """Read the options of `set-budget`; `currency`: of an amount that names none.

    Raises:
        CommandLineError: one of them cannot be understood; it names what would be.
    """
    if options.count is not None and options.count not in COUNTS:
        raise CommandLineError("budget_count_unknown", given=options.count, known=", ".join(COUNTS))
    return WantedBudget(
        read_period(options.period),
        read_scope(options.scope),
        parse_amount(options.amount, currency, is_asked=options.currency is not None),
        None if options.warn is None else read_share(options.warn),
        options.hard,
        options.count,
    )


def read_period(text: str) -> str:
    """Read the period of a budget.

    >>> read_period("每月"), read_period("week")
    ('monthly', 'weekly')
    """
    for period, words in PERIOD_WORDS.items():
        if plain(text) in words.split():
            return period
    raise CommandLineError("budget_period_unknown", given=text)


def read_scope(text: str) -> tuple[str, str]:
    """Read what a budget is limited to, as kind and value; the kind is "" for all usage.

    >>> read_scope("provider=OpenAI"), read_scope("模型：gpt-5"), read_scope("all")
    (('provider', 'openai'), ('model', 'gpt-5'), ('', ''))
    """
    if plain(text) in ALL_WORDS:
        return "", ""
    kind, separator, value = re.match(r"([^=＝:：]*)([=＝:：]?)(.*)", text, re.DOTALL).groups()  # type: ignore[union-attr]  # matches all
    kind, value = plain(kind), value.strip()
    found = [name for name, words in SCOPE_WORDS.items() if kind in words.split()]
    if not (found and separator and value and value.isprintable() and len(value) <= LONGEST_VALUE):
        raise CommandLineError("budget_scope_invalid", given=text, known=", ".join(SCOPE_KINDS))
    return found[0], value.lower() if found[0] in ("provider", "source") else value


def read_share(text: str) -> Decimal:
    """Read from which share of a budget on it warns, in percent.

    >>> read_share("80"), read_share("92.5%")
    (Decimal('80'), Decimal('92.5'))
    """
    found = _SHARE.fullmatch(plain(text))
    if found is None or not 1 <= Decimal(found[1]) <= 100:
        raise CommandLineError("budget_warn_invalid", given=text)
    return Decimal(found[1])


def put_budget(account: Account, wanted: WantedBudget) -> tuple[Budget, Budget | None]:
    """Put a budget into the settings; gives it, and the one of its period and scope before.

    Raises:
        SettingsError, StorageError: as `change_settings` says; nothing is changed.
    """
    scope = _scope_id(account, *wanted.scope)
    done: list[tuple[Budget, Budget | None]] = []

    def put(there: Mapping[str, Any]) -> dict[str, Any]:
        budgets = {budget.id: budget for budget in map(read_budget, there.get("budgets", ()))}
        previous = budgets.get(wanted.renewed(scope, None).id)
        budget = wanted.renewed(scope, previous)
        done.append((budget, previous))
        budgets[budget.id] = budget
        return {"budgets": [budget_entry(one) for one in budgets.values()]}

    change_settings(account.session.home, BUDGET_FILE, put)
    return done[0]


def take_budget(home: Path, budget_id: str) -> Budget:
    """Take a budget out of the settings, and give it.

    Raises:
        CommandLineError: there is none of this id; it names the nearest.
        SettingsError, StorageError: as `change_settings` says; nothing is changed.
    """
    taken: list[Budget] = []

    def take(there: Mapping[str, Any]) -> dict[str, Any]:
        budgets = {budget.id: budget for budget in map(read_budget, there.get("budgets", ()))}
        wanted = budget_id.strip()
        if wanted not in budgets:
            near = get_close_matches(wanted, budgets, 3, 0.3) or list(budgets)[:10]
            raise CommandLineError("budget_unknown", given=budget_id, known=", ".join(near))
        taken.append(budgets.pop(wanted))
        return {"budgets": [budget_entry(one) for one in budgets.values()] or None}

    change_settings(home, BUDGET_FILE, take)
    return taken[0]


def _scope_id(account: Account, kind: str, value: str) -> str:
    if not kind:
        return ALL_USAGE
    return f"{kind}={_project_name(account, value) if kind == 'project' else value}"


def _project_name(account: Account, text: str) -> str:
    """Call a project by its name: settings and answers hold no path."""
    if not _PATH.match(text):
        return text
    folder = os.path.abspath(os.path.expanduser(text))
    path = project_finder(user_home(account.session.environ))(folder)
    return project_names([*queries.values_of(account.ledger, "project"), path])[path].strip("/\\") or text

"""The sentences about budgets in Chinese: the same functions as `en/budgets.py`."""

from __future__ import annotations

from collections.abc import Sequence

_EVERY = {"daily": "每日", "weekly": "每周", "monthly": "每月"}
_NOW = {"daily": "今天", "weekly": "本周", "monthly": "本月"}
_SCOPES = {
    "provider": "服务商",
    "model": "模型",
    "project": "项目",
    "source": "编程助手",
    "skill": "技能",
    "agent": "子代理",
}


# What a budget is called.


def current(*, period: str, kind: str, value: str, hard: bool, with_plans: bool) -> str:
    """A budget in the period that is running.

    `kind`, `value`: its scope, both "" for all usage; `value` alone where it is not to be named.
    """
    return f"{_NOW[period]}{_scope(kind, value)}的{_budget(hard, with_plans)}"


def past(*, when: str, kind: str, value: str, hard: bool, with_plans: bool) -> str:
    """A budget in another period. `when`: its day, days or month."""
    return f"{when}{_scope(kind, value)}的{_budget(hard, with_plans)}"


def every(*, period: str, kind: str, value: str, hard: bool, with_plans: bool) -> str:
    """A budget as it is set, for every period."""
    of = f"{_scope(kind, value)}的" if kind else ""
    return f"{of}{_EVERY[period]}{_budget(hard, with_plans)}"


def week(*, first: str, last: str) -> str:
    """A week that is not this one."""
    return f"{first}至{last}"


# How it stands, in one line.


def left(*, name: str, left: str, limit: str, used: str) -> str:
    """There is enough left."""
    return f"{name}还剩 {left}（共 {limit}，已用 {used}）。"


def nearly_used(*, name: str, left: str, limit: str, used: str, partial: bool) -> str:
    """It warns. `partial`: some usage could not be counted."""
    if partial:
        return f"{name}快用完了：最多还剩 {left}（共 {limit}，至少用了 {used}）。"
    return f"{name}快用完了：还剩 {left}（共 {limit}，已用 {used}）。"


def exceeded(*, name: str, over: str, limit: str, used: str, partial: bool) -> str:
    """More than all of it is used. `partial`: some usage could not be counted."""
    if partial:
        return f"{name}至少超出 {over}（共 {limit}，至少用了 {used}）。"
    return f"{name}已超出 {over}（共 {limit}，已用 {used}）。"


def used_up(*, name: str, limit: str, partial: bool) -> str:
    """Exactly all of it is used. `partial`: some usage could not be counted."""
    return f"{name}已经用完（共 {limit}），可能还超出了。" if partial else f"{name}刚好用完（共 {limit}）。"


def not_judged(*, name: str, spent: str, limit: str, unknown: Sequence[str]) -> str:
    """Part of what it counts is not known."""
    return f"{name}够不够说不准：已知花了 {spent}（共 {limit}），还有没算进去的用量：{'，'.join(unknown)}。"


def nothing_known(*, name: str, limit: str, unknown: Sequence[str]) -> str:
    """Nothing of what it counts is known."""
    return f"{name}共 {limit}，够不够说不准：{'，'.join(unknown)}。"


def unpriced_tokens(*, tokens: str) -> str:
    """Part of a sentence: tokens without a price."""
    return f"{tokens} token 单价未知"


def unpriced_searches() -> str:
    """Part of a sentence: usage without tokens that has no price."""
    return "联网搜索单价未知"


def unconverted(*, amount: str) -> str:
    """Part of a sentence: an amount of another currency."""
    return f"{amount} 没有汇率可换算"


# Details.


def spent(*, amount: str, partial: bool, with_plan: bool, warn: str, warn_amount: str) -> str:
    """What was spent, and from when on it warns. `with_plan`: plan usage counts at list price."""
    spent = f"{'已知用了' if partial else '已用'} {amount}（含套餐折合）"
    if not with_plan:
        spent = f"{'已知花了' if partial else '已花'} {amount}"
    return f"{spent}；用到 {warn}（{warn_amount}）开始提醒。"


def warns(*, warn: str, warn_amount: str) -> str:
    """From when on it warns, where nothing is known of what was spent."""
    return f"用到 {warn}（{warn_amount}）开始提醒。"


def exchanged(*, amount: str, rate: str) -> str:
    """What of it was in another currency."""
    return f"其中 {amount} 按汇率 {rate}换算。"


def forecast(*, period: str, amount: str, over: str) -> str:
    """Where it is heading; `over`: by how much beyond the limit, "" when within it."""
    end = f"会超出 {over}" if over else "在预算之内"
    return f"照前 7 天的日均花费，{_NOW[period]}总共约 {amount}，{end}。"


def which_unpriced(*, models: Sequence[str], more: int) -> str:
    """The models without a price, and what to do. `more`: models that are not named."""
    named = "、".join(models) + (f"等 {len(models) + more} 个模型" if more else "")
    return f"单价未知的模型：{named}；可用 `token-tracker prices set` 设置单价。"


def why_unconverted(*, currencies: Sequence[str], currency: str) -> str:
    """Why an amount does not count."""
    return (
        f"不知道 {'、'.join(currencies)} 对 {currency} 的汇率，这部分没有计入；"
        "`token-tracker rates update` 可以取回汇率。"
    )


def plan_not_counted(*, amount: str) -> str:
    """What a plan pays is outside a budget that does not count it."""
    return f"套餐内用量折合 {amount}，没有计入；`set-budget` 加上 `--count api_equivalent` 可以计入。"


def scope_unused(*, kind: str, value: str) -> str:
    """Nobody ever used what it is limited to."""
    return f"还没有见过{_scope(kind, value)}的用量；如果是名称写错了，请重新设置。"


def more_budgets(*, count: int) -> str:
    """Budgets that are not told here."""
    return f"另有 {count:,} 个预算，见 `token-tracker budget-status`。"


# Alerts.


def no_alerts(*, unjudged: int) -> str:
    """No budget is in warning or exceeded. `unjudged`: how many nobody can judge."""
    return f"没有预算告警，但有 {unjudged:,} 个预算够不够还说不准。" if unjudged else "没有预算告警。"


def several_alerts(*, count: int, unjudged: int) -> str:
    """The first line where there are several. `unjudged`: how many more nobody can judge."""
    rest = f"，另有 {unjudged:,} 个预算够不够还说不准" if unjudged else ""
    return f"有 {count:,} 个预算告警{rest}："


# Settings.


def no_budget() -> str:
    """Nothing is set."""
    return "还没有设置预算。"


def how_to_set() -> str:
    """What to run."""
    return "要设每日预算，运行 `token-tracker set-budget --amount 15`；要按月，加上 `--period monthly`。"


def was_set(*, name: str, limit: str, warn: str) -> str:
    """A budget that was not there before."""
    return f"已设置{name}：{limit}，用到 {warn} 开始提醒。"


def was_changed(*, name: str, limit: str, previous: str, warn: str) -> str:
    """A budget with another limit than before."""
    return f"{name}已从 {previous} 改为 {limit}，用到 {warn} 开始提醒。"


def stays(*, name: str, limit: str, warn: str) -> str:
    """A budget with the same limit as before."""
    return f"{name}还是 {limit}，用到 {warn} 开始提醒。"


def was_before(*, name: str, limit: str, warn: str) -> str:
    """What it was, where more than the limit changed."""
    return f"原来是{name}：{limit}，用到 {warn} 开始提醒。"


def foreign(*, currencies: Sequence[str], currency: str) -> str:
    """Nothing is priced in a budget's currency."""
    priced = "、".join(currencies)
    return f"目前的用量按 {priced} 计价，又不知道对 {currency} 的汇率：一有用量，这个预算就说不准了。"


def was_removed(*, name: str, limit: str) -> str:
    """A budget that is no more."""
    return f"已删除{name}（{limit}）。"


def budgets_listed(*, count: int) -> str:
    """The first line of a list."""
    return f"共 {count:,} 个预算："


def listed(*, name: str, limit: str, warn: str, budget: str) -> str:
    """One budget as it is set. `budget`: its id."""
    return f"{name}：{limit}，用到 {warn} 开始提醒（`{budget}`）"


def _scope(kind: str, value: str) -> str:
    if not kind:
        return ""
    return f"{_SCOPES[kind]} {value} " if value else f"某个{_SCOPES[kind]}"


def _budget(hard: bool, with_plans: bool) -> str:
    return f"{'硬性预算' if hard else '预算'}{'（含套餐折合）' if with_plans else ''}"

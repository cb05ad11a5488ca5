"""The sentences of the short reports in Chinese: the same functions as `en/digest.py`."""

from __future__ import annotations

from collections.abc import Sequence

# When.


def today_until(*, time: str, day: str) -> str:
    """The current day."""
    return f"今天（{day}）截至 {time} "


def week_until(*, time: str, days: str) -> str:
    """The current ISO week."""
    return f"本周（{days}）截至今天 {time} "


def month_until(*, time: str, days: str) -> str:
    """The current month."""
    return f"本月（{days}）截至今天 {time} "


# An amount with its kind.


def computed(*, amount: str) -> str:
    """All of it is computed at list price."""
    return f"{amount}（按单价计算）"


def estimated(*, amount: str) -> str:
    """All of it is what agents estimated."""
    return f"{amount}（编程助手自己的估算）"


def billed(*, amount: str) -> str:
    """All of it was billed."""
    return f"{amount}（账单金额）"


def reported(*, amount: str) -> str:
    """All of it was recorded as it is, by the host or by hand."""
    return f"{amount}（直接记录）"


def inferred(*, amount: str) -> str:
    """All of it is inferred from balances."""
    return f"{amount}（余额推算）"


def of_several_kinds(*, amount: str, parts: Sequence[str]) -> str:
    """A total of several kinds."""
    return f"{amount}（{' + '.join(parts)}）"


def amounts(*, listed: Sequence[str]) -> str:
    """Amounts of several currencies, each with its kind."""
    return "、".join(listed)


def many_amounts(*, when: str, currencies: int, tokens: str, requests: int) -> str:
    """Instead of the answer, where its amounts are too many to tell."""
    return f"{when}的费用分属 {currencies:,} 种货币：{tokens} token，{requests:,} 次请求。"


# What else there is to say.


def may_be_too_low() -> str:
    """Something could not be read."""
    return "有些日志或账单没能读到，实际花费可能更多；原因见 `token-tracker doctor`。"


def usual_day(*, amount: str) -> str:
    """What a day is compared with."""
    return f"前 7 天日均（{amount}）"


def most_expensive_model(*, name: str, amount: str) -> str:
    """The model that cost most."""
    return f"花费最多的模型：{name}，{amount}。"


def unknown_model() -> str:
    """Instead of the name of a model that the price card does not know."""
    return "未知模型"


def covered_by_plan(*, amount: str) -> str:
    """Plan-paid usage beside other usage."""
    return f"套餐内的用量未计入金额，按 API 公开价折合 {amount}。"


def corrected(*, when: str, change: str, amount: str) -> str:
    """A period that went out with another amount."""
    return f"{when}的金额更正：{change}，现为 {amount}。"

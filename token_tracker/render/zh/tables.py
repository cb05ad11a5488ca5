"""The sentences and headings of tables, in Chinese: the same functions as `en/tables.py`."""

from __future__ import annotations

from collections.abc import Sequence

# Headings of columns.


def day() -> str:
    """Rows by local day."""
    return "日期"


def week() -> str:
    """Rows by ISO week."""
    return "周"


def month() -> str:
    """Rows by month."""
    return "月份"


def project_and_day() -> str:
    """Rows by project, and by day below each."""
    return "项目、日期"


def last_active() -> str:
    """When a session was last active."""
    return "最近活动"


def project() -> str:
    """The project of a session."""
    return "项目"


def session() -> str:
    """The id of a session."""
    return "会话"


def models() -> str:
    """The models of a row."""
    return "模型"


def uncached_input() -> str:
    """One kind of tokens."""
    return "未缓存输入"


def output() -> str:
    """One kind of tokens."""
    return "输出"


def cache_write() -> str:
    """One kind of tokens."""
    return "缓存写入"


def cache_read() -> str:
    """One kind of tokens."""
    return "缓存读取"


def tokens() -> str:
    """Tokens of all kinds."""
    return "token 合计"


def cost() -> str:
    """Money."""
    return "费用"


# Cells.


def week_of(*, year: int, number: int, first: str, last: str, last_in_month: str) -> str:
    """An ISO week; `last_in_month`: the last day without its month, "" when the months differ."""
    end = f"{last_in_month}日" if last_in_month else last
    return f"{year}年第{number}周（{first if first == last else f'{first}至{end}'}）"


def several(*, names: Sequence[str], more: int) -> str:
    """Models or projects of one row; `more`: those that are not named."""
    return "、".join(names) + (f" 等 {len(names) + more} 个" if more else "")


def no_session() -> str:
    """The log names no session."""
    return "未写明会话"


def total() -> str:
    """The last row."""
    return "合计"


# The first line, where the cost is not to be shown.


def used(*, when: str, tokens: str, requests: int) -> str:
    """What was used."""
    return f"{when}用了 {tokens} token，{requests:,} 次请求。"


def nothing_used(*, when: str) -> str:
    """Nothing was used."""
    return f"{when}没有用量。"


# On stderr, beside the JSON of another program that has no place for it.


def not_in_dollars(*, amount: str) -> str:
    """Money of another currency."""
    return f"totalCost 以美元计，未计入 {amount}。"


def plan_in_total_cost(*, amount: str) -> str:
    """Usage that a plan pays for."""
    return f"totalCost 里有 {amount} 是套餐内的用量，按 API 公开价折合。"


def unpriced_in_total_cost(*, tokens: str, models: Sequence[str], more: int) -> str:
    """Tokens without a price. `more`: models that are not named."""
    named = "、".join(models) + (f" 等 {len(models) + more} 个模型" if more else "")
    of = f"（{named}）" if named else ""
    return f"有 {tokens} token 单价未知{of}，totalCost 未计入。"

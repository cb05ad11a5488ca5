"""What the answers about balances say in Chinese, as functions with named arguments.

Amounts, percentages, days and times come in already written. English: `en/balances.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

_PARTS = {
    "granted": "赠送",
    "topped_up": "充值",
    "voucher": "代金券",
    "cash": "现金",
    "credit": "信用额度",
    "owed": "账户",
}
_WINDOWS = {"5h": "5 小时", "day": "每天", "week": "每周", "month": "每月"}
_QUOTAS = {
    "usage": "全部用量",
    "limit": "全部用量",
    "limit_5h": "全部用量",
    "limit_month_total": "全部用量",
    "limit_month_code": "编程",
    "general": "通用",
    "video": "视频",
}
_SPENT = {"today": "今天", "week": "本周", "month": "本月", "": "累计"}


def at_each(*, amounts: Sequence[str]) -> str:
    """What is left at several providers."""
    return f"余额：{'，'.join(amounts)}。"


def at_one(*, name: str, amount: str) -> str:
    """What is left at one of several."""
    return f"{name} {amount}"


def of_currency(*, name: str, currency: str) -> str:
    """One currency of an account that has several."""
    return f"{name} {currency}"


def left(*, name: str, amounts: Sequence[str]) -> str:
    """What is left, where it is not known for how long."""
    return f"{name}：余额 {' 和 '.join(amounts)}。"


def left_for(*, name: str, amount: str, days: int) -> str:
    """What is left, and for how many whole days."""
    return f"{name}：余额 {amount}，按现在的花费速度{_lasting(days)}。"


def used_up(*, name: str, amount: str) -> str:
    """A balance of zero."""
    return f"{name}：余额已用完（{amount}）。"


def in_debt(*, name: str, amount: str) -> str:
    """A balance below zero; `amount`: what is owed."""
    return f"{name}：余额已用完，还欠费 {amount}。"


def refused(*, name: str, amount: str) -> str:
    """A balance that cannot be spent."""
    return f"{name}：余额 {amount}，但服务商仍拒绝调用。"


def calls_refused() -> str:
    """What follows from an empty account."""
    return "服务商拒绝调用。"


def last_known(*, name: str, amounts: Sequence[str], minutes: int, time: str) -> str:
    """A provider that does not answer now; `time`: when it last did."""
    return f"{name}：这次没有查到，{_ago(minutes)}（{time}）的余额是 {' 和 '.join(amounts)}。"


def parts(*, parts: Sequence[str]) -> str:
    """What a balance is made of."""
    return f"其中{'，'.join(parts)}。"


def part(*, name: str, amount: str) -> str:
    """One part of a balance."""
    return f"{_PARTS.get(name, f' {name}')} {amount}"


def part_owed(*, name: str, amount: str) -> str:
    """A part below zero; `amount`: what is owed."""
    return f"{_PARTS.get(name, f' {name} ')}欠费 {amount}"


def pace(*, amount: str, snapshots: int, days: str, first: str, last: str) -> str:
    """How fast it falls, and what tells so."""
    return f"日均花费 {amount}，由 {days} 天里（{first} 至 {last}）的 {snapshots} 次余额推算。"


def nothing_spent(*, days: str, first: str, last: str) -> str:
    """A balance that does not fall."""
    return f"无法估计还能用多久：{days} 天里（{first} 至 {last}）没有花费。"


def too_few(*, days: int) -> str:
    """A pace that nothing tells yet."""
    return f"无法估计还能用多久：最近 {days} 天里没有间隔一天以上的两次余额。"


def history(*, name: str) -> str:
    """Above the rows of the history."""
    return f"{name} 每天最后一次的余额，以及与上一次相比的花费和充值："


def history_row(*, day: str, total: str, spent: str, topped_up: str) -> str:
    """A day; `spent`, `topped_up`: "" where nothing was."""
    more = [f"花费 {spent}" if spent else "", f"充值 {topped_up}" if topped_up else ""]
    return "，".join([f"{day}：{total}", *filter(None, more)])


def quota_used(*, name: str, ratio: str, count: int) -> str:
    """How much of a quota is used, of several the most."""
    return f"{name}：{'配额' if count == 1 else '最紧的配额'}已用 {ratio}。"


def quota_unlimited(*, name: str) -> str:
    """A plan that limits nothing."""
    return f"{name}：配额不限量。"


def quota_unknown(*, name: str) -> str:
    """A plan whose use cannot be told."""
    return f"{name}：有配额，但不知道用了多少。"


def nothing_told(*, name: str) -> str:
    """A key that is told neither a balance nor a quota."""
    return f"{name} 没有告诉这个密钥还剩多少。"


def quota_row(*, name: str, window: str, ratio: str, used: int | None, limit: int | None, resets: str) -> str:
    """One window of a quota; `resets`: "" where unknown."""
    counts = "" if used is None or limit is None else f"（{used:,} / {limit:,}）"
    return f"{_quota(name, window)}：已用 {ratio}{counts}{_resets(resets)}"


def quota_row_unlimited(*, name: str, window: str) -> str:
    """A window that the plan does not limit."""
    return f"{_quota(name, window)}：不限量"


def quota_row_unknown(*, name: str, window: str, resets: str) -> str:
    """A window whose figures can be read in two ways."""
    return f"{_quota(name, window)}：不知道用了多少，服务商的回答有两种读法{_resets(resets)}"


def spent(*, amounts: Sequence[str], this_key: bool) -> str:
    """What was spent by the provider's own word."""
    reach = "仅此密钥，" if this_key else ""
    return f"服务商自己统计的花费（{reach}按 UTC 日期）：{'，'.join(amounts)}。"


def spent_in(*, window: str, amount: str) -> str:
    """What was spent in one window."""
    return f"{_SPENT.get(window, window)} {amount}"


def asked(*, names: Sequence[str], time: str, zone: str) -> str:
    """Who was asked, and when."""
    return f"数据：{time}（{zone}）向 {'、'.join(names)} 查询。"


def none_asked(*, zone: str) -> str:
    """Nobody answered."""
    return f"数据：这次没有服务商回答；时间按 {zone}。"


def _quota(name: str, window: str) -> str:
    return "，".join(filter(None, (_QUOTAS.get(name, name), _WINDOWS.get(window, window)))) or "配额"


def _resets(time: str) -> str:
    return f"，{time} 重新计算" if time else ""


def _lasting(days: int) -> str:
    if days > 365:
        return "还能用一年以上"
    return f"大约还能用 {days} 天" if days else "还能用不到一天"


def _ago(minutes: int) -> str:
    if minutes < 1:
        return "不到一分钟前"
    if minutes < 60:
        return f"{minutes} 分钟前"
    return f"{minutes // 60} 小时前" if minutes < 48 * 60 else f"{minutes // 1440} 天前"

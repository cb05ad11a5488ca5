"""What the answers about bills and balances say in Chinese. English: `en/fetching.py`."""

from __future__ import annotations

from collections.abc import Sequence


def all_fetched(*, count: int) -> str:
    """Every provider answered."""
    return "已从 1 个服务商获取。" if count == 1 else f"已从全部 {count} 个服务商获取。"


def some_fetched(*, count: int, came: int) -> str:
    """Some providers answered, some did not, or not to the end."""
    if came == count:
        return "没有全部获取成功，得到的数据已保存。"
    return f"已从 {count} 个服务商中的 {came} 个获取，得到的数据已保存。"


def none_fetched(*, count: int) -> str:
    """No provider answered."""
    return f"{count} 个服务商都没有获取成功；以前获取的数据仍然有效。"


def bill_of(*, name: str, first: str, last: str, days: int, amount: str, is_open: bool) -> str:
    """What a provider billed; `days`: of how many days the bill came. `is_open`: the last one goes on."""
    span = first if first == last else f"{first} 至 {last}"
    return f"{name}：UTC {span} 账单 {amount}（{days} 天{'，今天的到目前为止' if is_open else ''}）"


def no_day_of(*, name: str) -> str:
    """A provider that had no day to tell of."""
    return f"{name}：还没有已结束的日子可获取"


def left_of(*, name: str, amounts: str) -> str:
    """What is left on an account."""
    return f"{name}：余额 {amounts}（没有用量接口，费用由余额变化推算）"


def quota_of(*, name: str) -> str:
    """A provider that tells only the quota of a plan."""
    return f"{name}：已获取套餐配额"


def spent_of(*, name: str, amounts: str) -> str:
    """A provider that tells only what was spent."""
    return f"{name}：本月（UTC）已花费 {amounts}，此密钥读不到账单"


def recent(*, name: str) -> str:
    """A provider whose bill came less than a minute ago."""
    return f"{name}：一分钟内已获取过"


def restated(*, day: str, by: str) -> str:
    """A finished day whose bill the provider has changed."""
    return f"服务商更正了 UTC {day} 的账单：{by}"


def failed(*, name: str, what: str, why: str, fix: str) -> str:
    """A provider that gave nothing, or not all."""
    return f"{what}{why}{fix}" if name in what else f"{name}：{what}{why}{fix}"


def listed(*, parts: Sequence[str]) -> str:
    """Several amounts."""
    return "，".join(parts)

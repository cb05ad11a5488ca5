"""The sentences about exchange rates in Chinese: the same functions as `en/rates.py`."""

from __future__ import annotations

from collections.abc import Sequence

_SOURCES = {"ecb": "欧洲央行", "user": "自己设置"}


def stated(*, base: str, rate: str, quote: str) -> str:
    """One rate."""
    return f"1 {base} = {rate} {quote}"


def dated(*, rates: Sequence[str], source: str, day: str) -> str:
    """Rates with who stated them, and their day."""
    return f"{'、'.join(rates)}（{_SOURCES.get(source, source)}，{day}）"


def was_set(*, rate: str, day: str) -> str:
    """A rate of the person's own is kept."""
    return f"已设置：{day} 起 {rate}，直到有日期更晚的汇率。"


def stays(*, rate: str, day: str) -> str:
    """The same rate was known before."""
    return f"没有变化：{day} 起 {rate}，直到有日期更晚的汇率。"


def were_fetched(*, last: str, added: int, replaced: int) -> str:
    """Rates of the European Central Bank are new, or changed."""
    changed = f"，更正 {replaced:,} 个" if replaced else ""
    return f"已取回欧洲央行截至 {last} 的汇率：新增 {added:,} 个{changed}。"


def nothing_new(*, last: str) -> str:
    """All that was fetched was known."""
    return f"欧洲央行截至 {last} 的汇率之前都已取回，没有新的。"


def nothing_known() -> str:
    """There is no rate at all."""
    return "还没有任何汇率，所以什么也不换算。"


def how_to_have_some() -> str:
    """What to run."""
    return (
        "`token-tracker rates update` 取回欧洲央行的汇率，"
        "`token-tracker rates set USD CNY 7.12` 设置自己的汇率。"
    )


def in_use(*, currency: str, rates: Sequence[str]) -> str:
    """What amounts are converted with today."""
    return f"金额会同时换算成 {currency}，今天用的汇率是 {'和 '.join(rates)}。"


def own() -> str:
    """Heading."""
    return "自己设置的汇率："


def own_rate(*, rate: str, day: str) -> str:
    """One of them."""
    return f"{day} 起 {rate}"


def of_ecb(*, day: str) -> str:
    """Heading."""
    return f"欧洲央行 {day} 的参考汇率，1 EUR 等于："


def ecb_known(*, first: str, last: str, days: int) -> str:
    """Of how many days there are rates of the European Central Bank."""
    if days == 1:
        return f"已有它 {last} 这一天的汇率。"
    return f"已有它 {days:,} 天的汇率：{first} 至 {last}。"


def converted(*, amount: str, rates: Sequence[str]) -> str:
    """What all of it comes to in one currency."""
    return f"合计约 {amount}，汇率 {'和 '.join(rates)}。"

"""What errors about exchange rates say in Chinese: as in `en/rate_errors.py`."""

from __future__ import annotations

from token_tracker.render.words import ErrorText


def exchange_rate_invalid(*, given: str) -> ErrorText:
    """An exchange rate that is no number above zero."""
    return ErrorText(
        f"汇率“{given}”不能用。",
        "汇率必须是大于零、小于 1,000,000,000 的小数，最多 12 位小数。",
        "请写出 1 单位前一种货币值多少后一种货币，例如 `token-tracker rates set USD CNY 7.12`。",
    )


def exchange_rate_of_itself(*, currency: str) -> ErrorText:
    """An exchange rate between a currency and itself."""
    return ErrorText(
        f"{currency} 对自己没有汇率。",
        "给出的两种货币是同一种。",
        "请写两种不同的货币，例如 `token-tracker rates set USD CNY 7.12`。",
    )


def exchange_rate_in_future(*, given: str, today: str) -> ErrorText:
    """An exchange rate of a day that has not begun."""
    return ErrorText(
        f"{given} 的汇率现在还没人知道。",
        f"这一天还没到，今天是 {today}。",
        "请写今天或更早的日期：汇率会一直用到有更晚的为止。",
    )


def rates_not_understood(*, line: str) -> ErrorText:
    """What was fetched is no list of euro reference rates."""
    return ErrorText(
        "取回的汇率不能用。",
        f"从第 {line} 行起，内容不是欧洲央行的汇率 XML；什么也没有改。",
        "请稍后再试，或者用 `token-tracker rates set USD CNY 7.12` 设置自己的汇率。",
    )


def rates_address_invalid(*, given: str) -> ErrorText:
    """`rates update --from` is no address."""
    return ErrorText(
        f"“{given}”不是可以取汇率的地址。",
        "地址要以 https:// 开头，并写明主机。",
        "请改正它，或者去掉 `--from` 再运行 `token-tracker rates update`。",
    )

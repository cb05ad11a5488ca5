"""What an error about an amount says in Chinese: the same functions as `en/amount_errors.py`."""

from __future__ import annotations

from token_tracker.render.words import ErrorText


def amount_not_understood(*, given: str) -> ErrorText:
    """An amount in words or digits that we do not read."""
    return ErrorText(
        f"看不懂金额“{given}”。",
        "金额只能是一个数，可以带货币，例如：15、15美元、$15、100元、20欧元。",
        "请只写数字；需要指定货币时，用 `--currency`。",
    )


def amount_ambiguous(*, given: str) -> ErrorText:
    """An amount whose commas and points can be read in two ways."""
    return ErrorText(
        f"金额“{given}”有两种读法。",
        "分不清哪个符号是小数点、哪个是千位分隔符。",
        "请写成 1.5、1234.56 或 1,234.56。",
    )


def amount_not_positive(*, given: str) -> ErrorText:
    """An amount of zero or less where there must be money."""
    return ErrorText(
        f"金额“{given}”必须大于零。",
        "零和负数在这里没有意义。",
        "请写一个大于零的金额，例如 15 或 0.5。",
    )


def cost_negative(*, given: str) -> ErrorText:
    """A cost below zero."""
    return ErrorText(
        f"费用“{given}”不能是负数。",
        "费用可以是零，但不能小于零。",
        "请写实际的花费，例如 0、0.12 或 1.5美元。",
    )


def amount_too_large(*, given: str, largest: str) -> ErrorText:
    """An amount above the limit."""
    return ErrorText(
        f"金额“{given}”太大。",
        f"最大只能是 {largest}。",
        "请检查是不是多打了几位，再换一个小些的金额。",
    )


def amount_too_precise(*, given: str, most: str) -> ErrorText:
    """An amount with more decimals than are kept."""
    return ErrorText(
        f"金额“{given}”的小数位太多。",
        f"最多保留 {most} 位小数。",
        "请四舍五入后再试。",
    )


def currency_conflict(*, given: str, named: str, asked: str) -> ErrorText:
    """An amount in another currency than `--currency`."""
    return ErrorText(
        "同时指定了两种货币。",
        f"金额“{given}”的货币是 {named}，而 `--currency` 是 {asked}。",
        "请只保留一种：要么写在金额里，要么用 `--currency`。",
    )

"""What errors about manual records say in Chinese: as in `en/record_errors.py`."""

from __future__ import annotations

from token_tracker.render.words import ErrorText


def name_invalid(*, option: str, given: str, longest: str) -> ErrorText:
    """A name or note that is empty, too long, or holds control characters."""
    return ErrorText(
        f"{option} 的值不能用：{given}。",
        f"它是空的、超过 {longest} 个字符，或者含有控制字符。",
        "请用一行以内的简短文字。",
    )


def count_not_understood(*, option: str, given: str) -> ErrorText:
    """A number of tokens that is no whole number."""
    return ErrorText(
        f"{option} 的值不是 token 数：{given}。",
        "token 数必须是整数。",
        "只写数字，例如 12000 或 12,000。",
    )


def count_negative(*, option: str, given: str) -> ErrorText:
    """A number of tokens below zero."""
    return ErrorText(
        f"{option} 的值是负数：{given}。",
        "用掉的 token 不可能少于零。",
        "请填实际用掉的数量；要改正 `log` 记过的一笔，加上 --replace 重新记录。",
    )


def count_too_large(*, option: str, given: str, largest: str) -> ErrorText:
    """More tokens than one record can hold."""
    return ErrorText(
        f"{option} 的值太大：{given}。",
        f"一笔记录最多 {largest} token。",
        "请核对数字，可能单位不对。",
    )


def day_purged(*, day: str, before: str) -> ErrorText:
    """A record for a day whose usage was purged."""
    return ErrorText(
        f"{day} 不能再补记。",
        f"{before} 之前的用量已用 `purge` 永久删除，补记也不会计入。",
        "请用 `--date` 选更晚的日期；不写 `--date` 就是记在今天。",
    )

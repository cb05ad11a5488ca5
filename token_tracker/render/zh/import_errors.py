"""What errors about imported files say in Chinese: as in `en/import_errors.py`."""

from __future__ import annotations

from token_tracker.render.words import ErrorText
from token_tracker.render.zh.reasons import reason_in_chinese


def import_shape_unknown(*, path: str, keys: str) -> ErrorText:
    """An imported file has a shape that is not known."""
    found = f"文件里的键是：{keys}。" if keys else "文件里一行记录也没有。"
    return ErrorText(
        f"{path} 里没有可以导入的用量。",
        f"{found}什么也没有导入。",
        "可以导入的是：记录的列表、JSON Lines，或者含有 `records`、`sessions`、`usage` 或 `days` 的对象；"
        "每条记录要有日期或时间、模型、输入和输出 token 数、费用。",
    )


def import_file_missing(*, given: str) -> ErrorText:
    """A file to import that is not there."""
    return ErrorText(
        f"没有 {given} 这个文件。",
        "只能导入已有的文件。",
        "请检查路径；相对路径从当前目录算起。",
    )


def import_file_unreadable(*, path: str, reason: str) -> ErrorText:
    """A file to import that cannot be read."""
    return ErrorText(
        f"读不了 {path}。",
        reason_in_chinese(reason),
        "请修正文件权限，或者换一个文件。",
    )


def import_too_large(*, path: str, largest: str) -> ErrorText:
    """A file to import that is too large."""
    return ErrorText(
        f"{path} 太大，无法导入。",
        f"一个文件最多 {largest} MB。",
        "请把它拆成几个文件，分别导入。",
    )

"""What a session start says around the short reports in Chinese: the same functions as `en/delivered.py`."""

from __future__ import annotations


def heading(*, item: str) -> str:
    """The line above an item, by which a person knows it again. `item`: its id in the safe form."""
    return f"token-tracker {item}"


def nearly_used(*, name: str, spent: str, limit: str, left: str, partial: bool) -> str:
    """A budget warns. `partial`: some usage could not be counted."""
    if partial:
        return f"{name}快用完了：至少已花 {spent}（共 {limit}），最多还剩 {left}。"
    return f"{name}快用完了：已花 {spent}（共 {limit}），还剩 {left}。"


def exceeded(*, name: str, spent: str, limit: str, over: str, partial: bool) -> str:
    """A budget is exceeded. `partial`: some usage could not be counted."""
    if partial:
        return f"{name}已超支：至少已花 {spent}（共 {limit}），至少超出 {over}。"
    return f"{name}已超支：已花 {spent}（共 {limit}），超出 {over}。"


def used_up(*, name: str, limit: str, partial: bool) -> str:
    """Exactly all of a budget is spent. `partial`: some usage could not be counted."""
    return f"{name}已经用完（共 {limit}）{'，可能还超出了' if partial else ''}。"


def warns(*, name: str) -> str:
    """A budget warns, where its amounts are too long to tell."""
    return f"{name}快用完了。"


def is_exceeded(*, name: str) -> str:
    """A budget is exceeded, where its amounts are too long to tell."""
    return f"{name}已超支。"


def advice(*, alert: str) -> str:
    """What the model should do while a budget is exceeded. `alert`: which, as a sentence."""
    return f"{alert}在做花费较大的工作之前，请先告诉用户，问清是否继续。"

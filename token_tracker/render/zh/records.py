"""What is said of usage that is recorded by hand, in Chinese: as in `en/records.py`."""

from __future__ import annotations

from collections.abc import Sequence


def logged(*, session: str, tokens: str, fresh: str, output: str, cost: str) -> str:
    """An entry was added; `cost`: an amount, or that no price is known."""
    return f"已为会话 {session} 记一笔：{tokens} token（输入 {fresh}，输出 {output}），{cost}。"


def logged_instead(*, session: str, tokens: str, fresh: str, output: str, cost: str) -> str:
    """An entry took the place of earlier ones of its day."""
    counted = f"{tokens} token（输入 {fresh}，输出 {output}）"
    return f"已为会话 {session} 记一笔，替换当天先前的记录：{counted}，{cost}。"


def session_recorded(*, session: str, tokens: str, fresh: str, output: str, cost: str) -> str:
    """The totals of a session were recorded."""
    return f"已记录会话 {session} 的累计用量：{tokens} token（输入 {fresh}，输出 {output}），{cost}。"


def session_updated(*, session: str, tokens: str, fresh: str, output: str, cost: str) -> str:
    """The totals of a session took the place of earlier ones."""
    return f"已更新会话 {session} 的累计用量：{tokens} token（输入 {fresh}，输出 {output}），{cost}。"


def session_covered(*, session: str, source: str) -> str:
    """A log covers the session: the record does not count."""
    return f"已保存，但不计入：{source} 的日志里已经有会话 {session} 的用量。"


def why_covered() -> str:
    """Why a record does not count."""
    return "日志比手工记录的累计值准确，两边都算就重复了。"


def always_add() -> str:
    """What to do when the record is of other usage."""
    return "如果这笔用量不在任何日志里，请改用 `token-tracker log`，它总会计入。"


def model_line(*, name: str) -> str:
    """The model of a record."""
    return f"模型：{name}。"


def on_day(*, day: str) -> str:
    """The day of a record that is not for today."""
    return f"记在 {day}。"


def session_so_far(*, session: str, tokens: str, requests: int, cost: str) -> str:
    """Everything that was recorded for a session."""
    return f"会话 {session} 目前共有 {requests:,} 笔记录：{tokens} token，{cost}。"


def no_price(*, model: str) -> str:
    """The model has no price, and none is like it."""
    return f"{model} 的单价未知，所以费用未知；可用 `token-tracker prices set` 设置单价。"


def no_price_but(*, model: str, nearest: Sequence[str]) -> str:
    """The model has no price; `nearest`: ids that are like it."""
    return (
        f"{model} 的单价未知，所以费用未知。名字相近的已知模型：{'、'.join(nearest)}。"
        "如果就是其中之一，请用那个名字重新记录；否则用 `token-tracker prices set` 设置单价。"
    )


def shadowed() -> str:
    """Heading above records that count nothing, in an explanation."""
    return "手工记录，但日志里已经有了，未计入合计："


def from_a_file() -> str:
    """Where a response stood that an imported file of its vendor tells of."""
    return "导入的"


def by_hand() -> str:
    """In the place of a log's name: the usage was recorded by hand."""
    return "手工记录"


def by_hand_with_notes(*, notes: str) -> str:
    """In the place of a log's name, with what was noted."""
    return f"手工记录：{notes}"


def covered_by(*, source: str) -> str:
    """Beside a record that counts nothing."""
    return f"已由 {source} 计入"


def manual_records() -> str:
    """The name of the source of all records."""
    return "手工记录"

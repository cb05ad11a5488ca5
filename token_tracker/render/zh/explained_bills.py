"""The sentences of an explanation about bills, in Chinese: the same functions as in English."""

from __future__ import annotations

from collections.abc import Sequence


def adds_up_with_bills(*, amount: str, responses: int, lines: int, inside: int) -> str:
    """The first line, where bills or balances are in the sum."""
    parts = f"{responses:,} 次响应和 {lines:,} 行账单" if responses else f"{lines:,} 行账单"
    covered = f"另有 {inside:,} 次响应已包含在这些账单里，不再相加。" if inside else ""
    return f"合计 {amount}，由 {parts}相加得出，每项一行。{covered}"


def inside_one_bill(*, provider: str, day: str, model: str) -> str:
    """The first line of a single response that a bill covers."""
    return f"{model} 的这次响应包含在 {provider} {day}（UTC）的账单里，它自己的金额不再相加。"


def billed_for_model(*, billed: str, explained: str, share: str) -> str:
    """What the bill holds for its model, and how much of it the logs stand for."""
    of_it = f"（{share}）" if share else ""
    return f"当天这个模型的账单是 {billed}，其中日志里的用量分到 {explained}{of_it}。"


def sentences(*, said: Sequence[str]) -> str:
    """Several sentences in one line."""
    return "".join(said)


def of_a_bill(
    *,
    day: str,
    provider: str,
    model: str,
    billed: str,
    explained: str,
    elsewhere: str,
    spread: Sequence[str],
) -> str:
    """Beside a line of a bill: what of it falls into the period, and how that was found."""
    method = f"；当天的金额{'、'.join(spread)}分摊" if spread else ""
    return (
        f"{provider} 账单，{day} UTC，{model}：全天 {billed}；"
        f"日志能解释 {explained}，其他来处 {elsewhere}{method}"
    )


def inferred(*, day: str, provider: str) -> str:
    """Beside what left a balance."""
    return f"{provider} 余额的减少，{day} UTC；在两次余额之间平均分摊"


def by_hours() -> str:
    """How a day was spread."""
    return "按服务商的小时数据"


def by_cost() -> str:
    """How a day was spread."""
    return "按日志折算的费用"


def evenly() -> str:
    """How a day was spread."""
    return "平均"


def no_model() -> str:
    """A line of a bill that is no model's."""
    return "不属于任何模型"


def inside_the_bills() -> str:
    """Heading above the responses that bills cover."""
    return "已包含在这些账单里，不再相加（按公开价折算）："


def lines_of_bills() -> str:
    """Heading above the lines of the bills themselves."""
    return "账单里的各项，按 UTC 整天："


def item(*, day: str, provider: str, item: str, amount: str) -> str:
    """One line of a bill."""
    return f"{day} {provider}，{item}：{amount}"


def unnamed_item() -> str:
    """A line that the provider gives no name."""
    return "没有名称的一行"

"""The sentences of `reconcile` in Chinese: the same functions as `en/reconcile.py`."""

from __future__ import annotations

from collections.abc import Sequence


def share(*, ratio: str, amount: str) -> str:
    """How much of an amount logs explain."""
    return f"{amount} 里的 {ratio}"


def explained(*, when: str, shares: Sequence[str], providers: Sequence[str]) -> str:
    """The first line, with bills."""
    return f"{when}：{_listed(providers)} 的账单，日志能解释 {_listed(shares)}。"


def nothing_billed(*, when: str, providers: Sequence[str], computed: str) -> str:
    """The first line, where the bills are empty."""
    return f"{when}：{_listed(providers)} 没有收费；同一时间的日志折算为 {computed}。"


def balances_explained(*, when: str, shares: Sequence[str], providers: Sequence[str]) -> str:
    """The first line, with balances but no bill."""
    return f"{when}：{_listed(providers)} 的余额减少额，日志能解释 {_listed(shares)}。"


def no_balance_left(*, when: str, providers: Sequence[str], computed: str) -> str:
    """The first line, where nothing left the balances."""
    return f"{when}：{_listed(providers)} 的余额没有减少；同一时间的日志折算为 {computed}。"


def only_logs(*, when: str, computed: str) -> str:
    """The first line, where no provider has a whole bill or a balance."""
    return f"{when}：没有可以对照的账单；日志折算为 {computed}。"


def nothing(*, when: str) -> str:
    """The first line, where there is nothing at all."""
    return f"{when}：没有可对账的内容：没有账单，没有余额，日志里也没有用量。"


def how_to_have_bills() -> str:
    """What to run, where there are no bills."""
    return "先用 `token-tracker configure-provider` 添加服务商，再用 `token-tracker fetch-usage` 取账单。"


def widened(*, asked: str, zone: str, days: str) -> str:
    """Bills are of UTC days, and other days were asked for."""
    return f"账单按 UTC 日计：{zone} 的 {asked}涉及 UTC 的 {days}，这些日子整天对照。"


def days(*, first: str, last: str) -> str:
    """Days that follow each other."""
    return f"{first}至{last}"


def with_bill(*, provider: str, sides: Sequence[str], days: int) -> str:
    """The row of a provider with a bill."""
    return f"{provider}（{days:,} 天）：{'；'.join(sides)}"


def billed_side(*, billed: str, computed: str, ratio: str) -> str:
    """Both sides in one currency; `ratio` is "" where nothing was charged."""
    return f"账单 {billed}，日志折算 {computed}{f'，能解释 {ratio}' if ratio else ''}"


def no_charge() -> str:
    """Instead of both sides: nothing was billed, and no log has any usage."""
    return "没有收费，日志里也没有用量"


def with_balance(*, provider: str, sides: Sequence[str], since: str, until: str) -> str:
    """The row of a provider with balances only."""
    return f"{provider}，按 {since} 到 {until} 的余额：{'；'.join(sides)}"


def spent_side(*, spent: str, computed: str, ratio: str) -> str:
    """Both sides in one currency; `ratio` is "" where nothing was spent."""
    return f"余额减少 {spent}，日志折算 {computed}{f'，能解释 {ratio}' if ratio else ''}"


def with_nothing(*, provider: str, computed: str, requests: int) -> str:
    """The row of a provider with neither."""
    return f"{provider}：没有完整账单，也没有余额；日志折算 {computed}，{requests:,} 次请求"


def only_in_bill(*, amount: str) -> str:
    """What no log explains."""
    return f"只有账单里有：{amount}（别的机器、别的工具、手续费，或高于公开价的部分）。"


def only_in_balance(*, amount: str) -> str:
    """What no log explains of what left a balance."""
    return f"只有余额反映出来：{amount}（别的机器、别的工具、手续费，或高于公开价的部分）。"


def only_in_logs(*, amount: str) -> str:
    """What no bill has."""
    return f"只有日志里有：{amount}（当天这个模型的账单没有这么多）。"


def only_in_logs_of_balance(*, amount: str) -> str:
    """More in the logs than left a balance."""
    return f"只有日志里有：{amount}（余额没有减少这么多）。"


def credits_given(*, amount: str) -> str:
    """Credits; they are below zero."""
    return f"账单里有抵扣 {amount}；上面的比例按抵扣前的费用计算。"


def shared_by_tokens(*, amount: str) -> str:
    """Explained without a price."""
    return f"能解释的部分里有 {amount} 没有已知单价，是按日志占服务商 token 数的比例分的。"


def other_currency(*, amount: str) -> str:
    """Computed in a currency that nothing is billed in."""
    return f"{amount} 是用另一种货币收费的用量的公开价，不与账单比较。"


def counted(*, days: int, told: str, in_logs: str) -> str:
    """Tokens on both sides, where the provider counts no requests."""
    return f"token（{days:,} 天）：服务商计 {told}，日志计 {in_logs}。"


def counted_with_requests(
    *, days: int, told: str, in_logs: str, told_requests: int, requests_in_logs: int
) -> str:
    """Tokens and requests on both sides."""
    return (
        f"服务商计（{days:,} 天）：{told} token，{told_requests:,} 次请求；"
        f"日志计：{in_logs} token，{requests_in_logs:,} 次请求。"
    )


def open_days(*, days: Sequence[str], more: int, computed: str) -> str:
    """Days of which there is no whole bill."""
    others = f"，以及另外 {more:,} 天" if more else ""
    return f"没有完整账单的日子：{'、'.join(days)}{others}；这些天日志折算 {computed}，不计入比例。"


def outside_balances(*, computed: str) -> str:
    """Usage before the first balance and after the last."""
    return f"第一次余额之前和最后一次余额之后：日志折算 {computed}，不计入比例。"


def by_plan(*, amount: str) -> str:
    """What a plan pays."""
    return f"套餐内，两边都不计：按 API 公开价折合 {amount}。"


def largest() -> str:
    """Heading."""
    return "差额最大的模型："


def more_billed(*, name: str, billed: str, computed: str, amount: str) -> str:
    """More was billed for a model than the logs come to."""
    return f"{name}：账单 {billed}，日志折算 {computed}，账单多 {amount}"


def more_in_logs(*, name: str, billed: str, computed: str, amount: str) -> str:
    """The logs come to more than was billed for a model."""
    return f"{name}：账单 {billed}，日志折算 {computed}，日志多 {amount}"


def cannot_tell(*, name: str, billed: str) -> str:
    """The logs have no price for the model, or one in another currency."""
    return f"{name}：账单 {billed}；日志一侧没有可比的单价"


def without_model() -> str:
    """What is no model's."""
    return "不属于任何模型的费用"


def hosts() -> str:
    """Heading."""
    return "各程序自己的估算，与我们对同样这些响应的计价："


def host(*, name: str, host: str, own: str, requests: int) -> str:
    """The row of a program."""
    return f"{name}：它自己估算 {host}，我们计 {own}，{requests:,} 次请求"


def _listed(parts: Sequence[str]) -> str:
    return " 和 ".join(filter(None, ("、".join(parts[:-1]), parts[-1])))

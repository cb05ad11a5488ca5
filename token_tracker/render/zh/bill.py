"""The sentences of the itemised bill and of an explanation, in Chinese: as in `en/bill.py`."""

from __future__ import annotations

from collections.abc import Sequence


def prices_are_per_million() -> str:
    """Said once above the rows of a bill."""
    return "数量都是精确值；token 单价按每百万 token 计。"


def row(*, name: str, cost: str) -> str:
    """The first line of a row."""
    return f"{name}：{cost}"


def counts(*, requests: int, parts: Sequence[str]) -> str:
    """The second line of a row: what was used, with its prices."""
    return f"{requests:,} 次请求：{'，'.join(parts)}" if parts else f"{requests:,} 次请求"


def total(*, cost: str, tokens: int, requests: int) -> str:
    """The last row."""
    return f"合计：{cost}，{tokens:,} token，{requests:,} 次请求"


def plan_total(*, amount: str) -> str:
    """What plans pay, under the total."""
    return f"套餐内，未计入合计：按 API 公开价折合 {amount}"


def several_prices(*, prices: Sequence[str]) -> str:
    """Under a row in which more than one set of prices was applied."""
    return f"用到的单价：{'；'.join(prices)}"


def initiator(*, kind: str) -> str:
    """Who or what set the work going."""
    names = {"manual": "本人发起", "skill": "技能", "agent": "子代理", "scheduled": "定时任务"}
    return names.get(kind, kind)


def not_attributed() -> str:
    """The log does not say."""
    return "未归属"


def uncached_input(*, count: int, price: str) -> str:
    """One kind with its price; `price` is "" when it is not the same everywhere."""
    return _part("未缓存输入", count, price)


def cache_read(*, count: int, price: str) -> str:
    """One kind with its price."""
    return _part("缓存读取", count, price)


def cache_write_5m(*, count: int, price: str) -> str:
    """One kind with its price."""
    return f"缓存写入（5 分钟）{count:,} × {price}" if price else f"缓存写入（5 分钟）{count:,}"


def cache_write_1h(*, count: int, price: str) -> str:
    """One kind with its price."""
    return f"缓存写入（1 小时）{count:,} × {price}" if price else f"缓存写入（1 小时）{count:,}"


def output(*, count: int, price: str) -> str:
    """One kind with its price."""
    return _part("输出", count, price)


def web_search(*, count: int, price: str) -> str:
    """Searches with the price of one."""
    return f"联网搜索 {count:,} 次 × {price}" if price else f"联网搜索 {count:,} 次"


def price_list(*, prices: Sequence[str]) -> str:
    """The prices of one price row, kind by kind."""
    return "，".join(prices)


def price_of_input(*, price: str) -> str:
    """One price of a price row."""
    return f"未缓存输入 {price}"


def price_of_cache_read(*, price: str) -> str:
    """One price of a price row."""
    return f"缓存读取 {price}"


def price_of_cache_write_5m(*, price: str) -> str:
    """One price of a price row."""
    return f"缓存写入（5 分钟）{price}"


def price_of_cache_write_1h(*, price: str) -> str:
    """One price of a price row."""
    return f"缓存写入（1 小时）{price}"


def price_of_output(*, price: str) -> str:
    """One price of a price row."""
    return f"输出 {price}"


def price_of_web_search(*, price: str) -> str:
    """One price of a price row."""
    return f"联网搜索一次 {price}"


def host_estimate() -> str:
    """Instead of prices: the agent's own figure stands in."""
    return "单价未知，暂用编程助手自己的估算"


def recorded_charge() -> str:
    """Instead of prices: the amount itself was recorded."""
    return "金额是直接记录下来的"


def price_row(*, key: str, prices: str, source: str, checked_on: str, list_price_for: str) -> str:
    """A price row in full; `source` and `checked_on` are "" where nothing tells.

    `list_price_for`: who bills without a known price, so that this list price stands in, else "".
    """
    where = f"；来源 {source}" if source else "；你自己设置的单价"
    when = f"，核对于 {checked_on}" if checked_on else ""
    why = f"；{list_price_for} 的单价未知，按原厂目录价计算" if list_price_for else ""
    return f"{key}：每百万 token {prices}{where}{when}{why}"


# The explanation.


def adds_up_to(*, amount: str, responses: int) -> str:
    """The first line."""
    return f"合计 {amount}，由 {responses:,} 次响应相加得出，每次一行。"


def nothing_to_add(*, subject: str) -> str:
    """The first line, where there is no usage."""
    return f"没有记录到 {subject} 的用量，没有可以相加的内容。"


def only_plan(*, amount: str, responses: int) -> str:
    """The first line, where a plan pays for all of it."""
    return f"用量都在套餐内：{responses:,} 次响应，按 API 公开价折合 {amount}，每次一行。"


def only_unpriced(*, responses: int) -> str:
    """The first line, where nothing has a price."""
    return f"费用未知：{responses:,} 次响应都没有已知单价。"


def how_to_check(*, command: str) -> str:
    """How to add the lines up with another program; `command` reads this text."""
    return f"要验算合计，把这段文字交给 `{command}`。"


def in_currency(*, currency: str) -> str:
    """Heading above the lines of one currency."""
    return f"币种 {currency}："


def paid_by_plan() -> str:
    """Heading above the lines that a plan pays."""
    return "套餐内，未计入合计（按 API 公开价折合）："


def without_price() -> str:
    """Heading above the lines without a price."""
    return "单价未知，未计入合计："


def prices_applied() -> str:
    """Heading above the price rows."""
    return "用到的单价："


def log_gone() -> str:
    """Instead of a line number: the log is not there any more."""
    return "日志已删除"


def _part(kind: str, count: int, price: str) -> str:
    return f"{kind} {count:,} × {price}" if price else f"{kind} {count:,}"

"""The sentences of reports in Chinese: the same functions as `en/messages.py`."""

from __future__ import annotations

from collections.abc import Sequence

COMMA = "、"
"""Between the names of a list."""


def reading_logs(*, done_mb: int, total_mb: int) -> str:
    """Progress on a terminal."""
    return f"正在读取日志：{done_mb:,} / {total_mb:,} MB"


YES = ("y", "yes", "是")
"""Answers that agree to a question, in small letters."""


def ask_to_purge(*, events: int, day: str) -> str:
    """Before usage is removed for ever; asked on a terminal."""
    return f"永久删除 {day} 之前的 {events:,} 次响应？[y/N]"


# When: how a period is called in the first line.


def today(*, day: str) -> str:
    """The current local day."""
    return f"今天（{day}）"


def yesterday(*, day: str) -> str:
    """The local day before."""
    return f"昨天（{day}）"


def on_day(*, day: str, weekday: str) -> str:
    """Any other day."""
    return f"{day}（{weekday}）"


def whole_month(*, month: str) -> str:
    """A calendar month."""
    return month


def span(*, first: str, last: str, last_in_month: str, days: int) -> str:
    """Some days; `last_in_month`: the last day without its month, "" when the months differ."""
    end = f"{last_in_month}日" if last_in_month else last
    return f"{first}至{end}（{days} 天）"


def span_in_full(*, first: str, last: str) -> str:
    """The first and the last day, with their years."""
    return f"{first}至{last}"


# The first line: the answer.


def spent(*, when: str, amount: str, plan: str, tokens: str, requests: int) -> str:
    """What a period cost. `plan`: what plan-paid usage is worth, "" where there is none."""
    return f"{when}花了 {amount}{_beside(plan)}{tokens} token，{requests:,} 次请求。"


def spent_at_least(*, when: str, amount: str, plan: str, tokens: str, requests: int, unpriced: str) -> str:
    """What a period cost, where some usage has no price. `plan`: as for `spent`."""
    used = f"{tokens} token，{requests:,} 次请求"
    return f"{when}至少花了 {amount}{_beside(plan)}{used}；其中 {unpriced} token 单价未知。"


def cost_unknown(*, when: str, tokens: str, requests: int) -> str:
    """Usage of which nothing has a price."""
    return f"{when}的费用未知：{tokens} token，{requests:,} 次请求，所用模型都没有已知单价。"


def plan_only(*, when: str, amount: str, tokens: str, requests: int) -> str:
    """Usage that plans pay for; `amount`: at list price."""
    return f"{when}的用量都在套餐内：{tokens} token，{requests:,} 次请求，按 API 公开价折合 {amount}。"


def no_usage(*, when: str, amount: str) -> str:
    """Nothing was used."""
    return f"{when}没有用量，花费 {amount}。"


def nothing_found(*, when: str) -> str:
    """No logs were ever found."""
    return f"{when}没有用量：还没有找到任何编程助手的日志。"


# What kind of money.


def is_computed(*, amount: str) -> str:
    """All of it is computed."""
    return f"{amount} 是按公开单价算出来的（token 数 × 单价），不是账单。"


def is_estimated(*, amount: str) -> str:
    """All of it is what agents estimated."""
    return f"{amount} 是编程助手自己的估算（单价未知），不是账单。"


def is_billed(*, amount: str) -> str:
    """All of it was billed."""
    return f"{amount} 来自服务商的账单。"


def is_reported(*, amount: str) -> str:
    """All of it was recorded as a charge."""
    return f"{amount} 是上报的金额（由编程助手、网关或手工记录），不是账单。"


def is_inferred(*, amount: str) -> str:
    """All of it is inferred."""
    return f"{amount} 由余额变化推算得出，不是账单。"


def adds_up(*, total: str, parts: Sequence[str]) -> str:
    """Several kinds of money in one total."""
    return f"{total} = {' + '.join(parts)}。"


def part_computed(*, amount: str) -> str:
    """One part of a total."""
    return f"计算 {amount}"


def part_estimated(*, amount: str) -> str:
    """One part of a total."""
    return f"估算 {amount}"


def part_billed(*, amount: str) -> str:
    """One part of a total."""
    return f"账单 {amount}"


def part_reported(*, amount: str) -> str:
    """One part of a total."""
    return f"上报 {amount}"


def part_inferred(*, amount: str) -> str:
    """One part of a total."""
    return f"推算 {amount}"


def what_computed_means() -> str:
    """Said where computed money stands beside other money."""
    return "“计算”指按公开单价算出来的金额（token 数 × 单价），不是账单。"


def what_estimated_means() -> str:
    """Said where estimated money stands beside other money."""
    return "“估算”指单价未知时编程助手自己估算的金额，不是账单。"


def what_reported_means() -> str:
    """Said where reported money stands beside other money."""
    return "“上报”指由编程助手、网关或手工记录下来的金额，不是账单。"


def currencies_apart() -> str:
    """Said where there are several currencies."""
    return "不同币种分开列出，不相加。"


def paid_by_plan(*, amount: str) -> str:
    """Plan-paid usage beside other usage."""
    return f"另有套餐内的用量，按 API 公开价折合 {amount}，未计入金额。"


def unpriced(*, tokens: str, models: Sequence[str], more: int) -> str:
    """Tokens that no amount holds. `more`: models that are not named."""
    named = "、".join(models) + (f" 等 {len(models) + more} 个模型" if more else "")
    if not named:
        return f"有 {tokens} token 单价未知，未计入金额。"
    return f"有 {tokens} token 单价未知（{named}），未计入金额；可用 `token-tracker prices set` 设置单价。"


# Tokens and comparison.


def tokens_by_kind(*, fresh: str, cache_read: str, cache_write: str, output: str, reasoning: str) -> str:
    """The kinds; `reasoning` is "" when there is none."""
    inside = f"（含推理 {reasoning}）" if reasoning else ""
    return (
        f"token：未缓存输入 {fresh}，缓存读取 {cache_read}，缓存写入 {cache_write}，输出 {output}{inside}。"
    )


def cache_hit_rate(*, rate: str) -> str:
    """How much of the prompts was read from cache."""
    return f"缓存命中率 {rate}。"


def web_searches(*, count: int) -> str:
    """Searches are paid for one by one."""
    return f"联网搜索 {count:,} 次。"


def average(*, amount: str) -> str:
    """The 7 days before, with nothing to compare."""
    return f"前 7 天日均 {amount}。"


def no_average() -> str:
    """Nothing was spent in the 7 days before."""
    return "前 7 天没有花费。"


def compared(*, amount: str, is_today: bool, by: str, is_more: bool) -> str:
    """A day against the average; `by`: a percentage."""
    day = "今天到目前" if is_today else "这一天"
    return f"前 7 天日均 {amount}，{day}{'多' if is_more else '少'} {by}。"


def compared_times(*, amount: str, is_today: bool, times: str) -> str:
    """A day of at least twice the average."""
    day = "今天到目前" if is_today else "这一天"
    return f"前 7 天日均 {amount}，{day}是它的 {times} 倍。"


def compared_equal(*, amount: str, is_today: bool) -> str:
    """A day like the average."""
    day = "今天到目前" if is_today else "这一天"
    return f"前 7 天日均 {amount}，{day}与它持平。"


# Sections and their rows.


def by_model() -> str:
    """Heading."""
    return "按模型："


def by_provider() -> str:
    """Heading."""
    return "按服务商："


def by_project() -> str:
    """Heading."""
    return "按项目："


def by_source() -> str:
    """Heading."""
    return "按编程助手："


def only_money(*, when: str, amount: str) -> str:
    """The first line, where only a bill or a balance tells of the time."""
    return f"{when}花了 {amount}，只有服务商的记录。"


def row_of_money(*, name: str, cost: str) -> str:
    """A row of which nobody tells how many tokens it was."""
    return f"{name}：{cost}"


def row(*, name: str, cost: str, tokens: str, requests: int) -> str:
    """One model, provider or project."""
    return f"{name}：{cost}，{tokens} token，{requests:,} 次请求"


def others(*, count: int) -> str:
    """The name of the row of everything that is not listed."""
    return f"其余 {count:,} 项"


def no_model() -> str:
    """The log names no model."""
    return "未写明模型"


def no_provider() -> str:
    """Nobody can tell who bills it."""
    return "未知服务商"


def no_project() -> str:
    """The log names no directory."""
    return "不属于任何项目"


def elsewhere() -> str:
    """What a bill holds and no log of this machine tells of."""
    return "别处（只在账单上）"


def unprintable_name() -> str:
    """A name of which no character can be shown."""
    return "无法显示的名称"


def name_of_provider(*, name: str, provider: str) -> str:
    """A model that two providers sell."""
    return f"{name}（{provider}）"


def amounts(*, listed: Sequence[str]) -> str:
    """Amounts of several currencies."""
    return listed[0] if len(listed) == 1 else f"{'、'.join(listed[:-1])} 和 {listed[-1]}"


def row_unpriced() -> str:
    """Instead of an amount: no price is known."""
    return "单价未知"


def row_partly_unpriced(*, amount: str, is_tiny: bool) -> str:
    """An amount that lacks some tokens; `is_tiny`: it is written as less than something."""
    return f"{amount}，另有单价未知的部分" if is_tiny else f"至少 {amount}"


def row_plan(*, amount: str) -> str:
    """Instead of an amount: a plan pays."""
    return f"套餐内（折合 {amount}）"


def row_with_plan(*, amount: str, plan: str) -> str:
    """An amount, and what a plan pays beside it."""
    return f"{amount}，另有套餐内（折合 {plan}）"


# Nothing was ever found.


def looked_for(*, names: Sequence[str]) -> str:
    """Whose logs were looked for, in vain."""
    if len(names) == 1:
        return f"找过 {names[0]} 的日志，具体位置见 `token-tracker sources`。"
    return f"找过这 {len(names)} 种程序的日志：{'、'.join(names)}。具体位置见 `token-tracker sources`。"


def what_to_do() -> str:
    """Heading."""
    return "接下来可以："


def use_agent_once() -> str:
    """The first way to have usage."""
    return "先用一次其中任何一种，再来问。"


def add_path() -> str:
    """Where logs are somewhere else."""
    return (
        "日志在别处的话，运行 `token-tracker sources add-path <来源> <目录>`（来源如 claude-code），"
        "或者设置程序自己的环境变量（Claude Code 是 CLAUDE_CONFIG_DIR）。"
    )


def deletes_logs(*, names: Sequence[str]) -> str:
    """Why to read in time; each name comes with its days."""
    return f"有的程序会自动删日志：{'、'.join(names)}。删除前没读到的用量就找不回来了。"


def deleted_after(*, name: str, days: int) -> str:
    """A program and how long it keeps its logs."""
    return f"{name} 满 {days} 天"


# The last line: the data.


def data_line(*, period: str, zone: str, sources: Sequence[str], problems: Sequence[str], more: int) -> str:
    """Period, sources with their age, and what is missing. `more`: problems not told here."""
    rest = [f"还有 {more} 个问题，见 `token-tracker doctor`。"] if more else []
    read = "".join(f"；{source}" for source in sources)
    return "".join([f"数据：{period}（{zone}）{read}。", *problems, *rest])


def nothing_read() -> str:
    """No source has been read."""
    return "还没有读到日志"


def read_now(*, names: Sequence[str], time: str) -> str:
    """Sources that this run read."""
    return f"{_programs(names)}日志刚刚读取（{time}）"


def read_ago(*, names: Sequence[str], time: str, minutes: int) -> str:
    """Sources that were read before, all at one time."""
    return f"{_programs(names)}日志 {_ago(minutes)}读取（{time}）"


def asking_providers(*, done: int, total: int) -> str:
    """Progress of a fetch, on a terminal."""
    return f"正在向服务商查询…… {done}/{total}"


def bills_fetched(*, names: Sequence[str], time: str, minutes: int) -> str:
    """Providers whose bills were fetched at one time."""
    when = f" {_ago(minutes)}" if minutes else "刚刚"
    return f"{_programs(names)}账单{when}获取（{time}）"


def never_read(*, names: Sequence[str]) -> str:
    """Sources that were never read."""
    return f"{_programs(names)}日志从未读取"


def _programs(names: Sequence[str]) -> str:
    """Name a few programs, count many."""
    if len(names) > 3:
        return f"{len(names)} 种程序的"
    return f"{names[0]} " if len(names) == 1 else f"{'、'.join(names)} 的"


def lines_skipped(*, name: str, lines: int) -> str:
    """Log lines that are in no figure."""
    return f"跳过了 {name} 的 {lines:,} 行日志（原因见 `token-tracker doctor`）。"


def _beside(plan: str) -> str:
    return f"，另有套餐内用量折合 {plan}；共 " if plan else "："


def _ago(minutes: int) -> str:
    if minutes < 60:
        return f"{minutes} 分钟前"
    if minutes < 48 * 60:
        return f"{minutes // 60} 小时前"
    return f"{minutes // 1440} 天前"

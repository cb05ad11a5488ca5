"""The sentences about weeks, months and what came before them, in Chinese: as in `en/spans.py`."""

from __future__ import annotations

# When: how a week or a month is called in the first line.


def days_between(*, first: str, last: str, last_in_month: str) -> str:
    """Some days; `last_in_month`: the last day without its month, "" when the months differ."""
    return f"{first}至{f'{last_in_month}日' if last_in_month else last}"


def this_week(*, days: str) -> str:
    """The current ISO week, up to today."""
    return f"本周截至今天（{days}）"


def last_week(*, days: str) -> str:
    """The ISO week before."""
    return f"上周（{days}）"


def any_week(*, year: int, number: int, days: str) -> str:
    """Any other ISO week."""
    return f"{year}年第{number}周（{days}）"


def this_month(*, days: str) -> str:
    """The current month, up to today."""
    return f"本月截至今天（{days}）"


def last_month(*, month: str) -> str:
    """The month before."""
    return f"上个月（{month}）"


# Against the time before. What it is compared with is written by the first six.


def week_before(*, days: str, amount: str) -> str:
    """The whole week before; `amount`: "" for none."""
    return f"前一周（{_days_and_amount(days, amount)}）"


def same_days_of_week_before(*, days: str, amount: str) -> str:
    """As many days of the week before as the current one has."""
    return f"前一周同期（{_days_and_amount(days, amount)}）"


def month_before(*, days: str, amount: str) -> str:
    """The whole month before."""
    return f"前一个月（{_days_and_amount(days, amount)}）"


def same_days_of_month_before(*, days: str, amount: str) -> str:
    """As many days of the month before as the current one has."""
    return f"前一个月同期（{_days_and_amount(days, amount)}）"


def day_before(*, days: str, amount: str) -> str:
    """The day before a day."""
    return f"前一天（{_days_and_amount(days, amount)}）"


def days_before(*, count: int, days: str, amount: str) -> str:
    """As many days before some days."""
    return f"再往前 {count} 天（{_days_and_amount(days, amount)}）"


def compared(*, before: str, by: str, is_more: bool) -> str:
    """How much more or less; `by`: a percentage."""
    return f"比{before}{'多' if is_more else '少'} {by}。"


def compared_times(*, before: str, times: str) -> str:
    """At least twice as much."""
    return f"是{before}的 {times} 倍。"


def compared_equal(*, before: str) -> str:
    """As much."""
    return f"与{before}持平。"


def compared_with_nothing(*, before: str) -> str:
    """There was no cost before."""
    return f"{before}没有花费。"


def not_comparable(*, before: str) -> str:
    """Money of different kinds, or prices are missing: only what it was."""
    return f"{before}只供参考，两者不能直接比较。"


def worth(*, amount: str) -> str:
    """Instead of an amount: what a plan pays, at list price."""
    return f"按 API 公开价折合 {amount}"


# Days.


def average(*, amount: str, days: int) -> str:
    """Of the days that have begun."""
    return f"日均（共 {days} 天）：{amount}。"


def most_expensive_day(*, day: str, amount: str) -> str:
    """The day that cost most."""
    return f"花费最多的一天：{day}，{amount}。"


def by_day() -> str:
    """Heading."""
    return "每天："


def day(*, weekday: str, day: str) -> str:
    """How a day is called in a row."""
    return f"{day}（{weekday}）"


def day_without_usage(*, day: str) -> str:
    """The row of a day on which nothing was used."""
    return f"{day}：没有用量"


# Models with their shares.


def by_model_cost() -> str:
    """Heading; the shares are of the money."""
    return "按模型（占花费的比例）："


def by_model_worth() -> str:
    """Heading; the shares are of what a plan pays, at list price."""
    return "按模型（占折合金额的比例）："


def by_model_tokens() -> str:
    """Heading; the shares are of the tokens."""
    return "按模型（占 token 的比例）："


def row_with_share(*, name: str, share: str, cost: str, tokens: str, requests: int) -> str:
    """One model."""
    return f"{name}：{share}，{cost}，{tokens} token，{requests:,} 次请求"


def _days_and_amount(days: str, amount: str) -> str:
    return f"{days}，{amount}" if amount else days

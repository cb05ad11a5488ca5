"""What an error says in Chinese: the same functions as `en/errors.py`."""

from __future__ import annotations

from token_tracker.render.words import ErrorText
from token_tracker.render.zh.reasons import reason_in_chinese

_DIMENSIONS = {
    "provider": "服务商",
    "model": "模型",
    "project": "项目",
    "source": "数据来源",
    "session": "会话",
    "skill": "技能",
    "agent": "子代理",
    "initiator": "发起方",
}


def usage(*, reason: str, command: str) -> ErrorText:
    """The command line does not fit the command."""
    return ErrorText(
        "看不懂这条命令。",
        reason_in_chinese(reason),
        f"运行 `token-tracker {command} --help` 查看用法。",
    )


def language_unknown(*, given: str) -> ErrorText:
    """`--lang` names no language of ours."""
    return ErrorText(
        f"没有“{given}”这种语言。",
        "目前只有中文和英文。",
        "请用 `--lang zh` 或 `--lang en`。",
    )


def now_invalid(*, given: str) -> ErrorText:
    """`TOKEN_TRACKER_NOW` is no instant."""
    return ErrorText(
        "环境变量 TOKEN_TRACKER_NOW 里的时间不能用。",
        f"“{given}”不是带时区偏移的时间。",
        "请写成 2026-10-05T23:05:00+08:00 这样，或者取消这个变量。",
    )


def zone_unknown(*, given: str) -> ErrorText:
    """No time zone has this name."""
    return ErrorText(
        f"没有“{given}”这个时区。",
        "IANA 时区表里没有这个名称。",
        "请用 Asia/Shanghai、Europe/Berlin 或 UTC 这样的名称。",
    )


def date_not_understood(*, given: str) -> ErrorText:
    """A date in words or digits that we do not read."""
    return ErrorText(
        f"看不懂日期“{given}”。",
        "日期可以写成 2026-10-05、10月5日、“昨天”“上周三”，时间段可以写“上周”“10月”“最近7天”“10月1日到5日”。",
        "请按“年-月-日”书写；时间段请写成 2026-10-01到2026-10-05。",
    )


def date_impossible(*, given: str) -> ErrorText:
    """A well-formed date that is in no calendar."""
    return ErrorText(
        f"日历上没有 {given} 这一天。",
        "月份或日子超出了范围。",
        "请检查日期，顺序是“年-月-日”。",
    )


def date_in_future(*, given: str, today: str) -> ErrorText:
    """A day that has not begun."""
    return ErrorText(
        f"{given} 还没有用量。",
        f"那时候还没到，今天是 {today}。",
        "请选今天或更早的日期；如果时区不对，请用 `--tz` 指定。",
    )


def date_ambiguous(*, given: str) -> ErrorText:
    """A date whose order of day and month cannot be told."""
    return ErrorText(
        f"日期“{given}”有两种读法。",
        "看不出哪个是月、哪个是日。",
        "请按“年-月-日”书写，例如 2026-10-05。",
    )


def date_conflict() -> ErrorText:
    """A day, `--date` and a span, or two of them, together."""
    return ErrorText(
        "同时指定了两种时间。",
        "要解释的日期、`--period`、`--date`、`--since` 和 `--until` 不能一起用。",
        "请只保留一种：日期，或者 `--date`，或者 `--since` 和 `--until`。",
    )


def span_reversed(*, since: str, until: str) -> ErrorText:
    """A span that ends before it begins."""
    return ErrorText(
        "起止日期颠倒了。",
        f"从 {since} 开始，却到 {until} 就结束。",
        f"请对调：`--since {until} --until {since}`。",
    )


def span_does_not_fit(*, given: str, command: str) -> ErrorText:
    """A span that is longer than what a command shows."""
    return ErrorText(
        f"`{command}` 放不下“{given}”。",
        "它只报一天、一周或一个月，这段时间不在同一个里面。",
        f'请指定其中的某一天；要看整段时间，运行 `token-tracker report --period "{given}"`。',
    )


def span_not_taken(*, command: str) -> ErrorText:
    """First and last days, where a whole day, week or month is meant."""
    return ErrorText(
        f"`{command}` 不接受 `--since` 和 `--until`。",
        "它说的是完整的一天、一周或一个月。",
        "请用 `--date` 指定其中任意一天；别的时段请用 `summary --since … --until …`。",
    )


def period_unknown(*, given: str, known: str) -> ErrorText:
    """A period of `report` that does not exist."""
    return ErrorText(
        f"没有“{given}”这个时段。",
        f"可用的时段：{known}，形如 2026-09 的月份，以及平常说法的日期或时段。",
        "请在 `--period` 后面用其中一种。",
    )


def session_conflict(*, given: str) -> ErrorText:
    """An id and `--current` together."""
    return ErrorText(
        "同时指定了两个会话。",
        f"`--current` 指当前会话，“{given}”又指定了一个。",
        "请只保留一个。",
    )


def session_unknown(*, given: str, known: str) -> ErrorText:
    """A session id that the ledger does not hold."""
    return ErrorText(
        f"没有会话“{given}”。",
        f"相近或最近的会话：{known}。" if known else "账本里还没有会话。",
        "请写完整的编号或它的开头；`sessions` 会列出全部会话。",
    )


def session_ambiguous(*, given: str, known: str) -> ErrorText:
    """The beginning of several session ids."""
    return ErrorText(
        f"不止一个会话以“{given}”开头。",
        f"其中有：{known}。",
        "请把编号写得更长一些。",
    )


def filter_unknown(*, dimension: str, given: str, known: str) -> ErrorText:
    """A filter that no usage has."""
    kind = _DIMENSIONS.get(dimension, dimension)
    return ErrorText(
        f"没有名为“{given}”的{kind}。",
        f"账本里相近的名称有：{known}。" if known else f"账本里还没有带{kind}的用量。",
        f"请在 `--{dimension}` 后面用其中一个名称。" if known else f"请去掉 `--{dimension}`。",
    )


def by_unknown(*, given: str, known: str) -> ErrorText:
    """A bill by something that is no dimension."""
    return ErrorText(
        f"明细不能按“{given}”拆分。",
        f"可以按这些拆分：{known}。",
        "请在 `--by` 后面写其中一个或几个，用逗号隔开。",
    )


def choice_unknown(*, option: str, given: str, known: str) -> ErrorText:
    """A word that an option does not take."""
    return ErrorText(
        f"{option} 不能是“{given}”。",
        f"可以是：{known}。",
        f"请换成其中一个，或者不写 {option}。",
    )


def last_conflict() -> ErrorText:
    """The latest periods and certain days together."""
    return ErrorText(
        "同时指定了两种时间。",
        "`--last` 从今天往回数，`--date`、`--since` 和 `--until` 指定日期。",
        "请只保留一种。",
    )


def mode_display() -> ErrorText:
    """The agent's own estimates instead of costs."""
    return ErrorText(
        "不提供 --mode display。",
        "它会把编程助手自己的估算当成费用，而这些估算有的是 0，有的不对。",
        "请去掉 --mode：费用按 token 数 × 当日单价计算。",
    )


def event_unknown(*, given: str) -> ErrorText:
    """An event id that the ledger does not hold."""
    return ErrorText(
        f"没有编号为 {given} 的用量事件。",
        "账本里没有这个编号。",
        "可以从 `token-tracker explain today --json` 里取一个编号。",
    )


def setting_unknown(*, key: str, nearest: str) -> ErrorText:
    """A setting that does not exist."""
    return ErrorText(
        f"没有“{key}”这个设置项。",
        f"现有的设置项：{nearest}。" if "、" in nearest else f"最接近的是 {nearest}。",
        "运行 `token-tracker config list` 查看所有设置项。",
    )


def setting_invalid(*, key: str, value: str, reason: str) -> ErrorText:
    """A value that a setting cannot have."""
    return ErrorText(
        f"设置项 {key} 不能是“{value}”。",
        reason_in_chinese(reason),
        f"请用有效的值再运行 `token-tracker config set {key} <值>`；设置没有改动。",
    )


def source_unknown(*, given: str, known: str) -> ErrorText:
    """A source that this version does not read."""
    return ErrorText(
        f"没有名为“{given}”的数据来源。",
        f"这个版本能读取：{known}。",
        "请用其中一个名称。",
    )


def permissions_open(*, path: str, mode: str) -> ErrorText:
    """Others may write what we trust."""
    return ErrorText(
        f"{path} 不安全，不能使用。",
        f"这台机器上的其他用户可以改写它（权限 {mode}）。",
        f"请运行 `chmod go-w '{path}'`。",
    )


def settings_not_json(*, path: str, line: str, reason: str) -> ErrorText:
    """A settings file is not JSON."""
    return ErrorText(
        f"{path}:{line} 不是有效的 JSON。",
        reason_in_chinese(reason),
        f"请改正第 {line} 行；文件没有改动。",
    )


def settings_unknown_key(*, path: str, line: str, key: str, nearest: str) -> ErrorText:
    """A settings file has a key that means nothing."""
    return ErrorText(
        f"{path}:{line} 有一个不存在的设置项：{key}。",
        f"这里可以用的设置项：{nearest}。" if "、" in nearest else f"最接近的是 {nearest}。",
        f"请改正或删去第 {line} 行；文件没有改动。",
    )


def state_newer(*, path: str, form: str, known: str) -> ErrorText:
    """A newer version wrote what was delivered in a form that we do not know."""
    return ErrorText(
        f"{path} 由更新的版本写入。",
        f"它的格式号是 {form}，当前的 token-tracker 只能读取 {known}。",
        "请更新 token-tracker；文件没有改动。",
    )


def settings_invalid_value(*, path: str, line: str, key: str, reason: str) -> ErrorText:
    """A settings file has a value that cannot be."""
    return ErrorText(
        f"{path}:{line} 的设置项 {key} 的值不能用。",
        reason_in_chinese(reason),
        f"请改正第 {line} 行；文件没有改动。",
    )


def provider_needed(*, model: str) -> ErrorText:
    """A price of one's own for a model that nobody is known to bill."""
    return ErrorText(
        "价格没有保存。",
        f"看不出 {model} 由哪家服务商计费。",
        "请用 `--provider` 写明服务商，例如 `--provider openrouter`。",
    )


def price_override_invalid(*, path: str, line: str, reason: str) -> ErrorText:
    """A price file, or a row to be written into it, is not valid."""
    if line == "0":
        return ErrorText(
            "价格没有保存。",
            reason_in_chinese(reason),
            "请改正后再运行一次；文件没有改动。",
        )
    return ErrorText(
        f"价格文件 {path}:{line} 的内容无效。",
        reason_in_chinese(reason),
        f"请改正第 {line} 行；文件没有改动。",
    )


def price_table_damaged(*, path: str) -> ErrorText:
    """The table of `prices update` is not as it was written."""
    return ErrorText(
        f"价目表 {path} 已损坏。",
        "它不再是 `prices update` 写入时的样子：被截断，或者被手工改过。",
        "请再运行一次 `token-tracker prices update`，或者删除这个文件，改用程序自带的单价。",
    )


def price_override_unwritable(*, path: str, reason: str) -> ErrorText:
    """The price file cannot be written."""
    return ErrorText(
        f"价格文件 {path} 写不进去。",
        reason_in_chinese(reason) if reason else "系统没有说明原因。",
        "请修正所在目录的权限，再运行一次；文件没有改动。",
    )


def command_unknown(*, given: str, nearest: str, known: str) -> ErrorText:
    """A command that does not exist."""
    group = given.rpartition(" ")[0]
    return ErrorText(
        f"没有“{given}”这个命令。",
        f"最接近的是 {nearest}。" if nearest else f"现有的命令：{known}。",
        f"运行 `token-tracker {group} --help` 查看用法。"
        if group
        else "运行 `token-tracker --help` 查看全部命令。",
    )


def subject_unknown(*, given: str, known: str) -> ErrorText:
    """Something to explain that is no event, no date and no model."""
    return ErrorText(
        f"找不到“{given}”，无法解释。",
        "它不是用量事件的编号，不是日期，也不是账本里的模型。"
        + (f"名称相近的模型：{known}。" if known else ""),
        "请写事件编号、日期（例如 2026-10-05 或“昨天”）或模型名称。",
    )


def currency_invalid(*, given: str) -> ErrorText:
    """Something that is no currency code."""
    return ErrorText(
        f"“{given}”不是货币代码。",
        "货币要用三个字母的代码（ISO 4217）。",
        "请用 USD、CNY 或 EUR 这样的代码。",
    )


def billing_unknown(*, given: str, known: str) -> ErrorText:
    """A way of paying that does not exist."""
    return ErrorText(
        f"没有“{given}”这种付费方式。",
        f"可以选择：{known}。",
        "按量付费用 `api`，订阅用 `plan`，不清楚就用 `unknown`。",
    )


def path_unknown(*, given: str) -> ErrorText:
    """A directory to read that is not there."""
    return ErrorText(
        f"没有“{given}”这个目录。",
        "只能添加已经存在的目录。",
        "请检查路径；相对路径从当前目录算起。",
    )


def price_unknown(*, given: str, known: str) -> ErrorText:
    """A model or provider without a price."""
    return ErrorText(
        f"没有“{given}”的价格。",
        f"价目表里有：{known}。" if known else "价目表里没有名称相近的。",
        "请用其中一个名称，或者用 `token-tracker prices set` 设置价格。",
    )


def currency_not_listed(*, given: str, known: str) -> ErrorText:
    """A provider without a price list in the wanted currency."""
    return ErrorText(
        f"没有“{given}”以这种货币计价的价目表。",
        f"已有的价目表：{known}。" if known else f"“{given}”没有可选的货币。",
        "请用 `token-tracker prices set --currency` 为你用的模型设置单价。",
    )


def prompt_unknown(*, given: str, known: str) -> ErrorText:
    """A text for scheduled agents that there is not."""
    return ErrorText(
        f"没有名为“{given}”的提示词。",
        f"现有的：{known}。",
        "运行 `token-tracker automation` 查看各自的用途。",
    )


def schema_unknown(*, given: str, known: str) -> ErrorText:
    """A schema that is not published."""
    return ErrorText(
        f"没有名为“{given}”的 schema。",
        f"相近的有：{known}。",
        "运行 `token-tracker schema` 查看全部 schema。",
    )


def bug(*, log: str) -> ErrorText:
    """Our own fault."""
    return ErrorText(
        "token-tracker 自身出错了。",
        f"详情在 {log}。" if log else "详情没能写进日志。",
        "请附上这份日志反馈给我们。" if log else "请附上刚才运行的命令反馈给我们。",
    )


def budget_period_unknown(*, given: str) -> ErrorText:
    """`set-budget --period` is none of the three."""
    return ErrorText(
        f"没有“{given}”这种周期的预算。",
        "预算按天、按周或按月计。",
        "请用 `--period daily`（每日）、`--period weekly`（每周）或 `--period monthly`（每月）。",
    )


def budget_scope_invalid(*, given: str, known: str) -> ErrorText:
    """`set-budget --scope` cannot be read."""
    return ErrorText(
        f"看不懂预算的范围“{given}”。",
        f"范围是 `all`，或者 {known} 之一加上 `=` 和名称。",
        "例如 `--scope provider=openai` 或 `--scope project=shop-api`。",
    )


def budget_warn_invalid(*, given: str) -> ErrorText:
    """`set-budget --warn` is no percentage."""
    return ErrorText(
        f"提醒比例不能是“{given}”。",
        "它是预算的百分比，从 1 到 100。",
        "例如 `--warn 80`，用到 80% 开始提醒。",
    )


def budget_count_unknown(*, given: str, known: str) -> ErrorText:
    """`set-budget --count` is none of the two."""
    return ErrorText(
        f"预算不能按“{given}”计算。",
        f"可以选：{known}。",
        "只算花的钱用 `--count amount`；要把套餐内的用量折合进来，用 `--count api_equivalent`。",
    )


def budget_unknown(*, given: str, known: str) -> ErrorText:
    """`budget remove` names no budget."""
    there = f"已设置的有：{known}。" if known else "还没有设置任何预算。"
    return ErrorText(f"没有预算“{given}”。", there, "用 `token-tracker budget list` 查看各预算的编号。")


def unnamed(*, code: str) -> ErrorText:
    """An error that has no text yet."""
    return ErrorText(
        "命令没有完成。",
        f"错误代码是 {code}，这个版本还没有它的说明。",
        "请附上这个代码反馈给我们。",
    )

"""What is said of an import, in Chinese: as in `en/imports.py`."""

from __future__ import annotations

from collections.abc import Sequence

_REASONS = {
    "no-date": "没有日期",
    "date-invalid": "日期看不懂",
    "no-numbers": "既没有 token 数也没有费用",
    "tokens-invalid": "token 数不是非负整数",
    "cost-invalid": "费用不是非负的金额",
    "currency-invalid": "货币不是三个字母的代码",
    "name-invalid": "名称不是文字",
    "not-an-object": "不是键值对",
}
SETTING_NAMES = {
    "daily": "每日预算",
    "weekly": "每周预算",
    "monthly": "每月预算",
    "currency": "货币",
    "daily_report_hour": "日报时间",
    "language": "语言",
    "time_zone": "时区",
    "report-state": "报告的投递记录",
    "alert-state": "告警的投递记录",
}


def imported(*, rows: int, tokens: str, cost: str, dry_run: bool) -> str:
    """How many rows came in and count."""
    return f"{'将导入' if dry_run else '已导入'} {rows:,} 条记录：{tokens} token，{cost}。"


def only_covered(*, rows: int, dry_run: bool) -> str:
    """Rows came in, and none counts."""
    return f"{'将保存' if dry_run else '已保存'} {rows:,} 条记录，都不计入：日志里已经有这些用量。"


def nothing_new(*, rows: int) -> str:
    """Every row was imported before."""
    return f"没有新内容：{rows:,} 条记录以前都导入过。"


def nothing_usable(*, rows: int) -> str:
    """There are rows, and none of them tells of any usage."""
    return f"什么也没有导入：读到 {rows:,} 条记录，没有一条能用。"


def no_rows() -> str:
    """The files hold no rows."""
    return "没有可导入的内容：文件里没有记录。"


def no_files() -> str:
    """The original skill left nothing."""
    return "没有可导入的内容：旧版技能的目录和 token-tracker 的目录里都没有 usage.json。"


def name_a_file() -> str:
    """How to import a file that is elsewhere."""
    return "文件在别处的话，请写明路径：`token-tracker import 文件`。"


def read_from(*, file: str, rows: int) -> str:
    """How many rows a file has."""
    return f"{file}：共 {rows:,} 条记录。"


def read_from_stdin(*, rows: int) -> str:
    """How many rows came in through a pipe."""
    return f"标准输入：共 {rows:,} 条记录。"


def known(*, rows: int) -> str:
    """Rows that were there before."""
    return f"{rows:,} 条以前导入过，没有重复添加。"


def covered(*, rows: int, source: str) -> str:
    """Rows that are in no sum."""
    return f"{rows:,} 条只保存、不计入：{source} 自己的日志里已经有那段时间的用量。"


def unused(*, rows: int) -> str:
    """Rows of days or sessions without usage."""
    return f"{rows:,} 条没有任何用量。"


def purged(*, rows: int) -> str:
    """Rows of a time that was purged."""
    return f"{rows:,} 条属于已经清除的时段，不再导入。"


def skipped(*, rows: int, first: Sequence[tuple[int, str]]) -> str:
    """Rows that cannot be used; `first`: the numbers of some, with codes of reasons."""
    listed = "；".join(f"第 {number} 条：{_REASONS.get(reason, reason)}" for number, reason in first)
    return f"跳过了 {rows:,} 条（{listed}{'……' if rows > len(first) else ''}）。"


def left_out(*, lists: Sequence[str]) -> str:
    """Lists that may be other views of the same usage."""
    return f"没有读取 {'、'.join(lists)}：里面可能是同一份用量的另一种汇总。"


def settings_taken(*, names: Sequence[str]) -> str:
    """What was taken over of the original skill's settings; `names`: their keys."""
    return f"已沿用旧版技能的设置：{'、'.join(SETTING_NAMES.get(name, name) for name in names)}。"


def not_opened(*, files: Sequence[str]) -> str:
    """Files that hold keys."""
    return (
        f"没有打开 {'、'.join(files)}：里面有密钥。"
        "要沿用这些密钥，请运行 `token-tracker configure-provider --import-original`。"
    )

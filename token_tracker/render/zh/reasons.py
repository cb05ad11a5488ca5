"""Chinese for the reasons that libraries and checks give in English.

A reason that is not listed is quoted as it is, so that nothing is lost.
"""

from __future__ import annotations

import re
from typing import Final

REASONS: Final[tuple[tuple[str, str], ...]] = (
    # The reader of JSON.
    (r"Expecting value", "这里应该有一个值。"),
    (r"Expecting property name enclosed in double quotes", "这里应该是双引号括起来的键。"),
    (r"Expecting ',' delimiter", "这里缺一个逗号。"),
    (r"Expecting ':' delimiter", "键后面缺一个冒号。"),
    (r"Extra data", "JSON 结束之后还有多余的内容。"),
    (r"Illegal trailing comma before end of (?:object|array)", "最后一项后面多了一个逗号。"),
    (r"Unterminated string starting at", "字符串缺右引号。"),
    (r"Invalid control character at", "字符串里有控制字符。"),
    (r"Invalid \\.*escape.*", "反斜杠转义不对。"),
    (r"nested too deeply", "嵌套层数太多。"),
    (r"larger than 1 MB", "文件大于 1 MB。"),
    (r"a number has too many digits", "有一个数字位数太多。"),
    (r"(?:'utf-8' codec.*|not UTF-8)", "文件不是 UTF-8 编码。"),
    # The check of the settings.
    (r"the key is there twice", "同一个键写了两次。"),
    (r"Input should be ('[^']*'(?:, '[^']*')*) or ('[^']*')", r"只能是 \1 或 \2。"),
    (r"Input should be ('[^']*'|\d+)", r"只能是 \1。"),
    (r"Input should be less than or equal to (\d+)", r"不能大于 \1。"),
    (r"Input should be greater than or equal to (\d+)", r"不能小于 \1。"),
    (r"Input should be a valid integer.*", "应该是整数。"),
    (r"Input should be a valid string", "应该是文字。"),
    (r"Input should be a valid boolean.*", "应该是 true 或 false。"),
    (r"Input should be a valid (?:list|array)", "应该是列表。"),
    (r"(?:Input should be a valid dictionary.*|Input should be an object)", "应该是键值对。"),
    (r"String should match pattern '\^\[A-Z\]\{3\}\$'", "应该是三个大写字母的货币代码，例如 USD。"),
    (r"Field required", "缺少这个键。"),
    (r"String should match pattern '\^\(0\|.*", '应该是写成文字的十进制数，例如 "15.5"。'),
    (r"String should match pattern '\^\(all\|.*", "应该是 all，或者 provider=openai 这样的范围。"),
    (r"String should have at most (\d+) characters", r"不能超过 \1 个字符。"),
    (r"Value error, no such time zone", "没有这个时区。"),
    (r"Value error, a budget is above 0", "预算必须大于 0。"),
    (r"Value error, a share of 1 to 100 percent", "应该是 1 到 100 之间的百分比。"),
    (r"Value error, two budgets have the same period and scope", "有两个预算的周期和范围相同。"),
    (r"expected an amount above 0", "应该是大于 0 的金额。"),
    (r"expected an hour from 0 to 23", "应该是 0 到 23 的整点。"),
    # The check of the user's prices.
    (r"expected (\{.*\})", r"文件应该是 \1 这样。"),
    (r"rows is not a list", "rows 应该是列表。"),
    (r"a row is not an object", "有一行不是键值对。"),
    (r"unknown key (.+)", r"没有 \1 这个键。"),
    (r"(\S+) is not a text", r"\1 应该是文字。"),
    (r"(\S+) is missing", r"缺少 \1。"),
    (r"(\S+) is not a decimal price", r"\1 不是十进制的价格。"),
    (r"no price", "一个价格也没有。"),
    (r"currency is not a three-letter code", "currency 应该是三个字母的货币代码。"),
    (r"(\S+) is not a day", r"\1 不是日期。"),
    (r"(\S+) is not one of (.+)", r"\1 只能是 \2 之一。"),
    # The command line.
    (r"No such option:? (\S+) \(Possible options: (.+)\)", r"没有选项 \1，最接近的是 \2。"),
    (r"No such option:? '?([^'?]+?)'?\.?(?: \(?Did you mean '?([^'?)]+)'?\?\)?)?", r"没有选项 \1。"),
    (r"No such command '([^']+)'\.?.*", r"没有命令 \1。"),
    (r"Option '([^']+)' requires an argument\.?", r"选项 \1 后面缺少值。"),
    (r"Missing argument '([^']+)'\.?", r"缺少参数 \1。"),
    (r"Missing option '([^']+)'\.?", r"缺少选项 \1。"),
    (r"Got unexpected extra argument(?:s|\(s\))? \((.+)\)", r"多了参数 \1。"),
    (r"Option '([^']+)' does not take a value\.?", r"选项 \1 后面不能带值。"),
    (r"Invalid value for '([^']+)': (.+)", r"\1 的值不对：\2"),
    (r"--claim needs --session", "--claim 要和 --session 一起用。"),
    (r"--ack needs an id, and an id --ack", "--ack 后面要有编号，编号前面要有 --ack。"),
    (r"--format takes no (\S+), only (\S+)", r"--format 只能是 \2，不能是 \1。"),
    (r"--detach goes with --quiet only", "--detach 只能和 --quiet 一起用。"),
    # The system and the database.
    (r"Permission denied", "没有权限。"),
    (r"Read-only file system", "文件系统是只读的。"),
    (r"No space left on device", "磁盘已满。"),
    (r"No such file or directory", "没有这个文件或目录。"),
    (r"Not a directory", "不是目录。"),
    (r"Is a directory", "是目录，不是文件。"),
    (r"not a plain file", "不是普通文件。"),
    (r"Input/output error|disk I/O error", "磁盘读写出错。"),
    (r"unable to open database file", "打不开数据库文件。"),
    (r"database disk image is malformed", "数据库文件已损坏。"),
    (r"file is not a database", "文件不是数据库。"),
    (r"meta", "缺少账本的版本记录。"),
)


def reason_in_chinese(reason: str) -> str:
    """Say a reason in Chinese, as a sentence; one that is not known is quoted.

    >>> reason_in_chinese("Expecting ',' delimiter")
    '这里缺一个逗号。'
    >>> reason_in_chinese("something new")
    '原因：something new'
    """
    for pattern, chinese in REASONS:
        found = re.fullmatch(pattern, reason)
        if found:
            return found.expand(chinese)
    return f"原因：{reason}"

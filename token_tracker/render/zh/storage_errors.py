"""What errors about the home, the ledger and files say in Chinese: as in `en/storage_errors.py`."""

from __future__ import annotations

from token_tracker.render.words import ErrorText
from token_tracker.render.zh.odd_files import odd_kind
from token_tracker.render.zh.reasons import reason_in_chinese


def home_unknown() -> ErrorText:
    """Nothing tells where the person's home is."""
    return ErrorText(
        "不知道该把账本放在哪里。",
        "没有设置 HOME，系统里也查不到当前用户的主目录。",
        "请设置 HOME，或者把 TOKEN_TRACKER_HOME 设为你自己的一个目录。",
    )


def home_not_a_directory(*, path: str) -> ErrorText:
    """A file has the name of the home."""
    return ErrorText(
        f"{path} 不能存放账本。",
        "它是一个文件，不是目录。",
        "请移走这个文件，或者把 TOKEN_TRACKER_HOME 设为一个目录。",
    )


def file_unusable(*, path: str, reason: str) -> ErrorText:
    """The system refuses a file that was named."""
    return ErrorText(
        f"{path} 不能用。",
        f"系统提示：{reason}。",
        "请换一个文件，或者修正所在目录的权限。",
    )


def file_odd(*, path: str, kind: str) -> ErrorText:
    """A folder, pipe or link to nowhere has the name of a file of ours."""
    return ErrorText(f"{path} 不能用。", *odd_kind(kind=kind))


def environment_damaged(*, package: str, cache: str) -> ErrorText:
    """A library, or a part of one, is missing from the private environment."""
    return ErrorText(
        "token-tracker 的私有环境已损坏。",
        f"其中缺少软件包 {package}，或者缺少它的一部分。",
        f"请删除 {cache} 里以 venv- 开头的目录，然后运行任意命令，环境会重新建立。",
    )


def home_unusable(*, path: str, reason: str) -> ErrorText:
    """The system refuses the home."""
    return ErrorText(
        f"无法使用 {path}。",
        reason_in_chinese(reason),
        "请修正目录权限，或者把 TOKEN_TRACKER_HOME 设为别的目录。",
    )


def ledger_empty(*, path: str) -> ErrorText:
    """The ledger has no bytes."""
    return ErrorText(
        f"账本 {path} 是空文件。",
        "文件只有 0 字节，内容已经丢失；这不等于没有用量。",
        "请运行 `token-tracker restore <备份文件>`，或者移走这个文件，重新读取日志。",
    )


def ledger_foreign(*, path: str) -> ErrorText:
    """Another program's database."""
    return ErrorText(
        f"{path} 不是 token-tracker 的账本。",
        "它是别的程序创建的数据库。",
        "请移走它，或者把 TOKEN_TRACKER_HOME 设为别的目录。",
    )


def ledger_malformed(*, path: str, reason: str) -> ErrorText:
    """The database is damaged."""
    return ErrorText(
        f"账本 {path} 已损坏。",
        reason_in_chinese(reason),
        "请运行 `token-tracker restore <备份文件>`，或者移走这个文件，重新读取日志。",
    )


def ledger_cut_off(*, path: str) -> ErrorText:
    """The end of the database is missing."""
    return ErrorText(
        f"账本 {path} 已损坏。",
        "文件末尾缺了一截，比它自己记录的长度短。",
        "请运行 `token-tracker restore <备份文件>`，或者移走这个文件，重新读取日志。",
    )


def ledger_newer(*, path: str, version: str, known: str) -> ErrorText:
    """A newer version wrote it in a way that we cannot read."""
    return ErrorText(
        f"这个版本读不了账本 {path}。",
        f"账本是第 {version} 版，当前的 token-tracker 最多读到第 {known} 版。",
        "请升级 token-tracker。",
    )


def ledger_busy(*, path: str) -> ErrorText:
    """Another process holds it."""
    return ErrorText(
        "账本正在被使用。",
        f"另一个 token-tracker 进程占用着 {path}。",
        "请过一分钟再试。",
    )


def disk_full(*, path: str) -> ErrorText:
    """No room to write."""
    return ErrorText(
        f"{path} 写不进去。",
        "磁盘已满；此前记下的内容完好。",
        "请腾出一些空间，再运行一次。",
    )


def ledger_read_only(*, path: str) -> ErrorText:
    """Writing was asked for and is not possible."""
    return ErrorText(
        f"{path} 不能写入。",
        "对当前用户来说，这个文件、所在目录或磁盘是只读的。",
        "请修正权限，或者把 TOKEN_TRACKER_HOME 设为可以写入的目录。",
    )


def ledger_io(*, path: str, reason: str) -> ErrorText:
    """The disk failed."""
    return ErrorText(
        f"读写 {path} 时出错。",
        reason_in_chinese(reason),
        "请检查磁盘，然后运行 `token-tracker verify`。",
    )


def ledger_unreadable(*, path: str) -> ErrorText:
    """No right to read it."""
    return ErrorText(
        f"读不了账本 {path}。",
        "当前用户没有读取它的权限。",
        "请用文件所有者的身份运行，或者修正文件权限。",
    )


def target_exists(*, path: str) -> ErrorText:
    """A file that would be replaced."""
    return ErrorText(
        f"{path} 已经存在。",
        "为了避免误删，没有覆盖它。",
        "请换一个文件名，或者加上 `--force` 覆盖。",
    )


def backup_invalid(*, path: str, reason: str) -> ErrorText:
    """A file that is no sound backup."""
    return ErrorText(
        f"无法用 {path} 恢复。",
        "它不是完整的 token-tracker 备份。" + (reason_in_chinese(reason) if reason else ""),
        "请换一份备份；现有数据没有改动。",
    )


def output_unwritable(*, reason: str) -> ErrorText:
    """Stdout takes nothing."""
    return ErrorText(
        "结果写不出去。",
        reason_in_chinese(reason),
        "请换一个输出位置，或者腾出一些空间。",
    )


def home_foreign(*, path: str, owner: str) -> ErrorText:
    """Writing into the home of somebody else."""
    return ErrorText(
        f"{path} 没有改动。",
        f"它属于用户 {owner}；别的用户写进去的内容，{owner} 自己就用不了了。",
        f"请以用户 {owner} 的身份运行，不要加 sudo。",
    )


def ledger_newer_unwritable(*, path: str) -> ErrorText:
    """A newer version wrote it; we can read it, and must not write it."""
    return ErrorText(
        f"账本 {path} 没有改动。",
        "它是更新的版本写的，这个版本只能读。",
        "请升级 token-tracker。",
    )

"""What errors about hosts and their settings say in Chinese, as in `zh/errors.py`."""

from __future__ import annotations

from token_tracker.render.words import ErrorText


def host_unknown(*, given: str, known: str) -> ErrorText:
    """A host that no hook can be installed in."""
    return ErrorText(
        f"无法在 {given} 中安装钩子。",
        "这个版本不认识这个宿主。",
        f"可选的宿主：{known}。",
    )


def host_needed(*, known: str) -> ErrorText:
    """A command that must be told which host is meant."""
    return ErrorText(
        "不知道你指的是哪个宿主。",
        "没有给出 --host，也没有给出 --all。",
        f"请加 --all，或者用 --host 指定其中一个：{known}。",
    )


def host_file_unreadable(*, path: str, line: str) -> ErrorText:
    """The settings of a host are not JSON, or name a key twice."""
    return ErrorText(
        f"{path} 没有改动。",
        f"第 {line} 行不符合宿主的格式，或者同一个键出现了两次。",
        "请改正这个文件，再运行一次。",
    )


def host_file_shape(*, path: str, key: str) -> ErrorText:
    """The settings of a host hold something else where hooks belong."""
    return ErrorText(
        f"{path} 没有改动。",
        f"`{key}` 处的内容类型不对。",
        "请改正这个文件，再运行一次。",
    )


def host_file_included(*, path: str, command: str) -> ErrorText:
    """The settings of a host take parts from other files."""
    return ErrorText(
        f"{path} 没有改动。",
        "它用 `$include` 引入了其他文件，这里无法判断钩子写在哪一个文件里。",
        f"请运行 `{command}`，让宿主自己来改。",
    )


def host_file_outside(*, path: str, target: str) -> ErrorText:
    """The settings of a host are a link that leads out of the person's home."""
    return ErrorText(
        f"{path} 没有改动。",
        f"它是一个链接，指向主目录之外的 {target}。",
        "请自己修改那个文件，或者把链接换成普通文件。",
    )


def host_file_odd(*, path: str) -> ErrorText:
    """The settings of a host are no plain file, or larger than 4 MB."""
    return ErrorText(
        f"{path} 没有改动。",
        "它不是 4 MB 以内的普通文件。",
        "请先查看它是什么，再运行一次。",
    )


def host_file_foreign(*, path: str) -> ErrorText:
    """The settings of a host belong to somebody else."""
    return ErrorText(
        f"{path} 没有改动。",
        "它属于另一个用户。",
        "请用那个用户的身份运行。",
    )


def host_file_busy(*, path: str) -> ErrorText:
    """Somebody keeps changing the settings of a host."""
    return ErrorText(
        f"{path} 没有改动。",
        "处理过程中，另一个程序一直在修改它。",
        "请关闭宿主，再运行一次。",
    )


def hooks_locked(*, path: str) -> ErrorText:
    """Another process of ours holds the home's lock."""
    return ErrorText(
        "没有改动任何文件。",
        f"token-tracker 的另一个进程正占用 {path}。",
        "请稍后再运行一次。",
    )

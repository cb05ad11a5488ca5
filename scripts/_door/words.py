"""Every sentence of the door, in English and Chinese, and how an error is printed.

The package's own messages cannot be used here: they need the environment that is missing.
Parses on Python 3.6.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TextIO

SET_UP_FAILED = 12

PROGRESS = {
    "en": {
        "building": "Setting up token-tracker once (about 15 s)…",
        "waiting": "Another token-tracker is setting up; waiting for it…",
        "python": "Getting Python 3.11 with uv once…",
    },
    "zh": {
        "building": "正在首次设置 token-tracker（约 15 秒）…",
        "waiting": "另一个 token-tracker 正在设置，等待它完成…",
        "python": "正在用 uv 获取 Python 3.11（仅一次）…",
    },
}

NOT_SET_UP = {
    "en": (
        "token-tracker is installed but not set up: it reports nothing yet. Ask the agent what you spent"
        " today; that sets it up once (about 15 s)."
    ),
    "zh": (
        "token-tracker 已安装，但还没有设置好，暂时没有报告。"
        "问一句“今天花了多少”，它就会完成首次设置（约 15 秒）。"
    ),
}

SET_UP_BEFORE = {
    "en": (
        "token-tracker was updated and is not set up again yet: it reports nothing until then. Ask the agent"
        " what you spent today; that does it once (about 15 s)."
    ),
    "zh": (
        "token-tracker 已更新，还需要重新设置一次，在此之前没有报告。"
        "问一句“今天花了多少”，它就会完成设置（约 15 秒）。"
    ),
}

NEEDS_PYTHON = {
    "en": (
        "token-tracker is installed but reports nothing yet: it needs Python 3.11 or newer, and python3 is"
        " %(version)s. Run `%(command)s`, then ask the agent what you spent today."
    ),
    "zh": (
        "token-tracker 已安装，但暂时没有报告：它需要 Python 3.11 或更高版本，而 python3 是 %(version)s。"
        "请运行 `%(command)s`，然后问一句“今天花了多少”。"
    ),
}

# code: what failed, why, how to fix it
ERRORS = {
    "en": {
        "python_too_old": (
            "token-tracker needs Python 3.11 or newer.",
            "This is Python %(version)s, and neither a newer one nor uv is on PATH.",
            "Run `%(command)s`, then the same command again.",
        ),
        "python_not_fetched": (
            "token-tracker needs Python 3.11 or newer, and uv could not get it.",
            "uv says: %(reason)s",
            "Run `uv python install 3.11` with the network on, then the same command again.",
        ),
        "no_installer": (
            "The private environment of token-tracker cannot be built.",
            "This Python has neither ensurepip nor pip, and uv is not on PATH.",
            "Run `%(command)s`, then the same command again.",
        ),
        "network": (
            "The packages that token-tracker needs could not be downloaded.",
            "The package index cannot be reached (%(log)s has the details).",
            (
                "Check the network or your package index (pip.conf, PIP_INDEX_URL), then run the same"
                " command again; in a sandbox, run it once outside: `%(again)s`."
            ),
        ),
        "not_on_index": (
            "The packages that token-tracker needs could not be downloaded.",
            "The package index cannot be reached or lacks them; pip says: %(reason)s",
            "Use a complete package index (pip.conf, PIP_INDEX_URL), then run the same command again.",
        ),
        "install_failed": (
            "The packages that token-tracker needs could not be installed.",
            "pip says: %(reason)s",
            "Read %(log)s, correct what it names, then run the same command again.",
        ),
        "wrong_hash": (
            "A downloaded package is not the one token-tracker was tested with, so nothing was installed.",
            "pip says: %(reason)s",
            "Use another package index (PIP_INDEX_URL), then run the same command again; see %(log)s.",
        ),
        "disk_full": (
            "The private environment of token-tracker cannot be built.",
            "The disk of %(cache)s is full.",
            "Free 100 MB or name another folder in TOKEN_TRACKER_CACHE, then run the same command again.",
        ),
        "cache_not_writable": (
            "The private environment of token-tracker cannot be built.",
            "%(cache)s cannot be written (%(reason)s).",
            "Name a writable folder in TOKEN_TRACKER_CACHE; in a sandbox, run once outside: `%(again)s`.",
        ),
        "cache_unknown": (
            "The private environment of token-tracker cannot be built.",
            "HOME is not set, so there is no cache folder.",
            "Set HOME, or name a writable folder in TOKEN_TRACKER_CACHE, then run the same command again.",
        ),
        "still_setting_up": (
            "token-tracker is not set up yet.",
            "Another process has been setting it up for %(minutes)s minutes.",
            "Wait for it or end it, then run the same command again.",
        ),
        "interrupted": (
            "Setting up token-tracker was interrupted.",
            "Nothing was left half done.",
            "Run the same command again.",
        ),
        "damaged": (
            "The private environment of token-tracker is damaged.",
            "The package %(package)s is missing from %(environment)s.",
            "Delete that folder, then run the same command again.",
        ),
        "python_incomplete": (
            "token-tracker cannot run with this Python.",
            "%(python)s was built without %(package)s.",
            "Install that part of it, or run the same command with another Python 3.11 or newer.",
        ),
        "packages_incomplete": (
            "token-tracker has no private environment.",
            "The packages in %(prefix)s are used instead; %(package)s is missing there, or too old.",
            "Name a writable folder in TOKEN_TRACKER_CACHE, then run the same command again.",
        ),
        "incomplete_checkout": (
            "token-tracker is not installed completely.",
            "%(path)s cannot be read.",
            "Install the skill again.",
        ),
    },
    "zh": {
        "python_too_old": (
            "token-tracker 需要 Python 3.11 或更高版本。",
            "当前是 Python %(version)s，PATH 上没有更新的 Python，也没有 uv。",
            "请运行 `%(command)s`，然后重新执行刚才的命令。",
        ),
        "python_not_fetched": (
            "token-tracker 需要 Python 3.11 或更高版本，而 uv 无法获取。",
            "uv 报告：%(reason)s。",
            "请在能联网的地方运行 `uv python install 3.11`，然后重新执行刚才的命令。",
        ),
        "no_installer": (
            "无法创建 token-tracker 的私有环境。",
            "这个 Python 没有 ensurepip 和 pip，PATH 上也没有 uv。",
            "请运行 `%(command)s`，然后重新执行刚才的命令。",
        ),
        "network": (
            "无法下载 token-tracker 所需的软件包。",
            "无法连接软件包索引（详情见 %(log)s）。",
            (
                "请检查网络或软件包索引（pip.conf、PIP_INDEX_URL）后重新执行刚才的命令；"
                "如果在沙箱里，请先在沙箱外运行一次：`%(again)s`。"
            ),
        ),
        "not_on_index": (
            "无法下载 token-tracker 所需的软件包。",
            "无法连接软件包索引，或者索引里没有它们；pip 报告：%(reason)s。",
            "请使用完整的软件包索引（pip.conf、PIP_INDEX_URL），然后重新执行刚才的命令。",
        ),
        "install_failed": (
            "无法安装 token-tracker 所需的软件包。",
            "pip 报告：%(reason)s。",
            "请查看 %(log)s，解决其中的问题后重新执行刚才的命令。",
        ),
        "wrong_hash": (
            "下载到的软件包与 token-tracker 测试过的不一致，因此没有安装任何内容。",
            "pip 报告：%(reason)s。",
            "请换一个软件包索引（PIP_INDEX_URL）后重新执行刚才的命令；详情见 %(log)s。",
        ),
        "disk_full": (
            "无法创建 token-tracker 的私有环境。",
            "%(cache)s 所在的磁盘已满。",
            "请腾出约 100 MB 空间，或用 TOKEN_TRACKER_CACHE 指定别的目录，然后重新执行刚才的命令。",
        ),
        "cache_not_writable": (
            "无法创建 token-tracker 的私有环境。",
            "%(cache)s 不可写（%(reason)s）。",
            "请用 TOKEN_TRACKER_CACHE 指定可写的目录；如果在沙箱里，请先在沙箱外运行一次：`%(again)s`。",
        ),
        "cache_unknown": (
            "无法创建 token-tracker 的私有环境。",
            "没有设置 HOME，因此没有缓存目录。",
            "请设置 HOME，或用 TOKEN_TRACKER_CACHE 指定可写的目录，然后重新执行刚才的命令。",
        ),
        "still_setting_up": (
            "token-tracker 还没有设置好。",
            "另一个进程已经设置了 %(minutes)s 分钟。",
            "请等待或结束它，然后重新执行刚才的命令。",
        ),
        "interrupted": (
            "token-tracker 的设置被中断。",
            "没有留下未完成的内容。",
            "请重新执行刚才的命令。",
        ),
        "damaged": (
            "token-tracker 的私有环境已损坏。",
            "%(environment)s 中缺少软件包 %(package)s。",
            "请删除该目录，然后重新执行刚才的命令。",
        ),
        "python_incomplete": (
            "token-tracker 无法用这个 Python 运行。",
            "%(python)s 编译时没有带上 %(package)s。",
            "请补装这一部分，或者换一个 Python 3.11 或更高版本，重新执行刚才的命令。",
        ),
        "packages_incomplete": (
            "token-tracker 没有私有环境。",
            "现在用的是 %(prefix)s 里的软件包，其中缺少 %(package)s，或者版本太旧。",
            "请用 TOKEN_TRACKER_CACHE 指定可写的目录，然后重新执行刚才的命令。",
        ),
        "incomplete_checkout": (
            "token-tracker 没有安装完整。",
            "无法读取 %(path)s。",
            "请重新安装这个技能。",
        ),
    },
}


class SetUpFailed(Exception):
    """The environment cannot be provided; `code` names a text of `ERRORS`."""

    def __init__(self, code: str, **facts: str) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts


def language(arguments: "list[str]", environ: "Mapping[str, str]") -> str:
    """Give the language of the person: "zh" or "en"."""
    wanted = ""
    for place, argument in enumerate(arguments):
        if argument == "--lang":
            wanted = "".join(arguments[place + 1 : place + 2])
        elif argument.startswith("--lang="):
            wanted = argument[len("--lang=") :]
    if not wanted:
        names = ("TOKEN_TRACKER_LANG", "LC_ALL", "LC_MESSAGES", "LANG")
        wanted = next((environ[name] for name in names if environ.get(name)), "")
    if not wanted and os.name == "nt":
        import locale

        wanted = locale.getlocale()[0] or ""
    return "zh" if wanted.lower().startswith(("zh", "chinese")) else "en"


def say(progress: str) -> None:
    """Print one line of progress on stderr."""
    _print(PROGRESS[language(sys.argv[1:], os.environ)][progress], sys.stderr)


def not_set_up(arguments: "list[str]", was_before: bool, failure: "SetUpFailed | None" = None) -> str:
    """Give the line that a session start shows while nothing is set up.

    `was_before`: another version was. `failure`: no Python is new enough; its facts name the remedy.
    """
    spoken = language(arguments, os.environ)
    if failure is not None:
        return NEEDS_PYTHON[spoken] % failure.facts
    return (SET_UP_BEFORE if was_before else NOT_SET_UP)[spoken]


def answer(line: str) -> None:
    """Print an answer on stdout."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(encoding="utf-8", errors="replace")
    _print(line, sys.stdout)


def fail(failure: SetUpFailed, exit_code: int = SET_UP_FAILED) -> int:
    """Print what failed, why, and how to fix it; give the exit code.

    One line on stderr, or with `--json` the error envelope on stdout.
    """
    spoken = language(sys.argv[1:], os.environ)
    facts = dict(failure.facts, again=_this_command())
    what, why, fix = (part % facts for part in ERRORS[spoken][failure.code])
    if "--json" in sys.argv[1:]:
        import json

        error = {"code": failure.code, "what": what, "why": why, "fix": fix}
        _print(json.dumps({"schema": 1, "error": error}), sys.stdout)
    else:
        _print(("" if spoken == "zh" else " ").join((what, why, fix)), sys.stderr)
    return exit_code


def _this_command() -> str:
    """Give the command that sets token-tracker up, as a person would type it."""
    script = os.path.abspath(sys.argv[0])
    return 'python3 "%s" version' % script if " " in script else "python3 %s version" % script


def _print(line: str, stream: "TextIO") -> None:
    # In the C locale of old Pythons the stream may not know the characters; losing them
    # is better than a traceback. A stream that is closed cannot be told anything.
    try:
        encoding = getattr(stream, "encoding", None) or "utf-8"
        print(line.encode(encoding, "replace").decode(encoding), file=stream, flush=True)
    except (OSError, ValueError):
        pass

"""The sentences about texts for scheduled agents in Chinese. English: `en/automation.py`."""

from __future__ import annotations

_ABOUT = {
    "daily-report": "回复日报",
    "weekly-report": "回复上周的周报",
    "monthly-report": "回复上个月的月报",
    "budget-alert": "有预算快用完或已超支时回复，否则不发消息",
}


def texts_there_are() -> str:
    """What follows."""
    return "给你自己定时运行的助手用的提示词："


def about(*, name: str) -> str:
    """What a text makes an agent do."""
    return f"{name}：{_ABOUT[name]}"


def how_to_use_them() -> str:
    """The next step."""
    return (
        "用 `token-tracker automation render 名称` 输出其中一段，程序的位置已填好。"
        "token-tracker 不会创建任何定时任务。"
    )

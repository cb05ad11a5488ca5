"""What an error about a fetch or a provider file says in Chinese. English: `en/fetch_errors.py`."""

from __future__ import annotations

from token_tracker.render.words import ErrorText


def balance_not_offered(*, provider: str, page: str) -> ErrorText:
    """A provider that has no balance to ask for."""
    return ErrorText(
        f"{provider} 的余额不能用密钥查询。",
        f"余额只显示在网页 {page} 上。" if page else "它没有查询余额的接口。",
        "可以改查账单：`token-tracker fetch-usage`。",
    )


def no_balance_offered(*, known: str) -> ErrorText:
    """Providers have keys, and none of them has a balance to ask for."""
    return ErrorText(
        "没有查询任何余额。",
        f"已设置密钥的服务商都不提供余额查询；提供的有：{known}。",
        "在终端运行 `token-tracker configure-provider --name deepseek`（或其中另一个），或用"
        " `token-tracker fetch-usage` 查账单。",
    )


def fetch_elsewhere(*, provider: str) -> ErrorText:
    """Another process has been asking a provider for minutes."""
    return ErrorText(
        f"没有向 {provider} 查询。",
        "另一个 token-tracker 已经向它查询超过两分钟。",
        "过一分钟再试，或结束那个进程。",
    )


def answer_not_understood(*, provider: str, place: str, reason: str) -> ErrorText:
    """An answer of another shape than the vendor documents."""
    return ErrorText(
        f"看不懂 {provider} 的回答。",
        f"它在 {place} 处与预期不同（{reason}），其中的内容都没有保存。",
        "请更新 token-tracker；以前获取的数据仍然有效。",
    )


def paging_broken(*, provider: str, reason: str) -> ErrorText:
    """Pages that lead nowhere. `reason`: "repeated", "missing" or "endless"."""
    why = {
        "repeated": "它两次给出了同一页。",
        "missing": "它说还有下一页，却没有说在哪里。",
        "endless": "一直没有最后一页。",
    }
    return ErrorText(
        f"{provider} 的报告没能读完。",
        why.get(reason, why["endless"]),
        "请稍后再试；以前获取的数据仍然有效。",
    )


def provider_file_failed(*, provider: str, reason: str) -> ErrorText:
    """A provider file that failed while it asked."""
    return ErrorText(
        f"无法向 {provider} 查询。",
        f"它的服务商文件出错了（{reason}）。",
        "如果是你自己的文件，请改正；否则请更新 token-tracker，或报告这个问题。",
    )


def no_provider_configured() -> ErrorText:
    """No provider has a key yet."""
    return ErrorText(
        "没有向任何服务商查询。",
        "还没有为任何服务商设置密钥。",
        "在终端运行 `token-tracker configure-provider --name openai`（或 anthropic、openrouter、deepseek、"
        "kimi、minimax）。",
    )

"""The sentences of `report` and `session` in Chinese: the same functions as `en/overview.py`."""

from __future__ import annotations

from collections.abc import Sequence

# `report`.


def everything(*, days: str) -> str:
    """All that was ever recorded, when it is called in the first line."""
    return f"从有记录以来（{days}）"


def sessions(*, count: int) -> str:
    """How many there were."""
    return f"会话 {count:,} 个。"


def input_to_output(*, ratio: str) -> str:
    """Tokens sent for each one that came back."""
    return f"输入与输出之比为 {ratio} : 1。"


def averages(*, day: str, session: str, request: str, is_worth: bool, is_least: bool) -> str:
    """What a day, a session and a request cost; "" for what there is only one of.

    `is_worth`: a plan pays, and it is the list price. `is_least`: some of it has no price.
    """
    parts = [f"每天 {day}" if day else "", f"每个会话 {session}" if session else "", f"每次请求 {request}"]
    what = "，".join(filter(None, parts))
    return f"{'按 API 公开价折合，' if is_worth else ''}平均{'至少' if is_least else ''}{what}。"


def top_sessions() -> str:
    """Heading."""
    return "花费最多的会话："


def in_no_session() -> str:
    """The row of usage that belongs to no session."""
    return "不属于任何会话"


def session_in_project(*, session: str, project: str) -> str:
    """How a session is called in a row; `project`: "" for none."""
    return f"{session}（{project}）" if project else session


# `session`: how it is called in the first line tells how it was found.


def session_of_id(*, session: str) -> str:
    """It was asked for by its id."""
    return f"会话 {session} "


def session_of_host(*, session: str) -> str:
    """The host says that it is the running one."""
    return f"当前会话（{session}）"


def session_of_project(*, session: str) -> str:
    """The latest of the current directory's project."""
    return f"本项目最近的会话（{session}）"


def session_latest(*, session: str) -> str:
    """The latest of all; `session`: "" where there is none."""
    return f"最近的会话（{session}）" if session else "最近的会话"


def not_logged(*, when: str) -> str:
    """The first line, where the ledger holds nothing of the running session."""
    return f"{when}在日志里还没有用量，费用未知。"


def not_logged_yet() -> str:
    """The running session has no usage."""
    return "请求完成后才会写进日志，那时再计入。"


def active(*, first: str, last: str) -> str:
    """The first and the last activity; `last`: "" where it is the same minute."""
    return f"活动时间：{first} 至 {last}。" if last else f"活动时间：{first}。"


def project_and_branch(*, projects: Sequence[str], branches: Sequence[str]) -> str:
    """What it worked on; either may be empty, not both."""
    of_project = f"项目：{'、'.join(projects)}" if projects else ""
    of_branch = f"分支：{'、'.join(branches)}" if branches else ""
    return f"{'；'.join(filter(None, (of_project, of_branch)))}。"


def logged_by(*, names: Sequence[str]) -> str:
    """Several sources know it."""
    return f"{'、'.join(names[:-1])} 和 {names[-1]} 的日志里都有这个会话；以上是合计，同一次响应只算一次。"


def driven_by(*, name: str) -> str:
    """Another program drove it."""
    return f"由 {name} 驱动；两边都有日志，同一次响应只算一次。"


def forked_from(*, sessions: Sequence[str]) -> str:
    """It began with the history of others."""
    return f"来源会话：{'、'.join(sessions)}（由其分叉或启动）。"


def sub_agents(*, share: str, cost: str, tokens: str, requests: int) -> str:
    """What sub-agents did; `share`: "" where it is not known."""
    return f"子代理{f'占 {share}' if share else ''}：{cost}，{tokens} token，{requests:,} 次请求。"


def context(*, tokens: str) -> str:
    """How long the latest prompt was."""
    return f"最近一次请求的上下文有 {tokens} token。"


def context_of_window(*, tokens: str, window: str, used: str) -> str:
    """How long the latest prompt was, where it is known what fits."""
    return f"最近一次请求的上下文有 {tokens} token，占 {window}上限的 {used}。"


def make_it_shorter() -> str:
    """The context is nearly full."""
    return "上下文快满了，可以用 `/compact` 压缩。"

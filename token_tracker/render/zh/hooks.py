"""What the commands about the session-start hook say in Chinese. English: `en/hooks.py`."""

from __future__ import annotations


def hooks_installed(*, installed: int, found: int) -> str:
    """In how many of the hosts that are there."""
    if not found:
        return "本机没有找到可以安装钩子的宿主。"
    return f"本机有 {found} 个宿主，其中 {installed} 个已安装会话启动钩子。"


def state(*, host: str, state: str) -> str:
    """One host: "installed", "by-plugin", "missing", "declined", "outdated", "not-found" or "unreadable"."""
    said = {
        "installed": "已安装",
        "by-plugin": "已随插件安装",
        "missing": "未安装",
        "declined": "已谢绝",
        "outdated": "已安装，但不是最新内容",
        "not-found": "未找到",
        "unreadable": "设置文件无法读取或修改",
    }
    return f"{host}：{said[state]}"


def place(*, path: str, is_there: bool) -> str:
    """Where the hook is, or would be."""
    return f"位置：{path}" if is_there else f"将装到：{path}"


def install_with(*, host: str) -> str:
    """What installs it."""
    return f"安装：`token-tracker setup-hook install --host {host}`"


def update_with(*, host: str) -> str:
    """What brings it up to date."""
    return f"更新：`token-tracker setup-hook install --host {host}`"


def switched_off(*, setting: str) -> str:
    """A setting of the host keeps every hook, or ours, from running."""
    return f"设置 `{setting}` 让钩子无法运行，需要你自己修改"


def approve_hooks() -> str:
    """Codex runs no hook that its person has not approved."""
    return "需要你来做：启动 Codex，在提示有钩子待审核时批准它"


def restart_gateway() -> str:
    """OpenClaw does not watch folders of hooks."""
    return "需要你来做：如果网关正在运行，请重启它，新的钩子才会生效"


def allow_injection() -> str:
    """OpenClaw was told to add no files to the prompt."""
    return "需要你来做：`agents.defaults.contextInjection` 让报告无法进入会话，请修改它"


def change(*, host: str, outcome: str, path: str, setting: str) -> str:
    """What was or would be done in a host; `outcome` as in `HookChange`."""
    said = {
        "installed": f"钩子已安装到 {path}",
        "would-install": f"将对 {path} 做如下修改",
        "already": "钩子已经装好了，没有改动",
        "by-plugin": f"{path} 中的插件已带有这个钩子，没有改动",
        "removal-by-plugin": f"钩子来自 {path} 中的插件，请在宿主里移除或停用该插件",
        "switched-off": f"没有改动：设置 `{setting}` 让钩子无法运行，需要你自己修改",
        "removed": f"已从 {path} 移除钩子",
        "would-remove": f"将从 {path} 移除以下内容",
        "absent": "没有安装钩子，没有改动",
        "not-found": f"未找到（{path} 不存在）",
        "declined": "已谢绝安装钩子，以后不再询问",
    }
    return f"{host}：{said[outcome]}"


def failed(*, host: str, what: str) -> str:
    """A host in which nothing could be done. `what`: what failed, as a sentence."""
    return f"{host}：{what}"


def file_written(*, path: str, is_done: bool) -> str:
    """A file beside the settings."""
    return f"已写入：{path}" if is_done else f"将写入：{path}"


def file_removed(*, path: str, is_done: bool) -> str:
    """A file beside the settings."""
    return f"已删除：{path}" if is_done else f"将删除：{path}"


def backup_kept(*, path: str) -> str:
    """Where the settings are as they were."""
    return f"原来的设置保存在 {path}"


def masked_note() -> str:
    """Why texts stand as dots."""
    return "不属于本程序的文字显示为“…”，内容保持不变。"


def confirm_with() -> str:
    """Nothing was changed yet."""
    return "尚未改动任何文件。确认的话，请在同一命令后加 --yes 再运行一次。"


def what_it_does() -> str:
    """What the hook is for."""
    return "会话开始时，钩子会显示一次到期的报告或预算告警；会话结束时，它会读取新增的日志。"


def ask_to_install(*, hosts: str) -> str:
    """Ask before the settings of hosts are changed."""
    return f"要按上面的内容在 {hosts} 中安装会话启动钩子吗？[y/N]"


def ask_to_remove(*, hosts: str) -> str:
    """Ask before the settings of hosts are changed."""
    return f"要按上面的内容从 {hosts} 中移除会话启动钩子吗？[y/N]"


def uninstalled() -> str:
    """Everything that was to go is gone."""
    return "token-tracker 已卸载。"


def would_uninstall() -> str:
    """What `uninstall` would do."""
    return "以下内容将被永久删除："


def uninstall_stopped() -> str:
    """A hook could not be taken out, and the copy of what was before is still needed."""
    return "有一个钩子无法移除，因此没有删除其他内容：宿主原来的设置还保存在数据目录里。"


def deleted(*, path: str, size: str) -> str:
    """A folder of ours."""
    return f"已删除：{path}（{size}）"


def would_delete(*, path: str, size: str) -> str:
    """A folder of ours."""
    return f"{path}（{size}）"


def not_ours(*, path: str) -> str:
    """Something in a folder of ours that we did not put there."""
    return f"保留，因为不是本程序的：{path}"


def data_stays() -> str:
    """With --keep-data."""
    return "保留：数据目录，包括账本、设置和密钥"


def skill_stays(*, path: str) -> str:
    """The program itself."""
    return f"保留：{path} 中的程序本身；怎么装的就怎么移除：通过宿主、pip，或者删除这个文件夹或链接"


def ask_to_uninstall() -> str:
    """Ask before everything is removed."""
    return "要永久删除以上全部内容吗？[y/N]"

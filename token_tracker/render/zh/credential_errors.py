"""What errors about keys and provider files say in Chinese: as in `en/credential_errors.py`."""

from __future__ import annotations

from token_tracker.render.words import ErrorText

_CONFIGURE = "token-tracker configure-provider --name"


def credentials_open(*, path: str, mode: str) -> ErrorText:
    """Others can read the file that holds keys."""
    return ErrorText(
        "没有使用服务商密钥：本机的其他用户能接触到它们。",
        f"{path} 的权限是 {mode}，只应对你自己开放。",
        f"请运行 `chmod 600 {path}`；如果别人可能已经看过，请更换密钥。",
    )


def credentials_linked(*, path: str) -> ErrorText:
    """The file that holds keys is a link, or no plain file."""
    return ErrorText(
        "没有读取服务商密钥。",
        f"{path} 是链接，或者不是普通文件。",
        "请把文件本身放在那里，或者删掉它再重新配置服务商。",
    )


def key_missing(*, provider: str) -> ErrorText:
    """A provider has no key."""
    return ErrorText(
        f"无法查询 {provider}。",
        "还没有为它设置密钥。",
        f"请在终端运行 `{_CONFIGURE} {provider}`，或者加上 `--api-key-stdin`。",
    )


def key_needed(*, provider: str, variable: str, page: str) -> ErrorText:
    """A key must be given, and there is no terminal to ask on."""
    return ErrorText(
        f"{provider} 没有配置成功。",
        f"没有给出密钥，也没有终端可以询问；密钥在 {page} 创建。",
        f"请用 `--api-key-stdin`、`--api-key-env {variable}` 或 `--api-key-cmd 命令` 给出密钥。",
    )


def key_given_twice(*, options: str) -> ErrorText:
    """Two options say where the key is."""
    return ErrorText(
        "不清楚要用哪个密钥。",
        f"这些选项不能同时使用：{options}。",
        "请只用其中一个。",
    )


def key_empty(*, provider: str) -> ErrorText:
    """What should be a key is empty."""
    return ErrorText(
        f"{provider} 的密钥是空的。",
        "该有密钥的地方什么也没有：可能变量没有设置，或者管道没有输入。",
        "请检查密钥的来源，再给一次。",
    )


def key_malformed(*, provider: str) -> ErrorText:
    """What should be a key holds what no key holds."""
    return ErrorText(
        f"给 {provider} 的不是密钥。",
        "里面有空白、控制字符或非 ASCII 字符，或者长得离谱。",
        "请只复制密钥本身，不要带引号、名称或第二行。",
    )


def key_placeholder(*, provider: str) -> ErrorText:
    """What should be a key stands for one, as in documents."""
    return ErrorText(
        f"给 {provider} 的不是密钥。",
        "它看起来是文档里的占位符。",
        "请从服务商自己的页面复制真正的密钥。",
    )


def variable_invalid(*, option: str) -> ErrorText:
    """The name of an environment variable that cannot be one, perhaps a key."""
    return ErrorText(
        f"{option} 的值不是变量名。",
        "变量名由大写字母、数字和下划线组成；密钥本身不要写在这里。",
        "请写变量名，例如 `OPENAI_ADMIN_KEY`；密钥本身请用 `--api-key-stdin`。",
    )


def key_variable_unset(*, provider: str, variable: str) -> ErrorText:
    """The environment variable that should hold a key is not set."""
    return ErrorText(
        f"读不到 {provider} 的密钥。",
        f"环境变量 {variable} 在这里没有设置，或者是空的。",
        f"请在启动本程序的环境里设置 {variable}，或者换一种方式给出密钥。",
    )


def key_command_invalid(*, option: str) -> ErrorText:
    """The command that should print a key cannot be split into words."""
    return ErrorText(
        f"{option} 的值不是命令。",
        "它是空的，或者引号没有成对。",
        '请把程序和参数写成一段文字，例如 "pass show openai/admin"。',
    )


def key_command_not_started(*, provider: str) -> ErrorText:
    """The command that should print a key cannot be started."""
    return ErrorText(
        f"读不到 {provider} 的密钥。",
        "找不到输出密钥的程序，或者无法启动它。",
        f"请确认它在 PATH 里，再运行 `{_CONFIGURE} {provider} --api-key-cmd 命令`。",
    )


def key_command_failed(*, provider: str, status: str) -> ErrorText:
    """The command that should print a key failed."""
    return ErrorText(
        f"读不到 {provider} 的密钥。",
        f"输出密钥的程序以退出码 {status} 结束。",
        "请手动运行它看看原因；密码库可能需要先解锁。",
    )


def key_command_slow(*, provider: str, seconds: str) -> ErrorText:
    """The command that should print a key takes too long."""
    return ErrorText(
        f"读不到 {provider} 的密钥。",
        f"输出密钥的程序没有在 {seconds} 秒内结束，已被停止。",
        "请手动运行它；如果它要输入密码，请先解锁密码库。",
    )


def key_command_too_long(*, provider: str) -> ErrorText:
    """The command that should print a key prints far more."""
    return ErrorText(
        f"读不到 {provider} 的密钥。",
        "输出密钥的程序输出了超过 64 KB 的内容，已被停止。",
        "请换一个只输出密钥的命令。",
    )


def keyring_missing(*, provider: str) -> ErrorText:
    """The package for the system's keyring is not installed."""
    return ErrorText(
        f"{provider} 的密钥不能存进系统钥匙串。",
        "运行本程序的 Python 里没有安装 keyring 包。",
        "请安装附加组件 `token-tracker-skill[keyring]`，或者用 `--api-key-cmd` 调用钥匙串自己的命令。",
    )


def keyring_unusable(*, provider: str) -> ErrorText:
    """There is no keyring that protects a key."""
    return ErrorText(
        f"{provider} 的密钥不能存进系统钥匙串。",
        "这里没有能保护密钥的钥匙串在运行。",
        "请启动或解锁它，或者换一种方式给出密钥，例如 `--api-key-stdin`。",
    )


def keyring_failed(*, provider: str) -> ErrorText:
    """The keyring refused to do what was asked."""
    return ErrorText(
        f"系统钥匙串拒绝处理 {provider} 的密钥。",
        "它被锁住了，或者没有响应。",
        "请解锁后再试一次。",
    )


def key_not_in_keyring(*, provider: str) -> ErrorText:
    """The keyring does not hold the key."""
    return ErrorText(
        f"读不到 {provider} 的密钥。",
        "系统钥匙串里没有它的密钥。",
        f"请运行 `{_CONFIGURE} {provider} --keyring`，重新给出密钥。",
    )


def region_not_set(*, provider: str, known: str) -> ErrorText:
    """It is not known to which of a provider's addresses a key belongs."""
    return ErrorText(
        f"无法查询 {provider}。",
        f"它的密钥属于几个地区之一（{known}），而你的是哪个还不知道；本程序从不猜测。",
        f"请运行 `{_CONFIGURE} {provider} --region 地区`。",
    )


def address_not_set(*, provider: str) -> ErrorText:
    """Everybody has an address of their own at this provider, and none was named."""
    return ErrorText(
        f"无法查询 {provider}。",
        "它没有人人相同的地址，而你的地址还不知道。",
        f"请运行 `{_CONFIGURE} {provider} --base-url https://你的地址`。",
    )


def provider_file_broken(*, path: str, reason: str) -> ErrorText:
    """A provider file that cannot be loaded."""
    return ErrorText(
        f"服务商文件 {path} 无法加载。",
        f"运行它得到：{reason.rstrip('.')}。",
        "请改正它；自带的 `openrouter.py` 是一个可以对照的例子。",
    )


def key_insufficient(*, provider: str, kind: str, needs: str, page: str) -> ErrorText:
    """A key of a kind that can do nothing here."""
    return ErrorText(
        f"没有保存这个密钥：用它向 {provider} 什么也查不到。",
        f"它的类型是 {kind or '未知'}，需要的类型是 {needs or '另一种'}。",
        f"请在 {page} 创建那种密钥，再重新配置。",
    )


def only_unsupported(*, provider: str) -> ErrorText:
    """Bills of this provider cannot be limited."""
    return ErrorText(
        f"{provider} 的账单不能只看一部分。",
        "这家服务商不区分账单的各个部分。",
        "请去掉 `--only`。",
    )


def only_unknown(*, provider: str, given: str, known: str) -> ErrorText:
    """Bills of this provider cannot be limited to that."""
    return ErrorText(
        f"{provider} 的账单不能只看 {given}。",
        f"它可以限定为：{known}。",
        "请写其中之一，加上服务商给的 ID；`all` 取消限定。",
    )


def only_invalid(*, given: str) -> ErrorText:
    """What bills should be limited to cannot be understood."""
    return ErrorText(
        f"没看懂 --only 的值：{given}。",
        "它由类别和 ID 组成，中间没有空白。",
        "请写成 `project=proj_1`；`all` 取消限定。",
    )


def region_unknown(*, provider: str, given: str, known: str) -> ErrorText:
    """A region that this provider does not have."""
    return ErrorText(
        f"{provider} 没有地区 {given}。",
        f"地区有：{known}。",
        "请写创建密钥的那个地区。",
    )


def region_needed(*, provider: str, known: str) -> ErrorText:
    """A key belongs to one of several regions, and none was named."""
    return ErrorText(
        f"{provider} 没有配置成功。",
        f"它的密钥属于几个地区之一（{known}）；密钥从不拿到别的地区去试。",
        "请加上 `--region 地区`，写创建密钥的那个地区。",
    )


def base_url_invalid() -> ErrorText:
    """An address that is no https, or more than host, port and path."""
    return ErrorText(
        "--base-url 的值不能用。",
        "它必须是 https（本机可以用 http），只含主机、端口和路径，不带用户名、密码或查询参数。",
        "请写成 `https://proxy.example.com/v1`；`default` 恢复默认地址。",
    )


def official_key_elsewhere(*, provider: str, variable: str) -> ErrorText:
    """The vendor's own key would go to another address."""
    return ErrorText(
        f"{provider} 没有配置成功。",
        f"{variable} 是厂商自己的工具所用的变量；它的密钥会被发往另一个地址。",
        f"如果确实要这样，请在同一条命令里写上 `--base-url` 和 `--api-key-env {variable}`。",
    )


def provider_name_missing(*, known: str) -> ErrorText:
    """A provider must be named."""
    return ErrorText(
        "不清楚要配置哪家服务商。",
        f"服务商有：{known}。",
        "请加上 `--name` 和其中一家。",
    )


def provider_not_found(*, given: str, known: str) -> ErrorText:
    """There is no such provider."""
    return ErrorText(
        f"没有服务商 {given}。",
        f"已知的有：{known}。",
        "请运行 `token-tracker list-providers`；自己的服务商文件用 `provider trust 文件` 加入。",
    )


def provider_file_untrusted(*, path: str) -> ErrorText:
    """A provider file of the user's that was never trusted."""
    return ErrorText(
        f"没有加载服务商文件 {path}。",
        "它从未受到信任；加载它就等于运行程序并交出密钥。",
        f"请先看过内容，再运行 `token-tracker provider trust {path}`。",
    )


def provider_file_changed(*, path: str) -> ErrorText:
    """A provider file of the user's that changed since it was trusted."""
    return ErrorText(
        f"没有加载服务商文件 {path}。",
        "它在受到信任之后被改过。",
        f"请看看改了什么，再运行 `token-tracker provider trust {path}`。",
    )


def provider_file_name(*, given: str) -> ErrorText:
    """A file whose name cannot be that of a provider file."""
    return ErrorText(
        f"{given} 不能作为服务商文件。",
        "文件名必须是服务商的 ID 加 .py，只用小写字母、数字、- 和 _。",
        "请改名，例如 `my_vendor.py`；其中 PROVIDER 的 id 要相同。",
    )


def provider_file_odd(*, path: str) -> ErrorText:
    """A provider file that is a link, no plain file, or far too large."""
    return ErrorText(
        f"没有信任服务商文件 {path}。",
        "它是链接、不是普通文件，或者超过 1 MB。",
        "请指定文件本身。",
    )


def providers_of_original(*, path: str) -> ErrorText:
    """The original skill's file stands where ours belongs."""
    return ErrorText(
        "无法读取服务商设置。",
        f"{path} 是旧版技能的文件，里面是它的密钥。",
        "请运行 `token-tracker configure-provider --import-original`：沿用密钥，并把原文件保留在旁边。",
    )

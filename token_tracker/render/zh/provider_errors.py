"""What errors of providers and of the network say in Chinese: as in `en/provider_errors.py`."""

from __future__ import annotations

from token_tracker.render.words import ErrorText

_NO_CONNECTION = {
    "name": "查不到这个域名的地址。",
    "refused": "对方拒绝连接。",
    "forbidden": "系统不允许建立连接，可能是沙箱或防火墙的限制。",
    "proxy": "当前环境的代理没有放行这个连接。",
    "broken": "没等到完整的回答，连接就断了。",
}


def no_network(*, host: str, reason: str) -> ErrorText:
    """No connection to a host, or one that broke."""
    return ErrorText(
        f"连不上 {host}。",
        _NO_CONNECTION.get(reason, "无法与它建立连接。"),
        "请检查网络和 HTTPS_PROXY；如果在沙箱里，请放行这个域名，或者到沙箱外运行这条命令。",
    )


def no_tls(*, host: str) -> ErrorText:
    """A host that cannot prove who it is."""
    return ErrorText(
        f"无法与 {host} 建立安全连接。",
        "它的证书没有通过验证，或者加密协商失败。",
        "请核对本机时间；如果在公司代理之后，请把 SSL_CERT_FILE 设为公司的证书文件。",
    )


def no_answer_in_time(*, host: str) -> ErrorText:
    """A host that is too slow."""
    return ErrorText(
        f"{host} 没有及时回答。",
        "可能是它太慢，也可能是网络太慢。",
        "请稍后再试；如果在沙箱里，请放行这个域名，或者到沙箱外运行这条命令。",
    )


def proxy_unusable(*, host: str) -> ErrorText:
    """The environment names a proxy that is none for HTTPS."""
    return ErrorText(
        f"无法通过当前环境的代理访问 {host}。",
        "HTTPS_PROXY 或 ALL_PROXY 里不是 HTTP 代理的地址；不支持 SOCKS 代理。",
        f"请把 HTTPS_PROXY 设为 http://127.0.0.1:7890 这样的地址，或者把 NO_PROXY 设为 {host}。",
    )


def address_refused(*, host: str) -> ErrorText:
    """An address that is not https, or none that a provider has."""
    return ErrorText(
        f"不会访问 {host}。",
        "只访问已知或配置过的 https 地址；http 只能用于本机。",
        "请改正地址：用 https，地址里不要带用户名。",
    )


def redirect_refused(*, host: str, status: str) -> ErrorText:
    """A host that sends us elsewhere."""
    return ErrorText(
        f"{host} 要求改访问另一个地址（HTTP {status}）。",
        "程序不跟随跳转，以免密钥落到别人手里。",
        "请检查配置的地址，并确认网络没有把你引到登录页面。",
    )


def answer_compressed(*, host: str) -> ErrorText:
    """An answer in a form that was not asked for."""
    return ErrorText(
        f"没有读取 {host} 的回答。",
        "请求里声明了不要压缩，它却返回压缩内容，解压后可能无限大。",
        "请检查配置的地址，或者中间的代理。",
    )


def answer_too_large(*, host: str) -> ErrorText:
    """More bytes than any good answer has."""
    return ErrorText(
        f"没有读取 {host} 的回答。",
        "它比正常的回答大得多。",
        "请缩短查询的日期范围，或者检查配置的地址。",
    )


def answer_not_json(*, host: str) -> ErrorText:
    """A page for people, or something damaged, in place of JSON."""
    return ErrorText(
        f"无法读取 {host} 的回答。",
        "它不是 JSON；可能是代理或网络的登录页面代为回答了。",
        "请检查网络和配置的地址，然后再试。",
    )


def provider_answered(*, host: str, status: str) -> ErrorText:
    """A status that is no success."""
    return ErrorText(
        f"{host} 没有回答这次查询（HTTP {status}）。",
        "它拒绝了、没有所查的内容，或者自身出了故障。",
        "请稍后再试，或者检查配置的地址。",
    )


def key_refused(*, provider: str, name: str, status: str, page: str) -> ErrorText:
    """The provider does not know the key."""
    return ErrorText(
        f"{provider} 拒绝了这个密钥（HTTP {status}）。",
        "密钥不对、已被删除，或者属于另一个地区。",
        f"请在 {page} 创建密钥，再运行 `token-tracker configure-provider --name {name}`。",
    )


def key_expired(*, provider: str, name: str, status: str, page: str) -> ErrorText:
    """The key's time is over."""
    return ErrorText(
        f"{provider} 拒绝了这个密钥（HTTP {status}）。",
        "密钥已经过期。",
        f"请在 {page} 创建新的密钥，再运行 `token-tracker configure-provider --name {name}`。",
    )


def key_not_allowed(*, provider: str, name: str, status: str, page: str) -> ErrorText:
    """The key is right, but may not ask for this."""
    return ErrorText(
        f"{provider} 的这个密钥无权查询（HTTP {status}）。",
        "查询组织的账单和用量通常需要管理员密钥，由组织所有者创建。",
        f"请在 {page} 创建这样的密钥，再运行 `token-tracker configure-provider --name {name}`。",
    )


def credit_exhausted(*, provider: str, status: str) -> ErrorText:
    """The account has no credit, or its spending limit is reached."""
    return ErrorText(
        f"{provider} 不再受理这个账户的调用（HTTP {status}）。",
        "账户余额已用完，或者到了消费上限；等待没有用。",
        f"请到 {provider} 充值或提高上限，然后再试。",
    )


def provider_limited(*, provider: str, wait: str) -> ErrorText:
    """Too many questions in too short a time."""
    return ErrorText(
        f"{provider} 限制了查询频率（HTTP 429）。",
        f"它要求等待{_duration(wait)}。" if wait else "它没有说要等多久。",
        f"请{_duration(wait)}后再试。" if wait else "请过几分钟再试。",
    )


def provider_rejected(*, provider: str, status: str, said: str) -> ErrorText:
    """The provider does not accept the question."""
    return ErrorText(
        f"{provider} 不接受这次查询（HTTP {status}）。",
        f"它的说明：{said}。" if said else "它没有说明哪里不对。",
        "请检查所查的日期和范围；如果没有问题，请更新 token-tracker。",
    )


def provider_lacks_it(*, provider: str, name: str, status: str) -> ErrorText:
    """The provider has nothing at this address."""
    return ErrorText(
        f"{provider} 没有所查的内容（HTTP {status}）。",
        "地址不对，或者这个账户没有这种报表。",
        f"请核对地址；用 `token-tracker configure-provider --name {name} --base-url …` 修改。",
    )


def provider_failing(*, provider: str, status: str, wait: str) -> ErrorText:
    """The provider has trouble of its own."""
    return ErrorText(
        f"{provider} 没能回答（HTTP {status}）。",
        "故障在服务商一侧。",
        f"请{_duration(wait)}后再试。" if wait else "请过几分钟再试。",
    )


def prices_not_understood() -> ErrorText:
    """A list of prices that is none."""
    return ErrorText(
        "看不懂取得的价目表。",
        "它不是 genai-prices 发布的那种按服务商列出模型的清单。",
        "请检查地址或文件；正在使用的单价没有改变。",
    )


def prices_too_few(*, missing: str, known: str) -> ErrorText:
    """A list of prices that lacks much of what is known."""
    return ErrorText(
        "没有采用取得的价目表。",
        f"已知的 {known} 个模型里它缺了 {missing} 个，说明它是旧的，或者不完整。",
        "请检查地址或文件；正在使用的单价没有改变。",
    )


def _duration(seconds: str) -> str:
    """Say a number of seconds as people would, rounded up.

    >>> [_duration(seconds) for seconds in ("1", "61", "3600", "90000")]
    [' 1 秒', ' 2 分钟', ' 60 分钟', ' 25 小时']
    """
    count = int(seconds) if seconds.isdecimal() else 0
    for most, size, word in ((60, 1, "秒"), (7200, 60, "分钟")):
        if count <= most:
            return f" {-(-count // size)} {word}"
    return f" {-(-count // 3600)} 小时"

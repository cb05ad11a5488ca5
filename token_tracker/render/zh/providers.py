"""The sentences of the commands about providers, in Chinese."""

from __future__ import annotations

from collections.abc import Sequence

_OFFERS = {"usage": "用量", "cost": "费用", "balance": "余额"}

# Questions on a terminal, and warnings


def key_was_visible() -> str:
    """A key stood on the command line."""
    return (
        "注意：写在命令行里的密钥，运行期间其他程序看得到，还会留在 shell 历史里。"
        "下次请用隐藏输入或 `--api-key-stdin`。"
    )


def where_to_make_a_key(*, name: str, page: str) -> str:
    """Before a key is asked for."""
    return f"{name} 的密钥在这里创建：{page}"


def ask_for_key(*, name: str, keeps: bool) -> str:
    """Ask for a key; what is typed is not shown."""
    return f"{name} 的密钥（不显示{'；直接回车则保留现有的' if keeps else ''}）："


def ask_for_region(*, name: str, known: Sequence[str]) -> str:
    """Ask to which region a key belongs."""
    return f"{name} 的密钥只属于一个地区，也只会发往那里。是哪一个（{'、'.join(known)}）？"


def asking(*, name: str) -> str:
    """A key is being tried."""
    return f"正在向 {name} 核对密钥……"


def ask_to_take_over(*, path: str) -> str:
    """Ask whether to take over the original skill's keys."""
    return f"旧版技能把服务商密钥存在 {path}。要沿用这些密钥吗？原文件不会改动。[y/N]"


def ask_to_trust(*, file: str, content_hash: str, replaces: bool, bundled: bool) -> str:
    """Ask whether to trust a provider file."""
    more = "它会取代目录里的同名文件。" if replaces else ""
    before = "它会优先于自带的同名服务商。" if bundled else ""
    return (
        f"{file}（SHA-256 {content_hash}）会以你的权限作为程序运行，并拿到它那家服务商的密钥。"
        f"{more}{before}信任它吗？[y/N]"
    )


# list-providers


def providers_listed(*, ready: int, known: int) -> str:
    """How many providers can be asked."""
    return f"{known} 家服务商中，{ready} 家可以查询。"


def could_be_configured() -> str:
    """Above the providers for which nothing is set."""
    return "尚未配置（`token-tracker configure-provider --name ID`）："


def could_be(*, name: str, provider: str, offers: Sequence[str], page: str) -> str:
    """A provider for which nothing is set."""
    return f"{name}（{provider}）：{_listed(offers)}；密钥页面：{page}"


def provider_is(*, name: str, provider: str, facts: Sequence[str]) -> str:
    """One provider with what is known of it."""
    return f"{name}（{provider}）：{'；'.join(facts)}"


def no_key() -> str:
    """There is none."""
    return "没有密钥"


def key_is(*, kind: str, shown: str, place: str, variable: str) -> str:
    """A key: its kind, its end, and where it is."""
    named = f"{kind} 密钥" if kind else "密钥"
    ending = f" {shown}" if shown.strip("*") else ""
    places = {
        "variable": f"（取自变量 {variable}）",
        "command": "（由命令给出）",
        "keyring": "（在系统钥匙串里）",
    }
    return f"{named}{ending}{places.get(place, '')}"


def gives(*, offers: Sequence[str]) -> str:
    """What a key can be asked for."""
    return f"可查{_listed(offers)}" if offers else "什么也查不到"


def not_checked_yet() -> str:
    """The provider has not said yet what the key can do."""
    return "尚未核对"


def region_is(*, region: str) -> str:
    """Its region."""
    return f"地区 {region}"


def address_is(*, url: str) -> str:
    """An address of the user's own."""
    return f"地址 {url}"


def limited_to(*, kind: str, value: str) -> str:
    """A part of the bill."""
    names = {"project": "项目", "workspace": "工作区"}
    return f"只看{names.get(kind, kind)} {value}"


def reaches_organisation(*, is_counted: bool) -> str:
    """The bill of everybody."""
    return f"整个组织的账单，{'计入预算' if is_counted else '不计入预算'}"


def is_own_file() -> str:
    """From a provider file of the user's."""
    return "你自己的服务商文件"


def is_switched_off() -> str:
    """It is not asked."""
    return "已停用"


def fetched_at(*, time: str) -> str:
    """When it was last asked with success."""
    return f"上次获取于 {time}" if time else "从未获取"


def failed(*, what: str) -> str:
    """What went wrong the last time."""
    return f"上次获取失败：{what}"


def file_is_gone(*, provider: str) -> str:
    """Settings without a provider file."""
    return f"它的服务商文件没有加载；`token-tracker remove-provider --name {provider}` 可以删掉这些设置。"


def region_missing(*, provider: str, known: Sequence[str]) -> str:
    """It must be known to which region a key belongs."""
    which = "、".join(known)
    return (
        f"知道地区（{which}）之前不会查询它："
        f"`token-tracker configure-provider --name {provider} --region 地区`。"
    )


def address_missing(*, provider: str) -> str:
    """Everybody has an address of their own there."""
    return f"知道地址之前不会查询它：`token-tracker configure-provider --name {provider} --base-url 地址`。"


def problem_is(*, what: str, fix: str) -> str:
    """Something that was left aside, and what to do about it."""
    return f"{what}{fix}"


# configure-provider


def accepted(*, name: str, key: str, offers: Sequence[str]) -> str:
    """A key was tried and works."""
    return f"{name} 已配置，密钥有效，可查{_listed(offers)}：{key}。"


def unchecked(*, name: str, key: str) -> str:
    """A key was kept although nobody could say whether it works."""
    return f"{name} 已配置，但密钥没能核对：{key}。"


def check_skipped(*, name: str, key: str) -> str:
    """A key was kept without being tried."""
    return f"{name} 已配置；没有核对密钥：{key}。"


def configured_without_key(*, name: str) -> str:
    """Settings without a key."""
    return f"{name} 的设置已保存；它还没有密钥，不会查询。"


def settings_changed(*, name: str, key: str) -> str:
    """Nothing of the key was changed."""
    return f"{name} 的设置已修改，密钥不变：{key}。"


def check_again(*, provider: str) -> str:
    """How to try a key later."""
    return f"以后要核对，请再运行 `token-tracker configure-provider --name {provider}`。"


def other_kind_needed(*, kind: str, offers: Sequence[str], page: str) -> str:
    """What this key cannot give, and which could."""
    missing = _listed(offers) or "其余内容"
    return f"要查{missing}，需要 {kind} 类型的密钥，创建页面：{page}"


def account_changed() -> str:
    """The key belongs to somebody else than the one before."""
    return "这个密钥属于另一个账户；两个账户的账单都留在账本里。"


def organisation_not_counted(*, provider: str, kinds: Sequence[str]) -> str:
    """Budgets leave the bill out until it is confirmed."""
    command = f"token-tracker configure-provider --name {provider}"
    limit = f"；也可以用 `--only {kinds[0]}=ID` 只看一部分" if kinds else ""
    return f"它的账单属于整个组织，所以不计入预算。要计入，请运行 `{command} --whole-organisation`{limit}。"


def fetch_now() -> str:
    """What comes next."""
    return "现在就查，请运行 `token-tracker fetch-usage`。"


def keyring_left(*, name: str) -> str:
    """A key could not be removed from the keyring."""
    return f"系统钥匙串没有删掉 {name} 原来的密钥，请自己在那里删除。"


def facts(*, listed: Sequence[str]) -> str:
    """Several facts on one line."""
    return f"{'，'.join(listed)}。"


def original_taken_over(*, count: int) -> str:
    """What was taken over of the original skill's keys."""
    return f"从旧版技能沿用了 {count} 个密钥。" if count else "没有从旧版技能沿用密钥。"


def left_out(*, provider: str, reason: str) -> str:
    """A key of the original skill's that was not taken over."""
    why = {
        "configured": "这里已经有它的密钥",
        "unknown": "没有这家服务商",
        "unusable": "那里写的不是密钥",
        "refused": "服务商拒绝了这个密钥",
    }
    return f"未沿用 {provider}：{why.get(reason, reason)}。"


# remove-provider


def removed(*, name: str, had_key: bool) -> str:
    """A provider was removed."""
    what = "密钥和设置" if had_key else "设置"
    return f"{name} 的{what}已删除。已经获取的账单仍在账本里。"


def nothing_to_remove(*, name: str) -> str:
    """Nothing was set."""
    return f"{name} 没有任何设置，什么也没有删除。"


# provider trust


def trusted(*, file: str, name: str) -> str:
    """A provider file is loaded from now on."""
    return f"从现在起信任 {file}：服务商 {name}。"


def trusted_already(*, file: str) -> str:
    """Nothing changed."""
    return f"{file} 早已受信任，内容没有变。"


def not_trusted(*, file: str) -> str:
    """Nobody agreed."""
    return f"什么也没有改变：{file} 没有被信任。请先看过它的内容，再加上 `--yes`。"


def hash_is(*, content_hash: str) -> str:
    """The hash of a file's content."""
    return f"SHA-256：{content_hash}"


def what_trust_means() -> str:
    """What a provider file may do."""
    return "它会以你的权限作为程序运行，并拿到它那家服务商的密钥。"


def copied(*, replaces: bool) -> str:
    """It was copied into the home."""
    return (
        "它取代了数据目录 `providers` 里的同名文件。"
        if replaces
        else "它已复制到数据目录的 `providers` 里；以后改动原件不起作用。"
    )


def goes_before_bundled() -> str:
    """It takes the place of a provider that comes with the program."""
    return "它优先于程序自带的同名服务商。"


def trusted_until_changed(*, file: str) -> str:
    """A changed file is not loaded."""
    return f"内容一旦改变就不再加载，直到你再次信任 {file}。"


def _listed(offers: Sequence[str]) -> str:
    return "、".join(_OFFERS.get(one, one) for one in offers)

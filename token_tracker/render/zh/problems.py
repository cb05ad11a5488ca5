"""What a problem says in Chinese: the same functions as `en/problems.py`."""

from __future__ import annotations

from token_tracker.render.words import ProblemText
from token_tracker.render.zh.imports import SETTING_NAMES
from token_tracker.render.zh.odd_files import odd_kind

_SEE_DOCTOR = "运行 `token-tracker doctor` 查看位置。"


def line_not_json(*, times: int, where: str) -> ProblemText:
    """A log line is not JSON."""
    return ProblemText(f"{_name(where)}跳过了 {times:,} 行不是 JSON 的日志。", _SEE_DOCTOR)


def line_too_long(*, times: int, where: str) -> ProblemText:
    """A log line is longer than we read."""
    return ProblemText(f"{_name(where)}跳过了 {times:,} 行过长的日志。", _SEE_DOCTOR)


def line_not_utf8(*, times: int, where: str) -> ProblemText:
    """A log line is not text."""
    return ProblemText(f"{_name(where)}跳过了 {times:,} 行不是 UTF-8 的日志。", _SEE_DOCTOR)


def record_unknown(*, times: int, where: str) -> ProblemText:
    """A record of a shape that this version does not know."""
    return ProblemText(
        f"{_name(where)}跳过了 {times:,} 行这个版本还不认识的日志。",
        "请升级 token-tracker；运行 `token-tracker doctor` 查看位置。",
    )


def usage_invalid(*, times: int, where: str) -> ProblemText:
    """The counts of a response cannot be used."""
    return ProblemText(f"{_name(where)}跳过了 {times:,} 行 token 数缺失或无效的日志。", _SEE_DOCTOR)


def count_out_of_range(*, times: int, where: str) -> ProblemText:
    """A count is too large to be true."""
    return ProblemText(f"{_name(where)}跳过了 {times:,} 行 token 数大得不合理的日志。", _SEE_DOCTOR)


def time_invalid(*, times: int, where: str) -> ProblemText:
    """A response has no time."""
    return ProblemText(f"{_name(where)}跳过了 {times:,} 行没有有效时间的日志。", _SEE_DOCTOR)


def future_time(*, times: int) -> ProblemText:
    """Responses that lie in the future."""
    return ProblemText(
        f"有 {times:,} 次响应的时间在一天以后的将来，没有计入任何报告。",
        "请检查这台机器的时钟。",
    )


def model_missing(*, times: int) -> ProblemText:
    """Responses that name no model."""
    return ProblemText(f"有 {times:,} 次响应没有写明模型，无法定价。")


def provider_unknown(*, where: str) -> ProblemText:
    """Nobody can tell who bills a model."""
    return ProblemText(f"不知道 {where} 由谁收费。" if where else "有一个模型不知道由谁收费。")


def import_row_invalid(*, times: int) -> ProblemText:
    """Rows of an imported file that cannot be used."""
    return ProblemText(f"导入的文件里有 {times:,} 行用不了，已跳过。", "请改正这些行，再导入一次。")


def import_list_left_out(*, detail: str) -> ProblemText:
    """Lists that may be other views of the same usage."""
    return ProblemText(f"没有读取 {detail}：里面可能是同一份用量的另一种汇总。")


def original_imported(*, times: int, detail: str) -> ProblemText:
    """The first run has taken over what the original skill left; `detail`: names of what."""
    names = {**SETTING_NAMES, "records": f"{times:,} 条用量记录"}
    taken = "、".join(names.get(name, name) for name in detail.split())
    return ProblemText(f"已沿用旧版技能留下的：{taken}。")


def file_unreadable(*, times: int) -> ProblemText:
    """Log files that cannot be read."""
    return ProblemText(f"有 {times:,} 个日志文件读不了。", _SEE_DOCTOR)


def file_vanished(*, times: int) -> ProblemText:
    """Log files that went away while they were read."""
    return ProblemText(f"有 {times:,} 个日志文件在读取时消失了；之前读到的都还在。")


def file_rewritten(*, times: int) -> ProblemText:
    """Log files that were replaced."""
    return ProblemText(f"有 {times:,} 个日志文件被替换过，已从头重新读取。")


def file_damaged(*, times: int) -> ProblemText:
    """Compressed logs, documents or databases that make no sense."""
    return ProblemText(f"有 {times:,} 个日志只写了一半或已损坏，读不出内容；之前读到的都还在。", _SEE_DOCTOR)


def file_codec_missing(*, times: int) -> ProblemText:
    """Compressed logs that nothing here decompresses."""
    return ProblemText(
        f"有 {times:,} 个压缩日志没有计入：这台机器上没有能解 zstd 的程序。",
        "请安装 `zstd` 程序或 Python 包 `zstandard`，然后再问一次。",
    )


def source_locked(*, times: int) -> ProblemText:
    """Log databases that their hosts hold."""
    return ProblemText(
        f"有 {times:,} 个日志数据库正被写它的程序占用，这次没读到新内容；之前读到的都已计入。",
        "请稍后再问一次。",
    )


def source_missing(*, detail: str) -> ProblemText:
    """There are no logs; `detail`: names of the programs whose logs were looked for, "" for any."""
    names = detail.replace(", ", "、")
    return ProblemText(
        f"没有找到这些程序的日志：{names}。" if names else "没有找到日志。",
        "`token-tracker sources list` 会列出找过的位置；可用 `token-tracker sources add-path` 添加目录。",
    )


def source_retention(*, where: str) -> ProblemText:
    """A host deletes its logs."""
    name = _name(where) or "有的编程助手"
    return ProblemText(
        f"{name}会在一段时间后删除自己的日志，删除前没读到的就没有了。",
        "请至少每周让 token-tracker 读取一次。",
    )


def model_unpriced(*, where: str) -> ProblemText:
    """A model has no price."""
    return ProblemText(
        f"不知道 {where} 的单价。" if where else "有模型不知道单价。",
        "用 `token-tracker prices set` 设置单价。",
    )


def price_from_host(*, where: str) -> ProblemText:
    """The host's own estimate stands in."""
    return ProblemText(
        f"不知道 {where} 的单价，暂用编程助手自己的估算。"
        if where
        else "有模型不知道单价，暂用编程助手自己的估算。",
        "用 `token-tracker prices set` 设置单价。",
    )


def price_flagged(*, where: str) -> ProblemText:
    """A peak price was applied on days whose public holidays are not known yet."""
    return ProblemText(
        f"{where or '有模型'} 在法定节假日更便宜，但这些日子的放假安排还不知道，已按高峰价计算。",
        "请更新 token-tracker。",
    )


def price_table_old(*, detail: str) -> ProblemText:
    """The prices were checked long ago. `detail`: the day."""
    return ProblemText(
        f"价目表上次核对是在 {detail}。" if detail else "价目表很久没有核对了。", "请升级 token-tracker。"
    )


def ledger_read_only() -> ProblemText:
    """The ledger takes no writes."""
    return ProblemText(
        "账本是只读的：新读到的日志计入了这次结果，但没有保存。",
        "请让账本所在目录可以写入，或者把 TOKEN_TRACKER_HOME 设为可以写入的目录。",
    )


def ledger_owner() -> ProblemText:
    """The ledger belongs to somebody else, as under sudo."""
    return ProblemText(
        "账本属于另一个用户：新读到的日志计入了这次结果，但没有保存。",
        "请以那个用户的身份运行，不要用 sudo。",
    )


def ledger_newer() -> ProblemText:
    """A newer version wrote the ledger."""
    return ProblemText(
        "账本由更新的版本写成，这个版本只能读它：新的日志没有计入这次结果。",
        "请升级 token-tracker。",
    )


def ledger_damaged(*, detail: str) -> ProblemText:
    """The ledger contradicts itself."""
    return ProblemText(
        f"账本已损坏：{detail}。" if detail else "账本已损坏。",
        "请用最近的备份运行 `token-tracker restore`。",
    )


def ledger_rollup_differs(*, times: int) -> ProblemText:
    """A stored sum is wrong."""
    return ProblemText(
        f"有 {times:,} 个存好的合计与用量事件对不上。",
        "请用最近的备份运行 `token-tracker restore`；用量事件本身完好。",
    )


def sync_elsewhere() -> ProblemText:
    """Another process is reading."""
    return ProblemText(
        "另一个 token-tracker 正在读取日志，它最新读到的还不在这次结果里。",
        "请过一分钟再问一次。",
    )


def sync_unfinished() -> ProblemText:
    """Time ran out."""
    return ProblemText("这次没来得及读完全部日志，剩下的下次再读。", "请再问一次。")


def zone_unknown() -> ProblemText:
    """Days are days of UTC."""
    return ProblemText(
        "不知道这台机器的时区，日期按 UTC 计算。",
        "用 `token-tracker config set time_zone Asia/Shanghai` 设置，或用 `--tz` 指定。",
    )


def billing_unknown(*, where: str) -> ProblemText:
    """API or plan: nobody said."""
    return ProblemText(
        f"不知道{f' {where} ' if where else '有的数据来源'}是按 API 付费还是用套餐，先按 API 公开价计算。",
        "用 `token-tracker sources set-billing` 说明。",
    )


def bill_whole_organisation(*, detail: str) -> ProblemText:
    """Bills are everybody's. `detail`: one provider or several."""
    return ProblemText(
        f"{detail.replace(', ', '、')} 的账单是整个组织的，不只是这位用户的。",
        "可用 `token-tracker configure-provider --name PROVIDER --only project=ID` 限定范围。",
    )


def bill_incomplete(*, where: str, times: int, detail: str) -> ProblemText:
    """Days that the bill does not cover yet. `detail`: what was billed for them so far."""
    so_far = f"（目前 {detail}）" if detail else ""
    return ProblemText(f"{where} 还有 {times:,} 个 UTC 日没有完整账单{so_far}，这些天按日志计算。")


def bill_unsettled(*, where: str, times: int) -> ProblemText:
    """Days of which the bill may still grow."""
    return ProblemText(f"{where} 有 {times:,} 个 UTC 日的账单可能还会变动。")


def bill_apportioned(*, detail: str) -> ProblemText:
    """Bills of UTC days in local days. `detail`: by what they were spread."""
    ways = {
        "provider-hours": "服务商的小时用量",
        "computed-cost": "日志算出的费用",
        "even": "时间平均",
    }
    spread = "和".join(ways[way] for way in detail.split() if way in ways)
    return ProblemText(f"账单以 UTC 日为单位，已按{spread}分摊到本地日。")


def bill_covers_source(*, where: str) -> ProblemText:
    """The usage of a source was taken to be inside a bill."""
    return ProblemText(
        f"{where} 的用量视为已包含在账单内。",
        f"如果由套餐支付：`token-tracker sources set-billing {where} plan`。",
    )


def spend_inferred(*, where: str) -> ProblemText:
    """Spending that is the difference of two balances."""
    return ProblemText(f"{where} 没有用量接口，费用由余额变化推算。")


def budget_unconfirmed(*, where: str) -> ProblemText:
    """A budget leaves out the bill of a whole organisation."""
    return ProblemText(
        f"{where} 的账单是整个组织的，预算没有计入，按日志计算。",
        f"要计入：`token-tracker configure-provider --name {where} --whole-organisation`。",
    )


def provider_fetch_failed(*, where: str) -> ProblemText:
    """A provider could not be asked."""
    return ProblemText(
        f"上次从 {where} 获取失败。",
        f"运行 `token-tracker fetch-usage --provider {where}` 查看原因。",
    )


def provider_fetch_old(*, where: str, times: int) -> ProblemText:
    """What is known from a provider is old."""
    return ProblemText(f"上次从 {where} 获取已是 {times:,} 天前。", "运行 `token-tracker fetch-usage`。")


def settings_invalid(*, detail: str) -> ProblemText:
    """A file of the home is invalid."""
    return ProblemText(
        f"有一个设置文件无效：{detail}。" if detail else "有一个设置文件无效。",
        "运行 `token-tracker doctor` 查看文件和行号。",
    )


def credentials_exposed(*, detail: str) -> ProblemText:
    """The file of keys is not safe, and not used."""
    return ProblemText(
        f"没有使用服务商密钥：{detail}。" if detail else "没有使用服务商密钥。",
        "运行 `token-tracker list-providers` 查看该怎么办。",
    )


def home_exposed() -> ProblemText:
    """Others can read what is ours."""
    return ProblemText(
        "这台机器上的其他用户能读取 token-tracker 的目录。",
        "请对它运行 `chmod -R go-rwx`。",
    )


def file_odd(*, detail: str) -> ProblemText:
    """Something else has the name of a file or folder of ours; `detail` is what it is."""
    return ProblemText(*odd_kind(kind=detail))


def hook_failed(*, where: str, detail: str) -> ProblemText:
    """The last session start told nothing, because of an error; `where` is when that was."""
    return ProblemText(
        f"上一次会话开始时（{where}）什么也没有报告：{detail}。",
        "解决之后，下一次会话开始时会补上到期的内容。",
    )


def state_newer(*, detail: str) -> ProblemText:
    """A newer version beside this one wrote what was delivered; this one tells nothing."""
    return ProblemText(
        f"已投递的记录由更新版本的 token-tracker 写入，所以当前版本在会话开始时不报告任何内容：{detail}。",
        "请更新当前版本，或者用 `token-tracker setup-hook uninstall` 移除它的钩子。",
    )


def home_unwritable() -> ProblemText:
    """What is told cannot be noted, so nothing is."""
    return ProblemText(
        "token-tracker 的目录不可写，所以会话开始时不报告任何内容。",
        "请让当前用户可以写入这个目录，或者把 TOKEN_TRACKER_HOME 设为可写的目录。",
    )


def state_unreadable(*, detail: str) -> ProblemText:
    """What was delivered is not known, so nothing is."""
    return ProblemText(
        f"无法读取已投递的记录，所以会话开始时不再报告任何内容：{detail}。",
        "请修好或删除这个文件；删除后，今天的报告会再出现一次。",
    )


def reader_slow() -> ProblemText:
    """The fast reader is not installed."""
    return ProblemText("没有安装快速日志读取组件；较慢的读取方式结果相同。", "请安装附加组件 `fast`。")


def disk_full() -> ProblemText:
    """There is no room for new lines."""
    return ProblemText("磁盘已满：新的日志行算进了这次的结果，但没有保存。", "请腾出一些空间。")


def disk_low() -> ProblemText:
    """Almost no room is left."""
    return ProblemText("账本所在的磁盘快满了。", "请腾出一些空间。")


def budget_scope_unknown(*, where: str) -> ProblemText:
    """A budget is limited to what nobody ever used."""
    return ProblemText(
        f"有预算限定了 {where or '某个范围'}，但还没有见过它的用量。",
        "用 `token-tracker budget list` 查看；名称写错的，请重新设置。",
    )


def budget_incomplete(*, detail: str) -> ProblemText:
    """A budget cannot be judged for certain."""
    return ProblemText(
        f"预算 {detail} 里有一部分用量没有已知单价或汇率。",
        "用 `token-tracker budget-status` 查看是哪一部分。",
    )


def exchange_rate_missing(*, where: str, detail: str) -> ProblemText:
    """An amount cannot be converted from one currency to another (`detail`)."""
    return ProblemText(
        f"不知道 {where} 对 {detail} 的汇率，没有换算：`token-tracker rates update` 可以取回汇率。",
        f"请运行 `token-tracker rates update`，或者用 `token-tracker rates set {where} {detail}` 自己设置。",
    )


def exchange_rate_old(*, where: str, detail: str) -> ProblemText:
    """A rate is of a day long past. `where`: its currencies; `detail`: its day."""
    return ProblemText(
        f"{where} 的汇率是 {detail} 的，已经旧了。",
        "请运行 `token-tracker rates update`。",
    )


def exchange_rate_doubtful(*, where: str, detail: str) -> ProblemText:
    """A rate that was set is far from the central bank's (`detail`)."""
    return ProblemText(
        f"欧洲央行的 {where} 汇率是 {detail}，你设置的可能写反了。",
        "如果写反了，请把两种货币换个顺序，重新设置。",
    )


def key_was_visible() -> ProblemText:
    """A key stood on the command line."""
    return ProblemText(
        "密钥写在了命令行里，其他程序和 shell 历史都能看到。",
        "下次请用隐藏输入或 `--api-key-stdin`；如果这台机器有别人使用，请更换密钥。",
    )


def original_providers_found() -> ProblemText:
    """The original skill left keys that were not taken over."""
    return ProblemText(
        "旧版技能存有服务商密钥，没有打开。",
        "要沿用，请运行 `token-tracker configure-provider --import-original`。",
    )


def original_providers_imported(*, times: int) -> ProblemText:
    """Keys of the original skill's were taken over."""
    return ProblemText(f"从旧版技能沿用了 {times:,} 个服务商密钥。")


def provider_file_untrusted(*, detail: str) -> ProblemText:
    """A provider file of the user's that was never trusted."""
    return ProblemText(
        f"没有加载服务商文件 {detail}：它从未受到信任。",
        "请先看过内容，再对它运行 `token-tracker provider trust`。",
    )


def provider_file_changed(*, detail: str) -> ProblemText:
    """A provider file of the user's that changed since it was trusted."""
    return ProblemText(
        f"没有加载服务商文件 {detail}：它在受到信任之后被改过。",
        "请看看改了什么，再对它运行 `token-tracker provider trust`。",
    )


def provider_file_broken(*, detail: str) -> ProblemText:
    """A provider file of the user's that cannot be loaded."""
    return ProblemText(
        f"没有加载服务商文件 {detail}：它运行出错。",
        "请改正后，再对它运行 `token-tracker provider trust`。",
    )


def unnamed(*, code: str, times: int) -> ProblemText:
    """A problem that has no text yet."""
    return ProblemText(f"出现了 {times:,} 次 {code} 类问题。", "请运行 `token-tracker doctor`。")


def _name(where: str) -> str:
    return f"{where} " if where else ""

"""The sentences of the commands that read and look after the installation, in Chinese."""

from __future__ import annotations

from collections.abc import Sequence

# sync


def read_new(*, events: int, files: int, size: str, seconds: str) -> str:
    """Something was new."""
    return f"从 {files:,} 个日志文件里读到 {events:,} 次新的响应（{size}，用时 {seconds} 秒）。"


def read_nothing_new(*, files: int) -> str:
    """Nothing was new."""
    return f"{files:,} 个日志文件都没有新内容。"


def read_no_logs() -> str:
    """There are no logs."""
    return "没有找到日志；运行 `token-tracker sources` 查看找过哪些地方。"


def source_read(*, name: str, new: int, changed: int, skipped: int) -> str:
    """What one source gave."""
    return f"{name}：新增 {new:,} 次，更新 {changed:,} 次，跳过 {skipped:,} 行"


# sources


def sources_found(*, found: int, known: int) -> str:
    """How many sources have logs."""
    return f"支持的 {known} 种编程助手中，找到了 {found} 种的日志。"


def source_changed(*, name: str) -> str:
    """A setting of a source was changed."""
    return f"{name} 的设置已更新："


def source_held(*, name: str, source: str, responses: int, files: int, days: str) -> str:
    """What the ledger holds of a source; `days` is "" without any."""
    span = f"，{days}" if days else ""
    return f"{name}（{source}）：{files:,} 个日志文件，{responses:,} 次响应{span}"


def source_read_at(*, time: str) -> str:
    """When it was last read."""
    return f"上次读取于 {time}" if time else "从未读取"


def source_is_on(*, enabled: bool) -> str:
    """Whether it is read."""
    return "每次报告都会读取" if enabled else "已停用"


def source_paid_by(*, billing: str) -> str:
    """Who pays: "api", "plan" or "unknown"."""
    return {"api": "按 API 用量付费", "plan": "由套餐支付"}.get(billing, "不知道是 API 付费还是套餐")


def source_checked(*, real: bool) -> str:
    """How well its reader was tried."""
    return "已用真实程序核对过" if real else "只用日志样本核对过"


def source_path(*, path: str) -> str:
    """A place that is read."""
    return f"读取 {path}"


def source_missing(*, path: str) -> str:
    """A place that does not exist."""
    return f"不存在：{path}"


def source_not_found(*, name: str, source: str, places: Sequence[str], checked: str) -> str:
    """An agent without logs on this machine: where they would be, and how well its reader was tried."""
    listed = "、".join(places)
    return f"{name}（{source}）：{listed} 没有日志；{checked}"


def source_lacks_zstd() -> str:
    """Some of its logs are compressed, and nothing here reads them."""
    return "缺少 zstd：压缩过的日志读不了，请安装 `zstd` 程序或 Python 包 `zstandard`"


def source_imported(*, name: str, source: str, responses: int, days: str) -> str:
    """What was imported of an agent that writes down no usage; `days` is "" without any."""
    span = f"，{days}" if days else ""
    return f"{name}（{source}）：{f'已导入 {responses:,} 次响应' if responses else '还没有导入'}{span}"


def source_not_recorded(*, page: str) -> str:
    """An agent that writes down no usage; `page`: where its usage can be exported."""
    return f"不在本机记录用量；请到 {page} 导出用量文件，再运行 `token-tracker import 文件`"


def source_problems(*, lines: int) -> str:
    """Skipped lines."""
    return f"跳过了 {lines:,} 行；运行 `token-tracker doctor` 查看"


# config


def settings_listed() -> str:
    """The first line."""
    return "设置："


def setting(*, key: str, value: str, origin: str) -> str:
    """One setting; `origin`: "default" or "file"."""
    return f"{key}：{value}（{'你设置的' if origin == 'file' else '默认'}）"


def setting_by(*, key: str, value: str, by: str, in_file: str) -> str:
    """A setting that a variable or an option decides; `in_file`: what was set, "" for nothing."""
    return f"{key}：{value}（来自 {by}{f'，优先于你设置的 {in_file}' if in_file else ''}）"


def goes_before(*, by: str) -> str:
    """A setting was changed that a variable decides."""
    return f"不过环境变量 {by} 已经设置，会优先于它。"


def setting_changed(*, key: str, value: str, previous: str) -> str:
    """A setting was changed."""
    return f"{key} 已改为 {value}，原来是 {previous}。"


def setting_was_set(*, key: str, value: str) -> str:
    """A setting that had no value got one."""
    return f"{key} 已设为 {value}。"


def setting_removed(*, key: str, previous: str) -> str:
    """A setting has no value any more."""
    return f"{key} 已恢复为未设置，原来是 {previous}。"


def not_set() -> str:
    """No value."""
    return "未设置"


# prices


def price_table(*, version: str, checked_on: str, models: int, own: int) -> str:
    """Which table is in use."""
    mine = f"，其中你自己设置的有 {own:,} 行" if own else ""
    table = f"价目表 {version}：{models:,} 个模型，上次核对于 {checked_on}{mine}"
    return f"{table}；token 单价按每百万 token 计。"


def price_saved(*, model: str) -> str:
    """A price of the user was written."""
    return f"已保存你为 {model} 设置的单价。"


def list_chosen(*, name: str, currency: str) -> str:
    """A price list was chosen. `name`: its id."""
    return f"现在起（包括过去的日子）按 {currency} 计价，用价目表 {name}："


def prices_updated(*, source: str, new: int, changed: int) -> str:
    """Prices were fetched. `new`: models; `changed`: prices of models that were known."""
    return f"已从 {source} 更新价目表：新增 {new:,} 个模型，{changed:,} 个单价有变化。"


def prices_unchanged(*, source: str) -> str:
    """Prices were fetched, and are the known ones."""
    return f"价目表已是最新：{source} 没有别的单价。"


def prices_dated_earlier(*, count: int) -> str:
    """Changed prices that hold from a day before today."""
    return f"其中 {count:,} 个从今天以前的日期起生效；之后的用量会在下次出报表时重新计价。"


def prices_not_read(*, count: int, models: str) -> str:
    """Models whose published prices this version cannot read. `models`: some of them."""
    return f"有 {count:,} 个模型的单价看不懂，保持原样：{models}。"


def price(*, model: str, terms: str, since: str, prices: str) -> str:
    """One row; `terms` and `since` are "" where there are none."""
    about = "，".join(part for part in (terms, f"自 {since} 起" if since else "") if part)
    return f"{model}（{about}）：{prices}" if about else f"{model}：{prices}"


def prices_in_json(*, count: int) -> str:
    """Changed rows beyond those that are printed."""
    return f"还有 {count:,} 行；`--json` 会全部列出。"


def prices_not_shown(*, count: int) -> str:
    """Rows beyond those that are printed."""
    return f"还有 {count:,} 行；可用 `--provider` 或 `--model` 缩小范围，或者用 `--json`。"


# doctor


def healthy() -> str:
    """The first line."""
    return "一切正常。"


def findings(*, count: int) -> str:
    """The first line."""
    return f"有 {count:,} 个问题需要处理："


def notes() -> str:
    """Heading of what changes no figure."""
    return "供参考："


def finding(*, what: str, place: str, fix: str) -> str:
    """One finding; `place` and `fix` are "" where there is none."""
    return "".join([what, *([f"（{place}）"] if place else []), fix])


def more_findings(*, count: int) -> str:
    """Findings beyond those that are printed."""
    return f"还有 {count:,} 个，完整列表见 `token-tracker doctor --json`。"


def ledger_state(*, file: str, state: str, events: int | None, size: str) -> str:
    """The ledger as a file."""
    words = {"missing": "还没有建立", "read-only": "只读", "newer": "由更新的版本写成", "damaged": "已损坏"}
    held = "" if events is None else f"，{events:,} 次响应，{size}"
    return f"账本：{file}（{words.get(state, '完好')}{held}）"


def retention(*, host: str, days: int | None, setting: str, is_default: bool) -> str:
    """After how many days a host deletes its logs."""
    if days is None:
        return f"{host} 不会删除自己的日志。"
    whose = "默认值" if is_default else "你设置的"
    return f"{host} 的日志满 {days} 天就会被它自己删除（{setting}，{whose}）。"


def footprint(*, cache: str, logs: str, always: int, report: int, alert: int) -> str:
    """What there is because of us. `report`, `alert`: what each that is due adds at most."""
    return (
        f"另外占用磁盘：缓存 {cache}，日志 {logs}。这个技能让每个会话多用约 {always} token；"
        f"有报告要送达时最多再加 {report}，有预算告警时约加 {alert}；宿主只显示给你看的，不占 token。"
    )


def environment(*, version: str, python: str, executable: str, platform: str) -> str:
    """What the program runs in."""
    return f"token-tracker {version}，Python {python}（{executable}），{platform}"


def directories(*, home: str, cache: str, fast: bool) -> str:
    """Where things are kept."""
    reader = "快速" if fast else "普通"
    return f"数据目录 {home}，缓存目录 {cache}，{reader}日志读取组件"


# version


def version(*, version: str, python: str, platform: str, ledger: int, prices: str) -> str:
    """What this program is."""
    return f"token-tracker {version}（Python {python}，{platform}；账本第 {ledger} 版，价目表 {prices}）"


# verify


def whole(*, file: str) -> str:
    """The first line."""
    return f"账本完好：{file}"


def not_whole(*, file: str) -> str:
    """The first line."""
    return f"账本有问题：{file}"


def check(*, name: str, examined: int, wrong: int) -> str:
    """One check; `name`: "database", "ids", "rollup", "costs", "cursors", "bills"."""
    of = {
        "database": "数据库页",
        "ids": "用量事件",
        "rollup": "合计",
        "costs": "费用",
        "cursors": "日志文件",
        "bills": "每日账单",
    }.get(name, name)
    return f"{of}：检查了 {examined:,} 个，{f'{wrong:,} 个不对' if wrong else '都没有问题'}"


def restore_advice() -> str:
    """What to do about damage."""
    return "请用最近的备份运行 `token-tracker restore <备份文件>`。"


# purge


def purged(*, responses: int, day: str, cost: str, before: str, after: str) -> str:
    """Usage was removed."""
    return f"已永久删除 {day}之前的 {responses:,} 次响应（{cost}）；账本从 {before} 变为 {after}。"


def would_purge(*, responses: int, day: str, cost: str) -> str:
    """Usage would be removed."""
    return f"没有删除任何内容。{day}之前的 {responses:,} 次响应（{cost}）将被永久删除；确认请加 `--yes`。"


def nothing_to_purge(*, day: str) -> str:
    """There is no older usage."""
    return f"{day}之前没有用量，没有删除任何内容。"


def kept(*, responses: int) -> str:
    """What stays."""
    return f"保留 {responses:,} 次响应。"


# backup and restore


def backed_up(*, file: str, size: str, responses: int) -> str:
    """A backup was written."""
    return f"已写入备份：{file}（{size}，{responses:,} 次响应）。"


def credentials(*, included: bool) -> str:
    """Whether keys are in it."""
    return "备份里有服务商密钥，请妥善保管。" if included else "备份里没有服务商密钥。"


def restored(*, file: str, responses: int) -> str:
    """A backup was put in place."""
    return f"已恢复 {file}：账本现在有 {responses:,} 次响应。"


def would_restore(*, file: str, responses: int) -> str:
    """A backup would be put in place."""
    return f"没有改动任何内容。恢复 {file} 后，账本将有 {responses:,} 次响应。"


def held_before(*, responses: int) -> str:
    """What was there before."""
    return f"之前有 {responses:,} 次响应。"


def unreadable_before() -> str:
    """What was there before could not be read."""
    return "之前的账本读不出来。"


def purged_again(*, responses: int) -> str:
    """What had been purged stays away."""
    return f"备份之后永久删除过的 {responses:,} 次响应不会回来。"


def previous_kept(*, path: str) -> str:
    """Where the earlier files are."""
    return f"之前的文件保存在 {path}。"


# schema


def schemas_listed(*, count: int) -> str:
    """The first line."""
    return f"共 {count} 个 JSON Schema；`token-tracker schema <名称>` 可以打印其中一个："


def span_of_days(*, first: str, last: str) -> str:
    """The first and the last day there is."""
    return first if first == last else f"{first}至{last}"


def facts(*, listed: Sequence[str]) -> str:
    """Several facts on one line."""
    return "，".join(listed)

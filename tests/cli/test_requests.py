"""What people ask for that does not exist: each is named, with what does exist, in both languages."""

from __future__ import annotations

import pytest

from cli.answers import Ask
from published_shapes import complaints

REFUSED = [
    (
        ["bill", "--tz", "Mars/Base"],
        "zone-unknown",
        ["The time zone Mars/Base is not known.", "Asia/Shanghai"],
        ["没有“Mars/Base”这个时区。", "Asia/Shanghai"],
    ),
    (
        ["summary", "--model", "claude-sonet-4-5"],
        "filter-unknown",
        ["There is no model named claude-sonet-4-5.", "claude-sonnet-4-5"],
        ["没有名为“claude-sonet-4-5”的模型。", "claude-sonnet-4-5"],
    ),
    (
        ["summary", "--project", "shopp"],
        "filter-unknown",
        ["There is no project named shopp.", "close to: shop."],
        ["没有名为“shopp”的项目。", "相近的名称有：shop。"],
    ),
    (
        ["summary", "--source", "codx"],
        "filter-unknown",
        ["There is no source named codx.", "claude-code"],
        ["没有名为“codx”的数据来源。", "claude-code"],
    ),
    (
        ["summary", "--provider", "antropic"],
        "filter-unknown",
        ["There is no provider named antropic.", "anthropic"],
        ["没有名为“antropic”的服务商。", "anthropic"],
    ),
    (
        ["summary", "--date", "2026-10-06"],
        "date-in-future",
        ["There is no usage of 2026-10-06 yet.", "today is 2026-10-05"],
        ["2026-10-06 还没有用量。", "今天是 2026-10-05"],
    ),
    (
        ["summary", "--date", "2026-02-30"],
        "date-impossible",
        ["There is no day 2026-02-30.", "out of range"],
        ["日历上没有 2026-02-30 这一天。", "超出了范围"],
    ),
    (
        ["summary", "--date", "03/04"],
        "date-ambiguous",
        ["The date 03/04 can mean two days.", "2026-10-05"],
        ["日期“03/04”有两种读法。", "2026-10-05"],
    ),
    (
        ["summary", "--date", "soon"],
        "date-not-understood",
        ["The date soon was not understood.", "yesterday"],
        ["看不懂日期“soon”。", "昨天"],
    ),
    (
        ["bill", "--date", "today", "--since", "2026-10-01"],
        "date-conflict",
        ["Two different times were asked for.", "Keep one: the day, or `--date`, or `--since`"],
        ["同时指定了两种时间。", "`--date`、`--since` 和 `--until` 不能一起用"],
    ),
    (
        ["explain", "today", "--since", "2026-10-01"],
        "date-conflict",
        ["Two different times were asked for."],
        ["同时指定了两种时间。"],
    ),
    (
        ["explain", "no-such-model", "--date", "today"],
        "subject-unknown",
        ["no-such-model"],
        ["no-such-model"],
    ),
    (
        ["bill", "--since", "2026-10-05", "--until", "2026-10-01"],
        "span-reversed",
        ["The span ends before it begins.", "`--since 2026-10-01 --until 2026-10-05`"],
        ["起止日期颠倒了。", "`--since 2026-10-01 --until 2026-10-05`"],
    ),
    (
        ["bill", "--by", "modle"],
        "by-unknown",
        ["A bill cannot be itemised by modle.", "model, provider, project"],
        ["明细不能按“modle”拆分。", "model、provider、project"],
    ),
    (
        ["explain", "0" * 32],
        "event-unknown",
        [f"No response with the id {'0' * 32} is recorded."],
        [f"没有编号为 {'0' * 32} 的用量事件。"],
    ),
    (
        ["explain", "claude-sonet"],
        "subject-unknown",
        ["There is nothing named claude-sonet to explain.", "claude-sonnet-4-5"],
        ["找不到“claude-sonet”，无法解释。", "claude-sonnet-4-5"],
    ),
    (
        ["summary", "--currency", "euro"],
        "currency-invalid",
        ["euro is not a currency.", "EUR"],
        ["“euro”不是货币代码。", "EUR"],
    ),
    (
        ["config", "set", "langauge", "zh"],
        "setting-unknown",
        ["There is no setting named langauge.", "The nearest is language."],
        ["没有“langauge”这个设置项。", "最接近的是 language。"],
    ),
    (
        ["config", "get", "zone"],
        "setting-unknown",
        ["There is no setting named zone.", "time_zone"],
        ["没有“zone”这个设置项。", "time_zone"],
    ),
    (
        ["config", "set", "daily_report_hour", "24"],
        "setting-invalid",
        ["The setting daily_report_hour cannot be 24.", "less than or equal to 23", "nothing was changed"],
        ["设置项 daily_report_hour 不能是“24”。", "不能大于 23。", "设置没有改动"],
    ),
    (
        ["config", "set", "language", "fr"],
        "setting-invalid",
        ["The setting language cannot be fr.", "'zh' or 'en'"],
        ["设置项 language 不能是“fr”。", "只能是 'zh' 或 'en'。"],
    ),
    (
        ["sources", "enable", "claud-code"],
        "source-unknown",
        ["There is no source named claud-code.", "claude-code"],
        ["没有名为“claud-code”的数据来源。", "claude-code"],
    ),
    (
        ["sources", "set-billing", "claude-code", "free"],
        "billing-unknown",
        ["A source cannot be paid by free.", "api, plan, unknown"],
        ["没有“free”这种付费方式。", "api、plan、unknown"],
    ),
    (
        ["sources", "add-path", "claude-code", "/no/such/place"],
        "path-unknown",
        ["There is no directory /no/such/place."],
        ["没有“/no/such/place”这个目录。"],
    ),
    (
        ["prices", "show", "claude-sonet-4-5"],
        "price-unknown",
        ["No price is known for claude-sonet-4-5.", "claude-sonnet-4-5"],
        ["没有“claude-sonet-4-5”的价格。", "claude-sonnet-4-5"],
    ),
    (
        ["prices", "currency", "deepseek", "EUR"],
        "currency-not-listed",
        ["No price list of deepseek in that currency is known.", "USD, CNY"],
        ["没有“deepseek”以这种货币计价的价目表。", "USD、CNY"],
    ),
    (
        ["schema", "sumary"],
        "schema-unknown",
        ["There is no schema named sumary.", "summary"],
        ["没有名为“sumary”的 schema。", "summary"],
    ),
    (
        ["purge", "--before", "2026-10-06"],
        "date-in-future",
        ["There is no usage of 2026-10-06 yet."],
        ["2026-10-06 还没有用量。"],
    ),
]


@pytest.mark.parametrize(
    ("words", "code", "english", "chinese"), REFUSED, ids=[" ".join(one[0]) for one in REFUSED]
)
def test_what_does_not_exist_is_named_with_what_does(
    words: list[str], code: str, english: list[str], chinese: list[str], ask: Ask, logs: object
) -> None:
    in_english, in_chinese = ask(*words, "--lang", "en"), ask(*words, "--lang", "zh")
    document = ask(*words, "--json")

    for answer, parts in ((in_english, english), (in_chinese, chinese)):
        assert (answer.exit_code, answer.out, len(answer.err.splitlines())) == (2, "", 3)
        assert [part for part in parts if part not in answer.err] == []
    assert (document.exit_code, document.error_code, document.err) == (2, code, "")
    assert complaints("error", document.document) == []


@pytest.mark.parametrize("moment", ["soon", "2026-10-05", "2026-10-05T12:00:00", "9999-12-31T00:00:00+00:00"])
def test_a_clock_that_cannot_be_read_is_refused(
    moment: str, ask: Ask, logs: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_TRACKER_NOW", moment)

    in_english, in_chinese = ask("summary", "--lang", "en"), ask("summary", "--lang", "zh")

    assert (in_english.exit_code, in_english.out) == (2, "")
    assert in_english.err.splitlines()[:2] == [
        "The moment in TOKEN_TRACKER_NOW cannot be used.",
        f"{moment} is not a time with a UTC offset.",
    ]
    assert (in_chinese.exit_code, in_chinese.err.splitlines()[1]) == (2, f"“{moment}”不是带时区偏移的时间。")


def test_a_filter_without_any_usage_says_that_none_is_recorded(ask: Ask) -> None:
    in_english, in_chinese = (
        ask("summary", "--model", "claude-sonnet-4-5", "--lang", lang) for lang in ("en", "zh")
    )

    assert in_english.err.splitlines()[1:] == [
        "No usage with a model is recorded yet.",
        "Leave out `--model`.",
    ]
    assert in_chinese.err.splitlines()[1:] == ["账本里还没有带模型的用量。", "请去掉 `--model`。"]


def test_no_logs_at_all_say_what_was_looked_for_and_what_to_do(ask: Ask) -> None:
    in_english, in_chinese = ask("summary", "--lang", "en"), ask("summary", "--lang", "zh")

    assert (in_english.exit_code, in_english.err) == (in_chinese.exit_code, in_chinese.err) == (0, "")
    assert "Looked for the logs of" in in_english.out
    assert "Claude Code" in in_english.out
    assert "种程序的日志" in in_chinese.out
    assert "$0" not in in_english.out

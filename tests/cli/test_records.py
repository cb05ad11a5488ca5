"""`record-session` and `log`: what is kept, what counts, and what is refused."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from cli.answers import NOW
from cli.answers import SESSION
from cli.answers import Ask
from cli.answers import contents
from cli.answers import write_logs

LOG = ("log", "--session", "reading", "--model", "claude-sonnet-4-5")
TOTALS = ("record-session", "--model", "claude-sonnet-4-5")
INPUT, OUTPUT = Decimal(3), Decimal(15)
"""Dollars per million tokens of Claude Sonnet 4.5."""


def dollars(fresh: int, output: int) -> Decimal:
    return (fresh * INPUT + output * OUTPUT) / 1_000_000


def total(ask: Ask, *words: str) -> tuple[int, str]:
    data = ask("summary", "--json", *words).document["data"]
    return data["tokens"]["total"], data["cost"]["amount"]


def test_an_entry_names_session_tokens_and_cost(ask: Ask, home: Path) -> None:
    answer = ask(*LOG, "--input-tokens", "12,000", "--output-tokens", "3000", "--lang", "en")

    assert dollars(12_000, 3_000) == Decimal("0.081")
    assert answer.out == (
        "Logged for session reading: 15,000 tokens (12,000 in, 3,000 out), $0.08.\n"
        "\n"
        "- $0.08 is computed at list price (tokens × price); it is not a bill.\n"
        "- Model: Claude Sonnet 4.5.\n"
    )


def test_an_entry_names_session_tokens_and_cost_in_chinese(ask: Ask, home: Path) -> None:
    answer = ask(*LOG, "--input-tokens", "12000", "--output-tokens", "3000", "--lang", "zh")

    assert answer.out == (
        "已为会话 reading 记一笔：15,000 token（输入 12,000，输出 3,000），$0.08。\n"
        "\n"
        "- $0.08 是按公开单价算出来的（token 数 × 单价），不是账单。\n"
        "- 模型：Claude Sonnet 4.5。\n"
    )


def test_entries_are_in_every_report_by_their_task(ask: Ask, home: Path) -> None:
    ask(*LOG, "--input-tokens", "1000", "--task", "review", "--notes", "two\nlines")
    ask(*LOG, "--input-tokens", "500")

    rows = ask("bill", "--by", "task", "--json").document["data"]["rows"]
    assert [(row["key"], row["tokens"]["total"]) for row in rows] == [
        ({"task": "review"}, 1000),
        ({"task": None}, 500),
    ]
    assert total(ask, "--task", "review") == (1000, "0.003000")
    addends = ask("explain", "--json").document["data"]["addends"]
    assert [(one["notes"], one["file"], one["source"]) for one in addends] == [
        ("two lines", None, "manual"),
        (None, None, "manual"),
    ]
    assert "recorded by hand: two lines" in ask("explain", "--lang", "en").out
    assert "手工记录：two lines" in ask("explain", "--lang", "zh").out


def test_an_entry_can_replace_those_of_its_day(ask: Ask, home: Path) -> None:
    ask(*LOG, "--input-tokens", "1000")
    answer = ask(*LOG, "--input-tokens", "300", "--replace", "--lang", "zh")

    assert answer.out.startswith("已为会话 reading 记一笔，替换当天先前的记录：300 token")
    assert total(ask) == (300, "0.000900")


def test_totals_are_replaced_and_take_a_recorded_amount_as_it_is(ask: Ask, home: Path) -> None:
    ask(*TOTALS, "--tokens-in", "900", "--tokens-out", "80", "--session", "shop")
    answer = ask(
        *TOTALS, "--tokens-in", "1900", "--tokens-out", "180", "--session", "shop", "--cost", "$0.5", "--json"
    )

    data = answer.document["data"]
    assert (data["replaced"], data["counted"], data["recorded"]["total"]) == (True, True, 2080)
    assert data["figures"]["cost"]["by_basis"] == {
        "billed": "0",
        "reported": "0.500000",
        "computed": "0",
        "inferred": "0",
    }
    assert total(ask) == (2080, "0.500000")
    assert ask("explain", "--json").document["data"]["addends"][0]["price_source"] == "user"


def test_totals_and_entries_of_one_name_are_not_mixed_up(ask: Ask, home: Path) -> None:
    ask(*LOG, "--input-tokens", "10000")

    answer = ask(*TOTALS, "--tokens-in", "900", "--tokens-out", "80", "--session", "reading", "--json")

    data = answer.document["data"]
    assert (data["replaced"], data["figures"]["tokens"]["total"]) == (False, 980)
    assert Decimal(data["figures"]["cost"]["amount"]) == dollars(900, 80)
    assert Decimal(data["session_figures"]["cost"]["amount"]) == dollars(10_900, 80)


def test_a_session_without_a_name_is_named_by_day_and_model(
    ask: Ask, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_TRACKER_NOW", "2026-10-05T12:00:00+00:00")

    data = ask(*TOTALS, "--tokens-in", "1", "--tokens-out", "1", "--json").document["data"]

    assert data["session"] == "unnamed:2026-10-05:claude-sonnet-4-5"


def test_a_session_that_a_log_holds_is_kept_and_not_counted(
    ask: Ask, logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = total(ask)
    monkeypatch.setenv("CLAUDE_CODE_SESSION_ID", SESSION)

    answer = ask(*TOTALS, "--tokens-in", "900", "--tokens-out", "80", "--lang", "en")

    assert answer.out.startswith(
        f"Kept but not counted: Claude Code's own log already covers session {SESSION}."
    )
    assert total(ask) == before
    lanes = [one["lane"] for one in ask("explain", "--json").document["data"]["addends"]]
    assert lanes == ["counted", "shadowed"]
    assert "covered by claude-code" in ask("explain", "--lang", "en").out


def test_a_session_counts_until_a_log_comes(ask: Ask, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN_TRACKER_NOW", NOW)
    monkeypatch.setenv("CLAUDE_CODE_SESSION_ID", SESSION)
    ask(*TOTALS, "--tokens-in", "900", "--tokens-out", "80")
    assert total(ask)[0] == 980

    write_logs(home.parent)

    assert total(ask)[0] == 671


def test_a_model_without_a_price_names_the_nearest(ask: Ask, home: Path) -> None:
    data = ask(
        "log", "--session", "s", "--model", "claude-sonet-4-5", "--input-tokens", "10", "--json"
    ).document["data"]

    assert data["figures"]["cost"]["amount"] is None
    assert (data["nearest_models"][0], len(data["nearest_models"])) == ("claude-sonnet-4-5", 3)


@pytest.mark.parametrize(
    ("words", "code", "chinese"),
    [
        ([*LOG, "--input-tokens", "-5"], "count-negative", "用掉的 token 不可能少于零。"),
        ([*LOG, "--input-tokens", "5", "--output-tokens", "-1"], "count-negative", "--output-tokens"),
        ([*LOG, "--input-tokens", "1.5"], "count-not-understood", "token 数必须是整数。"),
        ([*LOG, "--input-tokens", "NaN"], "count-not-understood", "NaN"),
        ([*LOG, "--input-tokens", "1,5"], "count-not-understood", "1,5"),
        ([*LOG, "--input-tokens", "1_"], "count-not-understood", "1_"),
        ([*LOG, "--input-tokens", "1,234_567"], "count-not-understood", "1,234_567"),
        ([*LOG, "--input-tokens", "9" * 400], "count-too-large", "--input-tokens 的值太大"),
        ([*LOG, "--input-tokens", "10000000001"], "count-too-large", "10,000,000,000"),
        (["log", "--session", "a\x1bb", "--model", "m", "--input-tokens", "1"], "name-invalid", "控制字符"),
        (["log", "--session", "a\nb", "--model", "m", "--input-tokens", "1"], "name-invalid", "--session"),
        (["log", "--session", " ", "--model", "m", "--input-tokens", "1"], "name-invalid", "它是空的"),
        (["log", "--session", "s" * 201, "--model", "m", "--input-tokens", "1"], "name-invalid", "200 个"),
        (["log", "--session", "s", "--model", "", "--input-tokens", "1"], "name-invalid", "--model"),
        ([*LOG, "--input-tokens", "1", "--notes", "\x07"], "name-invalid", "--notes"),
        ([*LOG, "--input-tokens", "1", "--date", "2099-01-01"], "date-in-future", "2099"),
        ([*TOTALS, "--tokens-in", "1", "--tokens-out", "1", "--cost", "-1"], "cost-negative", "-1"),
        ([*TOTALS, "--tokens-in", "1", "--tokens-out", "1", "--cost", "NaN"], "amount-not-understood", "NaN"),
        ([*TOTALS, "--tokens-in", "1", "--tokens-out", "1", "--cost", "9e9"], "amount-not-understood", "9e9"),
        ([*TOTALS, "--tokens-in", "1", "--tokens-out", "1", "--cost", "99999999"], "amount-too-large", "9,2"),
    ],
)  # fmt: skip
def test_what_cannot_be_recorded_is_refused_and_changes_nothing(
    words: list[str], code: str, chinese: str, ask: Ask, home: Path
) -> None:
    ask("sync")
    before = contents(home)

    refused = ask(*words, "--json")
    told = ask(*words)

    assert (refused.exit_code, refused.error_code) == (2, code)
    assert (told.out, contents(home)) == ("", before)
    assert chinese in ask(*words, "--lang", "zh").err


def test_a_record_for_another_day_is_on_that_day(
    ask: Ask, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_TRACKER_NOW", "2026-10-05T12:00:00+00:00")
    answer = ask(*LOG, "--input-tokens", "100", "--date", "前天", "--lang", "zh")

    assert "- 记在 2026年10月3日。" in answer.out
    assert total(ask, "--date", "2026-10-03")[0] == 100
    assert total(ask)[0] == 0


@pytest.mark.parametrize(
    "words", [(*LOG, "--input-tokens", "100"), (*TOTALS, "--tokens-in", "100", "--tokens-out", "0")]
)
def test_a_record_for_a_purged_day_is_refused_and_not_lost_in_silence(
    words: tuple[str, ...], ask: Ask, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_TRACKER_NOW", "2026-10-05T12:00:00+00:00")
    ask(*LOG, "--input-tokens", "1", "--date", "2026-10-02")
    ask("purge", "--before", "2026-10-04", "--yes")
    before = contents(home)
    refused = ask(*words, "--date", "2026-10-03", "--json")
    chinese = ask(*words, "--date", "2026-10-03", "--lang", "zh").err

    assert (refused.exit_code, refused.error_code) == (2, "day-purged")
    assert contents(home)["ledger.db"] == before["ledger.db"]
    assert "2026-10-04 之前的用量已用 `purge` 永久删除" in chinese
    assert ask(*words, "--date", "2026-10-04").exit_code == 0
    assert total(ask, "--date", "2026-10-04")[0] == 100


@pytest.mark.parametrize("tokens", [200_000, 200_001, 5_000_000])
def test_totals_are_no_long_prompt(tokens: int, ask: Ask, home: Path) -> None:
    ask(*TOTALS, "--tokens-in", str(tokens), "--tokens-out", "700")

    [addend] = ask("explain", "--json").document["data"]["addends"]
    assert Decimal(addend["amount"]) == dollars(tokens, 700)
    assert addend["formula"] == f"{tokens}*0.000003 + 700*0.000015"
    assert ask("verify").exit_code == 0


def test_a_log_that_is_no_longer_read_still_covers_what_it_brought(
    ask: Ask, logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = total(ask)
    monkeypatch.setenv("CLAUDE_CODE_SESSION_ID", SESSION)
    ask(*TOTALS, "--tokens-in", "900", "--tokens-out", "200")

    ask("sources", "disable", "claude-code")

    assert total(ask) == before

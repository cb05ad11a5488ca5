"""Settings: written as people write them, and told with where they come from."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cli.answers import Ask
from published_shapes import complaints
from token_tracker.cli.setting_values import PLACES
from token_tracker.cli.setting_values import read_value
from token_tracker.period import find_zone


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("language", "中文", "zh"),
        ("language", "简体中文", "zh"),
        ("language", "zh-CN", "zh"),
        ("language", "English", "en"),
        ("language", "英文", "en"),
        ("language", "français", "français"),
        ("daily_report_hour", "22", 22),
        ("daily_report_hour", "22点", 22),
        ("daily_report_hour", "22:00", 22),
        ("daily_report_hour", "２２：００", 22),
        ("daily_report_hour", "晚上10点", 22),
        ("daily_report_hour", "下午六点", 18),
        ("daily_report_hour", "早上9点", 9),
        ("daily_report_hour", "凌晨零点", 0),
        ("daily_report_hour", "十二点", 12),
        ("daily_report_hour", "10pm", 22),
        ("daily_report_hour", "9 AM", 9),
        ("daily_report_hour", "晚上12点", "晚上12点"),
        ("daily_report_hour", "晚上1点", "晚上1点"),
        ("daily_report_hour", "12 am", "12 am"),
        ("daily_report_hour", "22:30", "22:30"),
        ("daily_report_hour", "late", "late"),
        ("currency", "cny", "CNY"),
        ("currency", "人民币", "CNY"),
        ("currency", "美元", "USD"),
        ("currency", "€", "EUR"),
        ("currency", "分", "分"),
        ("currency", "5", "5"),
        ("time_zone", "asia/shanghai", "Asia/Shanghai"),
        ("time_zone", "北京时间", "Asia/Shanghai"),
        ("time_zone", "New York", "America/New_York"),
        ("time_zone", "utc", "UTC"),
        ("time_zone", "Mars/Base", "Mars/Base"),
        ("language", "默认", None),
        ("time_zone", "default", None),
    ],
)
def test_a_value_is_read_where_it_is_certain_and_left_as_it_is_elsewhere(
    key: str, text: str, value: object
) -> None:
    assert read_value(key, text) == value


def test_every_place_is_a_time_zone() -> None:
    assert [find_zone(name).name for name in PLACES] == list(PLACES)


@pytest.mark.parametrize(
    "words", [["daily_report_hour", "22:30"], ["currency", "分"], ["language", "français"]]
)
def test_what_is_not_certain_is_refused(words: list[str], ask: Ask, home: Path) -> None:
    answer = ask("config", "set", *words, "--json")

    assert (answer.exit_code, answer.error_code) == (2, "setting-invalid")
    assert not (home / "budget.json").exists()


def listed(ask: Ask, *words: str) -> dict[str, dict[str, Any]]:
    answer = ask("config", "list", *words, "--json")
    assert complaints("config", answer.document) == []
    return {one["key"]: one for one in answer.document["data"]["settings"]}


def test_a_value_that_was_set_to_the_default_was_set(ask: Ask) -> None:
    ask("config", "set", "daily_report_hour", "23")

    assert listed(ask)["daily_report_hour"]["origin"] == "file"
    assert listed(ask)["currency"]["origin"] == "default"


def test_a_variable_that_goes_before_a_setting_is_named(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    ask("config", "set", "language", "en")
    monkeypatch.setenv("TOKEN_TRACKER_LANG", "zh")
    language = listed(ask)["language"]
    changed = ask("config", "set", "language", "英文").out

    assert (language["value"], language["origin"]) == ("zh", "environment")
    assert (language["by"], language["in_file"]) == ("TOKEN_TRACKER_LANG", "en")
    assert "language：zh（来自 TOKEN_TRACKER_LANG，优先于你设置的 en）" in ask("config").out
    assert "不过环境变量 TOKEN_TRACKER_LANG 已经设置，会优先于它。" in changed


def test_the_zone_of_the_environment_comes_after_the_one_that_was_set(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    before = listed(ask)["time_zone"]
    ask("config", "set", "time_zone", "北京")
    after = listed(ask)["time_zone"]

    assert (before["value"], before["origin"], before["by"]) == ("Asia/Tokyo", "environment", "TZ")
    assert (after["value"], after["origin"], after["by"]) == ("Asia/Shanghai", "file", None)


def test_an_option_of_this_command_is_named(ask: Ask, home: Path) -> None:
    ask("config", "set", "language", "en")
    language = listed(ask, "--lang", "zh")["language"]

    assert (language["value"], language["origin"], language["by"]) == ("zh", "option", "--lang")
    assert json.loads((home / "budget.json").read_text())["language"] == "en"


@pytest.mark.parametrize("key", ["currency", "time_zone", "language", "daily_report_hour"])
def test_a_value_that_is_no_text_is_refused(key: str, ask: Ask, home: Path) -> None:
    answer = ask("config", "set", key, "\udcff", "--json")

    assert (answer.exit_code, answer.error_code) == (2, "setting-invalid")
    assert not (home / "budget.json").exists()


def test_a_key_like_no_other_is_answered_in_chinese_with_all_there_are(ask: Ask, home: Path) -> None:
    there = ask("config", "set", "\x07", "1", "--lang", "zh").err
    (home / "budget.json").write_text('{"schema": 1, "budgets": [{"\x7f": 1}]}')
    in_file = ask("summary", "--lang", "zh").err

    assert "现有的设置项：currency、daily_report_hour、language、time_zone。" in there
    assert "这里可以用的设置项：count、currency、" in in_file

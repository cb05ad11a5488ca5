"""Which language an answer is in when only the command line and the environment are known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from token_tracker.cli.language import from_environment
from token_tracker.cli.language import from_locale
from token_tracker.cli.language import language_of


@pytest.mark.parametrize(
    ("arguments", "language"),
    [
        (["bill", "--lang", "zh"], "zh"),
        (["bill", "--lang=zh"], "zh"),
        (["--lang", "zh", "bill"], "zh"),
        (["bill", "--lang", "en"], "en"),
        (["bill", "--lang", "fr"], "en"),
        (["bill", "--lang=fr"], "en"),
        (["bill", "--lang"], "en"),
        (["bill", "--language", "zh"], "en"),
        (["bill", "zh"], "en"),
        ([], "en"),
    ],
)
def test_the_option_chooses_the_language(
    arguments: list[str], language: str, home: Mapping[str, str]
) -> None:
    assert language_of(arguments, home) == language


@pytest.mark.parametrize(
    ("budget", "state", "language"),
    [
        ('{"language": "zh"}', '{"language": "en"}', "zh"),
        ("{}", '{"language": "zh"}', "zh"),
        ('{"language": null}', '{"language": "zh"}', "zh"),
        ("{", '{"language": "zh"}', "zh"),
        ('{"language": "fr"}', "[]", "en"),
        ("{}", "{}", "en"),
    ],
)
def test_the_settings_choose_where_they_are_valid(
    budget: str, state: str, language: str, tmp_path: Path
) -> None:
    (tmp_path / "budget.json").write_text(budget)
    (tmp_path / "state.json").write_text(state)
    environ = {"HOME": "/nobody", "TOKEN_TRACKER_CACHE": str(tmp_path / "cache"), "LANG": "en_GB"}
    assert language_of(["bill", "--home", str(tmp_path)], environ) == language
    assert language_of(["bill"], {**environ, "TOKEN_TRACKER_HOME": str(tmp_path)}) == language
    assert language_of(["bill", "--lang=zh", f"--home={tmp_path}"], environ) == "zh"


@pytest.fixture
def home(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Give the environment of somebody who has set nothing."""
    return {"HOME": str(tmp_path_factory.mktemp("nobody"))}


@pytest.mark.parametrize(
    ("arguments", "environ", "language"),
    [
        (["--lang", "en"], {"TOKEN_TRACKER_LANG": "zh", "LANG": "zh_CN.UTF-8"}, "en"),
        (["--lang", "fr"], {"TOKEN_TRACKER_LANG": "zh", "LANG": "en_GB.UTF-8"}, "zh"),
        ([], {"TOKEN_TRACKER_LANG": "zh", "LANG": "en_GB.UTF-8"}, "zh"),
        ([], {"TOKEN_TRACKER_LANG": "fr", "LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "zh_CN.UTF-8"}, "zh"),
        ([], {"LANG": "fr_FR.UTF-8"}, "en"),
        ([], {}, "en"),
    ],
)
def test_the_option_comes_before_the_variable_and_that_before_the_locale(
    arguments: list[str], environ: Mapping[str, str], language: str, home: Mapping[str, str]
) -> None:
    assert language_of(arguments, {**home, **environ}) == language


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("zh", "zh"), ("ZH", "zh"), ("zh-CN", "zh"), ("zh_TW.UTF-8", "zh"), ("zh-Hans-CN", "zh"),
        ("en", "en"), ("en_US.UTF-8", "en"), ("en.UTF-8", "en"),
        ("", None), ("C.UTF-8", None), ("POSIX", None), ("fr_FR", None), ("zhuang", None), ("_zh", None),
    ],
)  # fmt: skip
def test_a_language_is_known_by_any_name_that_begins_with_it(text: str, language: str | None) -> None:
    assert from_environment({"TOKEN_TRACKER_LANG": text}) == language
    assert from_locale({"LANG": text}) == language


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LC_ALL": "zh_CN", "LC_MESSAGES": "en_US", "LANG": "en_US"}, "zh"),
        ({"LC_ALL": "", "LC_MESSAGES": "zh_CN", "LANG": "en_US"}, "zh"),
        ({"LC_ALL": "C.UTF-8", "LANG": "zh_CN"}, None),
        ({"LC_MESSAGES": "", "LANG": "en_US"}, "en"),
        ({}, None),
    ],
)
def test_the_first_variable_of_the_locale_that_is_set_counts(
    environ: Mapping[str, str], language: str | None
) -> None:
    assert from_locale(environ) == language


def test_without_the_variable_no_language_is_chosen() -> None:
    assert from_environment({}) is None

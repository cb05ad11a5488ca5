"""`automation list` and `automation render`, as a person runs them."""

from __future__ import annotations

import json

import pytest

from published_shapes import complaints
from token_tracker.cli.run import run
from token_tracker.prompts import NAMES
from token_tracker.prompts import load_prompt


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert run(["automation", *arguments]) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", NAMES)
def test_a_text_is_printed_and_nothing_else(name: str, lang: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, "render", name, "--lang", lang) == f"{load_prompt(name, lang).text}\n"


def test_without_a_name_every_text_stands_below_its_name(capsys: pytest.CaptureFixture[str]) -> None:
    texts = [f"{name}\n\n{load_prompt(name, 'en').text}" for name in NAMES]
    assert printed(capsys, "render", "--lang", "en") == "\n\n".join(texts) + "\n"


@pytest.mark.parametrize("arguments", [("list",), ("render",), ("render", "budget-alert")])
def test_the_json_keeps_to_its_schema(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    assert complaints("automation", json.loads(printed(capsys, *arguments, "--json"))) == []


def test_a_text_that_there_is_not_is_refused_with_those_that_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert run(["automation", "render", "hourly-report", "--lang", "en"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "There is no text named hourly-report.",
        "There are: daily-report, weekly-report, monthly-report, budget-alert.",
        "Run `token-tracker automation` to see what each of them does.",
    ]

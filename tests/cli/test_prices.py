"""Prices as a person meets them: a currency to choose, doubt that is shown, a list price that stands in."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.answers import Ask
from cli.answers import write_logs
from sources.claude_lines import line
from sources.claude_lines import text_of

IN_PEAK_HOURS = "2027-01-04T02:00:00Z"
"""A Monday beyond the last day whose Chinese holidays are known."""


def response(timestamp: str) -> bytes:
    """Give a log of one response by DeepSeek through Claude Code: a thousand tokens in, none out."""
    usage = {"input_tokens": 1000, "output_tokens": 0}
    return text_of(line(timestamp=timestamp, message__model="deepseek-flash", message__usage=usage))


@pytest.fixture
def october(isolated_home: Path) -> Path:
    """Give a home with a response of Sunday, 4 October 2026: off-peak."""
    write_logs(isolated_home, response("2026-10-04T08:00:00Z"))
    return isolated_home


def cost(ask: Ask) -> dict[str, str]:
    """Give the amounts of the day by their currency."""
    found = ask("summary", "--date", "2026-10-04", "--json").document["data"]["cost"]
    return {one["currency"]: one["amount"] for one in (found, *found["other"])}


def test_the_currency_a_provider_is_paid_in_holds_for_past_days_too(october: Path, ask: Ask) -> None:
    dollars = cost(ask)
    chosen = ask("prices", "currency", "DeepSeek", "cny", "--lang", "en")

    assert dollars == {"USD": "0.000150"}
    assert chosen.out.splitlines()[0] == "Priced in CNY now, past days included, by the list deepseek-cn:"
    assert cost(ask) == {"CNY": "0.001000"}


def test_a_currency_without_a_price_list_is_refused_and_changes_nothing(october: Path, ask: Ask) -> None:
    before = cost(ask)
    answers = [ask("prices", "currency", *words) for words in (("deepseek", "EUR"), ("anthropic", "CNY"))]

    assert [answer.exit_code for answer in answers] == [2, 2]
    assert ["CNY" in answer.err for answer in answers] == [True, False]
    assert cost(ask) == before


def test_a_peak_price_on_days_whose_holidays_are_not_known_is_said(
    isolated_home: Path, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_TRACKER_NOW", "2027-01-05T12:00:00+00:00")
    write_logs(isolated_home, response(IN_PEAK_HOURS))
    report = ask("summary", "--date", "2027-01-04", "--json").document

    assert report["data"]["cost"]["amount"] == "0.000300"
    assert [(one["code"], one["severity"], one["where"]) for one in report["problems"]] == [
        ("price-flagged", "note", "deepseek-flash")
    ]
    assert ask("explain", "2027-01-04").out.count("/peak/holidays-unknown") == 2

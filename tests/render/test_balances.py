"""What is left at providers, word for word, and as JSON."""

from __future__ import annotations

import json

import pytest

from published_shapes import complaints
from token_tracker.render.documents import DATA
from token_tracker.render.documents.envelope import envelope
from token_tracker.render.text import TEXTS

from . import balance_reports
from .conftest import Agreed


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", balance_reports.BALANCES)
def test_a_balance_reads_as_agreed(name: str, lang: str, agreed: Agreed) -> None:
    text = TEXTS["provider-balance"](balance_reports.BALANCES[name], balance_reports.style(lang))

    assert text == agreed(f"balance-{name}.{lang}.txt", text)


@pytest.mark.parametrize("name", balance_reports.BALANCES)
def test_a_balance_keeps_to_its_schema(name: str) -> None:
    style = balance_reports.style("en")
    data = DATA["provider-balance"](balance_reports.BALANCES[name], style)
    document = envelope("provider-balance", style.now, None, data, [])

    assert complaints("provider-balance", json.loads(json.dumps(document))) == []


def test_a_balance_is_told_exactly_with_what_was_inferred_from_which_moments() -> None:
    data = DATA["provider-balance"](balance_reports.BALANCES["two-currencies"], balance_reports.style("en"))

    [yuan, _] = data["providers"][0]["balances"]
    assert yuan == {
        "currency": "CNY",
        "total": "80.000000",
        "parts": [{"name": "granted", "amount": "0"}, {"name": "topped_up", "amount": "80.000000"}],
        "usable": True,
        "state": "ok",
        "days_left": 40.0,
        "days_left_unknown": None,
        "pace": {
            "per_day": "2.000000",
            "first": "2026-11-20T20:05:00+08:00",
            "last": "2026-11-22T20:05:00+08:00",
            "snapshots": 2,
        },
        "history": [
            {
                "day": "2026-11-20",
                "at": "2026-11-20T20:05:00+08:00",
                "total": "84.000000",
                "spent": None,
                "topped_up": None,
            },
            {
                "day": "2026-11-22",
                "at": "2026-11-22T20:05:00+08:00",
                "total": "80.000000",
                "spent": "4.000000",
                "topped_up": "0",
            },
        ],
    }

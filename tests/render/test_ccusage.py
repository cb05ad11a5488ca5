"""Tables in the shape of ccusage: the shape itself, its sums, and what it cannot hold."""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest

from ccusage_shape import ccusage_complaints
from token_tracker.render.ccusage import ccusage_notes
from token_tracker.render.ccusage import ccusage_text

from . import reports
from . import table_reports

COUNTS = ("inputTokens", "outputTokens", "cacheCreationTokens", "cacheReadTokens", "totalTokens")
WITH_COST = [name for name, (_, shown) in table_reports.TABLES.items() if shown.with_cost]


def written(name: str) -> Any:
    return json.loads(ccusage_text(table_reports.TABLES[name][1]), parse_float=Decimal, parse_int=Decimal)


def rows_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Give the rows of a document, of all projects if it lists those."""
    [name] = set(document) - {"totals"}
    listed = document[name]
    return [row for rows in listed.values() for row in rows] if isinstance(listed, dict) else list(listed)


def summed(rows: Sequence[dict[str, Any]], keys: Sequence[str]) -> list[Decimal]:
    return [sum((row[key] for row in rows), Decimal(0)) for key in keys]


@pytest.mark.parametrize("name", WITH_COST)
def test_every_table_has_the_shape_of_ccusage(name: str) -> None:
    command, shown = table_reports.TABLES[name]
    words = [command, *(["--instances"] if name.startswith("instances") else [])]

    assert ccusage_complaints(words, json.loads(ccusage_text(shown))) == []


@pytest.mark.parametrize("name", WITH_COST)
def test_the_rows_add_up_to_the_totals_and_the_models_to_their_row(name: str) -> None:
    document = written(name)
    rows = rows_of(document)

    keys = (*COUNTS, "totalCost")
    assert summed(rows, keys) == [document["totals"][key] for key in keys]
    for row in rows:
        models = row["modelBreakdowns"]
        assert summed(models, COUNTS[:4]) == [row[key] for key in COUNTS[:4]]
        assert summed(models, ["cost"]) == [row["totalCost"]]
        assert [model["modelName"] for model in models] == row["modelsUsed"]


def test_a_row_without_cost_leaves_every_amount_out() -> None:
    text = ccusage_text(table_reports.TABLES["no-cost"][1])

    assert "ost" not in text
    assert [row["totalTokens"] for row in rows_of(json.loads(text))] == [12_461_110, 429_000, 32_500]


def test_a_week_is_named_by_its_monday_and_a_month_by_its_month() -> None:
    assert [row["week"] for row in written("week-53")["weekly"]] == ["2020-12-21", "2020-12-28", "2021-01-04"]
    assert [row["month"] for row in written("summer-time")["monthly"]] == ["2026-02", "2026-03"]


def test_the_cost_is_what_the_usage_costs_in_dollars_at_list_price() -> None:
    mixed, plan = written("mixed"), written("plan")

    spent = Decimal("8.1") + Decimal("0.8075") + Decimal("6.284855") + Decimal("0.0046")
    assert mixed["totals"]["totalCost"] == plan["totals"]["totalCost"] == spent


def test_agents_have_the_names_that_ccusage_gives_them() -> None:
    agents = [row["metadata"]["agents"] for row in written("mixed")["daily"]]

    assert agents == [["claude", "codex"], ["opencode"], ["claude"], ["claude", "opencode"]]


def test_what_the_log_does_not_name_is_unknown() -> None:
    [row] = [row for row in written("sessions")["sessions"] if row["sessionId"] == "unknown"]
    projects = written("instances")["projects"]

    assert (row["projectPath"], list(projects)) == ("博客", ["shop-api", "博客", "unknown"])
    assert "unknown" in written("mixed")["daily"][3]["modelsUsed"]


@pytest.mark.parametrize(
    ("name", "lang", "notes"),
    [
        ("busy", "en", []),
        ("no-cost", "en", []),
        (
            "narrow",
            "en",
            ["The ledger is read-only: new log lines are counted in this answer but not saved."],
        ),
        (
            "plan",
            "en",
            [
                "Not in totalCost, which is in US dollars: CN¥8.00.",
                "totalCost holds $14.38 of usage that your plan pays for, at API list price.",
                "Not in totalCost: 16.2K tokens without a known price (in-house-coder-7b and 1 more).",
            ],
        ),
        (
            "plan",
            "zh",
            [
                "totalCost 以美元计，未计入 ¥8.00。",
                "totalCost 里有 $14.38 是套餐内的用量，按 API 公开价折合。",
                "有 1.6 万 token 单价未知（in-house-coder-7b 等 2 个模型），totalCost 未计入。",
            ],
        ),
    ],
)
def test_what_the_shape_has_no_place_for_is_said(name: str, lang: str, notes: list[str]) -> None:
    assert ccusage_notes(table_reports.TABLES[name][1], reports.style(lang)) == notes

"""`import` of the usage file that Cursor's website exports."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from cli.answers import Ask
from cli.answers import write_logs
from published_shapes import complaints

pytestmark = pytest.mark.usefixtures("skill")

HEADER = (
    "Date,User,Cloud Agent ID,Automation ID,Kind,Model,Max Mode,Input (w/ Cache Write),"
    "Input (w/o Cache Write),Cache Read,Output Tokens,Total Tokens,Cost"
)
PAID = "2026-10-04T20:00:00.500Z,li@example.com,bc-1,,On-Demand,mock-large,No,5,10,100,20,135,0.07"
INCLUDED = "2026-10-05T08:00:00.000Z,li@example.com,,,Included,composer-2.5,No,0,1000,0,100,1100,Included"
UNPRICED = "2026-10-05T08:10:00.000Z,li@example.com,,,Included,mock-small,No,0,30,0,5,35,Included"
REFUSED = '2026-10-05T09:00:00.000Z,li@example.com,,,"Errored, No Charge",mock-large,No,,,,,,Free'


def written(place: Path, *lines: str) -> str:
    place.write_text("\n".join([HEADER, *lines]) + "\n", encoding="utf-8")
    return str(place)


def counts(ask: Ask, *words: str) -> tuple[int, int, int, int]:
    (one,) = ask("import", *words, "--json").document["data"]["files"]
    return one["rows"], one["counted"], one["known"], one["unused"]


def summary(ask: Ask, *words: str) -> dict[str, Any]:
    found: dict[str, Any] = ask("summary", "--json", "--since", "2026-10-01", *words).document["data"]
    return found


def test_requests_count_once_as_cursors_in_any_number_of_exports(ask: Ask, tmp_path: Path) -> None:
    one = written(tmp_path / "a.csv", PAID, INCLUDED)
    other = written(tmp_path / "b.csv", INCLUDED, UNPRICED, REFUSED, PAID)

    assert counts(ask, one) == (2, 2, 0, 0)
    assert counts(ask, one) == (2, 0, 2, 0)
    assert counts(ask, other) == (4, 1, 2, 1)
    assert [(one["source"], one["requests"]) for one in summary(ask)["by_source"]] == [("cursor", 3)]
    assert summary(ask)["tokens"]["total"] == 135 + 1100 + 35


def test_what_cursor_charged_is_money_and_what_the_plan_paid_is_not(ask: Ask, tmp_path: Path) -> None:
    answer = ask("import", written(tmp_path / "a.csv", PAID, INCLUDED, UNPRICED), "--json")

    assert complaints("import", answer.document) == []
    for cost in (answer.document["data"]["figures"]["cost"], summary(ask)["cost"]):
        assert (cost["amount"], cost["by_basis"]["reported"]) == ("0.070000", "0.070000")
        assert cost["api_equivalent"] == {"amount": "0.000750", "currency": "USD"}
        assert (cost["unpriced_tokens"], cost["unpriced_models"]) == (35, ["mock-small"])


def test_a_plans_requests_leave_no_budget_incomplete(ask: Ask, tmp_path: Path) -> None:
    ask("set-budget", "--period", "daily", "--amount", "10")
    ask("import", written(tmp_path / "a.csv", INCLUDED, UNPRICED))

    (budget,) = ask("budget-status", "--json").document["data"]["budgets"]

    assert (budget["state"], budget["spent"]) == ("ok", "0")


def test_a_request_keeps_its_own_time(ask: Ask, tmp_path: Path) -> None:
    ask("import", written(tmp_path / "a.csv", PAID))

    days = [
        summary(ask, "--until", "2026-10-04", "--tz", zone)["requests"] for zone in ("UTC", "Asia/Shanghai")
    ]

    assert days == [1, 0]


def test_two_requests_that_look_alike_are_two(ask: Ask, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", PAID, PAID)

    assert counts(ask, file) == (2, 2, 0, 0)
    assert counts(ask, file) == (2, 0, 2, 0)


def test_a_dry_run_keeps_nothing(ask: Ask, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", PAID)

    assert counts(ask, file, "--dry-run") == (1, 1, 0, 0)
    assert counts(ask, file) == (1, 1, 0, 0)


def test_what_was_purged_stays_away(ask: Ask, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", PAID, INCLUDED)
    ask("import", file)
    ask("purge", "--before", "2026-10-05", "--tz", "UTC", "--yes")

    (one,) = ask("import", file, "--json").document["data"]["files"]

    assert (one["counted"], one["known"], one["purged"]) == (0, 1, 1)


def test_rows_that_cannot_be_used_are_named(ask: Ask, tmp_path: Path) -> None:
    file = written(tmp_path / "a.csv", PAID, PAID.replace(",100,", ",many,"))
    answer = ask("import", file, "--lang", "en")

    assert "1 row was skipped (row 2: its tokens are no whole numbers from zero on)." in answer.out


def test_reading_logs_afterwards_leaves_what_was_imported(
    ask: Ask, tmp_path: Path, isolated_home: Path
) -> None:
    ask("import", written(tmp_path / "a.csv", PAID))
    write_logs(isolated_home)

    found = {one["source"]: one["requests"] for one in summary(ask)["by_source"]}

    assert found == {"claude-code": 2, "cursor": 1}
    assert ask("verify").exit_code == 0


def test_sources_list_tells_what_was_imported(ask: Ask, tmp_path: Path) -> None:
    ask("import", written(tmp_path / "a.csv", PAID, INCLUDED))

    states = {one["source"]: one for one in ask("sources", "list", "--json").document["data"]["sources"]}
    text = ask("sources", "list", "--lang", "en").out

    assert (states["cursor"]["events"], states["cursor"]["recorded"]) == (2, False)
    assert "- Cursor (cursor): 2 responses imported, Oct 4, 2026 to Oct 5, 2026" in text


def test_a_figure_says_that_it_was_imported_and_what_the_plan_paid(ask: Ask, tmp_path: Path) -> None:
    ask("import", written(tmp_path / "a.csv", PAID, INCLUDED))

    text = ask("explain", "--since", "2026-10-01", "--lang", "en", "--tz", "UTC").out

    assert "0.070000000000 /* 2026-10-04 20:00:00 mock-large imported charge/USD */" in text
    assert "- 1000*0.0000005 + 100*0.0000025 /* 2026-10-05 08:00:00 composer-2.5 imported" in text


def test_nothing_of_who_asked_is_kept(ask: Ask, tmp_path: Path, isolated_home: Path) -> None:
    ask("import", written(tmp_path / "a.csv", PAID))

    with closing(sqlite3.connect(isolated_home / ".token-tracker/ledger.db")) as connection:
        assert "li@example.com" not in "\n".join(connection.iterdump())

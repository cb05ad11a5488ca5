"""What `--json` prints keeps to the published schemas, and its amounts are exact."""

from __future__ import annotations

import json
import re
import subprocess
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from published_shapes import complaints
from published_shapes import nodes
from token_tracker.errors import LedgerBusyError
from token_tracker.ledger.queries import stored_rate
from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.period import Period
from token_tracker.pricing.rate import Rate
from token_tracker.render.documents import DATA
from token_tracker.render.documents import figures as figure_documents
from token_tracker.render.documents.envelope import envelope
from token_tracker.render.documents.envelope import error_document
from token_tracker.render.documents.envelope import period_document
from token_tracker.render.errors import error_text
from token_tracker.render.text import TEXTS

from . import reports


def printed(command: str, report: Any, currency: str = "USD") -> dict[str, Any]:
    data = DATA[command](report, reports.style("en", currency))
    document = envelope(command, reports.NOW, report.period, data, report.problems, lang="en")
    read: dict[str, Any] = json.loads(json.dumps(document))
    return read


@pytest.mark.parametrize("currency", ["USD", "CNY"])
@pytest.mark.parametrize("name", reports.SUMMARIES)
def test_a_summary_keeps_to_its_schema(name: str, currency: str) -> None:
    assert complaints("summary", printed("summary", reports.SUMMARIES[name], currency)) == []


@pytest.mark.parametrize("name", reports.BILLS)
def test_a_bill_keeps_to_its_schema(name: str) -> None:
    assert complaints("bill", printed("bill", reports.BILLS[name])) == []


@pytest.mark.parametrize("name", reports.EXPLANATIONS)
def test_an_explanation_keeps_to_its_schema(name: str) -> None:
    assert complaints("explain", printed("explain", reports.EXPLANATIONS[name])) == []


def test_an_error_keeps_to_its_schema() -> None:
    error = LedgerBusyError("ledger_busy", path="/home/li/.token-tracker/ledger.db")
    document = error_document(error.code, error_text(error, "zh"))

    assert complaints("error", document) == []
    assert document["error"]["code"] == "ledger-busy"


def test_an_amount_has_at_least_six_decimals_and_all_that_it_needs() -> None:
    cost = figure_documents.cost_document(reports.usd("12.34"), "USD")
    finer = figure_documents.cost_document(reports.usd("0.000000123400"), "USD")

    assert (cost["amount"], cost["by_basis"]["computed"], cost["by_basis"]["billed"]) == (
        "12.340000",
        "12.340000",
        "0",
    )
    assert finer["amount"] == "0.0000001234"


def test_a_cost_of_which_nothing_is_known_is_null_and_not_zero() -> None:
    cost = figure_documents.cost_document(reports.unpriced(16_200, "in-house-coder-7b"), "USD")

    assert (cost["amount"], cost["by_basis"]["computed"], cost["unpriced_tokens"]) == (None, None, 16_200)


def test_other_currencies_stay_apart() -> None:
    cost = figure_documents.cost_document(reports.CURRENCIES.figures.cost, "USD")

    assert (cost["amount"], cost["currency"]) == ("6.284855", "USD")
    assert [(other["currency"], other["amount"]) for other in cost["other"]] == [("CNY", "8.000000")]


def test_what_a_plan_pays_is_outside_the_amount() -> None:
    cost = figure_documents.cost_document(reports.PLAN.figures.cost, "USD")

    assert cost["amount"] == "0"
    assert cost["api_equivalent"] == {"amount": "6.284855", "currency": "USD"}


@pytest.mark.parametrize("name", reports.BILLS)
def test_the_rows_of_a_bill_add_up_to_its_total(name: str) -> None:
    data = DATA["bill"](reports.BILLS[name], reports.style("en"))
    rows = [amount for row in data["rows"] for amount in amounts(row["cost"])]

    assert by_currency(rows) == by_currency(amounts(data["total"]["cost"]))


def amounts(cost: dict[str, Any]) -> list[tuple[str, str]]:
    """Give every amount of a cost that is not zero, with its currency; null counts as nothing."""
    listed = [(cost["currency"], cost["amount"] or "0")]
    listed += [(other["currency"], other["amount"]) for other in cost["other"]]
    return [(currency, amount) for currency, amount in listed if Decimal(amount)]


def by_currency(listed: list[tuple[str, str]]) -> dict[str, Decimal]:
    return {
        currency: sum((Decimal(amount) for other, amount in listed if other == currency), Decimal(0))
        for currency, _ in listed
    }


@pytest.mark.parametrize("name", ["busy", "unpriced", "tiny"])
def test_the_amounts_of_a_bill_add_up_as_they_are_printed(name: str) -> None:
    text = TEXTS["bill"](reports.BILLS[name], reports.style("en"))
    rows = [Decimal(found) for found in re.findall(r"^- (?!Total).*: \$([\d.]+)$", text, re.MULTILINE)]
    [total] = re.findall(r"^- Total: (?:at least )?\$([\d.]+)", text, re.MULTILINE)

    assert sum(rows) == Decimal(total)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", ["day", "plan"])
def test_bc_adds_the_lines_of_an_explanation_up_to_its_total(name: str, lang: str) -> None:
    report = reports.EXPLANATIONS[name]
    text = TEXTS["explain"](report, reports.style(lang))
    lines = [line for line in text.splitlines() if line[:1].isdigit()]

    assert bc("+".join(lines)) == report.total.cost.amount("USD")
    assert sum(bc(line) for line in lines) == report.total.cost.amount("USD")


def test_a_hostile_log_path_does_not_leave_the_comment() -> None:
    hostile = reports.EVENTS[0]._replace(
        event=reports.EVENTS[0].event._replace(
            place=reports.EVENTS[0].event.place._replace(path="/tmp/*/ +1000 /*\n9*9")
        )
    )
    report = reports.explanation(hostile)
    text = TEXTS["explain"](report, reports.style("en"))
    lines = [line for line in text.splitlines() if line[:1].isdigit()]

    assert [bc(line) for line in lines] == [report.total.cost.amount("USD")]


def bc(expression: str) -> Decimal:
    done = subprocess.run(["bc"], input=f"{expression}\n", capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return Decimal(done.stdout.strip())


@pytest.mark.parametrize(
    ("first", "last", "label"),
    [
        ("2026-10-05", "2026-10-05", "2026-10-05"),
        ("2026-12-28", "2027-01-03", "2026-W53"),
        ("2026-02-01", "2026-02-28", "2026-02"),
        ("2026-10-05", "2026-10-09", "2026-10-05..2026-10-09"),
    ],
)
def test_a_period_has_a_label_that_no_language_changes(first: str, last: str, label: str) -> None:
    period = Period(date.fromisoformat(first), date.fromisoformat(last), reports.SHANGHAI, "Asia/Shanghai")

    assert period_document(period)["label"] == label


def test_a_problem_shows_its_path_only_where_paths_are_allowed() -> None:
    problem = Problem("line-not-json", Severity.WARNING, "/home/li/x.jsonl:3")

    assert figure_documents.problem_document(problem, "en")["where"] is None
    assert figure_documents.problem_document(problem, "en", with_paths=True)["where"] == "/home/li/x.jsonl:3"


def test_no_report_holds_a_path() -> None:
    holding = [
        (name, value)
        for name, report in reports.SUMMARIES.items()
        for node in nodes(printed("summary", report))
        for value in node.values()
        if isinstance(value, str) and value.startswith("/")
    ]

    assert holding == []


def test_the_terms_of_a_price_are_what_the_price_card_said() -> None:
    rate = Rate("k", "xai", "x/grok", "", "USD", None, tier="batch", speed="fast", geo="us", hours="peak")
    fields = rate._replace(above=199_999)._asdict()

    assert figure_documents.terms_of(stored_rate("USD", fields)) == {
        "tier": "batch",
        "speed": "fast",
        "geo": "us",
        "peak": True,
        "prompt_tokens_above": 199_999,
    }
    assert figure_documents.terms_of(stored_rate("USD", Rate("k", "xai", "x/grok", "", "USD")._asdict())) == {
        "tier": "standard",
        "speed": "standard",
        "geo": None,
        "peak": False,
        "prompt_tokens_above": 0,
    }

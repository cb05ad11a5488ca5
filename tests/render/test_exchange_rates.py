"""What exchange rates are known, and totals in one currency: word for word, and as JSON."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from published_shapes import complaints
from token_tracker.exchange import Conversion
from token_tracker.exchange import RatesReport
from token_tracker.exchange import UsedRate
from token_tracker.exchange import convert
from token_tracker.exchange import exchange_problems
from token_tracker.exchange import rate_on
from token_tracker.ledger.exchange_rates import EcbDays
from token_tracker.ledger.exchange_rates import NotedRate
from token_tracker.ledger.exchange_rates import Written
from token_tracker.model import ExchangeRate
from token_tracker.period import to_ms
from token_tracker.render.documents import DATA
from token_tracker.render.documents.envelope import envelope
from token_tracker.render.text import TEXTS
from token_tracker.render.text.rates import used_rates
from token_tracker.reports.budgets import BudgetReport
from token_tracker.reports.budgets import Exchanged
from token_tracker.reports.budgets import budget_problems
from token_tracker.reports.figures import Cost

from . import budget_reports
from . import digests
from . import overviews
from . import reports
from . import span_reports
from .conftest import Agreed

FRIDAY, LATER = date(2026, 11, 20), date(2026, 11, 22)
TWO_DAYS, LONG = timedelta(2), timedelta(23)
OWN = [ExchangeRate("USD", "CNY", Decimal("7.12"), FRIDAY, "user")]
ECB = [
    ExchangeRate("EUR", code, Decimal(rate), FRIDAY, "ecb")
    for code, rate in (("CNY", "8.2511"), ("JPY", "178.34"), ("USD", "1.1581"))
]
RATES = {"own": (OWN, TWO_DAYS), "ecb": (ECB, TWO_DAYS), "old": (ECB, LONG), "missing": ([], TWO_DAYS)}
"""Rates, and how much older than the last day of a report they are."""

Told = tuple[str, Any, Any]
"""A command, its report, and the figures of the whole."""

OF_CURRENCIES: list[Told] = [
    ("summary", reports.CURRENCIES, reports.CURRENCIES.figures),
    ("bill", reports.BILLS["currencies"], reports.BILLS["currencies"].total),
    *(
        (command, found[command_of], found[command_of].figures)
        for command, command_of, found in (
            ("week", "week-currencies", {name: told[0] for name, told in span_reports.SPANS.items()}),
            ("report", "report-currencies", overviews.OVERVIEWS),
            (
                "daily-report",
                "daily-report-currencies",
                {name: told[0] for name, told in digests.DIGESTS.items()},
            ),
        )
    ),
]


def converted(report: Any, cost: Cost, rates: str) -> Any:
    """Give a report with what its cost comes to in dollars."""
    stated, age = RATES[rates]
    amounts = {name: cost.amount(name) for name in cost.amounts}
    last = report.period.last
    found = convert(amounts, "USD", [one._replace(day=last - age) for one in stated], last)
    return replace(report, converted=None if found.missing else found, problems=exchange_problems(found))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("told", OF_CURRENCIES, ids=lambda told: told[0])
@pytest.mark.parametrize("rates", ["ecb", "missing"])
def test_a_report_with_several_currencies_reads_as_agreed(
    rates: str, told: Told, lang: str, agreed: Agreed
) -> None:
    command, report, figures = told
    text = TEXTS[command](converted(report, figures.cost, rates), reports.style(lang))

    assert text == agreed(f"converted-{command}-{rates}.{lang}.txt", text)


@pytest.mark.parametrize("told", OF_CURRENCIES, ids=lambda told: told[0])
@pytest.mark.parametrize("rates", RATES)
def test_a_report_with_several_currencies_keeps_to_its_schema(rates: str, told: Told) -> None:
    command, report, figures = told
    whole = converted(report, figures.cost, rates)
    data = DATA[command](whole, reports.style("en"))
    document = envelope(command, reports.NOW, whole.period, data, whole.problems)

    assert complaints(command, json.loads(json.dumps(document))) == []


def test_what_it_comes_to_stands_beside_amounts_that_stay_as_they_are() -> None:
    cost = reports.CURRENCIES.figures.cost
    data = DATA["summary"](converted(reports.CURRENCIES, cost, "ecb"), reports.style("en"))
    without = DATA["summary"](reports.CURRENCIES, reports.style("en"))
    used = rate_on(ECB, "CNY", "USD", FRIDAY)

    assert used is not None
    assert data["cost"].pop("converted") == {
        "amount": f"{Decimal('6.284855') + 8 * used.rate:.12f}".rstrip("0"),
        "currency": "USD",
        "rates": [
            {"base": "CNY", "quote": "USD", "rate": str(used.rate), "day": "2026-11-20", "source": "ecb"}
        ],
    }
    assert data == without


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_old_rate_is_said_in_the_last_line(lang: str) -> None:
    report = converted(reports.CURRENCIES, reports.CURRENCIES.figures.cost, "old")
    lines = TEXTS["summary"](report, reports.style(lang)).splitlines()

    assert [("2026-10-30" in line) for line in (lines[5], lines[-1])] == [True, True]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_short_report_stays_short_with_a_total_in_one_currency(lang: str) -> None:
    command, report, figures = OF_CURRENCIES[-1]
    text = TEXTS[command](converted(report, figures.cost, "ecb"), reports.style(lang))

    assert "≈" in text or "合计约" in text


@pytest.mark.parametrize(
    ("rate", "written"),
    [
        ("7.12463118", "7.12463 CNY/USD"),
        ("0.14", "7.14286 USD/CNY"),
        ("1", "1 CNY/USD"),
        ("25312.70", "25312.7 CNY/USD"),
        ("1234567.89", "1234570 CNY/USD"),
        ("0.00004", "25000 USD/CNY"),
    ],
)
def test_a_rate_is_written_the_way_round_in_which_it_is_one_or_more(rate: str, written: str) -> None:
    used = UsedRate("USD", "CNY", Decimal(rate), FRIDAY, "user", ())

    assert used_rates([used], reports.style("en")) == [f"{written} (your own rate, 2026-11-20)"]


def test_rates_of_one_source_and_day_are_told_together() -> None:
    stated = [("CNY", "ecb", FRIDAY), ("JPY", "user", FRIDAY), ("GBP", "ecb", FRIDAY), ("EUR", "ecb", LATER)]
    rates = [UsedRate("USD", code, Decimal(2), day, source, ()) for code, source, day in stated]

    assert used_rates(rates, reports.style("zh")) == [
        "2 CNY/USD、2 GBP/USD（欧洲央行，2026-11-20）",
        "2 JPY/USD（自己设置，2026-11-20）",
        "2 EUR/USD（欧洲央行，2026-11-22）",
    ]


# Budgets

_RATE = rate_on(ECB, "CNY", "USD", FRIDAY)
assert _RATE is not None
BY_RATE = budget_reports.status(budget_reports.DAILY, budget_reports.cost("4.2"), "3")._replace(
    exchanged=Exchanged({"CNY": Decimal(8)}, [_RATE])
)
BY_OLD_RATE = BY_RATE._replace(
    exchanged=Exchanged(
        {"CNY": Decimal(8)},
        [_RATE],
        exchange_problems(Conversion("USD", Decimal(1), date(2026, 12, 1), (_RATE,))),
    )
)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_budget_says_by_which_rate_it_counts_other_currencies(lang: str, agreed: Agreed) -> None:
    report = BudgetReport(reports.TODAY, [BY_OLD_RATE], [reports.READ_NOW], budget_problems([BY_OLD_RATE]))
    text = TEXTS["budget-status"](report, reports.style(lang))

    assert text == agreed(f"converted-budget.{lang}.txt", text)


def test_a_budget_tells_the_rates_it_counts_by() -> None:
    report = BudgetReport(reports.TODAY, [BY_RATE], [], [])
    data = DATA["budget-status"](report, reports.style("en"))
    document = envelope("budget-status", reports.NOW, report.day, data, [])

    assert complaints("budget-status", json.loads(json.dumps(document))) == []
    assert [
        (one["currency"], one["amount"], one["rate"]["day"]) for one in data["budgets"][0]["converted"]
    ] == [("CNY", "8.000000", "2026-11-20")]


# The rates themselves

NOTED_MS = to_ms(reports.NOW)
IN_USE = convert({"CNY": Decimal(1), "JPY": Decimal(1)}, "USD", [*OWN, *ECB], reports.TODAY.last)
KNOWN = RatesReport(
    [
        NotedRate(OWN[0], NOTED_MS),
        NotedRate(ExchangeRate("EUR", "USD", Decimal("1.15"), date(2026, 10, 1), "user"), NOTED_MS),
        *(NotedRate(rate, NOTED_MS) for rate in ECB),
    ],
    EcbDays(date(2026, 8, 25), FRIDAY, 63),
    IN_USE,
)
NOTHING = RatesReport([], None, convert({"CNY": Decimal(1)}, "USD", [], reports.TODAY.last))
SET = RatesReport(KNOWN.rates[:1], None, IN_USE, Written(1, 0, 0))
LISTS = {
    "list": ("rates list", KNOWN),
    "list-nothing": ("rates list", NOTHING),
    "list-own": ("rates list", KNOWN._replace(rates=KNOWN.rates[:2], ecb=None)),
    "set": ("rates set", SET),
    "update": ("rates update", KNOWN._replace(rates=KNOWN.rates[2:], written=Written(1890, 0, 3))),
    "update-changed": (
        "rates update",
        KNOWN._replace(rates=KNOWN.rates[2:], ecb=EcbDays(FRIDAY, FRIDAY, 1), written=Written(2, 1, 0)),
    ),
    "update-nothing": ("rates update", KNOWN._replace(rates=KNOWN.rates[2:], written=Written(0, 0, 1893))),
    "set-again": ("rates set", SET._replace(written=Written(0, 0, 1), in_use=NOTHING.in_use)),
}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", LISTS)
def test_the_rates_read_as_agreed(name: str, lang: str, agreed: Agreed) -> None:
    command, report = LISTS[name]
    report = report._replace(problems=exchange_problems(report.in_use))
    text = TEXTS[command](report, reports.style(lang))

    assert text == agreed(f"rates-{name}.{lang}.txt", text)


@pytest.mark.parametrize("name", LISTS)
def test_the_rates_keep_to_their_schema(name: str) -> None:
    command, report = LISTS[name]
    data = DATA[command](report, reports.style("en"))

    assert complaints("rates", envelope(command, reports.NOW, None, data, report.problems)) == []

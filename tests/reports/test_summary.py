"""The summary: lines that add up, against the average of the days before."""

from __future__ import annotations

from datetime import UTC
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given

from token_tracker.model import CostBasis
from token_tracker.model import Problem
from token_tracker.model import Severity
from token_tracker.model import Tokens
from token_tracker.period import Period
from token_tracker.reports.figures import Cost
from token_tracker.reports.figures import Figures
from token_tracker.reports.figures import Usage
from token_tracker.reports.freshness import Freshness
from token_tracker.reports.summary import GRAIN
from token_tracker.reports.summary import LookedIn
from token_tracker.reports.summary import ModelLine
from token_tracker.reports.summary import NamedLine
from token_tracker.reports.summary import Summary
from token_tracker.reports.summary import build_summary
from token_tracker.reports.summary import daily_average

from .usage_rows import random_usage
from .usage_rows import row
from .usage_rows import summed
from .usage_rows import unpriced
from .usage_rows import usage

DAY = Period(date(2026, 11, 22), date(2026, 11, 22), UTC, "UTC")
EMPTY = usage(by=GRAIN)


def summary(
    rows: Usage = EMPTY, before: Usage = EMPTY, first_day: date | None = None, period: Period = DAY
) -> Summary:
    return build_summary(period, rows, before, first_day, {}, [], [])


def dollars(amount: str, unpriced_tokens: int = 0) -> Cost:
    return Cost({"USD": {CostBasis.COMPUTED: Decimal(amount)}}, {}, unpriced_tokens, ())


# Lines


def test_a_summary_says_what_there_was_by_model_provider_project_and_source() -> None:
    rows = [
        row("1", key=("anthropic", "opus", "Opus", "/w/shop", "claude-code")),
        row("2", key=("anthropic", "haiku", "Haiku", "/w/blog", "claude-code")),
        row("4", key=("openai", "gpt", "", "/w/shop", "codex")),
        row("8", key=("anthropic", "opus", "Opus", "", "codex")),
    ]
    whole = usage(*rows, by=GRAIN)
    problem = Problem("file-unreadable", Severity.WARNING)
    fresh, place = Freshness("codex", "Codex", 1, 0), LookedIn("codex", "Codex", "/logs", None)

    def figures(*numbers: int) -> Figures:
        return usage(*(rows[number] for number in numbers), by=GRAIN).figures()

    assert build_summary(
        DAY, whole, EMPTY, None, {"/w/shop": "shop", "/w/blog": "blog"}, [fresh], [problem], [place]
    ) == Summary(
        period=DAY,
        figures=whole.figures(),
        by_model=[
            ModelLine("anthropic", "opus", "Opus", figures(0, 3)),
            ModelLine("openai", "gpt", "", figures(2)),
            ModelLine("anthropic", "haiku", "Haiku", figures(1)),
        ],
        by_provider=[NamedLine("anthropic", figures(0, 1, 3)), NamedLine("openai", figures(2))],
        by_project=[
            NamedLine("", figures(3)), NamedLine("shop", figures(0, 2)), NamedLine("blog", figures(1)),
        ],
        by_source=[NamedLine("codex", figures(2, 3)), NamedLine("claude-code", figures(0, 1))],
        average=None,
        freshness=[fresh],
        problems=[problem],
        looked_in=[place],
    )  # fmt: skip


def test_a_summary_of_nothing_has_no_lines() -> None:
    assert summary() == Summary(DAY, EMPTY.figures(), [], [], [], [], None, [], [])


def test_lines_of_equal_weight_are_in_the_order_of_their_names() -> None:
    keys = [(p, m, n, "", "s") for m in "ba" for p in "yx" for n in "dc"]
    lines = summary(usage(*(row("1", key=key) for key in keys), by=GRAIN)).by_model
    assert [(line.model, line.provider, line.name) for line in lines] == sorted(
        (m, p, n) for p, m, n, *_ in keys
    )


@given(random_usage(GRAIN))
def test_the_lines_of_every_dimension_add_up_to_the_total(whole: Usage) -> None:
    report = summary(whole)
    total = summed([report.figures])
    for lines in (report.by_model, report.by_provider, report.by_project, report.by_source):
        assert summed(line.figures for line in lines) == total


# The average of the days before


@pytest.mark.parametrize(
    ("first_day", "average"),
    [
        (None, None),
        (date(2026, 11, 23), None),
        (date(2026, 11, 22), None),
        (date(2026, 11, 21), "84.000000000000"),
        (date(2026, 11, 20), "42.000000000000"),
        (date(2026, 11, 16), "14.000000000000"),
        (date(2026, 11, 15), "12.000000000000"),
        (date(2026, 11, 14), "12.000000000000"),
        (date(2024, 1, 1), "12.000000000000"),
    ],
)
def test_days_before_the_first_event_do_not_count_and_later_days_without_usage_do(
    first_day: date | None, average: str | None
) -> None:
    before = usage(row("84", key=("p", "m", "", "", "s")), by=GRAIN)
    actual = summary(before=before, first_day=first_day).average
    assert (None if actual is None else str(actual.amount("USD"))) == average


@pytest.mark.parametrize(
    ("first_day", "average"),
    [(date(2026, 11, 16), None), (date(2026, 11, 14), "42"), (date(2026, 11, 9), "12")],
)
def test_the_average_of_a_span_is_of_the_seven_days_before_it(first_day: date, average: str | None) -> None:
    before = usage(row("84", key=("p", "m", "", "", "s")), by=GRAIN)
    span = Period(date(2026, 11, 16), date(2026, 11, 22), UTC, "UTC")
    actual = summary(before=before, first_day=first_day, period=span).average
    assert actual == (None if average is None else dollars(average))


def test_a_week_without_usage_averages_to_nothing_known_to_be_zero() -> None:
    average = summary(first_day=date(2026, 1, 1)).average
    assert average == Cost({}, {}, 0, ())
    assert average.is_known


def test_every_kind_of_money_has_its_own_average() -> None:
    key = ("p", "m", "", "", "s")
    before = usage(
        row("7", key=key), row("14", key=key, basis="billed"), row("21", key=key, currency="CNY"),
        row("35", key=("p", "m", "", "", "plan")), unpriced(key=("p", "new", "", "", "s"), tokens=70),
        by=GRAIN, plans=["plan"],
    )  # fmt: skip
    assert summary(before=before, first_day=date(2026, 1, 1)).average == Cost(
        {
            "CNY": {CostBasis.COMPUTED: Decimal(3)},
            "USD": {CostBasis.BILLED: Decimal(2), CostBasis.COMPUTED: Decimal(1)},
        },
        {"USD": Decimal(5)},
        10,
        ("new",),
    )


@pytest.mark.parametrize(
    ("amount", "days", "average"),
    [
        ("1", 3, "0.333333333333"),
        ("2", 3, "0.666666666667"),
        ("0.000000000001", 7, "0.000000000000"),
        ("123456789012345678901234567890", 7, "17636684144620811271604938270.000000000000"),
    ],
)
def test_an_average_has_twelve_decimals_however_large_it_is(amount: str, days: int, average: str) -> None:
    actual = daily_average(dollars(amount), days)
    assert actual is not None
    assert f"{actual.amount('USD'):f}" == average


@pytest.mark.parametrize(("tokens", "average"), [(0, 0), (1, 1), (7, 1), (8, 2)])
def test_a_few_unpriced_tokens_do_not_average_to_none(tokens: int, average: int) -> None:
    before = usage(unpriced(key=("p", "m", "", "", "s"), tokens=tokens), by=GRAIN)
    actual = summary(before=before, first_day=date(2026, 1, 1)).average
    assert actual is not None
    assert (actual.unpriced_tokens, actual.is_known) == (average, tokens == 0)


def test_an_average_over_no_days_is_unknown() -> None:
    assert daily_average(dollars("1"), 0) is None


def test_tokens_of_the_days_before_are_no_part_of_the_summary() -> None:
    before = usage(row("84", key=("p", "m", "", "", "s")), by=GRAIN)
    assert summary(before=before, first_day=date(2026, 1, 1)).figures.tokens == Tokens()

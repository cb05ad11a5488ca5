"""When a summary compares a day with the average of the days before, and when it cannot."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from token_tracker.render.text import TEXTS
from token_tracker.reports.figures import Cost

from . import reports

MODELS = ("in-house-coder-7b",)


def dollars(amount: str, unpriced: int = 0) -> Cost:
    models = MODELS if unpriced else ()
    return Cost({"USD": {reports.COMPUTED: Decimal(amount)}}, {}, unpriced, models)


@pytest.mark.parametrize(
    ("today", "before", "english", "chinese"),
    [
        (dollars("3"), dollars("6"), "$6.00 a day; today so far is 50% below it.", "$6.00"),
        (dollars("3", 900), dollars("6"), "$6.00 a day.", "$6.00。"),
        (dollars("3"), dollars("6", 900), "at least $6.00 a day.", "至少 $6.00。"),
    ],
)
def test_a_day_is_compared_only_where_all_of_it_has_a_price(
    today: Cost, before: Cost, english: str, chinese: str
) -> None:
    figures = replace(reports.SONNET, cost=today)
    said = {
        lang: TEXTS["summary"](reports.summary(figures, average=before), reports.style(lang))
        for lang in ("en", "zh")
    }

    assert f"\n- Average of the 7 days before: {english}\n" in said["en"]
    assert chinese in said["zh"]

"""What an agent says its work would cost is never called computed: no price here says so."""

from __future__ import annotations

from decimal import Decimal

import pytest

from token_tracker.model import CostBasis
from token_tracker.render.text.costs import kinds_of_money
from token_tracker.render.text.costs import shortly
from token_tracker.reports.figures import Cost

from . import reports


def said(cost: Cost, lang: str) -> list[str]:
    style = reports.style(lang)
    return kinds_of_money(cost, style, shortly(style))


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        ("en", "$0.40 is the agents' own estimate, because no price is known; it is not a bill."),
        ("zh", "$0.40 是编程助手自己的估算（单价未知），不是账单。"),
    ],
)
def test_an_amount_that_is_only_an_estimate_is_called_one(lang: str, expected: str) -> None:
    estimate = Decimal("0.4")
    cost = Cost({"USD": {CostBasis.COMPUTED: estimate}}, {}, 0, (), {"USD": estimate})
    assert said(cost, lang) == [expected]


@pytest.mark.parametrize(
    ("lang", "expected"),
    [
        (
            "en",
            [
                "$3.90 = reported $1.00 + computed $2.50 + estimated $0.40.",
                "Computed means tokens × list price; it is not a bill.",
                "Estimated means the agent's own estimate, because no price is known; it is not a bill.",
                "Reported means recorded by an agent, a gateway or a person; it is not a bill.",
            ],
        ),
        (
            "zh",
            [
                "$3.90 = 上报 $1.00 + 计算 $2.50 + 估算 $0.40。",
                "“计算”指按公开单价算出来的金额（token 数 × 单价），不是账单。",
                "“估算”指单价未知时编程助手自己估算的金额，不是账单。",
                "“上报”指由编程助手、网关或手工记录下来的金额，不是账单。",
            ],
        ),
    ],
)
def test_an_estimate_is_a_part_of_its_own_beside_other_money(lang: str, expected: list[str]) -> None:
    amounts = {CostBasis.COMPUTED: Decimal("2.9"), CostBasis.REPORTED: Decimal(1)}
    cost = Cost({"USD": amounts}, {}, 0, (), {"USD": Decimal("0.4")})
    assert said(cost, lang) == expected

"""What the samples of every source cost by the card is what somebody worked out by hand."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from sources.samples import Sample
from sources.samples import events_of
from sources.samples import name_of
from sources.samples import readings_of
from sources.samples import samples
from token_tracker.model import PICO
from token_tracker.model import UsageEvent
from token_tracker.pricer import CardPricer

PRICED = [one for one in samples() if one.expected.get("cost_usd") is not None]


def cost_of(event: UsageEvent, sample: Sample, pricer: CardPricer) -> int | None:
    """Price one event by the card alone, in 10^-12 USD; a recorded charge is another figure."""
    biller = pricer.describe(event.service, sample.source.default_provider).provider
    service = event.service._replace(provider=biller)
    amount, _ = pricer.price_of(service)(event._replace(service=service, host_cost_pico=None))
    return 0 if event.charge is not None else amount


def test_most_sources_have_a_sample_whose_cost_is_known() -> None:
    assert len({one.source.id for one in PRICED}) > 5


@pytest.mark.parametrize("sample", PRICED, ids=name_of)
def test_a_sample_costs_what_was_worked_out_by_hand(sample: Sample, tmp_path: Path) -> None:
    pricer = CardPricer(tmp_path)
    events = events_of(readings_of(sample.source, sample.folder)).values()
    costs = [cost_of(event, sample, pricer) for event in events]
    total = sum(cost for cost in costs if cost is not None)
    assert Decimal(total) / PICO == Decimal(sample.expected["cost_usd"])

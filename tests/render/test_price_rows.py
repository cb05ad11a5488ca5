"""How the price rows under an explanation say where they are from, and what they stand in for."""

from __future__ import annotations

import pytest

from token_tracker.ledger.queries import stored_rate
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.pricing.card import RateCard
from token_tracker.render.documents.figures import rate_document
from token_tracker.render.text.prices import price_row

from . import reports

NOW_MS = int(reports.NOW.timestamp()) * 1000


def row(provider: str, lang: str) -> str:
    rate = RateCard.load().quote(Service(provider, "gpt-4.1-nano"), NOW_MS, Tokens(1), 0).rate
    assert rate is not None
    return price_row(stored_rate(rate.currency, rate._asdict()), reports.style(lang))


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        ("en", "; the vendor's list price, because none of my-gateway is known"),
        ("zh", "；my-gateway 的单价未知，按原厂目录价计算"),
    ],
)
def test_a_list_price_that_stands_in_is_said(lang: str, said: str) -> None:
    own, listed = row("openai", lang), row("my-gateway", lang)
    key = "openai/gpt-4.1-nano/always/standard"
    assert listed == own.replace(key, f"{key}/list-price-for-my-gateway") + said


def test_a_document_says_whose_price_is_not_known() -> None:
    card = RateCard.load()
    rates = [
        card.quote(Service(provider, "gpt-5.4"), NOW_MS, Tokens(1), 0).rate
        for provider in ("openai", "My Proxy")
    ]
    documents = [rate_document(stored_rate(rate.currency, rate._asdict())) for rate in rates if rate]
    assert [one["list_price_for"] for one in documents] == [None, "my-proxy"]

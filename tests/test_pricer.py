"""The price card as the ledger asks it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from token_tracker import pricer as pricer_module
from token_tracker.ledger.rows import Priced
from token_tracker.ledger.rows import ServiceFacts
from token_tracker.model import Origin
from token_tracker.model import Place
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.pricer import HOST_ESTIMATE
from token_tracker.pricer import CardPricer
from token_tracker.pricing.card import RateCard
from token_tracker.pricing.overrides import Override
from token_tracker.pricing.overrides import set_override

NOON_MS = 1_795_176_000_000
"""2026-11-20 12:00 UTC."""

SONNET = Service("anthropic", "claude-sonnet-4-5")
UNKNOWN = Service("", "no-such-model")
PICO_PER_MTOK_USD = 10**6
"""10^-12 USD of one token at 1 USD per million."""


def event(
    tokens: Tokens | None = None,
    *,
    passes: tuple[Tokens, ...] = (),
    web_searches: int = 0,
    host_cost_pico: int | None = None,
) -> UsageEvent:
    return UsageEvent(
        bytes(16), NOON_MS, NOON_MS, SONNET, Origin("claude-code"), tokens or Tokens(), web_searches,
        False, True, host_cost_pico, Place("/logs/a.jsonl", 0), passes,
    )  # fmt: skip


@pytest.fixture
def pricer(tmp_path: Path) -> CardPricer:
    return CardPricer(tmp_path / "prices")


def cost(pricer: CardPricer, one: UsageEvent, service: Service = SONNET) -> int | None:
    return pricer.price_of(service)(one)[0]


def test_a_response_is_priced_whole(pricer: CardPricer) -> None:
    one = event(Tokens(input=1000, output=100), web_searches=2)
    expected = (1000 * 3 + 100 * 15) * PICO_PER_MTOK_USD + 2 * 10**10
    assert cost(pricer, one) == expected


@pytest.mark.parametrize(
    ("passes", "expected_usd_per_mtok"),
    [
        ((150_000, 150_000), 300_000 * 3),
        ((200_000, 200_001), 200_000 * 3 + 200_001 * 6),
        ((400_001,), 400_001 * 6),
    ],
)
def test_passes_are_priced_one_by_one(
    passes: tuple[int, ...], expected_usd_per_mtok: int, pricer: CardPricer
) -> None:
    one = event(Tokens(input=sum(passes)), passes=tuple(Tokens(input=size) for size in passes))
    assert cost(pricer, one) == expected_usd_per_mtok * PICO_PER_MTOK_USD


def test_web_searches_of_a_response_with_passes_are_paid_once(pricer: CardPricer) -> None:
    one = event(Tokens(input=20), passes=(Tokens(input=10), Tokens(input=10)), web_searches=3)
    assert cost(pricer, one) == 20 * 3 * PICO_PER_MTOK_USD + 3 * 10**10


def test_the_rate_of_a_response_with_passes_is_that_of_the_last(pricer: CardPricer) -> None:
    short, long = Tokens(input=10), Tokens(input=250_000)
    one, other = event(passes=(short, long)), event(passes=(long, short))
    price = pricer.price_of(SONNET)
    assert [price(each)[1] for each in (one, other)] == [price(event(each))[1] for each in (long, short)]


@pytest.mark.parametrize("passes", [(), (Tokens(input=10), Tokens(input=10))])
@pytest.mark.parametrize(
    ("estimate", "expected"),
    [
        (5, Priced(5, HOST_ESTIMATE)),
        (1, Priced(1, HOST_ESTIMATE)),
        (0, Priced(None, None)),
        (None, Priced(None, None)),
    ],
)
def test_the_hosts_own_amount_stands_in_only_where_no_price_is_known(
    passes: tuple[Tokens, ...], estimate: int | None, expected: Priced, pricer: CardPricer
) -> None:
    one = event(Tokens(input=20), passes=passes, host_cost_pico=estimate)
    assert pricer.price_of(UNKNOWN)(one) == expected
    assert cost(pricer, one) == 20 * 3 * PICO_PER_MTOK_USD


def test_one_pass_without_a_price_leaves_the_response_unpriced(tmp_path: Path) -> None:
    set_override(tmp_path, Override("anthropic", "claude-sonnet-4-5", {"input": "3"}))
    one = event(Tokens(input=10, output=1), passes=(Tokens(input=10), Tokens(output=1)))
    assert CardPricer(tmp_path).price_of(SONNET)(one) == Priced(None, None)


def test_a_service_is_described_by_the_card(pricer: CardPricer) -> None:
    card = RateCard.load()
    expected = ServiceFacts("anthropic", "Claude Sonnet 4.5", card.fingerprint(SONNET))
    assert pricer.describe(SONNET, "openai") == expected
    assert pricer.describe(SONNET._replace(provider=""), "openai") == expected
    assert pricer.describe(UNKNOWN, "openai").provider == "openai"


def test_the_signatures_change_with_any_price_file_and_open_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(RateCard, "load", None)
    without = CardPricer(tmp_path)
    found = [(without.signature, without.own_signature)]
    own = tmp_path / "own.json"
    for text, mtime_ns in (("not even JSON", 1), ("not even JSON", 2), ("not even JSON!", 2)):
        own.write_text(text)
        os.utime(own, ns=(1, mtime_ns))
        pricer = CardPricer(tmp_path)
        found.append((pricer.signature, pricer.own_signature))
    assert found == [
        (without.signature, ""),
        (without.signature, "own.json:13:1"),
        (without.signature, "own.json:13:2"),
        (without.signature, "own.json:14:2"),
    ]
    assert [part.split(":")[0] for part in without.signature.split(";")] == [
        "genai_prices.json",
        "overlay.json",
        "vendor_prices.json",
    ]
    assert CardPricer(tmp_path / "missing").own_signature == ""


def test_the_edition_is_the_newest_day_of_any_table_and_the_version_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.json").write_text('{"checked_on":"2026-11-22", "x": {"checked_on": "2026-11-30"}}')
    (tmp_path / "b.json").write_text('{"checked_on": "2026-11-25"}')
    monkeypatch.setattr(pricer_module, "TABLES", tmp_path)
    monkeypatch.setattr(pricer_module, "__version__", "0.3.0")
    assert CardPricer(tmp_path).edition == "2026-11-30 0.3.0"


def test_the_shipped_tables_have_an_edition(pricer: CardPricer) -> None:
    assert pricer.edition.startswith("2026-11-22 ")

"""Repricing: a changed price list touches what it must, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from token_tracker.ledger.store import Ledger
from token_tracker.model import Tokens
from token_tracker.period import BUCKET_MS

from .postings import NOON_MS
from .postings import PRICES
from .postings import SERVICE
from .postings import Oracle
from .postings import PriceList
from .postings import event
from .postings import logical
from .postings import opened
from .postings import post
from .postings import poster
from .postings import reading

A = "/logs/a.jsonl"
MODEL_B = SERVICE._replace(model="model-b")
UNLISTED = SERVICE._replace(model="unlisted")
EVENTS = [
    event("a1"),
    event("a2", at_ms=NOON_MS + BUCKET_MS + 1234),
    event("b1", service=MODEL_B),
    event("u1", service=UNLISTED),
    event("u2", service=UNLISTED, host_cost_pico=77),
]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    made = opened(tmp_path / "home")
    post(made, reading(A, EVENTS))
    poster(made).reprice()
    yield made
    made.close()


def expected(pricer: PriceList) -> Oracle:
    oracle = Oracle(pricer)
    oracle.post(
        ("agent-one", "host-of-one", [one._replace(place=one.place._replace(path=A)) for one in EVENTS])
    )
    return oracle


def test_the_same_prices_change_nothing(ledger: Ledger) -> None:
    writer = poster(ledger)

    assert not writer.prices_changed()
    assert writer.reprice() == 0
    assert logical(ledger) == expected(PriceList()).account()


def test_other_files_with_the_same_prices_change_no_event(ledger: Ledger) -> None:
    writer = poster(ledger, PriceList(signature="list-2"))

    assert writer.prices_changed()
    assert writer.reprice() == 0
    assert not writer.prices_changed()
    assert logical(ledger) == expected(PriceList()).account()


def test_a_corrected_price_changes_the_events_of_its_model_only(ledger: Ledger) -> None:
    pricer = PriceList({**PRICES, "model-a": ("vendor-a", "USD", 1, 2)}, "list-2")

    assert poster(ledger, pricer).reprice() == 2
    assert logical(ledger) == expected(pricer).account()


def test_a_price_in_another_currency_moves_the_money(ledger: Ledger) -> None:
    pricer = PriceList({**PRICES, "model-a": ("vendor-a", "EUR", 3_000_000, 15_000_000)}, "list-2")

    assert poster(ledger, pricer).reprice() == 2
    assert logical(ledger) == expected(pricer).account()


def test_a_model_that_gets_a_price_is_priced(ledger: Ledger) -> None:
    pricer = PriceList({**PRICES, "unlisted": ("vendor-u", "USD", 5, 6)}, "list-2")

    assert poster(ledger, pricer).reprice() == 2
    assert logical(ledger) == expected(pricer).account()


def test_a_model_that_loses_its_price_is_unpriced_not_free(ledger: Ledger) -> None:
    pricer = PriceList({"model-a": PRICES["model-a"]}, "list-2")

    assert poster(ledger, pricer).reprice() == 1
    assert logical(ledger) == expected(pricer).account()


def test_a_price_beyond_64_bits_unprices(ledger: Ledger) -> None:
    pricer = PriceList({**PRICES, "model-a": ("vendor-a", "USD", 2**63, 0)}, "list-2")

    assert poster(ledger, pricer).reprice() == 2
    costs = {one.event.service.model: one.cost for one in logical(ledger).events.values()}
    assert costs["model-a"] == (None, "", "unpriced")


def test_who_bills_is_found_again_and_prices_with_it(ledger: Ledger) -> None:
    pricer = PriceList({**PRICES, "model-a": ("vendor-z", *PRICES["model-a"][1:])}, "list-2")

    assert poster(ledger, pricer).reprice() == 2
    assert logical(ledger) == expected(pricer).account()


def test_events_whose_amount_stays_are_not_counted_as_changed(ledger: Ledger) -> None:
    pricer = PriceList({**PRICES, "free": ("f", "USD", 0, 0)}, "list-2")
    post(ledger, reading("/logs/f.jsonl", [event("f", service=SERVICE._replace(model="free"))]))

    assert poster(ledger, pricer).reprice() == 1


def test_a_price_row_that_says_the_same_changes_nothing(ledger: Ledger) -> None:
    class Reworded(PriceList):
        def describe(self, service, host_provider):  # type: ignore[no-untyped-def]  # the signature of PriceList
            return super().describe(service, host_provider)._replace(fingerprint="reworded")

    assert poster(ledger, Reworded(signature="list-2")).reprice() == 0


def test_all_changes_are_counted(ledger: Ledger) -> None:
    pricer = PriceList({name: (row[0], row[1], 1, 1) for name, row in PRICES.items()}, "list-2")

    assert poster(ledger, pricer).reprice() == 3
    assert logical(ledger) == expected(pricer).account()


@pytest.mark.parametrize("terms", [{"tier": "batch"}, {"speed": "fast"}, {"geo": "us"}])
def test_the_terms_of_a_service_are_priced_again(ledger: Ledger, terms: dict[str, str]) -> None:
    post(
        ledger, reading("/logs/t.jsonl", [event("t", at_ms=NOON_MS + 77, service=SERVICE._replace(**terms))])
    )
    standard = PriceList({"model-a": ("vendor-a", "USD", 2, 2)}, "list-2")
    poster(ledger, standard).reprice()

    costs = {one.event.service: one.cost[0] for one in logical(ledger).events.values()}
    factor = {"tier": 3, "speed": 5, "geo": 7}[next(iter(terms))]
    assert costs[SERVICE._replace(**terms)] == factor * costs[SERVICE]  # type: ignore[operator]  # priced


def test_a_name_alone_is_corrected_without_touching_amounts(ledger: Ledger) -> None:
    class Renamed(PriceList):
        def describe(self, service, host_provider):  # type: ignore[no-untyped-def]  # the signature of PriceList
            return super().describe(service, host_provider)._replace(name=f"New {service.model}")

    assert poster(ledger, Renamed(signature="list-2")).reprice() == 0
    assert logical(ledger) == expected(Renamed()).account()
    assert {key[8] for key in logical(ledger).rollup} == {"New model-a", "New model-b", "New unlisted"}


def test_an_amount_is_priced_with_what_the_log_said_of_the_provider(ledger: Ledger) -> None:
    stated = event("stated", service=SERVICE._replace(provider="gateway"))
    post(ledger, reading("/logs/g.jsonl", [stated]))
    pricer = PriceList({**PRICES, "model-a": ("vendor-z", "USD", 1, 1)}, "list-2")
    poster(ledger, pricer).reprice()

    providers = {one.event.service.provider: one.provider for one in logical(ledger).events.values()}
    assert providers["gateway"] == "gateway"


def test_a_failed_repricing_leaves_the_old_prices(ledger: Ledger) -> None:
    class Failing(PriceList):
        def price(self, service, event):  # type: ignore[no-untyped-def]  # the signature of PriceList
            raise ZeroDivisionError

    changed = {name: (row[0], row[1], 1, 1) for name, row in PRICES.items()}
    writer = poster(ledger, Failing(changed, "list-2"))
    with pytest.raises(ZeroDivisionError):
        writer.reprice()

    assert writer.prices_changed()
    assert logical(ledger) == expected(PriceList()).account()


def test_passes_are_priced_one_by_one_again(ledger: Ledger) -> None:
    passes = (Tokens(60, output=20), Tokens(40, 2000, 30, 4, 30))
    post(ledger, reading("/logs/p.jsonl", [event("p", passes=passes, service=MODEL_B)]))
    pricer = PriceList({**PRICES, "model-b": ("vendor-b", "CNY", 11, 13)}, "list-2")

    assert poster(ledger, pricer).reprice() == 2
    costs = sorted(str(one.cost) for one in logical(ledger).events.values() if one.event.service == MODEL_B)
    assert costs == [str((2134 * 11 + 50 * 13, "CNY", "computed"))] * 2

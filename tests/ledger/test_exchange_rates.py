"""Exchange rates in the ledger: exact, dated, all or none, and the same however often they come."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from token_tracker.ledger.exchange_rates import EcbDays
from token_tracker.ledger.exchange_rates import NotedRate
from token_tracker.ledger.exchange_rates import Written
from token_tracker.ledger.exchange_rates import ecb_days
from token_tracker.ledger.exchange_rates import ecb_rates
from token_tracker.ledger.exchange_rates import own_rates
from token_tracker.ledger.exchange_rates import put_rates
from token_tracker.ledger.exchange_rates import rates_between
from token_tracker.ledger.store import Ledger
from token_tracker.ledger.store import open_copy
from token_tracker.model import ExchangeRate

from .postings import NOW
from .postings import opened


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    with closing(opened(tmp_path)) as ledger:
        yield ledger


def ecb(quote: str, rate: str, day: int) -> ExchangeRate:
    return ExchangeRate("EUR", quote, Decimal(rate), date(2026, 10, day), "ecb")


def own(base: str, quote: str, rate: str, day: int) -> ExchangeRate:
    return ExchangeRate(base, quote, Decimal(rate), date(2026, 10, day), "user")


def test_a_rate_is_kept_with_every_digit_it_was_stated_with(ledger: Ledger) -> None:
    put_rates(ledger, [own("USD", "CNY", "7.120000000000", 5)], 1000)

    [kept] = own_rates(ledger)
    assert (kept, str(kept.rate.rate)) == (NotedRate(own("USD", "CNY", "7.12", 5), 1000), "7.120000000000")


def test_the_same_rates_once_more_change_nothing(ledger: Ledger) -> None:
    rates = [ecb("USD", "1.25", 1), ecb("CNY", "8", 1), ecb("USD", "1.26", 2)]
    first, second = put_rates(ledger, rates, 1000), put_rates(ledger, rates, 2000)

    assert (first, second) == (Written(3, 0, 0), Written(0, 0, 3))
    assert [one.noted_at_ms for one in ecb_rates(ledger, date(2026, 10, 1))] == [1000, 1000]


def test_a_restated_rate_replaces_that_of_its_day_only(ledger: Ledger) -> None:
    put_rates(ledger, [ecb("USD", "1.25", 1), ecb("USD", "1.26", 2)], 1000)
    written = put_rates(ledger, [ecb("USD", "1.27", 2), ecb("CNY", "8", 2)], 2000)

    assert written == Written(1, 1, 0)
    assert ecb_rates(ledger, date(2026, 10, 1)) == [NotedRate(ecb("USD", "1.25", 1), 1000)]
    assert ecb_rates(ledger, date(2026, 10, 2)) == [
        NotedRate(ecb("CNY", "8", 2), 2000),
        NotedRate(ecb("USD", "1.27", 2), 2000),
    ]


def test_a_rate_set_the_other_way_round_replaces_the_own_one_of_that_day(ledger: Ledger) -> None:
    put_rates(ledger, [ecb("USD", "1.25", 5), own("EUR", "USD", "1.3", 5), own("USD", "EUR", "0.7", 4)], 1000)
    put_rates(ledger, [own("USD", "EUR", "0.8", 5)], 2000)

    assert [one.rate for one in own_rates(ledger)] == [
        own("USD", "EUR", "0.8", 5),
        own("USD", "EUR", "0.7", 4),
    ]
    assert len(ecb_rates(ledger, date(2026, 10, 5))) == 1


def test_only_what_can_tell_of_these_currencies_up_to_the_day_is_given(ledger: Ledger) -> None:
    wanted = [ecb("USD", "1.25", 1), ecb("CNY", "8", 2), own("CNY", "USD", "0.14", 2)]
    others = [
        ecb("JPY", "160", 1),
        ecb("USD", "1.26", 3),
        own("USD", "JPY", "150", 1),
        own("USD", "CNY", "7.2", 3),
    ]
    put_rates(ledger, [*wanted, *others], 1000)

    assert set(rates_between(ledger, {"USD", "CNY"}, date(2026, 10, 2))) == set(wanted)


def test_the_days_of_the_central_bank_are_those_it_published(ledger: Ledger) -> None:
    before = ecb_days(ledger)
    put_rates(ledger, [ecb("USD", "1.25", 2), ecb("CNY", "8", 2), ecb("USD", "1.24", 5)], 1000)
    put_rates(ledger, [own("USD", "CNY", "7", 9)], 1000)

    assert (before, ecb_days(ledger)) == (None, EcbDays(date(2026, 10, 2), date(2026, 10, 5), 2))


def test_nothing_is_kept_where_one_of_several_cannot_be(ledger: Ledger) -> None:
    wrong = ecb("CNY", "8", 2)._replace(quote=None)  # type: ignore[arg-type]  # as a mistake of ours would be
    with pytest.raises(Exception, match="NOT NULL"):
        put_rates(ledger, [ecb("USD", "1.25", 2), wrong], 1000)

    assert ecb_days(ledger) is None


def test_no_rates_at_all_are_no_mistake(ledger: Ledger) -> None:
    assert put_rates(ledger, [], 1000) == Written(0, 0, 0)


def test_a_copy_in_memory_knows_the_rates_too(tmp_path: Path) -> None:
    with closing(opened(tmp_path)) as ledger:
        put_rates(ledger, [own("USD", "CNY", "7.12", 5)], 1000)
    with closing(open_copy(tmp_path, NOW, "read-only")) as copy:
        assert own_rates(copy) == [NotedRate(own("USD", "CNY", "7.12", 5), 1000)]

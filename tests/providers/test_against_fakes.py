"""Every provider with bills, through the real client, against the fake of its vendor."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Iterator
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from fake_providers import Event
from fake_providers import FakeProviders
from fake_providers import faults
from fake_providers.asked import plain
from fake_providers.vendor import Vendor
from provider_cases import exact_sum
from provider_cases import provider_of
from token_tracker.errors import TrackerError
from token_tracker.model import BillUnit
from token_tracker.provider_api import BoundApi
from token_tracker.providers import Days

DAYS = Days(date(2026, 11, 17), date(2026, 11, 19))
KEYS = {
    "openai": ("sk-admin-" + "o" * 24, "admin"),
    "anthropic": ("sk-ant-admin01-" + "a" * 24, "admin"),
    "openrouter": ("sk-or-v1-" + "r" * 24, "management"),
    "litellm": ("sk-" + "l" * 24, "admin"),
}
WITH_BILLS = sorted(KEYS)
AMOUNTS = ("0.4312000000000001", "1.25", "0.0000000000000007", "12", "0.1")
LONG = "0.123456789012345678901234567891"


@pytest.fixture
def fake() -> Iterator[FakeProviders]:
    with FakeProviders() as fakes:
        for name, (key, kind) in KEYS.items():
            vendor = vendor_of(fakes, name)
            vendor.accept(key, kind)
            vendor.put(*used_and_charged())
        yield fakes


def vendor_of(fake: FakeProviders, name: str) -> Vendor:
    vendor: Vendor = getattr(fake, name)
    return vendor


def used_and_charged() -> Iterator[Event]:
    """Give two models on two days, one of them at 23:59:59; nothing happened on the 18th."""
    for number, amount in enumerate(AMOUNTS):
        at = datetime(2026, 11, 17, 23, 59, 59, tzinfo=UTC) + timedelta(days=2 * (number % 2))
        model = f"brew-{number % 3}"
        yield Event(
            at,
            model,
            uncached=300 + number,
            cache_read=500,
            cache_write=40,
            output=210,
            reasoning=10,
            requests=7,
            amount=amount,
            item=f"{model}, output_tokens",
            labels={"cost_type": "tokens", "token_type": "output_tokens", "service_tier": "standard"},
        )


def fetch(fake: FakeProviders, name: str, days: Days = DAYS) -> list[BillUnit]:
    return list(units(fake, name, days))


def units(fake: FakeProviders, name: str, days: Days = DAYS) -> Iterator[BillUnit]:
    provider, (key, kind) = provider_of(name), KEYS[name]
    region = provider.regions[0]
    at_fake = region._replace(base_url=fake.at(region.base_url or vendor_of(fake, name).origins[0]))
    with BoundApi(provider, at_fake, key, now=fake.now, key_kind=kind, sleep=lambda _s: None) as api:
        assert provider.fetch is not None
        yield from provider.fetch(api, days)


def billed(found: list[BillUnit]) -> dict[date, Decimal]:
    return {
        unit.day: exact_sum(*(line.amount for line in unit.billed))
        for unit in found
        if unit.billed is not None
    }


def output(found: list[BillUnit]) -> dict[date, int]:
    return {unit.day: sum(one.tokens.output for one in unit.usage) for unit in found if unit.usage}


@pytest.mark.parametrize("name", WITH_BILLS)
def test_every_day_comes_to_what_the_vendor_charged(fake: FakeProviders, name: str) -> None:
    found = fetch(fake, name)

    assert billed(found) == {
        date(2026, 11, 17): exact_sum(*AMOUNTS[::2]),
        date(2026, 11, 18): Decimal(0),
        date(2026, 11, 19): exact_sum(*AMOUNTS[1::2]),
    }
    assert output(found) == {date(2026, 11, 17): 3 * 210, date(2026, 11, 19): 2 * 210}


@pytest.mark.parametrize("size", [1, 2, 3])
@pytest.mark.parametrize("name", WITH_BILLS)
def test_pages_of_any_size_give_the_same_units(fake: FakeProviders, name: str, size: int) -> None:
    whole = fetch(fake, name)
    vendor_of(fake, name).page_size = size

    assert as_sets(fetch(fake, name)) == as_sets(whole)


def as_sets(found: list[BillUnit]) -> dict[tuple[str, date], tuple[Any, Any]]:
    """Give units with their lines in one order, as pages may bring them in another."""
    return {
        (unit.report, unit.day): (sorted(unit.billed or (), key=repr), sorted(unit.usage or (), key=repr))
        for unit in found
    }


@pytest.mark.parametrize("name", WITH_BILLS)
def test_a_key_is_seen_by_its_own_vendor_and_only_in_a_header(fake: FakeProviders, name: str) -> None:
    fetch(fake, name)

    assert fake.seen_by(KEYS[name][0]) == {(vendor_of(fake, name).origins[0], "headers")}


@pytest.mark.parametrize("name", WITH_BILLS)
def test_no_question_about_many_days_is_refused(fake: FakeProviders, name: str) -> None:
    days = Days(date(2026, 8, 1), date(2026, 11, 20))

    found = fetch(fake, name, days)

    assert exact_sum(*billed(found).values()) == exact_sum(*AMOUNTS)


@pytest.mark.parametrize("name", WITH_BILLS)
def test_fields_that_nobody_knows_yet_change_nothing(fake: FakeProviders, name: str) -> None:
    before = fetch(fake, name)
    vendor_of(fake, name).fail(faults.unknown_fields())

    assert fetch(fake, name) == before


@pytest.mark.parametrize("name", WITH_BILLS)
def test_fetching_twice_gives_the_same(fake: FakeProviders, name: str) -> None:
    assert fetch(fake, name) == fetch(fake, name)


@pytest.mark.parametrize("name", WITH_BILLS)
def test_a_restated_day_and_a_dropped_row_are_told_as_they_are_now(fake: FakeProviders, name: str) -> None:
    vendor = vendor_of(fake, name)
    fetch(fake, name)
    [first, *_] = vendor.events
    vendor.restate(date(2026, 11, 17), first, first)

    assert billed(fetch(fake, name)) == {
        date(2026, 11, 17): exact_sum(AMOUNTS[0], AMOUNTS[0]),
        date(2026, 11, 18): Decimal(0),
        date(2026, 11, 19): exact_sum(*AMOUNTS[1::2]),
    }


@pytest.mark.parametrize("name", [name for name in WITH_BILLS if name != "openrouter"])
def test_nothing_of_a_report_is_told_when_a_later_page_of_it_fails(fake: FakeProviders, name: str) -> None:
    vendor = vendor_of(fake, name)
    vendor.page_size = 1
    vendor.fail(faults.answers(500), page=2)
    found: list[BillUnit] = []

    with pytest.raises(TrackerError):
        found.extend(one for one in units(fake, name))

    assert found == []


BROKEN: dict[str, Callable[[], Any]] = {
    "truncated": faults.truncated,
    "html": lambda: faults.html_page(200),
    "proxy": lambda: faults.html_page(502),
    "compressed": faults.compressed,
    "bomb": lambda: faults.gzip_bomb(64),
    "huge": lambda: faults.huge(9),
    "redirect": faults.redirects,
    "cut": faults.cut_off,
    "surprise": lambda: faults.body({"surprise": []}),
}


@pytest.mark.parametrize("broken", BROKEN)
@pytest.mark.parametrize("name", WITH_BILLS)
def test_a_broken_answer_is_an_error_and_never_a_day_without_cost(
    fake: FakeProviders, name: str, broken: str
) -> None:
    vendor_of(fake, name).fail(BROKEN[broken]())

    with pytest.raises(TrackerError) as raised:
        fetch(fake, name)

    assert KEYS[name][0] not in repr((raised.value, raised.value.facts))


@pytest.mark.parametrize("name", ["anthropic", "openai", "openrouter"])
def test_an_amount_of_30_decimals_is_kept_to_the_last_one(fake: FakeProviders, name: str) -> None:
    at = datetime(2026, 11, 17, 3, tzinfo=UTC)
    vendor_of(fake, name).restate(at.date(), Event(at, "brew-1", amount=LONG, item="brew-1, input"))

    amounts = [line.amount for unit in fetch(fake, name) for line in unit.billed or ()]

    assert LONG in map(plain, amounts)


@pytest.mark.parametrize("status", [400, 403, 404])
def test_the_older_pair_of_anthropic_tells_the_same_money_and_tokens(
    fake: FakeProviders, status: int
) -> None:
    newer = fetch(fake, "anthropic")
    fake.anthropic.analytics_refusal = status

    older = fetch(fake, "anthropic")

    assert (billed(older), output(older)) == (billed(newer), output(newer))
    assert (fake.anthropic.calls("cost_report") > 0, fake.anthropic.calls("usage_report") > 0) == (True, True)

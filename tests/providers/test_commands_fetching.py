"""`fetch-usage` as a process against the fake of all providers: what it keeps, and when it replaces it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from datetime import date
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from fake_providers import Event
from fake_providers import FakeProviders
from fake_providers import faults
from provider_cases import exact_sum
from providers.people import PROVIDERS
from providers.people import WITH_BILLS
from providers.people import Person

FIRST = datetime(2026, 11, 16, 5, tzinfo=UTC)
AMOUNTS = ("0.4312", "1.25", "0.000007", "12", "0.1", "3.999999")


def charged(at: datetime, amount: str, model: str = "brew-1") -> Event:
    """Give a call that is on the bill and in the usage report."""
    return Event(
        at,
        model,
        uncached=300,
        cache_read=500,
        output=210,
        requests=7,
        amount=amount,
        item=f"{model}, output_tokens",
        labels={"cost_type": "tokens", "token_type": "output_tokens", "service_tier": "standard"},
    )


def a_few_days() -> Iterator[Event]:
    """Give six calls on 2026-11-16 to 2026-11-18, two a day, of two models."""
    for number, amount in enumerate(AMOUNTS):
        yield charged(FIRST + timedelta(days=number // 2, hours=number), amount, f"brew-{number % 2}")


@pytest.fixture
def fake_with_bills(fake: FakeProviders) -> FakeProviders:
    for name in WITH_BILLS:
        getattr(fake, name).put(*a_few_days())
    return fake


def fetched(person: Person, *words: str) -> dict[str, Any]:
    """Fetch, and give what each provider brought."""
    answer = person.runs("fetch-usage", "--json", *words)
    assert answer.exit_code == 0, answer
    return {one["provider"]: one for one in answer.document["data"]["providers"]}


def billed_of(brought: dict[str, Any]) -> Decimal:
    return exact_sum(*(one["amount"] for one in brought["billed"]))


@pytest.mark.usefixtures("fake_with_bills")
def test_fetching_twice_keeps_what_fetching_once_kept(person: Person) -> None:
    person.configures(*WITH_BILLS)
    fetched(person, "--since", "2026-11-16")
    once = person.kept()
    person.waits(minutes=2)

    brought = fetched(person, "--since", "2026-11-16")

    assert person.kept() == once
    assert {name: one["restated"] for name, one in brought.items()} == {name: [] for name in WITH_BILLS}


@pytest.mark.usefixtures("fake_with_bills")
def test_every_provider_brings_what_its_vendor_charged(person: Person) -> None:
    person.configures(*WITH_BILLS)

    brought = fetched(person, "--since", "2026-11-16")

    assert {name: billed_of(one) for name, one in brought.items()} == dict.fromkeys(
        WITH_BILLS, exact_sum(*AMOUNTS)
    )


def test_pages_of_any_size_lead_to_the_same_ledger(fake_with_bills: FakeProviders, tmp_path: Path) -> None:
    kept = []
    for size in (None, 1, 2):
        home = tmp_path / f"pages of {size}"
        home.mkdir()
        person = Person(home, fake_with_bills)
        person.configures(*WITH_BILLS)
        for name in WITH_BILLS:
            getattr(fake_with_bills, name).page_size = size
        fetched(person, "--since", "2026-11-16")
        kept.append(person.kept())

    assert kept[1:] == [kept[0], kept[0]]


def test_a_failing_page_leaves_the_bill_as_it_was_and_another_provider_goes_on(
    person: Person, fake_with_bills: FakeProviders
) -> None:
    person.configures("openai", "openrouter")
    fetched(person, "--since", "2026-11-16")
    before = person.kept_bytes("openai")
    fake_with_bills.openai.page_size = 1
    fake_with_bills.openai.fail(faults.answers(500), page=2)
    fake_with_bills.openrouter.put(charged(FIRST, "5"))
    person.waits(minutes=2)

    answer = person.runs("fetch-usage", "--since", "2026-11-16", "--json")

    states = {one["provider"]: one["state"] for one in answer.document["data"]["providers"]}
    assert (answer.exit_code, states) == (5, {"openai": "failed", "openrouter": "fetched"})
    assert person.kept_bytes("openai") == before
    assert day_totals(person, "openrouter")["2026-11-16"] == exact_sum("5", AMOUNTS[0], AMOUNTS[1])


def day_totals(person: Person, provider: str, *words: str) -> dict[str, Decimal]:
    """Give what reports say that each day of a provider was billed, days without cost left out."""
    answer = person.runs(
        *("daily", "--json", "--since", "2026-11-14", "--provider", provider, "--no-sync", *words)
    )
    return {row["day"]: Decimal(row["cost"]["by_basis"]["billed"]) for row in answer.document["data"]["rows"]}


def test_a_restated_day_a_dropped_row_and_a_failing_page_in_one_run(
    person: Person, fake_with_bills: FakeProviders
) -> None:
    person.configures(*WITH_BILLS)
    fetched(person, "--since", "2026-11-16")
    failing = person.kept_bytes("anthropic")
    fake_with_bills.openai.restate(date(2026, 11, 17), charged(FIRST + timedelta(days=1), "0.5"))
    fake_with_bills.openrouter.drop(lambda event: event.amount == AMOUNTS[4])
    fake_with_bills.anthropic.page_size = 1
    fake_with_bills.anthropic.fail(faults.answers(529), page=2)
    person.waits(minutes=2)

    answer = person.runs("fetch-usage", "--since", "2026-11-16", "--json")

    assert answer.exit_code == 5
    assert person.kept_bytes("anthropic") == failing
    assert {name: day_totals(person, name) for name in WITH_BILLS} == {
        "openai": {
            "2026-11-16": exact_sum(*AMOUNTS[0:2]),
            "2026-11-17": Decimal("0.5"),
            "2026-11-18": exact_sum(*AMOUNTS[4:6]),
        },
        "anthropic": {f"2026-11-{16 + day}": exact_sum(*AMOUNTS[2 * day : 2 * day + 2]) for day in range(3)},
        "openrouter": {
            "2026-11-16": exact_sum(*AMOUNTS[0:2]),
            "2026-11-17": exact_sum(*AMOUNTS[2:4]),
            "2026-11-18": Decimal(AMOUNTS[5]),
        },
        "litellm": {f"2026-11-{16 + day}": exact_sum(*AMOUNTS[2 * day : 2 * day + 2]) for day in range(3)},
    }


def test_ten_thousand_amounts_of_30_decimals_are_kept_and_added_up_exactly(
    person: Person, fake: FakeProviders
) -> None:
    amounts = [f"{number % 7}.{number:030d}" for number in range(1, 10_001)]
    fake.openai.put(
        *(
            Event(FIRST, amount=amount, item=f"brew-{number % 9}, tokens of {number}")
            for number, amount in enumerate(amounts)
        )
    )
    person.configures("openai")

    brought = fetched(person, "--since", "2026-11-16")["openai"]

    [_, lines, _] = person.kept_bytes("openai")
    assert sorted(line[4] for line in lines) == sorted(amounts)
    assert billed_of(brought) == exact_sum(*amounts)


def test_a_question_that_was_answered_a_moment_ago_is_not_asked_again(
    person: Person, fake_with_bills: FakeProviders
) -> None:
    person.configures(*WITH_BILLS)
    fetched(person)
    calls = {name: dict(getattr(fake_with_bills, name).reports) for name in WITH_BILLS}
    person.waits(seconds=59)

    states = {name: one["state"] for name, one in fetched(person).items()}

    assert states == dict.fromkeys(WITH_BILLS, "recent")
    assert {name: dict(getattr(fake_with_bills, name).reports) for name in WITH_BILLS} == calls


def test_a_redirect_gets_no_second_request_and_nobody_else_sees_the_key(
    person: Person, fake_with_bills: FakeProviders
) -> None:
    person.configures("openai")
    calls = fake_with_bills.openai.calls()
    elsewhere = fake_with_bills.at("https://api.deepseek.com/user/balance")
    fake_with_bills.openai.fail(faults.redirects(elsewhere))

    answer = person.runs("fetch-usage", "--json")

    assert (answer.exit_code, answer.error_code) == (5, "redirect-refused")
    assert fake_with_bills.openai.calls() == calls + 1
    assert fake_with_bills.seen_by(PROVIDERS["openai"].key) == {("https://api.openai.com", "headers")}


def test_keys_go_to_their_own_vendors_only_and_never_into_an_address(
    person: Person, fake_with_bills: FakeProviders
) -> None:
    person.configures(*PROVIDERS)
    person.runs("fetch-usage")
    for name in PROVIDERS:
        person.runs("provider-balance", "--name", name)

    seen = {name: fake_with_bills.seen_by(known.key) for name, known in PROVIDERS.items()}

    assert seen == {name: {(origin_of(known.address), "headers")} for name, known in PROVIDERS.items()}


def origin_of(address: str) -> str:
    return "/".join(address.split("/")[:3])


def run_at_once(person: Person, count: int) -> list[int]:
    processes = [person.starts("fetch-usage", "--since", "2026-11-16") for _ in range(count)]
    return [_end(process) for process in processes]


def _end(process: Any) -> int:
    with process:
        process.communicate(timeout=100)
    return int(process.returncode)


@pytest.mark.parametrize("count", [2, 8, pytest.param(64, marks=pytest.mark.faults)])
def test_processes_at_once_ask_once_and_leave_one_consistent_ledger(
    person: Person, fake_with_bills: FakeProviders, count: int
) -> None:
    person.configures("openai", "openrouter")
    fake_with_bills.openai.reports.clear()
    fake_with_bills.openrouter.reports.clear()

    assert run_at_once(person, count) == [0] * count

    assert dict(fake_with_bills.openrouter.reports) == {"activity": 1}
    assert dict(fake_with_bills.openai.reports) == {
        "costs": 1,
        "usage/completions": 1,
        "usage/embeddings": 1,
    }
    assert day_totals(person, "openai") == {
        f"2026-11-{16 + day}": exact_sum(*AMOUNTS[2 * day : 2 * day + 2]) for day in range(3)
    }
    assert person.runs("verify", "--json").exit_code == 0

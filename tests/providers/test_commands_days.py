"""Bills are for UTC days; people ask for theirs, which have 23 to 25 hours and begin at any quarter."""

from __future__ import annotations

from datetime import UTC
from datetime import datetime
from datetime import timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from fake_providers import Event
from fake_providers import FakeProviders
from provider_cases import exact_sum
from providers.people import Person

ZONES = ("UTC", "Asia/Shanghai", "America/St_Johns")
AN_HOUR = timedelta(hours=1)
CLOCKS_BACK = datetime(2026, 11, 1, tzinfo=UTC)
CLOCKS_FORWARD = datetime(2026, 3, 8, tzinfo=UTC)
"""Sundays on which days in St. John's have 25 and 23 hours."""


def charged(at: datetime, amount: str) -> Event:
    return Event(
        at,
        "brew-1",
        output=100,
        requests=1,
        amount=amount,
        item="brew-1, output_tokens",
        labels={"cost_type": "tokens", "token_type": "output_tokens"},
    )


def hours_within_a_day(sunday: datetime) -> dict[datetime, str]:
    """Give an amount for every hour around a Sunday that lies in one day in each of the zones."""
    hours = [sunday - timedelta(days=1) + number * AN_HOUR for number in range(72)]
    return {
        hour: f"{number}.{number:06d}"
        for number, hour in enumerate(hours, start=1)
        if all(
            local_day(hour, zone) == local_day(hour + AN_HOUR - timedelta(seconds=1), zone) for zone in ZONES
        )
    }


def local_day(at: datetime, zone: str) -> str:
    return at.astimezone(ZoneInfo(zone)).date().isoformat()


def told(person: Person, provider: str, zone: str, since: datetime) -> dict[str, Decimal]:
    """Give what the report says that each local day was billed."""
    answer = person.runs(
        *("daily", "--json", "--no-sync", "--provider", provider, "--tz", zone),
        *("--since", (since - timedelta(days=3)).date().isoformat()),
    )
    assert answer.exit_code == 0, answer
    return {row["day"]: Decimal(row["cost"]["by_basis"]["billed"]) for row in answer.document["data"]["rows"]}


def fetched(person: Person, provider: str, sunday: datetime) -> None:
    person.configures(provider)
    answer = person.runs("fetch-usage", "--since", (sunday - timedelta(days=2)).date().isoformat())
    assert answer.exit_code == 0, answer


@pytest.mark.parametrize("sunday", [CLOCKS_BACK, CLOCKS_FORWARD])
def test_hours_of_a_bill_are_in_the_local_day_that_holds_them(
    person: Person, fake: FakeProviders, sunday: datetime
) -> None:
    amounts = hours_within_a_day(sunday)
    fake.now = sunday + timedelta(days=4)
    fake.anthropic.put(*(charged(hour, amount) for hour, amount in amounts.items()))

    fetched(person, "anthropic", sunday)

    assert {zone: told(person, "anthropic", zone, sunday) for zone in ZONES} == {
        zone: {
            day: exact_sum(*(amount for hour, amount in amounts.items() if local_day(hour, zone) == day))
            for day in dict.fromkeys(local_day(hour, zone) for hour in amounts)
        }
        for zone in ZONES
    }


@pytest.mark.parametrize("sunday", [CLOCKS_BACK, CLOCKS_FORWARD])
def test_a_bill_of_whole_days_is_spread_and_all_local_days_together_come_to_it(
    person: Person, fake: FakeProviders, sunday: datetime
) -> None:
    amounts = [f"{number}.{number:09d}" for number in range(1, 73)]
    fake.now = sunday + timedelta(days=4)
    fake.openai.put(
        *(
            charged(sunday - timedelta(days=1) + number * AN_HOUR, amount)
            for number, amount in enumerate(amounts)
        )
    )

    fetched(person, "openai", sunday)

    days = {zone: told(person, "openai", zone, sunday) for zone in ZONES}
    assert {zone: exact_sum(*of_zone.values()) for zone, of_zone in days.items()} == dict.fromkeys(
        ZONES, exact_sum(*amounts)
    )
    assert list(days["UTC"].values()) == [exact_sum(*amounts[at : at + 24]) for at in (0, 24, 48)]

"""The price card as the ledger asks it: who bills a service, and what an event costs."""

from __future__ import annotations

import os
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from token_tracker.ledger.rows import REPORTED_NOTE
from token_tracker.ledger.rows import Priced
from token_tracker.ledger.rows import ServiceFacts
from token_tracker.model import Service
from token_tracker.model import UsageEvent
from token_tracker.pricing.rate import Rate

if TYPE_CHECKING:
    from token_tracker.pricing.card import RateCard

TABLES = Path(__file__).parent / "pricing" / "data"

HOST_ESTIMATE = Rate(
    key="host",
    provider="",
    model="",
    name="",
    currency="USD",
    input=None,
    cache_read=None,
    cache_write_5m=None,
    cache_write_1h=None,
    output=None,
    web_search=None,
    valid_from="",
    source_url="",
    checked_on="",
    note=REPORTED_NOTE,
)
"""Stands in where no price is known but the host wrote its own estimate."""


class CardPricer:
    """Prices events; the card is loaded only when something has to be priced."""

    def __init__(self, overrides: Path) -> None:
        self._overrides = overrides
        self._facts: dict[tuple[Service, str], ServiceFacts] = {}

    @cached_property
    def card(self) -> RateCard:
        """The rate card with the user's own prices.

        Raises:
            SettingsError: a price file of the user is invalid.
        """
        from token_tracker.pricing.card import RateCard

        return RateCard.load(self._overrides)

    @cached_property
    def signature(self) -> str:
        """Say which price files there are, without opening them."""
        places = [*sorted(TABLES.glob("*.json")), *(sorted(self._overrides.glob("*.json")))]
        return ";".join(
            f"{place.name}:{stat.st_size}:{stat.st_mtime_ns}"
            for place in places
            for stat in (os.stat(place),)
        )

    def describe(self, service: Service, host_provider: str) -> ServiceFacts:
        """Say who bills a service and under which name."""
        facts = self._facts.get((service, host_provider))
        if facts is None:
            provider = service.provider or self.card.provider_of(service.model, host_provider)
            resolved = service._replace(provider=provider)
            facts = ServiceFacts(provider, self.card.name_of(resolved), self.card.fingerprint(resolved))
            self._facts[service, host_provider] = facts
        return facts

    def price(self, service: Service, event: UsageEvent) -> Priced:
        """Price one event, pass by pass where its passes are known."""
        quote = self.card.quote
        if event.passes:
            quotes = [
                quote(service, event.at_ms, tokens, 0 if number else event.web_searches)
                for number, tokens in enumerate(event.passes)
            ]
            amounts = [one.amount_pico for one in quotes]
            if None not in amounts:
                return Priced(sum(amount or 0 for amount in amounts), quotes[-1].rate)
        else:
            amount, rate = quote(service, event.at_ms, event.tokens, event.web_searches)
            if amount is not None:
                return Priced(amount, rate)
        if event.host_cost_pico is not None and event.host_cost_pico > 0:
            return Priced(event.host_cost_pico, HOST_ESTIMATE)
        return Priced(None, None)

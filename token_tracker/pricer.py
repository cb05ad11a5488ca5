"""The price card as the ledger asks it: who bills a service, and what an event costs."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from functools import cache
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from token_tracker import __version__
from token_tracker.ledger.records import MANUAL
from token_tracker.ledger.rows import CHARGE_NOTE
from token_tracker.ledger.rows import HOST_NOTE
from token_tracker.ledger.rows import PriceEvent
from token_tracker.ledger.rows import RateRow
from token_tracker.ledger.rows import ServiceFacts
from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.model import UsageEvent
from token_tracker.pricing.rate import REFRESHED
from token_tracker.pricing.rate import Rate

if TYPE_CHECKING:
    from token_tracker.pricing.card import RateCard
    from token_tracker.pricing.window import PriceTokens

TABLES = Path(__file__).parent / "pricing" / "data"

BELOW_EVERY_TIER = 1000
"""Tokens of prompt at which no model has a dearer price for long prompts yet."""

HOST_ESTIMATE = Rate("host", "", "", "", "USD", note=HOST_NOTE)
"""Stands in where no price is known but the host wrote its own estimate."""


@cache
def charge_rate(currency: str) -> Rate:
    """Give the row that stands for charges that were recorded in a currency."""
    return Rate(f"charge/{currency}", "", "", "", currency, note=CHARGE_NOTE)


_CHECKED_ON = re.compile(rb'"checked_on": *"(\d{4}-\d\d-\d\d)"')


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
        """Say which price tables are there, a refreshed one included, without opening them."""
        return _signature(self._tables)

    @cached_property
    def own_signature(self) -> str:
        """Say which price files the user has, without opening them."""
        return _signature(self._overrides.glob("*.json"))

    @cached_property
    def edition(self) -> str:
        """Say how new the prices are: the newest day of the tables, then the program's version."""
        days = [day for place in self._tables for day in _CHECKED_ON.findall(place.read_bytes())]
        return f"{max(days).decode()} {__version__}"

    @cached_property
    def _tables(self) -> tuple[Path, ...]:
        refreshed = self._overrides.joinpath(*REFRESHED)
        return (*TABLES.glob("*.json"), *([refreshed] if refreshed.exists() else []))

    def describe(self, service: Service, host_provider: str) -> ServiceFacts:
        """Say who bills a service and under which name."""
        facts = self._facts.get((service, host_provider))
        if facts is None:
            provider = service.provider or self.card.provider_of(service.model, host_provider)
            resolved = _as_priced(service._replace(provider=provider))
            facts = ServiceFacts(provider, self.card.name_of(resolved), self.card.fingerprint(resolved))
            self._facts[service, host_provider] = facts
        return facts

    def price_of(self, service: Service) -> PriceEvent:
        """Give the function that prices the events of a service, pass by pass where these are known."""
        price = self.card.price_of(_as_priced(service))

        def price_event(event: UsageEvent) -> tuple[int | None, RateRow | None]:
            if event.charge is not None:
                return event.charge.pico, charge_rate(event.charge.currency)
            if event.origin.source == MANUAL:
                amount, rate = _at_base_tier(price, event)
            elif event.passes:
                amount, rate = _sum_of_passes(price, event)
            else:
                amount, rate = price(event.at_ms, event.tokens, event.web_searches)
            if amount is not None:
                return amount, rate
            estimate = event.host_cost_pico
            return (estimate, HOST_ESTIMATE) if estimate is not None and estimate > 0 else (None, None)

        return price_event


def _as_priced(service: Service) -> Service:
    """Give the service whose list price says what plan-paid usage is worth."""
    return service._replace(tier="standard") if service.is_included else service


def _at_base_tier(price: PriceTokens, event: UsageEvent) -> tuple[int | None, Rate | None]:
    """Price totals of many requests: how long any one of their prompts was is not known.

    Prices are linear below every tier, so the input is priced a thousand tokens at a time.
    """
    times, rest = divmod(event.tokens.input, BELOW_EVERY_TIER)
    whole, _ = price(event.at_ms, Tokens(input=BELOW_EVERY_TIER), 0) if times else (0, None)
    amount, rate = price(event.at_ms, event.tokens._replace(input=rest), event.web_searches)
    return (None, None) if whole is None or amount is None else (whole * times + amount, rate)


def _sum_of_passes(price: PriceTokens, event: UsageEvent) -> tuple[int | None, Rate | None]:
    priced = [
        price(event.at_ms, tokens, 0 if number else event.web_searches)
        for number, tokens in enumerate(event.passes)
    ]
    amounts = [amount for amount, _ in priced if amount is not None]
    return (sum(amounts), priced[-1][1]) if len(amounts) == len(priced) else (None, None)


def _signature(places: Iterable[Path]) -> str:
    return ";".join(
        f"{place.name}:{stat.st_size}:{stat.st_mtime_ns}"
        for place in sorted(places)
        for stat in (os.stat(place),)
    )

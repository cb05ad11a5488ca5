"""The rate card: what a usage event costs at its own time, and where that price is from.

    card = RateCard.load(home / "prices")
    quote = card.quote(event.service, event.at_ms, event.tokens, event.web_searches)

Order of search: the user's override, the exact id, its spellings without decoration, the
card's rules within the known provider, other ways to write the same id, and for one who
passes on the vendor's price (`resolve`) the vendor's. What is left is unpriced, never guessed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from token_tracker.model import Service
from token_tracker.model import Tokens
from token_tracker.pricing import match
from token_tracker.pricing.plan import Terms
from token_tracker.pricing.plan import free_plan
from token_tracker.pricing.plan import make_plan
from token_tracker.pricing.plan import variant_terms
from token_tracker.pricing.rate import FREE
from token_tracker.pricing.rate import LOCAL
from token_tracker.pricing.rate import PriceRow
from token_tracker.pricing.rate import Quote
from token_tracker.pricing.refreshed import newest_table
from token_tracker.pricing.resolve import biller_of
from token_tracker.pricing.resolve import find_model
from token_tracker.pricing.section import DATA
from token_tracker.pricing.section import Model
from token_tracker.pricing.section import Overlay
from token_tracker.pricing.section import Section
from token_tracker.pricing.section import read_overlay
from token_tracker.pricing.section import read_sections
from token_tracker.pricing.window import NO_PLAN
from token_tracker.pricing.window import Band
from token_tracker.pricing.window import Peak
from token_tracker.pricing.window import Plan
from token_tracker.pricing.window import PriceTokens
from token_tracker.pricing.window import price_by
from token_tracker.pricing.window import rows_of

if TYPE_CHECKING:
    from token_tracker.pricing.overrides import Override


class RateCard:
    """All dated prices, ready to price events; made by `load`."""

    def __init__(
        self,
        checked_on: str,
        digest: str,
        sections: Mapping[str, Section],
        overlay: Overlay,
        overrides: Mapping[tuple[str, str], list[Override]],
        currencies: Mapping[str, str],
    ) -> None:
        self.checked_on = checked_on
        self.version = f"{checked_on}+{digest[:8]}"
        self._sections = sections
        self._overlay = overlay
        self._overrides = overrides
        self._currencies = currencies
        self._prices: dict[Service, PriceTokens] = {}
        self._models: dict[tuple[str, str], Model | None] = {}

    @classmethod
    def load(cls, overrides: Path | None = None) -> RateCard:
        """Load the tables and the user's `*.json` files of the directory `overrides`.

        The tables are the shipped ones, but for a newer one of `prices update`.

        Raises:
            SettingsError: an override file is not valid; facts `path`, `line`, `reason`. Or the
                table of `prices update` is damaged; fact `path`.
            StorageError: one cannot be read; facts `path`, `reason`.
        """
        snapshot = newest_table(_shipped("genai_prices.json"), overrides)
        tables = [snapshot, *(_shipped(name) for name in ("vendor_prices.json", "overlay.json"))]
        overlay = read_overlay(tables[2])
        checked_on, sections = read_sections(tables[0], tables[1])
        rows, chosen, own_text = _read_own(overrides)
        digest = hashlib.sha256(b"".join([*tables, own_text])).hexdigest()
        placed: dict[tuple[str, str], list[Override]] = {}
        for row in rows:
            placed.setdefault((overlay.provider(row.provider), row.model.lower()), []).append(row)
        currencies = {overlay.provider(name): currency for name, currency in chosen.items()}
        return cls(checked_on, digest, sections, overlay, placed, currencies)

    def quote(self, service: Service, at_ms: int, tokens: Tokens, web_searches: int) -> Quote:
        """Price one event with the row valid at its time.

        `at_ms`: UTC milliseconds. A quote without an amount means unpriced, never free.
        """
        return Quote(*self.price_of(service)(at_ms, tokens, web_searches))

    def price_of(self, service: Service) -> PriceTokens:
        """Give the function that prices the events of a service: see `price_by`."""
        found = self._prices.get(service)
        if found is None:
            found = self._prices[service] = price_by(self._plan(service))
        return found

    def fingerprint(self, service: Service) -> str:
        """Give a text that changes exactly when a price of the service changes.

        A new name, source or date of checking leaves it as it is.
        """
        starts, windows = self._plan(service)
        shape = [(_prices(window.bands), _peak(window.peak)) for window in windows]
        return hashlib.sha256(repr((starts, shape)).encode()).hexdigest()[:16]

    def provider_of(self, model: str, default: str) -> str:
        """Name who bills a model when the log does not say: see `biller_of`."""
        return biller_of(model, default, self._overlay)

    def name_of(self, service: Service) -> str:
        """Give the card's name of the model, or the id as logged when it has none."""
        provider = self._overlay.provider(service.provider) or self.provider_of(service.model, "")
        model = self._find(provider, service.model)
        return service.model if model is None else str(model.entry["name"])

    def nearest(self, model: str, n: int = 3) -> list[str]:
        """List the known ids that hold `model`, shortest first, then those that read most like it."""
        import difflib

        text = model.lower().rsplit("/", 1)[-1]
        known = {
            name.lower(): name
            for provider, section in self._sections.items()
            if provider not in self._overlay.resellers
            for name in section.models
        }
        holding = sorted(
            (name for name in known if text and text in name), key=lambda name: (len(name), name)
        )
        alike = difflib.get_close_matches(text, sorted(known), n, cutoff=0.4)
        return [known[name] for name in dict.fromkeys([*holding, *alike])][:n]

    def provider_id(self, name: str) -> str:
        """Give our id of a provider that a person names."""
        return self._overlay.provider(name)

    def price_lists(self, provider: str) -> dict[str, str]:
        """Give the price lists of a provider that has several, by currency; those with prices only."""
        lists = self._overlay.price_lists.get(self._overlay.provider(provider), {})
        return {currency: name for currency, name in lists.items() if name in self._sections}

    @property
    def model_count(self) -> int:
        """How many models have a place in the card, those of the user alone included."""
        own = sum(not self._is_shipped(*place) for place in self._overrides)
        return own + sum(len(section.models) for section in self._sections.values())

    @property
    def own_row_count(self) -> int:
        """How many rows the user's own files have."""
        return sum(len(rows) for rows in self._overrides.values())

    def rows(self, provider: str = "", model: str = "") -> Iterator[PriceRow]:
        """Give every row of the card, or those of one provider or model id, in file order.

        Residency is left out: it multiplies a row, and has none of its own.
        """
        wanted = self._overlay.provider(provider)
        for name, section in self._sections.items():
            for model_id, found in section.models.items() if wanted in ("", name) else ():
                if model.lower() in ("", model_id.lower(), found.entry["name"].lower()):
                    yield from self._rows_of(found)
        for (name, model_id), rows in self._overrides.items():
            is_wanted = wanted in ("", name) and model.lower() in ("", model_id)
            if is_wanted and not self._is_shipped(name, model_id):
                yield from self._rows_of(_own_model(name, model_id, None, rows))

    def _is_shipped(self, provider: str, model_id: str) -> bool:
        section = self._sections.get(provider)
        return section is not None and any(model_id == name.lower() for name in section.models)

    def _rows_of(self, model: Model) -> Iterator[PriceRow]:
        model = self._with_overrides(model)
        for terms in variant_terms(model, self._overlay):
            yield from rows_of(make_plan(model, terms, self._overlay))

    def _plan(self, service: Service) -> Plan:
        provider = self._overlay.provider(service.provider) or self.provider_of(service.model, "")
        model = self._find(provider, service.model)
        if model is None:
            note = self._why_free(provider, service.model)
            return free_plan(provider, service.model, note) if note else NO_PLAN
        return make_plan(model, Terms.of(service, provider, self._overlay), self._overlay)

    def _why_free(self, provider: str, model: str) -> str:
        ending = self._overlay.free_variants.get(provider)
        if ending and model.lower().endswith(ending):
            return FREE
        # Ollama also rents out models, with ids that end in "cloud"; those are not free.
        is_local = provider in self._overlay.local_providers and not model.lower().endswith("cloud")
        return LOCAL if is_local else ""

    def _find(self, provider: str, model: str) -> Model | None:
        key = (provider, model)
        if key not in self._models:
            found = find_model(provider, model, self._sections, self._overlay, self._currencies)
            spellings = match.spellings(model, provider)
            own = next((i for i in spellings if (provider, i) in self._overrides), None)
            if own is not None:
                found = _own_model(provider, own, found, self._overrides[provider, own])
            elif found is not None:
                found = self._with_overrides(found)
            self._models[key] = found
        return self._models[key]

    def _with_overrides(self, model: Model) -> Model:
        rows = self._overrides.get((model.provider, model.entry["id"].lower()))
        if rows is None or model.list_price_for:
            return model
        return _own_model(model.provider, model.entry["id"], model, rows)


def _read_own(directory: Path | None) -> tuple[Sequence[Override], Mapping[str, str], bytes]:
    if directory is None or next(directory.glob("*.json"), None) is None:
        return (), {}, b""
    # A fifth of what a card takes to load, and most people have no prices of their own.
    from token_tracker.pricing.overrides import read_overrides

    return read_overrides(directory)


def _own_model(provider: str, model_id: str, shipped: Model | None, rows: Sequence[Override]) -> Model:
    from token_tracker.pricing.overrides import model_of

    return model_of(provider, model_id, shipped, rows)


def _shipped(name: str) -> bytes:
    # A checkout on Windows may have its line ends changed; the sections are cut by lines.
    return (DATA / name).read_bytes().replace(b"\r\n", b"\n")


def _prices(bands: tuple[Band, ...]) -> list[object]:
    return [(band.above, band.units, band.unknown, band.scale, band.rate.currency) for band in bands]


def _peak(peak: Peak | None) -> list[object]:
    if peak is None:
        return []
    return [peak.spans, sorted(peak.weekdays), sorted(peak.holidays), _prices(peak.bands), peak.through]

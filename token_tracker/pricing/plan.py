"""From a model's rows and the terms of a service to its plan of prices.

Terms are what a request was sold under: batch, priority, flex, fast, data residency. A
term that the model has no row for gives no price: half a bill is not an estimate.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from typing import NamedTuple

from token_tracker.model import Service
from token_tracker.pricing.rate import LOCAL
from token_tracker.pricing.rate import TOKEN_KINDS
from token_tracker.pricing.section import Model
from token_tracker.pricing.section import Overlay
from token_tracker.pricing.window import NO_PLAN
from token_tracker.pricing.window import Band
from token_tracker.pricing.window import Plan
from token_tracker.pricing.window import RowHead
from token_tracker.pricing.window import Window
from token_tracker.pricing.window import bands_of
from token_tracker.pricing.window import instant_ms
from token_tracker.pricing.window import peak_of
from token_tracker.pricing.window import plain
from token_tracker.pricing.window import tier_price

STANDARD = "standard"
_STANDARD_WORDS = ("", "standard", "default")


class Terms(NamedTuple):
    """The terms of a request, as the price rows name them.

    `wanted`: the `when` objects that would answer; empty for the standard price.
    `label`: their part of the row's key. `times`: residency multiplier of token
    prices, None for a residency that nobody has published a price for.
    """

    label: str
    wanted: tuple[Mapping[str, str], ...]
    times: Decimal | None = Decimal(1)
    geo: str = ""

    @classmethod
    def of(cls, service: Service, provider: str, overlay: Overlay) -> Terms:
        """Read the terms off a service."""
        tier: list[dict[str, str]] = [{}]
        labels = []
        if service.tier not in _STANDARD_WORDS:
            tier = [{"processing": "batch"} if service.tier == "batch" else {"service_tier": service.tier}]
            labels.append(service.tier)
        speed: list[dict[str, str]] = [{}]
        if service.speed not in _STANDARD_WORDS:
            # Anthropic logs `speed: fast`; OpenAI sells the same as `service_tier: fast`.
            speed = [{"speed": service.speed}, {"service_tier": service.speed}]
            labels.append(service.speed)
        pairs = [(one, other) for one in tier for other in speed if one.keys().isdisjoint(other)]
        wanted = tuple({**one, **other} for one, other in pairs) if labels else ()
        rule = overlay.residency.get(provider)
        label = "+".join(labels) or STANDARD
        if rule is None or service.geo in rule["none"]:
            return cls(label, wanted)
        times = rule["times"].get(service.geo)
        return cls(label, wanted, None if times is None else Decimal(times), service.geo)


def variant_terms(model: Model, overlay: Overlay) -> Iterator[Terms]:
    """Give the terms that a model has rows for: the standard one, then each variant."""
    yield Terms(STANDARD, ())
    seen: list[Mapping[str, str]] = []
    for variant in _variants(model, overlay):
        if variant["when"] not in seen:
            seen.append(variant["when"])
            yield Terms("+".join(variant["when"].values()), (variant["when"],))


def make_plan(model: Model, terms: Terms, overlay: Overlay) -> Plan:
    """Make the plan of one model under given terms."""
    if terms.times is None or (model.resold and terms.wanted):
        return NO_PLAN
    variants = [variant for variant in _variants(model, overlay) if variant["when"] in terms.wanted]
    days = {"", *(part["from"] for part in (*model.entry["rows"], *variants))}
    starts = sorted(instant_ms(day) for day in days)
    return Plan(tuple(starts), tuple(_window(model, variants, terms, overlay, start) for start in starts))


def _variants(model: Model, overlay: Overlay) -> list[Mapping[str, Any]]:
    added = [
        variant
        for variant in overlay.variants
        if variant["provider"] == model.provider and model.entry["id"] in variant["models"]
    ]
    return [*model.entry.get("variants", ()), *added]


def _window(
    model: Model, variants: Sequence[Mapping[str, Any]], terms: Terms, overlay: Overlay, at_ms: int
) -> Window:
    row = [row for row in model.entry["rows"] if instant_ms(row["from"]) <= at_ms][-1:]
    if not row or row[0]["prices"] is None:
        return Window((), None)
    active = [variant for variant in variants if instant_ms(variant["from"]) <= at_ms]
    if terms.wanted and not active:
        return Window((), None)
    source = {**row[0], **(active[0] if active else {})}
    whole = bool(active) and active[0].get("whole", False)
    valid_from = max(part["from"] for part in (row[0], *active[:1]))

    def bands(prices: Mapping[str, Any], label: str) -> tuple[Band, ...]:
        merged = {} if whole else dict(prices)
        for variant in active[:1] if whole else reversed(active):
            merged.update(variant["prices"])
        _add_missing_writes(merged, model, overlay)
        geo = f"/{terms.geo}" if terms.geo else ""
        head = RowHead(
            key=f"{model.provider}/{model.entry['id']}/{valid_from or 'always'}/{label}{geo}",
            provider=model.provider,
            model=model.entry["id"],
            name=model.entry["name"],
            currency=source.get("currency", "USD"),
            valid_from=valid_from,
            source_url=source.get("source_url") or model.entry.get("source_url") or model.source_url,
            checked_on=source.get("checked_on") or model.entry.get("checked_on") or model.checked_on,
            note=source.get("note") or model.entry.get("note", ""),
        )
        return bands_of(merged, head, terms.times or Decimal(1))

    peak = None
    if spec := row[0].get("peak"):
        peak = peak_of(spec, bands(spec["prices"], f"{terms.label}/peak"))
    return Window(bands(row[0]["prices"], terms.label), peak)


def _add_missing_writes(prices: dict[str, Any], model: Model, overlay: Overlay) -> None:
    """Fill in a cache write price that the vendor states as a rule, not as a figure."""
    for rule in overlay.missing_writes:
        kind, times = rule["kind"], Decimal(rule["times_input"])
        families = tuple(f"{family}-" for family in rule["models"])
        applies = rule["provider"] == model.provider and f"{model.entry['id']}-".startswith(families)
        if applies and kind not in prices and "input" in prices and rule["needs"] in (*prices, ""):
            base = prices["input"]
            if isinstance(base, str):
                prices[kind] = plain(Decimal(base) * times)
            else:
                tiers = [[above, plain(tier_price(base, above) * times)] for above, _ in base[1:]]
                prices[kind] = [plain(Decimal(base[0]) * times), *tiers]


def local_plan(provider: str, model: str) -> Plan:
    """Make the plan of a model that runs on the user's own machine: free, and named so."""
    name = model.removeprefix(f"{provider}/")
    head = RowHead(f"{provider}/{name}/always/{LOCAL}", provider, name, name, "USD", "", "", "", LOCAL)
    return Plan(
        (instant_ms(""),), (Window(bands_of(dict.fromkeys(TOKEN_KINDS, "0"), head, Decimal(1)), None),)
    )

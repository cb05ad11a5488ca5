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
from token_tracker.pricing.rate import OVERLAY
from token_tracker.pricing.rate import PEAK
from token_tracker.pricing.rate import SPEEDS
from token_tracker.pricing.rate import STANDARD
from token_tracker.pricing.rate import TIERS
from token_tracker.pricing.rate import TOKEN_KINDS
from token_tracker.pricing.rate import USER
from token_tracker.pricing.rate import Rate
from token_tracker.pricing.section import Model
from token_tracker.pricing.section import Overlay
from token_tracker.pricing.window import NO_PLAN
from token_tracker.pricing.window import Band
from token_tracker.pricing.window import Plan
from token_tracker.pricing.window import Window
from token_tracker.pricing.window import bands_of
from token_tracker.pricing.window import instant_ms
from token_tracker.pricing.window import peak_of
from token_tracker.pricing.window import plain
from token_tracker.pricing.window import tier_price

_STANDARD_WORDS = ("", STANDARD, "default")
_ALWAYS: Mapping[str, Any] = {"from": "", "prices": {}}


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

    @property
    def tier(self) -> str:
        """The tier as prices name it."""
        words = [word for when in self.wanted[:1] for word in when.values()]
        return next((word for word in words if word in TIERS), STANDARD)

    @property
    def speed(self) -> str:
        """The speed as prices name it."""
        words = [word for when in self.wanted[:1] for word in when.values()]
        return next((word for word in words if word in SPEEDS), STANDARD)

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
    sold: dict[tuple[str, str], Terms] = {}
    for variant in _variants(model, overlay):
        when = variant["when"]
        one = Terms("+".join(when.values()), (when,))
        known = sold.setdefault((one.tier, one.speed), one)
        if when not in known.wanted:
            sold[one.tier, one.speed] = known._replace(wanted=(*known.wanted, when))
    yield from sold.values()


def make_plan(model: Model, terms: Terms, overlay: Overlay) -> Plan:
    """Make the plan of one model under given terms."""
    if terms.times is None or (model.list_price_for and terms.wanted):
        return NO_PLAN
    variants = [variant for variant in _variants(model, overlay) if variant["when"] in terms.wanted]
    days = {"", *(part["from"] for part in (*model.entry["rows"], *variants))}
    starts: list[int] = []
    windows: list[Window] = []
    for start in sorted(instant_ms(day) for day in days):
        window = _window(model, variants, terms, overlay, start)
        if not windows or window != windows[-1]:
            starts.append(start)
            windows.append(window)
    return Plan(tuple(starts), tuple(windows))


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
    active = [variant for variant in variants if instant_ms(variant["from"]) <= at_ms]
    if terms.wanted and not active:
        return Window((), None)
    rows = [row for row in model.entry["rows"] if instant_ms(row["from"]) <= at_ms]
    if active:
        # The rest of a shipped price is the shipped standard price, not the user's, which may
        # be in another currency. A price of the user is whole.
        rows = [_ALWAYS] if active[0].get("whole") else [row for row in rows if row.get("origin") != USER]
    if not rows or rows[-1]["prices"] is None:
        return Window((), None)
    row = rows[-1]
    source = {"origin": model.origin, **row, **(active[0] if active else {})}
    if source["origin"] != USER:
        source = {**_source_of(model), **{key: value for key, value in source.items() if value}}
    valid_from = max(part["from"] for part in (row, *active[:1]))

    def bands(prices: Mapping[str, Any], hours: str) -> tuple[Band, ...]:
        merged = dict(prices)
        for variant in active[:1] if row is _ALWAYS else reversed(active):
            merged.update(variant["prices"])
        _add_missing_writes(merged, model, overlay)
        stands_in = model.list_price_for and f"list-price-for-{model.list_price_for}"
        place = (model.provider, model.entry["id"], valid_from or "always")
        parts = (*place, terms.label, hours, terms.geo, stands_in)
        head = Rate(
            key="/".join(part for part in parts if part),
            provider=model.provider,
            model=model.entry["id"],
            name=model.entry["name"],
            currency=source.get("currency", "USD"),
            valid_from=valid_from,
            source_url=source["source_url"],
            checked_on=source["checked_on"],
            note=source["note"],
            tier=terms.tier,
            speed=terms.speed,
            geo=terms.geo,
            hours=hours,
            origin=source["origin"],
            list_price_for=model.list_price_for,
        )
        return bands_of(merged, head, terms.times or Decimal(1))

    peak = None
    if spec := row.get("peak"):
        peak = peak_of(spec, overlay.calendars, bands(spec["prices"], PEAK))
    return Window(bands(row["prices"], ""), peak)


def _source_of(model: Model) -> dict[str, str]:
    """Give where the prices of a model were read, for the rows that do not say so themselves."""
    own = {key: model.entry[key] for key in ("source_url", "checked_on", "note") if key in model.entry}
    return {"source_url": model.source_url, "checked_on": model.checked_on, "note": "", **own}


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


def free_plan(provider: str, model: str, note: str) -> Plan:
    """Make the plan of a model that costs nothing; `note`: `LOCAL` or `FREE`, which says why."""
    name = model.removeprefix(f"{provider}/")
    key = f"{provider}/{name}/always/{note}"
    head = Rate(key, provider, name, name, "USD", note=note, origin=OVERLAY)
    bands = bands_of(dict.fromkeys(TOKEN_KINDS, "0"), head, Decimal(1))
    return Plan((instant_ms(""),), (Window(bands, None),))

"""Who bills a model, and at whose price: the biller's own, or the vendor's list price.

A biller that sells at prices of its own has them in the card; what is missing there is
unpriced. Where the biller is known to pass the vendor's price on, or is nobody we know (a
gateway that somebody runs), the vendor's list price stands in, and the row says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Sequence

from token_tracker.pricing import match
from token_tracker.pricing.section import Model
from token_tracker.pricing.section import Overlay
from token_tracker.pricing.section import Section


def biller_of(model: str, default: str, overlay: Overlay) -> str:
    """Name who bills a model when the log does not say.

    The id's `vendor/` or Bedrock prefix, else the model family, else `default`. A
    `default` that resells other vendors' models, or runs them locally, bills itself.
    """
    fallback = overlay.provider(default)
    if fallback in overlay.resellers or fallback in overlay.local_providers:
        return fallback
    text = model.lower().strip()
    vendor = text.partition("/")[0] if "/" in text else ""
    if vendor in overlay.provider_ids:
        return overlay.provider_ids[vendor]
    if match.BEDROCK_ID.match(text):
        return "aws"
    bare = text.rsplit("/", 1)[-1]
    for prefix, provider in overlay.families:
        if bare.startswith(prefix):
            return provider or fallback
    return fallback


def find_model(
    provider: str,
    model: str,
    sections: Mapping[str, Section],
    overlay: Overlay,
    currencies: Mapping[str, str],
) -> Model | None:
    """Find the model that prices an id which `provider` bills, None where nothing does.

    `currencies`: by provider, the currency that the user pays it in.
    """
    section = sections.get(_price_list(provider, overlay, currencies))
    if section is not None:
        if found := _look_up(section, model, provider, _openrouter_vendor(model, overlay)):
            return found
        if match.REGIONAL_ID.search(model.lower()):
            return None
        named = biller_of(model, "", overlay)
        passed_on = overlay.list_price_of.get(provider, ())
        vendors: Sequence[str] = (*section.fallback, *(one for one in passed_on if named in (one, provider)))
    else:
        vendors = _vendor_behind(provider, model, overlay)
    for vendor in vendors:
        listed = find_model(vendor, model, sections, overlay, currencies)
        if listed is not None:
            return listed._replace(list_price_for=provider)
    return None


def _price_list(provider: str, overlay: Overlay, currencies: Mapping[str, str]) -> str:
    return overlay.price_lists.get(provider, {}).get(currencies.get(provider, ""), provider)


def _look_up(section: Section, model: str, provider: str, vendor: str) -> Model | None:
    spelled = match.spellings(model, provider, vendor)
    return section.find(spelled) or section.find(match.respellings(spelled, provider))


def _vendor_behind(provider: str, model: str, overlay: Overlay) -> Sequence[str]:
    """Name the vendor of a model that a gateway bills which nobody but its owner knows."""
    if not provider or overlay.is_known(provider):
        return ()
    vendor = biller_of(model, "", overlay)
    return (vendor,) if overlay.is_known(vendor) else ()


def _openrouter_vendor(model: str, overlay: Overlay) -> str:
    billed_by = biller_of(model.lower().removeprefix("openrouter/"), "", overlay)
    return overlay.openrouter_vendors.get(billed_by, "")

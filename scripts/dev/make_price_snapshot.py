"""Make `token_tracker/pricing/data/genai_prices.json` from the installed genai-prices.

A developer runs this after `pip install -U genai-prices`; the program never imports it.
Only the price facts are taken: ids, match rules, dated rows, tiers and variants. Output
is the same for the same input, one line a model, so that a diff shows what changed.

    python3 scripts/dev/make_price_snapshot.py --date 2026-11-22
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from genai_prices import types
from genai_prices.data_snapshot import get_snapshot

OUTPUT = Path(__file__).parents[2] / "token_tracker" / "pricing" / "data" / "genai_prices.json"

PROVIDERS = {
    "anthropic": "anthropic",
    "aws": "aws",
    "azure": "azure",
    "cerebras": "cerebras",
    "cursor": "cursor",
    "deepseek": "deepseek",
    "fireworks": "fireworks",
    "github-copilot": "github-copilot",
    "google": "google",
    "groq": "groq",
    "meta": "meta",
    "minimax": "minimax",
    "mistral": "mistral",
    "moonshotai": "kimi",
    "openai": "openai",
    "openrouter": "openrouter",
    "together": "together",
    "x-ai": "xai",
    "zai": "zai",
}
"""Upstream's provider id and ours. `zhipuai` is left out: its list prices are CNY, which
upstream converted to USD at one rate and cut to the cheapest tier; our overlay has the
CNY prices that are known."""

PRICE_KINDS = {
    "input_mtok": "input",
    "cache_read_mtok": "cache_read",
    "cache_write_mtok": "cache_write_5m",
    "cache_write_1h_mtok": "cache_write_1h",
    "output_mtok": "output",
    "web_searches_kcount": "web_search",
}
UNCOUNTED_KINDS = {"requests_kcount", "output_reasoning_mtok", "output_citation_mtok"}
"""Kinds that text requests are billed by and our events do not count: no price then."""

PEAK_HOUR_MODELS = {
    ("deepseek", "deepseek-chat"),
    ("deepseek", "deepseek-flash"),
    ("deepseek", "deepseek-reasoner"),
    ("deepseek", "deepseek-v4-flash"),
    ("deepseek", "deepseek-v4-pro"),
}
"""Upstream has no weekday and no date beside an hour; the overlay prices these models."""

FREE_WORDS = re.compile(r":free$|\(free\)|^Free of charge|API model ID\. Free of charge")


def main() -> None:
    """Write the snapshot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--date", required=True, help="the day genai-prices was installed")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    options.output.write_text(snapshot_text(options.date), encoding="utf-8", newline="\n")


def snapshot_text(date: str) -> str:
    """Give the whole file: a head, then every provider with one line a model."""
    head = {
        "schema": 1,
        "source": "genai-prices",
        "source_version": importlib.metadata.version("genai-prices"),
        "checked_on": date,
        "licence": "MIT, see NOTICE",
    }
    known = {provider.id: provider for provider in get_snapshot().providers}
    sections = []
    for upstream_id, our_id in sorted(PROVIDERS.items(), key=lambda pair: pair[1]):
        provider = known[upstream_id]
        section = {
            "name": provider.name,
            "source_url": (provider.pricing_urls or [""])[0],
            "fallback": [PROVIDERS[i] for i in provider.fallback_model_providers or [] if i in PROVIDERS],
        }
        models = [entry for model in provider.models if (entry := model_entry(provider.id, model))]
        lines = ",\n".join(compact(entry) for entry in models)
        sections.append(f'"{our_id}":{compact(section)[:-1]},"models":[\n{lines}\n]}}')
    body = ",\n".join(sections)
    return f'{compact(head)[:-1]},\n"providers":{{\n{body}\n}}}}\n'


def model_entry(provider_id: str, model: types.ModelInfo) -> dict[str, Any] | None:
    """Give one model as written to the file, None for a model without token prices."""
    if (provider_id, model.id) in PEAK_HOUR_MODELS:
        return None
    prices = model.prices
    rows = []
    for condition in prices if isinstance(prices, list) else [types.ConditionalPrice(prices=prices)]:
        if UNCOUNTED_KINDS & {key for key, price in vars(condition.prices).items() if price is not None}:
            return None
        row = price_entry(condition.prices)
        if not row and is_free(model):
            row = dict.fromkeys(("input", "cache_read", "cache_write_5m", "cache_write_1h", "output"), "0")
        rows.append({"from": start_of(provider_id, model.id, condition.constraint), "prices": row})
    if not any(row["prices"] for row in rows):
        return None
    entry: dict[str, Any] = {
        "id": model.id,
        "name": model.name or model.id,
        "match": match_entry(model.match),
    }
    entry["rows"] = rows
    variants = [
        {
            "when": dict(sorted(variant.when.items())),
            "from": start_of(provider_id, model.id, variant.constraint),
            "prices": price_entry(variant.prices),
        }
        for variant in model.price_variants or []
        if set(variant.when) <= {"processing", "service_tier", "speed"}
        and variant.when != {"service_tier": "default"}
    ]
    if variants:
        entry["variants"] = variants
    if is_free(model):
        entry["note"] = "free"
    return entry


def is_free(model: types.ModelInfo) -> bool:
    """Tell whether upstream says in words that the model costs nothing."""
    texts = (model.id, model.name or "", model.price_comments or "")
    return any(FREE_WORDS.search(text) for text in texts)


def start_of(provider_id: str, model_id: str, constraint: object) -> str:
    """Give the first UTC day of a row, "" for always."""
    if constraint is None:
        return ""
    if isinstance(constraint, types.StartDateConstraint):
        return constraint.start_date.isoformat()
    raise SystemExit(f"{provider_id}/{model_id}: hours of the day belong in the overlay")


def price_entry(prices: types.ModelPrice) -> dict[str, Any]:
    """Give the token and web search prices as decimal strings."""
    entry: dict[str, Any] = {}
    for upstream_kind, kind in PRICE_KINDS.items():
        price = vars(prices).get(upstream_kind)
        if price is None:
            continue
        unit = Decimal(1000) if kind == "web_search" else Decimal(1)
        if isinstance(price, types.TieredPrices):
            tiers = [[tier.start, plain(tier.price / unit)] for tier in price.tiers]
            entry[kind] = [plain(price.base / unit), *tiers]
        else:
            entry[kind] = plain(price / unit)
    return entry


def match_entry(clause: object) -> list[Any]:
    """Give a match rule as `[operator, text or rules...]`."""
    if isinstance(clause, types.ClauseOr):
        return ["or", *(match_entry(part) for part in clause.or_)]
    if isinstance(clause, types.ClauseAnd):
        return ["and", *(match_entry(part) for part in clause.and_)]
    ((operator, text),) = vars(clause).items()
    return [operator, text if operator == "regex" else text.lower()]


def plain(price: Decimal) -> str:
    """Give a price without exponent and without trailing zeros.

    >>> plain(Decimal("1E+1")), plain(Decimal("0.30"))
    ('10', '0.3')
    """
    text = format(price, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def compact(value: object) -> str:
    """Give JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


if __name__ == "__main__":
    main()

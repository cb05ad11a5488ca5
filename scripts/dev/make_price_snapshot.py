"""Make `token_tracker/pricing/data/genai_prices.json` from the installed genai-prices.

A developer runs this after `pip install -U genai-prices`; the program never imports it. What
is taken of a model is said in `token_tracker/pricing/published.py`, which reads the same
facts as upstream publishes them. Output is the same for the same input, one line a model,
so that a diff shows what changed.

    PYTHONPATH=. python3 scripts/dev/make_price_snapshot.py --date 2026-11-22
"""

from __future__ import annotations

import argparse
import importlib.metadata
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from genai_prices import types
from genai_prices.data_snapshot import get_snapshot

from token_tracker.pricing.published import PROVIDERS
from token_tracker.pricing.published import read_published
from token_tracker.pricing.published import table_text

OUTPUT = Path(__file__).parents[2] / "token_tracker" / "pricing" / "data" / "genai_prices.json"


def main() -> None:
    """Write the snapshot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--date", required=True, help="the day genai-prices was installed")
    parser.add_argument("--output", type=Path, default=OUTPUT)
    options = parser.parse_args()
    options.output.write_text(snapshot_text(options.date), encoding="utf-8", newline="\n")


def snapshot_text(date: str) -> str:
    """Give the whole file."""
    head = {
        "schema": 1,
        "source": "genai-prices",
        "source_version": importlib.metadata.version("genai-prices"),
        "checked_on": date,
        "licence": "MIT, see NOTICE",
    }
    known = {provider.id: provider for provider in get_snapshot().providers}
    published = read_published(published_data())
    if published.unreadable:
        raise SystemExit(f"hours of the day belong in the overlay: {', '.join(published.unreadable)}")
    sections = {
        ours: {
            "name": known[theirs].name,
            "source_url": (known[theirs].pricing_urls or [""])[0],
            "fallback": [
                PROVIDERS[i] for i in known[theirs].fallback_model_providers or [] if i in PROVIDERS
            ],
            "models": published.models[ours],
        }
        for theirs, ours in sorted(PROVIDERS.items(), key=lambda pair: pair[1])
    }
    return table_text(head, sections)


def published_data() -> list[dict[str, Any]]:
    """Give the library's data as upstream publishes it, as far as it is read."""
    return [
        {"id": provider.id, "models": [_model(model) for model in provider.models]}
        for provider in get_snapshot().providers
    ]


def _model(model: types.ModelInfo) -> dict[str, Any]:
    rows = model.prices if isinstance(model.prices, list) else [types.ConditionalPrice(prices=model.prices)]
    variants = [{"when": variant.when, **_row(variant)} for variant in model.price_variants or []]
    return {
        "id": model.id,
        "name": model.name,
        "price_comments": model.price_comments,
        "match": _match(model.match),
        "prices": [_row(row) for row in rows],
        "price_variants": variants,
    }


def _row(row: types.ConditionalPrice | types.PriceVariant) -> dict[str, Any]:
    prices = {
        kind: _tiered(price) if isinstance(price, types.TieredPrices) else price
        for kind, price in vars(row.prices).items()
    }
    return {"prices": prices, "constraint": vars(row.constraint) if row.constraint else None}


def _tiered(price: types.TieredPrices) -> dict[str, Any]:
    return {"base": price.base, "tiers": [vars(tier) for tier in price.tiers]}


def _match(clause: object) -> Mapping[str, Any]:
    if isinstance(clause, types.ClauseOr):
        return {"or": [_match(part) for part in clause.or_]}
    if isinstance(clause, types.ClauseAnd):
        return {"and": [_match(part) for part in clause.and_]}
    return vars(clause)


if __name__ == "__main__":
    main()

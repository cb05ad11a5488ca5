"""The shipped price table as its source would publish it; no test lives here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from token_tracker.pricing.section import DATA

OURS = json.loads((DATA / "genai_prices.json").read_bytes())["providers"]
UPSTREAM_IDS = {"kimi": "moonshotai", "xai": "x-ai"}
KINDS = {
    "input": "input_mtok",
    "cache_read": "cache_read_mtok",
    "cache_write_5m": "cache_write_mtok",
    "cache_write_1h": "cache_write_1h_mtok",
    "output": "output_mtok",
    "web_search": "web_searches_kcount",
}


def published_rule(rule: Sequence[Any]) -> dict[str, Any]:
    operator, *parts = rule
    return {operator: [published_rule(part) for part in parts] if operator in {"or", "and"} else parts[0]}


def published_price(kind: str, price: Any) -> Any:
    times = 1000 if kind == "web_search" else 1
    base, tiers = (price, ()) if isinstance(price, str) else (price[0], price[1:])
    upper = [{"start": start, "price": Decimal(text) * times} for start, text in tiers]
    return {"base": Decimal(base) * times, "tiers": upper} if upper else Decimal(base) * times


def published_row(part: Mapping[str, Any]) -> dict[str, Any]:
    prices = {KINDS[kind]: published_price(kind, price) for kind, price in part["prices"].items()}
    since = {"constraint": {"start_date": part["from"]}} if part["from"] else {}
    return {"prices": prices, **since}


def as_published() -> list[dict[str, Any]]:
    """Give the shipped table as upstream would publish it."""
    return [
        {
            "id": UPSTREAM_IDS.get(provider, provider),
            "models": [
                {
                    "id": entry["id"],
                    "name": entry["name"],
                    "match": published_rule(entry["match"]),
                    "price_comments": "Free of charge" if entry.get("note") == "free" else None,
                    "prices": [published_row(part) for part in entry["rows"]],
                    "price_variants": [
                        {"when": part["when"], **published_row(part)} for part in entry.get("variants", ())
                    ],
                }
                for entry in section["models"]
            ],
        }
        for provider, section in OURS.items()
    ]

"""genai-prices as it is published: its shape, and what of it becomes our price table.

Only the price facts are taken: ids, match rules, dated rows, tiers and variants. The shipped
table is made by the same functions from the library (`scripts/dev/make_price_snapshot.py`).

Source: github.com/pydantic/genai-prices `prices/new_data/v2/data.json` and genai-prices 0.2.3
`types.py`, checked 2026-11-22.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated
from typing import Any
from typing import NamedTuple

from pydantic import AfterValidator
from pydantic import BaseModel
from pydantic import ConfigDict
from pydantic import Field
from pydantic import ValidationError

from token_tracker.errors import ProviderError

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

ID = re.compile(r"[A-Za-z0-9_.:/@+~-]{1,120}")
TERMS = {"processing", "service_tier", "speed"}
FREE_WORDS = re.compile(r":free$|\(free\)|^Free of charge|API model ID\. Free of charge")
FREE_KINDS = ("input", "cache_read", "cache_write_5m", "cache_write_1h", "output")
# Such a rule can take for ever on one id: a repeated group that repeats inside.
ENDLESS_RULE = re.compile(r"[+*}]\)[+*{]")
OPERATORS = {"equals", "starts_with", "ends_with", "contains", "regex"}


def _plain_rule(rule: dict[str, Any]) -> dict[str, Any]:
    """Check a match rule: one operator, with a text or with rules."""
    ((operator, value),) = rule.items()
    if operator in {"or", "and"} and isinstance(value, list) and value:
        for part in value:
            _plain_rule(part)
    elif operator not in OPERATORS or not isinstance(value, str) or not 0 < len(value) <= 200:
        raise ValueError("no rule")
    elif operator == "regex":
        if ENDLESS_RULE.search(value):
            raise ValueError("no safe rule")
        re.compile(value)
    return rule


Price = Annotated[Decimal, Field(ge=0, le=100_000, allow_inf_nan=False)]
Rule = Annotated[dict[str, Any], AfterValidator(_plain_rule)]


class _Shape(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Tier(_Shape):
    start: int = Field(ge=0)
    price: Price


class _Tiered(_Shape):
    base: Price
    tiers: tuple[_Tier, ...] = Field(min_length=1)


class _Constraint(BaseModel):
    """Only a first day; hours of the day are refused, as they say nothing of weekdays."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    start_date: date


class _Row(_Shape):
    prices: dict[str, Price | _Tiered | None]
    constraint: _Constraint | None = None


class _Variant(_Row):
    when: dict[str, str] = Field(min_length=1)


class PublishedModel(_Shape):
    """One model as upstream has it."""

    id: str = Field(pattern=f"^{ID.pattern}$")
    match: Rule
    name: str | None = None
    price_comments: str | None = None
    prices: dict[str, Price | _Tiered | None] | tuple[_Row, ...]
    price_variants: tuple[_Variant, ...] | None = None


class Published(NamedTuple):
    """The models with token prices by our provider ids, as they stand in our table.

    `unreadable`: "provider/model" of those whose shape is not known, or whose prices depend on
    the hour; "?" for a model without an id.
    """

    models: Mapping[str, Sequence[Mapping[str, Any]]]
    unreadable: tuple[str, ...]


def read_published(parsed: Any) -> Published:
    """Read what upstream publishes: a list of providers with their models.

    Raises:
        ProviderError: it is something else.
    """
    if not isinstance(parsed, list):
        raise ProviderError("prices_not_understood")
    models: dict[str, Sequence[Mapping[str, Any]]] = {}
    unreadable: list[str] = []
    for provider in parsed:
        upstream_id = provider.get("id") if isinstance(provider, dict) else None
        if not isinstance(upstream_id, str) or not isinstance(provider.get("models"), list):
            raise ProviderError("prices_not_understood")
        if upstream_id in PROVIDERS:
            entries, refused = _entries(upstream_id, provider["models"])
            models[PROVIDERS[upstream_id]] = entries
            unreadable += refused
    return Published(models, tuple(unreadable))


def _entries(upstream_id: str, raw: Sequence[Any]) -> tuple[list[Mapping[str, Any]], list[str]]:
    entries: list[Mapping[str, Any]] = []
    unreadable = []
    for one in raw:
        told = one.get("id") if isinstance(one, dict) else None
        name = told if isinstance(told, str) and ID.fullmatch(told) else "?"
        if (upstream_id, name) in PEAK_HOUR_MODELS:
            continue
        try:
            entry = model_entry(PublishedModel.model_validate(one))
        except (ValidationError, re.error, RecursionError):
            unreadable.append(f"{PROVIDERS[upstream_id]}/{name}")
            continue
        if entry is not None:
            entries.append(entry)
    return entries, unreadable


def model_entry(model: PublishedModel) -> dict[str, Any] | None:
    """Give one model as written to the table, None for a model without token prices."""
    is_given = is_free(model.id, model.name, model.price_comments)
    parts = [_Row(prices=model.prices)] if isinstance(model.prices, dict) else model.prices
    rows = []
    for part in parts:
        if UNCOUNTED_KINDS & {key for key, price in part.prices.items() if price is not None}:
            return None
        prices = price_entry(part.prices)
        if not prices and is_given:
            prices = dict.fromkeys(FREE_KINDS, "0")
        rows.append({"from": _start(part), "prices": prices})
    if not any(row["prices"] for row in rows):
        return None
    entry: dict[str, Any] = {
        "id": model.id,
        "name": model.name or model.id,
        "match": match_entry(model.match),
    }
    entry["rows"] = rows
    variants = [
        {"when": dict(sorted(part.when.items())), "from": _start(part), "prices": price_entry(part.prices)}
        for part in model.price_variants or ()
        if set(part.when) <= TERMS and part.when != {"service_tier": "default"}
    ]
    if variants:
        entry["variants"] = variants
    if is_given:
        entry["note"] = "free"
    return entry


def is_free(*texts: str | None) -> bool:
    """Tell whether upstream says in words that a model costs nothing: its id, name and comments."""
    return any(FREE_WORDS.search(text) for text in texts if text)


def price_entry(prices: Mapping[str, Decimal | _Tiered | None]) -> dict[str, Any]:
    """Give the token and web search prices as decimal strings."""
    entry: dict[str, Any] = {}
    for upstream_kind, kind in PRICE_KINDS.items():
        price = prices.get(upstream_kind)
        if price is None:
            continue
        unit = Decimal(1000) if kind == "web_search" else Decimal(1)
        if isinstance(price, _Tiered):
            tiers = [[tier.start, plain(tier.price / unit)] for tier in price.tiers]
            entry[kind] = [plain(price.base / unit), *tiers]
        else:
            entry[kind] = plain(price / unit)
    return entry


def match_entry(rule: Mapping[str, Any]) -> list[Any]:
    """Give a match rule as `[operator, text or rules...]`."""
    ((operator, value),) = rule.items()
    if operator in {"or", "and"}:
        return [operator, *(match_entry(part) for part in value)]
    return [operator, value if operator == "regex" else value.lower()]


def plain(price: Decimal) -> str:
    """Give a price without exponent and without trailing zeros.

    >>> plain(Decimal("1E+1")), plain(Decimal("0.30"))
    ('10', '0.3')
    """
    text = format(price, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def table_text(head: Mapping[str, Any], sections: Mapping[str, Mapping[str, Any]]) -> str:
    """Give a whole table: a head, then every provider with one line a model.

    `sections`: by our provider id `name`, `source_url`, `fallback` and `models`.
    """
    return f"{compact(head)[:-1]},\n{sections_text(sections)}"


def sections_text(sections: Mapping[str, Mapping[str, Any]]) -> str:
    """Give a table without its head; the same sections give the same text."""
    body = ",\n".join(_section_texts(sections))
    return f'"providers":{{\n{body}\n}}}}\n'


def _section_texts(sections: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for provider, section in sections.items():
        facts = {key: section[key] for key in ("name", "source_url", "fallback")}
        lines = ",\n".join(compact(entry) for entry in section["models"])
        yield f'"{provider}":{compact(facts)[:-1]},"models":[\n{lines}\n]}}'


def _start(part: _Row) -> str:
    """Give the first UTC day of a row, "" for always."""
    return part.constraint.start_date.isoformat() if part.constraint else ""


def compact(value: object) -> str:
    """Give JSON on one line."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))

"""Rows of Anthropic's reports: flat ones of the analytics pair, results of the legacy pair."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC
from datetime import datetime
from decimal import Decimal
from decimal import localcontext
from typing import Any

from fake_providers.asked import plain
from fake_providers.ledger import Group
from fake_providers.ledger import Sums
from fake_providers.ledger import sums

FAN_OUT = ("cost_type", "token_type")
PARSED = ("model", "cost_type", "token_type", "service_tier", "context_window", "inference_geo")
WHO = ("account_id", "service_account_id", "api_key_id", "workspace_id")
SPLIT = ("model", "service_tier", "context_window", "inference_geo", "speed")


def moment_text(at: datetime) -> str:
    """Write a moment as RFC 3339 in UTC."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _cents(amount: Decimal) -> str:
    with localcontext(prec=200):
        return plain(amount.scaleb(2))


def flat_row(
    first: datetime, last: datetime, group: Group, by: list[str], *, is_cost: bool
) -> dict[str, Any]:
    """Give a row of the analytics pair; what it is grouped by and nothing else names it."""
    total = sums(group.events)
    row = {
        "starting_at": moment_text(first),
        "ending_at": moment_text(last),
        "group": {name: group.by[name] for name in by},
    }
    if not is_cost:
        counts = {**_tokens(total), "total_tokens": total.input + total.output, "requests": total.requests}
        return {**row, "usage": {**counts, **_searches(group)}}
    listed = sum(
        (Decimal(event.labels.get("list_amount", event.amount or "0")) for event in group.events), Decimal(0)
    )
    return {
        **row,
        "cost": {
            "amount": _cents(total.amount),
            "list_amount": _cents(listed),
            "currency": "USD",
            "requests": None if {*by} & {*FAN_OUT} else total.requests,
        },
    }


def order(by: str) -> Callable[[list[dict[str, Any]]], Any]:
    """Give what rows of the analytics pair are ordered by."""
    if by == "time":
        return lambda parts: parts[0]["starting_at"]
    return lambda parts: sum(
        Decimal(part["cost"]["amount"]) if "cost" in part else part["usage"]["total_tokens"] for part in parts
    )


def parsed(by: list[str], *, is_cost: bool) -> list[str]:
    """Give what costs are grouped by: a description brings what Anthropic reads out of it."""
    return [*by, *PARSED] if is_cost and "description" in by else by


def cost_result(group: Group) -> dict[str, Any]:
    """Give a result of the legacy cost report."""
    nulls = dict.fromkeys(("workspace_id", "description", *PARSED))
    return {**nulls, **group.by, "amount": _cents(sums(group.events).amount), "currency": "USD"}


def usage_result(group: Group) -> dict[str, Any]:
    """Give a result of the legacy usage report."""
    nulls = dict.fromkeys((*WHO, *SPLIT))
    return {**nulls, **group.by, **_tokens(sums(group.events)), **_searches(group)}


def _tokens(total: Sums) -> dict[str, Any]:
    return {
        "uncached_input_tokens": total.uncached,
        "cache_read_input_tokens": total.cache_read,
        "cache_creation": {
            "ephemeral_5m_input_tokens": total.cache_write,
            "ephemeral_1h_input_tokens": total.cache_write_1h,
        },
        "output_tokens": total.output,
    }


def _searches(group: Group) -> dict[str, Any]:
    searches = sum(event.labels.get("web_searches", 0) for event in group.events)
    return {"server_tool_use": {"web_search_requests": searches}}

"""What several JSON documents share: figures, costs, price rows, problems, moments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Sequence
from datetime import datetime
from datetime import tzinfo
from decimal import Decimal
from decimal import localcontext
from typing import TYPE_CHECKING
from typing import Any
from typing import Final

from token_tracker.ledger.queries import StoredRate
from token_tracker.model import CostBasis
from token_tracker.model import Problem
from token_tracker.model import Tokens
from token_tracker.period import local_moment
from token_tracker.pricing.rate import PEAK
from token_tracker.pricing.rate import SNAPSHOT
from token_tracker.pricing.rate import STANDARD
from token_tracker.render.problems import names_a_path
from token_tracker.render.problems import problem_text
from token_tracker.reports.figures import EXACT_DIGITS
from token_tracker.reports.figures import Cost
from token_tracker.reports.figures import Figures
from token_tracker.reports.freshness import Freshness
from token_tracker.reports.summary import ModelLine

if TYPE_CHECKING:  # most costs are in one currency
    from token_tracker.exchange import Conversion
    from token_tracker.exchange import UsedRate

Document = dict[str, Any]
"""A JSON object; `Any` because it nests without end."""

LEAST_DECIMALS: Final = 6
_NOT_OF_AN_ID: Final = re.compile(r"[^a-z0-9._-]+")


def problem_document(problem: Problem, lang: str, with_paths: bool = False) -> Document:
    """Say a problem as JSON; its place only where it is no path, or paths are allowed."""
    text = problem_text(problem, lang)
    shown = bool(problem.where) and (with_paths or not names_a_path(problem))
    return {
        "code": problem.code,
        "severity": str(problem.severity),
        "what": text.what,
        "where": problem.where if shown else None,
        "count": problem.times,
        "fix": text.fix,
    }


def used_document(figures: Figures, currency: str, converted: Conversion | None = None) -> Document:
    """Give requests, tokens and cost of a row."""
    return {
        "requests": figures.requests,
        "tokens": tokens_document(figures.tokens),
        "cost": cost_document(figures.cost, currency, converted),
    }


def model_document(line: ModelLine, currency: str) -> Document:
    """Give the row of a model."""
    return {
        "provider": public_id(line.provider),
        "model": line.model or None,
        "name": line.name or None,
        **used_document(line.figures, currency),
    }


def freshness_document(freshness: Sequence[Freshness], zone: tzinfo) -> list[Document]:
    """Say how old the figures of each source are."""
    return [
        {
            "provider" if one.is_provider else "source": one.source,
            "last_read": None if one.read_at_ms is None else instant(local_moment(one.read_at_ms, zone)),
            "problems": one.problems,
        }
        for one in freshness
    ]


def figures_document(figures: Figures, currency: str, converted: Conversion | None = None) -> Document:
    """Give requests, tokens and cost."""
    return {
        "requests": figures.requests,
        "tokens": tokens_document(figures.tokens),
        "web_searches": figures.web_searches,
        "cost": cost_document(figures.cost, currency, converted),
    }


def tokens_document(tokens: Tokens) -> Document:
    """Give the counts by kind, and their total."""
    return {**tokens._asdict(), "total": tokens.total}


def cost_document(cost: Cost, currency: str, converted: Conversion | None = None) -> Document:
    """Give a cost; the preferred currency is `amount` where it is there at all.

    `converted`: what all of it comes to in the preferred currency, where that is known.
    """
    first, *others = cost.currencies(currency)
    nothing_known = not cost.amounts and cost.unpriced_tokens > 0
    by_basis = _by_basis(cost.amounts.get(first, {}))
    if nothing_known:
        by_basis["computed"] = None
    plan = cost.api_equivalent
    plan_currency = currency if currency in plan or not plan else min(plan)
    return {
        "amount": None if nothing_known else exact(cost.amount(first)),
        "currency": first,
        "by_basis": by_basis,
        "other": [
            {
                "currency": other,
                "amount": exact(cost.amount(other)),
                "by_basis": _by_basis(cost.amounts[other]),
            }
            for other in others
        ],
        "api_equivalent": {"amount": exact(plan.get(plan_currency, Decimal(0))), "currency": plan_currency},
        "unpriced_tokens": cost.unpriced_tokens,
        "unpriced_models": [model for model in cost.unpriced_models if model],
        **({"apportioned": list(cost.apportioned)} if cost.apportioned else {}),
        **({"converted": conversion_document(converted)} if converted else {}),
    }


def conversion_document(conversion: Conversion) -> Document:
    """Give what amounts come to in one currency; null where a rate is missing."""
    return {
        "amount": None if conversion.amount is None else exact(conversion.amount),
        "currency": conversion.currency,
        "rates": [used_rate_document(rate) for rate in conversion.rates],
    }


def used_rate_document(rate: UsedRate) -> Document:
    """Give a rate that amounts are converted with: 1 `base` is worth `rate` `quote`."""
    return {
        "base": rate.base,
        "quote": rate.quote,
        "rate": f"{rate.rate:f}",
        "day": rate.day.isoformat(),
        "source": rate.source,
    }


def rate_document(rate: StoredRate) -> Document:
    """Give a price row as it was applied."""
    content = rate.content
    provider, model = content.get("provider") or "", content.get("model") or ""
    valid_from = content.get("valid_from") or ""
    url = content.get("source_url") or ""
    return {
        "provider": public_id(provider) or "unknown",
        "model": model or "unknown",
        "name": content.get("name") or model or "unknown",
        "currency": rate.currency,
        "unit": "1M tokens",
        "input": content.get("input"),
        "cache_read": content.get("cache_read"),
        "cache_write_5m": content.get("cache_write_5m"),
        "cache_write_1h": content.get("cache_write_1h"),
        "output": content.get("output"),
        "web_search": content.get("web_search"),
        "terms": terms_of(rate),
        "from": valid_from[:10] or None,
        "source_url": url if url.startswith("https://") else None,
        "checked_on": (content.get("checked_on") or "")[:10] or None,
        "origin": origin_of(content),
        "list_price_for": public_id(content.get("list_price_for") or ""),
    }


def terms_of(rate: StoredRate) -> Document:
    """Say on which terms a price row holds."""
    content = rate.content
    return {
        "tier": content.get("tier") or STANDARD,
        "speed": content.get("speed") or STANDARD,
        "geo": content.get("geo") or None,
        "peak": content.get("hours") == PEAK,
        "prompt_tokens_above": rate.above,
    }


def origin_of(content: Mapping[str, str | None]) -> str:
    """Say which table a price row is from."""
    return content.get("origin") or SNAPSHOT


def exact(amount: Decimal) -> str:
    """Write an amount exactly, with at least 6 decimals; zero is "0".

    >>> exact(Decimal("12.34")), exact(Decimal("0.0000001230")), exact(Decimal("0.000"))
    ('12.340000', '0.000000123', '0')
    """
    if not amount:
        return "0"
    with localcontext(prec=EXACT_DIGITS):
        whole, _, decimals = f"{amount:f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(LEAST_DECIMALS, '0')}"


def instant(moment: datetime) -> str:
    """Write an aware moment with seconds and offset."""
    return moment.isoformat(timespec="seconds")


def public_id(name: str) -> str | None:
    """Give a provider as the schemas allow it; None for "".

    >>> public_id("anthropic"), public_id("My Proxy"), public_id("")
    ('anthropic', 'my-proxy', None)
    """
    return _NOT_OF_AN_ID.sub("-", name.lower()).strip("-._") or None


def _by_basis(amounts: Mapping[CostBasis, Decimal]) -> dict[str, str | None]:
    return {basis.value: exact(amounts.get(basis, Decimal(0))) for basis in CostBasis}
